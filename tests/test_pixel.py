"""image/pixel: nothing is seen too early, the cache changes nothing, probabilities add up, what is kept stays."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from torch import Tensor

from engines import samplers
from engines.contract import Audio, Image, Refused, Request, Result, Step
from engines.families import autoregressive as family
from engines.image.pixel import Options, Pixel
from engines.nn import examples, palette
from engines.nn.pixel import BLOCKS, PIXELS, Measures, PixelCNN, blocks, pixels, usage
from engines.nn.pixel_colours import borrowed, nearest, sprites_of, symbols_of
from engines.nn.pixel_model import Desk, Model, load, png
from engines.nn.pixel_tries import APART
from engines.nn.pixel_writer import Writer
from engines.training.recolour import to_oklab

SMALL = Measures(symbols=6, embed=5, width=12, deep=10, told=7, hidden=9, text=384)
COLOURS = np.array([[10, 10, 10], [200, 30, 40], [40, 60, 200], [240, 230, 60], [250, 250, 250]], np.uint8)


def net(m: Measures = SMALL, seed: int = 0) -> PixelCNN:
    """A network with weights that matter everywhere."""
    torch.manual_seed(seed)
    made = PixelCNN(m).eval().requires_grad_(False)
    for weight in made.parameters():
        weight.add_(0.1 * torch.randn_like(weight))
    made.palette.copy_(torch.from_numpy(COLOURS[: m.symbols - 1]))
    return made


def picture(seed: int = 1, count: int = 1, symbols: int = 6) -> tuple[Tensor, Tensor, Tensor]:
    """(symbols, kept, text) at random."""
    rng = torch.Generator().manual_seed(seed)
    x = torch.randint(0, symbols, (count, BLOCKS, BLOCKS, PIXELS), generator=rng)
    return x, torch.rand(x.shape, generator=rng) < 0.3, torch.randn(count, 384, generator=rng)


# ---------------------------------------------------------------- the laws of the network


def test_blocks_and_back() -> None:
    x = torch.arange(2 * 32 * 32).reshape(2, 32, 32)
    assert torch.equal(pixels(blocks(x)), x)
    assert blocks(x)[0, 1, 2].tolist() == [2 * 32 + 4, 2 * 32 + 5, 3 * 32 + 4, 3 * 32 + 5]


@pytest.mark.parametrize("place", [0, 1, 6, 62, 63, 64, 333, 511, 770, 1021, 1023])
def test_a_pixel_is_told_of_nothing_free_that_comes(place: int) -> None:
    """Changing all free pixels from one on changes no logits up to it, to the bit, and some after it."""
    x, kept, text = picture()
    kept[0].reshape(-1)[place] = False
    other = torch.where((torch.arange(1024).reshape(kept.shape) >= place) & ~kept, (x + 1) % 6, x)
    one, two = (net()(some, kept, text).reshape(1024, -1) for some in (x, other))
    assert torch.equal(one[: place + 1], two[: place + 1])
    assert place > 1020 or not torch.equal(one[place + 1 :], two[place + 1 :])


def test_the_gradient_of_a_logit_is_nought_from_its_pixel_on() -> None:
    made, (x, kept, text) = net(), picture(2)
    kept[:] = False
    seen = made.embed(x).requires_grad_(True)
    made.embed.forward = lambda input: seen  # type: ignore[method-assign, assignment]
    made.used.weight.zero_()
    for y, c, n in ((0, 0, 0), (3, 7, 2), (15, 15, 3), (9, 0, 1)):
        (slope,) = torch.autograd.grad(made(x, kept, text)[0, y, c, n].sum(), seen)
        sizes, place = slope.abs().sum(-1).reshape(-1), (y * BLOCKS + c) * PIXELS + n
        assert float(sizes[place:].max()) == 0.0
        assert place == 0 or float(sizes[:place].max()) > 0.0


def test_every_pixel_before_is_seen() -> None:
    """No blind spot: of the sixty blocks round the last one's column each that is before it moves its logits."""
    made, (x, kept, text) = net(), picture(3)
    kept[:] = False
    seen = made.embed(x).requires_grad_(True)
    made.embed.forward = lambda input: seen  # type: ignore[method-assign, assignment]
    (slope,) = torch.autograd.grad(made(x, kept, text)[0, 8, 8].abs().sum(), seen)
    moved = slope.abs().sum((-1, -2))[0] > 0
    assert bool(moved[8, :8].all())
    assert bool(moved[5:8, 3:14].all())


