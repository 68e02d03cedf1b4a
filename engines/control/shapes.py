"""Layouts, colour blocks and depth, of pictures; and the layouts and depth maps that pictures are."""

import numpy as np

from engines.framing import SIDE, in_the_middle

BLOCK = 8  # pixels of a side of a block of colour
FAR, NEAR = 40, 255  # as depth maps of meshes have it: nothing is black, the farthest that is seen dark grey
APART = 20  # how far from the ground's colour a thing is


def layout(pixels: np.ndarray) -> np.ndarray:
    """Where a framed picture shows something, uint8 (128, 128), 255 there and 0 elsewhere.

    Its alpha tells, where it has some; else what differs from the colour of its border, holes filled.
    """
    return np.where(_seen(pixels), 255, 0).astype(np.uint8)


def inflated(pixels: np.ndarray) -> np.ndarray:
    """A guess at the depth of a framed picture, uint8 (128, 128): its silhouette blown up like a balloon.

    Height is that of a circle over the distance to the outline (Igarashi et al., "Teddy", 1999, in spirit). It knows
    nothing of what the picture shows.
    """
    from scipy import ndimage

    seen = _seen(pixels)
    away = ndimage.distance_transform_edt(seen)
    share = np.minimum(away / max(1.0, float(away.max())), 1.0)
    height = np.sqrt(1 - (1 - share) ** 2)
    return np.where(seen, np.rint(FAR + (NEAR - FAR) * height), 0).astype(np.uint8)


def blocks(pixels: np.ndarray) -> np.ndarray:
    """The mean colours of 16x16 blocks of a framed picture over white, uint8 (128, 128, 3)."""
    count = SIDE // BLOCK
    mean = pixels[..., :3].reshape(count, BLOCK, count, BLOCK, 3).mean((1, 3))
    return np.rint(mean).astype(np.uint8).repeat(BLOCK, 0).repeat(BLOCK, 1)


def two_toned(pixels: np.ndarray) -> np.ndarray | None:
    """A black-and-white picture as a layout, its ground (what most of the border is) black; None for any other."""
    grey = _plain(pixels)
    if grey is None or ((grey > 40) & (grey < 215)).mean() > 0.05:
        return None
    white = _framed(np.where(grey > 127, 255, 0).astype(np.uint8)) > 127
    return np.where(white, 255, 0).astype(np.uint8)


def depth(pixels: np.ndarray) -> np.ndarray | None:
    """A grey picture on black as a depth map; None for any other."""
    grey = _plain(pixels)
    if grey is None or np.median(_border(grey)) > 8 or not grey.any():
        return None
    return grey if grey.shape == (SIDE, SIDE) else _framed(grey)


def _plain(pixels: np.ndarray) -> np.ndarray | None:
    """The grey values (H, W) of pixels without colour and without transparency; None for any other."""
    if pixels.ndim == 2:
        return pixels
    spread = np.ptp(pixels[..., :3].astype(np.int16), -1)
    opaque = pixels.shape[-1] < 4 or (pixels[..., 3] == 255).all()
    return np.ascontiguousarray(pixels[..., 0]) if opaque and float(spread.max(initial=0)) <= 4 else None


def _framed(grey: np.ndarray) -> np.ndarray:
    """Grey values in the square, what is added around them black; light on dark, whichever way they were given."""
    from PIL import Image as Pillow

    light = 255 - grey if np.median(_border(grey)) > 127 else grey
    return np.asarray(in_the_middle(Pillow.fromarray(np.ascontiguousarray(light)), 0))


def _border(picture: np.ndarray) -> np.ndarray:
    """The outermost pixels of (H, W, ...), in a row."""
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])


def _seen(pixels: np.ndarray) -> np.ndarray:
    """Where a framed picture shows something, (128, 128)."""
    from scipy import ndimage

    if (pixels[..., 3] < 250).mean() > 0.01:
        return pixels[..., 3] > 127
    colour = pixels[..., :3].astype(np.float32)
    away = np.abs(colour - np.median(_border(colour), 0)).max(-1)
    return ndimage.binary_fill_holes(ndimage.binary_opening(away > APART))
