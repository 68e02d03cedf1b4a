"""Sprites as symbols of a fixed palette, and back: every pixel is one of its colours, or nothing."""

from __future__ import annotations

import numpy as np

from engines.training.recolour import to_oklab


def nearest(found: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """The number of the colour (K, 3) nearest in OKLab to each of (N, 3), all uint8; the first of equals, (N,)."""
    points, centres = to_oklab(found / 255.0), to_oklab(colours / 255.0)
    return ((centres**2).sum(1) - 2 * points @ centres.T).argmin(1)


def symbols_of(sprites: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """Sprites, uint8 (..., 4) with alpha 0 or 255, in symbols, uint8 (...): the last one, K, is nothing."""
    packed = sprites[..., :3].astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    each, back = np.unique(packed, return_inverse=True)
    distinct = np.stack([each >> 16, each >> 8 & 255, each & 255], -1).astype(np.uint8)
    named = nearest(distinct, colours)[back.reshape(-1)].reshape(sprites.shape[:-1])
    return np.where(sprites[..., 3] > 0, named, len(colours)).astype(np.uint8)


def sprites_of(symbols: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """The way back: symbols (...) as uint8 (..., 4), black and transparent where nothing is."""
    table = np.zeros((len(colours) + 1, 4), np.uint8)
    table[:-1, :3], table[:-1, 3] = colours, 255
    return table[symbols]


def borrowed(colours: np.ndarray, start: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The palette with the start's own colours in it: what a drawing (uint8 (H, W, 4)) keeps of a symbol most often
    stands for that symbol, so that what is added has the colours that are there. uint8 (K, 3)."""
    mine = start[kept & (start[..., 3] > 0)][:, :3]
    out = colours.copy()
    distinct, often = np.unique(mine, axis=0, return_counts=True)
    named = nearest(distinct, colours) if len(distinct) else np.zeros(0, int)
    for k in np.unique(named):
        out[k] = distinct[named == k][often[named == k].argmax()]
    return out
