"""Kernel distance (KID with Inception's features): squared MMD with a cubic kernel, unbiased, so fair with few samples.

Binkowski et al., "Demystifying MMD GANs", 2018, section 4: k(x, y) = (x y / D + 1)^3, the unbiased estimator, over
subsets. Known biases: none in the mean (it may fall below 0); its spread depends on the subsets.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

SUBSETS, SIZE = 100, 1000
LOOKED = 2000  # samples of each set the standard error is told from


class Distance(NamedTuple):
    """The mean over subsets, their standard deviation (what papers put behind the +-; it shrinks with the subsets'
    size, not with the samples), and the standard error of the mean."""

    mean: float
    spread: float
    error: float


def kernel(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(N, D) and (M, D) to (N, M)."""
    return (a @ b.T / a.shape[1] + 1) ** 3


def squared(a: np.ndarray, b: np.ndarray) -> float:
    """The unbiased squared MMD of two sets of features of any sizes, each of two or more."""
    n, m = len(a), len(b)
    within, other, across = kernel(a, a), kernel(b, b), kernel(a, b)
    own = (within.sum() - np.trace(within)) / (n * (n - 1))
    theirs = (other.sum() - np.trace(other)) / (m * (m - 1))
    return float(own + theirs - 2 * across.mean())


def kid(a: np.ndarray, b: np.ndarray, subsets: int = SUBSETS, size: int = SIZE, seed: int = 0) -> Distance:
    """The distance over `subsets` of `size` of each set (of all, where there are fewer). ValueError below two."""
    if min(len(a), len(b)) < 2:
        raise ValueError("a kernel distance needs two samples of each or more")
    rng, count = np.random.default_rng(seed), min(size, len(a), len(b))
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    found = []
    for _ in range(subsets):
        some, others = (one[rng.choice(len(one), count, replace=False)] for one in (a, b))
        found.append(squared(some, others))
    return Distance(float(np.mean(found)), float(np.std(found)), error(a, b))


def error(a: np.ndarray, b: np.ndarray) -> float:
    """The standard error of the distance of whole sets: each sample moves it by twice its mean likeness to its own set
    less that to the other (Sutherland et al., "Generative Models and Model Criticism via Optimized Maximum Mean
    Discrepancy", 2017, section 2.1), the second order left out."""
    total = 0.0
    for one, other in ((a, b), (b, a)):
        some, others = one[:LOOKED], other[:LOOKED]
        within = kernel(some, some)
        own = (within.sum(1) - np.diag(within)) / max(1, len(some) - 1)
        total += 4 * float((own - kernel(some, others).mean(1)).var()) / len(one)
    return float(np.sqrt(total))
