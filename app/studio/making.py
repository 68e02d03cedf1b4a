"""Clips made in place: jobs of the queue whose results become takes of the project's clips.

What is wanted waits until the clips it is made of are there; then it is a job like any other, and what the job is for
(its errand) is kept until the take is in the project: over a restart, and where another project is open meanwhile.
"""

from collections.abc import Callable, Collection
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct
from PySide6.QtCore import QObject

from app.bridge import Engines
from app.core import job as jobs
from app.core.entry import Entry
from app.core.job import Job
from app.core.project import Document
from app.core.settings import Folders, Settings
from app.core.timeline import edit, errands, making, ways
from app.core.timeline.errands import Sent, Wish
from app.core.timeline.inputs import Scene
from app.core.timeline.making import Order
from app.core.timeline.reader import Reader
from app.core.timeline.values import Ask, Clip, Medium, Project, Take, Time
from app.studio.ahead import LookingAhead
from app.studio.core import some_seed
from engines.contract import EngineCard, Failure, Media, Refused, Result

STATE = "errands"
THREAD = "making"

replace = msgspec.structs.replace
Do = Callable[[Scene, Clip, EngineCard], Order]


class InHand(Struct, frozen=True, eq=False):
    """What is being made for a clip: it waits for others or its turn ('queued'), or is 'developing', `share` of it
    done (None: not known) and `left` seconds to go, with what it looks or sounds like so far. `run` is its job's."""

    state: Literal["queued", "developing"] = "queued"
    share: float | None = None
    left: float | None = None
    preview: Media | None = None
    run: str = ""


