"""Laws of the wrappers around a denoiser."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from engines.contract import Curve
from engines.guidance import Counted, Guidance, Kept, guided, inpaint, rescaled
from engines.samplers import SAMPLERS, Denoiser, initial_noise, sample, seeded
from engines.schedules import FLOW, PATHS, VE, Path, levels
from tests.mixture import Mixture

STEPS = levels("linear", 10)


def pair() -> tuple[Counted, Counted]:
    """Two exact denoisers of different data: one with the prompt, one without."""
    return Counted(Mixture(FLOW, means=(0.5, 0.9)).like), Counted(Mixture(FLOW).like)


def end(denoise: Denoiser, seeds: tuple[int, ...] = (3,), name: str = "euler") -> Tensor:
    x = initial_noise(seeds, (3, 5))
    return list(sample(name, denoise, x, STEPS, noise=seeded(*seeds)))[-1].x


def test_the_equation() -> None:
    conditional, unconditional = pair()
    x = initial_noise(1, (3, 5))
    c, u = conditional(x, 0.6), unconditional(x, 0.6)
    assert torch.equal(guided(conditional, unconditional, Guidance(4.0))(x, 0.6), u + 4.0 * (c - u))


@pytest.mark.parametrize(
    ("scale", "conditional_calls", "unconditional_calls"), [(1.0, 10, 0), (0.0, 0, 10), (3.0, 10, 10)]
)
def test_calls_that_decide_nothing_are_not_made(scale: float, conditional_calls: int, unconditional_calls: int) -> None:
    conditional, unconditional = pair()
    end(guided(conditional, unconditional, Guidance(scale)))
    assert (conditional.calls, unconditional.calls) == (conditional_calls, unconditional_calls)


def test_an_interval_saves_its_calls_and_is_plain_outside() -> None:
    conditional, unconditional = pair()
    denoise = guided(conditional, unconditional, Guidance(5.0, interval=(0.25, 0.75)))
    end(denoise)
    assert (conditional.calls, unconditional.calls) == (10, 5)  # at 0.7, 0.6, 0.5, 0.4, 0.3
    x = initial_noise(1, (3, 5))
    for level in (0.9, 0.1):
        assert torch.equal(denoise(x, level), conditional(x, level))
    assert not torch.equal(denoise(x, 0.5), conditional(x, 0.5))


def test_a_flat_curve_is_the_constant_and_a_curve_is_read_step_by_step() -> None:
    flat = Guidance(Curve(((0.0, 4.0), (1.0, 4.0))), STEPS)
    assert torch.equal(end(guided(*pair(), flat)), end(guided(*pair(), Guidance(4.0))))
    rising = Guidance(Curve(((0.0, 1.0), (1.0, 10.0))), STEPS)
    assert [rising.at(level) for level in STEPS[:-1]] == pytest.approx([float(k) for k in range(1, 11)])


def test_a_curve_needs_the_levels() -> None:
    with pytest.raises(ValueError, match="levels of the run"):
        Guidance(Curve(((0.0, 1.0),)))
    with pytest.raises(ValueError, match="rescale"):
        Guidance(2.0, rescale=1.5)


def test_one_call_for_both_gives_the_same() -> None:
    conditional, unconditional = pair()

    def both(x: Tensor, level: float) -> tuple[Tensor, Tensor]:
        return conditional(x, level), unconditional(x, level)

    two = end(guided(*pair(), Guidance(5.0)))
    assert torch.equal(end(guided(conditional, unconditional, Guidance(5.0), both)), two)


@pytest.mark.parametrize("name", sorted(SAMPLERS))
def test_guided_batches_equal_singles(name: str) -> None:
    denoise = guided(*pair(), Guidance(5.0, rescale=0.7))
    batch = end(denoise, (4, 1, 8, 2), name)
    assert torch.equal(batch, torch.cat([end(denoise, (seed,), name) for seed in (4, 1, 8, 2)]))


def test_rescale_brings_the_spread_back() -> None:
    c = torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(1))
    strong = 6.0 * c + 0.5
    assert torch.allclose(rescaled(strong, c, 1.0).std((1, 2, 3)), c.std((1, 2, 3)), rtol=1e-5)
    assert torch.equal(rescaled(strong, c, 0.0), strong)
    assert torch.isfinite(rescaled(torch.ones(1, 3, 2, 2), c[:1, :, :2, :2], 0.7)).all()  # no spread: left alone


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("name", sorted(SAMPLERS))
def test_inpainting_keeps_what_it_must_and_changes_the_rest(name: str, path: Path) -> None:
    steps = levels("karras", 10, path) if path is VE else levels("linear", 10, path)
    noise = initial_noise(3, (3, 6))
    known = 0.3 * torch.ones_like(noise)
    mask = torch.zeros_like(noise)
    mask[..., 3:] = 1.0
    denoise = inpaint(Mixture(path).like, Kept(known, mask, noise), path)
    last = list(sample(name, denoise, steps[0] * noise, steps, path=path, noise=seeded(3)))[-1].x
    if name == "lms":  # it extrapolates into the last step, as published, so rounding is left
        assert torch.allclose(last[..., :3], known[..., :3], rtol=0.0, atol=1e-5)
    else:
        assert torch.equal(last[..., :3], known[..., :3])
    assert (last[..., 3:] - known[..., 3:]).abs().min() > 1e-4
    assert torch.isfinite(last).all()


def test_the_network_sees_the_known_part_at_its_level() -> None:
    noise, known = initial_noise(3, (4,)), torch.full((1, 4), 0.5)
    mask = torch.tensor([[0.0, 0.0, 1.0, 1.0]])
    seen = []

    def network(x: Tensor, level: float) -> Tensor:
        seen.append(x)
        return x

    inpaint(network, Kept(known, mask, noise))(torch.zeros(1, 4), 0.25)
    assert torch.equal(seen[0][:, :2], FLOW.mix(known, noise, 0.25)[:, :2])
    assert torch.equal(seen[0][:, 2:], torch.zeros(1, 2))


def test_the_whole_line_is_guided_by_default() -> None:
    assert Guidance(3.0).at(80.0) == Guidance(3.0).at(1e-6) == 3.0
    assert Guidance(3.0, interval=(0.2, math.inf)).at(0.1) == 1.0
