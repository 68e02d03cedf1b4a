"""The surface a sound is drawn on: waveform above, spectrogram below, a playhead over both."""

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
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
from app.ui.stage.sound import Peaks
from app.ui.stage.viewer import clock

RULER = 24
EDGE = 8  # pixels left and right of the sound
SHARE = 0.6  # of the height for the waveform
HEAT = ("#00000000", "#43241a", "#8f3418", "#f2683c", "#ffc27a", "#fff4dc")
HEAT_LIGHT = ("#00ffffff", "#f3d9cc", "#e79a78", "#c2401a", "#7c1f12", "#2b0a08")


class Wave(QWidget):
    """Draws a sound between `start` and `stop` seconds and tells where the user points."""

    sought = Signal(float)
    toggled = Signal()  # the space bar: play or pause
    painted = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self._peaks: Peaks | None = None
        self._rate = 1
        self._heat: np.ndarray | None = None
        self._picture: QPixmap | None = None
        self._hover: float | None = None
        self._dragging = False
        self.start, self.stop, self.length, self.head = 0.0, 1.0, 1.0, 0.0

    def show_sound(self, peaks: Peaks, rate: int) -> None:
        """Draw this sound; the part in view stays when the length stays."""
        length = max(len(peaks.samples) / rate, 1e-6)
        if abs(length - self.length) > 1e-9:
            self.start, self.stop = 0.0, length
        self._peaks, self._rate, self.length = peaks, rate, length
        self._redraw()

    def show_heat(self, heat: np.ndarray) -> None:
        """Take the spectrogram, uint8 (rows, columns) over the whole sound."""
        self._heat = heat
        self._redraw()

    def move_head(self, seconds: float) -> None:
        """Put the playhead; only the two narrow strips it leaves and enters are painted."""
        before, self.head = self._x(self.head), seconds
        after = self._x(seconds)
        for x in (before, after):
            self.update(int(x) - 7, 0, 14, self.height())

    def zoom(self, times: float, at: float) -> None:
        """Zoom in time about the second `at`."""
        span = min(max((self.stop - self.start) / times, 64 / self._rate), self.length)
        share = (at - self.start) / (self.stop - self.start)
        self.start = min(max(at - share * span, 0.0), self.length - span)
        self.stop = self.start + span
        self._redraw()

    def whole(self) -> None:
        """The whole sound."""
        self.start, self.stop = 0.0, self.length
        self._redraw()

    def still(self) -> QImage:
        """What is drawn, without the playhead."""
        return self._drawn().toImage()

    def _redraw(self) -> None:
        self._picture = None
        self.update()

    def _x(self, seconds: float) -> float:
        return EDGE + (seconds - self.start) / (self.stop - self.start) * self._across()

    def _seconds(self, x: float) -> float:
        place = self.start + (x - EDGE) / self._across() * (self.stop - self.start)
        return min(max(place, 0.0), self.length)

    def _across(self) -> int:
        return max(1, self.width() - 2 * EDGE)

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        picture = self._drawn()
        with QPainter(self) as p:
            part = QRectF(event.rect())
            ratio = picture.devicePixelRatio()
            source = QRectF(part.x() * ratio, part.y() * ratio, part.width() * ratio, part.height() * ratio)
            p.drawPixmap(part, picture, source)
            if self._hover is not None:
                p.setPen(QPen(QColor(c.faint), 1, Qt.PenStyle.DashLine))
                p.drawLine(QPointF(self._x(self._hover), RULER), QPointF(self._x(self._hover), self.height()))
            self._paint_head(p, c)
            if QApplication.focusWidget() is self:
                p.setPen(QPen(QColor(c.focus), 1))
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        self.painted.emit()

    def _paint_head(self, p: QPainter, c: theme.Tokens) -> None:
        x = self._x(self.head)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setPen(QPen(QColor(c.text), 1.5))
        p.drawLine(QPointF(x, 6), QPointF(x, self.height()))
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor(c.text))
        p.drawPolygon(QPolygonF([QPointF(x - 5, 2), QPointF(x + 5, 2), QPointF(x, 10)]))

    def _drawn(self) -> QPixmap:
        """The sound without playhead, drawn once for a size, a part and a theme."""
        if self._picture is None:
            ratio = self.devicePixelRatioF()
            self._picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
            self._picture.setDevicePixelRatio(ratio)
            c = theme.current(self)
            self._picture.fill(QColor(c.stage))
            with QPainter(self._picture) as p:
                wave = QRectF(EDGE, RULER, self._across(), (self.height() - RULER) * SHARE)
                self._draw_heat(
                    p, QRectF(EDGE, wave.bottom() + 6, self._across(), self.height() - wave.bottom() - 6), c
                )
                self._draw_ruler(p, c)
                if self._peaks is not None:
                    self._draw_wave(p, wave, c)
        return self._picture

    def _draw_wave(self, p: QPainter, where: QRectF, c: theme.Tokens) -> None:
        assert self._peaks is not None
        count = max(1, int(where.width()))
        columns = self._peaks.columns(self.start * self._rate, self.stop * self._rate, count)
        lanes = columns.shape[1]
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        for lane in range(lanes):
            height = where.height() / lanes
            middle = where.top() + height * (lane + 0.5)
            half = height * 0.46
            p.setPen(QPen(QColor(c.line), 1))
            p.drawLine(QPointF(where.left(), middle), QPointF(where.right(), middle))
            low = (middle - columns[:, lane, 0] * half + 0.5).tolist()
            high = (middle - columns[:, lane, 1] * half - 0.5).tolist()
            p.setPen(QPen(QColor(c.accent), 1.15))
            left = where.left() + 0.5
            p.drawLines([QLineF(left + x, a, left + x, b) for x, (a, b) in enumerate(zip(low, high, strict=True))])

    def _draw_heat(self, p: QPainter, where: QRectF, c: theme.Tokens) -> None:
        if self._heat is None or where.height() < 4:
            return
        heat = np.ascontiguousarray(self._heat)
        rows, columns = heat.shape
        image = QImage(heat.data, int(columns), int(rows), int(columns), QImage.Format.Format_Indexed8)
        image.setColorTable(_ramp(HEAT if c.dark else HEAT_LIGHT))
        part = columns / self.length
        source = QRectF(self.start * part, 0, (self.stop - self.start) * part, rows)
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        p.drawImage(where, image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied), source)

    def _draw_ruler(self, p: QPainter, c: theme.Tokens) -> None:
        span = self.stop - self.start
        rough = span / max(1.0, self.width() / 90)
        unit = next((u for u in _UNITS if u >= rough), _UNITS[-1])
        p.fillRect(QRectF(0, 0, self.width(), RULER), QColor(c.window))
        p.setFont(theme.small())
        tick = int(self.start / unit)
        while tick * unit <= self.stop:
            x = self._x(tick * unit)
            p.setPen(QColor(c.line))
            p.drawLine(QPointF(x, RULER - 7), QPointF(x, RULER))
            p.setPen(QColor(c.dim))
            words = _tick_words(tick * unit, unit)
            if x + 4 + p.fontMetrics().horizontalAdvance(words) < self.width():
                p.drawText(QPointF(x + 4, RULER - 8), words)
            tick += 1

    # ------------------------------------------------------------ pointer and keys

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._redraw()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._redraw()
        super().changeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._peaks is not None:
            self._dragging = True
            self.sought.emit(self._seconds(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._seconds(event.position().x())
        self.setToolTip(clock(self._hover))
        if self._dragging:
            self.sought.emit(self._hover)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(1.25 ** (event.angleDelta().y() / 120), self._seconds(event.position().x()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = 1.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.1
        places = {
            Qt.Key.Key_Left: self.head - step,
            Qt.Key.Key_Right: self.head + step,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: self.length,
        }
        if event.key() == Qt.Key.Key_Space:
            self.toggled.emit()
        elif event.key() in places:
            self.sought.emit(min(max(places[Qt.Key(event.key())], 0.0), self.length))
        else:
            super().keyPressEvent(event)


_UNITS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)


def _tick_words(seconds: float, unit: float) -> str:
    minutes, rest = divmod(round(seconds, 3), 60)
    digits = 0 if unit >= 1 else 1 if unit >= 0.1 else 2 if unit >= 0.01 else 3
    return f"{int(minutes)}:{rest:0{3 + digits if digits else 2}.{digits}f}"


def _ramp(stops: tuple[str, ...]) -> list[int]:
    """256 colours through `stops`."""
    colours = [QColor(stop) for stop in stops]
    table = np.array([[c.alpha(), c.red(), c.green(), c.blue()] for c in colours], float)
    places = np.linspace(0, 255, len(stops))
    parts = [np.interp(np.arange(256), places, table[:, k]).astype(int) for k in range(4)]
    return [(int(a) << 24) | (int(r) << 16) | (int(g) << 8) | int(b) for a, r, g, b in zip(*parts, strict=True)]
