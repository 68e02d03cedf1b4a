"""A mesh made ready for drawing: checked triangles, vertex normals, colours as shares. numpy only."""

import numpy as np
from msgspec import Struct

from engines.contract import Mesh
from engines.control.look import BARE

CREASE = float(np.cos(np.radians(40.0)))  # sharper edges than this stay edges
MEET = 64  # faces at one corner that are looked at for its normal


class Surface(Struct, frozen=True, eq=False):
    """`points`, `normals`, `colours` float32 (V, 3); `faces` int32 (F, 3), every index within the points.

    `closed` says that it is watertight and turned outwards, so that what faces away need not be drawn.
    """

    points: np.ndarray
    normals: np.ndarray
    colours: np.ndarray
    faces: np.ndarray
    closed: bool = False


def prepare(mesh: Mesh) -> Surface:
    """The drawable part of `mesh`: triangles of finite vertices only; smooth normals, weighted by area."""
    points = np.nan_to_num(np.asarray(mesh.vertices, np.float32).reshape(-1, 3))
    faces = np.asarray(mesh.faces, np.int32).reshape(-1, 3)
    finite = np.asarray(np.isfinite(np.asarray(mesh.vertices, np.float32).reshape(-1, 3)).all(axis=1))
    inside = ((faces >= 0) & (faces < len(points))).all(axis=1)
    faces = faces[np.asarray(inside)]
    faces = np.ascontiguousarray(faces[finite[faces].all(axis=1)])
    colours: np.ndarray = np.tile(np.array(BARE, np.float32), (len(points), 1))
    if mesh.colors is not None and len(mesh.colors) == len(points):
        colours = np.asarray(mesh.colors, np.float32)[:, :3] / 255
    normals = vertex_normals(points, faces)
    return Surface(points, normals, np.ascontiguousarray(colours), faces, _closed(points, faces))


def coarser(surface: Surface, cells: int = 72) -> Surface:
    """A lighter surface for the moving view: the vertices of each cell of a grid become their mean.

    Vertex clustering (Rossignac and Borrel, Multi-resolution 3D approximations, 1993).
    """
    low, high = surface.points.min(axis=0), surface.points.max(axis=0)
    side = max(float((high - low).max()), 1e-12) / cells
    place = ((surface.points - low) / side).astype(np.int64)
    key = (place[:, 0] * (cells + 2) + place[:, 1]) * (cells + 2) + place[:, 2]
    _, cell, count = np.unique(key, return_inverse=True, return_counts=True)

    def mean(values: np.ndarray) -> np.ndarray:
        sums = [np.bincount(cell, values[:, k], len(count)) / count for k in range(3)]
        return np.stack(sums, axis=1).astype(np.float32)

    faces = cell[surface.faces].astype(np.int32)
    a, b, c = faces.T
    faces = np.ascontiguousarray(faces[(a != b) & (b != c) & (c != a)])
    return Surface(mean(surface.points), mean(surface.normals), mean(surface.colours), faces, surface.closed)


def faceted(surface: Surface) -> Surface:
    """The same with corners of its own for every face, all with the face's normal: each facet is seen."""
    corners = surface.points[surface.faces]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(cross, axis=1, keepdims=True)
    normals = np.where(length > 1e-20, cross / np.maximum(length, 1e-20), [[0, 1, 0]]).astype(np.float32)
    colours = surface.colours[surface.faces].reshape(-1, 3)
    faces = np.arange(3 * len(surface.faces), dtype=np.int32).reshape(-1, 3)
    return Surface(corners.reshape(-1, 3), np.repeat(normals, 3, axis=0), colours, faces, surface.closed)


def creased(surface: Surface) -> Surface:
    """The same with corners of its own for every face: each corner's normal is the mean, by area, of those faces that
    meet there and are turned from this one by less than `CREASE`, so that edges stay edges."""
    flat, faces = faceted(surface), surface.faces
    corners = surface.points[faces]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])  # (F, 3)
    own, unit = flat.normals, flat.normals[::3]  # (3 F, 3) and (F, 3)
    vertex = faces.ravel()
    order, count = np.argsort(vertex, kind="stable"), np.bincount(vertex, minlength=len(surface.points))
    first = np.cumsum(count) - count
    total = np.zeros_like(own)
    for k in range(min(int(count.max(initial=0)), MEET)):
        there = np.flatnonzero(count[vertex] > k)
        other = order[first[vertex[there]] + k] // 3
        like = np.einsum("ij,ij->i", own[there], unit[other]) >= CREASE
        total[there[like]] += cross[other[like]]
    length = np.linalg.norm(total, axis=1, keepdims=True)
    normals = np.where(length > 1e-20, total / np.maximum(length, 1e-20), own).astype(np.float32)
    return Surface(flat.points, normals, flat.colours, flat.faces, flat.closed)


class Facts(Struct, frozen=True):
    """What can be said of a mesh in figures. `size` is its extent along x, y and z; `watertight`: every edge joins
    exactly two faces; `shells`: how many parts hang together."""

    vertices: int
    faces: int
    size: tuple[float, float, float]
    watertight: bool
    shells: int


def facts(surface: Surface) -> Facts:
    """The figures of the drawable part. Vertices at the same place count as one for edges and shells."""
    used = surface.points[np.unique(surface.faces)] if len(surface.faces) else np.zeros((0, 3), np.float32)
    size = np.ptp(used, axis=0).tolist() if len(used) else [0.0, 0.0, 0.0]
    _, place = np.unique(surface.points, axis=0, return_inverse=True)
    faces = place.reshape(-1)[surface.faces].astype(np.int64)
    pairs = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    _, count = np.unique(pairs, axis=0, return_counts=True)
    tight = bool(len(count)) and bool((count == 2).all())
    return Facts(len(surface.points), len(surface.faces), (size[0], size[1], size[2]), tight, _shells(faces))


def _shells(faces: np.ndarray) -> int:
    """How many parts hang together: each vertex takes the lowest name among its faces' until nothing changes."""
    if not len(faces):
        return 0
    name = np.arange(int(faces.max()) + 1)
    while True:
        least = name[faces].min(axis=1)
        before = name.copy()
        for corner in range(3):
            np.minimum.at(name, faces[:, corner], least)
        name = name[name]
        if np.array_equal(name, before):
            return len(np.unique(name[faces]))


def _closed(points: np.ndarray, faces: np.ndarray) -> bool:
    """Whether every directed edge has exactly one partner in the other direction, and the volume is positive."""
    if not len(faces):
        return False
    start = faces[:, [0, 1, 2]].ravel().astype(np.int64)
    end = faces[:, [1, 2, 0]].ravel().astype(np.int64)
    there, back = np.sort(start * len(points) + end), np.sort(end * len(points) + start)
    if (there[1:] == there[:-1]).any() or not np.array_equal(there, back):
        return False
    a, b, c = (points[faces[:, k]].astype(float) for k in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c))) > 0


def vertex_normals(points: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(V, 3) unit normals: the sum of the neighbouring faces' cross products (so weighted by area)."""
    corners = points[faces]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    sums = np.zeros_like(points)
    for axis in range(3):
        for corner in range(3):
            sums[:, axis] += np.bincount(faces[:, corner], cross[:, axis], len(points)).astype(np.float32)
    length = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.ascontiguousarray(np.where(length > 1e-20, sums / np.maximum(length, 1e-20), [[0, 1, 0]]), np.float32)


def edges(faces: np.ndarray) -> np.ndarray:
    """(E, 2) int32: every edge of the triangles once."""
    pairs = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    return np.unique(pairs, axis=0).astype(np.int32) if len(pairs) else pairs.astype(np.int32)
