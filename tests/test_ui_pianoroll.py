"""The piano roll: where notes lie, what they are called, and that it and the waveform go together."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.stage import pianoroll
from app.ui.stage.audio import AudioViewer
from engines.contract import Audio, Notes
from engines.files import notes

SECONDS = 8.0


def some(metre: tuple[int, int] = (4, 4)) -> Notes:
    """A scale on channel 0, a held chord on channel 1, a drum."""
    rows = [(0.5 * k, 0.45, 60 + 2 * k, 60 + 5 * k, 0, 110) for k in range(8)]
    rows += [(0.0, 2.0, pitch, 50, 1, 25) for pitch in (48, 52, 55)] + [(1.0, 0.1, 38, 90, 9, 0)]
    return notes.of(rows, 120.0, metre, "C major")


def sound(made: Notes | None) -> Audio:
    wave = np.sin(np.arange(int(SECONDS * 8000)) / 9).astype(np.float32)[:, None]
    return Audio(wave, 8000, made)


@pytest.fixture
def viewer(qtbot: QtBot) -> AudioViewer:
    made = AudioViewer()
    qtbot.addWidget(made)
    made.resize(900, 560)
    made.show_media(sound(some()))
    made.show()
    qtbot.waitExposed(made)
    QApplication.processEvents()
    return made


def number(viewer: AudioViewer, pitch: int) -> int:
    assert viewer.roll.notes is not None
    return int(np.flatnonzero(viewer.roll.notes.pitch == pitch)[0])


def test_it_is_there_only_when_there_are_notes(viewer: AudioViewer) -> None:
    assert viewer.roll.isVisible()
    viewer.show_media(sound(None))
    assert not viewer.roll.isVisible()
    viewer.show_media(sound(notes.of([], 120.0, (4, 4), "")))
    assert not viewer.roll.isVisible()


def test_notes_lie_over_the_waveform_they_sound_in(viewer: AudioViewer) -> None:
    roll, k = viewer.roll, number(viewer, 64)
    box = roll.box(k)
    assert viewer.wave._seconds(box.left() - viewer.wave.x()) == pytest.approx(1.0, abs=1e-6)
    assert viewer.wave._seconds(box.right() + 1 - viewer.wave.x()) == pytest.approx(1.45, abs=1e-6)
    assert roll.box(number(viewer, 66)).bottom() <= box.top()  # higher is above
    viewer.wave.zoom(3.0, 2.0)
    assert viewer.wave._seconds(roll.box(k).left() - viewer.wave.x()) == pytest.approx(1.0, abs=1e-6)


def test_the_pointer_names_the_note(viewer: AudioViewer) -> None:
    roll, k = viewer.roll, number(viewer, 70)
    middle = roll.box(k).center()
    assert roll.note_at(middle.x(), middle.y()) == k
    assert roll.note_at(middle.x(), pianoroll.RULER + 1) is None
    said = roll.words(k)
    assert "Bb4" in said
    assert "bar 2" in said
    assert "beat 2" in said
    assert "85" in said


def test_every_note_is_drawn_in_its_channels_colour(viewer: AudioViewer) -> None:
    image, ratio = viewer.roll.still(), viewer.roll.devicePixelRatioF()
    colours = set()
    for pitch in (60, 74, 48, 38):
        at = viewer.roll.box(number(viewer, pitch)).center()
        colours.add(image.pixelColor(int(at.x() * ratio), int(at.y() * ratio)).hue() // 20)
    assert len(colours) == 3  # two notes of channel 0, one of channel 1, a drum


def test_a_drag_along_the_bars_makes_a_range_of_whole_bars(qtbot: QtBot, viewer: AudioViewer) -> None:
    roll = viewer.roll
    begin, end = (QPoint(round(roll._x(second)), 8) for second in (2.3, 4.2))
    qtbot.mousePress(roll, Qt.MouseButton.LeftButton, pos=begin)
    qtbot.mouseMove(roll, end)
    qtbot.mouseRelease(roll, Qt.MouseButton.LeftButton, pos=end)
    assert viewer.brace == pytest.approx((2.0, 6.0), abs=1e-3)


def test_a_click_seeks_and_the_wheel_zooms(qtbot: QtBot, viewer: AudioViewer) -> None:
    roll = viewer.roll
    qtbot.mouseClick(roll, Qt.MouseButton.LeftButton, pos=QPoint(round(roll._x(3.0)), 100))
    assert viewer.player.position == pytest.approx(3.0, abs=0.02)
    at = QPointF(roll._x(3.0), 100)
    none = Qt.KeyboardModifier.NoModifier
    wheel = QWheelEvent(
        at,
        QPointF(roll.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        none,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(roll, wheel)
    assert viewer.wave.stop - viewer.wave.start < 0.8 * SECONDS
    assert viewer.wave.start < 3.0 < viewer.wave.stop


@pytest.mark.parametrize(("metre", "bar", "beat"), [((4, 4), 2.0, 0.5), ((6, 8), 1.5, 0.75), ((3, 4), 1.5, 0.5)])
def test_bars_and_beats_follow_the_metre(metre: tuple[int, int], bar: float, beat: float) -> None:
    lines = pianoroll.grid(some(metre))
    assert (lines.bar, lines.beat) == (bar, beat)
    assert lines.place(2 * bar + beat) == (3, 2.0)
    assert lines.whole(bar * 1.2, bar * 1.8) == (bar, 2 * bar)
    assert lines.whole(bar, bar) == (bar, 2 * bar)
    assert pianoroll.pitch_name(60) == "C4"
