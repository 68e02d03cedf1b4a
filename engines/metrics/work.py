"""A metric in the worker: told of as it goes, stopped when asked, its networks kept for the next one."""

from pathlib import Path
from typing import Any

from engines.contract import Stopped
from engines.line import Line
from engines.metrics import evaluation
from engines.metrics.evaluation import Task
from engines.wire import Measure, Measured, Measuring


def measured(order: Measure, line: Line, eyes: dict[str, Any]) -> Measured:
    """Do what `order` says. Raises Refused with its sentence, or Stopped. `eyes` are the extractors of before."""

    def report(done: int, total: int) -> None:
        if order.job in line.stops:
            raise Stopped
        line.beats += 1
        line.send(Measuring(order.job, done, total))

    real, cache = (Path(text) if text else None for text in (order.real, order.cache))
    report(0, 1)
    metric = evaluation.known(order.metric, real)
    folders = tuple(map(Path, order.folders))
    fresh = evaluation.extractor(metric, order.features, cache, folders)
    sees = eyes.setdefault(
        f"{fresh.name} {order.features} {order.cache}", fresh
    )  # one of before has its network loaded
    task = Task(order.metric, Path(order.made), real, order.features, cache, folders=folders)
    found = evaluation.evaluated(task, report, sees)
    return Measured(order.job, found.count, found.values, found.features, found.biases)
