"""The sound of a timeline: exact to the sample, of the right power, and measured as the standards say."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

from app.core.timeline.mix import mixed, sample
from app.core.timeline.values import Key, Lane, Modulator, Project, Take, Track
from engines.contract import Audio
from engines.files import loudness
from tests.timeline_kit import Memory, clip, project

RATE = 48000


def source(**sounds: np.ndarray) -> Memory:
    read = Memory()
    read.sounds = {f"{name}.wav": Audio(samples.astype(np.float32), RATE) for name, samples in sounds.items()}
    return read


def noise(seconds: float, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (round(seconds * RATE), 2)).astype(np.float32)


def heard(what: Project, read: Memory, start: Fraction = Fraction(0), length: Fraction = Fraction(1)) -> np.ndarray:
    return mixed(what, what.timeline, read, start, length)


def test_a_clip_begins_at_its_exact_sample() -> None:
    a = noise(1)
    what = project(Track("audio", clips=(clip("a.wav", Fraction(1, 7), Fraction(1, 2)),)))
    out, first = heard(what, source(a=a)), sample(Fraction(1, 7), RATE)
    assert first == 6857
    assert not out[:first].any()
    assert (out[first : sample(Fraction(9, 14), RATE)] == a[:24000]).all()
    assert not out[sample(Fraction(9, 14), RATE) :].any()


@pytest.mark.parametrize("more", [{}, {"speed": Fraction(3, 2)}, {"speed": Fraction(-2, 3), "offset": Fraction(1, 2)}])
@pytest.mark.parametrize("loop", [False, True])
def test_portions_joined_are_the_bits_of_the_whole(more: dict[str, Fraction], loop: bool) -> None:
    parts = (
        clip("a.wav", Fraction(1, 7), Fraction(1, 2), loop=loop, fade_in=Fraction(1, 10), **more),
        clip("b.wav", Fraction(3, 5), Fraction(2, 5), pan=0.3, gain=-3.0),
    )
    what, read = project(Track("audio", clips=parts)), source(a=noise(0.2), b=noise(1, 1))
    whole = heard(what, read)
    edges = [Fraction(n, 11) for n in range(12)]
    joined = [heard(what, read, low, high - low) for low, high in itertools.pairwise(edges)]
    assert (np.concatenate(joined) == whole).all()


def test_a_loop_repeats_without_a_seam_or_a_drift() -> None:
    period = Fraction(1, 7)  # 6857 1/7 samples: a whole number of them would drift
    a = noise(1)
    what = project(Track("audio", clips=(clip("a.wav", 0, 100, loop=True, whole=period),)))
    for turn in (1, 6, 693):
        begin = sample(turn * period, RATE)
        out = heard(what, source(a=a), Fraction(begin, RATE), Fraction(100, RATE))
        assert (out == a[:100]).all()


def test_two_clips_that_overlap_keep_their_power() -> None:
    parts = (clip("a.wav", 0, Fraction(3, 5)), clip("b.wav", Fraction(2, 5), Fraction(3, 5)))
    read = source(a=np.ones((RATE, 2)), b=np.zeros((RATE, 2)))
    down = heard(project(Track("audio", clips=parts)), read)[:, 0]
    read = source(a=np.zeros((RATE, 2)), b=np.ones((RATE, 2)))
    up = heard(project(Track("audio", clips=parts)), read)[:, 0]
    assert np.abs(down**2 + up**2 - 1).max() < 1e-5
    assert down[sample(Fraction(1, 2), RATE)] == pytest.approx(np.sqrt(0.5), abs=1e-3)


@pytest.mark.parametrize(("pan", "left", "right"), [(0.0, 1.0, 1.0), (-1.0, np.sqrt(2), 0.0), (0.5, 0.5412, 1.3066)])
def test_gain_and_pan_are_of_constant_power(pan: float, left: float, right: float) -> None:
    what = project(Track("audio", clips=(clip("a.wav", 0, 1, gain=-6.0),), pan=pan), gain=6.0)
    out = heard(what, source(a=np.full((RATE, 2), 0.25)))[100]
    assert out == pytest.approx([0.25 * left, 0.25 * right], abs=1e-4)


def test_muted_and_solo_tracks_and_what_is_heard_alone() -> None:
    rows = [Track("audio", clips=(clip(f"{name}.wav", 0, 1, id=name),), id=f"track-{name}") for name in "abc"]
    read = source(**{name: np.full((RATE, 2), 10.0**-n) for n, name in enumerate("abc", 1)})

    def level(*tracks: Track, only: set[str] | None = None) -> float:
        what = project(*tracks)
        return round(float(mixed(what, what.timeline, read, Fraction(0), Fraction(1), only)[5, 0]), 4)

    import msgspec

    change = msgspec.structs.replace
    a, b, c = rows
    assert level(a, b, c) == 0.111
    assert level(change(a, mute=True), b, c) == 0.011
    assert level(a, change(b, solo=True), c) == 0.01
    assert level(change(a, mute=True), b, c, only={"track-a", "c"}) == 0.101


def test_speed_moves_the_pitch_and_folds_nothing_back() -> None:
    times = np.arange(2 * RATE) / RATE
    tone = np.stack([np.sin(2 * np.pi * 1000 * times)] * 2, axis=1)
    high = np.stack([np.sin(2 * np.pi * 15000 * times)] * 2, axis=1)
    what = project(Track("audio", clips=(clip("a.wav", 0, 1, speed=Fraction(2)),)))
    out = heard(what, source(a=tone))[1000:-1000, 0]
    ideal = np.sin(2 * np.pi * 2000 * np.arange(1000, RATE - 1000) / RATE)
    assert np.abs(out - ideal).max() < 2e-3
    assert np.abs(heard(what, source(a=high))[1000:-1000]).max() < 0.05  # 30 kHz is above what the rate can carry


def test_an_extended_take_sounds_at_its_place() -> None:
    a = noise(1)
    one = clip("a.wav", 0, Fraction(1, 2))
    import msgspec

    early = Take("a.wav", offset=Fraction(-1, 4), id="t")
    one = msgspec.structs.replace(one, takes=(early,), take="t")
    out = heard(project(Track("audio", clips=(one,))), source(a=a), length=Fraction(1, 2))
    assert (out == a[12000:36000]).all()


# ---------------------------------------------------------------- loudness


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_a_sine_is_as_loud_as_tech_3341_says(rate: int, level: float) -> None:
    times = np.arange(20 * rate) / rate
    tone = 10 ** (level / 20) * np.sin(2 * np.pi * 1000 * times)
    assert loudness.loudness(np.stack([tone, tone], axis=1), rate) == pytest.approx(level, abs=0.1)


def test_silence_and_quiet_parts_do_not_count() -> None:
    """EBU Tech 3341, case 3: -36, -23 and -36 LUFS are -23 LUFS together."""
    spans = [(10, -36.0), (60, -23.0), (10, -36.0)]
    level = np.concatenate([np.full(n * RATE, 10 ** (db / 20)) for n, db in spans])
    tone = level * np.sin(2 * np.pi * 1000 * np.arange(len(level)) / RATE)
    assert loudness.loudness(np.stack([tone, tone], axis=1), RATE) == pytest.approx(-23.0, abs=0.1)
    assert loudness.loudness(np.zeros((RATE, 2)), RATE) == loudness.SILENCE


def test_true_peaks_lie_between_samples_and_are_limited() -> None:
    phase = np.pi / 4  # a quarter of the rate: samples at 0.707 of a full sine
    tone = np.sin(2 * np.pi * RATE / 4 * np.arange(RATE) / RATE + phase)[:, None].repeat(2, axis=1)
    assert np.abs(tone).max() == pytest.approx(np.sqrt(0.5), abs=1e-6)
    assert loudness.true_peak(tone[2000:-2000]) == pytest.approx(0.0, abs=0.3)
    quiet = (noise(1) * 0.5).astype(np.float32)
    loud = quiet.copy()
    loud[20000:20100] = 3.0
    low = loudness.limited(loud, RATE)
    assert loudness.true_peak(low) <= -1.0
    assert (low[:19000] == loud[:19000]).all()
    assert loudness.limited(quiet, RATE) is quiet


def test_a_long_sound_is_limited_in_portions_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    loud = (noise(2) * 4).astype(np.float32)
    whole = loudness.limited(loud, RATE)
    monkeypatch.setattr(loudness, "PORTION", 7001)
    assert np.abs(loudness.limited(loud, RATE) - whole).max() < 1e-6
    assert loudness.true_peak(whole) <= -1.0


# ---------------------------------------------------------------- lanes


def test_a_lane_moves_gain_and_pan_in_any_portions() -> None:
    up = Lane("gain", (Key(Fraction(0), -60.0), Key(Fraction(1), 0.0)))
    aside = Lane("pan", (Key(Fraction(0), -1.0), Key(Fraction(1), 1.0)))
    what = project(Track("audio", clips=(clip("a.wav", 0, 1, lanes=(up,)),), lanes=(aside,)))
    read = source(a=np.full((RATE, 2), 0.5))
    out = heard(what, read)
    at = np.arange(RATE) / RATE
    power = (out.astype(np.float64) ** 2).sum(axis=1)
    assert np.abs(10 * np.log10(power / 0.5) - (-60 + 60 * at)).max() < 0.01
    assert np.abs(np.arctan2(out[:, 1], out[:, 0]) - at * np.pi / 2).max() < 1e-3
    edges = [Fraction(n, 13) for n in range(14)]
    joined = [heard(what, read, low, high - low) for low, high in itertools.pairwise(edges)]
    assert np.abs(np.concatenate(joined) - out).max() < 1e-6


def test_a_sound_can_steer_another() -> None:
    """A tone is silent until the drum beside it is struck."""
    struck = np.zeros((RATE, 2))
    struck[24000:26000] = np.random.default_rng(0).uniform(-0.9, 0.9, (2000, 2))
    drum = Track("audio", clips=(clip("drum.wav", 0, 1, id="drum"),), gain=-90.0)
    lane = Lane("gain", modulator=Modulator("drum", "rms", release=0.1, gain=60.0, offset=-60.0, how="replace"))
    tone = Track("audio", clips=(clip("a.wav", 0, 1, lanes=(lane,)),))
    out = np.abs(heard(project(drum, tone), source(drum=struck, a=np.ones((RATE, 2)))))[:, 0]
    assert out[:20000].max() < 0.01
    assert out[25000] > 0.3
