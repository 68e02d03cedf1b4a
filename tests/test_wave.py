"""audio/wave: nothing is heard too early, the cache changes nothing, levels add up to one, what is kept stays."""

import itertools
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from scipy import signal, stats

from engines.audio.wave import Wave
from engines.contract import Audio, Image, Refused, Request, Result, Step
from engines.families import causal as family
from engines.nn import drum_sound, wave_stroke, wave_words
from engines.nn.wave import GAPS, Measures, WaveNet, local_of
from engines.nn.wave_kinds import ANYTHING, DRUMS, INSTRUMENTS, KINDS
from engines.nn.wave_model import Start, log_likelihood, split
from engines.nn.wave_sound import resampled
from engines.nn.wave_writer import Writer, weights_for

SMALL = Measures(kinds=len(KINDS), width=6, window=8, hidden=8, mix=3, told=5)


def net(seed: int = 0, m: Measures = SMALL) -> WaveNet:
    """A network with weights that matter everywhere."""
    torch.manual_seed(seed)
    made = WaveNet(m).eval().requires_grad_(False)
    for weight in made.parameters():
        weight.add_(0.1 * torch.randn_like(weight))
    return made


def noise(count: int, seed: int = 0) -> np.ndarray:
    """Levels near the middle."""
    return np.random.default_rng(seed).integers(90, 166, count).astype(np.uint8)


# ---------------------------------------------------------------- levels and their probabilities


def test_mu_law_is_that_of_the_paper_and_comes_back() -> None:
    x = np.linspace(-1, 1, 4001)
    exact = np.sign(x) * np.log(1 + 255 * np.abs(x)) / np.log(256)
    assert float(np.abs(family.companded(x) - exact).max()) < 1e-12
    assert float(np.abs(family.expanded(family.companded(x)) - x).max()) < 1e-12
    levels = np.arange(256).astype(np.uint8)
    assert np.array_equal(family.levels_of(family.samples_of(levels)), levels)
    assert family.levels_of(np.array([-7.0, 7.0])).tolist() == [0, 255]
    assert float(np.abs(family.samples_of(family.levels_of(x)) - x).max()) < 0.023  # half of the widest level


def test_the_spacing_is_that_of_the_levels() -> None:
    samples = family.samples_of(np.arange(256))
    assert np.abs(np.diff(samples) / family.spacing((samples[1:] + samples[:-1]) / 2) - 1).max() < 0.02


@pytest.mark.parametrize("scale", [-9.0, -6.0, -3.0, 0.0, 2.0])
def test_the_probabilities_of_all_levels_add_up_to_one(scale: float) -> None:
    rng = torch.Generator().manual_seed(0)
    for _ in range(20):
        mixture = torch.cat([torch.randn(8, generator=rng) * s for s in (1.0, 0.9)] + [torch.full((8,), scale)])
        told = family.log_likelihood(mixture.expand(256, -1), torch.arange(256))
        assert float(told.double().exp().sum()) == pytest.approx(1.0, abs=2e-5)


def test_a_level_has_what_the_logistics_hold_between_its_edges() -> None:
    """Against scipy's distribution function, in the middle and at both ends."""
    mixture = torch.tensor([0.3, -0.4, -0.2, 0.95, -3.5, -1.0])
    weight = np.exp([0.3, -0.4]) / np.exp([0.3, -0.4]).sum()
    edges = np.concatenate([[-np.inf], family.expanded((np.arange(255) + 0.5) * 2 / 255 - 1), [np.inf]])
    each = [stats.logistic.cdf(edges, mean, np.exp(scale)) for mean, scale in ((-0.2, -3.5), (0.95, -1.0))]
    exact = sum(w * np.diff(c) for w, c in zip(weight, each, strict=True))
    found = family.log_likelihood(mixture.expand(256, -1), torch.arange(256)).double().exp().numpy()
    assert float(np.abs(found - exact).max()) < 1e-6


