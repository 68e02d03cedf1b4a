"""Several ways of one job, timed in turns in one process until their ratios are known closely enough.

Every round runs each way once, in an order drawn anew, and gives one ratio for each pair of ways: what makes a machine
slow for a while makes both slow. The median of the ratios stands with its interval, by the percentile bootstrap (Efron,
1979). Beside the clock's time there is that of the processor (all threads of this process), which other programs do not
lengthen.
"""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

Ways = Mapping[str, Callable[[], object]]
LEAST, DRAWS = 10, 2000  # rounds, whatever they say; samples of the bootstrap


@dataclass(frozen=True)
class Known:
    """A median, and within which bounds that of many more runs lies with 95 %."""

    median: float
    low: float
    high: float
    count: int

    @property
    def wide(self) -> float:
        return self.high - self.low

    def told(self, unit: str = "") -> str:
        """The interval in words."""
        return f"{self.low:.3f} to {self.high:.3f}{unit} with 95 %"


def known(values: Sequence[float]) -> Known:
    """The median of `values` with its interval; the same values give the same one."""
    given = np.asarray(values, float)
    draws = np.random.default_rng(0).integers(0, len(given), (DRAWS, len(given)))
    low, high = np.percentile(np.median(given[draws], axis=1), (2.5, 97.5))
    return Known(statistics.median(values), float(low), float(high), len(given))


@dataclass
class Turns:
    """`ways` by name, run one after the other. Of each run, by way: the seconds it took by the clock and of the
    processor, and of these the ones that are not `shared`: a count of processor seconds, over all runs."""

    ways: Ways
    shared: Callable[[], float] = lambda: 0.0
    after: Callable[[str], None] = lambda way: None  # called when a way has run
    clock: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)
    own: dict[str, list[float]] = field(default_factory=dict)

    def until(self, pairs: Sequence[tuple[str, str]], wide: float, seconds: float) -> None:
        """Rounds until the interval of every ratio of `pairs`, by processor time, is `wide` at most, or time is out."""
        began, draw = time.perf_counter(), random.Random(0)
        for way in self.ways.values():
            way()
        gc.freeze()  # what is there already need not be looked through again and again
        try:
            self._rounds(pairs, wide, began + seconds, draw)
        finally:
            gc.unfreeze()

    def _rounds(self, pairs: Sequence[tuple[str, str]], wide: float, end: float, draw: random.Random) -> None:
        for count in range(1, 100_000):
            for name in draw.sample(list(self.ways), len(self.ways)):
                self._once(name)
            enough = count >= LEAST and all(self.ratio(*pair).wide <= wide for pair in pairs)
            if enough or (count >= LEAST and time.perf_counter() > end):
                return

    def ratio(self, one: str, other: str, by: str = "cpu") -> Known:
        """Of the runs of `one` to those of `other` in the same rounds: by "cpu", the "clock", or "own", where what both
        share is taken to have been as long in `one` as it was in `other`, whatever disturbed it."""
        taken = self.clock if by == "clock" else self.cpu
        if by != "own":
            return known([a / b for a, b in zip(taken[one], taken[other], strict=True)])
        more = [a - b for a, b in zip(self.own[one], self.own[other], strict=True)]
        return known([1 + a / b for a, b in zip(more, self.cpu[other], strict=True)])

    def more(self, one: str, other: str) -> Known:
        """Processor seconds of its own that `one` takes beyond those of `other`."""
        return known([a - b for a, b in zip(self.own[one], self.own[other], strict=True)])

    def _once(self, name: str) -> None:
        gc.collect()  # no way pays for what another left
        clock, cpu, shared = time.perf_counter(), time.process_time(), self.shared()
        self.ways[name]()
        shared, cpu, clock = self.shared() - shared, time.process_time() - cpu, time.perf_counter() - clock
        for kept, value in ((self.clock, clock), (self.cpu, cpu), (self.own, cpu - shared)):
            kept.setdefault(name, []).append(value)
        self.after(name)
