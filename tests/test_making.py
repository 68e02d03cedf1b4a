"""Clips made in place: what is asked of an engine for a clip, by its card, and in which order."""

from fractions import Fraction

import msgspec
import numpy as np
import pytest

from app.core.project import Document, medium_facts
from app.core.timeline import edit, fit, making, states
from app.core.timeline.clock import Clock
from app.core.timeline.inputs import Scene, Span, cut, fed, joined
from app.core.timeline.prompts import prompt_of
from app.core.timeline.reader import Reader
from app.core.timeline.values import (
    Ask,
    Clip,
    ControlFeed,
    Feed,
    Key,
    Lane,
    Modulator,
    Project,
    Take,
    Timeline,
    Track,
)
from engines import registry
from engines.contract import Audio, Curve, Mesh, Refused, Result
from engines.prompt.schedule import parts
from engines.prompt.weights import weighted
from tests.making_kit import BALL, CARDS, FPS, SECOND, Shelf, card_like, counting, holding, laid, picture, ramp

replace = msgspec.structs.replace

# ---------------------------------------------------------------- what is asked for


def test_a_clip_asks_for_what_the_project_is() -> None:
    clip = Clip(Fraction(2), Fraction(4), ask=Ask("audio/tune", "a reel", seed=5), id="a")
    project, timeline = laid(clip, kind="audio", metres=Timeline().metres)
    scene = Scene(project, timeline, Shelf().get)
    request = making.made(scene, clip, CARDS["audio/tune"]).request
    assert (request.options["tempo"], request.options["bars"], request.options["metre"]) == (120.0, 2, "4/4")
    assert request.length is None
    own = replace(clip, ask=replace(clip.ask, options={"tempo": 90.0}))
    assert making.made(scene, own, CARDS["audio/tune"]).request.options["tempo"] == 90.0


@pytest.mark.parametrize(
    ("wanted", "draft", "size"),
    [
        (None, False, (256, 256)),
        ((512, 512), False, (512, 512)),
        ((500, 500), False, (512, 512)),
        (None, True, (256, 256)),
    ],
)
def test_a_size_is_the_nearest_the_engine_has(wanted, draft, size) -> None:
    assert fit.size_of(CARDS["video/motion"].info, wanted, Project(width=1920, height=1080), draft) == size


def test_a_size_by_a_rule_keeps_the_shape_and_is_smaller_for_drafts() -> None:
    info = replace(CARDS["image/sticker"].info, sizes=((512, 512),), size_rule=(64, 1024, 16))
    project = Project(width=1920, height=1080)
    width, height = fit.size_of(info, None, project, False)
    assert abs(width / height - 16 / 9) < 0.05
    assert abs(width * height / 512**2 - 1) < 0.06
    assert min(fit.size_of(info, None, project, True)) == 256
    assert fit.size_of(info, (1000, 200), project, False) == (992, 192)


def test_a_clip_that_loops_is_filled_by_whole_rounds() -> None:
    card = CARDS["video/motion"]  # up to 6 s
    clip = Clip(Fraction(0), Fraction(16), loop=True, ask=Ask("video/motion"))
    assert fit.length_of(card, clip) == pytest.approx(16 / 3)
    fit.must_last(card, clip)
    assert fit.length_of(card, replace(clip, ask=Ask("video/motion", round=Fraction(2)))) == 2.0
    with pytest.raises(Refused, match="let it loop"):
        fit.must_last(card, replace(clip, loop=False))
    with pytest.raises(Refused, match="make it longer"):
        fit.must_last(card, replace(clip, length=Fraction(1, 10)))


def test_a_draft_takes_fewer_steps_or_what_the_ask_says() -> None:
    card, clock = CARDS["image/sticker"], Clock(Timeline(), Fraction(24))
    clip = Clip(Fraction(0), SECOND, ask=Ask("image/sticker"))
    assert fit.options_of(card, clip, clock, False) == {}
    assert fit.options_of(card, clip, clock, True) == {"steps": 8}
    own = replace(clip, ask=replace(clip.ask, options={"steps": 20}, draft={"steps": 3}))
    assert fit.options_of(card, own, clock, True) == {"steps": 3}
    assert fit.options_of(card, own, clock, False) == {"steps": 20}


def test_window_grids_snap_lengths() -> None:
    grid = fit.Grid(4, 1, 16.0)
    assert grid.snapped(Fraction(2)) == Fraction(33, 16)
    assert grid.snapped(Fraction(1, 100)) == Fraction(1, 16)
    assert fit.Grid(8, 0, 8.0).snapped(Fraction(1, 4)) == 1


