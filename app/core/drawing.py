"""Drawing on pixels: a brush, one stroke of it, and what a stroke changed, to be taken back. numpy only."""

import zlib
from typing import Literal

import numpy as np
from msgspec import Struct

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels, the last two excluded
Bend = Literal["size", "strength", "both", "none"]
LIGHTEST = 0.15  # share of the size or strength that the lightest touch of a pen still has
SMALLEST, LARGEST = 1.0, 1024.0


class Brush(Struct, frozen=True):
    """`size` is the diameter in pixels; `hardness` the share of the radius that is full, 0 soft to 1 hard; `strength`
    how much of `value` (grey, or red, green and blue) it leaves; `bends` what the pressure of a pen changes."""

    size: float = 48.0
    hardness: float = 0.8
    strength: float = 1.0
    value: tuple[int, ...] = (255,)
    bends: Bend = "size"

    def radius(self, pressure: float) -> float:
        """Pixels from the middle to the edge at `pressure` in [0, 1]."""
        return max(0.5, self.size / 2 * (_felt(pressure) if self.bends in ("size", "both") else 1.0))

    def share(self, pressure: float) -> float:
        """How much of the value it leaves at `pressure`."""
        return self.strength * (_felt(pressure) if self.bends in ("strength", "both") else 1.0)


def _felt(pressure: float) -> float:
    return LIGHTEST + (1 - LIGHTEST) * min(max(pressure, 0.0), 1.0)


class Patch(Struct, frozen=True, eq=False):
    """What changed in one box of a picture, small enough to be remembered many times."""

    box: Box
    before: bytes
    after: bytes

    @classmethod
    def between(cls, before: np.ndarray, after: np.ndarray, box: Box) -> "Patch | None":
        """The change from `before` to `after` inside `box`; None when there is none."""
        old, new = before[_slices(box)], after[_slices(box)]
        if np.array_equal(old, new):
            return None
        return cls(box, *(zlib.compress(np.ascontiguousarray(part).tobytes(), 1) for part in (old, new)))

    def undone(self, pixels: np.ndarray) -> np.ndarray:
        """A copy of `pixels` as it was before."""
        return self._laid(pixels, self.before)

    def done(self, pixels: np.ndarray) -> np.ndarray:
        """A copy of `pixels` as it was after."""
        return self._laid(pixels, self.after)

    def _laid(self, pixels: np.ndarray, packed: bytes) -> np.ndarray:
        result = pixels.copy()
        inside = result[_slices(self.box)]
        inside[...] = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(inside.shape)
        return result


class Stroke:
    """One stroke of `brush` on `pixels`, uint8 (H, W) or (H, W, 3), which it changes in place.

    Where the stroke crosses itself nothing builds up: what counts is the most that any part of it covers a pixel.
    """

    def __init__(self, pixels: np.ndarray, brush: Brush) -> None:
        self.pixels, self.brush = pixels, brush
        self.base = pixels.copy()
        self.cover = np.zeros(pixels.shape[:2], np.float32)
        self.box: Box | None = None
        self.last: tuple[float, float, float] | None = None

    def to(self, x: float, y: float, pressure: float = 1.0) -> Box | None:
        """Go on to this point; the box of pixels that may have changed, or None when all of it lies outside."""
        start = self.last or (x, y, pressure)
        self.last = (x, y, pressure)
        box = self._box(start, self.last)
        if box is None:
            return None
        cover = self.cover[_slices(box)]
        np.maximum(cover, self._covered(start, self.last, box), out=cover)
        self._mix(box)
        self.box = box if self.box is None else union(self.box, box)
        return box

    def back(self) -> Box | None:
        """Undo all of it so far; the box that changed."""
        box, self.box, self.last = self.box, None, None
        if box is not None:
            self.pixels[_slices(box)] = self.base[_slices(box)]
            self.cover[_slices(box)] = 0
        return box

    def patch(self) -> Patch | None:
        """What it changed."""
        return None if self.box is None else Patch.between(self.base, self.pixels, self.box)

    def _box(self, start: tuple[float, float, float], end: tuple[float, float, float]) -> Box | None:
        reach = max(self.brush.radius(start[2]), self.brush.radius(end[2])) + 1.0
        height, width = self.pixels.shape[:2]
        left, right = sorted((start[0], end[0]))
        top, bottom = sorted((start[1], end[1]))
        box = (
            max(0, int(np.floor(left - reach))),
            max(0, int(np.floor(top - reach))),
            min(width, int(np.ceil(right + reach))),
            min(height, int(np.ceil(bottom + reach))),
        )
        return box if box[0] < box[2] and box[1] < box[3] else None

    def _covered(self, start: tuple[float, float, float], end: tuple[float, float, float], box: Box) -> np.ndarray:
        """How much the brush drawn from start to end (x, y, pressure) covers each pixel of `box`, float32 (h, w).

        The distance to the line between, against a radius that goes evenly from one end's to the other's.
        """
        x = np.arange(box[0], box[2], dtype=np.float32)[None, :] + np.float32(0.5 - start[0])
        y = np.arange(box[1], box[3], dtype=np.float32)[:, None] + np.float32(0.5 - start[1])
        dx, dy = np.float32(end[0] - start[0]), np.float32(end[1] - start[1])
        along = np.clip((x * dx + y * dy) / max(dx * dx + dy * dy, np.float32(1e-12)), 0, 1)
        distance = np.hypot(x - along * dx, y - along * dy)
        first, last = self.brush.radius(start[2]), self.brush.radius(end[2])
        radius = np.float32(first) + np.float32(last - first) * along
        edge = radius * np.float32(1 - self.brush.hardness) + 1
        full = np.clip((radius + np.float32(0.5) - distance) / edge, 0, 1)
        full = full * full * (3 - 2 * full)
        light, heavy = self.brush.share(start[2]), self.brush.share(end[2])
        return full * (np.float32(light) + np.float32(heavy - light) * along)

    def _mix(self, box: Box) -> None:
        share, base = self.cover[_slices(box)], self.base[_slices(box)].astype(np.float32)
        value = np.array(self.brush.value, np.float32)  # (1,) or (3,)
        share = share[..., None] if base.ndim == 3 else share
        self.pixels[_slices(box)] = np.rint(base + (value - base) * share)


def union(a: Box, b: Box) -> Box:
    """The least box about both."""
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def whole(pixels: np.ndarray) -> Box:
    """The box of all pixels."""
    return 0, 0, int(pixels.shape[1]), int(pixels.shape[0])


def _slices(box: Box) -> tuple[slice, slice]:
    return slice(box[1], box[3]), slice(box[0], box[2])
