"""Small pictures for tests of what moves or follows them."""

from typing import Any

import numpy as np

from engines.contract import Image


def blob(side: int = 32, seed: int = 0) -> np.ndarray:
    """A smooth opaque blob in a square with an empty margin, RGBA."""
    rng = np.random.default_rng(seed)
    y, x = (np.mgrid[0:side, 0:side] + 0.5) / side * 2 - 1
    waves = [0.5 + 0.5 * np.sin(rng.uniform(1, 3) * x + rng.uniform(1, 3) * y + rng.uniform(0, 6)) for _ in range(3)]
    alpha = np.clip((0.7 - np.hypot(x, 1.3 * y)) * side / 4, 0, 1)
    return np.rint(np.dstack([*waves, alpha]) * 255).astype(np.uint8)


def disc(middle: tuple[int, int] = (64, 64), radius: int = 30, side: int = 128, colour: Any = (200, 40, 40)) -> Image:
    """A coloured disc with alpha, (side, side, 4)."""
    y, x = np.mgrid[:side, :side]
    seen = (x - middle[0]) ** 2 + (y - middle[1]) ** 2 <= radius**2
    pixels = np.zeros((side, side, 4), np.uint8)
    pixels[seen] = (*colour, 255)
    return Image(pixels)
