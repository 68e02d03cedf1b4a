"""The result as a drawing: for each line a point and between which bounds it surely lies."""

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme

LINE, LEFT, RIGHT, FOOT = 34, 240, 120, 26


class Mark(Struct, frozen=True):
    """A line of the chart: what it is of, its value and bounds, the words behind it, whether it stands out."""

    name: str
    value: float
    low: float | None
    high: float | None
    words: str
    good: bool = False


class Chart(QWidget):
    """Lines over one axis from `low` to `high`, with `ticks` and perhaps a line in it that means chance."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: tuple[Mark, ...] = ()
        self._axis = (0.0, 1.0)
        self._ticks: tuple[tuple[float, str], ...] = ()
        self._chance: float | None = None
        self._left = LEFT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_marks(
        self,
        marks: Sequence[Mark],
        axis: tuple[float, float],
        ticks: Sequence[tuple[float, str]],
        chance: float | None = None,
    ) -> None:
        """Draw these; what is drawn is read out too."""
        self.marks, self._axis, self._ticks, self._chance = tuple(marks), axis, tuple(ticks), chance
        bold = QFontMetrics(theme.font(13, 600))
        self._left = min(LEFT + 80, max([100, *(bold.horizontalAdvance(mark.name) + 18 for mark in marks)]))
        self.setAccessibleName("; ".join(f"{mark.name}: {mark.words}" for mark in marks))
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, len(self.marks) * LINE + FOOT)

    def _x(self, value: float) -> float:
        low, high = self._axis
        room = max(1, self.width() - self._left - RIGHT)
        return self._left + (min(max(value, low), high) - low) / (high - low) * room

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_axis(p, c)
            for n, mark in enumerate(self.marks):
                self._paint_mark(p, mark, n * LINE, c)

    def _paint_axis(self, p: QPainter, c: theme.Tokens) -> None:
        foot = len(self.marks) * LINE
        p.setFont(theme.small())
        for value, text in self._ticks:
            x = self._x(value)
            chance = value == self._chance
            style = Qt.PenStyle.DashLine if chance else Qt.PenStyle.SolidLine
            p.setPen(QPen(QColor(c.dim if chance else c.line), 1, style))
            p.drawLine(QPointF(x, 0), QPointF(x, foot + 4))
            p.setPen(QColor(c.dim))
            p.drawText(QRectF(x - 60, foot + 6, 120, 18), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_mark(self, p: QPainter, mark: Mark, top: float, c: theme.Tokens) -> None:
        middle, colour = top + LINE / 2, QColor(c.accent if mark.good else c.text)
        p.setFont(theme.font(13, 600 if mark.good else 400))
        p.setPen(QColor(c.text))
        name = p.fontMetrics().elidedText(mark.name, Qt.TextElideMode.ElideMiddle, self._left - 16)
        p.drawText(
            QRectF(0, top, self._left - 14, LINE), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name
        )
        if mark.low is not None and mark.high is not None:
            p.setPen(QPen(colour, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            p.drawLine(QPointF(self._x(mark.low), middle), QPointF(self._x(mark.high), middle))
        p.setPen(QPen(QColor(c.panel), 2))
        p.setBrush(colour)
        p.drawEllipse(QPointF(self._x(mark.value), middle), 6, 6)
        p.setFont(theme.small())
        p.setPen(QColor(c.dim))
        box = QRectF(self.width() - RIGHT + 14, top, RIGHT - 14, LINE)
        p.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, mark.words)
