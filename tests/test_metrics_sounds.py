"""Keys, onsets, tempo, loudness and likelihood of sounds and pictures: heard for what they were made as."""

from pathlib import Path

import numpy as np
import pytest

from engines.contract import Audio, Image, Notes, Refused, Request
from engines.files import arrays, media, recipe
from engines.files.recipe import Recipe
from engines.metrics import agreement_media, bits, kernel, keys, onsets
from engines.metrics.evaluation import Task, evaluated

RATE = 22_050


def written(path: Path, mono: np.ndarray, words: str = "", notes: Notes | None = None) -> None:
    media.write(path, Audio(mono.astype(np.float32)[:, None], RATE, notes))
    if words:
        path.with_suffix(".txt").write_text(words)


def plucked(starts: np.ndarray, seconds: float) -> np.ndarray:
    """Decaying tones that begin at `starts`."""
    sound, t = np.zeros(round(seconds * RATE)), np.arange(RATE // 3) / RATE
    for n, start in enumerate(starts):
        tone = 0.3 * np.exp(-t * 12) * (1 - t / t[-1]) * np.sin(2 * np.pi * (330, 415, 494)[n % 3] * t)
        at = round(start * RATE)
        sound[at : at + len(tone)] += tone[: len(sound) - at]
    return sound


def test_the_key_asked_for_is_heard(tmp_path) -> None:
    written(tmp_path / "a.wav", agreement_media.chord_song(2, False), "a reel in D major")
    written(tmp_path / "b.wav", agreement_media.chord_song(9, False), "a jig in D major")
    found = evaluated(Task("key", tmp_path)).values
    assert found["same"] == 0.5
    assert found["agreement"] == pytest.approx(0.75)  # A is a fifth from D
    written(tmp_path / "c.wav", agreement_media.chord_song(2, False), "rain")
    assert evaluated(Task("key", tmp_path)).values["asked"] == pytest.approx(2 / 3)


def test_the_key_may_be_an_option_of_the_recipe(tmp_path) -> None:
    request = Request(engine="audio/tune", prompt="a slow air", options={"key": "E", "mode": "minor"})
    sound = Audio(agreement_media.chord_song(4, True).astype(np.float32)[:, None], RATE)
    media.write(tmp_path / "a.wav", sound, recipe.dumps(Recipe(request=request, run="r"), arrays.digest))
    assert evaluated(Task("key", tmp_path)).values["same"] == 1


def test_keys_weigh_as_mirex_does() -> None:
    asked = (0, "major")
    told = {
        (0, "major"): 1,
        (7, "major"): 0.5,
        (5, "major"): 0.5,
        (9, "minor"): 0.3,
        (0, "minor"): 0.2,
        (2, "major"): 0,
    }
    assert {key: keys.agreement(key, asked) for key in told} == told
    assert keys.agreement((3, "major"), (0, "minor")) == 0.3


def test_notes_and_tempo_asked_for_are_heard(tmp_path) -> None:
    starts = np.arange(0.1, 7.9, 60 / 110)
    count = len(starts)
    whole = np.full(count, 60, np.uint8)
    rest = (whole, whole, np.zeros(count, np.uint8), np.zeros(count, np.uint8))
    written(tmp_path / "a.wav", plucked(starts, 8.3), "", Notes(starts, np.full(count, 0.3), *rest, tempo=110.0))
    found = evaluated(Task("onsets", tmp_path)).values
    assert found["onsets"] > 0.9
    assert found["tempo"] == 1
    (tmp_path / "a.txt").write_text("a march at 83 bpm")
    assert evaluated(Task("onsets", tmp_path)).values["tempo"] == 0


def test_nothing_asked_for_is_a_sentence(tmp_path) -> None:
    written(tmp_path / "a.wav", np.zeros(RATE), "rain")
    for name in ("key", "onsets"):
        with pytest.raises(Refused, match="asked for"):
            evaluated(Task(name, tmp_path))
    with pytest.raises(Refused, match="none of the files"):
        evaluated(Task("loudness", tmp_path))  # silence has no loudness
    assert len(onsets.onsets(np.zeros(RATE), RATE)) == 0
    assert onsets.tempo(np.zeros(RATE), RATE) == 0
    assert onsets.agreement(np.zeros(0), np.zeros(0)) == 1


def test_loudness_is_that_of_the_standard(tmp_path) -> None:
    tone = np.sin(2 * np.pi * 997 * np.arange(3 * 48_000) / 48_000).astype(np.float32)
    media.write(tmp_path / "a.wav", Audio(np.stack([tone, tone], 1) * np.float32(0.1), 48_000))
    found = evaluated(Task("loudness", tmp_path)).values
    assert found["lufs"] == pytest.approx(-20, abs=0.05)  # 0 LUFS is both channels at full scale
    assert found["true peak"] == pytest.approx(-20, abs=0.05)


@pytest.mark.parametrize("judge", bits.JUDGES)
def test_what_is_likelier_needs_fewer_bits(judge: str) -> None:
    rng, teller = np.random.default_rng(1), bits.Teller(judge)
    if teller.judge.medium == "image":
        likely, rough = np.full((32, 32, 3), 255, np.uint8), rng.integers(0, 256, (32, 32, 3), np.uint8)
        assert 0 < teller.bits(Image(likely)) < teller.bits(Image(rough))
        return
    tone, noise = plucked(np.zeros(1), 0.2), rng.normal(0, 0.2, RATE // 5)
    told = [teller.bits(Audio(one.astype(np.float32)[:, None], RATE)) for one in (tone, noise)]
    assert told[0] < told[1]


def test_bits_are_told_of_folders(tmp_path) -> None:
    for n in range(2):
        media.write(tmp_path / f"{n}.png", Image(np.full((32, 32, 3), 255, np.uint8)))
    found = evaluated(Task("bits", tmp_path))
    assert found.features == "blend"
    assert found.values["error"] == 0


def test_the_standard_error_of_a_kernel_distance_is_that_of_many_draws() -> None:
    found, errors = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        a, b = rng.normal(size=(80, 6)), rng.normal(0.5, 1, size=(60, 6))
        found.append(kernel.squared(a, b))
        errors.append(kernel.error(a, b))
    assert np.mean(errors) == pytest.approx(np.std(found), rel=0.3)
