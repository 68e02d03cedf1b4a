"""image/sprite: v-prediction diffusion against closed forms, pixels that stay pixels, and its recipe."""

import math
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engines import samplers, schedules
from engines.contract import Audio, Image, Refused, Request, Result, Step
from engines.families import diffusion
from engines.image.sprite import Sprite
from engines.nn import palette
from engines.nn.sprite import Model, entering, leaving
from engines.nn.unet import Measures, UNet
from engines.schedules import VP
from engines.training import fit, sprite, sprite_judge
from engines.training.fit import Log
from engines.training.muon import Muon, orthogonal
from engines.training.sprite_pool import Pool, Row

SPREAD = 0.5  # of the one-dimensional data whose answers are known


def _exact(x: Tensor, u: Tensor) -> Tensor:
    """E[v | x] when x0 is normal with deviation SPREAD: x times alpha sigma (1 - s²) / (alpha² s² + sigma²)."""
    alpha, sigma = diffusion.signal_and_noise(u, x)
    return x * alpha * sigma * (1 - SPREAD**2) / (alpha**2 * SPREAD**2 + sigma**2)


# ---------------------------------------------------------------- the family


def test_the_loss_of_the_best_network_is_the_closed_form() -> None:
    generator = torch.Generator().manual_seed(1)
    count, u = 400_000, torch.tensor([0.3])
    x0, noise = (torch.randn(1, count, generator=generator, dtype=torch.float64) for _ in range(2))
    alpha, sigma = math.cos(0.15 * math.pi), math.sin(0.15 * math.pi)
    along = alpha * sigma * (1 - SPREAD**2)
    least = alpha**2 + sigma**2 * SPREAD**2 - along**2 / (alpha**2 * SPREAD**2 + sigma**2)
    found = diffusion.loss(_exact, SPREAD * x0, noise, u)
    assert float(found) == pytest.approx(least, rel=0.01)
    worse = diffusion.loss(lambda x, t: 1.1 * _exact(x, t), SPREAD * x0, noise, u)
    assert worse > found


@pytest.mark.parametrize("level", [0.05, 0.4, 0.9, 0.999])
def test_clean_and_noise_estimates_are_the_posterior_means(level: float) -> None:
    x = torch.linspace(-3, 3, 61, dtype=torch.float64)[None]
    alpha = math.sqrt(1 - level**2)
    mean = x * alpha * SPREAD**2 / (alpha**2 * SPREAD**2 + level**2)
    x0, noise = diffusion.clean(_exact, x, level), diffusion.noise_of(_exact, x, level)
    assert (x0 - mean).abs().max() < 1e-12
    assert (alpha * x0 + level * noise - x).abs().max() < 1e-12


@pytest.mark.parametrize("method", ["ddim", "dpmpp_2m"])
def test_the_walk_ends_where_the_ode_does(method: str) -> None:
    levels = schedules.levels("cosine", 800, VP)
    x = torch.linspace(-2, 2, 41, dtype=torch.float64)[None]
    denoise = partial(diffusion.clean, _exact)
    *_, last = diffusion.sample(method, denoise, x, levels)
    start = math.sqrt(VP.alpha(levels[0]) ** 2 * SPREAD**2 + levels[0] ** 2)
    assert (last.x - x * SPREAD / start).abs().max() < 1e-2


