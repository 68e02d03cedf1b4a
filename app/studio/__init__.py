"""The one owner of mutable state: panels call its methods and hear its signals.

It is built in layers, each a file: core (signals, settings, engines), draft, stage, shelf (history), variants, running
(queue), retouch (what is done to a picture), live (typing that draws), models (the user's own), getting (more of them
from the hub), forecast, grid (sheets of results), sequence (the project of the timeline along time), making
(its clips, made in place). What only uses these stands beside: small copies, the lab, sweeps.
"""

from PySide6.QtCore import QObject, QTimer

from app.bridge import Engines
from app.core import settings as settings_file
from app.core.job import Cancelled, Done, Job
from app.core.library import Library
from app.core.settings import Folders, Settings
from app.develop import host_for
from app.studio.judging import Judging
from app.studio.lab import Lab
from app.studio.live import Live
from app.studio.making import InHand, Making
from app.studio.models import Found
from app.studio.rating import Ratings
from app.studio.small import SmallCopies
from app.studio.stage import Subject
from app.studio.trial import Sweeping
from app.studio.undo import UndoStack
from engines.contract import Failure

__all__ = ["Found", "InHand", "Live", "Studio", "Subject", "UndoStack"]

LOOK_MS = 5000


class Studio(Making):
    """The whole studio. `begin` opens the library and wakes the engine, both in the background; `close` ends all."""

    def __init__(
        self, folders: Folders, host: Engines, settings: Settings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(folders, host, settings, parent)
        self._closed = False
        self.small_copies = SmallCopies(self)
        self.sweeps, self.lab, self.judging = Sweeping(self), Lab(self), Judging(self)
        self.ratings = Ratings(self)
        self._looker = QTimer(self, interval=LOOK_MS)
        self._looker.timeout.connect(self.look_for_files)
        self.begin()

    @classmethod
    def open(cls, folders: Folders | None = None, settings: Settings | None = None) -> "Studio":
        """The studio of this user (or of `folders` and `settings`), with a worker of its own. Refused('disk') when
        the folders cannot be made."""
        folders = folders or settings_file.default_folders()
        settings = settings or settings_file.load(folders.settings).settings
        return cls(folders, host_for(settings, settings.folders(folders)), settings)

    def begin(self) -> None:
        """Open the library and start the worker, without waiting for either."""
        self.bridge.call(self._open_library, self._opened, self._not_opened)
        self.bridge.greet()
        self._look(False)

    def close(self) -> None:
        """End: keep the draft, let the file thread finish, end the worker. What ran goes on at the next start."""
        if self._closed:
            return
        self._closed = True
        self._save_soon.stop()
        self._looker.stop()
        self.small_copies.close()
        self._count_soon.stop()
        self._foresee_soon.stop()
        self._look_turn += 1
        self.pause_getting()
        self._save_draft()
        self._leave_project()
        self.bridge.call(self._close_library)
        self.bridge.close()

    def _open_library(self) -> tuple[list[Job], list[str]]:
        self._library = library = Library(self.folders)
        found = library.queue.all()
        past = {job.id for job in found if isinstance(job.state, Done | Cancelled)}
        library.queue.remove(past)  # of earlier sessions; their results are in the history
        return [job for job in found if job.id not in past], library.history.prompts()

    def _opened(self, found: tuple[list[Job], list[str]]) -> None:
        stored, prompts = found
        here = {job.id for job in self.jobs}  # asked for before the library was heard of
        self.jobs = [*(job for job in stored if job.id not in here), *self.jobs]
        self._prompts = [*self._prompts, *(text for text in prompts if text not in self._prompts)]
        assert self._library is not None
        for sentence in [*self._first_notices, *self._library.notices]:
            self.notice.emit("warning", sentence)
        again = [job for job in self._library.recovered if not job.ended]
        if again:
            text = self.tr("%d job(s) that were interrupted go on now.") % len(again)
            self.notice.emit("info", text)
        self.jobs_changed.emit()
        self.history_changed.emit()
        self._look_in_hand()
        self.ratings.look_for_presets()
        self._looker.start()
        self.bridge.call(lambda: self._kept().tidy(self.settings.step_budget_mb))
        self._kick()

    def _not_opened(self, failure: Failure) -> None:
        self.notice.emit("error", failure.sentence)

    def _close_library(self) -> None:
        if self._library is not None:
            self._library.close()
            self._library = None
