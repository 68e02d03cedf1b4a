"""image/match: its loss, what is retrieved, the engine on small random heads, its recipe on a few pictures."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.contract import Audio, Checkpoint, EngineCard, Image, Refused, Request, Result, Step, check, params_of
from engines.families import contrastive
from engines.image.match import Match
from engines.metrics import likeness
from engines.nn import match as net
from engines.training import match, match_data
from engines.training.fit import Log
from engines.training.match_data import Pairs

RED, BLUE = (220, 30, 30), (30, 60, 220)


def _arrows(count: int, width: int = 16, seed: int = 0) -> Tensor:
    return functional.normalize(torch.randn(count, width, generator=torch.Generator().manual_seed(seed)), dim=-1)


# ---------------------------------------------------------------- the loss


def test_the_loss_is_two_cross_entropies_written_out() -> None:
    pictures, captions, scale = _arrows(6, seed=1), _arrows(6, seed=2), 7.0
    total = 0.0
    for i in range(6):
        row = [scale * float(pictures[i] @ captions[j]) for j in range(6)]
        column = [scale * float(pictures[j] @ captions[i]) for j in range(6)]
        total += math.log(sum(map(math.exp, row))) - row[i] + math.log(sum(map(math.exp, column))) - column[i]
    assert abs(float(contrastive.loss(pictures, captions, scale)) - total / 12) < 1e-5


def test_what_says_the_same_is_no_negative() -> None:
    pictures, captions = _arrows(5, seed=3), _arrows(5, seed=4)
    captions[3] = captions[1]  # said of pictures 1 and 3
    same = contrastive.same_words(
        torch.tensor([[0, -1], [1, -1], [2, 5], [1, 4], [6, -1]]), torch.tensor([0, 1, 2, 1, 6])
    )
    assert same.int().tolist() == [[1, 0, 0, 0, 0], [0, 1, 0, 1, 0], [0, 0, 1, 0, 0], [0, 1, 0, 1, 0], [0, 0, 0, 0, 1]]
    odds, total = 9.0 * pictures @ captions.T, 0.0
    for i in range(5):
        kept = [j for j in range(5) if j == i or {i, j} != {1, 3}]
        for line in (odds[i], odds[:, i]):
            total += float(functional.cross_entropy(line[kept][None], torch.tensor([kept.index(i)])))
    masked = float(contrastive.loss(pictures, captions, 9.0, same))
    assert abs(masked - total / 10) < 1e-5
    assert masked < float(contrastive.loss(pictures, captions, 9.0))


def test_the_loss_of_perfect_pairs_is_nearly_nothing_and_its_slope_is_finite() -> None:
    arrows = torch.eye(8).requires_grad_()
    loss = contrastive.loss(arrows, torch.eye(8), 50.0, torch.eye(8, dtype=torch.bool))
    loss.backward()
    assert float(loss.detach()) < 1e-6
    assert arrows.grad is not None
    assert bool(torch.isfinite(arrows.grad).all())


# ---------------------------------------------------------------- what is measured


def test_retrieval_counts_the_captions_that_fit_better() -> None:
    captions = torch.eye(4)
    pictures = functional.normalize(
        torch.tensor([[1.0, 0, 0, 0], [0.9, 0.5, 0, 0], [0.3, 0.2, 0.1, 0.4], [0, 0, 0, 1]]), dim=-1
    )
    assert likeness.ranks(pictures, captions).tolist() == [0, 1, 3, 0]
    assert likeness.retrieval(pictures, captions, 1) == 0.5
    assert likeness.retrieval(pictures, captions, 2) == 0.75
    assert likeness.retrieval(pictures, captions, 5) == 1
    assert likeness.score(captions, captions) == 2.5
    assert likeness.score(captions, -captions) == 0
    assert likeness.percentile(captions, captions, _arrows(30, 4)) == 1


def test_captions_that_are_all_alike_retrieve_by_chance() -> None:
    ranks = likeness.ranks(_arrows(101), _arrows(1, seed=5).expand(101, 16))
    assert ranks.tolist() == [50] * 101


# ---------------------------------------------------------------- the engine


class Colours(nn.Module):
    """Eyes that see the mean colour of each place in their first three features."""

    def extract_features(self, x: Tensor) -> Tensor:
        seen = functional.avg_pool2d(x, net.CELL)
        return torch.cat([seen, seen.new_zeros(len(x), net.FEATURES - 3, *seen.shape[2:])], 1)


class Ears:
    """Reads 'red' as one direction and anything else as another."""

    def encode(self, captions: list[str]) -> tuple[Tensor, Tensor]:
        states = torch.zeros(len(captions), 1, net.WIDTH)
        for row, said in zip(states, captions, strict=True):
            row[0, 0 if "red" in said else 1] = 1.0
        return states, torch.ones(len(captions), 1, dtype=torch.bool)


def _heads() -> net.Heads:
    """Heads that bring red and 'red' together: the first number of an arrow is redness, the second blueness, both
    nearly straight in the mean colour, and the third keeps their length from settling at once."""
    torch.manual_seed(0)
    heads = net.Heads(("rose", "sea"), 40, inner=8)
    for linear in (heads.eye[1], heads.eye[4], heads.ear[1], heads.ear[4]):
        nn.init.normal_(linear.weight, std=0.01)  # type: ignore[arg-type]
        nn.init.zeros_(linear.bias)  # type: ignore[arg-type]
    with torch.no_grad():
        heads.eye[1].weight[0, 0], heads.eye[1].weight[1, 2] = 3.0, 3.0  # type: ignore[index]
        heads.ear[1].weight[0, 0], heads.ear[1].weight[1, 1] = 3.0, 3.0  # type: ignore[index]
        for last in (heads.eye[4], heads.ear[4]):
            last.weight[0, 0], last.weight[1, 1] = 2.0, 2.0  # type: ignore[index]
        heads.eye[1].bias[:2], heads.eye[4].bias[:2], heads.eye[4].bias[2] = 4.0, -8.0, 6.0  # type: ignore[index]
    heads.shown.copy_(torch.eye(2, net.DEEP))
    heads.others.copy_(_arrows(40, net.DEEP))
    return heads.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def engine() -> Match:
    made = Match()
    made._model = net.Model(_heads(), Colours(), Ears())
    return made


def _request(**more: Any) -> Request:
    return check(EngineCard(Match.info, params_of(Match.Options)), Request(engine="image/match", **more))


def _told(engine: Match, **more: Any) -> tuple[list[Step], Result]:
    *events, last = engine.generate(_request(**more))
    assert isinstance(last, Result)
    return [event for event in events if isinstance(event, Step)], last


def _spot(height: int = 160, width: int = 160, at: tuple[int, int] = (30, 110), side: int = 40) -> Image:
    """A red square, its middle `at`, on blue."""
    pixels = np.full((height, width, 3), BLUE, np.uint8)
    y, x = at
    pixels[max(0, y - side // 2) : y + side // 2, max(0, x - side // 2) : x + side // 2] = RED
    return Image(pixels)


@pytest.mark.parametrize(("size", "at"), [((160, 160), (30, 110)), ((160, 160), (120, 40)), ((90, 240), (45, 200))])
def test_the_map_is_highest_where_the_target_is(engine: Match, size: tuple[int, int], at: tuple[int, int]) -> None:
    frame = net.Frame.of(_spot(*size, at=at))
    words = engine._model.said(["red"])[0]
    *_, last = engine._model.looks(frame, words, net.sizes_of(5, 0.2), None)
    heat = frame.own(last.heat)
    assert heat.shape == size
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    assert abs(y - at[0]) <= 20
    assert abs(x - at[1]) <= 20
    elsewhere = frame.own(engine._model.heat(engine._model.said(["sea"])[0], last.arrows))
    assert elsewhere[at] < np.median(elsewhere)


def test_the_map_develops_from_the_whole_picture_to_small_windows(engine: Match) -> None:
    looks = list(
        engine._model.looks(net.Frame.of(_spot()), engine._model.said(["red"])[0], net.sizes_of(4, 0.25), None)
    )
    spreads = [float(np.ptp(look.heat)) for look in looks]
    assert spreads[0] < 1e-4  # one window: nothing is told apart
    assert spreads == sorted(spreads)
    assert [max(look.arrows) for look in looks] == net.sizes_of(4, 0.25)


@pytest.mark.parametrize(("steps", "finest"), [(1, 1.0), (12, 1.0), (5, 0.12), (1, 0.3), (7, 0.5)])
def test_every_step_is_another_size(steps: int, finest: float) -> None:
    sizes = net.sizes_of(steps, finest)
    assert len(set(sizes)) == len(sizes) == steps
    assert sizes == sorted(sizes)
    assert min(sizes) >= net.WINDOW


def test_a_window_sees_what_the_picture_cut_there_would_show() -> None:
    x = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (1, 3, 256, 256)).astype(np.float32))
    found = net.windows(net.grid(Colours(), x))
    assert found.shape == (1, net.FEATURES + net.TONES, 5, 5)
    part = net.windows(net.grid(Colours(), x[:, :, 64:192, 96:224]))
    assert float((found[:, :, 2, 3] - part[:, :, 0, 0]).abs().max()) < 1e-5
    assert float(found[:, net.FEATURES :].square().sum(1).sub(1).abs().max()) < 1e-5  # shares of tones


def test_the_same_request_gives_the_same_bytes_and_goes_on_exactly(engine: Match) -> None:
    asked: dict[str, Any] = {"prompt": "red", "start": _spot(), "options": {"steps": 4}}
    steps, last = [], None
    for event in engine.generate(_request(**asked)):
        if isinstance(event, Step):
            assert event.checkpoint is not None
            steps.append((event.preview().pixels, event.checkpoint()))  # type: ignore[union-attr]
        elif isinstance(event, Result):
            last = event
    assert last is not None
    again = _told(engine, **asked)[1]
    assert np.array_equal(again.media.pixels, last.media.pixels)  # type: ignore[union-attr]
    for shown, held in steps:
        left, end = _told(engine, resume=held, **asked)
        assert len(left) == 4 - held.step
        assert np.array_equal(end.media.pixels, last.media.pixels)  # type: ignore[union-attr]
        assert end.facts["fit"] == last.facts["fit"]
        assert shown.shape == (160, 160, 3)


def test_a_branch_with_other_words_or_another_picture_is_of_those(engine: Match) -> None:
    asked: dict[str, Any] = {"prompt": "red", "start": _spot(), "options": {"steps": 3}}
    held = next(e for e in engine.generate(_request(**asked)) if isinstance(e, Step)).checkpoint()  # type: ignore[misc]
    for change in ({"prompt": "sea"}, {"start": _spot(at=(120, 40))}, {"options": {"steps": 3, "finest": 0.4}}):
        branch, whole = (_told(engine, **(asked | change | more))[1] for more in ({"resume": held}, {}))
        assert np.array_equal(branch.media.pixels, whole.media.pixels)  # type: ignore[union-attr]


def test_facts_tell_the_fit_and_the_words(engine: Match) -> None:
    red = Image(np.full((64, 64, 3), RED, np.uint8))
    fits, sea = (_told(engine, prompt=said, start=red, options={"words": 1})[1].facts for said in ("red", "sea"))
    assert fits["best words"] == "rose"
    assert fits["fit"] > 0.4 > 0 > sea["fit"]  # type: ignore[operator]
    assert fits["fit percentile"] == 100
    assert fits["looked at"] == "the start"
    assert fits["nfe"] == 6


def test_overlay_goes_from_the_picture_to_the_map_alone(engine: Match) -> None:
    start = _spot()
    shown = {
        strength: _told(engine, prompt="red", start=start, options={"overlay": strength})[1].media.pixels  # type: ignore[union-attr]
        for strength in (0.0, 0.5, 1.0)
    }
    assert np.array_equal(shown[0.0], start.pixels)
    assert not np.array_equal(shown[0.5], shown[1.0])
    lit = shown[1.0].astype(int).sum(-1)
    assert lit[30, 110] > lit[130, 30]


@pytest.mark.parametrize("form", [(50, 90), (90, 50, 3), (33, 33, 4), (1, 1, 3), (1, 200, 3)])
def test_any_picture_keeps_its_size(engine: Match, form: tuple[int, ...]) -> None:
    start = Image(np.random.default_rng(0).integers(0, 256, form, np.uint8))
    made = _told(engine, prompt="red", start=start, options={"steps": 2})[1].media
    assert made.pixels.shape == (*form[:2], 3)  # type: ignore[union-attr]


def test_a_huge_picture_is_looked_at_smaller(engine: Match) -> None:
    start = Image(np.zeros((40, net.LARGEST + 100, 4), np.uint8))
    shown = _told(engine, prompt="red", start=start)[1].media.pixels  # type: ignore[union-attr]
    assert shown.shape == (38, net.LARGEST, 3)


@pytest.mark.parametrize("prompt", ["", "  \n"])
def test_missing_words_cost_one_sentence(engine: Match, prompt: str) -> None:
    with pytest.raises(Refused, match="needs words to look for"):
        _told(engine, prompt=prompt, start=_spot())


def test_a_start_that_is_no_picture_and_a_foreign_checkpoint_cost_one_sentence(engine: Match) -> None:
    with pytest.raises(Refused, match="looks at a picture"):
        _told(engine, prompt="red", start=Audio(np.zeros((9, 1), np.float32), 8000))
    with pytest.raises(Refused, match="another engine"):
        _told(engine, prompt="red", start=_spot(), resume=Checkpoint(1, 5, 0.5, "euler", {"x": np.zeros(3)}))


def test_without_a_start_the_shipped_sheet_is_looked_at(engine: Match) -> None:
    if not net.assets.path(net.SHEET).exists():
        pytest.skip("the sheet is not there")
    made = _told(engine, prompt="red", options={"steps": 2})[1]
    assert made.media.pixels.shape == (512, 512, 3)  # type: ignore[union-attr]
    assert made.facts["looked at"] == "the sheet of small pictures"


def test_heads_come_back_from_their_file(tmp_path: Path) -> None:
    heads = _heads()
    net.stored.write(heads, tmp_path / "h.safetensors", heads.measures())
    back = net.stored.read(net.build, tmp_path / "h.safetensors")
    assert back.words == ("rose", "sea")
    seen = torch.rand(3, net.FEATURES + net.TONES)
    assert float((back.look(seen) - heads.look(seen)).abs().max()) < 5e-3


# ---------------------------------------------------------------- the recipe


KINDS = ("apple", "boat", "cat", "drum", "egg", "fox", "goat", "hat", "ice", "jar", "kite", "lamp")


def _pairs(count: int = 600) -> Pairs:
    """Features that are a direction of the kind's, one of the colour's, and noise: a stand-in of the same form."""
    rng, kinds, colours = np.random.default_rng(0), len(KINDS), ("red", "green", "blue")
    ways = rng.standard_normal((kinds + 3, net.FEATURES + net.TONES))
    which, tint = rng.integers(0, kinds, count), rng.integers(0, 3, count)
    seen = ways[which] + ways[kinds + tint] + 0.5 * rng.standard_normal((count, ways.shape[1]))
    words = [[f"a {colours[t]} {KINDS[k]}", f"{colours[t]} {KINDS[k]}"] for k, t in zip(which, tint, strict=True)]
    held = np.arange(count) % 5 == 0
    shown = np.zeros((int(held.sum()), net.SIDE, net.SIDE, 3), np.uint8)
    return Pairs(seen.astype(np.float16), words, ["toys"] * count, held, shown)


class Letters:
    """Reads words by a fixed random row for each."""

    def encode(self, captions: list[str]) -> tuple[Tensor, Tensor]:
        rows = [np.sum([np.random.default_rng(list(w.encode())).standard_normal(net.WIDTH) for w in said.split()], 0)
                for said in captions]  # fmt: skip
        states = torch.from_numpy(np.stack(rows)).float()[:, None]
        return states, torch.ones(len(captions), 1, dtype=torch.bool)


def test_lessons_keep_captions_and_told_heads_know_words(tmp_path: Path) -> None:
    pairs = _pairs(100)
    lessons, again = (match.Lessons.of(pairs, Letters(), tmp_path) for _ in range(2))
    assert torch.equal(lessons.heard, again.heard)
    assert bool((lessons.true[:, :2] >= 0).all())
    assert bool((lessons.true[:, 2:] == -1).all())
    heads = match.told(match.begun(lessons, inner=8), lessons, Letters(), KINDS)
    assert heads.words == KINDS
    assert heads.shown.shape == (12, net.DEEP)
    assert heads.others.shape == (20, net.DEEP)


def test_pictures_are_laid_within_their_ground_and_held_out_by_name() -> None:
    rng = np.random.default_rng(0)
    thing = np.full((40, 20, 4), (255, 0, 0, 255), np.uint8)
    for _ in range(20):
        under = match_data.plain((0, 0, 0))
        made = match_data.laid(thing, rng, under)
        share = (made[..., 0] > 128).mean()
        assert 0.4**2 / 2.3 < share < 0.55
    name = match_data.Name("dog face", ("dog", "puppy"), ("pet",))
    assert name.held == match_data.Name("dog", ("dog",), ()).held
    assert match_data.said_of(name, "red", rng, own=False) == ["a red dog", "a red puppy"]
    assert match_data.said_of(name, None, rng)[:3] == ["a dog", "a puppy", "a dog face"]


@pytest.mark.slow
def test_a_minute_from_nothing_lowers_the_held_out_loss_and_beats_chance(tmp_path: Path) -> None:
    pairs, log = _pairs(), Log(tmp_path / "log.jsonl", lambda **facts: None)
    lessons = match.Lessons.of(pairs, Letters())
    before = match.held_out_loss(lessons, match.begun(lessons, inner=64).eval())
    heads = match.learn(lessons, 0.5, log, inner=64)
    assert match.held_out_loss(lessons, heads) < 0.8 * before
    rows = np.flatnonzero(pairs.held)
    each = list({pairs.words[i][0]: i for i in rows.tolist()}.values())
    said = heads.read(net.heard(Letters(), [pairs.words[i][0] for i in each]))
    assert likeness.retrieval(heads.look(lessons.seen[each]), said, 1) > 5 / len(each)
