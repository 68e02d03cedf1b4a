"""A sound as drawings: the min/max pyramid behind the waveform, and the spectrogram. numpy only."""

import numpy as np
from msgspec import Struct

BASE = 64  # samples in the finest block
WINDOW = 1024
COLUMNS = 2048  # at most, in the spectrogram
FLOOR_DB = -90.0


class Peaks(Struct, frozen=True, eq=False):
    """Lowest and highest sample of each block, for blocks of BASE, 2 BASE, 4 BASE ... samples.

    `levels[k]` is float32 (blocks, channels, 2); `samples` float32 (N, channels).
    """

    samples: np.ndarray
    levels: tuple[np.ndarray, ...]

    def columns(self, start: float, stop: float, count: int) -> np.ndarray:
        """(count, channels, 2): lowest and highest between sample `start` and `stop`, in `count` equal columns."""
        channels = self.samples.shape[1]
        if not len(self.samples) or count < 1:
            return np.zeros((max(count, 0), channels, 2), np.float32)
        edges = np.linspace(start, stop, count + 1)
        wide = (stop - start) / count
        if wide < BASE:
            return _reduced(self.samples, self.samples, edges)
        level = min(int(np.log2(wide / BASE)), len(self.levels) - 1)
        table = self.levels[level]
        return _reduced(table[:, :, 0], table[:, :, 1], edges / (BASE << level))


def _reduced(low: np.ndarray, high: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """(columns, channels, 2): the lowest of `low` and highest of `high` between neighbouring `edges`."""
    first = np.clip(np.floor(edges[:-1]).astype(int), 0, len(low) - 1)
    end = max(int(first[-1]) + 1, int(np.ceil(edges[-1])))
    lows = np.minimum.reduceat(low[:end], first, axis=0)
    return np.stack([lows, np.maximum.reduceat(high[:end], first, axis=0)], axis=2)


def peaks(samples: np.ndarray) -> Peaks:
    """The pyramid of float32 (N, channels)."""
    blocks = max(1, -(-len(samples) // BASE))
    padded = np.zeros((blocks * BASE, samples.shape[1]), np.float32)
    padded[: len(samples)] = samples
    shaped = padded.reshape(blocks, BASE, samples.shape[1])
    level = np.stack([shaped.min(axis=1), shaped.max(axis=1)], axis=2)
    levels = [level]
    while len(level) > 2:
        even = level if len(level) % 2 == 0 else np.concatenate([level, level[-1:]])
        pairs = even.reshape(len(even) // 2, 2, samples.shape[1], 2)
        level = np.stack([pairs[..., 0].min(axis=1), pairs[..., 1].max(axis=1)], axis=2)
        levels.append(level)
    return Peaks(samples, tuple(levels))


def spectrogram(samples: np.ndarray, rate: int, rows: int = 160) -> np.ndarray:
    """uint8 (rows, columns), loudness in dB over time, low pitches at the bottom, the pitch axis logarithmic."""
    mono = samples.mean(axis=1) if samples.ndim == 2 else samples
    if len(mono) < 2:
        return np.zeros((rows, 1), np.uint8)
    columns = int(np.clip(len(mono) // (WINDOW // 4), 1, COLUMNS))
    centres = np.linspace(0, len(mono) - 1, columns).astype(int)
    padded = np.pad(mono, WINDOW)
    window = np.hanning(WINDOW).astype(np.float32)
    at = centres[:, None] + WINDOW // 2 + np.arange(WINDOW)[None, :]
    power = np.abs(np.fft.rfft(padded[at] * window, axis=1)) / (WINDOW / 4)
    loud = 20 * np.log10(power + 1e-9)
    pitches = np.geomspace(max(40.0, rate / WINDOW), rate / 2, rows)
    bins = np.clip(pitches * WINDOW / rate, 0, WINDOW // 2)
    low = np.floor(bins).astype(int)
    high = np.minimum(low + 1, WINDOW // 2)
    part = (bins - low)[None, :]
    loud = loud[:, low] * (1 - part) + loud[:, high] * part
    share = np.clip((loud - FLOOR_DB) / -FLOOR_DB, 0, 1)
    return np.ascontiguousarray((share.T[::-1] ** 1.4 * 255).astype(np.uint8))
