"""Small widgets, the form made of what an engine declares, and start media."""

import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QAbstractButton

from app.ui.declared import words
from app.ui.drop import Drop
from app.ui.form import Form
from app.ui.size import snap
from app.ui.widgets import Number, Section, _nice
from engines.contract import Control, Curve, Image
from tests.ui_shell.conftest import EVERY

# ---------------------------------------------------------------- small widgets


@pytest.mark.parametrize(("low", "high", "step"), [(0, 15, None), (1, 100, 1), (0, 1, 0.01), (-2, 2, 0.25)])
def test_number_keeps_to_its_bounds(qtbot, low, high, step):
    number = Number(low, high, step, whole=step == 1)
    qtbot.addWidget(number)
    told = []
    number.changed.connect(told.append)
    for place in range(number.slider.minimum(), number.slider.maximum() + 1):
        number.slider.setValue(place)
        assert low <= number.value() <= high
    assert told[-1] == high
    number.set_value(low)
    assert told[-1] == high, "showing a value is no change by hand"
    assert number.slider.value() == 0


@pytest.mark.parametrize("value", [0.15, 0.5, 1.0, 0.125, 3.3333])
def test_number_shows_all_of_its_value(qtbot, value):
    number = Number(0, 10, 1)
    qtbot.addWidget(number)
    number.set_value(value)
    assert number.field.value() == value


@pytest.mark.parametrize("span", [0.1, 1, 2, 15, 60, 1000])
def test_steps_are_round_and_fine(span):
    assert span / 1000 <= _nice(span) <= span / 100 * 1.001


def test_section_folds(qtbot):
    section = Section("More", open=False)
    qtbot.addWidget(section)
    section.show()
    assert not section.body.isVisible()
    qtbot.keyClick(section.head, Qt.Key.Key_Space)
    assert section.body.isVisible()


@pytest.mark.parametrize(
    ("name", "plain"), [("guidance_scale", "Guidance scale"), ("dpmpp_2m", "DPM-Solver++ 2M"), ("steps", "Steps")]
)
def test_names_read_as_words(name, plain):
    assert words(name) == plain


@pytest.mark.parametrize("side", [1, 32, 40, 41, 100, 255, 256, 9999])
def test_sides_snap_to_what_the_engine_admits(side):
    low, high, multiple = rule = (32, 256, 16)
    got = snap(side, rule)
    assert low <= got <= high
    assert got % multiple == 0
    assert abs(got - min(high, max(low, side))) <= multiple


# ---------------------------------------------------------------- the form


def test_form_is_made_from_the_declaration(qtbot):
    form = Form()
    qtbot.addWidget(form)
    form.build(EVERY.params)
    assert list(form.rows) == ["steps", "guidance", "note", "tiled", "sampler"]
    for row in form.rows.values():
        assert row.bend.isVisibleTo(row) == row.param.curve
        assert not row.reset.isVisibleTo(row)
    form.show_values({"steps": 30}, {"guidance": Curve(((0.0, 1.0), (1.0, 7.0)))})
    assert form.rows["steps"].changed
    assert form.rows["steps"].reset.isVisibleTo(form.rows["steps"])
    assert not form.rows["guidance"].field.isEnabled()
    assert "1" in form.rows["guidance"].note.text()
    assert "7" in form.rows["guidance"].note.text()


def test_every_field_reaches_the_draft(window, studio, qtbot):
    rows = window.control.form.rows
    rows["steps"].field.field.setValue(33)
    rows["guidance"].field.slider.setValue(rows["guidance"].field.slider.maximum())
    rows["tiled"].field.click()
    rows["sampler"].field.activated.emit(1)
    rows["note"].field.setFocus()
    qtbot.keyClicks(rows["note"].field, "soft")
    assert studio.draft.options == {
        "steps": 33,
        "guidance": 15.0,
        "tiled": True,
        "sampler": "dpmpp_2m",
        "note": "soft",
    }
    assert isinstance(studio.draft.options["steps"], int)
    rows["steps"].reset.click()
    assert "steps" not in studio.draft.options
    assert rows["steps"].field.value() == 12


