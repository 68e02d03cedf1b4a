"""Lanes at work: what moves along a clip as curves over the run of the engine that makes it.

A lane is followed as finely as its number can be (`app.core.timeline.fineness`): over the steps or frames of the run,
or once, as it is where the clip begins. A lane for what the engine does not have does nothing.
"""

import msgspec

from app.core.timeline import fineness, fit, numbers
from app.core.timeline.clock import Clock
from app.core.timeline.curve import Hearing
from app.core.timeline.hearing import Listener
from app.core.timeline.inputs import Scene
from app.core.timeline.numbers import base
from app.core.timeline.states import deciding
from app.core.timeline.values import Clip, Lane
from engines.contract import Adapter, Control, Curve, EngineCard, Param, Request

replace = msgspec.structs.replace


class _Lane:
    """A lane as one engine follows it, for one clip."""

    def __init__(self, lane: Lane, clip: Clip, hearing: Hearing, card: EngineCard) -> None:
        self.lane, self.clip, self.hearing, self.card = lane, clip, hearing, card
        self.kind, _, self.name = lane.target.partition(":")
        self.param = numbers.number(card, lane.target)
        self.fine = fineness.fineness(card, lane.target)
        self.option = any(param.name == lane.target for param in card.params)

    def value(self, base: float, request: Request) -> float | Curve:
        """One number, or a curve over the run."""
        if self.fine == "clip":
            return fineness.at_once(self.lane, base, self.clip, self.hearing, param=self.param)
        steps = fineness.points(self.fine or "step", request.options, request.length)
        curve = fineness.contract_curve(self.lane, base, self.clip, self.hearing, steps=steps, param=self.param)
        return curve.points[0][1] if len(curve.points) == 1 else curve


def driven(scene: Scene, clip: Clip, card: EngineCard, request: Request) -> Request:
    """The request with what the clip's lanes say, `request` being what it asks for without them."""
    lanes = deciding(clip)
    listening = hearing(scene, clip) if lanes else None
    for lane in lanes:
        assert listening is not None
        one = _Lane(lane, clip, listening, card)
        if one.fine in ("step", "frame", "window", "clip") and one.param is not None:
            request = _applied(request, one, one.param)
    return request


def hearing(scene: Scene, clip: Clip) -> Hearing:
    """What the lanes of a clip hear."""
    if not any(lane.modulator is not None for lane in deciding(clip)):
        return Hearing(Clock(scene.timeline, scene.project.fps), clip.start)
    from app.core.timeline import mix

    source = scene.source
    assert source is not None
    listener = Listener(lambda project, timeline, start, length: mix.mixed(project, timeline, source, start, length))
    return listener.hearing(scene.project, scene.timeline, clip.id)


def _applied(request: Request, lane: _Lane, param: Param) -> Request:
    match lane.kind:
        case "control" if lane.name:
            return replace(request, controls=tuple(_controlled(one, lane, request) for one in request.controls))
        case "adapter" if lane.name:
            return replace(request, adapters=_worn(request, lane))
    if lane.lane.target == "strength" and "strength" not in request.options:
        return replace(request, strength=_number(lane.value(request.strength, request)))
    if lane.lane.target == fit.TRAVEL and fit.travels(lane.card):
        assert lane.clip.ask is not None
        seed, share = fit.gone(lane.clip.ask.seed, _number(lane.value(base(lane.clip, fit.TRAVEL), request)))
        return replace(request, seed=seed, travel=share)
    if not lane.option:
        return request
    usual = request.options.get(param.name, param.default)
    value = lane.value(float(usual) if isinstance(usual, int | float) else 0.0, request)
    if isinstance(value, Curve):
        return replace(request, curves=request.curves | {param.name: value})
    whole = int(value) if param.kind == "int" else value
    return replace(request, options=request.options | {param.name: whole})


def _controlled(one: Control, lane: _Lane, request: Request) -> Control:
    return replace(one, strength=lane.value(one.at(0), request)) if one.kind == lane.name else one


def _worn(request: Request, lane: _Lane) -> tuple[Adapter, ...]:
    known = {one.name for one in request.adapters}
    worn = request.adapters if lane.name in known else (*request.adapters, Adapter(lane.name, 1.0))
    return tuple(replace(one, weight=lane.value(one.at(0), request)) if one.name == lane.name else one for one in worn)


def _number(value: float | Curve) -> float:
    return value.at(0) if isinstance(value, Curve) else value
