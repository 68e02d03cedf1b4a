"""The mesh surface on OpenGL 3.3 by moderngl, drawn beside the window and painted into it."""

from collections.abc import Callable
from typing import Any

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QOffscreenSurface,
    QOpenGLContext,
    QPainter,
    QPaintEvent,
    QSurfaceFormat,
)
from PySide6.QtWidgets import QWidget

from app.core.mesh.camera import Camera, floor_extent, floor_lines
from app.core.mesh.surface import Surface, edges
from app.ui import theme
from engines.control import look as looks
from engines.control.look import SHADES, Look

GL_RENDERER = 0x1F01
SAMPLES = 4
SETTLE_MS = 250

VERTEX = """
#version 330
uniform mat4 matrix; uniform mat3 axes; uniform vec3 eye; uniform vec3 key; uniform int mode;
uniform float sky; uniform float ground; uniform float power; uniform float rim;
uniform vec3 deep; uniform vec3 clay; uniform vec3 gloss;
in vec3 point; in vec3 normal; in vec3 colour;
out vec3 shade;
void main() {
    gl_Position = matrix * vec4(point, 1.0);
    float side = dot(normal, eye - point) < 0.0 ? -1.0 : 1.0;
    vec3 n = axes * normal * side;
    float edge = pow(1.0 - clamp(n.z, 0.0, 1.0), 3.0);
    if (mode == 3) { shade = colour; return; }
    if (mode == 4) { shade = 0.5 + 0.5 * normal * side; return; }
    if (mode == 2) {
        float towards = 0.5 + 0.5 * dot(n, key);
        float shine = pow(clamp(dot(n, normalize(key + vec3(0.0, 0.0, 1.0))), 0.0, 1.0), 48.0) * 0.55;
        float soft = towards * towards * (3.0 - 2.0 * towards);
        shade = clamp(mix(deep, clay, soft) + gloss * (shine + edge * 0.25), 0.0, 1.0);
        return;
    }
    float ambient = ground + (sky - ground) * (0.5 + 0.5 * normal.y * side);
    float lit = clamp(dot(n, key), 0.0, 1.0) * power;
    shade = clamp(colour * (ambient + lit) + edge * rim, 0.0, 1.0);
}
"""
FRAGMENT = """
#version 330
in vec3 shade; out vec4 pixel;
void main() { pixel = vec4(shade, 1.0); }
"""
LINE_VERTEX = """
#version 330
uniform mat4 matrix; uniform float nearer;
in vec3 point;
uniform vec3 middle; uniform float reach;
out float fade;
void main() {
    gl_Position = matrix * vec4(point, 1.0);
    gl_Position.z -= nearer * gl_Position.w;
    fade = reach > 0.0 ? clamp(1.0 - distance(point, middle) / reach, 0.0, 1.0) : 1.0;
}
"""
LINE_FRAGMENT = """
#version 330
uniform vec4 colour; in float fade; out vec4 pixel;
void main() { pixel = vec4(colour.rgb, colour.a * fade); }
"""
BACK_VERTEX = """
#version 330
in vec2 point; out float height;
void main() { gl_Position = vec4(point, 0.9999, 1.0); height = point.y * 0.5 + 0.5; }
"""
BACK_FRAGMENT = """
#version 330
uniform vec3 low; uniform vec3 high; in float height; out vec4 pixel;
void main() { pixel = vec4(mix(low, high, height), 1.0); }
"""

_LIGHTS = (
    *(("sky", looks.SKY), ("ground", looks.GROUND), ("power", looks.KEY_POWER), ("rim", looks.RIM)),
    *(("deep", looks.DEEP), ("clay", looks.CLAY), ("gloss", looks.GLOSS)),
)


class Drawing(Struct, frozen=True, eq=False):
    """An OpenGL 3.3 context without a window, and what draws for it ('llvmpipe ...' is the processor itself)."""

    context: QOpenGLContext
    surface: QOffscreenSurface
    name: str

    @property
    def software(self) -> bool:
        """Whether the processor pretends to be a graphics card."""
        return any(word in self.name.lower() for word in ("llvmpipe", "softpipe", "swrast", "swiftshader"))


def drawing() -> Drawing | None:
    """OpenGL 3.3, or None where there is none."""
    if QGuiApplication.platformName() in ("offscreen", "minimal", "vnc", "linuxfb"):
        return None
    form = QSurfaceFormat()
    form.setVersion(3, 3)
    form.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    context, surface = QOpenGLContext(), QOffscreenSurface()
    context.setFormat(form)
    surface.setFormat(form)
    surface.create()
    if not context.create() or not context.makeCurrent(surface):
        return None
    got = context.format().version()
    name = str(context.functions().glGetString(GL_RENDERER))
    context.doneCurrent()
    return Drawing(context, surface, name) if got >= (3, 3) else None


