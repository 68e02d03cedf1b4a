"""What players share: the shuttle of J, K and L, and a range of time that can be made, moved and dragged. No Qt."""

from typing import Literal

FASTEST = 8.0
Key = Literal["J", "K", "L"]
Grip = Literal["", "in", "out", "body", "new"]


def shuttled(speed: float, key: Key) -> float:
    """The speed after J (back), K (stop) or L (on) at `speed` (0: stopped, below: backwards); again doubles it."""
    if key == "K":
        return 0.0
    way = 1.0 if key == "L" else -1.0
    return way * min(FASTEST, 2 * abs(speed)) if speed * way > 0 and abs(speed) >= 1 else way


def paced(speed: float) -> str:
    """A speed as people write it: '2×', '−1×', '0.25×'."""
    return f"{speed:g}×".replace("-", "−")


class Brace:
    """A range (start, stop) on a line of time from 0 to `length`; `span` is None when there is none.

    `unit` is the grid its ends lie on (a frame, a sample); 0 for none. It is never shorter than `least`.
    """

    def __init__(self, length: float = 1.0, unit: float = 0.0, least: float = 0.0) -> None:
        self.length, self.unit, self.least = length, unit, max(least, unit)
        self.span: tuple[float, float] | None = None
        self._grip: Grip = ""
        self._from = 0.0
        self._was = (0.0, 0.0)

    def fit(self, length: float, unit: float = 0.0, least: float = 0.0) -> None:
        """Take another length; a range that lies outside it is given up."""
        self.length, self.unit, self.least = length, unit, max(least, unit)
        if self.span is not None:
            start, stop = self.span
            self.put(start, min(stop, length)) if start < length - self.least else self.clear()

    def put(self, start: float, stop: float) -> None:
        """The range between two places, in either order."""
        low, high = sorted((self._snapped(start), self._snapped(stop)))
        high = min(max(high, low + self.least), self.length)
        self.span = (max(0.0, min(low, high - self.least)), high)

    def clear(self) -> None:
        """No range."""
        self.span, self._grip = None, ""

    def set_in(self, at: float) -> None:
        """Begin it at `at`; one that ended before then reaches to the end."""
        stop = self.span[1] if self.span is not None and self.span[1] > at + self.least / 2 else self.length
        self.put(min(at, self.length - self.least), stop)

    def set_out(self, at: float) -> None:
        """End it at `at`; one that began after then begins at the start."""
        start = self.span[0] if self.span is not None and self.span[0] < at - self.least / 2 else 0.0
        self.put(start, max(at, self.least))

    # ------------------------------------------------------------ dragging

    def grip(self, at: float, slack: float) -> Grip:
        """What a press at `at` takes hold of, `slack` about the ends: an end, the whole of it, or nothing ('new')."""
        if self.span is None:
            return "new"
        start, stop = self.span
        reach = min(slack, (stop - start) / 3)
        if at < start - slack or at > stop + slack:
            return "new"
        if abs(at - start) <= (slack if at < start else reach):
            return "in"
        if abs(at - stop) <= (slack if at > stop else reach):
            return "out"
        return "body" if start < at < stop else "new"

    def take(self, at: float, slack: float) -> Grip:
        """Take hold at `at`; `drag` then moves what was taken."""
        self._grip, self._from, self._was = self.grip(at, slack), at, self.span or (at, at)
        return self._grip

    def drag(self, at: float) -> None:
        """The hand is at `at` now."""
        start, stop = self._was
        if self._grip == "in":
            self.put(min(at, stop - self.least), stop)
        elif self._grip == "out":
            self.put(start, max(at, start + self.least))
        elif self._grip == "body":
            moved = min(max(self._snapped(at - self._from), -start), self.length - stop)
            self.span = (start + moved, stop + moved)
        elif self._grip == "new":
            self.put(self._from, at)

    def drop(self) -> None:
        """Let go."""
        self._grip = ""

    def _snapped(self, at: float) -> float:
        held = min(max(at, 0.0), self.length) if self._grip != "body" else at
        return round(held / self.unit) * self.unit if self.unit else held
