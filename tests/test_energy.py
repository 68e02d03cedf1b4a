"""Laws of the energy-based family, against normal distributions and finite differences."""

import math
from functools import partial

import pytest
import torch
from torch import Tensor

from engines.families import energy as family
from engines.families.energy import Buffer, Kept, Plan
from engines.nn.energy import SPREAD, Energy, twice_differentiable
from engines.nn.unet import Measures
from engines.samplers import seeded

SMALL = Measures(channels=4, patch=2, width=8, levels=(1, 2), blocks=1, text=0)
MEAN, DEVIATION = 0.4, 0.6


def _normal(x: Tensor, sigma: Tensor) -> Tensor:
    """The exact energy of normal data with noise of deviation sigma, but for a constant."""
    variance = DEVIATION**2 + sigma.square()
    return (0.5 * (x - MEAN).square().flatten(1) / variance[:, None]).sum(1)


def _network(seed: int = 0) -> Energy:
    torch.manual_seed(seed)
    network = Energy(SMALL).double()
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return network.requires_grad_(False)


# ---------------------------------------------------------------- the network


def test_the_gradient_is_that_of_finite_differences() -> None:
    network, x = _network(), torch.randn(1, 4, 8, 8, dtype=torch.float64)
    gradient, value = family.slope(network, x, 0.3)
    level, step = torch.tensor([0.3], dtype=torch.float64), 1e-5
    for k in range(5):
        way = torch.randn(x.shape, generator=torch.Generator().manual_seed(k), dtype=torch.float64)
        ahead, back = network(x + step * way, level), network(x - step * way, level)
        slope = float((ahead - back) / (2 * step))
        assert float((gradient * way).sum()) == pytest.approx(slope, rel=1e-5, abs=1e-6)
    assert torch.equal(value, network(x, level))
    assert not gradient.requires_grad


def test_the_energy_is_the_sum_of_its_map_and_begins_as_a_normal_one() -> None:
    torch.manual_seed(0)
    network, x, sigma = Energy(SMALL), torch.randn(3, 4, 8, 8), torch.tensor([0.1, 0.5, 2.0])
    wanted = 0.5 * x.square().flatten(1).sum(1) / (SPREAD**2 + sigma.square())
    assert (network(x, sigma) - wanted).abs().max() < 1e-3  # an untrained inner network gives nought
    assert torch.allclose(network.places(x, sigma).flatten(1).sum(1), network(x, sigma))


# ---------------------------------------------------------------- learning


def test_score_matching_is_least_at_the_true_energy_and_known_there() -> None:
    """What is left at the true score is w E |n - E[n | x]|² = (1 + sigma²/s²) (1 - sigma² / (sigma² + d²))."""
    chance = torch.Generator().manual_seed(0)
    x0 = MEAN + DEVIATION * torch.randn(20000, 2, generator=chance)
    noise, sigma = torch.randn(x0.shape, generator=chance), torch.full((len(x0),), 0.5)
    found = float(family.score_matching(_normal, x0, noise, sigma, spread=DEVIATION).detach())
    assert found == pytest.approx(1.0, rel=0.02)  # with s the true deviation the product is one
    for factor in (0.8, 1.2):
        other = family.score_matching(lambda x, s, f=factor: f * _normal(x, s), x0, noise, sigma, spread=DEVIATION)
        assert float(other.detach()) > found


def test_score_matching_reaches_every_parameter() -> None:
    network = _network().requires_grad_(True)
    x0 = torch.randn(2, 4, 8, 8, dtype=torch.float64)
    with twice_differentiable():
        family.score_matching(network, x0, torch.randn_like(x0), torch.tensor([0.1, 1.0]).double()).backward()
    reached = [name for name, p in network.named_parameters() if p.grad is not None and bool(p.grad.abs().sum() > 0)]
    assert (
        len(reached) >= len(list(network.parameters())) - 1
    )  # the last bias moves h, which every gradient sees through J


def test_contrastive_divergence_moves_a_mean_to_the_data() -> None:
    """E = (x - a)² / 2: the walks end about a, so the gradient in a is mean(x-) - mean(x+), and a goes to the mean."""
    a = torch.tensor([0.0], requires_grad=True)
    chance, buffer = torch.Generator().manual_seed(1), Buffer(96, 0.05, seed=2)
    optimiser = torch.optim.SGD([a], lr=0.2)
    for _ in range(50):
        real = 1.5 + torch.randn(32, 1, generator=chance)
        begun, where = buffer.begin(torch.randn(32, 1, generator=chance))
        ended = family.walk(lambda x, s: 0.5 * (x - a.detach()).square().sum(1), begun, 1.0, (0.3,) * 5, chance)
        buffer.keep(ended, where)
        energies = [0.5 * (x - a).square().sum(1) for x in (real, ended)]
        optimiser.zero_grad()
        family.contrastive_divergence(*energies, weight=0.0).backward()
        optimiser.step()
    assert float(a.detach()) == pytest.approx(1.5, abs=0.3)


