"""The clean estimate behind a scheduler's step: what the network's output says the finished sample is.

Every scheduler of the library works in one of three spaces, x being the noised sample, x0 the clean one, n the noise:
variance preserving, x = a x0 + s n with a^2 + s^2 = 1 (DDPM, Ho et al. 2020; DPM-Solver, Lu et al. 2022); variance
exploding, x = x0 + s n (EDM, Karras et al. 2022); flow matching, x = (1 - s) x0 + s n (Lipman et al. 2023). Few have
a rule of their own: EDM's and consistency models' preconditioning, TrigFlow (Lu and Song, 2024).
"""

from __future__ import annotations

import functools
from typing import Any

import torch
from torch import Tensor


def estimate(scheduler: Any, output: Tensor, timestep: Any, sample: Tensor) -> Tensor:
    """x0 of the step `scheduler` is about to take, in the shape and dtype of `sample`.

    Equal to the scheduler's own `pred_original_sample` where it has one. Must be called before the step. Raises
    LookupError for a scheduler that is in none of the known spaces.
    """
    if output.shape != sample.shape and output.shape[1] == 2 * sample.shape[1]:
        output = output.chunk(2, dim=1)[0]  # the rest is a learnt variance
    if getattr(scheduler, "step_index", 0) is None:
        scheduler._init_step_index(timestep)
    own = _OWN.get(_kind(type(scheduler).__mro__))
    x0 = own(scheduler, output, sample) if own else _spaced(scheduler, output, timestep, sample)
    return _bounded(scheduler, x0).to(sample.dtype)


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


def _spaced(scheduler: Any, output: Tensor, timestep: Any, sample: Tensor) -> Tensor:
    space, scale, noise = _place(scheduler, timestep, getattr(scheduler, "step_index", None) or 0)
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


def _edm(scheduler: Any, output: Tensor, sample: Tensor) -> Tensor:
    """EDM's c_skip x + c_out F (Karras et al. 2022, eq. 7)."""
    return scheduler.precondition_outputs(sample, output, scheduler.sigmas[scheduler.step_index])


def _consistency(scheduler: Any, output: Tensor, sample: Tensor) -> Tensor:
    """The boundary condition of consistency models (Song et al. 2023, appendix C)."""
    skip, out = scheduler.get_scalings_for_boundary_condition(scheduler.sigmas[scheduler.step_index])
    return out * output + skip * sample


def _trig(scheduler: Any, output: Tensor, sample: Tensor) -> Tensor:
    """TrigFlow: cos(t) x - sin(t) F (Lu and Song, 2024, eq. 5)."""
    angle = scheduler.timesteps[scheduler.step_index]
    return torch.cos(angle) * sample - torch.sin(angle) * output


def _ipndm(scheduler: Any, output: Tensor, sample: Tensor) -> Tensor:
    index = scheduler.step_index
    return (sample - scheduler.betas[index] * output) / max(float(scheduler.alphas[index]), 1e-8)


_OWN = {
    "EDMEulerScheduler": _edm,
    "EDMDPMSolverMultistepScheduler": _edm,
    "CosineDPMSolverMultistepScheduler": _edm,
    "CMStochasticIterativeScheduler": _consistency,
    "SCMScheduler": _trig,
    "IPNDMScheduler": _ipndm,
}
