"""Score-based generation by stochastic differential equations, and exact likelihood by their probability-flow ODE.

Song et al., "Score-Based Generative Modeling through Stochastic Differential Equations", 2021, arXiv:2011.13456. The
forward SDE dx = f(t) x dt + g(t) dw, t from 0 to 1, gives x_t = alpha x0 + sigma n; the reverse one (equation 6) is
dx = (f x - g² score) dt + g dw. A *level* is sigma; the two SDEs lie on the house's paths VE and VP.

The score is wanted from a denoiser m = E[x0 | x_t] by Tweedie's formula, score = (alpha m - x) / sigma². One denoiser
serves both SDEs: x_t of either, divided by alpha, is the same x0 + r n with r = sigma / alpha (Karras et al., 2022, B).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engines.contract import Checkpoint
from engines.samplers import Denoiser, State, restore, seeded
from engines.samplers.methods import first_order, kept, noise_in
from engines.samplers.state import Noise
from engines.schedules import VE, VP, Levels, Path, below, checked

Score = Callable[[Tensor, Tensor], Tensor]  # (x (B, ...), level (B,)) -> score (B, ...)
DRAWS = 16  # noises a step may draw: one of the predictor, the others of the corrector


# ---------------------------------------------------------------- the two SDEs


@dataclass(frozen=True)
class SDE:
    """A forward SDE over t in [0, 1]: `first` and `last` are its two constants, `path` says which alpha goes with
    sigma.

    VE (equations 9 and 30): sigma_min and sigma_max, sigma = sigma_min (sigma_max / sigma_min)^t, f = 0.
    VP (equations 11 and 33): beta_min and beta_max, beta = beta_min + t (beta_max - beta_min), f = -beta / 2, g² =
    beta.
    """

    path: Path
    first: float
    last: float
    floor: float = 1e-4  # the smallest t a run or a likelihood goes to: below it the score is not defined on VP

    def sigma(self, t: float) -> float:
        """The noise level at time t."""
        if self.path is VE:
            return self.first * (self.last / self.first) ** t
        return math.sqrt(-math.expm1(-self._integral(t)))

    def time(self, sigma: float) -> float:
        """The time at which the noise level is `sigma`."""
        if self.path is VE:
            return math.log(sigma / self.first) / math.log(self.last / self.first)
        whole, slope = -math.log1p(-sigma * sigma), self.last - self.first
        return (math.sqrt(self.first**2 + 2 * slope * whole) - self.first) / slope

    def rates(self, t: float) -> tuple[float, float]:
        """(f, g²) at time t."""
        if self.path is VE:
            return 0.0, 2 * self.sigma(t) ** 2 * math.log(self.last / self.first)
        beta = self.first + t * (self.last - self.first)
        return -beta / 2, beta

    def levels(self, steps: int, rho: float = 0.0) -> Levels:
        """`steps` + 1 noise levels from t = 1 to 0: even in t as published, or with `rho` even in (sigma/alpha)^(1/rho)
        (Karras et al., 2022, equation 5), which spends more of few steps where the picture is made. The last is 0."""
        ends = [self.path.angle(self.sigma(t)) for t in (1.0, self.floor)]
        times = [1 + (self.floor - 1) * i / max(1, steps - 1) for i in range(steps)]
        if not rho:
            return checked([*(self.sigma(t) for t in times), 0.0], self.path)
        high, low = (math.tan(end) ** (1 / rho) for end in ends)
        ratios = [(high + (low - high) * i / max(1, steps - 1)) ** rho for i in range(steps)]
        return checked([*(self.path.at_angle(math.atan(ratio)) for ratio in ratios), 0.0], self.path)

    def _integral(self, t: float) -> float:
        return self.first * t + 0.5 * (self.last - self.first) * t * t


SDES: dict[str, SDE] = {"VE": SDE(VE, 0.01, 50.0), "VP": SDE(VP, 0.1, 20.0)}


# ---------------------------------------------------------------- learning


def ratios(count: int, generator: torch.Generator | None = None, mean: float = -0.8, spread: float = 1.7) -> Tensor:
    """Training ratios sigma / alpha, (count,): log-normal (Karras et al., 2022, table 1), within exp(-6) and exp(6)."""
    return torch.exp((mean + spread * torch.randn(count, generator=generator)).clamp(-6, 6))


def loss(score: Score, x0: Tensor, noise: Tensor, ratio: Tensor) -> Tensor:
    """Denoising score matching on VP, equation 7: E lambda |score(x_t) - grad log p(x_t | x0)|², the mean over places.

    grad log p(x_t | x0) = -n / sigma. The weight lambda = sigma² / alpha² makes it the error of alpha n - sigma x0
    (v-prediction, Salimans and Ho, 2022), which weighs all levels alike. `ratio` is sigma / alpha, (B,).
    """
    level = ratio / (1 + ratio * ratio).sqrt()
    sigma = level.reshape(-1, *[1] * (x0.ndim - 1))
    alpha = (sigma / ratio.reshape(sigma.shape)).to(x0.dtype)
    error = score(alpha * x0 + sigma * noise, level) + noise / sigma
    return (error * sigma / alpha).square().mean()


def score(path: Path, level: float, x: Tensor, m: Tensor) -> Tensor:
    """Tweedie's formula: grad log p(x) = (alpha m - x) / sigma²."""
    return (path.alpha(level) * m - x) / (level * level)


