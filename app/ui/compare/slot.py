"""A place for one of two results: dropped, chosen, or taken from the stage."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from app.core.lab.comparison import Side
from app.ui import theme, thumbs
from app.ui.drop import facts
from app.ui.widgets import Elided, relook, say

SIDE = 44


class Slot(QFrame):
    """One result: its picture, its name and what made it. `dropped`: these files; `asked`: one is to be chosen."""

    dropped = Signal(object)  # list[Path]
    asked = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.setAcceptDrops(True)
        self.setProperty("look", "drop")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name)
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.picture.setFixedSize(SIDE, SIDE)
        letter = say(name, "title")
        self.words, self.facts = Elided(), Elided()
        self.facts.setProperty("look", "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.M, theme.S, theme.M, theme.S)
        row.setSpacing(theme.M)
        row.addWidget(letter)
        row.addWidget(self.picture)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch()
        column.addWidget(self.words)
        column.addWidget(self.facts)
        column.addStretch()
        row.addLayout(column, 1)
        self.show_side(None)

    def show_side(self, side: Side | None, coming: Path | None = None) -> None:
        """Show what lies here, or that the file `coming` is being read."""
        if coming is not None and (side is None or side.name != coming.name):
            self.words.setText(coming.name)
            self.facts.setText(self.tr("Reading …"))
            return
        if side is None:
            self.picture.setPixmap(theme.icon("image", "faint").pixmap(24, 24))
            self.words.setText(self.tr("Drop a result here, or click to choose one"))
            self.facts.setText(self.tr("A picture, a sound, a clip or a mesh"))
            return
        scale = self.devicePixelRatioF()
        shown = QPixmap.fromImage(thumbs.thumb(side.media, int(SIDE * scale), theme.current(self)))
        shown.setDevicePixelRatio(scale)
        self.picture.setPixmap(shown)
        self.words.setText(side.name)
        made = side.recipe
        told = [made.request.engine, self.tr("seed %1").replace("%1", str(made.request.seed))] if made else []
        self.facts.setText(" · ".join([facts(side.media), *told]))
        self.setAccessibleDescription(f"{side.name}, {self.facts.text()}")

    def sizeHint(self) -> QSize:
        return QSize(320, SIDE + 2 * theme.S + 4)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.asked.emit()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._hover(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hover(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._hover(False)
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def _hover(self, on: bool) -> None:
        self.setProperty("over", "true" if on else "false")
        relook(self, "drop")
