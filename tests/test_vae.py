"""The laws of the VAE family: every term against a closed form, the bound against an exact likelihood."""

import math

import numpy as np
import pytest
import torch
from scipy import stats
from torch import Tensor

from engines.families import vae

DIMS, LATENT = 6, 3


def _linear() -> tuple[Tensor, Tensor, float]:
    """A linear-Gaussian VAE: x = W z + b + s e, which is probabilistic PCA (Tipping and Bishop, 1999)."""
    draw = torch.Generator().manual_seed(0)
    return torch.randn(DIMS, LATENT, generator=draw).double(), torch.randn(DIMS, generator=draw).double(), 0.7


def _exact(x: Tensor, w: Tensor, b: Tensor, s: float) -> np.ndarray:
    """log N(x; b, W W^T + s^2 I), (N,): the exact marginal likelihood, by scipy."""
    covariance = (w @ w.T + s**2 * torch.eye(DIMS, dtype=torch.double)).numpy()
    return stats.multivariate_normal(b.numpy(), covariance).logpdf(x.numpy())


def _posterior(x: Tensor, w: Tensor, b: Tensor, s: float) -> tuple[Tensor, Tensor]:
    """Mean (N, D) and covariance (D, D) of p(z|x)."""
    inverse = torch.linalg.inv(w.T @ w + s**2 * torch.eye(LATENT, dtype=torch.double))
    return (x - b) @ w @ inverse.T, s**2 * inverse


def _told(x: Tensor, z: Tensor, w: Tensor, b: Tensor, s: float) -> Tensor:
    mean = z @ w.T + b
    return vae.gaussian(x.expand_as(mean), mean, torch.full_like(mean, 2 * math.log(s)))


def _points(count: int = 4) -> Tensor:
    return torch.randn(count, DIMS, generator=torch.Generator().manual_seed(1)).double()


def test_the_bound_of_a_linear_vae_is_its_likelihood_less_the_gap_of_the_posterior() -> None:
    w, b, s = _linear()
    q, _ = torch.linalg.qr(torch.randn(DIMS, LATENT, generator=torch.Generator().manual_seed(2)).double())
    w = q * torch.tensor([2.0, 1.0, 0.5]).double()  # orthogonal columns: the true posterior is diagonal
    x = _points()
    mean, covariance = _posterior(x, w, b, s)
    logvar = covariance.diagonal().log().expand_as(mean)
    assert (covariance - covariance.diagonal().diag()).abs().max() < 1e-12
    # E_q log p(x|z) in closed form: at the mean, less tr(W S W^T) / 2 s^2
    told = _told(x, mean, w, b, s).sum(1) - 0.5 * (w @ covariance @ w.T).trace() / s**2
    elbo = told - vae.divergence(mean, logvar).sum(1)
    assert np.abs(elbo.numpy() - _exact(x, w, b, s)).max() < 1e-10


@pytest.mark.parametrize("shift", [0.3, 1.0])
def test_a_wrong_posterior_stays_below_the_likelihood_by_its_divergence(shift: float) -> None:
    w, b, s = _linear()
    x = _points()
    true, covariance = _posterior(x, w, b, s)
    mean, logvar = true + shift, torch.full_like(true, -1.0)
    told = _told(x, mean, w, b, s).sum(1) - 0.5 * (w @ torch.diag(logvar[0].exp()) @ w.T).trace() / s**2
    elbo = told - vae.divergence(mean, logvar).sum(1)
    q = [torch.distributions.MultivariateNormal(m, torch.diag(v.exp())) for m, v in zip(mean, logvar, strict=True)]
    p = [torch.distributions.MultivariateNormal(m, covariance) for m in true]
    gap = torch.stack([torch.distributions.kl_divergence(a, c) for a, c in zip(q, p, strict=True)])
    assert np.abs((elbo + gap).numpy() - _exact(x, w, b, s)).max() < 1e-10
    assert (gap > 0).all()


def test_more_importance_samples_come_nearer_the_likelihood() -> None:
    w, b, s = _linear()
    x, draw = _points(1), torch.Generator().manual_seed(3)
    true, _ = _posterior(x, w, b, s)
    mean, logvar = true[0] + 0.5, torch.full((LATENT,), -1.0).double()
    exact, found = float(_exact(x, w, b, s)), []
    for count in (1, 10, 1000):
        rounds = []
        for _ in range(300):
            noise = torch.randn(count, LATENT, generator=draw).double()
            z = vae.reparameterised(mean, logvar, noise)
            rounds.append(float(vae.importance_bound(_told(x, z, w, b, s).sum(1), z, mean, logvar)))
        found.append(float(np.mean(rounds)))
    assert found[0] < found[1] < found[2] < exact + 0.05
    assert exact - found[2] < 0.1 < exact - found[0]


def test_the_divergence_is_torchs() -> None:
    mean, logvar = torch.randn(5, 4), torch.randn(5, 4)
    q = torch.distributions.Normal(mean, (0.5 * logvar).exp())
    assert torch.allclose(vae.divergence(mean, logvar), torch.distributions.kl_divergence(q, _normal(mean)), atol=1e-6)
    assert vae.divergence(torch.zeros(3), torch.zeros(3)).abs().max() == 0


def _normal(like: Tensor) -> torch.distributions.Normal:
    return torch.distributions.Normal(torch.zeros_like(like), torch.ones_like(like))


def _number(value: float) -> Tensor:
    return torch.tensor(value, dtype=torch.double)


