"""What the caption says, and what can be done with what is shown."""

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication

from app.core.job import Cancelled, Failed, Paused, Queued, Running
from app.studio import Subject
from app.ui.stage.words import left_words, saying
from engines.contract import Failure, Mesh, medium_of
from tests import panels
from tests.ui_stage.conftest import SENTENCE, place, result, running

# ---------------------------------------------------------------- what the caption says


@pytest.mark.parametrize(
    ("state", "words", "buttons"),
    [
        (Queued(), ("Waiting", "queue"), {"cancel"}),
        (Running("loading"), ("Loading",), {"pause", "cancel"}),
        (Running("denoising", index=7, total=24, left=7.4), ("step 7 of 24", "about 7 s"), {"pause", "cancel"}),
        (Running("decoding", index=24, total=24, left=0.4), ("Finishing", "a second"), {"pause", "cancel"}),
        (Running("denoising", index=7, total=24, asked="stop"), ("Stopping",), set()),
        (Running("denoising", index=7, total=24, asked="pause"), ("Pausing",), set()),
        (Paused(7, 24), ("Paused", "after step 7 of 24"), {"resume", "cancel"}),
        (Failed(Failure("memory", SENTENCE)), ("failed",), set()),
        (Cancelled(), ("Cancelled", "seed 0"), {"again"}),
    ],
)
def test_the_caption_follows_the_state(studio, stage, state, words, buttons):
    job = panels.job(1, state=state)
    place(studio, Subject("run-1", job), job)
    said = f"{stage.caption.heading.text()} · {stage.caption.note.text()}"
    assert all(part in said for part in words), said
    shown = {key for key, button in stage.caption.buttons.items() if button.isVisible()}
    assert shown == buttons


def test_the_caption_follows_the_news_of_the_job(studio, stage):
    place(studio, Subject("run-1", running(1)), running(1))
    studio.job_changed.emit(running(9, left=65.0))
    assert "step 9 of 24 · about 1 min 05 s left" in stage.caption.note.text()
    other = msgspec.structs.replace(running(20), run="run-2")
    studio.job_changed.emit(other)
    assert "step 9 of 24" in stage.caption.note.text()


def test_a_scrubbed_step_says_its_noise_and_offers_a_branch(studio, stage):
    place(studio, result(step=9))
    assert stage.caption.heading.text() == "Step 9 of 24"
    assert "noise level 0.625" in stage.caption.note.text()
    assert "change 4.7 %" in stage.caption.note.text()
    stage.caption.buttons["branch"].click()
    assert studio.called("branch") == [(9,)]


def test_no_branch_is_offered_where_a_step_cannot_be_resumed(studio, stage):
    place(studio, msgspec.structs.replace(result(step=9), rows=panels.rows(24, resumable=False)))
    assert not stage.caption.buttons["branch"].isVisible()
    assert stage.caption.buttons["back"].isVisible()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (0.3, "about a second left"), (42.4, "about 42 s left"), (61, "about 1 min 01 s left"),
     (7320, "about 2 h 02 min left")],
)  # fmt: skip
def test_time_left_is_said_as_people_say_it(seconds, words):
    assert left_words(seconds) == words


def test_progress_is_a_share_where_it_is_known():
    assert saying(Subject("run-1"), running(6)).progress == 0.25
    assert saying(Subject("run-1"), panels.job(1, state=Running("encoding"))).progress is None
    assert saying(result(), None).progress is False


def test_an_endless_prompt_does_not_widen_the_stage(studio, stage):
    entry = panels.entry(1, "word " * 2000 + "\n🦊 שלום")
    place(studio, Subject("run-1", None, entry, panels.frame("image", 24)))
    assert stage.minimumSizeHint().width() < 700


# ---------------------------------------------------------------- deeds


def test_a_step_is_decoded_where_it_can_be(studio, stage, qtbot):
    """By its button and its key; a sound that develops is heard so, and then played."""
    place(studio, result(step=4))
    assert not stage.caption.buttons["decode"].isVisible()
    place(studio, result(step=4, truth="can"))
    stage.caption.buttons["decode"].click()
    qtbot.keyClick(stage.stack.currentWidget(), Qt.Key.Key_D)
    assert studio.called("decode") == [(), ()]
    place(studio, Subject("run-1", running(), rows=running().steps, medium="audio", truth="can"), running())
    assert stage.caption.buttons["decode"].text() == "Hear it"
    place(studio, result(step=4, truth="yes"))
    assert "truly" in stage.caption.note.text()


def test_only_a_finished_picture_is_enlarged_and_cut_out(studio, stage):
    place(studio, result())
    assert stage.caption.buttons["enlarge"].isVisible()
    stage.cut_out()
    assert studio.called("cut_out") == [()]
    place(studio, Subject("run-1", running(), rows=running().steps), running())
    assert not stage.caption.buttons["enlarge"].isVisible()
    stage.cut_out()
    assert studio.called("cut_out") == [()]


