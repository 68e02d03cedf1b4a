"""Pictures on the stage: tiled three by three, and how enlarged pixels are drawn."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from app.ui import theme
from app.ui.stage.image import ImageViewer, pixel_art
from engines.contract import Image


def gradient(side=64):
    y, x = np.mgrid[0:side, 0:side] * 255 // side
    return np.stack([x, y, x // 2 + y // 2], -1).astype(np.uint8)


def board(side=8):
    on = (np.indices((side, side)).sum(axis=0) % 2 * 255).astype(np.uint8)
    return np.stack([on] * 3, -1)


@pytest.fixture
def viewer(qtbot):
    theme.apply(QApplication.instance(), "dark")
    made = ImageViewer()
    qtbot.addWidget(made)
    made.resize(520, 460)
    made.show()
    qtbot.waitExposed(made)
    made.canvas.setFocus()
    qtbot.waitUntil(made.canvas.hasFocus)
    return made


def tones(viewer):
    """The greys along a line through the middle of the picture."""
    rect = viewer.canvas.picture_rect().toRect()
    seen = viewer.canvas.grab().toImage()
    return {seen.pixelColor(x, rect.center().y() + 3).value() for x in range(rect.left() + 2, rect.right() - 2)}


def test_pixel_art_is_small_and_of_few_colours():
    assert pixel_art(board())
    assert pixel_art(np.zeros((32, 32, 4), np.uint8))
    assert pixel_art(board()[..., 0])
    assert not pixel_art(gradient())
    assert pixel_art(gradient(32))  # a repaired sprite has many colours
    assert not pixel_art(gradient(32), (96, 96))  # a preview
    assert not pixel_art(np.zeros((300, 20, 3), np.uint8))


def test_pixel_art_is_fitted_by_whole_numbers_and_stays_sharp(viewer):
    viewer.show_media(Image(board(30)))
    assert viewer.canvas.zoom == int(viewer.canvas.zoom) >= 4
    assert tones(viewer) == {0, 255}
    viewer.show_media(Image(gradient()))
    assert not viewer.canvas.squares


def test_a_developing_picture_is_smooth(viewer):
    viewer.show_media(Image(board(30)), live=True)
    assert len(tones(viewer)) > 4


def test_n_steps_through_automatic_squares_and_smooth(qtbot, viewer):
    viewer.show_media(Image(gradient()))
    assert not viewer.canvas.squares
    viewer.canvas.place.zoom_to(3.9, (200.0, 200.0))
    assert not viewer.canvas.squares
    viewer.canvas.place.zoom_to(4.0, (200.0, 200.0))
    assert viewer.canvas.squares
    viewer.canvas.fit()
    qtbot.keyClick(viewer.canvas, Qt.Key.Key_N)
    assert (viewer.pixels.value, viewer.canvas.squares) == ("squares", True)
    qtbot.keyClick(viewer.canvas, Qt.Key.Key_N)
    viewer.canvas.place.zoom_to(20.0, (200.0, 200.0))
    assert (viewer.pixels.value, viewer.canvas.squares) == ("smooth", False)


def test_t_shows_nine_tiles_without_a_gap(qtbot, viewer):
    pixels = gradient(40)
    viewer.show_media(Image(pixels))
    qtbot.keyClick(viewer.canvas, Qt.Key.Key_T)
    assert np.array_equal(viewer.canvas.pixels, np.tile(pixels, (3, 3, 1)))
    assert viewer.canvas.place.natural == (120, 120)
    assert viewer.size_note.text() == "40 × 40"
    assert (viewer.still().width(), viewer.still().height()) == (40, 40)
    place = viewer.canvas.place
    at = QPoint(int(place.x + 87.5 * place.scale), int(place.y + 44.5 * place.scale))
    qtbot.mouseMove(viewer.canvas, at + QPoint(-20, 0))
    qtbot.mouseMove(viewer.canvas, at)
    qtbot.waitUntil(lambda: "7, 4" in viewer.spot_note.text())
    qtbot.keyClick(viewer.canvas, Qt.Key.Key_T)
    assert np.array_equal(viewer.canvas.pixels, pixels)


def test_tiles_keep_the_natural_size_the_comparison_and_a_bound(qtbot, viewer):
    viewer.show_media(Image(board(8)), (32, 32), live=True)
    viewer.compare_with(Image(gradient(8)))
    viewer.tile_deed.setChecked(True)
    assert viewer.canvas.place.natural == (96, 96)
    assert viewer.canvas._other.exact()[1].width() == 24
    viewer.show_media(Image(np.zeros((3000, 3000, 3), np.uint8)))
    assert viewer.canvas.pixels.shape[0] * viewer.canvas.pixels.shape[1] <= 2**25
    assert viewer.canvas.place.natural == (9000, 9000)
