"""Solids as signed distances: primitives, their unions and differences, and the grid they are sampled on.

A distance is negative inside. Formulas after Inigo Quilez, "Distance functions", and Hart, "Sphere Tracing", 1996; Y is
up. Every primitive takes the least half thickness it may have, so that no leg falls between the points of a grid.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engines import volumes

Distance = Callable[[np.ndarray, float], np.ndarray]  # (points (N, 3), least half thickness) -> (N,)
Colour = tuple[float, float, float]  # sRGB in [0, 1]
THIN = 0.8  # voxels: the least half thickness


@dataclass(frozen=True)
class Part:
    """A solid of one colour; `low` and `high` (3,) bound it."""

    distance: Distance
    low: np.ndarray
    high: np.ndarray
    colour: Colour = (0.5, 0.5, 0.5)

    def painted(self, colour: Colour) -> Part:
        return replace(self, colour=colour)

    def without(self, hole: Part) -> Part:
        """The difference of two solids: max(d, -hole). The hole keeps its own size."""
        return replace(self, distance=lambda p, thin: np.maximum(self.distance(p, thin), -hole.distance(p, 0.0)))

    def moved(self, by: Sequence[float]) -> Part:
        """Shifted."""
        shift = np.asarray(by, np.float32)
        return replace(
            self, distance=lambda p, thin: self.distance(p - shift, thin), low=self.low + shift, high=self.high + shift
        )

    def turned(self, axis: int, degrees: float) -> Part:
        """Turned about the axis 0, 1 or 2 through the origin."""
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        i, j = (axis + 1) % 3, (axis + 2) % 3
        matrix = np.eye(3, dtype=np.float32)
        matrix[i, i], matrix[i, j], matrix[j, i], matrix[j, j] = c, -s, s, c
        corners = np.array(list(itertools.product(*zip(self.low, self.high, strict=True)))) @ matrix.T
        return Part(lambda p, thin: self.distance(p @ matrix, thin), corners.min(0), corners.max(0), self.colour)


# ---------------------------------------------------------------- primitives


def box(centre: Sequence[float], half: Sequence[float], rounding: float = 0.0) -> Part:
    """A box of half sides `half`, its edges rounded."""
    middle, size = np.asarray(centre, np.float32), np.asarray(half, np.float32)

    def distance(p: np.ndarray, thin: float) -> np.ndarray:
        kept = np.maximum(size, thin)
        q = np.abs(p - middle) - (kept - min(rounding, float(kept.min())))
        outside = np.sqrt(np.square(np.maximum(q, 0)).sum(1))
        return outside + np.minimum(q.max(1), 0) - min(rounding, float(kept.min()))

    return Part(distance, middle - size, middle + size)


def cone(foot: Sequence[float], height: float, below: float, above: float) -> Part:
    """An upright truncated cone on `foot` with radius `below` at its foot and `above` at its top; a cylinder too."""
    base = np.asarray(foot, np.float32)
    wide = max(below, above)

    def distance(p: np.ndarray, thin: float) -> np.ndarray:
        q = p - base
        h = max(height / 2, thin)
        r1, r2 = max(below, thin), (max(above, thin) if above > 0 else 0.0)
        r, y = np.hypot(q[:, 0], q[:, 2]), q[:, 1] - height / 2
        over = np.minimum(r, np.where(y < 0, r1, r2)), np.abs(y) - h
        across = np.array([r2 - r1, 2 * h], np.float32)
        t = np.clip(((r2 - r) * across[0] + (h - y) * across[1]) / (across @ across), 0, 1)
        side_r, side_y = r - r2 + across[0] * t, y - h + across[1] * t
        cap_r = r - over[0]
        sign = np.where((side_r < 0) & (over[1] < 0), -1.0, 1.0).astype(np.float32)
        return sign * np.sqrt(np.minimum(cap_r**2 + over[1] ** 2, side_r**2 + side_y**2))

    side = np.array([wide, 0, wide], np.float32)
    return Part(distance, base - side, base + side + np.array([0, height, 0], np.float32))


def ball(centre: Sequence[float], radii: Sequence[float] | float) -> Part:
    """A sphere, or an ellipsoid (distance to first order: k0 (k0 - 1) / k1)."""
    middle = np.asarray(centre, np.float32)
    size = np.broadcast_to(np.asarray(radii, np.float32), (3,))

    def distance(p: np.ndarray, thin: float) -> np.ndarray:
        q, r = p - middle, np.maximum(size, thin)
        k0 = np.sqrt(np.square(q / r).sum(1))
        k1 = np.sqrt(np.square(q / r**2).sum(1))
        return np.where(k1 > 1e-6, k0 * (k0 - 1) / np.maximum(k1, 1e-6), -r.min())

    return Part(distance, middle - size, middle + size)


def rod(start: Sequence[float], end: Sequence[float], thick: float, tip: float | None = None) -> Part:
    """A capsule from `start` to `end`, its radius going from `thick` to `tip`."""
    a, b = np.asarray(start, np.float32), np.asarray(end, np.float32)
    last = thick if tip is None else tip

    def distance(p: np.ndarray, thin: float) -> np.ndarray:
        along = np.clip((p - a) @ (b - a) / max(float((b - a) @ (b - a)), 1e-9), 0, 1)
        r = max(thick, thin) + (max(last, thin) - max(thick, thin)) * along
        return np.sqrt(np.square(p - a - along[:, None] * (b - a)).sum(1)) - r

    return Part(distance, np.minimum(a - thick, b - last), np.maximum(a + thick, b + last))


def torus(centre: Sequence[float], axis: int, wide: float, thick: float) -> Part:
    """A ring of radius `wide` and thickness `thick` about an axis (0, 1, 2)."""
    middle = np.asarray(centre, np.float32)
    i, j = (axis + 1) % 3, (axis + 2) % 3

    def distance(p: np.ndarray, thin: float) -> np.ndarray:
        q = p - middle
        return np.hypot(np.hypot(q[:, i], q[:, j]) - wide, q[:, axis]) - max(thick, thin)

    reach = np.full(3, wide + thick, np.float32)
    reach[axis] = thick
    return Part(distance, middle - reach, middle + reach)


def prism(centre: Sequence[float], outline: np.ndarray, half: float) -> Part:
    """The plane figure `outline` (K, 2), in x and y about `centre`, made `half` deep to both sides along z."""
    middle, corners = np.asarray(centre, np.float32), np.asarray(outline, np.float32)

    def distance(p: np.ndarray, thin: float) -> np.ndarray:
        q = p - middle
        flat, deep = polygon(q[:, :2], corners), np.abs(q[:, 2]) - max(half, thin)
        outside = np.hypot(np.maximum(flat, 0), np.maximum(deep, 0))
        return outside + np.minimum(np.maximum(flat, deep), 0)

    low, high = np.append(corners.min(0), -half), np.append(corners.max(0), half)
    return Part(distance, middle + low, middle + high)


def turned_on_lathe(foot: Sequence[float], profile: np.ndarray) -> Part:
    """A solid of revolution: the closed figure `profile` (K, 2) of (radius, height) turned about the upright axis."""
    base, corners = np.asarray(foot, np.float32), np.asarray(profile, np.float32)

    def distance(p: np.ndarray, thin: float) -> np.ndarray:
        q = p - base
        return polygon(np.stack([np.hypot(q[:, 0], q[:, 2]), q[:, 1]], 1), corners)

    wide = float(corners[:, 0].max())
    low, high = (-wide, corners[:, 1].min(), -wide), (wide, corners[:, 1].max(), wide)
    return Part(distance, base + np.asarray(low, np.float32), base + np.asarray(high, np.float32))


def polygon(p: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """The signed distance (N,) of points (N, 2) to a closed plane figure of any winding."""
    nearest = np.full(len(p), np.inf, np.float32)
    inside = np.zeros(len(p), bool)
    for a, b in zip(corners, np.roll(corners, -1, 0), strict=True):
        edge, w = b - a, p - a
        t = np.clip(w @ edge / max(float(edge @ edge), 1e-12), 0, 1)
        nearest = np.minimum(nearest, np.square(w - t[:, None] * edge).sum(1))
        if a[1] != b[1]:
            crossed = (p[:, 1] >= min(a[1], b[1])) & (p[:, 1] < max(a[1], b[1]))
            inside ^= crossed & (p[:, 0] < a[0] + (p[:, 1] - a[1]) / edge[1] * edge[0])
    return np.where(inside, -1, 1) * np.sqrt(nearest)


# ---------------------------------------------------------------- sampling


def bounds(parts: Sequence[Part]) -> tuple[np.ndarray, np.ndarray]:
    """The least and largest corner of all parts together."""
    return np.min([part.low for part in parts], 0), np.max([part.high for part in parts], 0)


def sampled(parts: Sequence[Part], side: int = volumes.SIDE) -> np.ndarray:
    """The volume (4, side, side, side) of a union of parts, framed as `volumes.frame` does it.

    A part is asked only where it can be nearer than `volumes.REACH`.
    """
    frame = volumes.frame(*bounds(parts))
    grid = volumes.points(side)
    thin = THIN * 2 / volumes.SIDE
    distance = np.full(grid.shape[:3], 2 * volumes.REACH, np.float32)
    colours = np.zeros_like(grid)
    for part in parts:
        ends = frame.inward(np.stack([part.low, part.high])) + np.array([[-1], [1]]) * (volumes.REACH + thin)
        first, last = np.clip(np.rint((ends + 1) * side / 2).astype(int), 0, side)
        near = tuple(slice(a, b) for a, b in zip(first, last, strict=True))
        own = frame.outward(grid[near].reshape(-1, 3))
        found = part.distance(own, thin / frame.scale).reshape(grid[near].shape[:3]) * frame.scale
        colours[near] = np.where((found < distance[near])[..., None], part.colour, colours[near])
        distance[near] = np.minimum(distance[near], found)
    return volumes.packed(distance.ravel(), colours.reshape(-1, 3), side)
