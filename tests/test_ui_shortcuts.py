"""The list of shortcuts: what it tells of the stage is what the viewers do."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from app.ui import theme
from app.ui.shortcuts import Shortcuts, spelt
from app.ui.stage import Stage
from app.ui.stage.stage import VIEWERS
from app.ui.stage.viewer import at_once
from tests import panels


class Aside:
    aside = staticmethod(at_once)


class Studio(panels.LightStudio):
    bridge = Aside()

    def set_watching(self, on: bool) -> None:
        self.calls.append(("set_watching", on))


@pytest.fixture
def stage(qtbot, tmp_path):
    theme.apply(QApplication.instance(), "dark")
    made = Stage(Studio(tmp_path))
    qtbot.addWidget(made)
    return made


def test_every_key_of_every_viewer_is_listed(qtbot, stage):
    groups = [(name, [(what, spelt(keys)) for what, keys in rows]) for name, rows in stage.shortcuts()]
    window = QWidget()
    qtbot.addWidget(window)
    listed = {text for text, _, _ in Shortcuts(window, groups).rows}
    assert set(stage.viewers) == set(VIEWERS)
    for viewer in stage.viewers.values():
        deeds = [deed for deed in viewer.actions() if deed.shortcuts()]
        assert len(deeds) >= 4
        for deed in deeds:
            assert f"{deed.text()} {spelt(deed.shortcuts())} {viewer.accessibleName()}" in listed


@pytest.mark.parametrize("medium", VIEWERS)
def test_the_keys_told_of_a_surface_are_taken_by_it(qtbot, stage, medium):
    viewer = VIEWERS[medium].viewer(at_once)
    qtbot.addWidget(viewer)
    viewer.show_media(panels.frame(medium, 24))
    own = [deed.shortcuts() for deed in viewer.actions() if deed.shortcuts()]
    told = [one for _, keys in viewer.shortcuts() if keys not in own for one in keys]
    assert told
    for one in told:
        pressed = one[0]
        event = QKeyEvent(QEvent.Type.KeyPress, pressed.key(), pressed.keyboardModifiers())
        QApplication.sendEvent(viewer.surface, event)
        assert event.isAccepted(), one.toString()


@pytest.mark.parametrize(
    ("key", "text"), [("Left", "←"), ("Shift+Up", "Shift+↑"), ("+", "+"), ("Ctrl++", "Ctrl++"), ("F", "F"), (",", ",")]
)
def test_keys_are_spelt_as_people_write_them(key, text):
    assert spelt([QKeySequence(key)]) == text
