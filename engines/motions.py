"""What a motion is: how a picture is moved, bent and lit over a clip, as numbers; and the silhouette it is made for.

A motion is given at `KEYS` moments. At each the picture is moved about the middle of what is visible in it: a place on
a torus (what leaves at the top can come back at the bottom), a turn as a unit vector, a stretch with a shear, opacity
and light, and a field of displacements on a grid that is fixed to the picture. That is the state of Li et al.,
"Generative Image Dynamics", CVPR 2024, with its affine part, which must stay rigid, written by itself. Any moment
between the keys is found by interpolation, so a clip has as many frames as is wished; a loop's keys go round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

KEYS = 48  # moments a motion is given at
GRID = 8  # points along a side of the field of displacements
REACH = 1.1  # of that field, in units of the longer half side of what is visible
AFFINE = 11  # cos and sin of x, cos and sin of y, cos and sin of the turn, stretch x, y, shear, opacity, light
CHANNELS = AFFINE + 2 * GRID**2
PERIOD = 4.0  # of the torus: what has moved by two half sides is out of sight
SHAPE = 12  # points along a side of the outline a network is told
REST = np.array([1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0], np.float32)
GIVEN = 8 + SHAPE**2  # numbers of `given`


@dataclass(frozen=True)
class Silhouette:
    """What is visible of a picture: its middle (x, y) and half sides in half sides of the canvas, y pointing down, and
    its outline, alpha of the box around it, (SHAPE, SHAPE) in [0, 1]."""

    middle: tuple[float, float]
    half: tuple[float, float]
    outline: np.ndarray

    @property
    def radius(self) -> float:
        """The longer half side: the unit of the field of displacements."""
        return max(self.half)

    @classmethod
    def of(cls, alpha: np.ndarray) -> Silhouette:
        """Of alpha (S, S) in [0, 1]; a picture without anything to see counts as full."""
        seen = alpha > 0.1
        if not seen.any():
            seen, alpha = np.ones_like(seen), np.ones_like(alpha)
        side = len(alpha)
        rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        middle = ((left + right) / side - 1, (top + bottom) / side - 1)
        half = ((right - left) / side, (bottom - top) / side)
        return cls(middle, half, averaged(alpha[top:bottom, left:right], SHAPE))


def averaged(values: np.ndarray, side: int) -> np.ndarray:
    """`values` (H, W) as means over a grid of (side, side) areas; areas narrower than a pixel take the nearest."""
    for axis, count in enumerate(values.shape):
        edges = np.linspace(0, count, side + 1)
        first = np.floor(edges[:-1]).astype(int)
        last = np.maximum(np.ceil(edges[1:]).astype(int), first + 1)
        total = np.insert(np.cumsum(values, axis=axis, dtype=np.float64), 0, 0.0, axis=axis)
        span = (last - first).reshape([-1 if a == axis else 1 for a in range(2)])
        values = (total.take(last, axis) - total.take(first, axis)) / span
    return values.astype(np.float32)


def given(silhouette: Silhouette, loop: bool, seconds: float, amplitude: float) -> np.ndarray:
    """What a motion is made for, as a network is told it, (GIVEN,): loop or not, the clip's seconds at the usual pace,
    amplitude against the usual, the box of what is visible, and its outline."""
    measures = (1.0 if loop else -1.0, np.log2(seconds) / 2, np.log2(amplitude))
    box = (*silhouette.middle, *(2 * h - 1 for h in silhouette.half), 2 * silhouette.outline.mean() - 1)
    return np.concatenate([np.array([*measures, *box]), silhouette.outline.ravel() - 0.5]).astype(np.float32)


def grid() -> tuple[np.ndarray, np.ndarray]:
    """x and y of the field's points, (GRID, GRID) each, in units of the silhouette's radius from its middle."""
    line = np.linspace(-REACH, REACH, GRID)
    return np.meshgrid(line, line)


def times(frames: int, loop: bool) -> np.ndarray:
    """The moments of so many frames, (frames,) in [0, 1]: a loop's frame after the last is its first."""
    return np.arange(frames) / (frames if loop else max(1, frames - 1))


def weights(moments: np.ndarray, loop: bool, keys: int = KEYS) -> np.ndarray:
    """Catmull and Rom's cubic between keys, (len(moments), keys): a motion at moments in [0, 1] is `weights @ keys`.

    A loop's keys go round, so that moment 1 is moment 0 exactly; else the first and the last key are both on the clip.
    """
    place = np.mod(moments, 1.0) * keys if loop else np.clip(moments, 0, 1) * (keys - 1)
    first = np.floor(place).astype(int)
    u = (place - first)[:, None]
    parts = np.concatenate(
        [-u + 2 * u**2 - u**3, 2 - 5 * u**2 + 3 * u**3, u + 4 * u**2 - 3 * u**3, -(u**2) + u**3], axis=1
    )
    out = np.zeros((len(moments), keys))
    for k in range(4):
        column = first + k - 1
        column = np.mod(column, keys) if loop else np.clip(column, 0, keys - 1)
        np.add.at(out, (np.arange(len(moments)), column), parts[:, k] / 2)
    return out


@dataclass(frozen=True)
class Pose:
    """A motion at one moment: `offset` (x, y) in [-2, 2), `linear` the 2x2 map turn @ stretch about the silhouette's
    middle, opacity in [0, 1], light in [-0.9, 0.9], and the field of displacements (GRID, GRID, 2)."""

    offset: np.ndarray
    linear: np.ndarray
    opacity: float
    light: float
    field: np.ndarray


def pose(state: np.ndarray) -> Pose:
    """A row of a motion, (CHANNELS,), read: unit vectors are made so, what has bounds is held to them."""
    turns = [np.arctan2(state[k + 1], state[k]) for k in (0, 2, 4)]
    cos, sin = np.cos(turns[2]), np.sin(turns[2])
    stretch = np.array([[state[6], state[8]], [0.0, state[7]]])
    return Pose(
        offset=np.array(turns[:2]) * (PERIOD / (2 * np.pi)),
        linear=np.array([[cos, -sin], [sin, cos]]) @ stretch,
        opacity=float(np.clip(state[9], 0, 1)),
        light=float(np.clip(state[10], -0.9, 0.9)),
        field=state[AFFINE:].reshape(GRID, GRID, 2),
    )


def on_torus(place: Any) -> tuple[np.ndarray, np.ndarray]:
    """Cosine and sine of places in half sides of the canvas; the torus is `PERIOD` long."""
    angle = place * (2 * np.pi / PERIOD)
    return np.cos(angle), np.sin(angle)


def closed(keys: np.ndarray, over: int = 10) -> np.ndarray:
    """A loop's keys without a jerk at its seam: what the step from the last key to the first differs from the steps
    beside it is spread over the last `over` keys. The first key, the picture at rest, stays as it is."""
    beside = (keys[1] - keys[0] + keys[-1] - keys[-2]) / 2
    jerk = keys[0] - keys[-1] - beside
    share = 0.5 + 0.5 * np.cos(np.pi * np.arange(over)[::-1] / over)
    out = keys.copy()
    out[-over:] += share[:, None].astype(keys.dtype) * jerk
    return out


def at(keys: np.ndarray, moments: np.ndarray, loop: bool) -> np.ndarray:
    """A motion (KEYS, CHANNELS) at moments in [0, 1], (len(moments), CHANNELS)."""
    return weights(moments, loop, len(keys)) @ keys
