"""Many results at once: grids, whose cells are jobs of the queue, and all variants of a prompt."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.bridge import Engines
from app.core import grid as sheets
from app.core.entry import Entry
from app.core.grid import Sheet, Square
from app.core.job import Cancelled, Done, Failed, Job
from app.core.settings import Folders, Settings
from app.studio.draft import MOST_COUNT
from app.studio.forecast import Forecasting
from engines.contract import Refused, Request
from engines.files import contact, media, recipe
from engines.prompt import grid
from engines.prompt.grid import Axis, Cell
from engines.prompt.wildcards import Variants

STATE = "grid"


class Forecast(Struct, frozen=True):
    """What a grid would be: how many jobs, and about how many seconds (None: nobody knows yet)."""

    jobs: int
    seconds: float | None = None


class Gridding(Forecasting):
    """The part of the studio that makes grids. `sheet` is the last one, perhaps of an earlier session, or None."""

    grid_changed = Signal()

    def __init__(
        self, folders: Folders, host: Engines, settings: Settings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(folders, host, settings, parent)
        self.sheet: Sheet | None = _kept(self.load_state(STATE))
        self.job_changed.connect(self._square)

    # ------------------------------------------------------------ what it would be

    def grid_axes(self, texts: Sequence[str]) -> tuple[list[Axis], tuple[Cell, ...]]:
        """The axes that `texts` ('guidance=1,3,5') mean for the draft, and their cells. Refused for what cannot be."""
        card = self.card()
        if card.info.medium not in sheets.MEDIA:
            sentence = self.tr("A grid is a sheet of pictures or clips; %s makes neither.") % card.info.title
            raise Refused("bad-request", sentence)
        axes = [grid.axis(text, card) for text in texts]
        return axes, grid.cells(grid.unsettled(card, msgspec.structs.replace(self.draft, resume=None)), axes)

    def forecast_grid(self, cells: Sequence[Cell], then: Callable[[Forecast], None]) -> None:
        """Have `then` called with how long the cells may take, as earlier results of this engine took."""
        engine = self.draft.engine

        def past() -> list[tuple[Request, float]]:
            found = self._kept().history.latest(engine)
            return [(_request(entry), entry.seconds) for entry in found if entry.recipe_text]

        def known(found: list[tuple[Request, float]]) -> None:
            each = sheets.pace(found)
            wanted = [self._settled(cell.request) for cell in cells]
            then(Forecast(len(cells), each * sum(map(sheets.work, wanted)) if each else None))

        self.bridge.call(past, known, lambda failure: then(Forecast(len(cells))))

    def _settled(self, request: Request) -> Request:
        try:
            return sheets.asked(self.cards(), Cell((), request, ""))
        except Refused:
            return request

    # ------------------------------------------------------------ making it

    def make_grid(self, texts: Sequence[str]) -> bool:
        """Queue every cell, the dearest change last; a cell that is refused says so in its square. False, with a
        notice, when there is no such grid."""
        try:
            axes, cells = self.grid_axes(texts)
        except Refused as refused:
            self.notice.emit("error", refused.failure.sentence)
            return False
        heads = sheets.heads(axes)
        squares, wanted = [Square()] * heads.count, []
        for cell in cells:
            place = sheets.place(axes, cell)
            try:
                wanted.append((place, cell.label, sheets.asked(self.cards(), cell)))
            except Refused as refused:
                squares[place] = Square(cell.label, sentence=refused.failure.sentence)
        self.sheet = Sheet(tuple(texts), heads, tuple(squares))

        def added(new: list[Job]) -> None:
            assert self.sheet is not None
            for (place, label, _), job in zip(wanted, new, strict=True):
                self.sheet = self.sheet.put(place, Square(label, job.run))
            self.jobs = [*self.jobs, *new]
            self.jobs_changed.emit()
            self._sheet_changed()
            self._kick()

        self.bridge.within(lambda: self._kept().queue.add([self.drawn(request) for *_, request in wanted]), added)
        self._sheet_changed()
        return True

    def generate_variants(self) -> None:
        """Queue a job for every variant of the draft's prompt, all with its seed; a notice when they are too many."""
        draft, folder = self.draft, self.folders.wildcards

        def all_of() -> list[Request]:
            made = Variants(draft.prompt, folder)
            if made.count > MOST_COUNT:
                sentence = self.tr("The prompt has %d variants; %d is the most at once.") % (made.count, MOST_COUNT)
                raise Refused("bad-request", sentence)
            return [msgspec.structs.replace(draft, prompt=text) for text in made.all()]

        def queue(requests: list[Request]) -> None:
            if self._enqueue(requests) is not None:
                self.follow()

        self.bridge.within(all_of, queue)

    def stop_grid(self) -> None:
        """Stop the cells that are not made yet."""
        for job in list(self.jobs):
            if self.sheet is not None and not job.ended and self.sheet.of(job.run) is not None:
                self.stop(job.id)

    def _square(self, job: Job) -> None:
        """A job has changed: perhaps a cell's."""
        place = self.sheet.of(job.run) if self.sheet else None
        if self.sheet is None or place is None:
            return
        square, sentence = self.sheet.squares[place], ""
        if isinstance(job.state, Failed):
            sentence = job.state.failure.sentence
        elif isinstance(job.state, Cancelled):
            sentence = self.tr("Stopped.")
        after = msgspec.structs.replace(square, sentence=sentence, done=isinstance(job.state, Done))
        if after != square:
            self.sheet = self.sheet.put(place, after)
            self._sheet_changed()

    def _sheet_changed(self) -> None:
        self.save_state(STATE, msgspec.json.encode(self.sheet))
        self.grid_changed.emit()

    # ------------------------------------------------------------ writing it

    def export_grid(self, path: Path) -> None:
        """Write the sheet as a picture with its labels; what is not made stands there as its sentence."""
        sheet = self.sheet
        if sheet is None:
            return

        def work() -> Path:
            found = [self._shown(square) for square in sheet.squares]
            return media.write(path, contact.contact(found, sheet.heads))

        def done(written: Path) -> None:
            self._say(self.tr("The sheet is written to %s.") % written)

        self.bridge.call(work, done)

    def _shown(self, square: Square) -> np.ndarray | str:
        """On the file thread: the picture of a square, or why there is none."""
        entry = self._kept().history.get(square.run) if square.done else None
        if entry is None:
            return square.sentence or "-"
        try:
            return sheets.picture(media.read(entry.path))
        except Refused as refused:
            return refused.failure.sentence


def _kept(text: bytes | None) -> Sheet | None:
    """The sheet of an earlier session; None when it cannot be read."""
    try:
        return msgspec.json.decode(text, type=Sheet | None) if text else None
    except msgspec.MsgspecError:
        return None


def _request(entry: Entry) -> Request:
    def nothing(name: str) -> Any:
        return np.zeros(0)

    return recipe.loads(entry.recipe_text, nothing).request