@pytest.mark.parametrize(
    ("subject", "jobs", "call"),
    [
        (Subject("run-1", running(), rows=running().steps), (running(),), ("stop", 1)),
        (result(step=4), (), ("scrub", None)),
        (result(step=4, truth="busy"), (), ("stop_decoding",)),
        (result(compare=panels.frame("image", 20)), (), ("compare", "run-1", None)),
    ],
)
def test_escape_takes_one_step_back(qtbot, studio, stage, subject, jobs, call):
    place(studio, subject, *jobs)
    qtbot.keyClick(stage.stack.currentWidget(), Qt.Key.Key_Escape)
    assert call in studio.calls


def test_the_way_back_comes_before_the_windows_own_escape(qtbot, studio, stage):
    heard = []
    action = QAction("Stop", stage.window())
    action.setShortcut("Esc")
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    action.triggered.connect(lambda: heard.append(True))
    stage.window().addAction(action)
    place(studio, result(compare=panels.frame("image", 20)))
    qtbot.wait(20)
    stage.viewer.surface.setFocus()
    qtbot.keyClick(stage.viewer.surface, Qt.Key.Key_Escape)
    assert studio.called("compare") == [("run-1", None)]
    assert heard == []
    place(studio, result())
    qtbot.keyClick(stage.viewer.surface, Qt.Key.Key_Escape)
    assert heard == [True]


def test_b_branches_from_the_step_that_is_seen(qtbot, studio, stage):
    place(studio, result())
    qtbot.keyClick(stage.viewer.surface, Qt.Key.Key_B)
    assert studio.called("branch") == []
    place(studio, result(step=5))
    qtbot.keyClick(stage.viewer.surface, Qt.Key.Key_B)
    assert studio.called("branch") == [(5,)]


def test_a_failure_says_what_to_do_and_can_be_tried_again(qtbot, studio, stage):
    job = msgspec.structs.replace(running(), state=Failed(Failure("memory", SENTENCE)))
    place(studio, Subject("run-1", job), job)
    assert stage.stack.currentWidget() is stage.trouble
    assert stage.trouble.sentence.text() == SENTENCE
    stage.trouble.copy.click()
    assert QGuiApplication.clipboard().text() == SENTENCE
    stage.trouble.again.click()
    assert studio.called("enqueue") == [(job.request, None, None)]


def test_a_run_that_fails_while_it_is_watched_turns_to_its_sentence(qtbot, studio, stage):
    job = running()
    place(studio, Subject("run-1", job), job)
    studio.preview.emit("run-1", panels.frame("image", 5))
    failed = msgspec.structs.replace(job, state=Failed(Failure("died", "The engine was killed; try again.")))
    studio.jobs = [failed]
    studio.job_changed.emit(failed)
    assert stage.stack.currentWidget() is stage.trouble
    assert "killed" in stage.trouble.sentence.text()


def test_a_file_that_cannot_be_read_says_so(studio, stage):
    place(studio, Subject("run-1", trouble="The file has gone; rebuild the history."))
    assert stage.stack.currentWidget() is stage.trouble
    assert not stage.trouble.again.isVisible()


def test_pause_and_resume_go_to_the_job(studio, stage):
    place(studio, Subject("run-1", running()), running())
    stage.caption.buttons["pause"].click()
    paused = panels.job(1, state=Paused(7, 24))
    place(studio, Subject("run-1", paused), paused)
    stage.caption.buttons["resume"].click()
    assert studio.called("pause") == [(1,)]
    assert studio.called("resume") == [(1,)]


def test_the_menu_offers_what_can_be_done_now(studio, stage):
    assert stage.menu().actions() == []
    parented = msgspec.structs.replace(result().entry, parent="run-0")
    place(studio, msgspec.structs.replace(result(step=4), entry=parented))
    words = [action.text() for action in stage.menu().actions()]
    for wanted in ("Branch from this step", "Copy", "Save a copy…", "Compare with its parent", "Fit the window"):
        assert wanted in words
    next(action for action in stage.menu().actions() if action.text() == "Compare with its parent").trigger()
    assert studio.called("compare") == [("run-1", "run-0")]


def test_a_broken_mesh_costs_no_traceback(qtbot, studio, stage):
    broken = Mesh(
        np.array([[0, 0, 0], [1, 0, 0], [np.nan, 1, 0]], np.float32), np.array([[0, 1, 2], [0, 1, 9]], np.int32)
    )
    for media in (broken, Mesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32))):
        place(studio, Subject("run-9", media=media, medium="mesh"))
        qtbot.wait(150)
        assert medium_of(stage.subject.media) == "mesh"
