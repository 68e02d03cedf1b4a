"""A place to give start media or a control input: dropped, pasted, chosen, or taken from the stage."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPixmap,
)
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.studio import Studio
from app.ui import theme, thumbs
from app.ui.widgets import Elided, button, copied, relook, say
from engines.contract import Audio, Image, Media, Mesh, Video, medium_of
from engines.files import media as files

SIDE = 52
ENDINGS = {
    "image": "*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff",
    "audio": "*.wav *.flac *.mp3 *.ogg *.mid *.midi",
    "video": "*.mp4 *.webm *.gif *.webp *.mkv *.mov",
    "mesh": "*.glb *.obj *.ply *.stl",
}


class Drop(QFrame):
    """Holds one media of the wanted kinds, `medium` being the usual one. `picked`: it was given by hand; None: taken
    away."""

    picked = Signal(object)
    drawing = Signal()  # it is to be drawn by hand

    def __init__(self, studio: Studio, name: str, medium: str, help: str = "") -> None:
        super().__init__()
        self.studio, self.name, self.medium = studio, name, medium
        self.kinds: tuple[str, ...] = (medium,)
        self.media: Media | None = None
        self.setAcceptDrops(True)
        self.setProperty("look", "drop")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name)
        self.setToolTip(help)
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.picture.setFixedSize(SIDE, SIDE)
        self.words = Elided(name)
        self.facts = say("", wrap=True)
        self.draw = button("brush", self.tr("Draw %1").replace("%1", name), self.drawing.emit)
        self.draw.hide()
        self.use = button("copy", self.tr("Use the result on the stage"), self.take_stage)
        self.clear = button("close", self.tr("Take %1 away").replace("%1", name), lambda: self.picked.emit(None))
        self._lay()
        self.show_media(None)
        studio.stage_changed.connect(self._stage_changed)

    def _lay(self) -> None:
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(theme.S, theme.S, theme.S, theme.S)
        row.setSpacing(2)
        row.addWidget(self.picture)
        row.addSpacing(theme.M)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch()
        column.addWidget(self.words)
        column.addWidget(self.facts)
        column.addStretch()
        row.addLayout(column, 1)
        row.addWidget(self.draw)
        row.addWidget(self.use)
        row.addWidget(self.clear)

    def offer(self, tool: QWidget) -> None:
        """Another way to give it, beside drawing."""
        self._row.insertWidget(self._row.indexOf(self.use), tool)

    def expect(self, kinds: Sequence[str], name: str, help: str = "") -> None:
        """Take media of other kinds from now on, the usual one first."""
        self.kinds, self.medium, self.name = tuple(kinds), kinds[0], name
        self.words.setText(name)
        self.setAccessibleName(name)
        self.setToolTip(help)
        self._draw()
        self._stage_changed()

    # ------------------------------------------------------------ showing

    def show_media(self, media: Media | None) -> None:
        """Show what the draft holds."""
        same = media is self.media and media is not None
        self.media = media
        self.clear.setVisible(media is not None)
        if same:
            return
        self.facts.setText(self._facts(media))
        self.facts.setVisible(bool(self.facts.text()))
        self._draw()
        self._stage_changed()

    def _facts(self, media: Media | None) -> str:
        return self.tr("Drop, paste or click") if media is None else facts(media)

    def _draw(self) -> None:
        if self.media is None:
            self.picture.setPixmap(theme.icon(self.medium, "faint").pixmap(26, 26))
            return
        scale = self.devicePixelRatioF()
        shown = QPixmap.fromImage(thumbs.thumb(self.media, int(SIDE * scale), theme.current(self)))
        shown.setDevicePixelRatio(scale)
        self.picture.setPixmap(shown)

    def _stage_changed(self) -> None:
        stage = self.studio.stage
        fits = stage is not None and stage.media is not None and medium_of(stage.media) in self.kinds
        self.use.setVisible(bool(fits and not stage.live and stage.media is not self.media))  # type: ignore[union-attr]

    def sizeHint(self) -> QSize:
        return QSize(200, SIDE + 2 * theme.S + 2)

    # ------------------------------------------------------------ giving

    def take_stage(self) -> None:
        """Use what is on the stage."""
        stage = self.studio.stage
        if stage is not None and stage.media is not None and medium_of(stage.media) in self.kinds:
            self.picked.emit(stage.media)

    def choose(self) -> None:
        """Ask for a file."""
        kinds = self.tr("Files") + f" ({self._endings()});;" + self.tr("All files") + " (*)"
        path, _ = QFileDialog.getOpenFileName(self, self.name, str(self.studio.folders.gallery), kinds)
        if path:
            self.load(Path(path))

    def paste(self) -> None:
        """Use what is on the clipboard."""
        if not self.take(copied()):
            self.studio.notice.emit("warning", self.tr("There is no file and no picture on the clipboard to paste."))

    def take(self, data: QMimeData) -> bool:
        """Use the file in `data`, or the picture where that is wanted and the file is none; False: there is neither."""
        path, pictured = _file(data), self._pictured(data)
        if path and not (pictured and f"*{Path(path).suffix.lower()}" not in ENDINGS["image"].split()):
            self.load(Path(path))
        elif pictured:
            self.picked.emit(Image(thumbs.pixels(QImage(data.imageData()))))
        return bool(path) or pictured

    def _pictured(self, data: QMimeData) -> bool:
        return self.medium == "image" and data.hasImage()

    def load(self, path: Path) -> None:
        """Read `path` away from the GUI thread and use it when it is of the wanted medium."""

        here = [True]
        self.destroyed.connect(lambda: here.clear())

        def then(media: Media) -> None:
            if not here:  # another engine has been chosen meanwhile
                return
            if medium_of(media) in self.kinds:
                self.picked.emit(media)
                return
            text = self.tr("%1 is not what %2 needs; give it another kind of file (%3).")
            text = text.replace("%1", path.name).replace("%2", self.name).replace("%3", self._endings())
            self.studio.notice.emit("warning", text)

        self.studio.bridge.aside(
            lambda: files.read(path), then, lambda failure: self.studio.notice.emit("error", failure.sentence)
        )

    def _endings(self) -> str:
        return " ".join(dict.fromkeys(ending for kind in self.kinds for ending in ENDINGS[kind].split()))

    # ------------------------------------------------------------ hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.choose()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.media is not None:
            self.picked.emit(None)
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _file(event.mimeData()) or self._pictured(event.mimeData()):
            event.acceptProposedAction()
            self._hover(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hover(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._hover(False)
        if self.take(event.mimeData()):
            event.acceptProposedAction()

    def _hover(self, on: bool) -> None:
        self.setProperty("over", "true" if on else "false")
        relook(self, "drop")


def _file(data: QMimeData) -> str:
    """The first file of this machine in what was dropped or pasted; '' for none."""
    return next((url.toLocalFile() for url in data.urls() if url.isLocalFile()), "")


def facts(media: Media) -> str:
    """The size of `media` in a few figures."""
    match media:
        case Image():
            return f"{media.pixels.shape[1]} × {media.pixels.shape[0]}"
        case Audio():
            return f"{len(media.samples) / media.rate:.1f} s, {media.rate / 1000:g} kHz"
        case Video():
            return f"{len(media.frames) / media.fps:.1f} s, {media.frames.shape[2]} × {media.frames.shape[1]}"
        case Mesh():
            return f"{len(media.faces):,} △"
