"""The values of a project: to the disk and back the same, times exact, edits that refuse nonsense."""

from fractions import Fraction

import numpy as np
import pytest

from app.core import project as projects
from app.core.project import Document
from app.core.timeline import edit, schema, states
from app.core.timeline.clock import Clock
from app.core.timeline.values import (
    Ask,
    Clip,
    Feed,
    Key,
    Lane,
    Metre,
    Modulator,
    Project,
    Take,
    Tempo,
    Timeline,
    Track,
)
from engines.contract import Audio, Image, Refused

THIRD = Fraction(1, 3)


def project() -> Project:
    lane = Lane("guidance", (Key(Fraction(0), 2.0), Key(THIRD, 5.0, "hold")), modulator=Modulator("beat"), id="l")
    drum = Clip(Fraction(0), Fraction(2), takes=(Take("sha256-" + "0" * 64 + ".wav", id="t"),), take="t", id="beat")
    moving = Clip(
        THIRD, Fraction(2), ask=Ask("video/motion", "a rocket", start=Feed(clip="still")), lanes=(lane,), id="m"
    )
    still = Clip(Fraction(0), Fraction(1), ask=Ask("image/sticker", "a rocket"), id="still")
    rows = (
        Track("picture", "V1", (moving,), id="v"),
        Track("picture", "V2", (still,), id="w"),
        Track("audio", "A", (drum,), id="a"),
    )
    return Project(timelines=(Timeline(tracks=rows, id="main"),))


def test_a_project_is_read_as_it_was_written() -> None:
    assert schema.loads(projects.dumps(project()), "it") == project()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "damaged"),
        (b"[]", "no project"),
        (b'{"version": 99}', "newer"),
        (b'{"fps": "1/0"}', "damaged"),
        (b'{"fps": "x"}', "damaged"),
        (b'{"fps": "1e999999999"}', "damaged"),
        (b'{"fps": "' + b"9" * 999 + b'"}', "damaged"),
        (b'{"width": 0}', "out of range"),
        (b'{"timelines": []}', "out of range"),
        (b'{"timelines": [{"tempos": []}]}', "tempo"),
        (b'{"timelines": [{"tracks": [{"kind": "audio", "clips": [{"start": "0", "length": "0"}]}]}]}', "no length"),
    ],
)
def test_what_is_no_project_is_refused_in_a_sentence(text: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says):
        schema.loads(text, "it")


def test_time_is_told_by_tempos_and_metres_exactly() -> None:
    tempos = (Tempo(Fraction(0), Fraction(120)), Tempo(Fraction(8), Fraction(90)))
    clock = Clock(Timeline(tempos=tempos, metres=(Metre(0, 4, 4), Metre(2, 3, 4))), Fraction(24))
    assert clock.at_bar(3) == 4
    assert clock.at_bar(4) == 6
    assert clock.place(Fraction(6)) == (4, 1, 0)
    assert clock.place(Fraction(5)) == (3, 2, Fraction(1, 2))
    for n in range(200):
        moment = Fraction(n, 7)
        assert clock.seconds(clock.beats(moment)) == moment
    assert clock.snapped(Fraction(5), "bar") == 4
    assert clock.snapped(Fraction(49, 1000), "frame") == Fraction(1, 24)


@pytest.mark.parametrize(
    ("frame", "code"), [(0, "00:00:00;00"), (1799, "00:00:59;29"), (1800, "00:01:00;02"), (17982, "00:10:00;00")]
)
def test_timecode_drops_numbers_as_smpte_says(frame: int, code: str) -> None:
    clock = Clock(Timeline(), Fraction(30000, 1001))
    assert clock.timecode(clock.at_frame(frame)) == code