def test_far_levels_keep_a_finite_loss_and_slope() -> None:
    mixture = torch.tensor([0.0, -0.99, -7.0]).expand(3, -1).clone().requires_grad_(True)
    loss = family.loss(mixture, torch.tensor([0, 128, 255]))
    loss.backward()
    assert torch.isfinite(loss)
    assert bool(torch.isfinite(mixture.grad).all())  # type: ignore[arg-type]


def test_a_level_owns_its_share_of_chance() -> None:
    """On a grid of both uniform numbers: the share of each level is its probability."""
    mixture = np.array([0.5, -0.5, -0.6, 0.8, -1.5, -2.5], np.float32)
    first, second = ((np.arange(n) + 0.5) / n for n in (50, 2000))
    drawn = [family.drawn(mixture, np.array(u)) for u in itertools.product(first, second)]
    share = np.bincount(drawn, minlength=256) / len(drawn)
    exact = family.log_likelihood(torch.from_numpy(mixture).expand(256, -1), torch.arange(256)).exp().numpy()
    assert float(np.abs(share - exact).max()) < 1.5e-3  # the grid of the first is 0.02 wide, shared by 50 levels
    assert family.drawn(mixture, np.array([0.9, 0.9]), 0.0) == family.levels_of(np.array([-0.6]))[0]


# ---------------------------------------------------------------- the network


@pytest.mark.parametrize("place", [0, 1, 40, 777, 1499])
def test_a_sample_is_told_of_nothing_that_comes(place: int) -> None:
    made, levels = net(), noise(1500)
    other = levels.copy()
    other[place:] = noise(1500, 1)[place:]
    local, h = torch.from_numpy(local_of(0, 1500, 60))[None], made.told(torch.tensor([2]), torch.tensor([60.0]))
    one, two = (made(torch.from_numpy(family.places_of(some))[None], h, local)[0] for some in (levels, other))
    assert torch.equal(one[: place + 1], two[: place + 1])
    assert place == 1499 or not torch.equal(one[place + 1], two[place + 1])


def test_the_gradient_reaches_back_as_far_as_the_gaps_and_not_ahead() -> None:
    made, count = net(), 2400
    places = torch.from_numpy(family.places_of(noise(count)))[None].requires_grad_(True)
    local = torch.from_numpy(local_of(0, count, 0))[None]
    found = made(places, made.told(torch.tensor([0]), torch.zeros(1)), local)[0, 2300].sum()
    (slope,) = torch.autograd.grad(found, places)
    reach = 2 * sum(GAPS) + SMALL.window
    seen = slope[0] != 0
    assert not bool(seen[2300:].any())
    assert not bool(seen[: 2300 - reach].any())
    assert bool(seen[2300 - reach])


def test_writing_with_the_cache_equals_the_whole_network() -> None:
    made, levels, pitch = net(), noise(2600), 64.0
    h = made.told(torch.tensor([9]), torch.tensor([pitch]))
    whole = made(torch.from_numpy(family.places_of(levels))[None], h, torch.from_numpy(local_of(0, 2600, pitch))[None])
    step, primed = (Writer(weights_for(made, 9, pitch), 2600, pitch) for _ in range(2))
    primed.prime(levels[:2500])
    error = 0.0
    for t, level in enumerate(levels.tolist()):
        error = max(error, float(np.abs(step.mixture() - whole[0, t].numpy()).max()))
        step.settle(level)
        if t >= 2500:
            error = max(error, float(np.abs(primed.mixture() - whole[0, t].numpy()).max()))
            primed.settle(level)
    assert error < 1e-5
    assert np.array_equal(step.levels(), levels)


