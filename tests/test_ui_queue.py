"""The queue panel: every state in words, and every deed by button, by key and by menu."""

import msgspec
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QRectF, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton, QWidget

from app.core.job import Cancelled, Done, Failed, Paused, Queued, Running
from app.ui import theme
from app.ui.queue import QueuePanel
from app.ui.queue.model import JOB, buttons, two_lines
from app.ui.queue.words import deeds, progress, seconds, state_words
from engines.contract import Failure
from tests import panels

Key = Qt.Key
RUNNING = Running("denoising", 7 / 24, 7, 24, 0.7, 3.5, 9.0)
FAILED = Failed(Failure("memory", "Not enough memory: choose a smaller size."))
STATES = [Queued(), RUNNING, Paused(8, 24), Done("/x.png"), FAILED, Cancelled()]


@pytest.fixture
def studio(qapp, tmp_path):
    theme.apply(qapp, "dark")
    return panels.LightStudio(tmp_path)


@pytest.fixture
def panel(studio, qtbot):
    made = QueuePanel(studio)
    qtbot.addWidget(made)
    made.resize(360, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


def choose(panel, *rows) -> None:
    panel.view.clearSelection()
    for row in rows:
        panel.view.selectionModel().setCurrentIndex(panel.model.index(row), QItemSelectionModel.SelectionFlag.Select)
    panel.view.setFocus()


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("state", "words", "bar"),
    [
        (Queued(), "Waiting", None),
        (Running("loading"), "Loading", 0.0),
        (RUNNING, "Developing · step 7/24 · 9 s left", 7 / 24),
        (Running("decoding", None, 24, 24), "Decoding", 1.0),
        (msgspec.structs.replace(RUNNING, asked="stop"), "Stopping …", 7 / 24),
        (msgspec.structs.replace(RUNNING, asked="pause"), "Pausing …", 7 / 24),
        (Paused(8, 24), "Paused after step 8 of 24", 8 / 24),
        (Paused(0, 0), "Paused", 0.0),
        (Done("/x.png"), "Done", None),
        (FAILED, "Not enough memory: choose a smaller size.", None),
        (Cancelled(), "Cancelled", None),
    ],
)
def test_every_state_in_words(qapp, state, words, bar):
    job = panels.job(1, state=state)
    assert state_words(job) == words
    assert progress(job) == bar
    assert len(deeds(job)) == 2


@pytest.mark.parametrize(
    ("left", "words"),
    [(0.2, "1 s"), (8.4, "8 s"), (89, "89 s"), (130, "2 min"), (3600, "1 h 00 min"), (4000, "1 h 07 min")],
)
def test_time_left_is_rounded_to_what_is_known(qapp, left, words):
    assert seconds(left) == words


@pytest.mark.parametrize("wide", [10, 80, 200, 4000])
def test_a_long_sentence_takes_two_lines_and_loses_no_word(qapp, wide):
    text = "Not enough memory for this size: choose a smaller one or close other programs."
    lines = two_lines(QFontMetrics(theme.small()), text, wide)
    assert " ".join(lines) == text
    assert 1 <= len(lines) <= 2


# ---------------------------------------------------------------- the list


def test_it_begins_with_what_the_studio_has_and_follows(panel, studio):
    assert panel.pages.currentWidget() is panel.empty
    studio.put_jobs(*[panels.job(n, state=state) for n, state in enumerate(STATES)])
    assert panel.pages.currentWidget() is panel.view
    assert panel.count.text() == "1 running · 1 waiting"
    later = msgspec.structs.replace(studio.jobs[1], state=Done("/y.png"))
    studio.jobs[1] = later
    studio.job_changed.emit(later)
    assert panel.model.index(1).data(JOB) is later
    assert panel.count.text() == "1 waiting"


def test_the_live_preview_and_the_finished_thumbnail_are_shown(panel, studio, qtbot):
    studio.put_jobs(panels.job(1, state=RUNNING), panels.job(2, state=Done("/x.png")))
    studio.preview.emit("run-1", panels.frame("image", 7))
    qtbot.wait(50)
    assert set(panel.model._images) == {"run-1", "run-2"}
    assert studio.called("thumbnail") == [("run-2",)]


def test_the_selection_survives_changes(panel, studio):
    studio.put_jobs(*[panels.job(n) for n in range(5)])
    choose(panel, 2)
    studio.put_jobs(*[panels.job(n) for n in (4, 2, 3)])
    assert [job.id for job in panel.chosen()] == [2]
    studio.put_jobs(*[panels.job(n) for n in (4, 3)])
    assert [job.id for job in panel.chosen()] == [3]


# ---------------------------------------------------------------- deeds


