"""A start picture with more around it: what the new part begins from, and the mask of what is made. numpy only.

The window shows by it what an engine is given, and the worker gives it: no engine need know of `Request.around`.
"""

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Fill, Image, Request
from engines.files.picture import coloured, grey, resized

GREY = 128
FADE = 96  # pixels over which what is stretched loses its stripes


class Margins(Struct, frozen=True):
    """Pixels added at each edge."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    @property
    def around(self) -> tuple[int, int, int, int]:
        """As a request tells them."""
        return self.left, self.top, self.right, self.bottom

    @property
    def any(self) -> bool:
        """Whether there is something to add."""
        return bool(self.left or self.top or self.right or self.bottom)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """How large a picture becomes."""
        return width + self.left + self.right, height + self.top + self.bottom


class Growth(Struct, frozen=True, eq=False):
    """A `start`, with its `mask` where it has one, that grows by `margins`; `feather` pixels of it soften the edge of
    what is new, `fill` is what the new part begins from. `inner` is the (width, height) the start has within the
    whole; None: its own."""

    start: Image
    mask: Image | None
    margins: Margins = Margins()
    feather: int = 16
    fill: Fill = "stretch"
    inner: tuple[int, int] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the start within the whole."""
        return self.inner or (self.start.pixels.shape[1], self.start.pixels.shape[0])

    @property
    def whole(self) -> tuple[int, int]:
        """(width, height) with the margins."""
        return self.margins.size(*self.size)


def growth_of(request: Request) -> Growth | None:
    """How the start of a request with a size grows; None when nothing is to lie around it."""
    if not any(request.around) or request.size is None or not isinstance(request.start, Image):
        return None
    left, top, right, bottom = request.around
    inner = (request.size[0] - left - right, request.size[1] - top - bottom)
    return Growth(request.start, request.mask, Margins(*request.around), request.feather, request.fill, inner)


def widened(request: Request) -> Request:
    """`request` as every engine with masks takes it: the start within its canvas, and a mask of what is made anew."""
    growth = growth_of(request)
    if growth is None:
        return request
    return msgspec.structs.replace(request, start=padded(growth), mask=masked(growth), around=(0, 0, 0, 0))


def within(growth: Growth) -> np.ndarray:
    """The start as large as it is within the whole, uint8 (H, W, 3)."""
    return resized(coloured(growth.start), *growth.size)


def padded(growth: Growth) -> Image:
    """The start, uint8 (H, W, 3), with its margins filled."""
    pixels, m = within(growth), growth.margins
    pads = ((m.top, m.bottom), (m.left, m.right), (0, 0))
    if growth.fill == "grey":
        return Image(np.pad(pixels, pads, constant_values=GREY))
    if growth.fill == "mirror":
        return Image(np.pad(pixels, pads, mode="symmetric"))
    return Image(_softened(np.pad(pixels, pads, mode="edge"), growth))


def _softened(pixels: np.ndarray, growth: Growth) -> np.ndarray:
    """What is stretched, towards the mean colour of the border with distance, so that no stripes run far."""
    away = distance(growth)
    start = within(growth).astype(np.float32)
    mean = np.concatenate([start[0], start[-1], start[:, 0], start[:, -1]]).mean(0)
    share = np.clip(away / FADE, 0, 1)[..., None]
    return np.rint(pixels + (mean - pixels) * share).astype(np.uint8)


def masked(growth: Growth) -> Image:
    """Grey, uint8 (H, W): white is new; into the picture it fades over `feather` pixels, but not along its own
    borders; what the picture's own mask marks stays marked."""
    m, (width, height) = growth.margins, growth.size
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    far = np.float32(growth.feather + 1)
    across = np.minimum(x if m.left else far + 0 * x, x[::-1] if m.right else far)
    down = np.minimum(y if m.top else far + 0 * y, y[::-1] if m.bottom else far)
    inside = np.minimum(across[None, :], down[:, None])  # pixels from the nearest edge that moves
    share = np.clip(1 - (inside + 1) / far, 0, 1) if growth.feather else np.zeros((height, width), np.float32)
    own = np.rint(255 * share * share * (3 - 2 * share)).astype(np.uint8)
    if growth.mask is not None:
        own = np.maximum(own, grey(growth.mask, (width, height)))
    return Image(np.pad(own, ((m.top, m.bottom), (m.left, m.right)), constant_values=255))


def distance(growth: Growth) -> np.ndarray:
    """Pixels from the old picture, float32 (H, W); 0 within it."""
    m, (width, height) = growth.margins, growth.size
    across = _outside(m.left, width, m.right)
    down = _outside(m.top, height, m.bottom)
    return np.hypot(across[None, :], down[:, None])


def _outside(before: int, length: int, after: int) -> np.ndarray:
    steps = np.arange(before + length + after, dtype=np.float32)
    return np.maximum(np.maximum(before - steps, steps - (before + length - 1)), 0)
