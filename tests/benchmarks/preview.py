"""What live previews cost: the same job with a preview at every step and with none, in turns."""

import itertools
import statistics
import tempfile
from collections.abc import Callable

from engines.wire import Generate
from tests.benchmarks import jobs
from tests.benchmarks.row import Row

ROUNDS = 5


def rows() -> list[Row]:
    """The starter through the host and the worker, previews by its whole autoencoder."""
    name = "preview on / off, image/sticker"
    if not jobs.starter_is_there():
        return [Row(name, None, None, "s", None, note=jobs.MISSING)]
    numbers = itertools.count(1)
    with tempfile.TemporaryDirectory() as folder, jobs.host() as host:

        def once(previews: bool) -> float:
            return jobs.denoising_time(host, Generate(next(numbers), jobs.STARTER, folder), previews)

        once(True)
        return [compared(name, once, ROUNDS)]


def compared(name: str, once: Callable[[bool], float], rounds: int, goal: float | None = None) -> Row:
    """Pairs of runs with and without, which comes first changing from pair to pair; the goal is of their ratio."""
    with_, without = [], []
    for n in range(rounds):
        for previews in (n % 2 == 0, n % 2 == 1):
            (with_ if previews else without).append(once(previews))
    ratio = statistics.median(a / b for a, b in zip(with_, without, strict=True))
    return Row(name, statistics.median(with_), statistics.median(without), "s", goal, ratio, "ratio")
