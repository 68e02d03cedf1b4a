"""Projects that are damaged, too new, cut short or short of a file: one sentence each, and nothing is lost."""

import re
from fractions import Fraction

import msgspec
import numpy as np
import pytest

from app.core.project import FILE, Document, dumps
from app.core.timeline import edit
from app.core.timeline.export import Wish
from app.core.timeline.values import Clip, Take
from app.ui.monitor.pictures import Pictures
from app.ui.monitor.source import Composed
from app.ui.project.exports import Exports
from engines.contract import Image, Refused
from tests.studio_kit import folders, opened, studio  # noqa: F401  fixtures

F = Fraction


def laid(studio):  # noqa: F811
    """A picture of two seconds on the timeline, its file in the project."""
    document = studio.document_now()
    name, facts = document.keep(Image(np.full((16, 16, 3), 90, np.uint8)))
    take = Take(name)
    clip = Clip(F(0), F(2), "still", takes=(take,), take=take.id)

    def change(project):
        project = msgspec.structs.replace(project, media={name: facts}, width=64, height=36)
        line = project.timeline
        return edit.with_timeline(project, edit.add_clips(line, line.tracks[0].id, [clip]))

    assert studio.arrange_project("lay", change)
    studio._save_project()
    return document, name


def told(qtbot, studio):  # noqa: F811
    """The one sentence that was said."""
    qtbot.waitUntil(lambda: bool(studio.notices), timeout=10000)
    qtbot.wait(50)
    (_, sentence), *more = studio.notices
    assert more == []
    assert sentence.endswith(".")
    assert "Traceback" not in sentence
    return sentence


def garbage(place, document):
    (place / FILE).write_text("{ this is no project")


def newer(place, document):
    text = (document.folder / FILE).read_bytes()
    (place / FILE).write_bytes(re.sub(rb'"version": *1', b'"version": 999', text))


def empty(place, document):
    (place / FILE).write_bytes(b"")


def other(place, document):
    (place / FILE).write_text('[1, 2, "three"]')


@pytest.mark.parametrize("damage", [garbage, newer, empty, other])
def test_a_damaged_project_is_a_sentence_and_the_open_one_stays(qtbot, studio, tmp_path, damage):  # noqa: F811
    document, _ = laid(studio)
    qtbot.waitUntil(lambda: document.load() == studio.project)
    there = tmp_path / "there"
    there.mkdir()
    damage(there, document)
    before, was = studio.project, (there / FILE).read_bytes()
    studio.open_project(there)
    told(qtbot, studio)
    assert (studio.project, studio.document) == (before, document)
    assert (there / FILE).read_bytes() == was


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_packed_project_cut_short_is_a_sentence_and_leaves_nothing(qtbot, studio, tmp_path, share):  # noqa: F811
    document, _ = laid(studio)
    qtbot.waitUntil(lambda: document.load() == studio.project)
    packed = document.pack(tmp_path / "whole.darkroom")
    cut = packed.with_name("cut" + packed.suffix)
    cut.write_bytes(packed.read_bytes()[: int(packed.stat().st_size * share)])
    before, there = studio.project, set(studio.folders.projects.iterdir())
    studio.open_project(cut)
    told(qtbot, studio)
    assert studio.project == before
    assert set(studio.folders.projects.iterdir()) == there


def test_what_is_damaged_says_where_its_earlier_state_is(studio, tmp_path):  # noqa: F811
    document = Document.new(tmp_path / "own", studio.project)  # which the studio does not save too
    document.save(msgspec.structs.replace(studio.project, name="later"))
    (kept,) = (document.folder / "before").glob("*.json")
    garbage(document.folder, document)
    with pytest.raises(Refused, match=kept.name):
        document.load()
    (document.folder / FILE).write_bytes(kept.read_bytes())
    assert dumps(document.load()) == kept.read_bytes()


def test_a_file_that_is_gone_is_a_sentence_where_it_is_shown_and_exported(qtbot, studio, tmp_path):  # noqa: F811
    document, name = laid(studio)
    before = studio.project
    assert Composed().frame(before, document, F(1, 2), (64, 36))[..., :3].max() == 90
    document.path(name).unlink()
    pictures, heard = Pictures(studio, Composed()), []
    pictures.failed.connect(heard.append)
    pictures.ask(F(1, 2), (64, 36))
    qtbot.waitUntil(lambda: bool(heard), timeout=10000)
    assert name[:15] in heard[0]
    exports = Exports(studio)
    exports.start(tmp_path / "out.mp4", Wish())
    qtbot.waitUntil(lambda: not exports.running, timeout=20000)
    assert exports.bad
    assert exports.sentence == heard[0]
    assert not list(tmp_path.glob("out*"))
    assert studio.project == before


@pytest.mark.parametrize("place", ["wall", "no/such"])
def test_a_folder_that_cannot_be_written_is_a_sentence(qtbot, studio, tmp_path, place):  # noqa: F811
    laid(studio)
    (tmp_path / "wall").write_bytes(b"no folder")
    exports = Exports(studio)
    exports.start(tmp_path / place / "out.mp4", Wish())
    qtbot.waitUntil(lambda: not exports.running, timeout=20000)
    assert exports.bad
    assert "another folder" in exports.sentence
