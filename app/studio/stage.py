"""The stage: what is being looked at, live or finished, whole or step by step."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct
from PySide6.QtCore import QObject, QTimer

from app.bridge import Engines
from app.core.entry import Entry
from app.core.job import Job, Queued, Running
from app.core.library import Library
from app.core.settings import Folders, Settings
from app.core.thumbs import thumbnail
from app.studio.draft import Drafting
from app.studio.frames import Frames, Shown
from app.studio.truth import Truth
from engines.contract import Failure, Media, Refused, Request, medium_of
from engines.files import media as files
from engines.files.steps import StepRow, StepStore


class Subject(Struct, frozen=True, eq=False):
    """What is on the stage. `media` is what to show now: the live preview, the result, or the frame of `step`.

    `step` is None for the result itself (or the live preview), else the scrubbed step, counted from 1. `rows` are
    the steps known so far. `compare` is the media of another result, to be laid beside. A file that is no result of
    ours has an empty `run` and its `path`; a picture that follows the draft an empty `run` and that `draft`. `trouble`
    says in one sentence why there is nothing to show. `truth` says whether what is shown of `step` (of a live run: of
    the last one) is its true decode: it 'can' be had, is being made ('busy'), or is shown ('yes'); '' is none to have.
    """

    run: str
    job: Job | None = None
    entry: Entry | None = None
    media: Media | None = None
    rows: tuple[StepRow, ...] = ()
    step: int | None = None
    compare: Media | None = None
    medium: str = "image"
    path: Path | None = None
    trouble: str = ""
    draft: Request | None = None
    truth: Literal["", "can", "busy", "yes"] = ""

    @property
    def live(self) -> bool:
        """Whether the run is still going on."""
        return self.job is not None and not self.job.ended


class Staging(Drafting):
    """The part of the studio that holds the stage. `stage` is the Subject or None."""

    def __init__(
        self, folders: Folders, host: Engines, settings: Settings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(folders, host, settings, parent)
        self.stage: Subject | None = None
        self.jobs: list[Job] = []
        self._library: Library | None = None  # made, used and closed on the file thread
        self._entries: dict[str, Entry] = {}
        self._frames = Frames(self.bridge, self._engine_of)
        self._truth = Truth(self.bridge, self._frames, self._truth_changed)
        self._following = True
        self._whole: Media | None = None  # the result, or the last live preview, behind a scrubbed frame
        self._turn = 0  # of the stage: late answers to an earlier turn are not shown
        self._watchers = {"stage"}
        self._credited = 0.0

    # ------------------------------------------------------------ showing

    def show(self, run: str) -> None:
        """Put a run on the stage: a job of the queue (live while it runs) or a result of the history."""
        job = self.job_of(run)
        self._following = job is not None and not job.ended
        self._place(Subject(run, job, self._entries.get(run), rows=job.steps if job else (), medium=self._medium(run)))
        if job is None or not isinstance(job.state, Queued | Running):
            self._fetch(run)

    def follow(self) -> None:
        """Let the stage follow whatever runs next, as it does after `generate`."""
        self._following = True

    def clear_stage(self) -> None:
        """Take everything off the stage."""
        self._turn += 1
        self.stage = self._whole = None
        self._following = True
        self.stage_changed.emit()

    def scrub(self, step: int | None) -> None:
        """Show step `step` of the run on the stage (None: the result or the live preview again).

        `stage.step` changes at once; `stage.media` follows when the frame is there, with another `stage_changed`.
        """
        if self.stage is None or (step == self.stage.step and step is not None):
            return
        self._set_stage(step=step, media=self._whole if step is None else self.stage.media)
        if step is None:
            return
        turn, run = self._turn, self.stage.run

        def then(media: Media) -> None:
            if self.stage is not None and (self._turn, self.stage.run, self.stage.step) == (turn, run, step):
                self._set_stage(media=media)

        self.frame(run, step, then)

    def decode(self) -> None:
        """Show the step on the stage (of a live run: its last) truly decoded; what is heard then is kept beside it."""
        subject = self.stage
        if subject is None or subject.truth != "can":
            return
        step = subject.step or subject.rows[-1].index
        self.scrub(step)
        key = (subject.run, step)

        def then(media: Media) -> None:
            if self.stage is not None and (self.stage.run, self.stage.step) == key:
                self._set_stage(media=media)

        def sorry(failure: Failure) -> None:
            self.notice.emit("error", failure.sentence)

        length = subject.job.request.length if subject.job else subject.entry.length if subject.entry else None
        order = (self._engine_of(subject.run) or "", self.folders.steps / subject.run, length or None)
        self._truth.ask(key, order, then, sorry)

    def stop_decoding(self) -> None:
        """Give up the true decode that is being made."""
        self._truth.stop()

    def _truth_changed(self) -> None:
        self._set_stage()

    def _with_truth(self, subject: Subject) -> Subject:
        return msgspec.structs.replace(subject, truth=self._truth_of(subject))

    def _truth_of(self, subject: Subject) -> Literal["", "can", "busy", "yes"]:
        engine = self._engine_of(subject.run)
        if not engine or not self.card_of(engine).info.decodes or not subject.rows:
            return ""
        if subject.step is None and not (subject.live and subject.medium == "audio"):
            return ""
        key = (subject.run, subject.step or subject.rows[-1].index)
        return "busy" if self._truth.busy == key else "yes" if self._frames.is_true(key) else "can"

    def frame(self, run: str, step: int, then: Shown, sorry: Callable[[Failure], None] | None = None) -> None:
        """Have `then(media)` called with step `step` of `run`, at once when it is at hand.

        Without `sorry` a frame that cannot be had is passed over in silence.
        """
        self._frames.ask((run, int(step)), self.folders.steps / run, then, sorry or (lambda failure: None))

    def thumbnail(self, run: str, then: Callable[[Path | None], None]) -> None:
        """Have `then(path)` called with a small picture (WebP, 256 px) of the result of `run`; None when there is no
        making one."""

        def made(entry: Entry | None) -> None:
            if entry is None:
                then(None)
                return
            self.bridge.aside(lambda: thumbnail(entry.path, self.folders.thumbs), then, lambda failure: then(None))

        self._with_entry(run, made)

    def compare(self, run_a: str, run_b: str | None) -> None:
        """Show `run_a` with `run_b` laid beside it; None ends the comparison."""
        if self.stage is None or self.stage.run != run_a:
            self.show(run_a)
        if run_b is None:
            self._set_stage(compare=None)
            return
        turn = self._turn

        def read(entry: Entry | None) -> None:
            if entry is None:
                self.notice.emit("warning", self.tr("There is no finished result to compare with."))
                return
            self.bridge.aside(lambda: files.read(entry.path), then)

        def then(media: Media) -> None:
            if self.stage is not None and turn == self._turn:
                self._set_stage(compare=media)

        self._with_entry(run_b, read)

    # ------------------------------------------------------------ live previews

    def preview_shown(self, run: str) -> None:
        """The stage has painted the last preview of `run` and would like another, when the time has come."""
        job = self.job_of(run)
        if not self._watching or job is None or job.ended:
            return
        gap = max(33, self.settings.preview_interval_ms) / 1000
        wait = self._credited + gap - time.monotonic()
        self._credited = time.monotonic() + max(0.0, wait)
        if wait <= 0:
            self.bridge.credit(job.id)
        else:
            QTimer.singleShot(int(wait * 1000) + 1, self, lambda: self.bridge.credit(job.id))

    def set_watching(self, on: bool, who: str = "stage") -> None:
        """Whether that part of the window looks (a hidden one does not): with no viewer no preview is ever decoded."""
        started = on and who not in self._watchers
        (self._watchers.add if on else self._watchers.discard)(who)
        for job in self.jobs if started else ():
            if isinstance(job.state, Running):
                self.preview_shown(job.run)

    @property
    def _watching(self) -> bool:
        return bool(self._watchers)

    # ------------------------------------------------------------ inside

    def job_of(self, run: str) -> Job | None:
        """The job of `run`, while it is in the queue."""
        return next((job for job in self.jobs if job.run == run), None)

    def _place(self, subject: Subject, whole: Media | None = None) -> None:
        self._turn += 1
        self._whole = whole
        self.stage = msgspec.structs.replace(subject, media=whole)
        self.stage_changed.emit()

    def _set_stage(self, **fields: Any) -> None:
        if self.stage is not None:
            self.stage = self._with_truth(msgspec.structs.replace(self.stage, **fields))
            self.stage_changed.emit()

    def _fetch(self, run: str) -> None:
        """Read a finished run from the disk onto the stage."""
        turn, folder = self._turn, self.folders.steps / run

        def entered(entry: Entry | None) -> None:
            if turn != self._turn:
                return
            self.bridge.aside(lambda: StepStore(folder).rows(), rows, lambda failure: None)
            if entry is not None:
                self._set_stage(entry=entry, medium=entry.medium)
                self.bridge.aside(lambda: files.read(entry.path), whole, sorry)

        def rows(found: tuple[StepRow, ...]) -> None:
            if turn == self._turn:
                self._set_stage(rows=found)
                if found and self.stage is not None and self.stage.entry is None:
                    self.frame(run, found[-1].index, whole)  # it ended without a result: as far as it came

        def whole(media: Media) -> None:
            if turn == self._turn:
                self._whole = media
                self._set_stage(medium=medium_of(media), trouble="")
                self._set_stage(**({"media": media} if self.stage and self.stage.step is None else {}))

        def sorry(failure: Failure) -> None:
            if turn == self._turn:
                self._set_stage(trouble=failure.sentence)
                self.notice.emit("error", failure.sentence)

        self._with_entry(run, entered)

    def _with_entry(self, run: str, then: Callable[[Entry | None], None]) -> None:
        if run in self._entries:
            then(self._entries[run])
            return

        def got(entry: Entry | None) -> None:
            if entry is not None:
                self._entries[run] = entry
            then(entry)

        self.bridge.call(lambda: self._kept().history.get(run), got)

    def _kept(self) -> Library:
        """The library; on the file thread only. Refused when it could not be opened."""
        if self._library is None:
            raise Refused("disk", "The history is not open, so this cannot be done; start Darkroom again.")
        return self._library

    def _engine_of(self, run: str) -> str | None:
        job, entry = self.job_of(run), self._entries.get(run)
        return job.request.engine if job else entry.engine if entry else None

    def _medium(self, run: str) -> str:
        engine = self._engine_of(run)
        return self.card_of(engine).info.medium if engine else "image"
