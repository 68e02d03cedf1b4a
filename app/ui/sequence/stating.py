"""The states of the clips that are painted, worked out when they are first seen and kept until something changes."""

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.timeline import states
from app.core.timeline.edit import clip_of
from app.core.timeline.values import Clip
from app.studio import Studio
from engines.contract import Refused

SLICE = 60  # clips that are looked at in one turn of the event loop


class Stating(QObject):
    """Which state each clip is in. `arrived` says that more is known."""

    arrived = Signal()

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self._known: dict[str, tuple[Clip, str]] = {}
        self._wanted: dict[str, None] = {}
        self._frame = self._shape()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._look)
        studio.project_changed.connect(self._changed)
        studio.project_opened.connect(self._known.clear)

    def get(self, clip: Clip) -> str:
        """The state of a clip; until it has been looked at, what its take says of itself."""
        take = clip.shown
        if clip.ask is None or take is None:
            return "final" if clip.ask is None else "empty"
        known = self._known.get(clip.id)
        if known is None:
            self._want(clip.id)
            return "draft" if take.draft else "final"
        if known[0] is not clip and known[0] != clip:
            self._want(clip.id)
        return known[1]

    def _want(self, id: str) -> None:
        self._wanted[id] = None
        if not self._soon.isActive():
            self._soon.start()

    def _shape(self) -> tuple[object, ...]:
        project = self.studio.project
        return project.width, project.height, project.fps

    def _changed(self) -> None:
        """Clips that depend on others are looked at again; with the picture's size, all."""
        whole, self._frame = self._frame != self._shape(), self._shape()
        for id, (clip, _) in list(self._known.items()):
            if whole or states.sources(self.studio.timeline, clip):
                self._want(id)

    def _look(self) -> None:
        timeline = self.studio.timeline
        for id in list(self._wanted)[:SLICE]:
            del self._wanted[id]
            try:
                clip = clip_of(timeline, id)
                self._known[id] = (clip, states.state(self.studio.project, timeline, clip))
            except KeyError:
                self._known.pop(id, None)
            except Refused:
                self._known[id] = (clip, "stale")  # made of itself: it can never be made anew as it is
        if self._wanted:
            self._soon.start()
        self.arrived.emit()
