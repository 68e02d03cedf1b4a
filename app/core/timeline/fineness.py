"""Which numbers of a clip can have a lane, and how finely what makes or shows it can follow: by the engine's card."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import numpy as np

from app.core.timeline.curve import Hearing, sampled
from app.core.timeline.values import Clip, Lane, Time
from engines.contract import HEAVIEST, STRONGEST, Curve, EngineCard, Param

Fineness = Literal["frame", "window", "step", "clip"]

SHOWN = (  # of what is made already: followed by the picture and the mix themselves
    Param("gain", "float", 0.0, -60, 12, 0.1, unit="dB"),
    Param("pan", "float", 0.0, -1, 1, 0.01),
    Param("opacity", "float", 1.0, 0, 1, 0.01),
    Param("x", "float", 0.0, -1, 1, 0.001),
    Param("y", "float", 0.0, -1, 1, 0.001),
    Param("scale", "float", 1.0, 0, 4, 0.01),
    Param("rotation", "float", 0.0, -360, 360, 0.1, unit="°"),
)
CAMERA = (
    Param("azimuth", "float", 0.0, -720, 720, 1, unit="°"),
    Param("elevation", "float", 0.0, -89, 89, 1, unit="°"),
    Param("distance", "float", 3.0, 0.1, 20, 0.01),
    Param("fov", "float", 40.0, 5, 120, 0.5, unit="°"),
)
WEIGHT = Param("prompt", "float", 1.0, 0, 2, 0.01)  # of a clip of words
TRAVEL = Param("travel", "float", 0.0, 0, 1000, 0.05)  # how many seeds further the noise has gone
_SHOWN, _CAMERA = ({param.name: param for param in group} for group in (SHOWN, CAMERA))


def fineness(card: EngineCard | None, target: str) -> Fineness | None:
    """How finely the number `target` (see `Lane`) can be followed; None when nothing listens to it.

    'frame': at every frame (and in the mix between). Of what `card` makes: 'frame' or 'window' where a run goes along
    time, 'step' where the clip's time is spread over the steps of its run, 'clip' where one number is all it takes.
    """
    option = _option(card, target)
    if target in _SHOWN or (target in _CAMERA and option is None):
        return "frame"
    if card is None:
        return "step" if target == WEIGHT.name else None  # told as words over the run
    if number(card, target) is None:
        return None
    bends = option.curve if option is not None else ":" in target
    return (card.info.along or "step") if bends else "clip"


def number(card: EngineCard | None, target: str) -> Param | None:
    """What is to be known of a number that can have a lane: its default, bounds, step and unit. None for what is none
    or is not there."""
    option = _option(card, target)
    if target in _SHOWN or option is None:
        return _SHOWN.get(target) or _CAMERA.get(target) or _asked(card, target)
    return option if option.kind in ("int", "float") else None


def _option(card: EngineCard | None, name: str) -> Param | None:
    return next((param for param in card.params if param.name == name), None) if card is not None else None


def _asked(card: EngineCard | None, target: str) -> Param | None:
    """A number of a request that is no option; without an engine, that of a clip of words."""
    if card is None:
        return WEIGHT if target == WEIGHT.name else None
    info = card.info
    kind, _, name = target.partition(":")
    match kind:
        case "travel" if "travel" in info.takes:
            return TRAVEL
        case "strength" if "start" in info.takes:
            return Param(target, "float", 0.6, 0, 1, 0.01)
        case "control" if any(one.kind == name for one in info.controls):
            return Param(target, "float", 1.0, 0, STRONGEST, 0.01)
        case "adapter" if any(one.name == name for one in info.adapters):
            return Param(target, "float", 1.0, -HEAVIEST, HEAVIEST, 0.01)
    return None


def targets(card: EngineCard | None, camera: bool = False, words: bool = False) -> list[str]:
    """Every number of a clip that can have a lane: of how it is shown or heard, and of what `card` makes. A clip of
    `words` has its weight alone."""
    if words:
        return [WEIGHT.name]
    found = [param.name for param in (*SHOWN, *(CAMERA if camera else ()))]
    if card is not None:
        asked = ["strength", "travel", *(f"control:{one.kind}" for one in card.info.controls)]
        asked += [f"adapter:{one.name}" for one in card.info.adapters]
        found = [param.name for param in card.params] + asked + found
    return [name for name in dict.fromkeys(found) if number(card, name) is not None]


# ---------------------------------------------------------------- for the engine


def contract_curve(
    lane: Lane, base: float, clip: Clip, hearing: Hearing, *, steps: int, param: Param | None = None
) -> Curve:
    """What a lane of `clip` says, as an engine takes it: one point for each of `steps`, the clip's time spread from the
    first to the last; within the bounds of `param`. A lane that says one thing throughout is one point."""
    count = max(2, steps)
    places = [Fraction(n, count - 1) for n in range(count)]
    values = within(sampled(lane, base, [clip.start + clip.length * place for place in places], hearing), param)
    if np.ptp(values) == 0:
        return Curve(((0.0, float(values[0])),))
    return Curve(tuple((float(place), value) for place, value in zip(places, values.tolist(), strict=True)))


def at_once(lane: Lane, base: float, clip: Clip, hearing: Hearing, *, param: Param | None = None) -> float:
    """What a lane says where an engine takes one number for the whole clip: that of its beginning."""
    return float(within(sampled(lane, base, [clip.start], hearing), param)[0])


def within(values: np.ndarray, param: Param | None) -> np.ndarray:
    """Values brought within the bounds of a number; whole for an int."""
    if param is None:
        return values
    low, high = (-np.inf if param.min is None else param.min), (np.inf if param.max is None else param.max)
    return np.clip(np.rint(values) if param.kind == "int" else values, low, high)


def moments(clip: Clip, fps: Fraction) -> Sequence[Time]:
    """The beginnings of the frames of a clip, in seconds on the timeline."""
    return [clip.start + Fraction(n) / fps for n in range(int(-(-clip.length * fps // 1)))]
