"""The recipe of the drum engine: a pool of sounds, and what training makes of it."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from engines.nn import drum, drum_low, stored
from engines.nn.drum_sound import KINDS
from engines.training import drum as recipe
from engines.training import drum_data, drum_judge, drum_synth
from engines.training.fit import Log


def _pool(folder: Path, per_kind: int) -> recipe.Pool:
    recorded = [
        drum_data.Source(kind, f"made up/{kind}/{i}", -1.0, drum_synth.drum(kind, np.random.default_rng([9, i])))
        for kind in KINDS
        for i in range(8)
    ]
    drum_data.compose(recorded, folder, per_kind, lambda **facts: None)
    return recipe.Pool(folder)


def test_the_recipe_on_a_few_drums(tmp_path: Path) -> None:
    pool = _pool(tmp_path, 10)
    sides = [{name for place in pool.places(held) for name in pool.sources[place]} for held in (False, True)]
    assert not sides[0] & sides[1]
    assert {len(names) for names in pool.sources} == {1, 2}
    assert np.allclose(pool.ahead[:3], drum_low.foretold(pool.low[:3]), rtol=1e-5)
    assert all(
        name.split("/")[1] == KINDS[kind] for kind, some in zip(pool.kinds, pool.sources, strict=True) for name in some
    )
    log = Log(tmp_path / "log.jsonl", lambda **facts: None)
    found = recipe.fitted(pool, 1.5 / 60, log)
    recipe.save(found, tmp_path)
    back = stored.read(drum.network_of, tmp_path / "flow.safetensors")
    assert torch.equal(back.mean, found.mean)
    assert (back.words(), back.low.width) == (found.words(), found.width)
    assert all(np.isfinite(log.rows(stage.name)[-1]["held-out"]) for stage in recipe.STAGES)


@pytest.mark.slow
def test_a_minute_of_training_lowers_the_held_out_loss(tmp_path: Path) -> None:
    """By a fifth of what there is to gain over Gaussian noise per band and kind, and below that baseline."""
    pool = _pool(tmp_path, 60)
    before = recipe.prepared(pool)
    after = recipe.fitted(pool, 1.0, Log(tmp_path / "log.jsonl", lambda **facts: None))
    held = pool.places(True)
    with torch.no_grad():
        first, last = (float(recipe.objective(network.float().eval(), pool, held)) for network in (before, after))
    learnt = pool.places(False)
    naive = drum_judge.Gaussians(np.asarray(pool.waves[learnt]), pool.kinds[learnt])
    baseline = naive.bits(np.asarray(pool.waves[held]), pool.kinds[held]).mean() * math.log(2)
    assert last < first
    assert last < 0.8 * baseline
