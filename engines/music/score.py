"""Bars as notes to be played: the melody with its accents, and an accompaniment from the chords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engines.contract import Notes
from engines.files import notes as rows
from engines.files.synth import DRUM_CHANNEL
from engines.music.events import Bar
from engines.music.theory import KEYS, METRES, MODES, NO_CHORD, QUARTER, bar_ticks, beat_ticks, chord_tones, harmonies

MELODY, CHORDS, BASS = 0, 1, 2  # channels
_BACKING = {"guitar": (25, None), "piano": (0, None), "harp": (46, None), "band": (25, 32)}  # chords, bass
MICRO = 1_000_000
Row = tuple[float, float, int, int, int, int]  # start, length in seconds, pitch, velocity, channel, program


@dataclass(frozen=True)
class Setting:
    """How bars are played: `home` is the MIDI pitch of their semitone 0, `tempo` in quarters a minute."""

    tonic: int
    mode: str
    metre: str
    tempo: float
    home: int
    program: int
    backing: str
    smooth: bool = False  # long chords instead of a beat

    @property
    def tick(self) -> float:
        """Seconds of a tick."""
        return 60.0 / self.tempo / QUARTER

    @property
    def bar(self) -> float:
        """Seconds of a bar."""
        return bar_ticks(self.metre) * self.tick

    @property
    def key(self) -> str:
        """The key in words."""
        return f"{KEYS[self.tonic]} {self.mode}"


def melody(bars: Sequence[Bar], setting: Setting, first: int = 0) -> list[Row]:
    """The notes of the tune itself; `first` is the number of the first of these bars, from 0."""
    found: list[Row] = []
    for k, bar in enumerate(bars, first):
        now = 0
        for pitch, ticks in bar.notes:
            if pitch is not None:
                begin = k * setting.bar + now * setting.tick
                length = ticks * setting.tick * (0.93 if ticks < QUARTER else 0.97)
                height = _within(setting.home + pitch)
                found.append((begin, length, height, _accent(now, setting.metre), MELODY, setting.program))
            now += ticks
    return found


def accompaniment(bars: Sequence[Bar], setting: Setting, first: int = 0) -> list[Row]:
    """Bass, chords and beat under the tune, from the chords of the bars."""
    if setting.backing not in _BACKING:
        return []
    chord_program, bass_program = _BACKING[setting.backing]
    found: list[Row] = []
    for k, bar in enumerate(bars, first):
        begin = k * setting.bar
        for low, start, length, strong in _strokes(setting):
            chord = bar.chords[min(start * harmonies(setting.metre) // bar_ticks(setting.metre), len(bar.chords) - 1)]
            if chord == NO_CHORD:
                continue
            at, lasts = begin + start * setting.tick, length * setting.tick * 0.95
            pitches = [_bass(chord, setting, low == "fifth")] if low else _voicing(chord, setting)
            bass = low and bass_program is not None
            channel, program = (BASS, bass_program or 0) if bass else (CHORDS, chord_program)
            velocity = (74 if strong else 62) if low else 52
            found += [(at, lasts, pitch, velocity, channel, program) for pitch in pitches]
        if setting.backing == "band" and any(chord != NO_CHORD for chord in bar.chords):
            found += [(begin + t * setting.tick, 0.1, drum, v, DRUM_CHANNEL, 0) for t, drum, v in _beat(setting.metre)]
    return found


def _strokes(setting: Setting) -> list[tuple[str, int, int, bool]]:
    """(which bass note or '' for the chord, start, length in ticks, whether strong) of one bar."""
    full = bar_ticks(setting.metre)
    if setting.smooth:
        span = full // harmonies(setting.metre)
        return [stroke for t in range(0, full, span) for stroke in (("root", t, span, True), ("", t, span, False))]
    if setting.metre == "3/4":
        return [("root", 0, 24, True), ("", 24, 18, False), ("", 48, 18, False)]
    beat = beat_ticks(setting.metre) if setting.metre != "4/4" else 48
    off = 24 if beat in (36, 48) else 12  # the chord answers on the last third, or half, of the beat
    made: list[tuple[str, int, int, bool]] = []
    for n, t in enumerate(range(0, full, beat)):
        made += [("fifth" if n % 2 else "root", t, off, n == 0), ("", t + off, (beat - off) * 3 // 4, False)]
    return made


def _beat(metre: str) -> list[tuple[int, int, int]]:
    """(ticks, drum, velocity): a low drum on the beats, a shaker between."""
    full, beat = bar_ticks(metre), beat_ticks(metre)
    step = 12
    drums = [(t, 41 if t else 36, 58 if t else 70) for t in range(0, full, beat)]
    return drums + [(t, 70, 38 if t % beat else 50) for t in range(0, full, step)]


def _bass(chord: int, setting: Setting, fifth: bool) -> int:
    root, _, top = chord_tones(chord)
    tone = (setting.tonic + (top if fifth else root)) % 12
    return 40 + (tone - 40) % 12  # E2 to D#3


def _voicing(chord: int, setting: Setting) -> list[int]:
    """The three tones between E3 and D#4, whichever way they lie."""
    return sorted(52 + (setting.tonic + tone - 52) % 12 for tone in chord_tones(chord))


def _accent(now: int, metre: str) -> int:
    if now == 0:
        return 98
    half = now * 2 == bar_ticks(metre) and metre == "4/4"
    return 92 if half else 88 if now % beat_ticks(metre) == 0 else 78


def _within(pitch: int) -> int:
    while pitch > 108:
        pitch -= 12
    while pitch < 24:
        pitch += 12
    return pitch


def repeated(count: int, part: int = 8) -> list[int]:
    """The bars in the order they are played when every whole part is played twice."""
    order: list[int] = []
    for begin in range(0, count, part):
        bars = list(range(begin, min(begin + part, count)))
        order += bars * 2 if len(bars) == part else bars
    return order


# ---------------------------------------------------------------- as one array of whole numbers


def compact(found: list[Row], setting: Setting) -> np.ndarray:
    """Notes as int32 (1 + N, 6): the setting's row, then one for each note, times in microseconds."""
    top, bottom = METRES[setting.metre]
    head = (round(setting.tempo * 1000), top, bottom, setting.tonic, MODES.index(setting.mode), 0)
    body = [(round(s * MICRO), max(1, round(n * MICRO)), *rest) for s, n, *rest in sorted(found, key=_order)]
    return np.array([head, *body], np.int32)


def _order(row: Row) -> tuple[float, int, int]:
    return row[0], row[4], row[2]


def expanded(array: np.ndarray) -> Notes:
    """The notes of a `compact` array."""
    head, body = array[0].tolist(), array[1:]
    found = [(s / MICRO, n / MICRO, p, v, c, g) for s, n, p, v, c, g in body.tolist()]
    return rows.of(found, head[0] / 1000, (head[1], head[2]), f"{KEYS[head[3]]} {MODES[head[4]]}")
