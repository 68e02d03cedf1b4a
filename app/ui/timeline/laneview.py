"""A curve lane as it is painted: one option of the engine over the steps."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from app.studio import Studio
from app.ui import theme
from app.ui.declared import label
from app.ui.timeline import curve as edit
from app.ui.timeline.axis import GUTTER, PAD, Axis
from app.ui.timeline.row import Row
from engines.contract import Curve, Param, Request

LINE = -1  # what the mouse may hold besides the index of a point: the whole line, or nothing
NOTHING = -2
_REACH = 9.0  # pixels a point or the line is caught from


class LaneView(Row):
    """The value, the curve, its points, and the curve that the run on the stage was made with, dotted."""

    def __init__(self, studio: Studio, param: Param, axis: Axis, parent: QWidget | None = None) -> None:
        super().__init__(axis, parent)
        self.studio = studio
        self.param = param
        self.title = label(param)
        self.selected = NOTHING
        self.ghost: Curve | None = None  # the curve the run on the stage was made with
        self._draft: Curve | float | None = None  # while the mouse is down
        self._held = NOTHING
        self._grip = 0.0
        self._near = NOTHING
        self.setMinimumHeight(64)
        self.setMaximumHeight(130)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("%1 over the steps").replace("%1", self.title))
        self.refresh()

    # ---------------------------------------------------------------- the value

    @property
    def constant(self) -> float:
        """The constant value, as the draft has it."""
        if isinstance(self._draft, float):
            return self._draft
        return self.read(self.studio.draft)[0]

    @property
    def curve(self) -> Curve | None:
        """The curve, as the draft has it; None for a constant."""
        if isinstance(self._draft, Curve):
            return self._draft
        return self.read(self.studio.draft)[1]

    def read(self, request: Request) -> tuple[float, Curve | None]:
        """The constant and the curve of a request."""
        constant = request.options.get(self.param.name, self.param.default)
        return float(constant), request.curves.get(self.param.name)

    def value(self, position: float) -> float:
        """What the option is at `position` of the run."""
        curve = self.curve
        return self.constant if curve is None else curve.at(position)

    def refresh(self) -> None:
        """The draft has changed."""
        points = len(self.curve.points) if self.curve else 0
        if not 0 <= self.selected < points:
            self.selected = NOTHING
        self.setAccessibleDescription(self.sentence())
        self.update()

    def sentence(self) -> str:
        """The lane in words."""
        curve = self.curve
        if curve is None:
            return self.tr("constant %1").replace("%1", edit.written(self.param, self.constant))
        places = ", ".join(f"{self._step(p):.3g}: {edit.written(self.param, v)}" for p, v in curve.points)
        text = self.tr("curve, %1, by step: %2").replace("%1", self.shape_name(curve.shape)).replace("%2", places)
        if 0 <= self.selected < len(curve.points):
            text += ". " + self.tr("Point %1 selected").replace("%1", str(self.selected + 1))
        return text

    def shape_name(self, shape: str) -> str:
        """A shape of curve in words."""
        return {"linear": self.tr("Linear"), "hold": self.tr("Hold"), "smooth": self.tr("Smooth")}[shape]

    # ---------------------------------------------------------------- places

    def _step(self, position: float) -> float:
        return 1 + position * max(0, self.axis.total - 1)

    def _y(self, value: float) -> float:
        low, high = edit.bounds(self.param)
        share = (value - low) / (high - low)
        return self.height() - 9 - max(0.0, min(1.0, share)) * (self.height() - 18)

    def _value(self, y: float) -> float:
        low, high = edit.bounds(self.param)
        return low + (self.height() - 9 - y) / (self.height() - 18) * (high - low)

    def _position(self, x: float, free: bool) -> float:
        """The position at `x`: on a whole step, unless `free`."""
        position = self.axis.position_at(x)
        return position if free else self.axis.position(round(self._step(position)))

    def _under(self, place: QPointF) -> int:
        """What lies under the mouse: a point's index, the line or nothing."""
        curve = self.curve
        for index, (position, value) in enumerate(curve.points if curve else ()):
            if (QPointF(self.axis.x_of(position), self._y(value)) - place).manhattanLength() < _REACH * 1.4:
                return index
        on_line = abs(self._y(self.value(self.axis.position_at(place.x()))) - place.y()) < _REACH
        return LINE if on_line and place.x() >= GUTTER else NOTHING

    # ---------------------------------------------------------------- painting

    def paintEvent(self, event: object) -> None:
        with QPainter(self) as p:
            tokens = self.begin(p)
            self._grid(p, tokens)
            if self.ghost is not None:
                p.setPen(QPen(QColor(tokens.dim), 1, Qt.PenStyle.DotLine))
                p.drawPath(self._path(self.ghost))
            self._draw(p, tokens)
            self.finish(p, tokens)
            self._legend(p, tokens)

    def _grid(self, p: QPainter, tokens: theme.Tokens) -> None:
        p.setPen(QPen(QColor(tokens.line), 1, Qt.PenStyle.DotLine))
        for value in edit.bounds(self.param):
            p.drawLine(QPointF(GUTTER, self._y(value)), QPointF(self.width(), self._y(value)))
        if self.axis.cell >= 8:
            faint = QColor(tokens.line)
            faint.setAlphaF(0.55)
            p.setPen(QPen(faint, 1))
            for step in self.axis.visible():
                p.drawLine(QPointF(self.axis.x(step), 9), QPointF(self.axis.x(step), self.height() - 9))

    def _path(self, curve: Curve) -> QPainterPath:
        """The curve from the first to the last step, two pixels at a time; steps of a held curve are upright."""
        path = QPainterPath(QPointF(self.axis.x_of(0.0), self._y(curve.at(0.0))))
        if curve.shape == "hold":
            for (_, before), (position, value) in zip(curve.points, curve.points[1:], strict=False):
                x = self.axis.x_of(position)
                path.lineTo(x, self._y(before))
                path.lineTo(x, self._y(value))
        else:
            for x in range(int(max(GUTTER, self.axis.x_of(0.0))), int(min(self.width(), self.axis.x_of(1.0))), 2):
                path.lineTo(x, self._y(curve.at(self.axis.position_at(x))))
        path.lineTo(self.axis.x_of(1.0), self._y(curve.at(1.0)))
        return path

    def _draw(self, p: QPainter, tokens: theme.Tokens) -> None:
        curve = self.curve
        path = self._path(curve or Curve(((0.0, self.constant),)))
        warm = self._held != NOTHING or self._near == LINE
        fill = QPainterPath(path)
        fill.lineTo(self.axis.x_of(1.0), self.height() - 9)
        fill.lineTo(self.axis.x_of(0.0), self.height() - 9)
        shade = QColor(tokens.accent)
        shade.setAlphaF(0.12)
        p.fillPath(fill, shade)
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(QColor(tokens.accent), 2.5 if warm else 1.8))
        p.drawPath(path)
        for index, (position, value) in enumerate(curve.points if curve else ()):
            self._dot(p, tokens, QPointF(self.axis.x_of(position), self._y(value)), index)
        self._bubble(p, tokens)

    def _dot(self, p: QPainter, tokens: theme.Tokens, place: QPointF, index: int) -> None:
        chosen = index == self.selected
        size = 5.5 if chosen or index == self._near else 4.2
        p.setPen(QPen(QColor(tokens.accent), 2))
        p.setBrush(QColor(tokens.accent if chosen else tokens.panel))
        p.drawEllipse(place, size, size)

    def _bubble(self, p: QPainter, tokens: theme.Tokens) -> None:
        """What is under the mouse, or selected, in figures."""
        index = self._held if self._held != NOTHING else self._near
        curve = self.curve
        if index == NOTHING and self.hasFocus():
            index = self.selected
        if index == NOTHING or (index >= 0 and (curve is None or index >= len(curve.points))):
            return
        if index >= 0 and curve is not None:
            position, value = curve.points[index]
            text = self.tr("step %1 · %2").replace("%1", f"{self._step(position):.3g}")
            text, x = text.replace("%2", edit.written(self.param, value)), self.axis.x_of(position)
        else:
            x = self.axis.x(self.axis.hover or self.axis.playhead or 1)
            value = self.value(self.axis.position_at(x))
            text = edit.written(self.param, value)
        self._label(p, tokens, text, QPointF(x, self._y(value)))

    def _label(self, p: QPainter, tokens: theme.Tokens, text: str, place: QPointF) -> None:
        p.setFont(self.small())
        wide = p.fontMetrics().horizontalAdvance(text) + 12.0
        high = p.fontMetrics().height() + 2.0
        left = max(GUTTER + 2.0, min(self.width() - wide - 2, place.x() + 10))
        top = place.y() - high - 4 if place.y() - high > 6 else place.y() + 6
        box = QRectF(left, min(top, self.height() - high - 2), wide, high)
        p.setPen(QPen(QColor(tokens.line), 1))
        p.setBrush(QColor(tokens.raised))
        p.drawRoundedRect(box, 4, 4)
        p.setPen(QColor(tokens.text))
        p.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _legend(self, p: QPainter, tokens: theme.Tokens) -> None:
        line = float(self.fontMetrics().height())
        box = QRectF(PAD, 6, GUTTER - PAD - 32, line)
        p.setFont(self.font())
        p.setPen(QColor(tokens.text))
        p.drawText(
            box,
            Qt.AlignmentFlag.AlignLeft,
            p.fontMetrics().elidedText(self.title, Qt.TextElideMode.ElideRight, int(box.width())),
        )
        here = self.axis.position(self.axis.playhead or 1)
        strong = p.font()
        strong.setBold(True)
        p.setFont(strong)
        p.setPen(QColor(tokens.accent))
        p.drawText(box.translated(0, line + 1), Qt.AlignmentFlag.AlignLeft, edit.written(self.param, self.value(here)))
        p.setFont(self.small())
        p.setPen(QColor(tokens.dim))
        kind = self.shape_name(self.curve.shape) if self.curve else self.tr("Constant")
        p.drawText(box.translated(0, 2 * line + 2), Qt.AlignmentFlag.AlignLeft, kind)
        low, high = edit.bounds(self.param)
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value in (low, high):
            p.drawText(QRectF(0, self._y(value) - line / 2, GUTTER - 5, line), side, f"{value:.4g}")
