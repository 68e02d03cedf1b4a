"""Guidance: wrappers around a denoiser, `denoise(x, level) -> x0`, that are denoisers again.

    guided(conditional, unconditional, Guidance(scale=5.0, levels=levels))
    inpaint(denoise, Kept(picture, mask, noise))     # keep a part of a picture

Everything acts on the clean estimate x0. On one (x, level) noise, velocity and score are affine in x0, so guiding x0
is guiding any of them. Wrappers keep no state: what they do at a level depends on that level and on what they were
given, so a run may be resumed or branched anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engines.contract import Curve
from engines.samplers import Denoiser
from engines.schedules import FLOW, Path, position

Mix = Callable[[Tensor, Tensor, float], Tensor]  # (conditional estimate, x, level) -> one with the regions' in it
Both = Callable[[Tensor, float], tuple[Tensor, Tensor]]  # (x, level) -> (conditional, unconditional) estimates


class Effect:
    """What guidance did: the gap between the estimates with the words and without them, where both were asked for."""

    def __init__(self) -> None:
        self._both: tuple[Tensor, Tensor] | None = None

    def hear(self, conditional: Tensor, unconditional: Tensor) -> None:
        """The network was asked for both; nothing is computed yet."""
        self._both = conditional, unconditional

    def take(self) -> float | None:
        """The root mean square of cond - uncond since the last take, in parts of cond's deviation; None for none."""
        both, self._both = self._both, None
        if both is None:
            return None
        c, u = (part.detach().float() for part in both)
        return float((c - u).square().mean().sqrt() / c.std().clamp_min(1e-12)) if c.numel() > 1 else None


@dataclass(frozen=True)
class Guidance:
    """How strongly the prompt acts, and where.

    `scale` is w in x0 = u + w (c - u): 1 is the plain conditional estimate. A curve is read at the run's position,
    which `levels` (all levels of the run) place: 0 at the first step, 1 at the last. `interval` is (low, high) in
    noise level: above and below it w is 1. `rescale` is phi of Lin et al., 0 (off) to 1. `effect` hears what it did.
    """

    scale: float | Curve = 1.0
    levels: Sequence[float] = ()
    interval: tuple[float, float] = (0.0, math.inf)
    rescale: float = 0.0
    effect: Effect = field(default_factory=Effect, compare=False)

    def __post_init__(self) -> None:
        if isinstance(self.scale, Curve) and len(self.levels) < 2:
            raise ValueError("a guidance curve needs the levels of the run")
        if not 0.0 <= self.rescale <= 1.0:
            raise ValueError("rescale must be from 0 to 1")

    def at(self, level: float) -> float:
        """w at this level."""
        low, high = self.interval
        if not low <= level <= high:
            return 1.0
        return self.scale.at(position(self.levels, level)) if isinstance(self.scale, Curve) else self.scale


def guided(conditional: Denoiser, unconditional: Denoiser, guidance: Guidance, both: Both | None = None) -> Denoiser:
    """Classifier-free guidance, x0 = u + w (c - u). Ho & Salimans 2022, arXiv:2207.12598, eq. 6.

    `unconditional` is the network with the empty prompt, or with the negative prompt. Where w is 1 only `conditional`
    is called, where it is 0 only `unconditional`, so an interval saves calls (Kynkaanniemi 2024, arXiv:2404.07724).

    By default that is two calls at the batch size of x: then a sample's numbers do not depend on whether it is
    guided beside others. On a CPU it costs nothing: a small network with convolutions and attention took 47 ms for
    two calls and 58 ms for one of both at 32 x 32, 9.0 and 8.4 ms at 16 x 16. `both` makes the two estimates in one
    call instead, where a device is faster so; it may round differently (7e-7 largest in that measurement).
    """

    def denoise(x: Tensor, level: float) -> Tensor:
        w = guidance.at(level)
        if w == 1.0:
            return conditional(x, level)
        if w == 0.0:
            return unconditional(x, level)
        c, u = both(x, level) if both else (conditional(x, level), unconditional(x, level))
        guidance.effect.hear(c, u)
        return rescaled(u + w * (c - u), c, guidance.rescale)

    return denoise


WHOLE = 1e-6  # how near to 1 weights must come to be a mean
Parts = Sequence[tuple[float, Denoiser]]  # prompts with their weights


