"""A picture's frame dragged outwards in the window: the request grows with it, each drag one step to undo."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from engines.contract import Image, check
from engines.outpaint import Margins, growth_of, masked, padded
from tests import fakes
from tests.windows import shown, working

TAKES = (*fakes.PICTURE.info.takes, "mask")
INFO = msgspec.structs.replace(fakes.PICTURE.info, takes=TAKES, size_rule=(16, 1024, 8))
CARD = msgspec.structs.replace(fakes.PICTURE, info=INFO)
Left = Qt.MouseButton.LeftButton
WIDE, TALL = 240, 160


@pytest.fixture
def studio(qapp, qtbot, tmp_path):
    with working(qtbot, tmp_path, fakes.Host(cards={CARD.info.name: CARD, fakes.OTHER.info.name: fakes.OTHER})) as made:
        noise = np.random.default_rng(3).integers(0, 256, (TALL, WIDE, 3), dtype=np.uint8)
        made.edit(start=Image(noise))
        yield made


@pytest.fixture
def window(studio, qtbot):
    return shown(qtbot, studio, 1400, 900)


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


def told(request):
    """The picture and the mask an engine is given."""
    growth = growth_of(request)
    return padded(growth).pixels, masked(growth).pixels


def inside(request, margins):
    pixels = told(request)[0]
    return pixels[margins.top : margins.top + TALL, margins.left : margins.left + WIDE]


def test_an_edge_and_a_corner_are_dragged_outwards(window, studio, border, qtbot):
    old = studio.draft
    drag(qtbot, border, "right", (61, 30))
    draft, margins = studio.draft, window.stage.frame.growth.margins
    assert margins.right % 8 == 0
    assert margins == Margins(right=margins.right)
    assert 56 <= margins.right <= 72
    assert draft.start is old.start
    assert draft.around == margins.around
    assert draft.size == (WIDE + margins.right, TALL) == told(draft)[0].shape[1::-1]
    assert np.array_equal(inside(draft, margins), old.start.pixels)
    assert (told(draft)[1][:, WIDE:] == 255).all()
    assert not told(draft)[1][:, : WIDE - 20].any()
    assert window.control.extend.isChecked()
    check(CARD, draft)
    drag(qtbot, border, "left top", (-40, -24))
    both = window.stage.frame.growth.margins
    assert both.left
    assert both.top
    assert both.right == margins.right
    assert np.array_equal(inside(studio.draft, both), old.start.pixels)
    studio.undo_stack.undo()
    assert window.stage.frame.growth.margins == margins
    assert (studio.draft.around, studio.draft.size) == (draft.around, draft.size)
    studio.undo_stack.undo()
    assert studio.draft.start is old.start
    assert (studio.draft.around, studio.draft.mask, studio.draft.size) == ((0, 0, 0, 0), None, old.size)
    studio.undo_stack.redo()
    assert window.stage.frame.growth.margins == margins


def test_a_frame_is_not_dragged_into_the_picture_and_can_be_dragged_back(window, studio, border, qtbot):
    start = studio.draft.start
    drag(qtbot, border, "bottom", (0, -80))
    assert not any(studio.draft.around)
    drag(qtbot, border, "bottom", (0, 80))
    assert any(studio.draft.around)
    drag(qtbot, border, "bottom", (0, -300))
    assert not any(studio.draft.around)
    assert studio.draft.size == (WIDE, TALL)
    assert studio.draft.start is start
    assert studio.draft.mask is None
    assert not window.control.extend.isChecked()


def test_figures_feather_and_fill_are_set_and_reset(window, studio, border, qtbot):
    page = window.stage.frame
    page.fields["top"].setValue(64)
    assert told(studio.draft)[0].shape == (TALL + 64, WIDE, 3)
    page.feather.setValue(0)
    assert set(np.unique(told(studio.draft)[1])) == {0, 255}
    page.feather.setValue(40)
    assert len(np.unique(told(studio.draft)[1])) > 20
    page.fills.pick("grey")
    assert (told(studio.draft)[0][:64] == 128).all()
    assert np.array_equal(border.pixels, told(studio.draft)[0])
    qtbot.keyClick(border, Qt.Key.Key_R)
    assert not any(studio.draft.around)


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


def test_what_is_masked_on_the_picture_is_kept_when_it_is_opened_again(window, studio, border, qtbot):
    drag(qtbot, border, "right", (64, 0))
    around, painted = studio.draft.around, np.zeros((TALL, WIDE), np.uint8)
    painted[10, 10] = 255
    studio.edit(mask=Image(painted))
    assert window.stage.frame.growth.mask is studio.draft.mask
    window.stage.leave_desk()
    window.control.extend.click()
    assert studio.draft.around == around
    drag(qtbot, border, "right", (64, 0))
    assert studio.draft.around[2] > around[2]
    assert told(studio.draft)[1][10, 10] == 255


def test_the_growth_is_shown_as_large_as_it_is_made(window, studio, border, qtbot):
    drag(qtbot, border, "right", (64, 0))
    width = studio.draft.size[0]
    studio.edit(size=(2 * width, 2 * TALL))
    growth = window.stage.frame.growth
    assert growth.size == (2 * width - studio.draft.around[2], 2 * TALL)
    assert border.pixels.shape[1::-1] == studio.draft.size


def test_another_picture_begins_at_its_own_edges(window, studio, border, qtbot):
    drag(qtbot, border, "right", (64, 0))
    studio.edit(start=Image(np.zeros((TALL, WIDE, 3), np.uint8)))
    assert not any(studio.draft.around)
    assert window.stage.frame.growth.margins == Margins()
    studio.undo_stack.undo()
    assert any(studio.draft.around)


def test_where_the_engine_cannot_make_the_whole_the_padded_picture_is_the_start(window, studio, border, qtbot):
    odd = Image(np.zeros((TALL, WIDE + 1, 3), np.uint8))
    studio.edit(start=odd)
    drag(qtbot, border, "bottom", (0, 64))
    draft, margins = studio.draft, window.stage.frame.growth.margins
    assert not any(draft.around)
    assert draft.start.pixels.shape == (TALL + margins.bottom, WIDE + 1, 3)
    assert (draft.mask.pixels[TALL:] == 255).all()
    drag(qtbot, border, "right", (63, 0))
    assert any(studio.draft.around), "now both sides fit"
    assert studio.draft.start is odd
    studio.undo_stack.undo()
    assert studio.draft.start.pixels.shape == draft.start.pixels.shape
    assert window.stage.frame.growth.margins == margins
    studio.undo_stack.undo()
    assert studio.draft.start is odd
