"""Timeline, history and queue over the real studio, the real worker and the tiny engines."""

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt

from app.core.job import Done, Job, Paused, Running
from app.core.settings import Settings
from app.develop import host_for
from app.studio import Studio
from app.ui import theme
from app.ui.history import HistoryPanel
from app.ui.history.model import ENTRY
from app.ui.queue import QueuePanel
from app.ui.timeline import Timeline
from engines.contract import Image, Video
from engines.files import media

pytest_plugins = ["tests.studio_kit"]
TINY = Path(__file__).parent / "tiny"
LONG = 60_000


@pytest.fixture
def studio(qtbot, qapp, folders, monkeypatch):
    monkeypatch.setenv("DARKROOM_PLUGINS", str(TINY))
    theme.apply(qapp, "dark")
    made = Studio(folders, host_for(Settings(), folders))
    qtbot.waitUntil(lambda: made._library is not None and made.worker_state[0] == "ready", timeout=LONG)
    use(made, "image/tiny")
    yield made
    made.close()


@pytest.fixture
def show(qtbot, studio):
    def shown(kind, wide: int, high: int):
        panel = kind(studio)
        qtbot.addWidget(panel)
        panel.resize(wide, high)
        panel.show()
        qtbot.waitExposed(panel)
        return panel

    return shown


def use(studio, engine: str, **options) -> None:
    studio.set_engine(engine)
    studio.edit(prompt="a red apple", seed=7, options={"steps": 8, **options})
    studio.lock_seed(True)


def made(studio, qtbot):
    """Generate one result, and wait for it."""
    before = len(studio.jobs)
    studio.generate()
    qtbot.waitUntil(lambda: len(studio.jobs) > before and studio.jobs[-1].ended, timeout=LONG)
    assert isinstance(studio.jobs[-1].state, Done)
    return studio.jobs[-1]


def attend(view, qtbot) -> None:
    """Give `view` the focus, so that its keys are heard."""
    view.window().activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)


def pixels(found) -> np.ndarray:
    """Of the picture of a finished job, or of a picture itself."""
    if isinstance(found, Job):
        assert isinstance(found.state, Done)
        found = media.read(Path(found.state.path))
    assert isinstance(found, Image)
    return found.pixels


def test_every_step_of_every_medium_is_in_the_strip(studio, show, qtbot):
    timeline = show(Timeline, 1300, 380)
    film = timeline.film
    for engine in ("image/tiny", "audio/tiny", "video/tiny", "mesh/tiny"):
        use(studio, engine)
        job = made(studio, qtbot)
        studio.show(job.run)
        qtbot.waitUntil(lambda: len(film.rows) == 8 and film.finished, timeout=LONG)
        qtbot.waitUntil(lambda run=job.run: all(film.frames.get(run, step) for step in range(1, 9)), timeout=LONG)
        qtbot.waitUntil(lambda: film._result is not None, timeout=LONG)
        assert timeline.axis.playhead == 9


def test_scrubbing_puts_that_step_on_the_stage(studio, show, qtbot):
    timeline = show(Timeline, 1300, 380)
    studio.show(made(studio, qtbot).run)
    qtbot.waitUntil(lambda: len(timeline.film.rows) == 8 and studio.stage.media is not None, timeout=LONG)
    result = studio.stage.media
    qtbot.keyClick(timeline.film, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: studio.stage.media is not result, timeout=LONG)
    assert studio.stage.step == 1
    assert not np.array_equal(pixels(studio.stage.media), pixels(result))
    qtbot.keyClick(timeline.film, Qt.Key.Key_End)
    assert studio.stage.step is None
    assert np.array_equal(pixels(studio.stage.media), pixels(result))


