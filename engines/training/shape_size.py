"""Fit the size of things to their names: ridge regression of log metres on sentence embeddings."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engines.nn.size import SizeHead, pooled
from engines.training.shape_data import Pool
from engines.training.shape_flow import Words

RIDGE = 3e-3  # times the number of captions
MOST = 12_000  # captions


def fitted(words: Words, pools: list[Pool]) -> SizeHead:
    """The head with the least squared error in log metres, every kind of thing counting alike."""
    x, y, weight = _rows(words, pools)
    mean, centre = (weight[:, None] * x).sum(0), (weight * y).sum()
    near = (x - mean) * weight[:, None]
    gram = near.T @ (x - mean) + RIDGE * 0.01 * torch.eye(x.shape[1], dtype=x.dtype)
    slope = torch.linalg.solve(gram, near.T @ (y - centre))
    head = SizeHead()
    with torch.no_grad():
        head.map.weight.copy_(slope[None])
        head.map.bias.fill_(float(centre - mean @ slope))
    return head.eval()


def error(head: SizeHead, words: Words, pool: Pool) -> float:
    """The median factor by which the head is off, 1 being right, over the captions of a pool."""
    x, y, _ = _rows(words, [pool])
    with torch.no_grad():
        found = head.map(x.float())[:, 0]
    return float((found - y.float()).abs().median().exp())


def _rows(words: Words, pools: list[Pool]) -> tuple[Tensor, Tensor, Tensor]:
    """Embeddings (N, 384), log metres (N,) and weights (N,) that sum to 1, in double precision."""
    told = [(caption, kind, size) for pool in pools for caption, kind, size in _captions(pool)]
    rng = np.random.default_rng(0)
    chosen = [told[i] for i in rng.permutation(len(told))[:MOST]]
    found = [pooled(*words.of([caption])) for caption, _, _ in chosen]
    kinds, count = np.unique([kind for _, kind, _ in chosen], return_counts=True)
    often = dict(zip(kinds.tolist(), count.tolist(), strict=True))
    weight = torch.tensor([often[kind] ** -0.5 for _, kind, _ in chosen], dtype=torch.float64)
    sizes = torch.tensor([size for _, _, size in chosen], dtype=torch.float64)
    return torch.cat(found).double(), sizes.log(), weight / weight.sum()


def _captions(pool: Pool) -> list[tuple[str, str, float]]:
    rows = zip(pool.captions, pool.kinds, pool.sizes.tolist(), strict=True)
    return [(caption, kind, size) for told, kind, size in rows for caption in told]