def test_curve_opens_in_the_timeline_and_goes_again(window, studio):
    row = window.control.form.rows["guidance"]
    row.bend.click()
    assert studio.draft.curves["guidance"] == Curve(((0.0, 4.0), (1.0, 4.0)))
    lane = next(lane for lane in window.timeline.lanes if lane.param.name == "guidance")
    assert window.focusWidget() is lane
    row.reset.click()
    assert studio.draft.curves == {}


def test_changing_engine_rebuilds_the_panels(window, studio):
    assert window.control.start_part.isVisibleTo(window)
    studio.set_engine("audio/bare")
    assert window.control.form.rows == {}
    for part in (window.control.start_part, window.prompt.prompt, window.prompt.figures.seed):
        assert not part.isVisibleTo(window)
    studio.set_engine("image/fake")
    assert [one.kind.kind for one in window.control.inputs] == ["edges"]


def test_nothing_of_the_last_engine_is_left_before_the_event_loop_comes_round(window, studio):
    chips = window.prompt.chips.findChildren(QAbstractButton)
    assert chips
    studio.set_engine("audio/bare")
    studio.set_engine("image/fake")
    assert len(window.prompt.chips.findChildren(QAbstractButton)) == window.prompt.chip_flow.count()
    assert not any(chip.isVisible() for chip in chips)


def test_an_engine_without_its_weights_says_so(window, studio):
    studio.set_engine("image/lost")
    assert "w.st" in window.prompt.engine.missing.text()
    assert not window.prompt.generate.isEnabled()
    assert "w.st" in window.prompt.generate.toolTip()


# ---------------------------------------------------------------- start media


def test_dropped_picture_becomes_the_start(window, studio, qtbot, tmp_path):
    path = tmp_path / "start.png"
    QImage(40, 30, QImage.Format.Format_RGB888).save(str(path))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    kind = Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.control.start.dropEvent(QDropEvent(QPointF(5, 5), kind, data, left, none))
    qtbot.waitUntil(lambda: studio.draft.start is not None)
    assert studio.draft.start.pixels.shape[:2] == (30, 40)
    assert window.control.strength_row.isVisibleTo(window)
    window.control.strength.field.setValue(0.25)
    assert studio.draft.strength == 0.25
    qtbot.keyClick(window.control.start, Qt.Key.Key_Delete)
    assert studio.draft.start is None


def test_a_wrong_file_costs_one_sentence(window, studio, qtbot, tmp_path):
    path = tmp_path / "broken.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with qtbot.waitSignal(studio.notice) as told:
        window.control.start.load(path)
    assert told.args[0] == "error"
    assert studio.draft.start is None
    assert len(window.toasts.toasts()) == 1


def test_control_inputs_are_edited_by_kind(window, studio):
    studio.set_engine("image/fake")
    picture = Image(np.zeros((8, 8, 3), np.uint8))
    window.control.inputs[0].drop.picked.emit(picture)
    window.control.inputs[0].strength.field.setValue(0.5)
    (control,) = studio.draft.controls
    assert isinstance(control, Control)
    assert (control.kind, control.strength, control.media) == ("edges", 0.5, picture)
    window.control.inputs[0].drop.clear.click()
    assert studio.draft.controls == ()


def test_a_file_read_for_a_control_that_has_gone_is_dropped_quietly(studio, qtbot, tmp_path):
    told = []
    studio.bridge.trouble.connect(told.append)
    Pillow.new("RGB", (8, 8), "red").save(tmp_path / "a.png")
    held = Drop(studio, "Edges", "image")
    held.load(tmp_path / "a.png")
    held.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    studio.bridge.flush()
    qtbot.wait(200)
    assert told == []
