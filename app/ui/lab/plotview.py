"""A plot in the window: drawn away from the GUI thread, its points told under the pointer and opened by a click."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.core.lab.plot import DARK, LIGHT, Look, Picture, Plot, Spot
from app.studio import Studio
from app.ui import theme

NEAR = 16  # pixels from a point that still mean it
SOON_MS = 120


class PlotView(QWidget):
    """Shows one plot. `opened(key)`: a point was clicked, or Return pressed on it; arrow keys walk on."""

    opened = Signal(str)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.plot: Plot | None = None
        self.at = -1
        self._picture: Picture | None = None
        self._image = QImage()
        self._drawn: tuple[object, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._draw)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 200)

    def sizeHint(self) -> QSize:
        return QSize(600, 360)

    def show_plot(self, plot: Plot | None) -> None:
        """Show another plot, or this one with more points."""
        if plot is None or self.plot is None or plot.title != self.plot.title:
            self.at = -1
        self.plot = plot
        self.setAccessibleName(plot.title if plot else "")
        self._soon.start(0)

    @property
    def spots(self) -> tuple[Spot, ...]:
        """Where the points lie, in the widget's units."""
        return self._picture.spots if self._picture is not None else ()

    # ------------------------------------------------------------ drawing

    def _look(self) -> Look:
        tokens = theme.current(self)
        return Look(tokens.text, tokens.window, (DARK if tokens.dark else LIGHT).series)

    def _draw(self) -> None:
        """Have the plot drawn as it is wanted now; what is older than that is not shown."""
        scale = self.devicePixelRatioF()
        plot, look, size = self.plot, self._look(), (self.width(), self.height())
        wanted = (plot, look, size, scale)
        if plot is None or wanted == self._drawn:
            self._picture = None if plot is None else self._picture
            self.update()
            return
        self._drawn = wanted

        def done(picture: Picture) -> None:
            if wanted == self._drawn:
                self._put(picture, scale)

        self.studio.sweeps.draw(plot, look, size, scale, done)

    def _put(self, picture: Picture, scale: float) -> None:
        tall, wide, _ = picture.pixels.shape
        image = QImage(picture.pixels.data, wide, tall, 4 * wide, QImage.Format.Format_RGBA8888).copy()
        image.setDevicePixelRatio(scale)
        spots = tuple(Spot(one.x / scale, one.y / scale, one.point) for one in picture.spots)
        self._picture, self._image = Picture(picture.pixels, spots), image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current(self)
        if self._drawn and self._drawn[1] != self._look():
            self._soon.start()  # the theme has changed
        with QPainter(self) as p:
            p.fillRect(event.rect(), QColor(tokens.window))
            if self._picture is None:
                return
            p.drawImage(QPointF(0, 0), self._image)
            if 0 <= self.at < len(self.spots):
                p.setRenderHint(QPainter.RenderHint.Antialiasing)
                p.setPen(QPen(QColor(tokens.focus), 2))
                p.drawEllipse(QPointF(self.spots[self.at].x, self.spots[self.at].y), 11, 11)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._soon.start()

    # ------------------------------------------------------------ hands

    def spot_at(self, where: QPointF) -> int:
        """The number of the point that is meant there; -1 for none."""
        far = [(one.x - where.x()) ** 2 + (one.y - where.y()) ** 2 for one in self.spots]
        nearest = min(range(len(far)), key=far.__getitem__, default=-1)
        return nearest if nearest >= 0 and far[nearest] <= NEAR**2 else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.spot_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if found >= 0 else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.spot_at(event.position())
        if found >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._go(found)
            self._open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if by is not None and self.spots:
            self._go((self.at + by) % len(self.spots))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open()
        else:
            super().keyPressEvent(event)

    def _go(self, n: int) -> None:
        self.at = n
        self.setAccessibleDescription(self.spots[n].point.told)
        self.update()

    def _open(self) -> None:
        if 0 <= self.at < len(self.spots) and self.spots[self.at].point.key:
            self.opened.emit(self.spots[self.at].point.key)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            found = self.spot_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.spots[found].point.told if found >= 0 else "", self)
            return True
        return super().event(event)
