"""Drawing in the window: mask, start and maps, by mouse, pen and keys; every stroke is one step to undo."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication

from app.core.target import Target
from engines.contract import Control, ControlKind, Image
from tests import fakes
from tests.windows import shown, working

KINDS = (ControlKind("edges", "image", "Lines."),)
INFO = msgspec.structs.replace(fakes.PICTURE.info, controls=KINDS, takes=(*fakes.PICTURE.info.takes, "mask"))
CARD = msgspec.structs.replace(fakes.PICTURE, info=INFO)
Left, Shift, Alt = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
SIDE = 200


@pytest.fixture
def studio(qapp, qtbot, tmp_path):
    with working(qtbot, tmp_path, fakes.Host(cards={CARD.info.name: CARD, fakes.OTHER.info.name: fakes.OTHER})) as made:
        made.edit(start=Image(np.full((SIDE, SIDE, 3), 90, np.uint8)))
        yield made


@pytest.fixture
def window(studio, qtbot):
    return shown(qtbot, studio)


@pytest.fixture
def board(window, qtbot):
    window.control.area.draw.click()
    easel = window.stage.easel
    qtbot.waitUntil(easel.board.hasFocus, timeout=20000)
    easel._set(size=20.0, hardness=1.0)
    return easel.board


def place(board, x, y):
    """Where the picture's point lies in the board."""
    return QPointF(board.place.x + x * board.place.scale, board.place.y + y * board.place.scale)


def drag(qtbot, board, *points, held=Qt.KeyboardModifier.NoModifier):
    spots = [place(board, *point).toPoint() for point in points]
    qtbot.mousePress(board, Left, held, spots[0])
    for spot in spots[1:]:
        qtbot.mouseMove(board, spot)
    qtbot.mouseRelease(board, Left, held, spots[-1])


def pen(board, kind, point, pressure, end=QPointingDevice.PointerType.Pen):
    device = QPointingDevice("pen", 1, QInputDevice.DeviceType.Stylus, end, QInputDevice.Capability.Pressure, 1, 1)
    at, lifted = place(board, *point), kind == QEvent.Type.TabletRelease
    pressed = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletMove else Left
    held = Qt.MouseButton.NoButton if lifted else Left
    none = Qt.KeyboardModifier.NoModifier
    event = QTabletEvent(kind, device, at, board.mapToGlobal(at), pressure, 0, 0, 0, 0, 0, none, pressed, held)
    QApplication.sendEvent(board, event)
    return event.isAccepted()


class Exposed(QObject):
    """How many pixels each paint event is about."""

    def __init__(self):
        super().__init__()
        self.areas = []

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.areas.append(sum(rect.width() * rect.height() for rect in event.region()))
        return False


def mask(studio):
    return studio.draft.mask.pixels


def test_a_mask_is_drawn_and_every_stroke_is_undone_alone(qtbot, window, studio, board):
    assert studio.draft.mask is None
    drag(qtbot, board, (40, 40), (120, 40))
    assert mask(studio).shape == (SIDE, SIDE)
    assert mask(studio)[40, 80] == 255
    assert mask(studio)[120, 80] == 0
    drag(qtbot, board, (40, 120), (120, 120))  # at once: close strokes do not merge
    assert mask(studio)[120, 80] == 255
    undo = window.actions_.by_name["undo"]
    assert "Mask" in undo.text()
    undo.trigger()
    assert (mask(studio)[40, 80], mask(studio)[120, 80]) == (255, 0)
    assert board.drawing[120, 80] == 0
    undo.trigger()
    assert studio.draft.mask is None
    assert not board.drawing.any()
    for _ in range(2):
        window.actions_.by_name["redo"].trigger()
    assert mask(studio)[120, 80] == 255
    assert np.array_equal(board.drawing, mask(studio))
    drag(qtbot, board, (160, 40), (160, 120))
    undo.trigger()
    assert mask(studio)[80, 160] == 0
    assert mask(studio)[120, 80] == 255


