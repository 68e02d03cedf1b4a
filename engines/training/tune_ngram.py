"""What a transformer must beat: n-grams of lengths and pitches, interpolated from short contexts to long ones.

Witten and Bell, "The Zero-Frequency Problem", 1991 (method C, interpolated):
p(x | c) = (count(c, x) + kinds(c) p(x | shorter c)) / (count(c) + kinds(c)), with kinds(c) the different symbols seen
after c. Lengths are renormalised over those that fit in the bar, as the transformer's are.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence

import numpy as np

from engines.music import events
from engines.music.events import FIRST_CHORD, FIRSTS
from engines.training.tune_data import Song

Context = tuple[Hashable, ...]
Seen = tuple[Sequence[Context], int]  # contexts from short to long, and the symbol


class Ngram:
    """Counts of symbols after contexts; `size` is how many symbols there are."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.counts: dict[Context, Counter[int]] = defaultdict(Counter)
        self.totals: Counter[Context] = Counter()

    def learn(self, seen: Iterable[Seen]) -> None:
        """Count."""
        for contexts, symbol in seen:
            for context in contexts:
                self.counts[context][symbol] += 1
                self.totals[context] += 1

    def probabilities(self, contexts: Sequence[Context]) -> np.ndarray:
        """p(x | the longest context) for every symbol, (size,)."""
        p = np.full(self.size, 1 / self.size)
        for context in contexts:
            found = self.counts.get(context)
            if found:
                kinds = len(found)
                p = p * kinds
                for symbol, count in found.items():
                    p[symbol] += count
                p /= self.totals[context] + kinds
        return p


def lengths(song: Song, order: int) -> Iterator[tuple[Seen, np.ndarray]]:
    """Every length of a tune with its contexts and what fits: metre and time, then up to `order` notes before."""
    metre = song.kind.metre
    past: list[tuple[int, int]] = []
    for bar in song.bars:
        made = events.events_of(bar, metre)
        for (first, second), time in zip(made, events.times_of(made), strict=True):
            if first > events.HALF:
                base: Context = ("L", metre, time)
                contexts = [("L",), base] + [(*base, *past[-n:]) for n in range(1, order + 1) if len(past) >= n]
                yield (contexts, first), events.allowed_firsts(np.array(time), metre)
                past.append((first, second))


def pitches(song: Song, order: int) -> Iterator[Seen]:
    """Every pitch with its contexts: the mode, the pitches before, and the length it is to have."""
    past: list[int] = []
    for bar in song.bars:
        for first, second in events.events_of(bar, song.kind.metre):
            if first > events.HALF:
                contexts: list[Context] = [("P",), ("P", song.kind.mode)]
                contexts += [("P", song.kind.mode, *past[-n:]) for n in range(1, order + 1) if len(past) >= n]
                yield contexts + ([("P", song.kind.mode, *past[-order:], "l", first)] if past else []), second
                past.append(second)


def surprise(trained: Sequence[Song], judged: Sequence[Song], order: int) -> dict[str, float]:
    """Bits per note of the n-gram of this order on tunes it has not seen."""
    length, pitch = Ngram(FIRSTS), Ngram(FIRST_CHORD)
    for song in trained:
        length.learn(seen for seen, _ in lengths(song, order))
        pitch.learn(pitches(song, order))
    bits = {"lengths": 0.0, "pitches": 0.0}
    notes = 0
    for song in judged:
        for (contexts, symbol), fits in lengths(song, order):
            p = length.probabilities(contexts) * fits
            bits["lengths"] -= math.log2(p[symbol] / p.sum())
            notes += 1
        for contexts, symbol in pitches(song, order):
            bits["pitches"] -= math.log2(pitch.probabilities(contexts)[symbol])
    found = {name: total / notes for name, total in bits.items()}
    return found | {"note": found["lengths"] + found["pitches"], "notes": float(notes)}
