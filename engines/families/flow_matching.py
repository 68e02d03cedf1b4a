"""Flow matching: learn the velocity of straight paths from pictures to noise, and walk back along it.

Lipman et al., "Flow Matching for Generative Modeling", 2023; Liu et al., "Flow Straight and Fast", 2023. The house's
convention: x_t = (1 - t) x0 + t noise, t from 1 (noise) to 0 (clean), sigma == t, velocity v = noise - x0.
"""

from collections.abc import Callable

import torch
from torch import Tensor

Velocity = Callable[[Tensor, Tensor], Tensor]  # (x (B, ...), t (B,)) -> v (B, ...)


def times(count: int, generator: torch.Generator | None = None, mean: float = 0.0, spread: float = 1.0) -> Tensor:
    """Logit-normal training times in (0, 1), (count,): Esser et al., "Scaling Rectified Flow Transformers", 2024."""
    return torch.sigmoid(mean + spread * torch.randn(count, generator=generator))


def loss(velocity: Velocity, x0: Tensor, noise: Tensor, t: Tensor) -> Tensor:
    """The mean squared error of the velocity: E |v(x_t, t) - (noise - x0)|^2 (Lipman et al., equation 23)."""
    shaped = t.reshape(-1, *[1] * (x0.ndim - 1))
    return (velocity((1 - shaped) * x0 + shaped * noise, t).float() - (noise - x0)).square().mean()


def clean(velocity: Velocity, x: Tensor, t: float) -> Tensor:
    """The clean estimate x0 = x_t - t v(x_t, t), (B, ...)."""
    return x - t * velocity(x, x.new_full((len(x),), t)).to(x.dtype)
