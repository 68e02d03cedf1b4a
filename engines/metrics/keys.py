"""Which key a sound is in, and how well that agrees with the one asked for.

Twelve pitch classes summed from the spectrum, held against how often each degree is in pieces of a key (Albrecht and
Shanahan, "The Use of Large Corpora to Train a New Type of Key-Finding Algorithm", 2013; of 14 tunes of audio/tune it
heard 12 aright, Krumhansl's profiles 8). Agreement as MIREX weighs it: 1 for the key, 0.5 a fifth away, 0.3 for the
relative and 0.2 for the parallel one. Known biases: it hears major and minor only, and noise gets a key too.
"""

from __future__ import annotations

import numpy as np

WINDOW, LOW, HIGH = 0.37, 55.0, 2000.0  # seconds of a spectrum; hertz of what is counted
Key = tuple[int, str]  # the home's pitch class, 0 is C; 'major' or 'minor'
PROFILES = {
    "major": np.array([0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081]),
    "minor": np.array([0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052]),
}
AS_HEARD = {"major": "major", "mixolydian": "major", "minor": "minor", "dorian": "minor"}  # modes by their third


def classes(mono: np.ndarray, rate: int) -> np.ndarray:
    """How much of each pitch class there is in samples (N,), (12,), tuned to 440 Hz."""
    window = round(WINDOW * rate)
    padded = np.pad(np.asarray(mono, np.float64), (0, max(0, window - len(mono))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[:: window // 2]
    size = np.abs(np.fft.rfft(frames * np.hanning(window))).sum(0)
    hertz = np.arange(len(size)) * rate / window
    peak = (size[1:-1] > size[:-2]) & (size[1:-1] >= size[2:])  # between partials there is nothing to hear
    used = np.flatnonzero(np.pad(peak, 1) & (hertz >= LOW) & (hertz <= HIGH))
    pitch = np.rint(69 + 12 * np.log2(hertz[used] / 440)).astype(int) % 12
    return np.bincount(pitch, weights=np.sqrt(size[used]), minlength=12)


def heard(mono: np.ndarray, rate: int) -> Key:
    """The key of samples (N,) at `rate` Hz: that whose profile correlates best. C major where nothing sounds."""
    told = classes(mono, rate)
    if told.std() == 0:
        return 0, "major"
    fits = {
        (tonic, mode): float(np.corrcoef(np.roll(profile, tonic), told)[0, 1])
        for tonic in range(12)
        for mode, profile in PROFILES.items()
    }
    return max(fits, key=fits.__getitem__)


def agreement(one: Key, asked: Key) -> float:
    """MIREX's weight of `one` where `asked` was wanted, 0 to 1."""
    away = (one[0] - asked[0]) % 12
    if one[1] == asked[1]:
        return 1.0 if away == 0 else 0.5 if away in (5, 7) else 0.0
    relative = 3 if asked[1] == "minor" else 9  # the major of a minor lies a minor third above it
    return 0.3 if away == relative else 0.2 if away == 0 else 0.0
