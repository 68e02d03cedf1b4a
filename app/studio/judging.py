"""A figure or a vote for every cell of the grid: by a metric, measured one cell after the other, or by stars."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.core.entry import Entry
from app.core.lab import gather, sheet
from app.core.lab import plan as plans
from app.core.lab.sweep import Aim, Sweep
from engines.wire import Failed, Halted, Measured

if TYPE_CHECKING:
    from app.studio import Studio


class Judging(QObject):
    """What the cells of the studio's sheet are marked by: `by` is '', sheet.VOTE, or a metric's name."""

    changed = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.studio = studio
        self.by = ""
        self.figures: dict[str, float] = {}  # of runs
        self._aim: Aim | None = None
        self._asked: set[str] = set()
        self._jobs: set[int] = set()
        studio.grid_changed.connect(self._look)
        studio.history_changed.connect(self._look_at_stars)

    @property
    def waiting(self) -> int:
        """How many cells are still to be measured."""
        return len(self._jobs)

    @property
    def sweep(self) -> Sweep | None:
        """The sheet with its figures; None while there are none."""
        if self.studio.sheet is None or self._aim is None or not self.figures:
            return None
        mine = {square.run for square in self.studio.sheet.squares if square.run}
        known = {run: value for run, value in self.figures.items() if run in mine}
        return sheet.judged(self.studio.sheet, known, self._aim) if known else None

    def judge(self, by: str) -> None:
        """Mark the cells by that from now on."""
        if by == self.by:
            return
        for job in self._jobs:
            self.studio.bridge.hush(job)
        self.by, self.figures, self._asked, self._jobs = by, {}, set(), set()
        self._aim = Aim(sheet.VOTE, self.tr("Stars"), "higher", "") if by == sheet.VOTE else None
        self._look()
        self.changed.emit()

    # ------------------------------------------------------------ looking

    def _look(self) -> None:
        """Ask for what is not known of cells that are made."""
        squares = self.studio.sheet.squares if self.studio.sheet else ()
        for square in squares if self.by else ():
            if square.done and square.run not in self._asked:
                self._asked.add(square.run)
                self.studio.entry(square.run, partial(self._got, self.by, square.run))
        self.changed.emit()

    def _look_at_stars(self) -> None:
        if self.by == sheet.VOTE:
            self._asked.clear()
            self._look()

    def _got(self, by: str, run: str, entry: Entry | None) -> None:
        if by != self.by or entry is None:
            return
        if by == sheet.VOTE:
            self.figures[run] = float(entry.favourite)
            self.changed.emit()
            return
        root = self.studio.folders.data / "lab" / "sets"
        ready = partial(self._measure, by, run)
        self.studio.bridge.aside(lambda: gather.gathered([entry.path], root), ready, lambda failure: None)

    def _measure(self, by: str, run: str, folder: Path) -> None:
        if by != self.by:
            return

        def heed(news: object) -> None:
            if by != self.by or not isinstance(news, Measured | Failed | Halted):
                return
            self._jobs.discard(job)
            if isinstance(news, Measured) and news.values:
                self._found(by, run, news)
            self.changed.emit()

        job = self.studio.measure(by, folder, heed)
        self._jobs.add(job)

    def _found(self, by: str, run: str, news: Measured) -> None:
        from engines.metrics.evaluation import METRICS

        name, value = next(iter(news.values.items()))
        self._aim = Aim(f"{by} {name}", plans.title(by, f"{by} {name}"), METRICS[by].better, METRICS[by].biases)
        self.figures[run] = value

    def star(self, run: str) -> None:
        """Give a cell's result a star, or take it."""

        def got(entry: Entry | None) -> None:
            if entry is not None:
                self.studio.favourite([run], not entry.favourite)

        self.studio.entry(run, got)
