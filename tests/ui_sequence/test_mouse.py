"""Clips selected, moved, trimmed and slipped by the mouse."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from app.core.timeline import edit
from app.core.timeline.values import Take
from tests.ui_sequence.kit import Alt, Ctrl, F, Left, NoMod, Shift, clip, drag, made, spot


def test_a_click_selects_and_shift_adds(panel, qtbot):
    qtbot.mouseClick(panel.canvas, Left, NoMod, spot(panel, "v1", 1))
    assert panel.studio.selection == ("a",)
    qtbot.mouseClick(panel.canvas, Left, Shift, spot(panel, "v2", 9))
    assert panel.studio.selection == ("a", "c")
    qtbot.mouseClick(panel.canvas, Left, NoMod, spot(panel, "v1", 7))
    assert panel.studio.selection == ()
    assert float(panel.studio.playhead) == pytest.approx(7, abs=0.02)


def test_a_clip_is_dragged_along_and_to_another_track(panel, qtbot):
    drag(qtbot, panel, spot(panel, "v1", 1), spot(panel, "v2", 3))
    moved = clip(panel, "a")
    assert float(moved.start) == pytest.approx(2, abs=0.02)
    assert edit.track_of(panel.studio.timeline, "a").id == "v2"
    assert panel.studio.undo_stack.undo_text == "Move clips"
    panel.studio.undo_stack.undo()
    assert panel.studio.timeline == made()


def test_a_clip_does_not_go_to_a_track_of_another_kind(panel, qtbot):
    drag(qtbot, panel, spot(panel, "v1", 1), spot(panel, "a1", 6))
    assert panel.studio.timeline == made()


def test_ctrl_drags_a_copy(panel, qtbot):
    drag(qtbot, panel, spot(panel, "v1", 1), spot(panel, "v1", 9), Ctrl)
    assert clip(panel, "a").start == 0
    assert len(panel.studio.timeline.tracks[0].clips) == 3
    assert panel.studio.selection == (panel.studio.timeline.tracks[0].clips[-1].id,)


def test_escape_gives_a_drag_up(panel, qtbot):
    canvas = panel.canvas
    qtbot.mousePress(canvas, Left, NoMod, spot(panel, "v1", 1))
    qtbot.mouseMove(canvas, spot(panel, "v1", 2))
    canvas._at = QPointF(spot(panel, "v1", 3))
    canvas._dragging = True
    canvas._drag(NoMod)
    assert panel.view.shown != panel.studio.timeline
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert panel.view.shown == panel.studio.timeline == made()


@pytest.mark.parametrize(("grab", "to", "wanted"), [(0.02, 1.0, (1, 2)), (1.98, 3.0, (0, 3))])
def test_both_ends_are_trimmed(panel, qtbot, grab, to, wanted):
    drag(qtbot, panel, spot(panel, "v1", grab), spot(panel, "v1", to))
    found = clip(panel, "a")
    assert (float(found.start), float(found.end)) == pytest.approx(wanted, abs=0.04)
    assert found.offset == found.start


def test_a_sound_is_not_trimmed_beyond_what_there_is(panel, qtbot):
    take = Take("sha256-" + "0" * 64 + ".wav", F(5), id="t")
    panel.studio.arrange("take", lambda one: edit.change_clip(one, "d", takes=(take,), take="t", offset=F(1, 2)))
    drag(qtbot, panel, spot(panel, "a1", 1.02), spot(panel, "a1", -0.4))
    assert clip(panel, "d").start == F(1, 2)
    drag(qtbot, panel, spot(panel, "a1", 3.98), spot(panel, "a1", 9))
    assert clip(panel, "d").end == F(1, 2) + 5


def test_alt_slips_what_is_shown(panel, qtbot):
    drag(qtbot, panel, spot(panel, "v1", 1), spot(panel, "v1", 0.5), Alt)
    found = clip(panel, "a")
    assert (found.start, found.end) == (0, 2)
    assert float(found.offset) == pytest.approx(0.5, abs=0.02)


def test_corners_set_fades(panel, qtbot):
    panel.studio.select(["b"])
    row = panel.view.row_of("v1")
    top = QPoint(round(panel.view.x(4)) + 3, panel.view.top(row) + 5)
    drag(qtbot, panel, top, top + QPoint(40, 0))
    assert float(clip(panel, "b").fade_in) == pytest.approx(0.5, abs=0.02)


def test_a_rectangle_selects_what_it_touches(panel, qtbot):
    drag(qtbot, panel, spot(panel, "v1", 3), spot(panel, "v2", 9))
    assert set(panel.studio.selection) == {"b", "c"}
    assert panel.studio.timeline == made()


def test_clips_snap_to_one_another(panel, qtbot):
    panel.view.snapping, panel.view.grid = True, "off"
    drag(qtbot, panel, spot(panel, "v1", 1), spot(panel, "v1", 3) + QPoint(4, 0))
    assert clip(panel, "a").end == 4
    panel.view.grid = "beat"
    drag(qtbot, panel, spot(panel, "v2", 9), spot(panel, "v2", 9.5) + QPoint(3, 0))
    assert clip(panel, "c").start == F(17, 2)
