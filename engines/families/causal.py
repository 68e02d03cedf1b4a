"""Sound sample by sample: mu-law levels, and mixtures of logistics as the distribution of the next level.

    log p(x) = sum_t log p(x_t | x_1 .. x_{t-1})          (van den Oord et al., "WaveNet", 2016, equation 1)

A level's probability is what a mixture of logistic densities over the samples holds between its edges, the outermost
levels reaching to infinity (Salimans et al., "PixelCNN++", 2017, equation 2), so that the 256 of them add up to one and
near ones are alike from the first step of a training on. The densities are over samples, not over mu-law numbers: noise
is the same noise wherever a wave stands, while mu-law's levels stand 256 times as close at zero as at its ends.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engines.families.autoregressive import uniform

LEVELS = 256
MU = LEVELS - 1
NARROWEST = -11.0  # the least logarithm of a scale; the narrowest levels are 1.7e-4 = exp(-8.7) apart


def companded(x: Any) -> Any:
    """Samples in [-1, 1] as mu-law: sign(x) ln(1 + 255 |x|) / ln 256 (WaveNet, section 2.2; ITU-T G.711).

    An array of either kind gives one of its kind.
    """
    of: Any = torch if isinstance(x, Tensor) else np
    return of.sign(x) * of.log1p(MU * abs(x)) / math.log(LEVELS)


def expanded(y: Any) -> Any:
    """The way back."""
    of: Any = torch if isinstance(y, Tensor) else np
    return of.sign(y) * of.expm1(abs(y) * math.log(LEVELS)) / MU


def spacing(x: Any) -> Any:
    """How far levels are apart at samples in [-1, 1]: 1.7e-4 at zero, 256 times that at the ends."""
    return (1 + MU * abs(x)) * (math.log(LEVELS) / MU * 2 / MU)


def levels_of(x: np.ndarray) -> np.ndarray:
    """Samples in [-1, 1] as levels of mu-law, uint8; what is beyond is at the end."""
    return np.rint((companded(np.clip(x, -1, 1)) + 1) * (MU / 2)).astype(np.uint8)


def places_of(levels: np.ndarray) -> np.ndarray:
    """Levels as mu-law numbers in [-1, 1], float32."""
    return levels.astype(np.float32) * np.float32(2 / MU) - np.float32(1)


def samples_of(levels: np.ndarray) -> np.ndarray:
    """Levels as samples in [-1, 1], float64."""
    return expanded(places_of(levels).astype(np.float64))


EDGES = expanded((np.arange(MU) + 0.5) * (2 / MU) - 1).astype(np.float32)  # samples between two levels, (255,)
_EDGES = EDGES.tolist()


# ---------------------------------------------------------------- the mixture


def log_likelihood(mixture: Tensor, levels: Tensor) -> Tensor:
    """log p in nats of levels (...) under mixtures (..., 3 K): weights as logits, means, logarithms of scales.

    Means and scales are of samples. The share of a logistic between b and a is
    sigmoid(a) sigmoid(-b) (1 - exp(b - a)), exactly, also far out.
    """
    weight, mean, scale = mixture.float().chunk(3, -1)
    slope = (-scale.clamp_min(NARROWEST)).exp()
    edges = torch.from_numpy(EDGES).to(mean)
    above, below = (edges[(levels + k).clamp(0, MU - 1)][..., None] for k in (0, -1))
    upper, lower = functional.logsigmoid((above - mean) * slope), functional.logsigmoid((mean - below) * slope)
    first, last = (levels == 0)[..., None], (levels == MU)[..., None]
    inner = (-torch.expm1((below - above) * slope)).clamp_min(1e-30).log()
    each = torch.where(last, lower, upper) + torch.where(first | last, 0.0, lower + inner)
    return torch.logsumexp(weight.log_softmax(-1) + each, -1)


def loss(mixture: Tensor, levels: Tensor, mask: Tensor | None = None) -> Tensor:
    """The mean negative log-likelihood in nats per sample; mask (...) is True where it counts."""
    each = -log_likelihood(mixture, levels)
    return each.mean() if mask is None else (each * mask).sum() / mask.sum().clamp_min(1)


def drawn(mixture: np.ndarray, u: np.ndarray, temperature: float = 1.0) -> int:
    """A level from one mixture (3 K,) by two uniform numbers: first which logistic, then where in it.

    The share of all u that gives a level is exactly its probability. A temperature sharpens the weights and narrows
    the logistics; 0 takes the mean of the likeliest.
    """
    count = len(mixture) // 3
    weight, mean = mixture[:count], mixture[count : 2 * count]
    if temperature <= 0:
        sample = float(mean[int(weight.argmax())])
    else:
        share = np.exp((weight - weight.max()) / temperature).cumsum()
        k = min(int((share <= u[0] * share[-1]).sum()), count - 1)
        chance = min(max(float(u[1]), 1e-12), 1 - 1e-12)
        scale = math.exp(max(float(mixture[2 * count + k]), NARROWEST)) * temperature
        sample = float(mean[k]) + scale * math.log(chance / (1 - chance))
    return bisect.bisect(_EDGES, sample)


# ---------------------------------------------------------------- writing


class Reader(Protocol):
    """A sound on its way: `mixture` is that of the next sample, (3 K,); `settle` writes it."""

    def mixture(self) -> np.ndarray: ...

    def settle(self, level: int) -> None: ...


def stream(
    reader: Reader, parts: list[int], seed: int, temperature: Callable[[int], float], begun: int = 0
) -> Iterator[int]:
    """Write sound in parts of so many samples, from part `begun` on; yields how many are finished after each.

    The chance of a sample is a function of (seed, part, place), so that a run taken up again goes on exactly.
    """
    for index in range(begun, len(parts)):
        chance, heat = uniform(seed, index, 2 * parts[index]).numpy().reshape(-1, 2), temperature(index)
        for u in chance:
            reader.settle(drawn(reader.mixture(), u, heat))
        yield index + 1
