"""What the stage shows: every medium, live previews, large pictures, and nothing at all."""

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from app.core.job import Done, Failed
from app.studio import Subject
from app.ui import theme
from app.ui.stage import Stage
from app.ui.stage.stage import VIEWERS
from engines.contract import MEDIUMS, Failure, Image
from tests import panels
from tests.ui_stage.conftest import SENTENCE, place, result, running

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


def test_an_engine_that_needs_a_start_asks_for_it_before_it_offers_to_make_one(studio, stage):
    card = panels.CARD
    film = msgspec.structs.replace(card.info, takes=("seed", "start"), needs=("start",))
    studio.use_card(msgspec.structs.replace(card, info=film))
    assert stage.invitation.chips == []
    assert "Ctrl+T" in stage.invitation.sentence.text()
    studio.edit(start=panels.frame("image", 5))
    assert len(stage.invitation.chips) == 1


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
