"""Maps of colours and tones at a picture's own size: tiles, blocks, shuffles, holes, greys; uint8 (H, W, 3)."""

from typing import Annotated, Any, Literal

import numpy as np
from msgspec import Struct

from engines.contract import Image, Refused, param
from engines.files.picture import coloured as rgb

TILE = "The picture with its finest detail taken away, to be invented anew."
COLOUR = "The mean colours of large blocks."
SHUFFLE = "The picture's colours and textures, its content folded beyond recognition."
INPAINT = "The picture with its transparent places as holes to be painted."
GREY = "The picture without its colours."
RECOLOUR = "The lightness alone, for the colours to be found anew."
BLUR = "The picture out of focus."

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, as Pillow and OpenCV take it


def grey_of(picture: Image) -> np.ndarray:
    """The lightness of a picture over white, float32 (H, W) in [0, 255]."""
    return rgb(picture).astype(np.float32) @ _LUMA


def levels(grey: np.ndarray) -> Image:
    """Values (H, W) in [0, 255] as a picture of three equal channels."""
    return Image(np.repeat(np.rint(np.clip(grey, 0, 255)).astype(np.uint8)[..., None], 3, -1))


class Tile(Struct, frozen=True, forbid_unknown_fields=True):
    down: Annotated[float, param("How many times smaller it is made, before it is enlarged.", min=1.0, max=16.0)] = 2.0


def tile(picture: Image, options: Tile) -> Image:
    """Made smaller by the mean of areas, and larger again by cubics."""
    from PIL import Image as Pillow

    source = Pillow.fromarray(np.ascontiguousarray(rgb(picture)))
    width, height = (max(1, round(side / options.down)) for side in source.size)
    shrunk = source.resize((width, height), Pillow.Resampling.BOX)
    return Image(np.asarray(shrunk.resize(source.size, Pillow.Resampling.BICUBIC)))


class Colour(Struct, frozen=True, forbid_unknown_fields=True):
    block: Annotated[int, param("The side of a block.", min=2, max=256, unit="px")] = 64


def colour(picture: Image, options: Colour) -> Image:
    """Each block in its mean colour; blocks at the right and lower border may be smaller."""
    pixels = rgb(picture)
    starts = [np.arange(0, side, options.block) for side in pixels.shape[:2]]
    sizes = [np.diff([*first, side]) for first, side in zip(starts, pixels.shape[:2], strict=True)]
    sums = np.add.reduceat(np.add.reduceat(pixels.astype(np.float64), starts[0], 0), starts[1], 1)
    mean = np.rint(sums / (sizes[0][:, None, None] * sizes[1][None, :, None])).astype(np.uint8)
    return Image(mean.repeat(sizes[0], 0).repeat(sizes[1], 1))


class Shuffle(Struct, frozen=True, forbid_unknown_fields=True):
    fold: Annotated[int, param("How large the pieces are that stay together.", min=8, max=1024, unit="px")] = 256
    seed: Annotated[int, param("Another number, another shuffle.", min=0, max=2**32 - 1)] = 0


def shuffle(picture: Image, options: Shuffle) -> Image:
    """Every pixel taken from where two smooth random fields say: one for the column, one for the row.

    As ControlNet's "content shuffle" (Zhang, 2023), but each field is made even by its ranks: every column and every
    row is asked for equally often, so that the colours keep their shares but for chance.
    """
    from scipy import ndimage

    pixels = rgb(picture)
    rng = np.random.default_rng(options.seed)
    height, width = pixels.shape[:2]
    across = _field(rng, (height, width), options.fold) * (width - 1)
    down = _field(rng, (height, width), options.fold) * (height - 1)
    taken = [
        ndimage.map_coordinates(pixels[..., k].astype(np.float32), [down, across], order=1, mode="nearest")
        for k in range(3)
    ]
    return Image(np.rint(np.stack(taken, -1)).astype(np.uint8))


