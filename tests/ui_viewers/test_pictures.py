"""Pictures: where they lie, zoomed and panned, pixel for pixel, and two side by side."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt

from app.ui.stage import pyramid
from app.ui.stage.canvas import Canvas
from app.ui.stage.image import ImageViewer
from app.ui.stage.place import FIT_MOST, Place
from engines.contract import Image
from tests.ui_viewers.conftest import opened, sides, spots

# ---------------------------------------------------------------- place


@given(sides, sides, st.integers(60, 3000), st.integers(60, 3000))
def test_fitting_shows_all_of_it_in_the_middle(w, h, vw, vh):
    place = Place()
    place.resize((w, h), (vw, vh))
    width, height = place.size
    assert width <= max(vw, 1.01 * w / max(w, h)) + 1e-6
    assert height <= max(vh, 1.01 * h / max(w, h)) + 1e-6
    assert place.scale <= FIT_MOST
    assert place.x + width / 2 == pytest.approx(vw / 2)
    assert place.y + height / 2 == pytest.approx(vh / 2)


@given(spots, spots, st.floats(1.0, 3.0))
def test_zooming_in_keeps_the_spot_under_the_pointer(x, y, times):
    place = Place()
    place.resize((1000, 1000), (600.0, 600.0))
    place.zoom_to(2.0, (300.0, 300.0))
    before = place.to_picture((x, y))
    place.zoom(times, (x, y))
    held_x = place.x in (600 * 0.25, 600 * 0.75 - place.size[0])
    held_y = place.y in (600 * 0.25, 600 * 0.75 - place.size[1])
    after = place.to_picture((x, y))
    assert held_x or after[0] == pytest.approx(before[0], abs=1e-6)
    assert held_y or after[1] == pytest.approx(before[1], abs=1e-6)


@given(st.lists(st.tuples(st.floats(-9999, 9999), st.floats(-9999, 9999)), max_size=8))
def test_a_picture_is_never_lost_by_panning(moves):
    place = Place()
    place.resize((1000, 700), (600.0, 500.0))
    place.zoom_to(3.0, (10.0, 10.0))
    for move in moves:
        place.pan(*move)
    assert place.x <= 600 * 0.25
    assert place.x + place.size[0] >= 600 * 0.75


# ---------------------------------------------------------------- pictures


@pytest.mark.parametrize("shape", [(40, 30), (40, 30, 3), (40, 30, 4), (1, 1, 3), (300, 500, 3), (7, 2000, 4)])
def test_a_pyramid_has_the_picture_and_its_halves(shape):
    built = pyramid.build(np.full(shape, 90, np.uint8))
    assert (built.exact()[1].width(), built.exact()[1].height()) == (shape[1], shape[0])
    factors = [factor for factor, _ in built.levels]
    assert factors == sorted(factors)
    assert built.alpha == (len(shape) == 3 and shape[2] == 4)
    for factor, level in built.levels:
        assert abs(level.width() - shape[1] / factor) <= 1


def test_a_coarser_level_is_the_mean_of_the_finer():
    pixels = np.random.default_rng(0).integers(0, 255, (256, 256, 3), np.uint8)
    level = dict(pyramid.build(pixels).levels)[2.0]
    mean = pixels[:2, :2].reshape(-1, 3).mean(axis=0)
    seen = level.pixelColor(0, 0).getRgb()[:3]
    assert np.abs(np.array(seen) - mean).max() < 3


def board(squares=8, side=8):
    on = (np.indices((squares, squares)).sum(axis=0) % 2 * 255).astype(np.uint8)
    return np.repeat(np.repeat(on, side, 0), side, 1)


def test_one_to_one_is_pixel_for_pixel(qtbot):
    canvas = opened(qtbot, Canvas("picture"))
    pixels = np.random.default_rng(1).integers(0, 255, (64, 80, 3), np.uint8)
    canvas.show_picture(pixels, pyramid.build(pixels))
    canvas.one_to_one()
    qtbot.wait(10)
    seen, left, top = canvas.grab().toImage(), round(canvas.place.x), round(canvas.place.y)
    for x, y in ((0, 0), (40, 30), (79, 63)):
        assert seen.pixelColor(left + x, top + y).getRgb()[:3] == tuple(int(v) for v in pixels[y, x])


def test_far_in_pixels_are_squares_and_fitted_they_are_smooth(qtbot):
    canvas = opened(qtbot, Canvas("picture"))
    pixels = board(8, 1)
    canvas.show_picture(pixels, pyramid.build(pixels))
    fitted_tones = {canvas.grab().toImage().pixelColor(x, 150).value() for x in range(140, 260)}
    canvas.place.zoom_to(20.0, (200.0, 150.0))
    canvas.update()
    tones = {canvas.grab().toImage().pixelColor(x, 150).value() for x in range(140, 260)}
    assert tones == {0, 255}
    assert len(fitted_tones) > 8


def test_transparency_shows_a_checkerboard(qtbot):
    canvas = opened(qtbot, Canvas("picture"))
    pixels = np.zeros((100, 100, 4), np.uint8)
    canvas.show_picture(pixels, pyramid.build(pixels))
    rect = canvas.picture_rect().toRect()
    seen = canvas.grab().toImage()
    tones = {seen.pixelColor(rect.left() + 3 + x, rect.top() + 3).name() for x in range(60)}
    assert len(tones) == 2


def test_the_read_out_names_the_pixel_and_its_colour(qtbot):
    viewer = opened(qtbot, ImageViewer())
    pixels = np.zeros((10, 20, 3), np.uint8)
    pixels[4, 7] = (255, 0, 128)
    viewer.show_media(Image(pixels))
    place = viewer.canvas.place
    at = QPoint(int(place.x + 7.5 * place.scale), int(place.y + 4.5 * place.scale))
    qtbot.mouseMove(viewer.canvas, at + QPoint(-30, 0))
    qtbot.mouseMove(viewer.canvas, at)
    qtbot.waitUntil(lambda: "7, 4" in viewer.spot_note.text())
    assert "#ff0080" in viewer.spot_note.text()
    assert viewer.canvas.spot(QPointF(-5, -5)) is None
    viewer.show_media(Image(pixels), (80, 40), live=True)
    place = viewer.canvas.place
    spot = viewer.canvas.spot(QPointF(place.x + 30.5 * place.scale, place.y + 17.5 * place.scale))
    assert (spot.x, spot.y, spot.colour) == (30, 17, (255, 0, 128, 255))


def test_two_pictures_are_parted_by_the_divider(qtbot):
    viewer = opened(qtbot, ImageViewer())
    black, white = np.zeros((100, 100, 3), np.uint8), np.full((50, 50, 3), 255, np.uint8)
    viewer.show_media(Image(black))
    viewer.compare_with(Image(white))
    rect = viewer.canvas.picture_rect()

    def tone(share):
        spot = QPoint(int(rect.left() + share * rect.width()), int(rect.bottom() - 20))
        return viewer.canvas.grab().toImage().pixelColor(spot).value()

    assert (tone(0.3), tone(0.7)) == (0, 255)
    viewer.canvas.setFocus()
    for _ in range(20):
        qtbot.keyClick(viewer.canvas, Qt.Key.Key_Right)
    assert (tone(0.3), tone(0.7), tone(0.95)) == (0, 0, 255)
    viewer.divider.setValue(10)
    assert (tone(0.05), tone(0.3)) == (0, 255)
    grip = QPoint(int(viewer.canvas._divider()), int(rect.center().y()))
    qtbot.mousePress(viewer.canvas, Qt.MouseButton.LeftButton, pos=grip)
    qtbot.mouseMove(viewer.canvas, QPoint(int(rect.center().x()), grip.y()))
    qtbot.mouseRelease(viewer.canvas, Qt.MouseButton.LeftButton, pos=QPoint(int(rect.center().x()), grip.y()))
    assert viewer.canvas.split == pytest.approx(0.5, abs=0.02)
    viewer.compare_with(None)
    assert tone(0.7) == 0
    assert not viewer.divider.isVisible()


def test_zoom_and_pan_by_keys(qtbot):
    viewer = opened(qtbot, ImageViewer())
    viewer.show_media(Image(board()))
    canvas = viewer.canvas
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    fit = canvas.zoom
    qtbot.keyClick(canvas, Qt.Key.Key_1)
    assert canvas.zoom == 1.0
    for _ in range(12):
        qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.zoom > 10
    before = canvas.place.x
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.place.x > before
    qtbot.keyClick(canvas, Qt.Key.Key_F)
    assert canvas.zoom == fit


def test_dragging_pans_what_is_larger_and_hands_out_what_is_not(qtbot):
    canvas = opened(qtbot, Canvas("picture"))
    pixels = board()
    canvas.draggable = True
    canvas.show_picture(pixels, pyramid.build(pixels))
    out = []
    canvas.dragged.connect(lambda: out.append(True))

    def drag():
        qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
        qtbot.mouseMove(canvas, QPoint(230, 160))
        qtbot.mouseMove(canvas, QPoint(240, 170))
        qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(240, 170))

    drag()
    assert out == [True]
    canvas.place.zoom_to(20.0, (200.0, 150.0))
    x = canvas.place.x
    drag()
    assert out == [True]
    assert canvas.place.x != x
