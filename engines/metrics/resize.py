"""Pictures brought to the side a network wants, by the rules the literature's numbers were made with.

Which rule it is changes an FID by whole points (Parmar, Zhang and Zhu, "On Aliased Resizing and Surprising Subtleties
in GAN Evaluation", 2022), so each has a name and no other is used in its place. All take uint8 and give floats of 0 to
255 that are never rounded: to round in between is a bias of its own (section 3.2 there).
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional


def tensorflow(pictures: np.ndarray, side: int) -> Tensor:
    """Bilinear as TensorFlow 1 did it: pixel i from place i * (old / new), no half pixel, no antialiasing.

    uint8 (N, H, W, 3) to (N, 3, side, side). It aliases what is made smaller; it is what FIDs were first told with,
    and torch-fidelity's rule.
    """
    x = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float()
    for axis in (3, 2):  # in TensorFlow's order, so that it rounds as it did
        x = _between(x, axis, side)
    return x


def antialiased(pictures: np.ndarray, side: int) -> Tensor:
    """Bilinear with a filter as wide as what is made smaller: torchmetrics' own rule since its release 1.0."""
    x = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float()
    return functional.interpolate(x, (side, side), mode="bilinear", align_corners=False, antialias=True)


def clean(pictures: np.ndarray, side: int) -> Tensor:
    """Bicubic with antialiasing on floating point, by channels, cut to 0 to 255: the 'clean' of Parmar et al."""
    from PIL import Image

    def channel(plane: np.ndarray) -> np.ndarray:
        small = Image.fromarray(plane.astype(np.float32)).resize((side, side), Image.Resampling.BICUBIC)
        return np.asarray(small).clip(0, 255)

    return torch.from_numpy(np.stack([[channel(one[..., n]) for n in range(3)] for one in pictures]))


def _between(x: Tensor, axis: int, side: int) -> Tensor:
    """`x` with `side` places along `axis`, each between the two it lies among."""
    size = x.shape[axis]
    at = torch.arange(side, dtype=torch.float32) * torch.tensor(size / side, dtype=torch.float32)
    low = at.long()
    part = (at - low).reshape(-1, *[1] * (3 - axis))
    a, b = x.index_select(axis, low), x.index_select(axis, (low + 1).clamp_max(size - 1))
    return a + (b - a) * part
