"""What every row on the axis has in common: a name in the gutter, the needle, scrolling and zooming."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.ui import theme
from app.ui.timeline.axis import GUTTER, Axis


class Row(QWidget):
    """One row of the timeline. Subclasses paint themselves between `begin` and `finish`."""

    needle = True  # whether the step on the stage is marked by a line

    def __init__(self, axis: Axis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axis = axis
        self.setMouseTracking(True)
        axis.changed.connect(self.update)

    def begin(self, p: QPainter) -> theme.Tokens:
        """The ground of the row; from here on the painter is clipped to the steps."""
        tokens = theme.current(self)
        p.fillRect(self.rect(), QColor(tokens.panel))
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.save()
        p.setClipRect(QRectF(GUTTER, 0, self.width() - GUTTER, self.height()))
        return tokens

    def finish(self, p: QPainter, tokens: theme.Tokens) -> None:
        """The needle over the steps, then the gutter and the line below the row."""
        if self.axis.playhead and self.needle:
            x = self.axis.x(self.axis.playhead)
            p.setPen(QPen(QColor(tokens.accent), 1.5))
            p.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        p.restore()
        p.setPen(QPen(QColor(tokens.line), 1))
        p.drawLine(QPointF(GUTTER - 0.5, 0), QPointF(GUTTER - 0.5, self.height()))
        p.drawLine(QPointF(0, self.height() - 0.5), QPointF(self.width(), self.height() - 0.5))
        if self.hasFocus():
            p.setPen(QPen(QColor(tokens.focus), 2))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)

    def small(self) -> QFont:
        """The font of secondary words."""
        return theme.small()

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        amount = delta.y() or delta.x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.axis.zoom(1.2 ** (amount / 120), event.position().x())
        elif self.axis.room > 0:
            self.axis.scroll(self.axis.offset - amount * 0.6)
        else:
            event.ignore()
            return
        event.accept()

    def zoom_key(self, event: QKeyEvent) -> bool:
        """Handles + - and 0 (fit); True when it was one of them."""
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.axis.zoom(1.25)
            case Qt.Key.Key_Minus:
                self.axis.zoom(0.8)
            case Qt.Key.Key_0:
                self.axis.fit()
            case _:
                return False
        return True

    def leaveEvent(self, event: QEvent) -> None:
        self.axis.set_hover(0)
        super().leaveEvent(event)
