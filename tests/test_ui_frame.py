"""A picture's frame dragged outwards in the window: the request grows with it, each drag one step to undo."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from app.core.outpaint import Margins
from app.core.settings import Folders
from app.studio import Studio
from app.ui.window import Window
from engines.contract import Image, check
from tests import fakes

TAKES = (*fakes.PICTURE.info.takes, "mask")
INFO = msgspec.structs.replace(fakes.PICTURE.info, takes=TAKES, size_rule=(16, 1024, 8))
CARD = msgspec.structs.replace(fakes.PICTURE, info=INFO)
Left = Qt.MouseButton.LeftButton
WIDE, TALL = 240, 160


@pytest.fixture
def studio(qapp, qtbot, tmp_path):
    folders = Folders(tmp_path / "config", tmp_path / "data", tmp_path / "gallery")
    made = Studio(folders, fakes.Host(cards={CARD.info.name: CARD, fakes.OTHER.info.name: fakes.OTHER}))
    qtbot.waitUntil(lambda: made.worker_state[0] == "ready" and CARD.info.name in made.cards(), timeout=20000)
    made.set_engine(CARD.info.name)
    noise = np.random.default_rng(3).integers(0, 256, (TALL, WIDE, 3), dtype=np.uint8)
    made.edit(start=Image(noise))
    yield made
    made.close()


@pytest.fixture
def window(studio, qtbot):
    made = Window(studio)
    qtbot.addWidget(made)
    made.resize(1400, 900)
    made.show()
    qtbot.waitExposed(made)
    qtbot.wait(20)
    return made


@pytest.fixture
def border(window, qtbot):
    window.control.extend.click()
    qtbot.waitUntil(window.stage.frame.border.hasFocus, timeout=20000)
    return window.stage.frame.border


def drag(qtbot, border, edge, by):
    """By picture pixels."""
    start = border.handles()[edge]
    end = start + QPointF(*by) * border.place.scale
    qtbot.mousePress(border, Left, pos=start.toPoint())
    qtbot.mouseMove(border, ((start + end) / 2).toPoint())
    qtbot.mouseMove(border, end.toPoint())
    qtbot.mouseRelease(border, Left, pos=end.toPoint())


def inside(request, margins):
    pixels = request.start.pixels
    return pixels[margins.top : margins.top + TALL, margins.left : margins.left + WIDE]


def test_an_edge_and_a_corner_are_dragged_outwards(window, studio, border, qtbot):
    old = studio.draft
    drag(qtbot, border, "right", (61, 30))
    draft, margins = studio.draft, window.stage.frame.growth.margins
    assert margins.right % 8 == 0
    assert margins == Margins(right=margins.right)
    assert 56 <= margins.right <= 72
    assert draft.size == (WIDE + margins.right, TALL) == draft.start.pixels.shape[1::-1]
    assert np.array_equal(inside(draft, margins), old.start.pixels)
    assert (draft.mask.pixels[:, WIDE:] == 255).all()
    assert not draft.mask.pixels[:, : WIDE - 20].any()
    check(CARD, draft)
    drag(qtbot, border, "left top", (-40, -24))
    both = window.stage.frame.growth.margins
    assert both.left
    assert both.top
    assert both.right == margins.right
    assert np.array_equal(inside(studio.draft, both), old.start.pixels)
    studio.undo_stack.undo()
    assert window.stage.frame.growth.margins == margins
    assert studio.draft.start.pixels.shape == draft.start.pixels.shape
    studio.undo_stack.undo()
    assert studio.draft.start is old.start
    assert (studio.draft.mask, studio.draft.size) == (None, old.size)
    studio.undo_stack.redo()
    assert window.stage.frame.growth.margins == margins


def test_a_frame_is_not_dragged_into_the_picture_and_can_be_dragged_back(window, studio, border, qtbot):
    start = studio.draft.start
    drag(qtbot, border, "bottom", (0, -80))
    assert studio.draft.start is start
    drag(qtbot, border, "bottom", (0, 80))
    assert studio.draft.start is not start
    drag(qtbot, border, "bottom", (0, -300))
    assert studio.draft.start is start
    assert studio.draft.mask is None


def test_figures_feather_and_fill_are_set_and_reset(window, studio, border, qtbot):
    page = window.stage.frame
    page.fields["top"].setValue(64)
    assert studio.draft.start.pixels.shape == (TALL + 64, WIDE, 3)
    page.feather.setValue(0)
    assert set(np.unique(studio.draft.mask.pixels)) == {0, 255}
    page.feather.setValue(40)
    assert len(np.unique(studio.draft.mask.pixels)) > 20
    page.fills.pick("grey")
    assert (studio.draft.start.pixels[:64] == 128).all()
    qtbot.keyClick(border, Qt.Key.Key_R)
    assert studio.draft.start.pixels.shape == (TALL, WIDE, 3)


def test_escape_gives_the_drag_up_and_then_leaves(window, studio, border, qtbot):
    start, spot = studio.draft.start, border.handles()["left"].toPoint()
    qtbot.mousePress(border, Left, pos=spot)
    qtbot.mouseMove(border, spot - QPointF(60, 0).toPoint())
    assert border.wanted != Margins()
    qtbot.keyClick(border, Qt.Key.Key_Escape)
    qtbot.mouseRelease(border, Left, pos=spot)
    assert studio.draft.start is start
    qtbot.keyClick(border, Qt.Key.Key_Escape)
    assert window.stage.stack.currentWidget() is window.stage.invitation


def test_it_goes_when_the_picture_goes(window, studio, border):
    studio.edit(start=None, mask=None)
    assert window.stage.stack.currentWidget() is not window.stage.frame
    assert not window.control.extend.isVisibleTo(window.control)


def test_what_is_masked_on_the_grown_picture_is_kept_when_it_is_opened_again(window, studio, border, qtbot):
    drag(qtbot, border, "right", (64, 0))
    grown = studio.draft.start
    painted = studio.draft.mask.pixels.copy()
    painted[10, 10] = 255
    studio.edit(mask=Image(painted))
    window.stage.leave_desk()
    window.control.extend.click()
    assert studio.draft.start is grown
    assert studio.draft.mask.pixels[10, 10] == 255
    drag(qtbot, border, "right", (64, 0))
    assert studio.draft.start.pixels.shape[1] > grown.pixels.shape[1]
    assert studio.draft.mask.pixels[10, 10] == 255
