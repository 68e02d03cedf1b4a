"""The numbers a row of curves shows: between what they lie, and what they are where no lane changes them."""

from msgspec import Struct

from app.core.timeline import fineness, numbers
from app.core.timeline.values import Clip, Lane, Track
from app.studio import Studio
from app.ui.inspector.words import target_words
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
    param = numbers.number(card, name)
    default = float(param.default) if param is not None else 0.0
    low, high = LOUD if name == "gain" else REACH.get(name, (0.0, 1.0))
    if param is not None and name != "gain" and name not in REACH:
        low = float(param.min) if param.min is not None else 0.0
        high = float(param.max) if param.max is not None else max(1.0, OPEN * default)
    base = numbers.constant(clip if clip is not None else track, name, card)
    words = target_words(name, card)
    unit = param.unit if param is not None else ""
    return Target(words, low, high, base, unit, fineness.fineness(card, name))


def spanned(target: Target, lanes: tuple[tuple[Clip | None, Lane], ...]) -> tuple[float, float]:
    """What a row shows of a number: its span, wider where keys lie outside."""
    values = [key.value for _, lane in lanes for key in lane.keys]
    return min([target.low, *values]), max([target.high, *values])
