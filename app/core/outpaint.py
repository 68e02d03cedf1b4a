"""A picture that grows beyond its edges: the padded start, and the mask of what is to be painted. numpy only."""

from typing import Literal

import msgspec
import numpy as np
from msgspec import Struct

from app.core.target import coloured, grey
from engines.contract import EngineCard, Image, Request

Fill = Literal["stretch", "mirror", "grey"]
GREY = 128
LARGEST = 8192  # pixels on a side where the engine names no limit
FADE = 96  # pixels over which what is stretched loses its stripes


class Margins(Struct, frozen=True):
    """Pixels added at each edge."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    @property
    def any(self) -> bool:
        """Whether there is something to add."""
        return bool(self.left or self.top or self.right or self.bottom)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """How large a picture becomes."""
        return width + self.left + self.right, height + self.top + self.bottom


class Growth(Struct, frozen=True, eq=False):
    """A `start`, with its `mask` where it has one, that grows by `margins`; `feather` pixels of it soften the edge of
    what is new, `fill` is what the new part begins from."""

    start: Image
    mask: Image | None
    margins: Margins = Margins()
    feather: int = 16
    fill: Fill = "stretch"

    def of(self, request: Request, card: EngineCard) -> Request:
        """The request that begins from the grown picture, at its size where the engine can make that."""
        if not self.margins.any:
            return msgspec.structs.replace(request, start=self.start, mask=self.mask)
        start, mask = padded(self), masked(self)
        size = (start.pixels.shape[1], start.pixels.shape[0])
        able = "size" in card.info.takes and (size in card.info.sizes or fits(size, card.info.size_rule))
        return msgspec.structs.replace(request, start=start, mask=mask, size=size if able else request.size)


def padded(growth: Growth) -> Image:
    """The start, uint8 (H, W, 3), with its margins filled."""
    pixels, m = coloured(growth.start), growth.margins
    pads = ((m.top, m.bottom), (m.left, m.right), (0, 0))
    if growth.fill == "grey":
        return Image(np.pad(pixels, pads, constant_values=GREY))
    if growth.fill == "mirror":
        return Image(np.pad(pixels, pads, mode="symmetric"))
    return Image(_softened(np.pad(pixels, pads, mode="edge"), growth))


def _softened(pixels: np.ndarray, growth: Growth) -> np.ndarray:
    """What is stretched, towards the mean colour of the border with distance, so that no stripes run far."""
    away = distance(growth)
    start = coloured(growth.start).astype(np.float32)
    mean = np.concatenate([start[0], start[-1], start[:, 0], start[:, -1]]).mean(0)
    share = np.clip(away / FADE, 0, 1)[..., None]
    return np.rint(pixels + (mean - pixels) * share).astype(np.uint8)


def masked(growth: Growth) -> Image:
    """Grey, uint8 (H, W): white is new; into the picture it fades over `feather` pixels, but not along its own
    borders; what the picture's own mask marks stays marked."""
    m, (height, width) = growth.margins, growth.start.pixels.shape[:2]
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
    m, (height, width) = growth.margins, growth.start.pixels.shape[:2]
    across = _outside(m.left, width, m.right)
    down = _outside(m.top, height, m.bottom)
    return np.hypot(across[None, :], down[:, None])


def _outside(before: int, length: int, after: int) -> np.ndarray:
    steps = np.arange(before + length + after, dtype=np.float32)
    return np.maximum(np.maximum(before - steps, steps - (before + length - 1)), 0)


def fits(size: tuple[int, int], rule: tuple[int, int, int] | None) -> bool:
    """Whether an engine of this size rule (min, max, multiple) makes `size`."""
    return rule is not None and all(rule[0] <= side <= rule[1] and side % rule[2] == 0 for side in size)


def settled(wanted: Margins, size: tuple[int, int], rule: tuple[int, int, int] | None, edge: str) -> Margins:
    """The margins that come nearest to `wanted` for a picture of `size` such that the engine makes the whole: only
    the sides that `edge` names ('left', 'top right' ...) give way, and none takes anything away."""
    low, high, step = rule or (1, LARGEST, 1)
    found = msgspec.structs.asdict(wanted)
    for first, second, length in (("left", "right", size[0]), ("top", "bottom", size[1])):
        moves = first if first in edge else second
        other = max(0, found[second if moves == first else first])
        room = high // step * step - length - other
        total = length + other + max(0, min(found[moves], room))
        found[moves] = max(
            0, min(-(-max(total, low) // step) * step if moves in edge else total, high) - length - other
        )
    return Margins(**found)
