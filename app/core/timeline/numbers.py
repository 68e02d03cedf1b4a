"""The numbers of tracks and clips that lanes can move: what they are where no lane says otherwise."""

import msgspec

from app.core.timeline.values import Clip, Lane, Look, Track

LOOKS = ("x", "y", "scale", "rotation", "opacity")
OF_TRACKS = ("gain", "pan", "opacity")

replace = msgspec.structs.replace


def lane_of(owner: Clip | Track, target: str) -> Lane | None:
    """The lane of a number; None when it is constant."""
    return next((lane for lane in owner.lanes if lane.target == target), None)


def base(owner: Clip | Track, target: str, default: float = 0.0) -> float:
    """The constant of the number `target` (see `Lane`); `default` where nothing is said of it."""
    if target in OF_TRACKS and (isinstance(owner, Track) or target != "opacity"):
        return float(getattr(owner, target))
    if not isinstance(owner, Clip):
        return default
    if target in LOOKS:
        return float(getattr(owner.look, target))
    if target == "prompt" and owner.ask is None:
        return owner.weight
    return default if owner.ask is None else _asked(owner, target, default)


def _asked(clip: Clip, target: str, default: float) -> float:
    ask, (kind, _, name) = clip.ask, target.partition(":")
    assert ask is not None
    if target == "strength" and "strength" not in ask.options:
        return ask.strength
    if kind == "control" and name:
        return next((one.strength for one in ask.controls if one.kind == name), default)
    if kind == "adapter" and name:
        return ask.adapters.get(name, default)
    value = ask.options.get(target, default)
    return float(value) if isinstance(value, int | float) else default


def put_base(owner: Clip | Track, target: str, value: float) -> Clip | Track:
    """The owner with another constant for the number `target`; one that has none there is left as it is."""
    if target in OF_TRACKS and (isinstance(owner, Track) or target != "opacity"):
        return replace(owner, **{target: value})
    if not isinstance(owner, Clip):
        return owner
    if target in LOOKS:
        look: Look = replace(owner.look, **{target: value})
        return replace(owner, look=look)
    if target == "prompt" and owner.ask is None:
        return replace(owner, weight=value)
    return owner if owner.ask is None else _put_asked(owner, target, value)


def _put_asked(clip: Clip, target: str, value: float) -> Clip:
    ask, (kind, _, name) = clip.ask, target.partition(":")
    assert ask is not None
    if target == "strength" and "strength" not in ask.options:
        ask = replace(ask, strength=value)
    elif kind == "control" and name:
        controls = tuple(replace(one, strength=value) if one.kind == name else one for one in ask.controls)
        ask = replace(ask, controls=controls)
    elif kind == "adapter" and name:
        ask = replace(ask, adapters=ask.adapters | {name: value})
    elif target not in ("seed", "prompt"):
        whole = isinstance(ask.options.get(target), int)
        ask = replace(ask, options=ask.options | {target: round(value) if whole else value})
    return replace(clip, ask=ask)
