"""The surface one draws on: a canvas whose left button, or a pen, is a brush."""

from collections.abc import Callable

import msgspec
import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QTabletEvent,
)

from app.core.drawing import Box, Brush, Patch, Stroke, whole
from app.ui import theme
from app.ui.stage import pyramid
from app.ui.stage.canvas import Canvas
from app.ui.thumbs import picture

TINT, VEIL = "#c83cff", 0.62  # of a mask over its picture
TRACE = 0.45  # how much of what is drawn covers the picture below


class Board(Canvas):
    """Draws on `drawing`, uint8 (H, W) for a mask, shown as a tint, or (H, W, 3).

    `drawn` carries the Patch of every stroke; `picked` a colour (R, G, B) taken with Alt.
    """

    drawn = Signal(object)
    picked = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setTabletTracking(True)
        self.drawing = np.zeros((1, 1, 3), np.uint8)
        self.brush, self.erasing, self.picks = Brush(), False, False
        self.paper: tuple[int, ...] = (0,)
        self.below: pyramid.Pyramid | None = None
        self.tracing = False
        self._stroke: Stroke | None = None
        self._line: tuple[float, float] | None = None  # where a straight stroke begins
        self._end: tuple[float, float] | None = None  # of the last stroke
        self._tip: QPointF | None = None  # the pointer

    # ------------------------------------------------------------ what is drawn on

    def open(self, drawing: np.ndarray, below: np.ndarray | None, paper: tuple[int, ...]) -> None:
        """Draw on `drawing`, which is changed in place, over `below`; the eraser leaves `paper`."""
        self._stroke = self._end = None
        self.drawing, self.paper = drawing, paper
        self.below = None if below is None else pyramid.build(below)
        self.show_picture(below if below is not None else drawing, self.below or pyramid.single(drawing))
        self.update()

    @property
    def masking(self) -> bool:
        """Whether a mask is drawn."""
        return self.drawing.ndim == 2

    def change(self, make: Callable[[np.ndarray], np.ndarray]) -> None:
        """Let `make` change all of the drawing, as one stroke."""
        before = self.drawing.copy()
        self.drawing[...] = make(before)
        patch = Patch.between(before, self.drawing, whole(before))
        self.update()
        if patch is not None:
            self.drawn.emit(patch)

    def cancel(self) -> bool:
        """Give the present stroke up; False when there is none."""
        if self._stroke is None:
            return False
        self._dirty(self._stroke.back())
        self._stroke = None
        return True

    # ------------------------------------------------------------ strokes

    def _begin(self, at: QPointF, pressure: float, straight: bool, erase: bool) -> None:
        brush = self.brush
        if self.erasing or erase:
            brush = msgspec.structs.replace(brush, value=self.paper)
        self._stroke = Stroke(self.drawing, brush)
        place = self.place.to_picture((at.x(), at.y()))
        self._line = (self._end or place) if straight else None
        self._go(at, pressure)

    def _go(self, at: QPointF, pressure: float) -> None:
        if self._stroke is None:
            return
        x, y = self.place.to_picture((at.x(), at.y()))
        if self._line is not None:
            self._dirty(self._stroke.back())
            self._dirty(self._stroke.to(*self._line, pressure))
        self._dirty(self._stroke.to(x, y, pressure))
        self._end = (x, y)

    def _finish(self) -> None:
        stroke, self._stroke = self._stroke, None
        patch = stroke.patch() if stroke is not None else None
        if patch is not None:
            self.drawn.emit(patch)

    def _dirty(self, box: Box | None) -> None:
        """Paint only this box of the picture again."""
        if box is not None:
            scale = self.place.scale
            left, top = self.place.x + box[0] * scale, self.place.y + box[1] * scale
            rect = QRectF(left, top, (box[2] - box[0]) * scale, (box[3] - box[1]) * scale)
            self.update(rect.toAlignedRect().adjusted(-2, -2, 2, 2))

    def _pick(self, at: QPointF) -> None:
        x, y = (int(np.floor(part)) for part in self.place.to_picture((at.x(), at.y())))
        height, width = self.drawing.shape[:2]
        if self.picks and 0 <= x < width and 0 <= y < height:
            self.picked.emit(tuple(int(part) for part in self.drawing[y, x]))

    # ------------------------------------------------------------ pointer

    def tabletEvent(self, event: QTabletEvent) -> None:
        at, kind, left = event.position(), event.type(), event.button() == Qt.MouseButton.LeftButton
        rubber = event.pointerType() == QPointingDevice.PointerType.Eraser
        if kind == QEvent.Type.TabletPress and left and not self._space:
            if event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._pick(at)
            else:
                self._begin(at, event.pressure(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier), rubber)
        elif kind == QEvent.Type.TabletMove:
            self._go(at, event.pressure())
        elif kind == QEvent.Type.TabletRelease and self._stroke is not None:
            self._finish()
        elif kind != QEvent.Type.TabletMove:
            event.ignore()  # what a pen's other buttons do is the mouse's
            return
        self._follow(at)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._space:
            super().mousePressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._pick(event.position())
        else:
            self._begin(event.position(), 1.0, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier), False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(event.position(), 1.0)
        super().mouseMoveEvent(event)
        self._follow(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._stroke is not None and event.button() == Qt.MouseButton.LeftButton:
            self._finish()
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # two quick dabs

    def leaveEvent(self, event: QEvent) -> None:
        self._follow(None)
        super().leaveEvent(event)

    def _point(self, at: QPointF) -> None:
        super()._point(at)
        if self._hold != "pan" and not self._space:
            self.setCursor(Qt.CursorShape.CrossCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.cancel():
            return
        super().keyPressEvent(event)

    # ------------------------------------------------------------ painting

    def _follow(self, at: QPointF | None) -> None:
        """Move the brush's outline to `at`."""
        reach = self.brush.size / 2 * self.place.scale + 3
        for tip in (self._tip, at):
            if tip is not None:
                self.update(QRectF(tip.x() - reach, tip.y() - reach, 2 * reach, 2 * reach).toAlignedRect())
        self._tip = at

    def resized(self) -> None:
        """The brush has another size now."""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._tip is None or self._hold == "pan" or self._space:
            return
        radius = max(1.5, self.brush.size / 2 * self.place.scale)
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            for tone, grow in (("#000000", 0.0), ("#ffffff", 1.0)):
                p.setPen(QPen(QColor(tone), 1, Qt.PenStyle.DashLine if self.erasing else Qt.PenStyle.SolidLine))
                p.drawEllipse(self._tip, radius + grow, radius + grow)

    def _paint_picture(self, p: QPainter, exposed: object, c: theme.Tokens) -> None:
        rect = self.picture_rect()
        self._frame(p, rect, c)
        under = self.masking or (self.tracing and self.below is not None)
        if under and self.below is not None:
            self._blit(p, self.below, QRectF(exposed))  # type: ignore[call-overload]
        part = rect.intersected(QRectF(exposed))  # type: ignore[call-overload]
        if not part.isEmpty():
            self._lay(p, part, TRACE if under and not self.masking else 1.0)

    def _lay(self, p: QPainter, part: QRectF, opacity: float) -> None:
        """The drawing, only where it is exposed."""
        scale, (height, width) = self.place.scale, self.drawing.shape[:2]
        left = max(0, int((part.left() - self.place.x) / scale) - 2)
        top = max(0, int((part.top() - self.place.y) / scale) - 2)
        right = min(width, int((part.right() - self.place.x) / scale) + 3)
        bottom = min(height, int((part.bottom() - self.place.y) / scale) + 3)
        image = self._seen(self.drawing[top:bottom, left:right])
        corner = QPointF(self.place.x + left * scale, self.place.y + top * scale)
        p.save()
        p.setClipRect(part, Qt.ClipOperation.IntersectClip)
        p.setOpacity(opacity)
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not self.squares)
        p.drawImage(QRectF(corner.x(), corner.y(), (right - left) * scale, (bottom - top) * scale), image)
        p.restore()

    def _seen(self, part: np.ndarray) -> QImage:
        return veiled(part) if self.masking else picture(part)


def veiled(mask: np.ndarray) -> QImage:
    """Grey, uint8 (H, W), as a tint that lets through what lies below where it is dark."""
    mask = np.ascontiguousarray(mask)
    height, width = int(mask.shape[0]), int(mask.shape[1])
    padded = np.zeros((height, (width + 3) // 4 * 4), np.uint8)  # lines of an indexed picture begin at whole words
    padded[:, :width] = mask
    image = QImage(padded.data, width, height, padded.shape[1], QImage.Format.Format_Indexed8).copy()
    image.setColorTable(_VEILS)
    return image


def _veils() -> list[int]:
    red = QColor(TINT)
    return [QColor(red.red(), red.green(), red.blue(), round(grey * VEIL)).rgba() for grey in range(256)]


_VEILS = _veils()
