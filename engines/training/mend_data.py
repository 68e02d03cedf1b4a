"""What image/mend learns from, and how pictures are damaged to judge it: the tiles of Dungeon Crawl with alpha.

Held out is every tenth name, all drawings of one name together.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engines.nn.mend import SIDE, from_pixels
from engines.training import crawl

APART = ("layer", "part", "blood", "effect")  # pieces that are no picture of a thing


@dataclass(frozen=True)
class Sprites:
    """Straight RGBA, uint8 (N, 32, 32, 4), and which are held out (N,)."""

    pixels: np.ndarray
    held_out: np.ndarray


def collect(source: Path) -> Sprites:
    """All tiles that show a whole thing or cover their square."""
    tiles = [tile for tile in crawl.tiles(source) if tile.kind not in APART and tile.pixels[..., :3].std() > 2]
    return Sprites(np.stack([tile.pixels for tile in tiles]), np.array([tile.held_out for tile in tiles]))


class Batches:
    """Endless batches x0 (B, 4, 32, 32), premultiplied, in [-1, 1]; half of them seen in a mirror."""

    def __init__(self, sprites: Sprites, size: int, seed: int, held_out: bool = False) -> None:
        self.pixels = sprites.pixels[sprites.held_out == held_out]
        self.size, self.rng = size, np.random.default_rng(seed)

    def __call__(self) -> Tensor:
        chosen = self.pixels[self.rng.integers(0, len(self.pixels), self.size)]
        mirror = self.rng.random(self.size) < 0.5
        return from_pixels(np.where(mirror[:, None, None, None], chosen[:, :, ::-1], chosen))


def hole(rng: np.random.Generator) -> np.ndarray:
    """A damaged place, bool (32, 32): a rectangle, a blot or a scratch of 5 to 30 % of the picture."""
    y, x = np.mgrid[:SIDE, :SIDE]
    while True:
        kind = rng.integers(0, 3)
        cy, cx = rng.uniform(6, 26, 2)
        if kind == 0:
            found = (np.abs(y - cy) < rng.uniform(3, 8)) & (np.abs(x - cx) < rng.uniform(3, 8))
        elif kind == 1:
            found = np.hypot(y - cy, (x - cx) * rng.uniform(0.7, 1.4)) < rng.uniform(4, 9)
        else:
            turn = rng.uniform(0, np.pi)
            found = np.abs((y - cy) * np.cos(turn) - (x - cx) * np.sin(turn)) < rng.uniform(1.0, 2.2)
        if 0.05 <= found.mean() <= 0.3:
            return found


def spoiled(x0: Tensor, holes: np.ndarray, rng: np.random.Generator) -> Tensor:
    """`x0` with each hole (N, 32, 32) filled by one flat colour, by noise, or by a piece of another picture."""
    fills = []
    for _ in range(len(x0)):
        kind = rng.integers(0, 3)
        if kind == 0:
            fill = torch.from_numpy(rng.uniform(-1, 1, (4, 1, 1))).float().expand(4, SIDE, SIDE)
        elif kind == 1:
            fill = torch.from_numpy(rng.uniform(-1, 1, (4, SIDE, SIDE))).float()
        else:
            fill = x0[int(rng.integers(0, len(x0)))].roll(tuple(rng.integers(4, 28, 2).tolist()), (1, 2))
        fills.append(fill)
    return torch.where(torch.from_numpy(holes)[:, None], torch.stack(fills), x0)
