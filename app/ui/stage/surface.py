"""A mesh made ready for drawing: checked triangles, vertex normals, colours as shares. numpy only."""

import numpy as np
from msgspec import Struct

from engines.contract import Mesh

CLAY = (0.80, 0.77, 0.73)


class Surface(Struct, frozen=True, eq=False):
    """`points`, `normals`, `colours` float32 (V, 3); `faces` int32 (F, 3), every index within the points."""

    points: np.ndarray
    normals: np.ndarray
    colours: np.ndarray
    faces: np.ndarray


def prepare(mesh: Mesh) -> Surface:
    """The drawable part of `mesh`: triangles of finite vertices only; smooth normals, weighted by area."""
    points = np.nan_to_num(np.asarray(mesh.vertices, np.float32).reshape(-1, 3))
    faces = np.asarray(mesh.faces, np.int32).reshape(-1, 3)
    finite = np.asarray(np.isfinite(np.asarray(mesh.vertices, np.float32).reshape(-1, 3)).all(axis=1))
    inside = ((faces >= 0) & (faces < len(points))).all(axis=1)
    faces = faces[np.asarray(inside)]
    faces = np.ascontiguousarray(faces[finite[faces].all(axis=1)])
    colours: np.ndarray = np.tile(np.array(CLAY, np.float32), (len(points), 1))
    if mesh.colors is not None and len(mesh.colors) == len(points):
        colours = np.asarray(mesh.colors, np.float32)[:, :3] / 255
    return Surface(points, vertex_normals(points, faces), np.ascontiguousarray(colours), faces)


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
