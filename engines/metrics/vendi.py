"""Vendi score: how many different things there are among samples, as an effective number.

Friedman and Dieng, "The Vendi Score", 2023, equation 1: exp of the entropy of the eigenvalues of K / N, K the cosine
likeness of features. Known biases: what the features do not see does not count; it grows with the number of samples.
"""

from __future__ import annotations

import numpy as np


def vendi(features: np.ndarray) -> float:
    """From 1 (all the same) to N (all unlike), of features (N, D). ValueError for an empty set."""
    if not len(features):
        raise ValueError("a Vendi score needs a sample or more")
    x = np.asarray(features, np.float64)
    x = x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)
    # X X^T and X^T X share their eigenvalues but for zeros: the smaller one is enough.
    small = x @ x.T if len(x) <= x.shape[1] else x.T @ x
    values = np.linalg.eigvalsh(small / len(x))
    values = values[values > 1e-15]
    return float(np.exp(-(values * np.log(values)).sum()))
