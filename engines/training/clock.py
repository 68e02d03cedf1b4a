"""Training by the clock: so many minutes, however fast the machine is."""

import time
from collections.abc import Iterator


class Clock:
    """Counts steps until `minutes` of work are over; `before` (step, seconds) is what an earlier session has done."""

    def __init__(self, minutes: float, before: tuple[int, float] = (0, 0.0)) -> None:
        self.limit, self.step, self.began = minutes * 60, before[0], time.monotonic() - before[1]

    @property
    def seconds(self) -> float:
        """Seconds of work so far, earlier sessions included."""
        return time.monotonic() - self.began

    @property
    def fraction(self) -> float:
        """How much of the time is over, 0 to 1; learning rates follow it."""
        return min(1.0, self.seconds / self.limit)

    def __iter__(self) -> Iterator[int]:
        while self.seconds < self.limit:
            self.step += 1
            yield self.step
