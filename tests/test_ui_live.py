"""Live typing in the window: the switch and its line, by mouse and keys, and what the stage says of it."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.job import Done
from app.studio import Studio
from app.ui import theme
from app.ui.window import Window
from tests import fakes
from tests.studio_words import LONG

pytest_plugins = ["tests.studio_kit"]

LIVE = msgspec.structs.replace(fakes.PICTURE, info=msgspec.structs.replace(fakes.PICTURE.info, live=True))
LOST = msgspec.structs.replace(
    LIVE, info=msgspec.structs.replace(LIVE.info, name="image/lost"), missing=("weights/lost.safetensors",)
)
CARDS = {card.info.name: card for card in (LIVE, LOST, fakes.OTHER)}


@pytest.fixture
def gate():
    gate = fakes.Gate()
    yield gate
    gate.open()


@pytest.fixture
def window(qapp, qtbot, folders, gate):
    theme.apply(qapp, "dark")
    studio = Studio(folders, fakes.Host(gate, CARDS))
    qtbot.waitUntil(lambda: studio._library is not None and "image/fake" in studio.cards(), timeout=LONG)
    studio.set_engine("image/fake")
    studio.edit(seed=7)
    studio.lock_seed(True)
    made = Window(studio)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    yield made
    gate.open()
    studio.close()


def follows(window, qtbot, words: str) -> None:
    """Wait until the stage shows the picture of `words` and nothing is drawn any more."""
    studio = window.studio

    def there() -> bool:
        stage = studio.stage
        return stage is not None and stage.draft is not None and stage.draft.prompt == words

    qtbot.waitUntil(lambda: there() and studio.live.state == "idle", timeout=LONG)


def test_typing_draws_and_ctrl_return_keeps_the_same_picture(window, qtbot, gate):
    gate.open()
    panel, studio = window.prompt, window.studio
    QTest.mouseClick(panel.live.switch, Qt.MouseButton.LeftButton, pos=panel.live.switch.rect().center())
    assert studio.settings.live
    panel.prompt.setFocus()
    QTest.keyClicks(panel.prompt, "a red kite")
    follows(window, qtbot, "a red kite")
    seen = window.stage.viewer.still()
    assert window.stage.caption.heading.text() == "a red kite"
    assert "not kept" in window.stage.caption.note.text()
    assert not window.actions_.by_name["save"].isEnabled()
    assert studio.jobs == []
    QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(studio.jobs) and isinstance(studio.jobs[0].state, Done), timeout=LONG)
    qtbot.waitUntil(lambda: studio.stage.entry is not None, timeout=LONG)
    assert window.stage.viewer.still() == seen
    assert "not kept" not in window.stage.caption.note.text()


def test_the_switch_is_there_for_engines_that_can_and_the_keys_turn_it(window, qtbot, gate):
    gate.open()
    row, studio = window.prompt.live, window.studio
    assert row.isVisible()
    assert row.switch.isEnabled()
    assert row.switch.accessibleName()
    studio.set_engine("image/other")
    assert not row.isVisible()
    studio.set_engine("image/lost")
    assert row.isVisible()
    assert not row.switch.isEnabled()
    studio.set_engine("image/fake")
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert row.switch.isChecked()
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert not row.switch.isChecked()


def test_the_line_says_what_is_in_the_way(window, qtbot, gate):
    row, studio = window.prompt.live, window.studio
    studio.edit(prompt="a kite")
    studio.set_live(True)
    assert row.note.text()
    job = studio.enqueue(msgspec.structs.replace(studio.draft, prompt="a job"))
    qtbot.waitUntil(lambda: "job" in row.note.text(), timeout=LONG)
    assert row.switch.accessibleDescription() == row.note.text()
    gate.open()
    qtbot.waitUntil(lambda: isinstance(studio.job(job[0].id).state, Done), timeout=LONG)
    studio.edit(prompt="die")
    qtbot.waitUntil(lambda: "SIGKILL" in row.note.text(), timeout=LONG)
    assert row.note.property("look") == "bad"
    studio.edit(prompt="a kite again")
    follows(window, qtbot, "a kite again")
    assert row.note.property("look") == "small"
