"""Control inputs in the window: the map that is used is shown, the strength is a number or a curve in the timeline."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMenu

from app.ui.control import ControlPanel
from engines import wire
from engines.contract import AdapterKind, Control, ControlKind, Curve, Failure, Image, Video
from engines.files import media
from tests import fakes
from tests.windows import shown, working

KINDS = (ControlKind("edges", "image", "Lines.", prepared=True), ControlKind("depth", "image", "Near and far."))
CARD = msgspec.structs.replace(fakes.PICTURE, info=msgspec.structs.replace(fakes.PICTURE.info, controls=KINDS))
ENDS = {"medium": "video", "takes": ("start", "last"), "starts": ("image", "video"), "keeps": True}
BOTH = msgspec.structs.replace(fakes.OTHER, info=msgspec.structs.replace(fakes.OTHER.info, name="video/both", **ENDS))
Left = Qt.MouseButton.LeftButton


class Host(fakes.Host):
    """Its map of a picture is the picture's negative; a black picture has none."""

    def ask(self, order, timeout=30.0):
        if isinstance(order, wire.Prepare):
            self.orders.append(order)
            if not order.media.pixels.any():
                return wire.Rendered(order.ticket, failure=Failure("bad-request", "There is nothing to see in it."))
            return wire.Rendered(order.ticket, Image(255 - order.media.pixels))
        return super().ask(order, timeout)


@pytest.fixture
def studio(qapp, qtbot, tmp_path):
    with working(qtbot, tmp_path, Host(cards={card.info.name: card for card in (CARD, fakes.OTHER, BOTH)})) as made:
        made.edit(controls=())
        yield made


@pytest.fixture
def window(studio, qtbot):
    return shown(qtbot, studio, 1280, 800)


def picture(value: int) -> Image:
    return Image(np.full((8, 8, 3), value, np.uint8))


