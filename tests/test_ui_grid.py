"""The window's grids: axes from what the engine declares, cells that fill by the queue, the sheet kept and written."""

import msgspec
import numpy as np
import pytest
from PIL import Image as Picture
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.core import grid as sheets
from app.ui import theme
from app.ui.grid import GridDialog
from app.ui.grid.dialog import span
from engines.contract import AdapterKind, EngineCard, Refused, Request, check
from engines.prompt import grid
from tests import fakes

pytest_plugins = ("tests.studio_kit",)


@pytest.fixture
def dialog(qtbot, studio):
    theme.apply(QApplication.instance(), "dark")
    studio.set_engine("image/fake")
    made = GridDialog(studio)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def sides(dialog, *texts):
    while len(dialog.rows) < len(texts):
        dialog._another()
    for row, text in zip(dialog.rows, texts, strict=True):
        row.set_text(text)
    dialog._look()


def made(qtbot, dialog, *texts):
    sides(dialog, *texts)
    QTest.mouseClick(dialog.make, Qt.MouseButton.LeftButton)
    jobs = dialog.studio
    qtbot.waitUntil(lambda: bool(jobs.jobs) and all(job.ended for job in jobs.jobs), timeout=15000)


# ---------------------------------------------------------------- choosing


def test_axes_offer_what_the_engine_declares(dialog):
    row = dialog.rows[0]
    names = [row.what.itemData(n) for n in range(row.what.count())]
    assert names == ["prompt", "negative", "seed", "size", "steps", "guidance", "sampler", "engine"]
    assert row.text == "guidance=1.5, 3, 4.5"
    row.set_name("seed")
    assert row.text == "seed=7..9"


def test_few_values_are_picked_from_a_list(dialog, qtbot):
    row = dialog.rows[0]
    row.set_text("sampler=euler")
    row._tick()
    assert [(a.text(), a.isChecked()) for a in row.menu.actions()] == [("euler", True), ("heun", False)]
    row.menu.actions()[1].trigger()
    assert row.text == "sampler=euler, heun"
    row.menu.actions()[0].trigger()
    assert row.text == "sampler=heun"


def test_what_the_grid_would_be_is_told_before_it_is_made(dialog, qtbot):
    sides(dialog, "guidance=5..9 step 2", "seed=1..4")
    assert dialog.told.text().startswith("12 results")
    assert dialog.make.isEnabled()
    sides(dialog, "guidance=5..99", "seed=1..4")
    assert dialog.make.isEnabled(), "what an engine refuses costs its cell only"
    sides(dialog, "guidance=x", "seed=1")
    assert "must be a number" in dialog.told.text()
    assert not dialog.make.isEnabled()
    sides(dialog, "prompt=dog|cat", "seed=1")
    assert "'dog' is not in the prompt" in dialog.told.text()


def test_the_forecast_is_learnt_from_earlier_results(dialog, qtbot):
    made(qtbot, dialog, "guidance=1,2")
    qtbot.waitUntil(lambda: sum(square.done for square in dialog.studio.sheet.squares) == 2)
    sides(dialog, "seed=1..50")
    qtbot.waitUntil(lambda: "about" in dialog.told.text())


def test_time_is_told_in_its_largest_units():
    assert [span(s) for s in (0.2, 40, 200, 7500)] == ["1 s", "40 s", "3 min", "2 h 5 min"]


def test_another_engine_keeps_what_was_typed(dialog):
    sides(dialog, "sampler=euler, heun")
    dialog.studio.set_engine("image/other")
    assert dialog.rows[0].text == "sampler=euler, heun"
    dialog._look()
    assert "has no 'sampler'" in dialog.told.text()


# ---------------------------------------------------------------- filling


def test_cells_fill_in_the_order_that_costs_least_and_open_by_a_click(dialog, qtbot):
    studio = dialog.studio
    made(qtbot, dialog, "seed=1,2", "prompt=apple|pear")
    assert [(j.request.prompt, j.request.seed) for j in studio.jobs] == [
        ("a red apple", 1), ("a red apple", 2), ("a red pear", 1), ("a red pear", 2),
    ]  # fmt: skip
    qtbot.waitUntil(lambda: all(square.done for square in studio.sheet.squares))
    assert [square.label for square in studio.sheet.squares] == [
        "seed 1, apple", "seed 2, apple", "seed 1, pear", "seed 2, pear",
    ]  # fmt: skip
    qtbot.waitUntil(lambda: len(dialog.view._pictures) == 4)
    assert dialog.progress.text() == "4 of 4 are made"
    where = dialog.view.place(2).center()
    QTest.mouseClick(dialog.view, Qt.MouseButton.LeftButton, pos=where)
    assert studio.stage.run == studio.sheet.squares[2].run
    assert "pear" in dialog.view.accessibleDescription()