def test_what_is_kept_is_seen_wherever_it_is() -> None:
    x, kept, text = picture(4)
    kept[0, 0, 0, 0], kept[0, 15, 15, 3] = False, True
    other = x.clone()
    other[0, 15, 15, 3] = (other[0, 15, 15, 3] + 1) % 6
    assert not torch.equal(net()(x, kept, text)[0, 0, 0, 0], net()(other, kept, text)[0, 0, 0, 0])


def test_the_probabilities_of_all_fillings_add_up_to_one() -> None:
    """Two symbols, eleven free pixels in five blocks: the sum over all 2048 pictures, each by the chain rule."""
    made, (x, kept, text) = net(Measures(2, 4, 8, 8, 6, 8)), picture(5, symbols=2)
    kept[:] = True
    free = [(0, 0, 1), (0, 0, 2), (0, 1, 0), (4, 3, 0), (4, 3, 1), (4, 3, 3), (4, 4, 0), (4, 4, 1), (15, 15, 2)]
    free += [(15, 15, 0), (9, 9, 3)]
    for place in free:
        kept[0][place] = False
    total = 0.0
    every = torch.tensor(list(itertools.product((0, 1), repeat=len(free))))
    for some in every.split(128):
        filled = x.repeat(len(some), 1, 1, 1)
        for k, place in enumerate(free):
            filled[(slice(None), *place)] = some[:, k]
        told = family.log_likelihood(made(filled, kept.expand_as(filled), text.expand(len(some), -1)), filled)
        total += float(torch.where(kept, 0.0, told.double()).flatten(1).sum(1).exp().sum())
    assert total == pytest.approx(1.0, abs=1e-5)


def test_usage_counts_what_is_kept_and_what_came_before() -> None:
    x, kept, _ = picture(6)
    found = usage(x, kept, 6)[0].expm1()
    flat, held = x[0].reshape(-1, PIXELS), kept[0].reshape(-1, PIXELS)
    for place in (0, 1, 17, 255):
        there = torch.cat([flat[held], flat[:place][~held[:place]]])
        exact = torch.bincount(there, minlength=6).float()
        assert float((found.reshape(6, -1)[:, place] - exact).abs().max()) < 1e-3


# ---------------------------------------------------------------- the cache


