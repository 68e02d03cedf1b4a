"""Meshes seen by a camera: which triangle each pixel shows, through a depth buffer, in numpy; depth and normals."""

import numpy as np
from msgspec import Struct

from engines.contract import Image, Mesh
from engines.control.shapes import FAR, NEAR
from engines.control.tones import levels

CHUNK = 2_000_000  # pairs of a triangle and a pixel looked at in one go
MEET = 64  # faces at one corner that are looked at for its normal
CREASE = np.cos(np.radians(40.0))  # sharper edges than this stay edges


class Camera(Struct, frozen=True):
    """An eye about the middle of a mesh, Y up: degrees round it, above it, and of the view from top to bottom.

    At zoom 1 the whole mesh is seen whichever way it is turned, as the window shows it first.
    """

    yaw: float = 35.0
    pitch: float = 22.0
    field: float = 35.0
    zoom: float = 1.0
    roll: float = 0.0

    def axes(self) -> np.ndarray:
        """Right, up and towards the eye, the rows of (3, 3); rolled, the eye's right side goes down."""
        yaw, pitch = np.radians(self.yaw), np.radians(self.pitch)
        back = np.array([np.cos(pitch) * np.sin(yaw), np.sin(pitch), np.cos(pitch) * np.cos(yaw)])
        right = np.array([np.cos(yaw), 0.0, -np.sin(yaw)])
        up, roll = np.cross(back, right), np.radians(self.roll)
        turned = np.cos(roll) * right - np.sin(roll) * up, np.sin(roll) * right + np.cos(roll) * up
        return np.stack([*turned, back])


class Seen(Struct, frozen=True, eq=False):
    """What a camera sees. `near` float64 (H, W): 1 / distance before the eye, 0 where nothing is; `face` int64 (H, W):
    the number of the triangle among those of sound corners, -1 where nothing is; `weights` float64 (H, W, 3): the
    shares of the triangle's corners there, on its surface."""

    near: np.ndarray
    face: np.ndarray
    weights: np.ndarray


def depth_of_mesh(mesh: Mesh, camera: Camera, size: tuple[int, int]) -> Image:
    """The mesh as a depth map of `size` (width, height): linear in 1 / distance, the nearest white, nothing black.

    The farthest that is seen is dark grey (as Ranftl et al., MiDaS, 2020, but for the ground).
    """
    near = seen(mesh, camera, size).near
    there = near > 0
    low, high = (near[there].min(), near[there].max()) if there.any() else (0.0, 1.0)
    share = (near - low) / (high - low) if high > low else np.ones_like(near)
    return levels(np.where(there, FAR + (NEAR - FAR) * share, 0))


def normals_of_mesh(mesh: Mesh, camera: Camera, size: tuple[int, int]) -> np.ndarray:
    """Unit normals (H, W, 3) of what is seen, x right, y up, z to the eye; (0, 0, 1) where nothing is.

    Smooth over edges flatter than `CREASE`; the back of an open surface is turned to the eye.
    """
    look = seen(mesh, camera, size)
    there = look.face >= 0
    found = np.tile((0.0, 0.0, 1.0), (*there.shape, 1))
    faces = sound_faces(mesh)
    shown, number = np.unique(look.face[there], return_inverse=True)
    mixed = (corner_normals(mesh, shown)[number] * look.weights[there][..., None]).sum(1)
    points = (mesh.vertices[faces[look.face[there]]] * look.weights[there][..., None]).sum(1)
    away = (mixed * (eye_of(mesh, camera) - points)).sum(-1) < 0
    mixed[away] *= -1
    length = np.linalg.norm(mixed, axis=-1, keepdims=True)
    found[there] = np.where(length > 0, mixed / np.maximum(length, 1e-12) @ camera.axes().T, (0.0, 0.0, 1.0))
    return found


def seen(mesh: Mesh, camera: Camera, size: tuple[int, int]) -> Seen:
    """What each pixel shows of the mesh. Triangles that reach behind the eye are left out."""
    width, height = size
    places, near = projected(mesh, camera, size)
    faces = sound_faces(mesh)
    planes = _planes(places[faces])
    inverse = (near[faces][..., None] * planes).sum(1)  # 1 / distance is linear on the picture
    before = np.flatnonzero((near[faces] > 0).all(1) & planes.any((1, 2)))
    buffer, shown = np.zeros(height * width), np.full(height * width, -1)
    for part in _parts(places[faces[before]], size):
        face, pixel = _candidates(places[faces[before[part]]], size)
        face, pixel = _inside(planes, before[part][face], pixel, width)
        depth = _at(inverse[face], pixel, width)
        won = np.flatnonzero(depth > buffer[pixel])
        won = won[np.argsort(depth[won], kind="stable")]  # of several for a pixel the last, the nearest, stays
        buffer[pixel[won]], shown[pixel[won]] = depth[won], face[won]
    weights = np.zeros((height * width, 3))
    there = np.flatnonzero(shown >= 0)
    parts = [_at(planes[shown[there], k], there, width) * near[faces[shown[there], k]] for k in range(3)]
    weights[there] = np.stack(parts, 1) / np.maximum(sum(parts), 1e-300)[:, None]
    return Seen(buffer.reshape(height, width), shown.reshape(height, width), weights.reshape(height, width, 3))


def sound_faces(mesh: Mesh) -> np.ndarray:
    """The faces (F, 3) whose corners there are and are finite."""
    faces = mesh.faces[((mesh.faces >= 0) & (mesh.faces < len(mesh.vertices))).all(1)]
    return faces[np.isfinite(mesh.vertices).all(1)[faces].all(1)].astype(np.int64)


