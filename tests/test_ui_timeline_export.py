"""The dialog of exports of a timeline: what it offers, what it wishes for, how it tells and is stopped."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import wave
from fractions import Fraction as F

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from app.core.timeline import edit
from app.core.timeline.export import KINDS, Progress, Wish, available
from app.core.timeline.values import Clip, Medium, Project, Take, Timeline, Title, Track
from app.ui import theme
from app.ui.project import Projects
from app.ui.project.export import PRESET, TimelineExport, lasting
from app.ui.project.exports import Exports
from app.ui.project.presets import absent, presets
from engines.contract import Audio

pytest_plugins = ["tests.studio_kit"]


def piece():
    words = Clip(F(0), F(1), title=Title("Eight bars", size=0.4), id="title")
    rows = (Track("picture", "V1", (words,), id="v"), Track("audio", "A1", id="a"))
    return Project(
        name="Piece", width=64, height=36, fps=F(12), rate=8000, timelines=(Timeline(id="main", tracks=rows),)
    )


@pytest.fixture
def studio(opened):
    made = opened()
    made.new_project(piece())
    return made


@pytest.fixture
def exports(studio):
    return Exports(studio)


@pytest.fixture
def dialog(qtbot, studio, exports):
    theme.apply(QApplication.instance(), "dark")
    made = TimelineExport(studio, exports)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def choose(dialog, name):
    for row in range(dialog.list.count()):
        item = dialog.list.item(row)
        if item.data(PRESET) is not None and item.data(PRESET).name == name:
            dialog.list.setCurrentItem(item)
            return item
    raise KeyError(name)


def put(dialog, field, value):
    box = dialog.fields[field]
    box.setCurrentIndex([box.itemData(n) for n in range(box.count())].index(value))


# ---------------------------------------------------------------- what is offered


def test_every_format_and_codec_there_is_can_be_chosen():
    offered = presets()
    assert {one.ending for one in offered} == {end for ends in KINDS.values() for end in ends} - {".mkv"}
    assert {one.codec for one in offered} - {""} >= set(available())
    assert len({one.name for one in offered}) == len(offered)
    fields = set(Wish.__struct_fields__)
    for one in offered:
        assert set(one.rows) <= fields
        assert one.note


def test_what_cannot_be_made_now_says_why():
    empty, full = Project(), piece()
    midi = next(one for one in presets() if one.ending == ".mid")
    glb = next(one for one in presets() if one.ending == ".glb")
    mp4 = next(one for one in presets() if one.codec == "h264")
    assert "nothing on the timeline" in absent(mp4, empty, {"h264"})
    assert "installation" in absent(mp4, full, set())
    assert absent(mp4, full, {"h264"}) == ""
    assert "notes" in absent(midi, full, set())
    assert "surface" in absent(glb, full, set())
    name = "sha256-" + "0" * 64 + ".glb"
    meshed = msgspec.structs.replace(full, media={name: Medium("mesh")})
    timeline = edit.add_clips(meshed.timeline, "v", [Clip(F(2), F(1), takes=(Take(name, id="t"),), take="t")])
    assert absent(glb, edit.with_timeline(meshed, timeline), set()) == ""


def test_only_what_matters_is_asked(dialog):
    choose(dialog, "Mix as WAV")
    assert dialog.fields["bits"].isVisible()
    assert not dialog.fields["quality"].isVisible()
    choose(dialog, "MP4 · H.264")
    assert dialog.fields["quality"].isVisible()
    assert not dialog.fields["bits"].isVisible()
    choose(dialog, "OpenTimelineIO")
    assert not any(field.isVisible() for field in dialog.fields.values())
    for widget in dialog.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName() or getattr(widget, "text", str)(), widget


def test_the_wish_is_what_was_chosen(dialog, studio):
    studio.arrange("range", lambda one: edit.replace(one, span=(F(1, 4), F(3, 4))))
    choose(dialog, "MP4 · H.265")
    assert dialog.wish() == Wish("h265")
    put(dialog, "quality", "best")
    put(dialog, "size", "32x18")
    put(dialog, "fps", "24")
    put(dialog, "span", "span")
    put(dialog, "loudness", -14.0)
    dialog.fields["sound"].setChecked(False)
    assert dialog.wish() == Wish("h265", "best", (32, 18), F(24), (F(1, 4), F(3, 4)), sound=False, loudness=-14.0)
    choose(dialog, "Stems as WAV")
    assert dialog.wish() == Wish(stems=True, span=(F(1, 4), F(3, 4)))


def test_what_was_chosen_stays_when_the_project_changes(dialog, studio):
    choose(dialog, "WebM · VP9")
    studio.arrange("gain", lambda one: edit.replace(one, gain=-1.0))
    assert dialog.preset.name == "WebM · VP9"


# ---------------------------------------------------------------- going


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (89, "89 s"), (240, "4 min"), (8000, "2 h 13 min")])
def test_how_long_it_lasts_is_told_in_two_units(seconds, words):
    assert lasting(seconds) == words


def test_a_sound_is_exported_where_it_was_wanted(qtbot, dialog, studio, tmp_path, monkeypatch):
    tone = np.sin(np.arange(4000) * 0.3).astype(np.float32)[:, None] * 0.5
    name, facts = studio.document_now().keep(Audio(tone, 8000))
    beep = Clip(F(0), F(1, 2), takes=(Take(name, F(1, 2), id="t"),), take="t")
    studio.arrange_project("media", lambda one: msgspec.structs.replace(one, media={name: facts}))
    studio.arrange("beep", lambda one: edit.add_clips(one, "a", [beep]))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mix"), ""))
    choose(dialog, "Mix as WAV")
    dialog.go.click()
    assert dialog.exports.running
    assert not dialog.go.isEnabled()
    assert dialog.stop.isVisible()
    qtbot.waitUntil(lambda: not dialog.exports.running, timeout=15000)
    assert dialog.exports.made == [tmp_path / "mix.wav"]
    assert str(tmp_path / "mix.wav") in dialog.told.text()
    assert dialog.folder.isVisible()
    with wave.open(str(tmp_path / "mix.wav")) as file:
        assert file.getnframes() == 8000
        assert file.getsampwidth() == 3


def test_it_tells_how_far_it_is_and_can_be_stopped(qtbot, dialog, studio, tmp_path, monkeypatch):
    def slow(project, document, target, wish, progress, stop):
        progress(Progress(0.42, 75.0))
        stop.wait(10)
        return []

    monkeypatch.setattr("app.core.timeline.export.exported", slow)
    dialog.exports.start(tmp_path / "film.mp4", Wish())
    qtbot.waitUntil(lambda: "42 %" in dialog.told.text())
    assert "about 75 s left" in dialog.told.text()
    assert dialog.bar.value() == 420
    dialog.exports.start(tmp_path / "other.mp4", Wish())
    assert dialog.exports.target == tmp_path / "film.mp4"
    dialog.stop.click()
    qtbot.waitUntil(lambda: not dialog.exports.running)
    assert "goes on where it was" in dialog.told.text()
    assert not dialog.bar.isVisible()


def test_a_wish_that_cannot_be_is_a_sentence(qtbot, dialog, tmp_path):
    dialog.exports.start(tmp_path / "nowhere" / "film.mp4", Wish())
    qtbot.waitUntil(lambda: not dialog.exports.running)
    assert dialog.exports.bad
    assert "nowhere" in dialog.told.text()


def test_the_edit_comes_back_as_a_project(qtbot, studio, tmp_path, monkeypatch):
    widget = QWidget()
    qtbot.addWidget(widget)
    projects = Projects(studio, widget)
    projects.exports.start(tmp_path / "Piece.otio", Wish())
    qtbot.waitUntil(lambda: not projects.exports.running, timeout=15000)
    tracks = studio.project.timeline.tracks
    studio.new_project()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "Piece.otio"), ""))
    projects.ask_import()
    qtbot.waitUntil(lambda: studio.project.timeline.tracks == tracks, timeout=10000)
    assert studio.document.folder.parent == studio.folders.projects
    (tmp_path / "Piece.otio").write_text("{}")
    before = sorted(studio.folders.projects.iterdir())
    projects.ask_import()
    qtbot.waitUntil(lambda: any(kind == "error" for kind, _ in studio.notices))
    assert sorted(studio.folders.projects.iterdir()) == before


def test_the_dialog_is_one_and_shows_what_runs(qtbot, studio):
    widget = QWidget()
    qtbot.addWidget(widget)
    projects = Projects(studio, widget)
    projects.ask_export()
    projects.ask_export()
    assert len(widget.findChildren(TimelineExport)) == 1
    widget.findChildren(TimelineExport)[0].close()
    qtbot.waitUntil(lambda: projects._export is None)
