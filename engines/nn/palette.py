"""Pixel art as pixels: hard edges, a small palette, an exact grid, whole-number enlargement, sheets."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engines.contract import Image
from engines.training.recolour import from_oklab, to_oklab

SIDE = 32
ROUNDS = 16


def limited(sprite: np.ndarray, colours: int, kept: np.ndarray | None = None) -> np.ndarray:
    """`sprite` (uint8, (H, W, 4), alpha 0 or 255) in at most so many colours, by k-means in OKLab.

    `kept` (bool, (H, W)) marks pixels that stay as they are: their colours are the first of the palette, and when they
    are as many as allowed or more, the other pixels take the nearest of them. A sprite with few enough colours comes
    back unchanged, and the same sprite always gives the same palette.
    """
    seen = sprite[..., 3] > 0
    fixed = np.unique(sprite[seen & kept][:, :3], axis=0) if kept is not None else np.zeros((0, 3), np.uint8)
    free = seen if kept is None else seen & ~kept
    found, back, often = np.unique(sprite[free][:, :3], axis=0, return_inverse=True, return_counts=True)
    if len(np.unique(np.concatenate([found, fixed]), axis=0)) <= colours or not len(found):
        return sprite
    palette = np.concatenate([fixed, _means(found, often, colours - len(fixed))]) if colours > len(fixed) else fixed
    out = sprite.copy()
    out[free, :3] = palette[_nearest(to_oklab(found / 255.0), to_oklab(palette / 255.0))][back.reshape(-1)]
    return out


def _nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The number of the nearest centre (K, 3) of each point (N, 3)."""
    return ((centres**2).sum(1) - 2 * points @ centres.T).argmin(1)


def _means(found: np.ndarray, often: np.ndarray, count: int) -> np.ndarray:
    """Centres of k-means over distinct colours, each `often` there, uint8 (count or fewer, 3).

    The commonest colour is the first seed, and each further one the colour that is worst served so far, weighted by
    the root of how often it is there: so chance has no part, and a bright speck still gets its own colour.
    """
    points, weight = to_oklab(found / 255.0), often.astype(np.float64)
    centres, gap = [points[weight.argmax()]], np.full(len(points), np.inf)
    while len(centres) < min(count, len(points)):
        gap = np.minimum(gap, ((points - centres[-1]) ** 2).sum(1))
        centres.append(points[(gap * np.sqrt(weight)).argmax()])
    middle = np.array(centres)
    for _ in range(ROUNDS):
        nearest = _nearest(points, middle)
        for k in range(len(middle)):
            mine = nearest == k
            if mine.any():
                middle[k] = np.average(points[mine], axis=0, weights=weight[mine])
    return np.rint(from_oklab(middle) * 255).astype(np.uint8)


def hard(rgba: np.ndarray) -> np.ndarray:
    """The same picture with alpha 0 or 255, and black where nothing is, uint8 (H, W, 4)."""
    seen = rgba[..., 3:] >= 128
    return np.concatenate([rgba[..., :3] * seen, 255 * seen.astype(np.uint8)], -1).astype(np.uint8)


def gridded(picture: Image) -> np.ndarray:
    """Any picture on the sprite's grid, uint8 (32, 32, 4), alpha 0 or 255.

    A sprite that was enlarged by nearest neighbour comes back exactly; another picture is fitted into the square by
    averaging, over nothing.
    """
    from PIL import Image as Pillow

    pixels = picture.pixels if picture.pixels.ndim == 3 else np.repeat(picture.pixels[..., None], 3, -1)
    height, width = pixels.shape[:2]
    factor = width // SIDE
    if width == height == factor * SIDE and np.array_equal(enlarged(pixels[::factor, ::factor], factor), pixels):
        source = Pillow.fromarray(np.ascontiguousarray(pixels[::factor, ::factor])).convert("RGBA")
        return hard(np.asarray(source))
    source = Pillow.fromarray(np.ascontiguousarray(pixels)).convert("RGBA")
    scale = SIDE / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = source.resize(size, Pillow.Resampling.BOX)
    canvas = Pillow.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    canvas.paste(small, ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    return hard(np.asarray(canvas))


def gridded_mask(mask: Image, start: Image) -> np.ndarray:
    """The mask of a start picture where `gridded` puts that, bool (32, 32), True where the sprite may change."""
    from PIL import Image as Pillow

    grey = mask.pixels if mask.pixels.ndim == 2 else mask.pixels[..., :3].max(-1)
    height, width = start.pixels.shape[:2]
    fitted = Pillow.fromarray(np.ascontiguousarray(grey)).resize((width, height), Pillow.Resampling.BOX)
    opaque = np.repeat(np.asarray(fitted)[..., None], 4, -1).copy()
    opaque[..., 3] = 255
    return gridded(Image(opaque))[..., 0] >= 128


def enlarged(pixels: np.ndarray, factor: int) -> np.ndarray:
    """Every pixel `factor` times in both directions, (H, W, C) to (H factor, W factor, C)."""
    return np.repeat(np.repeat(pixels, factor, 0), factor, 1)


def sheet(sprites: Sequence[np.ndarray]) -> np.ndarray:
    """Sprites of one size side by side, row by row, on the squarest grid that holds them; empty cells are nothing."""
    columns = math.ceil(math.sqrt(len(sprites)))
    lines = -(-len(sprites) // columns)
    height, width, channels = sprites[0].shape
    whole = np.zeros((lines * height, columns * width, channels), np.uint8)
    for i, sprite in enumerate(sprites):
        y, x = (i // columns) * height, (i % columns) * width
        whole[y : y + height, x : x + width] = sprite
    return whole
