"""What can be measured of tunes: histograms, form, endings, and how much is copied."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from engines.music import events
from engines.music.events import Bar, Kind
from engines.music.theory import bar_ticks
from engines.nn.tune import TuneNetwork
from engines.nn.tune_writer import Drawn, Rules, Taste, Writer
from engines.training.tune_data import Song

RUNS = (8, 12, 16, 20, 24, 32, 40, 48, 64, 96)  # notes in a row that may be copied


def written(network: TuneNetwork, kind: Kind, seed: int, *, bars: int, taste: Taste, rules: Rules) -> tuple[Bar, ...]:
    """One tune of so many bars."""
    writer, drawn = Writer(network, kind), Drawn(seed)
    return tuple(writer.write(place, taste, rules, drawn) for place in events.places(bars))


def written_like(
    network: TuneNetwork, songs: Sequence[Song], count: int, *, taste: Taste, rules: Rules, bars: int = 16
) -> list[Song]:
    """As many tunes as are asked for, of the kinds that `songs` are of, seeds counting from 0."""
    made = []
    for seed in range(count):
        kind = songs[seed * len(songs) // count].kind
        made.append(
            Song(
                f"seed {seed}",
                "",
                kind,
                written(network, kind, seed, bars=bars, taste=taste, rules=rules),
                False,
                0,
                -seed,
            )
        )
    return made


def line(bars: Sequence[Bar]) -> list[tuple[int, int]]:
    """The melody as (semitones above the tonic, ticks), rests left out."""
    return [(pitch, ticks) for bar in bars for pitch, ticks in bar.notes if pitch is not None]


# ---------------------------------------------------------------- histograms


def histograms(songs: Sequence[Song]) -> dict[str, Counter[Hashable]]:
    """Degrees above the tonic, melodic intervals, lengths, and rhythms of whole bars."""
    found: dict[str, Counter[Hashable]] = {name: Counter() for name in ("degrees", "intervals", "lengths", "rhythms")}
    for song in songs:
        notes = line(song.bars)
        found["degrees"].update(pitch % 12 for pitch, _ in notes)
        found["intervals"].update(max(-13, min(13, b - a)) for (a, _), (b, _) in itertools.pairwise(notes))
        found["lengths"].update(ticks for _, ticks in notes)
        found["rhythms"].update(tuple(ticks for _, ticks in bar.notes) for bar in song.bars)
    return found


def apart(a: Counter[Hashable], b: Counter[Hashable]) -> float:
    """The total variation distance of two histograms: 0 the same, 1 nothing in common."""
    m, n = sum(a.values()), sum(b.values())
    return 0.5 * sum(abs(a[key] / m - b[key] / n) for key in a.keys() | b.keys())


def form(songs: Sequence[Song]) -> dict[str, float]:
    """Shares: tunes whose last note is the tonic, bars that add up, bars equal to the bar 4 or 8 before them."""
    ends = [line(song.bars)[-1][0] % 12 == 0 for song in songs]
    full = [bar.length == bar_ticks(song.kind.metre) for song in songs for bar in song.bars]
    again: dict[int, list[bool]] = {lag: [] for lag in (1, 2, 4, 8)}
    for song, lag in itertools.product(songs, again):
        again[lag] += [a.notes == b.notes for a, b in zip(song.bars, song.bars[lag:], strict=False)]
    shares = {f"bars as {lag} before": float(np.mean(same)) for lag, same in again.items()}
    return {"ends on the tonic": float(np.mean(ends)), "full bars": float(np.mean(full))} | shares


# ---------------------------------------------------------------- copies


def steps(bars: Sequence[Bar]) -> list[tuple[int, int]]:
    """(interval to the next note, length) of every note: the same in any key and octave."""
    notes = line(bars)
    return [(b - a, ticks) for (a, ticks), (b, _) in itertools.pairwise(notes)]


class Copies:
    """Finds how long a run of notes is that stands in one of `songs` too."""

    def __init__(self, songs: Sequence[Song]) -> None:
        self.runs: dict[int, dict[int, int]] = {}
        lines = [steps(song.bars) for song in songs]
        for size in RUNS:
            self.runs[size] = {
                hash(tuple(one[k : k + size])): n for n, one in enumerate(lines) for k in range(len(one) - size + 1)
            }

    def longest(self, bars: Sequence[Bar]) -> tuple[int, int | None]:
        """(the longest of RUNS that is found, the number of the tune it is in)."""
        mine = steps(bars)
        for size in reversed(RUNS):
            for k in range(len(mine) - size + 1):
                found = self.runs[size].get(hash(tuple(mine[k : k + size])))
                if found is not None:
                    return size, found
        return 0, None


def figures(made: Sequence[Song], judged: Sequence[Song], trained: Sequence[Song]) -> dict[str, Any]:
    """How far samples are from held-out tunes, beside how far as many training tunes are; their form; copies."""
    real = histograms(judged)
    rng = np.random.default_rng(0)
    others = [trained[k] for k in rng.choice(len(trained), min(len(made), len(trained)), replace=False)]
    copies = Copies(trained)
    runs = [copies.longest(song.bars)[0] for song in made]
    real_runs = [copies.longest(song.bars)[0] for song in judged]
    return {
        "apart": {name: apart(found, real[name]) for name, found in histograms(made).items()},
        "apart real": {name: apart(found, real[name]) for name, found in histograms(others).items()},
        "form": form(made),
        "form real": form(judged),
        "runs": runs,
        "runs real": real_runs,
    }


# ---------------------------------------------------------------- pictures


def roll(bars: Sequence[Bar], metre: str, width: int = 420, height: int = 96) -> np.ndarray:
    """A piano roll, uint8 (H, W, 3): bar lines grey, notes orange, the tonic's rows shaded."""
    full = bar_ticks(metre) * len(bars)
    picture = np.full((height, width, 3), 252, np.uint8)
    pitches = [pitch for pitch, _ in line(bars)]
    low, high = min(pitches, default=0) - 2, max(pitches, default=12) + 2
    tall = height / (high - low + 1)
    for pitch in range(low, high + 1):
        if pitch % 12 == 0:
            top = round((high - pitch) * tall)
            picture[top : round(top + tall)] = (235, 232, 226)
    for k in range(len(bars)):
        picture[:, k * width // len(bars)] = (160, 160, 160) if k % 8 == 0 else (215, 215, 215)
    now = 0
    for bar in bars:
        for note, ticks in bar.notes:
            if note is not None:
                left, right = round(now * width / full), round((now + ticks) * width / full) - 1
                top = round((high - note) * tall)
                picture[top : max(top + 2, round(top + tall) - 1), left : max(left + 1, right)] = (226, 84, 40)
            now += ticks
    return picture