def test_inputs_are_what_other_clips_show() -> None:
    shelf = Shelf()
    still = holding(shelf.put("p", picture(7)), Clip(Fraction(0), SECOND, id="still"))
    film = holding(shelf.put("v", counting(20)), Clip(Fraction(1), SECOND, offset=Fraction(1, 2), id="film"))
    empty = Clip(Fraction(2), SECOND, ask=Ask("image/sticker"), name="later", id="empty")
    clip = Clip(Fraction(3), SECOND, ask=Ask("video/motion", start=Feed(clip="still")), id="m")
    project, timeline = laid(still, film, empty, clip)
    scene = Scene(project, timeline, shelf.__getitem__)
    assert making.made(scene, clip, CARDS["video/motion"]).request.start.pixels[0, 0, 0] == 7
    greys = [
        fed(scene, Feed(clip="film", at=at, moment=Fraction(3, 10))).pixels[0, 0, 0]
        for at in ("first", "moment", "last")
    ]
    assert greys == [5, 8, 14]
    whole = fed(scene, Feed(clip="film"))
    assert (whole.frames[:, 0, 0, 0] == np.arange(5, 15)).all()
    started = making.made(scene, replace(clip, ask=Ask("video/motion", start=Feed(clip="film"))), CARDS["video/motion"])
    assert started.request.start.pixels[0, 0, 0] == 5
    with pytest.raises(Refused, match="'later' has nothing to show"):
        fed(scene, Feed(clip="empty"))
    controlled = Ask("image/sticker", controls=(ControlFeed("edges", Feed(clip="film", make="canny"), 0.7),))
    (control,) = making.request_of(scene, replace(clip, ask=controlled), CARDS["image/sticker"]).controls
    assert (control.kind, control.strength, control.make, control.media.pixels[0, 0, 0]) == ("edges", 0.7, "canny", 5)


def test_a_take_that_is_too_short_loops_or_ends() -> None:
    film, sound = counting(4), ramp(0.5, 8)
    assert cut(film, Span(Fraction(0), SECOND), loop=True).frames[:, 0, 0, 0].tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]
    assert cut(film, Span(Fraction(0), SECOND)).frames[:, 0, 0, 0].tolist() == [0, 1, 2, 3] + [3] * 6
    assert cut(film, Span(Fraction(2, 5), Fraction(0))).frames[:, 0, 0, 0].tolist() == [3, 2, 1, 0]
    early = cut(sound, Span(-SECOND / 2, SECOND / 2)).samples[:, 0]
    assert (early[:4] == 0).all()
    assert (early[4:] == sound.samples[:, 0]).all()


def test_lanes_become_curves_over_the_run() -> None:
    lane = Lane("guidance", (Key(Fraction(0), 2.0), Key(Fraction(4), 6.0)))
    once = Lane("steps", (Key(Fraction(0), 9.4),))
    gone = Lane("wobble", (Key(Fraction(0), 1.0),))
    camera = Lane("elevation", (Key(Fraction(0), 1.0),))
    strong = Lane("control:edges", (Key(Fraction(0), 1.0), Key(Fraction(4), 0.0)))
    ask = Ask("image/sticker", controls=(ControlFeed("edges", Feed(media="p")),))
    clip = Clip(Fraction(3), Fraction(4), ask=ask, lanes=(lane, once, gone, camera, strong), id="c")
    project, timeline = laid(clip)
    shelf = Shelf(p=picture())
    request = making.made(Scene(project, timeline, shelf.__getitem__), clip, CARDS["image/sticker"]).request
    assert [request.curves["guidance"].at(place) for place in (0.0, 0.5, 1.0)] == pytest.approx([2, 4, 6])
    assert request.options["steps"] == 9
    assert isinstance(request.controls[0].strength, Curve)
    assert request.controls[0].at(0.5) == pytest.approx(0.5)
    off = edit.put_lane(timeline, "c", replace(lane, on=False))
    assert (
        "guidance"
        not in making.made(
            Scene(project, off, shelf.__getitem__), edit.clip_of(off, "c"), CARDS["image/sticker"]
        ).request.curves
    )


