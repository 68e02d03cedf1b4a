"""Small widgets the panels share: number field with slider, quiet choice, collapsible section, wrapping row."""

import math
from collections.abc import Callable

from PySide6.QtCore import QMimeData, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme

TICKS = 1000  # places of a slider whose option has no step of its own


class Slider(QSlider):
    """A horizontal slider that the wheel moves only when it has the focus, so that panels scroll undisturbed."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        _wheel(self, event, super().wheelEvent)


class Spin(QDoubleSpinBox):
    """A number field; figures only as many as needed, wheel only with focus."""

    def __init__(self) -> None:
        super().__init__()
        self.setKeyboardTracking(False)
        self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def wheelEvent(self, event: QWheelEvent) -> None:
        _wheel(self, event, super().wheelEvent)


class Whole(QSpinBox):
    """A field for whole numbers; wheel only with focus."""

    def __init__(self) -> None:
        super().__init__()
        self.setKeyboardTracking(False)
        self.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def wheelEvent(self, event: QWheelEvent) -> None:
        _wheel(self, event, super().wheelEvent)


class Choice(QComboBox):
    """A list to choose from; wheel only with focus, and never wider than its panel."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.view().setAccessibleName(name)

    def wheelEvent(self, event: QWheelEvent) -> None:
        _wheel(self, event, super().wheelEvent)


def _wheel(widget: QWidget, event: QWheelEvent, act: Callable[[QWheelEvent], None]) -> None:
    if widget.hasFocus():
        act(event)
    else:
        event.ignore()


