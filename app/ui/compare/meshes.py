"""Two meshes turned together, and how far each place of one is from the other."""

import msgspec
import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter
from PySide6.QtWidgets import QHBoxLayout

from app.core.mesh.camera import Camera
from app.core.mesh.surface import Surface, coarser, prepare
from app.ui import theme
from app.ui.compare.view import PairView
from app.ui.stage.orbit import Orbit
from app.ui.stage.soft import SoftView
from app.ui.stage.viewer import Aside, at_once
from engines.contract import Mesh

LIGHT = 30_000  # faces up to which a mesh is drawn whole while it moves
RAMP = ((0.72, 0.72, 0.74), (0.95, 0.78, 0.35), (0.95, 0.41, 0.24), (0.62, 0.07, 0.22))  # none to the most


def coloured(far: np.ndarray, most: float) -> np.ndarray:
    """Distances (V,) as colours float32 (V, 3) in [0, 1], from pale grey over yellow and orange to dark red."""
    share = np.clip(far / most if most > 0 else far * 0.0, 0, 1)
    ramp = np.array(RAMP)
    found = [np.interp(share, np.linspace(0, 1, len(ramp)), ramp[:, k]) for k in range(3)]
    return np.stack(found, axis=1).astype(np.float32)


class Meshes(PairView):
    """Drag either to turn both; D colours each by its distance to the other."""

    modes = ("plain", "distance")

    def __init__(self, aside: Aside = at_once) -> None:
        super().__init__("", aside)
        self.setAccessibleName(self.tr("Two meshes"))
        self.camera = Camera()
        self.pair: tuple[Mesh, Mesh] | None = None
        self._surfaces: tuple[Surface, Surface] | None = None
        self._far: tuple[np.ndarray, np.ndarray] | None = None
        self.most = 0.0
        self.views = (SoftView(self.camera, aside), SoftView(self.camera, aside))
        self.orbits = (Orbit("A", self.camera), Orbit("B", self.camera))
        row = QHBoxLayout()
        row.setSpacing(2)
        for n, (orbit, view) in enumerate(zip(self.orbits, self.views, strict=True)):
            orbit.hold(view)
            view.over = lambda p, where, n=n: self._paint_over(p, where, n)
            orbit.moved.connect(self._look)
            row.addWidget(orbit, 1)
        self.column.addLayout(row, 1)
        self.column.addWidget(self.bar)
        self.setFocusProxy(self.orbits[0])
        self._fill()
        self.look("distance")

    def _fill(self) -> None:
        tr = self.tr
        self.offer((("plain", "cube", tr("As they are"), "S"), ("distance", "shade", tr("Distance to the other"), "D")))
        self.bar.gap()
        fit = self.deed("fit", tr("Show everything"), ("0",), lambda _on=False: self.reset())
        self.bar.button(fit)
        self.deed("zoom-in", tr("Nearer"), ("+", "="), lambda _on=False: self._zoom(1.2))
        self.deed("zoom-out", tr("Farther"), ("-",), lambda _on=False: self._zoom(1 / 1.2))

    def show_pair(self, a: Mesh, b: Mesh) -> None:  # type: ignore[override]
        """Lay two meshes side by side, seen from one place."""
        if self.pair is not None and a is self.pair[0] and b is self.pair[1]:
            return
        begun = self.pair is not None
        self.pair, self._far = (a, b), None
        self._surfaces = (prepare(a), prepare(b))
        if not begun:
            self.reset()
        self._draw()
        self.aside(lambda: _distances(a, b), lambda found: self._measured((a, b), found))

    def _measured(self, pair: tuple[Mesh, Mesh], found: tuple[np.ndarray, np.ndarray] | None) -> None:
        if found is not None and self.pair is not None and pair[0] is self.pair[0] and pair[1] is self.pair[1]:
            self._far = found
            self.most = float(max(np.max(part, initial=0.0) for part in found))
            self._draw()

    def relook(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if self._surfaces is None:
            return
        for n, (view, surface) in enumerate(zip(self.views, self._surfaces, strict=True)):
            if self.mode == "distance" and self._far is not None and len(self._far[n]) == len(surface.points):
                surface = msgspec.structs.replace(surface, colours=coloured(self._far[n], self.most))
            view.show_surface(surface, coarser(surface) if len(surface.faces) > LIGHT else surface)

    def _look(self) -> None:
        for view in self.views:
            view.look()

    def reset(self) -> None:
        """The first view again."""
        if self._surfaces is not None:
            self.camera.frame(np.concatenate([surface.points for surface in self._surfaces]))
        self.camera.reset()
        self._look()

    def _zoom(self, times: float) -> None:
        self.camera.zoom(times)
        self._look()

    def _paint_over(self, p: QPainter, where: QRectF, n: int) -> None:
        c = theme.current(self)
        p.setFont(theme.font(12, 600))
        place = QRectF(10, 10, 26, 20)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor(0, 0, 0, 150))
        p.drawRoundedRect(place, 10, 10)
        p.setPen(QColor("#ffffff"))
        p.drawText(place, Qt.AlignmentFlag.AlignCenter, "AB"[n])
        if n == 1 and self.mode == "distance" and self._far is not None:
            _legend(p, where, self.most, c)


def _legend(p: QPainter, where: QRectF, most: float, c: theme.Tokens) -> None:
    bar = QRectF(where.right() - 190, where.bottom() - 34, 170, 8)
    fill = QLinearGradient(bar.topLeft(), bar.topRight())
    for n, stop in enumerate(RAMP):
        fill.setColorAt(n / (len(RAMP) - 1), QColor.fromRgbF(*stop))
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(fill)
    p.drawRoundedRect(bar, 4, 4)
    p.setFont(theme.small())
    p.setPen(QColor(c.dim))
    words = QRectF(bar.left(), bar.bottom() + 3, bar.width(), 16)
    p.drawText(words, Qt.AlignmentFlag.AlignLeft, "0")
    p.drawText(words, Qt.AlignmentFlag.AlignRight, f"{most:.3g}")


def _distances(a: Mesh, b: Mesh) -> tuple[np.ndarray, np.ndarray] | None:
    from engines.metrics import where

    try:
        return where.distances(a, b), where.distances(b, a)
    except ValueError:  # a surface without area: the figures say so
        return None
