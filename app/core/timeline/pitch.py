"""Fundamental frequency by YIN: de Cheveigné and Kawahara, "YIN, a fundamental frequency estimator for speech and
music", 2002 (the numbers in brackets are its equations)."""

import numpy as np

LOWEST, HIGHEST = 50.0, 2000.0  # Hz
RATE = 16000  # about so many samples a second are looked at
CLEAR = 0.15  # of the normalised difference: above it nothing periodic is heard
SILENCE = 1e-8  # mean square
BLOCK = 2048


def pitches(mono: np.ndarray, rate: int, centres: np.ndarray) -> np.ndarray:
    """The fundamental in Hz round every centre (a sample's number), float64 (T,); 0 where nothing periodic is heard."""
    every = max(1, rate // RATE)
    if every > 1 and len(mono):
        mono = _thinned(mono, every)
    rate_here = rate / every
    longest = int(rate_here / LOWEST) + 2
    padded = np.pad(mono, (longest, 3 * longest))
    found = [np.zeros(0)]
    for at in range(0, len(centres), BLOCK):
        places = np.rint(centres[at : at + BLOCK] / every).astype(np.int64)[:, None] + np.arange(2 * longest)
        found.append(_of(padded[places], longest, rate_here))
    return np.concatenate(found)


def _thinned(mono: np.ndarray, every: int) -> np.ndarray:
    """Every so-many-th sample, after a low-pass below the new half rate (a windowed sinc)."""
    reach = 8 * every
    taps = np.sinc(np.arange(-reach, reach + 1) / every) * np.hamming(2 * reach + 1)
    return np.convolve(mono, taps / taps.sum())[reach : reach + len(mono) : every]


def _of(frames: np.ndarray, longest: int, rate: float) -> np.ndarray:
    """Of frames (T, 2 * longest)."""
    difference = _difference(frames, longest)
    ratio = _normalised(difference)
    least = max(2, int(rate / HIGHEST))
    dips = (ratio[:, least:-1] < CLEAR) & (ratio[:, least:-1] <= ratio[:, least + 1 :])
    lags = dips.argmax(axis=1) + least
    exact = _vertex(difference, lags)
    voiced = dips.any(axis=1) & ((frames**2).mean(axis=1) > SILENCE)
    return np.where(voiced, rate / exact, 0.0)


def _difference(frames: np.ndarray, longest: int) -> np.ndarray:
    """d(lag) = sum over a window of `longest` of (x(j) - x(j + lag))² for lags below `longest`: (T, longest). [6, 7]"""
    size = 1 << int(np.ceil(np.log2(3 * longest)))
    head = np.fft.rfft(frames[:, :longest], size, axis=1)
    products = np.fft.irfft(np.conj(head) * np.fft.rfft(frames, size, axis=1), size, axis=1)[:, :longest]
    sums = np.pad(np.cumsum(frames**2, axis=1), ((0, 0), (1, 0)))
    energies = sums[:, longest : 2 * longest] - sums[:, :longest]  # of the window at each lag
    return np.maximum(energies[:, :1] + energies - 2 * products, 0.0)


def _normalised(difference: np.ndarray) -> np.ndarray:
    """By its mean over the shorter lags; 1 at lag 0. [8]"""
    lags = np.arange(1, difference.shape[1])
    sums = np.cumsum(difference[:, 1:], axis=1)
    ratio = np.ones_like(difference)
    ratio[:, 1:] = np.where(sums > 0, difference[:, 1:] * lags / np.where(sums > 0, sums, 1.0), 1.0)
    return ratio


def _vertex(difference: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """The lowest point of the parabola through each dip and its neighbours, as a lag; of the plain difference, which
    is not bent towards short lags."""
    rows, inner = np.arange(len(lags)), np.clip(lags, 1, difference.shape[1] - 2)
    left, middle, right = (difference[rows, inner + n] for n in (-1, 0, 1))
    bend = left - 2 * middle + right
    return inner + np.where(bend > 0, (left - right) / (2 * np.where(bend > 0, bend, 1.0)), 0.0)