# ---------------------------------------------------------------- sampling


@dataclass(frozen=True)
class Plan:
    """How a run goes: the SDE, the predictor's name, corrector steps a level and their signal-to-noise ratio, the noise
    of its steps, and the checkpoint it goes on from."""

    sde: SDE
    predictor: str = "reverse diffusion"
    corrections: int = 1
    snr: float = 0.16
    noise: Noise = field(default_factory=lambda: seeded(0))
    resume: Checkpoint | None = None


@dataclass(frozen=True)
class Leap:
    """One step of a predictor: from level s down to t, the state there, and its clean estimate."""

    s: float
    t: float
    x: Tensor
    m: Tensor


Predictor = Callable[[SDE, Leap, Tensor], Tensor]  # (sde, leap, standard normal noise) -> x at level t


def reverse_diffusion(sde: SDE, leap: Leap, z: Tensor) -> Tensor:
    """The reverse-time discretisation of the forward chain, equation 46: x_t = x - f x + G² score + G z.

    In the chain's own numbers: VE takes G² = sigma_s² - sigma_t² (equation 47); VP takes beta = 1 - (alpha_s/alpha_t)²
    and 2 - sqrt(1 - beta) times x (equation 48).
    """
    s, t, path = leap.s, leap.t, sde.path
    keep = path.alpha(s) / path.alpha(t)
    square = s * s - (keep * t) ** 2
    return (2 - keep) * leap.x + square * score(path, s, leap.x, leap.m) + math.sqrt(square) * z


def euler_maruyama(sde: SDE, leap: Leap, z: Tensor) -> Tensor:
    """Euler-Maruyama on the reverse SDE, equation 6: x - (f x - g² score) h + g sqrt(h) z, h the time passed."""
    now = sde.time(leap.s)
    h = now - sde.time(leap.t)
    f, g2 = sde.rates(now)
    return leap.x - (f * leap.x - g2 * score(sde.path, leap.s, leap.x, leap.m)) * h + math.sqrt(g2 * h) * z


def ancestral(sde: SDE, leap: Leap, z: Tensor) -> Tensor:
    """A draw from q(x_t | x_s, x0 = m) (Ho et al., 2020, equation 6; for VE appendix F): exact where m does not
    change."""
    s, t, path = leap.s, leap.t, sde.path
    r = kept(path, s, t)
    n = noise_in(path, s, leap.x, leap.m)
    return path.alpha(t) * leap.m + (t * r) * n + t * math.sqrt(max(0.0, 1 - r * r)) * z


def probability_flow(sde: SDE, leap: Leap, z: Tensor) -> Tensor:
    """One step of the ODE dx = (f x - g² score / 2) dt, equation 13, exact where m does not change; no noise."""
    return first_order(sde.path, (leap.s, leap.t), leap.x, leap.m)


PREDICTORS: dict[str, Predictor] = {
    "reverse diffusion": reverse_diffusion,
    "ancestral": ancestral,
    "Euler-Maruyama": euler_maruyama,
    "probability flow": probability_flow,
}


@torch.no_grad()
def sample(denoise: Denoiser, x: Tensor, levels: Sequence[float], plan: Plan) -> Iterator[State]:
    """Predictor-corrector sampling, algorithm 1 with 2-3: a `State` after every level, `x0` its clean estimate.

    From `x` (B, ...) at levels[0]; the last step, to level 0, takes the clean estimate (appendix G: denoising). Noise
    is a function of (seed, step, draw); a run resumed with the same plan goes on exactly, with another it re-enters at
    the level reached. ValueError when the checkpoint is of another shape.
    """
    method = f"pc {plan.sde.path.name} {plan.predictor},{plan.corrections},{plan.snr:g} {len(levels) - 1}"
    begun, left = _begun(x, checked(levels, plan.sde.path), method, plan.resume)
    x, nfe, total = begun.x, begun.nfe, begun.index + len(left) - 1
    for index, (s, t) in enumerate(itertools.pairwise(left), begun.index + 1):
        m, nfe = denoise(x, s), nfe + 1
        if t == 0.0:
            x = m
        else:
            x = PREDICTORS[plan.predictor](plan.sde, Leap(s, t, x, m), plan.noise(DRAWS * index, x))
            for k in range(plan.corrections):
                m, nfe = denoise(x, t), nfe + 1
                x = corrected(plan, t, x, (m, plan.noise(DRAWS * index + 1 + k, x)))
        yield State(index, total, t, m, x, nfe, method, left)


