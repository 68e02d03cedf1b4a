"""Time told in seconds, frames, timecode, beats and bars: exact, through a map of tempos and metres."""

import itertools
from fractions import Fraction
from typing import NamedTuple

from app.core.timeline.values import Metre, Tempo, Time, Timeline

DROPPED = (Fraction(30000, 1001), Fraction(60000, 1001))  # rates whose timecode leaves numbers out


class Place(NamedTuple):
    """A moment in music: the bar and beat, from 1, and how far into the beat, in [0, 1)."""

    bar: int
    beat: int
    part: Fraction


class Clock:
    """The tempos and metres of a timeline, and its frame rate, made ready for asking."""

    def __init__(self, timeline: Timeline, fps: Fraction) -> None:
        self.fps = fps
        self._tempos = _reached(timeline.tempos)
        self._metres = _counted(timeline.metres)
        self._bars: dict[tuple[int, int], Time] = {}

    # ------------------------------------------------------------ beats (quarters)

    def beats(self, seconds: Time) -> Fraction:
        """Quarters from the beginning until `seconds`."""
        beat, since, bpm = _last(self._tempos, seconds, 1)
        return beat + (seconds - since) * bpm / 60

    def seconds(self, beats: Fraction) -> Time:
        """When the quarter `beats` falls."""
        beat, since, bpm = _last(self._tempos, beats, 0)
        return since + (beats - beat) * 60 / bpm

    def bpm(self, seconds: Time) -> Fraction:
        """The tempo at that moment."""
        return _last(self._tempos, seconds, 1)[2]

    @property
    def turns(self) -> list[tuple[Fraction, Fraction, Fraction]]:
        """(quarters, seconds, quarters a minute) where each tempo begins: between them time runs in straight lines."""
        return list(self._tempos)

    # ------------------------------------------------------------ bars

    def place(self, seconds: Time) -> Place:
        """Bar, beat and part of the beat at that moment; before the beginning bars count down from 0."""
        quarters = self.beats(seconds)
        first, since, metre = _last(self._metres, quarters, 1)
        units = (quarters - since) * metre.unit / 4
        bar, within = divmod(units, metre.beats)
        beat, part = divmod(within, 1)
        return Place(int(first + bar) + 1, int(beat) + 1, part)

    def at_bar(self, bar: int, beat: int = 1) -> Time:
        """When a bar (from 1), or a beat of it, begins."""
        known = self._bars.get((bar, beat))
        if known is None:
            first, since, metre = _last(self._metres, Fraction(bar - 1), 0)
            quarters = since + (Fraction(bar - 1) - first) * _quarters(metre)
            known = self._bars[bar, beat] = self.seconds(quarters + Fraction((beat - 1) * 4, metre.unit))
        return known

    def bars(self, seconds: Time, bars: int) -> Time:
        """How long `bars` whole bars last from the bar at `seconds` on."""
        first = self.place(seconds).bar
        return self.at_bar(first + bars) - self.at_bar(first)

    def metre(self, seconds: Time) -> Metre:
        """The metre at that moment."""
        return _last(self._metres, self.beats(seconds), 1)[2]

    # ------------------------------------------------------------ frames

    def frame(self, seconds: Time) -> int:
        """The number of the frame that is seen at that moment."""
        return int(seconds * self.fps // 1)

    def at_frame(self, frame: int) -> Time:
        """When a frame begins."""
        return Fraction(frame) / self.fps

    def timecode(self, seconds: Time) -> str:
        """'01:02:03:04', with ';' before the frames where numbers are dropped (29.97 and 59.94)."""
        frame = self.frame(abs(seconds))
        nominal = -(-self.fps.numerator // self.fps.denominator)
        mark = ":"
        if self.fps in DROPPED:
            frame, mark = _dropped(frame, nominal), ";"
        hours, rest = divmod(frame, 3600 * nominal)
        minutes, rest = divmod(rest, 60 * nominal)
        whole, frames = divmod(rest, nominal)
        sign = "-" if seconds < 0 else ""
        return f"{sign}{hours:02d}:{minutes:02d}:{whole:02d}{mark}{frames:02d}"

    def bars_and_beats(self, seconds: Time) -> str:
        """'12|3|480': bar, beat and ticks (960 a beat)."""
        place = self.place(seconds)
        return f"{place.bar}|{place.beat}|{int(place.part * 960):03d}"

    # ------------------------------------------------------------ snapping

    def snapped(self, seconds: Time, grid: str) -> Time:
        """The nearest moment of a grid: 'frame', 'bar', 'beat', or a part of a beat ('1/2', '1/4' ...)."""
        if grid == "frame":
            return self.at_frame(_nearest(seconds * self.fps))
        if grid == "bar":
            number = self.place(seconds).bar
            return min((self.at_bar(number), self.at_bar(number + 1)), key=lambda one: abs(one - seconds))
        metre = self.metre(seconds)
        part = Fraction(4, metre.unit) * (Fraction(1) if grid == "beat" else Fraction(grid))
        since = self.beats(self.at_bar(self.place(seconds).bar))
        return self.seconds(since + _nearest((self.beats(seconds) - since) / part) * part)


def _reached(tempos: tuple[Tempo, ...]) -> list[tuple[Fraction, Fraction, Fraction]]:
    """(beat, seconds, bpm) of every change, from beat 0 on."""
    rows = [(Fraction(0), Fraction(0), tempos[0].bpm)]
    for before, tempo in itertools.pairwise(tempos):
        beat, since, _ = rows[-1]
        rows.append((tempo.beat, since + (tempo.beat - beat) * 60 / before.bpm, tempo.bpm))
    return rows


def _counted(metres: tuple[Metre, ...]) -> list[tuple[Fraction, Fraction, Metre]]:
    """(bar, quarters, metre) of every change, from bar 0 on."""
    rows = [(Fraction(0), Fraction(0), metres[0])]
    for before, metre in itertools.pairwise(metres):
        bar, since, _ = rows[-1]
        rows.append((Fraction(metre.bar), since + (metre.bar - bar) * _quarters(before), metre))
    return rows


def _quarters(metre: Metre) -> Fraction:
    return Fraction(4 * metre.beats, metre.unit)


def _last(rows: list, value: Fraction, column: int):  # type: ignore[no-untyped-def,type-arg]
    """The last row whose `column` is not after `value`; the first where all are."""
    return next((row for row in reversed(rows) if row[column] <= value), rows[0])


def _nearest(value: Fraction) -> int:
    return int((value + Fraction(1, 2)) // 1)


def _dropped(frame: int, nominal: int) -> int:
    """The number a timecode shows that leaves out the first numbers of every minute but each tenth (SMPTE 12M)."""
    drop = nominal // 15
    ten = nominal * 600 - drop * 9
    tens, rest = divmod(frame, ten)
    minute = nominal * 60 - drop
    more = drop * ((rest - drop) // minute) if rest > drop else 0
    return frame + tens * drop * 9 + more