def test_the_probabilities_of_all_sounds_add_up_to_one() -> None:
    """The chain rule over three samples, of which the first two are summed over the levels that hold nearly all."""
    made = net(m=Measures(kinds=len(KINDS), width=4, window=4, hidden=4, mix=2, told=3))
    made.leave.bias[2:] = torch.tensor([-0.1, 0.1, -2.0, -2.0])  # narrow, so that few levels matter
    middle = np.arange(64, 192)
    some = torch.tensor(list(itertools.product(middle, middle)))
    sounds = torch.cat([some, torch.full((len(some), 1), 128)], 1)
    places = torch.from_numpy(family.places_of(sounds.numpy()))
    h = made.told(torch.zeros(len(sounds), dtype=torch.long), torch.zeros(len(sounds)))
    mixture = made(places, h, torch.from_numpy(local_of(0, 3, 0)).expand(len(sounds), -1, -1))
    pairs = family.log_likelihood(mixture[:, :2], sounds[:, :2]).double().sum(1).exp()
    third = torch.stack([family.log_likelihood(mixture[:, 2], torch.full_like(sounds[:, 2], k)) for k in range(256)])
    total = float((pairs * third.double().exp().sum(0)).sum())
    assert total == pytest.approx(1.0, abs=1e-3)


def test_parts_told_one_after_another_are_the_whole() -> None:
    made, levels = net(), noise(20_000)
    found = log_likelihood(made, levels, 3, 50)
    h = made.told(torch.tensor([3]), torch.tensor([50.0]))
    mixture = made(torch.from_numpy(family.places_of(levels))[None], h, torch.from_numpy(local_of(0, 20_000, 50))[None])
    exact = family.log_likelihood(mixture[0], torch.from_numpy(levels.astype(np.int64))).numpy()
    assert float(np.abs(found - exact).max()) < 1e-3


class _Ramp:
    """A reader that wants each level one above the last."""

    def __init__(self) -> None:
        self.seen: list[int] = [10]

    def mixture(self) -> np.ndarray:
        return np.array([0.0, family.samples_of(np.array(self.seen[-1] + 1)), -5.0], np.float32)

    def settle(self, level: int) -> None:
        self.seen.append(level)


def test_a_stream_is_written_in_parts_and_goes_on() -> None:
    one, two = _Ramp(), _Ramp()
    assert list(family.stream(one, [3, 4, 5], 1, lambda k: 1.0)) == [1, 2, 3]
    assert len(one.seen) == 13
    list(itertools.islice(family.stream(two, [3, 4, 5], 1, lambda k: 1.0), 2))
    assert list(family.stream(two, [3, 4, 5], 1, lambda k: 1.0, 2)) == [3]
    assert two.seen == one.seen
    exact = _Ramp()
    list(family.stream(exact, [20], 1, lambda k: 0.0))
    assert exact.seen == list(range(10, 31))


# ---------------------------------------------------------------- words and rates


@pytest.mark.parametrize(
    ("prompt", "kind", "pitch"),
    [
        ("a flute, A5", "flute", 81),
        ("low cello", "cello", 41),
        ("a bass drum", "kick", 0),
        ("electric bass E1", "bass", 28),
        ("piano C#4", "piano", 61),
        ("a Bb3 trumpet", "trumpet", 58),
        ("an open hat", "open hat", 0),
        ("electric guitar", "electric guitar", 0),
        ("a red apple", "", 0),
        ("", "", 0),
    ],
)
def test_words_say_kind_and_note(prompt: str, kind: str, pitch: int) -> None:
    assert wave_words.read(prompt) == wave_words.Said(kind, pitch)


def test_kinds_are_those_of_the_drums_and_every_usual_note_was_taught() -> None:
    assert drum_sound.KINDS == DRUMS
    assert len(set(KINDS)) == ANYTHING
    for kind, (_, low, high) in INSTRUMENTS.items():
        assert low <= wave_words.usual(kind) <= high
    assert wave_words.usual("kick") == 0


