"""The history panel: found by words and filters, shown as a grid or as a tree of branches, and acted on by keys."""

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from app.ui import theme
from app.ui.history import HistoryPanel
from app.ui.history.model import ENTRY, NOTE, Entries, HistoryList, HistoryTree
from tests import panels

Key = Qt.Key


@pytest.fixture
def studio(qapp, tmp_path):
    theme.apply(qapp, "dark")
    return panels.LightStudio(tmp_path)


@pytest.fixture
def panel(studio, qtbot):
    made = HistoryPanel(studio)
    qtbot.addWidget(made)
    made.resize(360, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


def fill(studio, panel, qtbot, entries) -> None:
    studio.entries = list(entries)
    studio.history_changed.emit()
    qtbot.waitUntil(lambda: len(panel.list.entries) == min(len(studio.entries), panel._wanted))


def choose(panel, *rows) -> None:
    view = panel._view()
    view.clearSelection()
    for row in rows:
        index = view.model().index(row, 0)
        view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.Select)
    view.setFocus()


def some(count: int) -> list:
    return [panels.entry(n, f"prompt {n}", favourite=n % 2 == 0) for n in range(count, 0, -1)]


# ---------------------------------------------------------------- models


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([3, 2, 1], [4, 3, 2, 1]),
        ([3, 2, 1], [3, 1]),
        ([3, 1], [3, 2, 1]),
        ([5, 4, 3], [6, 4, 2]),
        ([3, 2, 1], [3, 2, 1, 0]),
        ([3, 2], [2, 3]),
        ([], [2, 1]),
        ([2, 1], []),
        (list(range(600, 0, -1)), list(range(600, 0, -2))),
    ],
)
def test_the_list_follows_what_it_is_given(qapp, qtmodeltester, studio, before, after):
    owner = HistoryPanel(studio)
    model = HistoryList(Entries(studio, owner), owner)
    qtmodeltester.check(model)
    model.show([panels.entry(n) for n in before])
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.show([panels.entry(n) for n in after])
    assert [model.index(row).data(ENTRY).run for row in range(model.rowCount())] == [f"run-{n}" for n in after]
    assert all(model.find(f"run-{n}").row() == row for row, n in enumerate(after))
    small_change = 0 < len(before) < 10 and [n for n in before if n in after] == [n for n in after if n in before]
    assert not (small_change and resets)


def test_the_tree_hangs_branches_under_their_parents(qapp, qtmodeltester, studio):
    owner = HistoryPanel(studio)
    tree = HistoryTree(Entries(studio, owner), owner)
    tree.show(
        [
            panels.entry(5, parent="run-2", parent_step=9),
            panels.entry(4, parent="run-99", parent_step=3),
            panels.entry(3, parent="run-1", parent_step=12),
            panels.entry(2, parent="run-1", parent_step=6),
            panels.entry(1),
        ]
    )
    qtmodeltester.check(tree)
    top = [tree.index(row, 0).data(ENTRY).run for row in range(tree.rowCount())]
    assert top == ["run-4", "run-1"]
    assert "not shown" in tree.index(0, 0).data(NOTE)
    parent = tree.find("run-1")
    assert [tree.index(row, 0, parent).data(ENTRY).run for row in range(2)] == ["run-2", "run-3"]
    assert tree.index(0, 0, parent).data(NOTE).startswith("from step 6")
    assert tree.find("run-5").parent() == tree.find("run-2")


def test_a_row_of_rings_is_no_endless_tree(qapp, studio):
    owner = HistoryPanel(studio)
    tree = HistoryTree(Entries(studio, owner), owner)
    tree.show([panels.entry(1, parent="run-2", parent_step=1), panels.entry(2, parent="run-1", parent_step=1)])
    assert tree.rowCount() == 1
    assert tree.rowCount(tree.index(0, 0)) == 1


# ---------------------------------------------------------------- looking


