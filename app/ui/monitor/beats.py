"""The beats of a timeline: the metronome's clicks, and the beat before or after a moment. No Qt."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from app.core.timeline.clock import Clock
from app.core.timeline.values import ZERO, Time

TONES = (1760.0, 1174.66)  # Hz: the first of a bar, the others
CLICK = 0.045  # seconds
LOUD = 0.35


def beats(clock: Clock, start: Time, end: Time) -> Iterator[tuple[Time, bool]]:
    """The beats from the last at or before `start` up to `end`: when, and whether it is the first of its bar."""
    place = clock.place(start)
    bar, beat = place.bar, place.beat
    while (when := clock.at_bar(bar, beat)) < end:
        yield when, beat == 1
        bar, beat = (bar, beat + 1) if beat < clock.metre(clock.at_bar(bar)).beats else (bar + 1, 1)


def clicks(clock: Clock, start: Time, count: int, rate: int) -> np.ndarray:
    """float32 (count, 1): the metronome from `start` on, each click on the sample nearest to its beat."""
    first, length = round(start * rate), round(CLICK * rate)
    sound = np.zeros((count + 2 * length, 1), np.float32)
    time = np.arange(length) / rate
    fall = LOUD * np.exp(-time / 0.012)
    for when, strong in beats(clock, max(ZERO, start - Fraction(length, rate)), start + Fraction(count, rate)):
        place = round(when * rate) - first + length
        if 0 <= place <= count + length:
            sound[place : place + length, 0] += fall * np.sin(2 * np.pi * TONES[not strong] * time)
    return sound[length : length + count]


def beat_from(clock: Clock, at: Time, by: int) -> Time:
    """The next beat after `at` (`by` 1) or the one before it (-1), not before the beginning."""
    place = clock.place(at)
    if by > 0:
        return clock.at_bar(place.bar, place.beat + 1)
    if place.part:
        return clock.at_bar(place.bar, place.beat)
    if place.beat > 1:
        return clock.at_bar(place.bar, place.beat - 1)
    before = clock.metre(max(ZERO, clock.at_bar(place.bar - 1))).beats
    return max(ZERO, clock.at_bar(place.bar - 1, before))
