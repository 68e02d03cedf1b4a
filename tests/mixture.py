"""A Gaussian mixture on the line whose denoiser, probability-flow ODE and law are known in closed form.

Every number of a tensor is its own one-dimensional problem, so one tensor holds thousands of independent checks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from engines.schedules import Path


@dataclass(frozen=True)
class Mixture:
    """x0 ~ sum_k w_k N(mean_k, spread_k²), seen through the noise of `path`."""

    path: Path
    weights: tuple[float, ...] = (0.45, 0.55)
    means: tuple[float, ...] = (-0.7, 0.9)
    spreads: tuple[float, ...] = (0.45, 0.35)

    def denoise(self, x: Tensor, level: float) -> Tensor:
        """E[x0 | x] exactly: each component's posterior mean, weighted by its posterior probability."""
        x, alpha = x.double()[..., None], self.path.alpha(level)
        means, var = self._means(), self._spreads() ** 2
        seen = alpha * alpha * var + level * level
        gap = x - alpha * means
        odds = torch.softmax(self._weights().log() - 0.5 * gap * gap / seen - 0.5 * seen.log(), -1)
        return (odds * (means + alpha * var / seen * gap)).sum(-1)

    def like(self, x: Tensor, level: float) -> Tensor:
        """The same in the dtype of x, as a network would answer."""
        return self.denoise(x, level).to(x.dtype)

    def cdf(self, x: Tensor, level: float) -> Tensor:
        """P(X <= x) at `level`, where X = alpha x0 + sigma n."""
        alpha = self.path.alpha(level)
        seen = (alpha * alpha * self._spreads() ** 2 + level * level).sqrt()
        z = (x.double()[..., None] - alpha * self._means()) / seen
        return (self._weights() * 0.5 * torch.erfc(-z / math.sqrt(2.0))).sum(-1)

    def quantile(self, wanted: Tensor, level: float) -> Tensor:
        """The x at `level` with P(X <= x) = `wanted`, by bisection to the last bit."""
        left, right = torch.full_like(wanted, -1e3), torch.full_like(wanted, 1e3)
        for _ in range(90):
            middle = 0.5 * (left + right)
            under = self.cdf(middle, level) < wanted
            left, right = torch.where(under, middle, left), torch.where(under, right, middle)
        return 0.5 * (left + right)

    def flow(self, x: Tensor, high: float, low: float) -> Tensor:
        """Where the probability-flow ODE takes x from level `high` to `low`: on the line it keeps the quantile."""
        return self.quantile(self.cdf(x, high), low)

    def start(self, count: int, level: float) -> Tensor:
        """`count` evenly spread quantiles of the law at `level`, (1, count) float64: noise without its chance."""
        places = (torch.arange(count, dtype=torch.float64) + 0.5) / count
        return self.quantile(places, level)[None]

    def _means(self) -> Tensor:
        return torch.tensor(self.means, dtype=torch.float64)

    def _spreads(self) -> Tensor:
        return torch.tensor(self.spreads, dtype=torch.float64)

    def _weights(self) -> Tensor:
        return torch.tensor(self.weights, dtype=torch.float64)


def distance(values: Tensor, law: Mixture) -> float:
    """Kolmogorov's distance between the numbers in `values` and the clean law: the largest gap of the two CDFs."""
    ranked = values.double().flatten().sort().values
    expected = law.cdf(ranked, 0.0)
    steps = torch.arange(ranked.numel() + 1, dtype=torch.float64) / ranked.numel()
    return float(torch.maximum((expected - steps[:-1]).abs(), (expected - steps[1:]).abs()).max())