@pytest.mark.parametrize("logscale", [-6.0, -3.0, 0.0])
@pytest.mark.parametrize("mean", [-1.3, 0.0, 0.42, 1.0])
def test_the_probabilities_of_all_levels_sum_to_one(mean: float, logscale: float) -> None:
    levels = torch.arange(256).double() / 127.5 - 1
    told = vae.logistic(levels, _number(mean), _number(logscale))
    assert abs(float(told.exp().sum()) - 1) < 1e-9
    assert torch.isfinite(told).all()


def test_a_level_has_the_probability_of_its_bin() -> None:
    x, mean, scale = 31 / 127.5 - 1, -0.6, 0.05
    ends = stats.logistic(mean, scale).cdf([x - 1 / 255, x + 1 / 255])
    told = vae.logistic(_number(x), _number(mean), _number(math.log(scale)))
    assert abs(float(told) - math.log(ends[1] - ends[0])) < 1e-9


def test_beta_weighs_the_divergence_alone() -> None:
    told, kl = -torch.rand(4, 3, 2, 2), torch.rand(4, 5)
    one, four = float(vae.loss(told, kl)), float(vae.loss(told, kl, 4.0))
    assert four - one == pytest.approx(3 * float(kl.sum(1).mean()), rel=1e-5)
    assert one == pytest.approx(float(kl.sum(1).mean() - told.flatten(1).sum(1).mean()), rel=1e-5)


def test_noise_moves_a_sample_by_the_deviation() -> None:
    mean, logvar = torch.tensor([[1.0, -2.0]]), torch.tensor([[0.0, math.log(4.0)]])
    assert torch.allclose(vae.reparameterised(mean, logvar, torch.tensor([[1.0, 1.0]])), torch.tensor([[2.0, 0.0]]))
    assert torch.equal(vae.reparameterised(mean, logvar, torch.zeros(1, 2)), mean)


def test_the_arc_keeps_its_ends_and_its_length() -> None:
    a, b = torch.randn(3, 8), torch.randn(3, 8)
    b = b * a.norm(dim=1, keepdim=True) / b.norm(dim=1, keepdim=True)
    for way in (vae.spherical, vae.straight):
        assert torch.allclose(way(a, b, 0.0), a, atol=1e-5)
        assert torch.allclose(way(a, b, 1.0), b, atol=1e-5)
    lengths = [vae.spherical(a, b, t).norm(dim=1) for t in (0.25, 0.5, 0.75)]
    assert all(torch.allclose(length, a.norm(dim=1), rtol=1e-4) for length in lengths)
    assert torch.allclose(vae.spherical(a, a.clone(), 0.3), a, atol=1e-5)


def test_a_mixture_finds_two_heaps_again() -> None:
    draw = torch.Generator().manual_seed(4)
    heaps = torch.tensor([[5.0, 0.0], [-5.0, 1.0]])
    z = heaps[torch.randint(2, (2000,), generator=draw)] + 0.3 * torch.randn(2000, 2, generator=draw)
    found = vae.Mixture.fitted(z, 2, draw)
    order = found.means[:, 0].argsort(descending=True)
    assert (found.means[order] - heaps).abs().max() < 0.1
    assert (found.factor @ found.factor.T - 0.09 * torch.eye(2)).abs().max() < 0.02
    both = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(found.shares),
        torch.distributions.MultivariateNormal(found.means, scale_tril=found.factor.expand(2, 2, 2)),
    )
    assert torch.allclose(found.log_density(z[:50]), both.log_prob(z[:50]), atol=1e-3)
    drawn = found.sample(torch.rand(2000, generator=draw), torch.randn(2000, 2, generator=draw), 1.0)
    assert (drawn.mean(0) - z.mean(0)).abs().max() < 0.4
    middle = found.sample(torch.rand(9, generator=draw), torch.randn(9, 2, generator=draw), 0.0)
    assert torch.allclose(middle, (found.shares @ found.means).expand(9, 2), atol=1e-5)


def test_settling_goes_round_as_often_as_is_said_and_stays_where_a_round_changes_nothing() -> None:
    """Of a linear pair the rounds are powers of a matrix: E[z] after k rounds is (A B)^k z, and a fixed point stays."""
    rng = torch.Generator().manual_seed(4)
    a, b = (torch.randn(3, 3, generator=rng, dtype=torch.float64) / 3 for _ in range(2))
    z = torch.randn(5, 3, generator=rng, dtype=torch.float64)
    for rounds in (0, 1, 4):
        found = vae.settled(z, rounds, lambda x: x @ a, lambda z: z @ b)
        assert float((found - z @ torch.linalg.matrix_power(b @ a, rounds)).abs().max()) < 1e-12
    flat = vae.settled(z, 7, lambda x: x @ torch.linalg.inv(b), lambda z: z @ b)
    assert float((flat - z).abs().max()) < 1e-12


def test_refining_ends_with_every_number_and_begins_with_the_first_of_the_order() -> None:
    z, order = torch.arange(1.0, 9.0)[None], torch.tensor([3, 0, 1, 2, 7, 6, 5, 4])
    steps = list(vae.refine(lambda latents: latents, lambda index: z, order, 4))
    assert torch.equal(steps[-1].picture, z)
    counts = [int((step.z != 0).sum()) for step in steps]
    assert counts == sorted(counts)
    assert steps[0].z[0, 3] == 4.0
    assert counts[0] < 8
