"""A grid of results with a figure for each cell: which is best, and what its sides do."""

import math
from collections.abc import Mapping

from app.core.grid import Sheet
from app.core.lab.sweep import Aim, Measured, Sweep
from engines.prompt.grid import Axis

VOTE = "favourite"  # what cells are marked by when it is by their stars


def judged(sheet: Sheet, figures: Mapping[str, float], aim: Aim) -> Sweep:
    """The sheet as a sweep: its squares in their places, with the figures of their runs."""
    sides = (sheet.heads.columns, sheet.heads.rows, sheet.heads.blocks)
    axes = tuple(
        Axis(text.partition("=")[0].strip(), tuple(labels), tuple(labels))
        for text, labels in zip(sheet.axes, sides, strict=False)
    )
    cells = []
    for n, square in enumerate(sheet.squares):
        told = {aim.name: figures[square.run]} if square.run in figures else {}
        cells.append(Measured(place(sheet, n), square.label, told, files=(), sentence=square.sentence))
    return Sweep("", axes, (aim,), tuple(cells), ())


def place(sheet: Sheet, n: int) -> tuple[int, ...]:
    """Where square `n` lies along each axis: the first runs across, the second down, the third in blocks."""
    columns, rows = len(sheet.heads.columns), len(sheet.heads.rows)
    whole = (n % columns, n // columns % rows, n // (columns * rows))
    return whole[: len(sheet.axes)]


def share(value: float, figures: Mapping[str, float], better: str) -> float:
    """How good a figure is among all, 0 to 1; 0.5 where all are alike."""
    known = [one for one in figures.values() if math.isfinite(one)]
    low, high = min(known, default=0.0), max(known, default=0.0)
    if not math.isfinite(value) or high <= low:
        return 0.5
    up = (value - low) / (high - low)
    return 1 - up if better == "lower" else up