@pytest.mark.parametrize(("rate", "wanted"), [(16_000, 44_100), (44_100, 16_000), (16_000, 48_000), (22_050, 16_000)])
def test_a_tone_stays_in_place_at_another_rate(rate: int, wanted: int) -> None:
    def tone(at: int) -> np.ndarray:
        time = np.arange(at // 2) / at
        return np.sin(2 * np.pi * 440 * time) * signal.windows.tukey(at // 2, 0.5, sym=False)

    found = resampled(tone(rate), rate, wanted)
    assert abs(len(found) - wanted // 2) <= 1
    size = min(len(found), wanted // 2)
    assert float(np.abs(found[:size] - tone(wanted)[:size]).max()) < 2e-4


# ---------------------------------------------------------------- the engine


@pytest.fixture(scope="module")
def engine() -> Wave:
    made = Wave()
    made._network = net()
    return made


def _asked(seed: int = 5, **more: Any) -> Request:
    options = {"steps": 3, "begin": "nothing", **more.pop("options", {})}
    asked: dict[str, Any] = {"prompt": "a flute, A4", "length": 0.06, **more}
    return Request(engine="audio/wave", seed=seed, options=options, **asked)


def _events(engine: Wave, request: Request) -> Iterator[Step | Result]:
    return (event for event in engine.generate(request) if isinstance(event, Step | Result))


def _result(engine: Wave, request: Request) -> Result:
    *_, last = _events(engine, request)
    assert isinstance(last, Result)
    return last


def _tone(rate: int, seconds: float = 0.2, channels: int = 2, peak: float = 0.3) -> Audio:
    time = np.arange(round(seconds * rate)) / rate
    tones = [peak * np.sin(2 * np.pi * 330 * time + k) for k in range(channels)]
    return Audio(np.stack(tones, 1).astype(np.float32), rate)


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 1), (44_100, 2), (48_000, 2), (16_000, 1), (22_050, 1)])
def test_what_is_kept_of_a_start_stays_sample_by_sample(engine: Wave, rate: int, channels: int) -> None:
    start = _tone(rate, channels=channels)
    found = _result(engine, _asked(start=start, options={"keep": 0.12})).media
    assert isinstance(found, Audio)
    kept = round(0.12 * rate)
    assert (found.rate, found.samples.shape[1]) == (rate, channels)
    assert np.array_equal(found.samples[:kept], start.samples[:kept])
    assert abs(len(found.samples) - kept - 0.06 * rate) <= 2
    assert float(np.abs(found.samples[kept:]).max()) > 1e-4
    step = np.abs(np.diff(found.samples[kept - 2 : kept + 1], axis=0))
    assert float(step[1].max()) < 2 * float(step[0].max()) + 1e-3  # it begins where the start ends


def test_all_of_a_start_is_kept_unless_it_is_said(engine: Wave) -> None:
    start = _tone(44_100)
    found = _result(engine, _asked(start=start)).media
    assert np.array_equal(found.samples[: len(start.samples)], start.samples)  # type: ignore[union-attr]


def test_every_step_is_a_longer_sound_and_the_run_goes_on_from_each(engine: Wave) -> None:
    asked = _asked(start=_tone(44_100), prompt="", options={"temperature": 1.1})
    held, lengths = [], []
    for event in _events(engine, asked):
        if isinstance(event, Step):
            assert event.checkpoint
            assert event.estimate
            held.append(event.checkpoint())
            lengths.append(len(event.preview().samples))  # type: ignore[union-attr]
            assert engine.render(event.estimate()).rate == 44_100
    assert lengths == sorted(set(lengths))
    parent = _result(engine, asked).media.samples  # type: ignore[union-attr]
    for one in held:
        branch = _result(engine, msgspec.structs.replace(asked, resume=one)).media.samples  # type: ignore[union-attr]
        assert np.array_equal(branch, parent)


def test_the_seed_and_the_words_decide(engine: Wave) -> None:
    def made(request: Request) -> np.ndarray:
        return _result(engine, request).media.samples  # type: ignore[union-attr]

    one = made(_asked())
    assert np.array_equal(one, made(_asked()))
    assert not np.array_equal(one, made(_asked(6)))
    assert not np.array_equal(one, made(_asked(prompt="a flute, A5")))
    assert not np.array_equal(one, made(_asked(prompt="a kick")))
    assert np.array_equal(one, made(_asked(prompt="", options={"kind": "flute", "note": 69})))
    assert float(np.abs(one).max()) == pytest.approx(10 ** (-1 / 20), abs=0.12)


@pytest.mark.parametrize(
    ("prompt", "length", "given"), [("a flute, A4", 0.4, 0.2), ("a kick", 0.2, 0.08), ("", 0.05, 0.02)]
)
def test_without_a_start_it_goes_on_with_a_stroke(engine: Wave, prompt: str, length: float, given: float) -> None:
    asked = _asked(prompt=prompt, length=length, options={"begin": "a stroke"})
    held = next(event for event in _events(engine, asked) if isinstance(event, Step)).checkpoint()  # type: ignore[misc]
    result = _result(engine, asked)
    made, kind = result.media, str(result.facts["kind"])
    assert isinstance(made, Audio)
    assert abs(len(made.samples) - round(length * made.rate)) <= 2
    whole = wave_stroke.struck(kind, int(result.facts.get("note", 0)), asked.seed, 10 ** (-1 / 20))
    count = round(given * made.rate)
    assert np.array_equal(made.samples[:count], whole.samples[:count])
    assert float(np.abs(whole.samples).max()) == pytest.approx(10 ** (-1 / 20), abs=1e-6)
    assert float(result.facts["seconds kept"]) == given
    assert "stroke" in str(result.facts["begun with"])
    branch = _result(engine, msgspec.structs.replace(asked, resume=held)).media
    assert np.array_equal(branch.samples, made.samples)  # type: ignore[union-attr]


def test_the_seed_decides_how_hard_a_stroke_is() -> None:
    sounds = [wave_stroke.struck("piano", 60, seed, 0.5).samples for seed in (1, 1, 2)]
    assert np.array_equal(sounds[0], sounds[1])
    assert not np.array_equal(sounds[0], sounds[2])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_stroke_that_is_heard(kind: str) -> None:
    count = round(wave_stroke.onset(kind, 1.0) * 44_100)
    assert float(np.abs(wave_stroke.struck(kind, wave_words.usual(kind), 3, 1.0).samples[:count]).max()) > 0.02


def test_temperature_nought_leaves_nothing_to_chance(engine: Wave) -> None:
    one, two = (_result(engine, _asked(seed, options={"temperature": 0.0})).media for seed in (1, 2))
    assert np.array_equal(one.samples, two.samples)  # type: ignore[union-attr]


def test_measuring_is_exact_and_returns_the_sound(engine: Wave) -> None:
    start = _tone(16_000, channels=1, peak=0.7)
    result = _result(engine, _asked(start=start, prompt="a piano", options={"do": "measure"}))
    levels = family.levels_of(start.samples[:, 0].astype(float) * 0.7 / float(np.abs(start.samples).max()))
    exact = log_likelihood(engine._network, levels, KINDS.index("piano"), 0).sum()
    assert float(result.facts["log_likelihood"]) == pytest.approx(exact, rel=1e-4)
    assert float(result.facts["bits per sample"]) == pytest.approx(-exact / len(levels) / np.log(2), abs=1e-3)
    assert np.array_equal(result.media.samples, start.samples)  # type: ignore[union-attr]


def test_what_cannot_be_done_is_refused_in_one_sentence(engine: Wave) -> None:
    wrong = [
        (_asked(start=Image(np.zeros((4, 4, 3), np.uint8))), "the start that was given is none"),
        (_asked(start=Audio(np.zeros((9000, 1), np.float32), 16_000)), "silent"),
        (_asked(start=_tone(16_000, 0.004)), "too little"),
        (_asked(options={"do": "measure"}), "give a start sound"),
    ]
    for request, says in wrong:
        with pytest.raises(Refused, match=says) as caught:
            _result(engine, request)
        assert caught.value.failure.kind == "bad-request"
    step = next(event for event in _events(engine, _asked()) if isinstance(event, Step))
    assert step.checkpoint is not None
    for other in (_asked(length=0.08), _asked(start=_tone(16_000))):
        with pytest.raises(Refused, match="another engine, start or length"):
            _result(engine, msgspec.structs.replace(other, resume=step.checkpoint()))


def test_parts_make_up_the_whole() -> None:
    for count, parts in ((100, 7), (5, 5), (16_000, 10)):
        made = split(count, parts)
        assert (sum(made), len(made)) == (count, parts)
        assert max(made) - min(made) <= 1
    assert len(Start(_tone(44_100), 0.1).levels) == 1600
