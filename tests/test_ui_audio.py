"""Sounds on the stage: transport, loop brace, meters, spectrogram; numbers first, then the viewer by hand and key."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from app.ui import theme
from app.ui.stage import sound
from app.ui.stage.audio import AudioViewer
from app.ui.stage.meters import LOWEST, Meters
from app.ui.stage.player import Player
from app.ui.stage.sound import Level
from app.ui.stage.transport import FASTEST, Brace, shuttled
from app.ui.stage.wavedraw import EDGE, RULER, Span
from engines.contract import Audio

RATE = 1000
LEFT = Qt.MouseButton.LeftButton


def ramp(count=1000, rate=RATE, channels=1) -> Audio:
    """Every sample has another value, so that what is heard tells where it came from."""
    line = np.linspace(-0.5, 0.5, count, dtype=np.float32)[:, None]
    return Audio(np.repeat(line, channels, 1), rate)


@pytest.fixture
def player():
    made = Player(null=True)
    made.load(ramp())
    return made


@pytest.fixture
def viewer(qtbot):
    theme.apply(QApplication.instance(), "dark")
    made = AudioViewer()
    made.player._null = True
    qtbot.addWidget(made)
    made.resize(700, 360)
    made.show()
    qtbot.waitExposed(made)
    made.show_media(ramp(2000))
    yield made
    made.rest()


def heard(player, count, portion=37):
    return np.concatenate([player._next(portion) for _ in range(-(-count // portion))])[:count, 0]


# ---------------------------------------------------------------- the player


@given(st.integers(0, 990), st.integers(2, 999), st.sampled_from([1.0, -1.0]), st.integers(1, 300))
def test_a_loop_brace_repeats_exactly_its_samples(start, length, speed, portion):
    stop = min(1000, start + length)
    player = Player(null=True)
    player.load(ramp())
    player.loop, player.brace, player.speed = True, (start / RATE, stop / RATE), speed
    player.seek((start if speed > 0 else stop) / RATE)
    part = player.samples[start:stop, 0][:: int(speed)]
    assert np.array_equal(heard(player, 700, portion), np.resize(part, 700))


def test_without_repeat_it_plays_past_the_brace_to_the_end(player):
    player.brace = (0.1, 0.2)
    player.seek(0.9)
    got = heard(player, 200)
    assert np.array_equal(got[:100], player.samples[900:, 0])
    assert not got[100:].any()
    assert player.ended


def test_backwards_ends_at_the_start(player):
    player.speed = -1.0
    player.seek(0.05)
    assert np.array_equal(heard(player, 50, 50), player.samples[:50, 0][::-1])
    assert not heard(player, 10, 10).any()
    assert (player.ended, player.position) == (True, 0.0)


@pytest.mark.parametrize("speed", [0.25, 0.5, 2.0, 8.0, -2.0, -0.5])
def test_other_speeds_read_between_the_samples(player, speed):
    player.speed = speed
    player.seek(0.5)
    places = 500 + speed * np.arange(40) - (speed < 0)
    assert heard(player, 40) == pytest.approx(np.interp(places, np.arange(1000), player.samples[:, 0]), abs=1e-6)


def test_playing_begins_within_the_brace(player):
    player.loop, player.brace = True, (0.3, 0.6)
    for at, speed, wanted in ((0.9, 1.0, 0.3), (0.1, 1.0, 0.3), (0.4, 1.0, 0.4), (0.9, -1.0, 0.6)):
        player.seek(at)
        player.speed = speed
        assert player._beginning() / RATE == pytest.approx(wanted)


# ---------------------------------------------------------------- shuttle and brace


def test_j_k_and_l_shuttle():
    speed, seen = 0.0, []
    for key in "LLLLLKLJJJLK":
        speed = shuttled(speed, key)
        seen.append(speed)
    assert seen == [1, 2, 4, 8, FASTEST, 0, 1, -1, -2, -4, 1, 0]


spots = st.floats(0, 10)


@given(st.lists(st.tuples(st.sampled_from(["in", "out", "put", "take", "drag", "clear"]), spots, spots), max_size=14))
def test_a_brace_is_always_a_range_of_the_sound(acts):
    brace = Brace(10.0, unit=0.25, least=0.5)
    for act, a, b in acts:
        match act:
            case "in":
                brace.set_in(a)
            case "out":
                brace.set_out(a)
            case "put":
                brace.put(a, b)
            case "take":
                brace.take(a, 0.2)
            case "drag":
                brace.drag(a)
            case "clear":
                brace.clear()
        if brace.span is not None:
            start, stop = brace.span
            assert -1e-9 <= start <= stop - 0.5 + 1e-9 <= 10.0 - 0.5 + 2e-9
            assert start * 4 == pytest.approx(round(start * 4), abs=1e-6)


def test_a_brace_is_held_by_its_ends_and_its_middle():
    brace = Brace(10.0)
    brace.put(2, 4)
    for at, grip, to, span in ((2.05, "in", 1.0, (1, 4)), (3.95, "out", 5.0, (1, 5)), (3.0, "body", 4.5, (2.5, 6.5))):
        assert brace.take(at, 0.1) == grip
        brace.drag(to)
        brace.drop()
        assert brace.span == pytest.approx(span)
    assert brace.take(8.0, 0.1) == "new"
    brace.drag(7.0)
    assert brace.span == (7.0, 8.0)
    brace.take(7.5, 0.1)
    brace.drag(20.0)
    assert brace.span == (9.0, 10.0)


# ---------------------------------------------------------------- levels and spectrogram


def test_a_sine_has_the_level_of_a_sine():
    wave = 0.5 * np.sin(2 * np.pi * 50 * np.arange(8000) / 8000)
    found = sound.level(np.stack([wave, np.ones(8000)], 1).astype(np.float32), 0, 8000)
    assert sound.decibels(found.peak[0]) == pytest.approx(-6.02, abs=0.01)
    assert sound.decibels(found.rms[0]) == pytest.approx(-9.03, abs=0.01)
    assert found.clipped == (False, True)
    assert sound.level(wave[:, None], 9000, 9100).peak == (0.0,)


@pytest.mark.parametrize("scale", ["log", "mel", "linear"])
@pytest.mark.parametrize("rate", [8000, 32000, 44100])
def test_a_tone_is_bright_at_its_pitch_and_as_loud_as_it_is(scale, rate):
    wave = 0.1 * np.sin(2 * np.pi * 1000 * np.arange(rate) / rate).astype(np.float32)[:, None]
    heat = sound.spectrogram(wave, rate, scale)
    column = heat[::-1, heat.shape[1] // 2].astype(int)
    pitches = sound.pitches(rate, len(column), scale)
    row = int(column.argmax())
    step = max(pitches[row + 1] - pitches[row], rate / sound.window(rate))
    assert abs(pitches[row] - 1000) <= step
    assert column.max() / 255 * -sound.FLOOR_DB + sound.FLOOR_DB == pytest.approx(
        -20, abs=2.5
    )  # between two bins a Hann window tells 1.4 dB less
    assert row / (len(column) - 1) == pytest.approx(sound.height(1000, rate, scale), abs=0.02)


def test_the_part_in_view_is_the_same_spectrogram_finer_in_time():
    wave = np.zeros((8000, 1), np.float32)
    wave[6000] = 1.0
    whole = sound.spectrogram(wave, 8000)
    part = sound.spectrogram(wave, 8000, span=(0.7, 0.8))
    assert whole.sum(axis=0).argmax() / whole.shape[1] == pytest.approx(0.75, abs=0.03)
    assert part.sum(axis=0).argmax() / part.shape[1] == pytest.approx(0.5, abs=0.06)


def test_the_meter_falls_slowly_and_remembers_clipping(qtbot):
    meters = Meters("Level")
    qtbot.addWidget(meters)
    meters.feed(Level((1.0,), (0.5,), (True,)), 0.03)
    assert (meters.peak, meters.held, meters.clipped) == ([0.0], [0.0], [True])
    assert meters.rms[0] == pytest.approx(-6.02, abs=0.01)
    for _ in range(10):
        meters.feed(Level((0.0,), (0.0,), (False,)), 0.05)
    assert -14 < meters.peak[0] < -10
    assert (meters.held, meters.clipped) == ([0.0], [True])
    assert "clipped" in meters.accessibleDescription()
    for _ in range(80):
        meters.feed(Level((0.0,), (0.0,), (False,)), 0.05)
    assert meters.silent
    assert meters.peak == [LOWEST]
    qtbot.keyClick(meters, Qt.Key.Key_Space)
    assert meters.clipped == [False]


# ---------------------------------------------------------------- the viewer


def press(qtbot, viewer, keys):
    for key in keys:
        qtbot.keyClick(viewer.wave, getattr(Qt.Key, f"Key_{key}"))


def test_the_shuttle_keys_play_both_ways_and_stop(qtbot, viewer):
    viewer.wave.setFocus()
    qtbot.waitUntil(viewer.wave.hasFocus)
    viewer.seek(1.0)
    press(qtbot, viewer, "LL")
    assert (viewer.player.playing, viewer.player.speed) == (True, 2.0)
    assert "2×" in viewer.time_note.text()
    press(qtbot, viewer, "J")
    assert viewer.player.speed == -1.0
    place = viewer.player.position
    qtbot.waitUntil(lambda: viewer.player.position < place - 0.01)
    press(qtbot, viewer, "K")
    assert not viewer.player.playing
    qtbot.keyClick(viewer.wave, Qt.Key.Key_Space)
    assert (viewer.player.playing, viewer.player.speed) == (True, 1.0)


def test_i_and_o_set_the_loop_and_x_takes_it_away(qtbot, viewer):
    viewer.wave.setFocus()
    qtbot.waitUntil(viewer.wave.hasFocus)
    viewer.seek(0.5)
    press(qtbot, viewer, "I")
    viewer.seek(1.25)
    press(qtbot, viewer, "O")
    assert viewer.brace == pytest.approx((0.5, 1.25))
    assert viewer.player.brace == pytest.approx((0.5, 1.25))
    assert viewer.loop_deed.isChecked()
    assert viewer.player.loop
    assert "0:00.50 – 0:01.25" in viewer.brace_note.text()
    press(qtbot, viewer, "Z")
    assert (viewer.wave.start, viewer.wave.stop) == pytest.approx((0.47, 1.28))
    press(qtbot, viewer, "X")
    assert (viewer.brace, viewer.player.brace) == (None, None)


def test_the_brace_is_dragged_in_the_ruler(qtbot, viewer):
    wave = viewer.wave
    span = Span(0.0, 2.0, wave.width())

    def drag(a, b, y=8, modifier=Qt.KeyboardModifier.NoModifier):
        qtbot.mousePress(wave, LEFT, modifier, QPoint(round(span.x(a)), y))
        qtbot.mouseMove(wave, QPoint(round(span.x((a + b) / 2)), y))
        qtbot.mouseMove(wave, QPoint(round(span.x(b)), y))
        qtbot.mouseRelease(wave, LEFT, modifier, QPoint(round(span.x(b)), y))

    drag(0.4, 1.0)
    assert viewer.brace == pytest.approx((0.4, 1.0), abs=0.01)
    drag(1.0, 1.5)
    assert viewer.brace == pytest.approx((0.4, 1.5), abs=0.01)
    drag(0.8, 1.0)
    assert viewer.brace == pytest.approx((0.6, 1.7), abs=0.02)
    drag(0.2, 0.4, RULER + 40, Qt.KeyboardModifier.ShiftModifier)
    assert viewer.brace == pytest.approx((0.2, 0.4), abs=0.01)
    qtbot.mouseClick(wave, LEFT, pos=QPoint(round(span.x(1.5)), 8))
    assert viewer.brace == pytest.approx((0.2, 0.4), abs=0.01)
    assert viewer.player.position == pytest.approx(1.5, abs=0.01)


def test_another_sound_begins_without_a_loop_but_a_developing_one_keeps_it(qtbot, viewer):
    viewer.wave.brace.put(0.5, 1.0)
    viewer._braced()
    viewer.show_media(ramp(2000), live=True)
    assert viewer.brace == (0.5, 1.0)
    viewer.show_media(ramp(600))
    assert viewer.brace == pytest.approx((0.5, 0.6))
    viewer.begin()
    assert viewer.brace is None


def test_the_meters_move_without_a_sound_device(qtbot, viewer):
    viewer.show_media(Audio(np.full((3000, 2), 0.5, np.float32), RATE))
    viewer.toggle()
    qtbot.waitUntil(lambda: viewer.meters.rms == pytest.approx([-6.02, -6.02], abs=0.05), timeout=3000)
    viewer.toggle()
    qtbot.waitUntil(lambda: viewer.meters.silent and not viewer._timer.isActive(), timeout=6000)


def test_the_range_is_offered_only_where_an_engine_takes_one(qtbot, viewer):
    asked = []
    viewer.ranged.connect(asked.append)
    assert not viewer._range_button.isVisible()
    viewer.offer_range(True)
    assert not viewer.range_deed.isEnabled()
    viewer.wave.brace.put(0.5, 1.0)
    viewer._braced()
    viewer.range_deed.trigger()
    assert asked == [(0.5, 1.0)]


def test_axis_range_and_parts_change_the_drawing(qtbot, viewer):
    viewer.wave.clearFocus()
    noise = np.random.default_rng(0).normal(0, 0.1, (2000, 1)).astype(np.float32)
    viewer.show_media(Audio(noise, 8000))
    seen = [viewer.wave.still()]
    for picks, value in (
        (viewer.scales, "mel"),
        (viewer.scales, "linear"),
        (viewer.floors, "60"),
        (viewer.parts, "heat"),
    ):
        picks.pick(value)
        seen.append(viewer.wave.still())
    assert all(a != b for n, a in enumerate(seen) for b in seen[n + 1 :])
    viewer.parts.next()
    assert viewer.parts.value == "both"


def test_zoomed_in_the_spectrogram_is_made_anew(qtbot, viewer):
    viewer.wave.zoom(8.0, 1.0)
    qtbot.waitUntil(lambda: viewer.wave._sharp is not None)
    start, stop = viewer.wave._sharp[1]
    assert start <= viewer.wave.start < viewer.wave.stop <= stop
    assert EDGE > 0


def test_the_view_follows_the_playhead_while_it_plays(qtbot, viewer):
    viewer.wave.zoom(8.0, 0.1)
    viewer.wave.move_head(1.5)
    assert viewer.wave.stop < 1.5
    viewer.wave.move_head(1.5, follow=True)
    assert viewer.wave.start <= 1.5 <= viewer.wave.stop
