"""Control maps in the window: their settings as a form with a live preview; edited by brush, and made again."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.studio import Studio
from engines import wire
from engines.contract import Control, ControlKind, Image
from engines.control.preprocess import PREPROCESSORS, preprocess
from tests import fakes
from tests.test_ui_drawing import drag
from tests.windows import shown, working

KIND = ControlKind("net-1", "image", "A map.", title="My Canny", makes=("canny", *PREPROCESSORS))
CARD = msgspec.structs.replace(fakes.PICTURE, info=msgspec.structs.replace(fakes.PICTURE.info, controls=(KIND,)))


class Host(fakes.Host):
    """Makes the maps themselves, as a model of the user's does."""

    def ask(self, order, timeout=30.0):
        if isinstance(order, wire.Prepare):
            self.orders.append(order)
            return wire.Rendered(order.ticket, preprocess(order.make, order.media, order.options))
        return super().ask(order, timeout)


def rings(side=96):
    y, x = np.mgrid[:side, :side] - side / 2
    return Image(np.repeat((127 + 120 * np.sin(np.hypot(x, y) / 4)).astype(np.uint8)[..., None], 3, -1))


@pytest.fixture
def studio(qapp, qtbot, tmp_path):
    with working(qtbot, tmp_path, Host(cards={CARD.info.name: CARD})) as made:
        yield made


@pytest.fixture
def window(studio, qtbot):
    return shown(qtbot, studio)


@pytest.fixture
def one(window, studio, qtbot):
    """The input with a picture whose Canny edges are made."""
    given = window.control.inputs[0]
    preprocess("canny", rings())  # what it stands on is imported: that alone may take its time
    given.drop.picked.emit(rings())
    qtbot.waitUntil(lambda: given.made is not None, timeout=20000)
    return given


def same(a, b):
    return np.array_equal(a.pixels, b.pixels)


def test_the_settings_of_a_map_are_a_form_with_a_live_preview(window, studio, one, qtbot):
    assert list(one.form.rows) == [param.name for param in PREPROCESSORS["canny"].params]
    assert not one.preview.isVisibleTo(one)
    one.settings.set_open(True)
    assert one.preview.isVisibleTo(one)
    assert same(one.made, preprocess("canny", rings()))
    one.form.rows["low"].field.set_value(10)
    one.form.rows["low"].field.changed.emit(10.0)
    one.form.rows["high"].field.changed.emit(30.0)
    assert studio.draft.controls[0].options == {"low": 10, "high": 30}
    wanted = preprocess("canny", rings(), {"low": 10, "high": 30})
    assert not same(one.made, wanted)
    qtbot.waitUntil(lambda: same(one.made, wanted), timeout=20000)
    assert one.preview.pixmap().width() > 52
    asked = [order for order in studio.bridge.host.orders if isinstance(order, wire.Prepare)]
    assert len(asked) == 2  # quick moves are one map
    one.form.rows["low"].reset.click()
    assert studio.draft.controls[0].options == {"high": 30}


def test_another_map_has_other_settings(window, studio, one, qtbot):
    one.makes.setCurrentIndex(one.makes.findData("colour"))
    one.makes.activated.emit(one.makes.currentIndex())
    assert list(one.form.rows) == ["block"]
    qtbot.waitUntil(lambda: one.made is not None and same(one.made, preprocess("colour", rings())), timeout=20000)


def test_a_made_map_is_edited_by_brush_used_as_it_is_and_made_again(window, studio, one, qtbot):
    made = one.made
    one.makes.activated.emit(one.makes.findData("softedge"))
    assert not one.drop.draw.isEnabled()  # there is nothing to draw on yet
    one.makes.activated.emit(one.makes.findData("canny"))
    qtbot.waitUntil(one.drop.draw.isEnabled, timeout=20000)
    made = one.made
    one.drop.draw.click()
    easel = window.stage.easel
    qtbot.waitUntil(easel.board.hasFocus, timeout=20000)
    assert np.array_equal(easel.board.drawing, made.pixels)
    easel._set(size=9.0, hardness=1.0)
    drag(qtbot, easel.board, (10, 5), (80, 5))
    (control,) = studio.draft.controls
    assert (control.source is not None, control.make, control.making) == (True, "canny", "")
    assert same(control.source, rings())
    changed = (control.media.pixels != made.pixels).any(-1)
    assert changed.any()
    assert not changed[20:].any()
    assert same(one.drop.media, control.media)
    assert not one.makes.isEnabled()
    qtbot.keyClick(easel.board, Qt.Key.Key_O)
    assert easel.board.tracing
    one.again.click()
    (control,) = studio.draft.controls
    assert same(control.media, rings())
    assert (control.source, control.making) == (None, "canny")
    qtbot.waitUntil(lambda: one.made is not None and same(one.made, made), timeout=20000)
    studio.undo_stack.undo()
    assert studio.draft.controls[0].making == ""
    assert one.again.isVisibleTo(one)


def test_an_edited_map_survives_a_restart_with_its_picture(window, studio, one, qtbot):
    edited = Image(np.zeros((4, 4, 3), np.uint8))
    studio.edit(controls=(msgspec.structs.replace(studio.draft.controls[0], media=edited, source=rings()),))
    studio._save_draft()
    studio.bridge.flush()
    other = Studio(studio._usual, Host(cards={CARD.info.name: CARD}))
    try:
        (control,) = other.draft.controls
        assert same(control.source, rings())
        assert same(control.media, edited)
        assert control.make == "canny"
    finally:
        other.close()


def test_old_recipes_without_settings_can_be_read():
    plain = msgspec.json.decode(
        b'{"kind": "edges", "media": {"type": "image", "pixels": 0}}', dec_hook=_pixel, type=Control
    )
    assert (plain.options, plain.source, plain.making) == ({}, None, "")


def _pixel(kind, value):
    return np.zeros((1, 1), np.uint8)
