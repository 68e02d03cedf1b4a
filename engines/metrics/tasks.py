"""What is to be measured, and the files and words it is measured on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from msgspec import Struct

from engines.contract import Refused, Request
from engines.files import media, recipe
from engines.metrics.features import Extractor, Report, files

Needs = Literal["sets", "set", "words", "pairs"]


class Metric(Struct, frozen=True):
    """`needs` real and made files ('sets'), made ones alone ('set'), those and their prompts ('words'), or made ones
    beside the real ones of the same names ('pairs'). `biases` is a sentence for whoever reads the figure. `features`
    are the names it can be measured with, the usual one first; () where it looks at the media themselves."""

    title: str
    medium: str
    needs: Needs
    better: Literal["lower", "higher", ""]
    biases: str
    features: tuple[str, ...] = ()


class Task(Struct, frozen=True):
    """What is to be measured: made files, real ones where the metric needs them, with which features ('NAME', or
    'NAME=PATH' of the user's own weights, which else are looked for in `folders`); only the first `count` of the made
    ones where that is not 0."""

    metric: str
    made: Path
    real: Path | None = None
    features: str = ""
    cache: Path | None = None
    count: int = 0
    folders: tuple[Path, ...] = ()


Values = dict[str, float]
Computed = Callable[[Task, list[Path], Extractor, Report | None], Values]


def real_files(task: Task, medium: str) -> list[Path]:
    """The real files of a task that needs some."""
    assert task.real is not None  # `evaluated` has looked
    return files(task.real, medium)


def pairs(task: Task, made: Sequence[Path], medium: str) -> list[tuple[Path, Path]]:
    """Made files with the real ones of the same stem. Refused when one has none."""
    real = {path.stem: path for path in real_files(task, medium)}
    missing = next((path for path in made if path.stem not in real), None)
    if missing is not None:
        raise Refused(
            "bad-file", f"There is nothing called {missing.stem} in {task.real} to compare {missing.name} with."
        )
    return [(path, real[path.stem]) for path in made]


def request_of(path: Path) -> Request | None:
    """What a file was made by, as its recipe says; None when it carries none."""
    text = media.recipe_of(path)
    return None if text is None else recipe.loads(text, lambda name: np.zeros(0, np.uint8)).request


def prompts(paths: Sequence[Path]) -> list[str]:
    """What each file was made of: the prompt of its recipe, or the words of a .txt file beside it."""
    found = []
    for path in paths:
        beside = path.with_suffix(".txt")
        request = None if beside.is_file() else request_of(path)
        if request is None and not beside.is_file():
            raise Refused("bad-file", f"{path.name} carries no recipe: put its prompt beside it as {beside.name}.")
        found.append(beside.read_text("utf-8").strip() if request is None else request.prompt)
    return found


def mean(rows: Sequence[Sequence[float]], column: int) -> float:
    """The mean of a column; what is not a number in it does not count. ValueError where nothing is."""
    values = np.array([row[column] for row in rows], np.float64)
    if np.isnan(values).all():
        raise ValueError("none of the files can be measured so")
    return float(np.nanmean(values))


def error(values: Sequence[float]) -> float:
    """The standard error of a mean; 0 of a single value."""
    told = np.asarray(values, np.float64)
    told = told[~np.isnan(told)]
    return float(told.std(ddof=1) / np.sqrt(len(told))) if len(told) > 1 else 0.0


def counted(report: Report | None, done: int, total: int) -> None:
    """Tell how far it is, if somebody listens."""
    if report is not None:
        report(done, total)
