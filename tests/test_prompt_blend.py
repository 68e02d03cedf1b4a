"""Prompt clips that overlap blend: what they weigh over the run, what an engine makes of it, and what steers it."""

from fractions import Fraction
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from app.cli.make import compare
from app.core.project import Document
from app.core.timeline import edit, making, states
from app.core.timeline.inputs import Scene
from app.core.timeline.prompts import prompt_of
from app.core.timeline.reader import Reader
from app.core.timeline.values import Ask, Clip, Key, Lane, Modulator, Project, Take, Timeline, Track
from engines import guidance, registry
from engines.contract import Checkpoint, Curve, Refused, Request, check
from engines.guidance import Guidance
from engines.prompt.plan import plan
from engines.prompt.schedule import joined, parts
from tests.making_kit import CARDS, ramp
from tests.runs import ended, engine_of, followed

pytestmark = pytest.mark.usefixtures("plain_numbers")  # they are compared with the plain library

replace = msgspec.structs.replace
CARD = CARDS["image/sticker"]
WHOLE = Clip(Fraction(0), Fraction(10), ask=Ask("image/sticker", seed=3), id="m")


def said(text: str, start: int, end: int, **fields) -> Clip:
    return Clip(Fraction(start), Fraction(end - start), text=text, id=text, **fields)


def laid(*rows: tuple[Clip, ...]) -> Timeline:
    tracks = [Track("prompt", clips=row, id=f"row {n}") for n, row in enumerate(rows)]
    return Timeline(tracks=(*tracks, Track("picture", clips=(WHOLE,), id="pictures")), id="main")


def told(*rows: tuple[Clip, ...], steps: int = 11) -> list[dict[str, float]]:
    """What each text weighs at each step."""
    text = prompt_of(laid(*rows), WHOLE, CARD, points=steps)
    return [{text: weight for weight, text in now.texts} for now in plan(text, "", steps)]


# ---------------------------------------------------------------- the words


def test_two_that_overlap_go_over_from_the_one_to_the_other() -> None:
    steps = told((said("a cat", 0, 6), said("a dog", 4, 10)))
    assert steps[:5] == [{"a cat": 1.0}] * 5
    assert steps[5] == {"a cat": pytest.approx(0.5, abs=1e-9), "a dog": pytest.approx(0.5, abs=1e-9)}
    assert steps[6:] == [{"a dog": 1.0}] * 5
    fine = told((said("a cat", 0, 6), said("a dog", 4, 10)), steps=101)
    for step, now in enumerate(fine[41:60], 41):
        assert now["a dog"] == pytest.approx((step - 40) / 20, abs=1e-9)
        assert sum(now.values()) == pytest.approx(1.0, abs=1e-12)


def test_it_is_written_as_anybody_may_write_it() -> None:
    text = prompt_of(laid((said("a cat", 0, 6), said("a dog", 4, 10))), WHOLE, CARD)
    assert text == "a cat :0:1,0.4:1,0.6:0,1:0 AND a dog :0:0,0.4:0,0.6:1,1:1"
    assert prompt_of(laid((said("a cat", 0, 4), said("a dog", 4, 10))), WHOLE, CARD) == "[a cat:a dog:0.4000]"


def test_one_within_another_comes_and_goes_and_two_of_one_stretch_are_halves() -> None:
    steps = told((said("a cat", 0, 10), said("a dog", 2, 8)))
    assert [now.get("a dog", 0.0) for now in steps] == pytest.approx([0, 0, 0, 1 / 3, 2 / 3, 1, 2 / 3, 1 / 3, 0, 0, 0])
    assert told((said("a cat", 0, 10), said("a dog", 0, 10))) == [{"a cat": 0.5, "a dog": 0.5}] * 11


def test_the_heavier_has_more_of_it_and_a_gap_keeps_what_was_said() -> None:
    heavy = told((said("a cat", 0, 10), said("a dog", 0, 10, weight=3.0)))[4]
    assert heavy["a dog"] == 3 * heavy["a cat"] == pytest.approx(0.75 * (0.25 * 1 + 0.75 * 3))
    assert sum(heavy.values()) == pytest.approx(1.0, abs=1e-12)
    apart = told((said("a cat", 0, 3), said("a cow", 2, 5), said("a dog", 8, 10)))
    assert apart[6] == {"a cow": 1.0}
    assert apart[9] == {"a dog": 1.0}