def test_the_buffer_keeps_walks_and_begins_some_anew() -> None:
    buffer = Buffer(8, 0.25, seed=0)
    first, where = buffer.begin(torch.zeros(4, 1))
    assert where.tolist() == [-1] * 4
    buffer.keep(first + 1, where)
    begun, where = buffer.begin(torch.full((400, 1), 9.0))
    assert 0.15 < (where < 0).mean() < 0.35
    assert set(begun[where >= 0].flatten().tolist()) == {1.0}
    assert set(begun[where < 0].flatten().tolist()) == {9.0}
    buffer.keep(begun, where)
    assert len(buffer.held) == 8


# ---------------------------------------------------------------- walking


@pytest.mark.parametrize("temperature", [0.5, 1.0])
def test_langevin_ends_at_the_normal_distribution(temperature: float) -> None:
    chance, x = torch.Generator().manual_seed(0), torch.zeros(8000, 1)
    for _ in range(120):
        gradient, _ = family.slope(_normal, x, 0.0)
        x = family.langevin(x, gradient, 0.05, torch.randn(x.shape, generator=chance), temperature)
    assert float(x.mean()) == pytest.approx(MEAN, abs=0.03)
    assert float(x.var()) == pytest.approx(temperature * DEVIATION**2, rel=0.08)


def test_annealing_ends_at_the_data_and_resumes_exactly() -> None:
    levels = family.annealed(60, 5.0, 0.03)
    x = 5.0 * torch.randn(3000, 4, generator=torch.Generator().manual_seed(3))
    many = lambda step, like: torch.randn(like.shape, generator=torch.Generator().manual_seed(step))  # noqa: E731
    *_, last = family.anneal(_normal, x, Plan(levels, noise=many))
    assert float(last.x.mean()) == pytest.approx(MEAN, abs=0.05)
    assert float(last.x.std()) == pytest.approx(DEVIATION, rel=0.1)
    run = partial(family.anneal, _normal, x[:1])
    parent = list(run(Plan(levels, noise=seeded(7))))
    for state in parent[:-1:13]:
        branch = list(run(Plan(levels, noise=seeded(7), resume=state.checkpoint())))
        assert [one.index for one in branch] == list(range(state.index + 1, 61))
        assert torch.equal(branch[-1].x, parent[-1].x)
    with pytest.raises(ValueError, match="shape"):
        list(family.anneal(_normal, x[:2], Plan(levels, resume=parent[0].checkpoint())))


def test_what_is_kept_ends_as_it_was_and_the_rest_follows_it() -> None:
    """Two places that are nearly one: keeping the one decides the other."""
    tied = lambda x, s: (  # noqa: E731  (the exact energy of N(0, [[1, r], [r, 1]]) with noise)
        (x[:, 0] + x[:, 1]).square() / (4 * (0.5 * (1 + 0.98) + s**2 / 2))
        + (x[:, 0] - x[:, 1]).square() / (4 * (0.5 * (1 - 0.98) + s**2 / 2))
    )
    x0 = torch.full((1500, 2), 0.8)
    plan = Plan(
        family.annealed(80, 5.0, 0.03),
        kept=Kept(x0, torch.tensor([[0.0, 1.0]])),
        noise=lambda step, like: torch.randn(like.shape, generator=torch.Generator().manual_seed(step)),
    )
    *_, last = family.anneal(tied, 5.0 * torch.randn(1500, 2, generator=torch.Generator().manual_seed(1)), plan)
    assert torch.equal(last.x[:, 0], x0[:, 0])
    assert float(last.x[:, 1].mean()) == pytest.approx(0.98 * 0.8, abs=0.1)
    assert float(last.x[:, 1].std()) < 0.45


def test_levels_fall_and_training_levels_stay_in_range() -> None:
    levels = family.annealed(10, 5.0, 0.05)
    assert len(levels) == 11
    assert levels[0] == 5.0
    assert levels[-2] == pytest.approx(0.05)
    assert family.annealed(1, 5.0, 0.05) == (5.0, 0.0)
    drawn = family.sigmas(5000, torch.Generator().manual_seed(0))
    assert float(drawn.min()) >= 0.0099
    assert float(drawn.max()) <= 8.001
    assert float(drawn.log().median()) == pytest.approx(-1.6, abs=0.1)
    assert math.isfinite(float(drawn.std()))
