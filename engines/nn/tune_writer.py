"""Writing with the network of audio/tune: events one by one under constraints, and chords under a melody."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from engines.families import autoregressive
from engines.music import events
from engines.music.events import AT_BAR, AT_HALF, BAR, FIRST_CHORD, HALF, LENGTHS, REST, Bar, Kind, Place
from engines.music.theory import NO_CHORD, SCALES, bar_ticks, beat_ticks, chord_of, diatonic, harmonies
from engines.nn.tune import Past, TuneNetwork

Pair = tuple[int, int]


@dataclass(frozen=True)
class Taste:
    """How to draw: the arguments of `autoregressive.shaped`."""

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    typical: float = 1.0

    def shaped(self, logits: Tensor) -> Tensor:
        return autoregressive.shaped(logits, self.temperature, k=self.top_k, p=self.top_p, mass=self.typical)


@dataclass(frozen=True)
class Rules:
    """What may be written: only notes of the mode's scale, and a last bar that ends on the tonic."""

    in_key: bool = True
    ending: bool = True


class Writer:
    """A tune being written. `calls` counts the network's evaluations; `nats` sums -log p of what was drawn, under the
    network itself among what fits in the bar."""

    def __init__(self, network: TuneNetwork, kind: Kind) -> None:
        self.network, self.kind = network.eval(), kind
        self.device = next(network.parameters()).device
        self.numbers = torch.tensor([kind.numbers()], device=self.device)
        self.past: Past | None = None
        self.before: Pair = (events.BEGIN, events.NOTHING)
        self.calls, self.nats = 0, 0.0
        self.scale = self._scale()

    # ------------------------------------------------------------ reading

    @torch.no_grad()
    def read(self, bars: list[Bar], where: list[Place]) -> None:
        """Take in bars that are given, all at once."""
        if not bars:
            return
        rows = events.rows_of(bars, where, self.kind.metre)
        pairs = np.concatenate([[self.before], rows.pairs[:-1]])
        self._step(torch.from_numpy(pairs)[None], torch.from_numpy(rows.slots)[None])
        self.before = (int(rows.pairs[-1, 0]), int(rows.pairs[-1, 1]))

    @torch.no_grad()
    def take(self, bar: Bar, place: Place) -> None:
        """Take in one bar event by event, just as it is written: what follows then comes out to the bit."""
        made = events.events_of(bar, self.kind.metre)
        for pair, time in zip(made, events.times_of(made), strict=True):
            self._features(place, time)
            self.before = pair

    def _step(self, pairs: Tensor, slots: Tensor) -> Tensor:
        h, self.past = self.network.step(pairs.to(self.device), slots.to(self.device), self.numbers, self.past)
        self.calls += 1
        return h

    def _features(self, place: Place, time: int) -> Tensor:
        """The features of the next slot, (width,)."""
        slot = torch.tensor([[[place.phrase, place.left, time, int(place.later)]]])
        return self._step(torch.tensor([[self.before]]), slot)[0, -1]

    # ------------------------------------------------------------ writing

    @torch.no_grad()
    def write(self, place: Place, taste: Taste, rules: Rules, drawn: Drawn) -> Bar:
        """Draw one bar. `rules.ending` counts in the last bar only."""
        full, now, made = bar_ticks(self.kind.metre), 0, []
        final = rules.ending and place.left == 1
        for time in self._times():
            h = self._features(place, time)
            first = BAR if time == AT_BAR else HALF
            closes = final and time == self._times()[-1]
            made.append(self._finish(h, first, self._chords(rules, place, closes), taste=taste, drawn=drawn))
        while now < full:
            h = self._features(place, now)
            fits = torch.from_numpy(events.allowed_firsts(np.array(now), self.kind.metre))
            plain = autoregressive.allow(self.network.first_logits(h), fits.to(self.device))
            wanted = self._ended(plain, now) if final else plain
            first = int(drawn(taste.shaped(wanted)))
            self.nats -= float(autoregressive.log_likelihood(plain, torch.tensor(first, device=self.device)))
            ends = final and LENGTHS[first - 2] == full - now
            made.append(self._finish(h, first, self._pitches(rules, ends, made, now), taste=taste, drawn=drawn))
            now += LENGTHS[first - 2]
        return events.bar_of(made)

    def _finish(self, h: Tensor, first: int, allowed: np.ndarray, *, taste: Taste, drawn: Drawn) -> Pair:
        """Draw the second part among what is allowed, and go on from the event."""
        kind = torch.from_numpy(events.allowed_seconds(np.array(first))).to(self.device)
        plain = autoregressive.allow(self.network.second_logits(h, torch.tensor(first, device=self.device)), kind)
        second = int(drawn(taste.shaped(autoregressive.allow(plain, torch.from_numpy(allowed).to(self.device)))))
        self.nats -= float(autoregressive.log_likelihood(plain, torch.tensor(second, device=self.device)))
        self.before = (first, second)
        return self.before

    def _times(self) -> tuple[int, ...]:
        return (AT_BAR, AT_HALF)[: harmonies(self.kind.metre)]

    def _ended(self, logits: Tensor, now: int) -> Tensor:
        """In the last bar: what ends it begins on a beat, so nothing else may reach into the last one."""
        left, beat = bar_ticks(self.kind.metre) - now, beat_ticks(self.kind.metre)
        rest = left - np.array([0, 0, *LENGTHS])
        fine = (rest == beat) | (rest >= beat + 2) | ((rest == 0) & (now % beat == 0))  # never 1 tick before the beat
        return autoregressive.allow(logits, torch.from_numpy(fine).to(self.device))

    # ------------------------------------------------------------ what is allowed

    def _scale(self) -> np.ndarray:
        """bool (SECONDS,): pitches of the scale and the rest."""
        found = np.any([_of_class(degree) for degree in SCALES[self.kind.mode or "major"]], 0)
        found[REST] = True
        return found

    def _chords(self, rules: Rules, place: Place, closes: bool) -> np.ndarray:
        """bool (SECONDS,): the chords of the mode; none only in an upbeat; the tonic's where the tune closes."""
        allowed = np.ones(events.SECONDS, bool)
        if place.phrase != events.UPBEAT:
            allowed[FIRST_CHORD + NO_CHORD] = False
        if closes:
            allowed[FIRST_CHORD:] = False
            allowed[FIRST_CHORD + chord_of(0, 3 in SCALES[self.kind.mode or "major"])] = True
        if rules.in_key:
            keep = {NO_CHORD, *diatonic(self.kind.mode or "major")}
            allowed[[FIRST_CHORD + c for c in range(events.CHORDS) if c not in keep]] = False
        return allowed

    def _pitches(self, rules: Rules, ends: bool, made: list[Pair], now: int) -> np.ndarray:
        """bool (SECONDS,): the scale where it is asked for (with the leading tone over a major dominant in minor); the
        tonic where the tune ends, or a rest after it."""
        allowed = self.scale.copy() if rules.in_key else np.ones(events.SECONDS, bool)
        over = made[now * harmonies(self.kind.metre) // bar_ticks(self.kind.metre)][1] - FIRST_CHORD
        if rules.in_key and over == chord_of(7, False) and 11 not in SCALES[self.kind.mode or "major"]:
            allowed |= _of_class(11)
        if ends:
            allowed = _of_class(0)
            before = now - (LENGTHS[made[-1][0] - 2] if made[-1][0] > HALF else 0)  # where the last note began
            allowed[REST] = (
                made[-1][0] > HALF and bool(allowed[made[-1][1]]) and before % beat_ticks(self.kind.metre) == 0
            )
        return allowed

    # ------------------------------------------------------------ harmony

    @torch.no_grad()
    def harmonise(self, bar: Bar, place: Place, taste: Taste, drawn: Drawn) -> Bar:
        """The bar with chords drawn from their exact posterior under the network, p(chords | past, notes of the bar),
        which is proportional to p(chords | past) p(notes | past, chords): every choice is tried."""
        usual = diatonic(self.kind.mode or "major")
        tried = list(itertools.product(usual, repeat=harmonies(self.kind.metre)))
        if all(pitch is None for pitch, _ in bar.notes):
            tried = [(NO_CHORD,) * harmonies(self.kind.metre)]
        made = [events.rows_of([replace(bar, chords=chords)], [place], self.kind.metre) for chords in tried]
        follows = torch.from_numpy(np.stack([rows.pairs for rows in made]))
        before = torch.tensor([[self.before]]).expand(len(tried), 1, 2)
        pairs = torch.cat([before, follows[:, :-1]], 1)
        slots = torch.from_numpy(np.stack([rows.slots for rows in made]))
        past = [(k.expand(len(tried), -1, -1, -1), v.expand(len(tried), -1, -1, -1)) for k, v in self.past or []]
        h, _ = self.network.step(pairs, slots, self.numbers.expand(len(tried), -1), past or None)
        self.calls += len(tried)
        joint = self._joint(h, follows, slots)
        chosen = int(drawn(taste.shaped(joint)))
        self.nats -= float(joint.log_softmax(-1)[chosen])
        found = replace(bar, chords=tried[chosen])
        self.read([found], [place])
        return found

    def _joint(self, h: Tensor, follows: Tensor, slots: Tensor) -> Tensor:
        """log p of all events of each row, (K,)."""
        first, second = follows.unbind(-1)
        fits = torch.from_numpy(events.allowed_firsts(slots[..., 2].numpy(), self.kind.metre))
        one = autoregressive.log_likelihood(autoregressive.allow(self.network.first_logits(h), fits), first)
        kinds = torch.from_numpy(events.allowed_seconds(first.numpy()))
        two = autoregressive.log_likelihood(autoregressive.allow(self.network.second_logits(h, first), kinds), second)
        return (one + two).sum(-1)


def _of_class(degree: int) -> np.ndarray:
    """bool (SECONDS,): the pitches so many semitones above a tonic."""
    found = np.zeros(events.SECONDS, bool)
    found[1:FIRST_CHORD] = (np.arange(events.LOW, events.HIGH + 1) - degree) % 12 == 0
    return found


class Drawn:
    """Draws symbols with the noise of (seed, place), place counting what has been drawn in this tune."""

    def __init__(self, seed: int, place: int = 0) -> None:
        self.seed, self.place = seed, place

    def __call__(self, logits: Tensor) -> Tensor:
        u = autoregressive.uniform(self.seed, self.place)[0]
        self.place += 1
        return autoregressive.draw(logits.cpu(), u)


def draws(bar: Bar) -> int:
    """How many symbols are drawn to write this bar: one for a chord, two for a note."""
    return len(bar.chords) + 2 * len(bar.notes)


def written(bars: list[Bar], metre: str) -> np.ndarray:
    """Bars as int16 (n, 2) events, for a checkpoint."""
    return np.array([pair for bar in bars for pair in events.events_of(bar, metre)], np.int16).reshape(-1, 2)


def rewritten(array: np.ndarray) -> Iterator[Bar]:
    """The bars of a `written` array."""
    held: list[Pair] = []
    for first, second in array.tolist():
        if first == BAR and held:
            yield events.bar_of(held)
            held = []
        held.append((first, second))
    if held:
        yield events.bar_of(held)
