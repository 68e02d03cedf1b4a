"""The numbers a lane can change: between what they lie, and what they are where no lane changes them."""

from msgspec import Struct

from app.core.timeline.values import Clip, Lane, Track
from app.ui.sequence.words import target_words
from engines.contract import EngineCard, Param


class Target(Struct, frozen=True):
    """`low` to `high` is what a row shows, `base` the constant, `unit` its unit."""

    name: str
    words: str
    low: float
    high: float
    base: float
    unit: str = ""


_SPANS: dict[str, tuple[float, float, str]] = {
    "gain": (-48.0, 12.0, "dB"),
    "pan": (-1.0, 1.0, ""),
    "opacity": (0.0, 1.0, ""),
    "x": (-1.0, 1.0, ""),
    "y": (-1.0, 1.0, ""),
    "scale": (0.0, 3.0, ""),
    "rotation": (-180.0, 180.0, "°"),
    "strength": (0.0, 1.0, ""),
    "seed": (0.0, 8.0, ""),
    "prompt": (0.0, 1.0, ""),
    "azimuth": (-180.0, 180.0, "°"),
    "elevation": (-90.0, 90.0, "°"),
    "distance": (0.5, 8.0, ""),
    "fov": (10.0, 120.0, "°"),
}
_BASES = {"opacity": 1.0, "scale": 1.0, "strength": 0.6, "distance": 2.5, "fov": 45.0}
_LOOK = ("opacity", "x", "y", "scale", "rotation")
_SOUND = ("gain", "pan")
_CAMERA = ("azimuth", "elevation", "distance", "fov")


def target_of(name: str, track: Track, clip: Clip | None = None, card: EngineCard | None = None) -> Target:
    """What is known of the number `name` of a track, or of a clip that the engine of `card` makes."""
    param = _param(name, card)
    if param is not None:
        value = (
            clip.ask.options.get(name, param.default) if clip is not None and clip.ask is not None else param.default
        )
        low = float(param.min if param.min is not None else 0.0)
        high = float(param.max if param.max is not None else max(1.0, 2 * float(param.default)))
        return Target(name, param.label or target_words(name), low, high, float(value), param.unit)
    low, high, unit = _SPANS.get(name, (0.0, 2.0 if ":" in name else 1.0, ""))
    return Target(name, target_words(name), low, high, base_of(name, track, clip), unit)


def _param(name: str, card: EngineCard | None) -> Param | None:
    found = (one for one in card.params if one.name == name) if card is not None else iter(())
    return next((one for one in found if one.kind in ("int", "float")), None)


def base_of(name: str, track: Track, clip: Clip | None) -> float:
    """The number where no lane changes it."""
    if clip is None:
        return float(getattr(track, name)) if name in ("gain", "pan", "opacity") else _BASES.get(name, 0.0)
    if name in _SOUND:
        return float(getattr(clip, name))
    if name in _LOOK:
        return float(getattr(clip.look, name))
    if clip.ask is None:
        return _BASES.get(name, 0.0)
    first, _, rest = name.partition(":")
    if first == "control":
        return next((one.strength for one in clip.ask.controls if one.kind == rest), 1.0)
    if first == "adapter":
        return clip.ask.adapters.get(rest, 1.0)
    return clip.ask.strength if name == "strength" else _BASES.get(name, 0.0)


def offered(track: Track, clip: Clip | None, card: EngineCard | None = None) -> list[str]:
    """The names of the numbers that can change over time in a track, or in a clip of it that `card` makes."""
    seen = track.kind in ("picture", "camera", "control")
    if clip is None:
        return ["gain", "pan"] if track.kind in ("audio", "notes") else ["opacity"] if seen else []
    names = list(_SOUND) if track.kind in ("audio", "notes") else list(_LOOK) if seen else []
    names += _CAMERA if clip.mesh or track.kind == "camera" else ()
    if clip.ask is not None:
        names += [one.name for one in card.params if one.curve] if card is not None else []
        names += ["strength"] if clip.ask.start is not None else []
        names += ["seed", "prompt"]
        names += [f"control:{one.kind}" for one in clip.ask.controls]
        names += [f"adapter:{name}" for name in clip.ask.adapters]
    return names


def spanned(target: Target, lanes: tuple[tuple[Clip | None, Lane], ...]) -> tuple[float, float]:
    """What a row shows of a number: its span, wider where keys lie outside."""
    values = [key.value for _, lane in lanes for key in lane.keys]
    return min([target.low, *values]), max([target.high, *values])
