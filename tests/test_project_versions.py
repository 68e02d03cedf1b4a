"""Projects of every version there has been open forever: one of each lies in tests/projects and is never changed.

Who raises `VERSION` adds an upgrade to `app.core.timeline.schema`, and a project of the new version here.
"""

import hashlib
import json
import shutil
import typing
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest

from app.core import project as projects
from app.core.project import Document
from app.core.timeline import schema, values
from app.core.timeline.values import VERSION, Key, Modulator, Project
from engines.contract import Mesh, Refused, Video, medium_of

FROZEN = Path(__file__).parent / "projects"
HASHES = {1: "042927810a09d8d5138c2e595f1a245a9ad95e80c600c8efc2def583e56724ce"}  # of project.json


def test_there_is_a_project_of_every_version() -> None:
    there = sorted(int(folder.name.removeprefix("version-")) for folder in FROZEN.iterdir())
    assert there == list(range(1, VERSION + 1)) == sorted(HASHES)
    assert sorted(schema.UPGRADES) == list(range(1, VERSION))
    assert json.loads(projects.dumps(Project()))["version"] == VERSION


@pytest.mark.parametrize("version", HASHES)
def test_a_project_of_that_version_opens_with_all_its_media(version: int, tmp_path: Path) -> None:
    text = (FROZEN / f"version-{version}" / "project.json").read_bytes().replace(b"\r\n", b"\n")
    assert hashlib.sha256(text).hexdigest() == HASHES[version], "a frozen project was changed: put it back"
    shutil.copytree(FROZEN / f"version-{version}", tmp_path / "p")
    document = Document.at(tmp_path / "p")
    project = document.load()
    assert document.verify(project) == []
    for name, facts in project.media.items():
        assert medium_of(document.read(name)) == facts.medium
    document.save(project)
    assert document.load() == project
    assert projects.unpacked(document.pack(tmp_path / "p.darkroom"), tmp_path / "q").load() == project


def test_the_project_of_version_1_says_what_it_said() -> None:
    project = Document.at(FROZEN / "version-1").load()
    assert (project.name, project.width, project.height, project.rate) == ("Eight bars", 640, 360, 44100)
    assert project.fps == Fraction(30000, 1001)
    timeline = project.timeline
    kinds = " ".join(track.kind for track in timeline.tracks)
    assert kinds == "prompt picture picture control camera audio notes"
    assert [(tempo.beat, tempo.bpm) for tempo in timeline.tempos] == [(0, 120), (8, Fraction(181, 2))]
    assert [(metre.bar, metre.beats, metre.unit) for metre in timeline.metres] == [(0, 4, 4), (2, 6, 8)]
    assert timeline.span == (Fraction(1, 2), Fraction(7, 2))
    clips = {clip.id: clip for track in timeline.tracks for clip in track.clips}
    moving = clips["moving"]
    assert (moving.start, moving.length, moving.offset, moving.speed) == (
        Fraction(1, 3),
        2,
        Fraction(1, 7),
        Fraction(1001, 1000),
    )
    assert moving.ask is not None
    assert moving.ask.options == {"steps": 24, "guidance": 4.5, "style": "flat", "loop": True}
    assert moving.ask.region == (Fraction(1, 2), Fraction(3, 2))
    assert moving.ask.controls[0].feed.make == "canny"
    assert moving.shown is not None
    assert (moving.shown.way, moving.shown.offset, moving.shown.stars) == ("extend", Fraction(-1, 4), 3)
    (lane,) = moving.lanes
    assert lane.keys[1] == Key(Fraction(1, 3), 5.5, "bezier", (-0.1, 0.5), (0.2, -0.5))
    assert lane.modulator == Modulator("drum", "low", 0.01, 0.2, 2.0, -0.5, "multiply")
    assert (lane.expression, lane.on) == ("v + sin(t) * rms()", False)
    assert clips["title"].title is not None
    assert clips["title"].title.text == "Bonjour 🍎\n»quoted«"
    assert clips["camera"].shows == "depth"
    document = Document.at(FROZEN / "version-1")
    assert isinstance(document.read(clips["camera"].mesh), Mesh)
    clip = document.read(moving.shown.media)
    assert isinstance(clip, Video)
    assert len(clip.frames) == 4


def test_the_project_of_version_1_has_a_word_for_every_field() -> None:
    """So that none can be renamed, or read in another way, without an upgrade."""
    words: set[str] = set()

    def collect(value: object) -> None:
        if isinstance(value, dict):
            words.update(value)
            for one in value.values():
                collect(one)
        elif isinstance(value, list):
            for one in value:
                collect(one)

    collect(json.loads((FROZEN / "version-1" / "project.json").read_bytes()))
    structs = [one for one in vars(values).values() if isinstance(one, type) and issubclass(one, msgspec.Struct)]
    fields = {field for struct in structs for field in typing.get_type_hints(struct)}
    added = {"round"}  # fields that came later, each with a default
    assert fields - words - {"active"} - added == set()


def test_a_project_with_an_easing_that_there_is_none_of_is_refused_as_it_opens() -> None:
    keys = tuple(Key(Fraction(at), 1.0, ease) for at, ease in enumerate(("ease-out-bounce", "bezier", "hold")))
    lane = values.Lane("gain", keys)
    track = values.Track("audio", lanes=(lane,), id="sounds")
    project = Project(timelines=(values.Timeline(tracks=(track,), id="main"),))
    assert schema.loads(projects.dumps(project), "p") == project
    wobbly = projects.dumps(project).replace(b"ease-out-bounce", b"wobble")
    with pytest.raises(Refused, match="The project p is damaged: a key has an easing 'wobble', which there is none of"):
        schema.loads(wobbly, "p")
