"""The energy network of image/mend: a U-Net whose squared output, summed over places and channels, is the energy.

E(x, sigma) = 1/2 |h|², h = x / sqrt(sigma² + s²) - G(x, sigma), after "Should EBMs model the energy or the score?"
(Salimans and Ho, 2021), where E = 1/2 |x - f(x)|²: h is what the network takes for noise, in its own units. With G = 0
the energy is exactly that of normal data with deviation s, so training begins at something sound.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

import torch
from torch import Tensor, nn

from engines.nn.unet import Measures, UNet

SPREAD = 0.7  # s, about the deviation of the pictures


class Energy(nn.Module):
    """`forward(x, sigma)`: pictures (B, C, H, W) and noise levels (B,) to energies (B,), differentiable twice."""

    def __init__(self, measures: Measures) -> None:
        super().__init__()
        self.measures = measures
        self.inner = UNet(measures)
        nn.init.zeros_(self.inner.leave[-1].bias)  # type: ignore[arg-type]

    def residual(self, x: Tensor, sigma: Tensor) -> Tensor:
        """h (B, C, H, W): about the standard normal noise in x. The level is told as the place of its log in [-6,
        6]."""
        scale = (sigma.square() + SPREAD**2).rsqrt().reshape(-1, 1, 1, 1)
        return scale * x - self.inner(scale * x, (0.5 + sigma.log() / 12).clamp(0, 1))

    def places(self, x: Tensor, sigma: Tensor) -> Tensor:
        """The energy of every place, (B, H, W); `forward` is its sum."""
        return 0.5 * self.residual(x, sigma).square().sum(1)

    def forward(self, x: Tensor, sigma: Tensor) -> Tensor:
        return self.places(x, sigma).flatten(1).sum(1)


def build(words: dict[str, str]) -> Energy:
    """The network of the measures in the head of a weight file."""
    return Energy(Measures.read(words))


def twice_differentiable() -> AbstractContextManager[None]:
    """A context in which attention can be differentiated twice, as training the gradient needs."""
    return torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH)