def test_prompt_tracks_speak_where_a_clip_says_nothing() -> None:
    said = (
        Clip(Fraction(0), Fraction(6), text="a cat", id="1"),
        Clip(Fraction(4), Fraction(4), text="a dog", weight=1.2, id="2"),
        Clip(Fraction(9), Fraction(9), text="time: noon", id="3"),
    )
    clip = Clip(Fraction(0), Fraction(10), ask=Ask("video/motion"), id="m")
    timeline = Timeline(tracks=(Track("prompt", clips=said), Track("picture", clips=(clip,))))
    turning = card_like("video/motion", blends=False)  # one that mixes no words: they take turns
    (part,) = parts(prompt_of(timeline, clip, turning), 10)
    told = [part.at(step).text for step in range(1, 11)]
    assert told == ["a cat"] * 4 + ["a cat", "(a dog:1.2)"] + ["(a dog:1.2)"] * 3 + ["(time: noon:1)"]
    assert prompt_of(timeline, clip, CARDS["audio/drum"]) == "a cat"
    muted = replace(timeline, tracks=(replace(timeline.tracks[0], mute=True), timeline.tracks[1]))
    assert prompt_of(muted, clip, CARDS["video/motion"]) == ""
    project = Project(timelines=(timeline,))
    before = states.fingerprint(project, timeline, clip)
    swells = Lane("prompt", (Key(Fraction(0), 0.5), Key(Fraction(4), 1.5)), id="swells")
    swelling = edit.put_lane(timeline, "2", swells)
    (part,) = parts(prompt_of(swelling, clip, turning), 100)
    weights = [weighted(part.at(step).text)[0].weight for step in range(61, 81)]
    assert weights == sorted(weights)
    assert weights[0] == pytest.approx(1.0, abs=0.15)
    assert weights[-1] == pytest.approx(1.5, abs=0.15)
    assert len(set(weights)) >= 2
    assert states.fingerprint(project, swelling, clip) != before
    other = edit.change_clip(timeline, "2", text="a fox")
    assert states.fingerprint(project, other, clip) != before


def test_a_surface_turns_for_those_who_want_frames(tmp_path) -> None:
    ball = Mesh(*BALL)
    clip = Clip(Fraction(1), SECOND, id="ball")
    project, timeline = laid(clip)
    project = replace(project, width=32, height=32)
    document = Document.new(tmp_path / "p", project)
    name, facts = document.keep(ball)
    project = replace(project, media={name: facts})
    timeline = edit.add_take(timeline, "ball", Take(name))
    scene = Scene(project, timeline, document.read, Reader(document))
    ask = Ask("video/motion", start=Feed(clip="ball", at="moment", moment=SECOND / 4))
    start = making.request_of(scene, Clip(Fraction(0), SECOND, ask=ask), CARDS["video/motion"]).start
    assert start.pixels.shape[:2] == (32, 32)
    assert np.ptp(start.pixels) > 40
    depth = edit.change_clip(timeline, "ball", mesh=name, shows="depth")
    whole = fed(scene._replace(timeline=depth), Feed(clip="ball"))
    assert whole.frames.shape[:3] == (10, 32, 32)
    turned = making.made(
        scene,
        Clip(Fraction(0), SECOND, ask=Ask("video/turntable", start=Feed(clip="ball")), id="t"),
        CARDS["video/turntable"],
    )
    assert isinstance(turned.request.start, Mesh)


def test_a_lane_follows_a_drum_that_plays_on_the_timeline(tmp_path) -> None:
    beats = np.zeros((40000, 1), np.float32)
    beats[20000:20400] = np.sin(np.arange(400) / 3)[:, None]
    lane = Lane("guidance", (Key(Fraction(0), 2.0),), modulator=Modulator("drum", "rms", gain=5.0, release=0.05))
    drum = Clip(Fraction(0), Fraction(5), id="drum")
    clip = Clip(Fraction(0), Fraction(5), ask=Ask("video/motion", options={"steps": 40}), lanes=(lane,), id="m")
    project = Project(timelines=(Timeline(tracks=(Track("picture", clips=(clip,)), Track("audio", clips=(drum,)))),))
    document = Document.new(tmp_path / "p", project)
    name, facts = document.keep(Audio(beats, 8000))
    project = replace(project, media={name: facts})
    timeline = edit.add_take(project.timeline, "drum", Take(name, facts.length))
    scene = Scene(project, timeline, document.read, Reader(document))
    curve = making.made(scene, clip, CARDS["video/motion"]).request.curves["guidance"]
    assert curve.at(0.0) == pytest.approx(2.0, abs=0.1)
    assert max(value for _, value in curve.points) > 4
    assert abs(max(curve.points, key=lambda point: point[1])[0] - 0.5) < 0.05


def test_what_stands_still_is_shown_longer_without_being_made_anew() -> None:
    clip = Clip(Fraction(4), Fraction(2), ask=Ask("mesh/shape", "a rocket"), id="c")
    project, timeline = laid(clip)
    errand = making.errand_of(Scene(project, timeline, Shelf().get), clip, "generate")
    timeline = making.placed(timeline, errand, making.take_of(errand, "p", medium_facts(picture())))
    longer = edit.trim(timeline, "c", start=Fraction(1), end=Fraction(9))
    assert states.state(project, longer, longer.tracks[0].clips[0]) == "final"
    other = edit.change_clip(longer, "c", ask=Ask("mesh/shape", "a chair"))
    assert states.state(project, other, other.tracks[0].clips[0]) == "stale"


