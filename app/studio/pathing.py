"""A path between two results through their model's latents: rendered point by point, then measured."""

from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.core.entry import Entry
from app.core.lab import path as paths
from app.core.lab import score
from app.core.lab.path import Along, Way
from app.studio.shelf import Shelving
from engines.contract import EngineCard, Failure, Media, medium_of
from engines.files.steps import StepStore
from engines.wire import Render, Weigh, Weighed

PATIENCE = 600.0


class Pathing(QObject):
    """What the panel of paths shows. `shown` are the points made so far of `count`, `along` what was measured of all,
    `trouble` why there are none."""

    changed = Signal()

    def __init__(self, studio: Shelving, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.entries: list[Entry | None] = [None, None]
        self.shown: list[Media] = []
        self.along: Along | None = None
        self.trouble = ""
        self.busy = False
        self.count = 0
        self._turn = 0

    def put(self, run_a: str, run_b: str) -> None:
        """Go from the result of one run to that of another; `make` begins."""
        self._turn += 1
        self.shown, self.along, self.trouble = [], None, ""
        for place, run in enumerate((run_a, run_b)):
            self.studio.entry(run, partial(self._put, self._turn, place))

    def _put(self, turn: int, place: int, entry: Entry | None) -> None:
        if turn == self._turn:
            self.entries[place] = entry
            self.changed.emit()

    def make(self, count: int, way: Way, words: str = "") -> None:
        """Make `count` points, measure them, and how well they fit `words` where there are any."""
        self._turn += 1
        turn = self._turn
        self.shown, self.along, self.trouble, self.busy, self.count = [], None, "", True, count
        self.changed.emit()
        one, other = self.entries
        if one is None or other is None or one.engine != other.engine:
            sentence = self.tr("A path goes between two results of one engine; choose two of one.")
            self._fail(turn, Failure("bad-request", sentence))
            return
        engine, folder = one.engine, self.studio.folders.steps
        stores = StepStore(folder / one.run), StepStore(folder / other.run)

        def work() -> list[np.ndarray]:
            return paths.points(*paths.ends(*stores), count, way)

        then = partial(self._render, turn, engine, words)
        self.studio.bridge.aside(work, then, partial(self._fail, turn))

    def stop(self) -> None:
        """Make no more points."""
        if self.busy:
            self._turn += 1
            self.busy = False
            self.changed.emit()

    def _render(self, turn: int, engine: str, words: str, left: list[np.ndarray]) -> None:
        """One point after the other, so that each is seen when it is there and a job that runs is not held up."""
        if turn != self._turn:
            return
        if not left:
            self._fits(turn, words, [])
            return

        def then(shown: Media) -> None:
            if turn == self._turn:
                self.shown.append(shown)
                self.changed.emit()
                self._render(turn, engine, words, left[1:])

        bridge = self.studio.bridge
        bridge.ask(lambda ticket: Render(ticket, engine, left[0]), then, partial(self._fail, turn), PATIENCE)

    def fitter(self) -> EngineCard | None:
        """What tells how well words fit this medium, where something does."""
        medium = medium_of(self.shown[0]) if self.shown else self.entries[0].medium if self.entries[0] else ""
        return next(iter(score.fitters(self.studio.cards(), medium)), None)

    def _fits(self, turn: int, words: str, found: list[float]) -> None:
        card = self.fitter()
        if not words.strip() or card is None or len(found) == len(self.shown):
            self._measure(turn, found)
            return
        request = score.asked(card, self.shown[len(found)], words)

        def then(answer: Weighed) -> None:
            if turn == self._turn:
                self._fits(turn, words, [*found, score.scored(card, answer.facts).value])

        bridge = self.studio.bridge
        bridge.ask(lambda ticket: Weigh(ticket, request), then, partial(self._fail, turn), PATIENCE)

    def _measure(self, turn: int, fits: list[float]) -> None:
        shown = list(self.shown)

        def then(found: Along) -> None:
            if turn == self._turn:
                self.along, self.busy = found, False
                self.changed.emit()

        self.studio.bridge.aside(lambda: paths.measured(shown, fits), then, partial(self._fail, turn))

    def _fail(self, turn: int, failure: Failure) -> None:
        if turn == self._turn:
            self.trouble, self.busy = failure.sentence, False
            self.changed.emit()

    # ------------------------------------------------------------ handing out

    def export(self, path: Path) -> None:
        """Write the numbers (CSV), or the points in a row as a picture, to `path`."""
        along, shown = self.along, list(self.shown)
        if along is None:
            return

        def done(written: Path) -> None:
            self.studio.notice.emit("info", self.tr("The path is written to %1.").replace("%1", str(written)))

        def sorry(failure: Failure) -> None:
            self.studio.notice.emit("error", failure.sentence)

        self.studio.bridge.aside(lambda: paths.written(along, shown, path), done, sorry)
