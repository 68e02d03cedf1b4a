"""What every view of two media of one kind is, and the drawing of a curve over time."""

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QColor,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui import theme
from app.ui.stage.viewer import Aside, Bar, at_once
from engines.contract import Media

Mode = tuple[str, str, str, str]  # name, icon, text, key


class PairView(QWidget):
    """Two media of one kind laid side by side, and the bar of what can be done with them. `modes` are ways to look."""

    modes: tuple[str, ...] = ()

    def __init__(self, name: str, aside: Aside = at_once) -> None:
        super().__init__()
        self.aside = aside
        self.setAccessibleName(name)
        self.mode = ""
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.bar = Bar(name)
        self._group = QActionGroup(self)
        self._ways: dict[str, QAction] = {}

    def show_pair(self, a: Media, b: Media) -> None:
        """Lay these side by side; how it is looked at stays."""
        raise NotImplementedError

    def look(self, mode: str) -> None:
        """Look in another way."""
        self.mode = mode
        if mode in self._ways:
            self._ways[mode].setChecked(True)
        self.relook()

    def relook(self) -> None:
        """The mode is another."""

    def rest(self) -> None:
        """Stop what plays."""

    def offer(self, ways: Sequence[Mode]) -> None:
        """Buttons of the ways to look, one of which is on."""
        for name, icon, text, key in ways:
            action = self.deed(icon, text, (key,), lambda _on=False, name=name: self.look(name))
            action.setCheckable(True)
            button = self.bar.button(action)
            button.setMaximumWidth(200)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setFixedWidth(button.sizeHint().width() + 6)
            self._group.addAction(action)
            self._ways[name] = action

    def deed(self, icon: str, text: str, keys: Sequence[str], act: Callable[..., object]) -> QAction:
        """An action of this view with its keys."""
        action = QAction(theme.icon(icon), text, self)
        action.setShortcuts([QKeySequence(key) for key in keys if key])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.setToolTip(f"{text} ({keys[0]})" if keys and keys[0] else text)
        action.triggered.connect(act)
        self.addAction(action)
        return action


class Trail(QWidget):
    """Numbers along time as a curve with a needle; a click or the arrow keys go elsewhere. `sought`: to which one."""

    sought = Signal(int)

    def __init__(self, name: str, told: Callable[[float], str]) -> None:
        super().__init__()
        self.values: np.ndarray = np.zeros(0)
        self.at = 0
        self._told = told
        self.setAccessibleName(name)
        self.setFixedHeight(64)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.name = name

    def show_values(self, values: np.ndarray) -> None:
        """Draw these, (T,)."""
        self.values = values
        self.move_to(min(self.at, max(0, len(values) - 1)))

    def move_to(self, at: int) -> None:
        """Put the needle at number `at`."""
        self.at = at
        words = self._told(float(self.values[at])) if at < len(self.values) else ""
        self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 64)

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(theme.L, 20, -theme.L, -6)

    def _x(self, n: int) -> float:
        room = self._room()
        return room.left() + room.width() * (n + 0.5) / max(1, len(self.values))

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.panel))
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            room = self._room()
            p.setFont(theme.small())
            p.setPen(QColor(c.dim))
            p.drawText(QPointF(room.left(), 14), self.name)
            p.setPen(QPen(QColor(c.line), 1))
            p.drawLine(room.bottomLeft(), room.bottomRight())
            if not len(self.values):
                return
            most = max(float(np.max(self.values)), 1e-9)
            line = QPolygonF(
                [QPointF(self._x(n), room.bottom() - v / most * room.height()) for n, v in enumerate(self.values)]
            )
            p.setPen(QPen(QColor(c.accent), 1.6))
            p.drawPolyline(line)
            x = self._x(self.at)
            p.setPen(QPen(QColor(c.text), 1))
            p.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
            words = self.accessibleDescription()
            p.drawText(QRectF(room.left(), 2, room.width(), 16), Qt.AlignmentFlag.AlignRight, words)
            if self.hasFocus():
                p.setPen(QPen(QColor(c.focus), 1))
                p.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _seek(self, x: float) -> None:
        if len(self.values):
            room = self._room()
            n = int((x - room.left()) / max(1.0, room.width()) * len(self.values))
            self.sought.emit(min(max(n, 0), len(self.values) - 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._seek(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: self.at - 1, Qt.Key.Key_Right: self.at + 1, Qt.Key.Key_Home: 0}
        steps[Qt.Key.Key_End] = len(self.values) - 1
        to = steps.get(Qt.Key(event.key()))
        if to is None:
            super().keyPressEvent(event)
        elif 0 <= to < len(self.values):
            self.sought.emit(to)
