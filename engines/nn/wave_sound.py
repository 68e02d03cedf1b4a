"""Sounds at other rates, exactly in place: sample 0 stays sample 0."""

from __future__ import annotations

import math

import numpy as np

EDGE = 512  # samples of silence around a sound, so that its end does not ring into its beginning


def resampled(mono: np.ndarray, rate: int, wanted: int) -> np.ndarray:
    """Mono (N,) at `rate` Hz as (ceil(N wanted / rate),) at `wanted` Hz, float64, by its Fourier transform.

    What both rates can hold is kept exactly, what the lower cannot is taken out with a short slope before the edge.
    """
    mono = np.asarray(mono, np.float64)
    if rate == wanted or not len(mono):
        return mono.copy()
    step = rate // math.gcd(rate, wanted)
    left = step * -(-EDGE // step)
    whole = step * -(-(len(mono) + left + EDGE) // step)
    padded = np.zeros(whole)
    padded[left : left + len(mono)] = mono
    spectrum, size = np.fft.rfft(padded), whole * wanted // rate
    lower = min(rate, wanted) / 2
    hertz = np.fft.rfftfreq(whole, 1 / rate)
    spectrum *= np.clip((lower - hertz) / (0.04 * lower), 0, 1) if wanted < rate else 1.0
    bins = size // 2 + 1
    spectrum = spectrum[:bins] if bins <= len(spectrum) else np.pad(spectrum, (0, bins - len(spectrum)))
    out = np.fft.irfft(spectrum, size) * (wanted / rate)
    begin = left * wanted // rate
    return out[begin : begin + -(-len(mono) * wanted // rate)]
