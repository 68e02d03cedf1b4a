"""The slider below a clip: a notch for every frame, the loop range above it, and a handle for the frame shown."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSlider

from app.ui import theme
from app.ui.stage.transport import Brace

EDGE = 8.0
RULER = 9  # pixels at the top in which the range is dragged
SLACK = 6.0


class Scrub(QSlider):
    """Value: the frame. `brace` is the loop range in frames, one past the last its end; `braced`: it was dragged."""

    braced = Signal()

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.brace = Brace(1.0, 1.0, 1.0)
        self._hold = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setMinimumHeight(30)

    def show_count(self, count: int) -> None:
        """How many frames there are."""
        self.setRange(0, max(0, count - 1))
        self.brace.fit(float(max(1, count)), 1.0, 1.0)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 30)

    @property
    def _pitch(self) -> float:
        """Pixels a frame."""
        return max(1.0, self.width() - 2 * EDGE) / (self.maximum() + 1)

    def _frame(self, x: float) -> float:
        return (x - EDGE) / self._pitch

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        middle, pitch, count = self.height() / 2 + 3, self._pitch, self.maximum() + 1
        line = QRectF(EDGE, middle - 2, self.width() - 2 * EDGE, 4)
        x = EDGE + (self.value() + 0.5) * pitch
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(QColor(c.pressed))
            p.drawRoundedRect(line, 2, 2)
            p.setBrush(QColor(c.faint))
            p.drawRoundedRect(QRectF(EDGE, middle - 2, x - EDGE, 4), 2, 2)
            if pitch >= 5:
                p.setPen(QPen(QColor(c.faint), 1))
                p.drawPoints(QPolygonF([QPointF(EDGE + (n + 0.5) * pitch, middle + 7) for n in range(count)]))
            if self.brace.span is not None:
                self._paint_brace(p, self.brace.span, middle, c)
            p.setPen(QPen(QColor(c.panel), 1.5))
            p.setBrush(QColor(c.focus if self.hasFocus() else c.text))
            p.drawRoundedRect(QRectF(x - 4, middle - 8, 8, 16), 3, 3)

    def _paint_brace(self, p: QPainter, span: tuple[float, float], middle: float, c: theme.Tokens) -> None:
        left, right = (EDGE + end * self._pitch for end in span)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor(c.accent))
        p.drawRect(QRectF(left, 2, right - left, 3))
        p.drawRect(QRectF(left, middle - 2, right - left, 4))
        for x, way in ((left, 1), (right, -1)):
            p.drawPolygon(QPolygonF([QPointF(x, 2), QPointF(x + 7 * way, 2), QPointF(x, 11)]))
            p.fillRect(QRectF(x - 0.75, 2, 1.5, self.height() - 6), QColor(c.accent))

    # ------------------------------------------------------------ hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at, top = self._frame(event.position().x()), event.position().y() <= RULER + 2
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if shift or (top and self.brace.span is not None):
            self.brace.take(at, -1.0 if shift else SLACK / self._pitch)
            self._hold = "brace"
        else:
            self._hold = "seek"
            self.setValue(int(min(max(at, 0), self.maximum())))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._frame(event.position().x())
        if self._hold == "seek":
            self.setValue(int(min(max(at, 0), self.maximum())))
        elif self._hold == "brace":
            self.brace.drag(at)
            self.braced.emit()
            self.update()
        top = event.position().y() <= RULER + 2 and self.brace.span is not None and not self._hold
        grip = self.brace.grip(at, SLACK / self._pitch) if top else ""
        shapes = {"in": Qt.CursorShape.SizeHorCursor, "out": Qt.CursorShape.SizeHorCursor}
        self.setCursor(
            shapes.get(grip, Qt.CursorShape.OpenHandCursor if grip == "body" else Qt.CursorShape.ArrowCursor)
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hold = ""
        self.brace.drop()