def test_a_clip_that_is_cut_still_shows_what_it_asked_for() -> None:
    lane = Lane("guidance", (Key(Fraction(0), 2.0), Key(Fraction(4), 6.0)))
    clip = Clip(Fraction(1), Fraction(4), ask=Ask("video/motion", "x"), lanes=(lane,), id="c")
    project, timeline = laid(clip)
    errand = making.errand_of(Scene(project, timeline, Shelf().get), clip, "generate")
    timeline = making.placed(timeline, errand, making.take_of(errand, "p", medium_facts(counting(40))))
    halves = edit.split(timeline, ["c"], Fraction(2))
    assert [states.state(project, halves, one) for one in halves.tracks[0].clips] == ["final", "final"]
    longer = edit.trim(timeline, "c", end=Fraction(7))
    assert states.state(project, longer, longer.tracks[0].clips[0]) == "stale"
    said = edit.change_clip(halves, "c", ask=Ask("video/motion", "y"))
    assert [states.state(project, said, one) for one in said.tracks[0].clips] == ["stale", "final"]


# ---------------------------------------------------------------- in which order


def test_clips_are_made_after_what_they_are_made_of() -> None:
    shelf = Shelf()
    still = Clip(Fraction(9), SECOND, ask=Ask("image/sticker"), id="still")
    moving = Clip(Fraction(0), SECOND, ask=Ask("video/motion", start=Feed(clip="still")), id="moving")
    fixed = holding(shelf.put("p", picture()), Clip(Fraction(4), SECOND, id="fixed"))
    project, timeline = laid(moving, fixed, still)
    assert making.order(project, timeline) == ["still", "moving"]
    assert making.waits_for(project, timeline, moving) == ["still"]
    errand = making.errand_of(Scene(project, timeline, shelf.get), still, "generate", draft=True)
    timeline = making.placed(timeline, errand, making.take_of(errand, "p", medium_facts(picture())))
    assert making.order(project, timeline, draft=True) == ["moving"]
    assert making.order(project, timeline) == ["still", "moving"]
    assert making.order(project, timeline, ["still"]) == ["still"]
    assert making.waits_for(project, timeline, moving) == []
    circle = edit.change_clip(timeline, "still", ask=Ask("image/sticker", start=Feed(clip="moving")))
    with pytest.raises(Refused, match="made of itself"):
        making.order(project, circle)


def test_a_clip_changed_while_it_was_made_is_stale_and_one_gone_is_left() -> None:
    clip = Clip(Fraction(0), SECOND, ask=Ask("image/sticker", "a cat"), id="c")
    project, timeline = laid(clip)
    errand = making.errand_of(Scene(project, timeline, Shelf().get), clip, "generate")
    take = making.take_of(errand, "p", medium_facts(picture()))
    changed = edit.change_clip(timeline, "c", ask=replace(clip.ask, prompt="a dog"))
    after = making.placed(changed, errand, take)
    assert states.state(project, after, edit.clip_of(after, "c")) == "stale"
    assert edit.clip_of(after, "c").ask.prompt == "a dog"
    gone = edit.remove_clips(timeline, ["c"])
    assert making.placed(gone, errand, take) == gone
    assert msgspec.json.decode(msgspec.json.encode(errand, enc_hook=str), type=dict)["clip"] == "c"


def test_joined_media_are_as_the_first() -> None:
    both = joined([counting(4), counting(8, 2 * FPS, (64, 64))], counting(1))
    assert both.frames.shape == (8, 32, 32, 3)
    sound = joined([ramp(0.5), Audio(np.ones((8000, 2), np.float32), 16000)], ramp(0.1))
    assert (sound.rate, sound.samples.shape) == (8000, (8000, 1))


# ---------------------------------------------------------------- with engines


@pytest.mark.parametrize("name", ["image/tiny", "audio/tiny", "video/tiny", "mesh/tiny"])
def test_every_medium_is_made_into_a_take(name, tmp_path) -> None:
    from pathlib import Path

    listing = registry.listing([Path(__file__).parent / "tiny"])
    card = listing.cards[name]
    kind = "audio" if name.startswith("audio") else "picture"
    clip = Clip(Fraction(0), SECOND, ask=Ask(name, "a red thing", seed=3), id="c")
    project, timeline = laid(clip, kind=kind)
    document = Document.new(tmp_path / "p", project)
    order = making.made(Scene(project, timeline, document.read), clip, card)
    result = next(event for event in listing.make(name).generate(order.request) if isinstance(event, Result))
    media, facts = document.keep(making.finished(order.errand, result.media, document.read))
    after = making.placed(timeline, order.errand, making.take_of(order.errand, media, facts))
    assert states.state(project, after, edit.clip_of(after, "c")) == "final"
    assert edit.clip_of(after, "c").shown.made == clip.ask
