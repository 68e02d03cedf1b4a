"""The program monitor: the sound it plays from blocks, the beats, the transport, and the picture that follows."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QWidget

from app.core.project import Document
from app.core.timeline import edit
from app.core.timeline.clock import Clock
from app.core.timeline.values import Clip, Metre, Project, Take, Tempo, Timeline, Title, Track
from app.ui import pieces, theme
from app.ui.monitor import Monitor
from app.ui.monitor.beats import beat_from, beats, clicks
from app.ui.monitor.pictures import Pictures
from app.ui.monitor.source import Composed
from app.ui.monitor.stream import Stream
from engines.contract import Audio, Refused
from engines.files import media as files

pytest_plugins = ["tests.studio_kit"]
RATE = 8000


def ramp(start, count):
    """A sound that says where it is: sample n is n / 1e6 on the left and its negative on the right."""
    line = (np.arange(start, start + count) / 1e6).astype(np.float32)
    return np.stack([line, -line], 1)


class Ramp:
    """A source whose sound tells its place and whose picture tells its frame in every pixel."""

    def __init__(self):
        self.frames, self.blocks, self.fail = [], [], ""
        self.quick = []  # whether each frame might be rough

    def frame(self, project, document, at, size, *, quick=False):
        if self.fail:
            raise Refused("missing", self.fail)
        self.frames.append(at)
        self.quick.append(quick)
        pixels = np.full((size[1], size[0], 4), 255, np.uint8)
        pixels[..., :3] = int(at * project.fps) % 256
        return pixels

    def sound(self, project, document, start, length):
        if self.fail:
            raise Refused("missing", self.fail)
        self.blocks.append(start)
        return ramp(round(start * project.rate), round(length * project.rate))


def filled(seconds=4.0, rate=RATE):
    made = Stream(null=True)
    made.fit(seconds, rate)
    for number in range(round(seconds * 2)):
        made.put(number, ramp(number * made.block, made.block), made.version)
    return made


# ---------------------------------------------------------------- the stream


@pytest.mark.parametrize("speed", [1.0, -1.0, 2.0, 0.5])
@pytest.mark.parametrize("brace", [None, (1.0, 2.5)])
def test_blocks_sound_as_the_whole_would(speed, brace):
    from app.ui.stage.player import Player
    from engines.contract import Audio

    whole, blocks = Player(null=True), filled()
    whole.load(Audio(ramp(0, 4 * RATE), RATE))
    for one in (whole, blocks):
        one.loop, one.brace, one.speed = brace is not None, brace, speed
        one.seek(1.2)
    for wanted in (700, 1, 4096, 9000, 9000):
        assert np.allclose(whole._next(wanted), blocks._next(wanted), atol=1e-7)
    assert blocks.gaps == 0


def test_what_is_missing_is_silent_and_the_clock_goes_on():
    stream = Stream(null=True)
    stream.fit(4.0, RATE)
    stream.put(0, ramp(0, stream.block), 0)
    heard = stream._next(2 * stream.block)
    assert np.array_equal(heard[: stream.block], ramp(0, stream.block))
    assert not heard[stream.block :].any()
    assert stream.gaps
    assert stream.position == 1.0


def test_the_next_blocks_are_wanted_first_round_the_loop_and_backwards():
    stream = Stream(null=True)
    stream.fit(60.0, RATE)
    stream.seek(1.1)
    assert stream.wanted(2.0) == [2, 3, 4, 5]
    stream.speed = -1.0
    assert stream.wanted(1.0) == [2, 1]
    stream.speed, stream.loop, stream.brace = 1.0, True, (1.0, 2.0)
    assert stream.wanted(3.0) == [2, 3]
    stream.put(2, ramp(0, stream.block), stream.version)
    assert stream.wanted(3.0) == [3]
    stream.stale()
    assert stream.wanted(3.0) == [2, 3]
    assert stream.has()  # the sound of before the edit, until it is made anew
    for number in range(120):
        stream.put(number, ramp(0, 8), 0)
    assert Stream(null=True).wanted() == []


def test_long_timelines_do_not_fill_the_memory():
    stream = filled(400.0, 8000)
    assert len(stream._blocks) == 240
    assert 0 in stream._blocks


def test_a_grain_swells_and_falls_within_itself():
    stream = filled()
    stream.seek(2.0)
    stream._grain = (2.0 * RATE, 2.1 * RATE)
    heard = stream._next(round(0.2 * RATE))[:, 0]
    assert heard[0] == 0
    assert not heard[801:].any()
    assert heard[400] == pytest.approx(ramp(16400, 1)[0, 0], abs=1e-7)


# ---------------------------------------------------------------- beats

ODD = Timeline(
    tempos=(Tempo(F(0), F(120)), Tempo(F(8), F(90))), metres=(Metre(0, 4, 4), Metre(2, 3, 4), Metre(3, 7, 8))
)


def test_a_click_lies_on_the_sample_of_its_beat():
    clock = Clock(ODD, F(24))
    whole = clicks(clock, F(0), 8 * RATE, RATE)[:, 0]
    for when, _ in beats(clock, F(0), F(8)):
        place = round(when * RATE)
        assert not whole[max(0, place - 3) : place].any()
        assert whole[place + 1] > 0.01
    for cut in (777, 4001, 16000):  # in whatever pieces it is asked for
        parts = [clicks(clock, F(n, RATE), min(cut, len(whole) - n), RATE)[:, 0] for n in range(0, len(whole), cut)]
        assert np.allclose(np.concatenate(parts), whole, atol=1e-7)


def test_beats_are_stepped_through_changes_of_metre_and_tempo_there_and_back():
    clock, at, there = Clock(ODD, F(24)), F(0), [F(0)]
    for _ in range(24):
        at = beat_from(clock, at, 1)
        there.append(at)
    assert there == [when for when, _ in beats(clock, F(0), there[-1] + F(1, 100))]
    for expected in reversed(there[:-1]):
        at = beat_from(clock, at, -1)
        assert at == expected
    assert beat_from(clock, F(0), -1) == 0
    assert beat_from(clock, there[3] + F(1, 50), -1) == there[3]


# ---------------------------------------------------------------- the monitor


@pytest.fixture
def source():
    return Ramp()


@pytest.fixture
def monitor(qtbot, studio, source):
    theme.apply(QApplication.instance(), "dark")
    clip = Clip(F(0), F(4), id="c")
    studio.new_project(
        Project(
            width=320,
            height=180,
            fps=F(24),
            rate=RATE,
            timelines=(Timeline(id="main", tracks=(Track("picture", clips=(clip,)),)),),
        )
    )
    made = Monitor(studio, source)
    made.playback.stream._null = True
    made.playback.audible = False
    qtbot.addWidget(made)
    made.resize(700, 420)
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: made.shown is not None)
    yield made
    made.rest()


def press(qtbot, monitor, key, modifier=Qt.KeyboardModifier.NoModifier):
    monitor.program.setFocus()
    qtbot.keyClick(monitor.program, key, modifier)


def test_the_picture_follows_the_playhead_to_the_frame(qtbot, monitor, studio):
    for frame in (1, 47, 95):
        studio.set_playhead(F(frame, 24))
        qtbot.waitUntil(lambda frame=frame: monitor.shown.at == F(frame, 24))
        assert int(monitor.program.pixels[0, 0, 0]) == frame
    assert monitor.time_note.text() == "00:00:03:23"


def test_it_is_made_no_larger_than_it_is_seen(qtbot, monitor, studio):
    assert monitor.shown.pixels.shape == (180, 320, 4)
    monitor.quality.pick("quarter")
    qtbot.waitUntil(lambda: monitor.shown.pixels.shape[1] == 160)  # never below what can be made out
    studio.arrange_project("large", lambda one: edit.replace(one, width=3200, height=1800))
    monitor.quality.pick("full")
    qtbot.waitUntil(lambda: 320 < monitor.shown.pixels.shape[1] <= monitor.program.width())


def test_space_plays_from_the_sound_and_stops_at_the_end(qtbot, monitor, studio):
    studio.set_playhead(F(3))
    press(qtbot, monitor, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: monitor.playback.speed == 1.0)
    qtbot.waitUntil(lambda: studio.playhead > F(13, 4), timeout=4000)
    assert (studio.playhead * 24).denominator == 1
    source = monitor.playback.source
    assert source.quick[-1], "while it plays"
    qtbot.waitUntil(lambda: not monitor.playback.playing, timeout=4000)
    assert studio.playhead == 4
    assert F(3) in source.blocks
    qtbot.waitUntil(lambda: not source.quick[-1])


def test_the_range_is_repeated(qtbot, monitor, studio):
    studio.set_playhead(F(1))
    press(qtbot, monitor, Qt.Key.Key_I)
    studio.set_playhead(F(35, 24))
    press(qtbot, monitor, Qt.Key.Key_O)
    assert studio.timeline.span == (F(1), F(3, 2))
    assert studio.timeline.loop
    assert monitor.scrub.brace.span == (24.0, 36.0)
    seen = []
    studio.playhead_changed.connect(seen.append)
    press(qtbot, monitor, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: any(b < a for a, b in itertools.pairwise(seen)), timeout=5000)
    monitor.playback.stop()
    assert all(F(1) <= at < F(3, 2) for at in seen)
    press(qtbot, monitor, Qt.Key.Key_X)
    assert studio.timeline.span is None
    studio.undo_stack.undo()
    assert studio.timeline.span == (F(1), F(3, 2))


def test_j_k_and_l_shuttle(qtbot, monitor):
    play = monitor.playback
    press(qtbot, monitor, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: play.speed == 1.0)
    press(qtbot, monitor, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: play.speed == 2.0)
    press(qtbot, monitor, Qt.Key.Key_J)
    qtbot.waitUntil(lambda: play.speed == -1.0)
    press(qtbot, monitor, Qt.Key.Key_K)
    assert not play.playing


def test_steps_by_frame_and_beat(qtbot, monitor, studio):
    press(qtbot, monitor, Qt.Key.Key_Right)
    assert studio.playhead == F(1, 24)
    press(qtbot, monitor, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert studio.playhead == F(1, 2)
    press(qtbot, monitor, Qt.Key.Key_End)
    assert studio.playhead == 4
    press(qtbot, monitor, Qt.Key.Key_Home)
    press(qtbot, monitor, Qt.Key.Key_Left)
    assert studio.playhead == 0


def test_an_edit_while_it_plays_is_heard(qtbot, monitor, studio, source):
    monitor.playback.run(1.0)
    qtbot.waitUntil(lambda: monitor.playback.speed == 1.0 and not monitor.playback._busy)
    source.blocks.clear()
    studio.arrange("louder", lambda one: edit.change_track(one, one.tracks[0].id, gain=-3.0))
    qtbot.waitUntil(lambda: len(source.blocks) > 1)
    assert monitor.playback.playing
    monitor.playback.stop()
    source.blocks.clear()
    qtbot.wait(300)
    source.blocks.clear()
    studio.arrange("renamed", lambda one: edit.replace(one, name="Other"))
    qtbot.wait(300)
    assert not source.blocks


def test_scrubbing_is_heard(qtbot, monitor, studio):
    play = monitor.playback
    play.set_audible(True)
    qtbot.waitUntil(lambda: not play.stream.wanted(1.0), timeout=3000)
    monitor.scrub.setValue(2)
    assert play.stream.playing
    assert not play.playing
    qtbot.waitUntil(lambda: not play.stream.playing)
    assert studio.playhead == F(2, 24)
    assert play.stream.position == pytest.approx(1 / 12, abs=1e-3)


def test_what_cannot_be_made_is_a_sentence_and_playing_goes_on(qtbot, monitor, studio, source):
    source.fail = "The media sha256-123 of this project is not there."
    studio.set_playhead(F(2))
    qtbot.waitUntil(lambda: monitor.program.sentence == source.fail)
    studio.arrange("gain", lambda one: edit.replace(one, gain=-1.0))
    monitor.playback.run(1.0)
    qtbot.waitUntil(lambda: monitor.playback.speed == 1.0)
    assert ("warning", source.fail) in studio.notices
    source.fail = ""
    studio.arrange("gain", lambda one: edit.replace(one, gain=0.0))
    qtbot.waitUntil(lambda: monitor.program.sentence == "")


def test_only_the_latest_wish_is_made(qtbot, studio, source):
    held = []
    studio.bridge.apart = lambda name, work, then, sorry: held.append((work, then))
    pictures, seen = Pictures(studio, source), []
    pictures.made.connect(lambda frame: seen.append(frame.at))
    for n in range(10):
        pictures.ask(F(n), (8, 8))
    while held:
        work, then = held.pop()
        then(work())
    assert seen == [0, 9]


def test_the_frame_is_dragged_out_of_the_picture(qtbot, monitor, studio, monkeypatch):
    gone = []
    monkeypatch.setattr(QDrag, "exec", lambda self, *_: gone.extend(self.mimeData().urls()))
    monkeypatch.setattr(pieces, "held", lambda: True)
    title = Clip(F(0), F(1), title=Title("Hello"), id="t")
    studio.arrange("title", lambda one: edit.add_track(one, Track("picture", clips=(title,))))
    studio.set_playhead(F(1, 2))
    middle = monitor.program.picture_rect().center().toPoint()
    qtbot.mousePress(monitor.program, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(monitor.program, middle + QPoint(30, 0))
    qtbot.mouseRelease(monitor.program, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.waitUntil(lambda: bool(gone), timeout=10_000)
    found = files.read(gone[0].toLocalFile())
    assert found.pixels.shape[:2] == (180, 320)
    assert found.pixels[..., 3].any()
    assert "0.50 s" in gone[0].fileName()


def test_the_keys_can_be_lent_to_another_panel(qtbot, monitor):
    other = QWidget()
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    qtbot.addWidget(other)
    monitor.lend(other)
    other.show()
    qtbot.waitExposed(other)
    other.activateWindow()
    other.setFocus()
    qtbot.keyClick(other, Qt.Key.Key_Space)
    assert monitor.playback.playing
    monitor.playback.stop()


def test_it_tells_its_keys_and_everything_has_a_name(monitor):
    assert len(monitor.shortcuts()) >= 15
    for widget in monitor.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName(), widget


# ---------------------------------------------------------------- what it really shows


def test_a_title_and_a_tone_of_a_real_project_are_shown_and_heard(qtbot, studio, tmp_path):
    document = Document.new(tmp_path / "real", Project())
    tone = np.sin(np.arange(RATE) * 0.3).astype(np.float32)[:, None] * 0.5
    name, facts = document.keep(Audio(tone, RATE))
    beep = Clip(F(1), F(1), takes=(Take(name, F(1), id="t"),), take="t")
    words = Clip(F(0), F(4), title=Title("Eight bars", size=0.4))
    tracks = (Track("picture", clips=(words,)), Track("audio", clips=(beep,)))
    project = Project(
        width=320, height=180, rate=RATE, media={name: facts}, timelines=(Timeline(id="main", tracks=tracks),)
    )
    source = Composed()
    shown = source.frame(project, document, F(1), (320, 180))
    assert shown.shape == (180, 320, 4)
    assert shown[..., 3].max() == 255
    assert shown[0, 0, 3] == 0
    heard = source.sound(project, document, F(1, 2), F(1))
    assert heard.shape == (RATE, 2)
    assert not heard[: RATE // 2].any()
    assert np.abs(heard[RATE // 2 :]).max() == pytest.approx(0.5, abs=0.2)
    assert not source.sound(project, None, F(3), F(1)).any()
