"""A page of the stage on which something of the draft is edited, until it is left."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.core.target import Target
from app.ui import theme
from app.ui.stage.canvas import Canvas
from app.ui.stage.caption import HEIGHT
from app.ui.stage.viewer import Aside, Bar, Note, Viewer, at_once
from engines.contract import Image

USUAL = (768, 768)  # of what is made from nothing for an engine that names no size


class Desk(Viewer):
    """What is edited, in words; a canvas to do it on; its tools below. `left` says that it is to make room."""

    left = Signal()

    def __init__(self, studio: Any, aside: Aside = at_once) -> None:
        super().__init__("", "", aside)
        self.studio = studio

    def lay(self, canvas: Canvas, tools: str) -> None:
        """The page with `canvas` in the middle; `tools` is what its bar is called."""
        self.surface = self.canvas = canvas
        self.setFocusProxy(canvas)
        self.head, self.bar = Head(self.left.emit), Bar(tools)
        self.column.addWidget(self.head)
        self.column.addWidget(canvas, 1)
        self.column.addWidget(self.bar)

    def open(self, target: Target) -> None:
        """Edit what `target` names."""
        raise NotImplementedError

    def finish_bar(self) -> None:
        """The end of the bar, and the keys every such page has."""
        tr, canvas = self.tr, self.canvas
        self.also(tr("Move the picture by dragging"), "Space")
        self.bar.gap()
        self.zoom_note = self.bar.note(tr("Zoom"), 46, right=True)
        self.bar.spare(self.zoom_note, 520)
        self.bar.button(self.deed("fit", tr("Fit the window"), ("F", "0"), canvas.fit))
        self.deed("zoom-out", tr("Zoom out"), ("-",), lambda: canvas.zoom_by(1 / 1.25))
        self.deed("zoom-in", tr("Zoom in"), ("+", "="), lambda: canvas.zoom_by(1.25))
        self.deed("one-to-one", tr("Actual size"), ("1",), canvas.one_to_one)
        self.deed("check", tr("Done"), ("Return", "Enter"), self.left.emit)
        canvas.placed.connect(lambda: self.zoom_note.setText(f"{canvas.zoom * 100:.0f} %"))

    def size_of(self, there: Image | None) -> tuple[int, int]:
        """Width and height to work with: of what is there, else of the start picture, else of the result to come."""
        draft, info = self.studio.draft, self.studio.card().info
        shown = there or draft.start
        if isinstance(shown, Image):
            return int(shown.pixels.shape[1]), int(shown.pixels.shape[0])
        return draft.size or (info.sizes[0] if info.sizes else USUAL)

    def event(self, event: QEvent) -> bool:
        """The way out of a drawing comes before what the window does with Escape."""
        override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if override and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves; other plain keys are not for what lies behind."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()


class Head(QWidget):
    """What is edited, in words, and the way out."""

    def __init__(self, leave: Callable[[], object]) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, 0, theme.M, 0)
        row.setSpacing(theme.M)
        self.title, self.hint = Note("", token="text"), Note("")
        self.title.setFont(theme.font(13, 600))
        row.addWidget(self.title)
        row.addWidget(self.hint, 1)
        self.done = QPushButton(theme.icon("check"), self.tr("Done"))
        self.done.setAccessibleDescription(self.tr("Leave the drawing; it is kept (Enter)"))
        self.done.setToolTip(self.done.accessibleDescription())
        self.done.clicked.connect(lambda _checked=False: leave())
        row.addWidget(self.done)

    def say(self, title: str, hint: str) -> None:
        """Name what is edited and what that does."""
        self.title.setText(title)
        self.hint.setText(hint)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(theme.current(self).panel))
