"""Draws a surface without any graphics card: triangles to pixels with a depth buffer, all in numpy."""

import numpy as np
from msgspec import Struct

from app.core.mesh.camera import Camera
from app.core.mesh.surface import Surface
from engines.control import look as looks
from engines.control.look import Look

CHUNK = 4_000_000  # candidate pixels worked on at once


PLAIN = Look()


def render(surface: Surface, camera: Camera, width: int, height: int, *, look: Look = PLAIN) -> np.ndarray:
    """uint8 (height, width, 4): the shaded surface, alpha 0 where there is none."""
    colours = (shaded(surface, camera, look) * 255).astype(np.float32)
    return _drawn(surface, camera, (width, height), colours)[0].reshape(height, width, 4)


def depth_map(
    surface: Surface, camera: Camera, width: int, height: int, *, span: tuple[float, float] | None = None
) -> np.ndarray:
    """uint8 (height, width): the nearest point white, the farthest seen dark grey, black where there is nothing. `span`
    are the distances that are white and dark grey instead, so that frames of one clip agree.

    Linear in inverse depth, as pictures for depth control are made (Ranftl et al., MiDaS, 2020).
    """
    colours = np.zeros((len(surface.points), 3), np.float32)
    near = _drawn(surface, camera, (width, height), colours)[1]
    seen = np.isfinite(near)
    inverse = 1 / near[seen].astype(np.float64)
    result = np.zeros(height * width, np.uint8)
    if len(inverse):
        far, near_most = (1 / span[1], 1 / span[0]) if span else (inverse.min(), inverse.max())
        share = (inverse - far) / max(near_most - far, 1e-12)
        result[seen] = np.rint(40 + 215 * np.clip(share, 0, 1))
    return result.reshape(height, width)


def normal_map(surface: Surface, camera: Camera, width: int, height: int) -> np.ndarray:
    """uint8 (height, width, 3): normals as seen from the eye, (n + 1) / 2 of 255 with red to the left, green up, blue
    to the eye, as public ControlNets read them (normalbae: Bae et al., 2021); where there is nothing, to the eye."""
    normals = _facing(surface, camera) @ np.stack(camera.axes()).T.astype(np.float32) * (-1, 1, 1)
    flat = _drawn(surface, camera, (width, height), ((normals + 1) * 127.5).astype(np.float32))[0]
    found = flat[:, :3].astype(np.float32) / 127.5 - 1
    found[flat[:, 3] == 0] = (0, 0, 1)
    found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-6)
    return np.rint((found + 1) * 127.5).astype(np.uint8).reshape(height, width, 3)


def _facing(surface: Surface, camera: Camera) -> np.ndarray:
    """The normals of the vertices (V, 3), turned to the eye."""
    facing = np.einsum("ij,ij->i", surface.normals, camera.eye - surface.points)
    return np.where(facing[:, None] < 0, -surface.normals, surface.normals)


