"""What judges audio/sound: how well a sound and a caption go together, heard by an ear of its own.

Features are energies in 36 bands a quarter of an octave apart over time slots that grow, and how much each moves. A
small network maps them to the space of the caption's MiniLM mean, by contrast within a batch (Radford et al., "CLIP",
2021). It is trained on the split "judge" alone, whose sounds no other network learns from, and never on samples.
"""

from __future__ import annotations

import itertools

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.nn.sound_mel import RATE

BANDS, SLOTS, WIDE = 36, 24, 6
FEATURES = BANDS * SLOTS + WIDE * SLOTS + 2
STEP, SPAN = 256, 1024
HEARD = 3 * RATE  # samples that are listened to


def features(sound: np.ndarray) -> np.ndarray:
    """The first 3 s of (N,) at RATE to (FEATURES,): decibels above -80 of the peak in bands and slots, how much they
    move, level and length."""
    whole = np.zeros(HEARD, np.float32)
    whole[: len(sound)] = sound[:HEARD]
    peak = max(np.abs(whole).max(), 1e-6)
    rows = np.lib.stride_tricks.sliding_window_view(np.pad(whole / peak, (SPAN // 2, SPAN)), SPAN)[::STEP]
    power = np.square(np.abs(np.fft.rfft(rows * np.hanning(SPAN).astype(np.float32), axis=1))) / SPAN
    cells = np.searchsorted(np.fft.rfftfreq(SPAN, 1 / RATE), np.geomspace(45, 15500, BANDS + 1))
    bands = np.stack([power[:, a : max(b, a + 1)].mean(1) for a, b in itertools.pairwise(cells)])
    edges = np.rint((np.linspace(0, 1, SLOTS + 1) ** 1.6) * bands.shape[1]).astype(int)
    level = np.stack([bands[:, a : max(b, a + 1)].mean(1) for a, b in itertools.pairwise(edges)], 1)
    decibel = 10 * np.log10(bands.reshape(WIDE, -1, bands.shape[1]).mean(1) + 1e-8)
    moved = np.abs(np.diff(decibel, axis=1, prepend=decibel[:, :1]))
    moving = np.stack([moved[:, a : max(b, a + 1)].mean(1) for a, b in itertools.pairwise(edges)], 1)
    loud = np.flatnonzero(np.abs(whole) > 0.01 * peak)
    last = int(loud[-1]) if len(loud) else 0
    more = [20 * np.log10(peak), 20 * np.log10((last + 1) / RATE)]
    return np.concatenate([np.maximum(10 * np.log10(level + 1e-8) + 80, 0).ravel(), moving.ravel(), more]).astype(
        np.float32
    )


class Judge:
    """`score(seen, told)`: the cosine of sounds and captions, (B, C)."""

    def __init__(
        self, seen: np.ndarray, told: Tensor, owner: np.ndarray, kinds: list[str], *, steps: int = 900
    ) -> None:
        """Learn from features (N, FEATURES); caption k, of mean state told[k] (C, 384), is of sound owner[k]."""
        torch.manual_seed(2)
        self.mean, self.spread = torch.from_numpy(seen.mean(0)), torch.from_numpy(seen.std(0) + 2.0)
        self.ear = nn.Sequential(
            nn.Dropout(0.25), nn.Linear(FEATURES, 192), nn.SiLU(), nn.Dropout(0.25), nn.Linear(192, 128)
        )
        self.reader = nn.Linear(told.shape[1], 128)
        heat = nn.Parameter(torch.tensor(2.5))
        optimiser = torch.optim.AdamW(
            [*self.ear.parameters(), *self.reader.parameters(), heat], lr=1.5e-3, weight_decay=0.05
        )
        x, number = self._scaled(seen), {kind: i for i, kind in enumerate(dict.fromkeys(kinds))}
        kind = torch.tensor([number[kinds[place]] for place in owner])
        for step in range(steps):
            some = torch.from_numpy(np.random.default_rng(step).choice(len(owner), min(160, len(owner)), replace=False))
            scores = heat.exp() * self._cosine(self.ear(x[torch.from_numpy(owner)[some]]), self.reader(told[some]))
            alike = (kind[some][:, None] == kind[some][None]) & ~torch.eye(len(some), dtype=torch.bool)
            scores = scores - 2.0 * alike  # another sound of the kind is less wrong than one of another
            right = torch.arange(len(some))
            (functional.cross_entropy(scores, right) + functional.cross_entropy(scores.T, right)).backward()
            optimiser.step()
            optimiser.zero_grad()
        self.ear.eval()

    def _scaled(self, seen: np.ndarray) -> Tensor:
        return (torch.from_numpy(seen) - self.mean) / self.spread

    @staticmethod
    def _cosine(a: Tensor, b: Tensor) -> Tensor:
        return functional.normalize(a, dim=-1) @ functional.normalize(b, dim=-1).T

    @torch.no_grad()
    def score(self, seen: np.ndarray, told: Tensor) -> np.ndarray:
        return self._cosine(self.ear(self._scaled(seen)), self.reader(told)).numpy()


def retrieved(scores: np.ndarray, first: int) -> float:
    """The share of sounds (B, B) whose own caption is among the `first` best scored of all B."""
    own = np.diag(scores)[:, None]
    return float(((scores > own).sum(1) < first).mean())


def nearest(some: np.ndarray, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each row of features the nearest of `among`, and the distance, decibels in the root mean square of bands."""
    some, among = some[:, : BANDS * SLOTS].astype(np.float64), among[:, : BANDS * SLOTS].astype(np.float64)
    squares = np.square(some).sum(1)[:, None] - 2 * some @ among.T + np.square(among).sum(1)[None]
    return squares.argmin(1), np.sqrt(np.maximum(squares.min(1), 0) / some.shape[1])
