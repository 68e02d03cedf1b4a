"""Clips split, copied, nudged and walked by keys."""

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QApplication

from app.core.timeline import edit
from app.core.timeline.values import Title
from app.ui.sequence.deeds import MIME
from app.ui.sequence.wording import words_of
from tests.ui_sequence.kit import Alt, Ctrl, F, Shift, clip


def test_split_duplicate_delete_undo(panel, qtbot):
    canvas, studio = panel.canvas, panel.studio
    studio.set_playhead(F(3, 2))
    qtbot.keyClick(canvas, Qt.Key.Key_S)
    assert [len(track.clips) for track in studio.timeline.tracks] == [3, 1, 2]
    studio.select(["a"])
    qtbot.keyClick(canvas, Qt.Key.Key_D, Ctrl)
    assert studio.timeline.tracks[0].clips[1].start == F(3, 2)
    studio.undo_stack.undo()
    studio.undo_stack.undo()
    studio.select(["a", "d"])
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert [len(track.clips) for track in studio.timeline.tracks] == [1, 1, 0]
    studio.undo_stack.undo()
    studio.select(["a"])
    qtbot.keyClick(canvas, Qt.Key.Key_Delete, Shift)
    assert clip(panel, "b").start == 2


def test_clips_begin_and_end_at_the_playhead_and_gaps_close(panel, qtbot):
    canvas, studio = panel.canvas, panel.studio
    studio.set_playhead(F(3, 2))
    qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)  # nothing is selected: all that lie there
    assert [(clip(panel, id).start, clip(panel, id).end) for id in "ad"] == [(0, F(3, 2)), (1, F(3, 2))]
    studio.undo_stack.undo()
    studio.select(["a"])
    qtbot.keyClick(canvas, Qt.Key.Key_BracketLeft)
    assert (clip(panel, "a").start, clip(panel, "a").offset, clip(panel, "d").start) == (F(3, 2), F(3, 2), 1)
    studio.undo_stack.undo()
    qtbot.keyClick(canvas, Qt.Key.Key_Q)
    assert [(clip(panel, id).start, clip(panel, id).end) for id in "ab"] == [(0, F(1, 2)), (F(5, 2), F(9, 2))]
    assert (clip(panel, "a").offset, studio.playhead) == (F(3, 2), 0)
    studio.undo_stack.undo()
    studio.set_playhead(F(3, 2))
    qtbot.keyClick(canvas, Qt.Key.Key_W)
    assert [(clip(panel, id).start, clip(panel, id).end) for id in "ab"] == [(0, F(3, 2)), (F(7, 2), F(11, 2))]
    assert clip(panel, "c").start == 8, "on another track"
    studio.undo_stack.undo()
    assert clip(panel, "b").start == 4


def test_what_is_chosen_from_the_playhead_on_and_the_range_around_it(panel, qtbot):
    canvas, studio = panel.canvas, panel.studio
    studio.set_playhead(F(1))
    qtbot.keyClick(canvas, Qt.Key.Key_A)
    assert set(studio.selection) == {"b", "c", "d"}
    qtbot.keyClick(canvas, Qt.Key.Key_X)
    assert studio.timeline.span == (1, 10)


def test_copy_and_paste_at_the_playhead(panel, qtbot):
    canvas, studio = panel.canvas, panel.studio
    studio.select(["a", "d"])
    qtbot.keyClick(canvas, Qt.Key.Key_C, Ctrl)
    studio.set_playhead(F(20))
    qtbot.keyClick(canvas, Qt.Key.Key_V, Ctrl)
    assert len(studio.selection) == 2
    assert [clip(panel, id).start for id in studio.selection] == [20, 21]
    assert set(studio.selection).isdisjoint({"a", "d"})


@pytest.mark.parametrize(
    "text", [None, b"", b"[[", b'[["a", "nothing", {}]]', b'[["v1", "picture", {"start": "1/0"}]]']
)
def test_what_is_no_clip_is_not_pasted(panel, qtbot, text):
    QApplication.clipboard().clear()
    if text is not None:
        data = QMimeData()
        data.setData(MIME, text)
        QApplication.clipboard().setMimeData(data)
    before, heard = panel.studio.project, []
    panel.studio.notice.connect(lambda kind, sentence: heard.append(kind))
    qtbot.keyClick(panel.canvas, Qt.Key.Key_V, Ctrl)
    assert panel.studio.project == before
    assert heard == ([] if text is None else ["warning"])


def test_nudge_is_a_line_of_the_grid(panel, qtbot):
    panel.view.grid = "beat"
    panel.studio.select(["a"])
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Right, Alt)
    assert clip(panel, "a").start == F(1, 2)
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Right, Alt | Shift)
    assert clip(panel, "a").start == F(5, 2)


def test_clips_are_walked_without_a_mouse(panel, qtbot):
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Right, Ctrl)
    assert panel.studio.selection == ("a",)
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Right, Ctrl)
    assert panel.studio.selection == ("b",)
    assert "b" in panel.canvas.accessibleDescription()
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Down)
    assert panel.studio.playhead == 1


def test_words_are_edited_in_place(panel, qtbot):
    panel.studio.arrange("title", lambda one: edit.change_clip(one, "a", title=Title("Old")))
    panel.studio.select(["a"])
    qtbot.keyClick(panel.canvas, Qt.Key.Key_F2)
    assert panel.wording.isVisible()
    assert panel.wording.text() == "Old"
    panel.wording.setText("Eight bars")
    qtbot.keyClick(panel.wording, Qt.Key.Key_Return)
    assert words_of(clip(panel, "a")) == "Eight bars"
    assert not panel.wording.isVisible()
