"""Sounds at another sample rate."""

from __future__ import annotations

import numpy as np


def at_rate(mono: np.ndarray, rate: int, wanted: int) -> np.ndarray:
    """Mono samples (N,) at `rate` Hz as samples at `wanted` Hz, float64; band-limited."""
    if rate == wanted:
        return np.asarray(mono, np.float64)
    import av

    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(mono[None], np.float32), format="flt", layout="mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler(format="flt", layout="mono", rate=wanted)
    out = [each.to_ndarray()[0] for part in (frame, None) for each in resampler.resample(part)]
    return np.concatenate(out).astype(np.float64) if out else np.zeros(0)
