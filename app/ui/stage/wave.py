"""The surface a sound is drawn on: ruler with the loop brace, waveform, spectrogram, a playhead over all of them."""

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
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from app.ui import theme
from app.ui.stage import wavedraw
from app.ui.stage.sound import Peaks
from app.ui.stage.transport import Brace
from app.ui.stage.viewer import clock
from app.ui.stage.wavedraw import RULER, Look, Span

SLACK = 7  # pixels about an end of the brace that take hold of it
BEGIN = 4  # pixels the hand moves before a press becomes a drag


class Wave(QWidget):
    """Draws a sound between `start` and `stop` seconds and tells where the user points."""

    sought = Signal(float)
    toggled = Signal()  # the space bar: play or pause
    braced = Signal()  # the brace was changed by hand
    viewed = Signal()  # another part of the sound is in view
    painted = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.look = Look()
        self.brace = Brace()
        self._peaks: Peaks | None = None
        self._rate = 1
        self._heat: np.ndarray | None = None  # of the whole sound
        self._sharp: tuple[np.ndarray, tuple[float, float]] | None = None  # of the part in view
        self._picture: QPixmap | None = None
        self._hover: float | None = None
        self._hold = ""  # what the pressed button does: seek, brace, or perhaps brace
        self._from = QPointF()
        self.start, self.stop, self.length, self.head = 0.0, 1.0, 1.0, 0.0

    def show_sound(self, peaks: Peaks, rate: int) -> None:
        """Draw this sound; the part in view stays when the length stays."""
        length = max(len(peaks.samples) / rate, 1e-6)
        if abs(length - self.length) > 1e-9:
            self.start, self.stop = 0.0, length
        self._peaks, self._rate, self.length = peaks, rate, length
        self.brace.fit(length, 1 / rate, min(length, 64 / rate))
        self._redraw()

    def show_heat(self, heat: np.ndarray, span: tuple[float, float] | None = None) -> None:
        """Take the spectrogram, uint8 (rows, columns), of the whole sound or of the seconds `span`."""
        if span is None:
            self._heat, self._sharp = heat, None
        else:
            self._sharp = (heat, span)
        self._redraw()

    def show_as(self, look: Look) -> None:
        """Draw it so; another pitch axis needs another spectrogram."""
        if look.scale != self.look.scale:
            self._heat = self._sharp = None
        self.look = look
        self._redraw()

    def move_head(self, seconds: float, follow: bool = False) -> None:
        """Put the playhead; only the narrow strips it leaves and enters are painted, unless the view must `follow`."""
        before, self.head = self._x(self.head), seconds
        outside = not self.start <= seconds <= self.stop
        if follow and outside and self._hold == "":
            span = self.stop - self.start
            self._view(seconds if seconds > self.start else seconds - span)
            return
        for x in (before, self._x(seconds)):
            self.update(int(x) - 7, 0, 14, self.height())

    def zoom(self, times: float, at: float) -> None:
        """Zoom in time about the second `at`."""
        span = min(max((self.stop - self.start) / times, 64 / self._rate), self.length)
        share = (at - self.start) / (self.stop - self.start)
        self._view(at - share * span, span)

    def whole(self) -> None:
        """The whole sound."""
        self._view(0.0, self.length)

    def to_brace(self) -> None:
        """The brace from edge to edge, with a little room."""
        if self.brace.span is not None:
            start, stop = self.brace.span
            room = (stop - start) * 0.04
            self._view(start - room, stop - start + 2 * room)

    def still(self) -> QImage:
        """What is drawn, without the playhead."""
        return self._drawn().toImage()

    def brace_changed(self) -> None:
        """To be called when the brace was set by keys."""
        self.update()

    def _view(self, start: float, span: float | None = None) -> None:
        span = min(self.stop - self.start if span is None else span, self.length)
        self.start = min(max(start, 0.0), self.length - span)
        self.stop = self.start + span
        self._redraw()
        self.viewed.emit()

    def _redraw(self) -> None:
        self._picture = None
        self.update()

    @property
    def _span(self) -> Span:
        return Span(self.start, self.stop, self.width())

    def _x(self, seconds: float) -> float:
        return self._span.x(seconds)

    def _seconds(self, x: float) -> float:
        return min(max(self._span.seconds(x), 0.0), self.length)

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        picture = self._drawn()
        with QPainter(self) as p:
            part = QRectF(event.rect())
            ratio = picture.devicePixelRatio()
            source = QRectF(part.x() * ratio, part.y() * ratio, part.width() * ratio, part.height() * ratio)
            p.drawPixmap(part, picture, source)
            if self._peaks is not None and self.brace.span is not None:
                wavedraw.draw_brace(p, self._span, self.brace.span, self.height())
            if self._hover is not None:
                p.setPen(QPen(QColor(c.faint), 1, Qt.PenStyle.DashLine))
                p.drawLine(QPointF(self._x(self._hover), RULER), QPointF(self._x(self._hover), self.height()))
            wavedraw.draw_head(p, self._x(self.head), self.height(), c)
            if QApplication.focusWidget() is self:
                p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
                p.setPen(QPen(QColor(c.focus), 1))
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        self.painted.emit()

    def _drawn(self) -> QPixmap:
        """The sound without playhead and brace, drawn once for a size, a part and a theme."""
        if self._picture is None:
            ratio = self.devicePixelRatioF()
            self._picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
            self._picture.setDevicePixelRatio(ratio)
            c = theme.current(self)
            self._picture.fill(QColor(c.stage))
            with QPainter(self._picture) as p:
                p.setFont(theme.small())
                wave, heat = wavedraw.places((self.width(), self.height()), self.look.parts)
                if heat.height() >= 4:
                    self._draw_heat(p, heat, c)
                wavedraw.draw_ruler(p, self._span, c)
                if self._peaks is not None and wave.height() >= 4:
                    self._draw_wave(p, wave, c)
        return self._picture

    def _draw_wave(self, p: QPainter, where: QRectF, c: theme.Tokens) -> None:
        assert self._peaks is not None
        first, last, across = self.start * self._rate, self.stop * self._rate, int(where.width())
        lanes = self._peaks.samples.shape[1]
        wavedraw.draw_grid(p, where, lanes, c)
        if last - first < across:
            for points in wavedraw.curves(self._peaks, self._rate, self._span, where):
                wavedraw.draw_curve(p, points, c)
        else:
            wavedraw.draw_wave(p, where, self._peaks.columns(first, last, across), c)
        wavedraw.label_wave(p, where, lanes, c)

    def _draw_heat(self, p: QPainter, where: QRectF, c: theme.Tokens) -> None:
        heat, span = self._heat, (0.0, self.length)
        if self._sharp is not None and self._sharp[1][0] <= self.start + 1e-9 and self._sharp[1][1] >= self.stop - 1e-9:
            heat, span = self._sharp
        if heat is not None:
            long = span[1] - span[0]
            part = ((self.start - span[0]) / long, (self.stop - span[0]) / long)
            wavedraw.draw_heat(p, where, heat, part, self.look.floor)
            wavedraw.label_heat(p, where, self._rate, self.look, c)

    # ------------------------------------------------------------ pointer and keys

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._redraw()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._redraw()
        super().changeEvent(event)

    def _slack(self) -> float:
        return SLACK * (self.stop - self.start) / self._span.across

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._peaks is None:
            return
        at, self._from = self._seconds(event.position().x()), event.position()
        ruler = event.position().y() < RULER
        if ruler or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            grip = self.brace.take(at, self._slack() if ruler else -1.0)
            self._hold = "brace" if grip in ("in", "out") else "perhaps"
        else:
            self._hold = "seek"
            self.sought.emit(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._seconds(event.position().x())
        self._hover = None if event.position().y() < RULER or self._hold == "brace" else at
        if self._hold == "perhaps" and abs(event.position().x() - self._from.x()) >= BEGIN:
            self._hold = "brace"
        if self._hold == "seek":
            self.sought.emit(at)
        elif self._hold == "brace":
            self.brace.drag(at)
            self.braced.emit()
        self.setToolTip(clock(at))
        self._point(event)
        self.update()

    def _point(self, event: QMouseEvent) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self._hold == "brace" or (event.position().y() < RULER and not self._hold):
            at = self._seconds(event.position().x())
            grip = self.brace.grip(at, self._slack()) if self._hold != "brace" else "in"
            shapes = {"in": Qt.CursorShape.SizeHorCursor, "out": Qt.CursorShape.SizeHorCursor}
            shape = shapes.get(grip, Qt.CursorShape.OpenHandCursor if grip == "body" else Qt.CursorShape.IBeamCursor)
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._hold == "perhaps":
            self.sought.emit(self._seconds(event.position().x()))
        self._hold = ""
        self.brace.drop()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        span, at = self.brace.span, self._seconds(event.position().x())
        if event.position().y() < RULER and span is not None and span[0] <= at <= span[1]:
            self.to_brace()
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        across = event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not across:
            across = event.angleDelta().y()
        if across:
            self._view(self.start - across / 120 * (self.stop - self.start) / 8)
        else:
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