def test_the_sheet_is_walked_by_keys(dialog, qtbot):
    made(qtbot, dialog, "seed=1,2", "guidance=1,2")
    view, studio = dialog.view, dialog.studio
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(view, key)
    assert view.at == 3
    assert studio.stage.run == studio.sheet.squares[3].run
    assert view.square_at(QPoint(view.place(1).center())) == 1


def test_a_cell_that_cannot_be_made_says_why_and_the_others_go_on(dialog, qtbot):
    made(qtbot, dialog, "steps=2,500,3", "prompt=apple|nan")
    squares = dialog.studio.sheet.squares
    qtbot.waitUntil(lambda: sum(square.done for square in dialog.studio.sheet.squares) == 2)
    squares = dialog.studio.sheet.squares
    assert "steps cannot be 500" in squares[1].sentence
    assert [bool(square.run) for square in squares] == [True, False, True, True, False, True]
    assert squares[3].sentence == "Nothing usable came out."
    assert dialog.view.state(squares[3]) == "Nothing usable came out."
    assert "4 could not be" in dialog.progress.text()
    dialog.grab()  # painting a sheet with failures


def test_a_grid_can_be_stopped(dialog, qtbot, opened):
    gate = fakes.Gate()
    dialog.studio.bridge.host.gate = gate
    sides(dialog, "seed=1..4")
    QTest.mouseClick(dialog.make, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(dialog.studio.jobs) == 4)
    assert dialog.stop.isVisible()
    QTest.mouseClick(dialog.stop, Qt.MouseButton.LeftButton)
    gate.open()
    qtbot.waitUntil(lambda: all(job.ended for job in dialog.studio.jobs))
    assert {square.sentence for square in dialog.studio.sheet.squares} == {"Stopped."}


def test_the_last_sheet_is_there_after_a_restart(dialog, qtbot, opened):
    made(qtbot, dialog, "seed=1,2")
    qtbot.waitUntil(lambda: all(square.done for square in dialog.studio.sheet.squares))
    before = dialog.studio.sheet
    dialog.studio.close()
    again = GridDialog(opened())
    again.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(again)
    assert again.studio.sheet == before
    assert again.texts() == ["seed=1,2"]
    qtbot.waitUntil(lambda: len(again.view._pictures) == 2)


def test_the_sheet_is_written_with_its_labels(dialog, qtbot, tmp_path, monkeypatch):
    made(qtbot, dialog, "seed=1,2", "steps=2,500")
    qtbot.waitUntil(lambda: sum(square.done for square in dialog.studio.sheet.squares) == 2)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "sheet"), ""))
    QTest.mouseClick(dialog.export, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (tmp_path / "sheet.png").exists())
    with Picture.open(tmp_path / "sheet.png") as shown:
        assert shown.width > 2 * 96
        assert np.asarray(shown.convert("L")).min() < 60, "the labels are written"


def test_a_sound_has_no_sheet(dialog):
    card = msgspec.structs.replace(fakes.OTHER, info=msgspec.structs.replace(fakes.OTHER.info, medium="audio"))
    dialog.studio._cards["image/other"] = card
    dialog.studio.set_engine("image/other")
    sides(dialog, "seed=1,2")
    assert "makes neither" in dialog.told.text()


# ---------------------------------------------------------------- the words of an axis


def test_ranges_may_be_written_with_dots_and_a_step():
    assert grid.axis("guidance=5..9 step 2", fakes.PICTURE).values == (5.0, 7.0, 9.0)
    assert grid.axis("seed=3..1", fakes.PICTURE).values == (3, 2, 1)
    assert grid.axis("guidance=0.5..1 step 0.25, 4", fakes.PICTURE).values == (0.5, 0.75, 1.0, 4.0)


def test_the_weight_of_a_lora_is_an_axis():
    info = msgspec.structs.replace(fakes.PICTURE.info, adapters=(AdapterKind("film", "Film"),))
    card = EngineCard(info, fakes.PICTURE.params)
    axis = grid.axis("lora film=0, 0.5, 1", card)
    cells = grid.cells(Request(engine="image/fake"), [axis])
    assert [check(card, cell.request).adapters[0].weight for cell in cells] == [0.0, 0.5, 1.0]
    assert axis.cost < 3, "a weight loads nothing anew"
    with pytest.raises(Refused, match="has no 'lora other'"):
        grid.axis("lora other=1", card)


def test_pace_is_learnt_by_steps_and_pixels():
    small = Request(engine="e", size=(500, 1000), options={"steps": 10})
    large = msgspec.structs.replace(small, size=(1000, 1000), options={"steps": 20})
    each = sheets.pace([(small, 5.0), (large, 20.0), (small, 0.0)])
    assert each == pytest.approx(1.0)
    assert each * sheets.work(large) == pytest.approx(20.0)
    assert sheets.pace([]) == 0.0
