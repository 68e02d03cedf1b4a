"""Drums laid out in time: all of a kit one after another, or a bar of sixteen steps, at exact sample positions."""

from __future__ import annotations

import numpy as np

from engines.nn.drum_parts import LENGTH, RATE
from engines.nn.drum_sound import KINDS

STEPS = 16
# One bar in sixteenths: x a stroke, o a soft one. Kinds that a rhythm does not name are silent in it.
RHYTHMS: dict[str, dict[str, str]] = {
    "rock": {
        "kick": "x.......x.x.....",
        "snare": "....x.......x...",
        "closed hat": "x.x.x.x.x.x.x...",
        "open hat": "..............x.",
        "tom": ".............o.o",
        "clap": "............o...",
    },
    "house": {
        "kick": "x...x...x...x...",
        "clap": "....x.......x...",
        "open hat": "..x...x...x...x.",
        "closed hat": "o..o...o..o....o",
        "tom": "...........o..o.",
        "snare": "...............o",
    },
    "breakbeat": {
        "kick": "x.x.......xx....",
        "snare": "....x..o.o..x..o",
        "closed hat": "x.x.x.x.x.x.x...",
        "open hat": "..............x.",
        "tom": "........o......o",
        "clap": "............o...",
    },
    "hip hop": {
        "kick": "x..x......x..o..",
        "snare": "....x.......x...",
        "clap": "....o.......x...",
        "closed hat": "x.x.x.xxx.x.x.x.",
        "open hat": "......x.........",
        "tom": "..............o.",
    },
    "bossa nova": {
        "kick": "x..xx..xx..xx..x",
        "snare": "x..o..x...x..o..",
        "closed hat": "xoxoxoxoxoxoxoxo",
        "open hat": "..............o.",
        "tom": ".......o.......o",
        "clap": "x...............",
    },
}
_LOUD = {"x": 1.0, "o": 0.45}
_MIX = {"kick": 1.0, "snare": 0.8, "closed hat": 0.4, "open hat": 0.4, "tom": 0.7, "clap": 0.65}


def row(count: int) -> list[tuple[int, int, float]]:
    """One drum after another: (drum, first sample, gain) of each stroke."""
    return [(index, index * LENGTH, 1.0) for index in range(count)]


def bar(rhythm: str, tempo: float) -> list[tuple[int, int, float]]:
    """One bar of four beats at `tempo` beats a minute: (drum, first sample, gain) of each stroke."""
    strokes = []
    for kind, steps in RHYTHMS[rhythm].items():
        for step, mark in enumerate(steps):
            if mark in _LOUD:
                strokes.append((KINDS.index(kind), position(step, tempo), _LOUD[mark] * _MIX[kind]))
    return sorted(strokes)


def position(step: int, tempo: float) -> int:
    """The first sample of a sixteenth, rounded from the start of the bar, so that nothing drifts."""
    return round(step * 60 * RATE / (4 * tempo))


def laid(drums: np.ndarray, strokes: list[tuple[int, int, float]], length: int | None = None) -> np.ndarray:
    """Drums (K, LENGTH) struck where `strokes` say, (n,). With `length`, what rings beyond it begins it again, so that
    the bar loops."""
    end = max(first for _, first, _ in strokes) + LENGTH
    out = np.zeros(end)
    for drum, first, gain in strokes:
        out[first : first + LENGTH] += gain * drums[drum]
    if length is None:
        return out
    out = np.pad(out, (0, -len(out) % length))
    return out.reshape(-1, length).sum(0)
