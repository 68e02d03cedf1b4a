"""What can be done to a clip beside making it: every way, by what the engine's card declares."""

from fractions import Fraction

import msgspec
import numpy as np
import pytest

from app.core.project import medium_facts
from app.core.timeline import edit, making, states, ways
from app.core.timeline.inputs import Scene, Span, cut
from app.core.timeline.values import (
    Ask,
    Clip,
)
from engines.contract import Audio, Notes, Refused, Video
from tests.making_kit import CARDS, FPS, SECOND, Shelf, card_like, counting, holding, laid, picture, ramp

replace = msgspec.structs.replace


def test_what_an_engine_declares_says_what_it_can_do() -> None:
    found = {name: ways.able(card) for name, card in CARDS.items()}
    assert found["audio/sound"] == {"generate", "vary", "region", "extend", "bridge"}
    assert found["audio/tune"] == {"generate", "vary", "region", "extend", "bridge"}
    assert found["image/sticker"] == {"generate", "vary", "region"}
    assert "extend" in found["audio/wave"]
    assert "extend" not in found["video/turntable"]
    assert {"bridge", "region"} <= found["video/between"]
    assert found["mesh/shape"] == {"generate", "vary"}
    assert "bridge" not in found["video/motion"]
    assert ways.able(card_like("image/sticker", size_rule=(64, 1024, 8))) == {"generate", "vary", "region", "extend"}


def test_a_region_of_a_sound_is_its_range_in_the_take() -> None:
    shelf = Shelf()
    take = replace(shelf.put("s", ramp(4.0)), offset=Fraction(-1))
    ask = Ask("audio/sound", "rain", region=(Fraction(1, 2), Fraction(1)))
    clip = holding(take, Clip(Fraction(1), Fraction(2), ask=ask, id="s"))
    project, timeline = laid(clip, kind="audio")
    request, errand = ways.region(Scene(project, timeline, shelf.__getitem__), clip, CARDS["audio/sound"])
    assert (request.options["range_from"], request.options["range_to"]) == (1.5, 2.0)
    assert (request.strength, errand.way, errand.offset) == (1.0, "region", -1)
    assert len(request.start.samples) == 4 * 8000
    none = replace(clip, ask=replace(ask, region=None))
    with pytest.raises(Refused, match="No part is marked"):
        ways.region(Scene(project, timeline, shelf.__getitem__), none, CARDS["audio/sound"])
    with pytest.raises(Refused, match="cannot make a part of a take anew"):
        ways.region(Scene(project, timeline, shelf.__getitem__), clip, CARDS["audio/drum"])


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_sound_grows_by_a_range_of_silence(side) -> None:
    shelf = Shelf()
    clip = holding(shelf.put("s", ramp(2.0)), Clip(Fraction(3), Fraction(2), ask=Ask("audio/sound", "rain"), id="s"))
    project, timeline = laid(clip, kind="audio")
    order = ways.extended(Scene(project, timeline, shelf.__getitem__), clip, CARDS["audio/sound"], side, SECOND)
    whole, options = order.request.start.samples[:, 0], order.request.options
    assert len(whole) == 3 * 8000
    silent = whole[:8000] if side == "left" else whole[16000:]
    assert not silent.any()
    expected = (0.0, 1.0) if side == "left" else (2.0, 3.0)
    assert (options["range_from"], options["range_to"]) == expected
    result = Audio(np.ones((3 * 8000, 1), np.float32), 8000)
    shelf["n"] = making.finished(order.errand, result, shelf.__getitem__)
    after = making.placed(timeline, order.errand, making.take_of(order.errand, "n", medium_facts(shelf["n"])))
    longer = edit.clip_of(after, "s")
    assert (longer.start, longer.end) == ((2, 5) if side == "left" else (3, 6))
    assert states.state(project, after, longer) == "final"
    span = cut(
        shelf["n"], Span(longer.offset - longer.shown.offset, longer.offset - longer.shown.offset + longer.length)
    )
    assert len(span.samples) == 3 * 8000
    assert (span.samples == 1).all()


