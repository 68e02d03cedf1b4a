"""Generative adversarial networks: a generator against a discriminator, and what is done with the styles of the first.

Goodfellow et al., "Generative Adversarial Nets", 2014; Mescheder et al., "Which Training Methods for GANs do actually
Converge?", 2018; Huang et al., "The GAN is dead; long live the GAN!" (R3GAN), 2024; Karras et al., "A Style-Based
Generator Architecture for GANs", 2019. `d_real` and `d_fake` are the discriminator's scores (B,), before any sigmoid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

Styles = Sequence[Tensor]  # the style w (B, D) of each layer, coarse to fine
Synthesis = Callable[[Styles], Tensor]  # to pictures (B, C, H, W)


# ---------------------------------------------------------------- losses


def discriminator_loss(d_real: Tensor, d_fake: Tensor) -> Tensor:
    """E log(1 + exp(-D(x))) + E log(1 + exp(D(G(z)))): the cross-entropy of Goodfellow et al., equation 1."""
    return functional.softplus(-d_real).mean() + functional.softplus(d_fake).mean()


def generator_loss(d_fake: Tensor) -> Tensor:
    """E log(1 + exp(-D(G(z)))): non-saturating (Goodfellow et al., section 3)."""
    return functional.softplus(-d_fake).mean()


def relativistic_loss(d_better: Tensor, d_worse: Tensor) -> Tensor:
    """E log(1 + exp(-(D(a_i) - D(b_i)))) over pairs (RpGAN, Jolicoeur-Martineau 2019; R3GAN, equation 2).

    The discriminator's loss with (real, fake), the generator's with (fake, real). Pairs share their condition.
    """
    return functional.softplus(d_worse - d_better).mean()


def gradient_penalty(scores: Callable[[Tensor], Tensor], x: Tensor, gamma: float) -> Tensor:
    """gamma / 2 E |grad_x D(x)|^2: R1 on real pictures (Mescheder et al., equation 9), R2 on generated ones."""
    with torch.enable_grad():
        seen = x.detach().requires_grad_()
        (slope,) = torch.autograd.grad(scores(seen).sum(), seen, create_graph=True)
    return gamma / 2 * slope.flatten(1).square().sum(1).mean()


# ---------------------------------------------------------------- styles


def truncated(w: Tensor, mean: Tensor, psi: float) -> Tensor:
    """mean + psi (w - mean): psi 0 is the mean face, 1 the style itself (Karras et al., 2019, appendix B)."""
    return torch.lerp(mean.expand_as(w), w, psi)


def mixed(first: Styles, second: Styles, layer: int) -> list[Tensor]:
    """The styles of `first` below `layer` and of `second` from there on (Karras et al., 2019, section 3.1).

    `layer` 0 is all of the second, `len(first)` all of the first.
    """
    return [*first[:layer], *second[layer:]]


@dataclass(frozen=True)
class Swept:
    """One step of a truncation sweep: `styles` (L, B, D) of the layers and the `picture` (B, C, H, W) they make."""

    index: int
    total: int
    styles: Tensor
    picture: Tensor


@torch.no_grad()
def sweep(synthesise: Synthesis, target: Tensor, begun: Tensor, *, total: int, after: int = 0) -> Iterator[Swept]:
    """From the styles `begun` to the styles `target`, both (L, B, D), in even steps, each made into its picture.

    `after` of the `total` steps are made already: a sweep that is taken up half way goes what is left of the way, to
    whatever is the target then. The last step is the target itself.
    """
    at = begun
    for index in range(after + 1, total + 1):
        left = total - index + 1
        at = target if left == 1 else at + (target - at) / left
        yield Swept(index, total, at, synthesise(list(at)))
