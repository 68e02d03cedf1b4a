"""Clips: exact to the frame, at their speed, with their sound."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from app.ui.stage.video import VideoViewer, fitted
from engines.contract import Video
from tests.ui_viewers.conftest import beep, opened


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
