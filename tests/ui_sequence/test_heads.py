"""The ruler, the heads of tracks, and files that are dropped."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor, QImage

from app.core.timeline import edit
from app.core.timeline.values import Marker
from engines.contract import Audio, Image
from engines.files import media as files
from tests.ui_sequence.kit import F, Left, NoMod, clip, drag, dropped, made, spot


def test_the_ruler_sets_the_playhead_and_moves_markers(panel, qtbot):
    ruler, studio = panel.ruler, panel.studio
    qtbot.mouseClick(ruler, Left, NoMod, QPoint(round(panel.view.x(5)), 8))
    assert float(studio.playhead) == pytest.approx(5, abs=0.02)
    studio.arrange("mark", lambda one: edit.add_marker(one, Marker(F(2), "verse", id="m")))
    place = QPoint(round(panel.view.x(2)), 30)
    qtbot.mousePress(ruler, Left, NoMod, place)
    qtbot.mouseMove(ruler, place + QPoint(80, 0))
    qtbot.mouseRelease(ruler, Left, NoMod, place + QPoint(80, 0))
    assert float(studio.timeline.markers[0].at) == pytest.approx(3, abs=0.02)


def test_heads_change_their_track(panel, qtbot):
    head = panel.heads.head("a1")
    qtbot.mouseClick(head.mute, Left)
    assert panel.studio.timeline.tracks[2].mute
    head.gain.setValue(-60)
    assert panel.studio.timeline.tracks[2].gain == -6.0
    head.name.setText("Drums")
    head.name.editingFinished.emit()
    assert panel.studio.timeline.tracks[2].name == "Drums"
    qtbot.mouseClick(head.lock, Left)
    drag(qtbot, panel, spot(panel, "a1", 2), spot(panel, "a1", 6))
    assert clip(panel, "d").start == 1


# ---------------------------------------------------------------- files


def test_files_are_laid_on_tracks_that_take_them(panel, qtbot, tmp_path):

    picture, sound = tmp_path / "red.png", tmp_path / "beep.wav"
    picture.write_bytes(files.encode(Image(np.full((32, 48, 3), 200, np.uint8)), ".png"))
    sound.write_bytes(files.encode(Audio(np.zeros((24000, 1), np.float32), 48000), ".wav"))
    dropped(panel, [picture, sound], QPointF(spot(panel, "v2", 12)))
    studio = panel.studio
    qtbot.waitUntil(lambda: len(studio.project.media) == 2)
    shown, heard = studio.timeline.tracks[1].clips[-1], studio.timeline.tracks[2].clips[-1]
    assert float(shown.start) == pytest.approx(12, abs=0.02)
    assert (shown.name, shown.length, heard.length) == ("red", 4, F(1, 2))
    assert studio.document.path(shown.shown.media).is_file()
    film = panel.canvas.pictures
    film.get(shown.shown.media)
    qtbot.waitUntil(lambda: film.get(shown.shown.media) is not None)
    panel.view.fit()
    image = QImage(panel.canvas.size(), QImage.Format.Format_ARGB32)
    panel.canvas.render(image)
    place = spot(panel, "v2", 13)
    assert image.pixelColor(place) == QColor(200, 200, 200)
    studio.undo_stack.undo()
    assert studio.timeline == made()
