"""Closed coloured surfaces from volumes, by marching cubes: refined, cleared of crumbs, smoothed, in metres.

Lorensen and Cline, "Marching Cubes", 1987, with the topology of Lewiner et al., 2003 (scikit-image).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engines import volumes
from engines.contract import Mesh

LEAST = 8  # grid points inside, else the surface is drawn round the places most nearly inside
NUDGE = 1e-3  # values nearer to the surface than this are moved off it, so that no triangle has no area


@dataclass(frozen=True)
class Finish:
    """How a surface is made: points along the grid's side, rounds of smoothing, the share of the largest piece below
    which a piece is dropped, whether left and right are made equal, how far (in shares of `volumes.REACH`) it is moved
    outward."""

    detail: int = volumes.SIDE
    smoothing: int = 0
    crumbs: float = 0.05
    mirrored: bool = False
    outward: float = 0.0


def surface(volume: np.ndarray, finish: Finish | None = None) -> Mesh:
    """The surface of a volume (4, S, S, S) in the cube's units: closed, faces counter-clockwise from outside."""
    finish = finish or Finish()
    if finish.mirrored:
        volume = (volume + volume[:, ::-1]) / 2
    fine = refined(volume, finish.detail)
    distance = whole(fine[0] - finish.outward, finish.crumbs)
    vertices, faces = marched(distance)
    if finish.smoothing:
        vertices = smoothed(vertices, faces, finish.smoothing)
    tint = sampled(fine[1:], vertices)
    rgb = np.clip(np.rint((tint + 1) * 127.5), 0, 255).astype(np.uint8)
    colours = np.concatenate([rgb, np.full((len(rgb), 1), 255, np.uint8)], 1)
    side = fine.shape[1]
    return Mesh(((vertices + 0.5) * 2 / side - 1).astype(np.float32), faces.astype(np.int32), colours)


def refined(volume: np.ndarray, side: int) -> np.ndarray:
    """The volume on a grid of `side` points over the same cube: distance by cubics, colour linearly, axis by axis."""
    if volume.shape[1] == side:
        return volume
    ways = (_between(volume.shape[1], side, cubic) for cubic in (True, False))
    distance, colour = (
        np.einsum("ai,bj,ck,nijk->nabc", w, w, w, part, optimize=True)
        for w, part in zip(ways, (volume[:1], volume[1:]), strict=True)
    )
    return np.concatenate([distance, colour]).astype(np.float32)


def _between(coarse: int, fine: int, cubic: bool) -> np.ndarray:
    """The weights (fine, coarse) that read a line of `coarse` values at `fine` places, its ends continued.

    Keys, "Cubic Convolution Interpolation", 1981, a = -1/2 (Catmull and Rom), or linear.
    """
    at = (np.arange(fine) + 0.5) * coarse / fine - 0.5
    weights = np.zeros((fine, coarse))
    for offset in range(-1, 3):
        k = np.floor(at) + offset
        x = np.abs(at - k)
        near = 1.5 * x**3 - 2.5 * x**2 + 1
        far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
        w = np.where(x <= 1, near, np.where(x < 2, far, 0)) if cubic else np.maximum(0, 1 - x)
        np.add.at(weights, (np.arange(fine), np.clip(k, 0, coarse - 1).astype(int)), w)
    return weights


def whole(distance: np.ndarray, crumbs: float) -> np.ndarray:
    """The distance with small pieces and enclosed bubbles removed; its border is outside."""
    from scipy import ndimage

    outer = np.pad(distance, 1, constant_values=1.0)[1:-1, 1:-1, 1:-1].copy()
    for axis in range(3):
        for end in (0, -1):
            np.moveaxis(outer, axis, 0)[end] = np.maximum(np.moveaxis(outer, axis, 0)[end], 0.1)
    if (outer < 0).sum() < LEAST:
        inner = outer[1:-1, 1:-1, 1:-1]
        outer = outer - np.partition(inner.ravel(), LEAST)[LEAST] - 2 * NUDGE
        for axis in range(3):
            for end in (0, -1):
                np.moveaxis(outer, axis, 0)[end] = 0.1
    labels, count = ndimage.label(outer < 0, ndimage.generate_binary_structure(3, 1))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    sizes[0] = 0
    small = (sizes < crumbs * sizes.max()) & (np.arange(count + 1) > 0)
    outer[small[labels]] = 0.1
    empty, _ = ndimage.label(outer >= 0)
    outer[(empty != empty[0, 0, 0]) & (outer >= 0)] = -0.1
    return np.where(np.abs(outer) < NUDGE, np.where(outer < 0, -NUDGE, NUDGE), outer)


def marched(distance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (V, 3) in grid points and faces (F, 3) of the surface where the distance is 0."""
    from skimage.measure import marching_cubes

    found: Any = marching_cubes(distance, 0.0, gradient_direction="descent")
    return found[0], found[1]


def smoothed(vertices: np.ndarray, faces: np.ndarray, rounds: int) -> np.ndarray:
    """Taubin's smoothing, which keeps the volume: a step of 0.5 towards the neighbours' mean, one of -0.53 back.

    Taubin, "A Signal Processing Approach to Fair Surface Design", 1995.
    """
    from scipy import sparse

    pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    ones = np.ones(len(pairs), np.float32)
    joined = sparse.coo_matrix((ones, (pairs[:, 0], pairs[:, 1])), (len(vertices), len(vertices))).tocsr()
    joined = joined.maximum(joined.T)
    mean = sparse.diags(1 / np.maximum(np.asarray(joined.sum(1)).ravel(), 1)) @ joined
    for _ in range(rounds):
        for step in (0.5, -0.53):
            vertices = vertices + step * (mean @ vertices - vertices)
    return vertices


def sampled(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Values (C, S, S, S) at places (N, 3) in grid points, linearly, (N, C)."""
    from scipy import ndimage

    return np.stack([ndimage.map_coordinates(c, at.T, order=1, mode="nearest") for c in values], 1)


# ---------------------------------------------------------------- what can be said of a surface


def closed(mesh: Mesh) -> bool:
    """Watertight: every edge belongs to two faces, which run along it in opposite directions."""
    a, b = (np.concatenate([mesh.faces[:, i] for i in order]).astype(np.int64) for order in ((0, 1, 2), (1, 2, 0)))
    ways = a * len(mesh.vertices) + b
    return len(np.unique(ways)) == len(ways) and bool(np.isin(b * len(mesh.vertices) + a, ways).all())


def area(mesh: Mesh) -> float:
    corners = mesh.vertices[mesh.faces].astype(np.float64)
    return float(
        np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum() / 2
    )


def content(mesh: Mesh) -> float:
    """The volume enclosed, positive when the faces are seen from outside (divergence theorem)."""
    a, b, c = (mesh.vertices[mesh.faces[:, i]].astype(np.float64) for i in range(3))
    return float((a * np.cross(b, c)).sum() / 6)


def pieces(mesh: Mesh) -> int:
    """How many surfaces are not joined."""
    from scipy import sparse

    pairs = np.concatenate([mesh.faces[:, [0, 1]], mesh.faces[:, [1, 2]]])
    size = len(mesh.vertices)
    joined = sparse.coo_matrix((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), (size, size))
    return int(sparse.csgraph.connected_components(joined, directed=False)[0])
