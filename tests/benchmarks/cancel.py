"""How soon a job stops once it is asked to."""

import statistics

from engines.contract import Request
from engines.wire import Generate
from tests.benchmarks import jobs
from tests.benchmarks.row import Row

PAUSE = 0.05  # seconds a step of the tiny engine takes at least
ASKED_AT = (1, 4, 9)


def rows() -> list[Row]:
    """Steps that still come after the stop (the most of all runs), and the time until the worker has stopped."""
    request = Request(engine="image/tiny", prompt="blue", seed=1, options={"steps": 60, "slow": PAUSE})
    with jobs.host() as host:
        host.hello()
        found = [jobs.stopped(host, Generate(n, request), at) for n, at in enumerate(ASKED_AT, start=1)]
    late, seconds = zip(*found, strict=True)
    return [
        Row("cancel, steps that still arrive", max(late), None, "steps", 1),
        Row("cancel, until stopped / one step", 1e3 * statistics.median(seconds), 1e3 * PAUSE, "ms", None),
    ]
