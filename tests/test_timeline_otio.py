"""A project as OpenTimelineIO: read back it is the same, and the library finds everything where it is."""

import contextlib
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import opentimelineio as library
import pytest

from app.core.project import Document
from app.core.timeline import edit, otio, otio_read, schema
from app.core.timeline.export import Wish, exported
from app.core.timeline.values import (
    Ask,
    Clip,
    ControlFeed,
    Feed,
    Key,
    Lane,
    Look,
    Marker,
    Metre,
    Modulator,
    Project,
    Take,
    Tempo,
    Timeline,
    Title,
    Track,
)
from engines.contract import Audio, Image, Refused

THIRD = Fraction(1, 3)
NAME = "sha256-" + "1" * 64


def whole() -> Project:
    """A project that has one of everything."""
    keys = (Key(Fraction(0), 2.0), Key(THIRD, 5.5, "bezier", (-0.1, 0.0), (0.2, 1.0)))
    lane = Lane("guidance", keys, "v + sin(t)", id="l")
    beat = Lane("scale", modulator=Modulator("drum", "low", 0.01, 0.2, 0.5, 1.0, "multiply"), id="b")
    ask = Ask(
        "video/motion",
        "a rocket",
        seed=2**53 + 1,
        size=(256, 144),
        options={"steps": 20, "loop": True, "guidance": 3.0, "mode": "x"},
        start=Feed(clip="still", at="last"),
        controls=(ControlFeed("depth", Feed(NAME + ".png", make="depth"), 0.5),),
        adapters={"ink": 0.75},
        region=(THIRD, Fraction(1)),
    )
    takes = tuple(
        Take(f"{NAME}.mp4", Fraction(2), "generate", ask, "f" * 32, f"run{n}", id=f"z{9 - n}") for n in range(3)
    )
    pictures = (
        Clip(Fraction(0), Fraction(2), "shot", ask, takes, "z8", lanes=(lane, beat), id="shot", fade_in=THIRD),
        Clip(
            Fraction(3, 2),
            Fraction(2),
            ask=Ask("image/sticker", "a ship"),
            id="still",
            look=Look(x=0.1, blend="screen"),
        ),
        Clip(Fraction(5), THIRD, title=Title("Eight\nbars", outline="#000000"), muted=True, id="title"),
    )
    three, early = Take(f"{NAME}.wav", Fraction(3), id="w"), Take(f"{NAME}.wav", id="v", offset=-THIRD)
    back = {"speed": Fraction(-3, 2), "offset": Fraction(2), "loop": True, "gain": -3.0}
    sounds = (
        Clip(Fraction(1, 7), Fraction(3, 7), takes=(three,), take="w", id="drum"),
        Clip(Fraction(1), Fraction(2), takes=(early,), take="v", id="back", **back),  # type: ignore[arg-type]
    )
    tracks = (
        Track("picture", "Shots", pictures, (Lane("opacity", on=False, id="o"),), opacity=0.5, id="p"),
        Track("camera", "Eye", (Clip(Fraction(1), Fraction(1), mesh=f"{NAME}.glb", shows="depth", id="eye"),), id="c"),
        Track("prompt", "Words", (Clip(Fraction(0), Fraction(9), text="night", weight=0.5, id="words"),), id="q"),
        Track("audio", "Drums", sounds, mute=True, pan=-0.25, id="a"),
        Track("notes", id="n", solo=True, locked=True),
    )
    here = Timeline(
        "Piece",
        tracks,
        (Marker(THIRD, "verse", colour="#ff0000", id="m"), Marker(Fraction(4), "end", Fraction(1), id="k")),
        (Tempo(Fraction(0), Fraction(120)), Tempo(Fraction(7, 3), Fraction(90))),
        (Metre(0, 4, 4), Metre(3, 7, 8)),
        (THIRD, Fraction(4)),
        id="main",
    )
    return Project(name="All", fps=Fraction(30000, 1001), timelines=(Timeline("Other", id="o"), here), active="main")


