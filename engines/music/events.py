"""A tune as events, as the network reads and writes it, after REMI (Huang and Yang, "Pop Music Transformer", 2020) with
several facts to one event (Hsiao et al., "Compound Word Transformer", 2021).

An event is a pair. Its first part is BAR, HALF or a length; its second is the chord that begins there, or the pitch of
a note (semitones above the tonic, so that every key is the same) or REST. Beside it stands its slot: the bar's place
in the phrase, how many bars are left, the time within the bar. The slot of an event follows from the events before it,
so a model of the pairs is a model of the tune, and the lengths that are allowed in a slot are those that fit.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import numpy as np

from engines.music.theory import CHORDS, METRES, MODES, bar_ticks, harmonies

BAR, HALF = 0, 1  # first parts that carry a chord
LENGTHS = (2, 3, 4, 6, 8, 9, 12, 15, 18, 21, 24, 30, 36, 42, 48, 60, 72, 84, 96, 108)
FIRSTS = 2 + len(LENGTHS)
BEGIN = FIRSTS  # stands before the first event; never predicted
LOW, HIGH = -17, 29  # semitones above the tonic
REST = 0
PITCHES = HIGH - LOW + 1
FIRST_CHORD = 1 + PITCHES
SECONDS = FIRST_CHORD + CHORDS
NOTHING = SECONDS  # stands before the first event

PHRASE = 8
UPBEAT = PHRASE  # the place of the bar before the first
LEFT = 32
AT_BAR, AT_HALF = 109, 110  # times of the slots of BAR and HALF
TIMES = 111

RHYTHMS = (
    "any",
    "reel",
    "jig",
    "slip jig",
    "hornpipe",
    "strathspey",
    "march",
    "air",
)
Note = tuple[int | None, int]  # semitones above the tonic or None for a rest, ticks


@dataclass
class Bar:
    """One bar: its chords (one, or two in 4/4) and its notes, which fill it."""

    chords: tuple[int, ...]
    notes: list[Note] = field(default_factory=list)

    @property
    def length(self) -> int:
        return sum(ticks for _, ticks in self.notes)


@dataclass(frozen=True)
class Kind:
    """What a tune is: words of RHYTHMS, METRES and MODES; the mode may be '' (not said)."""

    rhythm: str
    metre: str
    mode: str

    def numbers(self) -> tuple[int, int, int]:
        """(rhythm, metre, mode) as the network takes them; mode 0 is 'not said'."""
        mode = 1 + MODES.index(self.mode) if self.mode else 0
        return RHYTHMS.index(self.rhythm), list(METRES).index(self.metre), mode


@dataclass(frozen=True)
class Place:
    """Where a bar stands: its place in the phrase of 8 (UPBEAT for the one before the first), the bars left with it,
    and whether it comes later than what is to be written."""

    phrase: int
    left: int
    later: bool = False


def places(count: int, upbeat: bool = False) -> list[Place]:
    """The places of the bars of a whole tune; `count` includes the upbeat's bar."""
    first = 1 if upbeat else 0
    made = [Place((k - first) % PHRASE, min(count - k, LEFT)) for k in range(count)]
    if upbeat:
        made[0] = Place(UPBEAT, min(count, LEFT))
    return made


def events_of(bar: Bar, metre: str) -> list[tuple[int, int]]:
    """The events of one bar. ValueError when it cannot be written in them."""
    if bar.length != bar_ticks(metre) or len(bar.chords) != harmonies(metre):
        raise ValueError(f"a bar of {bar.length} ticks and {len(bar.chords)} chords in {metre}")
    heads = [(first, FIRST_CHORD + chord) for first, chord in zip((BAR, HALF), bar.chords, strict=False)]
    return heads + [(2 + LENGTHS.index(ticks), pitch_symbol(pitch)) for pitch, ticks in bar.notes]


def pitch_symbol(pitch: int | None) -> int:
    """REST, or the pitch; those out of range are brought in by octaves."""
    if pitch is None:
        return REST
    while pitch > HIGH:
        pitch -= 12
    while pitch < LOW:
        pitch += 12
    return 1 + pitch - LOW


def pitch_of(symbol: int) -> int | None:
    """The inverse of `pitch_symbol`."""
    return None if symbol == REST else symbol - 1 + LOW


def bar_of(events: list[tuple[int, int]]) -> Bar:
    """The bar that these events write."""
    chords = tuple(second - FIRST_CHORD for first, second in events if first in (BAR, HALF))
    notes = [(pitch_of(second), LENGTHS[first - 2]) for first, second in events if first > HALF]
    return Bar(chords, notes)


def times_of(events: list[tuple[int, int]]) -> list[int]:
    """The time of each event's slot: AT_BAR, AT_HALF, or the ticks since the bar line."""
    times, now = [], 0
    for first, _ in events:
        times.append({BAR: AT_BAR, HALF: AT_HALF}.get(first, now))
        now += LENGTHS[first - 2] if first > HALF else 0
    return times


@dataclass
class Rows:
    """Events in the order the network reads them: `pairs` int64 (N, 2) and `slots` int64 (N, 4), each row of which is
    (phrase, left, time, later) of the event in the same row."""

    pairs: np.ndarray
    slots: np.ndarray

    def __len__(self) -> int:
        return len(self.pairs)


def rows_of(bars: list[Bar], where: list[Place], metre: str) -> Rows:
    """The events of these bars with their slots."""
    pairs: list[tuple[int, int]] = []
    slots: list[tuple[int, int, int, int]] = []
    for bar, place in zip(bars, where, strict=True):
        events = events_of(bar, metre)
        pairs += events
        slots += [(place.phrase, place.left, time, int(place.later)) for time in times_of(events)]
    return Rows(np.array(pairs, np.int64).reshape(-1, 2), np.array(slots, np.int64).reshape(-1, 4))


def fitting() -> np.ndarray:
    """Which first parts may stand in a slot: bool (TIMES + bar, FIRSTS) by [ticks left in the bar].

    A length fits when it is no longer than what is left and leaves none or at least 2 ticks, the shortest length."""
    left = np.arange(AT_BAR)[:, None]
    rest = left - np.array(LENGTHS)
    allowed = np.zeros((AT_BAR, FIRSTS), bool)
    allowed[:, 2:] = (rest == 0) | (rest >= 2)
    return allowed


def allowed_firsts(times: np.ndarray, metre: str) -> np.ndarray:
    """bool (..., FIRSTS) for slots at `times` (...)."""
    return _allowed(metre)[times]


@functools.lru_cache
def _allowed(metre: str) -> np.ndarray:
    table = np.zeros((TIMES, FIRSTS), bool)
    full = bar_ticks(metre)
    table[:full] = fitting()[full - np.arange(full)]
    table[AT_BAR, BAR] = table[AT_HALF, HALF] = True
    return table


def allowed_seconds(firsts: np.ndarray) -> np.ndarray:
    """bool (..., SECONDS): chords after BAR and HALF, pitches and REST after lengths."""
    table = np.zeros((FIRSTS, SECONDS), bool)
    table[:2, FIRST_CHORD:] = True
    table[2:, :FIRST_CHORD] = True
    return table[firsts]
