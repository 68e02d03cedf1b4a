"""The library's schedulers under the names our own samplers have."""

from __future__ import annotations

from typing import Any

from engines.contract import Param

OWN = "as the model"
METHODS: dict[str, tuple[str, dict[str, Any]]] = {
    "euler": ("EulerDiscreteScheduler", {}),
    "euler_ancestral": ("EulerAncestralDiscreteScheduler", {}),
    "ddim": ("DDIMScheduler", {}),
    "ddpm": ("DDPMScheduler", {}),
    "heun": ("HeunDiscreteScheduler", {}),
    "dpmpp_2m": ("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++"}),
    "dpmpp_2m_sde": ("DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++"}),
    "lms": ("LMSDiscreteScheduler", {}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "deis": ("DEISMultistepScheduler", {}),
    "dpm2": ("KDPM2DiscreteScheduler", {}),
    "dpm2_ancestral": ("KDPM2AncestralDiscreteScheduler", {}),
    "pndm": ("PNDMScheduler", {"skip_prk_steps": True}),
    "lcm": ("LCMScheduler", {}),
}
GRIDS = {"karras": "use_karras_sigmas", "exponential": "use_exponential_sigmas", "beta": "use_beta_sigmas"}


def offered(scheduler: Any) -> list[Param]:
    """The options for a pipeline with this scheduler: what it can be exchanged for, and where its steps may fall."""
    if scheduler is None:
        return []
    methods, grids = tuple(_methods(scheduler)), tuple(_grids(scheduler))
    found = []
    if methods:
        told = "How noise becomes a result; the model's own way unless you choose another."
        found.append(Param("sampler", "choice", OWN, choices=(OWN, *methods), help=told, group="Sampling"))
    if grids or methods:
        grids = tuple(GRIDS) if methods else grids
        told = "Where the steps fall."
        found.append(Param("schedule", "choice", OWN, choices=(OWN, *grids), help=told, group="Sampling"))
    return found


def chosen(scheduler: Any, sampler: str, schedule: str) -> Any:
    """A scheduler of the wished kind with the configuration of `scheduler`; itself when nothing was wished.

    A grid that the kind does not know is left out.
    """
    if sampler == OWN and schedule == OWN:
        return scheduler
    import diffusers

    name, extra = METHODS[sampler] if sampler != OWN else (type(scheduler).__name__, {})
    kind = getattr(diffusers, name)
    wished = dict.fromkeys(GRIDS.values(), False) | {GRIDS[schedule]: True} if schedule != OWN else {}
    return kind.from_config(scheduler.config, **extra, **{k: v for k, v in wished.items() if k in _settings(kind)})


def _methods(scheduler: Any) -> list[str]:
    fitting = {kind.__name__ for kind in getattr(scheduler, "compatibles", [])}
    if "DDIMScheduler" not in fitting:
        return []  # a flow matching model's schedulers are not exchanged for one another by name
    return [name for name, (kind, _) in METHODS.items() if kind in fitting]


def _grids(scheduler: Any) -> list[str]:
    known = _settings(type(scheduler))
    return [name for name, setting in GRIDS.items() if setting in known]


def _settings(kind: Any) -> set[str]:
    import inspect

    return set(inspect.signature(kind.__init__).parameters)
