"""The viewers by themselves: where pixels lie, what is heard and when, what a mesh looks like."""

import os
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.core.mesh import raster
from app.core.mesh.camera import Camera
from app.core.mesh.surface import coarser, edges, prepare
from app.ui import theme
from app.ui.stage import pyramid, sound
from app.ui.stage.audio import AudioViewer
from app.ui.stage.canvas import Canvas
from app.ui.stage.image import ImageViewer
from app.ui.stage.mesh import MeshViewer
from app.ui.stage.place import FIT_MOST, Place
from app.ui.stage.player import Player
from app.ui.stage.video import VideoViewer, fitted
from engines.contract import Audio, Image, Mesh, Video
from tests import panels

sides = st.integers(1, 5000)
spots = st.floats(0, 600)


@pytest.fixture(autouse=True)
def _dark(qtbot):
    theme.apply(QApplication.instance(), "dark")


def opened(qtbot, widget, width=400, height=300):
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


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


# ---------------------------------------------------------------- sounds


@settings(max_examples=60)
@given(st.integers(1, 6000), st.integers(1, 2), st.floats(0, 0.9), st.floats(0.01, 1), st.integers(1, 300))
def test_peaks_are_never_lower_than_what_they_cover(length, channels, start, span, count):
    samples = np.random.default_rng(length).uniform(-1, 1, (length, channels)).astype(np.float32)
    first, last = start * length, min(start + span, 1) * length
    columns = sound.peaks(samples).columns(first, last, count)
    assert columns.shape == (count, channels, 2)
    part = samples[int(first) : max(int(first) + 1, int(last))]
    assert (columns[..., 1].max(axis=0) >= part.max(axis=0)).all()
    assert (columns[..., 0].min(axis=0) <= part.min(axis=0)).all()
    assert (columns[..., 0] <= columns[..., 1]).all()
    assert np.abs(columns).max() <= 1


def beep(seconds=1.0, rate=8000, channels=1):
    time_axis = np.arange(int(seconds * rate)) / rate
    return Audio(np.repeat(np.sin(time_axis * 2000)[:, None], channels, 1).astype(np.float32) * 0.5, rate)


@pytest.fixture
def player():
    made = Player(null=True)
    yield made
    made.close()


def test_the_playhead_follows_the_device_clock(player):
    player.load(beep(5.0))
    player.play()
    time.sleep(0.25)
    first, began = player.position, time.monotonic()
    time.sleep(0.4)
    gone, passed = player.position - first, time.monotonic() - began
    assert 0.15 < gone < passed + 0.2
    player.pause()
    held = player.position
    time.sleep(0.1)
    assert player.position == held


def test_a_sound_ends_and_can_be_played_again(player):
    player.load(beep(0.2))
    player.play()
    deadline = time.monotonic() + 5
    while not player.ended and time.monotonic() < deadline:
        time.sleep(0.02)
    player.pause()
    assert player.position == pytest.approx(player.seconds)
    player.play()
    assert not player.ended
    assert player.playing


@pytest.mark.parametrize("loop", [False, True])
def test_what_the_device_is_given_is_the_sound(loop):
    player = Player(null=True)
    audio = beep(0.1, channels=2)
    player.load(audio)
    player.loop = loop
    got = np.concatenate([player._next(256) for _ in range(8)])
    want = np.concatenate([audio.samples] * 3)[: len(got)] if loop else np.zeros_like(got)
    if not loop:
        want[: len(audio.samples)] = audio.samples
    assert got.shape == (2048, 2)
    assert np.array_equal(got, want)


@given(st.floats(-5, 15))
def test_seeking_stays_within_the_sound(seconds):
    player = Player(null=True)
    player.load(beep(1.0))
    player.seek(seconds)
    assert player.position == pytest.approx(min(max(seconds, 0), 1.0), abs=1e-3)


def test_a_sound_in_the_making_keeps_its_place(player):
    player.load(beep(2.0))
    player.seek(1.5)
    player.load(beep(2.0), keep=True)
    assert player.position == 1.5
    player.load(beep(1.0), keep=True)
    assert player.position == 1.0


