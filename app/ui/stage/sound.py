"""A sound as drawings: the min/max pyramid behind the waveform, the spectrogram, and its level. numpy only."""

from typing import Literal

import numpy as np
from msgspec import Struct

BASE = 64  # samples in the finest block
COLUMNS = 2048  # at most, in the spectrogram
FLOOR_DB = -120.0  # the lowest a spectrogram tells apart
FULL = 1.0 - 1e-6  # a sample from here on is clipped
Scale = Literal["log", "mel", "linear"]


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


def window(rate: int) -> int:
    """Samples a column of the spectrogram looks at: about 45 ms, a power of two."""
    return 1 << max(6, round(float(np.log2(rate * 0.045))))


def pitches(rate: int, rows: int, scale: Scale) -> np.ndarray:
    """(rows,) Hz of the spectrogram's rows, lowest first: equal steps of log frequency, of mel, or of Hz.

    mel(f) = 2595 log10(1 + f / 700) (O'Shaughnessy, Speech Communication, 1987).
    """
    if scale == "log":
        return np.geomspace(max(30.0, rate / window(rate)), rate / 2, rows)
    if scale == "mel":
        return 700 * (10 ** (np.linspace(0, _mel(rate / 2), rows) / 2595) - 1)
    return np.linspace(0, rate / 2, rows)


def height(hertz: float, rate: int, scale: Scale) -> float:
    """Where `hertz` lies on the spectrogram's axis, 0 at the bottom and 1 at the top."""
    low, top = float(pitches(rate, 2, scale)[0]), rate / 2
    if scale == "log":
        return float(np.log(max(hertz, 1e-3) / low) / np.log(top / low))
    return _mel(hertz) / _mel(top) if scale == "mel" else hertz / top


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))


def spectrogram(
    samples: np.ndarray, rate: int, scale: Scale = "log", *, span: tuple[float, float] | None = None, rows: int = 256
) -> np.ndarray:
    """uint8 (rows, columns) of the seconds `span` (all of it when None), low pitches at the bottom.

    0 is FLOOR_DB and 255 is 0 dB, where a full-scale sine has 0 dB (Hann window, amplitude-corrected).
    """
    mono = samples.mean(axis=1) if samples.ndim == 2 else samples
    if len(mono) < 2:
        return np.zeros((rows, 1), np.uint8)
    size = window(rate)
    first, last = (0.0, len(mono) - 1.0) if span is None else (span[0] * rate, min(span[1] * rate, len(mono) - 1.0))
    columns = int(np.clip((last - first) // (size // 8), min(64, len(mono)), COLUMNS))
    starts = np.linspace(first, last, columns).astype(int) + size // 2
    padded = np.pad(mono, size)
    hann = np.hanning(size).astype(np.float32)
    power = np.square(np.abs(np.fft.rfft(padded[starts[:, None] + np.arange(size)] * hann, axis=1)) / (size / 4))
    loud = 10 * np.log10(_pooled(power, pitches(rate, rows, scale) * size / rate) + 1e-13)
    share = np.clip(1 - loud / FLOOR_DB, 0, 1)
    return np.ascontiguousarray((share.T[::-1] * 255).astype(np.uint8))


def _pooled(power: np.ndarray, bins: np.ndarray) -> np.ndarray:
    """(columns, rows): between two bins in proportion; where a row spans several bins, the loudest of them."""
    most = power.shape[1] - 1
    bins = np.clip(bins, 0, most)
    low = np.floor(bins).astype(int)
    part = (bins - low)[None, :]
    result = power[:, low] * (1 - part) + power[:, np.minimum(low + 1, most)] * part
    middles = (bins[1:] + bins[:-1]) / 2
    first = np.ceil(np.concatenate([bins[:1], middles])).astype(int)
    end = np.floor(np.concatenate([middles, bins[-1:]])).astype(int) + 1
    wide = np.flatnonzero(end - first >= 2)
    if len(wide):
        pairs = np.stack([first[wide], end[wide]], axis=1).ravel()
        padded = np.pad(power, ((0, 0), (0, 1)))  # so that an end may be one past the last bin
        result[:, wide] = np.maximum.reduceat(padded, pairs, axis=1)[:, ::2]
    return result


class Level(Struct, frozen=True):
    """How loud a stretch of sound is, for each channel: greatest magnitude, root mean square, and whether it clips."""

    peak: tuple[float, ...]
    rms: tuple[float, ...]
    clipped: tuple[bool, ...]


def level(samples: np.ndarray, start: int, stop: int) -> Level:
    """The level of float32 (N, channels) between two samples."""
    part = samples[max(0, start) : max(0, stop)].astype(np.float64)
    if not len(part):
        silent = (0.0,) * samples.shape[1]
        return Level(silent, silent, (False,) * samples.shape[1])
    peak, rms = np.abs(part).max(axis=0), np.sqrt(np.square(part).mean(axis=0))
    return Level(tuple(peak.tolist()), tuple(rms.tolist()), tuple((peak >= FULL).tolist()))


def decibels(amplitude: float) -> float:
    """20 log10 of an amplitude, FLOOR_DB at least."""
    return max(FLOOR_DB, 20 * float(np.log10(max(amplitude, 1e-12))))
