"""What a project wishes of an engine, as the engine can do it: size, length, beats, and fewer steps for a draft.

All by what the engine's card declares; what an ask says itself is left as it is.
"""

import math
from fractions import Fraction
from typing import NamedTuple

from app.core.timeline.clock import Clock
from app.core.timeline.values import Ask, Clip, Project, Time
from engines.contract import EngineCard, Info, Param, Refused, Value

TRAVEL = "travel"
DRAFT_SHARE = 3  # a draft takes a third of the steps
DRAFT_LEAST = 4
DRAFT_SIDE = 256  # pixels that the shorter side of a draft need not exceed


class Grid(NamedTuple):
    """The lengths an engine can make: `plus` frames and any number of `step` more, at `fps` frames a second."""

    step: int
    plus: int
    fps: float

    def snapped(self, seconds: Time) -> Time:
        """The nearest length on the grid; one `step` where `plus` is nothing, never nothing."""
        rate = Fraction(self.fps).limit_denominator(1001)
        windows = max(0 if self.plus else 1, round((seconds * rate - self.plus) / self.step))
        return Fraction(windows * self.step + self.plus) / rate


def grid_of(card: EngineCard) -> Grid | None:
    """In which lengths an engine works; None where any length between its least and its most will do."""
    return Grid(*card.info.grid) if card.info.grid else None


# ---------------------------------------------------------------- size


