"""What part of a curve is seen: seconds across, values upwards, and the way between them and pixels. No Qt."""

import math
from collections.abc import Iterable

from msgspec import Struct

LEAST = 1e-3  # seconds and values that are seen at least
EDGE = 0.08  # of what is fitted, left free about it


class Span(Struct, frozen=True):
    """Seconds from `left` to `right` and values from `low` to `high`, on a surface `width` x `height` pixels large."""

    left: float
    right: float
    low: float
    high: float
    width: float = 1.0
    height: float = 1.0

    def x(self, seconds: float) -> float:
        """Where a moment is."""
        return (seconds - self.left) / (self.right - self.left) * self.width

    def y(self, value: float) -> float:
        """Where a value is, counted downwards."""
        return (self.high - value) / (self.high - self.low) * self.height

    def seconds(self, x: float) -> float:
        """The moment there."""
        return self.left + x / self.width * (self.right - self.left)

    def value(self, y: float) -> float:
        """The value there."""
        return self.high - y / self.height * (self.high - self.low)

    def sized(self, width: float, height: float) -> "Span":
        """The same on a surface of another size."""
        return Span(self.left, self.right, self.low, self.high, max(1.0, width), max(1.0, height))

    def panned(self, dx: float, dy: float) -> "Span":
        """Moved by pixels."""
        t, v = dx / self.width * (self.right - self.left), dy / self.height * (self.high - self.low)
        return Span(self.left - t, self.right - t, self.low + v, self.high + v, self.width, self.height)

    def zoomed(self, times: float, values: float, x: float, y: float) -> "Span":
        """Larger by factors in time and value, with what is at (x, y) staying there."""
        seconds, value = self.seconds(x), self.value(y)
        wide = max(LEAST, (self.right - self.left) / times)
        tall = max(LEAST, (self.high - self.low) / values)
        left, high = seconds - x / self.width * wide, value + y / self.height * tall
        return Span(left, left + wide, high - tall, high, self.width, self.height)


def fitted(times: Iterable[float], values: Iterable[float], span: Span) -> Span:
    """All of these moments and values, with some room about them."""
    (left, right), (low, high) = _ends(list(times), 1.0), _ends(list(values), 1.0)
    t, v = (right - left) * EDGE / 2, (high - low) * EDGE
    return Span(left - t, right + t, low - v, high + v, span.width, span.height)


def _ends(numbers: list[float], least: float) -> tuple[float, float]:
    low, high = min(numbers, default=0.0), max(numbers, default=1.0)
    if high - low < LEAST:
        return low - least / 2, high + least / 2
    return low, high


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two, at most `most` of them, 1, 2 or 5 times a power of ten apart."""
    wanted = (high - low) / max(1, most)
    power = 10.0 ** math.floor(math.log10(max(wanted, 1e-9)))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= wanted * 0.999)
    return [n * step for n in range(math.ceil(low / step), math.floor(high / step) + 1)]
