"""Guidance that is weaker in what is coarse than in what is fine: FDG (Sadat et al. 2025, arXiv:2506.19713)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

KERNEL = (1.0, 4.0, 6.0, 4.0, 1.0)  # of a Laplacian pyramid (Burt and Adelson 1983)


def weighed(pull: Tensor, coarse: float) -> Tensor:
    """`pull`, c - u (B, C, H, W) or (B, C, F, H, W), its low frequencies `coarse` times as strong: eq. 5, one level."""
    low = _low(pull.flatten(0, -4) if pull.ndim > 4 else pull).reshape(pull.shape)
    return pull + (coarse - 1.0) * low


def _low(x: Tensor) -> Tensor:
    """The coarser half of frequencies of x (B, C, H, W): blurred, halved, and brought back to its size."""
    sides = [max(1, side // 2) for side in x.shape[-2:]]
    half = functional.interpolate(_blurred(x), sides, mode="bilinear", align_corners=False)
    return _blurred(functional.interpolate(half, x.shape[-2:], mode="bilinear", align_corners=False))


def _blurred(x: Tensor) -> Tensor:
    weights = torch.tensor(KERNEL, dtype=x.dtype, device=x.device) / sum(KERNEL)
    many = x.shape[1]
    for turned in (weights.view(1, 1, 5, 1), weights.view(1, 1, 1, 5)):
        pad = (0, 0, 2, 2) if turned.shape[2] == 5 else (2, 2, 0, 0)
        x = functional.conv2d(functional.pad(x, pad, mode="replicate"), turned.expand(many, 1, -1, -1), groups=many)
    return x
