"""What judges audio/drum: a classifier of kinds, distances between sounds, and baselines for the likelihood.

None of it shares a network or a loss with the flow.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import torch
from torch import nn

from engines.nn import drum_parts as parts
from engines.nn.drum_sound import KINDS

BANDS, FRAMES, WINDOW = 40, 24, 2048


def features(sound: np.ndarray) -> np.ndarray:
    """A log-spectrogram of (LENGTH,) at peak 1: decibels above -80 in 40 bands a third of an octave or less apart, in
    24 frames that grow longer after the stroke, (BANDS * FRAMES,)."""
    sound = sound.astype(np.float64) / max(np.abs(sound.astype(np.float64)).max(), 1e-9)
    starts = np.rint(np.linspace(0, 1, FRAMES) ** 1.7 * (parts.LENGTH - WINDOW)).astype(int)
    frames = np.stack([sound[start : start + WINDOW] for start in starts])
    power = np.square(np.abs(np.fft.rfft(frames * np.hanning(2 * WINDOW)[WINDOW:], axis=1)))
    edges = np.geomspace(40, parts.RATE / 2, BANDS + 1)
    cells = np.searchsorted(np.fft.rfftfreq(WINDOW, 1 / parts.RATE), edges)
    bands = np.stack([power[:, a : max(b, a + 1)].mean(1) for a, b in itertools.pairwise(cells)])
    return np.maximum(10 * np.log10(bands + 1e-9) + 30, 0).ravel().astype(np.float32)


class Judge:
    """A classifier of kinds over `features`, trained on drums, never on samples."""

    def __init__(self, seen: np.ndarray, kinds: np.ndarray, steps: int = 600) -> None:
        torch.manual_seed(1)
        self.mean, self.spread = seen.mean(0), seen.std(0) + 3.0
        self.net = nn.Sequential(nn.Dropout(0.3), nn.Linear(seen.shape[1], 64), nn.SiLU(), nn.Linear(64, len(KINDS)))
        optimiser = torch.optim.AdamW(self.net.parameters(), lr=1e-3, weight_decay=0.05)
        x, y = self._scaled(seen), torch.from_numpy(kinds)
        for step in range(steps):
            some = torch.from_numpy(np.random.default_rng(step).choice(len(x), min(128, len(x)), replace=False))
            nn.functional.cross_entropy(self.net(x[some]), y[some]).backward()
            optimiser.step()
            optimiser.zero_grad()
        self.net.eval()

    def _scaled(self, seen: np.ndarray) -> torch.Tensor:
        return torch.from_numpy((seen - self.mean) / self.spread).float()

    @torch.no_grad()
    def kinds(self, seen: np.ndarray) -> np.ndarray:
        """The kind (B,) each row of features is taken for."""
        return self.net(self._scaled(seen)).argmax(1).numpy()


def nearest(some: np.ndarray, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each row of features the nearest of `among` and the distance, decibels in the root mean square."""
    squares = np.square(some).sum(1)[:, None] - 2 * some @ among.T + np.square(among).sum(1)[None]
    places = squares.argmin(1)
    return places, np.sqrt(np.maximum(squares.min(1), 0) / some.shape[1])


def flac_bits(wave: np.ndarray) -> float:
    """Bits per sample of a 16-bit wave (n,) in FLAC at the highest level: the frames alone, no header."""
    import av

    coder = av.CodecContext.create("flac", "w")
    coder.sample_rate, coder.format, coder.layout = parts.RATE, "s16", "mono"  # type: ignore[attr-defined]
    coder.time_base, coder.options = Fraction(1, parts.RATE), {"compression_level": "12"}
    coder.open()
    size, step = 0, coder.frame_size or 4608  # type: ignore[attr-defined]
    for at in range(0, len(wave), step):
        part = np.ascontiguousarray(wave[None, at : at + step].astype(np.int16))
        frame = av.AudioFrame.from_ndarray(part, format="s16", layout="mono")
        frame.sample_rate, frame.pts = parts.RATE, at
        size += sum(packet.size for packet in coder.encode(frame))  # type: ignore[attr-defined]
    size += sum(packet.size for packet in coder.encode(None))  # type: ignore[attr-defined]
    return 8 * size / len(wave)


class Gaussians:
    """The naive density: every band of every kind is Gaussian noise, its variance known in 64 slots of time."""

    SLOTS = 64

    def __init__(self, waves: np.ndarray, kinds: np.ndarray) -> None:
        coefficients = self._bands(waves)
        self.variance = [
            [np.maximum(np.square(band[kinds == kind]).mean((0, 2)), 1 / 12) for band in coefficients]
            for kind in range(len(KINDS))
        ]

    def bits(self, waves: np.ndarray, kinds: np.ndarray) -> np.ndarray:
        """Bits per sample of waves (B, LENGTH), (B,)."""
        nats = np.zeros(len(waves))
        for index, band in enumerate(self._bands(waves)):
            variance = np.stack([self.variance[kind][index] for kind in kinds])[:, :, None]
            nats += 0.5 * (np.square(band) / variance + np.log(2 * np.pi * variance)).sum((1, 2))
        return nats / parts.LENGTH / np.log(2)

    def _bands(self, waves: np.ndarray) -> list[np.ndarray]:
        """Coefficients of each band in slots of time, (B, SLOTS, n)."""
        noise = np.random.default_rng(0).uniform(-0.5, 0.5, waves.shape)
        split = parts.BANDS.split(torch.from_numpy(waves.astype(np.float64) + noise)).numpy()
        cut = np.split(split, parts.BANDS.edges[1:-1], axis=1)
        return [band.reshape(len(band), self.SLOTS, -1) for band in cut]


def picture(sound: np.ndarray, height: int = 96, width: int = 160) -> np.ndarray:
    """A spectrogram of (LENGTH,) over its waveform, uint8 (height + 32, width, 3), frequency on a logarithmic scale."""
    from matplotlib import colormaps

    sound = sound / max(np.abs(sound).max(), 1e-9)
    hop = parts.LENGTH // width
    padded = np.pad(sound, (512, 1024))
    frames = np.stack([padded[i * hop : i * hop + 1024] for i in range(width)]) * np.hanning(1024)
    power = 20 * np.log10(np.abs(np.fft.rfft(frames, 4096)) + 1e-6)
    cells = np.geomspace(40, parts.RATE / 2 - 1, height) / parts.RATE * 4096
    seen = power[:, np.rint(cells).astype(int)].T[::-1]
    image = colormaps["magma"](np.clip((seen + 50) / 90, 0, 1))[..., :3]
    strip = np.zeros((32, width, 3))
    for column in range(width):
        part = sound[column * hop : (column + 1) * hop]
        low, high = (round(15.5 - 15 * float(value)) for value in (part.max(), part.min()))
        strip[low : high + 1, column] = (0.6, 0.8, 1.0)
    return np.rint(np.concatenate((image, strip)) * 255).astype(np.uint8)
