"""Energy-based models: a network that gives a picture a number, low where it looks right, and Langevin steps downhill.

p(x) = exp(-E(x)) / Z (LeCun et al., "A Tutorial on Energy-Based Learning", 2006). The energies here are also told a
noise level sigma: E(x, sigma) is that of data with normal noise of deviation sigma added, so that a walk over falling
sigma (annealed Langevin dynamics, Song and Ermon, 2019, arXiv:1907.05600) goes from noise to a picture.

Two objectives train one energy. Denoising score matching of its gradient (Vincent, 2011; Saremi et al., 2018; for
noise-conditional energies Salimans and Ho, "Should EBMs model the energy or the score?", 2021) teaches it everywhere;
contrastive divergence with a replay buffer (Du and Mordatch, 2019, arXiv:1903.08689; short runs: Nijkamp et al., 2019)
then lifts the energy of what its own walks end at.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from engines.contract import Checkpoint
from engines.samplers import State, restore, seeded
from engines.samplers.state import Noise
from engines.schedules import Levels, below

Energy = Callable[[Tensor, Tensor], Tensor]  # (x (B, ...), sigma (B,)) -> E (B,), differentiable in x


# ---------------------------------------------------------------- gradients


@torch.enable_grad()
def slope(energy: Energy, x: Tensor, sigma: float) -> tuple[Tensor, Tensor]:
    """(grad_x E (B, ...), E (B,)) at noise level `sigma`, both detached. Gradients are enabled inside only."""
    x = x.detach().requires_grad_()
    value = energy(x, x.new_full((len(x),), sigma))
    (found,) = torch.autograd.grad(value.sum(), x)
    return found.detach(), value.detach()


def clean(x: Tensor, gradient: Tensor, sigma: float) -> Tensor:
    """Tweedie's formula with score = -grad E: E[x0 | x] = x - sigma² grad E."""
    return x - sigma * sigma * gradient


# ---------------------------------------------------------------- learning


def sigmas(count: int, generator: torch.Generator | None = None, mean: float = -1.6, spread: float = 1.4) -> Tensor:
    """Training noise levels, (count,): log-normal within 0.01 and 8."""
    return torch.exp((mean + spread * torch.randn(count, generator=generator)).clamp(math.log(0.01), math.log(8.0)))


def score_matching(energy: Energy, x0: Tensor, noise: Tensor, sigma: Tensor, spread: float = 0.7) -> Tensor:
    """Denoising score matching of the gradient: E w |grad E(x0 + sigma n) - n / sigma|², the mean over places.

    Vincent, 2011, equation 11, with score = -grad E. w = sigma² (sigma² + s²) / s² with `spread` s, the deviation of
    the data, weighs all levels alike (Karras et al., 2022, table 1). Differentiable once more: for training.
    """
    each = sigma.reshape(-1, *[1] * (x0.ndim - 1))
    x = (x0 + each * noise).requires_grad_()
    (gradient,) = torch.autograd.grad(energy(x, sigma).sum(), x, create_graph=True)
    return ((each * gradient - noise).square() * (1 + each.square() / spread**2)).mean()


def noise_prediction(residual: Energy, x0: Tensor, noise: Tensor, sigma: Tensor, spread: float = 0.7) -> Tensor:
    """E w |h(x0 + sigma n) - n|² for an energy 1/2 |h|²: a quick beginning for `score_matching`, at half its cost.

    Where the data lie near a surface the noise stands upright on it, and the gradient J^T h is h / sigma: the same
    target (Saremi and Hyvarinen, 2019, section 3). The weight is that of `score_matching`.
    """
    each = sigma.reshape(-1, *[1] * (x0.ndim - 1))
    error = residual(x0 + each * noise, sigma) - noise
    return (error.square() * (1 + each.square() / spread**2)).mean()


def contrastive_divergence(real: Tensor, fake: Tensor, weight: float = 1e-3) -> Tensor:
    """E[E(x+)] - E[E(x-)] + weight E[E(x+)² + E(x-)²] over energies (B,): equations 2 and 6 of Du and Mordatch, 2019.

    `real` are energies of data, `fake` of where Langevin walks ended. The squares keep the numbers from growing without
    bound: only differences of energies mean something.
    """
    return real.mean() - fake.mean() + weight * (real.square() + fake.square()).mean()


