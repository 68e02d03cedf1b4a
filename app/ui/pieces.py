"""Pieces of the timeline as files for other programs: dragged out of the window, or put on the clipboard."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QObject, Qt, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QPixmap
from PySide6.QtWidgets import QWidget

from app.core.project import Document
from app.core.timeline.export import pieces
from app.core.timeline.values import Clip, Project, Time, Track
from app.studio import Studio
from engines.contract import Failure, Refused

LANE = "pieces"
SOUNDS = ("audio", "notes")  # tracks that have a stem
Make = Callable[[Project, Document, Path], Sequence[Path]]  # writes files into a folder; may raise Refused
Then = Callable[[Sequence[Path]], None]


class Pieces(QObject):
    """Writes pieces on a thread apart and hands them out from `source`. They lie in a folder that goes with it."""

    def __init__(self, studio: Studio, source: QWidget) -> None:
        super().__init__(source)
        self.studio, self.source = studio, source
        self._home: tempfile.TemporaryDirectory[str] | None = None
        self._ready: dict[str, tuple[Project, Sequence[Path]]] = {}
        self._busy: set[str] = set()

    def drag(self, name: str, make: Make, picture: QPixmap | None = None) -> None:
        """Begin to drag what `make` writes, as soon as it is written. `name` tells it from other pieces: it is written
        once for as long as the project stays as it is."""
        self._have(name, make, lambda paths: self._drag(paths, picture))

    def copy(self, name: str, make: Make) -> None:
        """Put what `make` writes on the clipboard, to be pasted as files."""
        self._have(name, make, self._copy)

    def _have(self, name: str, make: Make, then: Then) -> None:
        project, (known, paths) = self.studio.project, self._ready.get(name, (None, ()))
        if known is project and all(path.is_file() for path in paths):
            then(paths)
        elif name not in self._busy:
            self._write(name, make, then)

    def _write(self, name: str, make: Make, then: Then) -> None:
        try:
            project, document = self.studio.project, self.studio.document_now()
        except Refused as refused:
            self._sorry(refused.failure)
            return
        self._home = self._home or tempfile.TemporaryDirectory(prefix="darkroom-", ignore_cleanup_errors=True)
        home = self._home.name
        self._busy.add(name)

        def done(paths: Sequence[Path]) -> None:
            self._busy.discard(name)
            self._ready[name] = project, paths
            then(paths)

        def sorry(failure: Failure) -> None:
            self._busy.discard(name)
            self._sorry(failure)

        def work() -> Sequence[Path]:
            return make(project, document, Path(tempfile.mkdtemp(dir=home)))

        self.studio.bridge.apart(LANE, work, done, sorry)

    def _sorry(self, failure: Failure) -> None:
        self.studio.notice.emit("error", failure.sentence)

    def _drag(self, paths: Sequence[Path], picture: QPixmap | None) -> None:
        if not held():  # it took longer than the mouse was held
            self.studio.notice.emit(
                "info", QCoreApplication.translate("Pieces", "The file is ready now: drag it once more.")
            )
            return
        drag = QDrag(self.source)
        drag.setMimeData(mime(paths))
        if picture is not None:
            drag.setPixmap(picture)
        drag.exec(Qt.DropAction.CopyAction)

    def _copy(self, paths: Sequence[Path]) -> None:
        QGuiApplication.clipboard().setMimeData(mime(paths))
        self.studio.notice.emit("info", QCoreApplication.translate("Pieces", "Copied: paste it as a file."))


def held() -> bool:
    """Whether the mouse is still held down."""
    return bool(QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton)


def mime(paths: Sequence[Path]) -> QMimeData:
    """Files for another program."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def clips(rows: Sequence[tuple[Track, Clip]]) -> Make:
    """The takes of clips, those on tracks of notes as MIDI; what has none is left out, unless none has any."""

    def make(project: Project, document: Document, folder: Path) -> list[Path]:
        made, without = [], None
        for track, clip in rows:
            write = pieces.notes_file if track.kind == "notes" else pieces.clip_file
            try:
                made.append(write(project, document, clip.id, folder))
            except Refused as refused:
                without = refused
        if without is not None and not made:
            raise without
        return made

    return make


def of_track(track: Track, sound: bool) -> tuple[str, Make]:
    """(name, how it is written) of what a track sounds like, or else of its notes as MIDI."""
    write, id = pieces.stem_file if sound else pieces.notes_file, track.id
    return f"{write.__name__} {id}", lambda project, document, folder: [write(project, document, id, folder)]


def frame(at: Time) -> Make:
    """What is seen at a moment."""
    return lambda project, document, folder: [pieces.frame_file(project, document, at, folder)]
