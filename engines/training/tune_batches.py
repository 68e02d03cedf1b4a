"""Batches of tunes for training: crops, upside-down orders for infilling, padding, and the loss."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from engines.families import autoregressive
from engines.music import events
from engines.music.events import Bar, Place, Rows
from engines.music.theory import METRES
from engines.nn.tune import TuneNetwork
from engines.training.tune_data import Song

WINDOW = 360  # events
FILL = 0.35  # of the tunes are told with a gap in the middle that is filled last
Batch = tuple[Tensor, Tensor, Tensor, Tensor]  # pairs (B, N + 1, 2), slots (B, N, 4), kinds (B, 3), counted (B, N)


def told(song: Song, rng: np.random.Generator, fill: float = FILL) -> tuple[Rows, np.ndarray]:
    """One tune as rows, and which rows count for the loss (bool).

    With a gap (fill in the middle: Bavarian et al., "Efficient Training of Language Models to Fill in the Middle",
    2022): the bars before it, those after it (which do not count), then those in it.
    """
    bars, where = list(song.bars), events.places(len(song.bars), song.upbeat)
    metre = song.kind.metre
    if rng.random() >= fill or len(bars) < 4:
        rows = events.rows_of(bars, where, metre)
        return rows, np.ones(len(rows), bool)
    first = int(rng.integers(0, len(bars) - 1))
    last = min(len(bars) - 1, first + int(rng.integers(1, 9)))
    return gapped(bars, where, (first, last), metre)


def gapped(bars: list[Bar], where: list[Place], gap: tuple[int, int], metre: str) -> tuple[Rows, np.ndarray]:
    """Bars before gap[0], bars from gap[1] on marked as later, then the bars of the gap."""
    first, last = gap
    later = [Place(place.phrase, place.left, True) for place in where[last:]]
    order = bars[:first] + bars[last:] + bars[first:last]
    rows = events.rows_of(order, where[:first] + later + where[first:last], metre)
    return rows, rows.slots[:, 3] == 0


def batch(songs: Sequence[Song], rng: np.random.Generator, fill: float = FILL, forget: float = 0.1) -> Batch:
    """Padded tensors; `forget` is how often the rhythm, and how often the mode, is not said."""
    made = [told(song, rng, fill) for song in songs]
    longest = min(WINDOW, max(len(rows) for rows, _ in made))
    pairs = np.zeros((len(songs), longest + 1, 2), np.int64)
    pairs[..., 1] = events.FIRST_CHORD
    slots = np.zeros((len(songs), longest, 4), np.int64)
    slots[..., 2] = events.AT_BAR
    counted = np.zeros((len(songs), longest), bool)
    kinds = np.zeros((len(songs), 3), np.int64)
    for k, (song, (rows, counts)) in enumerate(zip(songs, made, strict=True)):
        start = int(rng.integers(0, len(rows) - longest + 1)) if len(rows) > longest else 0
        part = slice(start, start + longest)
        n = len(rows.pairs[part])
        pairs[k, 0] = (events.BEGIN, events.NOTHING)
        pairs[k, 1 : n + 1], slots[k, :n], counted[k, :n] = rows.pairs[part], rows.slots[part], counts[part]
        kinds[k] = song.kind.numbers()
        kinds[k, [0, 2]] *= rng.random(2) >= forget
    return tuple(torch.from_numpy(x) for x in (pairs, slots, kinds, counted))  # type: ignore[return-value]


def log_likelihood(network: TuneNetwork, made: Batch, metres: Sequence[str]) -> tuple[Tensor, Tensor]:
    """log p of the first and of the second parts in nats, (B, N) each, among what is allowed in each slot."""
    pairs, slots, kinds, _ = made
    h = network(pairs[:, :-1], slots, kinds)
    first, second = pairs[:, 1:].unbind(-1)
    fits = np.stack([events.allowed_firsts(slots[k, :, 2].cpu().numpy(), metre) for k, metre in enumerate(metres)])
    one = autoregressive.allow(network.first_logits(h), torch.from_numpy(fits).to(h.device))
    allowed = torch.from_numpy(events.allowed_seconds(first.cpu().numpy())).to(h.device)
    two = autoregressive.allow(network.second_logits(h, first), allowed)
    return autoregressive.log_likelihood(one, first), autoregressive.log_likelihood(two, second)


def loss(network: TuneNetwork, made: Batch) -> Tensor:
    """Nats per event: the mean of -log p(first, second | past) over the rows that count."""
    names = list(METRES)
    one, two = log_likelihood(network, made, [names[k] for k in made[2][:, 1].tolist()])
    counted = made[3].to(one.dtype)
    return -((one + two) * counted).sum() / counted.sum()


class Batches:
    """Endless batches of tunes of like length, about `size` events each."""

    def __init__(self, songs: list[Song], size: int, seed: int) -> None:
        self.songs, self.size, self.rng = songs, size, np.random.default_rng(seed)
        self.lengths = np.array([min(WINDOW, sum(len(b.notes) + len(b.chords) for b in s.bars)) for s in songs])

    def __iter__(self) -> Batches:
        return self

    def __next__(self) -> Batch:
        first = self.songs[int(self.rng.integers(len(self.songs)))]
        length = min(WINDOW, sum(len(b.notes) + len(b.chords) for b in first.bars))
        count = max(1, self.size // length)
        near = np.argsort(np.abs(self.lengths - length + self.rng.uniform(-8, 8, len(self.lengths))))[: count * 6]
        return batch([self.songs[k] for k in self.rng.choice(near, count, replace=False)], self.rng)