class Number(QWidget):
    """A number with bounds: a slider (where both bounds are known) beside a field. `changed` says it was set by hand.

    `step` is the smallest move; without one the field shows three figures over the range.
    """

    changed = Signal(float)

    def __init__(self, low: float | None, high: float | None, step: float | None, *, whole: bool = False) -> None:
        super().__init__()
        self.whole = whole
        self.low = float(-1e9 if low is None else low)
        self.high = float(1e9 if high is None else high)
        self.step = float(step or (1 if whole else _nice(self.high - self.low)))
        self.field: Whole | Spin = Whole() if whole else Spin()
        self.slider = Slider()
        self._value = self.low
        self._dress()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.M)
        row.addWidget(self.slider, 1)
        row.addWidget(self.field, 0 if self._slides else 1)
        self.slider.setVisible(self._slides)
        self.setFocusProxy(self.slider if self._slides else self.field)

    @property
    def _slides(self) -> bool:
        return self.high - self.low < 1e7

    def _dress(self) -> None:
        if isinstance(self.field, Spin):
            self.field.setDecimals(max(0, min(6, -math.floor(math.log10(self.step) + 1e-9))))
            self.field.setRange(self.low, self.high)
            self.field.setSingleStep(self.step)
        else:
            self.field.setRange(int(max(self.low, -(2**31))), int(min(self.high, 2**31 - 1)))
            self.field.setSingleStep(int(max(1, self.step)))
        self.field.setFixedWidth(72) if self._slides else self.field.setMinimumWidth(72)
        places = max(1, round((self.high - self.low) / self.step)) if self._slides else 1
        self.slider.setRange(0, places if places <= 10 * TICKS else TICKS)
        self.slider.setPageStep(max(1, self.slider.maximum() // 10))
        self.slider.valueChanged.connect(self._slid)
        self.field.valueChanged.connect(self._typed)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.field.setAccessibleName(name)
        self.slider.setAccessibleName(name)

    def set_unit(self, unit: str) -> None:
        """Show `unit` behind the number."""
        if unit:
            self.field.setSuffix("\u202f" + unit)
            self.field.setFixedWidth(72 + QFontMetrics(self.font()).horizontalAdvance(unit))

    def value(self) -> float:
        """The number as it is set."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show `value` without saying that it changed."""
        self._value = float(value)
        if isinstance(self.field, Spin):
            self.field.setDecimals(max(self.field.decimals(), _figures(float(value))))
        for widget in (self.field, self.slider):
            widget.blockSignals(True)
        self.field.setValue(int(value) if isinstance(self.field, Whole) else float(value))  # type: ignore[arg-type]
        span = self.high - self.low
        self.slider.setValue(round((value - self.low) / span * self.slider.maximum()) if self._slides and span else 0)
        for widget in (self.field, self.slider):
            widget.blockSignals(False)

    def _slid(self, place: int) -> None:
        value = self.low + (self.high - self.low) * place / self.slider.maximum()
        value = self.low + round((value - self.low) / self.step) * self.step
        self._put(min(self.high, round(value, 9)))

    def _typed(self, value: float) -> None:
        self._put(float(value))

    def _put(self, value: float) -> None:
        self.set_value(value)
        self.changed.emit(float(value))


def _figures(value: float) -> int:
    """How many decimals, up to four, `value` needs."""
    return len(f"{value:.4f}".rstrip("0").partition(".")[2])


def _nice(span: float) -> float:
    """A step of 1, 2 or 5 times a power of ten, at most a hundredth of `span`."""
    power = 10.0 ** math.floor(math.log10(span / 100)) if span > 0 else 0.01
    return next(m * power for m in (5, 2, 1) if m * power <= span / 100 * 1.0001)


class Section(QWidget):
    """A heading that folds what lies under it. `opened` says when it does."""

    opened = Signal(bool)

    def __init__(self, title: str, *, open: bool = True) -> None:
        super().__init__()
        self.head = QPushButton(title)
        self.head.setCheckable(True)
        self.head.setChecked(open)
        self.head.setProperty("look", "link")
        self.head.setAccessibleName(title)
        self.head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.body = QWidget()
        self.rows = QVBoxLayout(self.body)
        self.rows.setContentsMargins(0, 0, 0, theme.S)
        self.rows.setSpacing(theme.M)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S)
        column.addWidget(self.head)
        column.addWidget(self.body)
        self.head.toggled.connect(self._fold)
        self._fold(open)

    def _fold(self, on: bool) -> None:
        self.body.setVisible(on)
        self.head.setIcon(theme.icon("chevron-down" if on else "chevron-right", "dim"))
        self.head.setAccessibleDescription(self.tr("Open") if on else self.tr("Folded"))
        self.opened.emit(on)

    def set_open(self, on: bool) -> None:
        """Unfold or fold it."""
        self.head.setChecked(on)


class Flow(QLayout):
    """A layout that lays its widgets in lines, as words are laid."""

    def __init__(self, gap: int = 6) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        sides = [item.minimumSize() for item in self._items]
        return QSize(min(120, max((s.width() for s in sides), default=0)), max((s.height() for s in sides), default=0))

    def _lay(self, rect: QRect, *, move: bool) -> int:
        x, y, tall = rect.x(), rect.y(), 0
        for item in self._items:
            size = item.sizeHint()
            size.setWidth(min(size.width(), max(40, rect.width())))
            if x + size.width() > rect.right() + 1 and x > rect.x():
                x, y, tall = rect.x(), y + tall + self.gap, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self.gap
            tall = max(tall, size.height())
        return y + tall - rect.y()


class Elided(QLabel):
    """A label of one line that ends in an ellipsis where it does not fit; the whole text is its tool tip."""

    def __init__(self, text: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__(text)
        self.mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text if len(text) > 24 else "")

    def minimumSizeHint(self) -> QSize:
        return QSize(20, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            shown = painter.fontMetrics().elidedText(self.text(), self.mode, self.width())
            painter.drawText(self.rect(), int(self.alignment()), shown)


class Empty(QWidget):
    """What a panel shows when there is nothing in it: a drawing, a heading, a sentence, and perhaps what to do."""

    def __init__(self, drawing: str, heading: str, sentence: str, *deeds: QPushButton) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(theme.M)
        column.addStretch(1)
        mark = QLabel()
        mark.setPixmap(theme.icon(drawing, "faint").pixmap(36, 36))
        for widget, look in ((mark, ""), (QLabel(heading), "title"), (QLabel(sentence), "dim")):
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            widget.setProperty("look", look)
            widget.setWordWrap(True)
            column.addWidget(widget)
        column.addSpacing(theme.S if deeds else 0)
        for deed in deeds:
            column.addWidget(deed, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)


def button(drawing: str, text: str, act: Callable[[], object] | None = None, *, check: bool = False) -> QToolButton:
    """A button with an icon only; `text` is its tool tip and its accessible name."""
    result = QToolButton()
    result.setToolTip(text)
    result.setCheckable(check)
    result.setIcon(theme.icon(drawing))
    result.setIconSize(QSize(18, 18))
    result.setAccessibleName(text)
    if act is not None:
        result.clicked.connect(lambda _checked=False: act())
    return result


def say(text: str, look: str = "small", *, wrap: bool = False) -> QLabel:
    """A label in one of the style sheet's looks."""
    result = QLabel(text)
    result.setWordWrap(wrap)
    result.setProperty("look", look)
    return result


def scrolled(inner: QWidget) -> QScrollArea:
    """`inner` in an area without a frame that scrolls it, on the ground of whatever it lies on."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(inner)
    area.viewport().setAutoFillBackground(False)
    inner.setAutoFillBackground(False)
    return area


def relook(widget: QWidget, look: str) -> None:
    """Give `widget` another look of the style sheet."""
    widget.setProperty("look", look)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def copied() -> QMimeData:
    """What is on the clipboard; where nothing is, Qt may answer None."""
    return QGuiApplication.clipboard().mimeData() or QMimeData()


def discard(widget: QWidget) -> None:
    """Take `widget` away now: Qt deletes it only when the event loop comes round, and until then it would show."""
    widget.hide()
    widget.setParent(None)
    widget.deleteLater()
