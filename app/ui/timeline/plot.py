"""The small plot above the filmstrip: the noise level as a line, the change of every step as bars."""

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from app.core.job import StepRow
from app.ui import theme
from app.ui.timeline.axis import GUTTER, PAD, Axis
from app.ui.timeline.row import Row


def heights(levels: list[float]) -> list[float]:
    """Noise levels as heights in [0, 1]: linear, or logarithmic over at most four decades where they span many."""
    top = max(levels, default=0.0)
    if top <= 0:
        return [0.0] * len(levels)
    if top <= 2.0:
        return [max(0.0, level) / top for level in levels]
    floor = max(top * 1e-4, min((level for level in levels if level > 0), default=top))
    span = math.log(top / floor) or 1.0
    return [math.log(max(level, floor) / floor) / span for level in levels]


def share(change: float | None) -> str:
    """A change as a percentage a person can read."""
    return "–" if change is None else f"{100 * change:.2g} %"


class LevelPlot(Row):
    """Noise level and change of every step of the run on the stage."""

    def __init__(self, axis: Axis, parent: QWidget | None = None) -> None:
        super().__init__(axis, parent)
        self.rows: tuple[StepRow, ...] = ()
        self.setFixedHeight(52)
        self.setAccessibleName(self.tr("Noise level and change of every step"))

    def set_rows(self, rows: tuple[StepRow, ...]) -> None:
        self.rows = rows
        self.setAccessibleDescription(self._words())
        self.update()

    def _words(self) -> str:
        if not self.rows:
            return self.tr("No steps yet")
        first, last = self.rows[0], self.rows[-1]
        text = self.tr("Noise falls from %1 to %2 over %3 steps")
        return (
            text.replace("%1", f"{first.level:.3g}").replace("%2", f"{last.level:.3g}").replace("%3", str(last.index))
        )

    def paintEvent(self, event: object) -> None:
        with QPainter(self) as p:
            tokens = self.begin(p)
            self._bars(p, tokens)
            self._line(p, tokens)
            self.finish(p, tokens)
            self._legend(p, tokens)

    def _bars(self, p: QPainter, tokens: theme.Tokens) -> None:
        most = max((row.change or 0.0 for row in self.rows), default=0.0) or 1.0
        floor, tall = self.height() - 5.0, self.height() - 16.0
        wide = max(1.5, min(26.0, self.axis.cell * 0.5))
        p.setPen(Qt.PenStyle.NoPen)
        for row in self.rows:
            if row.change is None:
                continue
            colour = QColor(tokens.accent)
            colour.setAlphaF(0.85 if row.index == self.axis.hover else 0.45)
            p.setBrush(colour)
            high = max(1.5, tall * math.sqrt(row.change / most))  # the first steps would dwarf all others
            p.drawRoundedRect(QRectF(self.axis.x(row.index) - wide / 2, floor - high, wide, high), 1.5, 1.5)

    def _line(self, p: QPainter, tokens: theme.Tokens) -> None:
        if not self.rows:
            return
        floor, tall = self.height() - 5.0, self.height() - 14.0
        tops = heights([row.level for row in self.rows])
        path = QPainterPath()
        for row, top in zip(self.rows, tops, strict=True):
            point = QPointF(self.axis.x(row.index), floor - tall * top)
            path.lineTo(point) if path.elementCount() else path.moveTo(point)
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(QColor(tokens.text), 1.6))
        p.drawPath(path)

    def _legend(self, p: QPainter, tokens: theme.Tokens) -> None:
        p.setFont(self.small())
        middle = self.height() / 2
        p.setPen(QPen(QColor(tokens.text), 1.6))
        p.drawLine(QPointF(PAD, middle - 10), QPointF(PAD + 12, middle - 10))
        p.drawText(
            QRectF(PAD + 20, middle - 20, GUTTER - 24, 20), Qt.AlignmentFlag.AlignVCenter, self.tr("Noise level")
        )
        colour = QColor(tokens.accent)
        colour.setAlphaF(0.6)
        p.fillRect(QRectF(PAD + 3, middle + 4, 6, 12), colour)
        p.setPen(QColor(tokens.text))
        p.drawText(QRectF(PAD + 20, middle, GUTTER - 24, 20), Qt.AlignmentFlag.AlignVCenter, self.tr("Change"))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        self.axis.set_hover(self.axis.step_at(x) if x >= GUTTER and self.rows else 0)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip(event.pos().x()), self)
            return True
        return super().event(event)

    def _tip(self, x: int) -> str:
        step = self.axis.step_at(x) if x >= GUTTER else 0
        row = next((row for row in self.rows if row.index == step), None)
        if row is None:
            return ""
        text = self.tr("Step %1 of %2\nnoise level %3\nchange %4\nafter %5 s")
        words = (str(row.index), str(row.total), f"{row.level:.4g}", share(row.change), f"{row.seconds:.1f}")
        for place, word in enumerate(words, 1):
            text = text.replace(f"%{place}", word)
        return text