def again(project: Project) -> Project:
    text = otio.to_otio(project).to_json_string()
    return otio_read.from_otio(library.adapters.read_from_string(text, "otio_json"))


def test_a_project_comes_back_as_it_was() -> None:
    assert again(whole()) == whole()
    assert again(Project()) == Project()


def test_random_edits_come_back_as_they_were() -> None:
    import random

    for seed in range(40):
        rng, timeline = random.Random(seed), whole().timeline
        for _ in range(12):
            try:
                timeline = _edited(timeline, rng)
            except Refused:
                continue
        project = edit.with_timeline(whole(), timeline)
        assert again(project) == project


def _edited(timeline: Timeline, rng: Any) -> Timeline:
    clips = [clip for track in timeline.tracks for clip in track.clips]
    if not clips:
        return timeline
    clip, by = rng.choice(clips), Fraction(rng.randint(-40, 40), rng.choice([7, 24, 30, 48000]))
    match rng.randrange(5):
        case 0:
            return edit.move_clips(timeline, [clip.id], by)
        case 1:
            return edit.split(timeline, [clip.id], clip.start + clip.length * Fraction(rng.randint(1, 6), 7))
        case 2:
            return edit.trim(timeline, clip.id, end=clip.end + by)
        case 3:
            return edit.slip(timeline, clip.id, by)
    return edit.remove_clips(timeline, [clip.id], ripple=rng.random() < 0.5)


def test_the_library_finds_tracks_takes_and_equal_durations(tmp_path: Path) -> None:
    project = msgspec.structs.replace(whole(), fps=Fraction(24))
    document = Document.new(tmp_path / "piece", project)
    target = exported(project, document, tmp_path / "out.otio", Wish())[0]
    found = library.adapters.read_from_file(str(target))
    assert [row.kind for row in found.tracks] == ["Audio", "Audio", "Prompt", "Video", "Video"]
    for row, track in zip(found.tracks, reversed(project.timeline.tracks), strict=True):
        end = max((clip.end for clip in track.clips), default=Fraction(0))
        assert row.duration().to_seconds() == pytest.approx(float(end), abs=1e-9)
    assert found.duration().to_seconds() == float(project.timeline.end)
    shots = found.tracks[4]
    shot, fade, still, gap, title = shots
    assert isinstance(fade, library.schema.Transition)
    assert (fade.in_offset + fade.out_offset).to_seconds() == 0.5
    assert isinstance(gap, library.schema.Gap)
    assert sorted(shot.media_references()) == ["z7", "z8", "z9"]
    assert shot.active_media_reference_key == "z8"
    assert shot.media_reference.target_url.startswith("file://")
    assert shot.media_reference.available_range.duration.to_seconds() == 2
    assert still.media_reference.generator_kind == "image/sticker"
    assert still.media_reference.parameters["prompt"] == "a ship"
    assert title.media_reference.generator_kind == "title"
    assert not title.enabled
    assert shot.metadata["darkroom"]["lanes"][0]["keys"][1]["value"] == 5.5
    assert [one.name for one in found.tracks.markers] == ["verse", "end"]
    back = found.tracks[1][3]
    assert back.effects[0].time_scalar == -1.5


def test_what_another_program_has_changed_is_kept() -> None:
    project = whole()
    text = otio.to_otio(project).to_json_string()
    changed = library.adapters.read_from_string(text, "otio_json")
    shots = changed.tracks[4]
    shots[4].name = "renamed"
    shots[3].source_range = library.opentime.TimeRange(duration=library.opentime.RationalTime(300, 30))
    drums = changed.tracks[1]
    drums.enabled = True
    begin = drums[1].source_range
    drums[1].source_range = library.opentime.TimeRange(
        begin.start_time + library.opentime.RationalTime(1, 10), begin.duration
    )
    del changed.tracks[2][:]
    here = otio_read.from_otio(changed).timeline
    title, before = edit.clip_of(here, "title"), edit.clip_of(project.timeline, "still")
    assert (title.name, title.start) == ("renamed", before.end + 10)
    assert edit.clip_of(here, "shot") == edit.clip_of(project.timeline, "shot")
    assert not edit.track_of(here, "a").mute
    assert edit.clip_of(here, "drum").offset == Fraction(1, 10)
    assert edit.track_of(here, "q").clips == ()


