"""The recipe of image/pixel: its pool in symbols, its masks, a short training."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engines.families import autoregressive as family
from engines.nn.pixel import Measures, PixelCNN
from engines.nn.pixel_model import png
from engines.training import fit, pixel, pixel_data
from engines.training.fit import Log
from engines.training.sprite_pool import Pool, Row
from tests.test_pixel import _Words


def _pool(count: int = 120) -> Pool:
    """Squares and discs in two colours, told by words: a stand-in of the form of the real pool."""
    y, x = np.mgrid[:32, :32]
    drawn, rows = [], []
    for i in range(count):
        colour, disc = ("red", "blue")[i % 2], i % 4 < 2
        cy, cx, r = 12 + i % 7, 12 + i % 5, 8
        inside = (x - cx) ** 2 + (y - cy) ** 2 < r * r if disc else np.maximum(abs(x - cx), abs(y - cy)) < r
        rgb = (200, 30, 40) if colour == "red" else (40, 60, 200)
        drawn.append(np.where(inside[..., None], (*rgb, 255), 0).astype(np.uint8))
        part, name = "test" if i >= count - 20 else "train", "disc" if disc else "square"
        rows.append(Row(name, "item", colour, part, [f"a {colour} {name}"]))
    words = ["", *sorted({row.words[0] for row in rows})]
    tokens = [_Words().encode([said])[0][0].half().numpy() for said in words]
    ends = np.cumsum([len(token) for token in tokens])
    return Pool(np.stack(drawn), rows, np.concatenate(tokens), ends, {said: i for i, said in enumerate(words)})


@pytest.fixture
def sprites(tmp_path: Path) -> pixel_data.Sprites:
    return pixel_data.load(_pool(), tmp_path)


def test_the_palette_is_of_the_training_part_and_kept(sprites: pixel_data.Sprites, tmp_path: Path) -> None:
    assert {tuple(colour) for colour in sprites.colours.tolist()} == {(200, 28, 40), (40, 60, 200)}
    again = pixel_data.load(_pool(), tmp_path)
    assert np.array_equal(again.symbols, sprites.symbols)
    assert np.array_equal(sprites.turns[0], [0, 1, 2])  # no turn is no change, and nothing stays nothing
    assert (sprites.turns[:, -1] == 2).all()


def test_mean_states_are_the_means_of_the_tokens(sprites: pixel_data.Sprites) -> None:
    states, mask = sprites.pool.embedded(["", "a red disc", "a blue square"])
    exact = states.sum(1) / mask.sum(1, keepdim=True)
    assert float((sprites.texts(["", "a red disc", "a blue square"]) - exact).abs().max()) < 1e-5


def test_masks_keep_all_sorts_of_parts() -> None:
    rng = np.random.default_rng(0)
    masks = np.stack([pixel_data.mask(rng) for _ in range(300)])
    none = (~masks).all((1, 2)).mean()
    upper = np.mean([m[0].all() and not m[-1].any() and (m == m[:, :1]).all() for m in masks])
    assert 0.22 < none < 0.38
    assert 0.22 < upper < 0.4
    assert not masks.all((1, 2)).any()


def test_a_step_of_the_training_is_a_function_of_its_number(sprites: pixel_data.Sprites) -> None:
    made = PixelCNN(Measures(symbols=3, embed=4, width=8, deep=8, told=6, hidden=8))
    one, two, other = (pixel.objective(made, sprites.batch(np.random.default_rng(step), 6)) for step in (3, 3, 4))
    assert torch.equal(one, two)
    assert not torch.equal(one, other)


def _trained(sprites: pixel_data.Sprites, monkeypatch: pytest.MonkeyPatch, steps: int, log: Log, **more: Any) -> Any:
    monkeypatch.setattr(pixel, "MEASURES", Measures(symbols=3, embed=6, width=16, deep=16, told=16, hidden=16))
    monkeypatch.setattr(pixel, "BATCH", 8)
    monkeypatch.setattr(fit, "pace", lambda step, fraction: 1.0)  # no slow rise in so short a training
    return pixel.fitted(sprites, steps / 60, log, device="cpu", **more)


@pytest.mark.usefixtures("stepped")
def test_the_recipe_trains_and_goes_on(
    sprites: pixel_data.Sprites, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, kept = Log(tmp_path / "log.jsonl", lambda *said, **facts: None), tmp_path / "p.pt"
    made = _trained(sprites, monkeypatch, 25, log, kept=kept)
    seen = log.rows("pixel")[-1]
    tested = pixel.held_out(sprites, "cpu")
    assert tested(made) < 0.8 * tested(PixelCNN(pixel.MEASURES))
    assert np.array_equal(made.palette.numpy(), sprites.colours)
    _trained(sprites, monkeypatch, 28, log, kept=kept, resume=True)
    assert (seen["step"], log.rows("pixel")[-1]["step"]) == (25, 28)


@pytest.mark.usefixtures("stepped")
@pytest.mark.slow
def test_three_hundred_steps_of_training_beats_counting_and_png(
    sprites: pixel_data.Sprites, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From nothing, on data made on the spot: far below the entropy of the colours, below PNG, and words help."""
    made = _trained(sprites, monkeypatch, 300, Log(tmp_path / "log.jsonl", lambda *said, **facts: None))
    found = float(family.bits(pixel.held_out(sprites, "cpu")(made)))
    numbers = sprites.test()
    share = np.bincount(sprites.symbols[numbers].ravel(), minlength=3) / sprites.symbols[numbers].size
    assert found < 0.8 * -float((share * np.log2(share)).sum())
    assert found < 8 * np.mean([len(png(sprites.symbols[i], sprites.colours)) for i in numbers]) / 1024
    given = (pixel_data.as_blocks(sprites.symbols[numbers].astype(np.int64)), torch.zeros(len(numbers), 16, 16, 4) > 0)
    with torch.no_grad():
        blind = float(family.bits(family.loss(made(*given, sprites.texts([""] * len(numbers))), given[0])))
    assert found < blind