def test_the_eraser_and_the_brush_have_keys(qtbot, window, studio, board):
    drag(qtbot, board, (40, 100), (160, 100))
    qtbot.keyClick(board, Qt.Key.Key_E)
    assert window.stage.easel.eraser.isChecked()
    drag(qtbot, board, (100, 60), (100, 140))
    assert mask(studio)[100, 100] == 0
    assert mask(studio)[100, 60] == 255
    qtbot.keyClick(board, Qt.Key.Key_B)
    assert not board.erasing
    size, hardness = board.brush.size, board.brush.hardness
    qtbot.keyClick(board, Qt.Key.Key_BracketRight)
    assert board.brush.size > size
    qtbot.keyClick(board, Qt.Key.Key_BracketLeft)
    qtbot.keyClick(board, Qt.Key.Key_BracketLeft)
    assert board.brush.size < size
    qtbot.keyClick(board, Qt.Key.Key_BraceLeft)
    assert board.brush.hardness == pytest.approx(hardness - 0.1)
    qtbot.keyClick(board, Qt.Key.Key_I)
    assert mask(studio)[100, 100] == 255
    assert mask(studio)[100, 60] == 0
    qtbot.keyClick(board, Qt.Key.Key_Delete)
    assert not mask(studio).any()


def test_shift_draws_a_straight_line_on_from_the_last_stroke(qtbot, studio, board):
    drag(qtbot, board, (40, 40), (42, 40))
    drag(qtbot, board, (160, 160), held=Shift)
    assert mask(studio)[100, 100] == 255
    assert mask(studio)[160, 160] == 255
    assert mask(studio)[40, 160] == 0
    board._end = None
    drag(qtbot, board, (40, 160), (10, 60), (120, 190), held=Shift)
    assert mask(studio)[175, 80] == 255
    assert mask(studio)[60, 10] == 0


def test_a_pen_presses_and_its_other_end_erases(studio, board):
    kinds = QEvent.Type
    for kind, point, pressure in (
        (kinds.TabletPress, (40, 100), 0.05),
        (kinds.TabletMove, (100, 100), 0.5),
        (kinds.TabletMove, (160, 100), 1.0),
        (kinds.TabletRelease, (160, 100), 0.0),
    ):
        assert pen(board, kind, point, pressure)
    wide = (mask(studio) > 127).sum(0)
    assert 0 < wide[44] < wide[100] < wide[156]
    eraser = QPointingDevice.PointerType.Eraser
    pen(board, kinds.TabletPress, (100, 100), 1.0, eraser)
    pen(board, kinds.TabletRelease, (100, 100), 0.0, eraser)
    assert mask(studio)[100, 100] == 0
    assert mask(studio)[100, 156] == 255


def test_escape_gives_a_stroke_up_and_then_the_drawing(qtbot, window, studio, board):
    qtbot.mousePress(board, Left, pos=place(board, 40, 40).toPoint())
    qtbot.mouseMove(board, place(board, 90, 90).toPoint())
    assert board.drawing.any()
    qtbot.keyClick(board, Qt.Key.Key_Escape)
    qtbot.mouseRelease(board, Left, pos=place(board, 90, 90).toPoint())
    assert not board.drawing.any()
    assert studio.draft.mask is None
    assert window.stage.stack.currentWidget() is window.stage.easel
    qtbot.keyClick(board, Qt.Key.Key_Escape)
    assert window.stage.stack.currentWidget() is window.stage.invitation


