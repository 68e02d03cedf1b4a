"""Edges and scribbles, of pictures and of drawings; white lines on black, uint8 (128, 128) of 0 and 255."""

import numpy as np

from engines.framing import SIDE, in_the_middle

OUTSIDE = 1.3  # how much darker than white the outside of a sticker counts, so that white things have an outline too
SPECK = 12  # pixels of the smallest line a scribble keeps
INK, PAPER = 64, 24  # how far from the paper's colour ink is, and how near to it paper
THICK = 0.07  # of the longer side: what is thicker is no line


def edges(pixels: np.ndarray) -> np.ndarray:
    """Canny's edges of a framed picture: Canny, "A Computational Approach to Edge Detection", 1986."""
    from skimage.feature import canny

    return _white(canny(_grey(pixels), sigma=1.0, low_threshold=0.1, high_threshold=0.22))


def scribble(pixels: np.ndarray) -> np.ndarray:
    """The strongest edges of a framed picture, smoothed, without specks, as by a thick pen."""
    from scipy import ndimage
    from skimage.feature import canny

    found = canny(_grey(pixels), sigma=2.5, low_threshold=0.08, high_threshold=0.2)
    parts, count = ndimage.label(found, np.ones((3, 3)))
    sizes = np.bincount(parts.ravel(), minlength=count + 1)
    sizes[0] = 0
    return _white(bold(sizes[parts] >= SPECK))


def bold(ink: np.ndarray) -> np.ndarray:
    """Lines (H, W) of a pixel's width, drawn three to four pixels wide."""
    from scipy import ndimage

    return ndimage.binary_dilation(ndimage.binary_dilation(ink, np.ones((2, 2))), iterations=1)


def drawn(pixels: np.ndarray, bold: bool) -> np.ndarray | None:
    """A drawing of lines as a map; None when `pixels`, uint8 of any size, are no such drawing.

    `bold` asks for thick lines: thin ones are drawn thicker. What is a map already, is left as it is.
    """
    from PIL import Image as Pillow
    from scipy import ndimage

    if pixels.shape == (SIDE, SIDE) and np.isin(pixels, (0, 255)).all() and (pixels == 0).mean() > 0.5:
        return pixels
    ink = ink_of(pixels)
    if ink is None:
        return None
    coarse = max(1, round(max(ink.shape) / SIDE))  # a line thinner than a pixel of the map is not to be lost
    whole = ndimage.maximum_filter(ink, coarse) if coarse > 1 else ink
    framed = np.asarray(in_the_middle(Pillow.fromarray(np.where(whole, 255, 0).astype(np.uint8)), 0)) > 127
    thin = _share(ndimage.binary_erosion(framed, np.ones((3, 3))), framed) < 0.1
    return _white(ndimage.binary_dilation(framed, np.ones((3, 3))) if bold and thin else framed)


def ink_of(pixels: np.ndarray) -> np.ndarray | None:
    """Where a drawing has ink, (H, W); None when most is not paper or what is drawn are no lines."""
    from scipy import ndimage

    colour = _over_white(pixels)
    border = np.concatenate([colour[0], colour[-1], colour[:, 0], colour[:, -1]])
    away = np.abs(colour - np.median(border, 0)).max(-1)
    ink = away > INK
    if (away < PAPER).mean() <= 0.6 or ink.mean() >= 0.35:
        return None
    side = max(3, round(THICK * max(ink.shape)))
    core = ndimage.minimum_filter(ink, side, mode="constant", cval=0)  # as an erosion, in a time that knows no side
    return ink if _share(core, ink) < 0.02 else None


def _share(part: np.ndarray, whole: np.ndarray) -> float:
    return float(part.sum() / max(1, whole.sum()))


def _over_white(pixels: np.ndarray) -> np.ndarray:
    """Pixels of any kind as colour over white, float (H, W, 3)."""
    if pixels.ndim == 2 or pixels.shape[-1] == 1:
        return np.repeat(pixels.reshape(*pixels.shape[:2], 1).astype(np.float32), 3, -1)
    alpha = pixels[..., 3:].astype(np.float32) / 255 if pixels.shape[-1] == 4 else 1.0
    return pixels[..., :3] * alpha + 255 * (1 - alpha)


def _grey(pixels: np.ndarray) -> np.ndarray:
    """Lightness of a framed picture in [0, 1], its outside far below black."""
    light = pixels[..., :3].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32) / 255
    return light - OUTSIDE * (1 - pixels[..., 3].astype(np.float32) / 255)


def _white(found: np.ndarray) -> np.ndarray:
    return np.where(found, 255, 0).astype(np.uint8)
