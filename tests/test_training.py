"""Training: words, colours, the loss in closed form, the clock, and that a session learns and goes on."""

import functools
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from engines.contract import Refused
from engines.families import flow_matching
from engines.nn.autoencoder import Autoencoder
from engines.nn.transformer import Shape, Transformer
from engines.training import decoder, flow
from engines.training.clock import Clock
from engines.training.latents import Pool
from engines.training.pool import KINDS, SIZE, Composer, article, blank, finish, many
from engines.training.recolour import from_oklab, recolour, to_oklab
from engines.training.vocabulary import COLOURS, STYLES, concepts, held_out_prompts, is_held_out

TINY = Shape(width=64, depth=1, heads=2)


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("one", "several"),
    [
        ("apple", "apples"),
        ("box", "boxes"),
        ("puppy", "puppies"),
        ("monkey", "monkeys"),
        ("dress", "dresses"),
        ("octopus", "octopuses"),
        ("glasses", "glasses"),
        ("mouse", "mice"),
        ("computer mouse", "computer mice"),
        ("tropical fish", "tropical fish"),
        ("wolf", "wolves"),
        ("maple leaf", "maple leaves"),
        ("tomato", "tomatoes"),
        ("cup of coffee", "cups of coffee"),
        ("loaf of bread", "loaves of bread"),
    ],
)
def test_plurals(one: str, several: str) -> None:
    assert many(one) == several


@pytest.mark.parametrize(
    "words",
    ["a cat", "an owl", "a red owl", "an orange cat", "a unicorn", "a ufo", "an hourglass", "an umbrella", "scissors"],
)
def test_articles(words: str) -> None:
    assert article(words.removeprefix("an ").removeprefix("a ")) == words


# ---------------------------------------------------------------- pictures and captions


@pytest.fixture(scope="module")
def composer() -> Composer:
    """Over sources of 8x8 pixels: each concept, style and colour a flat square with a clear edge."""
    rng = np.random.default_rng(0)
    sources = np.zeros((len(concepts()), len(STYLES), 1 + len(COLOURS), 8, 8, 4), np.uint8)
    sources[:, :, :, 1:7, 1:7, :3] = rng.integers(0, 256, (*sources.shape[:3], 1, 1, 3))
    sources[:, :, :, 1:7, 1:7, 3] = 255
    return Composer(sources, seed=1)


@functools.cache
def _nouns() -> dict[str, set[str]]:
    """Every noun, as one and as several, with the names of the concepts it may mean."""
    nouns: dict[str, set[str]] = {}
    for concept in concepts():
        for word in concept.words:
            for form in (word, many(word)):
                nouns.setdefault(form, set()).add(concept.name)
    return nouns


def _named(caption: str) -> list[tuple[str, set[str]]]:
    """(colour, names of the concepts meant) wherever a caption puts a colour before a noun, the longest noun first."""
    found = []
    for match in re.finditer(rf"\b({'|'.join(COLOURS)}) ", caption):
        rest = caption[match.end() :]
        begun = [rest[: word.end()] for word in re.finditer(r"\w(?!\w)", rest)]
        fits = [words for words in begun if words in _nouns()]
        if fits:
            found.append((match[1], _nouns()[fits[-1]]))
    return found


def test_no_thing_is_a_held_out_pair(composer: Composer) -> None:
    assert len(composer.things) > 1000
    assert not [t for t in composer.things if t.colour and is_held_out(t.colour, t.concept.name)]


def test_no_caption_names_a_held_out_pair(composer: Composer) -> None:
    captions = [composer.scene(kind)[1] for kind in ("count", "pair", "background", "worn") for _ in range(40)]
    captions += [words for thing in composer.things[::40] for words in composer.captions(thing, 2)]
    pairs = [(colour, names) for caption in captions for colour, names in _named(caption)]
    assert len(pairs) > 100
    assert not [(c, names) for c, names in pairs if all(is_held_out(c, name) for name in names)]


def test_a_held_out_pair_would_be_seen() -> None:
    colour, name = held_out_prompts(1)[0]
    assert any(c == colour and name in names for c, names in _named(f"a {colour} {name}, flat style"))


@pytest.mark.parametrize("kind", ["count", "pair", "background", "worn"])
def test_scenes_are_pictures(composer: Composer, kind: str) -> None:
    picture, words = composer.scene(kind)
    assert picture.shape == (4, SIZE, SIZE)
    assert -1 - 1e-5 <= float(picture.min()) <= float(picture.max()) <= 1 + 1e-5
    assert words
    assert float(picture[3].max()) > 0.9


def test_nothing_is_white_and_clear() -> None:
    empty = finish(blank())
    assert (empty[:3] == 1).all()
    assert (empty[3] == -1).all()


# ---------------------------------------------------------------- recolouring


