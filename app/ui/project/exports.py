"""The export that runs: on a thread apart, told of, stopped, one at a time."""

import threading
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.core.timeline.export import Progress, Wish
from app.studio import Studio
from engines.contract import Failure, Refused

LANE = "export"
TOLD = 0.1  # seconds between two tellings


class Exports(QObject):
    """`changed`: it began, went on or ended. `progress` is None while nothing runs; `sentence` says how it ended."""

    changed = Signal()

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.target: Path | None = None
        self.progress: Progress | None = None
        self.sentence, self.bad = "", False
        self.made: list[Path] = []
        self._stop = threading.Event()
        self._told = 0.0
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.stop)

    @property
    def running(self) -> bool:
        """Whether one runs."""
        return self.progress is not None

    def start(self, target: Path, wish: Wish) -> None:
        """Export the open timeline as it is now. Asked again while one runs, nothing happens."""
        if self.running:
            return
        try:
            document, project = self.studio.document_now(), self.studio.project
        except Refused as refused:
            self._end(refused.failure.sentence, bad=True)
            return
        self.target, self.made, self.sentence, self.bad = target, [], "", False
        self.progress, self._stop = Progress(0.0), threading.Event()
        stop = self._stop
        self.changed.emit()

        def work() -> list[Path]:
            from app.core.timeline.export import exported

            return exported(project, document, target, wish, self._tell, stop)

        self.studio.bridge.apart(LANE, work, self._done, self._failed)

    def stop(self) -> None:
        """Stop it; what is done already is kept for the next time."""
        self._stop.set()

    def _tell(self, progress: Progress) -> None:
        """How far it is; on the thread of the export."""
        now = time.monotonic()
        if now - self._told >= TOLD:
            self._told = now
            self.studio.bridge.post(self._went, progress)

    def _went(self, progress: Progress) -> None:
        if self.running:
            self.progress = progress
            self.changed.emit()

    def _done(self, made: list[Path]) -> None:
        self.made = made
        if not made:
            self._end(self.tr("Stopped. Begun again, it goes on where it was."))
            return
        words = self.tr("Exported as %1.").replace("%1", str(made[0]))
        if len(made) > 1:
            more = self.tr("Exported as %1 and %2 more files.")
            words = more.replace("%1", str(made[0])).replace("%2", str(len(made) - 1))
        self._end(words)
        self.studio.notice.emit("info", words)

    def _failed(self, failure: Failure) -> None:
        self._end(failure.sentence, bad=True)
        self.studio.notice.emit("error", failure.sentence)

    def _end(self, sentence: str, bad: bool = False) -> None:
        self.progress, self.sentence, self.bad = None, sentence, bad
        self.changed.emit()