def test_without_a_device_one_sentence_says_so(qtbot):
    viewer = opened(qtbot, AudioViewer())
    viewer.player._null = True
    said = []
    viewer.said.connect(said.append)
    viewer.show_media(beep(3.0))
    viewer.wave.setFocus()
    for _ in range(4):
        qtbot.keyClick(viewer.wave, Qt.Key.Key_Space)
    assert len(said) == 1
    assert "silence" in said[0]
    qtbot.keyClick(viewer.wave, Qt.Key.Key_Right)
    viewer.rest()


def test_clicking_and_dragging_seek(qtbot):
    viewer = opened(qtbot, AudioViewer())
    viewer.show_media(beep(2.0))
    wave = viewer.wave
    qtbot.mouseClick(wave, Qt.MouseButton.LeftButton, pos=QPoint(wave.width() // 2, 60))
    assert viewer.player.position == pytest.approx(1.0, abs=0.02)
    qtbot.mousePress(wave, Qt.MouseButton.LeftButton, pos=QPoint(0, 60))
    qtbot.mouseMove(wave, QPoint(8 + (wave.width() - 16) // 4, 60))
    qtbot.mouseRelease(wave, Qt.MouseButton.LeftButton, pos=QPoint(8 + (wave.width() - 16) // 4, 60))
    assert viewer.player.position == pytest.approx(0.5, abs=0.02)
    wave.zoom(4.0, 0.5)
    assert wave.stop - wave.start == pytest.approx(0.5)
    qtbot.keyClick(wave, Qt.Key.Key_End)
    assert viewer.player.position == pytest.approx(2.0)


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("length", [1, 7, 8000])
def test_any_sound_can_be_drawn(qtbot, channels, length):
    viewer = opened(qtbot, AudioViewer())
    viewer.show_media(Audio(np.full((length, channels), 0.5, np.float32), 8000))
    assert not viewer.still().isNull()


# ---------------------------------------------------------------- clips


def clip(count=10, fps=25.0, tone=None):
    frames = np.stack([np.full((12, 16, 3), k % 10 * 20, np.uint8) for k in range(count)])
    return Video(frames, fps, tone)


def seen(viewer) -> int:
    """The number of the frame that is on the screen."""
    rect = viewer.canvas.picture_rect().toRect()
    return viewer.canvas.grab().toImage().pixelColor(rect.center()).value() // 20


def test_stepping_is_exact_to_the_frame(qtbot):
    viewer = opened(qtbot, VideoViewer())
    viewer.show_media(clip())
    viewer.canvas.setFocus()
    qtbot.waitUntil(viewer.canvas.hasFocus)
    for key, frame in ((".", 1), (".", 2), (",", 1), ("End", 9), (".", 9), ("Home", 0), (",", 0)):
        qtbot.keyClick(viewer.canvas, getattr(Qt.Key, {".": "Key_Period", ",": "Key_Comma"}.get(key, f"Key_{key}")))
        assert (viewer.frame, seen(viewer)) == (frame, frame)
    viewer.scrub.setValue(6)
    assert seen(viewer) == 6
    assert "frame 7 of 10" in viewer.time_note.text()


def test_a_clip_runs_at_its_speed_and_repeats(qtbot):
    viewer = opened(qtbot, VideoViewer())
    viewer.show_media(clip(fps=25.0))
    now = [100.0]
    viewer.clock = lambda: now[0]
    viewer.toggle()
    assert viewer._timer.isActive()
    for passed, frame in ((0.039, 0), (0.041, 1), (0.2, 5), (0.399, 9), (0.401, 0), (4.13, 3)):
        now[0] = 100.0 + passed
        viewer._tick()
        assert (viewer.frame, seen(viewer)) == (frame, frame)
    viewer.loop_deed.setChecked(False)
    viewer._tick()
    assert (viewer.playing, viewer.frame) == (False, 9)
    viewer.toggle()
    assert (viewer.playing, viewer.frame) == (True, 0)


def test_a_clip_runs_by_itself(qtbot):
    viewer = opened(qtbot, VideoViewer())
    viewer.show_media(clip())
    viewer.toggle()
    qtbot.waitUntil(lambda: viewer.frame >= 3)
    assert viewer.playing


def test_a_clip_with_sound_follows_the_sound(qtbot):
    viewer = opened(qtbot, VideoViewer())
    viewer.sound._null = True
    viewer.show_media(clip(50, 25.0, beep(1.0)))
    assert viewer.sound.seconds == pytest.approx(2.0)
    viewer.toggle()
    qtbot.waitUntil(lambda: viewer.frame > 2)
    viewer.sound.pause()
    viewer.sound.seek(1.0)
    viewer._tick()
    assert viewer.frame == 25
    viewer.rest()


@given(st.integers(1, 60), st.floats(1, 60), st.floats(0.01, 3))
def test_the_sound_of_a_clip_is_as_long_as_the_clip(count, fps, seconds):
    video = Video(np.zeros((count, 2, 2, 3), np.uint8), fps, beep(seconds))
    assert len(fitted(video).samples) == max(1, round(count / fps * 8000))


def test_a_single_frame_does_not_play(qtbot):
    viewer = opened(qtbot, VideoViewer())
    viewer.begin()
    viewer.show_media(clip(1))
    assert not viewer.playing
    viewer.toggle()
    assert not viewer.playing


# ---------------------------------------------------------------- meshes


def brute(surface, camera, width, height):
    """The nearest face at every pixel centre, one face after the other."""
    screen, depth = raster.project(surface.points, camera, width, height)
    near, image = np.full((height, width), np.inf), np.zeros((height, width, 3))
    colours = raster.shaded(surface, camera) * 255
    yy, xx = np.mgrid[0:height, 0:width] + 0.5
    for face in surface.faces:
        a, b, c = screen[face]
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        if abs(area) < 1e-12:
            continue
        v = ((xx - a[0]) * (c[1] - a[1]) - (yy - a[1]) * (c[0] - a[0])) / area
        w = ((yy - a[1]) * (b[0] - a[0]) - (xx - a[0]) * (b[1] - a[1])) / area
        weights = np.stack([1 - v - w, v, w], -1)
        z = weights @ depth[face]
        wins = (weights >= 0).all(axis=-1) & (z < near)
        near[wins] = z[wins]
        image[wins] = (weights @ colours[face])[wins]
    return image, np.isfinite(near)


@pytest.mark.parametrize("seed", range(4))
def test_the_rasteriser_agrees_with_one_face_at_a_time(seed):
    noise = np.random.default_rng(seed)
    points = noise.uniform(-1, 1, (30, 3)).astype(np.float32)
    faces = noise.integers(0, 30, (25, 3)).astype(np.int32)
    colours = noise.integers(0, 255, (30, 4), np.uint8)
    surface, camera = prepare(Mesh(points, faces, colours)), Camera()
    camera.frame(surface.points)
    camera.orbit(seed, 0.3)
    got = raster.render(surface, camera, 60, 44)
    want, covered = brute(surface, camera, 60, 44)
    assert covered.mean() > 0.1
    assert (got[..., 3] > 0).tolist() == covered.tolist()
    assert np.abs(got[..., :3][covered].astype(float) - want[covered]).max() <= 1.0


def test_the_chunks_make_no_difference(monkeypatch):
    surface, camera = prepare(panels.frame("mesh", 20)), Camera()
    camera.frame(surface.points)
    whole = raster.render(surface, camera, 90, 70)
    monkeypatch.setattr(raster, "CHUNK", 50)
    assert np.array_equal(raster.render(surface, camera, 90, 70), whole)


def test_what_faces_away_need_not_be_drawn_of_a_closed_surface():
    box = trimesh.creation.box()
    mesh = Mesh(np.asarray(box.vertices, np.float32), np.asarray(box.faces, np.int32))
    surface, camera = prepare(mesh), Camera()
    camera.frame(surface.points)
    assert surface.closed
    assert not prepare(Mesh(mesh.vertices, mesh.faces[:, ::-1].copy())).closed
    assert not prepare(Mesh(mesh.vertices, mesh.faces[1:])).closed
    whole = raster.render(msgspec.structs.replace(surface, closed=False), camera, 120, 90).astype(int)
    culled = raster.render(surface, camera, 120, 90).astype(int)
    assert (np.abs(whole - culled).max(axis=2) > 2).mean() < 0.002


def test_a_coarser_surface_has_the_same_shape_with_fewer_faces():
    ball = trimesh.creation.icosphere(subdivisions=5)
    surface = prepare(Mesh(np.asarray(ball.vertices, np.float32), np.asarray(ball.faces, np.int32)))
    light = coarser(surface, 24)
    assert len(light.faces) < len(surface.faces) / 3
    assert np.linalg.norm(light.points, axis=1) == pytest.approx(1.0, abs=0.06)
    camera = Camera()
    camera.frame(surface.points)
    a, b = (raster.render(part, camera, 100, 100)[..., 3] for part in (surface, light))
    assert (a != b).mean() < 0.03


@settings(max_examples=40)
@given(st.floats(-10, 10), st.floats(-3, 3), st.floats(1e-3, 1e3))
def test_a_framed_mesh_is_seen_whole_from_everywhere(yaw, pitch, size):
    points = (panels.frame("mesh", 24).vertices * size + size * 5).astype(np.float32)
    camera = Camera()
    camera.frame(points)
    camera.orbit(yaw, pitch)
    places, depth = raster.project(points, camera, 100, 100)
    assert (depth > 0).all()
    assert places.min() >= 0
    assert places.max() <= 100
    assert np.allclose(np.stack(camera.axes()) @ np.stack(camera.axes()).T, np.eye(3))


def test_normals_point_outwards_and_edges_are_counted_once():
    surface = prepare(panels.frame("mesh", 24))
    outward = np.einsum("ij,ij->i", surface.normals, surface.points)
    assert np.median(outward) > 0.9
    assert len(edges(np.array([[0, 1, 2], [2, 1, 3]], np.int32))) == 5


def test_a_mesh_is_orbited_by_keys_and_pointer_without_opengl(qtbot):
    viewer = opened(qtbot, MeshViewer())
    viewer.show_media(panels.frame("mesh", 20))
    assert type(viewer.view).__name__ == "SoftView"

    def look():
        viewer.view._sharpen()
        return viewer.still().convertToFormat(QImage.Format.Format_RGB32)

    first = look()
    viewer.orbit.setFocus()
    for act in (
        lambda: qtbot.keyClick(viewer.orbit, Qt.Key.Key_Left),
        lambda: qtbot.keyClick(viewer.orbit, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier),
        lambda: viewer.wire_deed.setChecked(True),
        lambda: viewer.grid_deed.setChecked(False),
        lambda: viewer._zoom(1.4),
    ):
        before = look()
        act()
        assert look() != before
    yaw = viewer.camera.yaw
    qtbot.mousePress(viewer.orbit, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(viewer.orbit, QPoint(150, 100))
    qtbot.mouseRelease(viewer.orbit, Qt.MouseButton.LeftButton, pos=QPoint(150, 100))
    assert viewer.camera.yaw != yaw
    viewer.reset()
    viewer.wire_deed.setChecked(False)
    viewer.grid_deed.setChecked(True)
    assert look() == first


def test_a_developing_mesh_keeps_the_view(qtbot):
    viewer = opened(qtbot, MeshViewer())
    viewer.begin()
    viewer.show_media(panels.frame("mesh", 5), live=True)
    viewer.camera.orbit(1.0, 0.2)
    angles = (viewer.camera.yaw, viewer.camera.pitch, viewer.camera.distance)
    viewer.show_media(panels.frame("mesh", 6), live=True)
    assert (viewer.camera.yaw, viewer.camera.pitch, viewer.camera.distance) == angles
