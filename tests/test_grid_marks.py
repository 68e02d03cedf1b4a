"""Cells of a grid with a figure or a star each: the best, what the sides do, and what is painted."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core.grid import Sheet, Square
from app.core.lab import sheet as sheets
from app.core.lab import verdict
from app.core.lab.sweep import Aim
from app.ui import theme
from app.ui.grid import GridDialog
from app.ui.grid.marks import BETTER, Marks
from engines.files.contact import Heads

pytest_plugins = ("tests.studio_kit",)
AIM = Aim("clip score", "CLIP score", "higher", "")


@pytest.fixture
def dialog(qtbot, studio):
    theme.apply(QApplication.instance(), "dark")
    studio.set_engine("image/fake")
    made = GridDialog(studio)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    studio.make_grid(["seed=1,2,3", "guidance=1,2"])
    qtbot.waitUntil(lambda: studio.sheet and all(square.done for square in studio.sheet.squares), timeout=15000)
    return made


def test_squares_lie_where_the_grid_has_them():
    heads = Heads(("a", "b", "c"), ("d", "e"), ("f", "g"))
    sheet = Sheet(("seed=1", "guidance=1", "steps=1"), heads, tuple(Square(run=str(n)) for n in range(12)))
    assert [sheets.place(sheet, n) for n in (0, 2, 3, 11)] == [(0, 0, 0), (2, 0, 0), (0, 1, 0), (2, 1, 1)]
    figures = {str(n): float(n % 3) for n in range(12)}  # the first side decides alone
    told = sheets.judged(sheet, figures, AIM)
    assert told.effects()[0].axis == 0
    assert told.effects()[0].share == pytest.approx(1)
    assert verdict.effects(told).startswith("Of the differences in CLIP score, seed explains 100 %")


def test_how_good_a_figure_is_goes_by_which_way_is_better():
    figures = {"a": 1.0, "b": 2.0, "c": 5.0}
    assert [sheets.share(one, figures, "higher") for one in figures.values()] == [0, 0.25, 1]
    assert [sheets.share(one, figures, "lower") for one in figures.values()] == [1, 0.75, 0]
    assert sheets.share(3.0, {"a": 3.0}, "higher") == 0.5
    assert sheets.share(float("nan"), figures, "higher") == 0.5


def test_cells_are_measured_and_the_best_is_marked(dialog, qtbot):
    studio = dialog.studio
    names = [dialog.marks.itemData(n) for n in range(dialog.marks.count())]
    assert names[:3] == ["", "favourite", "clip"]
    assert "vendi" not in names, "of a single picture it says nothing"
    dialog.marks.setCurrentIndex(2)
    dialog.marks.activated.emit(2)
    qtbot.waitUntil(lambda: len(studio.judging.figures) == 6 and not studio.judging.waiting, timeout=15000)
    marks = Marks(studio.judging)
    assert studio.judging.figures[marks.best] == max(studio.judging.figures.values())
    assert "the best" in marks.told(marks.best)
    assert "explains" in dialog.effects.text()
    at = next(n for n, square in enumerate(studio.sheet.squares) if square.run == marks.best)
    shown = dialog.view.grab().toImage()
    where = dialog.view.place(at)
    assert QColor(shown.pixel(where.left() + 1, where.center().y())).name() == BETTER


def test_stars_are_votes(dialog, qtbot):
    studio = dialog.studio
    studio.judging.judge(sheets.VOTE)
    qtbot.waitUntil(lambda: len(studio.judging.figures) == 6)
    dialog.view.setFocus()
    dialog.view.go(1)
    QTest.keyClick(dialog.view, Qt.Key.Key_S)
    run = studio.sheet.squares[1].run
    qtbot.waitUntil(lambda: studio.judging.figures.get(run) == 1.0)
    assert Marks(studio.judging).told(run) == "Favourite"
    assert sum(studio.judging.figures.values()) == 1
    dialog.view.grab()
    studio.judging.judge("")
    assert studio.judging.sweep is None
    assert dialog.effects.text() == ""