def test_a_sketch_takes_its_colour_from_the_picture(qtbot, window, studio):
    studio.edit(start=Image(np.full((SIDE, SIDE, 3), (10, 120, 200), np.uint8)))
    window.control.start.draw.click()
    board = window.stage.easel.board
    drag(qtbot, board, (50, 50), (150, 50))
    assert studio.draft.start.pixels[50, 100].tolist() == [32, 30, 28]
    drag(qtbot, board, (100, 150), held=Alt)
    assert board.brush.value == (10, 120, 200)
    drag(qtbot, board, (50, 50), (150, 50))
    assert studio.draft.start.pixels[50, 100].tolist() == [10, 120, 200]


def test_a_control_is_drawn_from_nothing_and_an_edited_one_keeps_its_picture(qtbot, window, studio):
    studio.edit(start=None)
    window.stage.paint(Target("control", "Edges", "edges"))
    board = window.stage.easel.board
    height, width = board.drawing.shape[:2]
    assert (width, height) == CARD.info.sizes[0]
    window.stage.easel._set(size=3.0)
    drag(qtbot, board, (3, 3), (12, 3))
    (control,) = studio.draft.controls
    assert control.media.pixels[3, 8].tolist() == [255] * 3
    assert control.source is None
    photo = Image(np.full((64, 64, 3), 70, np.uint8))
    studio.edit(controls=(Control("edges", photo, 0.7),))
    assert board.drawing[0, 0, 0] == 70  # given elsewhere: shown here
    drag(qtbot, board, (10, 10), (50, 10))
    (control,) = studio.draft.controls
    assert (control.source, control.strength) == (photo, 0.7)
    assert control.media.pixels[10, 30].tolist() == [255] * 3
    assert control.media.pixels[60, 60, 0] == 70


def test_drawing_gives_way_to_a_run_and_to_another_engine(qtbot, window, studio, board):
    drag(qtbot, board, (40, 40), (120, 40))
    studio.generate()
    qtbot.waitUntil(lambda: window.stage.stack.currentWidget() is window.stage.viewers.get("image"), timeout=20000)
    qtbot.waitUntil(lambda: all(job.ended for job in studio.jobs), timeout=20000)
    job = studio.jobs[0]
    assert job.request.mask.pixels[40, 80] == 255
    window.control.area.draw.click()
    assert window.stage.stack.currentWidget() is window.stage.easel
    studio.set_engine(fakes.OTHER.info.name)
    assert window.stage.stack.currentWidget() is not window.stage.easel


def test_the_result_on_the_stage_is_masked_by_one_button(qtbot, window, studio):
    studio.generate()
    qtbot.waitUntil(
        lambda: bool(studio.jobs) and studio.jobs[0].ended and studio.stage.media is not None, timeout=20000
    )
    qtbot.waitUntil(window.stage.caption.buttons["mask"].isVisible, timeout=20000)
    window.stage.caption.buttons["mask"].click()
    assert studio.draft.start is studio.stage.media
    board = window.stage.easel.board
    assert board.masking
    assert board.drawing.shape == studio.stage.media.pixels.shape[:2]


def test_only_what_a_stroke_touches_is_painted_again(qtbot, window, studio, board):
    studio.edit(start=Image(np.zeros((1024, 1024, 3), np.uint8)))
    qtbot.wait(30)
    seen = Exposed()
    board.installEventFilter(seen)
    qtbot.mousePress(board, Left, pos=place(board, 200, 200).toPoint())
    qtbot.wait(20)
    seen.areas.clear()
    qtbot.mouseMove(board, place(board, 230, 210).toPoint())
    qtbot.waitUntil(lambda: bool(seen.areas), timeout=20000)
    qtbot.mouseRelease(board, Left, pos=place(board, 230, 210).toPoint())
    assert max(seen.areas) < 0.05 * board.width() * board.height()


def test_no_key_of_the_drawing_means_two_things(window):
    rows = dict(window.stage.shortcuts())["Drawing"]
    pressed = [one.toString() for _, keys in rows for one in keys]
    assert len(pressed) == len(set(pressed))
    of_window = {key.toString() for action in window.actions() for key in action.shortcuts()}
    assert not of_window & set(pressed)
