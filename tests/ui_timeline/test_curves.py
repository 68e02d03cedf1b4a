"""Curves as values, the lanes they are drawn in, and branches from a step."""

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt

from app.core.job import Done, Queued
from app.ui.timeline import curve
from app.ui.timeline.laneview import NOTHING
from app.ui.timeline.points import PointsDialog
from engines.contract import Curve, EngineCard, Param
from tests import panels
from tests.ui_timeline.conftest import GUIDANCE, Left, move, spot

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