def test_drawing_with_the_cache_equals_the_whole_network() -> None:
    made, (x, kept, text) = net(), picture(7, 2)
    both, same = x[:1].expand(2, -1, -1, -1), kept[:1].expand(2, -1, -1, -1)
    whole = made(both, same, text)
    writer, error = Writer(made, x[0], kept[0], text=text, scale=lambda row: 2.5), 0.0
    for row, n in itertools.product(range(BLOCKS), range(BLOCKS * PIXELS)):
        if not kept[0, row, n // PIXELS, n % PIXELS]:
            place = row, n // PIXELS, n % PIXELS
            exact = family.guided(whole[0][place], whole[1][place], 2.5)
            error = max(error, float((writer.logits(row, n) - exact).abs().max()))
            writer.settle(row, n, int(x[0][place]))
    assert error < 2e-5
    told = family.log_likelihood(whole[0], x[0])
    assert writer.nats == pytest.approx(-float(told[~kept[0]].sum()), rel=1e-5)


def test_guidance_of_one_is_the_model_and_of_nought_the_model_without_words() -> None:
    a, b = torch.randn(2, 9, generator=torch.Generator().manual_seed(0)).double()
    assert float((family.guided(a, b, 1.0).softmax(0) - a.softmax(0)).abs().max()) < 1e-12
    assert float((family.guided(a, b, 0.0).softmax(0) - b.softmax(0)).abs().max()) < 1e-12
    exact = (a.softmax(0) ** 3 / b.softmax(0) ** 2) / (a.softmax(0) ** 3 / b.softmax(0) ** 2).sum()
    assert float((family.guided(a, b, 3.0).softmax(0) - exact).abs().max()) < 1e-12


def test_sparing_a_symbol_keeps_its_probability_and_shares_out_the_rest() -> None:
    logits, plain = torch.tensor([0.1, 2.0, -3.0, 0.7, 4.0]), torch.tensor([1.0, 0.0, 0.3, 0.2, 2.0])
    found = family.spared(family.top_k(logits, 3), 4, plain).softmax(0)
    assert float(found[4]) == pytest.approx(float(plain.softmax(0)[4]), abs=1e-6)
    assert found[[0, 2]].tolist() == [0.0, 0.0]
    assert float(found[1] / found[3]) == pytest.approx(float((logits[1] - logits[3]).exp()), rel=1e-5)


@pytest.mark.parametrize("options", [{"temperature": 0.0}, {"top_p": 0.05}, {"top_k": 1}])
def test_nothing_at_all_is_not_drawn_by_cutting_what_is_rare(engine: Pixel, options: dict[str, Any]) -> None:
    """A network that begins at one pixel in fifty: its likeliest symbol is nothing everywhere, yet it begins."""
    engine._model.net.head.leave.bias[-1] += 6.0
    assert (_pixels(engine, _asked(options=options))[..., 3] > 0).sum() > 5


class _Coins:
    """A reader whose law is known: a place is 1 with a chance that depends on the place before it."""

    def __init__(self) -> None:
        self.seen = [[-1] * 3 for _ in range(2)]

    def logits(self, row: int, n: int) -> Tensor:
        before = self.seen[row][n - 1] if n else 0
        return torch.tensor([[0.8, 0.2], [0.3, 0.7]][max(before, 0)]).log()

    def settle(self, row: int, n: int, symbol: int) -> None:
        self.seen[row][n] = symbol


def test_raster_draws_the_free_places_alone_in_order() -> None:
    free = np.array([[True, False, True], [False, False, False]])
    coins = _Coins()
    assert list(family.raster(coins, free, 3, lambda row, logits: logits)) == [0]
    assert [[s >= 0 for s in row] for row in coins.seen] == free.tolist()
    often = np.zeros((2, 2))
    for seed in range(1500):
        coins = _Coins()
        list(family.raster(coins, np.array([[True, True, False]]), seed, lambda row, logits: logits))
        often[coins.seen[0][0], coins.seen[0][1]] += 1
    exact = np.array([[0.64, 0.16], [0.06, 0.14]])
    assert float(np.abs(often / 1500 - exact).max()) < 0.04  # three standard deviations


# ---------------------------------------------------------------- colours


def test_symbols_and_back_are_exact_for_the_palette() -> None:
    symbols = np.random.default_rng(0).integers(0, 6, (3, 32, 32)).astype(np.uint8)
    sprites = sprites_of(symbols, COLOURS)
    assert np.array_equal(symbols_of(sprites, COLOURS), symbols)
    assert set(np.unique(sprites[..., 3])) == {0, 255}


def test_the_nearest_colour_is_the_nearest_in_oklab() -> None:
    found = np.random.default_rng(1).integers(0, 256, (200, 3)).astype(np.uint8)
    gaps = ((to_oklab(found / 255.0)[:, None] - to_oklab(COLOURS / 255.0)[None]) ** 2).sum(-1)
    assert np.array_equal(nearest(found, COLOURS), gaps.argmin(1))


def test_what_is_added_has_the_starts_own_colours() -> None:
    start = np.zeros((32, 32, 4), np.uint8)
    start[:2] = (190, 35, 44, 255)
    start[2, :3] = (205, 28, 38, 255)
    kept = np.zeros((32, 32), bool)
    kept[:8] = True
    mine = borrowed(COLOURS, start, kept)
    assert mine[1].tolist() == [190, 35, 44]
    assert np.array_equal(mine[[0, 2, 3, 4]], COLOURS[[0, 2, 3, 4]])
    assert np.array_equal(borrowed(COLOURS, start, ~kept), COLOURS)


def test_a_png_holds_the_sprite(tmp_path: Path) -> None:
    from PIL import Image as Pillow

    symbols = np.random.default_rng(2).integers(0, 6, (32, 32)).astype(np.uint8)
    (tmp_path / "s.png").write_bytes(png(symbols, COLOURS))
    with Pillow.open(tmp_path / "s.png") as read:
        there = np.asarray(read.convert("RGBA"))
    assert np.array_equal(there, sprites_of(symbols, COLOURS))


# ---------------------------------------------------------------- the engine


class _Words:
    """A text encoder of which only the form is real: a token a word, the same for the same word."""

    def encode(self, prompts: list[str]) -> tuple[Tensor, Tensor]:
        words = prompts[0].split() or ["nothing"]
        states = [torch.randn(384, generator=samplers.generator(sum(map(ord, word)), 0)) for word in words]
        return torch.stack(states)[None], torch.ones(1, len(words), dtype=torch.bool)


class _Critic:
    """A stand-in of image/match that likes red."""

    def shows(self, pictures: np.ndarray) -> Tensor:
        mean = pictures.astype(np.float32).mean((1, 2))
        return torch.from_numpy(mean[:, :1] - mean[:, 2:])

    def said(self, captions: list[str]) -> Tensor:
        return torch.ones(len(captions), 1)


@pytest.fixture
def engine() -> Pixel:
    made = Pixel()
    made._model = Model(net(), _Words())  # type: ignore[arg-type]
    made._model._critic = _Critic()
    return made


def _asked(seed: int = 5, **more: Any) -> Request:
    options = {"tries": 2, **more.pop("options", {})}
    return Request(engine="image/pixel", prompt="a red cat", seed=seed, size=(32, 32), options=options, **more)


def _events(engine: Pixel, request: Request) -> Iterator[Step | Result]:
    return (event for event in engine.generate(request) if isinstance(event, Step | Result))


def _result(engine: Pixel, request: Request) -> Result:
    *_, last = _events(engine, request)
    assert isinstance(last, Result)
    return last


def _pixels(engine: Pixel, request: Request) -> np.ndarray:
    return _result(engine, request).media.pixels  # type: ignore[union-attr]


def _drawing(rows: int = 12, seed: int = 8) -> np.ndarray:
    """A half-drawn sprite in colours of its own."""
    rng, sprite = np.random.default_rng(seed), np.zeros((32, 32, 4), np.uint8)
    own = np.array([[12, 9, 14, 255], [187, 41, 40, 255], [231, 222, 71, 255]], np.uint8)
    sprite[:rows, 4:28] = own[rng.integers(0, 3, (rows, 24))]
    return sprite


def test_the_drawn_rows_are_kept_and_the_rest_is_completed(engine: Pixel) -> None:
    start = _drawing()
    found = _pixels(engine, _asked(start=Image(start)))
    assert np.array_equal(found[:12], start[:12])
    assert (found[12:, :, 3] > 0).any()
    colours = {tuple(c) for c in found[found[..., 3] > 0][:, :3].tolist()}
    assert colours <= {tuple(c) for c in np.concatenate([start[..., :3].reshape(-1, 3), COLOURS]).tolist()}


@pytest.mark.parametrize(("rows", "kept"), [(0, 16), (5, 5), (31, 31)])
def test_a_whole_sprite_keeps_its_upper_half_or_what_is_asked(engine: Pixel, rows: int, kept: int) -> None:
    start = _drawing(32)
    found = _pixels(engine, _asked(start=Image(start), options={"rows": rows}))
    assert np.array_equal(found[:kept], start[:kept])
    assert not np.array_equal(found[kept:], start[kept:])


@pytest.mark.parametrize("which", range(4))
def test_what_a_mask_keeps_is_the_start_itself(engine: Pixel, which: int) -> None:
    start, mask = _drawing(32), np.zeros((32, 32), np.uint8)
    where = (slice(0, 9), slice(None)), (slice(None), slice(16, 32)), (slice(10, 21), slice(5, 18)), (slice(30, 31),)
    mask[where[which]] = 255
    enlarged = Image(palette.enlarged(start, 4)), Image(palette.enlarged(mask[..., None], 4)[..., 0])
    found = _pixels(engine, _asked(start=enlarged[0], mask=enlarged[1]))
    assert np.array_equal(found[mask == 0], start[mask == 0])
    assert not np.array_equal(found, start)
    steps = [event for event in _events(engine, _asked(start=enlarged[0], mask=enlarged[1])) if isinstance(event, Step)]
    assert len(steps) == len({y // 2 for y in np.flatnonzero((mask > 0).any(1)).tolist()})


def _short(seed: int = 5, **options: Any) -> Request:
    """Of which the last four rows are to be drawn."""
    return _asked(seed, start=Image(_drawing(32)), options={"rows": 28, **options})


@pytest.mark.parametrize("side", [64, 128, 256, 512])
def test_a_larger_size_is_the_same_sprite(engine: Pixel, side: int) -> None:
    small = _pixels(engine, _short())
    large = _pixels(engine, msgspec.structs.replace(_short(), size=(side, side)))
    assert np.array_equal(large, palette.enlarged(small, side // 32))


def test_a_branch_of_a_masked_run_ends_as_its_parent(engine: Pixel) -> None:
    mask = np.zeros((32, 32), np.uint8)
    mask[3:20, 6:22] = 255
    asked = _asked(start=Image(_drawing(32)), mask=Image(mask), options={"guidance": 2.0})
    steps = []
    for event in _events(engine, asked):
        if isinstance(event, Step):
            assert event.checkpoint is not None
            steps.append(event.checkpoint())
    parent = _result(engine, asked)
    for held in steps:
        branch = _result(engine, msgspec.structs.replace(asked, resume=held))
        assert np.array_equal(branch.media.pixels, parent.media.pixels)  # type: ignore[union-attr]
        assert branch.facts["bits"] == parent.facts["bits"]


def test_the_try_that_is_nearest_the_words_is_kept(engine: Pixel) -> None:
    """Each try is what its seed draws alone; a critic that likes red keeps the reddest, seen whole at the end."""
    options, model = Options(rows=28, tries=3), engine._model
    asked = _asked(start=Image(_drawing(32)), options={"rows": 28, "tries": 3})
    sprites = []
    for k in range(3):
        desk = Desk(model, msgspec.structs.replace(asked, seed=asked.seed + k * APART), options)
        for _ in desk.steps():
            pass
        sprites.append(desk.sprite())
    found = _result(engine, asked)
    best = int(_Critic().shows(np.stack(sprites)[..., :3]).argmax())
    assert np.array_equal(found.media.pixels, sprites[best])  # type: ignore[union-attr]
    assert found.facts["tries"] == 3


def test_the_shipped_critic_tells_a_red_sprite_from_a_blue_one() -> None:
    model = load()
    disc = (np.hypot(*np.mgrid[-15.5:16, -15.5:16]) < 13)[..., None]
    red, blue = (np.where(disc, np.array([*c, 255], np.uint8), np.uint8(0)) for c in ((210, 30, 30), (40, 60, 210)))
    for k, words in enumerate(("a red ball", "a blue ball")):
        assert int(model.likeness(words, np.stack([red, blue])).argmax()) == k


def test_without_words_and_start_half_of_an_example_is_completed(engine: Pixel) -> None:
    asked = msgspec.structs.replace(_asked(13), prompt="")
    sprite, words = examples.example(13)
    result = _result(engine, asked)
    made = result.media.pixels  # type: ignore[union-attr]
    assert np.array_equal(made[:16], sprite.pixels[:16])
    assert not np.array_equal(made[16:], sprite.pixels[16:])
    assert result.facts["begun from"] == words
    told = msgspec.structs.replace(asked, prompt=words, start=sprite)
    assert np.array_equal(made, _pixels(engine, told))
    free = _result(engine, msgspec.structs.replace(asked, options={"begin": "nothing"}))
    assert "begun from" not in free.facts
    assert "tries" not in free.facts


def test_a_branch_may_have_more_tries_or_fewer(engine: Pixel) -> None:
    step = next(event for event in _events(engine, _short()) if isinstance(event, Step))
    assert step.checkpoint is not None
    held = step.checkpoint()
    for tries in (1, 3):
        branch = _result(engine, msgspec.structs.replace(_short(tries=tries), resume=held))
        assert branch.facts.get("tries", 1) == tries


def test_bits_of_what_was_drawn_are_what_measuring_it_says(engine: Pixel) -> None:
    """Drawn by the words with temperature 1 from nothing: the same sprite measured has the same exact probability."""
    drawn = _result(engine, _asked(options={"temperature": 1.0, "guidance": 1.0}))
    measured = _result(engine, _asked(start=drawn.media, options={"do": "measure"}))
    assert measured.facts["bits"] == pytest.approx(drawn.facts["bits"], abs=0.2)
    assert float(measured.facts["log_likelihood"]) == pytest.approx(-np.log(2) * float(drawn.facts["bits"]), rel=1e-3)


def test_bits_of_a_completion_are_those_of_its_mask(engine: Pixel) -> None:
    mask, start = np.zeros((32, 32), np.uint8), sprites_of(np.full((32, 32), 1, np.uint8), COLOURS)
    mask[7:25, 3:30] = 255
    given: dict[str, Any] = {"start": Image(start), "mask": Image(mask)}
    drawn = _result(engine, _asked(options={"guidance": 1.0}, **given))
    again: dict[str, Any] = {"start": drawn.media, "mask": Image(mask)}
    measured = _result(engine, _asked(options={"do": "measure"}, **again))
    assert measured.facts["bits"] == pytest.approx(drawn.facts["bits"], abs=0.2)


def test_temperature_nought_leaves_nothing_to_chance(engine: Pixel) -> None:
    one, two = (_pixels(engine, _short(seed, temperature=0.0)) for seed in (1, 2))
    assert np.array_equal(one, two)
    assert not np.array_equal(_pixels(engine, _short(1)), _pixels(engine, _short(2)))


def test_words_lead(engine: Pixel) -> None:
    one = _short(guidance=6.0)
    there = msgspec.structs.replace(one, prompt="a blue dog")
    assert not np.array_equal(_pixels(engine, one), _pixels(engine, there))


def test_what_cannot_be_done_is_refused_in_one_sentence(engine: Pixel) -> None:
    whole = np.zeros((32, 32), np.uint8)
    wrong = [
        (_asked(start=Audio(np.zeros((8, 1), np.float32), 8000)), "the start that was given is none"),
        (_asked(start=Image(_drawing()), mask=Image(whole)), "Nothing is free"),
        (_asked(options={"do": "measure"}), "give a start picture"),
        (_asked(options={"do": "measure"}, start=Audio(np.zeros((8, 1), np.float32), 8000)), "is none"),
    ]
    for request, says in wrong:
        with pytest.raises(Refused, match=says) as caught:
            _result(engine, request)
        assert caught.value.failure.kind == "bad-request"
    step = next(event for event in _events(engine, _asked()) if isinstance(event, Step))
    assert step.checkpoint is not None
    other = msgspec.structs.replace(step.checkpoint(), method="flow")
    with pytest.raises(Refused, match="another engine"):
        _result(engine, _asked(resume=other))