def _field(rng: np.random.Generator, size: tuple[int, int], fold: int) -> np.ndarray:
    """A smooth random field (H, W) whose values are evenly spread over [0, 1]."""
    from scipy import ndimage

    coarse = rng.random(tuple(side // fold + 4 for side in size))
    places = np.meshgrid(*(1 + np.arange(side) / fold for side in size), indexing="ij")
    smooth = ndimage.map_coordinates(coarse, places, order=3, mode="reflect")
    ranks = np.empty(smooth.size, np.float64)
    ranks[np.argsort(smooth, axis=None, kind="stable")] = np.arange(smooth.size)
    return (ranks / max(1, smooth.size - 1)).reshape(size)


class Inpaint(Struct, frozen=True, forbid_unknown_fields=True):
    grow: Annotated[int, param("How far the holes reach beyond what is transparent.", min=0, max=64, unit="px")] = 0


def inpaint(picture: Image, options: Inpaint) -> Image:
    """The picture and its mask in one, uint8 (H, W, 4): alpha 0 and black where it is to be painted, else opaque.

    What is transparent by half or more is to be painted; `holed` makes a picture so by a mask. `condition` is what
    the network reads of it.
    """
    from scipy import ndimage

    pixels = picture.pixels
    if pixels.ndim < 3 or pixels.shape[-1] < 4 or (pixels[..., 3] > 127).all():
        raise Refused("bad-request", "Nothing of the picture is transparent: paint a mask where it shall change.")
    hole = pixels[..., 3] <= 127
    if options.grow:
        hole = ndimage.distance_transform_edt(~hole) <= options.grow
    kept = np.where(hole[..., None], 0, pixels[..., :3])
    return Image(np.concatenate([kept, np.where(hole, 0, 255)[..., None]], -1).astype(np.uint8))


def holed(picture: Image, mask: Image) -> Image:
    """A picture with holes where `mask` (grey, white where it may change, of the picture's size) is white."""
    grey = mask.pixels if mask.pixels.ndim == 2 else mask.pixels[..., :3].max(-1)
    pixels = rgb(picture)
    if grey.shape != pixels.shape[:2]:
        sizes = [f"{side.shape[1]} x {side.shape[0]}" for side in (grey, pixels)]
        raise Refused("bad-request", f"The mask is {sizes[0]} pixels, the picture {sizes[1]}; they must be alike.")
    return Image(np.concatenate([pixels, (255 - grey)[..., None]], -1))


def condition(map_: Image) -> np.ndarray:
    """What an inpaint ControlNet reads of `inpaint`'s picture, float32 (H, W, 3): [0, 1], and -1 in the holes."""
    colours = map_.pixels[..., :3].astype(np.float32) / 255
    return np.where(map_.pixels[..., 3:] < 128, np.float32(-1), colours)


class Grey(Struct, frozen=True, forbid_unknown_fields=True):
    pass


def grey(picture: Image, options: Grey) -> Image:
    """Luma of BT.601."""
    return levels(grey_of(picture))


class Recolour(Struct, frozen=True, forbid_unknown_fields=True):
    by: Annotated[
        Literal["luminance", "intensity"], param("Lightness as the eye sees it, or the strongest colour.")
    ] = "luminance"
    gamma: Annotated[float, param("Above 1: darker; below: lighter.", min=0.1, max=4.0, step=0.05)] = 1.0


def recolour(picture: Image, options: Recolour) -> Image:
    """CIE L* (luminance) or the value of HSV (intensity), to the power of `gamma`."""
    if options.by == "luminance":
        share = _lightness(rgb(picture)) / 100
    else:
        share = rgb(picture).max(-1) / 255.0
    return levels(255 * np.clip(share, 0, 1) ** options.gamma)


def _lightness(pixels: np.ndarray) -> np.ndarray:
    """CIE L* of sRGB pixels, (H, W) in [0, 100]."""
    from skimage import color

    found: Any = color.rgb2lab(pixels)
    return found[..., 0]


class Blur(Struct, frozen=True, forbid_unknown_fields=True):
    sigma: Annotated[float, param("How far out of focus.", min=0.0, max=64.0, step=0.5, unit="px")] = 9.0


def blur(picture: Image, options: Blur) -> Image:
    """A Gaussian of `sigma` pixels."""
    from scipy import ndimage

    pixels = rgb(picture).astype(np.float32)
    smooth = ndimage.gaussian_filter(pixels, (options.sigma, options.sigma, 0), mode="nearest")
    return Image(np.rint(smooth).astype(np.uint8))
