"""The project menu: new, open, recent, save as, pack, and the figures of a project."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from fractions import Fraction as F

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from app.core.project import Document
from app.core.timeline import edit
from app.core.timeline.values import Clip, Metre, Project, Tempo, Timeline
from app.ui import theme
from app.ui.project import Projects
from app.ui.project.figures import RATES, SIZES, ProjectDialog

pytest_plugins = ["tests.studio_kit"]


@pytest.fixture
def projects(qtbot, studio):
    theme.apply(QApplication.instance(), "dark")
    widget = QWidget()
    qtbot.addWidget(widget)
    made = Projects(studio, widget)
    made.widget = widget
    return made


@pytest.fixture
def chosen(monkeypatch):
    """A way to say what the user chooses in the next file dialog."""

    def choose(path):
        for name in ("getOpenFileName", "getSaveFileName"):
            monkeypatch.setattr(QFileDialog, name, lambda *_: (str(path), ""))

    return choose


def dialog_of(projects):
    return next(one for one in projects.widget.findChildren(ProjectDialog) if one.isVisible())


def test_a_new_project_has_the_figures_that_were_asked_for(qtbot, projects, studio):
    projects.ask_new()
    dialog = dialog_of(projects)
    dialog.name.setText("Eight bars")
    dialog.picture.setCurrentIndex(SIZES.index((1080, 1920)))
    dialog.fps.setCurrentIndex(RATES.index(F(30000, 1001)))
    dialog.rate.setCurrentIndex(dialog.rate.findData(44100))
    dialog.tempo.setValue(93.5)
    dialog.beats.setValue(7)
    dialog.unit.setCurrentIndex(dialog.unit.findData(8))
    dialog.accept()
    project = studio.project
    assert (project.name, project.width, project.height) == ("Eight bars", 1080, 1920)
    assert (project.fps, project.rate) == (F(30000, 1001), 44100)
    assert project.timeline.tempos == (Tempo(F(0), F(187, 2)),)
    assert project.timeline.metres == (Metre(0, 7, 8),)
    assert [track.kind for track in project.timeline.tracks] == ["picture", "audio"]


def test_the_dialog_left_as_it_is_changes_nothing(qtbot):
    odd = Project(
        name="Odd",
        width=1000,
        height=333,
        fps=F(17, 3),
        rate=22050,
        timelines=(Timeline(id="main", tempos=(Tempo(F(0), F(100)), Tempo(F(4), F(80))), metres=(Metre(0, 5, 16),)),),
    )
    dialog = ProjectDialog(odd, "Project settings")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.own.isVisible()
    assert dialog.project() == odd
    dialog.picture.setCurrentIndex(0)
    assert not dialog.own.isVisible()
    for widget in (dialog.name, dialog.picture, dialog.wide, dialog.fps, dialog.rate, dialog.tempo, dialog.beats):
        assert widget.accessibleName()


def test_other_figures_for_a_project_that_is_there_can_be_taken_back(qtbot, projects, studio):
    before = studio.project
    projects.ask_figures()
    dialog_of(projects).tempo.setValue(90)
    dialog_of(projects).accept()
    assert studio.clock.bpm(F(0)) == 90
    studio.undo_stack.undo()
    assert studio.project == before


def test_saved_as_packed_and_opened_again(qtbot, projects, studio, chosen, tmp_path):
    studio.arrange("a clip", lambda one: edit.add_clips(one, one.tracks[0].id, [Clip(F(0), F(1), name="first")]))
    packed = tmp_path / "piece.darkroom"
    chosen(tmp_path / "piece")
    projects.ask_pack()
    qtbot.waitUntil(packed.is_file)
    chosen(tmp_path / "other")
    projects.ask_save_as()
    qtbot.waitUntil(lambda: studio.document is not None and studio.document.folder == tmp_path / "other")
    assert studio.project.name == "other"
    studio.new_project()
    for path in (tmp_path / "other" / "project.json", packed):
        chosen(path)
        projects.ask_open()
        qtbot.waitUntil(lambda: studio.timeline.end == 1)
        studio.new_project()
        assert studio.timeline.end == 0


def test_recent_projects_the_last_first_the_open_one_grey(qtbot, projects, studio):
    assert projects.recent() == []
    projects.recent_menu.aboutToShow.emit()
    assert [action.isEnabled() for action in projects.recent_menu.actions()] == [False]
    for n, name in enumerate(("one", "two & three")):
        document = Document.new(studio.folders.projects / name, Project(name=name))
        os.utime(document.folder / "project.json", (n, n))
    studio.open_project(studio.folders.projects / "two & three")
    qtbot.waitUntil(lambda: studio.project.name == "two & three")
    projects.recent_menu.aboutToShow.emit()
    shown = [(action.text(), action.isEnabled()) for action in projects.recent_menu.actions()]
    assert shown == [("two && three", False), ("one", True)]
    projects.recent_menu.actions()[1].trigger()
    qtbot.waitUntil(lambda: studio.project.name == "one")
