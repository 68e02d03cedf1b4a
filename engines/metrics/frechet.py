"""Frechet distance: how far apart two sets of features lie, as Gaussians. With Inception's features it is the FID.

Heusel et al., "GANs Trained by a Two Time-Scale Update Rule", 2017, equation 6; the estimate for endless samples after
Chong and Forsyth, "Effectively Unbiased FID and Inception Score", 2020, section 3.
Known biases: too high with few samples (by some tens with a hundred), blind to anything but mean and covariance, and
only comparable between numbers of the same features, resizing and count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

LOOKS = 15  # subset sizes a line is laid through
GATHERED = 1024  # rows that are taken in at once: fewer would pass over the covariance too often


@dataclass
class Moments:
    """Mean and covariance of features that come in portions, in bounded memory (Chan, Golub and LeVeque, 1979).

    Kept in float64: `count`, `mean` (D,) and `scatter` (D, D), the sum of outer products about the mean.
    """

    count: int = 0
    mean: np.ndarray = field(default_factory=lambda: np.zeros(0))
    scatter: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))

    def add(self, portion: ArrayLike) -> Moments:
        """With the features (N, D) of one more portion; itself, for chains."""
        new = np.asarray(portion, np.float64)
        if not len(new):
            return self
        if not self.count:
            self.mean, self.scatter = np.zeros(new.shape[1]), np.zeros((new.shape[1], new.shape[1]))
        mean = new.mean(0)
        centred = new - mean
        away, total = mean - self.mean, self.count + len(new)
        self.scatter += centred.T @ centred + np.outer(away, away) * (self.count * len(new) / total)
        self.mean = self.mean + away * len(new) / total
        self.count = total
        return self

    @property
    def covariance(self) -> np.ndarray:
        """(D, D), with N - 1 in the denominator. ValueError with fewer than two samples."""
        if self.count < 2:
            raise ValueError("a covariance needs two samples or more")
        return self.scatter / (self.count - 1)


def streamed(portions: Iterable[np.ndarray]) -> Moments:
    """The moments of features that come in portions (n, D) of any size, some `GATHERED` rows at a time."""
    moments, waiting = Moments(), []
    for portion in portions:
        waiting.append(portion)
        if sum(map(len, waiting)) >= GATHERED:
            moments.add(np.concatenate(waiting))
            waiting = []
    return moments.add(np.concatenate(waiting)) if waiting else moments


def between(a: Moments, b: Moments) -> float:
    """|m_a - m_b|^2 + tr(S_a + S_b - 2 (S_a S_b)^(1/2))."""
    return gaussians(a.mean, a.covariance, b.mean, b.covariance)


def gaussians(mean: np.ndarray, cov: np.ndarray, other_mean: np.ndarray, other_cov: np.ndarray) -> float:
    """The same of two Gaussians: means (D,), covariances (D, D). 0 where they are one, whatever rounding says."""
    return _to(root(cov), cov, other_cov, mean - other_mean)


def root(cov: np.ndarray) -> np.ndarray:
    """The symmetric square root of a covariance (D, D)."""
    values, vectors = np.linalg.eigh(cov)
    return (vectors * np.sqrt(values.clip(0))) @ vectors.T


def _to(half: np.ndarray, cov: np.ndarray, other: np.ndarray, away: np.ndarray) -> float:
    """The distance of covariances, of which one has the root `half`, and means that are `away` from each other."""
    # S_a S_b has the eigenvalues of S_a^(1/2) S_b S_a^(1/2), which is symmetric: no complex root, no warning.
    cross = np.sqrt(np.linalg.eigvalsh(half @ other @ half).clip(0)).sum()
    return max(0.0, float((away**2).sum() + np.trace(cov) + np.trace(other) - 2 * cross))


def frechet(a: ArrayLike, b: ArrayLike) -> float:
    """The distance of two sets of features, (N, D) and (M, D)."""
    return between(Moments().add(a), Moments().add(b))


def endless(a: np.ndarray, real: Moments, seed: int = 0) -> float:
    """What the distance would be with endless samples of `a`: the distances of subsets are a line in 1/N, read at 0.

    Needs 60 samples or more (ValueError), and is noisy below a thousand.
    """
    if len(a) < 60:
        raise ValueError("an estimate for endless samples needs 60 or more")
    rng, half = np.random.default_rng(seed), root(real.covariance)
    counts = np.unique(np.linspace(max(30, len(a) // 5), len(a), LOOKS).astype(int))
    found = []
    for n in counts:
        some = Moments().add(a[rng.choice(len(a), n, replace=False)])
        found.append(_to(half, real.covariance, some.covariance, real.mean - some.mean))
    _slope, at_none = np.polyfit(1 / counts, found, 1)
    return float(at_none)


def interval(a: np.ndarray, b: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    """Where the mean distance of sets as large as these lies with `level`, by the limit law. It holds the luck of the
    draw, not the bias of few samples, which `endless` takes out. ValueError below two samples of each."""
    middle, wide = frechet(a, b), NormalDist().inv_cdf((1 + level) / 2) * error(a, b)
    return max(0.0, middle - wide), middle + wide


def error(a: np.ndarray, b: np.ndarray) -> float:
    """The standard error of the distance by its limit law (Rippl, Munk and Sturm, "Limit laws of the empirical
    Wasserstein distance: Gaussian distributions", 2016): each sample moves it by 2 (m_a - m_b)'(x - m_a) +
    (x - m_a)'(I - T)(x - m_a), T the linear map that carries one Gaussian onto the other. With fewer samples than
    features it errs to the large side (by a quarter at 80 of 200)."""
    total = 0.0
    for one, other in ((a, b), (b, a)):
        x, y = Moments().add(one), Moments().add(other)
        values, vectors = np.linalg.eigh(x.covariance)
        size = np.sqrt(values.clip(0))
        back = np.divide(1, size, where=size > 1e-7 * size.max(initial=0.0), out=np.zeros_like(size))
        half, undone = (vectors * size) @ vectors.T, (vectors * back) @ vectors.T
        carry = undone @ root(half @ y.covariance @ half) @ undone
        centred = np.asarray(one, np.float64) - x.mean
        moved = 2 * centred @ (x.mean - y.mean) + (centred**2).sum(1) - ((centred @ carry) * centred).sum(1)
        total += float(moved.var()) / len(one)
    return float(np.sqrt(total))
