"""What lanes hear, and how finely an engine follows them."""

from fractions import Fraction

import msgspec
import numpy as np
import pytest

from app.core.timeline import edit, fineness, numbers
from app.core.timeline.clock import Clock
from app.core.timeline.curve import Hearing, Moment, value
from app.core.timeline.hearing import Listener
from app.core.timeline.levels import Levels
from app.core.timeline.mix import mixed
from app.core.timeline.values import Ask, Clip, Key, Lane, Modulator, Project, Time, Timeline, Track
from engines.contract import AdapterKind, Audio, ControlKind, EngineCard, Info, Param
from engines.registry import listing
from tests import timeline_kit as kit

ONE, HALF = Fraction(1), Fraction(1, 2)


class Mixer:
    """Stands in for the mix: a click at the beginning of every clip it is shown, and a count of how often it was."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, project: Project, timeline: Timeline, start: Time, length: Time) -> np.ndarray:
        clips = [clip for track in timeline.tracks for clip in track.clips]
        self.asked.append([clip.id for clip in clips])
        sound = np.zeros((int(length * project.rate), 2), np.float32)
        for clip in clips:
            sound[int((clip.start - start) * project.rate)] = 1.0
        return sound


def project(**drum: object) -> Project:
    steered = Lane("scale", modulator=Modulator("drums", release=0.0), id="l")
    dance = Clip(ONE, Fraction(4), lanes=(steered,), id="dance")
    strokes = (Clip(Fraction(2), ONE, id="kick"), Clip(Fraction(4), ONE, **drum, id="snare"))
    drums = Track("audio", clips=strokes, lanes=(Lane("gain", modulator=Modulator("drums")),), mute=True, id="drums")
    return Project(timelines=(Timeline(tracks=(Track("picture", clips=(dance,), id="v"), drums), id="main"),))


def test_a_picture_dances_to_a_track_even_to_a_muted_one() -> None:
    here = project()
    hearing = Listener(Mixer()).hearing(here, here.timeline, "dance")
    lane = edit.clip_of(here.timeline, "dance").lanes[0]
    rows = [value(lane, 1.0, Moment(Fraction(n, 10), hearing)) for n in range(10, 50)]
    assert {10 + n for n, row in enumerate(rows) if row > 1.3} == {20, 40}
    assert hearing.since == 1


def test_only_what_has_changed_is_listened_to_again() -> None:
    here, mixer = project(), Mixer()
    listener = Listener(mixer)
    first = listener.hearing(here, here.timeline, "dance")
    moved = edit.move_clips(here.timeline, ["dance"], HALF)
    moved = edit.change_track(moved, "drums", gain=-6.0, mute=False)
    assert listener.hearing(here, moved, "dance").heard["drums"] is first.heard["drums"]
    assert mixer.asked == [["kick", "snare"]]
    later = edit.move_clips(moved, ["snare"], HALF)
    assert listener.hearing(here, later, "dance").heard["drums"] is not first.heard["drums"]
    silent = edit.change_clip(later, "snare", muted=True)
    listener.hearing(here, silent, "dance")
    assert mixer.asked[1:] == [["kick", "snare"], ["kick"]]


def test_one_clip_is_heard_alone_and_one_that_has_gone_not_at_all() -> None:
    here, mixer = project(muted=True), Mixer()
    listener = Listener(mixer)
    heard = listener.heard(here, here.timeline, "snare")
    assert heard is not None
    assert heard.since == 4
    assert mixer.asked == [["snare"]]
    assert listener.heard(here, here.timeline, "gone") is None
    bare = edit.remove_track(here.timeline, "drums")
    assert listener.hearing(here, bare, "dance").heard == {}
    assert listener.hearing(here, bare, "nobody").since == 0


# ---------------------------------------------------------------- fineness


def card(**info: object) -> EngineCard:
    told = {"name": "video/x", "title": "X", "summary": "", "medium": "video", "family": "diffusion"}
    params = (
        Param("guidance", "float", 3.0, 0, 10, curve=True),
        Param("steps", "int", 20, 1, 50),
        Param("loop", "bool", True),
        Param("distance", "float", 1.0, 0, 2, curve=True),
    )
    return EngineCard(msgspec.convert(told | info, Info), params)


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("guidance", "step"),
        ("distance", "step"),
        ("steps", "clip"),
        ("loop", None),
        ("nonsense", None),
        ("gain", "frame"),
        ("scale", "frame"),
        ("azimuth", "frame"),
        ("strength", "clip"),
        ("seed", None),
        ("prompt", None),
        ("control:edges", "step"),
        ("control:depth", None),
        ("adapter:ink", "step"),
    ],
)
def test_a_badge_says_how_finely_a_number_is_followed(target: str, wanted: str | None) -> None:
    here = card(
        takes=("seed", "prompt", "start"),
        controls=(ControlKind("edges", "image"),),
        adapters=(AdapterKind("ink", "Ink"),),
    )
    assert fineness.fineness(here, target) == wanted
    assert (target in numbers.targets(here, camera=True)) == (wanted is not None)
    along = msgspec.structs.replace(here, info=msgspec.structs.replace(here.info, along="window"))
    assert fineness.fineness(along, target) == {"step": "window"}.get(wanted or "", wanted)
    alone = {"distance": "frame", "prompt": "step"}.get(target, wanted)  # of a camera, of words
    assert fineness.fineness(None, target) == (alone if alone == "frame" or target == "prompt" else None)
    assert numbers.targets(None, words=True) == ["prompt"]


def test_maps_are_offered_to_clips_that_are_made_with_them() -> None:
    here = card(takes=("prompt",), controls=(ControlKind("edges", "image"),), adapters=(AdapterKind("ink", "Ink"),))
    clip = Clip(Fraction(0), Fraction(1), ask=Ask("image/x", adapters={"ink": 1.0}))
    found = numbers.offered(Track("picture"), clip, here)
    assert "adapter:ink" in found
    assert "control:edges" not in found
    assert {"gain", "opacity"} <= set(found)


def test_engines_that_go_along_time_say_so() -> None:
    cards = listing().cards
    assert fineness.fineness(cards["audio/tune"], "temperature") == "window"
    assert fineness.fineness(cards["video/motion"], "guidance") == "step"
    assert fineness.fineness(cards["video/animate"], "travel") == "frame"


def test_an_engine_is_given_a_point_a_step_within_its_bounds() -> None:
    here = card()
    clip = Clip(Fraction(3), Fraction(2), id="c")
    hearing = Hearing(Clock(Timeline(), Fraction(24)), since=clip.start)
    lane = Lane("guidance", (Key(Fraction(0), -2.0), Key(Fraction(2), 8.0)))
    curve = fineness.contract_curve(lane, 3.0, clip, hearing, steps=5, param=numbers.number(here, "guidance"))
    assert curve.points == ((0.0, 0.0), (0.25, 0.5), (0.5, 3.0), (0.75, 5.5), (1.0, 8.0))
    assert fineness.contract_curve(Lane("guidance"), 3.0, clip, hearing, steps=5).points == ((0.0, 3.0),)
    steps = Lane("steps", (Key(Fraction(0), 7.6),))
    assert fineness.at_once(steps, 20, clip, hearing, param=numbers.number(here, "steps")) == 8
    assert fineness.moments(clip, Fraction(3, 2)) == [3, Fraction(11, 3), Fraction(13, 3)]


# ---------------------------------------------------------------- with the mix itself


def test_a_picture_dances_to_the_drum_as_it_is_mixed() -> None:
    source, rate = kit.Memory(), 48000
    stroke = np.random.default_rng(4).normal(0, 0.3, (6000, 2)) * np.exp(-np.arange(6000) / 900)[:, None]
    sound = np.zeros((2 * rate, 2), np.float32)
    for beat in range(4):
        sound[beat * rate // 2 : beat * rate // 2 + 6000] += stroke.astype(np.float32)
    source.sounds["d.wav"] = Audio(sound, rate)
    own = Lane("gain", modulator=Modulator("drums", "rms", gain=-6.0))  # it ducks itself: no circle
    drums = Track(
        "audio", clips=(kit.clip("d.wav", 1, 8, whole=Fraction(2), loop=True, id="d"),), lanes=(own,), id="drums"
    )
    steered = Lane("scale", modulator=Modulator("drums", "onset", release=0.1, gain=0.5))
    dance = kit.clip("p.png", 2, 4, id="dance", lanes=(steered,))
    here = kit.project(Track("picture", clips=(dance,), id="v"), drums)
    levels = Levels(here, here.timeline, source)
    frames = [Fraction(n, 24) for n in range(2 * 24, 6 * 24)]
    rows = [levels.number(dance, "scale", 1.0, at) for at in frames]
    hits = [n for n in range(1, len(rows)) if rows[n] > 1.25 and rows[n] > rows[n - 1] + 0.1]
    assert hits == pytest.approx([n * 12 for n in range(1, 8)], abs=1)
    assert max(rows) <= 1.5 + 1e-6
    assert np.abs(mixed(here, here.timeline, source, Fraction(1), Fraction(2))).max() > 0.1
