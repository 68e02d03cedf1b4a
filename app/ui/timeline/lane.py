"""A curve lane under the hands: every edit is made through the studio, and so can be undone."""

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QToolTip

from app.ui.declared import said
from app.ui.timeline import curve as edit
from app.ui.timeline.axis import GUTTER
from app.ui.timeline.laneview import LINE, NOTHING, LaneView
from app.ui.timeline.points import PointsDialog
from engines.contract import Curve


class Lane(LaneView):
    """A constant is a line that can be dragged; a double click makes it a curve. All edits go through the studio.

    Keys: Up/Down the value (Shift: ten times, Ctrl: a tenth), Left/Right the selected point by a step, Ctrl+Left and
    Ctrl+Right or N and P choose a point, Insert adds one at the needle, Delete removes it, Enter lists the points.
    """

    # ---------------------------------------------------------------- edits

    def set_curve(self, curve: Curve | None, selected: int = NOTHING) -> None:
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
            self.set_curve(rest, min(self.selected, len(rest.points) - 1) if rest else NOTHING)

    def show_points(self) -> None:
        """The points as a list to type in."""
        start = self.curve or Curve(((0.0, self.constant), (1.0, self.constant)))
        dialog = PointsDialog(self.title, self.param, start, total=self.axis.total, parent=self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.set_curve(dialog.curve()))
        dialog.open()

    # ---------------------------------------------------------------- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or event.position().x() < GUTTER:
            return
        self._held = self._under(event.position())
        self.selected = max(self._held, NOTHING) if self._held >= 0 else NOTHING
        self._grip = event.position().y()
        self.refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        self.axis.set_hover(self.axis.step_at(place.x()) if place.x() >= GUTTER else 0)
        if self._held == NOTHING:
            self._near = self._under(place)
            shape = {LINE: Qt.CursorShape.SizeVerCursor, NOTHING: Qt.CursorShape.ArrowCursor}
            self.setCursor(shape.get(self._near, Qt.CursorShape.SizeAllCursor))
        elif self._draft is not None or abs(place.y() - self._grip) > 2 or self._held >= 0:
            self._drag(event)
        self.update()

    def _drag(self, event: QMouseEvent) -> None:
        place, curve = event.position(), self.read(self.studio.draft)[1]
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
        done, self._draft, held, self._held = self._draft, None, self._held, NOTHING
        if isinstance(done, Curve):
            self.set_curve(done, held if held >= 0 else NOTHING)
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
        self._near = NOTHING
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            hint = self.tr("Drag the line; double-click adds a point; right-click for more")
            QToolTip.showText(event.globalPos(), f"{said(self.param.help)}\n{hint}".strip(), self)
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
            self.selected = NOTHING
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
            self.selected = max(self._under(place), NOTHING) if self._under(place) >= 0 else self.selected
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
        self.selected = NOTHING
        self.studio.edit(options={self.param.name: self.param.default}, curves={self.param.name: None})
        self.refresh()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