SPOILED = library.schema.Timeline("x", metadata={"darkroom": {"project": {}, "timelines": [1], "timeline": 3}})
SPOILED = SPOILED.to_json_string().encode()


def foreign(folder: Path) -> Any:
    """A cut of another program: a picture on a tape that begins at one hour, a sound, a hole."""
    time, span = library.opentime.RationalTime, library.opentime.TimeRange
    made = library.schema.Timeline("Cut")
    seen, heard = library.schema.Track("V1", kind="Video"), library.schema.Track("A1", kind="Audio")
    tape = library.schema.ExternalReference((folder / "shot one.png").as_uri(), span(time(86400, 24), time(240, 24)))
    seen.append(library.schema.Gap(source_range=span(duration=time(12, 24))))
    seen.append(library.schema.Clip("shot", tape, span(time(86448, 24), time(48, 24))))
    lost = library.schema.ExternalReference("file:///nowhere/lost.mov", span(time(0, 24), time(99, 24)))
    seen.append(library.schema.Clip("lost", lost, span(time(0, 24), time(24, 24))))
    sound = library.schema.ExternalReference("beat.wav")
    heard.append(library.schema.Clip("beat", sound, span(time(24000, 48000), time(48000, 48000))))
    made.tracks.extend([seen, heard])
    made.tracks.markers.append(library.schema.Marker("here", span(time(24, 24), time(0, 24))))
    return made


def test_a_foreign_edit_becomes_tracks_and_its_media_are_copied_in(tmp_path: Path) -> None:
    from engines.files import media as files

    files.write(tmp_path / "shot one.png", Image(np.zeros((90, 160, 3), np.uint8)))
    files.write(tmp_path / "beat.wav", Audio(np.zeros((96000, 2), np.float32), 48000))
    path = tmp_path / "cut.otio"
    library.adapters.write_to_file(foreign(tmp_path), str(path))
    document = Document.new(tmp_path / "piece", Project())
    project = otio_read.read(path, document)
    assert (project.name, project.fps, project.width, project.height) == ("Cut", 24, 160, 90)
    audio, picture = project.timeline.tracks
    assert [(one.name, one.start, one.length, one.offset) for one in picture.clips] == [
        ("shot", Fraction(1, 2), 2, 2),
        ("lost", Fraction(5, 2), 1, 0),
    ]
    assert (audio.kind, audio.clips[0].offset) == ("audio", Fraction(1, 2))
    assert document.verify(project) == []
    assert [bool(one.takes) for one in picture.clips] == [True, False]
    assert project.timeline.markers[0].at == 1
    document.save(project)
    assert document.load() == project


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "damaged"),
        (b"{}", "no edit|damaged|no timeline"),
        (library.schema.Track("x").to_json_string().encode(), "holds no timeline"),
        (SPOILED, "makes no sense"),
        (b'{"OTIO_SCHEMA": "Stack.1", "children": [null]}', "does not belong"),
    ],
)
def test_what_is_no_edit_is_one_sentence(tmp_path: Path, text: bytes, says: str) -> None:
    path = tmp_path / "bad.otio"
    path.write_bytes(text)
    with pytest.raises(Refused, match=says):
        otio_read.read(path)


@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_file_of_ours_is_a_project_or_one_sentence(tmp_path: Path, seed: int) -> None:
    import random

    rng, found = random.Random(seed), json.loads(otio.to_otio(whole()).to_json_string())
    for _ in range(3):
        _spoiled(found, rng)
    path = tmp_path / "bad.otio"
    path.write_text(json.dumps(found))
    with contextlib.suppress(Refused):
        schema.checked(otio_read.read(path), "it")