class Buffer:
    """A replay buffer of walks (Du and Mordatch, 2019, section 3.2; Tieleman, 2008): persistent chains, a share of
    which begin anew. Seeded."""

    def __init__(self, size: int, fresh: float, seed: int) -> None:
        self.size, self.fresh, self.rng = size, fresh, np.random.default_rng(seed)
        self.held: list[Tensor] = []

    def begin(self, new: Tensor) -> tuple[Tensor, np.ndarray]:
        """Where the next walks start, like `new` (B, ...), which is used for the share that begins anew; and the places
        in the buffer of the others (-1 for new ones)."""
        where = np.full(len(new), -1)
        if self.held:
            old = self.rng.random(len(new)) >= self.fresh
            where[old] = self.rng.integers(0, len(self.held), int(old.sum()))
        return torch.stack([new[i] if k < 0 else self.held[k] for i, k in enumerate(where)]), where

    def keep(self, ended: Tensor, where: np.ndarray) -> None:
        """Put the ends of the walks back; new ones take a new place, or that of a random old one when it is full."""
        for walk, k in zip(ended.detach(), where, strict=True):
            if k >= 0:
                self.held[k] = walk
            elif len(self.held) < self.size:
                self.held.append(walk)
            else:
                self.held[int(self.rng.integers(0, self.size))] = walk


def walk(energy: Energy, x: Tensor, sigma: float, pace: Sequence[float], generator: torch.Generator) -> Tensor:
    """A short run of Langevin steps at one level, for training: one step for each number of `pace` (see `langevin`)."""
    for part in pace:
        gradient, _ = slope(energy, x, sigma)
        x = langevin(x, gradient, part * sigma * sigma, torch.randn(x.shape, generator=generator).to(x.device))
    return x


# ---------------------------------------------------------------- walking


def langevin(x: Tensor, gradient: Tensor, step: float, z: Tensor, temperature: float = 1.0) -> Tensor:
    """One step of Langevin dynamics, x - (step / 2) grad E + sqrt(step T) z: stationary at exp(-E / T) as step -> 0.

    Welling and Teh, 2011, equation 4; temperature 0 is plain descent.
    """
    return x - 0.5 * step * gradient + math.sqrt(step * temperature) * z


@dataclass(frozen=True)
class Kept:
    """What a repair keeps: `x0` (B, ...) clean, `mask` (B or 1, 1, H, W) with 1 where it may change."""

    x0: Tensor
    mask: Tensor


@dataclass(frozen=True)
class Plan:
    """How a walk goes: its levels (one for every step, then 0), the step as a share of sigma², the temperature at every
    step, what is kept, the noise of its steps, and the checkpoint it goes on from."""

    levels: Levels
    pace: float = 0.3
    temperature: Callable[[float], float] = lambda level: 1.0
    kept: Kept | None = None
    noise: Noise = field(default_factory=lambda: seeded(0))
    resume: Checkpoint | None = None


def annealed(steps: int, high: float, low: float) -> Levels:
    """`steps` + 1 noise levels: geometric from `high` to `low` (Song and Ermon, 2019, section 4.3), then 0."""
    if steps == 1:
        return (high, 0.0)
    return (*(high * (low / high) ** (i / (steps - 1)) for i in range(steps)), 0.0)


@torch.no_grad()
def anneal(energy: Energy, x: Tensor, plan: Plan) -> Iterator[State]:
    """Annealed Langevin dynamics, a `State` after every step: `x` (B, ...) at levels[0], `x0` its clean estimate.

    At every level: show what is kept with noise of that level (imputation, Song et al., 2021, appendix I.2), take one
    Langevin step of pace * sigma², then go down to the next level, where the noise that is too much is taken out along
    the gradient: x0 + (t / s) (x - x0). The step to 0 takes the clean estimate. A run resumed with the same plan goes
    on exactly; with another it re-enters at the level reached.
    """
    method = f"langevin {plan.pace:g} {len(plan.levels) - 1}"
    begun, left = _begun(x, plan, method)
    x, nfe, total = begun.x, begun.nfe, begun.index + len(left) - 1
    for index, (s, t) in enumerate(itertools.pairwise(left), begun.index + 1):
        x = _imputed(plan, x, s, 4 * index)
        gradient, _ = slope(energy, x, s)
        warmth = plan.temperature(s)
        x = langevin(x, gradient, plan.pace * s * s, plan.noise(4 * index + 1, x), warmth)
        x = _imputed(plan, x, s, 4 * index)
        gradient, _ = slope(energy, x, s)
        x0 = clean(x, gradient, s)
        if plan.kept is not None:
            x0 = torch.lerp(plan.kept.x0, x0, plan.kept.mask)
        x, nfe = x0 + (t / s) * (x - x0), nfe + 2
        yield State(index, total, t, x0, x, nfe, method, left)


def _imputed(plan: Plan, x: Tensor, level: float, draw: int) -> Tensor:
    if plan.kept is None:
        return x
    shown = plan.kept.x0 + level * plan.noise(draw, x)
    return torch.lerp(shown, x, plan.kept.mask)


def _begun(x: Tensor, plan: Plan, method: str) -> tuple[State, Levels]:
    if plan.resume is None:
        return State(0, len(plan.levels) - 1, plan.levels[0], x, x, 0, method, plan.levels), plan.levels
    held = restore(plan.resume, x.device)
    if held.x.shape != x.shape:
        raise ValueError(f"the checkpoint is of shape {tuple(held.x.shape)}, the run of {tuple(x.shape)}")
    return held, held.levels if held.method == method else below(plan.levels, held.level)
