"""Any picture in the sticker engine's square, 128x128: as large as it fits, in the middle."""

from typing import Any

import numpy as np

from engines.contract import Image

SIDE = 128


def framed(picture: Image) -> np.ndarray:
    """Any picture fitted into the network's square: colour over white and alpha, uint8 (128, 128, 4)."""
    from PIL import Image as Pillow

    pixels = picture.pixels if picture.pixels.ndim == 3 else np.repeat(picture.pixels[..., None], 3, -1)
    source = Pillow.fromarray(np.ascontiguousarray(pixels)).convert("RGBA")
    rgba = np.asarray(in_the_middle(source, (255, 255, 255, 0))).astype(np.float64)
    alpha = rgba[..., 3:] / 255
    return np.rint(np.concatenate([rgba[..., :3] * alpha + 255 * (1 - alpha), rgba[..., 3:]], -1)).astype(np.uint8)


def framed_mask(mask: Image, start: Image) -> np.ndarray:
    """The mask of a start picture as `framed` places that, uint8 (128, 128); what is added around it is kept."""
    from PIL import Image as Pillow

    grey = mask.pixels if mask.pixels.ndim == 2 else mask.pixels[..., :3].max(-1)
    source = Pillow.fromarray(np.ascontiguousarray(grey))
    height, width = start.pixels.shape[:2]
    return np.asarray(in_the_middle(source.resize((width, height), Pillow.Resampling.BOX), 0))


def in_the_middle(source: Any, ground: Any) -> Any:
    """A Pillow picture as large as the network's square allows, in its middle, over `ground`."""
    from PIL import Image as Pillow

    source.thumbnail((SIDE, SIDE), Pillow.Resampling.LANCZOS)
    if max(source.size) < SIDE:
        scale = SIDE / max(source.size)
        size = (max(1, round(source.width * scale)), max(1, round(source.height * scale)))
        source = source.resize(size, Pillow.Resampling.LANCZOS)
    canvas = Pillow.new(source.mode, (SIDE, SIDE), ground)
    canvas.paste(source, ((SIDE - source.width) // 2, (SIDE - source.height) // 2))
    return canvas