def size_of(info: Info, wanted: tuple[int, int] | None, project: Project, draft: bool) -> tuple[int, int] | None:
    """The (width, height) to ask for: `wanted` as near as can be, else the shape of the project's picture at the size
    the engine is at home in, else smaller for a draft. None where the engine does not choose."""
    if "size" not in info.takes:
        return None
    shape: tuple[float, float] = wanted or (project.width, project.height)
    if info.size_rule is None:
        return _listed(info.sizes, wanted, shape, draft)
    if wanted is None:
        home = info.sizes[0] if info.sizes else shape
        shape = _scaled(shape, math.sqrt(home[0] * home[1] / (shape[0] * shape[1])))
    if draft and min(shape) > DRAFT_SIDE:
        shape = _scaled(shape, DRAFT_SIDE / min(shape))
    low, high, multiple = info.size_rule
    least, most = -(-low // multiple) * multiple, high // multiple * multiple
    width, height = (min(most, max(least, round(side / multiple) * multiple)) for side in shape)
    return width, height


def _scaled(shape: tuple[float, float], factor: float) -> tuple[float, float]:
    return shape[0] * factor, shape[1] * factor


def _listed(
    sizes: tuple[tuple[int, int], ...], wanted: tuple[int, int] | None, shape: tuple[float, float], draft: bool
) -> tuple[int, int] | None:
    """Of the sizes there are the ones whose shape is nearest: the engine's first, or the one nearest to `wanted`."""
    if not sizes:
        return None
    if wanted in sizes and not draft:
        return wanted

    def off(size: tuple[int, int]) -> float:
        return abs(math.log(size[0] * shape[1] / (size[1] * shape[0])))

    nearest = min(map(off, sizes))
    alike = [size for size in sizes if off(size) < nearest + 1e-6]
    if draft:
        small = [size for size in alike if min(size) <= DRAFT_SIDE]
        return max(small) if small else min(alike)
    return min(alike, key=lambda size: abs(math.log(size[0] / wanted[0]))) if wanted else alike[0]


# ---------------------------------------------------------------- length


def length_of(card: EngineCard, clip: Clip) -> float | None:
    """How many seconds to ask for, as near as the engine can make them; None where it does not choose. A clip that
    loops is filled by rounds of the length its ask says, or by whole ones as long as the engine can make them."""
    if card.info.lengths is None:
        return None
    low, _, high = (Fraction(value).limit_denominator(10**6) for value in card.info.lengths)
    length = clip.length * abs(clip.speed)
    if clip.loop and clip.ask is not None and clip.ask.round > 0:
        length = min(clip.ask.round, length)
    if length > high and clip.loop:
        length /= math.ceil(length / high)
    grid = grid_of(card)
    return float(min(high, max(low, grid.snapped(length) if grid else length)))


def must_last(card: EngineCard, clip: Clip) -> None:
    """Refused('bad-request') for a clip that is too short or too long for its engine."""
    if card.info.lengths is None:
        return
    low, _, high = card.info.lengths
    length = float(clip.length * abs(clip.speed))
    if length < low or (length > high and not clip.loop):
        told = f"{card.info.title} makes {low:g} to {high:g} s at once; {clip.name or 'the clip'} needs {length:.2f} s"
        way = "let it loop, or make a shorter one and extend it" if length > high else "make it longer"
        raise Refused("bad-request", f"{told}: {way}.")


# ---------------------------------------------------------------- options


def options_of(card: EngineCard, clip: Clip, clock: Clock, draft: bool) -> dict[str, Value]:
    """The options of a clip's ask, and what the project says where it says nothing: tempo, bars, metre,
    whether it loops."""
    assert clip.ask is not None
    params = {param.name: param for param in card.params}
    found = {name: value for name, value in _musical(card, clip, clock).items() if _takes(params.get(name), value)}
    if clip.loop and _takes(params.get("loop"), True):
        found["loop"] = True
    asked = found | clip.ask.options
    asked |= clip.ask.draft or _fewer(params, asked) if draft else {}
    return {name: value for name, value in asked.items() if name != TRAVEL or not travels(card)}


def travels(card: EngineCard) -> bool:
    """Whether a request says itself how far its noise has gone from seed to seed, and no option of the engine does."""
    return TRAVEL in card.info.takes and all(param.name != TRAVEL for param in card.params)


def noise_of(card: EngineCard, ask: Ask) -> tuple[int, float]:
    """The seed a clip's noise has come to, and the share of the way to the next one."""
    value = ask.options.get(TRAVEL, 0.0)
    return gone(ask.seed, float(value)) if travels(card) and isinstance(value, int | float) else (ask.seed, 0.0)


def gone(seed: int, seeds: float) -> tuple[int, float]:
    """The seed so many further, and the rest of the way."""
    whole, share = divmod(max(0.0, seeds), 1.0)
    return (seed + int(whole)) % 2**63, share


def _musical(card: EngineCard, clip: Clip, clock: Clock) -> dict[str, Value]:
    metre = clock.metre(clip.start)
    told: dict[str, Value] = {"metre": f"{metre.beats}/{metre.unit}", "beats": metre.beats}
    felt = 3 if metre.unit == 8 and metre.beats % 3 == 0 else Fraction(8, metre.unit)  # eighths of a beat as it is felt
    told["tempo"] = float(clock.bpm(clip.start) * 2 / felt)
    if card.info.lengths is None:  # what has a length in seconds is told that instead
        told["bars"] = max(1, round(_bars(clip, clock)))
    return told


def _bars(clip: Clip, clock: Clock) -> Fraction:
    metre = clock.metre(clip.start)
    beats = clock.beats(clip.start + clip.length * abs(clip.speed)) - clock.beats(clip.start)
    return beats / Fraction(4 * metre.beats, metre.unit)


def _takes(param: Param | None, value: Value) -> bool:
    """Whether an option can have that value."""
    if param is None:
        return False
    if param.kind == "choice":
        return value in param.choices
    if param.kind == "bool" or isinstance(value, bool):
        return param.kind == "bool" and isinstance(value, bool)
    if param.kind not in ("int", "float") or isinstance(value, str):
        return False
    low, high = (-math.inf if param.min is None else param.min), (math.inf if param.max is None else param.max)
    return low <= value <= high and (param.kind == "float" or isinstance(value, int))


def _fewer(params: dict[str, Param], asked: dict[str, Value]) -> dict[str, Value]:
    """A third of the steps, where an engine has steps and those are many."""
    param = params.get("steps")
    steps = asked.get("steps", param.default) if param else None
    if param is None or not isinstance(steps, int) or isinstance(steps, bool) or steps <= DRAFT_LEAST:
        return {}
    return {"steps": max(DRAFT_LEAST, int(param.min or 1), -(-steps // DRAFT_SHARE))}
