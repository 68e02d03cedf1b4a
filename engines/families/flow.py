"""Normalizing flows: an invertible map from data to standard normal noise, and the density that follows from it.

With z = f(x) the density of the data is p(x) = N(z; 0, 1) |det df/dx| (Rezende and Mohamed, "Variational Inference with
Normalizing Flows", 2015, equation 5; Papamakarios et al., "Normalizing Flows for Probabilistic Modeling and Inference",
2021, equation 3), so the likelihood of any input is exact, and sampling runs the layers backwards. The bijections
below come with their log-determinants; each `un...` is the inverse of its namesake.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import torch
from torch import Tensor
from torch.nn import functional

State = TypeVar("State")
NORMAL = 0.5 * math.log(2 * math.pi)


def normal(z: Tensor) -> Tensor:
    """The log-density of standard normal noise (B, ...), in nats, (B,)."""
    return -(0.5 * z.square() + NORMAL).flatten(1).sum(1)


def log_likelihood(z: Tensor, volume: Tensor) -> Tensor:
    """log p(x) = log N(f(x); 0, 1) + log|det df/dx|, (B,), in nats; `volume` (B,) is the log-determinant."""
    return normal(z) + volume


def loss(z: Tensor, volume: Tensor, dimensions: int) -> Tensor:
    """The mean negative log-likelihood in nats per dimension (Papamakarios et al., equation 13)."""
    return -log_likelihood(z, volume).mean() / dimensions


def sample(layers: Sequence[Callable[[State], State]], state: State, done: int = 0) -> Iterator[tuple[int, State]]:
    """Run the layers that lead from noise to data, from layer `done` on; (layers done, state) after each."""
    for index in range(done, len(layers)):
        state = layers[index](state)
        yield index + 1, state


def bits(log_likelihood: Tensor, dimensions: int) -> Tensor:
    """Bits per dimension, (B,): when x are whole numbers with uniform noise of one step added, this bounds the
    length of a code for them (Theis et al., "A note on the evaluation of generative models", 2016, section 3.1)."""
    return -log_likelihood / (dimensions * math.log(2))


# ---------------------------------------------------------------- on the line


def affine(x: Tensor, shift: Tensor, log_scale: Tensor) -> tuple[Tensor, Tensor]:
    """z = x exp(s) + t and log dz/dx, elementwise (Dinh et al., "Density estimation using Real NVP", 2017, eq. 7)."""
    return x * log_scale.exp() + shift, log_scale


def unaffine(z: Tensor, shift: Tensor, log_scale: Tensor) -> Tensor:
    return (z - shift) * (-log_scale).exp()


def sinh_arcsinh(x: Tensor, shape: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    """z = sinh(tail asinh(y) - skew), y = (x - place) exp(-log_scale), and log dz/dx, elementwise.

    `shape` is (place, log_scale, skew, tail), tail > 0; below 1 the tails of x are heavier than the normal's.
    Jones and Pewsey, "Sinh-arcsinh distributions", 2009, equation 2.
    """
    place, log_scale, skew, tail = shape
    y = (x - place) * (-log_scale).exp()
    bent = tail * torch.asinh(y) - skew
    slope = tail.log() + _log_cosh(bent) - 0.5 * torch.log1p(y.square()) - log_scale
    return torch.sinh(bent), slope


def unsinh_arcsinh(z: Tensor, shape: tuple[Tensor, ...]) -> Tensor:
    place, log_scale, skew, tail = shape
    return torch.sinh((torch.asinh(z) + skew) / tail) * log_scale.exp() + place


def _log_cosh(x: Tensor) -> Tensor:
    return x.abs() + functional.softplus(-2 * x.abs()) - math.log(2)


# ---------------------------------------------------------------- on the circle


def turned(angle: Tensor, pole: Tensor) -> tuple[Tensor, Tensor]:
    """Angles (...) moved by the Moebius map of the disc (u - w) / (1 - w* u), and log of its slope.

    `pole` w is (..., 2) with |w| < 1. It makes a wrapped Cauchy of mean direction w uniform (Kato and McCullagh,
    "Moebius transformation and a Cauchy family", 2015; Rezende et al., "Normalizing Flows on Tori and Spheres", 2020).
    """
    cosine, sine = torch.cos(angle), torch.sin(angle)
    a, b = pole.unbind(-1)
    up, across = cosine - a, sine - b  # u - w
    down, over = 1 - a * cosine - b * sine, b * cosine - a * sine  # 1 - conj(w) u
    size = down.square() + over.square()
    moved = torch.atan2(across * down - up * over, up * down + across * over)
    return moved, torch.log1p(-(a.square() + b.square())) - size.log()


def unturned(angle: Tensor, pole: Tensor) -> Tensor:
    return turned(angle, -pole)[0]


def unwound(angle: Tensor) -> tuple[Tensor, Tensor]:
    """Angles in (-pi, pi) to the line, z = Phi^-1(angle / 2 pi + 1/2): uniform becomes normal; log of its slope."""
    z = math.sqrt(2) * torch.erfinv(angle / math.pi)
    return z, 0.5 * z.square() + NORMAL - math.log(2 * math.pi)


def wound(z: Tensor) -> Tensor:
    """The inverse of `unwound`."""
    return math.pi * torch.erf(z / math.sqrt(2))


# ---------------------------------------------------------------- energies


def polar(pairs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Pairs (B, ..., 2) as log-radius and angle, and the log-determinant -2 sum log r, (B,)."""
    a, b = pairs.unbind(-1)
    radius = 0.5 * (a.square() + b.square()).clamp_min(torch.finfo(pairs.dtype).tiny).log()
    return radius, torch.atan2(b, a), -2 * radius.flatten(1).sum(1)


def unpolar(radius: Tensor, angle: Tensor) -> Tensor:
    return torch.stack((torch.cos(angle), torch.sin(angle)), -1) * radius.exp()[..., None]


def merged(radii: Tensor) -> tuple[Tensor, Tensor]:
    """Log-radii of neighbours (..., 2n) as log-radii of both together and the log-ratios of their energies, (..., n).

    e = log sqrt(exp 2 e1 + exp 2 e2) and l = 2 (e1 - e2): the polyspherical coordinates of a binary tree (Vilenkin,
    "Special Functions and the Theory of Group Representations", 1968, chapter 9), shares in logits. |det| is 2 each.
    """
    first, second = radii.unflatten(-1, (-1, 2)).unbind(-1)
    return 0.5 * torch.logaddexp(2 * first, 2 * second), 2 * (first - second)


def divided(radius: Tensor, ratio: Tensor) -> Tensor:
    """The inverse of `merged`: (..., n) and (..., n) to (..., 2n)."""
    first = radius + 0.5 * functional.logsigmoid(ratio)
    second = radius + 0.5 * functional.logsigmoid(-ratio)
    return torch.stack((first, second), -1).flatten(-2)