@pytest.mark.parametrize("name", COLOURS)
def test_recolouring_turns_the_hue_and_keeps_alpha_and_shading(name: str) -> None:
    v, u = np.mgrid[0:48, 0:48] / 48
    shade = np.clip(0.55 + 0.4 * (1 - v), 0, 1)[..., None]
    picture = np.dstack([np.rint(shade * [60, 110, 235]), 255 * (np.hypot(u - 0.5, v - 0.5) < 0.4)]).astype(np.uint8)
    painted = recolour(picture, COLOURS[name])
    assert np.array_equal(painted[..., 3], picture[..., 3])
    lab, goal = to_oklab(painted[picture[..., 3] > 0][:, :3] / 255.0), to_oklab(np.array(COLOURS[name]) / 255.0)
    assert np.abs(lab.mean(0) - goal).max() < 0.08
    if np.hypot(*goal[1:]) > 0.05:
        turn = np.angle(complex(*lab.mean(0)[1:]) * complex(*goal[1:]).conjugate())
        assert abs(turn) < 0.15
    assert lab[:20, 0].mean() > lab[-20:, 0].mean()  # the top was lighter and is


def test_oklab_there_and_back() -> None:
    rgb = np.random.default_rng(0).random((50, 3))
    assert np.abs(from_oklab(to_oklab(rgb)) - rgb).max() <= 1e-6
    assert np.abs(to_oklab(np.ones(3)) - [1, 0, 0]).max() <= 1e-3


# ---------------------------------------------------------------- the loss


def _drawn(count: int, *shape: int) -> tuple[torch.Tensor, torch.Tensor]:
    g = torch.Generator().manual_seed(2)
    return torch.randn(count, *shape, generator=g), flow_matching.times(count, g).clamp(0.02, 0.98)


def test_the_velocity_of_a_point_mass_has_no_loss() -> None:
    """All data at m: v(x, t) = (x - m) / t, and the clean estimate is m."""
    point, (noise, t) = torch.full((1, 3, 2, 2), 0.7), _drawn(64, 3, 2, 2)

    def velocity(x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return (x - point) / t.reshape(-1, 1, 1, 1)

    assert float(flow_matching.loss(velocity, point.expand(64, -1, -1, -1), noise, t)) <= 1e-8
    assert (flow_matching.clean(velocity, noise, 0.4) - point).abs().max() <= 1e-5


@pytest.mark.parametrize("t", [0.2, 0.7])
def test_the_least_loss_over_gaussian_data(t: float) -> None:
    """x0 ~ N(0, s²): the regression of noise - x0 on x_t leaves s² / ((1 - t)² s² + t²); to 2 % by 200 000 draws."""
    s, g = 0.5, torch.Generator().manual_seed(4)
    x0, noise = s * torch.randn(200_000, generator=g), torch.randn(200_000, generator=g)
    spread = (1 - t) ** 2 * s**2 + t**2
    slope = (t - (1 - t) * s**2) / spread
    found = float(flow_matching.loss(lambda x, _: slope * x, x0, noise, torch.full((200_000,), t)))
    assert found == pytest.approx(s**2 / spread, rel=0.02)
    assert float(flow_matching.loss(lambda x, _: (slope + 0.3) * x, x0, noise, torch.full((200_000,), t))) > found


def test_training_times_are_logit_normal() -> None:
    t = flow_matching.times(20_000, torch.Generator().manual_seed(0), mean=0.5, spread=0.8)
    logits = torch.logit(t.double())
    assert float(logits.mean()) == pytest.approx(0.5, abs=0.03)
    assert float(logits.std()) == pytest.approx(0.8, abs=0.03)


# ---------------------------------------------------------------- the clock


def test_a_clock_goes_on_where_it_was() -> None:
    clock = Clock(1.0, before=(5, 30.0))
    assert clock.fraction == pytest.approx(0.5, abs=0.05)
    assert next(iter(clock)) == 6
    assert list(Clock(1.0, before=(9, 61.0))) == []
    assert Clock(1.0, before=(9, 61.0)).fraction == 1.0


def test_a_clock_ends() -> None:
    steps = list(itertools.islice(Clock(0.0005), 10_000_000))
    assert steps == list(range(1, len(steps) + 1))
    assert 0 < len(steps) < 10_000_000


# ---------------------------------------------------------------- a session


@pytest.fixture(scope="module")
def pool() -> Pool:
    """Eight latents far from N(0, 1), two captions each and the empty one, for every kind."""
    g = torch.Generator().manual_seed(0)
    latents = (2.0 * torch.randn(1, 16, 16, 16, generator=g) + 0.1 * torch.randn(8, 16, 16, 16, generator=g)).half()
    tokens = np.random.default_rng(0).standard_normal((17, 6, 384)).astype(np.float16)
    lengths = np.array([*np.random.default_rng(1).integers(2, 7, 16), 2], np.int16)
    rows = {kind: [(i, [2 * i, 2 * i + 1]) for i in range(8)] for kind in KINDS}
    pixels = np.random.default_rng(2).integers(0, 256, (8, 4, 4, 4), np.uint8).repeat(32, 2).repeat(32, 3)
    return Pool(latents, pixels, rows, tokens, lengths, empty=16)


def test_a_batch_is_pictures_with_their_words(pool: Pool) -> None:
    latents, tokens, mask = flow.batch(pool, np.random.default_rng(3), 12)
    assert latents.shape == (12, 16, 16, 16)
    assert tokens.shape == (12, mask.shape[1], 384)
    assert mask.any(1).all()
    assert int(mask.sum(1).max()) == mask.shape[1]


def test_a_session_learns(pool: Pool) -> None:
    session, rng = flow.Session(TINY, "cpu"), np.random.default_rng(0)
    losses = [session.step(flow.batch(pool, rng, 4), step, 0.0) for step in range(150, 230)]  # at the full rate
    assert np.mean(losses[-8:]) < 0.8 * np.mean(losses[:8])


def test_a_session_of_another_kind_is_refused_in_one_sentence(tmp_path: Path) -> None:
    first = flow.Session(TINY, "cpu")
    first.optimisers = [torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)] * (len(first.optimisers) + 1)
    first.save(tmp_path / "kept.pt", Clock(1.0, before=(3, 12.0)))
    with pytest.raises(Refused, match="train without --resume"):
        flow.Session(TINY, "cpu").restore(tmp_path / "kept.pt")


