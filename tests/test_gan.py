"""The laws of the GAN family: losses and penalty against closed forms, truncation, style mixing, the sweep."""

import math
from functools import partial

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from engines.families import gan


def _scores() -> tuple[Tensor, Tensor]:
    draw = torch.Generator().manual_seed(0)
    return torch.randn(64, generator=draw).double(), torch.randn(64, generator=draw).double()


def test_the_losses_are_cross_entropies() -> None:
    real, fake = _scores()
    of = functional.binary_cross_entropy_with_logits
    expected = of(real, torch.ones_like(real)) + of(fake, torch.zeros_like(fake))
    assert abs(float(gan.discriminator_loss(real, fake) - expected)) < 1e-12
    assert abs(float(gan.generator_loss(fake) - of(fake, torch.ones_like(fake)))) < 1e-12
    assert abs(float(gan.relativistic_loss(real, fake) - of(real - fake, torch.ones_like(real)))) < 1e-12


def test_at_the_optimal_discriminator_the_loss_is_the_jensen_shannon_divergence() -> None:
    p, q = (torch.tensor(each, dtype=torch.double) for each in ([0.7, 0.2, 0.1], [0.1, 0.3, 0.6]))
    optimum = (p / q).log()  # D* = p / (p + q) (Goodfellow et al., proposition 1), as a logit
    value = (p * functional.softplus(-optimum)).sum() + (q * functional.softplus(optimum)).sum()
    middle = (p + q) / 2
    divergence = 0.5 * (p * (p / middle).log()).sum() + 0.5 * (q * (q / middle).log()).sum()
    assert abs(float(value) - (2 * math.log(2) - 2 * float(divergence))) < 1e-12
    counts = (p * 10).round().int().tolist(), (q * 10).round().int().tolist()
    real, fake = (torch.cat([optimum[i].repeat(n) for i, n in enumerate(each)]) for each in counts)
    assert abs(float(gan.discriminator_loss(real, fake)) - float(value)) < 1e-12


def test_the_penalty_of_a_linear_discriminator_is_its_slope() -> None:
    weight = torch.randn(12, generator=torch.Generator().manual_seed(1)).double()
    x = torch.randn(5, 3, 2, 2).double()
    found = gan.gradient_penalty(lambda seen: seen.flatten(1) @ weight + 0.3, x, gamma=3.0)
    assert abs(float(found) - 1.5 * float(weight.square().sum())) < 1e-12


def test_the_penalty_teaches_the_discriminator() -> None:
    weight = torch.tensor([3.0, 4.0], requires_grad=True)
    gan.gradient_penalty(lambda seen: seen @ weight, torch.randn(4, 2), gamma=1.0).backward()
    assert weight.grad is not None
    assert torch.allclose(weight.grad, weight.detach())  # d/dw of w^2 / 2


def test_gradient_descent_on_both_sides_settles_only_with_the_penalty() -> None:
    """The Dirac GAN of Mescheder et al., section 2: a point at theta, the data at 0, D(x) = psi x."""

    def end(gamma: float) -> float:
        theta, psi = torch.tensor(1.0, requires_grad=True), torch.tensor(0.0, requires_grad=True)
        for _ in range(500):
            zero = torch.zeros(1, 1)
            loss = gan.discriminator_loss(psi * zero, (psi * theta.detach()).reshape(1, 1))
            loss = loss + gan.gradient_penalty(partial(torch.mul, psi), zero, gamma)
            (slope,) = torch.autograd.grad(loss, psi)
            (pull,) = torch.autograd.grad(gan.generator_loss((psi.detach() * theta).reshape(1, 1)), theta)
            with torch.no_grad():
                psi -= 0.1 * slope
                theta -= 0.1 * pull
        return abs(float(theta))

    assert end(1.0) < 1e-3 < 0.3 < end(0.0)


def test_truncation_goes_from_the_mean_to_the_style_and_beyond() -> None:
    w, mean = torch.randn(7, 2, 5), torch.randn(5)
    assert torch.equal(gan.truncated(w, mean, 0.0), mean.expand_as(w))
    assert torch.allclose(gan.truncated(w, mean, 1.0), w, atol=1e-6)
    assert torch.allclose(gan.truncated(w, mean, 1.3) - mean, 1.3 * (w - mean), atol=1e-5)


@pytest.mark.parametrize("layer", [0, 2, 4])
def test_mixing_takes_the_fine_layers_of_the_second(layer: int) -> None:
    first, second = ([torch.full((1, 3), value + k) for k in range(4)] for value in (0.0, 10.0))
    mixed = gan.mixed(first, second, layer)
    assert all(torch.equal(mixed[k], (first if k < layer else second)[k]) for k in range(4))


def _paint(styles: gan.Styles) -> Tensor:
    return torch.stack(list(styles)).sum(0)[..., None, None]


def test_a_sweep_goes_evenly_and_ends_at_its_target() -> None:
    begun, target = torch.zeros(3, 1, 4), torch.randn(3, 1, 4)
    steps = list(gan.sweep(_paint, target, begun, total=5))
    assert torch.equal(steps[-1].styles, target)
    assert all(torch.allclose(step.styles, target * step.index / 5, atol=1e-6) for step in steps)
    assert [step.index for step in steps] == [1, 2, 3, 4, 5]


def test_a_sweep_taken_up_half_way_is_the_same_bit_for_bit() -> None:
    begun, target = torch.zeros(3, 1, 4), torch.randn(3, 1, 4)
    whole = list(gan.sweep(_paint, target, begun, total=6))
    rest = list(gan.sweep(_paint, target, whole[2].styles, total=6, after=3))
    assert [step.index for step in rest] == [4, 5, 6]
    assert all(torch.equal(a.picture, b.picture) for a, b in zip(rest, whole[3:], strict=True))
