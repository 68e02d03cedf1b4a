"""How finely what makes or shows a clip can follow a lane, by the engine's card; and what it says, for the engine."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

import numpy as np

from app.core.timeline import numbers
from app.core.timeline.curve import Hearing, sampled
from app.core.timeline.values import Clip, Lane, Time
from engines.contract import Curve, EngineCard, Param, Value

Fineness = Literal["frame", "window", "step", "clip"]

STEPS = 32  # where an engine does not say how many it takes
MOST = 600  # points of a curve
FRAMES = 24  # a second, where an engine does not say how many it makes


def fineness(card: EngineCard | None, target: str) -> Fineness | None:
    """How finely the number `target` (see `Lane`) can be followed; None when nothing listens to it.

    'frame': at every frame (and in the mix between). Of what `card` makes: 'frame' or 'window' where a run goes along
    time, 'step' where the clip's time is spread over the steps of its run, 'clip' where one number is all it takes.
    """
    option = numbers.option(card, target)
    if target in numbers.SEEN or (target in numbers.TURNED and option is None):
        return "frame"
    if card is None:
        return "step" if target == numbers.WEIGHT.name else None  # told as words over the run
    if numbers.number(card, target) is None:
        return None
    bends = option.curve if option is not None else ":" in target
    return (card.info.along or "step") if bends else "clip"


# ---------------------------------------------------------------- for the engine


def points(fine: str, options: Mapping[str, Value], length: float | None) -> int:
    """At how many places a run of so many steps, or frames of `length` seconds, can be told something new."""
    if fine == "step":
        steps = options.get("steps", STEPS)
        return min(MOST, int(steps)) if isinstance(steps, int | float) else STEPS
    fps = options.get("fps", FRAMES)
    return max(2, min(MOST, round((length or 1.0) * (fps if isinstance(fps, int | float) else FRAMES))))


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
