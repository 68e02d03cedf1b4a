"""Laws of the score SDE family, each against a mixture of normal distributions, where everything is known exactly."""

import itertools
import math
from functools import partial

import pytest
import torch
from torch import Tensor

from engines.families import score_sde
from engines.families.score_sde import PREDICTORS, SDE, SDES, Leap, Plan
from engines.samplers import seeded
from engines.schedules import VE, VP, Path

MEANS = torch.tensor([[-0.8, 0.1], [0.6, 0.5], [0.2, -0.7]])
SHARES = torch.tensor([0.5, 0.3, 0.2])
SPREAD = 0.15
both = pytest.mark.parametrize("sde", list(SDES.values()), ids=list(SDES))


def _explained(path: Path, x: Tensor, level: float) -> tuple[Tensor, float, float]:
    """(log of every part's density at x (B, K), variance of a part, alpha) of the mixture at a level."""
    alpha = path.alpha(level)
    variance = (alpha * SPREAD) ** 2 + level**2
    square = (x[:, None] - alpha * _means(x)).square().sum(-1)
    return SHARES.to(x).log() - (square / variance + x.shape[1] * math.log(2 * math.pi * variance)) / 2, variance, alpha


def _means(x: Tensor) -> Tensor:
    """The means in as many places as x has: repeated, and so much smaller that `_flat` gives them back."""
    times = x.shape[1] // 2
    return MEANS.to(x).repeat(1, times) / math.sqrt(times)


