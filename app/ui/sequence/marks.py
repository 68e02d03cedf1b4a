"""Where the ruler has its lines, and what it writes beside them."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from app.core.timeline.clock import Clock
from app.core.timeline.values import Time

Mode = Literal["bars", "timecode", "frames"]
ROOM = 84.0  # pixels between two labels, at least
FINE = 9.0  # and between two lines
SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400)
FRAMES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000)


class Mark(Struct, frozen=True):
    """A line of the ruler at `at` seconds; `weight` 2 for one with words, 1 and 0 for finer ones."""

    at: Time
    words: str
    weight: int


def marks(clock: Clock, mode: Mode, span: tuple[float, float], scale: float) -> list[Mark]:
    """The lines between two moments at `scale` pixels a second, not before the beginning."""
    start, stop = max(0.0, span[0]), max(0.0, span[1])
    if mode == "bars":
        return list(_bars(clock, Fraction(start).limit_denominator(10**6), stop, scale))
    return list(_frames(clock, mode, (start, stop), scale))


def written(clock: Clock, mode: Mode, at: Time) -> str:
    """A moment in words, as the ruler counts."""
    if mode == "frames":
        return str(clock.frame(at))
    return clock.timecode(at) if mode == "timecode" else clock.bars_and_beats(at)


def grid_of(clock: Clock, mode: Mode, at: Time, scale: float) -> str:
    """The finest grid of `Clock.snapped` whose lines stand far enough apart to be aimed at."""
    if mode != "bars":
        return "frame"
    beat = 60 / float(clock.bpm(at)) * 4 / clock.metre(at).unit * scale
    for grid, share in (("1/4", 0.25), ("1/2", 0.5), ("beat", 1.0)):
        if beat * share >= FINE:
            return grid
    return "bar"


def _bars(clock: Clock, start: Time, stop: float, scale: float) -> Iterator[Mark]:
    metre = clock.metre(start)
    beat = 60 / float(clock.bpm(start)) * 4 / metre.unit * scale
    wide = beat * metre.beats
    step = 1
    while wide * step < ROOM:
        step *= 2
    number = clock.place(start).bar
    bar = number - (number - 1) % step
    while (at := clock.at_bar(bar)) <= stop:
        yield Mark(at, str(bar), 2)
        if step > 1:
            yield from _within(clock, (bar, step), wide)
        elif beat >= FINE:
            yield from _beats(clock, bar, beat)
        bar += step


def _within(clock: Clock, group: tuple[int, int], wide: float) -> Iterator[Mark]:
    """The bars between two that are named."""
    bar, step = group
    finer = step
    while finer > 1 and wide * finer / 2 >= FINE:
        finer //= 2
    for inner in range(bar + finer, bar + step, finer):
        yield Mark(clock.at_bar(inner), "", 1)


def _beats(clock: Clock, bar: int, beat: float) -> Iterator[Mark]:
    parts = next((n for n in (4, 2) if beat / n >= FINE), 1)
    begin = clock.at_bar(bar)
    metre = clock.metre(begin)
    quarters = clock.beats(begin)
    for n in range(1, metre.beats * parts) if parts > 1 else range(1, metre.beats):
        whole, part = divmod(n, parts)
        words = f"{bar}|{whole + 1}" if not part and beat >= ROOM else ""
        within = quarters + Fraction(4 * n, metre.unit * parts) if part else None
        at = clock.seconds(within) if within is not None else clock.at_bar(bar, whole + 1)
        yield Mark(at, words, 2 if words else 1 if not part else 0)


def _frames(clock: Clock, mode: Mode, span: tuple[float, float], scale: float) -> Iterator[Mark]:
    rate = -(-clock.fps.numerator // clock.fps.denominator)
    one = scale / float(clock.fps)
    steps = FRAMES if mode == "frames" else tuple(n for n in FRAMES if n < rate) + tuple(n * rate for n in SECONDS)
    step = next((n for n in steps if n * one >= ROOM), steps[-1])
    finer = next((n for n in steps if n * one >= FINE and step % n == 0), step)
    frame = clock.frame(Fraction(span[0]).limit_denominator(10**6)) // step * step
    last = span[1] * float(clock.fps)
    while frame <= last:
        at = clock.at_frame(frame)
        words = "" if frame % step else written(clock, mode, at)
        yield Mark(at, words, 0 if frame % step else 2)
        frame += finer