def test_search_waits_for_the_typing_to_pause(panel, studio, qtbot):
    fill(studio, panel, qtbot, [panels.entry(2, "a blue car"), panels.entry(1, "a red apple")])
    studio.calls.clear()
    qtbot.keyClicks(panel.search, "blue")
    qtbot.waitUntil(lambda: len(panel.list.entries) == 1)
    assert [call[0] for call in studio.called("page")] == ["blue"]
    qtbot.keyClicks(panel.search, "zzz")
    qtbot.waitUntil(lambda: panel.pages.currentWidget() is panel.empty)
    assert "Clear the search" in panel.empty.text()


def test_filters(panel, studio, qtbot):
    fill(studio, panel, qtbot, [panels.entry(3, medium="audio"), panels.entry(2, favourite=True), panels.entry(1)])
    panel.stars.setChecked(True)
    qtbot.waitUntil(lambda: [entry.run for entry in panel.list.entries] == ["run-2"])
    panel.stars.setChecked(False)
    panel.medium.setCurrentIndex(panel.medium.findData("audio"))
    qtbot.waitUntil(lambda: [entry.run for entry in panel.list.entries] == ["run-3"])


def test_a_late_answer_to_an_older_question_is_not_shown(panel, studio, qtbot):
    fill(studio, panel, qtbot, some(3))
    panel._take(panel._turn - 1, [])
    assert len(panel.list.entries) == 3


def test_thousands_of_results_load_page_by_page_and_few_thumbnails(panel, studio, qtbot):
    studio.entries = some(5000)
    studio.history_changed.emit()
    qtbot.waitUntil(lambda: len(panel.list.entries) == 200)
    qtbot.wait(200)
    assert len(studio.called("thumbnail")) < 60
    panel.grid_view.verticalScrollBar().setValue(panel.grid_view.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: len(panel.list.entries) == 400)
    assert panel.list.entries[-1].run == "run-4601"


def test_the_tree_shows_and_keeps_the_selection(panel, studio, qtbot):
    fill(studio, panel, qtbot, [panels.entry(2, parent="run-1", parent_step=6), panels.entry(1)])
    panel.as_tree.setChecked(True)
    assert panel.pages.currentWidget() is panel.tree_view
    panel.tree_view.setCurrentIndex(panel.tree.find("run-2"))
    studio.history_changed.emit()
    qtbot.wait(120)
    assert [entry.run for entry in panel.chosen()] == ["run-2"]


# ---------------------------------------------------------------- acting


def test_keys_act_on_the_chosen(panel, studio, qtbot):
    fill(studio, panel, qtbot, some(4))
    choose(panel, 1)
    studio.place(panels.finished(run="run-4"))
    for key in (Key.Key_Space, Key.Key_Return, Key.Key_Enter, Key.Key_C):
        qtbot.keyClick(panel.grid_view, key)
    assert studio.called("show") == [("run-3",)]
    assert studio.called("use_settings") == [("run-3",), ("run-3",)]
    assert studio.called("compare") == [("run-4", "run-3")]
    qtbot.keyClick(panel.grid_view, Key.Key_S)
    assert next(entry for entry in studio.entries if entry.run == "run-3").favourite


def test_two_chosen_are_compared_with_each_other(panel, studio, qtbot):
    fill(studio, panel, qtbot, some(4))
    choose(panel, 0, 2)
    qtbot.keyClick(panel.grid_view, Key.Key_C)
    assert studio.called("compare") == [("run-4", "run-2")]


def test_starring_several_gives_all_a_star_first(panel, studio, qtbot):
    fill(studio, panel, qtbot, some(4))
    choose(panel, 0, 1)
    qtbot.keyClick(panel.grid_view, Key.Key_S)
    assert [entry.favourite for entry in studio.entries[:2]] == [True, True]


