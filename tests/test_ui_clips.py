"""Clips on the stage: shuttle, loop range, speed, onion skin, time code, scrubbing."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from app.ui import theme
from app.ui.stage import onion
from app.ui.stage.scrub import EDGE
from app.ui.stage.video import VideoViewer, timecode
from engines.contract import Audio, Video

COUNT, FPS = 10, 25.0
LEFT = Qt.MouseButton.LeftButton


def clip(sound=None):
    frames = np.stack([np.full((12, 16, 3), 20 * k, np.uint8) for k in range(COUNT)])
    return Video(frames, FPS, sound)


@pytest.fixture
def viewer(qtbot):
    theme.apply(QApplication.instance(), "dark")
    made = VideoViewer()
    made.sound._null = True
    qtbot.addWidget(made)
    made.resize(760, 360)
    made.show()
    qtbot.waitExposed(made)
    made.show_media(clip())
    made.seconds = 0.0
    made.clock = lambda: made.seconds
    made.canvas.setFocus()
    qtbot.waitUntil(made.canvas.hasFocus)
    yield made
    made.rest()


def press(qtbot, viewer, keys):
    for key in keys:
        qtbot.keyClick(viewer.canvas, getattr(Qt.Key, f"Key_{key}"))


def run(viewer, frames, speed=1.0):
    """The frames shown while the clock passes `frames` of them."""
    seen, began = [], viewer.seconds
    for n in range(1, frames + 1):
        viewer.seconds = began + (n + 1e-3) / FPS / speed
        viewer._tick()
        seen.append(viewer.frame)
    return seen


def test_the_shuttle_plays_backwards_and_faster(qtbot, viewer):
    viewer.go(5)
    press(qtbot, viewer, "J")
    assert run(viewer, 8) == [4, 3, 2, 1, 0, 9, 8, 7]
    press(qtbot, viewer, "JJ")
    assert viewer._speed == -4.0
    assert "−4×" in viewer.time_note.text()
    press(qtbot, viewer, "K")
    assert not viewer.playing
    viewer.go(0)
    press(qtbot, viewer, "LL")
    assert run(viewer, 4, speed=2.0) == [1, 2, 3, 4]


def test_the_loop_range_is_set_by_keys_and_repeats_both_ways(qtbot, viewer):
    viewer.go(3)
    press(qtbot, viewer, "I")
    viewer.go(6)
    press(qtbot, viewer, "O")
    assert viewer.brace == pytest.approx((3 / FPS, 7 / FPS))
    viewer.go(0)
    press(qtbot, viewer, "L")
    assert viewer.frame == 3
    assert run(viewer, 6) == [4, 5, 6, 3, 4, 5]
    press(qtbot, viewer, "J")
    assert run(viewer, 6) == [4, 3, 6, 5, 4, 3]
    press(qtbot, viewer, "X")
    assert viewer.brace is None


def test_without_repeat_it_stops_at_either_end(qtbot, viewer):
    viewer.loop_deed.setChecked(False)
    viewer.go(8)
    press(qtbot, viewer, "L")
    run(viewer, 4)
    assert (viewer.playing, viewer.frame) == (False, 9)
    viewer.go(1)
    press(qtbot, viewer, "J")
    run(viewer, 4)
    assert (viewer.playing, viewer.frame) == (False, 0)
    press(qtbot, viewer, "J")
    assert (viewer.playing, viewer.frame) == (True, 9)


def test_speed_slows_the_clock(qtbot, viewer):
    viewer.paces.pick("0.5")
    viewer.toggle()
    assert run(viewer, 5, speed=0.5) == [1, 2, 3, 4, 5]


def test_with_sound_the_range_and_the_way_are_the_sounds(qtbot, viewer):
    viewer.show_media(clip(Audio(np.full((3200, 1), 0.1, np.float32), 8000)))
    viewer.scrub.brace.put(2, 5)
    viewer._braced(new=True)
    assert viewer.sound.brace == pytest.approx((2 / FPS, 5 / FPS))
    viewer.go(4)
    viewer.shuttle("J")
    assert viewer.sound.speed == -1.0
    seen = set()
    qtbot.waitUntil(lambda: seen.add(viewer.frame) or len(seen) == 3)
    assert seen == {2, 3, 4}


def test_dragging_the_scrubber_seeks_and_with_shift_makes_a_range(qtbot, viewer):
    scrub = viewer.scrub

    def at(frame, y):
        return QPoint(round(EDGE + frame * scrub._pitch), y)

    qtbot.mouseClick(scrub, LEFT, pos=at(7.5, 18))
    assert viewer.frame == 7
    qtbot.mousePress(scrub, LEFT, Qt.KeyboardModifier.ShiftModifier, at(2.1, 18))
    qtbot.mouseMove(scrub, at(5.9, 18))
    qtbot.mouseRelease(scrub, LEFT, Qt.KeyboardModifier.ShiftModifier, at(5.9, 18))
    assert scrub.brace.span == (2.0, 6.0)
    qtbot.mousePress(scrub, LEFT, pos=at(6.0, 4))
    qtbot.mouseMove(scrub, at(9.0, 4))
    qtbot.mouseRelease(scrub, LEFT, pos=at(9.0, 4))
    assert scrub.brace.span == (2.0, 9.0)
    assert viewer.frame == 7


def test_onion_skin_shows_the_neighbours_where_they_differ(qtbot, viewer):
    frames = np.full((5, 8, 8, 3), 128, np.uint8)
    for k in range(5):
        frames[k, k, k] = 255
    still = onion.ground(frames)
    seen = onion.ghosted(frames, 2, 1, still=still)
    assert np.array_equal(seen[2, 2], [255, 255, 255])
    assert np.array_equal(seen[5, 5], [128, 128, 128])
    assert seen[1, 1, 0] > seen[1, 1, 2] > 100  # before: warm
    assert seen[3, 3, 2] > seen[3, 3, 0]  # after: cool
    assert np.array_equal(seen[0, 0], [128, 128, 128])
    wider = onion.ghosted(frames, 2, 2, still=still)
    assert 128 < wider[0, 0, 0] < seen[1, 1, 0] + 1
    first = onion.ghosted(frames, 0, 1, still=still)
    assert np.array_equal(first[4, 4], [128, 128, 128])
    assert not np.array_equal(onion.ghosted(frames, 0, 1, still=still, around=True)[4, 4], [128, 128, 128])
    assert np.array_equal(onion.ghosted(frames, 2, 0, still=still), frames[2])


@given(st.integers(1, 6), st.integers(0, 3), st.booleans(), st.booleans())
def test_onion_skin_takes_any_clip(count, skins, around, clear):
    frames = np.random.default_rng(count).integers(0, 255, (count, 5, 4, 4 if clear else 3), np.uint8)
    still = onion.ground(frames)
    assert onion.ghosted(frames, count - 1, skins, still=still, around=around).shape == frames[0].shape


def test_ghosts_are_seen_only_while_it_stands(qtbot, viewer):
    viewer.go(4)
    plain = viewer.canvas.pixels.copy()
    press(qtbot, viewer, "N")
    assert viewer.skins.value == "1"
    assert not np.array_equal(viewer.canvas.pixels, plain)
    assert np.array_equal(viewer.snapshot()().pixels, plain)
    viewer.toggle()
    viewer._tick()
    assert np.array_equal(viewer.canvas.pixels, viewer.video.frames[viewer.frame])
    viewer.stop()
    assert not np.array_equal(viewer.canvas.pixels, viewer.video.frames[viewer.frame])


def test_another_clip_begins_without_a_range(viewer):
    viewer.scrub.brace.put(2, 5)
    viewer._braced(new=True)
    viewer.show_media(clip(), live=True)
    assert viewer.scrub.brace.span == (2.0, 5.0)
    viewer.begin()
    assert viewer.brace is None


@pytest.mark.parametrize(
    ("frame", "fps", "words"),
    [
        (0, 25, "0:00:00:00"),
        (26, 25, "0:00:01:01"),
        (29, 29.97, "0:00:00:29"),
        (90000, 25, "1:00:00:00"),
        (3, 0.4, "0:00:03:00"),
    ],
)
def test_the_time_code_counts_frames(frame, fps, words):
    assert timecode(frame, fps) == words
