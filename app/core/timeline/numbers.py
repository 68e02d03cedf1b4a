"""The numbers of tracks and clips that lanes can move: which there are, what is known of them by the engine's card, and
what they are where no lane says otherwise."""

import msgspec

from app.core.timeline.values import Clip, Lane, Look, Track
from engines.contract import HEAVIEST, STRONGEST, EngineCard, Param

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
SEEN, TURNED = ({param.name: param for param in group} for group in (SHOWN, CAMERA))
OF_TRACKS = ("gain", "pan", "opacity")
HEARD = ("gain", "pan")
LOOKS = tuple(name for name in SEEN if name not in HEARD)
_OF_SEEN = {"picture": ["opacity", *HEARD], "camera": ["opacity"]}  # a film has its sound

replace = msgspec.structs.replace


def number(card: EngineCard | None, target: str) -> Param | None:
    """What is to be known of a number that can have a lane: its default, bounds, step and unit. None for what is none
    or is not there."""
    own = option(card, target)
    if target in SEEN or own is None:
        return SEEN.get(target) or TURNED.get(target) or _requested(card, target)
    return own if own.kind in ("int", "float") else None


def option(card: EngineCard | None, name: str) -> Param | None:
    """The engine's own option of that name."""
    return next((param for param in card.params if param.name == name), None) if card is not None else None


def _requested(card: EngineCard | None, target: str) -> Param | None:
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


def offered(track: Track, clip: Clip | None = None, card: EngineCard | None = None) -> list[str]:
    """The numbers that something listens to: of a track, or of a clip of it that the engine of `card` makes. Of maps
    and adapters those the clip is made with."""
    sounds = track.kind in ("audio", "notes")
    if clip is None:
        return ["gain", "pan"] if sounds else _OF_SEEN.get(track.kind, [])
    if track.kind == "prompt":
        return targets(card, words=True)
    heard = sounds or (track.kind == "picture" and bool(clip.takes or clip.ask))
    apart = {*(LOOKS if sounds else ()), *(() if heard else HEARD)}
    found = targets(card, camera=bool(clip.mesh) or track.kind == "camera")
    found = [name for name in found if name not in apart or option(card, name) is not None]
    asked = _made_with(clip)
    return [name for name in found if ":" not in name or name in asked]


def _made_with(clip: Clip) -> set[str]:
    if clip.ask is None:
        return set()
    return {f"control:{one.kind}" for one in clip.ask.controls} | {f"adapter:{one}" for one in clip.ask.adapters}


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


def constant(owner: Clip | Track, target: str, card: EngineCard | None) -> float:
    """The same, the default being what the engine of `card` says."""
    param = number(card, target)
    return base(owner, target, float(param.default) if param is not None else 0.0)


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
