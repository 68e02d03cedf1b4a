"""Times as people write them: timecode, bars and beats, frames, seconds. No Qt."""

import re
from fractions import Fraction

from app.core.timeline.clock import DROPPED, Clock
from app.core.timeline.values import Time

_TIMECODE = re.compile(r"(?:(\d+):)?(\d+):(\d+)(?:[:;](\d+))")
_MINUTES = re.compile(r"(\d+):(\d+(?:\.\d+)?)")
_BARS = re.compile(r"(\d+)\|(\d+)(?:\|(\d+))?")
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?|\d+/\d+)\s*(s|ms|f|b|bars?)?")


def moment(text: str, clock: Clock) -> Time | None:
    """The moment that is written: '00:01:02:12', '1:02.5', '3|2|480', '48f', '2.5' or '2.5 s', '8b' (quarters). None
    when it cannot be read."""
    text = text.strip().lower()
    if found := _BARS.fullmatch(text):
        bar, beat, ticks = (int(part or 0) for part in found.groups())
        at, then = clock.at_bar(max(1, bar), max(1, beat)), clock.at_bar(max(1, bar), max(1, beat) + 1)
        return at + (then - at) * Fraction(ticks, 960)
    return length(text, clock)


def length(text: str, clock: Clock, since: Time = Fraction(0)) -> Time | None:
    """The length that is written, the same ways; '2 bars' are counted from `since` on."""
    text = text.strip().lower()
    if found := _TIMECODE.fullmatch(text):
        hours, minutes, seconds, frames = (int(part or 0) for part in found.groups())
        nominal, whole = -(-clock.fps.numerator // clock.fps.denominator), hours * 60 + minutes
        left_out = nominal // 15 * (whole - whole // 10) if clock.fps in DROPPED else 0
        return clock.at_frame((whole * 60 + seconds) * nominal + frames - left_out)
    if found := _MINUTES.fullmatch(text):
        return int(found[1]) * 60 + Fraction(found[2])
    if found := _NUMBER.fullmatch(text):
        return _counted(Fraction(found[1].replace(",", ".")), found[2] or "s", clock, since)
    return None


def _counted(number: Fraction, unit: str, clock: Clock, since: Time) -> Time:
    if unit.startswith("bar"):
        return clock.bars(since, int(number))
    if unit == "b":
        return clock.seconds(clock.beats(since) + number) - since
    return {"s": number, "ms": number / 1000, "f": number / clock.fps}[unit]


def seconds(time: Time) -> str:
    """'2.5 s', with no more figures than are needed."""
    return f"{float(time):.3f}".rstrip("0").rstrip(".") + " s"
