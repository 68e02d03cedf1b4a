"""A blind test of 30 pairs done by hand in the window: `python -m tests.screenshots FOLDER rate`

Two engines of the starter pack make the same thirty stickers; the history's results become a set, and every question of
it is answered by mouse or key, as a rater does whose preference is known, until the rule ends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest

from app.core.lab.rating.folder import key_of
from app.ui.history.model import ENTRY

if TYPE_CHECKING:
    from app.ui.rate.dialog import RateDialog
    from tests.screenshots import Photographer

ENGINES = (("image/sticker", {"steps": 16}), ("image/sticker-turbo", {"steps": 1}))
THINGS = ("a red apple", "a green frog", "a blue car", "a purple octopus", "a yellow star", "an orange fox")
UNITS = 30
_SELECT = QItemSelectionModel.SelectionFlag.Select
AHEAD = 0.8  # log odds by which the rater prefers the first engine: about 69 of 100
KEYS = {"first": Qt.Key.Key_Left, "second": Qt.Key.Key_Right, "tie": Qt.Key.Key_T, "both bad": Qt.Key.Key_B}


def shoot(camera: Photographer) -> None:
    """The question, the end, and the result."""
    for engine, options in ENGINES:
        camera.studio.set_engine(engine)
        for n in range(UNITS):
            camera.generate(THINGS[n % len(THINGS)], n, size=(128, 128), options=options)
    dialog = _begun(camera)
    camera.rest(0.6)
    rng, asked = np.random.default_rng(6), 0  # a rater whom the rule asks all thirty
    key = key_of(camera.studio.folders.ratings, dialog.made)
    assert key is not None
    while dialog.pages.currentWidget() is dialog.page:
        ask = dialog.ballot.standing.ask if dialog.ballot else None
        assert ask is not None
        if asked == 7:
            camera.shoot("rate", dialog)
        names = [key.settings[number].name for number in ask.settings]
        likes = rng.random() < 1 / (1 + np.exp(-AHEAD))  # the first engine, on whichever side it lies
        said = "first" if likes == ("turbo" in names[1]) else "second"
        _answer(camera, dialog, said, mouse=asked % 2 == 0)
        asked += 1
    print(f"{asked} questions answered")
    camera.rest(0.4)
    camera.shoot("rate-end", dialog)
    dialog.tell.click()
    camera.wait(lambda: dialog.pages.currentWidget() is dialog.found)
    camera.rest(0.6)
    camera.shoot("rate-result", dialog)
    dialog.close()


def _begun(camera: Photographer) -> RateDialog:
    """The newest results chosen in the history, made a set, and its first question."""
    history, ways = camera.window.history, camera.window.rating
    history.stars.setChecked(False)
    camera.wait(lambda: history.list.rowCount() >= len(ENGINES) * UNITS)
    model = history.list
    for row in range(model.rowCount()):
        if model.index(row, 0).data(ENTRY).engine in dict(ENGINES):
            history.grid_view.selectionModel().select(model.index(row, 0), _SELECT)
    history.grid_view.setFocus()
    camera.rest(0.2)
    QTest.keyClick(history.grid_view, Qt.Key.Key_B)
    camera.wait(lambda: ways.new is not None)
    assert ways.new is not None
    new = ways.new
    new.question.setText("Which sticker would you rather use?")
    camera.rest(0.4)
    camera.shoot("rate-new", new)
    QTest.mouseClick(new.make, Qt.MouseButton.LeftButton)
    camera.wait(lambda: ways.dialog is not None)
    dialog = ways.dialog
    assert dialog is not None
    dialog.name.setText("Ada")
    camera.rest(0.3)
    QTest.mouseClick(dialog.begin, Qt.MouseButton.LeftButton)
    camera.wait(lambda: dialog.pages.currentWidget() is dialog.page)
    return dialog


def _answer(camera: Photographer, dialog: RateDialog, said: str, *, mouse: bool) -> None:
    """One answer by mouse or key, and what follows it."""
    assert dialog.ballot is not None
    before = len(dialog.ballot.votes.votes)
    if mouse:
        QTest.mouseClick(dialog.page.buttons[said], Qt.MouseButton.LeftButton)
    else:
        QTest.keyClick(dialog, KEYS[said])
    camera.wait(lambda: dialog.ballot is not None and len(dialog.ballot.votes.votes) > before)
    over = lambda: dialog.pages.currentWidget() is not dialog.page  # noqa: E731
    camera.wait(lambda: over() or any(button.isEnabled() for button in dialog.page.buttons.values()))
