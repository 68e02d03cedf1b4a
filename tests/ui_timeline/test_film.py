"""The axis and the filmstrip: which frames are asked for, scrubbing, playing, thumbnails and export."""

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from app.core.job import Running
from app.ui import theme, thumbs
from app.ui.timeline.axis import GUTTER, Axis
from app.ui.timeline.export import ExportDialog
from app.ui.timeline.plot import heights
from engines.contract import MEDIUMS, Audio, Image, Mesh
from tests import panels
from tests.ui_timeline.conftest import Left, move, spot

# ---------------------------------------------------------------- axis


@pytest.mark.parametrize("total", [1, 2, 24, 1000])
@pytest.mark.parametrize("zoom", [0.02, 1.0, 3.0])
def test_axis_places_are_inverse(qapp, total, zoom):
    axis = Axis()
    axis.set_width(900)
    axis.set_total(total)
    axis.zoom(zoom)
    axis.scroll(axis.room * 0.4)
    for step in {1, total // 2 or 1, total, total + 1}:
        assert axis.step_at(axis.x(step)) == step
    for position in (0.0, 0.3, 1.0):
        if total > 1:
            assert axis.position_at(axis.x_of(position)) == pytest.approx(position, abs=1e-9)
    assert axis.x_of(0.0) == axis.x(1)
    assert axis.x_of(1.0) == axis.x(total)


def test_zoom_keeps_what_is_under_the_mouse(qapp):
    axis = Axis()
    axis.set_width(900)
    axis.set_total(200)
    axis.scroll(3000)
    before = axis.step_at(500)
    axis.zoom(1.3, 500)
    assert axis.step_at(500) == before


def test_a_fitted_run_fills_the_room(qapp):
    axis = Axis()
    axis.set_width(GUTTER + 1200)
    axis.set_total(12)
    assert axis.room == 0
    assert axis.content == pytest.approx(1200, abs=12)


@pytest.mark.parametrize("levels", [[1, 0.5, 0.1, 0], [80, 20, 3, 0.2, 0], [14.6, 0.03], [0.0], []])
def test_noise_heights_fall_with_the_levels(levels):
    tops = heights(levels)
    assert all(0 <= top <= 1 for top in tops)
    assert tops == sorted(tops, reverse=True)
    assert not levels or max(levels) == 0 or tops[0] == 1


# ---------------------------------------------------------------- filmstrip


def test_without_a_run_it_says_what_will_be_here(timeline):
    assert timeline.film.sentence(0) == ""
    assert not timeline.play.isEnabled()
    assert not timeline.branch.isEnabled()
    assert timeline.axis.total == 24  # what the draft asks for


def test_a_finished_run_stands_at_its_result(timeline, studio):
    studio.place(panels.finished(24))
    assert timeline.axis.total == 24
    assert timeline.axis.playhead == 25
    assert timeline.reading.text() == "Result"


def test_only_visible_frames_are_asked_for(timeline, studio, qtbot):
    studio.place(panels.finished(400))
    timeline.film.go(200)
    qtbot.wait(400)
    asked = {step for _, step in studio.called("frame")}
    visible = set(timeline.axis.visible())
    assert visible <= asked
    assert len(asked) < 3 * len(visible)


def test_a_narrow_strip_asks_for_fewer_frames(timeline, studio, qtbot):
    for _ in range(12):
        timeline.axis.zoom(0.8)
    studio.place(panels.finished(100))
    qtbot.wait(300)
    assert timeline.axis.stride > 1
    assert len(studio.called("frame")) <= 100 // timeline.axis.stride + 3


def test_frames_are_asked_for_a_few_at_a_time(timeline, studio, qtbot):
    studio.place(panels.finished(24, run="held"))
    qtbot.wait(100)
    assert len(studio.held) == 4
    studio.held.pop()()
    qtbot.wait(60)
    assert len(studio.called("frame")) == 5


def test_a_frame_that_is_gone_is_not_asked_for_again(timeline, studio, qtbot):
    studio.place(panels.finished(6, run="gone"))
    qtbot.wait(250)
    assert sorted(studio.called("frame")) == [("gone", step) for step in range(1, 7)]


def test_the_strip_grows_as_steps_come(timeline, studio, qtbot):
    job = msgspec.structs.replace(panels.job(1, state=Running("denoising", 0, 0, 24)), run="live")
    studio.place(panels.Subject("live", job=job))
    assert timeline.axis.total == 24
    for row in panels.rows(5, 24):
        studio.stepped.emit("live", row)
        studio.preview.emit("live", panels.frame("image", row.index))
    studio.stepped.emit("another", panels.rows(9, 24)[-1])
    assert len(timeline.film.rows) == 5
    assert timeline.axis.playhead == 5
    qtbot.wait(60)
    assert studio.called("frame") == []  # the previews were good enough
    studio.stepped.emit("live", panels.rows(3, 24)[-1])  # it begins anew from a checkpoint
    assert [row.index for row in timeline.film.rows] == [1, 2, 3]


def test_keys_scrub(timeline, studio, qtbot):
    studio.place(panels.finished(24))
    film, key = timeline.film, Qt.Key
    film.setFocus()
    moves = [
        (key.Key_Home, 1), (key.Key_Right, 2), (key.Key_PageDown, 12), (key.Key_Left, 11),
        (key.Key_PageUp, 1), (key.Key_Left, 1), (key.Key_End, None), (key.Key_Left, 24), (key.Key_Right, None),
        (key.Key_PageUp, 15),
    ]  # fmt: skip
    for pressed, step in moves:
        qtbot.keyClick(film, pressed)
        assert studio.stage.step == step
        assert timeline.axis.playhead == (step or 25)


def test_the_mouse_scrubs(timeline, studio, qtbot):
    studio.place(panels.finished(24))
    timeline.axis.fit()
    film = timeline.film
    qtbot.mousePress(film, Left, pos=spot(timeline, 3, film))
    assert studio.stage.step == 3
    for step in range(4, 10):
        qtbot.mouseMove(film, spot(timeline, step, film))
        move(film, spot(timeline, step, film))
    assert studio.stage.step == 9
    qtbot.mouseRelease(film, Left, pos=spot(timeline, 9, film))


def test_scrubbing_keeps_the_needle_in_view(timeline, studio):
    studio.place(panels.finished(300))
    for step in (1, 150, 300, 40):
        timeline.film.go(step)
        assert GUTTER <= timeline.axis.x(step) <= timeline.width()


def test_playing_runs_to_the_result(timeline, studio, qtbot):
    studio.place(panels.finished(6))
    timeline._player.setInterval(5)
    qtbot.keyClick(timeline.film, Qt.Key.Key_Space)
    assert timeline.axis.playhead == 1
    qtbot.waitUntil(lambda: timeline.axis.playhead == 7)
    assert not timeline._player.isActive()
    assert [step for (step,) in studio.called("scrub")] == [1, 2, 3, 4, 5, 6, None]


def test_space_pauses_and_another_run_ends_the_playing(timeline, studio, qtbot):
    studio.place(panels.finished(50))
    timeline.toggle()
    assert "Pause" in timeline.play.accessibleName()
    timeline.toggle()
    assert not timeline._player.isActive()
    timeline.toggle()
    studio.place(panels.finished(50, run="other"))
    assert not timeline._player.isActive()


# ---------------------------------------------------------------- thumbnails, export, reach


@pytest.mark.parametrize("medium", MEDIUMS)
@pytest.mark.parametrize("side", [8, 96])
def test_thumbnails_of_every_medium_fit_and_show_something(studio, medium, side):
    image = thumbs.thumb(panels.frame(medium, 24), side, theme.DARK)
    assert 0 < max(image.width(), image.height()) <= side
    converted = image.convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = np.frombuffer(converted.constBits(), np.uint8)
    assert pixels.std() > 5


@pytest.mark.parametrize(
    "media",
    [
        Audio(np.zeros((0, 1), np.float32), 8000),
        Audio(np.zeros((3, 2), np.float32), 8000),
        Mesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)),
        Mesh(np.full((3, 3), np.nan, np.float32), np.array([[0, 1, 2]], np.int32)),
        Image(np.zeros((1, 1), np.uint8)),
        Image(np.zeros((1, 4000, 4), np.uint8)),
    ],
)
def test_thumbnails_of_odd_media_do_not_fail(studio, media):
    assert not thumbs.thumb(media, 64, theme.LIGHT).isNull()


