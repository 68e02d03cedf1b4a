"""The project that is open: edited, undone, saved as it is worked on. What is made for it is in the layer above."""

import shutil
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from app.bridge import Engines
from app.core import project as projects
from app.core.project import Document
from app.core.settings import Folders, Settings
from app.core.timeline import edit
from app.core.timeline.clock import Clock
from app.core.timeline.values import ZERO, Project, Time, Timeline, Track
from app.studio.grid import Gridding
from app.studio.watch import Watch
from engines.contract import Failure, Refused

SAVE_MS = 1000  # after the first edit that is not saved: at most so much is at risk
LANE = "project"  # the thread that saves: nothing that takes long waits before it
FIRST = (Track("picture", "Pictures"), Track("audio", "Sound"))
PROJECT_STATE = "project"
EDITS = (".otio", ".otioz", ".edl", ".fcpxml")  # of other programs


class Sequencing(Gridding):
    """The part of the studio that has the project. `project` is always there; it lies in `document` once something
    has been done to it. `playhead` is in seconds, `selection` the ids of the chosen clips.
    """

    project_changed = Signal()  # the project is another value
    project_opened = Signal()  # it is another project
    playhead_changed = Signal(object)  # Fraction: seconds
    selection_changed = Signal()

    def __init__(
        self, folders: Folders, host: Engines, settings: Settings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(folders, host, settings, parent)
        self.project = fresh()
        self.document: Document | None = None
        self.playhead: Time = ZERO
        self.selection: tuple[str, ...] = ()
        self._saved = self.project
        self._save_project_soon = self._timer(SAVE_MS, self._save_project)
        self._watch = Watch(self)
        self._watch.changed.connect(self._look_for_news)

    @property
    def timeline(self) -> Timeline:
        """The timeline that is open."""
        return self.project.timeline

    @property
    def clock(self) -> Clock:
        """Its tempos, metres and frames."""
        return Clock(self.timeline, self.project.fps)

    # ------------------------------------------------------------ editing

    def arrange(self, text: str, change: Callable[[Timeline], Timeline], merge: str = "") -> bool:
        """Change the open timeline, as one deed called `text`; edits of one `merge` word close in time are one. False
        when it was refused (by notice)."""
        return self.arrange_project(text, lambda one: edit.with_timeline(one, change(one.timeline)), merge)

    def arrange_project(self, text: str, change: Callable[[Project], Project], merge: str = "") -> bool:
        """The same with the whole project."""
        before = self.project
        try:
            after = change(before)
        except Refused as refused:
            self.notice.emit("warning", refused.failure.sentence)
            return False
        if after != before:
            self._put_project(after)
            self.undo_stack.push(text, lambda: self._put_project(before), lambda: self._put_project(after), merge)
        return True

    def _put_project(self, project: Project) -> None:
        self.project = project
        there = {clip.id for track in self.timeline.tracks for clip in track.clips}
        self.select([id for id in self.selection if id in there])
        if not self._save_project_soon.isActive():
            self._save_project_soon.start()
        self.project_changed.emit()

    def select(self, ids: list[str] | tuple[str, ...]) -> None:
        """Choose these clips."""
        if tuple(ids) != self.selection:
            self.selection = tuple(ids)
            self.selection_changed.emit()

    def set_playhead(self, seconds: Time) -> None:
        """Be at that moment, not before the beginning."""
        seconds = max(ZERO, Fraction(seconds))
        if seconds != self.playhead:
            self.playhead = seconds
            self.playhead_changed.emit(seconds)

    # ------------------------------------------------------------ opening and saving

    def document_now(self) -> Document:
        """Where the project lies; one that has no place yet gets one among the user's projects. Refused('disk')."""
        if self.document is None:
            self.document = Document.new(_place(self.folders.projects, self.project.name), self.project)
            self._saved = self.project
            self.save_state(PROJECT_STATE, str(self.document.folder).encode())
            self._watch.follow(self.document.folder)
        return self.document

    def new_project(self, project: Project | None = None) -> None:
        """Begin another project; the one that was open is saved."""
        self._leave_project()
        self._enter_project(None, project or fresh())

    def open_project(self, path: str | Path) -> None:
        """Open a project folder, or a packed project or an edit of another program (OpenTimelineIO, EDL, Final Cut),
        which become a folder beside the user's other projects."""
        place, home = Path(path), self.folders.projects

        def opened(found: tuple[Document, Project]) -> None:
            self._leave_project()
            self._enter_project(*found)
            self.save_state(PROJECT_STATE, str(found[0].folder).encode())

        self._save_project()
        self._once_saved(lambda: self.bridge.call(lambda: _read(place, home), opened))

    def save_project_as(self, folder: str | Path) -> None:
        """Go on with a copy of the project in another folder; the old one stays as it is."""
        self._save_project()
        before = self.document_now()

        def opened(document: Document) -> None:
            self.document = document
            self._watch.follow(document.folder)
            self.save_state(PROJECT_STATE, str(document.folder).encode())
            self.arrange_project(
                self.tr("Name project"), lambda one: msgspec.structs.replace(one, name=Path(folder).stem)
            )
            self.project_opened.emit()

        self._once_saved(lambda: self.bridge.call(lambda: projects.copy_of(before, folder), opened))

    def pack_project(self, target: str | Path) -> None:
        """The project with its media as one file."""
        self._save_project()
        document = self.document_now()

        def packed(place: Path) -> None:
            self._say(self.tr("Packed as %s.") % place.name)

        self._once_saved(lambda: self.bridge.call(lambda: document.pack(target), packed))

    def reopen_project(self) -> None:
        """The project that was open last; when it has gone, a fresh one."""
        place = (self.load_state(PROJECT_STATE) or b"").decode()
        if place and (Path(place) / projects.FILE).is_file():
            self.open_project(place)

    def _enter_project(self, document: Document | None, project: Project) -> None:
        self.document, self.project, self._saved = document, project, project
        self._watch.follow(None if document is None else document.folder)
        self.undo_stack.clear()
        self.select([])
        self.set_playhead(ZERO)
        self.project_opened.emit()
        self.project_changed.emit()

    def _leave_project(self) -> None:
        self._save_project_soon.stop()
        self._save_project()

    def _save_project(self) -> None:
        """Write what is not yet written, on a thread of its own."""
        if self.project == self._saved:
            return
        try:
            document, project = self.document_now(), self.project
        except Refused as refused:
            self.notice.emit("error", refused.failure.sentence)
            return
        self._saved = project
        self.bridge.apart(LANE, lambda: document.save(project), self._tell_kept, self._not_saved)

    def _tell_kept(self, other: Path | None) -> None:
        """The project is written, over what another program had made of it meanwhile."""
        if other is not None:
            text = self.tr("Another program had changed the project too; its state is kept as %s.")
            self.notice.emit("warning", text % other)

    # ------------------------------------------------------------ what another program does to it

    def _look_for_news(self) -> None:
        """Take over what another program has saved, where nothing here waits to be saved."""
        document = self.document
        if document is None or self.project != self._saved:
            return

        def then(found: Project | None) -> None:
            if found is None or document is not self.document:
                return
            if self.project == self._saved:
                self._saved = found
                self.arrange_project(self.tr("Changed by another program"), lambda _: found)
                self._say(self.tr("Another program has changed the project; undo brings back what it was."))
            else:  # an edit came meanwhile: it is what is saved, and the other state can be had
                self.bridge.apart(LANE, lambda: document.aside(found), self._tell_kept, self._not_saved)

        self.bridge.apart(LANE, document.news, then)

    def _once_saved(self, act: Callable[[], None]) -> None:
        """Do that when all that was to be written has been."""
        self.bridge.apart(LANE, lambda: None, lambda _: act())

    def _not_saved(self, failure: Failure) -> None:
        """The disk did not obey: the edits stay here and are tried again with the next one."""
        self._saved = fresh()
        self.notice.emit("error", failure.sentence)


def fresh() -> Project:
    """A project with nothing in it."""
    return Project(timelines=(Timeline(id="main", tracks=FIRST),))


def _read(place: Path, home: Path) -> tuple[Document, Project]:
    """What lies at `place`, as a project in a folder of its own."""
    if place.is_file() and place.suffix.lower() in EDITS:
        return _imported(place, home)
    packed = place.is_file() and place.name != projects.FILE
    document = projects.unpacked(place, _place(home, place.stem)) if packed else Document.at(place)
    return document, document.load()


def _imported(place: Path, home: Path) -> tuple[Document, Project]:
    from app.core.timeline import otio_read

    document = Document.new(_place(home, place.stem), fresh())
    try:
        project = otio_read.read(place, document)
    except Refused:
        shutil.rmtree(document.folder, ignore_errors=True)
        raise
    document.save(project)
    return document, project


def _place(home: Path, name: str) -> Path:
    """A free folder for a project of that name."""
    stem = "".join(c if c.isalnum() or c in " -_" else "-" for c in name).strip() or "Project"
    home.mkdir(parents=True, exist_ok=True)
    day = time.strftime("%Y-%m-%d")
    taken = (home / (f"{stem} {day}" if n == 1 else f"{stem} {day} {n}") for n in range(1, 10_000))
    return next(place for place in taken if not place.exists())
