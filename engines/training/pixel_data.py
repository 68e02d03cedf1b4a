"""What image/pixel learns from: the sprites' pool in the symbols of one palette, and what of them is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engines.nn import palette
from engines.nn.palette import SIDE
from engines.nn.pixel import blocks
from engines.nn.pixel_colours import nearest, symbols_of
from engines.training.recolour import from_oklab, to_oklab
from engines.training.sprite_pool import Pool

COLOURS = 47  # of the palette; nothing is the 48th symbol
ASKED = 60_000  # pixels the palette is made from
TURNS = 12  # hue rotations a picture without words is shown in
FLIPPED, TURNED, BLANK = 0.3, 0.5, 0.25  # shares: mirrored; of those without words, in other hues; without words
WHOLE, LOWER = 0.3, 0.3  # shares of pictures of which nothing, or the upper part, is kept


@dataclass(frozen=True)
class Sprites:
    """The pool as the network sees it: `symbols` uint8 (N, 32, 32); `said` float32 (captions, 384), mean token states;
    `turns` uint8 (TURNS, V), the symbol each symbol becomes when all hues are turned; `colours` uint8 (V - 1, 3)."""

    pool: Pool
    colours: np.ndarray
    symbols: np.ndarray
    said: np.ndarray
    turns: np.ndarray

    def batch(self, rng: np.random.Generator, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """Training pictures: symbols and kept (B, 16, 16, 4), and mean token states (B, 384)."""
        numbers, words = self.pool.draw(rng, count)
        chosen = self.symbols[numbers].copy()
        for i in range(len(chosen)):
            if rng.random() < FLIPPED:
                chosen[i] = chosen[i, :, ::-1]
            if rng.random() < BLANK:
                words[i] = ""
                if rng.random() < TURNED:
                    chosen[i] = self.turns[rng.integers(TURNS)][chosen[i]]
        kept = np.stack([mask(rng) for _ in chosen])
        return as_blocks(chosen.astype(np.int64)), as_blocks(kept), self.texts(words)

    def texts(self, words: list[str]) -> Tensor:
        """Mean token states of captions of the pool, (B, 384)."""
        return torch.from_numpy(self.said[[self.pool.index[word] for word in words]])

    def test(self, group: str | None = None) -> list[int]:
        """Numbers of the held-out pictures: of things never shown ('name'), known things in colours they were never
        shown in ('pair'), dresses never shown ('character'), or all."""
        from engines.training.sprite_things import part

        found = []
        for i, row in enumerate(self.pool.rows):
            new = "character" if row.kind == "character" else "name" if part(row.name) == "test" else "pair"
            if row.part == "test" and group in (None, new):
                found.append(i)
        return found


def as_blocks(pictures: np.ndarray) -> Tensor:
    """(B, 32, 32) in blocks, (B, 16, 16, 4)."""
    return blocks(torch.from_numpy(np.ascontiguousarray(pictures)))


def load(pool: Pool, folder: Path) -> Sprites:
    """The pool in symbols; palette and symbols are kept in `folder` and read when they are there."""
    if not (folder / "symbols.npy").exists():
        colours = shared_palette(pool.pixels[[i for i, row in enumerate(pool.rows) if row.part == "train"]])
        np.save(folder / "palette.npy", colours)
        symbols = [symbols_of(some, colours) for some in np.array_split(pool.pixels, max(1, len(pool.pixels) // 500))]
        np.save(folder / "symbols.npy", np.concatenate(symbols))
    colours = np.load(folder / "palette.npy")
    return Sprites(pool, colours, np.load(folder / "symbols.npy"), mean_states(pool), turns(colours))


def mean_states(pool: Pool) -> np.ndarray:
    """The mean token state of every caption, float32 (captions, 384)."""
    begins = np.concatenate([[0], pool.ends[:-1]])
    sums = np.add.reduceat(pool.states, begins, axis=0, dtype=np.float32)
    return sums / (pool.ends - begins)[:, None].astype(np.float32)


def shared_palette(pictures: np.ndarray, count: int = COLOURS) -> np.ndarray:
    """The colours that serve pictures (N, 32, 32, 4) best, by k-means in OKLab, uint8 (count, 3)."""
    seen = pictures[pictures[..., 3] > 0]
    some = seen[np.random.default_rng(0).choice(len(seen), min(ASKED, len(seen)), replace=False)].copy()
    some[:, :3] &= 0xFC  # nearly equal colours count as one
    return np.unique(palette.limited(some[None], count)[0, :, :3], axis=0)


def turns(colours: np.ndarray) -> np.ndarray:
    """Where each symbol goes when all hues are turned by k / TURNS of a round, uint8 (TURNS, V); greys stay."""
    lab, found = to_oklab(colours / 255.0), []
    for k in range(TURNS):
        angle = 2 * np.pi * k / TURNS
        turn = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
        there = np.rint(from_oklab(lab @ turn.T) * 255).astype(np.uint8)
        found.append(np.append(nearest(there, colours), len(colours)))
    return np.stack(found).astype(np.uint8)


# ---------------------------------------------------------------- what is kept


def mask(rng: np.random.Generator) -> np.ndarray:
    """Which pixels of a picture are kept, bool (32, 32): none, the upper rows, one side, all but a box, or specks."""
    y, x = np.mgrid[:SIDE, :SIDE]
    chance = rng.random()
    if chance < WHOLE:
        return np.zeros((SIDE, SIDE), bool)
    cut = int(rng.integers(6, 27))
    if chance < WHOLE + LOWER:
        return y < cut
    if chance < WHOLE + LOWER + 0.15:
        return [x < cut, x >= cut, y >= cut][rng.integers(3)]
    if chance < WHOLE + LOWER + 0.3:
        tall, wide = rng.integers(6, 25, 2)
        top, left = rng.integers(0, SIDE - tall + 1), rng.integers(0, SIDE - wide + 1)
        box = (y >= top) & (y < top + tall) & (x >= left) & (x < left + wide)
        return ~box if rng.random() < 0.8 else box
    coarse = rng.random((8, 8)) < rng.uniform(0.1, 0.7)
    return np.kron(coarse, np.ones((4, 4), bool)).astype(bool)
