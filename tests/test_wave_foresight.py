"""Linear prediction of audio/wave: the exact answer of the equations, nothing seen too early, tones foretold."""

import numpy as np
import pytest
from scipy.linalg import solve_toeplitz

from engines.nn import wave_foresight as foresight

RATE = 16_000


def test_the_taps_solve_the_normal_equations() -> None:
    """Against scipy's solver of Toeplitz systems."""
    frames = np.cumsum(np.random.default_rng(0).normal(0, 0.01, (3, foresight.SPAN)), 1)
    found = foresight.taps(frames)
    for frame, mine in zip(frames, found, strict=True):
        shaped = frame * foresight.RISE
        r = np.correlate(shaped, shaped, "full")[foresight.SPAN - 1 :][: foresight.ORDER + 1]
        r[0] = r[0] * (1 + foresight.NOISE) + 1e-9
        exact = solve_toeplitz(r[:-1], r[1:])[::-1]
        assert float(np.abs(mine - exact).max()) < 1e-6


@pytest.mark.parametrize("place", [1, 31, 32, 700, 2999])
def test_nothing_is_foretold_from_what_comes(place: int) -> None:
    rng = np.random.default_rng(1)
    one = rng.normal(0, 0.1, (1, 3000))
    two = one.copy()
    two[:, place:] = rng.normal(0, 0.1, (1, 3000 - place))
    a, b = foresight.foretold(one), foresight.foretold(two)
    assert np.array_equal(a[:, : place + 1], b[:, : place + 1])


def test_a_tone_is_foretold_and_its_continuation_stays_a_tone() -> None:
    time = np.arange(8000) / RATE
    tone = 0.5 * np.sin(2 * np.pi * 440 * time) + 0.1 * np.sin(2 * np.pi * 1330 * time)
    error = (tone - foresight.foretold(tone[None])[0])[3000:]
    assert float(np.abs(error).max()) < 0.01
    assert not foresight.foretold(np.zeros((1, 100))).any()


def test_a_long_sound_is_foretold_in_blocks_as_in_one() -> None:
    sound = np.cumsum(np.random.default_rng(2).normal(0, 1e-3, (2, 2 * foresight.BLOCK + 77)), 1)
    late = foresight.BLOCK - foresight.SPAN
    alone = foresight.foretold(sound[:, late:])  # the block border lies elsewhere in it
    assert (
        float(np.abs(foresight.foretold(sound)[:, late + foresight.SPAN :] - alone[:, foresight.SPAN :]).max()) < 1e-9
    )
    assert foresight.foretold(np.zeros((1, 0))).shape == (1, 0)


def test_filters_are_stable() -> None:
    """All poles lie within the unit circle, also for tones, where they come near to it."""
    time = np.arange(foresight.SPAN) / RATE
    frames = np.stack([np.sin(2 * np.pi * f * time) for f in (50, 997, 7000)])
    for taps in foresight.taps(frames):
        assert float(np.abs(np.roots(np.concatenate([[1], -taps[::-1]]))).max()) < 1
