"""What clips show, and what leaves the panel as files."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.core.timeline import edit
from app.core.timeline.values import Clip, Take, Track
from app.ui.sequence.wording import worded
from engines.contract import Audio, Image, Notes, Video
from engines.files import media as files
from tests.ui_sequence.kit import Alt, F, Left, Shift, clip, dropped, spot


def test_a_clip_shows_its_frames_along_time(panel, qtbot):
    studio = panel.studio
    shades = np.repeat(np.array([30, 120, 220], np.uint8), 8)
    frames = np.broadcast_to(shades[:, None, None, None], (24, 36, 64, 3))
    name, facts = studio.document_now().keep(Video(np.ascontiguousarray(frames), 8.0))
    take = Take(name, facts.length, id="t")
    studio.arrange_project("media", lambda one: msgspec.structs.replace(one, media={name: facts}))
    studio.arrange("take", lambda one: edit.change_clip(one, "a", takes=(take,), take="t", length=F(3)))
    pictures = panel.canvas.pictures
    pictures.get(name)
    qtbot.waitUntil(lambda: pictures.get(name) is not None)
    film = pictures.get(name)
    shown = [film.at(at).pixelColor(5, 5).red() for at in (0.5, 1.5, 2.5)]
    assert shown == pytest.approx([30, 120, 220], abs=8)
    assert (film.length, film.wave) == (3.0, None)


def test_a_sound_shows_where_it_is_loud():
    from app.ui.sequence.pictures import _heard

    quiet, loud = np.full(4800, 0.1, np.float32), np.full(4800, -0.8, np.float32)
    film = _heard(Audio(np.concatenate([quiet, loud])[:, None], 4800))
    assert film.length == 2.0
    columns = film.outline(0.0, 2.0, 10)
    assert columns[1].tolist() == pytest.approx([0.1, 0.1])
    assert columns[8].tolist() == pytest.approx([-0.8, -0.8])
    assert not film.outline(5.0, 6.0, 4).any()


def test_a_result_that_is_dropped_can_be_made_again(panel, qtbot):
    studio = panel.studio
    studio.generate()
    qtbot.waitUntil(lambda: bool(studio.jobs) and studio.jobs[-1].ended, timeout=8000)
    entries = []
    studio.page("", False, None, entries.extend)
    qtbot.waitUntil(lambda: bool(entries))
    dropped(panel, [entries[0].path], QPointF(spot(panel, "v2", 14)))
    qtbot.waitUntil(lambda: len(studio.timeline.tracks[1].clips) == 2)
    placed = studio.timeline.tracks[1].clips[-1]
    assert (placed.ask.prompt, placed.ask.seed) == ("a red apple", 7)
    assert placed.shown.run == entries[0].run
    states = panel.canvas.stating
    states.get(placed)
    qtbot.waitUntil(lambda: placed.id in states._known)
    assert states.get(placed) == "final"
    panel.studio.arrange("words", lambda one: worded(one, placed.id, "a green apple"))
    states.get(clip(panel, placed.id))
    qtbot.waitUntil(lambda: states.get(clip(panel, placed.id)) == "stale")


@pytest.fixture
def gone(monkeypatch):
    """The files that were dragged out, the mouse held down all the while."""
    from PySide6.QtGui import QDrag

    from app.ui import pieces

    gone = []
    monkeypatch.setattr(QDrag, "exec", lambda self, *_: gone.extend(self.mimeData().urls()))
    monkeypatch.setattr(pieces, "held", lambda: True)
    return gone


def left(gone) -> list[Path]:
    return [Path(url.toLocalFile()) for url in gone]


def test_clips_leave_as_files_under_their_names(panel, qtbot, gone, monkeypatch):
    from app.ui import pieces

    studio = panel.studio
    name, facts = studio.document_now().keep(Image(np.zeros((8, 8, 3), np.uint8)))
    studio.arrange_project("media", lambda one: msgspec.structs.replace(one, media={name: facts}))
    take = Take(name, id="t")
    studio.arrange("take", lambda one: edit.change_clip(one, "a", name="Red: door", takes=(take,), take="t"))
    studio.select(["a", "b"])  # b has nothing to show for itself
    panel.drag_out()
    qtbot.waitUntil(lambda: bool(gone))
    (file,) = left(gone)
    assert file.name == f"Red- door{Path(name).suffix}"
    assert file.read_bytes() == studio.document.path(name).read_bytes()
    panel.drag_out()  # written once
    assert left(gone) == [file, file]
    monkeypatch.setattr(pieces, "held", lambda: False)
    panel.drag_out()  # let go before: nothing hangs on the mouse
    assert len(gone) == 2
    assert studio.notices[-1][0] == "info"
    studio.select(["b"])
    panel.drag_out()
    qtbot.waitUntil(lambda: "make it first" in studio.notices[-1][1])


def noted(panel) -> str:
    """A track of notes with a clip of two, and its id."""
    studio = panel.studio
    one, zero = np.ones(2, np.uint8), np.zeros(2, np.uint8)
    notes = Notes(np.array([0.0, 0.5]), np.array([0.4, 0.4]), 60 * one, 90 * one, zero, zero)
    name, facts = studio.document_now().keep(Audio(np.full((48000, 2), 0.25, np.float32), 48000, notes))
    held = Clip(F(0), F(1), "n", takes=(Take(name, F(1), id="t"),), take="t", id="n")
    studio.arrange_project("media", lambda one: msgspec.structs.replace(one, media={name: facts}))
    studio.arrange("track", lambda one: edit.add_track(one, Track("notes", "Tune", (held,), id="n1"), 0))
    return "n1"


@pytest.mark.parametrize(("held", "kind"), [(Alt, ".mid"), (Alt | Shift, ".wav")])
def test_a_track_leaves_by_its_head(panel, qtbot, gone, held, kind):
    track = noted(panel)
    head = panel.heads.head(track)
    here = QPoint(14, head.height() // 2)
    qtbot.mousePress(head, Left, held, here)
    for far in (2, 40):
        move = QMouseEvent(QEvent.Type.MouseMove, QPointF(here + QPoint(far, 0)), QPointF(), Left, Left, held)
        QApplication.sendEvent(head, move)
    qtbot.mouseRelease(head, Left, held, here)
    qtbot.waitUntil(lambda: bool(gone), timeout=60_000)  # the first sound waits for its library
    (file,) = left(gone)
    assert (file.stem, file.suffix) == ("Tune", kind)
    sound = files.read(file)
    assert sound.notes.pitch.tolist() == [60, 60] if kind == ".mid" else sound.samples.shape == (48000, 2)
    assert panel.studio.selection == ()


def test_what_a_track_sounds_like_is_copied_as_a_file(panel, qtbot):
    row = panel.view.row_of(noted(panel))
    menu = panel.menus.row(panel, row)
    by = {action.text(): action for action in menu.actions()}
    QApplication.clipboard().clear()
    by["Copy its sound as a file"].trigger()
    qtbot.waitUntil(lambda: bool(QApplication.clipboard().text()), timeout=60_000)
    assert left(QApplication.clipboard().mimeData().urls())[0].name == "Tune.wav"
    assert "Copy its notes as a MIDI file" in by
    texts = [action.text() for action in panel.menus.row(panel, panel.view.row_of("v1")).actions()]
    assert "Copy its sound as a file" not in texts


def test_media_are_saved_in_another_format_and_frames_as_pictures(panel, tmp_path):
    from app.ui.sequence import leave

    studio = panel.studio
    document = studio.document_now()
    name, _ = document.keep(Audio(np.zeros((48000, 2), np.float32), 48000))
    assert leave.saved(document, name, tmp_path / "copy.flac").is_file()
    frames = np.repeat(np.array([20, 200], np.uint8), 4)[:, None, None, None]
    film, _ = document.keep(Video(np.ascontiguousarray(np.broadcast_to(frames, (8, 32, 48, 3))), 4.0))
    shown = files.read(leave.framed(document, film, F(3, 2), tmp_path / "frame.png"))
    assert abs(int(shown.pixels[5, 5, 0]) - 200) < 10
