"""Where media are given to a request: dropped, pasted, cleared, and each of it undone; the last picture of a clip."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage

from app.ui import thumbs
from engines.contract import Image, check
from engines.files import media
from tests import fakes
from tests.windows import shown, working

ENDING = msgspec.structs.replace(
    fakes.PICTURE,
    info=msgspec.structs.replace(fakes.PICTURE.info, takes=(*fakes.PICTURE.info.takes, "start", "last")),
)
FIRST = np.random.default_rng(5).integers(0, 256, (9, 7, 3), dtype=np.uint8)
Left, Copy, Plain = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def studio(qapp, qtbot, tmp_path):
    with working(
        qtbot, tmp_path, fakes.Host(cards={ENDING.info.name: ENDING, fakes.OTHER.info.name: fakes.OTHER})
    ) as made:
        yield made


@pytest.fixture
def window(studio, qtbot):
    yield shown(qtbot, studio)
    QGuiApplication.clipboard().clear()


@pytest.fixture(params=["start", "last"])
def drop(request, window):
    return request.param, getattr(window.control, request.param)


def clipped(**what) -> None:
    data = QMimeData()
    if "file" in what:
        data.setUrls([QUrl.fromLocalFile(str(what["file"]))])
    if "picture" in what:
        data.setImageData(what["picture"])
    if "text" in what:
        data.setText(what["text"])
    QGuiApplication.clipboard().setMimeData(data)


def paste(qtbot, drop) -> None:
    qtbot.keyClick(drop, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_an_empty_clipboard_is_one_sentence(studio, drop, qtbot):
    QGuiApplication.clipboard().clear()
    heard = []
    studio.notice.connect(lambda kind, sentence: heard.append(sentence))
    paste(qtbot, drop[1])
    assert len(heard) == 1


def test_a_picture_is_pasted_cleared_and_undone(studio, drop, qtbot):
    name, place = drop
    clipped(picture=thumbs.picture(FIRST))
    paste(qtbot, place)
    given = getattr(studio.draft, name)
    assert np.array_equal(given.pixels, FIRST)
    assert place.media is given
    check(ENDING, studio.draft)
    qtbot.keyClick(place, Qt.Key.Key_Delete)
    assert getattr(studio.draft, name) is None
    assert place.media is None
    studio.undo_stack.undo()
    assert getattr(studio.draft, name) is given
    studio.undo_stack.undo()
    assert getattr(studio.draft, name) is None


def test_a_file_is_pasted_as_it_is_dropped(studio, drop, qtbot, tmp_path):
    name, place = drop
    path = tmp_path / "photo.png"
    media.write(path, Image(FIRST))
    clipped(file=path, picture=QImage(3, 3, QImage.Format.Format_RGB32))
    paste(qtbot, place)
    qtbot.waitUntil(lambda: getattr(studio.draft, name) is not None)
    assert np.array_equal(getattr(studio.draft, name).pixels, FIRST)
    studio.edit(**{name: None})
    place.dropEvent(QDropEvent(QPointF(5, 5), Copy, QGuiApplication.clipboard().mimeData(), Left, Plain))
    qtbot.waitUntil(lambda: getattr(studio.draft, name) is not None)


def test_what_is_seen_of_a_clip_is_pasted_where_its_file_is_no_picture(studio, drop, qtbot, tmp_path):
    name, place = drop
    clipped(file=tmp_path / "clip.mp4", picture=thumbs.picture(FIRST))
    paste(qtbot, place)
    assert np.array_equal(getattr(studio.draft, name).pixels, FIRST)


def test_words_on_the_clipboard_cost_one_sentence(studio, drop, qtbot):
    name, place = drop
    clipped(text="a boat")
    with qtbot.waitSignal(studio.notice) as told:
        paste(qtbot, place)
    assert "no picture on the clipboard" in told.args[1]
    assert getattr(studio.draft, name) is None


def test_the_last_picture_is_offered_where_a_clip_can_end_with_one(studio, window, qtbot):
    assert window.control.last.isVisibleTo(window.control)
    studio.edit(last=Image(FIRST))
    studio.set_engine(fakes.OTHER.info.name)
    assert not window.control.last.isVisibleTo(window.control)
    assert studio.draft.last is None
    studio.undo_stack.undo()
    assert window.control.last.media is studio.draft.last


def test_the_last_picture_is_drawn_over_the_first(studio, window, qtbot):
    studio.edit(start=Image(FIRST))
    window.control.last.draw.click()
    assert window.stage.stack.currentWidget() is window.stage.easel
    assert window.stage.easel.target.below is studio.draft.start
    assert (window.stage.easel.board.drawing == 255).all()


def test_pixels_go_through_a_picture_and_back():
    for shape in ((5, 7, 3), (5, 7, 4)):
        pixels = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
        assert np.array_equal(thumbs.pixels(thumbs.picture(pixels)), pixels)
