"""Laying one picture into a frame, and over another: fit, place, scale, turn; opacity and blend modes."""

import math
from typing import Any, NamedTuple

import numpy as np

from app.core.timeline.values import Blend, Look

EDGE = 2  # clear pixels put around a picture that is turned, so that its edges come out smooth
LARGEST = 16_384


class Laid(NamedTuple):
    """Pixels uint8 (h, w, 4) with premultiplied alpha, their first at (`left`, `top`) of the frame; (h, w, 3) when they
    are `opaque`."""

    pixels: np.ndarray
    left: int
    top: int
    opaque: bool


def laid(pixels: np.ndarray, look: Look, size: tuple[int, int], scale: float) -> Laid | None:
    """The picture uint8 (H, W, 3 or 4) as `look` places it in a frame of `size` (width, height); None when nothing of
    it is in the frame. `scale` is how large a pixel of the project is in it (for 'pixels')."""
    wide, high = _extent(pixels, look, size, scale)
    centre = size[0] * (0.5 + look.x), size[1] * (0.5 + look.y)
    if wide < 0.5 or high < 0.5:
        return None
    if look.rotation % 360:
        return _turned(pixels, (wide, high), centre, (look.rotation, size))
    return _straight(pixels, (wide, high), centre, size)


def _extent(pixels: np.ndarray, look: Look, size: tuple[int, int], scale: float) -> tuple[float, float]:
    """How wide and high the picture is in the frame, in pixels of the frame."""
    high, wide = pixels.shape[:2]
    across, down = size[0] / wide, size[1] / high
    if look.fit == "fit":
        across = down = min(across, down)
    elif look.fit == "fill":
        across = down = max(across, down)
    elif look.fit == "pixels":
        across = down = scale
    return min(LARGEST, wide * across * look.scale), min(LARGEST, high * down * look.scale)


def _straight(
    pixels: np.ndarray, extent: tuple[float, float], centre: tuple[float, float], size: tuple[int, int]
) -> Laid | None:
    """Not turned: only the part that is in the frame is drawn, from exactly where it lies in the picture."""
    from PIL import Image

    spans = []
    for axis in (0, 1):
        begin = centre[axis] - extent[axis] / 2
        low = max(0, math.floor(begin + 0.5))  # not round(), which goes to even numbers: sides would come and go
        high = min(size[axis], math.floor(begin + extent[axis] + 0.5))
        if high <= low:
            return None
        full = pixels.shape[1 - axis]
        share = full / extent[axis]
        source = [min(max((edge - begin) * share, 0.0), float(full)) for edge in (low, high)]
        if source[1] - source[0] < 1e-3:
            return None
        spans.append((low, high - low, source))
    (left, wide, across), (top, high, down) = spans
    whole = across == [0.0, pixels.shape[1]] and down == [0.0, pixels.shape[0]]
    if whole and (wide, high) == (pixels.shape[1], pixels.shape[0]) and pixels.shape[2] == 3:
        return Laid(pixels, left, top, True)
    box = (across[0], down[0], across[1], down[1])
    if pixels.shape[2] == 3:
        plain = Image.fromarray(np.ascontiguousarray(pixels)).resize((wide, high), _filter(extent, pixels), box)
        return Laid(np.asarray(plain), left, top, True)
    return Laid(_channels(_premultiplied(pixels).resize((wide, high), _filter(extent, pixels), box)), left, top, False)


