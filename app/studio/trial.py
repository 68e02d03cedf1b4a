"""Sweeps in the window: cells made by the queue, each measured as soon as it is whole, kept over a restart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.core import forecast
from app.core.lab import gather, report, trial
from app.core.lab import plan as plans
from app.core.lab import plot as plots
from app.core.lab.plan import Plan
from app.core.lab.plot import Look, Picture, Plot
from app.core.lab.sweep import Sweep, rows
from app.core.lab.trial import Slot, Trial, Wanted
from app.studio.batch import Batch, Ready, known
from engines.contract import Estimate, Failure, Refused
from engines.files import atomic, media, recipe
from engines.files.recipe import Recipe
from engines.wire import Failed, Halted, Measured

if TYPE_CHECKING:
    from app.studio import Studio

STATE = "sweep"


class Outlook(Struct, frozen=True):
    """What a sweep would be: cells, results in all, those that are there already, and seconds for the rest (None:
    nobody knows)."""

    cells: int
    results: int
    there: int = 0
    seconds: float | None = None


class Sweeping(QObject):
    """The sweep of the studio. `trial` is the last one, perhaps of an earlier session; `sweep` what is known of it."""

    changed = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.studio = studio
        self.trial: Trial | None = _kept(studio.load_state(STATE))
        self._batch: Batch | None = None
        self._measuring: dict[int, tuple[str, ...]] = {}  # job of the bridge -> the cell's runs
        self._begun: set[tuple[str, ...]] = set()  # cells whose measurement has begun
        self._turn = 0

    @property
    def sweep(self) -> Sweep | None:
        """What is known by now; None while nothing is measured, or when an engine has gone."""
        try:
            return trial.told(self.trial, self.studio.cards()) if self.trial else None
        except Refused:
            return None

    @property
    def going(self) -> bool:
        """Whether something is still made or measured."""
        return self._beginning or (self._batch is not None and self.trial is not None and not self.trial.over)

    @property
    def left(self) -> float | None:
        """Seconds the results that are still to come will take, as earlier runs took; None when nobody knows."""
        runs, cards, whole = self.studio._runs, self.studio.cards(), 0.0
        waiting = {job.run: job.request for job in self.studio.jobs if not job.ended}
        for mine in {slot.runs for slot in self.trial.slots} if self.trial else ():
            each = [waiting[run] for run in mine if run in waiting]  # they differ in words and seeds alone
            cost = forecast.forecast(runs, cards[each[0].engine], each[0], Estimate(), loaded=True) if each else None
            if cost is not None and cost.seconds is None:
                return None
            whole += len(each) * (cost.seconds or 0.0) if cost else 0.0
        return whole or None

    _beginning = False

    # ------------------------------------------------------------ what it would be

    def wanted(self, over: Sequence[str], prompts: Sequence[str], metrics: Sequence[str], **more: str) -> Wanted:
        """What `over` means for the draft, compared with the engines it names, or those of `more['engines']`."""
        draft = self.studio.draft
        others = [name for name in more.pop("engines", "").split(",") if name]
        engines = dict.fromkeys([draft.engine, *others, *plans.engines_in(over)])
        return Wanted(tuple(engines), tuple(over), tuple(prompts), tuple(metrics), **more)

    def plan(self, wanted: Wanted) -> Plan:
        """Its cells, of the draft where it has no request of its own yet. Refused, with the sentence, when it does not
        fit together."""
        cards = self.studio.cards()
        lost = next((name for name in wanted.engines if name not in cards), None)
        if lost is not None:
            raise Refused("bad-request", self.tr("There is no engine %s here.") % lost)
        mine = {name: cards[name] for name in wanted.engines}
        plans.fits(wanted.metrics, Path(wanted.real) if wanted.real else None, list(mine.values()))
        first = msgspec.structs.replace(self.studio.draft, resume=None)
        if wanted.first:
            first = recipe.loads(wanted.first, self.studio._blobs.load).request
        return plans.plan(mine, first, wanted.over, wanted.prompts)

    def look(self, plan: Plan, then: Callable[[Outlook], None]) -> None:
        """Have `then` called with how much there is to do, as earlier runs took; an older question is not answered."""
        self._turn += 1
        turn, runs, cards, studio = self._turn, self.studio._runs, self.studio.cards(), self.studio
        each = {recipe.asks(one): one for one in plan.requests}

        def work() -> Outlook:
            there = known(studio._kept().history, {one.engine for one in each.values()})
            left = [one for text, one in each.items() if text not in there]
            costs = [forecast.forecast(runs, cards[one.engine], one, Estimate(), loaded=True).seconds for one in left]
            seconds = None if any(one is None for one in costs) else sum(one or 0.0 for one in costs)
            return Outlook(len(plan.pieces), len(each), len(each) - len(left), seconds)

        def known_now(found: Outlook) -> None:
            if turn == self._turn:
                then(found)

        studio.bridge.call(work, known_now, lambda failure: None)

    # ------------------------------------------------------------ making it

    def begin(self, wanted: Wanted) -> bool:
        """Make what is not there yet and measure every cell. False, with a notice, when that cannot be."""
        try:
            plan = self.plan(wanted)
        except Refused as refused:
            self.studio.notice.emit("error", refused.failure.sentence)
            return False
        if self.going:
            self.stop()
        self._anew()
        self._beginning = True
        first, keep = msgspec.structs.replace(self.studio.draft, resume=None), self.studio._blobs.keep

        def kept(text: str) -> None:
            self._start(msgspec.structs.replace(wanted, first=text), plan)

        if wanted.first:
            self._start(wanted, plan)
        else:
            self.studio.bridge.call(lambda: recipe.dumps(Recipe(request=first, run=""), keep), kept, self._sorry)
        self.changed.emit()
        return True

    def _start(self, wanted: Wanted, plan: Plan) -> None:
        batch = self._batch = Batch(self.studio)
        batch.begun.connect(partial(self._planned, wanted, plan))
        batch.changed.connect(self._made)
        batch.begin([one for piece in plan.pieces for one in piece.requests], self._sorry)

    def go_on(self) -> bool:
        """Make and measure what is lacking of the last sweep."""
        return self.trial is not None and self.begin(self.trial.wanted)

    def stop(self) -> None:
        """Stop the cells that are not made or measured yet; `go_on` takes them up again."""
        if self._batch is not None:
            self._batch.stop()
        for job in list(self._measuring):
            self.studio.bridge.hush(job)

    def _anew(self) -> None:
        if self._batch is not None:
            self._batch.close()
        self._batch = None
        self._measuring.clear()
        self._begun.clear()

    def _sorry(self, failure: Failure) -> None:
        self._beginning = False
        self.studio.notice.emit("error", failure.sentence)
        self.changed.emit()

    def _planned(self, wanted: Wanted, plan: Plan, ready: Ready) -> None:
        """The results are on their way: the sweep is there, with what was measured of the same results before."""
        self._beginning = False
        runs, slots = iter(ready.runs), []
        past = self.trial.slots if self.trial is not None and self._same(wanted) else ()
        before = {slot.runs: slot for slot in past if slot.figures}
        for piece in plan.pieces:
            mine = tuple(next(runs) for _ in piece.requests)
            fresh = Slot(piece.place, piece.label, mine, piece.idle, sentence=piece.sentence)
            old = before.get(mine) if mine else None
            if old is not None:
                fresh = msgspec.structs.replace(old, place=fresh.place, label=fresh.label, idle=fresh.idle)
                self._begun.add(mine)
            slots.append(fresh)
        self._put(Trial(wanted, tuple(slots)))
        for slot in slots:
            self._look_at(slot)

    def _same(self, wanted: Wanted) -> bool:
        """Whether cells of before are measured by the same."""
        old = self.trial.wanted if self.trial else None
        return old is not None and (old.metrics, old.real, old.features) == (
            wanted.metrics,
            wanted.real,
            wanted.features,
        )

    def _made(self, run: str) -> None:
        """A result is there, or will not be."""
        assert self.trial is not None
        for slot in self.trial.slots:
            if run in slot.runs:
                self._look_at(slot)
        self.changed.emit()

    def _look_at(self, slot: Slot) -> None:
        """Measure a cell whose results are all there; say why of one that lacks some."""
        batch = self._batch
        if batch is None or not slot.runs or slot.figures:
            return
        failed = next((batch.failed[run] for run in slot.runs if run in batch.failed), "")
        if failed:
            if all(run in batch.files or run in batch.failed for run in slot.runs):
                self._fill(slot.runs, sentence=failed)
        elif slot.runs not in self._begun and all(run in batch.files for run in slot.runs):
            self._begun.add(slot.runs)
            self._measure(slot.runs, [batch.files[run] for run in slot.runs])

    # ------------------------------------------------------------ measuring

    def _measure(self, runs: tuple[str, ...], files: Sequence[Path]) -> None:
        root = self.studio.folders.data / "lab" / "sets"
        batch = self._batch

        def work() -> tuple[Path, list[dict[str, Any]]]:
            return gather.gathered(files, root), [plans.facts_in(media.recipe_of(path)) for path in files]

        def ready(found: tuple[Path, list[dict[str, Any]]]) -> None:
            folder, facts = found
            seconds, nfe = plans.spent(facts)
            told = {"files": tuple(map(str, files)), "seconds": seconds, "nfe": nfe, "machine": plans.machine(facts[0])}
            if batch is self._batch:
                self._next(runs, folder, told, {})

        self.studio.bridge.aside(work, ready, lambda failure: self._fill(runs, sentence=failure.sentence))

    def _next(self, runs: tuple[str, ...], folder: Path, told: dict[str, Any], figures: dict[str, float]) -> None:
        """Measure a cell by the next metric; it is done after the last."""
        assert self.trial is not None
        wanted = self.trial.wanted
        left = [name for name in wanted.metrics if not any(one.startswith(f"{name} ") for one in figures)]
        if not left:
            self._fill(runs, **told, figures=figures, sentence="")
            return

        def heed(news: object) -> None:
            if job not in self._measuring or not isinstance(news, Measured | Failed | Halted):
                return
            del self._measuring[job]
            if isinstance(news, Measured):
                more = {f"{left[0]} {name}": value for name, value in news.values.items()}
                self._next(runs, folder, told, figures | more)
            else:
                sentence = news.failure.sentence if isinstance(news, Failed) else self.tr("Stopped.")
                self._fill(runs, **told, sentence=sentence)

        job = self.studio.measure(left[0], folder, heed, wanted.real, wanted.features)
        self._measuring[job] = runs

    # ------------------------------------------------------------ what has become of it

    def _fill(self, runs: tuple[str, ...], **fields: Any) -> None:
        if self.trial is not None:
            self._put(self.trial.put(runs, **fields))

    def _put(self, after: Trial) -> None:
        self.trial = after
        self.studio.save_state(STATE, msgspec.json.encode(after))
        self.changed.emit()

    def draw(
        self, plot: Plot, look: Look, size: tuple[int, int], scale: float, then: Callable[[Picture], None]
    ) -> None:
        """Have `then` called with the plot as pixels, drawn on a thread of its own."""
        self.studio.bridge.apart("plots", lambda: plots.picture(plot, look, size, scale), then)

    def write_plot(self, plot: Plot, path: Path, then: Callable[[Path], None]) -> None:
        """Write a plot as .svg, .png, or .csv of what it shows."""
        self.studio.bridge.apart("plots", lambda: plots.write(plot, path), then)

    def write(self, path: Path, then: Callable[[Path], None]) -> None:
        """Write the report of what is measured by now: a page that opens anywhere, or the table as .csv."""
        sweep = self.sweep
        if sweep is None:
            self.studio.notice.emit("warning", self.tr("Nothing is measured yet."))
            return

        def work() -> Path:
            page = path.suffix.lower() != ".csv"
            data = report.page(sweep).encode() if page else plots.table(rows(sweep))
            try:
                return atomic.write(path, data)
            except OSError as error:
                raise Refused("disk", atomic.sentence(error, path).sentence) from error

        self.studio.bridge.aside(work, then)


def _kept(text: bytes | None) -> Trial | None:
    """The sweep of an earlier session; None when it cannot be read."""
    try:
        return msgspec.json.decode(text, type=Trial | None) if text else None
    except msgspec.MsgspecError:
        return None
