"""Draws a surface without any graphics card: triangles to pixels with a depth buffer, all in numpy."""

import numpy as np

from app.ui.stage.camera import Camera
from app.ui.stage.surface import Surface

CHUNK = 1_500_000  # candidate pixels worked on at once
KEY = np.array([0.45, 0.65, 0.6]) / np.linalg.norm([0.45, 0.65, 0.6])  # in the eye's axes: right, up, back
SKY, GROUND, KEY_POWER, RIM = 0.46, 0.22, 0.62, 0.16


def render(surface: Surface, camera: Camera, width: int, height: int) -> np.ndarray:
    """uint8 (height, width, 4): the shaded surface, alpha 0 where there is none."""
    image = np.zeros((height, width, 4), np.uint8)
    screen, depth, visible = _projected(surface, camera, width, height)
    if not len(visible):
        return image
    colours = np.append(shaded(surface, camera) * 255, np.full((len(surface.points), 1), 255.0), axis=1)
    nearest = np.full(height * width, np.inf, np.float32)
    flat = image.reshape(-1, 4)
    for faces in _chunks(screen, visible, width, height):
        pixel, face, weights = _covered(screen, faces, width, height)
        if not len(pixel):
            continue
        corners = faces[face]
        z = (depth[corners] * weights).sum(axis=1).astype(np.float32)
        order = np.argsort(-z, kind="stable")  # far first: the nearest is written last
        pixel, z, corners, weights = pixel[order], z[order], corners[order], weights[order]
        wins = z < nearest[pixel]
        pixel, z, corners, weights = pixel[wins], z[wins], corners[wins], weights[wins]
        nearest[pixel] = z
        flat[pixel] = (colours[corners] * weights[:, :, None]).sum(axis=1).clip(0, 255).astype(np.uint8)
    return image


def shaded(surface: Surface, camera: Camera) -> np.ndarray:
    """(V, 3) vertex colours under a sky light, a key light from over the viewer's shoulder, and a rim; two-sided."""
    axes = np.stack(camera.axes())
    normals = surface.normals @ axes.T.astype(np.float32)  # in the eye's axes
    to_eye = camera.eye - surface.points
    facing = np.einsum("ij,ij->i", surface.normals, to_eye)
    normals = np.where(facing[:, None] < 0, -normals, normals)
    up = surface.normals[:, 1] * np.where(facing < 0, -1, 1)
    ambient = GROUND + (SKY - GROUND) * (0.5 + 0.5 * up)
    key = np.clip(normals @ KEY.astype(np.float32), 0, 1) * KEY_POWER
    rim = (1 - np.clip(normals[:, 2], 0, 1)) ** 3 * RIM
    return np.clip(surface.colours * (ambient + key)[:, None] + rim[:, None], 0, 1)


def project(points: np.ndarray, camera: Camera, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """(P, 2) pixel places and (P,) distance before the eye (behind it: not positive)."""
    matrix = camera.matrix(width / height)
    clip = points @ matrix[:, :3].T.astype(np.float64) + matrix[:, 3]
    w = clip[:, 3]
    safe = np.where(np.abs(w) < 1e-9, 1e-9, w)
    places = np.stack([(clip[:, 0] / safe * 0.5 + 0.5) * width, (0.5 - clip[:, 1] / safe * 0.5) * height], axis=1)
    return places, w


def _projected(surface: Surface, camera: Camera, width: int, height: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Screen places, depths, and the faces that may be seen: before the eye and overlapping the picture."""
    screen, depth = project(surface.points, camera, width, height)
    faces = surface.faces
    before = (depth[faces] > camera.distance * 0.01).all(axis=1)
    faces = faces[before]
    low, high = screen[faces].min(axis=1), screen[faces].max(axis=1)
    seen = (high[:, 0] >= 0) & (low[:, 0] < width) & (high[:, 1] >= 0) & (low[:, 1] < height)
    return screen, depth, faces[seen]


def _boxes(screen: np.ndarray, faces: np.ndarray, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """First pixel (F, 2) and size (F, 2) of each face's rectangle of pixels, clipped to the picture."""
    corners = screen[faces]
    low = np.clip(np.ceil(corners.min(axis=1) - 0.5), 0, [width, height]).astype(np.int64)
    high = np.clip(np.floor(corners.max(axis=1) - 0.5) + 1, 0, [width, height]).astype(np.int64)
    return low, np.maximum(high - low, 0)


def _chunks(screen: np.ndarray, faces: np.ndarray, width: int, height: int) -> list[np.ndarray]:
    """The faces in portions of about CHUNK candidate pixels."""
    _, size = _boxes(screen, faces, width, height)
    area = size[:, 0] * size[:, 1]
    faces, area = faces[area > 0], area[area > 0]
    portion = np.cumsum(area) // CHUNK
    return np.split(faces, np.flatnonzero(np.diff(portion)) + 1) if len(faces) else []


def _covered(
    screen: np.ndarray, faces: np.ndarray, width: int, height: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pixels whose centre lies in a face: pixel index, face index, barycentric weights (n, 3)."""
    low, size = _boxes(screen, faces, width, height)
    area = size[:, 0] * size[:, 1]
    face = np.repeat(np.arange(len(faces)), area)
    place = np.arange(len(face)) - np.repeat(np.cumsum(area) - area, area)
    x = low[face, 0] + place % size[face, 0]
    y = low[face, 1] + place // size[face, 0]
    a, b, c = (screen[faces[:, k]] for k in range(3))
    double = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    inverse = 1 / np.where(np.abs(double) < 1e-12, np.inf, double)
    px, py = x + 0.5 - a[face, 0], y + 0.5 - a[face, 1]
    v = (px * (c - a)[face, 1] - py * (c - a)[face, 0]) * inverse[face]
    w = (py * (b - a)[face, 0] - px * (b - a)[face, 1]) * inverse[face]
    inside = (v >= 0) & (w >= 0) & (v + w <= 1) & (inverse[face] != 0)
    v, w = v[inside], w[inside]
    return (y * width + x)[inside], face[inside], np.stack([1 - v - w, v, w], axis=1)