class Making(LookingAhead):
    """The part of the studio that makes clips. `in_hand` says what is being made, by clip."""

    def __init__(
        self, folders: Folders, host: Engines, settings: Settings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(folders, host, settings, parent)
        self.in_hand: dict[str, InHand] = {}
        self._pending = errands.loads(self.load_state(STATE))
        self._asking: set[str] = set()  # clips whose requests are being put together
        self._results: dict[str, Media] = {}  # by run, until they are takes
        self._coming: set[str] = set()  # runs whose results are on their way into a project
        self.job_changed.connect(self._job_of_clip)
        self.jobs_changed.connect(self._jobs_gone)
        self.preview.connect(self._previewed)
        self.project_opened.connect(self._look_in_hand)

    # ------------------------------------------------------------ what can be done

    def make_clips(self, ids: Collection[str] | None = None, *, draft: bool = False) -> bool:
        """Make these clips, after what they are made of; all that are empty, stale or (for finals) drafts by default.
        False, with a notice, when that cannot be."""
        try:
            wanted = making.order(self.project, self.timeline, ids, draft=draft)
            folder = str(self.document_now().folder)
        except Refused as refused:
            self.notice.emit("warning", refused.failure.sentence)
            return False
        if not wanted:
            self._say(self.tr("Everything is made already."))
        new = tuple(Wish(folder, id, draft) for id in wanted if id not in self.in_hand)
        self._keep(wishes=(*self._pending.wishes, *new))
        for wish in new:
            self._hold(wish.clip, InHand())
        self._advance()
        return bool(wanted)

    def render_stale(self, draft: bool = False) -> bool:
        """Make whatever is empty or stale."""
        return self.make_clips(None, draft=draft)

    def retake(self, clip: str, seed: int | None = None) -> bool:
        """Another take of a clip by another seed."""
        seed = some_seed() if seed is None else seed
        if not self.arrange(self.tr("Another seed"), lambda one: ways.retaken(one, clip, seed)):
            return False
        return self.make_clips([clip])

    def vary(self, clip: str, strength: float, *, draft: bool = False) -> None:
        """Another take of a clip that begins from the one it shows."""
        seed = some_seed()
        self._send(clip, lambda scene, one, card: ways.varied(scene, one, card, strength, seed=seed, draft=draft))

    def regenerate(self, clip: str, span: tuple[Time, Time] | None = None, *, draft: bool = False) -> None:
        """A part of a clip anew: `span` in seconds from its beginning, of a picture what its mask marks."""
        if span is not None and not self.arrange(
            self.tr("Mark a part"), lambda one: edit.change_clip(one, clip, ask=_marked(edit.clip_of(one, clip), span))
        ):
            return
        self._send(clip, lambda scene, one, card: ways.region(scene, one, card, draft=draft))

    def extend(self, clip: str, side: ways.Side, amount: Time, *, draft: bool = False) -> None:
        """A clip longer by so many seconds; a picture wider by that share of it."""
        amount = Fraction(amount)
        self._send(clip, lambda scene, one, card: ways.extended(scene, one, card, side, amount, draft=draft))

    def bridge_gap(self, track: str, at: Time, ask: Ask, *, draft: bool = False) -> str:
        """Fill a gap of a track from what is before it to what is after it; the new clip's id, '' when refused."""
        made: list[str] = []

        def change(timeline: Any) -> Any:
            after, id = ways.bridge(timeline, track, at, ask)
            made.append(id)
            return after

        if not self.arrange(self.tr("Bridge a gap"), change):
            return ""
        self.make_clips(made, draft=draft)
        return made[0]

    def choose_take(self, clip: str, take: str) -> bool:
        """Show another take of a clip, and have the clip ask for what that was made of."""
        return self.arrange(self.tr("Choose take"), lambda one: making.chosen(one, clip, take))

    def ways_of(self, clip: str) -> set[str]:
        """What can be done to a clip: 'generate', 'region', 'extend', 'bridge', 'vary'; nothing of one not made."""
        ask = edit.clip_of(self.timeline, clip).ask
        card = self.card_of(ask.engine) if ask is not None else None
        return set(ways.able(card)) if card is not None and card.info.name else set()

    def cancel_clips(self, ids: Collection[str] | None = None) -> None:
        """Make these clips no further; all by default."""
        wanted = set(self.in_hand if ids is None else ids)
        self._keep(wishes=tuple(one for one in self._pending.wishes if one.clip not in wanted))
        for clip in wanted & set(self.in_hand):
            job = self.job_of(self.in_hand[clip].run)
            if job is not None:
                self.stop(job.id)
            else:
                self._asking.discard(clip)
                self._hold(clip, None)

    # ------------------------------------------------------------ from a wish to a job

    def _advance(self) -> None:
        """Send what waits and can be made now; give up what waits for a clip that nobody makes."""
        folder = self._folder()
        for wish in [one for one in self._pending.wishes if one.folder == folder]:
            try:
                clip = edit.clip_of(self.timeline, wish.clip)
                missing = making.waits_for(self.project, self.timeline, clip)
            except (KeyError, Refused):
                self._give_up(wish)
                continue
            if not missing:
                self._keep(wishes=tuple(one for one in self._pending.wishes if one != wish))
                self._generate(wish)
            elif not any(one in self.in_hand for one in missing):
                self._give_up(wish)

    def _generate(self, wish: Wish) -> None:
        clip, draft = edit.clip_of(self.timeline, wish.clip), wish.draft
        twin = making.twin(self.project, self.timeline, clip, draft=draft)
        shown = clip.shown
        if twin is not None and (shown is None or shown.print != twin.print):
            self._hold(clip.id, None)
            self.arrange(self.tr("Take what is the same"), lambda one: edit.add_take(one, clip.id, twin))
            return
        self._send(clip.id, lambda scene, one, card: making.made(scene, one, card, draft=draft))

    def _give_up(self, wish: Wish) -> None:
        self._keep(wishes=tuple(one for one in self._pending.wishes if one != wish))
        self._hold(wish.clip, None)

    def _send(self, id: str, do: Do) -> None:
        """Put the request of a clip together, away from the window, and queue it."""
        try:
            clip = edit.clip_of(self.timeline, id)
            card = self.card_of(making.asked(clip).engine)
            if not card.info.name:
                raise Refused("bad-request", self.tr("There is no engine to make this with; choose one first."))
            document = self.document_now()
        except Refused as refused:
            self._refused(id, refused.failure)
            return
        scene = Scene(self.project, self.timeline, document.read, Reader(document))
        self._asking.add(id)
        self._hold(id, InHand())
        self.bridge.apart(
            THREAD,
            lambda: do(scene, clip, card),
            lambda order: self._queue(str(document.folder), order),
            lambda failure: self._refused(id, failure),
        )

    def _queue(self, folder: str, order: Order) -> None:
        clip = order.errand.clip
        if clip not in self._asking:
            return  # it was cancelled meanwhile
        self._asking.discard(clip)

        def queued(new: list[Job]) -> None:
            self._keep(sent=self._pending.sent | {new[0].run: Sent(folder, order.errand)})
            self._hold(clip, InHand(run=new[0].run))

        if self._enqueue([order.request], then=queued) is None:
            self._hold(clip, None)
            self._advance()

    def _refused(self, clip: str, failure: Failure) -> None:
        self._asking.discard(clip)
        self._hold(clip, None)
        self.notice.emit("warning", failure.sentence)
        self._advance()

    # ------------------------------------------------------------ while it is made

    def _job_of_clip(self, job: Job) -> None:
        sent = self._pending.sent.get(job.run)
        if sent is None:
            return
        state = job.state
        if isinstance(state, jobs.Done):
            self._deliver(job.run, sent, Path(state.path))
        elif isinstance(state, jobs.Failed | jobs.Cancelled):
            self._release(job.run)
        elif sent.folder == self._folder():
            self._hold(sent.errand.clip, self._state_of(job))

    def _state_of(self, job: Job) -> InHand:
        known = self.in_hand.get(self._pending.sent[job.run].errand.clip)
        preview = known.preview if known is not None and known.run == job.run else None
        if not isinstance(job.state, jobs.Running):
            return InHand(preview=preview, run=job.run)
        state = job.state
        share = state.index / state.total if state.total else state.fraction
        return InHand("developing", share, state.left, preview, job.run)

    def _previewed(self, run: str, shown: Media) -> None:
        sent = self._pending.sent.get(run)
        known = self.in_hand.get(sent.errand.clip) if sent is not None else None
        if sent is None or known is None or known.run != run:
            return
        self._hold(sent.errand.clip, replace(known, preview=shown))
        if self.stage is None or self.stage.run != run or "stage" not in self._watchers:
            self.preview_shown(run)  # the stage, where it is seen, asks for the next one itself

    def _jobs_gone(self) -> None:
        """Jobs that were taken out of the queue make nothing any more."""
        if self._library is None:
            return
        here = {job.run for job in self.jobs}
        for run in [run for run in self._pending.sent if run not in here and run not in self._results]:
            if any(one.run == run for one in self.in_hand.values()):
                self._release(run)

    def _finish(self, job: Job, result: Result) -> None:
        if job.run in self._pending.sent:
            self._results[job.run] = result.media
        super()._finish(job, result)

    # ------------------------------------------------------------ from a result to a take

    def _deliver(self, run: str, sent: Sent, path: Path) -> None:
        """Put the result of a run, which lies at `path`, into its project as a take."""
        result, errand = self._results.get(run), sent.errand
        here = self.document is not None and str(self.document.folder) == sent.folder
        clip = errand.clip
        document = self.document if here and self.document is not None else Document(Path(sent.folder))

        def work() -> tuple[Take, str, Medium]:
            name, facts = errands.kept(document, errand, result, path)
            return making.take_of(errand, name, facts, run), name, facts

        def then(found: tuple[Take, str, Medium]) -> None:
            self._arrived(sent, found, lambda: self._release(run))

        def sorry(failure: Failure) -> None:
            self.notice.emit("error", failure.sentence)
            self._release(run)

        if here:  # what is made of it waits for it
            known = self.in_hand.get(clip)
            self._hold(clip, InHand("developing", 1.0, run=run, preview=known.preview if known else None))
        if run not in self._coming:
            self._coming.add(run)
            self.bridge.apart(THREAD, work, then, sorry)

    def _arrived(self, sent: Sent, found: tuple[Take, str, Medium], done: Callable[[], None]) -> None:
        """A take is there: put it into its project, and then say so."""
        take, name, facts = found

        def change(project: Project) -> Project:
            return errands.taken(project, sent.errand, take, {name: facts})

        if sent.folder == self._folder():
            self.arrange_project(self.tr("Make clip"), change)
            done()
            return

        def work() -> None:
            document = Document.at(sent.folder)
            document.save(change(document.load()))

        def then(_: None) -> None:
            if sent.folder == self._folder():  # it was opened meanwhile, without the take
                self.arrange_project(self.tr("Make clip"), change)
            done()

        def sorry(failure: Failure) -> None:
            self.notice.emit("error", failure.sentence)
            done()

        self.bridge.call(work, then, sorry)

    # ------------------------------------------------------------ keeping

    def _look_in_hand(self) -> None:
        """What is made for the project that is open; results that came while nobody looked are put into it."""
        for clip in list(self.in_hand):
            self._hold(clip, None)
        if self._library is None:
            return
        for run, sent in list(self._pending.sent.items()):
            job = self.job_of(run)
            if sent.folder == self._folder():
                self._hold(sent.errand.clip, InHand(run=run))
            if job is None:
                self.entry(run, lambda entry, run=run: self._made_before(run, entry))  # type: ignore[misc]
            elif sent.folder == self._folder():
                self._job_of_clip(job)
        for wish in self._pending.wishes:
            if wish.folder == self._folder():
                self._hold(wish.clip, InHand())
        self._advance()

    def _made_before(self, run: str, entry: Entry | None) -> None:
        sent = self._pending.sent.get(run)
        if sent is not None and entry is not None and not entry.deleted:
            self._deliver(run, sent, entry.path)
        else:
            self._release(run)

    def _folder(self) -> str:
        return "" if self.document is None else str(self.document.folder)

    def _hold(self, clip: str, value: InHand | None) -> None:
        """Say what is in hand for a clip."""
        if value is None:
            if self.in_hand.pop(clip, None) is None:
                return
        else:
            self.in_hand[clip] = value
        self.making_changed.emit(clip)

    def _release(self, run: str) -> None:
        self._results.pop(run, None)
        self._coming.discard(run)
        sent = self._pending.sent.get(run)
        if sent is None:
            return
        self._keep(sent={one: each for one, each in self._pending.sent.items() if one != run})
        known = self.in_hand.get(sent.errand.clip)
        if known is not None and known.run == run:
            self._hold(sent.errand.clip, None)
        self._advance()

    def _keep(self, **fields: Any) -> None:
        self._pending = replace(self._pending, **fields)
        self.save_state(STATE, errands.dumps(self._pending))


def _marked(clip: Clip, span: tuple[Time, Time]) -> Ask:
    return replace(making.asked(clip), region=(Fraction(span[0]), Fraction(span[1])))
