"""Recording: nothing that was recorded is lost, notes are what was played, and a missing device costs one sentence."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import sys

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core import library as library_file
from app.core.library import Library
from app.core.performance import SUFFIX, Head, Performance, Timing
from app.core.performance import left_over as played_before
from app.core.take import HEAD, Take, left_over, silent
from app.ui import theme
from app.ui.record import RecordDialog, devices
from app.ui.record.devices import Live
from app.ui.record.keys import Keys
from engines.contract import Audio, Refused
from engines.files import media

pytest_plugins = ["tests.studio_kit"]

RATE = 48_000


def tone(seconds, channels=1):
    wave = 0.5 * np.sin(np.arange(round(seconds * RATE)) / 20).astype(np.float32)
    return np.repeat(wave[:, None], channels, 1)


# ---------------------------------------------------------------- takes


def test_a_take_is_in_its_file_as_it_comes(tmp_path):
    take = Take(tmp_path / "data" / "take", RATE, 2)
    for part in np.split(tone(0.5, 2), 10):
        take.add(part)
    found = left_over(take.spool)  # as if the program had been killed now
    assert found.rate == RATE
    assert np.array_equal(found.samples, tone(0.5, 2))
    assert np.array_equal(take.sound().samples, found.samples)
    take.close()
    assert left_over(take.spool) is None


def test_a_frame_that_was_cut_off_is_left_out(tmp_path):
    take = Take(tmp_path / "take", RATE, 2)
    take.add(tone(0.1, 2))
    take.spool.write_bytes(take.spool.read_bytes()[:-3])
    assert len(left_over(take.spool).samples) == len(tone(0.1)) - 1


@pytest.mark.parametrize("data", [b"", b"nonsense", b'{"rate": 48000, "channels": 9}'.ljust(HEAD) + b"\0" * 72])
def test_a_file_that_is_no_take_is_nothing(tmp_path, data):
    (tmp_path / "take").write_bytes(data)
    assert left_over(tmp_path / "take") is None


def test_a_take_goes_on_in_memory_when_the_disk_does_not(tmp_path):
    take = Take(tmp_path / "take", RATE, 1)
    take._file.close()
    take._file = open("/dev/full", "wb", buffering=0) if os.path.exists("/dev/full") else None  # noqa: SIM115
    take.add(tone(0.1))
    assert np.array_equal(take.sound().samples, tone(0.1))


def test_silence_and_nothing_are_not_kept():
    assert "stopped before" in silent(Audio(np.zeros((0, 1), np.float32), RATE)).sentence
    assert "muted" in silent(Audio(np.zeros((99, 1), np.float32), RATE)).sentence
    assert silent(Audio(tone(0.1), RATE)) is None


def test_what_was_being_recorded_when_the_program_died_is_in_the_history(folders):
    folders.make()
    take = Take(folders.takes / "1", RATE, 1)
    take.add(tone(0.5))
    with Library(folders) as library:
        (entry,) = library.history.page()
        assert "interrupted" in " ".join(library.notices)
        assert np.allclose(media.read(entry.path).samples, tone(0.5), atol=1e-6)
        assert (entry.medium, entry.engine, entry.length) == ("audio", "recorded/sound", 0.5)
    with Library(folders) as library:
        assert len(library.history.page()) == 1  # once
    assert not take.spool.exists()


def test_a_recording_that_cannot_be_kept_now_waits_and_the_history_opens_all_the_same(folders, monkeypatch):
    folders.make()
    take = Take(folders.takes / "1", RATE, 1)
    take.add(tone(0.2))

    def full(*_):
        raise Refused("disk", "The disk is full.")

    monkeypatch.setattr(library_file, "save_result", full)
    with Library(folders) as library:
        assert library.history.page() == []
        assert "The disk is full" in " ".join(library.notices)
    monkeypatch.undo()
    with Library(folders) as library:
        assert len(library.history.page()) == 1


def test_what_lies_among_the_takes_and_is_none_does_not_keep_the_history_shut(folders):
    (folders.takes / "a folder").mkdir(parents=True)
    (folders.takes / "2").write_bytes(b"nonsense")
    with Library(folders) as library:
        assert library.history.page() == []
    assert not (folders.takes / "2").exists()


def test_a_take_never_replaces_another(tmp_path):
    Take(tmp_path / "take", RATE, 1).add(tone(0.1))
    with pytest.raises(Refused):
        Take(tmp_path / "take", RATE, 1)
    assert len(left_over(tmp_path / "take").samples) == len(tone(0.1))


# ---------------------------------------------------------------- notes


def test_notes_are_what_was_played():
    played = Performance()
    for seconds, pitch, velocity in ((0.1, 60, 80), (0.2, 64, 90), (0.6, 60, 0), (0.7, 60, 100), (0.9, 60, 0)):
        played.key(seconds, pitch, velocity)
    played.end(1.5)
    notes = played.notes(Timing(), program=40)
    assert notes.pitch.tolist() == [60, 64, 60]
    assert np.allclose(notes.start, [0.1, 0.2, 0.7])
    assert np.allclose(notes.length, [0.5, 1.3, 0.2])
    assert notes.velocity.tolist() == [80, 90, 100]
    assert set(notes.program) == {40}


def played_until_it_died(spool):
    played = Performance(spool, Head(Timing(tempo=120, grid=0.5), 40))
    for seconds, pitch, velocity in ((0.02, 60, 80), (0.27, 60, 0), (0.49, 62, 80)):
        played.key(seconds, pitch, velocity)
    return played


def test_what_is_played_is_in_its_file_as_it_comes(tmp_path):
    played = played_until_it_died(tmp_path / "data" / f"1{SUFFIX}")
    with played.spool.open("ab") as file:
        file.write(b"[0.7,62")  # torn off
    notes = played_before(played.spool)
    assert notes.pitch.tolist() == [60, 62]
    assert np.allclose(notes.start, [0, 0.5])
    assert set(notes.program) == {40}
    played.close()
    assert played_before(played.spool) is None
    assert not played.spool.exists()


@pytest.mark.parametrize("line", [b"", b"[]\n", b"[1e9,60,80]\n", b"[0,999,80]\n", b'[0,60,"loud"]\n'])
def test_a_file_that_is_no_performance_is_nothing(tmp_path, line):
    played_until_it_died(tmp_path / "1").spool.write_bytes(line and (tmp_path / "1").read_bytes() + line)
    assert played_before(tmp_path / "1") is None


def test_what_was_being_played_when_the_program_died_is_in_the_history(folders):
    folders.make()
    played = played_until_it_died(folders.takes / f"1{SUFFIX}")
    with Library(folders) as library:
        (entry,) = library.history.page()
        assert (entry.medium, entry.engine) == ("audio", "recorded/notes")
        assert media.read(entry.path).notes.pitch.tolist() == [60, 62]
    assert not played.spool.exists()


def test_a_grid_moves_notes_to_the_nearest_step():
    played = Performance()
    for seconds, pitch, velocity in ((0.02, 60, 80), (0.27, 60, 0), (0.49, 62, 80), (0.52, 62, 0)):
        played.key(seconds, pitch, velocity)
    notes = played.notes(Timing(tempo=120, grid=0.5), program=0)  # eighths of 0.25 s
    assert np.allclose(notes.start, [0, 0.5])
    assert np.allclose(notes.length, [0.25, 0.25])  # never shorter than a step


def test_keys_that_are_down_sound_and_die_away_when_let_go():
    live = Live(lambda pitch, velocity: np.full((RATE, 2), 0.1, np.float32), RATE)
    live.down(60, 100)
    live.down(64, 100)
    assert np.allclose(live.mix(512), np.tanh(0.2))
    live.up(64)
    fading = live.mix(round(0.25 * RATE))
    assert fading[0, 0] == pytest.approx(np.tanh(0.2), abs=1e-5)
    assert np.all(np.diff(fading[:, 0]) <= 1e-6)
    assert np.allclose(live.mix(512), np.tanh(0.1))
    live.silence()
    assert not live.mix(512).any()


# ---------------------------------------------------------------- the window


@pytest.fixture
def dressed(qtbot):
    theme.apply(QApplication.instance(), "dark")


def test_the_computers_keys_and_the_mouse_play(qtbot, dressed):
    keys, heard = Keys(), []
    qtbot.addWidget(keys)
    keys.played.connect(lambda pitch, velocity: heard.append((pitch, velocity > 0)))
    keys.resize(720, 90)
    keys.show()
    QTest.keyPress(keys, Qt.Key.Key_A)
    QTest.keyPress(keys, Qt.Key.Key_W)
    QTest.keyRelease(keys, Qt.Key.Key_A)
    QTest.keyRelease(keys, Qt.Key.Key_W)
    QTest.keyClick(keys, Qt.Key.Key_X)
    QTest.keyPress(keys, Qt.Key.Key_A)
    keys.release()
    assert heard == [(60, True), (61, True), (60, False), (61, False), (72, True), (72, False)]
    for pitch, where in keys.places():
        black = pitch % 12 in (1, 3, 6, 8, 10)
        foot = where.center() if black else QPointF(where.center().x(), where.bottom() - 4)
        assert keys.key_at(foot) == pitch


class Silent:
    """A microphone that gives what a test puts in."""

    last = None

    def __init__(self, source, take):
        self.take, Silent.last = take, self

    def stop(self):
        self.take = None


@pytest.fixture
def dialog(qtbot, dressed, studio, monkeypatch):
    monkeypatch.setattr(devices, "sources", lambda: [devices.Source("a microphone", None)])
    monkeypatch.setattr(devices, "Microphone", Silent)
    made = RecordDialog(studio)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_recording_is_kept_shown_and_can_be_undone(qtbot, dialog, studio):
    dialog.toggle()
    Silent.last.take.add(tone(0.5))
    qtbot.waitUntil(lambda: dialog.page.seconds == 0.5)
    dialog.toggle()
    qtbot.waitUntil(lambda: studio.stage is not None and studio.stage.media is not None)
    assert np.allclose(studio.stage.media.samples, tone(0.5), atol=1e-6)
    assert list(studio.folders.takes.glob("*")) == []
    studio.undo_stack.undo()
    qtbot.waitUntil(lambda: studio.stage is None)


def test_a_silent_recording_says_so(qtbot, dialog, studio):
    dialog.toggle()
    Silent.last.take.add(0 * tone(0.5))
    dialog.toggle()
    assert "silent" in dialog.note.text()
    assert studio.stage is None


def test_closing_keeps_what_is_being_recorded(qtbot, dressed, studio, monkeypatch):
    monkeypatch.setattr(devices, "sources", lambda: [devices.Source("a microphone", None)])
    monkeypatch.setattr(devices, "Microphone", Silent)
    keep, waiting = studio.keep, []
    monkeypatch.setattr(studio, "keep", lambda *words: waiting.append(words))
    dialog = RecordDialog(studio)
    dialog.show()
    dialog.toggle()
    Silent.last.take.add(tone(0.2))
    dialog.close()
    shiboken6.delete(dialog)
    ((sound, source, words, safe),) = waiting
    said = []
    keep(sound, source, words, lambda: said.append(safe()))  # it is safe only after the window is gone
    qtbot.waitUntil(lambda: said == [None])


def test_notes_are_kept_with_their_sound(qtbot, dialog, studio):
    dialog.tabs.setCurrentIndex(1)
    dialog.toggle()
    QTest.keyPress(dialog.page.keys, Qt.Key.Key_A)
    qtbot.wait(80)
    QTest.keyRelease(dialog.page.keys, Qt.Key.Key_A)
    dialog.toggle()
    qtbot.waitUntil(lambda: studio.stage is not None and studio.stage.media is not None)
    assert studio.stage.media.notes.pitch.tolist() == [60]
    assert np.abs(studio.stage.media.samples).max() > 0.01


def test_without_an_input_the_page_says_so(qtbot, dressed, studio, monkeypatch):
    monkeypatch.setattr(devices, "sources", list)
    dialog = RecordDialog(studio)
    qtbot.addWidget(dialog)
    assert not dialog.button.isEnabled()
    dialog.toggle()  # as the space bar does
    assert not dialog.recording
    assert "connect one" in dialog.note.text()
    monkeypatch.setattr(devices, "sources", lambda: [devices.Source("a microphone", None)])
    dialog.page.again.click()
    qtbot.waitUntil(dialog.button.isEnabled)


def test_without_the_midi_library_one_sentence_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    with pytest.raises(Refused, match="python-rtmidi"):
        devices.keyboards()
