"""The surface a picture is painted on: pan, zoom, checkerboard, compare divider. Plain QWidget, no OpenGL."""

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QCursor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from app.ui import theme
from app.ui.stage.place import Place
from app.ui.stage.pyramid import Pyramid

NEAREST_FROM = 4.0  # device pixels a picture pixel from which pixels are shown as squares
GRAB = 14  # pixels about the divider that take hold of it
NUDGE = 48  # pixels a key pans
WHEEL = 1.2  # zoom for one notch


class Spot(Struct, frozen=True):
    """The pixel under the pointer: its place in the size the picture is shown as, and (R, G, B, A)."""

    x: int
    y: int
    colour: tuple[int, int, int, int]


class Canvas(QWidget):
    """Shows one picture, or two with a divider between. Knows nothing of where they come from."""

    painted = Signal()
    placed = Signal()  # zoom or place changed
    hovered = Signal(object)  # Spot | None
    dragged = Signal()  # the user drags the picture out
    divided = Signal(float)  # the divider moved; 0 left .. 1 right

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(QSize(120, 90))
        self.place = Place()
        self.pixels: np.ndarray | None = None
        self.split = 0.5
        self.draggable = False
        self.names = (self.tr("On the stage"), self.tr("Compared"))  # what lies left and right of the divider
        self._pyramid: Pyramid | None = None
        self._other: Pyramid | None = None
        self._smooth = False
        self._enlarged: bool | None = None  # pixels as squares: always, never, or (None) from NEAREST_FROM on
        self._art = False  # pixel art, which stays sharp when it is fitted too
        self._hold: str = ""  # what the pressed button does: pan, split, out
        self._from = QPointF()
        self._space = False
        self._checker: tuple[bool, QPixmap] | None = None

    # ------------------------------------------------------------ what is shown

    def show_picture(
        self, pixels: np.ndarray, pyramid: Pyramid, natural: tuple[int, int] | None = None, smooth: bool = False
    ) -> None:
        """Show `pixels` by its `pyramid`, as if `natural` (width, height) large; `smooth` never shows squares."""
        natural = natural or (int(pixels.shape[1]), int(pixels.shape[0]))
        before = QRect(self.picture_rect().toAlignedRect())
        moved = natural != self.place.natural or self.pixels is None
        self.pixels, self._pyramid, self._smooth = pixels, pyramid, smooth
        if moved and natural[0] * self.place.natural[1] != natural[1] * self.place.natural[0]:
            self.place.fitted = True
        self.place.resize(natural, self._view())
        after = self.picture_rect().toAlignedRect()
        self.update(before.united(after).adjusted(-4, -4, 4, 4))
        if moved:
            self.placed.emit()
        self._read_out()

    def square(self, squares: bool | None, art: bool) -> None:
        """How pixels are enlarged: as squares always, never, or (None) far in; `art` then also when it is fitted, and
        by whole numbers."""
        self._enlarged, self._art = squares, art
        whole = squares is True or (squares is None and art)
        if whole != self.place.whole:
            self.place.whole = whole
            self.place.resize(self.place.natural, self._view())
            self.placed.emit()
        self.update()

    @property
    def squares(self) -> bool:
        """Whether pixels are squares now."""
        if self._enlarged is not None:
            return self._enlarged and self.zoom > 1
        far = self.zoom >= NEAREST_FROM and not self._smooth
        return far and (self._art or not self.place.fitted)

    def sharpen(self, pyramid: Pyramid) -> None:
        """Take the finished pyramid of the picture already shown."""
        self._pyramid = pyramid
        self.update()

    def compare_with(self, pyramid: Pyramid | None) -> None:
        """Show `pyramid` right of the divider; None ends the comparison."""
        self._other = pyramid
        self.update()

    @property
    def comparing(self) -> bool:
        """Whether a second picture is shown."""
        return self._other is not None

    def divide(self, split: float) -> None:
        """Put the divider at `split` of the picture's width."""
        split = min(max(float(split), 0.0), 1.0)
        if split != self.split:
            before = self._divider()
            self.split = split
            after = self._divider()
            self.update(QRectF(min(before, after) - 70, 0, abs(after - before) + 140, self.height()).toAlignedRect())
            self.divided.emit(split)

    # ------------------------------------------------------------ place

    def fit(self) -> None:
        """The whole picture."""
        self.place.fit()
        self._moved()

    def one_to_one(self) -> None:
        """One picture pixel on one device pixel."""
        self._zoom_to(1.0 / self.devicePixelRatioF())

    def zoom_by(self, times: float) -> None:
        """Zoom about the pointer, or about the middle when it is elsewhere."""
        self._zoom_to(self.place.scale * times)

    @property
    def zoom(self) -> float:
        """Device pixels a picture pixel."""
        return self.place.scale * self.devicePixelRatioF()

    def _zoom_to(self, scale: float) -> None:
        at = QPointF(self.mapFromGlobal(QCursor.pos()))
        if not self.rect().contains(at.toPoint()):
            at = QRectF(self.rect()).center()
        self.place.zoom_to(scale, (at.x(), at.y()))
        self._moved()

    def _moved(self) -> None:
        self.update()
        self.placed.emit()
        self._read_out()

    def _read_out(self) -> None:
        """Another pixel may be under the pointer though the pointer has not moved."""
        if self.underMouse():
            self.hovered.emit(self.spot(QPointF(self.mapFromGlobal(QCursor.pos()))))

    def _view(self) -> tuple[float, float]:
        return float(self.width()), float(self.height())

    def picture_rect(self) -> QRectF:
        """Where the picture lies in the widget."""
        width, height = self.place.size
        return QRectF(self.place.x, self.place.y, width, height)

    def _divider(self) -> float:
        rect = self.picture_rect()
        return rect.left() + rect.width() * self.split

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(event.rect(), QColor(c.stage))
            if self._pyramid is not None:
                self._paint_picture(p, event.rect(), c)
            if self.hasFocus() and QApplication.focusWidget() is self:
                p.setPen(QPen(QColor(c.focus), 1))
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        self.painted.emit()

    def _paint_picture(self, p: QPainter, exposed: QRect, c: theme.Tokens) -> None:
        rect = self.picture_rect()
        assert self._pyramid is not None
        self._frame(p, rect, c)
        if self._pyramid.alpha or (self._other is not None and self._other.alpha):
            p.setBrushOrigin(rect.topLeft())
            p.fillRect(rect, QBrush(self._squares(c.dark)))
        if self._other is None:
            self._blit(p, self._pyramid, QRectF(exposed))
            return
        edge = self._divider()
        self._blit(p, self._pyramid, QRectF(exposed).intersected(QRectF(0, 0, edge, self.height())))
        self._blit(p, self._other, QRectF(exposed).intersected(QRectF(edge, 0, self.width() - edge, self.height())))
        self._paint_divider(p, rect, edge, c)

    def _blit(self, p: QPainter, pyramid: Pyramid, exposed: QRectF) -> None:
        """Only the exposed part, from the level that fits the zoom."""
        part = self.picture_rect().intersected(exposed)
        if part.isEmpty():
            return
        squares = self.squares
        _, own = pyramid.exact()
        enlarged = self.place.natural[0] / (own.width() * pyramid.exact()[0])
        _, level = pyramid.exact() if squares else pyramid.at(self.zoom * enlarged)
        unit_x = self.place.natural[0] / level.width() * self.place.scale  # view units a level pixel
        unit_y = self.place.natural[1] / level.height() * self.place.scale
        left = max(0, int((part.left() - self.place.x) / unit_x) - 2)
        top = max(0, int((part.top() - self.place.y) / unit_y) - 2)
        right = min(level.width(), int((part.right() - self.place.x) / unit_x) + 3)
        bottom = min(level.height(), int((part.bottom() - self.place.y) / unit_y) + 3)
        source = QRectF(left, top, right - left, bottom - top)
        corner = QPointF(self.place.x + left * unit_x, self.place.y + top * unit_y)
        target = QRectF(corner.x(), corner.y(), source.width() * unit_x, source.height() * unit_y)
        p.save()
        p.setClipRect(part, Qt.ClipOperation.IntersectClip)
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not squares)
        p.drawImage(target, level, source)
        p.restore()

    def _frame(self, p: QPainter, rect: QRectF, c: theme.Tokens) -> None:
        """A soft shadow and a hairline, so that a picture of the stage's own colour still has an edge."""
        p.setBrush(Qt.BrushStyle.NoBrush)
        for width, alpha in ((10, 10), (6, 16), (3, 26)):
            p.setPen(QPen(QColor(0, 0, 0, alpha if c.dark else alpha // 2), width))
            p.drawRoundedRect(rect.translated(0, 2), 2, 2)
        p.setPen(QPen(QColor(c.line), 1))
        p.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _paint_divider(self, p: QPainter, rect: QRectF, edge: float, c: theme.Tokens) -> None:
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setPen(QPen(QColor(0, 0, 0, 110), 4))
        top, bottom = max(0.0, rect.top()), min(float(self.height()), rect.bottom())
        p.drawLine(QPointF(edge, top), QPointF(edge, bottom))
        p.setPen(QPen(QColor("#ffffff"), 2))
        p.drawLine(QPointF(edge, top), QPointF(edge, bottom))
        middle = QPointF(edge, (top + bottom) / 2)
        p.setBrush(QColor(c.accent))
        p.drawEllipse(middle, 13, 13)
        p.setBrush(QColor(c.accent_text))
        p.setPen(Qt.PenStyle.NoPen)
        for side in (-1, 1):
            arrow = ((8, 0), (3, -4), (3, 4))
            p.drawPolygon(QPolygonF([middle + QPointF(side * x, y) for x, y in arrow]))
        self._paint_names(p, rect, edge, top)

    def _paint_names(self, p: QPainter, rect: QRectF, edge: float, top: float) -> None:
        p.setFont(theme.small())
        metrics = p.fontMetrics()
        for words, right_of in zip(self.names, (False, True), strict=True):
            width = metrics.horizontalAdvance(words) + 14
            x = edge + 8 if right_of else edge - width - 8
            pill = QRectF(x, top + 8, width, 20)
            if (pill.right() < rect.right()) if right_of else (pill.left() > rect.left()):
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(QColor(0, 0, 0, 150))
                p.drawRoundedRect(pill, 10, 10)
                p.setPen(QColor("#ffffff"))
                p.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)

    def _squares(self, dark: bool) -> QPixmap:
        if self._checker is None or self._checker[0] != dark:
            one, two = ("#2a2825", "#35322f") if dark else ("#ffffff", "#e6e2dd")
            tile = QPixmap(20, 20)
            tile.fill(QColor(one))
            with QPainter(tile) as p:
                p.fillRect(0, 0, 10, 10, QColor(two))
                p.fillRect(10, 10, 10, 10, QColor(two))
            self._checker = (dark, tile)
        return self._checker[1]

    # ------------------------------------------------------------ pointer and keys

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.place.resize(self.place.natural, self._view())
        self._moved()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._pyramid is None:
            return
        notches, at = event.angleDelta().y() / 120.0, event.position()
        self.place.zoom(WHEEL**notches, (at.x(), at.y()))
        self._moved()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.position()
        self._hold = self._meaning(event)
        if self._hold == "pan":
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def _meaning(self, event: QMouseEvent) -> str:
        left = event.button() == Qt.MouseButton.LeftButton
        if self._pyramid is None or not (left or event.button() == Qt.MouseButton.MiddleButton):
            return ""
        if left and self.comparing and abs(event.position().x() - self._divider()) <= GRAB:
            return "split"
        out = event.modifiers() & Qt.KeyboardModifier.ControlModifier or not self.place.larger
        if left and not self._space and self.draggable and out:
            return "out" if self.picture_rect().contains(event.position()) else ""
        return "pan"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._hold == "pan":
            self.place.pan(at.x() - self._from.x(), at.y() - self._from.y())
            self._from = at
            self._moved()
        elif self._hold == "split":
            self.divide((at.x() - self.picture_rect().left()) / max(1.0, self.picture_rect().width()))
        elif self._hold == "out" and (at - self._from).manhattanLength() >= QApplication.startDragDistance():
            self._hold = ""
            self.dragged.emit()
        self.hovered.emit(self.spot(at))
        self._point(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hold = ""
        self._point(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.one_to_one() if self.place.fitted else self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(None)

    def _point(self, at: QPointF) -> None:
        if self._hold == "pan":
            shape = Qt.CursorShape.ClosedHandCursor
        elif self.comparing and abs(at.x() - self._divider()) <= GRAB:
            shape = Qt.CursorShape.SplitHCursor
        elif self._pyramid is not None and (self._space or self.place.larger):
            shape = Qt.CursorShape.OpenHandCursor
        else:
            shape = Qt.CursorShape.ArrowCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space:
            self._space = True
            self._point(QPointF(self.mapFromGlobal(QCursor.pos())))
        elif key in _ARROWS and self.comparing and _ARROWS[key][1] == 0:
            self.divide(self.split - _ARROWS[key][0] * 0.02)
        elif key in _ARROWS:
            dx, dy = _ARROWS[key]
            self.place.pan(dx * NUDGE, dy * NUDGE)
            self._moved()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self._point(QPointF(self.mapFromGlobal(QCursor.pos())))
        super().keyReleaseEvent(event)

    def spot(self, at: QPointF) -> Spot | None:
        """The pixel at the widget's point `at`, of the picture that is seen there."""
        if self.pixels is None:
            return None
        u, v = self.place.to_picture((at.x(), at.y()))
        height, width = self.pixels.shape[:2]
        x = int(np.floor(u * width / self.place.natural[0]))
        y = int(np.floor(v * height / self.place.natural[1]))
        if not (0 <= x < width and 0 <= y < height) or (self.comparing and at.x() > self._divider()):
            return None
        value = [int(part) for part in np.atleast_1d(self.pixels[y, x])]
        rgba = value * 3 + [255] if len(value) == 1 else value + [255] * (4 - len(value))
        return Spot(int(u), int(v), (rgba[0], rgba[1], rgba[2], rgba[3]))


_ARROWS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