def test_a_branch_by_key_ends_in_the_same_bytes_and_is_flagged(studio, show, qtbot):
    timeline, history = show(Timeline, 1300, 380), show(HistoryPanel, 320, 500)
    job = made(studio, qtbot)
    studio.show(job.run)
    qtbot.waitUntil(lambda: len(timeline.film.rows) == 8, timeout=LONG)
    timeline.film.go(3)
    qtbot.keyClick(timeline.film, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: len(studio.jobs) == 2 and isinstance(studio.jobs[1].state, Done), timeout=LONG)
    branch = studio.jobs[1]
    assert (branch.parent, branch.parent_step) == (job.run, 3)
    assert np.array_equal(pixels(job), pixels(branch))
    studio.show(job.run)
    qtbot.waitUntil(lambda: timeline.film.marks == {3: 1}, timeout=LONG)
    history.as_tree.setChecked(True)
    qtbot.waitUntil(lambda: history.tree.rowCount() == 1 and len(history.list.entries) == 2, timeout=LONG)
    top = history.tree.index(0, 0)
    assert top.data(ENTRY).run == job.run
    assert history.tree.index(0, 0, top).data(ENTRY).run == branch.run


def test_a_drawn_curve_changes_the_result_and_one_undo_takes_it_back(studio, show, qtbot):
    timeline = show(Timeline, 1300, 420)
    plain = pixels(made(studio, qtbot))
    lane = timeline.lanes[0]
    place = QPoint(int(timeline.axis.x(4)), int(lane._y(15.0)))
    qtbot.mouseDClick(lane, Qt.MouseButton.LeftButton, pos=place)
    assert len(studio.draft.curves["guidance"].points) == 3
    curved = pixels(made(studio, qtbot))
    assert not np.array_equal(plain, curved)
    studio.undo_stack.undo()
    assert "guidance" not in studio.draft.curves
    assert lane.curve is None
    studio.undo_stack.redo()
    assert lane.curve is not None


def test_a_run_is_followed_paused_and_resumed_from_the_queue(studio, show, qtbot):
    timeline, queue = show(Timeline, 1300, 380), show(QueuePanel, 340, 400)
    use(studio, "image/tiny", slow=0.05)
    studio.edit(options={"steps": 20})
    studio.generate()
    qtbot.waitUntil(lambda: len(timeline.film.rows) >= 4, timeout=LONG)
    assert timeline.axis.total == 20
    queue.view.selectionModel().setCurrentIndex(queue.model.index(0), QItemSelectionModel.SelectionFlag.Select)
    attend(queue.view, qtbot)
    qtbot.keyClick(queue.view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: isinstance(studio.jobs[0].state, Paused), timeout=LONG)
    qtbot.keyClick(queue.view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: isinstance(studio.jobs[0].state, Running | Done), timeout=LONG)
    qtbot.waitUntil(lambda: isinstance(studio.jobs[0].state, Done), timeout=LONG)
    qtbot.waitUntil(lambda: len(timeline.film.rows) == 20, timeout=LONG)


def test_delete_star_and_search_in_the_real_history(studio, show, qtbot):
    history = show(HistoryPanel, 320, 500)
    job = made(studio, qtbot)
    studio.edit(prompt="a blue car")
    made(studio, qtbot)
    qtbot.waitUntil(lambda: len(history.list.entries) == 2, timeout=LONG)
    history.search.setText("app")
    qtbot.waitUntil(lambda: [entry.run for entry in history.list.entries] == [job.run], timeout=LONG)
    history.grid_view.setCurrentIndex(history.list.index(0))
    attend(history.grid_view, qtbot)
    qtbot.keyClick(history.grid_view, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: history.list.entries[0].favourite, timeout=LONG)
    qtbot.keyClick(history.grid_view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: studio.draft.prompt == "a red apple", timeout=LONG)
    qtbot.keyClick(history.grid_view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not history.list.entries, timeout=LONG)
    assert not Path(job.state.path).exists()
    history._undo_delete()
    qtbot.waitUntil(lambda: len(history.list.entries) == 1, timeout=LONG)
    assert Path(job.state.path).exists()


def test_the_development_is_exported(studio, show, qtbot, tmp_path):
    timeline = show(Timeline, 1300, 380)
    studio.show(made(studio, qtbot).run)
    qtbot.waitUntil(lambda: len(timeline.film.rows) == 8, timeout=LONG)
    for suffix in (".gif", ".webp", ".mp4"):
        path = tmp_path / f"development{suffix}"
        told: list[str] = []
        studio.notice.connect(lambda kind, sentence, told=told: told.append(sentence))
        studio.export_development(path, 8.0)
        qtbot.waitUntil(lambda path=path, told=told: path.exists() and bool(told), timeout=LONG)
        film = media.read(path)
        assert isinstance(film, Video)
        assert len(film.frames) >= 8
