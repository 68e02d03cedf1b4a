"""Quality and variety told apart: precision and recall, density and coverage, by nearest neighbours.

Kynkaanniemi et al., "Improved Precision and Recall Metric for Assessing Generative Models", 2019; Naeem et al.,
"Reliable Fidelity and Diversity Metrics for Generative Models", 2020, equations 3 to 5. Known biases: precision and
recall are fooled by single outliers; all depend on the counts, so compare equal ones.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

NEIGHBOURS = {"precision and recall": 3, "density and coverage": 5}  # as the papers have it
ROWS = 1024  # compared at once


class Manifold(NamedTuple):
    """Shares of 1: of fakes within the real set, of reals within the fake one; density may exceed 1."""

    precision: float
    recall: float
    density: float
    coverage: float


def manifold(real: np.ndarray, fake: np.ndarray, near: int = 3, dense: int = 5) -> Manifold:
    """All four of features (N, D) and (M, D): `near` neighbours make the balls of precision and recall, `dense` those
    of density and coverage. ValueError when a set has no more samples than neighbours."""
    if min(len(real), len(fake)) <= max(near, dense):
        raise ValueError(f"precision and coverage need more than {max(near, dense)} samples of each")
    real, fake = np.asarray(real, np.float64), np.asarray(fake, np.float64)
    close = radii(real, (near, dense))
    fake_near = radii(fake, (near,))[0]
    inside = np.zeros(len(fake), bool)
    met = np.zeros(len(fake))
    recalled = np.zeros(len(real), bool)
    covered = np.zeros(len(real), bool)
    for start in range(0, len(real), ROWS):
        rows = slice(start, start + ROWS)
        away = distances(real[rows], fake)  # (R, M)
        inside |= (away <= close[0][rows, None]).any(0)
        met += (away <= close[1][rows, None]).sum(0)
        recalled[rows] = (away <= fake_near[None]).any(1)
        covered[rows] = away.min(1) <= close[1][rows]
    return Manifold(float(inside.mean()), float(recalled.mean()), float(met.mean() / dense), float(covered.mean()))


def radii(features: np.ndarray, neighbours: tuple[int, ...]) -> list[np.ndarray]:
    """How far the k-th nearest other sample of each lies, for every k, (N,) each."""
    found: list[list[np.ndarray]] = [[] for _ in neighbours]
    for start in range(0, len(features), ROWS):
        away = distances(features[start : start + ROWS], features)
        away[np.arange(len(away)), start + np.arange(len(away))] = np.inf
        nearest = np.partition(away, max(neighbours) - 1, 1)[:, : max(neighbours)]
        nearest.sort(1)
        for row, k in zip(found, neighbours, strict=True):
            row.append(nearest[:, k - 1])
    return [np.concatenate(row) for row in found]


def distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Euclidean, (N, D) and (M, D) to (N, M)."""
    square = (a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * (a @ b.T)
    return np.sqrt(square.clip(0))


def nearest(made: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which of `known` each of `made` is nearest to, and how far: (N,) indices and distances. For copies."""
    which, far = [], []
    for start in range(0, len(made), ROWS):
        away = distances(made[start : start + ROWS], known)
        which.append(away.argmin(1))
        far.append(away.min(1))
    return np.concatenate(which), np.concatenate(far)