def corrected(plan: Plan, level: float, x: Tensor, known: tuple[Tensor, Tensor]) -> Tensor:
    """One Langevin step at `level`, algorithms 4 and 5: x + e score + sqrt(2 e) z, e = 2 a (snr |z| / |score|)².

    a is 1 on VE, and on VP 1 - beta of the discrete chain of 1000 steps; norms are each sample's own. `known` is (clean
    estimate, standard normal z).
    """
    m, z = known
    path = plan.sde.path
    slope = score(path, level, x, m)
    share = 1.0 if path is VE else 1 + 2 * plan.sde.rates(plan.sde.time(level))[0] / 1000
    sizes = [torch.stack([one.norm() for one in some.unbind(0)]) for some in (z, slope)]
    e = 2 * share * (plan.snr * sizes[0] / sizes[1].clamp_min(1e-12)) ** 2
    e = e.reshape(-1, *[1] * (x.dim() - 1))
    return x + e * slope + (2 * e).sqrt() * z


def _begun(x: Tensor, levels: Levels, method: str, resume: Checkpoint | None) -> tuple[State, Levels]:
    if resume is None:
        return State(0, len(levels) - 1, levels[0], x, x, 0, method, levels), levels
    held = restore(resume, x.device)
    if held.x.shape != x.shape:
        raise ValueError(f"the checkpoint is of shape {tuple(held.x.shape)}, the run of {tuple(x.shape)}")
    return held, held.levels if held.method == method else below(levels, held.level)


# ---------------------------------------------------------------- likelihood


@dataclass(frozen=True)
class Likelihood:
    """log p(x) in nats for each sample (B,), and how many network calls it took (each with its gradient)."""

    log: Tensor
    nfe: int

    def bits(self, places: int, scale: float = 127.5) -> Tensor:
        """Bits per dimension of pictures of whole numbers, (B,), when x = number / `scale` - 1 with uniform noise
        in."""
        return math.log2(scale) - self.log / (places * math.log(2))


def likelihood(denoise: Denoiser, x: Tensor, sde: SDE, *, steps: int = 32, probes: Sequence[Tensor] = ()) -> Likelihood:
    """Exact log-likelihood by the probability-flow ODE (section 4.3, equation 39), as the prior's at t = 1 plus the
    integral of the divergence on the way there.

    With u = log(sigma / alpha) the ODE of both SDEs reads dx/du = alpha (alpha x - m); it is solved by Runge and
    Kutta's fourth-order rule in `steps` even steps of u. The divergence is Skilling's and Hutchinson's estimate e . J
    e, averaged over `probes` (each like x, of signs or normal numbers); without probes the exact trace, one gradient
    for each place. `x` is taken to be at the lowest level of the SDE.
    """
    path = sde.path
    ends = [math.log(math.tan(path.angle(sde.sigma(t)))) for t in (sde.floor if path is VP else 0.0, 1.0)]
    flow, h = _Flow(denoise, path, tuple(probes)), (ends[1] - ends[0]) / steps
    total = x.new_zeros(len(x), dtype=torch.float64)
    for i in range(steps):
        x, gain = _runge_kutta(flow, x, ends[0] + i * h, h)
        total = total + gain
    top, places = sde.sigma(1.0), x[0].numel()
    prior = -0.5 * (x.double() / top).square().flatten(1).sum(1) - places * math.log(top * math.sqrt(2 * math.pi))
    return Likelihood(prior + total, 4 * steps)


@dataclass(frozen=True)
class _Flow:
    """The probability-flow ODE in u = log(sigma / alpha): dx/du = alpha (alpha x - m), and its divergence."""

    denoise: Denoiser
    path: Path
    probes: tuple[Tensor, ...]

    @torch.enable_grad()
    def __call__(self, x: Tensor, u: float) -> tuple[Tensor, Tensor]:
        """dx/du, and the divergence (B,) in double precision. Gradients are enabled in here only."""
        level = self.path.at_angle(math.atan(math.exp(u)))
        alpha = self.path.alpha(level)
        x = x.detach().requires_grad_()
        slope = alpha * (alpha * x - self.denoise(x, level))
        each = []
        for e in self.probes or _units(x):
            (back,) = torch.autograd.grad((slope * e).sum(), x, retain_graph=True)
            each.append((back * e).double().flatten(1).sum(1))
        return slope.detach(), torch.stack(each).sum(0) / max(1, len(self.probes))


def _runge_kutta(flow: _Flow, x: Tensor, u: float, h: float) -> tuple[Tensor, Tensor]:
    """(x, the integral of the divergence) after a step of `h` from `u`."""
    slope, rate = flow(x, u)
    moved, gain = slope * (h / 6), rate * (h / 6)
    for part, weight in ((0.5, h / 3), (0.5, h / 3), (1.0, h / 6)):
        slope, rate = flow(x + part * h * slope, u + part * h)
        moved, gain = moved + weight * slope, gain + weight * rate
    return x + moved, gain


def _units(x: Tensor) -> list[Tensor]:
    """The unit vectors of a sample, each (B, ...): with them the estimate is the trace itself."""
    places = x[0].numel()
    return [torch.eye(places)[k].reshape(1, *x.shape[1:]).to(x).expand_as(x) for k in range(places)]


def signs(shape: Sequence[int], generator: torch.Generator) -> Tensor:
    """A Hutchinson probe of signs, +1 or -1 at even odds."""
    return torch.randint(0, 2, tuple(shape), generator=generator).float() * 2 - 1
