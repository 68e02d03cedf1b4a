"""The figures of surfaces, by the metric's name."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engines.contract import Mesh
from engines.metrics import surfaces, tasks
from engines.metrics.features import Extractor, Report, read
from engines.metrics.of_pictures import worded
from engines.metrics.tasks import Computed, Task, Values


def _surfaces(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> Values:
    rows = [surfaces.compared(read(a, Mesh), read(b, Mesh)) for a, b in tasks.pairs(task, made, "mesh")]
    return {name: tasks.mean(rows, n) for n, name in enumerate(surfaces.Likeness._fields)}


def _closed(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> Values:
    found = [surfaces.open_edges(read(path, Mesh)) for path in made]
    return {"closed": float(np.mean([one == 0 for one in found])), "open edges": float(np.mean(found))}


def _render(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> Values:
    return worded(made, eyes, report, "views")


COMPUTED: dict[str, Computed] = {"surfaces": _surfaces, "closed": _closed, "render": _render}
