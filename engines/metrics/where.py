"""Where two results of one medium differ: pixel by pixel, frame by frame, over a surface. numpy and scipy only."""

from __future__ import annotations

import numpy as np

from engines.contract import Mesh
from engines.metrics import surfaces
from engines.metrics.difference import heat
from engines.metrics.features import over_white

CANDIDATES = 8  # triangles a vertex' distance is taken to: those of its nearest points


def change(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The largest difference of a channel at every pixel of two pictures over white, uint8 (H, W). ValueError where
    their sizes differ."""
    x, y = (over_white(one).astype(np.int16) for one in (a, b))
    if x.shape != y.shape:
        raise ValueError(f"pictures of different sizes cannot be compared: {x.shape[:2]} and {y.shape[:2]}")
    return np.abs(x - y).max(2).astype(np.uint8)


def overlaid(a: np.ndarray, changed: np.ndarray, gain: float = 1.0) -> np.ndarray:
    """`changed` (H, W) times `gain` as heat over the picture `a`, grey and dark; uint8 (H, W, 3)."""
    grey = over_white(a).mean(2, keepdims=True) * 0.35
    hot = heat(changed.astype(np.float64), 255.0 / max(gain, 1e-6))
    return np.rint(np.clip(grey + hot, 0, 255)).astype(np.uint8)


def along_frames(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The root mean square difference of every frame that both clips have, in levels of 255, (T,)."""
    count = min(len(a), len(b))
    found = np.zeros(count)
    for n in range(count):
        x, y = (over_white(one[n]).astype(np.float64) for one in (a, b))
        if x.shape != y.shape:
            raise ValueError("clips of different sizes cannot be compared")
        found[n] = np.sqrt(((x - y) ** 2).mean())
    return found


def distances(mesh: Mesh, other: Mesh, points: int = 4 * surfaces.POINTS) -> np.ndarray:
    """How far every vertex of `mesh` is from the surface of `other`, in the meshes' own units, (V,).

    Exact to the triangles of the points drawn nearest to it; where those do not hold the nearest place, too long by the
    spacing of the points at most, the root of area over `points`. ValueError for a surface without area.
    """
    from scipy.spatial import cKDTree

    drawn, which = surfaces.drawn(other, points)
    corners = other.vertices.astype(np.float64)[other.faces]
    vertices = mesh.vertices.astype(np.float64)
    _, near = cKDTree(drawn).query(vertices, k=CANDIDATES)
    best = np.full(len(vertices), np.inf)
    for k in range(CANDIDATES):
        best = np.minimum(best, _to_triangle(vertices, corners[which[near[:, k]]]))
    return best


def _to_triangle(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Of each point (N, 3) to its triangle (N, 3, 3), (N,): to its plane where it lies over it, else to an edge."""
    a, b, c = (corners[:, k] for k in range(3))
    cross = np.cross(b - a, c - a)
    length = np.linalg.norm(cross, axis=1)
    unit = cross / np.maximum(length, 1e-300)[:, None]
    edges = np.minimum.reduce([_to_segment(points, *ends) for ends in ((a, b), (b, c), (c, a))])
    sides = [(np.cross(q - p, points - p) * unit).sum(1) for p, q in ((a, b), (b, c), (c, a))]
    over = (np.min(sides, axis=0) >= 0) & (length > 0)
    return np.where(over, np.abs(((points - a) * unit).sum(1)), edges)


def _to_segment(points: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    along = b - a
    share = ((points - a) * along).sum(1) / np.maximum((along**2).sum(1), 1e-300)
    return np.asarray(np.linalg.norm(points - a - np.clip(share, 0, 1)[:, None] * along, axis=1))
