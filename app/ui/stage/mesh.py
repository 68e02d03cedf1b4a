"""The viewer of meshes: orbit, pan, zoom; on OpenGL where there is any, else drawn by the processor."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui import theme
from app.ui.stage import glview
from app.ui.stage.camera import Camera
from app.ui.stage.soft import SoftView
from app.ui.stage.surface import Surface, coarser, prepare
from app.ui.stage.viewer import Aside, Bar, Viewer, at_once
from engines.contract import Mesh

TURN = 0.009  # radians a pixel
KEY_TURN = np.radians(6.0)
KEY_PAN = 0.05
WHEEL = 1.15
AT_ONCE = 30_000  # faces up to which a mesh is prepared at once, and drawn whole while it moves


class Orbit(QWidget):
    """Turns pointer and keys into camera moves, around whichever view draws."""

    moved = Signal()
    dragged = Signal()

    def __init__(self, name: str, camera: Camera) -> None:
        super().__init__()
        self.camera = camera
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self._from: QPointF | None = None
        self._pans = False
        self.draggable = False
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 1, 1, 1)

    def hold(self, view: QWidget) -> None:
        """Let `view` draw."""
        layout = self.layout()
        assert layout is not None
        while (old := layout.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addWidget(view)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.focus if self.hasFocus() else c.stage))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._from, self._pans = event.position(), shift or event.button() == Qt.MouseButton.MiddleButton
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if self.draggable and control and event.button() == Qt.MouseButton.LeftButton:
            self._from = None
            self.dragged.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None or event.buttons() == Qt.MouseButton.NoButton:
            return
        step, self._from = event.position() - self._from, event.position()
        if self._pans:
            self.camera.pan(step.x() / max(1, self.height()), -step.y() / max(1, self.height()))
        else:
            self.camera.orbit(-step.x() * TURN, step.y() * TURN)
        self.moved.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.camera.reset()
        self.moved.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.camera.zoom(WHEEL ** (event.angleDelta().y() / 120))
        self.moved.emit()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, 1),
            Qt.Key.Key_Down: (0, -1),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.camera.pan(-step[0] * KEY_PAN, -step[1] * KEY_PAN)
        else:
            self.camera.orbit(step[0] * KEY_TURN, step[1] * KEY_TURN)
        self.moved.emit()


class MeshViewer(Viewer):
    """Orbit by dragging or arrow keys, pan with Shift, zoom with the wheel or plus and minus."""

    def __init__(self, aside: Aside = at_once, opengl: bool = True) -> None:
        """`opengl`: whether to use it where there is any."""
        super().__init__("", "", aside)
        self.setAccessibleName(self.tr("Mesh viewer"))
        self.setAccessibleDescription(
            self.tr("Arrow keys orbit, with Shift they pan, plus and minus zoom, F shows everything, W shows edges.")
        )
        self.camera = Camera()
        self._surface: Surface | None = None
        self._light: Surface | None = None
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
        self._fill_bar()
        self._hold()
        self.orbit.moved.connect(lambda: self.view.look())

    def _fill_bar(self) -> None:
        tr = self.tr
        self.also(tr("Turn the mesh"), "Left", "Right", "Up", "Down")
        self.also(tr("Move the mesh"), "Shift+Left", "Shift+Right", "Shift+Up", "Shift+Down")
        self.wire_deed = self.deed("wire", tr("Show the edges"), ("W",), self._wire, on=False)
        self.grid_deed = self.deed("grid", tr("Show the floor"), ("G",), self._grid, on=True)
        deeds = (
            self.deed("fit", tr("Show everything"), ("F", "0", "R"), self.reset),
            self.deed("zoom-out", tr("Farther"), ("-",), lambda: self._zoom(1 / 1.2)),
            self.deed("zoom-in", tr("Nearer"), ("+", "="), lambda: self._zoom(1.2)),
            self.wire_deed,
            self.grid_deed,
        )
        for deed in deeds:
            self.bar.button(deed)
        self.bar.gap()
        self.facts_note = self.bar.note(tr("Size of the mesh"), 200, right=True)
        self.bar.spare(self.facts_note, 400)

    def _hold(self) -> None:
        self.view.wire, self.view.grid = self.wire_deed.isChecked(), self.grid_deed.isChecked()
        self.view.painted.connect(self.paid)
        self.orbit.hold(self.view)

    def _without_gl(self) -> None:
        """OpenGL was promised and does not work: draw without it."""
        self.view = SoftView(self.camera, self.aside)
        self._hold()
        if self._surface is not None and self._light is not None:
            self.view.show_surface(self._surface, self._light)

    def begin(self) -> None:
        """Another mesh: show everything of it."""
        self._framed = False

    def take(self, media: Mesh, natural: tuple[int, int] | None, live: bool) -> None:
        """A developing mesh keeps the view; a large one is prepared away from the GUI thread."""
        self._mesh = media
        run = at_once if len(media.faces) <= AT_ONCE else self.aside
        run(lambda: _ready(media), lambda made: self._prepared(media, *made))
        words = self.tr("{0} vertices · {1} faces").format(f"{len(media.vertices):,}", f"{len(media.faces):,}")
        self.facts_note.setText(words)
        self.orbit.setAccessibleDescription(words)

    def _prepared(self, media: Mesh, surface: Surface, light: Surface) -> None:
        if media is not self._mesh:
            return
        self._surface, self._light = surface, light
        if not self._framed and len(surface.points):
            self._framed = True
            self.camera.frame(surface.points)
            self.camera.reset()
        self.view.show_surface(surface, light)

    def reset(self) -> None:
        """The first view again."""
        if self._surface is not None:
            self.camera.frame(self._surface.points)
        self.camera.reset()
        self.view.look()

    def still(self) -> QImage | None:
        """The view as it is."""
        return self.view.grabbed() if self._surface is not None else None

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "view"):
            self.view.look()
        super().changeEvent(event)

    def _zoom(self, times: float) -> None:
        self.camera.zoom(times)
        self.view.look()

    def _wire(self, on: bool) -> None:
        self.view.wire = on
        self.view.look()

    def _grid(self, on: bool) -> None:
        self.view.grid = on
        self.view.look()


def _ready(mesh: Mesh) -> tuple[Surface, Surface]:
    """The surface, and a lighter one where it is heavy."""
    surface = prepare(mesh)
    return surface, coarser(surface) if len(surface.faces) > AT_ONCE else surface
