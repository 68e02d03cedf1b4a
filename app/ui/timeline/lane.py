"""A curve lane: one option of the engine over the steps, drawn and edited along the axis of the filmstrip."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from app.studio import Studio
from app.ui import theme
from app.ui.timeline import curve as edit
from app.ui.timeline.axis import GUTTER, PAD, Axis
from app.ui.timeline.points import PointsDialog
from app.ui.timeline.row import Row
from engines.contract import Curve, Param

_REACH = 9.0  # pixels a point or the line is caught from
_LINE = -1  # what is dragged: a point's index, the whole line, or nothing
_NOTHING = -2


class Lane(Row):
    """A constant is a line that can be dragged; a double click makes it a curve. All edits go through the studio.

    Keys: Up/Down the value (Shift: ten times, Ctrl: a tenth), Left/Right the selected point by a step, Ctrl+Left and
    Ctrl+Right or N and P choose a point, Insert adds one at the needle, Delete removes it, Enter lists the points.
    """

    def __init__(self, studio: Studio, param: Param, axis: Axis, parent: QWidget | None = None) -> None:
        super().__init__(axis, parent)
        self.studio = studio
        self.param = param
        self.title = param.label or param.name.replace("_", " ").capitalize()
        self.selected = _NOTHING
        self.ghost: Curve | None = None  # the curve the run on the stage was made with
        self._draft: Curve | float | None = None  # while the mouse is down
        self._held = _NOTHING
        self._grip = 0.0
        self._near = _NOTHING
        self.setFixedHeight(72)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("%1 over the steps").replace("%1", self.title))
        self.refresh()

    # ---------------------------------------------------------------- the value

    @property
    def constant(self) -> float:
        """The constant value, as the draft has it."""
        if isinstance(self._draft, float):
            return self._draft
        return float(self.studio.draft.options.get(self.param.name, self.param.default))

    @property
    def curve(self) -> Curve | None:
        """The curve, as the draft has it; None for a constant."""
        if isinstance(self._draft, Curve):
            return self._draft
        return self.studio.draft.curves.get(self.param.name)

    def value(self, position: float) -> float:
        """What the option is at `position` of the run."""
        curve = self.curve
        return self.constant if curve is None else curve.at(position)

    def refresh(self) -> None:
        """The draft has changed."""
        points = len(self.curve.points) if self.curve else 0
        if not 0 <= self.selected < points:
            self.selected = _NOTHING
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

    def set_curve(self, curve: Curve | None, selected: int = _NOTHING) -> None:
        """Give the draft this curve; None makes it a constant again."""
        self.selected = selected
        self.studio.edit(curves={self.param.name: curve})
        self.refresh()

    def set_constant(self, value: float) -> None:
        """Give the draft this constant."""
        self.studio.edit(options={self.param.name: value})
        self.refresh()

    def add(self, position: float, value: float) -> None:
        """One more point; the first makes a curve of the constant."""
        curve = self.curve
        made = edit.tent(self.constant, position, value) if curve is None else edit.added(curve, position, value)
        self.set_curve(*made)

    def remove(self) -> None:
        """Take the selected point away."""
        curve = self.curve
        if curve is not None and 0 <= self.selected < len(curve.points):
            rest = edit.removed(curve, self.selected)
            self.set_curve(rest, min(self.selected, len(rest.points) - 1) if rest else _NOTHING)

    def show_points(self) -> None:
        """The points as a list to type in."""
        start = self.curve or Curve(((0.0, self.constant), (1.0, self.constant)))
        dialog = PointsDialog(self.title, self.param, start, self.axis.total, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.set_curve(dialog.curve()))
        dialog.open()

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
        return _LINE if on_line and place.x() >= GUTTER else _NOTHING

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
        warm = self._held != _NOTHING or self._near == _LINE
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
        index = self._held if self._held != _NOTHING else self._near
        curve = self.curve
        if index == _NOTHING and self.hasFocus():
            index = self.selected
        if index == _NOTHING or (index >= 0 and (curve is None or index >= len(curve.points))):
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
        box = QRectF(PAD, 8, GUTTER - 2 * PAD, line)
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

    # ---------------------------------------------------------------- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or event.position().x() < GUTTER:
            return
        self._held = self._under(event.position())
        self.selected = max(self._held, _NOTHING) if self._held >= 0 else _NOTHING
        self._grip = event.position().y()
        self.refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        self.axis.set_hover(self.axis.step_at(place.x()) if place.x() >= GUTTER else 0)
        if self._held == _NOTHING:
            self._near = self._under(place)
            shape = {_LINE: Qt.CursorShape.SizeVerCursor, _NOTHING: Qt.CursorShape.ArrowCursor}
            self.setCursor(shape.get(self._near, Qt.CursorShape.SizeAllCursor))
        elif self._draft is not None or abs(place.y() - self._grip) > 2 or self._held >= 0:
            self._drag(event)
        self.update()

    def _drag(self, event: QMouseEvent) -> None:
        place, curve = event.position(), self.studio.draft.curves.get(self.param.name)
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if self._held >= 0 and curve is not None:
            free = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            value = edit.snapped(self.param, self._value(place.y()), fine)
            self._draft = edit.moved(curve, self._held, self._position(place.x(), free), value)
        elif curve is not None:
            self._draft = edit.shifted(self.param, curve, self._value(place.y()) - self._value(self._grip))
        else:
            self._draft = float(edit.snapped(self.param, self._value(place.y()), fine))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        done, self._draft, held, self._held = self._draft, None, self._held, _NOTHING
        if isinstance(done, Curve):
            self.set_curve(done, held if held >= 0 else _NOTHING)
        elif done is not None:
            self.set_constant(edit.snapped(self.param, done, fine=True))
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if place.x() < GUTTER:
            self.show_points()
        elif self._under(place) < 0:
            value = edit.snapped(self.param, self._value(place.y()))
            self.add(self._position(place.x(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)), value)

    def leaveEvent(self, event: QEvent) -> None:
        self._near = _NOTHING
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            hint = self.tr("Drag the line; double-click adds a point; right-click for more")
            QToolTip.showText(event.globalPos(), f"{self.param.help}\n{hint}".strip(), self)
            return True
        return super().event(event)

    # ---------------------------------------------------------------- keys and menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys = Qt.Key(event.key()), Qt.Key
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        sideways = {keys.Key_Left: -1, keys.Key_Right: 1}
        if key in (keys.Key_Up, keys.Key_Down):
            self._nudge(1 if key == keys.Key_Up else -1, event.modifiers())
        elif key in (keys.Key_N, keys.Key_P) or (key in sideways and ctrl):
            self._choose(1 if key in (keys.Key_N, keys.Key_Right) else -1)
        elif key in sideways and self.selected >= 0:
            self._shift(sideways[key])
        elif key == keys.Key_Insert:
            position = self.axis.position(min(self.axis.playhead or 1, self.axis.total))
            self.add(position, self.value(position))
        elif key in (keys.Key_Delete, keys.Key_Backspace) and self.selected >= 0:
            self.remove()
        elif key in (keys.Key_Return, keys.Key_Enter):
            self.show_points()
        elif key == keys.Key_Escape and self.selected >= 0:
            self.selected = _NOTHING
            self.refresh()
        elif not self.zoom_key(event):
            super().keyPressEvent(event)

    def _nudge(self, direction: int, modifiers: Qt.KeyboardModifier) -> None:
        """The selected point, else the whole line, up or down."""
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        fine = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        by = direction * edit.grain(self.param) * (10 if shift else 0.1 if fine and self.param.kind != "int" else 1)
        curve = self.curve
        if curve is None:
            self.set_constant(edit.snapped(self.param, self.constant + by, fine=True))
        elif self.selected >= 0:
            position, value = curve.points[self.selected]
            value = edit.snapped(self.param, value + by, fine=True)
            self.set_curve(edit.moved(curve, self.selected, position, value), self.selected)
        else:
            self.set_curve(edit.shifted(self.param, curve, by))

    def _choose(self, direction: int) -> None:
        count = len(self.curve.points) if self.curve else 0
        if count:
            here = self.selected if self.selected >= 0 else (-1 if direction > 0 else count)
            self.selected = max(0, min(count - 1, here + direction))
            self.refresh()

    def _shift(self, direction: int) -> None:
        curve = self.curve
        if curve is not None:
            position, value = curve.points[self.selected]
            there = self.axis.position(round(self._step(position)) + direction)
            self.set_curve(edit.moved(curve, self.selected, there, value), self.selected)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = QPointF(event.pos())
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        if not by_key:
            self.selected = max(self._under(place), _NOTHING) if self._under(place) >= 0 else self.selected
        menu = self.menu(None if by_key else place)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(self.rect().center()) if by_key else event.globalPos())

    def menu(self, place: QPointF | None) -> QMenu:
        """What can be done with the curve."""
        menu = QMenu(self)
        menu.setAccessibleName(self.tr("Curve menu"))
        curve = self.curve
        for shape in edit.SHAPES:
            action = menu.addAction(self.shape_name(shape))
            action.setCheckable(True)
            action.setChecked(curve is not None and curve.shape == shape)
            action.setEnabled(curve is not None)
            action.triggered.connect(lambda _=False, shape=shape: self.reshape(shape))
        menu.addSeparator()
        position = self._position(place.x(), False) if place else self.axis.position(self.axis.playhead or 1)
        value = edit.snapped(self.param, self._value(place.y())) if place else self.value(position)
        menu.addAction(self.tr("Add point") + "\tIns", lambda: self.add(position, value))
        menu.addAction(self.tr("Remove point") + "\tDel", self.remove).setEnabled(self.selected >= 0)
        menu.addAction(self.tr("Edit points …") + "\t" + self.tr("Enter"), self.show_points)
        menu.addSeparator()
        menu.addAction(self.tr("Reset to constant"), lambda: self.set_curve(None)).setEnabled(curve is not None)
        menu.addAction(self.tr("Default value"), self.restore)
        return menu

    def reshape(self, shape: edit.Shape) -> None:
        """Join the points in another way."""
        if self.curve is not None:
            self.set_curve(edit.reshaped(self.curve, shape), self.selected)

    def restore(self) -> None:
        """The constant the engine declares."""
        self.selected = _NOTHING
        self.studio.edit(options={self.param.name: self.param.default}, curves={self.param.name: None})
        self.refresh()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
