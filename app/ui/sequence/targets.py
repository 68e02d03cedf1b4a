"""The numbers a row of curves shows: between what they lie, and what they are where no lane changes them."""

from msgspec import Struct

from app.core.timeline import fineness, numbers
from app.core.timeline.values import Clip, Lane, Track
from app.studio import Studio
from app.ui.sequence.words import target_words
from engines.contract import EngineCard

LOUD = (-48.0, 12.0)  # dB: a row that reached down to silence would leave no room for the rest
REACH = {"rotation": (-180.0, 180.0), "azimuth": (-180.0, 180.0), "scale": (0.0, 2.0), "seed": (0.0, 8.0)}
OPEN = 2.0  # what a number without an upper bound is shown to, times its default


class Target(Struct, frozen=True):
    """`low` to `high` is what a row shows, `base` the constant, `unit` its unit, `fine` how finely it is followed."""

    words: str
    low: float
    high: float
    base: float
    unit: str = ""
    fine: str | None = "frame"


def card_of(studio: Studio, clip: Clip | None) -> EngineCard | None:
    """What makes a clip."""
    return studio.cards().get(clip.ask.engine) if clip is not None and clip.ask is not None else None


def target_of(name: str, track: Track, clip: Clip | None = None, card: EngineCard | None = None) -> Target:
    """What is known of the number `name` of a track, or of a clip that the engine of `card` makes."""
    param = fineness.number(card, name)
    default = float(param.default) if param is not None else 0.0
    low, high = LOUD if name == "gain" else REACH.get(name, (0.0, 1.0))
    if param is not None and name != "gain" and name not in REACH:
        low = float(param.min) if param.min is not None else 0.0
        high = float(param.max) if param.max is not None else max(1.0, OPEN * default)
    base = numbers.base(clip if clip is not None else track, name, default)
    words = param.label if param is not None and param.label else target_words(name)
    unit = param.unit if param is not None else ""
    return Target(words, low, high, base, unit, fineness.fineness(card, name))


def offered(track: Track, clip: Clip | None, card: EngineCard | None = None) -> list[str]:
    """The names of the numbers that can change over time in a track, or in a clip of it that `card` makes."""
    sounds = track.kind in ("audio", "notes")
    if clip is None:
        return ["gain", "pan"] if sounds else ["opacity"] if track.kind in ("picture", "camera") else []
    if track.kind == "prompt":
        return ["prompt"]
    apart = {"gain", "pan"} if not sounds else {"opacity", "x", "y", "scale", "rotation"}
    names = fineness.targets(card, camera=bool(clip.mesh))
    asked = {f"control:{one.kind}" for one in clip.ask.controls} | {f"adapter:{one}" for one in clip.ask.adapters} if (
        clip.ask is not None) else set()  # fmt: skip
    return [name for name in names if name not in apart and (":" not in name or name in asked)]


def spanned(target: Target, lanes: tuple[tuple[Clip | None, Lane], ...]) -> tuple[float, float]:
    """What a row shows of a number: its span, wider where keys lie outside."""
    values = [key.value for _, lane in lanes for key in lane.keys]
    return min([target.low, *values]), max([target.high, *values])
