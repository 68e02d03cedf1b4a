"""Sound at another sample rate, in numpy alone: SciPy's filters take a second to import, and the first play waits."""

import numpy as np

LOBES = 10  # of the sinc on each side, at the lower of the two rates
BETA = 5.0  # of its Kaiser window


def resampled(samples: np.ndarray, up: int, down: int) -> np.ndarray:
    """float32 (N, C) as (ceil(N up / down), C), band-limited; up and down have no common factor.

    y[n] = sum_k x[k] h[n down - k up], h a sinc of LOBES lobes under a Kaiser window: as scipy.signal.resample_poly.
    """
    half = LOBES * max(up, down)
    taps = _taps(up, half, 1 / max(up, down))
    reach = half // up + 1
    count = -(-len(samples) * up // down)
    padded = np.pad(np.asarray(samples, np.float32), ((reach, reach + down + 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=0)  # (.., C, 2 reach + 1)
    offsets = np.arange(-reach, reach + 1)
    made = np.empty((count, samples.shape[1]), np.float32)
    for first in range(min(up, count)):  # outputs a whole period apart see the same part of the filter
        centre, phase = divmod(first * down, up)
        places = half + phase - offsets * up
        inside = (places >= 0) & (places <= 2 * half)
        weights = np.where(inside, taps[np.clip(places, 0, 2 * half)], 0.0).astype(np.float32)
        many = -(-(count - first) // up)
        made[first::up] = windows[centre : centre + many * down : down][:many] @ weights
    return made


def _taps(up: int, half: int, cutoff: float) -> np.ndarray:
    """The filter (2 half + 1,), its pass band at `up`, as the samples between are zeros."""
    places = np.arange(-half, half + 1)
    found = cutoff * np.sinc(cutoff * places) * np.kaiser(2 * half + 1, BETA)
    return np.asarray(up * found / found.sum())
