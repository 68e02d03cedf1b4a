"""Live typing: the picture on the stage follows the words as they are edited, for engines that are quick enough.

One run at a time, of the draft as it is now: a newer draft stops and replaces it, and none ever waits behind another.
On a machine that cannot keep up with the typing, a run is let come to its first picture once nothing has been seen for
a while. Nothing of it enters the queue, the history or the step store; `generate` makes the same picture a job.
"""

import itertools
import time
from typing import Literal

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.bridge import Engines
from app.core.job import Job
from app.core.settings import Folders, Settings
from app.develop import Task, develop
from app.studio.retouch import Retouching
from app.studio.stage import Subject
from engines import contract
from engines.contract import Media, Refused, Request, medium_of
from engines.files.recipe import Recipe
from engines.wire import Failed, Finished, Halted, News, Phased, Stepped

PATIENCE = 0.4  # seconds without a new picture after which the next is let come, however fast the words change


class Live(Struct, frozen=True):
    """How live typing stands, and one quiet sentence to say of it.

    'off', or the draft's engine cannot; 'idle', the stage shows the draft; 'loading'; 'working'; 'waiting' for a job
    of the queue to end; 'trouble', the last draft could not be drawn.
    """

    state: Literal["off", "idle", "loading", "working", "waiting", "trouble"] = "off"
    sentence: str = ""


