"""The clean estimate behind a scheduler's step: what the network's output says the finished sample is.

Every scheduler of the library works in one of three spaces, x being the noised sample, x0 the clean one, n the noise:
variance preserving, x = a x0 + s n with a^2 + s^2 = 1 (DDPM, Ho et al. 2020; DPM-Solver, Lu et al. 2022); variance
exploding, x = x0 + s n (EDM, Karras et al. 2022); flow matching, x = (1 - s) x0 + s n (Lipman et al. 2023). Few have
a rule of their own: EDM's and consistency models' preconditioning, TrigFlow (Lu and Song, 2024).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor


def estimate(scheduler: Any, output: Tensor, timestep: Any, sample: Tensor) -> Tensor:
    """x0 of the step `scheduler` is about to take, in the shape and dtype of `sample`.

    Equal to the scheduler's own `pred_original_sample` where it has one. Raises LookupError for a scheduler that is in
    none of the known spaces.
    """
    return coming(scheduler, output, timestep, sample)()


def coming(
    scheduler: Any, output: Tensor, timestep: Any, sample: Tensor, *, tokens: Tensor | None = None
) -> Callable[[], Tensor]:
    """`estimate`, worked out when it is asked for: after the step too, until the run has another schedule.

    `tokens` (B, n) are times of each token's own, where a pipeline has such; `output` is then the velocity negated.
    """
    index = 0
    if has(scheduler, "step_index"):
        if scheduler.step_index is None:
            scheduler._init_step_index(timestep)
        index = scheduler.step_index
    return lambda: _estimated(Asked(scheduler, output, timestep, sample, index, tokens))


def has(scheduler: Any, name: str) -> bool:
    """Whether its class has that property; asking the scheduler itself of one it lacks is slow (a search in its
    configuration, and an exception), and steps are to be quick."""
    return hasattr(type(scheduler), name)


class Asked(NamedTuple):
    """A step that is about to be taken, the `number`-th of the run."""

    scheduler: Any
    output: Tensor
    timestep: Any
    sample: Tensor
    number: int
    tokens: Tensor | None = None


def _estimated(asked: Asked) -> Tensor:
    output, sample = asked.output, asked.sample
    if output.shape != sample.shape and output.shape[1] == 2 * sample.shape[1]:
        asked = asked._replace(output=output.chunk(2, dim=1)[0])  # the rest is a learnt variance
    rule = _OWN.get(_kind(type(asked.scheduler).__mro__), _spaced)
    return _bounded(asked.scheduler, rule(asked)).to(sample.dtype)


def noise_level(scheduler: Any, timestep: Any, index: int) -> float:
    """The noise beside a unit of signal at `timestep`, the `index`-th of the run (s / a), or the flow time; 0 is
    clean. LookupError where a scheduler does not say."""
    if _kind(type(scheduler).__mro__) == "SCMScheduler":
        return float(torch.tan(timestep))
    if _kind(type(scheduler).__mro__) == "IPNDMScheduler":
        return float(scheduler.betas[index]) / max(float(scheduler.alphas[index]), 1e-8)
    kind, scale, noise = _place(scheduler, timestep, index)
    return float(noise) if kind == "flow" else float(noise) / max(float(scale), 1e-8)


def mixture(scheduler: Any, timestep: Any, index: int) -> tuple[float, float]:
    """How much of the signal and of noise is in a sample at `timestep`, the `index`-th of the run. LookupError where
    a scheduler does not say."""
    if _kind(type(scheduler).__mro__) == "SCMScheduler":
        return float(torch.cos(timestep)), float(torch.sin(timestep))
    if _kind(type(scheduler).__mro__) == "IPNDMScheduler":
        return float(scheduler.alphas[index]), float(scheduler.betas[index])
    if getattr(scheduler, "sigmas", None) is None and hasattr(scheduler, "alphas_cumprod"):
        kept = float(scheduler.alphas_cumprod[int(timestep)])  # as `_place`, in plain numbers: it is asked every step
        return kept**0.5, (1 - kept) ** 0.5
    _, scale, noise = _place(scheduler, timestep, index)
    return float(scale), float(noise)


@functools.cache
def _kind(bases: tuple[type, ...]) -> str:
    """The name of a scheduler's class, or of the one it is made from, that has a rule of its own."""
    return next((base.__name__ for base in bases if base.__name__ in _OWN), "")


