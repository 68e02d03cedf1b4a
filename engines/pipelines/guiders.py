"""Other ways of classifier-free guidance than a pipeline's own: the library's guiders, at the network.

A pipeline makes u + s (c - u) of what its network answers with words, c, and without, u. A guider makes g of both; so
does any such pipeline when it is answered c' = u + (g - u) / s in the place of c. Those that also guide away from what
the network answers when it sees worse, p, add w (c - p) to g, for one call more a step (perturbed.py).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from torch import Tensor

from engines.contract import Curve, Param, Refused, Request
from engines.pipelines import frequencies, parameters, perturbed, tap
from engines.pipelines.live import Live
from engines.pipelines.parameters import Range

OWN = "as the model"
UNSPOILT = ("AnimateDiff", "Chroma", "Sana")  # whose blocks take another form: frames within, pairs, linear attention
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
FREQUENCIES = "FDG"
MORE_PARAMS = (  # of what is no guider of the library's
    Param(
        "perturbed_guidance",
        "float",
        3.0,
        0,
        20,
        0.1,
        curve=True,
        help="SLG, PAG, SEG: how far the result is moved away from what the network makes when it sees worse.",
        group="Sampling",
    ),
    Param(
        "perturbed_layers",
        "text",
        "",
        help="SLG, PAG, SEG: the transformer blocks that are spoilt, as 7, 8, 9 or 7-9; empty: those that suit best.",
        group="Sampling",
    ),
    Param(
        "fdg_coarse",
        "float",
        0.6,
        0,
        2,
        0.05,
        help="FDG: how strongly words guide coarse shapes and colours, where 1 is as strongly as fine parts.",
        group="Sampling",
    ),
)
MORE = ("ZImage",)  # make c + s (c - u)
OTHERWISE = ("AceStep", "LTX2", "QwenImage", "ShapE")  # make something else of both than a straight line
FLAT = "not heeded: what this model answers is no grid of places"
COMPILED = "not heeded while blocks are compiled"
UNGUIDED = "not heeded: this run has no classifier-free guidance"


def offered(pipe: Any) -> list[Param]:
    """The choice of a guider and what can be set on each, for pipelines whose guidance is that of the formula above."""
    if not _straight(pipe):
        return []
    told = (
        "How words guide: the model's own way, APG (less burnt at high guidance), CFG-Zero* (flow models), TCFG, FDG "
        "(coarse and fine apart), or away from a worse network: SLG, PAG, SEG (clearer structure, a call more a step)."
    )
    choices = (OWN, *KINDS, FREQUENCIES, *(kind for kind in perturbed.KINDS if _spoilt(pipe, kind)))
    found = [Param("guider", "choice", OWN, choices=choices, help=told, group="Sampling"), *MORE_PARAMS]
    defaults = {name: word.default for kind in KINDS for name, word in _words(kind).items()}
    for name, known in RANGES.items():
        default: Any = known.unset if defaults[name] is None else defaults[name]
        kind: Any = "int" if isinstance(default, int) else "float"
        bounds = known.min, known.max, known.step
        found.append(Param(known.name, kind, default, *bounds, help=known.help, group="Sampling"))
    return found


def _spoilt(pipe: Any, kind: str) -> bool:
    """Whether all networks that denoise can be made to see worse in that way."""
    if type(pipe).__name__.startswith(UNSPOILT):
        return False
    networks = [net for name, net in tap.denoisers(pipe).items() if not name.startswith("controlnet")]
    return bool(networks) and all(perturbed.can(net, kind) for net in networks)


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
    """The guider `request` asks for, over one run; `wanted` is False where that is the pipeline's own way.

    `spoils` says that it guides away from what the network answers when it sees worse.
    """

    def __init__(self, pipe: Any, request: Request) -> None:
        self.kind, self.options = str(request.options.get("guider", OWN)), request.options
        self.wanted = self.kind != OWN and _straight(pipe)
        self.spoils = self.wanted and self.kind in perturbed.KINDS
        self.more = 1.0 if type(pipe).__name__.startswith(MORE) else 0.0
        self.within = _stretch(request) if self.wanted else (0.0, 1.0)
        steady = Curve(((0.0, float(request.options.get("perturbed_guidance", 0.0))),))
        self.pull = request.curves.get("perturbed_guidance", steady)
        self.buffers: list[Any] = []  # what it remembers from step to step
        self.guider: Any = None  # of the library
        self.scale, self.away, self.acts = 1.0, 0.0, False  # in the step in hand
        if self.wanted and self.kind in KINDS:
            self.guider = guider = _made(self.kind, request)
            if momentum := getattr(guider, "adaptive_projected_guidance_momentum", None):
                self.buffers = [_buffer(momentum)]
                guider.momentum_buffer = self.buffers[0]

    def arguments(self, words: dict[str, Any]) -> dict[str, Any]:
        """The words of the pipeline's call; what the guider does, the pipeline does not."""
        return words | {"guidance_rescale": 0.0} if self.guider and "guidance_rescale" in words else words

    def at(self, words: dict[str, Any], step: int, total: int) -> bool:
        """Set it to the step in hand, and to the scale of the moment; False where words guide nothing."""
        self.acts = int(self.within[0] * total) <= step < int(self.within[1] * total)  # as the library's guiders count
        self.away = self.pull.at(min(step / max(total - 1, 1), 1.0)) if self.spoils and self.acts else 0.0
        scale = words.get("guidance_scale", 1.0)
        self.scale = (scale.now if isinstance(scale, Live) else float(scale)) + self.more
        if self.guider is not None:
            self.guider.guidance_scale = self.scale
            self.guider.set_state(step, total, None)
        return self.scale > 1.0

    def answer(self, cond: Tensor, free: Tensor) -> Tensor:
        """What is to stand in the place of `cond` (B, C, ...)."""
        if self.kind == FREQUENCIES:
            pull = frequencies.weighed(cond - free, float(self.options["fdg_coarse"]))
            return free + pull if self.acts else cond
        made = self.guider.forward(cond, free).pred
        return free + (made - free) / self.scale

    def moved(self, guided: bool) -> Callable[[Tensor, Tensor], Tensor]:
        """What stands in the place of c, given c and p, where the pipeline goes on to guide by words, or does not."""
        pull = self.away / (self.scale if guided else 1.0)
        return lambda cond, worse: cond + (cond - worse) * pull


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
    return getattr(diffusers, KINDS[kind])(**given, guidance_rescale=float(rescale))  # type: ignore[arg-type]


def _stretch(request: Request) -> tuple[float, float]:
    """From which to which part of the steps the guider acts."""
    start, stop = (float(request.options.get(f"guider_{end}", end == "stop")) for end in ("start", "stop"))
    if stop <= start:
        raise Refused("bad-request", f"Guidance cannot stop at {stop:g} of the steps and begin at {start:g}.")
    return start, stop
