"""The filmstrip under the hands: scrubbing and branching by mouse and keys."""

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QContextMenuEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from app.studio import Studio
from app.ui import theme
from app.ui.timeline.axis import GUTTER, Axis
from app.ui.timeline.filmview import FilmView

_PAGE = 10


class Filmstrip(FilmView):
    """Scrub with the mouse or the arrow keys; B, the chip under the mouse or the menu branch from a step."""

    play_asked = Signal()
    export_asked = Signal()

    def __init__(self, studio: Studio, axis: Axis, parent: QWidget | None = None) -> None:
        super().__init__(studio, axis, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Filmstrip of the steps"))

    def go(self, step: int) -> None:
        """Put `step` on the stage; past the last step it is the result."""
        if not self.rows:
            return
        last = self._last()
        end = self.axis.total + 1 if self.finished else last
        step = max(self.rows[0].index, min(end, step if step <= last else end))
        self.studio.scrub(None if step > last or (not self.finished and step == last and self.running) else step)
        self.axis.set_playhead(step)
        self._announce(step)

    def _announce(self, step: int) -> None:
        self.setAccessibleDescription(self.sentence(step))
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def branch(self, step: int) -> None:
        """Go on from `step` with the draft as it is now; where that cannot be, say why."""
        reason = self.obstacle(step)
        if reason:
            QToolTip.showText(self.mapToGlobal(self._box(step).center().toPoint()), reason, self)
            return
        self.studio.branch(step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        step = self._at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or not step:
            return
        if self._drawn(step) and self.row(step) and self._chip_box(step).contains(event.position()):
            self.branch(step)
            return
        self.go(step)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        step = self._at(event.position())
        self.axis.set_hover(step)
        if event.buttons() & Qt.MouseButton.LeftButton and step and step != self.axis.playhead:
            self.go(step)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On a step shared with the parent: show it there."""
        step = self._at(event.position())
        if step in self._before():
            self.studio.show(self.parent_run)
            self.studio.scrub(step)

    def _at(self, place: QPointF) -> int:
        return self.axis.step_at(place.x()) if place.x() >= GUTTER and self.rows else 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here = self.axis.playhead
        keys = Qt.Key
        moves = {keys.Key_Left: here - 1, keys.Key_Right: here + 1, keys.Key_Home: 1, keys.Key_End: self.axis.total + 1}
        moves |= {keys.Key_PageUp: here - _PAGE, keys.Key_PageDown: here + _PAGE}
        key = Qt.Key(event.key())
        if key in moves:
            back = here > self._last() and key in (keys.Key_Left, keys.Key_PageUp)
            self.go(self._last() - (0 if key == keys.Key_Left else _PAGE - 1) if back else moves[key])
        elif key == keys.Key_B and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.branch(here)
        elif key == keys.Key_Space:
            self.play_asked.emit()
        elif not self.zoom_key(event):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        step = self.axis.playhead if by_key else self._at(QPointF(event.pos()))
        where = self.mapToGlobal(self._box(step).center().toPoint()) if by_key else event.globalPos()
        menu = self.menu(step)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where)

    def menu(self, step: int) -> QMenu:
        """What can be done with `step`."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.setAccessibleName(self.tr("Step menu"))
        branch = menu.addAction(theme.icon("branch"), self.tr("Branch from step %1").replace("%1", str(step)) + "\tB")
        reason = self.obstacle(step)
        branch.setEnabled(not reason)
        branch.setToolTip(reason)
        branch.triggered.connect(lambda: self.studio.branch(step))
        show = menu.addAction(self.tr("Show this step"))
        show.setEnabled(bool(step and self.rows))
        show.triggered.connect(lambda: self.go(step))
        result = menu.addAction(self.tr("Show the result") + "\t" + self.tr("End"))
        result.setEnabled(self.finished)
        result.triggered.connect(lambda: self.go(self.axis.total + 1))
        menu.addSeparator()
        export = menu.addAction(self.tr("Export development …"))
        export.setEnabled(bool(self.rows))
        export.triggered.connect(self.export_asked)
        return menu

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _tip(self, place: QPointF) -> str:
        step = self._at(place)
        if not step:
            return ""
        if step in self._before():
            text = self.tr("Steps 1 to %1 belong to the run this one branched from; double-click to go there.")
            return text.replace("%1", str(self.parent_step))
        on_chip = step <= self._last() and self._chip_box(step).contains(place)
        action = self.tr("Branch from step %1: go on from here with the settings as they are now (B)")
        last = self.obstacle(step) or (action.replace("%1", str(step)) if on_chip else "")
        return "\n".join(part for part in (self.sentence(step), last) if part)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.update()
        super().changeEvent(event)
