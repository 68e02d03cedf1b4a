"""The pointer and the keys of the mesh viewer: orbit, pan, zoom, and the light turned."""

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.mesh.camera import Camera
from app.ui import theme
from app.ui.widgets import discard

TURN = 0.009  # radians a pixel
KEY_TURN = np.radians(6.0)
KEY_PAN = 0.05
WHEEL = 1.15


class Orbit(QWidget):
    """Turns pointer and keys into camera moves, around whichever view draws."""

    moved = Signal()
    lit = Signal(float, float)  # the light is to be turned by radians: to the right, up
    dragged = Signal()

    def __init__(self, name: str, camera: Camera) -> None:
        super().__init__()
        self.camera = camera
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self._from: QPointF | None = None
        self._does = "orbit"  # or pan, or light
        self.draggable = False
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 1, 1, 1)

    def hold(self, view: QWidget) -> None:
        """Let `view` draw."""
        layout = self.layout()
        assert layout is not None
        while (old := layout.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                discard(widget)
        view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addWidget(view)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.focus if self.hasFocus() else c.stage))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        held, self._from = event.modifiers(), event.position()
        middle = event.button() == Qt.MouseButton.MiddleButton
        self._does = "pan" if held & Qt.KeyboardModifier.ShiftModifier or middle else "orbit"
        if held & Qt.KeyboardModifier.AltModifier:
            self._does = "light"
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if self.draggable and control and event.button() == Qt.MouseButton.LeftButton:
            self._from = None
            self.dragged.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None or event.buttons() == Qt.MouseButton.NoButton:
            return
        step, self._from = event.position() - self._from, event.position()
        if self._does == "light":
            self.lit.emit(step.x() * TURN, -step.y() * TURN)
            return
        if self._does == "pan":
            self.camera.pan(step.x() / max(1, self.height()), -step.y() / max(1, self.height()))
        else:
            self.camera.orbit(-step.x() * TURN, step.y() * TURN)
        self.moved.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.camera.reset()
        self.moved.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.camera.zoom(WHEEL ** (event.angleDelta().y() / 120))
        self.moved.emit()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, 1),
            Qt.Key.Key_Down: (0, -1),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.lit.emit(step[0] * KEY_TURN, step[1] * KEY_TURN)
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.camera.pan(-step[0] * KEY_PAN, -step[1] * KEY_PAN)
        else:
            self.camera.orbit(step[0] * KEY_TURN, step[1] * KEY_TURN)
        self.moved.emit()
