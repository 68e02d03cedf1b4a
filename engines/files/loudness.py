"""How loud a sound is, its true peaks, and keeping them below a ceiling. ITU-R BS.1770-5 and EBU R 128."""

import numpy as np

BLOCK, HOP = 0.4, 0.1  # seconds of a gating block, and from one to the next
FLOOR, BELOW = -70.0, -10.0  # the absolute gate in LUFS, the relative one in LU
OVERSAMPLED = 4  # for true peaks
LOOK = 0.004  # seconds the limiter looks ahead and behind
SILENCE = -120.0
PORTION, MARGIN = 1 << 18, 64  # samples looked at at once, and how far their peaks are heard


def loudness(samples: np.ndarray, rate: int) -> float:
    """Integrated loudness in LUFS of float samples (N, 1 or 2); -120 for silence or less than 0.4 s."""
    hop, whole = round(HOP * rate), round(BLOCK * rate)
    count = (len(samples) - whole) // hop + 1
    if count < 1:
        return SILENCE
    energy = np.zeros(len(samples) // hop)
    state = None
    for n in range(0, len(energy), 600):  # a minute at a time
        end = min(n + 600, len(energy))
        weighted, state = _weighted(np.asarray(samples[n * hop : end * hop], np.float64), rate, state)
        energy[n:end] = (weighted**2).sum(axis=1).reshape(-1, hop).sum(axis=1)
    each = whole // hop
    power = np.convolve(energy, np.ones(each), "valid")[:count] / (each * hop)
    return _gated(power)


def _gated(power: np.ndarray) -> float:
    """The mean of the blocks that are above both gates, in LUFS."""
    loud = power[power > 10 ** ((FLOOR + 0.691) / 10)]
    if not len(loud):
        return SILENCE
    loud = loud[loud > loud.mean() * 10 ** (BELOW / 10)]
    return float(-0.691 + 10 * np.log10(loud.mean()))


def _weighted(samples: np.ndarray, rate: int, state: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Samples (N, C) through the K filter, and its state to go on from."""
    from scipy.signal import sosfilt

    sections = _k_filter(rate)
    state = np.zeros((2, 2, samples.shape[1])) if state is None else state
    return sosfilt(sections, samples, axis=0, zi=state)  # type: ignore[no-any-return]


def _k_filter(rate: int) -> np.ndarray:
    """The two biquads of BS.1770 at any rate, by the bilinear transform of the analogue filters that give the table's
    coefficients at 48 kHz."""
    f, gain, q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
    k, high = np.tan(np.pi * f / rate), 10 ** (gain / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    shelf = [(high + band * k / q + k * k) / a0, 2 * (k * k - high) / a0, (high - band * k / q + k * k) / a0]
    first = [*shelf, 1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]
    f, q = 38.13547087602444, 0.5003270373238773
    k = np.tan(np.pi * f / rate)
    a0 = 1 + k / q + k * k
    second = [1, -2, 1, 1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]
    return np.array([first, second])


def peaks(samples: np.ndarray) -> np.ndarray:
    """The largest magnitude around every sample (N, C), between samples too: float32 (N,)."""
    from scipy.signal import resample_poly

    found = np.zeros(len(samples), np.float32)
    for n in range(0, len(samples), PORTION):
        low, high = max(0, n - MARGIN), min(len(samples), n + PORTION + MARGIN)
        part = np.asarray(samples[low:high], np.float64)
        finer = np.abs(resample_poly(part, OVERSAMPLED, 1, axis=0)).max(axis=1).reshape(-1, OVERSAMPLED).max(axis=1)
        near = np.maximum(finer, np.abs(part).max(axis=1))
        end = min(len(samples), n + PORTION)
        found[n:end] = near[n - low : end - low]
    return found


def true_peak(samples: np.ndarray) -> float:
    """The true peak in dBTP; -120 for silence."""
    return max(SILENCE, 20 * float(np.log10(max(peaks(samples).max(initial=0.0), 1e-12))))


def limited(samples: np.ndarray, rate: int, ceiling: float = -1.0) -> np.ndarray:
    """The samples (N, C) with true peaks no higher than `ceiling` dBTP: the gain sinks before a peak and comes back
    after it, smoothly; what is quieter stays as it is to the bit."""
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    top = 10 ** (ceiling / 20)
    need = top * 0.995 / np.maximum(peaks(samples), 1e-12)
    if need.min(initial=1.0) >= 1.0:
        return samples
    width = 2 * max(1, round(LOOK * rate)) + 1
    gain = uniform_filter1d(minimum_filter1d(np.minimum(need, 1.0), width), width, output=np.float32)
    return np.where((gain < 1)[:, None], samples * gain[:, None], samples).astype(np.float32, copy=False)