def test_music_goes_on_by_the_option_that_says_so() -> None:
    shelf = Shelf()
    notes = Notes(np.zeros(1), np.ones(1), *(np.full(1, n, np.uint8) for n in (60, 80, 0, 0)))
    tune = Audio(ramp(2.0).samples, 8000, notes)
    clip = holding(shelf.put("t", tune), Clip(Fraction(0), Fraction(2), ask=Ask("audio/tune"), id="t"))
    project, timeline = laid(clip, kind="notes")
    scene = Scene(project, timeline, shelf.__getitem__)
    request = ways.extended(scene, clip, CARDS["audio/tune"], "right", Fraction(4)).request
    assert (request.options["task"], request.options["bars"]) == ("continue", 2)
    assert request.start.notes is not None
    left = ways.extended(scene, clip, CARDS["audio/tune"], "left", Fraction(2)).request
    assert left.start.notes.start.tolist() == [2.0]


BETWEEN = {"takes": ("prompt", "seed", "size", "length", "start", "last"), "lengths": (0.1, 1.0, 6.0)}


def grown(side, card) -> tuple[Video, Clip, making.Order]:
    """A clip of frames 0 to 9 made longer by half a second with made frames 100 and up."""
    shelf = Shelf()
    clip = holding(shelf.put("v", counting(10)), Clip(Fraction(1), SECOND, ask=Ask(card.info.name, "x"), id="v"))
    project, timeline = laid(clip)
    order = ways.extended(Scene(project, timeline, shelf.__getitem__), clip, card, side, SECOND / 2)
    made = Video(counting(106).frames[100:], FPS)
    shelf["n"] = making.finished(order.errand, made, shelf.__getitem__)
    after = making.placed(timeline, order.errand, making.take_of(order.errand, "n", medium_facts(shelf["n"])))
    assert states.state(project, after, edit.clip_of(after, "v")) == "final"
    return shelf["n"], edit.clip_of(after, "v"), order


def test_a_clip_goes_on_from_its_last_frame() -> None:
    made, clip, order = grown("right", CARDS["video/motion"])
    assert order.request.start.pixels[0, 0, 0] == 9
    assert made.frames[:, 0, 0, 0].tolist() == [*range(10), *range(101, 106)]
    assert (clip.start, clip.end, clip.offset, clip.shown.offset) == (1, Fraction(5, 2), 0, 0)
    assert order.request.options["fps"] == 10


def test_a_clip_begins_earlier_to_its_first_frame_or_backwards_from_it() -> None:
    made, clip, order = grown("left", CARDS["video/motion"])
    assert order.request.start.pixels[0, 0, 0] == 0
    assert made.frames[:, 0, 0, 0].tolist() == [*range(105, 100, -1), *range(10)]
    assert (clip.start, clip.end) == (Fraction(1, 2), 2)
    assert clip.offset == clip.shown.offset == -SECOND / 2
    made, clip, order = grown("left", card_like("video/motion", **BETWEEN))
    assert order.request.start is None
    assert order.request.last.pixels[0, 0, 0] == 0
    assert made.frames[:, 0, 0, 0].tolist() == [*range(100, 105), *range(10)]


def test_a_part_of_a_clip_is_made_between_frames_that_stay() -> None:
    shelf, card = Shelf(), card_like("video/motion", **BETWEEN)
    ask = Ask("video/motion", region=(Fraction(3, 10), Fraction(6, 10)))
    clip = holding(shelf.put("v", counting(10)), Clip(Fraction(0), SECOND, ask=ask, id="v"))
    project, timeline = laid(clip)
    request, errand = ways.region(Scene(project, timeline, shelf.__getitem__), clip, card)
    assert (request.start.pixels[0, 0, 0], request.last.pixels[0, 0, 0]) == (2, 6)
    assert request.length == pytest.approx(0.5)
    made = making.finished(errand, Video(counting(105).frames[100:], FPS), shelf.__getitem__)
    assert made.frames[:, 0, 0, 0].tolist() == [0, 1, 2, 101, 102, 103, 6, 7, 8, 9]


