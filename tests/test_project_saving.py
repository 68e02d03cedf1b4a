"""What the studio saves, and when: what is packed, copied or opened again has the last edit."""

import threading
from fractions import Fraction

from app.core import project as projects
from app.core.project import Document
from app.core.timeline import edit
from app.core.timeline.values import Clip
from tests.studio_kit import folders, opened, studio

__all__ = ["folders", "opened", "studio"]


def drawn(studio) -> None:
    """One more clip, a second behind the last."""
    start = studio.timeline.end + 1
    track = studio.timeline.tracks[0].id
    assert studio.arrange("Add", lambda one: edit.add_clips(one, track, [Clip(start, Fraction(1))]))


def test_what_is_packed_or_copied_has_the_last_edit(qtbot, studio, tmp_path) -> None:
    drawn(studio)
    studio.document_now()
    drawn(studio)
    studio.pack_project(tmp_path / "it.darkroom")
    qtbot.waitUntil(lambda: (tmp_path / "it.darkroom").exists())
    assert projects.unpacked(tmp_path / "it.darkroom", tmp_path / "out").load() == studio.project
    drawn(studio)
    before = studio.document
    studio.save_project_as(tmp_path / "copy")
    qtbot.waitUntil(lambda: studio.document is not before)
    assert len(Document.at(tmp_path / "copy").load().timeline.tracks[0].clips) == 3
    assert studio.project.name == "copy"


def test_opening_the_project_that_is_open_loses_nothing(qtbot, studio) -> None:
    drawn(studio)
    folder = studio.document_now().folder
    drawn(studio)
    here = studio.project
    with qtbot.waitSignal(studio.project_opened):
        studio.open_project(folder)
    assert studio.project == here


def test_saving_waits_for_no_other_file(qtbot, studio) -> None:
    gate = threading.Event()
    studio.bridge.call(gate.wait)
    try:
        drawn(studio)
        qtbot.waitUntil(lambda: studio.document is not None and studio.document.load() == studio.project, timeout=5000)
        drawn(studio)
        qtbot.waitUntil(lambda: studio.document.load() == studio.project, timeout=5000)
    finally:
        gate.set()