@pytest.mark.parametrize(
    ("state", "first", "second"),
    [
        (Queued(), "pause", "remove"),
        (RUNNING, "pause", "stop"),
        (Paused(8, 24), "resume", "remove"),
        (Done("/x.png"), "show", "remove"),
        (FAILED, "resume", "remove"),
        (Cancelled(), "resume", "remove"),
    ],
)
@pytest.mark.parametrize("way", ["button", "key", "menu"])
def test_the_two_deeds_of_every_state(panel, studio, qtbot, state, first, second, way):
    for number, name in enumerate((first, second)):
        studio.calls.clear()
        studio.put_jobs(panels.job(5, state=state))
        choose(panel, 0)
        if way == "button":
            place = buttons(QRectF(panel.view.visualRect(panel.model.index(0))))[number].center().toPoint()
            qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        elif way == "key":
            qtbot.keyClick(panel.view, (Key.Key_Space, Key.Key_Delete)[number])
        else:
            panel.menu(panel.chosen()).actions()[number].trigger()
        assert studio.called(name) == [("run-5",) if name == "show" else (5,)]


def test_reorder_by_keys(panel, studio, qtbot):
    studio.put_jobs(*[panels.job(n) for n in range(4)])
    choose(panel, 2)
    alt = Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(panel.view, Key.Key_Up, alt)
    assert [job.id for job in studio.jobs] == [0, 2, 1, 3]
    qtbot.keyClick(panel.view, Key.Key_Up, alt)
    qtbot.keyClick(panel.view, Key.Key_Up, alt)
    assert [job.id for job in studio.jobs] == [2, 0, 1, 3]
    qtbot.keyClick(panel.view, Key.Key_Down, alt)
    assert [job.id for job in studio.jobs] == [0, 2, 1, 3]
    assert [job.id for job in panel.chosen()] == [2]


@pytest.mark.parametrize(
    ("ids", "row", "order"),
    [
        ([0], 3, [1, 2, 0, 3]),
        ([3], 0, [3, 0, 1, 2]),
        ([0, 2], 4, [1, 3, 0, 2]),
        ([2, 3], 0, [2, 3, 0, 1]),
        ([0, 3], 2, [1, 0, 3, 2]),
        ([1], 1, [0, 1, 2, 3]),
        ([1], 2, [0, 1, 2, 3]),
    ],
)
def test_dropped_jobs_land_where_they_were_dropped(panel, studio, ids, row, order):
    studio.put_jobs(*[panels.job(n) for n in range(4)])
    panel._dropped(ids, row)
    assert [job.id for job in studio.jobs] == order


def test_a_waiting_job_is_edited_and_written_back(panel, studio, qtbot):
    studio.put_jobs(panels.job(1, "two red cars"), panels.job(2, state=RUNNING))
    choose(panel, 1)
    qtbot.keyClick(panel.view, Key.Key_E)
    assert studio.editing is None  # it runs already
    choose(panel, 0)
    qtbot.keyClick(panel.view, Key.Key_E)
    assert panel.edit_bar.isVisible()
    assert "two red cars" in panel._edit_text.text()
    panel._apply()
    assert studio.called("apply_job") == [(1,)]
    assert not panel.edit_bar.isVisible()


def test_an_edit_can_be_left_and_ends_when_the_job_starts(panel, studio):
    studio.put_jobs(panels.job(1))
    choose(panel, 0)
    panel._edit()
    panel.edit_bar.findChildren(QPushButton)[1].click()
    assert studio.editing is None
    assert not panel.edit_bar.isVisible()
    panel._edit()
    assert panel.edit_bar.isVisible()
    studio.put_jobs(panels.job(1, state=RUNNING))
    assert not panel.edit_bar.isVisible()
    assert studio.called("apply_job") == []


def test_the_whole_queue_is_held_and_cleared(panel, studio, qtbot):
    studio.put_jobs(panels.job(1, state=Done("/x.png")), panels.job(2))
    panel.hold.click()
    assert studio.queue_paused
    studio.pause_queue(False)
    assert not panel.hold.isChecked()
    assert panel.clear.isEnabled()
    panel.clear.click()
    assert studio.called("clear_finished") == [()]
    studio.put_jobs(panels.job(2))
    assert not panel.clear.isEnabled()


def test_a_press_on_a_button_does_not_change_the_selection(panel, studio, qtbot):
    studio.put_jobs(panels.job(1), panels.job(2))
    choose(panel, 0)
    place = buttons(QRectF(panel.view.visualRect(panel.model.index(1))))[0].center().toPoint()
    qtbot.mousePress(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseRelease(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    assert [job.id for job in panel.chosen()] == [1]


def test_every_focusable_widget_has_a_name(panel, studio):
    studio.put_jobs(panels.job(1))
    choose(panel, 0)
    panel._edit()
    nameless = [
        widget
        for widget in panel.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.accessibleName()
    ]
    assert nameless == []