def _spoiled(found: Any, rng: Any) -> None:
    """Another value in one place of nested dictionaries and lists, all places being as likely."""
    holder, key = rng.choice(list(_places(found)))
    holder[key] = rng.choice([None, -1, "x", [], {}, 1e308, "1/0", True, [None], {"OTIO_SCHEMA": "Gap.1"}])


def _places(found: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(found) if isinstance(found, dict) else range(len(found)) if isinstance(found, list) else ()
    for key in keys:
        yield found, key
        yield from _places(found[key])


@pytest.mark.parametrize("ending", [".edl", ".fcpxml"])
def test_cuts_go_to_other_programs(tmp_path: Path, ending: str) -> None:
    pytest.importorskip({".edl": "otio_cmx3600_adapter", ".fcpxml": "otio_fcpx_xml_adapter"}[ending])
    document = Document.new(tmp_path / "piece", Project())
    picture, facts = document.keep(Image(np.zeros((90, 160, 3), np.uint8)), name="sky.png")
    sound, heard = document.keep(Audio(np.zeros((480000, 2), np.float32), 48000), name="beat.wav")
    shots = (
        Clip(Fraction(0), Fraction(2), "one", takes=(Take(picture, id="a"),), take="a"),
        Clip(Fraction(3), Fraction(2), "two", takes=(Take(picture, id="b"),), take="b"),
    )
    beat = Clip(Fraction(1), Fraction(4), "beat", takes=(Take(sound, id="c"),), take="c")
    tracks = (Track("picture", "V", shots), Track("audio", "A", (beat,)))
    project = Project(fps=Fraction(24), timelines=(Timeline(tracks=tracks),), media={picture: facts, sound: heard})
    target = exported(project, document, tmp_path / f"out{ending}", Wish())[0]
    found = otio_read.read(target)
    clips = {clip.name: (clip.start, clip.length) for track in found.timeline.tracks for clip in track.clips}
    assert clips["one"] == (0, 2)
    assert clips["two"] == (3, 2)
    if ending == ".fcpxml":
        assert clips["beat"] == (1, 4)


def test_without_the_adapters_the_reason_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library.adapters, "available_adapter_names", lambda: ["otio_json"])
    with pytest.raises(Refused, match="needs the package otio-cmx3600-adapter"):
        otio.export(whole(), None, tmp_path / "out.edl")


def test_an_edl_holds_what_is_on_top_as_one_row(tmp_path: Path) -> None:
    pytest.importorskip("otio_cmx3600_adapter")
    document = Document.new(tmp_path / "piece", Project())
    picture, facts = document.keep(Image(np.zeros((90, 160, 3), np.uint8)), name="sky.png")

    def shot(name: str, start: Fraction, length: Fraction) -> Clip:
        return Clip(start, length, name, takes=(Take(picture, id=name),), take=name)

    logo = Track("picture", "T", (shot("logo", Fraction(1), Fraction(1, 4)),))
    words = Clip(Fraction(4), Fraction(2), title=Title("no file"))
    row = (shot("one", Fraction(0), Fraction(2)), shot("two", Fraction(3, 2), Fraction(2)), words)
    project = Project(timelines=(Timeline(tracks=(logo, Track("picture", "V", row))),), media={picture: facts})
    found = otio_read.read(exported(project, document, tmp_path / "out.edl")[0])
    (track,) = found.timeline.tracks
    assert [(clip.name, clip.start, clip.end) for clip in track.clips] == [
        ("one", 0, 1),
        ("logo", 1, Fraction(5, 4)),
        ("one", Fraction(5, 4), Fraction(7, 4)),
        ("two", Fraction(7, 4), Fraction(7, 2)),
    ]
    assert [clip.offset for clip in track.clips] == [0, 0, Fraction(5, 4), Fraction(1, 4)]