def _flat(x: Tensor) -> Tensor:
    """(B, 2 K) to the two places in which the mixture is `MEANS` with `SPREAD` whatever K is."""
    return x.unflatten(1, (-1, 2)).sum(1) / math.sqrt(x.shape[1] // 2)


def _denoise(path: Path, x: Tensor, level: float) -> Tensor:
    """E[x0 | x], exact."""
    logs, variance, alpha = _explained(path, x, level)
    each = _means(x) + (alpha * SPREAD**2 / variance) * (x[:, None] - alpha * _means(x))
    return (logs.softmax(1)[..., None] * each).sum(1)


def _log_density(path: Path, x: Tensor, level: float) -> Tensor:
    return _explained(path, x, level)[0].logsumexp(1)


def _drawn(count: int, places: int = 2) -> Tensor:
    chance = torch.Generator().manual_seed(0)
    which = torch.multinomial(SHARES, count, replacement=True, generator=chance)
    return _means(torch.empty(1, places))[which] + SPREAD * torch.randn(count, places, generator=chance)


def _many(count: int):
    """Noise for one batch as a whole: only these tests want thousands of samples."""
    return lambda step, like: torch.randn(like.shape, generator=torch.Generator().manual_seed(step))


# ---------------------------------------------------------------- the SDEs


@both
def test_the_level_is_the_solution_of_the_sde(sde: SDE) -> None:
    """d(sigma²)/dt = 2 f sigma² + g², integrated by small steps, and d alpha/dt = f alpha."""
    square, alpha, count = sde.sigma(1e-3) ** 2, sde.path.alpha(sde.sigma(1e-3)), 4000
    for i in range(count):
        f, g2 = sde.rates(1e-3 + (i + 0.5) * 0.999 / count)
        square, alpha = square + (2 * f * square + g2) * 0.999 / count, alpha * math.exp(f * 0.999 / count)
    assert math.sqrt(square) == pytest.approx(sde.sigma(1.0), rel=1e-3)
    assert alpha == pytest.approx(sde.path.alpha(sde.sigma(1.0)), rel=1e-2)


@both
def test_time_and_level_are_each_others_inverse(sde: SDE) -> None:
    assert all(sde.time(sde.sigma(t)) == pytest.approx(t, rel=1e-6) for t in (1e-4, 1e-3, 0.1, 0.5, 0.9, 0.98))


@both
@pytest.mark.parametrize(("steps", "rho"), [(1, 0.0), (2, 7.0), (30, 0.0), (30, 7.0)])
def test_levels_fall_from_noise_to_clean(sde: SDE, steps: int, rho: float) -> None:
    levels = sde.levels(steps, rho)
    assert len(levels) == steps + 1
    assert levels[-1] == 0.0
    assert all(a > b for a, b in itertools.pairwise(levels))
    assert levels[0] == pytest.approx(sde.sigma(1.0), rel=1e-6)


# ---------------------------------------------------------------- score and loss


@both
def test_the_score_is_the_gradient_of_the_log_density(sde: SDE) -> None:
    x = torch.randn(64, 2, dtype=torch.float64, requires_grad=True)
    level = sde.sigma(0.4)
    (true,) = torch.autograd.grad(_log_density(sde.path, x, level).sum(), x)
    found = score_sde.score(sde.path, level, x, _denoise(sde.path, x, level))
    assert (found - true).abs().max() < 1e-9 * true.abs().max()


def test_the_loss_is_least_at_the_true_score_and_known_there() -> None:
    """At the true score what is left is lambda E |n / sigma + score|² = E tr Cov(x0 | x) / alpha² sigma² a place."""
    chance = torch.Generator().manual_seed(3)
    x0 = _drawn(10000)
    noise, ratio = torch.randn(x0.shape, generator=chance), torch.full((len(x0),), 0.4)
    level = 0.4 / math.sqrt(1.16)

    def true(x: Tensor, sigma: Tensor, shift: float = 0.0) -> Tensor:
        return score_sde.score(VP, level, x, _denoise(VP, x, level) + shift)

    found = float(score_sde.loss(true, x0, noise, ratio))
    x = VP.mix(x0, noise, level)
    missed = float((x0 - _denoise(VP, x, level)).square().mean()) / level**2
    assert found == pytest.approx(missed, rel=1e-3)
    assert all(float(score_sde.loss(partial(true, shift=shift), x0, noise, ratio)) > found for shift in (-0.02, 0.02))


def test_training_ratios_are_log_normal_and_bounded() -> None:
    drawn = score_sde.ratios(50000, torch.Generator().manual_seed(1), mean=-0.8, spread=1.0).log()
    assert float(drawn.mean()) == pytest.approx(-0.8, abs=0.02)
    assert float(drawn.std()) == pytest.approx(1.0, abs=0.02)
    assert float(score_sde.ratios(50000, spread=50.0).log().abs().max()) == pytest.approx(6.0, abs=1e-4)


# ---------------------------------------------------------------- sampling


@both
@pytest.mark.parametrize("predictor", list(PREDICTORS))
@pytest.mark.parametrize("corrections", [0, 1])
def test_every_sampler_ends_with_the_moments_of_the_mixture(sde: SDE, predictor: str, corrections: int) -> None:
    count, places = 1000, 32  # the corrector's step hangs on norms: in few places it is no Langevin step
    x = sde.sigma(1.0) * torch.randn(count, places, generator=torch.Generator().manual_seed(5))
    plan = Plan(sde, predictor, corrections, 0.1, _many(count))
    *_, last = score_sde.sample(partial(_denoise, sde.path), x, sde.levels(150), plan)
    true, found = _drawn(100000), _flat(last.x)
    assert (found.mean(0) - true.mean(0)).abs().max() < 0.1
    assert (torch.cov(found.T) - torch.cov(true.T)).abs().max() < 0.08
    assert last.nfe == 150 + corrections * 149


@both
def test_a_predictor_that_goes_nowhere_stays(sde: SDE) -> None:
    """A step to nearly the same level changes x by about as little, whichever the predictor."""
    level = sde.sigma(0.5)
    x, z = torch.randn(8, 2), torch.zeros(8, 2)
    leap = Leap(level, level * (1 - 1e-6), x, _denoise(sde.path, x, level))
    for predict in PREDICTORS.values():
        assert (predict(sde, leap, z) - x).abs().max() < 1e-4


@both
def test_predictors_agree_in_the_limit_of_small_steps(sde: SDE) -> None:
    """Reverse diffusion, Euler-Maruyama and ancestral sampling are first-order forms of one SDE."""
    start, end = sde.sigma(0.5), sde.sigma(0.4999)
    x, z = torch.randn(64, 2, dtype=torch.float64), torch.randn(64, 2, dtype=torch.float64)
    leap = Leap(start, end, x, _denoise(sde.path, x, start))
    found = [PREDICTORS[name](sde, leap, z) for name in ("reverse diffusion", "Euler-Maruyama", "ancestral")]
    moved = (found[0] - x).abs().max()
    assert all((other - found[0]).abs().max() < 0.01 * moved for other in found[1:])


@both
def test_the_corrector_keeps_the_distribution(sde: SDE) -> None:
    """Langevin steps at one level leave samples of that level's mixture samples of it."""
    level, count = sde.sigma(0.3), 2500
    x0 = _drawn(count, 128)
    x = sde.path.mix(x0, torch.randn(x0.shape, generator=torch.Generator().manual_seed(8)), level)
    before = torch.cov(_flat(x).T)
    plan = Plan(sde, snr=0.1)
    for k in range(30):
        z = torch.randn(x.shape, generator=torch.Generator().manual_seed(100 + k))  # none of them the noise in x
        x = score_sde.corrected(plan, level, x, (_denoise(sde.path, x, level), z))
    assert (torch.cov(_flat(x).T) - before).abs().max() < 0.1 * before.abs().max()


def test_a_batch_of_four_equals_four_singles() -> None:
    sde, levels = SDES["VP"], SDES["VP"].levels(6)
    x = torch.randn(4, 2, generator=torch.Generator().manual_seed(1))
    run = partial(score_sde.sample, partial(_denoise, VP))
    *_, together = run(x, levels, Plan(sde, noise=seeded(1, 2, 3, 4)))
    alone = [list(run(x[i : i + 1], levels, Plan(sde, noise=seeded(i + 1))))[-1].x for i in range(4)]
    assert torch.equal(together.x, torch.cat(alone))


@both
def test_a_resumed_run_ends_as_its_parent_and_another_plan_reenters(sde: SDE) -> None:
    run = partial(score_sde.sample, partial(_denoise, sde.path), torch.randn(1, 2) * sde.sigma(1.0), sde.levels(6))
    parent = list(run(Plan(sde, noise=seeded(4))))
    for state in parent[:-1]:
        branch = list(run(Plan(sde, noise=seeded(4), resume=state.checkpoint())))
        assert [one.index for one in branch] == list(range(state.index + 1, 7))
        assert torch.equal(branch[-1].x, parent[-1].x)
    other = list(run(Plan(sde, "ancestral", noise=seeded(4), resume=parent[2].checkpoint())))
    assert other[0].index == 4
    assert other[-1].level == 0.0
    with pytest.raises(ValueError, match="shape"):
        list(
            score_sde.sample(
                partial(_denoise, sde.path), torch.randn(1, 3), sde.levels(6), Plan(sde, resume=parent[0].checkpoint())
            )
        )


# ---------------------------------------------------------------- likelihood


@both
def test_the_likelihood_is_the_exact_density(sde: SDE) -> None:
    """On VE but for its prior, which leaves out the data's mean: an error of the order of |mean| / sigma_max."""
    low = sde.sigma(0.0 if sde.path is VE else sde.floor)
    x = sde.path.alpha(low) * _drawn(20).double()
    found = score_sde.likelihood(partial(_denoise, sde.path), x, sde, steps=96)
    wanted = _log_density(sde.path, x, low)
    assert (found.log - wanted).abs().max() < (2e-2 if sde.path is VE else 5e-3)
    assert found.nfe == 384


def test_random_probes_give_the_trace_on_average() -> None:
    sde, x = SDES["VP"], _drawn(6).double()
    chance = torch.Generator().manual_seed(2)
    probes = [score_sde.signs(x.shape, chance).double() for _ in range(60)]
    run = partial(score_sde.likelihood, partial(_denoise, VP), x, sde, steps=10)
    exact, estimated = run().log, run(probes=probes).log
    few = torch.stack([run(probes=[probe]).log for probe in probes[:4]])
    assert (estimated - exact).abs().max() < 0.5
    assert float(few.std(0).max()) > 0  # one probe alone is an estimate, not the trace


def test_bits_per_dimension_of_a_uniform_density_are_eight() -> None:
    """Numbers 0 to 255 at equal odds: density 1 / 2 a place on [-1, 1) of x, whose steps are 1 / 128 wide."""
    found = score_sde.Likelihood(torch.tensor([12 * math.log(0.5)]), 0)
    assert float(found.bits(12, scale=128)) == pytest.approx(8.0)
