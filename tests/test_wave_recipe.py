"""The recipe of audio/wave: its cuts, what is held out, a short training."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats
from torch import Tensor

from engines.families import causal as family
from engines.nn.wave import LOCAL, RATE, Measures, WaveNet, local_of
from engines.nn.wave_kinds import KINDS
from engines.training import fit, wave, wave_data
from engines.training.fit import Log
from tests.test_wave import SMALL


def sounds(count: int = 24) -> wave_data.Sounds:
    """Decaying tones and bursts of noise: a stand-in of the form of the real pool."""
    rng, levels, kinds, pitches = np.random.default_rng(0), [], [], []
    for k in range(count):
        time, pitch = np.arange(1600 + 40 * k) / RATE, (0, 50 + k % 8)[k % 2]
        tone = np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time)
        body = tone if pitch else rng.normal(0, 0.3, len(time))
        levels.append(family.levels_of(0.5 * body * np.exp(-time / 0.05)))
        kinds.append(KINDS.index("piano") if pitch else KINDS.index("snare"))
        pitches.append(pitch)
    lengths = np.array([len(one) for one in levels])
    held = np.arange(count) % 6 >= 4
    begins = np.cumsum(lengths) - lengths
    return wave_data.Sounds(
        np.concatenate(levels), begins, lengths, np.array(kinds), np.array(pitches), held, np.ones(count, bool)
    )


def test_cuts_are_the_sounds_themselves() -> None:
    pool = sounds()
    batch = pool.cut([3, 4], [0, 500], pool.kinds[[3, 4]], pool.pitches[[3, 4]], size=2000)
    assert np.array_equal(batch.levels[0, : pool.lengths[3]].numpy(), pool.sound(3))
    assert np.array_equal(batch.levels[1, : pool.lengths[4] - 500].numpy(), pool.sound(4)[500:])
    assert int(batch.mask[0].sum()) == pool.lengths[3]
    assert not bool(batch.mask[1, : wave_data.BLIND].any())
    assert batch.local.shape == (2, 2000, LOCAL)
    assert np.array_equal(batch.local[1].numpy(), local_of(500, 2000, float(pool.pitches[4])))


def test_silence_at_the_end_is_left_out() -> None:
    sound = np.zeros(9000)
    sound[100:4000] = 0.5
    assert len(wave_data.ended(family.levels_of(sound))) == 4000 + round(wave_data.TAIL * RATE)


def test_held_out_notes_share_no_sample_with_the_others() -> None:
    """Neighbouring notes are often played from one recording: who sees it goes by the recording."""
    from engines.training.drum_data import held_out

    names = [wave_data.source_of(0, pitch, 80) for pitch in range(40, 80)]
    assert 1 < len(set(names)) < len(names)
    assert all(name.startswith("fluid/") for name in names)
    assert len({(name, held_out(name)) for name in names}) == len(set(names))


def _trained(monkeypatch: pytest.MonkeyPatch, pool: wave_data.Sounds, steps: int, log: Log, **more: Any) -> Any:
    monkeypatch.setattr(wave, "MEASURES", Measures(kinds=len(KINDS), width=12, window=16, hidden=16, mix=3, told=8))
    monkeypatch.setattr(wave_data, "CROP", 1024)
    monkeypatch.setattr(fit, "pace", lambda step, fraction: 1.0)  # no slow rise in so short a training
    return wave.fitted(pool, steps / 60, log, device="cpu", **more)


@pytest.mark.usefixtures("stepped")
def test_the_recipe_trains_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pool, log, kept = sounds(), Log(tmp_path / "log.jsonl", lambda *said, **facts: None), tmp_path / "w.pt"
    made = _trained(monkeypatch, pool, 30, log, kept=kept)
    seen = log.rows("wave")[-1]
    tested = wave.held_out(pool, "cpu")
    assert tested(made) < 0.95 * tested(WaveNet(wave.MEASURES))
    _trained(monkeypatch, pool, 33, log, kept=kept, resume=True)
    assert (seen["step"], log.rows("wave")[-1]["step"]) == (30, 33)


def test_a_step_of_the_training_is_a_function_of_its_number() -> None:
    made, pool = WaveNet(SMALL), sounds()
    one, two, other = (wave.objective(made, pool, step, device="cpu", batch=2) for step in (3, 3, 4))
    assert torch.equal(one, two)
    assert not torch.equal(one, other)


@pytest.mark.usefixtures("stepped")
@pytest.mark.slow
def test_four_hundred_steps_of_training_beat_counting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From nothing, on sounds made on the spot: a fifth below the first loss, and far below the levels' entropy."""
    pool = sounds()
    made = _trained(monkeypatch, pool, 400, Log(tmp_path / "log.jsonl", lambda *said, **facts: None))
    tested, first = wave.held_out(pool, "cpu"), WaveNet(wave.MEASURES)
    found: Tensor | float = tested(made)
    heard = np.concatenate([pool.sound(int(k)) for k in np.flatnonzero(pool.held)])
    share = np.bincount(heard, minlength=256) / len(heard)
    assert found < 0.8 * tested(first)
    assert found < 0.8 * stats.entropy(share)
