"""When things begin in a sound, and how well that agrees with what was asked for.

Onsets by SuperFlux (Bock and Widmer, "Maximum Filter Vibrato Suppression for Onset Detection", 2013): the rise of a
logarithmic spectrum over the loudest of each band's neighbours two frames before, its peaks picked against their
neighbourhood. Agreement is the F-measure of MIREX: 2 hits / (heard + asked), a hit within 50 ms, each used once. Known
biases: soft onsets (bows, pads) are missed, and two within 30 ms are one.
"""

from __future__ import annotations

import functools

import numpy as np

HOP, WINDOW = 0.01, 2048 / 44100  # seconds
BANDS, LOW, HIGH = 24, 60.0, 16_000.0  # an octave; hertz
LAG = 2  # frames a rise is over, and by which it is told late
NEAR = 0.05  # seconds of a hit
RISE = 0.05  # above the mean of its neighbourhood, of the largest rise
APART = 3  # frames two onsets are apart, at least


def strength(mono: np.ndarray, rate: int) -> np.ndarray:
    """How much the spectrum rises, every 10 ms, (T,): the sum over bands of what grew, in logarithms."""
    hop, window = round(HOP * rate), round(WINDOW * rate)
    padded = np.pad(np.asarray(mono, np.float64), (window // 2, window))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop][: len(mono) // hop + 1]
    size = np.abs(np.fft.rfft(frames * np.hanning(window))) / (window / 4)
    loud = np.log10(1 + 1000 * (size @ _bank(rate, window)))
    around = np.lib.stride_tricks.sliding_window_view(np.pad(loud, ((0, 0), (1, 1)), mode="edge"), 3, axis=1).max(2)
    rise = np.zeros(len(loud))
    rise[LAG:] = np.maximum(loud[LAG:] - around[:-LAG], 0).sum(1)
    return rise


@functools.lru_cache(maxsize=4)
def _bank(rate: int, window: int) -> np.ndarray:
    """Triangles at even places of the octaves, (bins, bands); bands narrower than a bin are left out."""
    count = int(np.log2(min(HIGH, rate / 2) / LOW) * BANDS)
    edges = LOW * 2 ** (np.arange(count + 2) / BANDS)
    hertz = (np.arange(window // 2 + 1) * rate / window)[:, None]
    rising = (hertz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hertz) / (edges[2:] - edges[1:-1])
    bank = np.maximum(0, np.minimum(rising, falling))
    return bank[:, bank.any(0)]


def onsets(mono: np.ndarray, rate: int) -> np.ndarray:
    """When things begin in samples (N,), in seconds."""
    rise = strength(mono, rate)
    if not rise.max(initial=0.0) > 1e-6:
        return np.zeros(0)
    rise = rise / rise.max()
    around = np.lib.stride_tricks.sliding_window_view(np.pad(rise, (10, 7)), 18)  # 100 ms before, 70 ms after
    peak = np.lib.stride_tricks.sliding_window_view(np.pad(rise, APART), 2 * APART + 1).max(1)
    found: list[int] = []
    for n in np.flatnonzero((rise >= peak) & (rise >= around.mean(1) + RISE)):
        if not found or n - found[-1] > APART:
            found.append(int(n))
    return np.maximum(np.array(found) - LAG, 0) * HOP


def agreement(heard: np.ndarray, asked: np.ndarray, near: float = NEAR) -> float:
    """The F-measure of onsets heard (N,) and asked for (M,), in seconds; 1 when there are none of either."""
    if not len(heard) and not len(asked):
        return 1.0
    return 2 * hits(heard, asked, near) / (len(heard) + len(asked))


def hits(heard: np.ndarray, asked: np.ndarray, near: float = NEAR) -> int:
    """How many can be matched one to one. In order of time, the first that fits is a best match."""
    a, b = np.sort(heard), np.sort(asked)
    n = m = count = 0
    while n < len(a) and m < len(b):
        if abs(a[n] - b[m]) <= near + 1e-9:
            n, m, count = n + 1, m + 1, count + 1
        elif a[n] < b[m]:
            n += 1
        else:
            m += 1
    return count


def tempo(mono: np.ndarray, rate: int) -> float:
    """Beats a minute, by the autocorrelation of the rises, weighted towards 120 (Ellis, "Beat Tracking by Dynamic
    Programming", 2007, equation 6). 0 where nothing recurs."""
    rise = strength(mono, rate)
    rise = rise - rise.mean()
    lags = np.arange(round(60 / 240 / HOP), min(round(60 / 40 / HOP), len(rise) // 2))
    if not len(lags) or not rise.any():
        return 0.0
    size = 2 ** int(np.ceil(np.log2(2 * len(rise))))
    alike = np.fft.irfft(np.abs(np.fft.rfft(rise, size)) ** 2)[: lags[-1] + 2]
    weighted = alike * np.exp(-0.5 * (np.log2(np.maximum(np.arange(len(alike)), 1) * HOP / 0.5) / 0.9) ** 2)
    best = int(lags[weighted[lags].argmax()])
    left, middle, right = weighted[best - 1 : best + 2]
    bend = left - 2 * middle + right
    return 60 / ((best + (0.5 * (left - right) / bend if bend < 0 else 0.0)) * HOP)


def same_tempo(heard: float, asked: float, within: float = 0.04) -> bool:
    """Whether they are one but for the level of the beat: 1/3, 1/2, 1, 2 or 3 times, to 4 % (MIREX's second accuracy;
    Gouyon et al., 2006)."""
    return any(abs(heard - asked * level) <= within * asked * level for level in (1 / 3, 1 / 2, 1, 2, 3))
