"""image/mend: what is kept and what is mended, free samples, the map of the energy, its recipe on a few sprites."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from engines.contract import Audio, Checkpoint, EngineCard, Image, Refused, Request, Result, Step, check, params_of
from engines.image.mend import Mend
from engines.nn import examples
from engines.nn import mend as net
from engines.nn.energy import Energy
from engines.nn.unet import Measures
from engines.training import mend, mend_data, mend_judge
from engines.training.fit import Log

SMALL = Measures(channels=4, patch=2, width=8, levels=(1, 2), blocks=1, text=0)


@pytest.fixture(scope="module")
def engine() -> Mend:
    torch.manual_seed(0)
    network = Energy(SMALL)
    nn.init.normal_(network.inner.leave[-1].weight, std=0.05)  # type: ignore[arg-type]
    made = Mend()
    made._model = net.Model(network.eval().requires_grad_(False))
    return made


def _request(**more: Any) -> Request:
    options = {"steps": 4} | more.pop("options", {})
    return check(EngineCard(Mend.info, params_of(Mend.Options)), Request(engine="image/mend", options=options, **more))


def _result(engine: Mend, **more: Any) -> Result:
    *_, last = engine.generate(_request(**more))
    assert isinstance(last, Result)
    return last


def _picture(height: int, width: int, channels: int = 4) -> Image:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, channels), np.uint8)
    if channels == 4:
        pixels[..., 3] = np.where(pixels[..., 3] < 60, 0, 255)
    return Image(pixels)


# ---------------------------------------------------------------- the engine


@pytest.mark.parametrize(
    ("height", "width", "channels"), [(32, 32, 4), (64, 64, 3), (50, 21, 4), (7, 90, 3), (1, 1, 3)]
)
def test_only_what_the_mask_covers_changes(engine: Mend, height: int, width: int, channels: int) -> None:
    start = _picture(height, width, channels)
    grey = np.zeros((height, width), np.uint8)
    grey[: -(-height // 2), : -(-width // 2)] = 255
    made = _result(engine, start=start, mask=Image(grey)).media.pixels  # type: ignore[union-attr]
    whole = net.rgba(start)
    assert made.shape == whole.shape
    assert np.array_equal(made[grey == 0], whole[grey == 0])
    assert not np.array_equal(made[grey == 255], whole[grey == 255])


def test_what_lies_under_the_mask_does_not_matter(engine: Mend) -> None:
    start, grey = _picture(32, 32), np.zeros((32, 32), np.uint8)
    grey[8:20, 10:22] = 255
    other = start.pixels.copy()
    other[grey > 0] = (255, 0, 0, 255)
    one, two = (_result(engine, start=Image(p), mask=Image(grey)).media for p in (start.pixels, other))
    assert np.array_equal(one.pixels, two.pixels)  # type: ignore[union-attr]


def test_a_mask_of_another_size_is_laid_over_the_picture(engine: Mend) -> None:
    start, grey = _picture(64, 64), np.zeros((16, 16), np.uint8)
    grey[:8] = 255
    made = _result(engine, start=start, mask=Image(grey)).media.pixels  # type: ignore[union-attr]
    assert np.array_equal(made[32:], start.pixels[32:])
    assert not np.array_equal(made[:32], start.pixels[:32])


def test_strength_says_how_far_a_picture_without_a_mask_may_go(engine: Mend) -> None:
    start = _picture(32, 32)
    x0 = net.from_pixels(start.pixels[None])
    gaps = []
    for strength in (0.05, 0.5, 1.0):
        made = _result(engine, start=start, strength=strength, options={"steps": 30}).media.pixels  # type: ignore[union-attr]
        gaps.append(float((net.from_pixels(made[None]) - x0).square().mean()))
    assert gaps[0] < gaps[1] < gaps[2]


def test_a_free_sample_is_made_without_a_start(engine: Mend) -> None:
    made = _result(engine, seed=4, options={"begin": "noise"})
    assert made.media.pixels.shape == (256, 256, 4)  # type: ignore[union-attr]
    assert made.facts["nfe"] == 8
    assert "energy of the start" not in made.facts


def test_without_a_start_an_example_is_mended_where_its_hole_is(engine: Mend) -> None:
    seen = set()
    for seed in range(12):
        sprite, words = examples.example(seed)
        result, grey = _result(engine, seed=seed), examples.hole(sprite, seed).pixels
        made = result.media.pixels[::8, ::8]  # type: ignore[union-attr]
        assert np.array_equal(made[grey == 0], sprite.pixels[grey == 0])
        assert not np.array_equal(made, sprite.pixels)
        assert (sprite.pixels[grey > 0][:, 3] > 0).any(), "the hole shows nothing"
        assert result.facts["begun from"] == words
        seen.add(words)
    assert len(seen) == len(examples.CAPTIONS)


def test_energies_are_told_and_are_the_sum_of_the_map(engine: Mend) -> None:
    start, grey = _picture(32, 32), np.full((32, 32), 255, np.uint8)
    facts = _result(engine, start=start, mask=Image(grey)).facts
    places = engine._model.places(net.from_pixels(start.pixels[None]))
    assert facts["energy of the start"] == pytest.approx(float(places.sum()), abs=1e-2)
    assert facts["energy"] != facts["energy of the start"]


def test_the_map_is_shown_when_it_is_asked_for(engine: Mend) -> None:
    start = _picture(64, 64)
    plain, heat = (_result(engine, start=start, options={"show": show}).media for show in ("picture", "energy map"))
    assert heat.pixels.shape == plain.pixels.shape == (64, 64, 4)  # type: ignore[union-attr]
    assert (heat.pixels[..., 3] == 255).all()  # type: ignore[union-attr]
    low = net.heated(np.zeros((32, 32, 4), np.uint8), np.linspace(0, 1, 1024).reshape(32, 32))
    assert low[0, 0].sum() < low[16, 0].sum() < low[31, 31].sum()


def test_damage_is_found_where_the_energy_stands_out() -> None:
    places = 1 + 0.1 * np.random.default_rng(0).standard_normal((32, 32))
    places[10:16, 20:26] += 5
    found = net.damaged(places, 4.0)
    assert found[11:15, 21:25].all()
    assert found.mean() < 0.15


def test_found_damage_alone_is_mended(engine: Mend) -> None:
    start = _picture(32, 32)
    task = engine._model.task(_request(start=start), 1.0)
    made = _result(engine, start=start, options={"find": True, "threshold": 1.0}).media.pixels  # type: ignore[union-attr]
    kept = task.mask[0, 0].numpy() < 0.5
    assert 0 < kept.sum() < 1024
    assert np.array_equal(made[kept], start.pixels[kept])


def test_foreign_media_and_checkpoints_cost_one_sentence(engine: Mend) -> None:
    with pytest.raises(Refused, match="needs a picture"):
        _result(engine, start=Audio(np.zeros((9, 1), np.float32), 8000))
    held = Checkpoint(1, 4, 0.5, "x", {"x": np.zeros((1, 3, 8, 8), np.float32)})
    with pytest.raises(Refused, match="another engine"):
        _result(engine, resume=held, options={"begin": "noise"})


def test_gradients_are_as_they_were_between_steps(engine: Mend) -> None:
    for event in engine.generate(_request()):
        assert torch.is_grad_enabled()
        if isinstance(event, Step):
            assert event.preview().pixels.shape == (256, 256, 4)  # type: ignore[union-attr]


def test_pixels_come_back_from_the_network_and_a_grid() -> None:
    picture = _picture(32, 32).pixels
    back = net.to_pixels(net.from_pixels(picture[None]))[0]
    solid = picture[..., 3] == 255
    assert np.abs(back[solid].astype(int) - picture[solid]).max() <= 1
    assert not back[~solid].any()
    for height, width in ((32, 32), (64, 32), (11, 90)):
        frame = net.Frame.of(_picture(height, width))
        grid = np.arange(1024).reshape(32, 32)
        assert frame.out(grid).shape == (height, width)
        assert set(np.unique(frame.out(grid))) <= set(
            frame._placed(np.ones((frame.tall, frame.wide), int)).nonzero()[0] * 32
            + frame._placed(np.ones((frame.tall, frame.wide), int)).nonzero()[1]
        )


# ---------------------------------------------------------------- the recipe


def _sprites(count: int = 80) -> mend_data.Sprites:
    """Bordered rectangles of one colour on nothing: a stand-in of the same form."""
    rng, made = np.random.default_rng(0), np.zeros((count, 32, 32, 4), np.uint8)
    for picture in made:
        top, left = rng.integers(2, 10, 2)
        low, right = rng.integers(20, 30, 2)
        picture[top:low, left:right] = (20, 20, 20, 255)
        picture[top + 2 : low - 2, left + 2 : right - 2, :3] = rng.integers(60, 255, 3)
    return mend_data.Sprites(made, np.arange(count) % 8 == 7)


@pytest.mark.usefixtures("stepped")
def test_the_recipe_runs_through_its_stages(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.jsonl", lambda **facts: None)
    made = mend.learn(_sprites(), 4 / 60, log, folder=tmp_path, measures=SMALL)
    assert all(np.isfinite(log.rows(stage)[-1]["held-out"]) for stage in mend.SHARES)
    assert not any(p.requires_grad for p in made.parameters())


def test_holes_cover_a_part_and_are_filled_with_something_else() -> None:
    rng = np.random.default_rng(0)
    holes = np.stack([mend_data.hole(rng) for _ in range(40)])
    assert all(0.05 <= one.mean() <= 0.3 for one in holes)
    x0 = net.from_pixels(_sprites(40).pixels)
    bad = mend_data.spoiled(x0, holes, rng)
    inside = torch.from_numpy(holes)[:, None].expand_as(x0)
    assert torch.equal(bad[~inside], x0[~inside])
    assert mend_judge.error(bad, x0, holes) > 0.2
    assert mend_judge.error(x0, x0, holes) == 0
    assert mend_judge.auc(np.array([1.0, 2, 3]), np.array([2.0, 4])) == pytest.approx(4.5 / 6)


@pytest.mark.slow
@pytest.mark.usefixtures("stepped")
def test_a_minute_from_nothing_lowers_the_held_out_loss_and_mends_better_than_a_mean(tmp_path: Path) -> None:
    sprites, log = _sprites(160), Log(tmp_path / "log.jsonl", lambda **facts: None)
    before = mend.held_out_loss(sprites, Energy(SMALL))
    made = mend.learn(sprites, 300 / 60, log, measures=SMALL)
    assert mend.held_out_loss(sprites, made) < 0.8 * before
    x0, holes, _ = mend_judge.damage(sprites)
    mended = mend_judge.error(mend_judge.repaired(made, x0, holes, 0.0), x0, holes)
    assert mended < mend_judge.error(mend_judge.mean_filled(x0, holes), x0, holes)
