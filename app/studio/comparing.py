"""Two results laid side by side: read, compared away from the GUI thread, and looked at step by step."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from app.core.entry import Entry
from app.core.lab import comparison
from app.core.lab.comparison import Comparison, Side
from app.studio.shelf import Shelving
from engines.contract import Failure, Media, Refused
from engines.files import atomic, media
from engines.files.steps import StepRow, StepStore

A, B = 0, 1


class Comparing(QObject):
    """What the panel of comparisons shows. `sides` are both results as far as they are read, `found` what differs
    between them, `trouble` why there is nothing, `rows` the steps both keep. `step` is the one that is looked at, None
    for the results themselves; `shown` is what is to be seen of each side then."""

    changed = Signal()
    looked = Signal()  # `step` or `shown` are others

    def __init__(self, studio: Shelving, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.sides: list[Side | None] = [None, None]
        self.paths: list[Path | None] = [None, None]
        self.rows: list[tuple[StepRow, ...]] = [(), ()]
        self.shown: list[Media | None] = [None, None]
        self.found: Comparison | None = None
        self.trouble = ""
        self.step: int | None = None
        self.busy = False
        self._turn = 0
        self._looks = 0

    # ------------------------------------------------------------ what is compared

    def put_run(self, place: int, run: str) -> None:
        """Lay the result of `run` at A (0) or B (1)."""

        def got(entry: Entry | None) -> None:
            if entry is None:
                self._fail(Failure("missing", self.tr("There is no finished result to compare with.")))
            else:
                self.put_file(place, entry.path)

        self.studio.entry(run, got)

    def put_file(self, place: int, path: Path) -> None:
        """Lay the file at `path` at A (0) or B (1)."""
        self.paths[place] = path
        self._begin()
        turn, steps = self._turn, self.studio.folders.steps

        def work() -> tuple[Side, tuple[StepRow, ...]]:
            side = comparison.side_of(path)
            return side, StepStore(steps / side.run).rows() if side.run else ()

        def got(read: tuple[Side, tuple[StepRow, ...]]) -> None:
            if self.paths[place] == path:
                side = read[0]
                self.sides[place], self.rows[place], self.shown[place] = side, read[1], side.media
                if side.run:
                    self.studio.entry(side.run, lambda entry: None)  # so that its steps can be drawn
                self._compare(self._turn)

        self.studio.bridge.aside(work, got, partial(self._failed, turn))

    def swap(self) -> None:
        """A is B now, and B is A."""
        for pair in (self.sides, self.paths, self.rows, self.shown):
            pair.reverse()
        self._begin()
        self._compare(self._turn)

    def _begin(self) -> None:
        self._turn += 1
        self._looks += 1
        self.found, self.trouble, self.step, self.busy = None, "", None, True
        self.shown = [side.media if side else None for side in self.sides]
        self.changed.emit()

    def _compare(self, turn: int) -> None:
        one, other = self.sides
        if one is None or other is None:
            self.busy = False
            self.changed.emit()
            return
        steps = self.studio.folders.steps

        def got(found: Comparison) -> None:
            if turn == self._turn:
                self.found, self.busy = found, False
                self.changed.emit()

        self.studio.bridge.aside(lambda: comparison.compared(one, other, steps), got, partial(self._failed, turn))

    def _failed(self, turn: int, failure: Failure) -> None:
        if turn == self._turn:
            self._fail(failure)

    def _fail(self, failure: Failure) -> None:
        self.trouble, self.busy = failure.sentence, False
        self.changed.emit()

    # ------------------------------------------------------------ step by step

    def look_at(self, step: int | None) -> None:
        """Show step `step` of both, or (None) the results; of a side that does not keep it the result stays."""
        if step == self.step:
            return
        self._looks += 1
        self.step = step
        self.shown = [side.media if side else None for side in self.sides]
        self.looked.emit()
        for place, side in enumerate(self.sides):
            if step is not None and side is not None and side.run:
                self.studio.frame(side.run, step, self._frame(place, self._looks))

    def _frame(self, place: int, look: int) -> Callable[[Media], None]:
        def got(found: Media) -> None:
            if look == self._looks:
                self.shown[place] = found
                self.looked.emit()

        return got

    # ------------------------------------------------------------ handing out

    def export(self, path: Path) -> None:
        """Write the sheet to `path` where there is a picture, and everything that is known beside it as JSON."""
        found = self.found
        if found is None:
            return

        def work() -> Sequence[Path]:
            return exported(found, path)

        def done(written: Sequence[Path]) -> None:
            names = ", ".join(str(one) for one in written)
            self.studio.notice.emit("info", self.tr("The comparison is written to %1.").replace("%1", names))

        def sorry(failure: Failure) -> None:
            self.studio.notice.emit("error", failure.sentence)

        self.studio.bridge.aside(work, done, sorry)


def exported(found: Comparison, path: Path) -> list[Path]:
    """The sheet at `path` (left out where there is nothing to see) and the figures in a JSON file beside it."""
    beside = path.with_suffix(".json")
    text = msgspec.json.format(msgspec.json.encode(comparison.told(found)), indent=2)
    try:
        written = [] if path.suffix.lower() == ".json" else [media.write(path, comparison.sheet(found))]
    except Refused as refused:
        if refused.failure.kind != "bad-request":
            raise
        written = []
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, path).sentence) from error
    try:
        return [*written, atomic.write(beside, text)]
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, beside).sentence) from error
