"""Going on from a step with another sampler, number of steps or schedule: where on its way, and with which sample.

Every scheduler's sample is a mixture x = a x0 + s n of the clean one and of noise, and the noise beside a unit of
signal, s / a, is the same point of the way in each of their spaces (Karras et al. 2022, appendix B). The level that was
reached is put into the new schedule where its tables allow; else a run enters at the first level below, and what lies
between is covered by one step of first order with the clean estimate m that is known already (DDIM, Song et al. 2021,
eq. 12 without its noise):

    x' = a' m + s' n,    n = (x - a m) / s

which for equal levels is a change of scale alone. The solver begins there without a memory.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.pipelines import clean

Mixture = tuple[float, float]  # (a, s) of x = a x0 + s n
CLEAN: Mixture = (1.0, 0.0)
SAME = 1e-4  # levels as near as this are one


def mixture(scheduler: Any, left: int, call: int) -> Mixture:
    """Of the sample before the `call`-th of the `left` calls from where a run began, from 0. LookupError where the
    scheduler does not say."""
    if call >= left:
        return CLEAN
    index = len(scheduler.timesteps) - left + call
    return clean.mixture(scheduler, scheduler.timesteps[index], index)


def way(scheduler: Any, left: int) -> list[Mixture]:
    """Of the sample before each of the `left` calls, and after the last. LookupError where it cannot be entered."""
    if type(scheduler).__name__ == "PNDMScheduler" and not scheduler.config.skip_prk_steps:
        raise LookupError("PNDM with Runge-Kutta steps cannot begin without them")
    return [mixture(scheduler, left, call) for call in range(left + 1)]


def entry(scheduler: Any, way: list[Mixture], reached: Mixture) -> int:
    """How many of the calls on `way` are passed over so that the next begins at the level `reached`, or below it.

    At least one step is, since the sample can only be handed over in place of a scheduler's answer. Of entries that
    stand twice on the way (PNDM's second) the last is taken.
    """
    order, most = getattr(scheduler, "order", 1), _beside(reached) * (1 + SAME)
    for call in range(order, len(way) - 1, order):
        twice = order == 1 and _beside(way[call + 1]) >= _beside(way[call])
        if _beside(way[call]) <= most and not twice:
            return call
    return len(way) - 1


def carried(sample: Tensor, known: Tensor, reached: Mixture, wanted: Mixture) -> Tensor:
    """`sample` taken from one mixture to another, `known` being its clean estimate; in the sample's dtype."""
    (a, s), (new_a, new_s) = reached, wanted
    if s == 0.0:
        return sample * (new_a / a)
    kept = new_s / s
    return (kept * sample.float() + (new_a - a * kept) * known.float()).to(sample.dtype)


def _beside(mixture: Mixture) -> float:
    """The noise beside a unit of signal."""
    return mixture[1] / max(mixture[0], 1e-8)


def mark(scheduler: Any) -> str:
    """A fingerprint of a method and of where its steps fall, once these are set."""
    config = {name: value for name, value in scheduler.config.items() if not name.startswith("_")}
    tables = [getattr(scheduler, name, None) for name in ("timesteps", "sigmas")]
    falls = [[f"{value:.4g}" for value in table.tolist()] for table in tables if isinstance(table, Tensor)]
    told = json.dumps([type(scheduler).__name__, config, falls], default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


# ---------------------------------------------------------------- a level of one's own


KINDS = (  # whose steps go from entry to entry of a table of sigmas, wherever these lie
    *("EulerDiscrete", "EulerAncestralDiscrete", "LMSDiscrete", "HeunDiscrete", "DPMSolverMultistep", "UniPCMultistep"),
    *("DEISMultistep", "SASolver", "FlowMatchEulerDiscrete", "FlowMatchHeunDiscrete", "EDMEuler"),
    *("EDMDPMSolverMultistep", "CosineDPMSolverMultistep"),
)


def inserted(scheduler: Any, reached: Mixture) -> None:
    """Put the level `reached` into the steps of `scheduler`, before the first that lies below. Nothing for a level that
    is there already, and for schedulers that cannot have one between their own."""
    if type(scheduler).__name__.removesuffix("Scheduler") not in KINDS or reached[1] <= 0.0:
        return
    if getattr(scheduler.config, "invert_sigmas", False):
        return
    order, table = getattr(scheduler, "order", 1), scheduler.sigmas
    level = reached[1] / sum(reached) if clean.flows(scheduler) else _beside(reached)
    calls = range(order, len(scheduler.timesteps) + order, order)
    below = next(call for call in calls if call >= len(table) - 1 or float(table[call]) <= level * (1 + SAME))
    if below < len(table) and abs(float(table[below]) - level) <= SAME * level:
        return
    place = below - order + 1  # a second-order table, [s0, s1, s1, s2, s2, ..., 0], has all but its ends twice
    scheduler.timesteps = _with(scheduler.timesteps, place, _time(scheduler, level), order)
    scheduler.sigmas = _with(table, place, level, order)


def _with(table: Tensor, place: int, value: float, times: int) -> Tensor:
    new = torch.full((times,), value, dtype=torch.float64)
    new = (new if table.is_floating_point() else new.round()).to(table)
    return torch.cat([table[:place], new, table[place:]])


def _time(scheduler: Any, level: float) -> float:
    """What a network is told at a noise level, between what it is told beside it."""
    config = scheduler.config
    if hasattr(scheduler, "precondition_noise"):
        return float(scheduler.precondition_noise(torch.tensor(level)))
    if clean.flows(scheduler):
        return level * config.num_train_timesteps
    if getattr(config, "timestep_type", "") == "continuous" and config.prediction_type == "v_prediction":
        return 0.25 * math.log(level)
    kept = scheduler.alphas_cumprod.double().cpu().numpy()
    return float(np.interp(math.log(level), np.log(np.maximum((1 - kept) / kept, 1e-20)) / 2, range(len(kept))))


# ---------------------------------------------------------------- a first step without a memory


def begin(scheduler: Any, index: int) -> None:
    """Have a scheduler that took no step yet take its next at the `index`-th of its timesteps."""
    if hasattr(scheduler, "_step_index"):
        scheduler._step_index = index


def before(scheduler: Any, words: dict[str, Any]) -> None:
    """Limit how far a call looks back to what is there, where a scheduler goes by its place on the way."""
    if type(scheduler).__name__ == "LMSDiscreteScheduler":
        words["order"] = min(words.get("order", 4), len(scheduler.derivatives) + 1)


def after(scheduler: Any) -> None:
    """PNDM takes its first entry twice, which comes only once in the middle of its way."""
    if type(scheduler).__name__ == "PNDMScheduler" and scheduler.counter == 1:
        scheduler.counter = 2