def test_a_saved_session_goes_on_as_if_it_had_not_stopped(pool: Pool, tmp_path: Path) -> None:
    first, rng = flow.Session(TINY, "cpu"), np.random.default_rng(0)
    for step in range(1, 4):
        first.step(flow.batch(pool, rng, 4), step, 0.0)
    first.save(tmp_path / "kept.pt", Clock(1.0, before=(3, 12.0)))
    assert [path.name for path in tmp_path.iterdir()] == ["kept.pt"]
    second = flow.Session(TINY, "cpu")
    step, seconds = second.restore(tmp_path / "kept.pt")
    assert step == 3
    assert seconds == pytest.approx(12.0, abs=5.0)
    some, losses = flow.batch(pool, rng, 4), []
    for session in (first, second):
        torch.manual_seed(9)
        losses.append(session.step(some, 4, 0.0))
    assert losses[0] == losses[1]
    for one, other in ((first.network, second.network), (first.average, second.average)):
        assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_the_shortest_training_is_told_and_kept(pool: Pool, tmp_path: Path) -> None:
    told: list[dict] = []
    network = flow.train(pool, TINY, 0.01, tmp_path / "kept.pt", told.append)
    assert not network.training
    assert told[-1]["samples"] == told[-1]["step"] * flow.BATCH
    assert np.isfinite(told[-1]["loss"])
    assert flow.Session(TINY, "cpu").restore(tmp_path / "kept.pt")[0] == told[-1]["step"]


def test_the_pace_rises_holds_and_falls() -> None:
    assert flow.pace(15, 0.0) == pytest.approx(0.1)
    assert flow.pace(1000, 0.5) == 1.0
    assert flow.pace(1000, 0.75) == 0.5
    assert flow.pace(1000, 1.0) == pytest.approx(0.005)


def test_estimates_of_a_known_path_are_the_latents() -> None:
    z = torch.randn(6, 2, 4, 4, generator=torch.Generator().manual_seed(0))

    def velocity(x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """That of the paths to z itself, and nothing at t = 0."""
        return (x - z) / t.clamp_min(1e-9)[:, None, None, None]

    assert (decoder.half_estimated(velocity, z) - z).abs().max() <= 1e-5


def test_estimates_are_of_noised_latents() -> None:
    z = torch.randn(6, 2, 4, 4, generator=torch.Generator().manual_seed(0))
    still = decoder.half_estimated(lambda x, t: torch.zeros_like(x), z)
    assert torch.equal(still[:3], z[:3])
    assert all(0.03 < (a - b).square().mean() < 2.0 for a, b in zip(still[3:], z[3:], strict=True))


def test_tuning_betters_the_decoder_and_leaves_the_encoder(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    monkeypatch.setattr(decoder, "BATCH", 4)
    monkeypatch.setattr(decoder, "PEAK", 3e-3)
    coder, rows = Autoencoder((8, 8, 8)), []
    before = {name: value.clone() for name, value in coder.state_dict().items()}
    decoder.tune(coder, Transformer(TINY), pool, Steps(100), rows.append)
    after = coder.state_dict()
    changed = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"decoder", "synthesis"}
    assert rows[-1]["psnr of estimates"] > rows[0]["psnr of estimates"] + 0.5


class Steps(Clock):
    """A clock that counts instead of looking."""

    def __init__(self, count: int) -> None:
        super().__init__(1.0)
        self.count = count

    @property
    def fraction(self) -> float:
        return self.step / self.count

    def __iter__(self) -> Iterator[int]:
        while self.step < self.count:
            self.step += 1
            yield self.step
