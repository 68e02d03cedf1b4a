"""Posing figures in the window: joints dragged and nudged, figures added, mirrored, sized and turned; all undone."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.core import figures
from engines.control.pose import POINTS, drawn
from tests.test_ui_maps import one, rings, studio, window  # noqa: F401  (fixtures)

Left, Shift = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
WRIST, ELBOW = POINTS.index("right wrist"), POINTS.index("right elbow")


@pytest.fixture
def doll(window, studio, qtbot):  # noqa: F811
    studio.edit(size=(512, 512))
    window.control.inputs[0].figure.click()
    page = window.stage.skeleton
    qtbot.waitUntil(page.doll.hasFocus, timeout=20000)
    return page.doll


def pose(studio):  # noqa: F811
    return figures.pose_of(studio.draft.controls[0])


def drag(qtbot, doll, start, end, held=Qt.KeyboardModifier.NoModifier):
    qtbot.mousePress(doll, Left, held, start.toPoint())
    qtbot.mouseMove(doll, ((start + end) / 2).toPoint())
    qtbot.mouseMove(doll, end.toPoint())
    qtbot.mouseRelease(doll, Left, held, end.toPoint())


def joint(doll, number, body=0):
    return doll.at(doll.pose.bodies[body].points[number])


def test_a_figure_without_any_picture_is_a_map(window, studio, doll):  # noqa: F811
    (control,) = studio.draft.controls
    assert (control.kind, control.make) == ("net-1", "pose")
    assert len(pose(studio).bodies) == 1
    assert np.array_equal(control.media.pixels, drawn(pose(studio), control.media.pixels.shape[1::-1]).pixels)
    studio.undo_stack.undo()
    assert studio.draft.controls == ()
    assert window.stage.stack.currentWidget() is not window.stage.skeleton


def test_a_joint_is_dragged_and_undone(studio, doll, qtbot):  # noqa: F811
    before = pose(studio)
    drag(qtbot, doll, joint(doll, WRIST), doll.at((0.2, 0.1)))
    assert pose(studio).bodies[0].points[WRIST] == pytest.approx((0.2, 0.1), abs=0.01)
    assert pose(studio).bodies[0].points[ELBOW] == before.bodies[0].points[ELBOW]
    assert doll.joint == WRIST
    drag(qtbot, doll, joint(doll, ELBOW), doll.at((0.3, 0.3)), Shift)
    moved = pose(studio).bodies[0].points
    assert moved[WRIST][1] != pytest.approx(0.1, abs=0.01)  # it hangs on the elbow
    studio.undo_stack.undo()
    studio.undo_stack.undo()
    assert pose(studio) == before == doll.pose
    studio.undo_stack.redo()
    assert pose(studio).bodies[0].points[WRIST] == pytest.approx((0.2, 0.1), abs=0.01)


def test_escape_gives_a_drag_up(studio, doll, qtbot):  # noqa: F811
    before = pose(studio)
    start = joint(doll, WRIST)
    qtbot.mousePress(doll, Left, pos=start.toPoint())
    qtbot.mouseMove(doll, doll.at((0.1, 0.1)).toPoint())
    assert doll.pose != before
    qtbot.keyClick(doll, Qt.Key.Key_Escape)
    qtbot.mouseRelease(doll, Left, pos=start.toPoint())
    assert pose(studio) == before == doll.pose


def test_keys_step_nudge_and_hide(window, studio, doll, qtbot):  # noqa: F811
    qtbot.keyClick(doll, Qt.Key.Key_J)
    assert doll.joint == 0
    assert "nose" in doll.accessibleDescription()
    size = studio.draft.controls[0].media.pixels.shape[1]
    x, y = pose(studio).bodies[0].points[0]
    qtbot.keyClick(doll, Qt.Key.Key_Right, Shift)
    qtbot.keyClick(doll, Qt.Key.Key_Right)
    assert pose(studio).bodies[0].points[0] == pytest.approx((x + 11 / size, y))
    qtbot.keyClick(doll, Qt.Key.Key_Delete)
    assert pose(studio).bodies[0].points[0] is None
    qtbot.keyClick(doll, Qt.Key.Key_H)
    assert pose(studio).bodies[0].points[0] is not None
    qtbot.keyClick(doll, Qt.Key.Key_Down)  # no joint chosen: the whole figure
    assert doll.joint is None
    assert pose(studio).bodies[0].points[10][1] == pytest.approx(0.91 + 1 / size)


def test_figures_are_added_mirrored_straightened_and_taken_away(window, studio, doll, qtbot):  # noqa: F811
    qtbot.keyClick(doll, Qt.Key.Key_A)
    assert (len(pose(studio).bodies), doll.body) == (2, 1)
    drag(qtbot, doll, joint(doll, WRIST, 1), joint(doll, WRIST, 1) + doll.at((0.1, 0.0)) - doll.at((0.0, 0.1)))
    bent = pose(studio).bodies[1]
    qtbot.keyClick(doll, Qt.Key.Key_M)
    assert pose(studio).bodies[1] == figures.mirrored(bent)
    qtbot.keyClick(doll, Qt.Key.Key_R)
    _, top, _, bottom = figures.bounds(pose(studio).bodies[1])
    assert bottom - top == pytest.approx(0.91 - 0.13)
    qtbot.keyClick(doll, Qt.Key.Key_N)
    assert doll.body == 0
    qtbot.keyClick(doll, Qt.Key.Key_Delete)
    assert len(pose(studio).bodies) == 1
    qtbot.keyClick(doll, Qt.Key.Key_Delete)
    assert pose(studio).bodies == ()
    assert not studio.draft.controls[0].media.pixels.any()
    studio.undo_stack.undo()
    assert len(doll.pose.bodies) == 1


def test_handles_and_keys_size_turn_and_move_the_figure(window, studio, doll, qtbot):  # noqa: F811
    height = lambda: figures.bounds(pose(studio).bodies[0])[3] - figures.bounds(pose(studio).bodies[0])[1]  # noqa: E731
    before, middle = height(), doll._frame_of(doll.pose.bodies[0]).center()
    corner = doll.handles(doll.pose.bodies[0])["size"]
    drag(qtbot, doll, corner, middle + (corner - middle) / 2)
    assert height() == pytest.approx(before / 2, rel=0.05)
    qtbot.keyClick(doll, Qt.Key.Key_BracketRight)
    assert height() == pytest.approx(before / 2 * 1.1, rel=0.05)
    qtbot.keyClick(doll, Qt.Key.Key_Comma)
    neck, nose = (pose(studio).bodies[0].points[n] for n in (1, 0))
    assert nose[0] < neck[0]
    turn = doll.handles(doll.pose.bodies[0])["turn"]
    middle = doll._frame_of(doll.pose.bodies[0]).center()
    drag(qtbot, doll, turn, middle + (turn - middle) * -1)
    neck, nose = (pose(studio).bodies[0].points[n] for n in (1, 0))
    assert nose[1] > neck[1]
    hip = (doll.at(pose(studio).bodies[0].points[8]) + doll.at(pose(studio).bodies[0].points[9])) / 2
    before = pose(studio).bodies[0].points[0]
    drag(qtbot, doll, hip, hip + doll.at((0.1, 0.0)) - doll.at((0.0, 0.0)))
    assert pose(studio).bodies[0].points[0] == pytest.approx((before[0] + 0.1, before[1]), abs=0.01)


def test_a_pose_is_opened_again_and_its_lines_can_be_thicker(window, studio, doll, qtbot):  # noqa: F811
    drag(qtbot, doll, joint(doll, WRIST), doll.at((0.2, 0.1)))
    kept = pose(studio)
    qtbot.keyClick(doll, Qt.Key.Key_Return)
    assert window.stage.stack.currentWidget() is window.stage.invitation
    given = window.control.inputs[0]
    assert list(given.form.rows) == ["stick"]
    given.form.rows["stick"].field.changed.emit(9.0)
    given.figure.click()
    assert doll.pose == kept
    assert doll.stick == 9.0


def test_no_key_of_posing_means_two_things(window):  # noqa: F811
    rows = dict(window.stage.shortcuts())["Posing"]
    pressed = [key.toString() for _, keys in rows for key in keys]
    assert len(pressed) == len(set(pressed))
    of_window = {key.toString() for action in window.actions() for key in action.shortcuts()}
    assert not of_window & set(pressed)
