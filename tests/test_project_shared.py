"""One project in two programs: nothing that either has saved is lost, and a window hears of the other."""

from fractions import Fraction
from pathlib import Path

from app.core.project import Document
from app.core.timeline import edit
from app.core.timeline.schema import loads
from app.core.timeline.values import Clip, Marker, Project
from tests.studio_kit import folders, opened, studio
from tests.studio_words import LONG

__all__ = ["folders", "opened", "studio"]


def marked(project: Project, name: str) -> Project:
    return edit.with_timeline(project, edit.add_marker(project.timeline, Marker(Fraction(0), name)))


def others(document: Document) -> list[Path]:
    return sorted((document.folder / "before").glob("*-other*.json"))


def test_what_another_has_saved_is_never_replaced_without_being_kept(tmp_path: Path) -> None:
    one = Document.new(tmp_path / "p", Project())
    two = Document.at(tmp_path / "p")
    theirs = marked(two.load(), "theirs")
    assert two.save(theirs) is None, "it has seen what it replaces"
    kept = one.save(marked(Project(), "ours"))
    assert kept is not None
    assert loads(kept.read_bytes(), "") == theirs
    assert one.save(marked(Project(), "ours again")) is None
    assert others(one) == [kept]
    assert two.news() == one.load()
    assert two.news() is None
    assert two.save(theirs) is None, "what it has taken note of"


def test_a_window_takes_over_what_another_program_saves_and_can_go_back(qtbot, studio) -> None:
    track = studio.timeline.tracks[0].id
    assert studio.arrange("Add", lambda one: edit.add_clips(one, track, [Clip(Fraction(0), Fraction(1))]))
    document = studio.document_now()
    studio._save_project()
    studio.bridge.flush()
    qtbot.waitUntil(lambda: document.load() == studio.project)
    before, other = studio.project, Document.at(document.folder)
    theirs = marked(other.load(), "theirs")
    other.save(theirs)
    qtbot.waitUntil(lambda: studio.project == theirs, timeout=LONG)
    studio.undo_stack.undo()
    assert studio.project == before
    studio._save_project()
    qtbot.waitUntil(lambda: other.load() == before, timeout=LONG)
    assert others(document) == []


def test_an_edit_that_waits_here_is_not_lost_and_the_other_state_is_kept(qtbot, studio) -> None:
    document = studio.document_now()
    other = Document.at(document.folder)
    theirs = marked(other.load(), "theirs")
    assert studio.arrange("Mark", lambda one: edit.add_marker(one, Marker(Fraction(1), "ours")))
    other.save(theirs)
    studio._save_project()
    qtbot.waitUntil(lambda: others(document) != [], timeout=LONG)
    qtbot.waitUntil(lambda: Document.at(document.folder).load() == studio.project, timeout=LONG)
    assert loads(others(document)[0].read_bytes(), "") == theirs
    assert [one.name for one in studio.timeline.markers] == ["ours"]
    qtbot.waitUntil(lambda: any("another program" in said.lower() for _, said in studio.notices), timeout=LONG)