def test_what_a_clip_is_made_of_makes_it_stale() -> None:
    here = project()
    timeline = here.timeline
    moving = edit.clip_of(timeline, "m")
    assert states.state(here, timeline, moving) == "empty"
    take = Take("sha256-" + "1" * 64 + ".mp4", print=states.fingerprint(here, timeline, moving))
    timeline = edit.add_take(timeline, "m", take)
    assert states.state(here, timeline, edit.clip_of(timeline, "m")) == "final"
    for other in (
        edit.change_clip(timeline, "still", ask=Ask("image/sticker", "a ship")),
        edit.change_clip(timeline, "beat", start=Fraction(1, 7)),
        edit.change_clip(timeline, "m", length=Fraction(3)),
    ):
        assert states.state(here, other, edit.clip_of(other, "m")) == "stale"
    alone = edit.move_clips(timeline, ["m"], Fraction(1))
    assert states.state(here, alone, edit.clip_of(alone, "m")) == "stale"  # the drum is heard elsewhere in it
    moved = edit.move_clips(timeline, ["m", "beat"], Fraction(1))
    louder = edit.change_clip(moved, "m", gain=3.0, name="rocket")
    assert states.state(here, louder, edit.clip_of(louder, "m")) == "final"


def test_the_path_of_a_camera_makes_what_it_feeds_stale() -> None:
    here = project()
    path = Lane("azimuth", (Key(Fraction(0), 0.0), Key(Fraction(1), 90.0)), id="path")
    camera = Clip(Fraction(5), Fraction(1), mesh="sha256-" + "2" * 64 + ".glb", lanes=(path,), id="camera")
    timeline = edit.add_track(here.timeline, Track("camera", "C", (camera,), id="c"))
    timeline = edit.change_clip(timeline, "still", ask=Ask("image/sticker", start=Feed(clip="camera")))
    print_ = states.fingerprint(here, timeline, edit.clip_of(timeline, "still"))
    other = edit.put_lane(timeline, "camera", Lane("azimuth", (Key(Fraction(0), 45.0),), id="path"))
    assert states.fingerprint(here, other, edit.clip_of(other, "still")) != print_


def test_clips_that_feed_each_other_in_a_circle_are_refused() -> None:
    here = project()
    timeline = edit.change_clip(here.timeline, "still", ask=Ask("image/sticker", start=Feed(clip="m")))
    with pytest.raises(Refused, match="made of itself"):
        states.fingerprint(here, timeline, edit.clip_of(timeline, "still"))


def test_edits_refuse_what_cannot_be() -> None:
    timeline = project().timeline
    with pytest.raises(Refused, match="another kind"):
        edit.move_clips(timeline, ["beat"], Fraction(0), -1)
    with pytest.raises(Refused, match="within another"):
        edit.add_clips(timeline, "a", [Clip(THIRD, Fraction(1))])
    with pytest.raises(Refused, match="locked"):
        edit.remove_clips(edit.change_track(timeline, "a", locked=True), ["beat"])
    with pytest.raises(Refused, match="would be gone"):
        edit.trim(timeline, "beat", end=Fraction(0))
    room = edit.clear(timeline, "a", THIRD, Fraction(1))
    spans = [(clip.start, clip.end, clip.offset) for clip in edit.track_of(room, "a").clips]
    assert spans == [(0, THIRD, 0), (1, 2, 1)]


def test_media_lie_in_the_project_by_what_they_hold(tmp_path) -> None:
    document = Document.new(tmp_path / "one", project())
    name, facts = document.keep(Image(np.zeros((4, 6, 3), np.uint8)))
    again, _ = document.keep(Image(np.zeros((4, 6, 3), np.uint8)))
    sound, heard = document.keep(Audio(np.zeros((480, 2), np.float32), 48000))
    assert (name, facts.width, facts.height) == (again, 6, 4)
    assert heard.length == Fraction(1, 100)
    timeline = edit.change_clip(project().timeline, "beat", takes=(Take(sound, id="t"),))
    timeline = edit.change_clip(timeline, "still", takes=(Take(name),))
    document.save(edit.with_timeline(project(), timeline))
    assert document.verify(document.load()) == []
    packed = document.pack(tmp_path / "one.darkroom")
    copy = projects.unpacked(packed, tmp_path / "two")
    assert copy.load() == document.load()
    assert copy.verify(copy.load()) == []
    (copy.folder / "media" / sound).write_bytes(b"else")
    (copy.folder / "media" / name).unlink()
    assert len(copy.verify(copy.load())) == 2
    with pytest.raises(Refused, match="there already"):
        Document.new(tmp_path / "one", project())
    (tmp_path / "bad.darkroom").write_bytes(packed.read_bytes()[:300])
    with pytest.raises(Refused, match="no packed project"):
        projects.unpacked(tmp_path / "bad.darkroom", tmp_path / "three")
