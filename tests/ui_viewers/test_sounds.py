"""Sounds: their peaks, and a playhead that follows the device."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt

from app.ui.stage import sound
from app.ui.stage.audio import AudioViewer
from app.ui.stage.player import Player
from engines.contract import Audio
from tests.ui_viewers.conftest import beep, opened


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
