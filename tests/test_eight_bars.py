"""The example of the command line: a whole piece by the starter pack alone, small, its picture and sound counted."""

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from app.core.project import Document
from app.core.timeline import states
from app.core.timeline.levels import Levels
from app.core.timeline.reader import Reader

ROOT = Path(__file__).parent.parent
BEAT = Fraction(1, 2)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.skipif(os.name == "nt", reason="the example is a script for a shell")
def test_the_piece_of_eight_bars_is_made_and_exported(tmp_path) -> None:
    import av
    import opentimelineio as otio

    script = ROOT / "packaging" / "examples" / "eight_bars.sh"
    told = {"DARKROOM": f"{sys.executable} -m app", "DARKROOM_HOME": str(tmp_path / "home"), "SIZE": "160x90"}
    made = subprocess.run(
        ["sh", str(script), str(tmp_path), "--draft"],
        env=os.environ | told | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]

    with av.open(str(tmp_path / "eight-bars.mp4")) as film:
        assert sum(1 for _ in film.decode(video=0)) == 16 * 24
    with av.open(str(tmp_path / "eight-bars.mp4")) as film:
        assert sum(frame.samples for frame in film.decode(audio=0)) == 16 * 48000
    assert otio.adapters.read_from_file(str(tmp_path / "eight-bars.otio")).duration().to_seconds() == 16.0

    document = Document.at(tmp_path / "eight-bars")
    project = document.load()
    clips = {clip.name: clip for track in project.timeline.tracks for clip in track.clips}
    assert {states.state(project, project.timeline, clip) for clip in clips.values() if clip.ask} == {"draft"}
    assert len(document.unused(project)) == 0
    robot, levels = clips["Robot"], Levels(project, project.timeline, Reader(document))
    strokes = [2 * beat * BEAT for beat in range(8)]  # of the kick
    on = [levels.number(robot, "scale", 0.8, at + BEAT / 8) for at in strokes]
    before = [levels.number(robot, "scale", 0.8, at - BEAT / 8) for at in strokes[1:]]
    assert min(on) > max(before) + 0.1