def test_a_mesh_is_shaded_and_its_ground_is_clear(studio):
    image = thumbs.thumb(panels.frame("mesh", 24), 96, theme.DARK)
    assert image.pixelColor(1, 1).alpha() == 0
    lit = [image.pixelColor(48, y).value() for y in (20, 48, 80)]
    assert all(image.pixelColor(48, y).alpha() == 255 for y in (20, 48, 80))
    assert max(lit) - min(lit) > 20


def test_export_asks_for_kind_and_speed(qtbot):
    dialog = ExportDialog(24)
    qtbot.addWidget(dialog)
    dialog.kind.setCurrentIndex(2)
    dialog.rate.setValue(8)
    assert (dialog.suffix(), dialog.fps()) == (".mp4", 8.0)
    assert "3.0 s" in dialog.length.text()


def test_every_focusable_widget_has_a_name(timeline, studio):
    studio.place(panels.finished(24))
    nameless = [
        widget
        for widget in timeline.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.accessibleName()
    ]
    assert nameless == []


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_it_paints_in_the_colours_of_the_theme(timeline, studio, qapp, qtbot, mode):
    studio.place(panels.finished(24))
    colours = theme.apply(qapp, mode)
    qtbot.wait(50)
    ground = timeline.film.grab().toImage().pixelColor(4, timeline.film.height() - 8)
    assert ground == QColor(colours.panel)
