"""The timeline: every step shown and scrubbed, branches from any step, curves drawn by mouse and by keys."""

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget

from app.core.job import Done, Queued, Running
from app.ui import theme, thumbs
from app.ui.timeline import Timeline, curve
from app.ui.timeline.axis import GUTTER, Axis
from app.ui.timeline.export import ExportDialog
from app.ui.timeline.laneview import NOTHING
from app.ui.timeline.plot import heights
from app.ui.timeline.points import PointsDialog
from engines.contract import MEDIUMS, Audio, Curve, EngineCard, Image, Mesh, Param
from tests import panels

Left, NoMod = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
GUIDANCE = panels.CARD.params[1]


@pytest.fixture
def studio(qapp, tmp_path):
    theme.apply(qapp, "dark")
    return panels.LightStudio(tmp_path)


@pytest.fixture
def timeline(studio, qtbot):
    made = Timeline(studio)
    qtbot.addWidget(made)
    made.resize(1400, 420)
    made.show()
    qtbot.waitExposed(made)
    return made


def spot(timeline: Timeline, step: float, widget: QWidget, y: int | None = None) -> QPoint:
    return QPoint(int(timeline.axis.x(step)), widget.height() // 2 if y is None else y)


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


# ---------------------------------------------------------------- curves as values


@pytest.mark.parametrize("place", [0.0, 0.25, 1.0])
def test_the_first_point_keeps_the_ends(place):
    made, index = curve.tent(5.0, place, 9.0)
    assert made.points[index] == (place, 9.0)
    assert made.at(place) == 9.0
    assert {made.at(0.0), made.at(1.0)} <= {5.0, 9.0}


@pytest.mark.parametrize("shape", curve.SHAPES)
def test_points_come_move_and_go(shape):
    start = Curve(((0.0, 1.0), (1.0, 3.0)), shape)
    more, index = curve.added(start, 0.5, 7.0)
    assert index == 1
    assert more.points[1] == (0.5, 7.0)
    beyond = curve.moved(more, 1, 4.0, 6.0)
    assert beyond.points[1] == (1.0, 6.0)
    assert curve.removed(more, 1) == start
    assert curve.removed(Curve(((0.3, 1.0),)), 0) is None
    assert curve.reshaped(more, "hold").points == more.points


@pytest.mark.parametrize(
    "param",
    [
        GUIDANCE,
        Param("open", "float", 1.0, curve=True),
        Param("count", "int", 3, min=0, max=8, curve=True),
        Param("fine", "float", 0.0, min=-0.001, max=0.001, curve=True),
    ],
)
@pytest.mark.parametrize("value", [-1e9, 0.1234567, 3.3, 1e9])
def test_values_stay_inside_the_declared_bounds(param, value):
    low, high = curve.bounds(param)
    near = curve.snapped(param, value)
    assert low <= near <= high
    assert param.min is None or near >= param.min
    assert param.max is None or near <= param.max
    assert curve.snapped(param, near) == pytest.approx(near)
    assert curve.grain(param) > 0
    assert isinstance(near, int) or param.kind != "int"


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


def move(widget: QWidget, place: QPoint, buttons=Left, modifiers=NoMod) -> None:
    """A mouse move with a button down, which pytest-qt cannot make."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    where = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, widget.mapToGlobal(where), Qt.MouseButton.NoButton, buttons, modifiers
    )
    QApplication.sendEvent(widget, event)


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


# ---------------------------------------------------------------- branching


def test_b_branches_from_the_step_on_the_stage(timeline, studio, qtbot):
    studio.place(panels.finished(24))
    timeline.film.go(7)
    qtbot.keyClick(timeline.film, Qt.Key.Key_B)
    timeline.branch.click()
    assert studio.called("branch") == [(7,), (7,)]


@pytest.mark.parametrize(
    ("step", "resumable", "word"), [(7, False, "checkpoint"), (24, True, "last step"), (25, True, "result")]
)
def test_where_nothing_can_branch_the_reason_is_said(timeline, studio, qtbot, step, resumable, word):
    studio.place(panels.finished(24, resumable=resumable))
    timeline.film.go(step)
    qtbot.keyClick(timeline.film, Qt.Key.Key_B)
    assert studio.called("branch") == []
    assert word in timeline.film.obstacle(step)
    assert not timeline.branch.isEnabled()
    assert timeline.branch.toolTip() == timeline.film.obstacle(step)
    action = timeline.film.menu(step).actions()[0]
    assert not action.isEnabled()
    assert action.toolTip() == timeline.film.obstacle(step)


def test_the_menu_branches_from_the_step_under_the_mouse(timeline, studio):
    studio.place(panels.finished(24))
    timeline.film.menu(5).actions()[0].trigger()
    assert studio.called("branch") == [(5,)]


def test_the_chip_branches(timeline, studio, qtbot):
    studio.place(panels.finished(24))
    chip = timeline.film._chip_box(6).center().toPoint()
    qtbot.mouseClick(timeline.film, Left, pos=chip)
    assert studio.called("branch") == [(6,)]


def test_flags_show_where_branches_left(timeline, studio):
    studio.entries = [panels.entry(n, parent="run-1", parent_step=step) for n, step in ((2, 8), (3, 8), (4, 15))]
    studio.jobs = [panels.job(9, state=Queued(), parent="run-1", parent_step=3)]
    studio.place(panels.finished(24))
    assert timeline.film.marks == {8: 2, 15: 1, 3: 1}
    studio.jobs = []
    studio.jobs_changed.emit()
    assert 3 not in timeline.film.marks


def test_a_branch_shows_the_steps_it_shares_with_its_parent(timeline, studio, qtbot):
    steps = panels.rows(24)[8:]
    job = msgspec.structs.replace(panels.job(2, state=Done("/x.png"), parent="run-1", parent_step=8), steps=steps)
    studio.place(panels.Subject("run-2", job=job, rows=steps))
    timeline.axis.zoom(0.9)
    qtbot.waitUntil(lambda: len(studio.called("frame")) >= 24)
    assert ("run-1", 8) in studio.called("frame")
    assert ("run-2", 8) not in studio.called("frame")
    qtbot.keyClick(timeline.film, Qt.Key.Key_Home)
    assert studio.stage.step == 9
    qtbot.mouseDClick(timeline.film, Left, pos=spot(timeline, 3, timeline.film))
    assert studio.called("show") == [("run-1",)]
    assert studio.calls[-1] == ("scrub", 3)


# ---------------------------------------------------------------- lanes


def test_one_lane_for_every_option_that_can_be_a_curve(timeline, studio):
    assert [lane.param.name for lane in timeline.lanes] == ["guidance", "control"]
    studio.use_card(EngineCard(panels.CARD.info, panels.CARD.params[:2]))
    assert [lane.param.name for lane in timeline.lanes] == ["guidance"]
    studio.use_card(EngineCard(panels.CARD.info, ()))
    assert timeline.lanes == []


def test_a_constant_is_dragged(timeline, studio, qtbot):
    lane = timeline.lanes[0]
    start = QPoint(int(timeline.axis.x(5)), int(lane._y(5.0)))
    qtbot.mousePress(lane, Left, pos=start)
    move(lane, QPoint(start.x(), int(lane._y(10.0))))
    assert studio.draft.options == {}  # one edit when the mouse is let go, so that one undo takes it back
    assert lane.constant == pytest.approx(10.0, abs=0.5)
    qtbot.mouseRelease(lane, Left, pos=start)
    assert studio.draft.options["guidance"] == pytest.approx(10.0, abs=0.5)
    assert len(studio.called("edit")) == 1


def test_a_double_click_makes_a_curve_and_points_are_dragged(timeline, studio, qtbot):
    lane = timeline.lanes[0]
    qtbot.mouseDClick(lane, Left, pos=QPoint(int(timeline.axis.x(12)), int(lane._y(11.0))))
    made = studio.draft.curves["guidance"]
    assert [position for position, _ in made.points] == [0.0, pytest.approx(11 / 23), 1.0]
    assert made.points[0][1] == made.points[2][1] == 5.0
    qtbot.mousePress(lane, Left, pos=QPoint(int(timeline.axis.x(12)), int(lane._y(made.points[1][1]))))
    assert lane.selected == 1
    move(lane, QPoint(int(timeline.axis.x(15)), int(lane._y(2.0))))
    qtbot.mouseRelease(lane, Left)
    position, value = studio.draft.curves["guidance"].points[1]
    assert position == pytest.approx(14 / 23)
    assert value == pytest.approx(2.0, abs=0.5)
    qtbot.keyClick(lane, Qt.Key.Key_Delete)
    assert len(studio.draft.curves["guidance"].points) == 2


def test_a_drag_beyond_the_lane_stays_inside_the_bounds(timeline, studio, qtbot):
    lane = timeline.lanes[1]
    lane.set_curve(Curve(((0.0, 0.5), (0.5, 0.5), (1.0, 0.5))))
    qtbot.mousePress(lane, Left, pos=QPoint(int(timeline.axis.x_of(0.5)), int(lane._y(0.5))))
    move(lane, QPoint(5000, -4000))
    qtbot.mouseRelease(lane, Left)
    assert studio.draft.curves["control"].points[1] == (1.0, 1.0)


def test_curves_by_keys_alone(timeline, studio, qtbot):
    lane, key = timeline.lanes[0], Qt.Key
    ctrl, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    studio.place(panels.finished(11))
    timeline.film.go(6)
    qtbot.keyClick(lane, key.Key_Up)
    assert studio.draft.options["guidance"] == pytest.approx(5.2)
    qtbot.keyClick(lane, key.Key_Down, shift)
    assert studio.draft.options["guidance"] == pytest.approx(3.2)
    qtbot.keyClick(lane, key.Key_Insert)
    assert studio.draft.curves["guidance"].points[1] == (0.5, pytest.approx(3.2))
    qtbot.keyClick(lane, key.Key_Up)
    qtbot.keyClick(lane, key.Key_Right)
    assert studio.draft.curves["guidance"].points[1] == (pytest.approx(0.6), pytest.approx(3.4))
    qtbot.keyClick(lane, key.Key_Left, ctrl)
    assert lane.selected == 0
    qtbot.keyClick(lane, key.Key_Escape)
    assert lane.selected == NOTHING
    qtbot.keyClick(lane, key.Key_N)
    for _ in range(3):
        qtbot.keyClick(lane, key.Key_Delete)
    assert "guidance" not in studio.draft.curves


def test_the_lane_menu(timeline, studio):
    lane = timeline.lanes[0]
    lane.set_curve(Curve(((0.0, 2.0), (1.0, 8.0))))
    actions = {action.text().split("\t")[0]: action for action in lane.menu(None).actions()}
    actions["Smooth"].trigger()
    assert studio.draft.curves["guidance"].shape == "smooth"
    actions["Reset to constant"].trigger()
    assert "guidance" not in studio.draft.curves
    lane.set_constant(9.0)
    actions["Default value"].trigger()
    assert lane.constant == 5.0


def test_the_list_of_points_gives_the_same_curve(qtbot, studio):
    start = Curve(((0.0, 2.0), (0.4, 9.0), (1.0, 4.0)), "smooth")
    dialog = PointsDialog("Guidance", GUIDANCE, start, total=11)
    qtbot.addWidget(dialog)
    assert dialog.curve() == start
    dialog.table.setCurrentCell(1, 0)
    dialog.add()
    assert len(dialog.curve().points) == 4
    dialog._box(3, 0).setValue(2)
    dialog._box(3, 1).setValue(99)
    assert dialog.curve().points[1] == (pytest.approx(0.1), 15.0)
    dialog.table.setCurrentCell(3, 0)
    dialog.drop()
    assert dialog.curve() == start


def test_a_lane_is_told_in_words(timeline, studio):
    lane = timeline.lanes[0]
    assert lane.accessibleDescription() == "constant 5"
    studio.edit(curves={"guidance": Curve(((0.0, 2.0), (1.0, 8.0)), "hold")})
    assert lane.accessibleDescription() == "curve, Hold, by step: 1: 2, 24: 8"


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
