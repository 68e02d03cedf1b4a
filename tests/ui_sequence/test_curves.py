"""Curves under their tracks."""

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage

from app.core.timeline import edit, numbers
from app.core.timeline.values import Clip, Key, Lane, Take, Track
from app.ui import theme
from app.ui.sequence import Sequence
from app.ui.sequence.words import colour_of
from tests.ui_sequence.kit import Ctrl, F, Left, NoMod, clip, drag


@pytest.fixture
def curved(panel):
    """The panel with a curve of the scale of 'a', from 0 to 2 within a second, and it is shown."""
    lane = Lane("scale", (Key(F(0), 0.0), Key(F(1), 2.0)), id="l")
    panel.studio.arrange("curve", lambda one: edit.put_lane(one, "a", lane))
    panel.view.fold("v1", True)
    panel.studio.undo_stack.clear()
    return panel


def lane(panel: Sequence) -> Lane:
    return clip(panel, "a").lanes[0]


def key_spot(panel: Sequence, seconds: float, value: float) -> QPoint:
    row = next(row for row in panel.view.rows if row.target == "scale")
    return QPoint(round(panel.view.x(seconds)), round(panel.canvas.lanes.y(row, value)))


def inked(image: QImage, place: QPoint, ink: QColor) -> bool:
    """Whether a line of that colour goes through a place, give or take a pixel."""
    near = [image.pixelColor(place + QPoint(0, dy)).getRgb() for dy in (-1, 0, 1)]
    return min(sum(abs(a - b) for a, b in zip(one, ink.getRgb(), strict=True)) for one in near) < 130


def test_a_curve_is_drawn_through_its_keys(curved):
    row = next(row for row in curved.view.rows if row.target == "scale")
    owner, here = row.lanes[0]
    assert curved.canvas.lanes.at(row, owner, here, F(1, 2)) == pytest.approx(1.0)
    ink = QColor(colour_of(row.track, theme.current()))
    for ease in ("linear", "ease-in-out-sine"):
        keys = tuple(msgspec.structs.replace(key, ease=ease) for key in here.keys)
        bent = msgspec.structs.replace(here, keys=keys)
        curved.studio.arrange("ease", lambda one, bent=bent: edit.put_lane(one, "a", bent))
        image = QImage(curved.canvas.size(), QImage.Format.Format_ARGB32)
        curved.canvas.render(image)
        assert inked(image, key_spot(curved, 0.5, 1.0), ink), ease
        assert inked(image, key_spot(curved, 1.7, 2.0), ink), ease
        assert not inked(image, key_spot(curved, 0.3, 1.9), ink), ease


def test_keys_are_dragged_added_and_deleted(curved, qtbot):
    drag(qtbot, curved, key_spot(curved, 1, 2.0), key_spot(curved, 1.5, 1.0))
    assert float(lane(curved).keys[1].at) == pytest.approx(1.5, abs=0.02)
    assert lane(curved).keys[1].value == pytest.approx(1.0, abs=0.06)
    qtbot.mouseDClick(curved.canvas, Left, NoMod, key_spot(curved, 0.5, 1.8))
    assert len(lane(curved).keys) == 3
    assert lane(curved).keys[1].value == pytest.approx(1.8, abs=0.06)
    assert curved.view.keys == {("l", 1)}
    qtbot.keyClick(curved.canvas, Qt.Key.Key_Delete)
    assert len(lane(curved).keys) == 2
    assert len(curved.studio.timeline.tracks[0].clips) == 2


def test_keys_are_picked_by_a_rectangle_and_moved_together(curved, qtbot):
    drag(qtbot, curved, key_spot(curved, -0.2, -0.1), key_spot(curved, 1.2, 2.1))
    assert curved.view.keys == {("l", 0), ("l", 1)}
    before = [key.at for key in lane(curved).keys]
    drag(qtbot, curved, key_spot(curved, 0, 0.0), key_spot(curved, 0.5, 0.0))
    moved = [key.at - was for key, was in zip(lane(curved).keys, before, strict=True)]
    assert moved[0] == moved[1]
    assert float(moved[0]) == pytest.approx(0.5, abs=0.02)
    curved.studio.undo_stack.undo()
    assert [key.at for key in lane(curved).keys] == before


def test_keys_are_copied_to_the_playhead(curved, qtbot):
    curved.view.pick({("l", 0), ("l", 1)})
    qtbot.keyClick(curved.canvas, Qt.Key.Key_C, Ctrl)
    curved.studio.set_playhead(F(3, 2))
    qtbot.keyClick(curved.canvas, Qt.Key.Key_V, Ctrl)
    assert [key.at for key in lane(curved).keys] == [0, 1, F(3, 2), F(5, 2)]


def test_a_picked_key_that_has_gone_is_let_go(curved):
    curved.view.pick({("l", 1)})
    curved.studio.arrange("less", lambda one: edit.put_lane(one, "a", Lane("scale", (Key(F(0), 1.0),), id="l")))
    assert curved.view.keys == frozenset()


def test_curves_are_offered_where_something_follows_them():
    offered = numbers.offered
    assert offered(Track("audio"), None) == ["gain", "pan"]
    assert "scale" not in offered(Track("audio"), Clip(F(0), F(1)))
    assert offered(Track("picture"), Clip(F(0), F(1))) == ["opacity", "x", "y", "scale", "rotation"]
    assert {"gain", "scale"} <= set(offered(Track("picture"), Clip(F(0), F(1), takes=(Take("film.mp4"),))))
    assert offered(Track("prompt")) == []
    assert "azimuth" in offered(Track("camera"), Clip(F(0), F(1), mesh="m"))
