"""Solids on a grid and surfaces from it: framing, packing, voxelising, marching cubes, smoothing.

A volume is float32 (4, S, S, S) over the cube [-1, 1]^3, indexed [x, y, z] with Y up: a truncated signed distance
(negative inside, +-1 at `REACH` and beyond) and sRGB colour in [-1, 1], which fades to 0 away from the surface. A solid
stands in the middle of the cube's floor, its longest side `FILL` long.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.contract import Mesh, Refused

SIDE = 32  # of the grid the networks see
FILL = 1.75  # of the cube's side of 2
FLOOR = -0.875  # where a solid stands
REACH = 6.0 / SIDE  # the distance at which it is cut off: three voxels
SAMPLES = 150_000  # points on a surface that is voxelised
KEPT = 30_000  # of them that are asked for distance and colour


@dataclass(frozen=True)
class Frame:
    """How a solid's own space goes into the cube: cube = (own - middle) * scale + place."""

    middle: np.ndarray
    scale: float
    place: np.ndarray

    def inward(self, points: np.ndarray) -> np.ndarray:
        """From the solid's own space (N, 3) into the cube."""
        return ((points - self.middle) * self.scale + self.place).astype(np.float32)

    def outward(self, points: np.ndarray) -> np.ndarray:
        """From the cube (N, 3) into the solid's own space."""
        return ((points - self.place) / self.scale + self.middle).astype(np.float32)


def frame(low: np.ndarray, high: np.ndarray) -> Frame:
    """The frame of a solid bounded by the corners `low` and `high` (3,)."""
    extent = np.maximum(np.asarray(high, np.float64) - low, 1e-9)
    scale = FILL / float(extent.max())
    place = np.array([0.0, FLOOR + extent[1] * scale / 2, 0.0])
    return Frame((np.asarray(low, np.float64) + high) / 2, scale, place)


def points(side: int = SIDE) -> np.ndarray:
    """The grid's points, voxel centres, (S, S, S, 3) float32."""
    ticks = ((np.arange(side) + 0.5) * 2 / side - 1).astype(np.float32)
    return np.stack(np.meshgrid(ticks, ticks, ticks, indexing="ij"), -1)


def packed(distance: np.ndarray, colours: np.ndarray, side: int = SIDE) -> np.ndarray:
    """A volume of signed distances (N,) in the cube's units and colours (N, 3) in [0, 1] at all its points."""
    cut = np.clip(distance / REACH, -1, 1)
    fade = np.clip(2 - 2 * np.abs(cut), 0, 1)  # whole to half of the reach, then falling
    values = np.concatenate([cut[None], (colours.T * 2 - 1) * fade])
    return values.reshape(4, side, side, side).astype(np.float32)


# ---------------------------------------------------------------- from a surface


def surface_points(mesh: Mesh, count: int = SAMPLES) -> tuple[np.ndarray, np.ndarray]:
    """Points spread evenly over a surface, (N, 3), and their colours in [0, 1], (N, 3): always the same ones."""
    corners = mesh.vertices[mesh.faces].astype(np.float64)  # (F, 3, 3)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    if not area.sum() > 0:
        raise Refused("bad-request", "The shape to start from has no surface: choose another.")
    rng = np.random.default_rng(0)
    ends = np.cumsum(area) / area.sum()
    chosen = np.minimum(np.searchsorted(ends, (np.arange(count) + rng.random(count)) / count), len(area) - 1)
    u, v = np.sqrt(rng.random(count)), rng.random(count)
    weights = np.stack([1 - u, u * (1 - v), u * v], 1)
    grey = np.full((len(mesh.vertices), 3), 0.7)
    tint = grey if mesh.colors is None else mesh.colors[:, :3] / 255.0
    at = (corners[chosen] * weights[..., None]).sum(1)
    return at, (tint[mesh.faces[chosen]] * weights[..., None]).sum(1)


def voxelised(at: np.ndarray, colours: np.ndarray, thicken: float = 0.6) -> np.ndarray:
    """The volume of a surface known by many points (N, 3) on it and their colours (N, 3) in [0, 1]."""
    distance, nearest = shell(at, thicken)
    return packed(distance, colours[nearest])


def shell(at: np.ndarray, thicken: float = 0.6) -> tuple[np.ndarray, np.ndarray]:
    """Signed distance (S^3,) to a surface known by many points (N, 3), and which of them is nearest, (S^3,).

    Inside is what cannot be reached from the cube's border through the points, on a grid twice as fine; a sheet, or a
    surface with holes, becomes a plate of `thicken` voxels to each side.
    """
    from scipy import ndimage
    from scipy.spatial import cKDTree

    framed = frame(at.min(0), at.max(0)).inward(at)
    fine = 2 * SIDE
    cell = 2.0 / fine
    wall = _walls(framed, fine)
    labels, _ = ndimage.label(~wall)
    outside = labels == labels[0, 0, 0]
    core = ~(wall | outside)
    to_core = ndimage.distance_transform_edt(~core) if core.any() else np.full(core.shape, float(fine))
    between = _blocks((to_core - ndimage.distance_transform_edt(~outside)) / 2) * cell
    some = slice(None, None, max(1, len(at) // KEPT))
    away, nearest = cKDTree(framed[some]).query(points().reshape(-1, 3), distance_upper_bound=1.5 * REACH)
    nearest = np.arange(len(at))[some][np.minimum(nearest, len(framed[some]) - 1)]
    away = np.minimum(away, 2 * REACH)
    signed = np.where(np.abs(between) < cell, between, np.where(between < 0, -away, away))
    plate = away - thicken * 2 / SIDE
    thick = _blocks(to_core) < 4  # a sheet is what has no inside nearby
    return np.where(thick, signed, np.minimum(signed, plate)), nearest


def _walls(framed: np.ndarray, fine: int) -> np.ndarray:
    """Cells (fine, fine, fine) with a point of the surface in them, or nearer than 0.35 cells."""
    wall = np.zeros((fine, fine, fine), bool)
    for axis, step in ((0, 0.0), *((a, s) for a in range(3) for s in (-0.7 / fine, 0.7 / fine))):
        moved = framed.copy()
        moved[:, axis] += step
        wall[tuple(np.clip(((moved + 1) * fine / 2).astype(int), 0, fine - 1).T)] = True
    return wall


def _blocks(values: np.ndarray) -> np.ndarray:
    """The means of 2x2x2 cells, in one row."""
    half = len(values) // 2
    return values.reshape(half, 2, half, 2, half, 2).mean((1, 3, 5)).ravel()


def of_mesh(mesh: Mesh) -> np.ndarray:
    """The volume (4, 32, 32, 32) of any mesh."""
    return voxelised(*surface_points(mesh), thicken=0.5)