def test_words_weigh_against_none_where_they_are_alone_too() -> None:
    assert prompt_of(laid((said("a cat", 0, 10, weight=0.25),)), WHOLE, CARD) == "a cat :0.25 AND  :0.75"
    assert told((said("a cat", 0, 10, weight=0.25),)) == [{"a cat": 0.25, "": 0.75}] * 11
    assert told((said("a cat", 0, 10, weight=2.0),)) == [{"a cat": 2.0, "": -1.0}] * 11, "away from none"
    assert told((said("a cat", 0, 10, weight=0.0),)) == [{"": 1.0}] * 11
    rows = (said("a cat", 0, 10, weight=0.5),), (said("at night", 0, 10),)
    assert told(*rows) == [{"a cat, at night": 0.5, "at night": 0.5}] * 11


@pytest.mark.parametrize("steps", [7, 48, 240])
def test_a_lane_is_followed_at_every_step_with_and_without_an_overlap(steps: int) -> None:
    rises = Lane("prompt", (Key(Fraction(0), 0.0), Key(Fraction(4), 2.0), Key(Fraction(8), 0.5)), expression="v * v")
    now = told((said("a cat", 0, 10, lanes=(rises,)),), steps=steps)
    for step, weights in enumerate(now):
        at = 10 * step / (steps - 1)
        wanted = np.interp(at, [0, 4, 8], [0, 2, 0.5]) ** 2
        assert weights.get("a cat", 0.0) == pytest.approx(wanted, abs=1e-4)
        assert sum(weights.values()) == pytest.approx(1.0, abs=1e-9)


def test_a_weight_never_jumps_where_an_overlap_begins_or_ends() -> None:
    first, second = said("a cat", 0, 6, weight=1.5), said("a dog", 4, 10, weight=0.25)
    cats = [now.get("a cat", 0.0) for now in told((first, second), steps=1001)]
    dogs = [now.get("a dog", 0.0) for now in told((first, second), steps=1001)]
    assert np.abs(np.diff(cats)).max() < 0.05
    assert np.abs(np.diff(dogs)).max() < 0.05
    assert (cats[0], dogs[-1]) == (1.5, 0.25)


def test_who_mixes_none_says_in_full_what_weighs_less_than_all() -> None:
    (now,) = plan("a cat :0.25 AND :0.75", "", 1)
    assert [now.turn(step).texts for step in range(2)] == [((1.0, "a cat"),)] * 2


def test_rows_meet_and_what_a_clip_joins_stays_joined() -> None:
    rows = (said("a cat AND a hat :0.5", 0, 6), said("a dog", 4, 10)), (said("at night", 0, 10),)
    middle = told(*rows)[5]
    assert middle == pytest.approx({"a cat, at night": 0.5, "a hat, at night": 0.25, "a dog, at night": 0.5})


def test_who_mixes_no_words_is_told_them_in_turn() -> None:
    turning = replace(CARD, info=replace(CARD.info, blends=False))
    text = prompt_of(laid((said("a cat", 0, 6), said("a dog", 4, 10))), WHOLE, turning)
    assert text == "[a cat:[[a cat|a dog]:a dog:0.6000]:0.4000]"


def test_a_weight_moves_in_a_prompt() -> None:
    fading, other = parts("a poster 4:3 :0:1,1:-0.5 AND a dog :0.6", 3)
    assert isinstance(fading.weight, Curve)
    assert [fading.weighs(step, 3) for step in (1, 2, 3)] == [1.0, 0.25, -0.5]
    assert fading.at(1).text == "a poster 4:3"
    assert other.weight == 0.6
    assert joined("time: noon :0:1,1:0") == [(1.0, "time: noon :0:1,1:0")], "without AND it is text"
    with pytest.raises(Refused, match=r"The weight '0\.5:1,0:2' in the prompt cannot be"):
        parts("a cat :0.5:1,0:2 AND a dog", 3)


# ---------------------------------------------------------------- what steers it


def test_a_lane_and_a_sound_steer_the_blend() -> None:
    swells = Lane("prompt", (Key(Fraction(0), 0.0), Key(Fraction(10), 3.0)), id="swells")
    even = told((said("a cat", 0, 10), said("a dog", 0, 10, lanes=(swells,))), steps=9)
    for step, now in enumerate(even):
        weight = 3.0 * step / 8
        assert now.get("a dog", 0.0) == pytest.approx(weight * now["a cat"], abs=1e-3)
        assert sum(now.values()) == pytest.approx(1.0, abs=1e-9)
    assert even[0] == {"a cat": 1.0}


