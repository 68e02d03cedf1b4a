"""The two arrangements of the window, and how its panels of the timeline work together."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from fractions import Fraction as F

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.core.project import Document
from app.core.timeline import edit
from app.core.timeline.values import Clip, Look, Project, Timeline, Title, Track
from app.ui import theme, workspaces
from app.ui.shortcuts import Shortcuts
from app.ui.window import Window

pytest_plugins = ["tests.studio_kit"]


def piece():
    words = Clip(F(0), F(4), title=Title("Eight bars"), id="title", look=Look(scale=0.5))
    return Project(name="Piece", timelines=(Timeline(id="main", tracks=(Track("picture", clips=(words,), id="v"),)),))


@pytest.fixture
def window(qtbot, studio):
    theme.apply(QApplication.instance(), "dark")
    made = Window(studio)
    made.monitor.playback.stream._null = True
    qtbot.addWidget(made)
    made.resize(1480, 920)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.monitor.rest()


def test_the_monitor_takes_the_place_of_the_stage_and_gives_it_back(qtbot, window):
    assert window.stage.isVisible()
    assert not window.docks["monitor"].isVisible()
    window.actions_.by_name["for_timeline"].trigger()
    qtbot.waitUntil(window.docks["monitor"].isVisible)
    assert not window.stage.isVisible()
    assert window.inspector.isVisible()
    assert window.sequence.isVisible()
    qtbot.waitUntil(lambda: window.sequence.width() > window.inspector.width() + window.history.width())
    window.toasts.say("info", "Seen over the monitor.")
    assert window.toasts.isVisible()
    window.go("stage")
    assert window.stage.isVisible()
    assert not window.docks["monitor"].isVisible()
    assert window.docks["prompt"].isVisible()
    assert window.toasts.isVisible()


def test_it_is_the_same_when_the_program_is_started_again(qtbot, window, studio):
    workspaces.for_timeline(window)
    studio.bridge.flush()
    studio.save_state("window", window.take_state())
    studio.bridge.flush()
    again = Window(studio)
    qtbot.addWidget(again)
    again.show()
    qtbot.waitExposed(again)
    assert again.stage.isHidden()
    assert again.docks["monitor"].isVisible()
    workspaces.for_making(again)
    assert again.stage.isVisible()


def test_a_number_in_the_inspector_is_opened_as_a_curve(qtbot, window, studio):
    studio.new_project(piece())
    studio.select(["title"])
    window.inspector.curve_asked.emit("title", "scale")
    assert window.curves.isVisible()
    assert window.curves.lane.keys[0].value == 0.5
    assert edit.clip_of(studio.timeline, "title").lanes[0].target == "scale"


def test_the_transport_listens_in_the_timeline_too(qtbot, window, studio):
    studio.new_project(piece())
    window.go("sequence")
    qtbot.keyClick(window.sequence.canvas, Qt.Key.Key_Right)
    assert studio.playhead == F(1, 24)
    qtbot.keyClick(window.sequence.canvas, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.monitor.playback.speed == 1.0)
    qtbot.keyClick(window.sequence.canvas, Qt.Key.Key_K)
    assert not window.monitor.playback.playing


def test_a_project_that_is_dropped_or_named_is_opened(qtbot, window, studio, tmp_path):
    document = Document.new(tmp_path / "there", piece())
    window.open_path(str(document.folder))
    qtbot.waitUntil(lambda: studio.project.name == "Piece")
    assert not window.projects.open(str(tmp_path / "picture.png"))


def test_everything_can_be_done_from_the_palette(window):
    texts = {command.text for command in window.commands()}
    assert {"New project …", "Export the timeline …", "Play", "Metronome", "Arrange for the timeline"} <= texts


def test_the_list_of_shortcuts_has_the_transport_and_the_curves_once(qtbot, window):
    window.show_shortcuts()
    listed = window.findChildren(Shortcuts)[0]
    texts = [text for text, _, _ in listed.rows]
    assert sum("Metronome" in text for text in texts) == 1
    assert sum("Put keys on the grid" in text for text in texts) == 1
    assert any("Safe areas" in text for text in texts)
    listed.close()
