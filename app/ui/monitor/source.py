"""Where the monitor has its pictures and its sound from. No Qt; asked on threads of the bridge."""

from pathlib import Path
from typing import Protocol

import numpy as np

from app.core.project import Document
from app.core.timeline import compose, mix
from app.core.timeline.curve import Hearing
from app.core.timeline.hearing import Listener
from app.core.timeline.reader import Reader
from app.core.timeline.values import Project, Time


class Source(Protocol):
    """The picture and the sound of a project at a time. Each is asked from one thread; both may raise Refused."""

    def frame(
        self, project: Project, document: Document | None, at: Time, size: tuple[int, int], *, quick: bool = False
    ) -> np.ndarray:
        """What is seen at a moment: uint8 (H, W, 4) of `size` (width, height), not multiplied by its opacity. A `quick`
        one may be rough."""

    def sound(self, project: Project, document: Document | None, start: Time, length: Time) -> np.ndarray:
        """What is heard: float32 (N, 2) at the project's rate."""


class Ears:
    """What lanes hear, for the curve editor: asked from one thread."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._listener: Listener | None = None

    def hearing(self, project: Project, document: Document | None, owner: str) -> Hearing:
        """What the lanes of a track or clip hear. Refused for media that cannot be read."""
        document = document or Document(Path())
        if self._listener is None or document.folder != self._folder:
            read = Reader(document)
            self._folder = document.folder
            self._listener = Listener(lambda one, line, start, length: mix.mixed(one, line, read, start, length))
        return self._listener.hearing(project, project.timeline, owner)


class Composed:
    """The real ones: composited and mixed from the project's media, clips by their small copies where there are some.
    What is open of a project is closed when another one is asked for."""

    def __init__(self) -> None:
        self._reader: Reader | None = None

    def frame(
        self, project: Project, document: Document | None, at: Time, size: tuple[int, int], *, quick: bool = False
    ) -> np.ndarray:
        """What is seen at a moment."""
        return compose.frame_rgba(project, project.timeline, self._read(document), at, size, quick=quick)

    def sound(self, project: Project, document: Document | None, start: Time, length: Time) -> np.ndarray:
        """What is heard."""
        return mix.mixed(project, project.timeline, self._read(document), start, length)

    def _read(self, document: Document | None) -> Reader:
        document = document or Document(Path())  # a project without a place has no media
        reader = self._reader
        if reader is None or reader.document.folder != document.folder:
            if reader is not None:
                reader.forget()
            reader = self._reader = Reader(document, proxies=True)
        return reader
