"""image/tile: what it makes wraps, larger tiles and likelihood, its textures, its recipe on a few of them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engines.contract import Checkpoint, EngineCard, Refused, Request, Result, Step, check, params_of
from engines.families import score_sde
from engines.image.tile import Tile
from engines.nn import tile as net
from engines.nn.unet import Measures, UNet
from engines.samplers import seeded
from engines.training import ramps, textures, tile, tile_data, tile_judge
from engines.training.fit import Log

SMALL = Measures(channels=3, patch=2, width=8, levels=(1, 2), blocks=1, text=8, wraps=True)
WIDER = Measures(channels=3, patch=2, width=16, levels=(1, 2), blocks=1, text=8, wraps=True)


class Words:
    """A stand-in for the text encoder: every word one fixed state."""

    def encode(self, prompts: list[str], limit: int = 32) -> tuple[Tensor, Tensor]:
        rows = [[sum(map(ord, word)) % 97 / 48 - 1 for word in ("[", *prompt.split())] for prompt in prompts]
        longest = max(map(len, rows))
        states = torch.tensor([row + [0.0] * (longest - len(row)) for row in rows])[..., None].repeat(1, 1, 8)
        return states, torch.tensor([[k < len(row) for k in range(longest)] for row in rows])

    def joined(self, prompt: str, suffix: str, limit: int = 32) -> str:
        return prompt + suffix


@pytest.fixture(scope="module")
def engine() -> Tile:
    torch.manual_seed(0)
    network = UNet(SMALL)
    for parameter in network.parameters():
        if not parameter.any():  # what begins at nought would let nothing through
            nn.init.normal_(parameter, std=0.1)
    made = Tile()
    made._model = net.Model(network.eval().requires_grad_(False), Words())  # type: ignore[arg-type]
    return made


def _request(**more: Any) -> Request:
    options = {"steps": 3, "detail": "32"} | more.pop("options", {})
    asked = Request(engine="image/tile", options=options, **({"prompt": "red brick wall", "seed": 3} | more))
    return check(EngineCard(Tile.info, params_of(Tile.Options)), asked)


def _result(engine: Tile, **more: Any) -> Result:
    *_, last = engine.generate(_request(**more))
    assert isinstance(last, Result)
    return last


# ---------------------------------------------------------------- the engine


def test_noise_that_is_pushed_round_gives_the_tile_pushed_round(engine: Tile) -> None:
    """The law of wrapping: by whole strides of the network (4 pixels here) nothing else changes, border or not."""
    words = Words().encode(["red brick"])
    sde = score_sde.SDES["VP"]
    denoise = net.denoiser(engine._model.network, sde.path, words)
    levels, push = sde.levels(4, 7.0), (12, 20)
    x = torch.randn(1, 3, 32, 32)

    def noise(turned: bool) -> Any:
        draw = seeded(5)
        return lambda step, like: draw(step, like).roll(push, (2, 3)) if turned else draw(step, like)

    *_, plain = score_sde.sample(denoise, x, levels, score_sde.Plan(sde, noise=noise(False)))
    *_, turned = score_sde.sample(denoise, x.roll(push, (2, 3)), levels, score_sde.Plan(sde, noise=noise(True)))
    assert (turned.x - plain.x.roll(push, (2, 3))).abs().max() < 1e-3
    assert (turned.x - plain.x).abs().max() > 0.1


@pytest.mark.parametrize(("size", "detail"), [(32, "32"), (256, "32"), (64, "64"), (256, "128")])
def test_a_tile_has_its_size_in_whole_pixels(engine: Tile, size: int, detail: str) -> None:
    pixels = _result(engine, size=(size, size), options={"steps": 1, "detail": detail}).media.pixels  # type: ignore[union-attr]
    assert pixels.shape == (size, size, 3)
    times = size // int(detail)
    assert np.array_equal(pixels, pixels[::times, ::times].repeat(times, 0).repeat(times, 1))


def test_a_small_size_has_the_detail_it_has_room_for(engine: Tile) -> None:
    small, exact = (_result(engine, size=(32, 32), options={"steps": 1, "detail": d}).media for d in ("64", "32"))
    assert np.array_equal(small.pixels, exact.pixels)  # type: ignore[union-attr]


def test_the_seam_can_be_seen_three_by_three(engine: Tile) -> None:
    shown: dict[str, tuple[Any, Any]] = {}
    for show in ("one tile", "3x3 while it develops", "3x3"):
        asked = _request(size=(64, 64), options={"show": show})
        previews = [event.preview() for event in engine.generate(asked) if isinstance(event, Step)]
        shown[show] = previews[-1].pixels.shape, _result(engine, size=(64, 64), options={"show": show}).media.pixels
    assert shown["one tile"][0] == (64, 64, 3)
    assert shown["3x3 while it develops"][0] == shown["3x3"][0] == (192, 192, 3)
    assert shown["3x3 while it develops"][1].shape == (64, 64, 3)
    assert np.array_equal(shown["3x3"][1], np.tile(shown["one tile"][1], (3, 3, 1)))


@pytest.mark.parametrize(
    "changed", [{"sde": "VE"}, {"predictor": "Euler-Maruyama"}, {"corrections": 0}, {"kind": "lava"}]
)
def test_every_option_matters(engine: Tile, changed: dict[str, Any]) -> None:
    plain, other = _result(engine).media, _result(engine, options=changed).media
    assert not np.array_equal(plain.pixels, other.pixels)  # type: ignore[union-attr]


def test_likelihood_is_told_when_it_is_asked_for(engine: Tile) -> None:
    assert "bits per dimension" not in _result(engine).facts
    told = _result(engine, options={"likelihood": True, "steps": 1}).facts
    assert np.isfinite(float(told["bits per dimension"]))
    assert told["nfe of the likelihood"] == 96


def test_a_foreign_checkpoint_costs_one_sentence(engine: Tile) -> None:
    held = Checkpoint(1, 3, 0.5, "x", {"x": np.zeros((1, 4, 8, 8), np.float32)})
    with pytest.raises(Refused, match="another engine or detail"):
        _result(engine, resume=held)


def test_both_sdes_see_the_same_picture_in_the_same_noise(engine: Tile) -> None:
    """One network: x on VE and alpha x on VP have one clean estimate."""
    words, x, ratio = Words().encode(["moss"]), torch.randn(2, 3, 16, 16), 0.7
    level = ratio / (1 + ratio**2) ** 0.5
    found = [
        net.denoiser(engine._model.network, score_sde.SDES[name].path, words)(scale * x, sigma)
        for name, scale, sigma in (("VE", 1.0, ratio), ("VP", (1 + ratio**2) ** -0.5, level))
    ]
    assert (found[0] - found[1]).abs().max() < 1e-5


def test_the_score_for_training_is_that_of_the_denoiser(engine: Tile) -> None:
    words, x = Words().encode(["moss"]), torch.randn(1, 3, 16, 16)
    sde = score_sde.SDES["VP"]
    for level in (0.05, 0.6, 0.99):
        m = net.denoiser(engine._model.network, sde.path, words)(x, level)
        wanted = score_sde.score(sde.path, level, x, m)
        found = net.score(engine._model.network, x, torch.tensor([level]), words)
        assert (found - wanted).abs().max() < 1e-3 * wanted.abs().max()


# ---------------------------------------------------------------- textures and data


@pytest.mark.parametrize("kind", list(textures.KINDS))
def test_every_kind_is_drawn_from_its_chance(kind: str) -> None:
    one, two, other = (textures.draw(kind, "", np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert one.shape == (32, 32, 3)
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)
    assert textures.caption(kind, "blue").startswith("blue ")


@pytest.mark.parametrize(
    "kind", ["cobblestone", "marble", "sand", "dirt", "grass", "leaves", "water", "lava", "crystal"]
)
def test_a_texture_without_a_lattice_has_no_seam(kind: str) -> None:
    """Where no line of the pattern lies on the border, a step across it is as high as one inside."""
    rng = np.random.default_rng(0)
    found = tile_data.seam(np.stack([textures.draw(kind, "", rng) for _ in range(24)]))
    assert 0.8 < found.mean() < 1.2


def test_a_named_colour_is_seen() -> None:
    rng = np.random.default_rng(1)
    for colour, channel in (("red", 0), ("green", 1), ("blue", 2)):
        mean = textures.draw("sand", colour, rng).mean((0, 1))
        assert mean.argmax() == channel
        tile_ = tile_data.recoloured(textures.draw("stone", "", rng), colour, 0.3)
        assert tile_.mean((0, 1)).argmax() == channel


def test_a_seam_is_measured() -> None:
    smooth = (127 + 100 * np.sin(np.arange(32) / 32 * 2 * np.pi))[:, None, None] * np.ones((1, 32, 3))
    ramp = np.linspace(0, 255, 32)[:, None, None] * np.ones((1, 32, 3))
    found = tile_data.seam(np.stack([smooth, ramp]).astype(np.uint8))
    assert found[0] < 2.1
    assert found[1] > 10


def _few(count: int = 6) -> tile_data.Tiles:
    """Three kinds of texture in a few colours, a sixth held out."""
    pairs = [(kind, colour) for kind in ("checks", "stripes", "sand") for colour in ("red", "blue", "green", "white")]
    rng = np.random.default_rng(0)
    made = np.stack([textures.draw(*pair, rng) for pair in pairs for _ in range(count)])
    held = np.array([k % 6 == 5 for k in range(len(pairs)) for _ in range(count)])
    captions = [textures.caption(*pair) for pair in pairs]
    return tile_data.Tiles(made, np.arange(len(pairs)).repeat(count), captions, held, np.zeros(len(made), bool))


def test_batches_are_seeded_pushed_and_never_held_out() -> None:
    tiles = _few()
    batches = tile_data.Batches(tiles, 16)
    for seed in range(5):
        (x, caption), (y, other) = (batches(np.random.default_rng(seed)) for _ in range(2))
        assert torch.equal(x, y)
        assert torch.equal(caption, other)
        assert not {5, 11} & set(caption.tolist())
    assert x.shape == (16, 3, 32, 32)
    assert float(x.abs().max()) <= 1.0
    assert set(tile_data.Batches(tiles, 16, held_out=True)(np.random.default_rng(4))[1].tolist()) <= {5, 11}


def test_what_is_held_out_is_a_pair_and_never_a_plain_kind() -> None:
    held = [(k, c) for k in textures.KINDS for c in ("", *ramps.COLOURS) if tile_data.is_held_out(k, c)]
    assert all(colour for _, colour in held)
    assert 0.05 < len(held) / (len(textures.KINDS) * len(ramps.COLOURS)) < 0.15


def test_copies_are_found_however_they_are_pushed_round() -> None:
    tiles = _few()
    copied = np.roll(tiles.pictures[[3, 20]], (5, 9), (1, 2))
    places, gaps = tile_judge.nearest(tiles, np.concatenate([copied, tile_judge.noise_like(copied)]), near=5)
    assert np.array_equal(tiles.caption[places[:2]], tiles.caption[[3, 20]])
    assert gaps[:2].max() < 1e-3 < gaps[2:].min()


# ---------------------------------------------------------------- the recipe


@pytest.mark.usefixtures("stepped")
def test_the_recipe_runs_resumes_and_tells(tmp_path: Path) -> None:
    tiles, log = _few(), Log(tmp_path / "log.jsonl", lambda **facts: None)
    told = Words().encode([*tiles.captions, ""])
    for resume in (False, True):
        minutes = (12 + 12 * resume) / 60
        tile.learn(tiles, told, minutes, log, kept=tmp_path / "t.pt", resume=resume, measures=SMALL)
    rows = log.rows("tile")
    assert rows[-1]["step"] > rows[0]["step"]
    assert all(np.isfinite(row["held-out"]) for row in rows)


@pytest.mark.slow
@pytest.mark.usefixtures("stepped")
def test_a_minute_from_nothing_lowers_the_held_out_loss_by_a_fifth(tmp_path: Path) -> None:
    """And beats the answer that knows the data's mean and deviation only, which begins the loss."""
    tiles, log = _few(24), Log(tmp_path / "log.jsonl", lambda **facts: None)
    told = Words().encode([*tiles.captions, ""])
    before = tile.held_out_loss(tiles, told, UNet(SMALL))
    made = tile.learn(tiles, told, 300 / 60, log, measures=WIDER)
    after = tile.held_out_loss(tiles, told, made)
    assert after < 0.8 * before
    assert after < 0.9 * naive_loss(tiles)


def naive_loss(tiles: tile_data.Tiles) -> float:
    """The same loss of the best linear answer: normal data with the training tiles' mean and deviation."""
    shown = torch.from_numpy(tiles.pictures[~tiles.held_out]).float() / 127.5 - 1
    mean, spread = float(shown.mean()), float(shown.std())
    batches, total = tile_data.Batches(tiles, 64, held_out=True), 0.0
    for step in range(2):
        x0, _caption, noise, ratio = tile.lesson(batches, step)

        def linear(x: Tensor, level: Tensor) -> Tensor:
            sigma = level.reshape(-1, 1, 1, 1)
            alpha = (1 - sigma * sigma).sqrt()
            return -(x - alpha * mean) / (alpha.square() * spread**2 + sigma.square())

        total += float(score_sde.loss(linear, x0, noise, ratio)) / 2
    return total