def dropped(window, place: int, path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    window.control.inputs[place].drop.dropEvent(QDropEvent(QPointF(5, 5), copy, data, Left, none))


def test_a_dropped_picture_is_used_and_its_map_is_shown(window, studio, qtbot, tmp_path):
    path = tmp_path / "photo.png"
    media.write(path, picture(55))
    dropped(window, 0, path)
    shown = window.control.inputs[0].drop
    qtbot.waitUntil(lambda: shown.media is not None and int(shown.media.pixels[0, 0, 0]) == 200)
    (control,) = studio.draft.controls
    assert (control.kind, control.strength) == ("edges", 1.0)
    assert int(control.media.pixels[0, 0, 0]) == 55  # what was given stays: the engine makes the map again, the same
    window.control.inputs[0].strength.field.setValue(0.5)
    assert studio.draft.controls[0].media is control.media
    assert studio.draft.controls[0].strength == 0.5
    assert sum(isinstance(order, wire.Prepare) for order in studio.bridge.host.orders) == 1


def test_a_kind_without_maps_is_not_asked_for_one(window, studio, qtbot):
    window.control.inputs[1].drop.picked.emit(picture(9))
    qtbot.wait(50)
    assert not any(isinstance(order, wire.Prepare) for order in studio.bridge.host.orders)
    assert window.control.inputs[1].drop.media is studio.draft.controls[0].media


def test_a_picture_without_a_map_costs_one_sentence(window, studio, qtbot):
    with qtbot.waitSignal(studio.notice) as told:
        window.control.inputs[0].drop.picked.emit(picture(0))
    assert told.args == ["error", "There is nothing to see in it."]


def test_a_map_that_comes_too_late_is_dropped(window, studio, qtbot):
    window.control.inputs[0].drop.picked.emit(picture(1))
    studio.edit(controls=())
    window.control.inputs[0].drop.picked.emit(picture(2))
    studio.set_engine(fakes.OTHER.info.name)
    studio.set_engine(CARD.info.name)
    studio.edit(controls=(Control("edges", picture(7)),))
    shown = window.control.inputs[0].drop
    qtbot.waitUntil(lambda: shown.media is not None and int(shown.media.pixels[0, 0, 0]) == 248)


def test_the_strength_becomes_a_curve_and_a_number_again(window, studio, qtbot):
    studio.edit(controls=(Control("edges", picture(7), 0.6), Control("depth", picture(8))))
    one = window.control.inputs[0]
    qtbot.waitUntil(lambda: window.timeline.lanes[-1].isVisible())
    one.bend.click()
    given = {control.kind: control.strength for control in studio.draft.controls}
    assert given == {"edges": Curve(((0.0, 0.6), (1.0, 0.6))), "depth": 1.0}
    assert not one.strength.isEnabled()
    lanes = {lane.param.name: lane for lane in window.timeline.lanes}
    assert list(lanes) == ["guidance", "control edges", "control depth"]
    assert window.focusWidget() is lanes["control edges"]
    assert not lanes["control edges"].visibleRegion().isEmpty()
    one.bend.click()
    menu = one.findChild(QMenu)
    assert menu is not None
    menu.actions()[1].trigger()
    assert {control.kind: control.strength for control in studio.draft.controls} == {"edges": 0.6, "depth": 1.0}
    assert one.strength.isEnabled()
    studio.edit(controls=())
    assert [lane.param.name for lane in window.timeline.lanes] == ["guidance"]


def test_the_lane_of_a_control_is_edited_as_any_other(window, studio, qtbot):
    studio.edit(controls=(Control("edges", picture(7), 0.6),))
    lane = window.timeline.lanes[-1]
    assert "0.6" in lane.accessibleDescription()
    qtbot.keyClick(lane, Qt.Key.Key_Up)
    assert studio.draft.controls[0].strength == pytest.approx(0.65)
    lane.add(0.5, 2.0)
    assert studio.draft.controls[0].strength == Curve(((0.0, 0.65), (0.5, 2.0), (1.0, 0.65)))
    place = QPoint(int(window.timeline.axis.x_of(0.5)), int(lane._y(2.0)))
    qtbot.mousePress(lane, Left, pos=place)
    assert lane.selected == 1
    qtbot.mouseRelease(lane, Left, pos=place)
    qtbot.keyClick(lane, Qt.Key.Key_Delete)
    assert len(studio.draft.controls[0].strength.points) == 2
    lane.restore()
    assert studio.draft.controls[0].strength == 1.0


def test_an_embedding_is_written_into_a_prompt(qapp, qtbot, tmp_path):
    known = (AdapterKind("blot-1a2b3c", "blot", ("blot",)),)
    info = msgspec.structs.replace(CARD.info, embeddings=known, takes=(*CARD.info.takes, "negative"))
    card = msgspec.structs.replace(CARD, info=info)
    with working(qtbot, tmp_path, Host(cards={card.info.name: card})) as made:
        panel = ControlPanel(made)
        qtbot.addWidget(panel)
        made.edit(prompt="a boat", negative="")
        (chip,) = panel.words.chips
        assert not panel.words_part.isHidden()
        chip.click()
        chip.click()
        assert (made.draft.prompt, made.draft.negative) == ("a boat, blot", "")


def test_a_lora_shows_the_picture_beside_its_file(qapp, qtbot, tmp_path):
    media.write(tmp_path / "ink.png", picture(90))
    known = (AdapterKind("ink-1a2b3c", "ink", (), str(tmp_path / "ink.png")), AdapterKind("bare-1a2b3c", "bare"))
    card = msgspec.structs.replace(CARD, info=msgspec.structs.replace(CARD.info, adapters=known))
    with working(qtbot, tmp_path, Host(cards={card.info.name: card})) as made:
        panel = ControlPanel(made)
        qtbot.addWidget(panel)
        ink, bare = panel.wardrobe.rows
        qtbot.waitUntil(lambda: not ink.box.icon().isNull())
        assert bare.box.icon().isNull()


def test_start_and_last_are_as_the_engine_declares(studio, window, qtbot, tmp_path):
    panel = window.control
    assert not panel.last.isVisibleTo(panel)
    studio.set_engine(BOTH.info.name)
    assert panel.last.isVisibleTo(panel)
    assert panel.start.kinds == ("image", "video")
    media.write(tmp_path / "clip.gif", Video(np.arange(2 * 8 * 8 * 3).reshape(2, 8, 8, 3).astype(np.uint8), 10.0))
    panel.start.load(tmp_path / "clip.gif")
    qtbot.waitUntil(lambda: isinstance(studio.draft.start, Video))
    panel.last.picked.emit(picture(7))
    assert studio.draft.last is not None
    assert panel.last.media is studio.draft.last
    assert not panel.strength_row.isVisibleTo(panel)  # the engine keeps its start as it is
