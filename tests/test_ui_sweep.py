"""The sweep dialog: what is proposed, what it would cost, plots that fill, points that open, what is written."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core.lab import proposal
from app.ui import theme
from app.ui.lab.sweep import SweepDialog
from engines.contract import EngineCard, Info, Param, Request
from tests import fakes

pytest_plugins = ("tests.studio_kit",)


@pytest.fixture
def dialog(qtbot, studio):
    theme.apply(QApplication.instance(), "dark")
    studio.set_engine("image/fake")
    made = SweepDialog(studio)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def ask(dialog, *over, prompts=("a red apple", "a blue car"), metrics=("vendi",)):
    dialog.ask._show_axes(over)
    dialog.ask.prompts.setPlainText("\n".join(prompts))
    dialog.ask.count.setValue(len(prompts))
    dialog.ask.metrics.offer(proposal.metrics("image"), metrics)
    dialog._look()


def swept(qtbot, dialog, *over):
    ask(dialog, *over)
    QTest.mouseClick(dialog.make, Qt.MouseButton.LeftButton)
    sweeps = dialog.studio.sweeps
    qtbot.waitUntil(lambda: sweeps.trial is not None and sweeps.trial.over and not sweeps.going, timeout=15000)
    dialog._show()
    wanted = [point for one in dialog.plot.plot.series if one.marked for point in one.points]
    qtbot.waitUntil(lambda: [spot.point for spot in dialog.plot.spots] == wanted, timeout=20000)


def test_what_is_worth_trying_is_what_the_engine_has_round_its_values():
    assert proposal.axes(fakes.PICTURE, Request(engine="x", options={"steps": 20})) == [
        "steps=5, 10, 20, 40",
        "guidance=1, 3, 5",
        "sampler=euler, heun",
    ]
    assert proposal.axes(fakes.OTHER, Request(engine="x")) == ["steps=1, 2, 3, 6"]
    assert proposal.values(Param("steps", "int", 30, min=10, max=40)) == ["10", "15", "30", "40"]
    assert proposal.axes(EngineCard(fakes.OTHER.info, ()), Request(engine="x")) == []


def test_prompts_are_the_one_that_is_set_and_the_examples():
    info = Info(name="a/b", title="", summary="", medium="image", family="", takes=("prompt",), presets=("cat", "dog"))
    card = EngineCard(info, ())
    assert proposal.prompts(card, Request(engine="a/b", prompt="dog")) == ["dog", "cat"]
    assert proposal.prompts(card, Request(engine="a/b", prompt=" ")) == ["cat", "dog"]
    assert len(proposal.prompts(fakes.OTHER, Request(engine="x"))) == 0


def test_a_metric_that_asks_for_nothing_else_is_first():
    assert proposal.metrics("image")[0] == "clip"
    assert set(proposal.metrics("mesh")) >= {"closed", "surfaces"}
    assert proposal.metrics("mesh")[0] == "render"
    assert proposal.metrics("audio")[-1] == "clap", "its network does not ship"


def test_the_dialog_begins_with_what_is_proposed(dialog):
    assert [row.text for row in dialog.ask.rows] == ["steps=2, 3, 6, 12", "guidance=1, 3, 5"]
    names = [dialog.ask.rows[0].what.itemData(n) for n in range(dialog.ask.rows[0].what.count())]
    assert "seed" not in names
    assert dialog.ask.prompts.toPlainText() == "a red apple"
    assert dialog.ask.metrics.chosen == ("clip",)
    QTest.mouseClick(dialog.ask.add, Qt.MouseButton.LeftButton)
    assert dialog.ask.rows[2].text == "sampler=euler, heun"
    assert dialog.ask.add.isHidden()


def test_what_it_would_be_is_told_before_it_begins(dialog, qtbot):
    ask(dialog, "steps=2,3", "guidance=1,2,3")
    assert dialog.told.text().startswith("6 cells of 2 results")
    ask(dialog, "steps=x")
    assert "must be a whole number" in dialog.told.text() or "steps" in dialog.told.text()
    assert not dialog.make.isEnabled()
    ask(dialog, "steps=2,3", metrics=("fid",))
    assert "real files" in dialog.told.text()
    assert dialog.ask.metrics.compared.isVisibleTo(dialog)
    assert not dialog.make.isEnabled()


def test_metrics_say_what_they_measure_and_what_they_are_blind_to(dialog):
    metrics = dialog.ask.metrics
    assert "what its prompt says" in metrics.about.text()
    assert "compare only figures of one network" in metrics.about.text()
    assert "Hessel" in metrics.list.item(0).toolTip()


def test_plots_fill_and_the_best_cell_is_told(dialog, qtbot):
    swept(qtbot, dialog, "steps=2,3,4", "guidance=1,2")
    titles = [dialog.which.itemText(n) for n in range(dialog.which.count())]
    assert titles == ["Vendi score against steps", "Vendi score against guidance"] or titles == titles[::-1]
    assert len(dialog.plot.spots) == 6
    assert dialog.verdict.text().startswith("Best by Vendi score: ")
    assert "explains" in dialog.effects.text()
    assert dialog.progress.text() == "6 of 6 cells are measured"
    assert dialog.cells.topLevelItemCount() == 6
    assert "★ best" in dialog.cells.topLevelItem(0).text(4)
    dialog.grab()


def test_a_point_opens_its_result(dialog, qtbot):
    swept(qtbot, dialog, "steps=2,3", "guidance=1,2")
    spot = dialog.plot.spots[0]
    QTest.mouseClick(dialog.plot, Qt.MouseButton.LeftButton, pos=QPoint(round(spot.x), round(spot.y)))
    studio = dialog.studio
    slot = next(s for s in studio.sweeps.trial.slots if "-".join(map(str, s.place)) == spot.point.key)
    assert studio.stage.run == slot.runs[0]
    assert dialog.plot.accessibleDescription() == spot.point.told
    QTest.keyClick(dialog.plot, Qt.Key.Key_Right)
    assert dialog.plot.at == 1
    QTest.keyClick(dialog.plot, Qt.Key.Key_Return)
    assert studio.stage.run != slot.runs[0]
    assert dialog.plot.spot_at(dialog.plot.rect().topLeft().toPointF()) == -1
    last = dialog.cells.topLevelItem(3)
    dialog.cells.itemActivated.emit(last, 0)
    assert studio.stage.run in {slot.runs[0] for slot in studio.sweeps.trial.slots}


def test_a_plot_that_was_chosen_stays(dialog, qtbot):
    swept(qtbot, dialog, "steps=2,3", "guidance=1,2")
    other = dialog.which.itemText(1)
    dialog.which.setCurrentIndex(1)
    dialog.which.activated.emit(1)
    dialog._show()
    assert dialog.which.currentText() == other
    assert dialog.plot.plot.title == other


def test_plots_and_table_are_written(dialog, qtbot, tmp_path: Path):
    swept(qtbot, dialog, "steps=2,3")
    files = {"a.png": False, "a.svg": False, "plot.csv": False, "sweep.csv": True}
    for name, whole in files.items():
        dialog.export_to(tmp_path / name, whole)
    qtbot.waitUntil(lambda: all((tmp_path / name).exists() for name in files), timeout=20000)
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert "vendi vendi" in (tmp_path / "sweep.csv").read_text()
    assert "Vendi score" in (tmp_path / "plot.csv").read_text()


def test_a_sweep_is_stopped_and_gone_on_with(qtbot, opened):
    gate = fakes.Gate()
    studio = opened(gate)
    studio.edit(prompt="a red apple", seed=7)
    studio.set_engine("image/fake")
    made = SweepDialog(studio)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    ask(made, "steps=2,3")
    QTest.mouseClick(made.make, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: gate.reached == 1 and made.stop.isVisible())
    QTest.mouseClick(made.stop, Qt.MouseButton.LeftButton)
    gate.open()
    qtbot.waitUntil(lambda: made.again.isVisible(), timeout=15000)
    QTest.mouseClick(made.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: studio.sweeps.trial.whole and not studio.sweeps.going, timeout=15000)
    again = SweepDialog(studio)
    qtbot.addWidget(again)
    assert again.ask.rows[0].text == "steps=2,3", "the last sweep is there when the dialog opens again"
    assert len(again.ask.wanted().prompts) == 2
