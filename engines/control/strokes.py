"""Lines of pictures at their own size, as public ControlNets read them: white on black, uint8 (H, W, 3)."""

from typing import Annotated

import numpy as np
from msgspec import Struct

from engines.contract import Image, Refused, param
from engines.control import lines
from engines.control.tones import grey_of, levels, rgb

CANNY = "Thin lines where the lightness changes; a drawing's lines are taken as they are."
SOFTEDGE = "Soft lines of all widths, as a HED network gives them: what changes more is whiter."
LINEART = "The dark lines of a drawing or picture, white on black, in shades."
SCRIBBLE = "The main outlines with a thick pen; a drawing's lines are taken as they are."

_SIDE = 512  # pixels of the longer side for which widths in pixels are meant


class Canny(Struct, frozen=True, forbid_unknown_fields=True):
    low: Annotated[int, param("Weaker edges go, unless they go on from a strong one.", min=0, max=255)] = 100
    high: Annotated[int, param("An edge this strong is always drawn.", min=0, max=255)] = 200
    sigma: Annotated[float, param("Blur before looking for edges.", min=0.0, max=8.0, step=0.1, unit="px")] = 0.7


def canny(picture: Image, options: Canny) -> Image:
    """Canny's edges (1986). Thresholds are of the Sobel gradient of 8-bit lightness, as OpenCV counts them."""
    from skimage import feature

    if options.low > options.high:
        raise Refused("bad-request", f"Canny's low threshold {options.low} is above the high one, {options.high}.")
    drawn = _drawing(picture)
    if drawn is not None:
        return _white(drawn)
    low, high = options.low / 255, options.high / 255
    return _white(feature.canny(grey_of(picture) / 255, options.sigma, low, high, mode="nearest"))


class SoftEdge(Struct, frozen=True, forbid_unknown_fields=True):
    strength: Annotated[float, param("How white weak edges become.", min=0.1, max=10.0, step=0.1)] = 2.0
    finest: Annotated[float, param("The finest scale that is looked at.", min=0.5, max=4.0, step=0.1, unit="px")] = 1.0
    scales: Annotated[int, param("Scales, each twice as coarse as the one before.", min=1, max=6)] = 4
    safe: Annotated[bool, param("Only a few shades, so that no picture can hide in the map.")] = False


def softedge(picture: Image, options: SoftEdge) -> Image:
    """1 - exp(-strength * 4 * mean over scales of s |grad_s|), the largest of the colours.

    s |grad_s| is Lindeberg's normalised gradient ("Edge detection and ridge detection with automatic scale selection",
    1998), here of values in [0, 1]: a step of height c answers with c / sqrt(2 pi) at every scale.
    """
    colours = rgb(picture).astype(np.float32) / 255
    scales = [options.finest * 2.0**k for k in range(options.scales)]
    answer = np.mean([_gradient(colours, sigma) for sigma in scales], axis=0)
    found = 1 - np.exp(-4 * options.strength * answer)
    if options.safe:
        found = np.floor(found * 2.999) / 2
    return levels(found * 255)


def _drawing(picture: Image) -> np.ndarray | None:
    """Where a drawing of lines has ink, (H, W); None for any other picture, a faint one among them."""
    ink = lines.ink_of(rgb(picture))
    return ink if ink is not None and ink.any() else None


def _gradient(colours: np.ndarray, sigma: float) -> np.ndarray:
    """sigma |grad| of values (H, W, C) smoothed with `sigma`, the largest of the channels, (H, W)."""
    from scipy import ndimage

    smooth = (sigma, sigma, 0)
    down, across = (ndimage.gaussian_filter(colours, smooth, order, mode="nearest") for order in ((1, 0, 0), (0, 1, 0)))
    return sigma * np.hypot(down, across).max(-1)


class LineArt(Struct, frozen=True, forbid_unknown_fields=True):
    intensity: Annotated[float, param("How white the lines become.", min=0.1, max=4.0, step=0.1)] = 1.0
    width: Annotated[float, param("Wider dark places are no lines.", min=1.0, max=32.0, step=0.5, unit="px")] = 6.0
    threshold: Annotated[int, param("What is darker by less than this is paper.", min=0, max=128)] = 8


def lineart(picture: Image, options: LineArt) -> Image:
    """How much darker each place is than its surroundings (a Gaussian of `width`), in the colour where that is least.

    The usual line is made half white: the differences are divided by their median, 16 at the least. What is grey on
    black is such a map already and left as it is.
    """
    from scipy import ndimage

    colours = rgb(picture).astype(np.float32)
    if np.ptp(colours, -1).max() <= 4 and np.median(colours) <= 16:
        return Image(np.array(rgb(picture)))
    around = ndimage.gaussian_filter(colours, (options.width, options.width, 0), mode="nearest")
    darker = np.clip((around - colours).min(-1), 0, None)
    darker[darker <= options.threshold] = 0
    usual = float(np.median(darker[darker > 0])) if darker.any() else 16.0
    return levels(127.5 * options.intensity * darker / max(16.0, usual))


class Scribble(Struct, frozen=True, forbid_unknown_fields=True):
    thickness: Annotated[int, param("Of the pen, for 512 pixels.", min=1, max=24, unit="px")] = 6
    simplify: Annotated[float, param("How much detail goes.", min=0.5, max=8.0, step=0.5)] = 3.0
    specks: Annotated[int, param("Shorter lines than this are left out.", min=0, max=200, unit="px")] = 24


def scribble(picture: Image, options: Scribble) -> Image:
    """The edges of a much smoothed picture, without the short ones, drawn with a round pen."""
    scale = max(picture.pixels.shape[:2]) / _SIDE
    drawn = _drawing(picture)
    if drawn is not None and _thick(drawn, options.thickness * scale / 3):
        return _white(drawn)
    thin = _outlines(grey_of(picture) / 255, options, scale) if drawn is None else drawn
    return _white(_pen(thin, options.thickness * scale / 2))


def _outlines(grey: np.ndarray, options: Scribble, scale: float) -> np.ndarray:
    """The longer edges of grey values (H, W) in [0, 1], a pixel wide."""
    from scipy import ndimage
    from skimage import feature

    found = feature.canny(grey, max(0.5, options.simplify * scale), 0.04, 0.12, mode="nearest")
    parts, count = ndimage.label(found, np.ones((3, 3)))
    sizes = np.bincount(parts.ravel(), minlength=count + 1)
    sizes[0] = 0
    return sizes[parts] >= max(1.0, options.specks * scale)


def _pen(thin: np.ndarray, radius: float) -> np.ndarray:
    """Everything within `radius` pixels of what is drawn."""
    from scipy import ndimage

    return ndimage.distance_transform_edt(~thin) < max(radius, 0.5) if thin.any() else thin


def _thick(drawn: np.ndarray, radius: float) -> bool:
    """Whether the lines are wide enough that a good part of them is further than `radius` from the paper."""
    from scipy import ndimage

    inside = ndimage.distance_transform_edt(drawn) > max(radius, 1.0)
    return bool(inside.sum() > 0.1 * drawn.sum())


def _white(found: np.ndarray) -> Image:
    return levels(np.where(found, 255.0, 0.0))
