"""The recipe of audio/sound: its synthesiser, its words, its pool, its judge, and short trainings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engines.nn import sound_flow, sound_mel, stored
from engines.nn.sound_mel import CLIP, RATE
from engines.nn.sound_model import voice
from engines.training import sound, sound_data, sound_judge, sound_pool, sound_synth, sound_vocoder, sound_words
from engines.training import sound_flow as flow_recipe
from engines.training.fit import Log
from engines.training.sound_synth import Look
from engines.training.sound_words import NOUNS, Told

KINDS = ("laser", "coin", "rain", "bell")


@pytest.mark.parametrize("kind", sorted(sound_data.makers()))
def test_every_kind_makes_a_sound(kind: str) -> None:
    one = sound_data.invented(kind, 5)
    assert np.isfinite(one.samples).all()
    assert 0.05 < np.abs(one.samples).max() <= 1
    assert 0.03 * RATE < len(one.samples) <= CLIP
    assert np.array_equal(one.samples, sound_data.invented(kind, 5).samples)
    assert all(word in sound_words.ADJECTIVES or word.isalpha() or "-" in word for word in one.told.words)


def test_words_tell_the_truth() -> None:
    look = Look(np.random.default_rng(0))
    for _ in range(60):
        value = look.number(10, 1000, "low", "high")
        word = look.words.pop() if look.words else ""
        assert {"low": value < 10 * 100**0.3 + 1e-9, "high": value > 10 * 100**0.7 - 1e-9, "": True}[word]
    low = [sound_data.invented("whistle", i) for i in range(40)]
    pitch = {"low": [], "high": []}  # type: ignore[var-annotated]
    for one in low:
        size = np.abs(np.fft.rfft(one.samples, 1 << 18))
        for word in set(one.told.words) & set(pitch):
            pitch[word].append(np.argmax(size) * RATE / (1 << 18))
    assert max(pitch["low"]) < 1.4 * min(pitch["high"])


def test_phrases_are_held_out_whole() -> None:
    told = Told("laser", "", ("low", "short", "distant"))
    rng = np.random.default_rng(0)
    ours = sound_words.phrases(told, rng, 30)
    theirs = sound_words.phrases(told, rng, 5, held=True)
    assert len(set(ours)) == len(ours) >= 20
    assert not set(ours) & set(theirs)
    assert not any(sound_words.held_out(words) for words in ours)
    assert all(any(noun in words for noun in NOUNS["laser"]) for words in ours)


def test_noise_is_painted_where_it_should_be() -> None:
    rng = np.random.default_rng(0)
    sound_ = sound_synth.painted(rng, RATE, sound_synth.glide(100, 500, 5000), 0.2)
    for part, hertz in ((slice(0, 4000), 560), (slice(-4000, None), 4450)):
        size = np.square(np.abs(np.fft.rfft(sound_[part])))
        middle = (size * np.fft.rfftfreq(4000, 1 / RATE)).sum() / size.sum()
        assert middle == pytest.approx(hertz, rel=0.2)


def test_a_filter_has_its_corner() -> None:
    impulse = np.zeros(8192)
    impulse[0] = 1
    gain = np.abs(np.fft.rfft(sound_synth.filtered(impulse, 0, 1000, 2)))
    at = np.fft.rfftfreq(8192, 1 / RATE)
    assert np.interp([100, 1000, 8000], at, gain) == pytest.approx([1, 2**-0.5, 1 / 64], rel=0.05)


def test_the_judge_finds_what_is_alike() -> None:
    rng = np.random.default_rng(0)
    seen = rng.normal(0, 1, (120, sound_judge.FEATURES)).astype(np.float32) + np.repeat(
        10 * rng.normal(0, 1, (12, sound_judge.FEATURES)), 10, 0
    ).astype(np.float32)
    told = torch.randn(12, 384).repeat_interleave(10, 0) + 0.01 * torch.randn(120, 384)
    judge = sound_judge.Judge(seen, told, np.arange(120), [str(i // 10) for i in range(120)], steps=30)
    scores = judge.score(seen[::10], told[::10])
    assert sound_judge.retrieved(scores, 1) > 0.8
    assert sound_judge.retrieved(-scores, 1) < 0.3
    places, far = sound_judge.nearest(seen[:3], seen)
    assert list(places) == [0, 1, 2]
    assert far.max() < 1e-2


def _pool(folder: Path, monkeypatch: pytest.MonkeyPatch, each: int) -> tuple[sound_pool.Pool, sound_mel.Codec]:
    made = sound_data.makers()
    monkeypatch.setattr(sound_data, "makers", lambda: {kind: made[kind] for kind in KINDS})
    monkeypatch.setattr(sound_pool, "INSTRUMENTS", {})
    monkeypatch.setattr(sound_pool, "FX", {})
    monkeypatch.setattr(sound_pool, "PER_KIND", each)
    recorded = [
        sound_data.Heard(made["laser"](Look(np.random.default_rng(i))), Told("laser"), f"heard/{i}") for i in range(2)
    ]
    sound_pool.compose(recorded, folder, lambda **facts: None)
    return sound.prepared(folder, lambda **facts: None)


@pytest.mark.usefixtures("stepped")
def test_the_recipe_on_a_few_sounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pool, codec = _pool(tmp_path, monkeypatch, 8)
    of = {row["source"]: row["split"] for row in pool.rows}
    assert all(of[row["source"]] == row["split"] for row in pool.rows)
    assert set(pool.splits) == {"learn", "judge", "held"}
    waves, mel = pool.clips(pool.places("learn")[:4], codec)
    exact = sound_mel.log_mel(waves)
    assert (mel - exact).abs().mean() < 0.5 * (exact - exact.mean()).abs().mean()
    log = Log(tmp_path / "log.jsonl", lambda **facts: None)
    monkeypatch.setattr(flow_recipe, "WINDOWS", {13: 4, 25: 3, 38: 2, 50: 2})
    vocoder = sound_vocoder.train(pool, codec, 1 / 60, log, kept=tmp_path)
    network = flow_recipe.train(pool, 0.6 / 60, log, tmp_path, shape=sound_flow.Shape(width=32, depth=1, heads=2))
    sound.save(network, vocoder, codec, tmp_path)
    back = stored.read(voice, tmp_path / "vocoder.safetensors")
    assert (back.codec.axes - codec.axes).abs().max() < 1e-3
    stored.read(sound_flow.network, tmp_path / "flow.safetensors")
    assert all(np.isfinite(log.rows(stage)[-1]["held-out"]) for stage in ("vocoder", "vocoder gan", "flow"))
    assert flow_recipe.Held(pool, 8).loss(network, "none") > 0


@pytest.mark.slow
@pytest.mark.usefixtures("stepped")
def test_a_minute_of_training_lowers_the_held_out_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a fifth, and below what the same network reaches without the words."""
    pool, _ = _pool(tmp_path, monkeypatch, 40)
    held = flow_recipe.Held(pool, 24)
    torch.manual_seed(1)
    before = held.loss(sound_flow.SoundTransformer())
    log = Log(tmp_path / "log.jsonl", lambda **facts: None)
    network = flow_recipe.train(pool, 150 / 60, log, tmp_path, shape=sound_flow.Shape())
    assert held.loss(network) < 0.8 * before
    assert held.loss(network) < held.loss(network, "none")
