"""Pictures as numbers and back: fitted to a frame, their colours times alpha where they have alpha."""

from __future__ import annotations

import numpy as np
from PIL import Image as Picture
from PIL import ImageOps

from engines.contract import Image as Still
from engines.contract import Media, Mesh, Refused, Video

LARGEST = 1024  # pixels of a side


def still(media: Media, last: bool = False) -> np.ndarray:
    """A picture, or the first (or last) frame of a clip, uint8 (H, W, 3 or 4). Refused for anything else."""
    if isinstance(media, Video):
        return media.frames[-1 if last else 0]
    if isinstance(media, Still):
        return media.pixels if media.pixels.ndim == 3 else np.repeat(media.pixels[..., None], 3, -1)
    kind = "a mesh" if isinstance(media, Mesh) else "a sound"
    raise Refused("bad-request", f"A picture or a clip is needed here; what was given is {kind}.")


def fitted(pixels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Pixels that fill `size` (width, height), cut at two sides where their shape is another; uint8."""
    if pixels.shape[1::-1] == size:
        return pixels
    picture = Picture.fromarray(pixels)
    return np.asarray(ImageOps.fit(picture, size, Picture.Resampling.LANCZOS))


def size_of(pixels: np.ndarray) -> tuple[int, int]:
    """Its (width, height), of a large picture less, both even, as clips want them."""
    height, width = pixels.shape[:2]
    factor = min(1.0, LARGEST / max(height, width))
    return max(2, round(width * factor / 2) * 2), max(2, round(height * factor / 2) * 2)


def alike(*several: np.ndarray) -> tuple[np.ndarray, ...]:
    """The same pictures, with alpha if one of them has it."""
    if len({pixels.shape[-1] for pixels in several}) == 1:
        return several
    full = (np.concatenate([p[..., :3], np.full_like(p[..., :1], 255)], -1) if p.shape[-1] == 3 else p for p in several)
    return tuple(full)


def like(pixels: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Pixels in the size and with the channels of `other`; what becomes opaque lies over white."""
    if pixels.shape == other.shape:
        return pixels
    if pixels.shape[-1] == 4 and other.shape[-1] == 3:
        pixels = over(pixels, np.full(3, 255))
    picture = Picture.fromarray(pixels).convert("RGBA" if other.shape[-1] == 4 else "RGB")
    return fitted(np.asarray(picture), other.shape[1::-1])


def over(pixels: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """uint8 (..., 4) over a colour (3,): (..., 3). What has no alpha stays."""
    if pixels.shape[-1] == 3:
        return pixels
    alpha = pixels[..., 3:].astype(np.float32) / 255
    return np.rint(pixels[..., :3] * alpha + ground * (1 - alpha)).astype(np.uint8)


def numbers(pixels: np.ndarray) -> np.ndarray:
    """uint8 (H, W, 3 or 4) as float32 in [0, 1], colours times alpha."""
    shares = pixels.astype(np.float32) / 255
    return shares if shares.shape[-1] == 3 else np.concatenate([shares[..., :3] * shares[..., 3:], shares[..., 3:]], -1)


def pixels(shares: np.ndarray) -> np.ndarray:
    """The way back from `numbers`."""
    if shares.shape[-1] == 4:
        alpha = shares[..., 3:].clip(0, 1)
        shares = np.concatenate([shares[..., :3] / np.maximum(alpha, 1e-3), alpha], -1)
    return np.rint(shares.clip(0, 1) * 255).astype(np.uint8)
