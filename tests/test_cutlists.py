"""Edit lists and Final Cut's XML, read without any adapter: by what CMX 3600 and Apple's format say."""

import re
from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote, urlparse
from xml.etree import ElementTree

import numpy as np
import pytest

from app.core.project import Document
from app.core.timeline.export import exported
from app.core.timeline.values import Clip, Project, Take, Timeline, Track
from engines.contract import Audio, Image, Video

EVENT = re.compile(r"(\d{3,6})\s+(\S+)\s+(V|A\d?|B|AA/V)\s+(C|D)\s+(?:(\d{3})\s+)?((?:\d\d:\d\d:\d\d:\d\d\s*){4})")


def piece(tmp_path: Path, fps: Fraction) -> tuple[Project, Document]:
    """A still, a film from its second frame on, and after a gap the film again, over a sound."""
    document = Document.new(tmp_path / "piece", Project())
    still, facts = document.keep(Image(np.zeros((90, 160, 3), np.uint8)), name="sky.png")
    film, seen = document.keep(Video(np.zeros((120, 36, 64, 3), np.uint8), float(fps)), name="run.mp4")
    sound, heard = document.keep(Audio(np.zeros((480000, 2), np.float32), 48000), name="beat.wav")

    def clip(name: str, media: str, frames: tuple[int, int], offset: int = 0) -> Clip:
        start, end = frames
        take = Take(media, id=name)
        return Clip(start / fps, (end - start) / fps, name, takes=(take,), take=name, offset=offset / fps)

    pictures = (clip("sky", still, (0, 30)), clip("run", film, (30, 70), 10), clip("on", film, (90, 120), 60))
    beats = (Track("audio", name, (clip(name, sound, (10, 110)),)) for name in ("beat", "bass", "hat"))
    tracks = (Track("picture", "V", pictures), *beats)
    media = {still: facts, film: seen, sound: heard}
    return Project(width=640, height=360, fps=fps, timelines=(Timeline(tracks=tracks),), media=media), document


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(25), Fraction(30)])
def test_an_edit_list_says_every_cut_to_the_frame(tmp_path: Path, fps: Fraction) -> None:
    pytest.importorskip("otio_cmx3600_adapter")
    project, document = piece(tmp_path, fps)
    text = exported(project, document, tmp_path / "out.edl")[0].read_text()
    assert text.startswith("TITLE: ")

    def frames(code: str) -> int:
        hours, minutes, seconds, rest = map(int, code.split(":"))
        return round(((hours * 60 + minutes) * 60 + seconds) * fps) + rest

    found = [match for line in text.splitlines() if (match := EVENT.match(line))]
    assert [int(match[1]) for match in found] == [1, 2, 3]
    assert all(len(match[2]) <= 8 for match in found), "reels have eight letters"
    times = [tuple(frames(code) for code in match[6].split()) for match in found]
    assert times == [(0, 30, 0, 30), (10, 50, 30, 70), (60, 90, 90, 120)]
    assert re.findall(r"\* FROM CLIP NAME:\s+(\S+)", text) == ["sky", "run", "on"]
    places = [Path(unquote(urlparse(one).path)) for one in re.findall(r"\* FROM CLIP: (\S+)", text)]
    assert all(place.is_file() for place in places)


@pytest.mark.parametrize("fps", [Fraction(12), Fraction(24), Fraction(25), Fraction(30000, 1001)])
def test_final_cut_is_told_every_place_and_file(tmp_path: Path, fps: Fraction) -> None:
    project, document = piece(tmp_path, fps)
    root = ElementTree.fromstring(exported(project, document, tmp_path / "out.fcpxml")[0].read_text())
    formats = {one.get("id"): one for one in root.findall("resources/format")}
    assets = {one.get("id"): one for one in root.findall("resources/asset")}
    assert all(Path(unquote(urlparse(str(one.get("src"))).path)).is_file() for one in assets.values())
    assert all(one.get("ref") in assets for one in root.iter() if one.get("ref"))
    assert all(one.get("format") in formats for one in root.iter() if one.get("format"))
    sequence = root.find("project/sequence")
    assert sequence is not None
    format = formats[sequence.get("format")]
    assert (format.get("width"), format.get("height")) == ("640", "360")
    assert seconds(format.get("frameDuration")) == 1 / fps
    assert seconds(sequence.get("duration")) * fps == 120
    (gap,) = sequence.findall("spine/gap")
    told = [(one.tag, one.get("name"), one.get("lane"), *(seconds(one.get(key)) * fps for key in TIMES)) for one in gap]
    assert told == [
        ("clip", "sky", "1", 0, 0, 30),
        ("asset-clip", "run", "1", 30, 10, 40),
        ("asset-clip", "on", "1", 90, 60, 30),
        ("asset-clip", "beat", "-1", 10, 0, 100),
        ("asset-clip", "bass", "-2", 10, 0, 100),
        ("asset-clip", "hat", "-3", 10, 0, 100),
    ]


TIMES = ("offset", "start", "duration")


def seconds(text: str | None) -> Fraction:
    return Fraction((text or "0s").removesuffix("s"))