def test_a_sound_steers_the_blend(tmp_path) -> None:
    heard = Lane("prompt", modulator=Modulator("drum", "rms", gain=4.0, how="replace"), id="heard")
    timeline = laid((said("a cat", 0, 10), said("a dog", 0, 10, lanes=(heard,))))
    drum = Clip(Fraction(0), Fraction(10), id="drum")
    timeline = replace(timeline, tracks=(*timeline.tracks, Track("audio", clips=(drum,), id="sounds")))
    document = Document.new(tmp_path / "p", Project(timelines=(timeline,), rate=8000))
    name, facts = document.keep(ramp(10.0))
    project = Project(timelines=(timeline,), rate=8000, media={name: facts})
    timeline = edit.add_take(timeline, "drum", Take(name, facts.length))
    request = making.made(Scene(project, timeline, document.read, Reader(document)), WHOLE, CARD).request
    shares = [sum(weight for weight, text in now.texts if "dog" in text) for now in plan(request.prompt, "", 9)]
    assert np.diff(shares).min() > -1e-3, "the sound grows"
    assert shares[0] < 0.2
    assert shares[-1] > 0.5
    assert "drum" in states.sources(timeline, WHOLE)
    moved = edit.change_clip(timeline, "drum", start=Fraction(2))
    assert states.fingerprint(project, moved, WHOLE) != states.fingerprint(project, timeline, WHOLE)


# ---------------------------------------------------------------- what comes of it


def test_a_mean_needs_nothing_without_words() -> None:
    calls: list[str] = []

    def says(name: str, value: float):
        return lambda x, level: (calls.append(name), torch.full_like(x, value))[1]

    x = torch.zeros(1, 1, 2, 2)
    both = [(0.5, says("a", 1.0)), (0.5, says("b", 3.0))]
    assert torch.equal(guidance.composed(both, says("u", 9.0), Guidance(1.0))(x, 1.0), torch.full_like(x, 2.0))
    assert calls == ["a", "b"]
    assert torch.equal(guidance.composed(both, says("u", 1.0), Guidance(3.0))(x, 1.0), torch.full_like(x, 4.0))
    rest = [(1.0, says("a", 2.0)), (1.0, says("b", 3.0))]
    assert torch.equal(guidance.composed(rest, says("u", 1.0), Guidance(1.0))(x, 1.0), torch.full_like(x, 4.0))


@pytest.mark.parametrize("name", ["sd15", "flux1"])
def test_a_model_blends_with_and_without_guidance(name: str, pipelines_root: Path) -> None:
    """At the ends of an overlap it is the single prompt to the bit, and between them neither."""
    engine = engine_of(name, pipelines_root)
    request = check(
        engine.card, Request(engine=engine.info.name, prompt="a boat", seed=5, size=(64, 64), options={"steps": 3})
    )

    def made(prompt: str):
        return followed(engine, replace(request, prompt=prompt))

    boat, house = made("a boat")[1], made("a house")[1]
    for text, alone in (
        ("a boat :0:1,1:1 AND a house :0:0,1:0", boat),
        ("a boat :0:0,1:0 AND a house :0:1,1:1", house),
    ):
        assert compare(made(text)[1].media, alone.media) is None
    begun, half = made("a boat :0.5 AND a house :0.5")
    assert compare(half.media, boat.media) is not None
    assert compare(half.media, house.media) is not None
    assert compare(made("a house :0:0.5,1:0.5 AND a boat :0:0.5,1:0.5")[1].media, half.media) is None
    assert "AND" not in half.facts
    one, other, mean = (sample(kept[0]) for kept in (made("a boat")[0], made("a house")[0], begun))
    assert np.allclose(mean, (one + other) / 2, atol=1e-5), "a step is affine in what the network answers"
    assert np.abs(one - other).max() > 1e-3
    fading = made("a boat :0:1,0.5:0.5,1:0 AND a house :0:0,0.5:0.5,1:1")[0]
    assert np.array_equal(sample(fading[0]), one)


def sample(kept: Checkpoint) -> np.ndarray:
    return kept.arrays["v.samples.0"].astype(np.float64)


def test_what_weighs_nothing_is_not_drawn_and_half_of_it_is_neither() -> None:
    engine = registry.make("image/sticker")
    base = Request(engine="image/sticker", seed=5, options={"steps": 2})

    def drawn(prompt: str) -> np.ndarray:
        made = ended(engine, check(CARD, replace(base, prompt=prompt))).media
        return np.asarray(made.pixels, np.float64)

    cat, none, half = drawn("a cat"), drawn(""), drawn("a cat :0.5 AND  :0.5")
    assert np.array_equal(drawn("a cat :1 AND  :0"), cat)
    assert np.array_equal(drawn("a cat :0 AND  :1"), none)
    assert np.abs(half - cat).mean() > 1
    assert np.abs(half - none).mean() > 1