def _place(scheduler: Any, timestep: Any, index: int) -> tuple[str, Any, Any]:
    """(space, scale of the signal, scale of the noise) at `timestep`, the `index`-th of the run."""
    sigmas = getattr(scheduler, "sigmas", None)
    if sigmas is None and hasattr(scheduler, "alphas_cumprod"):
        kept = scheduler.alphas_cumprod[int(timestep)]
        return "vp", kept**0.5, (1 - kept) ** 0.5
    if sigmas is None:
        raise LookupError(f"{type(scheduler).__name__} has neither sigmas nor alphas")
    sigma = sigmas[min(index, len(sigmas) - 1)]
    if flows(scheduler):
        return "flow", 1 - sigma, sigma
    if hasattr(scheduler, "_sigma_to_alpha_sigma_t"):
        return "vp", *scheduler._sigma_to_alpha_sigma_t(sigma)
    return "ve", 1.0, sigma


def flows(scheduler: Any) -> bool:
    """Whether its sigmas are flow times."""
    config = scheduler.config
    told = getattr(config, "use_flow_sigmas", False) or getattr(config, "prediction_type", "") == "flow_prediction"
    return bool(told) or _is_flow(type(scheduler).__mro__)


@functools.cache
def _is_flow(bases: tuple[type, ...]) -> bool:
    return any("FlowMatch" in base.__name__ for base in bases)


def _spaced(asked: Asked) -> Tensor:
    scheduler, output, timestep, sample, index, tokens = asked
    if tokens is not None:
        return sample.float() + (tokens / scheduler.config.num_train_timesteps)[..., None] * output
    space, scale, noise = _place(scheduler, timestep, index)
    predicted = getattr(scheduler.config, "prediction_type", "epsilon")
    if predicted in ("sample", "original_sample"):
        return output
    if space == "flow":
        return sample.float() - noise * output if predicted != "v_prediction" else scale * sample - noise * output
    if predicted == "v_prediction":
        if space == "vp":
            return scale * sample - noise * output
        return output * (-noise / (noise**2 + 1) ** 0.5) + sample / (noise**2 + 1)
    return (sample - noise * output) / scale


def _bounded(scheduler: Any, x0: Tensor) -> Tensor:
    """As the scheduler itself limits its estimate."""
    config = scheduler.config
    if getattr(config, "thresholding", False):
        return scheduler._threshold_sample(x0)
    if getattr(config, "clip_sample", False):
        limit = getattr(config, "clip_sample_range", 1.0)
        return x0.clamp(-limit, limit)
    return x0.clamp(-1, 1) if getattr(config, "clip_denoised", False) else x0


# ---------------------------------------------------------------- spaces of their own


def _edm(asked: Asked) -> Tensor:
    """EDM's c_skip x + c_out F (Karras et al. 2022, eq. 7)."""
    scheduler, output, _, sample, index, _ = asked
    return scheduler.precondition_outputs(sample, output, scheduler.sigmas[index])


def _consistency(asked: Asked) -> Tensor:
    """The boundary condition of consistency models (Song et al. 2023, appendix C)."""
    scheduler, output, _, sample, index, _ = asked
    skip, out = scheduler.get_scalings_for_boundary_condition(scheduler.sigmas[index])
    return out * output + skip * sample


def _trig(asked: Asked) -> Tensor:
    """TrigFlow: cos(t) x - sin(t) F (Lu and Song, 2024, eq. 5)."""
    angle = asked.scheduler.timesteps[asked.number]
    return torch.cos(angle) * asked.sample - torch.sin(angle) * asked.output


def _ipndm(asked: Asked) -> Tensor:
    scheduler, output, _, sample, index, _ = asked
    return (sample - scheduler.betas[index] * output) / max(float(scheduler.alphas[index]), 1e-8)


_OWN = {
    "EDMEulerScheduler": _edm,
    "EDMDPMSolverMultistepScheduler": _edm,
    "CosineDPMSolverMultistepScheduler": _edm,
    "CMStochasticIterativeScheduler": _consistency,
    "SCMScheduler": _trig,
    "IPNDMScheduler": _ipndm,
}
