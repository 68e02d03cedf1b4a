"""Other ways of classifier-free guidance than a pipeline's own: the library's guiders, at the network.

A pipeline makes u + s (c - u) of what its network answers with words, c, and without, u. A guider makes g of both; so
does any such pipeline when it is answered c' = u + (g - u) / s in the place of c. The network is not called more often,
and nothing is put on it that could stay.
"""

from __future__ import annotations

import inspect
from typing import Any

from torch import Tensor

from engines.contract import Param, Refused, Request
from engines.pipelines import parameters
from engines.pipelines.live import Live
from engines.pipelines.parameters import Range

OWN = "as the model"
KINDS = {
    "CFG": "ClassifierFreeGuidance",  # Ho and Salimans 2022, arXiv:2207.12598
    "APG": "AdaptiveProjectedGuidance",  # Sadat et al. 2024, arXiv:2410.02416
    "CFG-Zero*": "ClassifierFreeZeroStarGuidance",  # Fan et al. 2025, arXiv:2503.18886
    "TCFG": "TangentialClassifierFreeGuidance",  # Kwon et al. 2025, arXiv:2503.18137
}
RANGES = {  # what of their signatures is offered
    "adaptive_projected_guidance_momentum": Range(
        "apg_momentum", -1, 1, 0.05, unset=0.0, help="APG: how much of the steps before is gone on with; below 0, away."
    ),
    "adaptive_projected_guidance_rescale": Range(
        "apg_norm", 0, 100, 0.5, help="APG: the most that the pull of the words may be; 0 is without bound."
    ),
    "eta": Range("apg_parallel", 0, 1, 0.05, help="APG: how much of the pull along the answer itself stays."),
    "zero_init_steps": Range("zero_steps", 0, 20, 1, help="CFG-Zero*: how many steps at first change nothing."),
    "start": Range("guider_start", 0, 0.99, 0.01, help="From which part of the steps on the words guide."),
    "stop": Range("guider_stop", 0, 1, 0.01, help="Up to which part of the steps they do."),
}
MORE = ("ZImage",)  # make c + s (c - u)
OTHERWISE = ("AceStep", "LTX2", "QwenImage", "ShapE")  # make something else of both than a straight line
UNGUIDED = "not heeded: this run has no classifier-free guidance"


def offered(pipe: Any) -> list[Param]:
    """The choice of a guider and what can be set on each, for pipelines whose guidance is that of the formula above."""
    if not _straight(pipe):
        return []
    told = (
        "How words guide: the model's own way, or APG (less burnt at high guidance), CFG-Zero* (flow models) or TCFG."
    )
    found = [Param("guider", "choice", OWN, choices=(OWN, *KINDS), help=told, group="Sampling")]
    defaults = {name: word.default for kind in KINDS for name, word in _words(kind).items()}
    for name, known in RANGES.items():
        default: Any = known.unset if defaults[name] is None else defaults[name]
        kind: Any = "int" if isinstance(default, int) else "float"
        bounds = known.min, known.max, known.step
        found.append(Param(known.name, kind, default, *bounds, help=known.help, group="Sampling"))
    return found


def _straight(pipe: Any) -> bool:
    kind = type(pipe)
    words = inspect.signature(kind.__call__).parameters
    if getattr(pipe, "guider", None) is not None or kind.__name__.startswith(OTHERWISE):
        return False
    distilled = "true_cfg_scale" in words and parameters._ours(kind, "true_cfg_scale") != "guidance"
    return "negative_prompt" in words and "guidance_scale" in words and not distilled


def _words(kind: str) -> Any:
    import diffusers

    return inspect.signature(getattr(diffusers, KINDS[kind]).__init__).parameters


class Guided:
    """The guider `request` asks for, over one run; `wanted` is False where that is the pipeline's own way."""

    def __init__(self, pipe: Any, request: Request) -> None:
        kind = str(request.options.get("guider", OWN))
        self.wanted = kind != OWN and _straight(pipe)
        self.more = 1.0 if type(pipe).__name__.startswith(MORE) else 0.0
        self.buffers: list[Any] = []  # what it remembers from step to step
        self.guider: Any = None
        if self.wanted:
            self.guider = guider = _made(kind, request)
            if momentum := getattr(guider, "adaptive_projected_guidance_momentum", None):
                self.buffers = [_buffer(momentum)]
                guider.momentum_buffer = self.buffers[0]

    def arguments(self, words: dict[str, Any]) -> dict[str, Any]:
        """The words of the pipeline's call; what the guider does, the pipeline does not."""
        return words | {"guidance_rescale": 0.0} if self.wanted and "guidance_rescale" in words else words

    def at(self, words: dict[str, Any], step: int, total: int) -> bool:
        """Set it to the step in hand, and to the scale of the moment; False where that guides nothing."""
        scale = words.get("guidance_scale", 1.0)
        now = (scale.now if isinstance(scale, Live) else float(scale)) + self.more
        self.guider.guidance_scale = now
        self.guider.set_state(step, total, None)
        return now > 1.0

    def answer(self, cond: Tensor, free: Tensor) -> Tensor:
        """What is to stand in the place of `cond` (B, C, ...)."""
        made = self.guider.forward(cond, free).pred
        return free + (made - free) / self.guider.guidance_scale


def _buffer(momentum: float) -> Any:
    from diffusers.guiders.adaptive_projected_guidance import MomentumBuffer

    return MomentumBuffer(momentum)


def _made(kind: str, request: Request) -> Any:
    import diffusers

    given: dict[str, Any] = {}
    for name in _words(kind):
        known = RANGES.get(name)
        if known is not None and known.name in request.options:
            value = request.options[known.name]
            given[name] = None if known.unset is not None and value == known.unset else value
    rescale = request.options.get("guidance_rescale", 0.0)
    if given["stop"] <= given["start"]:
        told = f"Guidance cannot stop at {given['stop']:g} of the steps and begin at {given['start']:g}."
        raise Refused("bad-request", told)
    return getattr(diffusers, KINDS[kind])(**given, guidance_rescale=float(rescale))  # type: ignore[arg-type]
