"""The mesh surface where there is no OpenGL: the same look, drawn by numpy, coarser while it moves."""

import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.core.mesh import raster
from app.core.mesh.camera import Camera, floor_extent, floor_lines
from app.core.mesh.surface import Surface, edges
from app.ui import theme
from app.ui.stage.viewer import Aside
from app.ui.thumbs import picture
from engines.control.look import Look

GOAL = 0.03  # seconds a frame may take while the view moves
COARSEST, FINEST = 0.2, 1.0
SETTLE_MS = 250
SHARP = 1.25  # times the screen's resolution, once the view rests
MOST_EDGES = 40_000
FADES = 6


class SoftView(QWidget):
    """Paints a surface seen by `camera`. `still` is sharpened once the view rests."""

    painted = Signal()

    def __init__(self, camera: Camera, aside: Aside) -> None:
        super().__init__()
        self.camera, self.aside = camera, aside
        self.wire, self.grid, self.mode = False, True, Look()
        self.over: Callable[[QPainter, QRectF], None] | None = None  # what is painted over it
        self._surface: Surface | None = None
        self._light: Surface | None = None  # drawn while the view moves
        self._floor = np.zeros((0, 2, 3), np.float32)
        self._share = 0.5  # of the full resolution, while moving
        self._sharp: QImage | None = None
        self._turn = 0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._sharpen)

    def show_surface(self, surface: Surface, light: Surface) -> None:
        """Draw this surface; `light` stands for it while the view moves."""
        self._surface, self._light = surface, light
        self._floor = floor_lines(surface.points, self.camera.radius)
        self.look()

    def look(self) -> None:
        """The camera has moved, or something else has changed."""
        self._turn += 1
        self._sharp = None
        self._settle.start()
        self.update()

    def grabbed(self) -> QImage:
        """What is seen, as a picture."""
        return self.grab().toImage()

    def rest(self) -> None:
        """Nothing to give back."""

    def _size(self, share: float) -> tuple[int, int]:
        ratio = self.devicePixelRatioF() * share
        return max(8, round(self.width() * ratio)), max(8, round(self.height() * ratio))

    def _sharpen(self) -> None:
        surface, turn = self._surface, self._turn
        if surface is None or not self.isVisible():
            return
        width, height = self._size(SHARP)
        camera, mode = copied(self.camera), self.mode

        def done(pixels: np.ndarray) -> None:
            if turn == self._turn:
                self._sharp = picture(pixels)
                self.update()

        self.aside(lambda: raster.render(surface, camera, width, height, look=mode), done)

    def _coarse(self, surface: Surface) -> QImage:
        began = time.perf_counter()
        image = picture(raster.render(surface, self.camera, *self._size(self._share), look=self.mode))
        took = time.perf_counter() - began
        self._share = float(np.clip(self._share * np.sqrt(GOAL / max(took, 1e-4)), COARSEST, FINEST))
        return image

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            fill = QLinearGradient(0, 0, 0, self.height())
            fill.setColorAt(0, QColor(theme.mix(c.stage, c.raised, 0.75)))
            fill.setColorAt(1, QColor(c.stage))
            p.fillRect(self.rect(), fill)
            p.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            above = self.camera.pitch >= 0
            if self.grid and above:
                self._paint_floor(p, c)
            if self._surface is not None:
                image = self._sharp or self._coarse(self._light or self._surface)
                p.drawImage(QRectF(self.rect()), image)
                if self.wire:
                    self._paint_wire(p, c)
            if self.grid and not above:
                self._paint_floor(p, c)
            if self.over is not None:
                self.over(p, QRectF(self.rect()))
        self.painted.emit()

    def _paint_wire(self, p: QPainter, c: theme.Tokens) -> None:
        assert self._surface is not None
        surface = self._surface
        places, _ = raster.project(surface.points, self.camera, self.width(), self.height())
        faces = surface.faces[:: max(1, 3 * len(surface.faces) // MOST_EDGES)]
        colour = QColor(c.accent)
        colour.setAlphaF(0.6)
        area = raster.double_area(*(places[faces[:, k]] for k in range(3)))
        self._paint_lines(p, surface.points[edges(faces[area < 0])], colour, 0.75)

    def _paint_floor(self, p: QPainter, c: theme.Tokens) -> None:
        """The grid, fainter the farther from the middle."""
        if self._surface is None:
            return
        middle, reach = floor_extent(self._floor)
        far = np.linalg.norm(self._floor.mean(axis=1) - middle, axis=1) / reach
        for band in range(FADES):
            part = self._floor[(far * FADES).astype(int) == band]
            colour = QColor(c.faint)
            colour.setAlphaF(0.9 * (1 - (band + 0.5) / FADES))
            self._paint_lines(p, part, colour, 1.0)

    def _paint_lines(self, p: QPainter, pairs: np.ndarray, colour: QColor, width: float) -> None:
        """(L, 2, 3) segments in the world; those that pass behind the eye are left out."""
        if not len(pairs):
            return
        places, depth = raster.project(pairs.reshape(-1, 3), self.camera, self.width(), self.height())
        before = (depth.reshape(-1, 2) > 1e-6).all(axis=1)
        ends = places.reshape(-1, 4)[before]
        p.setPen(QPen(colour, width))
        p.drawLines([QLineF(*line) for line in ends.tolist()])


def copied(camera: Camera) -> Camera:
    """The camera as it is now, for another thread."""
    other = Camera()
    other.__dict__.update(camera.__dict__)
    return other
