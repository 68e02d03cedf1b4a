"""Inception Score: how sure a classifier is of each picture, and how varied it finds them all.

Salimans et al., "Improved Techniques for Training GANs", 2016: exp(E KL(p(y|x) || p(y))), over splits. Known biases: it
never looks at real pictures, cannot tell copies, depends on the classifier and, upwards, on the number of pictures.
"""

from __future__ import annotations

import numpy as np


def score(logits: np.ndarray, splits: int = 10) -> tuple[float, float]:
    """The mean over `splits` parts and their standard deviation (N), from class scores (N, K). From 1 to K.

    ValueError with fewer pictures than splits.
    """
    if len(logits) < splits:
        raise ValueError(f"an Inception Score over {splits} splits needs as many pictures or more")
    x = np.asarray(logits, np.float64)
    x = x - x.max(1, keepdims=True)
    told = x - np.log(np.exp(x).sum(1, keepdims=True))
    found = []
    for n in range(splits):  # cut as the paper's own code does
        part = told[n * len(told) // splits : (n + 1) * len(told) // splits]
        p = np.exp(part)
        overall = p.mean(0, keepdims=True)
        # A class of probability 0 adds nothing: p log p goes to 0.
        divergence = np.where(p > 0, p * (part - np.log(np.maximum(overall, np.finfo(np.float64).tiny))), 0).sum(1)
        found.append(np.exp(divergence.mean()))
    return float(np.mean(found)), float(np.std(found))
