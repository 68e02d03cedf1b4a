"""Chords under a melody, by dynamic programming: the labels from which the network learns harmony.

None of the collections has chords. For every harmony slot of a bar (see `theory.harmonies`) the chords of the mode are
scored by how well they agree with the notes that sound there, weighted by length and metrical weight, and by how usual
the step from the chord before is; the best sequence is found exactly (Viterbi, 1967). The weights are a musician's
rules of thumb, not measured.
"""

from __future__ import annotations

import numpy as np

from engines.music.events import Bar, Note
from engines.music.theory import NO_CHORD, bar_ticks, beat_ticks, chord_of, chord_tones, diatonic, harmonies

# How much each degree's triad is preferred, per mode; 0 is the tonic's.
_LIKED = {
    "major": {0: 0.0, 7: -0.2, 5: -0.3, 2: -0.9, 9: -0.8, 4: -1.6},
    "mixolydian": {0: 0.0, 10: -0.2, 5: -0.5, 7: -0.9, 2: -1.2, 9: -1.0},
    "minor": {0: 0.0, 10: -0.3, 3: -0.6, 8: -0.8, 5: -0.7, 7: -0.5},
    "dorian": {0: 0.0, 10: -0.2, 3: -0.6, 5: -0.5, 7: -0.7, 2: -1.5},
}
_CLASH = -1.3  # of a note outside the chord, beside +1 for the root and third, +0.8 for the fifth


def harmonised(measures: list[list[Note]], metre: str, mode: str) -> list[Bar]:
    """Bars with the best chords for these notes (semitones above the tonic)."""
    slots = harmonies(metre)
    heard = np.stack([_profile(notes, metre, k) for notes in measures for k in range(slots)])  # (S, 12)
    chords = list(diatonic(mode))
    fit = np.array([[_agreement(p, chord) for chord in chords] for p in heard])
    fit += np.array([_LIKED[mode].get(chord_tones(c)[0], -1.2) for c in chords]) * 0.35
    home = [k for k, c in enumerate(chords) if chord_tones(c)[0] == 0]
    fit[-1, home] += 1.2
    fit[0, home] += 0.4
    fit[-2, [k for k, c in enumerate(chords) if c == chord_of(7, False)]] += 0.3  # the cadence
    path = _best(fit, chords, slots)
    found = [chords[k] if heard[n].any() else NO_CHORD for n, k in enumerate(path)]
    return [Bar(tuple(found[n * slots : (n + 1) * slots]), list(notes)) for n, notes in enumerate(measures)]


def _profile(notes: list[Note], metre: str, slot: int) -> np.ndarray:
    """How much each pitch class sounds in one harmony slot of a bar, (12,), in beats, the strong ones counting more."""
    span = bar_ticks(metre) // harmonies(metre)
    beat = beat_ticks(metre)
    weights, now = np.zeros(12), 0
    for pitch, ticks in notes:
        inside = min(now + ticks, (slot + 1) * span) - max(now, slot * span)
        if pitch is not None and inside > 0:
            accent = 1.6 if now == slot * span else 1.25 if now % beat == 0 else 0.8
            weights[pitch % 12] += accent * inside / beat
        now += ticks
    return weights


def _agreement(profile: np.ndarray, chord: int) -> float:
    root, third, fifth = (tone % 12 for tone in chord_tones(chord))
    worth = np.full(12, _CLASH)
    worth[root], worth[third], worth[fifth] = 1.0, 1.0, 0.8
    worth[(root + 10) % 12] = -0.35  # the seventh is a mild colour
    return float(profile @ worth)


def _best(fit: np.ndarray, chords: list[int], slots: int) -> list[int]:
    """The best sequence of chords, indices (S,)."""
    steps = np.array([[_step(a, b) for b in chords] for a in chords])  # (from, to)
    stay = np.eye(len(chords))
    score, back = fit[0], []
    for n in range(1, len(fit)):
        move = steps + stay * (0.55 if n % slots else 0.1)
        total = score[:, None] + move
        back.append(total.argmax(0))
        score = total.max(0) + fit[n]
    path = [int(score.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]


def _step(a: int, b: int) -> float:
    """How usual it is to go from chord `a` to chord `b`: falling fifths best, the dominant back to the subdominant
    least."""
    if a == b:
        return 0.0
    fall = (chord_tones(a)[0] - chord_tones(b)[0]) % 12
    worth = {7: 0.15, 5: 0.0, 10: -0.1, 2: -0.15, 3: -0.2, 9: -0.2}.get(fall, -0.4)
    dominant_back = a == chord_of(7, False) and b == chord_of(5, False)
    return worth - 0.12 - (0.5 if dominant_back else 0.0)
