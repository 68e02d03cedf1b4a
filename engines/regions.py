"""How much of each place in a picture its regions decide: MultiDiffusion, Bar-Tal et al. 2023, arXiv:2302.08113.

Every prompt makes its own clean estimate of the whole, and these are mixed (eq. 5 there, with masks of any grey): on
one noisy x, clean estimate, noise and velocity are affine in one another, so mixing any of them is mixing all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image as Picture

from engines.contract import Region


def shares(regions: Sequence[Region], size: tuple[int, int], position: float) -> np.ndarray:
    """Float32 (1 + regions, height, width) that add up to 1 everywhere: the prompt of the whole first.

    `size` is (height, width) of the grid, `position` where in the run it is, in [0, 1]. Where regions overlap they
    share the place by their strengths.
    """
    weights = np.stack([region.at(position) * covered(region, size) for region in regions])
    total = weights.sum(0)
    weights /= np.maximum(total, 1.0)
    return np.concatenate([np.maximum(1.0 - total, 0.0)[None], weights]).astype(np.float32)


def covered(region: Region, size: tuple[int, int]) -> np.ndarray:
    """How much of each cell of a (height, width) grid the region covers, float64 in [0, 1]."""
    height, width = size
    if region.mask is None:
        x, y, across, down = region.box
        return np.outer(_along(y, y + down, height), _along(x, x + across, width))
    grey = region.mask.pixels if region.mask.pixels.ndim == 2 else region.mask.pixels[..., :3].mean(-1)
    shown = Picture.fromarray(grey.astype(np.uint8)).resize((width, height), Picture.Resampling.BOX)
    return np.asarray(shown, np.float64) / 255


def _along(first: float, last: float, cells: int) -> np.ndarray:
    """How much of each of the cells of [0, 1] lies between two places."""
    edges = np.linspace(0, 1, cells + 1)
    return np.clip((np.minimum(edges[1:], last) - np.maximum(edges[:-1], first)) * cells, 0, 1)
