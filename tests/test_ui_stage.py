"""The stage: every medium shown, live previews and their credit, captions, keys, failures, the empty state."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from app.core.job import Cancelled, Done, Failed, Paused, Queued, Running
from app.studio import Subject
from app.ui import theme
from app.ui.stage import Stage
from app.ui.stage.stage import VIEWERS
from app.ui.stage.words import left_words, saying
from engines.contract import MEDIUMS, Failure, Image, Mesh, medium_of
from tests import panels

SENTENCE = "There is not enough memory for 2048x2048; choose 1024x1024 or close other programs."


class Lanes:
    """Work aside, done when the test says so."""

    def __init__(self) -> None:
        self.waiting: list = []
        self.held = False

    def aside(self, work, then, sorry=None) -> None:
        self.waiting.append((work, then))
        if not self.held:
            self.run()

    def run(self) -> None:
        while self.waiting:
            work, then = self.waiting.pop(0)
            then(work())


class Studio(panels.LightStudio):
    """The light studio with what only the stage asks of it."""

    def __init__(self, folder) -> None:
        super().__init__(folder)
        self.bridge = Lanes()

    def generate(self):
        self.calls.append(("generate",))

    def enqueue(self, *given):
        self.calls.append(("enqueue", *given))

    def preview_shown(self, run):
        self.calls.append(("preview_shown", run))

    def set_watching(self, on):
        self.calls.append(("set_watching", on))


@pytest.fixture
def studio(qtbot, tmp_path):
    theme.apply(QApplication.instance(), "dark")
    return Studio(tmp_path)


@pytest.fixture
def stage(qtbot, studio):
    widget = Stage(studio)
    qtbot.addWidget(widget)
    widget.resize(640, 520)
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    widget.close()


def running(index=7, total=24, **fields):
    state = Running("denoising", index=index, total=total, level=0.6, seconds=3.0, **fields)
    return panels.job(1, state=state, steps=panels.rows(index, total))


def result(medium="image", **fields):
    """A finished result of `medium` on the stage."""
    entry = panels.entry(1, medium=medium, width=96, height=96)
    return Subject("run-1", None, entry, panels.frame(medium, 24), panels.rows(24), medium=medium, **fields)


def place(studio, subject, *jobs):
    studio.jobs = list(jobs)
    studio.place(subject)


# ---------------------------------------------------------------- the table of viewers


def test_there_is_a_viewer_for_every_medium():
    assert set(VIEWERS) == set(MEDIUMS)


@pytest.mark.parametrize("medium", MEDIUMS)
def test_every_medium_is_shown_finished_live_and_scrubbed(qtbot, studio, stage, medium):
    place(studio, result(medium))
    assert stage.stack.currentWidget() is stage.viewers[medium]
    qtbot.wait(30)
    assert not stage.grab().isNull()
    place(studio, result(medium, step=3))
    job = running()
    place(studio, Subject("run-1", job, medium=medium), job)
    studio.preview.emit("run-1", panels.frame(medium, 4))
    assert stage.stack.currentWidget() is stage.viewers[medium]
    qtbot.waitUntil(lambda: ("run-1",) in studio.called("preview_shown"))


@pytest.mark.parametrize("medium", MEDIUMS)
def test_what_is_seen_can_be_copied_with_its_file(qtbot, studio, stage, medium):
    place(studio, result(medium))
    qtbot.wait(20)
    qtbot.keyClick(stage.viewer.surface, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QGuiApplication.clipboard().mimeData()
    assert [url.toLocalFile() for url in data.urls()] == ["/gallery/1.png"]
    assert not QGuiApplication.clipboard().image().isNull()


def test_the_clipboard_has_the_picture_pixel_for_pixel(studio, stage):
    place(studio, result())
    image = stage.still()
    pixels = stage.subject.media.pixels
    assert (image.width(), image.height()) == (96, 96)
    assert image.pixelColor(40, 20).getRgb()[:3] == tuple(int(v) for v in pixels[20, 40])


@pytest.mark.parametrize("mode", ["dark", "light"])
@pytest.mark.parametrize("medium", [*MEDIUMS, "empty", "waiting", "failed"])
def test_everything_that_takes_the_focus_has_a_name(qtbot, studio, stage, mode, medium):
    theme.apply(QApplication.instance(), mode)
    job = running()
    if medium == "failed":
        job = msgspec.structs.replace(job, state=Failed(Failure("memory", SENTENCE)))
    if medium in MEDIUMS:
        place(studio, result(medium))
    elif medium != "empty":
        place(studio, Subject("run-1", job), job)
    qtbot.wait(20)
    nameless = [
        type(child).__name__
        for child in stage.findChildren(QWidget)
        if child.isVisible() and child.focusPolicy() != Qt.FocusPolicy.NoFocus and not child.accessibleName()
    ]
    assert nameless == []
    if stage.viewer is not None:
        assert stage.viewer.accessibleDescription()
        assert stage.viewer.surface.accessibleDescription()


def test_dark_and_light_look_different_without_a_restart(qtbot, studio, stage):
    place(studio, result())
    before = stage.grab().toImage().pixelColor(4, 300).lightness()
    theme.apply(QApplication.instance(), "light")
    qtbot.wait(20)
    assert stage.grab().toImage().pixelColor(4, 300).lightness() > before + 100


# ---------------------------------------------------------------- live


def test_a_preview_is_paid_for_once_it_has_been_painted(qtbot, studio, stage):
    job = running()
    place(studio, Subject("run-1", job), job)
    for step in (5, 6, 7):
        studio.preview.emit("run-1", panels.frame("image", step))
        qtbot.waitUntil(lambda step=step: len(studio.called("preview_shown")) == step - 4)
    qtbot.wait(30)
    assert len(studio.called("preview_shown")) == 3


def test_a_preview_of_another_run_is_not_shown(qtbot, studio, stage):
    job = running()
    place(studio, Subject("run-1", job), job)
    studio.preview.emit("run-2", panels.frame("image", 5))
    qtbot.wait(30)
    assert stage.stack.currentWidget() is stage.waiting
    assert studio.called("preview_shown") == []


def test_previews_go_on_while_an_earlier_step_is_looked_at(qtbot, studio, stage):
    job, seen = running(), panels.frame("image", 3)
    place(studio, Subject("run-1", job, media=seen, rows=job.steps, step=3), job)
    studio.preview.emit("run-1", panels.frame("image", 8))
    qtbot.waitUntil(lambda: studio.called("preview_shown") == [("run-1",)])
    assert stage.viewer.canvas.pixels is seen.pixels


def test_a_hidden_stage_asks_for_no_preview(qtbot, studio, stage):
    job = running()
    place(studio, Subject("run-1", job), job)
    stage.hide()
    studio.preview.emit("run-1", panels.frame("image", 5))
    qtbot.wait(30)
    assert studio.called("preview_shown") == []
    assert studio.called("set_watching")[-1] == (False,)


def test_a_small_preview_lies_where_the_result_will_lie(qtbot, studio, stage):
    job = running()
    job = msgspec.structs.replace(job, request=msgspec.structs.replace(job.request, size=(96, 96)))
    place(studio, Subject("run-1", job), job)
    studio.preview.emit("run-1", Image(panels.frame("image", 5).pixels[::8, ::8].copy()))
    before = stage.viewer.canvas.picture_rect()
    place(studio, result())
    assert stage.viewer.canvas.picture_rect() == before


def test_the_zoom_is_kept_from_preview_to_result(qtbot, studio, stage):
    job = running()
    job = msgspec.structs.replace(job, request=msgspec.structs.replace(job.request, size=(96, 96)))
    place(studio, Subject("run-1", job), job)
    studio.preview.emit("run-1", panels.frame("image", 5))
    stage.viewer.canvas.place.zoom_to(20.0, (300.0, 200.0))
    before = stage.viewer.canvas.picture_rect()
    place(studio, result())
    assert stage.viewer.canvas.picture_rect() == before


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


# ---------------------------------------------------------------- the empty stage


def test_an_example_sets_the_prompt_and_generates(qtbot, studio, stage):
    assert stage.stack.currentWidget() is stage.invitation
    chip = stage.invitation.chips[0]
    chip.setFocus()
    qtbot.keyClick(chip, Qt.Key.Key_Space)
    assert studio.draft.prompt == chip.text() != ""
    assert studio.called("generate") == [()]


def test_the_invitation_speaks_of_the_engine_that_is_chosen(studio, stage):
    card = panels.CARD
    sound = msgspec.structs.replace(card, info=msgspec.structs.replace(card.info, medium="audio"))
    before = stage.invitation.chips
    studio.use_card(sound)
    assert [chip.text() for chip in stage.invitation.chips] == list(VIEWERS["audio"].prompts)
    assert not any(chip.isVisible() for chip in before)
    mute = msgspec.structs.replace(card, info=msgspec.structs.replace(card.info, takes=("seed",)))
    studio.use_card(mute)
    stage.invitation.chips[0].click()
    assert studio.draft.prompt == ""
    assert studio.called("generate") == [()]
    studio.use_card(msgspec.structs.replace(card, missing=("weights/sticker.safetensors",)))
    assert stage.invitation.chips == []
    assert "weights/sticker.safetensors" in stage.invitation.sentence.text()


def test_the_presets_of_the_engine_come_with_their_pictures(studio, stage, tmp_path, monkeypatch):
    monkeypatch.setenv("DARKROOM_ASSETS", str(tmp_path))
    (tmp_path / "presets" / "image-test").mkdir(parents=True)
    QPixmap(64, 64).save(str(tmp_path / "presets" / "image-test" / "1.webp"), "PNG")
    card = panels.CARD
    studio.use_card(msgspec.structs.replace(card, info=msgspec.structs.replace(card.info, presets=("a fox", "a hen"))))
    assert [chip.text() for chip in stage.invitation.chips] == ["a fox", "a hen"]
    assert [chip.iconSize().width() == 48 for chip in stage.invitation.chips] == [False, True]
    stage.invitation.chips[1].click()
    assert studio.draft.prompt == "a hen"


def test_leaving_the_stage_stops_the_sound(qtbot, studio, stage):
    place(studio, result("audio"))
    viewer = stage.viewer
    viewer.player._null = True
    viewer.toggle()
    assert viewer.player.playing
    place(studio, result("image"))
    assert not viewer.player.playing


# ---------------------------------------------------------------- large pictures


def test_a_large_picture_is_seen_at_once_and_sharpened_later(qtbot, studio, stage):
    studio.bridge.held = True
    pixels = np.zeros((1600, 2000, 3), np.uint8)
    pixels[:, 1000:] = 255
    place(studio, Subject("run-1", media=Image(pixels)))
    qtbot.wait(20)
    canvas = stage.viewer.canvas
    seen = canvas.grab().toImage()
    rect = canvas.picture_rect().toRect()
    assert seen.pixelColor(rect.center() + QPoint(40, 0)).lightness() > 250
    assert len(canvas._pyramid.levels) == 1
    studio.bridge.run()
    assert len(canvas._pyramid.levels) > 3


def test_a_pyramid_that_comes_too_late_is_not_shown(studio, stage):
    studio.bridge.held = True
    place(studio, Subject("run-1", media=Image(np.zeros((1600, 2000, 3), np.uint8))))
    place(studio, result())
    studio.bridge.run()
    assert stage.viewer.canvas._pyramid.exact()[1].width() == 96


# ---------------------------------------------------------------- with the studio itself


def test_a_real_studio_develops_a_picture_on_the_stage(qtbot, tmp_path, monkeypatch):
    from app.core.settings import Folders
    from app.studio import Studio as RealStudio
    from tests import fakes

    class Listing:
        cards = fakes.CARDS
        broken: dict[str, str] = {}

    monkeypatch.setattr("app.studio.core.registry.listing", lambda *_: Listing())
    real = RealStudio(Folders(tmp_path / "config", tmp_path / "data", tmp_path / "gallery"), fakes.Host())
    widget = Stage(real)
    qtbot.addWidget(widget)
    widget.show()
    with qtbot.waitSignal(real.history_changed, timeout=20000):
        pass  # the library is open
    real.edit(prompt="a red apple")
    real.generate()
    qtbot.waitUntil(lambda: bool(real.jobs) and isinstance(real.jobs[0].state, Done), timeout=10000)
    qtbot.waitUntil(lambda: real.stage is not None and real.stage.media is not None)
    qtbot.waitUntil(lambda: widget.stack.currentWidget() is widget.viewers["image"])
    qtbot.waitUntil(lambda: widget.caption.heading.text() == "a red apple")
    real.scrub(3)
    qtbot.waitUntil(lambda: widget.caption.heading.text() == "Step 3 of 6")
    widget.escape()
    assert real.stage.step is None
    widget.close()
    real.close()


def test_what_is_read_out_is_what_is_written(studio, stage):
    place(studio, Subject("run-1", running(), rows=running().steps), running())
    assert stage.caption.note.accessibleName() == "Progress: step 7 of 24"
    place(studio, result())
    assert stage.caption.heading.accessibleName() == "What is on the stage: a red apple"
    canvas = stage.viewer.canvas
    canvas.one_to_one()
    assert canvas.accessibleDescription() == "96 by 96 pixels, finished, zoom 100 percent"


def test_the_handle_copies_for_those_without_a_mouse(qtbot, studio, stage):
    place(studio, result())
    handle = stage.caption.buttons["drag"]
    handle.setFocus()
    qtbot.keyClick(handle, Qt.Key.Key_Space)
    assert [url.toLocalFile() for url in QGuiApplication.clipboard().mimeData().urls()] == ["/gallery/1.png"]
