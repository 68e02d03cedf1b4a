"""What the user can do with what is on the stage: stop it, branch from it, copy it, save it, drag it out."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDrag, QGuiApplication, QImage, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.core import enlarge, send
from app.core.job import Failed, Job, Running
from app.core.send import Way
from app.ui import export as exporting
from app.ui import send as sending
from app.ui import theme
from app.ui.declared import titled
from app.ui.stage.enlarge import EnlargeDialog
from app.ui.stage.viewer import Viewer
from app.ui.stage.words import file_of, live
from engines import shelf
from engines.contract import Image, Media, medium_of

DRAGGED = 128  # pixels of the picture under the pointer while dragging


class Deeds(QWidget):
    """The verbs of the stage; each asks the studio or hands something to the system."""

    def __init__(self, studio: Any) -> None:
        super().__init__()
        self.studio = studio
        self.viewer: Viewer | None = None
        self._job: Job | None = None
        self._hears: tuple[str, int] | None = None  # the step to be heard once it is decoded

    @property
    def subject(self) -> Any:
        """The studio's subject, or None."""
        return self.studio.stage

    # ------------------------------------------------------------ the run

    def cancel(self) -> None:
        """Stop the run on the stage."""
        if self._job is not None and live(self._job):
            self.studio.stop(self._job.id)

    def pause(self) -> None:
        """Pause the run on the stage after its step."""
        if self._job is not None:
            self.studio.pause(self._job.id)

    def resume(self) -> None:
        """Let the paused run go on."""
        if self._job is not None:
            self.studio.resume(self._job.id)

    def again(self) -> None:
        """Queue the request of the run on the stage once more."""
        if self._job is not None:
            self.studio.enqueue(self._job.request, self._job.parent, self._job.parent_step)

    def branch(self) -> None:
        """Go on from the step that is shown, as the draft is now."""
        if self.subject is not None and self.subject.step is not None:
            self.studio.branch(self.subject.step)

    def decode(self) -> None:
        """Show the step truly decoded; a sound is then played. Nothing where there is no such thing."""
        self.studio.decode()
        subject = self.subject
        if subject is not None and subject.truth == "busy" and subject.step is not None:
            self._hears = (subject.run, subject.step)

    def escape(self) -> None:
        """One step back: from a decode, from a scrubbed step, from a comparison, or out of the run."""
        subject = self.subject
        if subject is None:
            return
        if self.studio.retouching:
            self.studio.stop_retouching()
        elif subject.truth == "busy":
            self.studio.stop_decoding()
        elif subject.step is not None:
            self.studio.scrub(None)
        elif subject.compare is not None:
            self.studio.compare(subject.run, None)
        else:
            self.cancel()

    def compare_parent(self) -> None:
        """Lay the result this one branches from beside it."""
        parent = self._parent()
        if parent:
            self.studio.compare(self.subject.run, parent)

    def _parent(self) -> str | None:
        subject = self.subject
        if subject is None or subject.media is None:
            return None
        return (subject.entry.parent if subject.entry else None) or (self._job.parent if self._job else None)

    def _begin(self, prompt: str) -> None:
        if prompt:
            self.studio.edit(prompt=prompt)
        self.studio.generate()

    # ------------------------------------------------------------ the result

    def file(self) -> str | None:
        """The file of what is on the stage, if there is one."""
        return None if self.subject is None else file_of(self.subject, self._job)

    def still(self) -> QImage | None:
        """What is seen, as a picture."""
        return None if self.viewer is None else self.viewer.still()

    def mime(self) -> QMimeData:
        """The result for other programs: its file where there is one, and what is seen as a picture."""
        data, path, still = QMimeData(), self.file(), self.still()
        if path is not None:
            data.setUrls([QUrl.fromLocalFile(path)])
        if still is not None:
            data.setImageData(still)
        return data

    def copy(self) -> None:
        """Put what is seen on the clipboard."""
        data = self.mime()
        if data.formats():
            QGuiApplication.clipboard().setMimeData(data)
            self.studio.notice.emit("info", self.tr("Copied."))

    def _copy_message(self) -> None:
        state = self._job.state if self._job else None
        words = state.failure.sentence if isinstance(state, Failed) else self.subject.trouble if self.subject else ""
        QGuiApplication.clipboard().setText(words)

    def save_as(self) -> None:
        """Ask where, and save a copy of the result's file there."""
        source = self.file()
        if source is None or self.subject is None:
            return
        suffix = Path(source).suffix
        words = self.tr("{0} files").format(suffix.lstrip(".").upper())
        start = str(Path.home() / Path(source).name)
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save a copy"), start, f"{words} (*{suffix})")
        if chosen:
            self.studio.save_as(self.subject.run, Path(chosen))

    def export(self) -> None:
        """Ask for another format, and write what is on the stage in it."""
        subject, source = self.subject, self.file()
        if subject is None or subject.media is None or live(self._job):
            return
        media, name = subject.media, Path(source).stem if source else subject.medium
        whole = source is not None and subject.step is None
        load = exporting.of_files([Path(source)]) if whole and source else lambda: ([media], None)
        dialog = exporting.ExportDialog(medium_of(media), fps=getattr(media, "fps", None), parent=self)
        exporting.ask(self, self.studio, dialog, name, load)

    def retouchable(self) -> bool:
        """Whether there is a finished picture here to be enlarged or cut out."""
        subject = self.subject
        return subject is not None and isinstance(subject.media, Image) and not live(self._job)

    def enlarge(self) -> None:
        """Ask how the picture is to be made larger, and have that done."""
        if not self.retouchable() or not isinstance(self.subject.media, Image):
            return
        height, width = self.subject.media.pixels.shape[:2]
        cards = enlarge.able(self.studio.cards())
        dialog = EnlargeDialog((width, height), cards, shelf.parts(self.studio.folders.models), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.studio.enlarge(dialog.wish()))
        dialog.open()

    def cut_out(self) -> None:
        """Take the picture's background off."""
        if self.retouchable():
            self.studio.cut_out()

    def drag_out(self) -> None:
        """Begin dragging the result's file out of the window."""
        data = self.mime()
        if not data.hasUrls():
            return
        drag, still = QDrag(self), self.still()
        drag.setMimeData(data)
        if still is not None:
            small = still.scaled(DRAGGED, DRAGGED, Qt.AspectRatioMode.KeepAspectRatio, _SMOOTH)
            drag.setPixmap(QPixmap.fromImage(small))
        drag.exec(Qt.DropAction.CopyAction)

    # ------------------------------------------------------------ to another engine

    def ways(self, seen: bool = False) -> list[Way]:
        """What takes the result on the stage, or (`seen`) a picture of its view or frame."""
        subject = self.subject
        if subject is None or subject.media is None or (live(self._job) and subject.step is None):
            return []
        if seen and not (self.viewer is not None and self.viewer.pictures):
            return []
        return send.ways(self.studio.cards(), "image" if seen else medium_of(subject.media))

    def send(self, way: Way, seen: bool = False) -> None:
        """Let the draft begin from, or be controlled by, what is on the stage."""
        if seen and self.viewer is not None:
            self.studio.bridge.aside(self.viewer.snapshot(way.control), lambda media: self._send(way, media))
        elif self.subject is not None and self.subject.media is not None:
            self._send(way, self.subject.media)

    def _send(self, way: Way, media: Media) -> None:
        sending.go(self.studio, way, media)

    def send_menus(self, menu: QMenu) -> None:
        """Into `menu`: every engine that takes the result, or a picture of what is seen."""
        cards = self.studio.cards()
        sending.menu(menu, self.tr("Use it in"), cards, self.ways(), self.send)
        still = self.subject is not None and self.subject.medium == "video"
        title = self.tr("Use this frame in") if still else self.tr("Use this view in")
        sending.menu(menu, title, cards, self.ways(seen=True), lambda way: self.send(way, seen=True))

    def show_send_menu(self) -> None:
        """Ask where to send it, below the button."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.send_menus(menu)
        if menu.isEmpty():
            self.studio.notice.emit("info", self.tr("No engine here takes this as its start or as a control."))
        else:
            menu.popup(self.mapToGlobal(self.send_place()))

    def send_place(self) -> QPoint:
        """Where that menu opens."""
        return self.rect().center()

    def use_range(self, span: tuple[float, float]) -> None:
        """Let the draft change only these seconds of what is on the stage."""
        subject, card = self.subject, self.studio.card()
        if subject is None or subject.media is None:
            return
        request = sending.ranged(card, self.studio.draft, subject.media, span)
        if request is not None:
            self.studio.set_draft(request, self.tr("Change only a range"))
            words = self.tr("%1 changes only %2 to %3 s now.").replace("%1", titled(card))
            words = words.replace("%2", f"{span[0]:.2f}").replace("%3", f"{span[1]:.2f}")
            self.studio.notice.emit("info", words)

    # ------------------------------------------------------------ menu and keys

    def menu(self) -> QMenu:
        """Everything that can be done now."""
        menu = QMenu(self)
        subject, state = self.subject, self._job.state if self._job else None
        if subject is None:
            return menu
        if isinstance(state, Running):
            _add(menu, "stop", self.tr("Cancel this run"), self.cancel)
        if subject.truth == "can":
            heard = subject.medium == "audio"
            _add(menu, "eye", self.tr("Hear it") if heard else self.tr("Decode truly"), self.decode)
        if subject.step is not None:
            _add(menu, "branch", self.tr("Branch from this step"), self.branch)
            _add(menu, "to-end", self.tr("Back to the result"), self.escape)
        if self.viewer is not None:
            _add(menu, "copy", self.tr("Copy"), self.copy)
        if self.file() is not None:
            if subject.run:
                _add(menu, "save", self.tr("Save a copy…"), self.save_as)
                _add(menu, "control", self.tr("Use these settings"), lambda: self.studio.use_settings(subject.run))
            _add(menu, "folder", self.tr("Copy the file's path"), self._copy_path)
        if subject.media is not None and not live(self._job):
            _add(menu, "export", self.tr("Export…"), self.export)
        if self.retouchable():
            _add(menu, "zoom-in", self.tr("Enlarge…"), self.enlarge)
            _add(menu, "layers", self.tr("Take the background off"), self.cut_out)
        self.send_menus(menu)
        if self._parent() and subject.compare is None:
            _add(menu, "compare", self.tr("Compare with its parent"), self.compare_parent)
        if subject.compare is not None:
            _add(menu, "close", self.tr("End comparison"), self.escape)
        if self.viewer is not None:
            menu.addSeparator()
            menu.addActions(self.viewer.actions())
        return menu

    def _copy_path(self) -> None:
        QGuiApplication.clipboard().setText(self.file() or "")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        if menu.actions():
            menu.exec(event.globalPos())

    def event(self, event: QEvent) -> bool:
        """While the stage has the focus, a way back inside it comes before what the window does with Escape."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            subject = self.subject
            inside = subject is not None and (subject.step is not None or subject.compare is not None)
            if event.key() == Qt.Key.Key_Escape and inside:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_T and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.show_send_menu()
        elif plain and event.key() == Qt.Key.Key_B and self.subject is not None and self.subject.step is not None:
            self.branch()
        elif plain and event.key() == Qt.Key.Key_E and self.retouchable():
            self.enlarge()
        elif plain and event.key() == Qt.Key.Key_D:
            self.decode()
        else:
            super().keyPressEvent(event)


def _add(menu: QMenu, icon: str, text: str, do: Any) -> None:
    menu.addAction(theme.icon(icon), text).triggered.connect(lambda _checked=False: do())


_SMOOTH = Qt.TransformationMode.SmoothTransformation