def _drawn(
    surface: Surface, camera: Camera, size: tuple[int, int], colours: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Every pixel's colour, uint8 (height * width, 4), and the depth of what is nearest there (infinite: nothing)."""
    width, height = size
    flat, nearest = np.zeros((height * width, 4), np.uint8), np.full(height * width, np.inf, np.float32)
    screen, depth, visible = _projected(surface, camera, width, height)
    for faces in _chunks(screen, visible, width, height) if len(visible) else ():
        pixel, row, step, rows = _covered(screen, depth, faces, (width, height))
        z = rows.z[row] + rows.z_step[row] * step
        won = _won(pixel, z, nearest)
        if len(won) < len(pixel):
            pixel, row, step = pixel[won], row[won], step[won]
        flat.view(np.uint32)[pixel, 0] = _coloured(colours[faces], rows, row, step)
    return flat, nearest


def _coloured(corners: np.ndarray, rows: "Rows", row: np.ndarray, step: np.ndarray) -> np.ndarray:
    """The colours of pixels `step` into rows `row` as whole RGBA, uint32 (n,); `corners` (F, 3, 3) those of the faces:
    along a row each goes straight."""
    begins, steps = corners[:, 0], corners[:, 1:] - corners[:, :1]
    made = np.empty((len(row), 4), np.uint8)
    made[:, 3] = 255
    for channel in range(3):  # flat arrays are gathered several times as fast as rows of three
        across, along = (steps[rows.face, corner, channel] for corner in (0, 1))
        first = begins[rows.face, channel] + across * rows.v + along * rows.w
        slope = across * rows.v_step + along * rows.w_step
        value = slope[row]
        value *= step
        value += first[row]
        made[:, channel] = np.clip(value, 0, 255, out=value)
    return made.view(np.uint32)[:, 0]


def _won(pixel: np.ndarray, z: np.ndarray, nearest: np.ndarray) -> np.ndarray:
    """Which candidates are the nearest of their pixel (one each); `nearest` is brought up to date."""
    left = np.flatnonzero(z < nearest[pixel])
    touched, place, depth = left, pixel[left], z[left]
    where, mine = place, np.empty(len(nearest) if len(left) else 0, np.int64)
    while len(left):  # of several for one pixel any may be written; what is nearer still tries again
        nearest[place] = depth
        mine[place] = left
        again = np.flatnonzero(depth < nearest[place])
        left, place, depth = left[again], place[again], depth[again]
    return touched[mine[where] == touched]


def shaded(surface: Surface, camera: Camera, look: Look = PLAIN) -> np.ndarray:
    """(V, 3) colours of the vertices in [0, 1]; two-sided, so that the inside of an open surface is lit too."""
    if look.shade == "colours":
        return np.clip(surface.colours, 0, 1)
    normals = _facing(surface, camera)
    if look.shade == "normals":
        return 0.5 + 0.5 * normals
    eye = normals @ np.stack(camera.axes()).T.astype(np.float32)
    tones = looks.matcap(eye, look) if look.shade == "matcap" else looks.lit(surface.colours, eye, normals[:, 1], look)
    return np.clip(tones, 0, 1)


def project(points: np.ndarray, camera: Camera, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """(P, 2) pixel places and (P,) distance before the eye (behind it: not positive)."""
    matrix = camera.matrix(width / height)
    clip = points @ matrix[:, :3].T.astype(np.float64) + matrix[:, 3]
    w = clip[:, 3]
    safe = np.where(np.abs(w) < 1e-9, 1e-9, w)
    places = np.stack([(clip[:, 0] / safe * 0.5 + 0.5) * width, (0.5 - clip[:, 1] / safe * 0.5) * height], axis=1)
    return places, w


class Rows(Struct, frozen=True, eq=False):
    """One entry for each row of pixels of each face: the weights and the depth at the first pixel, and a step."""

    face: np.ndarray
    v: np.ndarray
    v_step: np.ndarray
    w: np.ndarray
    w_step: np.ndarray
    z: np.ndarray
    z_step: np.ndarray


def _projected(surface: Surface, camera: Camera, width: int, height: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Screen places, depths, and the faces that may be seen: before the eye, in the picture, not turned away."""
    screen, depth = project(surface.points, camera, width, height)
    faces = surface.faces
    faces = faces[(depth[faces] > camera.distance * 0.01).all(axis=1)]
    a, b, c = (screen[faces[:, k]] for k in range(3))
    low, high = np.minimum(np.minimum(a, b), c), np.maximum(np.maximum(a, b), c)
    seen = (high[:, 0] >= 0) & (low[:, 0] < width) & (high[:, 1] >= 0) & (low[:, 1] < height)
    if surface.closed:
        seen &= double_area(a, b, c) < 0
    return screen, depth, faces[seen]


def double_area(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Twice the signed area of triangles in pixels (n, 2); negative for those that face the eye (y runs down)."""
    return (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])


def _boxes(screen: np.ndarray, faces: np.ndarray, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """First pixel (F, 2) and size (F, 2) of each face's rectangle of pixels, clipped to the picture."""
    a, b, c = (screen[faces[:, k]] for k in range(3))
    low = np.clip(np.ceil(np.minimum(np.minimum(a, b), c) - 0.5), 0, [width, height]).astype(np.int64)
    high = np.clip(np.floor(np.maximum(np.maximum(a, b), c) - 0.5) + 1, 0, [width, height]).astype(np.int64)
    return low, np.maximum(high - low, 0)


def _chunks(screen: np.ndarray, faces: np.ndarray, width: int, height: int) -> list[np.ndarray]:
    """The faces in portions of about CHUNK candidate pixels."""
    _, size = _boxes(screen, faces, width, height)
    area = size[:, 0] * size[:, 1]
    faces, area = faces[area > 0], area[area > 0]
    portion = np.cumsum(area) // CHUNK
    return np.split(faces, np.flatnonzero(np.diff(portion)) + 1) if len(faces) else []


def _covered(
    screen: np.ndarray, depth: np.ndarray, faces: np.ndarray, size: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, Rows]:
    """Pixels whose centre lies in a face: pixel index, row (of `Rows`) and place in the row; and the rows.

    Along a row each barycentric weight is linear, so where all three are positive is one span.
    """
    a, b, c = (screen[faces[:, k]] for k in range(3))
    area = double_area(a, b, c)
    inverse = 1 / np.where(np.abs(area) < 1e-12, np.inf, area)
    low, box = _boxes(screen, faces, *size)
    face = np.repeat(np.arange(len(faces)), box[:, 1])
    y = low[face, 1] + np.arange(len(face)) - np.repeat(np.cumsum(box[:, 1]) - box[:, 1], box[:, 1])
    px, py = low[face, 0] + 0.5 - a[face, 0], y + 0.5 - a[face, 1]
    v_step, w_step = ((c - a)[:, 1] * inverse)[face], (-(b - a)[:, 1] * inverse)[face]
    v = px * v_step - py * ((c - a)[:, 0] * inverse)[face]
    w = py * ((b - a)[:, 0] * inverse)[face] + px * w_step
    first, end = _span(((v, v_step), (w, w_step), (1 - v - w, -v_step - w_step)), box[face, 0])
    end = np.where(inverse[face] == 0, first, end)
    count = np.maximum(end - first, 0)
    row = np.repeat(np.arange(len(face)), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count - first, count)
    pixel = (y * size[0] + low[face, 0])[row] + step
    za, zb, zc = (depth[faces[face, k]] for k in range(3))
    z, z_step = za + (zb - za) * v + (zc - za) * w, (zb - za) * v_step + (zc - za) * w_step
    singles = (part.astype(np.float32) for part in (v, v_step, w, w_step, z, z_step))
    return pixel, row, step.astype(np.float32), Rows(face, *singles)


def _span(lines: tuple[tuple[np.ndarray, np.ndarray], ...], width: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and one past the last whole number in [0, width) at which every line (start, step) is not negative."""
    first, end = np.zeros(len(width)), width.astype(float)
    for start, step in lines:
        with np.errstate(divide="ignore", invalid="ignore"):
            zero = -start / step
        first = np.where(step > 0, np.maximum(first, np.ceil(zero)), first)
        end = np.where(step < 0, np.minimum(end, np.floor(zero) + 1), end)
        end = np.where((step == 0) & (start < 0), 0, end)
    return np.minimum(first, width).astype(np.int64), np.maximum(end, 0).astype(np.int64)