def test_stars_are_given_by_their_number_and_sifted_by(panel, studio, qtbot):
    fill(studio, panel, qtbot, some(4))
    choose(panel, 0, 1)
    qtbot.keyClick(panel.grid_view, Key.Key_4)
    assert [entry.stars for entry in studio.entries] == [4, 4, 0, 0]
    panel.least.actions()[3].trigger()
    qtbot.waitUntil(lambda: [entry.run for entry in panel.list.entries] == ["run-4", "run-3"])
    panel.least.actions()[5].trigger()
    qtbot.waitUntil(lambda: panel.pages.currentWidget() is panel.empty)
    panel.least.actions()[0].trigger()
    qtbot.waitUntil(lambda: len(panel.list.entries) == 4)
    choose(panel, 0)
    qtbot.keyClick(panel.grid_view, Key.Key_0)
    assert [entry.stars for entry in studio.entries] == [0, 4, 0, 0]


def test_delete_has_an_undo_and_keeps_the_place(panel, studio, qtbot):
    fill(studio, panel, qtbot, some(5))
    choose(panel, 2)
    qtbot.keyClick(panel.grid_view, Key.Key_Delete)
    qtbot.waitUntil(lambda: len(panel.list.entries) == 4)
    assert studio.called("delete") == [(["run-3"],)]
    assert panel.grid_view.currentIndex().row() == 2
    assert panel.undo_bar.isVisible()
    panel._undo_delete()
    qtbot.waitUntil(lambda: len(panel.list.entries) == 5)
    assert not panel.undo_bar.isVisible()


def test_a_click_shows_and_a_click_that_selects_more_does_not(panel, studio, qtbot):
    fill(studio, panel, qtbot, some(4))
    qtbot.wait(50)
    first, second = (panel.grid_view.visualRect(panel.list.index(row)).center() for row in (0, 1))
    qtbot.mouseClick(panel.grid_view.viewport(), Qt.MouseButton.LeftButton, pos=first)
    assert studio.called("show") == [("run-4",)]
    ctrl = Qt.KeyboardModifier.ControlModifier
    qtbot.mouseClick(panel.grid_view.viewport(), Qt.MouseButton.LeftButton, ctrl, pos=second)
    assert len(panel.chosen()) == 2


def test_save_as_and_copy_and_reveal(panel, studio, qtbot, monkeypatch, tmp_path):
    fill(studio, panel, qtbot, some(2))
    choose(panel, 0)
    target = tmp_path / "mine.png"
    opened: list[QUrl] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (str(target), ""))
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    panel._save_as()
    panel._copy()
    panel._reveal()
    assert studio.called("save_as") == [("run-2", target)]
    assert QApplication.clipboard().text() == "prompt 2"
    assert opened == [QUrl.fromLocalFile("/gallery")]


def test_dragged_out_it_is_a_file(panel, studio, qtbot):
    fill(studio, panel, qtbot, some(2))
    data = panel.list.mimeData([panel.list.index(0), panel.list.index(1)])
    assert [url.toLocalFile() for url in data.urls()] == ["/gallery/2.png", "/gallery/1.png"]
    assert panel.list.flags(panel.list.index(0)) & Qt.ItemFlag.ItemIsDragEnabled


def test_a_file_dropped_in_is_opened(panel, studio):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/somewhere/a.png"), QUrl("https://example.org/b.png")])
    none, copy = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPointF(9, 9).toPoint(), copy, data, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(panel, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(panel, QDropEvent(QPointF(9, 9), copy, data, Qt.MouseButton.LeftButton, none))
    assert studio.called("open_file") == [(Path("/somewhere/a.png"),)]


def test_the_tooltip_is_the_recipe_in_short(panel, studio, qtbot):
    given = panels.entry(1, "a fox", negative="rain", seed=7, width=128, height=96, parent="run-0", parent_step=4)
    fill(studio, panel, qtbot, [given])
    tip = panel.list.index(0).data(Qt.ItemDataRole.ToolTipRole)
    for word in ("a fox", "without: rain", "image/test", "seed 7", "128×96", "step 4"):
        assert word in tip


def test_every_focusable_widget_has_a_name(panel):
    nameless = [
        widget
        for widget in panel.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.accessibleName() and widget.isVisible()
    ]
    assert nameless == []
