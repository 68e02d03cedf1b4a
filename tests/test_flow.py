"""The bijections of normalizing flows: against closed forms, Jacobians and independent implementations."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.fft
import scipy.stats
import torch
from torch import Tensor

from engines.families import flow
from engines.nn import drum_parts as parts
from engines.nn.bands import Bands, dct4


@pytest.mark.parametrize("n", [2, 8, 512, 2048])
def test_the_cosine_transform_is_scipys(n: int) -> None:
    x = torch.randn(3, n, dtype=torch.float64)
    assert np.abs(dct4(x).numpy() - scipy.fft.dct(x.numpy(), type=4, norm="ortho")).max() < 1e-12
    assert (dct4(dct4(x)) - x).abs().max() < 1e-12


def test_the_bands_are_an_orthonormal_matrix_that_keeps_time_and_frequency() -> None:
    bands = Bands((16, 8, 8, 32))
    matrix = bands.split(torch.eye(64, dtype=torch.float64))
    assert (matrix @ matrix.T - torch.eye(64)).abs().max() < 1e-12
    x = 9000 * torch.randn(2, parts.LENGTH, dtype=torch.float64)
    assert (parts.BANDS.join(parts.BANDS.split(x)) - x).abs().max() < 1e-8
    time = torch.arange(parts.LENGTH, dtype=torch.float64) / parts.RATE
    middle = torch.exp(-(((time - 0.3) / 0.01) ** 2))[None]
    for hertz in (200.0, 5000.0):
        energy = parts.BANDS.split(torch.sin(2 * math.pi * hertz * time) * middle).square()[0]
        at = int(energy.argmax())
        band = np.searchsorted(parts.BANDS.edges, at, side="right") - 1
        low, width = parts.BANDS.edges[band], parts.BANDS.widths[band]
        assert low * parts.RATE / 2 / parts.LENGTH <= hertz <= (low + width) * parts.RATE / 2 / parts.LENGTH
        assert (at - low + 0.5) / width * parts.LENGTH / parts.RATE == pytest.approx(0.3, abs=0.02)


def _elementwise() -> list[tuple[str, Callable[[Tensor], tuple[Tensor, Tensor]], Callable[[Tensor], Tensor], float]]:
    shape = tuple(torch.tensor(value, dtype=torch.float64) for value in (0.3, 0.5, -0.4, 0.7))
    shift, scale = shape[0], shape[1]
    pole = torch.tensor([0.5, -0.6], dtype=torch.float64)
    return [
        ("affine", lambda x: flow.affine(x, shift, scale), lambda z: flow.unaffine(z, shift, scale), 5.0),
        ("sinh-arcsinh", lambda x: flow.sinh_arcsinh(x, shape), lambda z: flow.unsinh_arcsinh(z, shape), 30.0),
        ("turned", lambda x: flow.turned(x, pole), lambda z: flow.unturned(z, pole), 3.1),
        ("unwound", flow.unwound, flow.wound, 3.1),
    ]


@pytest.mark.parametrize("case", _elementwise(), ids=lambda case: case[0])
def test_an_elementwise_map_comes_back_and_knows_its_slope(case: Any) -> None:
    _, forward, back, reach = case
    x = torch.linspace(-reach, reach, 201, dtype=torch.float64, requires_grad=True)
    z, slope = forward(x)
    assert (back(z) - x).abs().max() < 1e-9
    (exact,) = torch.autograd.grad(z.sum(), x)
    assert (exact.log() - slope).abs().max() < 1e-9


def test_sinh_arcsinh_makes_a_density() -> None:
    shape = tuple(torch.tensor(value, dtype=torch.float64) for value in (0.3, 0.5, -0.4, 0.7))
    x = torch.linspace(-400, 400, 800_001, dtype=torch.float64)
    z, slope = flow.sinh_arcsinh(x, shape)
    density = (-0.5 * z.square() - flow.NORMAL + slope).exp()
    assert float(torch.trapezoid(density, x)) == pytest.approx(1, abs=1e-6)
    one, none = torch.tensor(1.0, dtype=torch.float64), torch.tensor(0.0, dtype=torch.float64)
    assert (flow.sinh_arcsinh(x, (none, none, none, one))[0] - x).abs().max() < 1e-9


def test_the_affine_map_is_zukos() -> None:
    import zuko

    x = torch.linspace(-4, 6, 50, dtype=torch.float64)
    shift, scale = torch.tensor(0.7, dtype=torch.float64), torch.tensor(-0.4, dtype=torch.float64)
    bound = 30 * math.log(10)  # zuko softly clips the log-scale; what it is given makes up for that
    other = zuko.transforms.MonotonicAffineTransform(shift, scale / (1 - abs(scale) / bound), slope=1e-30)
    expected, volume = other.call_and_ladj(x)
    z, slope = flow.affine(x, shift, scale)
    assert max(float((z - expected).abs().max()), float((slope - volume).abs().max())) < 1e-9


@pytest.mark.parametrize("name", ["merged", "polar"])
def test_a_map_of_vectors_knows_its_volume(name: str) -> None:
    x = torch.randn(6, dtype=torch.float64)

    def mapped(v: Tensor) -> Tensor:
        if name == "merged":
            return torch.cat(flow.merged(v))
        radius, angle, _ = flow.polar(v.reshape(1, 3, 2))
        return torch.cat((radius[0], angle[0]))

    exact = torch.autograd.functional.jacobian(mapped, x).slogdet()[1]
    known = {
        "merged": lambda: torch.tensor(3 * math.log(2), dtype=torch.float64),
        "polar": lambda: flow.polar(x.reshape(1, 3, 2))[2][0],
    }[name]()
    assert abs(float(exact - known)) < 1e-10
    radii, ratios = flow.merged(x)
    assert (flow.divided(radii, ratios) - x).abs().max() < 1e-12
    radius, angle, _ = flow.polar(x.reshape(1, 3, 2))
    assert (flow.unpolar(radius, angle).flatten() - x).abs().max() < 1e-12


def test_a_shared_energy_of_white_noise_is_logistic() -> None:
    pairs = torch.randn(1, 200_000, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(5))
    _, ratio = flow.merged(flow.polar(pairs)[0])
    assert scipy.stats.kstest(ratio.flatten().numpy(), "logistic").statistic < 0.005


def test_the_loss_of_noise_is_its_entropy() -> None:
    z = torch.randn(4000, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    assert float(flow.loss(z, torch.zeros(4000), 8)) == pytest.approx(0.5 * math.log(2 * math.pi * math.e), abs=0.02)
    assert float(flow.bits(torch.tensor([-16.0]), 8)[0]) == pytest.approx(2 / math.log(2))
