"""Autoregressive models: the probability of a whole is the product of its parts', each given those before it.

    log p(x) = sum_n log p(x_n | x_1 .. x_{n-1})          (the chain rule)

A network gives logits for the next symbol; `loss` is their cross-entropy, `draw` takes a symbol from them. Noise is a
function of (seed, place): the uniform number of a place is the same however the places before it were drawn, so a run
that is taken up again in the middle goes on exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engines.samplers.state import generator

Next = Callable[[Tensor], Tensor]  # symbols so far (n,) -> logits of the next, (V,)


def loss(logits: Tensor, targets: Tensor, mask: Tensor | None = None) -> Tensor:
    """The mean negative log-likelihood in nats; logits (..., V), targets (...), mask (...) True where it counts."""
    each = functional.cross_entropy(logits.flatten(0, -2).float(), targets.flatten(), reduction="none")
    if mask is None:
        return each.mean()
    kept = mask.flatten().to(each.dtype)
    return (each * kept).sum() / kept.sum().clamp_min(1)


def log_likelihood(logits: Tensor, targets: Tensor) -> Tensor:
    """log p(x_n | x_<n) in nats, (...), for logits (..., V) and symbols (...)."""
    return logits.float().log_softmax(-1).gather(-1, targets[..., None])[..., 0]


def bits(nats: Tensor | float) -> Tensor | float:
    """Nats as bits."""
    return nats / math.log(2)


# ---------------------------------------------------------------- shaping a distribution


def allow(logits: Tensor, allowed: Tensor) -> Tensor:
    """Logits with what is not allowed at minus infinity: the exact distribution given that the symbol is allowed."""
    return logits.masked_fill(~allowed, -math.inf)


def top_k(logits: Tensor, k: int) -> Tensor:
    """Only the k likeliest symbols (Fan et al., "Hierarchical Neural Story Generation", 2018); 0 keeps all."""
    if not 0 < k < logits.shape[-1]:
        return logits
    kept = torch.zeros_like(logits, dtype=torch.bool).scatter_(-1, logits.topk(k, -1).indices, True)
    return allow(logits, kept)


def top_p(logits: Tensor, p: float) -> Tensor:
    """The smallest set of likeliest symbols that holds at least the probability p (nucleus sampling: Holtzman et al.,
    "The Curious Case of Neural Text Degeneration", 2020, equation 2); 1 keeps all."""
    if p >= 1:
        return logits
    probability, order = logits.softmax(-1).sort(stable=True, dim=-1, descending=True)
    before = probability.cumsum(-1) - probability
    return allow(logits, torch.zeros_like(logits, dtype=torch.bool).scatter_(-1, order, before < max(p, 1e-9)))


def typical(logits: Tensor, mass: float) -> Tensor:
    """The symbols whose surprise is nearest to the entropy, holding at least `mass` (locally typical sampling: Meister
    et al., "Locally Typical Sampling", 2023, equation 11); 1 keeps all."""
    if mass >= 1:
        return logits
    log_p = logits.log_softmax(-1)
    p = log_p.exp()
    entropy = -torch.where(p > 0, p * log_p, 0.0).sum(-1, keepdim=True)
    far = torch.where(p > 0, (-log_p - entropy).abs(), math.inf)
    order = far.sort(stable=True, dim=-1).indices
    sorted_p = p.gather(-1, order)
    before = sorted_p.cumsum(-1) - sorted_p
    kept = torch.zeros_like(logits, dtype=torch.bool).scatter_(-1, order, before < max(mass, 1e-9))
    return allow(logits, kept & (p > 0))


def spared(logits: Tensor, symbol: int, plain: Tensor) -> Tensor:
    """Logits (V,) in which `symbol` is as likely as under the logits `plain`, all others in proportion to `logits`."""
    others, share = torch.arange(len(logits)) != symbol, plain.log_softmax(-1)
    out = torch.empty_like(logits)
    out[symbol] = share[symbol]
    out[others] = logits[others].log_softmax(-1) + share[others].logsumexp(-1)
    return out


def shaped(logits: Tensor, temperature: float = 1.0, *, k: int = 0, p: float = 1.0, mass: float = 1.0) -> Tensor:
    """The logits to draw from: softmax(logits / temperature), cut by top-k, then typical, then top-p sampling.

    `temperature` 0 leaves the likeliest symbol alone (the first of equals).
    """
    if temperature <= 0:
        best = functional.one_hot(logits.argmax(-1), logits.shape[-1]).bool()
        return allow(logits, best)
    return top_p(typical(top_k(logits / temperature, k), mass), p)


# ---------------------------------------------------------------- drawing


def uniform(seed: int, place: int, count: int = 1) -> Tensor:
    """The `count` uniform numbers in [0, 1) of one place of one seed, float64 (count,)."""
    return torch.rand(count, generator=generator(seed, place), dtype=torch.float64)


def draw(logits: Tensor, u: Tensor) -> Tensor:
    """The symbol at which the cumulated probability passes u (the inverse of the distribution function), (...).

    logits (..., V), u (...) in [0, 1). Exact: symbol v is drawn for a share softmax(logits)_v of all u.
    """
    cumulated = logits.double().softmax(-1).cumsum(-1)
    cumulated = cumulated / cumulated[..., -1:]
    return torch.searchsorted(cumulated, u.to(cumulated)[..., None], right=True)[..., 0].clamp_max(logits.shape[-1] - 1)


@torch.no_grad()
def sample(following: Next, count: int, seed: int, given: Tensor | None = None, **shape: float) -> Iterator[Tensor]:
    """Write `count` symbols after `given`; yields the sequence so far, (n,), after each.

    `shape` are the arguments of `shaped`. A run taken up with `given` what it had written goes on exactly.
    """
    written = torch.zeros(0, dtype=torch.long) if given is None else given
    for place in range(len(written), count):
        logits = shaped(following(written), **shape)  # type: ignore[arg-type]
        written = torch.cat([written, draw(logits, uniform(seed, place)[0])[None]])
        yield written


# ---------------------------------------------------------------- pictures, row by row


def guided(logits: Tensor, without: Tensor, scale: float) -> Tensor:
    """log p_w + scale (log p - log p_w), up to a constant: the logits with words against those without (classifier-free
    guidance: Ho and Salimans, 2022, equation 6, on log-probabilities). Scale 1 is the model itself; (..., V)."""
    return without + scale * (logits - without)


class Reader(Protocol):
    """A picture on its way. Places are (row, n), row by row; all before a place are settled when it is asked for."""

    def logits(self, row: int, n: int) -> Tensor:
        """Of the symbol at a place, (V,)."""

    def settle(self, row: int, n: int, symbol: int) -> None:
        """Write a symbol there."""


@torch.no_grad()
def raster(reader: Reader, free: np.ndarray, seed: int, shape: Callable[[int, Tensor], Tensor]) -> Iterator[int]:
    """Draw every free place of a picture, free bool (rows, places), in raster order (van den Oord et al., "Pixel
    Recurrent Neural Networks", 2016, equation 1); yields the row whenever one that has free places is finished.

    `shape(row, logits)` are the logits to draw from; the chance of a place is a function of (seed, row, n).
    """
    for row in np.flatnonzero(free.any(1)).tolist():
        chance = uniform(seed, row, free.shape[1])
        for n in np.flatnonzero(free[row]).tolist():
            reader.settle(row, n, int(draw(shape(row, reader.logits(row, n)), chance[n])))
        yield row
