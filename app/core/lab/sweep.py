"""Sweeps as values: the measured cells of a grid, the best of them, what each axis does, and what is worth its cost."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from msgspec import Struct

from engines.prompt.grid import Axis

ERRORS = ("error", "spread")  # figures that say how sure another is, not how good something is


class Aim(Struct, frozen=True):
    """A figure the cells are judged by. `errors` names the figure that is its standard error, "" where none is."""

    name: str
    title: str
    better: Literal["lower", "higher", ""]
    biases: str
    errors: str = ""


class Measured(Struct, frozen=True):
    """A cell: where it lies, its figures by name ('clip score'), what one result of it took, its files.

    `idle` are the axes its engine knows nothing of, so that cells along them have the same files. `sentence` says why
    there are no figures.
    """

    place: tuple[int, ...]
    label: str
    figures: Mapping[str, float] = {}
    seconds: float | None = None
    nfe: float | None = None
    files: tuple[Path, ...] = ()
    idle: tuple[int, ...] = ()
    sentence: str = ""

    @property
    def made(self) -> tuple[object, ...]:
        """What it shares with the cells that are the same as it."""
        return self.files or self.place


class Effect(Struct, frozen=True):
    """What an axis does to a figure: the share of the cells' variance that its values alone explain (eta squared,
    0 to 1), and the mean of the figure at each value (NaN where no cell has one)."""

    axis: int
    share: float
    means: tuple[float, ...]

    @property
    def reach(self) -> float:
        """How far apart the means lie."""
        return float(np.nanmax(self.means) - np.nanmin(self.means))


class Sweep(Struct, frozen=True):
    """Everything a report tells. `facts` are lines on how it was made: a name and what is to be said."""

    title: str
    axes: tuple[Axis, ...]
    aims: tuple[Aim, ...]
    cells: tuple[Measured, ...]
    prompts: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def best(self) -> Measured | None:
        """The best cell by the first aim; None where nothing was measured or no way is better."""
        return best(self.cells, self.aims[0])

    def distinct(self) -> tuple[Measured, ...]:
        """The cells, of those that are the same only the first."""
        return tuple({cell.made: cell for cell in reversed(self.cells)}.values())[::-1]

    def ordered(self) -> tuple[Measured, ...]:
        """The distinct cells from the best to the worst, those without a figure last."""
        aim = self.aims[0]
        sign = -1 if aim.better == "higher" else 1 if aim.better else 0
        return tuple(
            sorted(self.distinct(), key=lambda cell: (aim.name not in cell.figures, sign * figure(cell, aim.name)))
        )

    def effects(self) -> tuple[Effect, ...]:
        """The axes by what they do to the first aim, the greatest effect first."""
        found = (effect(self.cells, n, len(axis.values), self.aims[0].name) for n, axis in enumerate(self.axes))
        return tuple(sorted((one for one in found if one is not None), key=lambda one: -one.share))


def figure(cell: Measured, name: str) -> float:
    """The figure, 0 where there is none."""
    return cell.figures.get(name, 0.0)


def best(cells: Sequence[Measured], aim: Aim) -> Measured | None:
    """The cell with the best figure; of equals the quickest."""
    known = [cell for cell in cells if np.isfinite(cell.figures.get(aim.name, np.nan))]
    if not known or not aim.better:
        return None
    sign = 1 if aim.better == "lower" else -1
    return min(known, key=lambda cell: (sign * cell.figures[aim.name], cell.seconds or 0.0))


def effect(cells: Sequence[Measured], axis: int, count: int, name: str) -> Effect | None:
    """The effect of an axis with `count` values on a figure; None with fewer than two values measured."""
    known = [cell for cell in cells if np.isfinite(cell.figures.get(name, np.nan))]
    values = np.array([cell.figures[name] for cell in known])
    at = np.array([cell.place[axis] for cell in known], int)
    if len(set(at.tolist())) < 2:
        return None
    means = [float(values[at == n].mean()) if (at == n).any() else float("nan") for n in range(count)]
    whole = float(((values - values.mean()) ** 2).sum())
    between = sum(int((at == n).sum()) * (means[n] - values.mean()) ** 2 for n in range(count) if (at == n).any())
    return Effect(axis, float(between / whole) if whole > 0 else 0.0, tuple(means))


def front(cells: Sequence[Measured], aim: Aim, cost: Callable[[Measured], float | None]) -> tuple[Measured, ...]:
    """The Pareto front, from the cheapest to the best: cells that no other betters at the same cost or less."""
    sign = 1 if aim.better == "lower" else -1
    known = [
        (told, sign * cell.figures[aim.name], n) for n, cell in enumerate(cells) if (told := paid(cell, aim, cost))
    ]
    found: list[Measured] = []
    reached = float("inf")
    for _, value, n in sorted(known):
        if value < reached:
            reached = value
            found.append(cells[n])
    return tuple(found) if aim.better else ()


def paid(cell: Measured, aim: Aim, cost: Callable[[Measured], float | None]) -> float | None:
    """What a cell costs, where both that and its figure are known."""
    return cost(cell) if np.isfinite(cell.figures.get(aim.name, np.nan)) else None


def rows(sweep: Sweep) -> list[list[str]]:
    """The cells as a table with its head, for a CSV file: axes, all figures, cost, best or not, on the front or not."""
    names = sorted({name for cell in sweep.cells for name in cell.figures})
    ahead = {cell.made for cell in front(sweep.cells, sweep.aims[0], lambda cell: cell.seconds)}
    top = sweep.best
    head = [*(axis.name for axis in sweep.axes), *names, "seconds", "nfe", "results", "best", "front", "note"]
    found = [head]
    for cell in sweep.cells:
        labels = [axis.labels[n] for axis, n in zip(sweep.axes, cell.place, strict=True)]
        told = [cell.figures.get(name) for name in names] + [cell.seconds, cell.nfe]
        marks = ["yes" if mark else "" for mark in (top is not None and cell.made == top.made, cell.made in ahead)]
        found.append(
            [*labels, *("" if one is None else repr(one) for one in told), str(len(cell.files)), *marks, cell.sentence]
        )
    return found
