"""What regions ask for, mixed into a network's answer wherever that has the picture's grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from engines.contract import Region
from engines.regions import shares

Grid = Callable[[Tensor], tuple[int, int] | None]


def grid_of(pipe: Any, size: tuple[int, int], out: Tensor) -> tuple[int, int] | None:
    """(height, width) of the cells that an answer has; None when it is no picture (a sound's tokens).

    Latents have them last, pictures packed to tokens (B, tokens, C) row by row, frame by frame. `size` is (width,
    height) in pixels.
    """
    if out.ndim != 3:
        return (out.shape[-2], out.shape[-1]) if out.ndim > 3 else None
    across = getattr(pipe, "vae_spatial_compression_ratio", 0) * getattr(pipe, "transformer_spatial_patch_size", 1)
    across = across or getattr(pipe, "vae_scale_factor", 0) * 2
    rows, columns = (side // across if across else 0 for side in size[::-1])
    whole = rows * columns > 0 and out.shape[1] % (rows * columns) == 0
    return (rows, columns) if whole else None


def mixed(regions: Sequence[Region], grid: Grid, position: float, whole: Tensor, *each: Tensor) -> Tensor:
    """`whole` where no region lies, and of each the answer to its words where it does; `whole` if it has no grid."""
    cells = grid(whole)
    if cells is None:
        return whole
    laid = torch.from_numpy(shares(regions, cells, position)).to(whole)
    if whole.ndim == 3:
        laid = laid.flatten(1).repeat(1, whole.shape[1] // (cells[0] * cells[1])).unsqueeze(-1)
    return sum(one * share for one, share in zip((whole, *each), laid, strict=True))  # type: ignore[return-value]