def _turned(
    pixels: np.ndarray,
    extent: tuple[float, float],
    centre: tuple[float, float],
    how: tuple[float, tuple[int, int]],
) -> Laid | None:
    """Turned counter-clockwise about its middle."""
    from PIL import Image

    degrees, size = how
    picture = _premultiplied(pixels)
    smaller = tuple(max(1, math.ceil(min(side, n))) for side, n in zip(extent, picture.size, strict=True))
    if smaller != picture.size:
        picture = picture.resize(smaller, _filter(extent, pixels))
    padded = Image.new("RGBa", (picture.width + 2 * EDGE, picture.height + 2 * EDGE))
    padded.paste(picture, (EDGE, EDGE))
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    reach = (abs(extent[0] * cos) + abs(extent[1] * sin)) / 2 + 2, (abs(extent[0] * sin) + abs(extent[1] * cos)) / 2 + 2
    left, right = (int(min(max(centre[0] + s * reach[0], 0), size[0])) for s in (-1, 1))
    top, bottom = (int(min(max(centre[1] + s * reach[1], 0), size[1])) for s in (-1, 1))
    if right <= left or bottom <= top:
        return None
    across, down = picture.width / extent[0], picture.height / extent[1]
    x, y = left - centre[0], top - centre[1]
    matrix = (
        *(cos * across, -sin * across, (cos * x - sin * y) * across + padded.width / 2),
        *(sin * down, cos * down, (sin * x + cos * y) * down + padded.height / 2),
    )
    drawn = padded.transform((right - left, bottom - top), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    return Laid(_channels(drawn), left, top, False)


def _premultiplied(pixels: np.ndarray) -> Any:
    from PIL import Image

    if pixels.shape[2] == 3:
        return _rgba(_opaque(pixels))
    return Image.fromarray(np.ascontiguousarray(pixels)).convert("RGBa")


def _rgba(pixels: np.ndarray) -> Any:
    """Opaque pixels, whose premultiplied colours are their colours."""
    from PIL import Image

    return Image.frombuffer("RGBa", (pixels.shape[1], pixels.shape[0]), pixels, "raw", "RGBa", 0, 1)


def _channels(picture: Any) -> np.ndarray:
    """The premultiplied pixels (h, w, 4); what a filter overshot is no brighter than its alpha."""
    found = np.frombuffer(picture.tobytes(), np.uint8).reshape(picture.height, picture.width, 4)
    return np.minimum(found, found[..., 3:])


def _opaque(pixels: np.ndarray) -> np.ndarray:
    full = np.full((*pixels.shape[:2], 4), 255, np.uint8)
    full[..., :3] = pixels
    return full


def _filter(extent: tuple[float, float], pixels: np.ndarray) -> Any:
    """Lanczos' filter for smaller, a bicubic one for larger: it rings less at the edges of drawings. Where there is
    alpha, one that never overshoots: colours would run brighter than their alpha at its edges."""
    from PIL import Image

    if pixels.shape[2] == 4:
        return Image.Resampling.HAMMING
    return Image.Resampling.LANCZOS if extent[0] < pixels.shape[1] else Image.Resampling.BICUBIC


def trimmed(one: Laid) -> Laid:
    """The same without clear rows and columns around it."""
    if one.opaque:
        return one
    alpha = one.pixels[..., 3]
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not len(rows):
        return one._replace(pixels=one.pixels[:1, :1])
    (top, bottom), (left, right) = ((edge[0], edge[-1] + 1) for edge in (rows, columns))
    return Laid(np.ascontiguousarray(one.pixels[top:bottom, left:right]), one.left + left, one.top + top, False)


# ---------------------------------------------------------------- over what is below


def lay(canvas: np.ndarray, layers: list[tuple[Laid, float, Blend]]) -> None:
    """Lay one layer, or the two of a cross-fade, over `canvas`, float32 (H, W, 4) from 0 to 255, premultiplied."""
    if len(layers) == 2 and all(blend == "normal" for _, _, blend in layers):
        both = np.zeros_like(canvas)
        for one, opacity, _ in layers:
            _part(both, one)[...] += _channels_of(one, opacity)
        _over(canvas, both, "normal")
        return
    for one, opacity, blend in layers:
        part = _part(canvas, one)
        if one.opaque and opacity >= 1 and blend == "normal":
            part[..., :3], part[..., 3] = one.pixels, 255
        else:
            _over(part, _channels_of(one, opacity), blend)


def _channels_of(one: Laid, opacity: float) -> np.ndarray:
    """Its premultiplied pixels, float32 (h, w, 4), as opaque as is wanted."""
    if not one.opaque:
        return one.pixels * np.float32(opacity)
    made = np.empty((*one.pixels.shape[:2], 4), np.float32)
    made[..., :3], made[..., 3] = one.pixels, 255
    made *= np.float32(opacity)
    return made


def _part(canvas: np.ndarray, one: Laid) -> np.ndarray:
    height, width = one.pixels.shape[:2]
    return canvas[one.top : one.top + height, one.left : one.left + width]


def _over(below: np.ndarray, above: np.ndarray, blend: Blend) -> None:
    """Lay `above` over `below`, in place. By W3C's Compositing and Blending Level 1; 'add' is its 'lighter', held to
    white."""
    cover = above[..., 3:] * np.float32(1 / 255)
    if blend == "normal":
        below *= 1 - cover
        below += above
        return
    ground = below[..., 3:] * np.float32(1 / 255)
    source = above[..., :3] / np.maximum(above[..., 3:], 1e-3)  # straight, 0 to 1
    backdrop = below[..., :3] / np.maximum(below[..., 3:], 1e-3)
    met = _blended(np.clip(backdrop, 0, 1), np.clip(source, 0, 1), blend)
    colour = (1 - ground) * source + ground * met
    below[..., :3] = below[..., :3] * (1 - cover) + 255 * cover * colour
    below[..., 3:] = below[..., 3:] * (1 - cover) + above[..., 3:]


def _blended(b: np.ndarray, s: np.ndarray, blend: Blend) -> np.ndarray:
    """B(backdrop, source) of the specification, both in [0, 1]."""
    match blend:
        case "add":
            return np.minimum(1, b + s)
        case "multiply":
            return b * s
        case "screen":
            return b + s - b * s
        case "overlay":
            return np.where(b <= 0.5, 2 * b * s, 1 - 2 * (1 - b) * (1 - s))
        case "lighten":
            return np.maximum(b, s)
        case "darken":
            return np.minimum(b, s)
        case "difference":
            return np.abs(b - s)
    return s