def test_ancestral_steps_keep_the_spread_of_the_data() -> None:
    x = torch.randn(1, 20_000, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    levels = schedules.levels("cosine", 200, VP)
    *_, last = diffusion.sample("ddpm", partial(diffusion.clean, _exact), x, levels, noise=samplers.seeded(3))
    assert float(last.x.std()) == pytest.approx(SPREAD, rel=0.03)


def test_training_times_are_one_in_each_part() -> None:
    u = diffusion.times(64, torch.Generator().manual_seed(4))
    assert sorted((u * 64).long().tolist()) == list(range(64))
    assert not torch.equal(u, u.sort().values)


# ---------------------------------------------------------------- pixels


def _noisy(seed: int = 0, side: int = 32) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return palette.hard(rng.integers(0, 256, (side, side, 4), dtype=np.uint8))


def _colours(sprite: np.ndarray) -> int:
    return len(np.unique(sprite[sprite[..., 3] > 0][:, :3], axis=0))


@pytest.mark.parametrize("colours", [4, 7, 16, 32])
def test_no_more_colours_than_allowed_and_alpha_untouched(colours: int) -> None:
    sprite = _noisy()
    found = palette.limited(sprite, colours)
    assert _colours(found) <= colours
    assert np.array_equal(found[..., 3], sprite[..., 3])
    assert np.array_equal(found, palette.limited(sprite, colours))
    assert np.array_equal(palette.limited(found, colours), found)


def test_more_colours_are_nearer_to_the_picture() -> None:
    sprite = _noisy(1)
    gaps = [np.abs(palette.limited(sprite, n).astype(int) - sprite).mean() for n in (4, 8, 16, 32)]
    assert gaps == sorted(gaps, reverse=True)


@pytest.mark.parametrize("colours", [4, 12])
def test_kept_pixels_stay_and_lead_the_palette(colours: int) -> None:
    sprite, kept = _noisy(2), np.zeros((32, 32), bool)
    kept[:8] = True
    sprite[:8, :, :3] = np.random.default_rng(3).choice([0, 90, 200], (8, 32, 1)) * (sprite[:8, :, 3:] > 0)
    found = palette.limited(sprite, colours, kept)
    assert np.array_equal(found[kept], sprite[kept])
    assert _colours(found) <= colours
    crowded = palette.limited(_noisy(2), 4, kept)  # more colours kept than allowed: the rest takes theirs
    assert _colours(crowded) <= _colours(_noisy(2)[:8])


@pytest.mark.parametrize("factor", [1, 2, 8])
def test_an_enlarged_sprite_comes_back_exactly(factor: int) -> None:
    sprite = _noisy(4)
    assert np.array_equal(palette.gridded(Image(palette.enlarged(sprite, factor))), sprite)


def test_any_picture_is_put_on_the_grid() -> None:
    for pixels in (_noisy(5, 50)[:20], np.full((300, 10, 3), 90, np.uint8), np.full((9, 9), 200, np.uint8)):
        found = palette.gridded(Image(pixels))
        assert found.shape == (32, 32, 4)
        assert set(np.unique(found[..., 3])) <= {0, 255}
        assert found[..., 3].any()


def test_the_network_sees_what_it_gives_back() -> None:
    sprites = np.stack([_noisy(seed) for seed in range(3)])
    assert np.array_equal(leaving(entering(sprites)), sprites)


def test_a_sheet_is_an_exact_grid() -> None:
    sprites = [_noisy(seed) for seed in range(4)]
    whole = palette.sheet(sprites)
    assert whole.shape == (64, 64, 4)
    assert np.array_equal(whole[32:, :32], sprites[2])
    assert palette.sheet(sprites[:3])[32:, 32:].max() == 0


# ---------------------------------------------------------------- the engine, with a small network


class _Words:
    """A text encoder of which only the form is real: a token a word, the same for the same word."""

    def encode(self, prompts: list[str]) -> tuple[Tensor, Tensor]:
        words = prompts[0].split() or ["nothing"]
        states = [torch.randn(384, generator=samplers.generator(sum(map(ord, word)), 0)) for word in words]
        return torch.stack(states)[None], torch.ones(1, len(words), dtype=torch.bool)


@pytest.fixture
def engine() -> Sprite:
    torch.manual_seed(7)
    unet = UNet(Measures(channels=4, patch=4, width=16, levels=(1, 2), blocks=1, text=384)).eval()
    with torch.no_grad():
        unet.leave[-1].weight.normal_(std=0.05)  # type: ignore[union-attr, operator]
        unet.middle[0].out.weight.normal_(std=0.2)  # type: ignore[union-attr, operator]
    made = Sprite()
    made._model = Model(unet.requires_grad_(False), _Words())  # type: ignore[arg-type]
    return made


def _asked(seed: int = 5, **more: Any) -> Request:
    options = {"steps": 3, **more.pop("options", {})}
    return Request(engine="image/sprite", prompt="a red cat", seed=seed, size=(32, 32), options=options, **more)


def _events(engine: Sprite, request: Request) -> Iterator[Step | Result]:
    return (event for event in engine.generate(request) if isinstance(event, Step | Result))


def _pixels(engine: Sprite, request: Request) -> np.ndarray:
    *_, last = _events(engine, request)
    assert isinstance(last, Result)
    return last.media.pixels  # type: ignore[union-attr]


@pytest.mark.parametrize("sampler", ["ddim", "ddpm", "dpmpp_2m", "heun", "lms", "unipc"])
def test_a_sheet_equals_its_sprites_made_alone(engine: Sprite, sampler: str) -> None:
    whole = _pixels(engine, _asked(options={"sheet": "4", "sampler": sampler, "guidance": 2.0}))
    for i, (y, x) in enumerate(((0, 0), (0, 32), (32, 0), (32, 32))):
        alone = _pixels(engine, _asked(5 + i, options={"sampler": sampler, "guidance": 2.0}))
        assert np.array_equal(whole[y : y + 32, x : x + 32], alone)


@pytest.mark.parametrize("side", [32, 64, 128, 256, 512])
def test_a_larger_size_is_the_same_sprite(engine: Sprite, side: int) -> None:
    small = _pixels(engine, _asked())
    large = _pixels(engine, msgspec.structs.replace(_asked(), size=(side, side)))
    assert np.array_equal(large, palette.enlarged(small, side // 32))
    assert set(np.unique(small[..., 3])) <= {0, 255}


def test_colours_and_background_are_obeyed(engine: Sprite) -> None:
    found = _pixels(engine, _asked(options={"colours": 5}))
    assert 1 < _colours(found) <= 5
    black = _pixels(engine, _asked(options={"colours": 5, "background": "black"}))
    assert black.shape == (32, 32, 3)
    assert np.array_equal(black[found[..., 3] > 0], found[found[..., 3] > 0][:, :3])
    assert black[found[..., 3] == 0].max(initial=0) == 0


def test_what_the_mask_keeps_is_the_start_itself(engine: Sprite) -> None:
    start, mask = palette.limited(_noisy(8), 12), np.zeros((32, 32), np.uint8)
    mask[16:] = 255
    found = _pixels(engine, _asked(start=Image(start), mask=Image(mask), strength=1.0))
    assert np.array_equal(found[:16], start[:16])
    assert not np.array_equal(found[16:], start[16:])


def test_each_step_shows_pixels(engine: Sprite) -> None:
    for event in _events(engine, _asked(options={"sheet": "4"})):
        if isinstance(event, Step):
            assert event.preview().pixels.shape == (64, 64, 4)  # type: ignore[union-attr]
            assert engine.render(event.estimate()).pixels.shape == (256, 256, 4)  # type: ignore[misc]


def test_what_cannot_be_begun_from_is_refused(engine: Sprite) -> None:
    with pytest.raises(Refused, match="starts from a picture"):
        _pixels(engine, _asked(start=Audio(np.zeros((8, 1), np.float32), 8000)))
    step = next(event for event in _events(engine, _asked()) if isinstance(event, Step))
    assert step.checkpoint is not None
    with pytest.raises(Refused, match="another sheet"):
        _pixels(engine, _asked(options={"sheet": "4"}, resume=step.checkpoint()))


# ---------------------------------------------------------------- the recipe


def test_orthogonal_directions_have_singular_values_near_one() -> None:
    for shape in ((24, 100), (100, 24)):
        matrix = torch.randn(shape, generator=torch.Generator().manual_seed(5))
        values = torch.linalg.svdvals(orthogonal(matrix))
        assert float(values.min()) > 0.6
        assert float(values.max()) < 1.25


def test_muon_fits_a_line_and_comes_back() -> None:
    torch.manual_seed(6)
    network, x = nn.Linear(40, 30), torch.randn(256, 40)
    y = x @ torch.randn(40, 30) + 1
    optimiser = Muon(network.parameters(), lr=0.2, decay=0.0)
    first = float((network(x) - y).square().mean().detach())
    for step in range(200):
        optimiser.param_groups[0]["lr"] = 0.2 * (1 - step / 200)
        loss = (network(x) - y).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert float(loss.detach()) < 0.02 * first
    held, again = optimiser.state_dict(), Muon(network.parameters(), lr=0.2)
    again.load_state_dict(held)
    assert torch.equal(again.state[network.weight]["momentum"], optimiser.state[network.weight]["momentum"])


def _pool(count: int = 120) -> Pool:
    """Squares and discs in two colours and a few places, told by words: a stand-in of the form of the real pool."""
    y, x = np.mgrid[:32, :32]
    pixels, rows = [], []
    for i in range(count):
        colour, round_ = ("red", "blue")[i % 2], i % 4 < 2
        cy, cx, r = 12 + i % 7, 12 + i % 5, 8
        inside = (x - cx) ** 2 + (y - cy) ** 2 < r * r if round_ else np.maximum(abs(x - cx), abs(y - cy)) < r
        rgb = (220, 40, 40) if colour == "red" else (40, 60, 220)
        pixels.append(np.where(inside[..., None], (*rgb, 255), 0).astype(np.uint8))
        name = "disc" if round_ else "square"
        who = "test" if i >= count - 20 else "train"
        rows.append(Row(name, "item", colour, who, [f"a {colour} {name}"]))
    words = ["", *sorted({row.words[0] for row in rows})]
    states, _ = _Words().encode([" ".join(words)])
    tokens = [_Words().encode([said])[0][0].half().numpy() for said in words]
    ends = np.cumsum([len(token) for token in tokens])
    assert states.shape[-1] == 384
    return Pool(np.stack(pixels), rows, np.concatenate(tokens), ends, {said: i for i, said in enumerate(words)})


@pytest.mark.usefixtures("stepped")
def test_the_recipe_trains_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sprite, "MEASURES", Measures(channels=4, patch=4, width=16, levels=(1, 2), blocks=1))
    monkeypatch.setattr(sprite, "BATCH", 16)
    pool, kept = _pool(), tmp_path / "s.pt"
    log = Log(tmp_path / "log.jsonl", lambda *said, **facts: None)
    monkeypatch.setattr(fit, "pace", lambda step, fraction: 1.0)  # no slow rise in so short a training
    network = sprite.fitted(pool, 25 / 60, log, device="cpu", kept=kept)
    seen = log.rows("sprite")[-1]
    tested = sprite.held_out(pool, "cpu")
    assert tested(network) < tested(UNet(sprite.MEASURES))
    sprite.fitted(pool, 30 / 60, log, device="cpu", kept=kept, resume=True)
    assert (seen["step"], log.rows("sprite")[-1]["step"]) == (25, 30)


def test_a_step_of_the_training_is_a_function_of_its_number() -> None:
    torch.manual_seed(0)
    pool, network = _pool(), UNet(Measures(channels=4, patch=4, width=16, levels=(1, 2), blocks=1))
    one, two, other = (sprite.objective(network, sprite.lesson(pool, step, batch=8)) for step in (3, 3, 4))
    assert torch.equal(one, two)
    assert not torch.equal(one, other)


def test_copies_are_found_either_way_round() -> None:
    pool = _pool()
    same = pool.pixels[[3, 5]].copy()
    same[1] = same[1, :, ::-1]
    nearest, gaps = sprite_judge.copies(pool, same)
    assert np.array_equal(nearest, same)
    assert gaps.max() < 1e-3
    assert sprite_judge.copies(pool, _noisy(9)[None])[1][0] > sprite_judge.DUPLICATE


def test_retrieval_counts_the_first_ones() -> None:
    odds = torch.tensor([[3.0, 1, 0], [2, 1, 0], [0, 1, 2]])
    assert sprite_judge.retrieved(odds, 1).tolist() == [True, False, True]
    assert sprite_judge.retrieved(odds, 2).tolist() == [True, True, True]


@pytest.mark.slow
@pytest.mark.usefixtures("stepped")
def test_a_minute_of_training_beats_the_network_without_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From nothing, on data made on the spot: the held-out loss falls by more than 20 %, and words help."""
    monkeypatch.setattr(sprite, "MEASURES", Measures(channels=4, patch=2, width=32, levels=(1, 2), blocks=1))
    pool = _pool()
    log = Log(tmp_path / "log.jsonl", lambda *said, **facts: None)
    network = sprite.fitted(pool, 150 / 60, log, device="cpu")
    tested = sprite.held_out(pool, "cpu")
    assert tested(network) < 0.8 * tested(UNet(sprite.MEASURES))
    silent = [Row(row.name, row.kind, row.colour, row.part, [""]) for row in pool.rows]
    blind = Pool(pool.pixels, silent, pool.states, pool.ends, {"": 0})
    assert tested(network) < sprite.held_out(blind, "cpu")(network)
