"""What the modulators of lanes hear, listened to in the background so that their curves can be drawn."""

import threading
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.project import Document
from app.core.timeline import mix
from app.core.timeline.clock import Clock
from app.core.timeline.curve import Hearing
from app.core.timeline.features import Heard
from app.core.timeline.hearing import Listener
from app.core.timeline.reader import Reader
from app.core.timeline.values import ZERO, Lane, Project, Time, Timeline
from app.studio import Studio
from engines.contract import Failure

WAIT = 400  # ms after an edit before it is listened to anew


class Ears(QObject):
    """Hears the sounds of a project by the ids of clips and tracks. `arrived` says that more is known."""

    arrived = Signal()

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self._lock = threading.Lock()
        self._listener: Listener | None = None
        self._known: dict[str, Heard | None] = {}
        self._asked: set[str] = set()
        self._soon = QTimer(self, singleShot=True, interval=WAIT)
        self._soon.timeout.connect(self._listen)
        studio.project_opened.connect(self._forget)
        studio.project_changed.connect(self._changed)

    def hearing(self, clock: Clock, since: Time, lane: Lane) -> Hearing:
        """What a lane hears whose owner begins at `since`, as far as it has been listened to."""
        if lane.modulator is None:
            return Hearing(clock, since)
        id = lane.modulator.clip
        if id not in self._known:
            self._known[id] = None
            self._want(id)
        found = self._known[id]
        return Hearing(clock, since, {id: found} if found is not None else {})

    def _forget(self) -> None:
        self._listener = None
        self._known.clear()
        self._asked.clear()

    def _changed(self) -> None:
        """A sound may have changed: what has not is not listened to again (see `Listener.heard`)."""
        for id in self._known:
            self._want(id)

    def _want(self, id: str) -> None:
        self._asked.add(id)
        if not self._soon.isActive():
            self._soon.start()

    def _listen(self) -> None:
        asked, self._asked = sorted(self._asked), set()
        project, listener = self.studio.project, self._listener or listener_of(self.studio.document)
        self._listener = listener

        def work() -> dict[str, Heard | None]:
            with self._lock:
                return {id: listener.heard(project, project.timeline, id) for id in asked}

        def then(found: dict[str, Heard | None]) -> None:
            if self._listener is listener:
                self._known |= found
                self.arrived.emit()

        self.studio.bridge.aside(work, then, self._missed)

    def _missed(self, failure: Failure) -> None:
        """A sound that cannot be read steers nothing; where it is played or exported that is said."""


def listener_of(document: Document | None) -> Listener:
    """One that hears the media of a document."""
    reader = Reader(document or Document(Path()))

    def mixed(project: Project, timeline: Timeline, start: Time, length: Time):  # type: ignore[no-untyped-def]
        return mix.mixed(project, timeline, reader, max(ZERO, start), length)

    return Listener(mixed)