def composed(parts: Parts, unconditional: Denoiser, guidance: Guidance, mix: Mix | None = None) -> Denoiser:
    """Several prompts at once, x0 = u + w sum_i w_i (c_i - u). Liu et al. 2022, arXiv:2206.01714, eq. 11.

    `parts` are the weights w_i and the denoisers c_i; one part of weight 1 is plain guidance. `mix` puts what regions
    ask for into the conditional estimate, which is guided then: guidance being linear, that is mixing what is guided.
    Weights that come to 1 are a mean, for which u is not needed.
    """
    if [weight for weight, _ in parts] == [1.0]:
        alone = parts[0][1]
        conditional = (lambda x, level: mix(alone(x, level), x, level)) if mix else alone
        return guided(conditional, unconditional, guidance)

    whole = abs(sum(weight for weight, _ in parts) - 1.0) < WHOLE

    def wanted(x: Tensor, level: float, u: Tensor | None) -> Tensor:
        base = x.new_zeros(()) if u is None else u
        c = base + sum(weight * (part(x, level) - base) for weight, part in parts)
        return mix(c, x, level) if mix else c

    def denoise(x: Tensor, level: float) -> Tensor:
        w = guidance.at(level)
        u = unconditional(x, level) if w != 1.0 or not whole else None
        c = wanted(x, level, None if whole else u)
        if u is None or w == 1.0:
            return c
        guidance.effect.hear(c, u)
        return rescaled(u + w * (c - u), c, guidance.rescale)

    return denoise


def stepped(denoisers: Sequence[Denoiser], levels: Sequence[float]) -> Denoiser:
    """Another denoiser for each step of the run over `levels`; one for all is itself."""
    if all(denoise is denoisers[0] for denoise in denoisers):
        return denoisers[0]

    def denoise(x: Tensor, level: float) -> Tensor:
        return denoisers[step_at(levels, level)](x, level)

    return denoise


def step_at(levels: Sequence[float], level: float) -> int:
    """The step, from 0, that a level belongs to: step i goes from levels[i], included, to levels[i + 1]."""
    return max(0, min(sum(start >= level * (1 - 1e-9) for start in levels[:-1]), len(levels) - 1) - 1)


def rescaled(x0: Tensor, conditional: Tensor, phi: float) -> Tensor:
    """phi x0 std(c) / std(x0) + (1 - phi) x0, each sample's own std: against over-exposure by strong guidance.

    Lin 2024, arXiv:2305.08891, eq. 15-16, on the clean estimate. A sample without spread is left as it is.
    """
    if phi == 0.0:
        return x0
    spread = _spread(x0)
    factor = torch.where(spread > 0.0, _spread(conditional) / spread, torch.ones_like(spread))
    return x0 * (phi * factor + (1.0 - phi))


def _spread(x: Tensor) -> Tensor:
    """Standard deviation of each sample, (B, 1, ...): one sample at a time, so that a batch changes no bit."""
    each = torch.stack([sample.std() for sample in x.unbind(0)])
    return each.reshape(-1, *[1] * (x.dim() - 1))


@dataclass(frozen=True)
class Kept:
    """What inpainting keeps: `x0` (B, ...) clean, `mask` broadcastable to it, 1 where the picture may change.

    `noise` is the noise the kept part is shown with, best the run's initial noise: then a deterministic sampler
    carries the kept part along its exact path.
    """

    x0: Tensor
    mask: Tensor
    noise: Tensor


def inpaint(denoise: Denoiser, kept: Kept, path: Path = FLOW) -> Denoiser:
    """Before every call the kept part of x is replaced by the known picture at that level, and after it in x0.

    Imputation, Song 2021, arXiv:2011.13456, app. I.2; RePaint, Lugmayr 2022, arXiv:2201.09865, eq. 8. A soft mask
    blends. Where the mask is 0 the run ends with the known picture itself (to rounding with LMS, which extrapolates).
    """

    def filled(x: Tensor, level: float) -> Tensor:
        shown = torch.lerp(path.mix(kept.x0, kept.noise, level), x, kept.mask)
        return torch.lerp(kept.x0, denoise(shown, level), kept.mask)

    return filled


class Counted:
    """A denoiser that counts: `calls` network evaluations (NFE) so far. Wrap each network call, not the guidance."""

    def __init__(self, denoise: Denoiser) -> None:
        self.denoise = denoise
        self.calls = 0

    def __call__(self, x: Tensor, level: float) -> Tensor:
        self.calls += 1
        return self.denoise(x, level)


class Run:
    """The guided denoiser of one run: `calls` counts the evaluations (NFE) of its networks, `effect` is what guidance
    did in the step just made."""

    def __init__(self, denoise: Denoiser, counted: Sequence[Counted], guidance: Guidance, each: int = 1) -> None:
        """`each` calls make one evaluation of every network."""
        self.denoise, self.counted, self.guidance, self.each = denoise, tuple(counted), guidance, each

    def __call__(self, x: Tensor, level: float) -> Tensor:
        return self.denoise(x, level)

    def effect(self) -> float | None:
        """See `Effect.take`."""
        return self.guidance.effect.take()

    @property
    def calls(self) -> int:
        return self.each * sum(one.calls for one in self.counted)
