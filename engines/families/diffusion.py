"""Diffusion: learn to undo noise on the variance-preserving path, and walk back along it.

Ho et al., "Denoising Diffusion Probabilistic Models", 2020; Song et al., "Denoising Diffusion Implicit Models", 2021;
the network predicts v (Salimans and Ho, "Progressive Distillation for Fast Sampling of Diffusion Models", 2022).
x = alpha x0 + sigma n with alpha² + sigma² = 1. Time u in [0, 1] is the angle atan(sigma / alpha) in quarter turns:
alpha = cos(pi u / 2), sigma = sin(pi u / 2), which is the cosine schedule of Nichol and Dhariwal, 2021, without its
offset. The level of the house's samplers is sigma.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from engines import samplers
from engines.schedules import VP

Network = Callable[[Tensor, Tensor], Tensor]  # (x (B, ...), u (B,)) -> v (B, ...)


def times(count: int, generator: torch.Generator | None = None) -> Tensor:
    """Training times u in (0, 1), (count,): even in the angle, one in each of `count` equal parts, in random order.

    The even spread lowers the variance of the loss (Kingma et al., "Variational Diffusion Models", 2021, I.1).
    """
    places = torch.randperm(count, generator=generator) + torch.rand(count, generator=generator)
    return (places / count).clamp(1e-3, 1 - 1e-3)


def signal_and_noise(u: Tensor, like: Tensor) -> tuple[Tensor, Tensor]:
    """alpha and sigma at times u (B,), shaped to multiply `like` (B, ...)."""
    angle = (u * (math.pi / 2)).reshape(-1, *[1] * (like.ndim - 1)).to(like.dtype)
    return angle.cos(), angle.sin()


def loss(network: Network, x0: Tensor, noise: Tensor, u: Tensor) -> Tensor:
    """E |v(x, u) - (alpha n - sigma x0)|², the mean squared error of v (Salimans and Ho, appendix D).

    In terms of the clean estimate it is weighted by SNR + 1, so no level is forgotten.
    """
    alpha, sigma = signal_and_noise(u, x0)
    return (network(alpha * x0 + sigma * noise, u).float() - (alpha * noise - sigma * x0)).square().mean()


def clean(network: Network, x: Tensor, level: float) -> Tensor:
    """The clean estimate x0 = alpha x - sigma v(x, u) at noise level sigma, (B, ...)."""
    u = VP.angle(level) * (2 / math.pi)
    return VP.alpha(level) * x - level * network(x, x.new_full((len(x),), u)).to(x.dtype)


def noise_of(network: Network, x: Tensor, level: float) -> Tensor:
    """The noise estimate n = sigma x + alpha v(x, u): what an eps-prediction network gives (Ho et al., equation 12)."""
    u = VP.angle(level) * (2 / math.pi)
    return level * x + VP.alpha(level) * network(x, x.new_full((len(x),), u)).to(x.dtype)


def sample(
    method: str, denoise: samplers.Denoiser, x: Tensor, levels: Sequence[float], **plan: Any
) -> Iterator[samplers.State]:
    """Every step of a sampler of the house ('ddim', 'ddpm', 'dpmpp_2m' ...) down the variance-preserving path.

    `denoise(x, sigma)` gives clean estimates; `x` (B, ...) stands at levels[0]. Keywords: see `samplers.sample`.
    """
    return samplers.sample(method, denoise, x, levels, path=VP, **plan)