class Living(Retouching):
    """The part of the studio that follows the draft. `live` is a `Live`; `live_changed` says it is another."""

    live_changed = Signal()

    def __init__(
        self, folders: Folders, host: Engines, settings: Settings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(folders, host, settings, parent)
        self.live = Live()
        self._numbers = itertools.count(-1, -1)  # of live runs: no job of the queue has such a number
        self._run: tuple[int, Request] | None = None  # what the engine draws now
        self._next: Request | None = None  # what it shall draw instead
        self._loaded = False  # whether the engine is past loading, so that a stop is answered at once
        self._loading = False  # whether it has said that it loads
        self._unwanted: set[int] = set()
        self._seen = False  # whether the run has shown a picture
        self._since = 0.0  # when a picture was last seen, or began to be waited for
        self._clock = time.monotonic
        self._place_at = 0  # turn of the stage when the run began
        self._trouble = ""
        self._committing = False
        self.draft_changed.connect(self._follow_draft)
        self.engines_changed.connect(self._tell_live)
        self.worker_changed.connect(lambda state, sentence: self._tell_live())
        self.bridge.news.connect(self._live_heard)

    # ------------------------------------------------------------ switching

    def set_live(self, on: bool) -> None:
        """Let the stage follow the draft, or not; remembered in the settings."""
        if on == self.settings.live:
            return
        self.change_settings(live=on)
        if on:
            self._want(self.draft)
        else:
            self._forget()

    def follows(self) -> bool:
        """Whether the stage follows the draft: it is switched on, and the draft's engine can."""
        card = self.card()
        return self.settings.live and card.info.live and not card.missing

    def generate(self) -> list[Job]:
        """As for every draft; what was typed is committed, so the seed that is shuffled after it draws nothing."""
        self._committing, self._next = True, None
        try:
            return super().generate()
        finally:
            self._committing = False

    # ------------------------------------------------------------ following

    def _follow_draft(self, fields: set[str]) -> None:
        if self._committing or not fields - {"count", "locked"}:
            return
        if self.follows():
            self._want(self.draft)
        else:
            self._forget()

    def _want(self, request: Request) -> None:
        """Draw `request` in place of whatever is drawn or wanted; without words there is nothing to draw."""
        self._trouble, self._next = "", None
        card = self.card_of(request.engine)
        empty = "prompt" in card.info.takes and not request.prompt.strip()
        try:
            self._next = None if empty or not self.follows() else contract.check(card, request)
        except Refused as refused:
            self._trouble = refused.failure.sentence
        if self._run is None:
            self._since = self._clock()
        if self._next is None or self._seen or self._clock() - self._since < PATIENCE:
            self._stop_run()
        self._begin_next()

    def _forget(self) -> None:
        self._next, self._trouble = None, ""
        self._stop_run()
        self._tell_live()

    def _begin_next(self) -> None:
        """Begin what is wanted, unless a run is still stopping or a job has the engine."""
        if self._run is None and self._active is None and self._next is not None:
            number, request = next(self._numbers), self._next
            self._run, self._next, self._place_at = (number, request), None, self._turn
            self._loaded = self._loading = self._seen = False
            task, host, unwanted = Task(number, request), self.bridge.host, self._unwanted
            self.bridge.start(lambda: develop(host, task, self.folders.steps, lambda: number in unwanted), number)
        self._tell_live()

    def _stop_run(self) -> None:
        """Stop what is drawn now. An engine that still loads is let be until it has: others will need it as well."""
        if self._run is not None:
            number = self._run[0]
            self._unwanted.add(number)
            if self._loaded:
                self.bridge.stop(number)

    # ------------------------------------------------------------ news

    def _live_heard(self, news: News) -> None:
        if self._run is None or getattr(news, "job", 0) != self._run[0]:
            return
        (number, request), wanted = self._run, self._run[0] not in self._unwanted
        if isinstance(news, Phased | Stepped):
            self._going_on(news, wanted)
        if wanted and isinstance(news, Stepped) and news.preview is not None:
            self._show_live(request, news.preview)
        elif wanted and isinstance(news, Finished):
            self._show_live(request, news.result.media)
        elif wanted and isinstance(news, Failed):
            self._trouble = news.failure.sentence
        if isinstance(news, Failed) and news.failure.kind in ("died", "hung"):
            self._set_worker("dead", news.failure.sentence)
            self.bridge.greet()
        if isinstance(news, Finished | Failed | Halted):
            self._run = None
            self._unwanted.discard(number)
        self._begin_next()

    def _going_on(self, news: Phased | Stepped, wanted: bool) -> None:
        self._loading = isinstance(news, Phased) and news.phase.name == "loading"
        first, self._loaded = not self._loading and not self._loaded, not self._loading
        if not wanted and first:
            self._stop_run()
        elif wanted and self._loaded and self._watching and self._run is not None:
            self.bridge.credit(self._run[0])

    def _show_live(self, request: Request, media: Media) -> None:
        """The picture of `request` on the stage, unless something else was put there since its run began."""
        self._seen, self._since = True, self._clock()
        if self.stage is not None and self.stage.draft is not None:
            self._whole = media
            self._set_stage(draft=request, media=media, medium=medium_of(media))
        elif self._turn == self._place_at:
            self._place(Subject("", medium=medium_of(media), draft=request), media)
        if self._next is not None:
            self._stop_run()  # it was only let come so far

    # ------------------------------------------------------------ giving way

    def _launch(self, job: Job, made: Recipe | None) -> None:
        """A job of the queue has the engine first."""
        if self._run is not None and self._run[0] not in self._unwanted:
            self._next = None if self._committing else self._run[1]
            self._stop_run()
        super()._launch(job, made)
        self._tell_live()

    def _kick(self) -> None:
        super()._kick()
        self._begin_next()

    def _tell_live(self) -> None:
        """Say how things stand, when they stand otherwise."""
        now = self._standing()
        if now != self.live:
            self.live = now
            self.live_changed.emit()

    def _standing(self) -> Live:
        if not self.follows():
            return Live()
        if self._active is not None:
            return Live("waiting", self.tr("Live waits while a job runs."))
        if self._trouble:
            return Live("trouble", self._trouble)
        if self._run is not None and (self._loading or self.worker_state[0] != "ready"):
            return Live("loading", self.tr("The engine is getting ready."))
        return Live("working" if self._run is not None else "idle", self.tr("The picture follows your words."))
