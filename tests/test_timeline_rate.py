"""Sounds at another rate: as SciPy's polyphase filter makes them, and a tone stays the tone it is."""

import numpy as np
import pytest
from scipy.signal import resample_poly

from app.core.timeline.rate import resampled


@pytest.mark.parametrize(("up", "down"), [(160, 147), (147, 160), (2, 1), (1, 2), (3, 1), (6, 1), (320, 147), (1, 6)])
@pytest.mark.parametrize("length", [1, 7, 1000, 30_001])
def test_it_is_the_polyphase_filter_of_scipy(up: int, down: int, length: int) -> None:
    samples = np.random.default_rng(length).standard_normal((length, 2)).astype(np.float32)
    wanted = resample_poly(samples.astype(np.float64), up, down, axis=0)
    made = resampled(samples, up, down)
    assert made.dtype == np.float32
    assert made.shape == wanted.shape
    assert np.abs(made - wanted).max() < 1e-5


def test_a_tone_stays_where_it_is() -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(44100) / 44100)[:, None].astype(np.float32)
    wanted = np.sin(2 * np.pi * 1000 * np.arange(48000) / 48000)
    made = resampled(tone, 160, 147)[:, 0]
    assert len(made) == 48000
    assert np.abs(made - wanted)[200:-200].max() < 2e-3