def _framed(mesh: Mesh) -> tuple[np.ndarray, float]:
    """The middle of the mesh and half its diagonal."""
    points = mesh.vertices[np.isfinite(mesh.vertices).all(1)].astype(np.float64)
    if not len(points):
        return np.zeros(3), 1.0
    low, high = points.min(0), points.max(0)
    return (low + high) / 2, max(float(np.linalg.norm(high - low)) / 2, 1e-6)


def eye_of(mesh: Mesh, camera: Camera) -> np.ndarray:
    middle, radius = _framed(mesh)
    return middle + camera.axes()[2] * radius / np.sin(np.radians(camera.field) / 2) * 1.12 / camera.zoom


def projected(mesh: Mesh, camera: Camera, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Places (V, 2) in pixels, y down, and 1 / distance before the eye (V,), 0 for what is behind it."""
    width, height = size
    eye = np.nan_to_num(mesh.vertices.astype(np.float64) - eye_of(mesh, camera)) @ camera.axes().T
    distance = -eye[:, 2]
    front = distance > 1e-2 * _framed(mesh)[1]
    near = np.where(front, 1 / np.where(front, distance, 1.0), 0.0)
    scale = height / 2 / np.tan(np.radians(camera.field) / 2)
    return np.stack([width / 2 + eye[:, 0] * near * scale, height / 2 - eye[:, 1] * near * scale], 1), near


def _boxes(corners: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """First pixel (F, 2) and width and height (F, 2) of the pixel centres about triangles (F, 3, 2), in the picture."""
    low = np.clip(np.ceil(corners.min(1) - 0.5), 0, size).astype(np.int64)
    high = np.clip(np.floor(corners.max(1) + 0.5), 0, size).astype(np.int64)
    return low, np.maximum(high - low, 0)


def _parts(corners: np.ndarray, size: tuple[int, int]) -> list[np.ndarray]:
    """The triangles that may show, in portions of about `CHUNK` pairs."""
    area = _boxes(corners, size)[1].prod(1)
    there = np.flatnonzero(area)
    return np.split(there, np.flatnonzero(np.diff(np.cumsum(area[there]) // CHUNK)) + 1) if len(there) else []


def _candidates(corners: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Every pair of a triangle and a pixel of its box: (N,) which triangle, (N,) which pixel, row by row."""
    first, box = _boxes(corners, size)
    area = box.prod(1)
    face = np.repeat(np.arange(len(corners)), area)
    place = np.arange(len(face)) - np.repeat(np.cumsum(area) - area, area)
    row, column = np.divmod(place, np.maximum(box[face, 0], 1))
    return face, (first[face, 1] + row) * size[0] + first[face, 0] + column


def _planes(corners: np.ndarray) -> np.ndarray:
    """The shares of the corners of triangles (F, 3, 2) as (F, 3, 3): a x + b y + c for each corner; 0 if it is flat."""
    following, last = np.roll(corners, -1, 1), np.roll(corners, -2, 1)
    across = following[..., 0] * last[..., 1] - following[..., 1] * last[..., 0]
    found = np.stack([following[..., 1] - last[..., 1], last[..., 0] - following[..., 0], across], -1)
    whole = across.sum(1)[:, None, None]
    return np.where(np.abs(whole) < 1e-12, 0.0, found / np.where(whole == 0, 1.0, whole))


def _at(planes: np.ndarray, pixel: np.ndarray, width: int) -> np.ndarray:
    """The values of planes (N, 3) in the middles of pixels (N,)."""
    return planes[:, 0] * (pixel % width + 0.5) + planes[:, 1] * (pixel // width + 0.5) + planes[:, 2]


def _inside(planes: np.ndarray, face: np.ndarray, pixel: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Those pairs of a triangle and a pixel whose pixel's middle lies in the triangle."""
    for k in range(3):
        there = _at(planes[face, k], pixel, width) >= 0
        face, pixel = face[there], pixel[there]
    return face, pixel


def corner_normals(mesh: Mesh, shown: np.ndarray) -> np.ndarray:
    """Unit normals (N, 3, 3) of the corners of the faces `shown` (N,): the mean by area of the faces that meet there
    and are turned from this one by less than `CREASE`; of very many, of an even choice of `MEET`."""
    faces, points = sound_faces(mesh), mesh.vertices.astype(np.float64)
    cross = np.cross(points[faces[:, 1]] - points[faces[:, 0]], points[faces[:, 2]] - points[faces[:, 0]])
    own, order = _unit(cross), np.argsort(faces.ravel(), kind="stable")
    count = np.bincount(faces.ravel(), minlength=len(points))
    vertex = faces[shown].ravel()
    chosen = np.minimum(count[vertex], MEET)
    corner = np.repeat(np.arange(len(vertex)), chosen)
    place = np.arange(len(corner)) - np.repeat(np.cumsum(chosen) - chosen, chosen)
    first = (np.cumsum(count) - count)[vertex]
    other = order[first[corner] + place * count[vertex][corner] // chosen[corner]] // 3
    like = (own[shown[corner // 3]] * own[other]).sum(-1) >= CREASE
    total = np.stack([np.bincount(corner, cross[other, k] * like, len(vertex)) for k in range(3)], 1).reshape(-1, 3, 3)
    return np.where(total.any(-1, keepdims=True), _unit(total), own[shown][:, None])


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-30)
