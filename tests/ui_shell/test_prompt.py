"""The prompt, what stands beside it, and what generating makes of its button."""

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl

from app.studio import Subject
from app.ui.prompt import shortened
from engines.contract import Image
from engines.wire import Counted
from tests import panels

# ---------------------------------------------------------------- prompt


def test_typing_edits_the_draft_and_undo_takes_it_back(window, studio, qtbot):
    edit = window.prompt.prompt
    edit.setFocus()
    qtbot.keyClicks(edit, "a fox")
    assert studio.draft.prompt == "a fox"
    assert not window.prompt.chips.isVisibleTo(window)
    qtbot.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert studio.draft.prompt == ""
    assert edit.toPlainText() == ""
    assert window.prompt.chips.isVisibleTo(window)


def test_presets_are_offered_while_the_prompt_is_empty(window, studio):
    chip = window.prompt.chip_flow.itemAt(1).widget()
    chip.click()
    assert studio.draft.prompt == "two blue cars"


def test_alt_up_and_down_walk_the_history(window, qtbot):
    edit = window.prompt.prompt
    edit.history = lambda: ["newest", "older", "oldest"]
    edit.set_text("mine")
    alt = Qt.KeyboardModifier.AltModifier
    seen = []
    for key in (Qt.Key.Key_Up,) * 4 + (Qt.Key.Key_Down,) * 3:
        qtbot.keyClick(edit, key, alt)
        seen.append(edit.toPlainText())
    assert seen == ["newest", "older", "oldest", "oldest", "older", "newest", "mine"]


def test_what_the_encoder_does_not_read_is_marked(window, studio):
    studio.edit(prompt="one two three four")
    window.prompt.show_count(Counted(1, 12, 8, cut=8))
    (lost,) = window.prompt.prompt.extraSelections()
    assert lost.cursor.selectedText() == "three four"
    assert "12" in window.prompt.counter.text()
    assert window.prompt.counter.property("look") == "bad"
    window.prompt.show_count(Counted(1, 4, 8))
    assert window.prompt.prompt.extraSelections() == []


def test_prompt_grows_with_its_text(window, studio):
    before = window.prompt.prompt.height()
    studio.edit(prompt="word " * 120)
    assert window.prompt.prompt.height() > before


def test_seed_count_and_size(window, studio, qtbot):
    figures = window.prompt.figures
    figures.seed.setText("42")
    figures.seed.editingFinished.emit()
    figures.count.setValue(3)
    figures.lock.click()
    figures.sizes.activated.emit(1)
    assert (studio.draft.seed, studio.count, studio.locked, studio.draft.size) == (42, 3, True, (96, 64))
    figures.sizes.activated.emit(2)
    figures.width_field.setValue(100)
    figures.height_field.setValue(70)
    figures.height_field.editingFinished.emit()
    assert studio.draft.size == (96, 64)
    figures.shuffle.click()
    assert studio.draft.seed != 42


def test_generate_becomes_add_to_queue_and_escape_stops(window, studio, qtbot, gate):
    studio.set_engine("image/fake")
    qtbot.waitUntil(lambda: studio._library is not None)
    button, edit = window.prompt.generate, window.prompt.prompt
    assert button.text() == "Generate"
    edit.setFocus()
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.prompt.stop.isVisible())
    assert button.text().startswith("Add to queue")
    button.click()
    qtbot.waitUntil(lambda: button.text() == "Add to queue (1)")
    first = studio.jobs[0]
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    gate.open()
    qtbot.waitUntil(lambda: studio.job(first.id).ended)
    qtbot.waitUntil(lambda: all(job.ended for job in studio.jobs), timeout=15000)
    assert button.text() == "Generate"
    assert type(studio.job(first.id).state).__name__ == "Cancelled"


def test_escape_leaves_the_step_then_the_comparison(window, studio):
    picture, escape = Image(np.zeros((8, 8, 3), np.uint8)), window.actions_.by_name["stop"]
    studio._place(Subject("run", rows=panels.rows(3), medium="image", compare=picture), picture)
    studio.scrub(2)
    escape.trigger()
    assert studio.stage.step is None
    assert studio.stage.compare is picture
    escape.trigger()
    assert studio.stage.compare is None


@pytest.mark.parametrize("text", ["short", "a purple rocket on a yellow background by night"])
def test_chips_are_short(text):
    assert len(shortened(text)) <= 30
    assert text.startswith(shortened(text).removesuffix(" …"))


def test_an_emoji_is_two_units_to_qt_and_one_to_us(window, studio, qtbot):
    field = window.prompt.prompt
    field.clearFocus()
    field.set_text("\U0001f34e\U0001f34e\U0001f34e")
    field.insertPlainText("x")
    assert field.toPlainText() == "\U0001f34e\U0001f34e\U0001f34ex"
    field.set_cut(2)
    assert field.extraSelections()[0].cursor.selectedText() == "\U0001f34ex"


def test_a_file_on_the_prompt_is_the_windows(window):
    files, words_ = QMimeData(), QMimeData()
    files.setUrls([QUrl.fromLocalFile("/tmp/apple.png")])
    files.setText("file:///tmp/apple.png")
    words_.setText("a red apple")
    assert not window.prompt.prompt.canInsertFromMimeData(files)
    assert window.prompt.prompt.canInsertFromMimeData(words_)
