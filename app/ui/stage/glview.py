"""The mesh surface on OpenGL 3.3: QOpenGLWidget and moderngl."""

from typing import Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QGuiApplication, QImage, QOffscreenSurface, QOpenGLContext, QSurfaceFormat
from PySide6.QtOpenGLWidgets import QOpenGLWidget

from app.ui import theme
from app.ui.stage import raster
from app.ui.stage.camera import Camera, floor_extent, floor_lines
from app.ui.stage.surface import Surface, edges

GL_RENDERER = 0x1F01
SAMPLES = 4

VERTEX = """
#version 330
uniform mat4 matrix; uniform mat3 axes; uniform vec3 eye;
uniform float sky; uniform float ground; uniform float power; uniform float rim; uniform vec3 key;
in vec3 point; in vec3 normal; in vec3 colour;
out vec3 shade;
void main() {
    gl_Position = matrix * vec4(point, 1.0);
    float side = dot(normal, eye - point) < 0.0 ? -1.0 : 1.0;
    vec3 n = axes * normal * side;
    float ambient = ground + (sky - ground) * (0.5 + 0.5 * normal.y * side);
    float lit = clamp(dot(n, key), 0.0, 1.0) * power;
    shade = clamp(colour * (ambient + lit) + pow(1.0 - clamp(n.z, 0.0, 1.0), 3.0) * rim, 0.0, 1.0);
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
uniform vec3 top; uniform vec3 bottom; in float height; out vec4 pixel;
void main() { pixel = vec4(mix(bottom, top, height), 1.0); }
"""


def renderer() -> str | None:
    """What draws OpenGL 3.3 here ('llvmpipe ...' is the processor itself), or None where nothing does."""
    if QGuiApplication.platformName() in ("offscreen", "minimal", "vnc", "linuxfb"):
        return None
    form = _format(0)
    context = QOpenGLContext()
    context.setFormat(form)
    surface = QOffscreenSurface()
    surface.setFormat(form)
    surface.create()
    if not context.create() or not context.makeCurrent(surface):
        return None
    got = context.format().version()
    name = context.functions().glGetString(GL_RENDERER)
    context.doneCurrent()
    return str(name) if got >= (3, 3) else None


def _format(samples: int) -> QSurfaceFormat:
    form = QSurfaceFormat()
    form.setVersion(3, 3)
    form.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    form.setDepthBufferSize(24)
    form.setSamples(samples)
    return form


class GlView(QOpenGLWidget):
    """Paints a surface seen by `camera`; `failed` is heard when OpenGL will not do it after all."""

    painted = Signal()
    failed = Signal()

    def __init__(self, camera: Camera, drawn_by: str) -> None:
        super().__init__()
        self.camera = camera
        self.wire, self.grid = False, True
        self._surface: Surface | None = None
        self._context: Any = None
        self._parts: dict[str, Any] = {}
        self._extent: tuple[tuple[float, ...], float] = ((0.0, 0.0, 0.0), 1.0)
        self._stale = True
        self._broken = False
        soft = any(word in drawn_by.lower() for word in ("llvmpipe", "softpipe", "swrast", "swiftshader"))
        self.setFormat(_format(0 if soft else SAMPLES))

    def show_surface(self, surface: Surface, light: Surface) -> None:
        """Draw this surface; a graphics card needs no lighter one."""
        self._surface, self._stale = surface, True
        self.update()

    def look(self) -> None:
        """The camera has moved, or something else has changed."""
        self.update()

    def grabbed(self) -> QImage:
        """What is seen, as a picture."""
        return self.grabFramebuffer()

    def rest(self) -> None:
        """Nothing to stop."""

    # ------------------------------------------------------------ OpenGL

    def initializeGL(self) -> None:
        """A new context: after the first show, and after the window has changed."""
        import moderngl

        try:
            self._context = moderngl.create_context(require=330)
            self._compile()
        except (moderngl.Error, OSError, ValueError):
            self._broken = True
            self.failed.emit()
        self._stale = True

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
        for name, value in (("sky", raster.SKY), ("ground", raster.GROUND), ("power", raster.KEY_POWER)):
            program[name].value = float(value)
        program["rim"].value = float(raster.RIM)
        program["key"].value = tuple(float(part) for part in raster.KEY)

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

    def paintGL(self) -> None:
        """One frame."""
        if self._broken or self._context is None:
            return
        import moderngl

        context, c = self._context, theme.current(self)
        target = context.detect_framebuffer(self.defaultFramebufferObject())
        target.use()
        if self._stale and self._surface is not None:
            self._upload()
        context.clear(0, 0, 0, 1, 1.0)
        context.disable(moderngl.DEPTH_TEST)
        self._parts["back"]["top"].value = _rgb(theme.mix(c.stage, c.raised, 0.75))
        self._parts["back"]["bottom"].value = _rgb(c.stage)
        self._parts["sheet"].render(moderngl.TRIANGLES)
        context.enable(moderngl.DEPTH_TEST | moderngl.BLEND)
        opaque = (moderngl.ONE, moderngl.ONE)  # of the alpha: what lies below the widget must not shine through
        context.blend_func = (moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA, *opaque)
        self._paint_surface(moderngl, c)
        context.disable(moderngl.DEPTH_TEST | moderngl.BLEND)
        self.painted.emit()

    def _paint_surface(self, moderngl: Any, c: theme.Tokens) -> None:
        matrix = self.camera.matrix(max(1, self.width()) / max(1, self.height()))
        flat = np.ascontiguousarray(matrix.T, np.float32).tobytes()
        self._parts["line"]["matrix"].write(flat)
        if "solid" in self._parts:
            program = self._parts["mesh"]
            program["matrix"].write(flat)
            program["axes"].write(np.ascontiguousarray(np.stack(self.camera.axes()).T, np.float32).tobytes())
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
