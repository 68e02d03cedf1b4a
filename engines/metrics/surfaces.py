"""How alike two surfaces are: chamfer distance, F-score, normal consistency; and whether one is closed.

On points drawn evenly from both, after Fan et al., 2017, Tatarchenko et al., "What Do Single-view 3D Reconstruction
Networks Learn?", 2019 (F-score), Mescheder et al., "Occupancy Networks", 2019 (normals). Known bias: thin parts weigh
as little as their area.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engines.contract import Mesh

POINTS = 10_000


class Likeness(NamedTuple):
    """`chamfer` is the mean of both mean distances; `f_score` from 0 to 1; `normals` the mean |cos| of normals."""

    chamfer: float
    f_score: float
    normals: float


def compared(made: Mesh, real: Mesh, threshold: float = 0.01, points: int = POINTS, seed: int = 0) -> Likeness:
    """The likeness in the meshes' own units; `threshold` is a share of the real one's diagonal.

    ValueError for a surface without area.
    """
    from scipy.spatial import cKDTree

    (a, na), (b, nb) = (sampled(mesh, points, seed + n) for n, mesh in enumerate((made, real)))
    near = threshold * float(np.linalg.norm(np.ptp(real.vertices, axis=0)))
    far_a, to_b = cKDTree(b).query(a)
    far_b, to_a = cKDTree(a).query(b)
    precision, recall = float((far_a <= near).mean()), float((far_b <= near).mean())
    f = 0.0 if precision + recall == 0 else 2 * precision * recall / (precision + recall)
    normals = (np.abs((na * nb[to_b]).sum(1)).mean() + np.abs((nb * na[to_a]).sum(1)).mean()) / 2
    return Likeness(float((far_a.mean() + far_b.mean()) / 2), f, float(normals))


def sampled(mesh: Mesh, points: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Points (N, 3) drawn evenly from the surface, and the unit normals (N, 3) there. ValueError without area."""
    found, which = drawn(mesh, points, seed)
    corners = mesh.vertices.astype(np.float64)[mesh.faces[which]]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return found, cross / np.linalg.norm(cross, axis=1, keepdims=True)


def drawn(mesh: Mesh, points: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Points (N, 3) drawn evenly from the surface, and the faces (N,) they lie in. ValueError without area."""
    corners = mesh.vertices.astype(np.float64)[mesh.faces]
    each = areas(mesh)
    if not len(each) or each.sum() == 0:
        raise ValueError("a surface without area cannot be compared")
    rng = np.random.default_rng(seed)
    which = rng.choice(len(each), points, p=each / each.sum())
    u, v = rng.random((2, points))
    over = u + v > 1
    u, v = np.where(over, 1 - u, u), np.where(over, 1 - v, v)
    first, second, third = (corners[which, n] for n in range(3))
    return first + u[:, None] * (second - first) + v[:, None] * (third - first), which


def areas(mesh: Mesh) -> np.ndarray:
    """The area of every face, (F,)."""
    corners = mesh.vertices.astype(np.float64)[mesh.faces]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return np.asarray(np.linalg.norm(cross, axis=1) / 2)


def open_edges(mesh: Mesh) -> int:
    """How many edges do not lie between exactly two faces that run along it in opposite ways: 0 is watertight."""
    faces = mesh.faces.astype(np.int64)
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    count = int(faces.max(initial=-1)) + 1
    ways = (edges[:, 0] * count + edges[:, 1], edges[:, 1] * count + edges[:, 0])
    along, back = (
        dict(zip(*(part.tolist() for part in np.unique(way, return_counts=True)), strict=True)) for way in ways
    )
    return sum(along.get(edge, 0) != 1 or back.get(edge, 0) != 1 for edge in along.keys() | back.keys()) // 2
