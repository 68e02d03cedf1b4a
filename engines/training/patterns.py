"""The grounds of procedural textures: noise, cells and lattices that go round the borders by construction.

Everything is a map over one tile, (S, S) float64, whose left border goes on at the right one and whose top goes on at
the bottom. Value noise after Perlin, "An image synthesizer", 1985; cells after Worley, "A cellular texture basis
function", 1996. Places are given in units of the tile, 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Rng = np.random.Generator


@dataclass(frozen=True)
class Surface:
    """What a texture is before it has colours.

    `height` in about [0, 1] makes the shading, `tint` in about [-1, 1] the lightness of its own, `accent` in [0, 1]
    says where the second colour shows. `relief` scales the shading; `glow` says that the accent shines.
    """

    height: np.ndarray
    tint: np.ndarray
    accent: np.ndarray
    relief: float = 1.0
    glow: bool = False


def places(size: int) -> tuple[np.ndarray, np.ndarray]:
    """(y, x) of the middles of the pixels, in units of the tile."""
    line = (np.arange(size) + 0.5) / size
    return np.meshgrid(line, line, indexing="ij")


def lattice(rng: Rng, size: int, across: int, down: int) -> np.ndarray:
    """Value noise on a wrapping grid of `down` x `across` random numbers, smoothly joined; in [-1, 1]."""
    values = rng.uniform(-1, 1, (down, across))
    return _stretched(_stretched(values, size, 0), size, 1)


def _stretched(values: np.ndarray, size: int, axis: int) -> np.ndarray:
    count = values.shape[axis]
    at = (np.arange(size) + 0.5) / size * count - 0.5
    low = np.floor(at).astype(int)
    part = at - low
    shape = [1, 1]
    shape[axis] = size
    ease = (part * part * (3 - 2 * part)).reshape(shape)
    below, above = (np.take(values, (low + k) % count, axis) for k in (0, 1))
    return below * (1 - ease) + above * ease


def noise(rng: Rng, size: int, cells: int, octaves: int = 3, stretch: int = 1) -> np.ndarray:
    """Fractal noise: octaves of `lattice`, each twice as fine and half as strong; `stretch` lengthens it downwards."""
    total, weight = np.zeros((size, size)), 0.0
    for k in range(octaves):
        fine = min(size, cells * 2**k)
        total += lattice(rng, size, fine, max(1, fine // stretch)) * 0.5**k
        weight += 0.5**k
    return total / weight


def grain(rng: Rng, size: int) -> np.ndarray:
    """White noise with deviation 1, one number for every two pixels: a pixel of the finished tile."""
    small = rng.standard_normal((size // 2, size // 2))
    return small.repeat(2, 0).repeat(2, 1)


@dataclass(frozen=True)
class Cells:
    """Worley cells: distances to the nearest and second nearest point, in units of a cell, the nearest point's number,
    and the way to it (2, S, S)."""

    first: np.ndarray
    second: np.ndarray
    number: np.ndarray
    away: np.ndarray

    @property
    def edge(self) -> np.ndarray:
        """How far from the border between two cells, 0 at it."""
        return self.second - self.first


def cells(rng: Rng, size: int, side: int, jitter: float = 0.8, flat: float = 1.0) -> Cells:
    """`side` x `side` points, each pushed from its place on a grid by up to `jitter`/2; `flat` widens them."""
    base = np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), -1).reshape(-1, 2)
    shift = 0.5 * (base[:, :1] % 2) * np.array([[0, 1.0]])
    points = (base + 0.5 + shift + jitter * rng.uniform(-0.5, 0.5, base.shape)) / side
    here = np.stack(places(size), -1)[:, :, None]
    way = (here - points + 0.5) % 1.0 - 0.5  # (S, S, N, 2), the short way round
    distance = np.hypot(way[..., 0] * side * flat, way[..., 1] * side)
    order = np.argpartition(distance, 1, axis=-1)[..., :2]
    two = np.take_along_axis(distance, order, -1)
    nearest = np.take_along_axis(order, two.argmin(-1)[..., None], -1)[..., 0]
    away = np.take_along_axis(way, nearest[..., None, None], 2)[:, :, 0] * side
    return Cells(two.min(-1), two.max(-1), nearest, np.moveaxis(away, -1, 0))


@dataclass(frozen=True)
class Units:
    """Units laid in rows: the number of each place's unit, and how far from its border in pixels of a 32-pixel tile."""

    number: np.ndarray
    border: np.ndarray
    along: np.ndarray  # place within the unit from left to right, 0 to 1
    down: np.ndarray  # and from top to bottom


def courses(size: int, rows: int, columns: int, shift: float = 0.5) -> Units:
    """Bricks: `rows` of `columns` units, every other row pushed by `shift` of a unit. `rows` must be even or shift
    0."""
    y, x = places(size)
    row = np.floor(y * rows)
    across = x * columns + shift * (row % 2)
    number = (row * columns + np.floor(across) % columns).astype(int)
    along, down = across % 1.0, (y * rows) % 1.0
    to_side, to_top = np.minimum(along, 1 - along) * 32 / columns, np.minimum(down, 1 - down) * 32 / rows
    return Units(number, np.minimum(to_side, to_top), along, down)


def varied(rng: Rng, size: int, rows: int, fewest: int = 1, most: int = 3) -> Units:
    """Blocks: every row cut into `fewest` to `most` units of unlike widths, pushed by any amount."""
    y, x = places(size)
    number, side, along = np.zeros((size, size), int), np.zeros((size, size)), np.zeros((size, size))
    for row in range(rows):
        count = int(rng.integers(fewest, most + 1))
        widths = rng.uniform(0.7, 1.3, count)
        ends = np.cumsum(widths / widths.sum())
        at = (x + rng.random()) % 1.0
        which = np.minimum(np.searchsorted(ends, at), count - 1)
        begin = np.concatenate([[0.0], ends[:-1]])[which]
        width = ends[which] - begin
        here = np.floor(y * rows) == row
        number = np.where(here, row * most + which, number)
        part = (at - begin) / width
        along = np.where(here, part, along)
        side = np.where(here, np.minimum(part, 1 - part) * width * 32, side)
    down = (y * rows) % 1.0
    return Units(number, np.minimum(side, np.minimum(down, 1 - down) * 32 / rows), along, down)


def per_unit(rng: Rng, number: np.ndarray, spread: float = 1.0) -> np.ndarray:
    """One random lightness for each unit or cell, (S, S)."""
    values = rng.uniform(-spread, spread, int(number.max()) + 1)
    return values[number]


def step(value: np.ndarray, low: float, high: float) -> np.ndarray:
    """0 below `low`, 1 above `high`, smooth between."""
    u = np.clip((value - low) / (high - low), 0, 1)
    return u * u * (3 - 2 * u)
