"""The lengths in which an engine makes things: shown on a selected clip, and snapped to by its ends."""

import math

from app.core.timeline.fit import grid_of
from app.core.timeline.values import Clip, Time
from engines.contract import EngineCard

MOST = 400  # windows of a clip


def lengths(card: EngineCard | None, upto: Time) -> list[Time]:
    """The lengths up to `upto` seconds, shortest first, that an engine can make in one run: its windows, or where any
    length will do the least and the most. [] where it does not choose."""
    if card is None or card.info.lengths is None:
        return []
    low, _, high = (Time(value).limit_denominator(10**6) for value in card.info.lengths)
    grid = grid_of(card)
    if grid is None:
        return [one for one in (low, high) if one <= upto]
    rate = Time(grid.fps).limit_denominator(1001)
    count = min(MOST, math.floor(max(Time(0), min(upto, high) * rate - grid.plus) / grid.step))
    every = (Time(n * grid.step + grid.plus) / rate for n in range(count + 1))
    return [one for one in every if one >= low]


def ends(card: EngineCard | None, clip: Clip, upto: Time) -> list[Time]:
    """The moments at which a clip can end so that its engine makes it whole, within `upto` seconds of its start."""
    return [clip.start + length / abs(clip.speed) for length in lengths(card, upto * abs(clip.speed))]


def starts(card: EngineCard | None, clip: Clip, upto: Time) -> list[Time]:
    """The moments at which a clip can begin, its end staying where it is."""
    begun = (clip.end - length / abs(clip.speed) for length in lengths(card, upto * abs(clip.speed)))
    return [one for one in begun if one >= 0]
