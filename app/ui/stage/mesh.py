"""The viewer of meshes: orbit, pan, zoom, light and shading; on OpenGL where there is any, else by the processor."""

import time
from collections.abc import Callable
from functools import partial

import msgspec
import numpy as np
from PySide6.QtCore import QEvent, QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QImage, QPainter

from app.core.mesh import raster
from app.core.mesh.camera import Camera
from app.core.mesh.surface import Facts, Surface, coarser, creased, faceted, facts, prepare
from app.ui import theme
from app.ui.stage import glview, overlay
from app.ui.stage.orbit import Orbit
from app.ui.stage.picks import Picks
from app.ui.stage.soft import SoftView, copied
from app.ui.stage.viewer import Aside, Bar, Viewer, at_once
from engines.contract import Image, Mesh
from engines.control.look import Look

AT_ONCE = 30_000  # faces up to which a mesh is prepared at once, and drawn whole while it moves
SHOT = 768  # pixels a side of the picture `snapshot` makes
ROUND = 12.0  # seconds of a turn of the turntable
TICK_MS = 33
QUARTER = float(np.pi / 2)


class MeshViewer(Viewer):
    """Orbit by dragging or arrow keys, pan with Shift, turn the light with Alt, zoom with the wheel or + and -."""

    pictures = True
    maps = ("depth", "normals")

    def __init__(self, aside: Aside = at_once, opengl: bool = True) -> None:
        """`opengl`: whether to use it where there is any."""
        super().__init__("", "", aside)
        self.setAccessibleName(self.tr("Mesh viewer"))
        self.setAccessibleDescription(
            self.tr(
                "Arrow keys orbit, with Shift they pan, with Alt they turn the light; 1, 3 and 7 look along an axis."
            )
        )
        self.camera = Camera()
        self.facts: Facts | None = None
        self._surface: Surface | None = None
        self._light: Surface | None = None
        self._facets: tuple[Surface, Surface] | None = None
        self._mesh: Mesh | None = None
        self._framed = False
        self.orbit = self.surface = Orbit(self.tr("Mesh"), self.camera)
        self.setFocusProxy(self.orbit)
        self.column.addWidget(self.orbit, 1)
        self.bar = Bar(self.tr("Mesh controls"))
        self.column.addWidget(self.bar)
        drawing = glview.drawing() if opengl else None
        self.view: SoftView | glview.GlView = SoftView(self.camera, aside)
        if drawing is not None:
            self.view = glview.GlView(self.camera, drawing)
            self.view.failed.connect(self._without_gl, Qt.ConnectionType.QueuedConnection)
        self._turning = QTimer(self, interval=TICK_MS)
        self._turning.timeout.connect(self._turn)
        self._turned = 0.0
        self._fill_bar()
        self._hold()
        self.orbit.moved.connect(lambda: self.view.look())
        self.orbit.lit.connect(self._relight)

    # ------------------------------------------------------------ controls

    def _fill_bar(self) -> None:
        tr = self.tr
        self.also(tr("Turn the mesh"), "Left", "Right", "Up", "Down")
        self.also(tr("Move the mesh"), "Shift+Left", "Shift+Right", "Shift+Up", "Shift+Down")
        self.also(tr("Turn the light"), "Alt+Left", "Alt+Right", "Alt+Up", "Alt+Down")
        self.wire_deed = self.deed("wire", tr("Show the edges"), ("W",), lambda on: self.view.look(), on=False)
        self.grid_deed = self.deed("grid", tr("Show the floor"), ("G",), lambda on: self.view.look(), on=True)
        self.axes_deed = self.deed("cube", tr("Show the axes"), ("A",), lambda on: self.view.look(), on=True)
        self.facts_deed = self.deed("info", tr("Show the statistics"), ("I",), lambda on: self.view.look(), on=False)
        self.turn_deed = self.deed("turntable", tr("Turntable"), ("T",), self._turntable, on=False)
        for deed in (self.wire_deed, self.grid_deed, self.axes_deed, self.facts_deed):
            deed.toggled.connect(lambda _on: self._dress())
        zooms = (
            self.deed("fit", tr("Show everything"), ("F", "0", "R"), self.reset),
            self.deed("zoom-out", tr("Farther"), ("-",), lambda: self._zoom(1 / 1.2)),
            self.deed("zoom-in", tr("Nearer"), ("+", "="), lambda: self._zoom(1.2)),
        )
        switches = (self.wire_deed, self.grid_deed, self.axes_deed, self.facts_deed, self.turn_deed)
        for deed in (*zooms, *switches):
            button = self.bar.button(deed)
            if deed in zooms[1:] or deed is self.axes_deed:
                self.bar.spare(button, 400)
        self._views()
        self.bar.gap()
        self.facts_note = self.bar.note(tr("Size of the mesh"), 200, right=True)
        self.bar.spare(self.facts_note, 600)

    def _views(self) -> None:
        tr = self.tr
        shades = (
            ("lit", tr("Smooth")),
            ("flat", tr("Facets")),
            ("matcap", tr("Clay")),
            ("colours", tr("Colours only")),
            ("normals", tr("Normals")),
        )
        self.shades = Picks(self, "shade", tr("Shading"), shades, key="M")
        self.shades.changed.connect(lambda _value: self._reshade())
        self.bar.menu("shade", tr("Shading"), (self.shades,))
        for key, text, yaw, pitch in (
            ("1", tr("From the front"), 0.0, 0.0),
            ("3", tr("From the side"), QUARTER, 0.0),
            ("7", tr("From above"), 0.0, QUARTER),
        ):
            self.deed("cube", text, (key,), partial(self._see_from, yaw, pitch))
        self.deed("refresh", tr("From the other side"), ("9",), self._opposite)
        self.deed("light", tr("Light as at first"), ("Shift+L",), self._light_back)

    def _hold(self) -> None:
        self.view.painted.connect(self.paid)
        self.view.over = self._paint_over
        self._dress()
        self.orbit.hold(self.view)

    def _dress(self) -> None:
        """Let the view draw what is switched on."""
        self.view.wire, self.view.grid = self.wire_deed.isChecked(), self.grid_deed.isChecked()
        self.view.look()

    def _without_gl(self) -> None:
        """OpenGL was promised and does not work: draw without it."""
        mode = self.view.mode
        self.view = SoftView(self.camera, self.aside)
        self.view.mode = mode
        self._hold()
        self._show()

    # ------------------------------------------------------------ what is shown

    def begin(self) -> None:
        """Another mesh: show everything of it."""
        self._framed = False

    def take(self, media: Mesh, natural: tuple[int, int] | None, live: bool) -> None:
        """A developing mesh keeps the view; a large one is prepared away from the GUI thread."""
        self._mesh = media
        words = self.tr("{0} vertices · {1} faces").format(f"{len(media.vertices):,}", f"{len(media.faces):,}")
        self.facts_note.setText(words)
        self.orbit.setAccessibleDescription(words)
        run = at_once if len(media.faces) <= AT_ONCE else self.aside
        run(lambda: _ready(media), lambda made: self._prepared(media, *made))

    def _prepared(self, media: Mesh, surface: Surface, light: Surface, known: Facts) -> None:
        if media is not self._mesh:
            return
        self._surface, self._light, self._facets, self.facts = surface, light, None, known
        self.orbit.setAccessibleDescription(" · ".join(f"{name}: {figure}" for name, figure in self._lines()))
        if not self._framed and len(surface.points):
            self._framed = True
            self.camera.frame(surface.points)
            self.camera.reset()
        self._show()

    def _show(self) -> None:
        """Hand the surface over, in facets where that is the shading."""
        if self._surface is None or self._light is None:
            return
        pair = (self._surface, self._light)
        if self.view.mode.shade == "flat":
            if self._facets is None:
                whole = faceted(self._surface)
                self._facets = (whole, whole if self._light is self._surface else faceted(self._light))
            pair = self._facets
        self.view.show_surface(*pair)

    def _lines(self) -> list[tuple[str, str]]:
        """The statistics: what, and how much."""
        if self.facts is None:
            return []
        tr, found = self.tr, self.facts
        return [
            (tr("Vertices"), f"{found.vertices:,}"),
            (tr("Faces"), f"{found.faces:,}"),
            (tr("Parts"), f"{found.shells:,}"),
            (tr("Size"), " × ".join(f"{side:.3g}" for side in found.size)),
            (tr("Watertight"), tr("yes") if found.watertight else tr("no")),
        ]

    def _paint_over(self, p: QPainter, where: QRectF) -> None:
        c = theme.current(self)
        if self.axes_deed.isChecked() and self._surface is not None:
            overlay.paint_axes(p, where, self.camera, c)
        if self.facts_deed.isChecked() and self.facts is not None:
            overlay.paint_facts(p, where, self._lines(), c)

    def still(self) -> QImage | None:
        """The view as it is, without what is written over it."""
        if self._surface is None:
            return None
        self.view.over = None
        try:
            return self.view.grabbed()
        finally:
            self.view.over = self._paint_over

    def snapshot(self, kind: str = "") -> Callable[[], Image]:
        """The mesh as it lies in the view, on white; or its map of 'depth' or 'normals' for a control."""
        surface = self._surface if self._surface is not None else prepare(Mesh(_NONE, _NONE.astype(np.int32)))
        return partial(_shot, surface, copied(self.camera), self.view.mode, kind)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "view"):
            self.view.look()
        super().changeEvent(event)

    # ------------------------------------------------------------ moving

    def reset(self) -> None:
        """The first view again."""
        if self._surface is not None:
            self.camera.frame(self._surface.points)
        self.camera.reset()
        self.view.look()

    def _see_from(self, yaw: float, pitch: float) -> None:
        self.turn_deed.setChecked(False)
        self.camera.turn_to(yaw, pitch)
        self.view.look()

    def _opposite(self) -> None:
        if abs(self.camera.pitch) > QUARTER * 0.99:
            self._see_from(self.camera.yaw, -self.camera.pitch)
        else:
            self._see_from(self.camera.yaw + 2 * QUARTER, self.camera.pitch)

    def _zoom(self, times: float) -> None:
        self.camera.zoom(times)
        self.view.look()

    def _turntable(self, on: bool) -> None:
        self._turned = time.monotonic()
        self._turning.start() if on else self._turning.stop()

    def _turn(self) -> None:
        now = time.monotonic()
        self.camera.orbit(-(now - self._turned) / ROUND * 2 * np.pi, 0.0)
        self._turned = now
        self.view.look()

    def rest(self) -> None:
        """Stop the turntable."""
        self.turn_deed.setChecked(False)

    def hideEvent(self, event: QHideEvent) -> None:
        self.turn_deed.setChecked(False)
        super().hideEvent(event)

    # ------------------------------------------------------------ light and shading

    def _reshade(self) -> None:
        before = self.view.mode.shade
        self.view.mode = msgspec.convert({**msgspec.to_builtins(self.view.mode), "shade": self.shades.value}, Look)
        if "flat" in (before, self.view.mode.shade):
            self._show()
        self.view.look()

    def _relight(self, dyaw: float, dpitch: float) -> None:
        self.view.mode = self.view.mode.turned(dyaw, dpitch)
        self.view.look()

    def _light_back(self) -> None:
        self.view.mode = Look(self.view.mode.shade)
        self.view.look()


def _ready(mesh: Mesh) -> tuple[Surface, Surface, Facts]:
    """The surface, a lighter one where it is heavy, and its figures."""
    surface = prepare(mesh)
    return surface, coarser(surface) if len(surface.faces) > AT_ONCE else surface, facts(surface)


def _shot(surface: Surface, camera: Camera, look: Look, kind: str) -> Image:
    """A square picture of the view, each pixel the mean of four."""
    if kind == "depth":
        return Image(raster.depth_map(surface, camera, SHOT, SHOT))
    if kind == "normals":
        return Image(raster.normal_map(creased(surface), camera, SHOT, SHOT))
    whole = faceted(surface) if look.shade == "flat" else surface
    fine = raster.render(whole, camera, 2 * SHOT, 2 * SHOT, look=look).astype(np.float32)
    over = fine[..., :3] + (255 - fine[..., :3]) * (fine[..., 3:] == 0)
    mean = over.reshape(SHOT, 2, SHOT, 2, 3).mean(axis=(1, 3))
    return Image(np.rint(mean).astype(np.uint8))


_NONE = np.zeros((0, 3), np.float32)
