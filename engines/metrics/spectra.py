"""How alike two sounds are: multi-resolution STFT distance, and the Frechet audio distance of features.

Yamamoto et al., "Parallel WaveGAN", 2020, equations 4 to 6: spectral convergence and log magnitude, over three windows.
Known biases: phase does not count, nor does what lies above half the rate; a delay of samples counts little.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

WINDOWS = ((512, 50, 240), (1024, 120, 600), (2048, 240, 1200))  # FFT size, hop, window, in samples


class Spectral(NamedTuple):
    """The mean over windows: |S - S'| / |S| (Frobenius), and the mean absolute difference of log magnitudes."""

    convergence: float
    magnitude: float

    @property
    def total(self) -> float:
        """Their sum, as the paper trains on."""
        return self.convergence + self.magnitude


def multi_stft(made: np.ndarray, real: np.ndarray) -> Spectral:
    """The distance of `made` to `real`, float samples (N,) or (N, channels) of one length and rate.

    ValueError where the shapes differ, or below 2048 samples.
    """
    if made.shape != real.shape:
        raise ValueError("sounds of different lengths cannot be compared: cut or resample one first")
    if len(real) < max(size for size, _, _ in WINDOWS):
        raise ValueError("a spectral distance needs 2048 samples or more")
    x, y = (np.atleast_2d(np.asarray(one, np.float64).T) for one in (made, real))
    rows = []
    for size, hop, window in WINDOWS:
        a, b = _magnitude(x, size, hop, window), _magnitude(y, size, hop, window)
        rows.append(
            (np.linalg.norm(b - a) / max(float(np.linalg.norm(b)), 1e-12), np.abs(np.log(b) - np.log(a)).mean())
        )
    return Spectral(*(float(np.mean(column)) for column in zip(*rows, strict=True)))


def _magnitude(x: np.ndarray, size: int, hop: int, window: int) -> np.ndarray:
    """(C, N) to (C, frames, bins), at least 1e-7: Hann windows in the middle of the transform, edges mirrored."""
    shape = np.zeros(size)
    left = (size - window) // 2
    shape[left : left + window] = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    padded = np.pad(x, ((0, 0), (size // 2, size // 2)), mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, ::hop]
    return np.maximum(np.abs(np.fft.rfft(frames * shape)), 1e-7)