def test_a_gap_is_bridged_from_the_frames_on_both_sides() -> None:
    shelf, card = Shelf(), card_like("video/motion", **BETWEEN)
    first = holding(shelf.put("a", counting(10)), Clip(Fraction(0), SECOND, id="a"))
    second = holding(shelf.put("b", counting(50)), Clip(Fraction(2), SECOND, offset=Fraction(4), id="b"))
    project, timeline = laid(first, second)
    timeline, name = ways.bridge(timeline, "row", Fraction(3, 2), Ask("video/motion", "x"))
    clip = edit.clip_of(timeline, name)
    assert (clip.start, clip.end) == (1, 2)
    assert states.sources(timeline, clip) == ["a", "b"]
    request, errand = making.made(Scene(project, timeline, shelf.__getitem__), clip, card)
    assert (request.start.pixels[0, 0, 0], request.last.pixels[0, 0, 0]) == (9, 40)
    made = making.finished(errand, counting(12), shelf.__getitem__)
    assert made.frames[:, 0, 0, 0].tolist() == list(range(1, 11))
    assert errand.way == "bridge"
    trimmed = edit.trim(timeline, "a", end=Fraction(1, 2))
    assert states.fingerprint(project, trimmed, clip) != errand.print
    with pytest.raises(Refused, match="no gap"):
        ways.gap(timeline, "row", Fraction(1, 2))
    with pytest.raises(Refused, match="cannot bridge"):
        making.made(Scene(project, timeline, shelf.__getitem__), clip, CARDS["video/motion"])


def test_a_gap_of_sound_is_a_range_between_what_is_heard() -> None:
    shelf = Shelf()
    first = holding(shelf.put("a", ramp(5.0)), Clip(Fraction(0), Fraction(5), id="a"))
    second = holding(shelf.put("b", ramp(5.0)), Clip(Fraction(6), Fraction(5), id="b"))
    project, timeline = laid(first, second, kind="audio")
    timeline, name = ways.bridge(timeline, "row", Fraction(11, 2), Ask("audio/sound", "rain"))
    clip = edit.clip_of(timeline, name)
    request, errand = making.made(Scene(project, timeline, shelf.__getitem__), clip, CARDS["audio/sound"])
    assert len(request.start.samples) == 7 * 8000  # three seconds on each side
    assert request.start.samples[:1, 0] == pytest.approx(0.4, abs=1e-3)
    assert (request.options["range_from"], request.options["range_to"]) == (3.0, 4.0)
    made = making.finished(errand, ramp(7.0), shelf.__getitem__)
    assert len(made.samples) == 8000
    assert made.samples[0, 0] == pytest.approx(3 / 7, abs=1e-3)


def test_a_take_is_varied_or_made_again_by_another_seed() -> None:
    shelf = Shelf()
    clip = holding(shelf.put("p", picture(9)), Clip(Fraction(0), SECOND, ask=Ask("image/sticker", "x"), id="p"))
    project, timeline = laid(clip)
    order = ways.varied(Scene(project, timeline, shelf.__getitem__), clip, CARDS["image/sticker"], 0.3, seed=8)
    assert (order.request.seed, order.request.strength, order.request.start.pixels[0, 0, 0]) == (8, 0.3, 9)
    after = making.placed(timeline, order.errand, making.take_of(order.errand, "n", medium_facts(picture())))
    varied = edit.clip_of(after, "p")
    assert (varied.ask.seed, varied.shown.way, states.state(project, after, varied)) == (8, "vary", "final")
    again = ways.retaken(after, "p", 21)
    assert edit.clip_of(again, "p").ask.seed == 21
    assert states.state(project, again, edit.clip_of(again, "p")) == "stale"
    back = making.chosen(again, "p", varied.take)
    assert states.state(project, back, edit.clip_of(back, "p")) == "final"
