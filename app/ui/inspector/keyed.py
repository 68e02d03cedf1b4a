"""A number that can have keys: its name, which is dragged to change it, a field, and a diamond between two arrows."""

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from app.ui import theme
from app.ui.widgets import Elided, Spin, button

FIELD = 64
SLIM = 20  # pixels of the arrows and the diamond
PIXELS = 240  # of a drag through the whole range


class Handle(Elided):
    """A name that is dragged sideways: `dragged(pixels)`, with Shift a tenth; `dropped` at the end."""

    dragged = Signal(float)
    dropped = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self._from: QPointF | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.globalPosition()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            moved = event.globalPosition().x() - self._from.x()
            self._from = event.globalPosition()
            fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.dragged.emit(moved * (0.1 if fine else 1.0))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self._from = None
            self.dropped.emit()


class Keyed(QWidget):
    """One number. `edited(value)`: set by hand; `marked`: the diamond; `walked(-1 or 1)`: an arrow; `curve_asked`: the
    curve editor, `cleared`: no lane any more. One that cannot have a lane has no diamond."""

    edited = Signal(float)
    marked = Signal()
    walked = Signal(int)
    curve_asked = Signal()
    cleared = Signal()

    def __init__(self, name: str, bounds: tuple[float, float], step: float, unit: str = "", keys: bool = True) -> None:
        super().__init__()
        self.low, self.high, self.step = bounds[0], bounds[1], step
        self.label = Handle(name)
        self.field = Spin()
        self.field.setRange(*bounds)
        self.field.setSingleStep(step)
        self.field.setDecimals(_decimals(step))
        self.field.setMinimumWidth(FIELD)
        self.field.setAccessibleName(name)
        self.field.setSuffix("\u202f" + unit if unit else "")
        self.back = _slim("chevron-left", self.tr("The key of %1 before").replace("%1", name))
        self.mark = _slim("diamond", self.tr("Key of %1 at the playhead").replace("%1", name))
        self.on = _slim("chevron-right", self.tr("The key of %1 after").replace("%1", name))
        self.has_lane = False
        self._exact: float | None = None  # while the name is dragged
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.M)
        row.addWidget(self.label, 2)
        row.addLayout(self._right(keys), 3)
        self._connect()

    def _right(self, keys: bool) -> QHBoxLayout:
        right = QHBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.field, 1)
        right.addSpacing(theme.S)
        for small in (self.back, self.mark, self.on):
            small.setVisible(keys)
            right.addWidget(small)
        return right

    def _connect(self) -> None:
        self.field.valueChanged.connect(lambda value: self.edited.emit(float(value)))
        self.label.dragged.connect(self._dragged)
        self.label.dropped.connect(self._dropped)
        self.mark.clicked.connect(lambda _checked=False: self.marked.emit())
        self.back.clicked.connect(lambda _checked=False: self.walked.emit(-1))
        self.on.clicked.connect(lambda _checked=False: self.walked.emit(1))

    def _dragged(self, pixels: float) -> None:
        span = min(self.high - self.low, 400 * self.step) or 1.0
        exact = self.field.value() if self._exact is None else self._exact
        self._exact = min(self.high, max(self.low, exact + pixels * span / PIXELS))
        self.field.setValue(round(self._exact / self.step) * self.step)

    def _dropped(self) -> None:
        self._exact = None

    def show_value(self, value: float, *, lane: bool = False, here: bool = False, ends: tuple[bool, bool]) -> None:
        """Show the number; whether it has a lane, a key at the playhead, and (`ends`) keys before and after."""
        self.has_lane = lane
        self.field.blockSignals(True)
        self.field.setValue(value)
        self.field.blockSignals(False)
        self.mark.setIcon(theme.icon("diamond-filled" if here else "diamond", "accent" if lane else "dim"))
        state = self.tr("key here") if here else self.tr("moves along a lane") if lane else self.tr("constant")
        self.mark.setAccessibleDescription(state)
        self.back.setEnabled(ends[0])
        self.on.setEnabled(ends[1])
        for arrow in (self.back, self.on):
            arrow.setIcon(theme.icon("chevron-left" if arrow is self.back else "chevron-right", "dim"))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.mark.isVisible():
            return
        menu = QMenu(self)
        menu.addAction(theme.icon("curve"), self.tr("Open in the curve editor")).triggered.connect(self.curve_asked)
        clear = menu.addAction(theme.icon("minus"), self.tr("Use one number again"))
        clear.setEnabled(self.has_lane)
        clear.triggered.connect(self.cleared)
        menu.popup(event.globalPos())


def _slim(icon: str, text: str) -> QToolButton:
    small = button(icon, text)
    small.setFixedSize(SLIM, 24)
    small.setIconSize(QSize(13, 13))
    small.setProperty("look", "slim")
    return small


def _decimals(step: float) -> int:
    return len(f"{step:.4f}".rstrip("0").partition(".")[2])