class GlView(QWidget):
    """Paints a surface seen by `camera`; `failed` is heard when OpenGL will not do it after all."""

    painted = Signal()
    failed = Signal()

    def __init__(self, camera: Camera, drawing: Drawing) -> None:
        super().__init__()
        self.camera = camera
        self.wire, self.grid, self.mode = False, True, Look()
        self.over: Callable[[QPainter, QRectF], None] | None = None  # what is painted over it
        self._drawing = drawing
        self._surface: Surface | None = None  # what is drawn: the whole one or the light one
        self._whole: Surface | None = None
        self._light: Surface | None = None
        self._context: Any = None
        self._parts: dict[str, Any] = {}
        self._targets: tuple[Any, Any] | None = None
        self._extent: tuple[tuple[float, ...], float] = ((0.0, 0.0, 0.0), 1.0)
        self._stale = True
        self._broken = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._settled)

    def show_surface(self, surface: Surface, light: Surface) -> None:
        """Draw this surface; `light` stands for it while the view moves, where the processor draws."""
        self._whole, self._light = surface, light
        self._take(surface)

    def _take(self, surface: Surface) -> None:
        self._surface, self._stale = surface, True
        self.update()

    def look(self) -> None:
        """The camera has moved, or something else has changed."""
        if self._drawing.software and self._light is not None and self._light is not self._whole:
            if self._surface is not self._light:
                self._take(self._light)
            self._settle.start()
        self.update()

    def _settled(self) -> None:
        if self._whole is not None:
            self._take(self._whole)

    def grabbed(self) -> QImage:
        """What is seen, as a picture."""
        return self.grab().toImage()

    def rest(self) -> None:
        """Nothing to stop."""

    def paintEvent(self, event: QPaintEvent) -> None:
        image = None if self._broken else self._drawn()
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(theme.current(self).stage))
            if image is not None:
                p.drawImage(QRectF(self.rect()), image)
            if self.over is not None:
                self.over(p, QRectF(self.rect()))
        self.painted.emit()

    # ------------------------------------------------------------ OpenGL

    def _drawn(self) -> QImage | None:
        """One frame, read back: so the window stays an ordinary one (a QOpenGLWidget makes Qt build it anew, and
        every later repaint goes through OpenGL)."""
        import moderngl

        drawing = self._drawing
        if not drawing.context.makeCurrent(drawing.surface):
            self._give_up()
            return None
        try:
            if self._context is None:
                self._context = moderngl.create_context(require=330)
                self._compile()
            return self._frame(moderngl)
        except (moderngl.Error, OSError, ValueError):
            self._give_up()
            return None
        finally:
            drawing.context.doneCurrent()

    def _give_up(self) -> None:
        self._broken = True
        self.failed.emit()

    def _target(self, width: int, height: int) -> tuple[Any, Any]:
        """Where to draw, and from where to read; the same without multisampling."""
        if self._targets is None or self._targets[0].size != (width, height):
            for old in set(self._targets or ()):
                old.release()
            context = self._context
            size = (width, height)
            plain = context.framebuffer(context.renderbuffer(size), context.depth_renderbuffer(size))
            many = plain
            samples = min(SAMPLES, context.max_samples)
            if samples > 1 and not self._drawing.software:
                many = context.framebuffer(
                    context.renderbuffer(size, samples=samples), context.depth_renderbuffer(size, samples=samples)
                )
            self._targets = (many, plain)
        return self._targets

    def _compile(self) -> None:
        context = self._context
        self._parts = {
            "mesh": context.program(vertex_shader=VERTEX, fragment_shader=FRAGMENT),
            "line": context.program(vertex_shader=LINE_VERTEX, fragment_shader=LINE_FRAGMENT),
            "back": context.program(vertex_shader=BACK_VERTEX, fragment_shader=BACK_FRAGMENT),
        }
        corners = context.buffer(np.array([-1, -1, 3, -1, -1, 3], np.float32).tobytes())
        self._parts["sheet"] = context.vertex_array(self._parts["back"], [(corners, "2f", "point")])
        program = self._parts["mesh"]
        for name, value in _LIGHTS:
            program[name].value = value

    def _upload(self) -> None:
        """The surface to the graphics card, and the floor below it."""
        surface, context, parts = self._surface, self._context, self._parts
        assert surface is not None
        for old in ("solid", "wires", "floor"):
            if parts.pop(old, None) is not None:
                for buffer in parts.pop(old + " buffers"):
                    buffer.release()
        points = context.buffer(np.ascontiguousarray(surface.points, np.float32).tobytes() or b"\0" * 12)
        normals = context.buffer(surface.normals.tobytes() or b"\0" * 12)
        colours = context.buffer(np.ascontiguousarray(surface.colours, np.float32).tobytes() or b"\0" * 12)
        if len(surface.faces):
            index = context.buffer(surface.faces.tobytes())
            layout = [(points, "3f", "point"), (normals, "3f", "normal"), (colours, "3f", "colour")]
            parts["solid"] = context.vertex_array(parts["mesh"], layout, index)
            parts["solid buffers"] = (points, normals, colours, index)
        lines = floor_lines(surface.points, self.camera.radius)
        centre, reach = floor_extent(lines)
        self._extent = (tuple(float(part) for part in centre), reach)
        floor = context.buffer(lines.tobytes())
        parts["floor"] = context.vertex_array(parts["line"], [(floor, "3f", "point")])
        parts["floor buffers"] = (floor,)
        self._stale = False

    def _wires(self) -> Any:
        """The edges, made when they are first wanted."""
        if "wires" not in self._parts and self._surface is not None and len(self._surface.faces):
            index = self._context.buffer(edges(self._surface.faces).tobytes())
            points = self._parts["solid buffers"][0]
            self._parts["wires"] = self._context.vertex_array(self._parts["line"], [(points, "3f", "point")], index)
            self._parts["wires buffers"] = (index,)
        return self._parts.get("wires")

    def _frame(self, moderngl: Any) -> QImage:
        context, c, ratio = self._context, theme.current(self), self.devicePixelRatioF()
        width, height = max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))
        target, plain = self._target(width, height)
        target.use()
        if self._stale and self._surface is not None:
            self._upload()
        context.clear(0, 0, 0, 1, 1.0)
        context.disable(moderngl.DEPTH_TEST)
        self._parts["back"]["low"].value = _rgb(theme.mix(c.stage, c.raised, 0.75))
        self._parts["back"]["high"].value = _rgb(c.stage)
        self._parts["sheet"].render(moderngl.TRIANGLES)
        context.enable(moderngl.DEPTH_TEST | moderngl.BLEND)
        context.blend_func = moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA
        self._paint_surface(moderngl, c)
        context.disable(moderngl.DEPTH_TEST | moderngl.BLEND)
        if target is not plain:
            context.copy_framebuffer(plain, target)
        data = plain.read(components=4, alignment=1)
        return QImage(data, width, height, width * 4, QImage.Format.Format_RGBX8888).copy()

    def _paint_surface(self, moderngl: Any, c: theme.Tokens) -> None:
        matrix = self.camera.matrix(max(1, self.width()) / max(1, self.height()))
        matrix[1] *= -1  # a QImage begins at the top
        flat = np.ascontiguousarray(matrix.T, np.float32).tobytes()
        self._parts["line"]["matrix"].write(flat)
        if "solid" in self._parts:
            program = self._parts["mesh"]
            program["matrix"].write(flat)
            program["axes"].write(np.ascontiguousarray(np.stack(self.camera.axes()).T, np.float32).tobytes())
            program["key"].value = tuple(float(part) for part in self.mode.key)
            program["mode"].value = SHADES.index(self.mode.shade)
            program["eye"].value = tuple(float(part) for part in self.camera.eye)
            self._parts["solid"].render(moderngl.TRIANGLES)
        if self.wire and self._wires() is not None:
            self._line(c.accent, 0.8, 0.0006)
            self._parts["line"]["reach"].value = 0.0
            self._parts["wires"].render(moderngl.LINES)
        if self.grid and "floor" in self._parts:
            self._line(c.faint, 0.9, 0.0)
            middle, reach = self._extent
            self._parts["line"]["middle"].value = middle
            self._parts["line"]["reach"].value = reach
            self._parts["floor"].render(moderngl.LINES)

    def _line(self, colour: str, alpha: float, nearer: float) -> None:
        self._parts["line"]["colour"].value = (*_rgb(colour), alpha)
        self._parts["line"]["nearer"].value = nearer


def _rgb(name: str) -> tuple[float, float, float]:
    colour = QColor(name)
    return float(colour.redF()), float(colour.greenF()), float(colour.blueF())
