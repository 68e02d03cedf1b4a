"""The timeline along time: clips selected, moved, trimmed, split and dropped by mouse and by keys; what it shows."""

from fractions import Fraction
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication

from app.core.timeline import edit, lay, numbers
from app.core.timeline.clock import Clock
from app.core.timeline.values import Clip, Key, Lane, Marker, Take, Tempo, Timeline, Title, Track
from app.ui import theme
from app.ui.sequence import Sequence
from app.ui.sequence.marks import grid_of, marks, written
from app.ui.sequence.rows import LANE, TALL, rows_of
from app.ui.sequence.view import View
from app.ui.sequence.wording import worded, words_of
from app.ui.sequence.words import colour_of
from engines.contract import Audio, Image, Notes, Refused, Video
from engines.files import media as files
from tests import fakes
from tests.studio_kit import folders, opened, studio  # noqa: F401  fixtures

F = Fraction
Left, NoMod = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Shift, Ctrl, Alt = (getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("Shift", "Control", "Alt"))


def made() -> Timeline:
    """Two tracks of pictures and one of sound: clips of two seconds on each."""
    first = (Clip(F(0), F(2), "a", id="a"), Clip(F(4), F(2), "b", id="b"))
    return Timeline(
        id="main",
        tracks=(
            Track("picture", "Front", first, id="v1"),
            Track("picture", "Back", (Clip(F(8), F(2), "c", id="c"),), id="v2"),
            Track("audio", "Sound", (Clip(F(1), F(3), "d", id="d"),), id="a1"),
        ),
    )


@pytest.fixture
def panel(studio, qtbot, qapp):  # noqa: F811
    theme.apply(qapp, "dark")
    studio.arrange("begin", lambda _: made())
    studio.undo_stack.clear()
    panel = Sequence(studio)
    qtbot.addWidget(panel)
    panel.resize(1200, 420)
    panel.show()
    qtbot.waitExposed(panel)
    panel.view.scale, panel.view.snapping = 80.0, False
    panel.view.scroll(-0.5, 0)
    panel.canvas.setFocus()
    return panel


def clip(panel: Sequence, id: str) -> Clip:
    return edit.clip_of(panel.studio.timeline, id)


def spot(panel: Sequence, track: str, seconds: float, share: float = 0.7) -> QPoint:
    row = panel.view.row_of(track)
    assert row is not None
    return QPoint(round(panel.view.x(seconds)), round(panel.view.top(row) + row.height * share))


def drag(qtbot, panel: Sequence, start: QPoint, end: QPoint, held=NoMod) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    canvas = panel.canvas
    qtbot.mousePress(canvas, Left, held, start)
    for step in (start + (end - start) / 2, end):
        spot = QPointF(step)
        event = QMouseEvent(QEvent.Type.MouseMove, spot, canvas.mapToGlobal(spot), Left, Left, held)
        QApplication.sendEvent(canvas, event)
    qtbot.mouseRelease(canvas, Left, held, end)


# ---------------------------------------------------------------- laying clips


def test_what_is_covered_makes_room():
    timeline = lay.moved(made(), ["c"], F(-8), -1)  # just over 'a'
    assert [one.id for one in timeline.tracks[0].clips] == ["c", "b"]
    partly = lay.moved(made(), ["c"], F(-7), -1)
    assert [(one.id, one.start, one.end) for one in partly.tracks[0].clips][:2] == [("a", 0, 2), ("c", 1, 3)]


def test_a_locked_track_keeps_its_clips():
    locked = edit.change_track(made(), "v1", locked=True)
    with pytest.raises(Refused, match="locked"):
        lay.moved(locked, ["c"], F(-8), -1)
    with pytest.raises(Refused, match="another kind"):
        lay.moved(made(), ["c"], F(0), 1)


def test_what_is_pasted_begins_where_it_is_told():
    rows = [("v1", Clip(F(5), F(1), id="x")), ("v2", Clip(F(6), F(1), id="y"))]
    timeline = lay.pasted(made(), rows, F(20))
    assert (edit.clip_of(timeline, "x").start, edit.clip_of(timeline, "y").start) == (20, 21)


# ---------------------------------------------------------------- the ruler's lines


@pytest.mark.parametrize("scale", [0.2, 3.0, 40.0, 900.0, 6000.0])
@pytest.mark.parametrize("mode", ["bars", "timecode", "frames"])
def test_lines_stand_apart_and_words_have_room(mode, scale):
    clock = Clock(Timeline(tempos=(Tempo(F(0), F(120)), Tempo(F(16), F(97)))), F(24))
    span = (3.0, 3.0 + 1200 / scale)
    found = marks(clock, mode, span, scale)
    places = [float(mark.at) * scale for mark in found]
    assert places == sorted(places)
    assert 4 < len(found) < 200
    named = [float(mark.at) * scale for mark in found if mark.words]
    assert min(np.diff(named)) > 60
    assert min(np.diff(places)) > 6


def test_words_of_moments():
    clock = Clock(Timeline(), F(24))
    assert written(clock, "bars", F(5, 2)) == "2|2|000"
    assert written(clock, "frames", F(5, 2)) == "60"
    assert written(clock, "timecode", F(5, 2)) == "00:00:02:12"
    assert (grid_of(clock, "bars", F(0), 5), grid_of(clock, "bars", F(0), 500)) == ("bar", "1/4")
    assert grid_of(clock, "frames", F(0), 5) == "frame"


# ---------------------------------------------------------------- rows and places


def test_curves_have_rows_under_their_track():
    timeline = edit.put_lane(made(), "a", Lane("scale", (Key(F(0), 1.0),)))
    timeline = edit.put_lane(timeline, "v1", Lane("opacity"))
    rows = rows_of(timeline, {"v1"})
    assert [(row.track.id, row.target) for row in rows][:4] == [
        ("v1", ""), ("v1", "opacity"), ("v1", "scale"), ("v2", "")
    ]  # fmt: skip
    assert rows[1].top == TALL["picture"]
    assert rows[3].top == TALL["picture"] + 2 * LANE
    assert len(rows_of(timeline, ())) == 3


def test_zoom_keeps_what_is_under_the_mouse(panel):
    view = panel.view
    before = view.offset + 300 / view.scale
    view.zoom(2.0, 300)
    assert view.offset + 300 / view.scale == pytest.approx(before)
    assert view.time(view.x(F(3))) == 3


def test_only_clips_in_view_are_painted(studio):  # noqa: F811
    clips = tuple(Clip(F(n), F(1)) for n in range(500))
    studio.arrange("many", lambda one: msgspec.structs.replace(one, tracks=(Track("picture", clips=clips),)))
    view = View(studio)
    seen = view.clips(view.rows[0].track, (100.0, 110.0))
    assert 10 <= len(seen) <= 13
    assert {float(one.start) for one in seen} >= set(range(100, 110))


# ---------------------------------------------------------------- by mouse


def test_a_click_selects_and_shift_adds(panel, qtbot):
    qtbot.mouseClick(panel.canvas, Left, NoMod, spot(panel, "v1", 1))
    assert panel.studio.selection == ("a",)
    qtbot.mouseClick(panel.canvas, Left, Shift, spot(panel, "v2", 9))
    assert panel.studio.selection == ("a", "c")
    qtbot.mouseClick(panel.canvas, Left, NoMod, spot(panel, "v1", 7))
    assert panel.studio.selection == ()
    assert float(panel.studio.playhead) == pytest.approx(7, abs=0.02)


def test_a_clip_is_dragged_along_and_to_another_track(panel, qtbot):
    drag(qtbot, panel, spot(panel, "v1", 1), spot(panel, "v2", 3))
    moved = clip(panel, "a")
    assert float(moved.start) == pytest.approx(2, abs=0.02)
    assert edit.track_of(panel.studio.timeline, "a").id == "v2"
    assert panel.studio.undo_stack.undo_text == "Move clips"
    panel.studio.undo_stack.undo()
    assert panel.studio.timeline == made()


def test_a_clip_does_not_go_to_a_track_of_another_kind(panel, qtbot):
    drag(qtbot, panel, spot(panel, "v1", 1), spot(panel, "a1", 6))
    assert panel.studio.timeline == made()


def test_ctrl_drags_a_copy(panel, qtbot):
    drag(qtbot, panel, spot(panel, "v1", 1), spot(panel, "v1", 9), Ctrl)
    assert clip(panel, "a").start == 0
    assert len(panel.studio.timeline.tracks[0].clips) == 3
    assert panel.studio.selection == (panel.studio.timeline.tracks[0].clips[-1].id,)


def test_escape_gives_a_drag_up(panel, qtbot):
    canvas = panel.canvas
    qtbot.mousePress(canvas, Left, NoMod, spot(panel, "v1", 1))
    qtbot.mouseMove(canvas, spot(panel, "v1", 2))
    canvas._at = QPointF(spot(panel, "v1", 3))
    canvas._dragging = True
    canvas._drag(NoMod)
    assert panel.view.shown != panel.studio.timeline
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert panel.view.shown == panel.studio.timeline == made()


@pytest.mark.parametrize(("grab", "to", "wanted"), [(0.02, 1.0, (1, 2)), (1.98, 3.0, (0, 3))])
def test_both_ends_are_trimmed(panel, qtbot, grab, to, wanted):
    drag(qtbot, panel, spot(panel, "v1", grab), spot(panel, "v1", to))
    found = clip(panel, "a")
    assert (float(found.start), float(found.end)) == pytest.approx(wanted, abs=0.04)
    assert found.offset == found.start


def test_a_sound_is_not_trimmed_beyond_what_there_is(panel, qtbot):
    take = Take("sha256-" + "0" * 64 + ".wav", F(5), id="t")
    panel.studio.arrange("take", lambda one: edit.change_clip(one, "d", takes=(take,), take="t", offset=F(1, 2)))
    drag(qtbot, panel, spot(panel, "a1", 1.02), spot(panel, "a1", -0.4))
    assert clip(panel, "d").start == F(1, 2)
    drag(qtbot, panel, spot(panel, "a1", 3.98), spot(panel, "a1", 9))
    assert clip(panel, "d").end == F(1, 2) + 5


def test_alt_slips_what_is_shown(panel, qtbot):
    drag(qtbot, panel, spot(panel, "v1", 1), spot(panel, "v1", 0.5), Alt)
    found = clip(panel, "a")
    assert (found.start, found.end) == (0, 2)
    assert float(found.offset) == pytest.approx(0.5, abs=0.02)


def test_corners_set_fades(panel, qtbot):
    panel.studio.select(["b"])
    row = panel.view.row_of("v1")
    top = QPoint(round(panel.view.x(4)) + 3, panel.view.top(row) + 5)
    drag(qtbot, panel, top, top + QPoint(40, 0))
    assert float(clip(panel, "b").fade_in) == pytest.approx(0.5, abs=0.02)


def test_a_rectangle_selects_what_it_touches(panel, qtbot):
    drag(qtbot, panel, spot(panel, "v1", 3), spot(panel, "v2", 9))
    assert set(panel.studio.selection) == {"b", "c"}
    assert panel.studio.timeline == made()


def test_clips_snap_to_one_another(panel, qtbot):
    panel.view.snapping, panel.view.grid = True, "off"
    drag(qtbot, panel, spot(panel, "v1", 1), spot(panel, "v1", 3) + QPoint(4, 0))
    assert clip(panel, "a").end == 4
    panel.view.grid = "beat"
    drag(qtbot, panel, spot(panel, "v2", 9), spot(panel, "v2", 9.5) + QPoint(3, 0))
    assert clip(panel, "c").start == F(17, 2)


# ---------------------------------------------------------------- by keys


def test_split_duplicate_delete_undo(panel, qtbot):
    canvas, studio = panel.canvas, panel.studio  # noqa: F811
    studio.set_playhead(F(3, 2))
    qtbot.keyClick(canvas, Qt.Key.Key_S)
    assert [len(track.clips) for track in studio.timeline.tracks] == [3, 1, 2]
    studio.select(["a"])
    qtbot.keyClick(canvas, Qt.Key.Key_D, Ctrl)
    assert studio.timeline.tracks[0].clips[1].start == F(3, 2)
    studio.undo_stack.undo()
    studio.undo_stack.undo()
    studio.select(["a", "d"])
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert [len(track.clips) for track in studio.timeline.tracks] == [1, 1, 0]
    studio.undo_stack.undo()
    studio.select(["a"])
    qtbot.keyClick(canvas, Qt.Key.Key_Delete, Shift)
    assert clip(panel, "b").start == 2


def test_copy_and_paste_at_the_playhead(panel, qtbot):
    canvas, studio = panel.canvas, panel.studio  # noqa: F811
    studio.select(["a", "d"])
    qtbot.keyClick(canvas, Qt.Key.Key_C, Ctrl)
    studio.set_playhead(F(20))
    qtbot.keyClick(canvas, Qt.Key.Key_V, Ctrl)
    assert len(studio.selection) == 2
    assert [clip(panel, id).start for id in studio.selection] == [20, 21]
    assert set(studio.selection).isdisjoint({"a", "d"})


def test_nudge_is_a_line_of_the_grid(panel, qtbot):
    panel.view.grid = "beat"
    panel.studio.select(["a"])
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Right, Alt)
    assert clip(panel, "a").start == F(1, 2)
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Right, Alt | Shift)
    assert clip(panel, "a").start == F(5, 2)


def test_clips_are_walked_without_a_mouse(panel, qtbot):
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Right, Ctrl)
    assert panel.studio.selection == ("a",)
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Right, Ctrl)
    assert panel.studio.selection == ("b",)
    assert "b" in panel.canvas.accessibleDescription()
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Down)
    assert panel.studio.playhead == 1


def test_words_are_edited_in_place(panel, qtbot):
    panel.studio.arrange("title", lambda one: edit.change_clip(one, "a", title=Title("Old")))
    panel.studio.select(["a"])
    qtbot.keyClick(panel.canvas, Qt.Key.Key_F2)
    assert panel.wording.isVisible()
    assert panel.wording.text() == "Old"
    panel.wording.setText("Eight bars")
    qtbot.keyClick(panel.wording, Qt.Key.Key_Return)
    assert words_of(clip(panel, "a")) == "Eight bars"
    assert not panel.wording.isVisible()


# ---------------------------------------------------------------- ruler and heads


def test_the_ruler_sets_the_playhead_and_moves_markers(panel, qtbot):
    ruler, studio = panel.ruler, panel.studio  # noqa: F811
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


def dropped(panel: Sequence, paths, at: QPointF) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    panel.canvas.dropEvent(QDropEvent(at, Qt.DropAction.CopyAction, data, Left, NoMod))


def test_files_are_laid_on_tracks_that_take_them(panel, qtbot, tmp_path):
    from engines.files import media as files

    picture, sound = tmp_path / "red.png", tmp_path / "beep.wav"
    picture.write_bytes(files.encode(Image(np.full((32, 48, 3), 200, np.uint8)), ".png"))
    sound.write_bytes(files.encode(Audio(np.zeros((24000, 1), np.float32), 48000), ".wav"))
    dropped(panel, [picture, sound], QPointF(spot(panel, "v2", 12)))
    studio = panel.studio  # noqa: F811
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


# ---------------------------------------------------------------- curves under their tracks


@pytest.fixture
def curved(panel):
    """The panel with a curve of the scale of 'a', from 0 to 2 within a second, and it is shown."""
    lane = Lane("scale", (Key(F(0), 0.0), Key(F(1), 2.0)), id="l")
    panel.studio.arrange("curve", lambda one: edit.put_lane(one, "a", lane))
    panel.view.fold("v1", True)
    panel.studio.undo_stack.clear()
    return panel


def lane(panel: Sequence) -> Lane:
    return clip(panel, "a").lanes[0]


def key_spot(panel: Sequence, seconds: float, value: float) -> QPoint:
    row = next(row for row in panel.view.rows if row.target == "scale")
    return QPoint(round(panel.view.x(seconds)), round(panel.canvas.lanes.y(row, value)))


def inked(image: QImage, place: QPoint, ink: QColor) -> bool:
    """Whether a line of that colour goes through a place, give or take a pixel."""
    near = [image.pixelColor(place + QPoint(0, dy)).getRgb() for dy in (-1, 0, 1)]
    return min(sum(abs(a - b) for a, b in zip(one, ink.getRgb(), strict=True)) for one in near) < 130


def test_a_curve_is_drawn_through_its_keys(curved):
    row = next(row for row in curved.view.rows if row.target == "scale")
    owner, here = row.lanes[0]
    assert curved.canvas.lanes.at(row, owner, here, F(1, 2)) == pytest.approx(1.0)
    ink = QColor(colour_of(row.track, theme.current()))
    for ease in ("linear", "ease-in-out-sine"):
        keys = tuple(msgspec.structs.replace(key, ease=ease) for key in here.keys)
        bent = msgspec.structs.replace(here, keys=keys)
        curved.studio.arrange("ease", lambda one, bent=bent: edit.put_lane(one, "a", bent))
        image = QImage(curved.canvas.size(), QImage.Format.Format_ARGB32)
        curved.canvas.render(image)
        assert inked(image, key_spot(curved, 0.5, 1.0), ink), ease
        assert inked(image, key_spot(curved, 1.7, 2.0), ink), ease
        assert not inked(image, key_spot(curved, 0.3, 1.9), ink), ease


def test_keys_are_dragged_added_and_deleted(curved, qtbot):
    drag(qtbot, curved, key_spot(curved, 1, 2.0), key_spot(curved, 1.5, 1.0))
    assert float(lane(curved).keys[1].at) == pytest.approx(1.5, abs=0.02)
    assert lane(curved).keys[1].value == pytest.approx(1.0, abs=0.06)
    qtbot.mouseDClick(curved.canvas, Left, NoMod, key_spot(curved, 0.5, 1.8))
    assert len(lane(curved).keys) == 3
    assert lane(curved).keys[1].value == pytest.approx(1.8, abs=0.06)
    assert curved.view.keys == {("l", 1)}
    qtbot.keyClick(curved.canvas, Qt.Key.Key_Delete)
    assert len(lane(curved).keys) == 2
    assert len(curved.studio.timeline.tracks[0].clips) == 2


def test_keys_are_picked_by_a_rectangle_and_moved_together(curved, qtbot):
    drag(qtbot, curved, key_spot(curved, -0.2, -0.1), key_spot(curved, 1.2, 2.1))
    assert curved.view.keys == {("l", 0), ("l", 1)}
    before = [key.at for key in lane(curved).keys]
    drag(qtbot, curved, key_spot(curved, 0, 0.0), key_spot(curved, 0.5, 0.0))
    moved = [key.at - was for key, was in zip(lane(curved).keys, before, strict=True)]
    assert moved[0] == moved[1]
    assert float(moved[0]) == pytest.approx(0.5, abs=0.02)
    curved.studio.undo_stack.undo()
    assert [key.at for key in lane(curved).keys] == before


def test_keys_are_copied_to_the_playhead(curved, qtbot):
    curved.view.pick({("l", 0), ("l", 1)})
    qtbot.keyClick(curved.canvas, Qt.Key.Key_C, Ctrl)
    curved.studio.set_playhead(F(3, 2))
    qtbot.keyClick(curved.canvas, Qt.Key.Key_V, Ctrl)
    assert [key.at for key in lane(curved).keys] == [0, 1, F(3, 2), F(5, 2)]


def test_a_picked_key_that_has_gone_is_let_go(curved):
    curved.view.pick({("l", 1)})
    curved.studio.arrange("less", lambda one: edit.put_lane(one, "a", Lane("scale", (Key(F(0), 1.0),), id="l")))
    assert curved.view.keys == frozenset()


def test_curves_are_offered_where_something_follows_them():
    offered = numbers.offered
    assert offered(Track("audio"), None) == ["gain", "pan"]
    assert "scale" not in offered(Track("audio"), Clip(F(0), F(1)))
    assert offered(Track("picture"), Clip(F(0), F(1))) == ["opacity", "x", "y", "scale", "rotation"]
    assert {"gain", "scale"} <= set(offered(Track("picture"), Clip(F(0), F(1), takes=(Take("film.mp4"),))))
    assert offered(Track("prompt")) == []
    assert "azimuth" in offered(Track("camera"), Clip(F(0), F(1), mesh="m"))


# ---------------------------------------------------------------- states


def test_the_state_of_a_clip_is_seen(panel, qtbot):
    from app.core.timeline.values import Ask

    states = panel.canvas.stating
    panel.studio.arrange("ask", lambda one: edit.change_clip(one, "a", ask=Ask(fakes.PICTURE.info.name, "a ship")))
    assert states.get(clip(panel, "a")) == "empty"
    take = Take("sha256-" + "0" * 64 + ".png", print="of another time", id="t")
    panel.studio.arrange("take", lambda one: edit.add_take(one, "a", take))
    states.get(clip(panel, "a"))
    qtbot.waitUntil(lambda: states.get(clip(panel, "a")) == "stale")
    panel.studio.select(["a"])
    assert "stale" in panel.canvas.accessibleDescription()


def test_one_bar_of_tabs_for_the_panels_below(studio, qtbot):  # noqa: F811
    from PySide6.QtWidgets import QTabBar

    from app.ui.window import Window

    window = Window(studio)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)

    def shown() -> list[str]:
        bars = [bar for bar in window.findChildren(QTabBar) if bar.parent() is window and bar.isVisible()]
        return [bar.tabText(0) for bar in bars]

    qtbot.waitUntil(lambda: shown() and len(shown()) == len(set(shown())))
    window.go("sequence")
    assert window.focusWidget() is window.sequence.canvas
    forgotten = QTabBar(window)
    forgotten.addTab("Steps")
    forgotten.addTab("Timeline")
    forgotten.move(200, 300)
    forgotten.show()
    window.actions_.by_name["for_timeline"].trigger()
    qtbot.waitUntil(lambda: window.monitor.isVisible() and not forgotten.isVisible())
    assert shown().count("Steps") == 1


# ---------------------------------------------------------------- making clips in place


def words_in(menu) -> list[str]:
    return [action.text() for action in menu.actions()]


def test_a_mesh_is_asked_for_on_a_track_of_pictures(panel, monkeypatch):
    solid = msgspec.structs.replace(
        fakes.OTHER, info=msgspec.structs.replace(fakes.OTHER.info, name="mesh/solid", medium="mesh")
    )
    cards = {"mesh/solid": solid, **panel.studio.cards()}
    monkeypatch.setattr(panel.studio, "cards", lambda: cards)
    panel.studio.edit(engine="mesh/solid", prompt="a rocket")
    tracks = {track.id: track for track in panel.studio.timeline.tracks}
    assert panel.deeds.ask_of(tracks["v1"]).engine == "mesh/solid"


def test_a_clip_is_made_where_it_lies(panel, qtbot):
    from app.core.timeline.values import Ask
    from app.ui.sequence.hands import Hit

    studio = panel.studio  # noqa: F811
    studio.arrange("ask", lambda one: edit.change_clip(one, "a", ask=Ask(fakes.PICTURE.info.name, "a ship")))
    studio.select(["a"])
    menu = panel.menus.clips(panel, Hit("body", panel.view.row_of("v1"), clip(panel, "a")), F(0))
    assert "Make the clips" in words_in(menu)
    seen = set()
    studio.making_changed.connect(lambda id: seen.add(making.state if (making := studio.in_hand.get(id)) else "done"))
    qtbot.keyClick(panel.canvas, Qt.Key.Key_G)
    assert studio.notices == []
    assert panel.canvas.in_hands.shown["a"].state == "queued"
    qtbot.waitUntil(lambda: clip(panel, "a").shown is not None, timeout=8000)
    qtbot.waitUntil(lambda: not panel.canvas.in_hands.shown)
    assert {"queued", "developing", "done"} <= seen
    states = panel.canvas.stating
    states.get(clip(panel, "a"))
    qtbot.waitUntil(lambda: states.get(clip(panel, "a")) == "final")
    studio.undo_stack.undo()
    assert clip(panel, "a").shown is None


def test_what_cannot_be_made_is_not_offered(panel):
    from app.ui.sequence.hands import Hit

    menu = panel.menus.clips(panel, Hit("body", panel.view.row_of("v1"), clip(panel, "a")), F(0))
    assert "Make the clips" not in words_in(menu)
    panel.studio.select(["a"])
    assert not panel.deeds.by_name["make"].isEnabled()


def test_a_gap_between_two_clips_can_be_bridged(panel):
    from app.ui.sequence.hands import Hit

    row = panel.view.row_of("v1")
    assert "Bridge this gap" in words_in(panel.menus.clips(panel, Hit("nothing", row), F(3)))
    assert "Bridge this gap" not in words_in(panel.menus.clips(panel, Hit("nothing", row), F(9)))


# ---------------------------------------------------------------- the windows of engines


def card(grid, lengths=(0.5, 2.0, 5.0)):
    from types import SimpleNamespace

    return SimpleNamespace(info=SimpleNamespace(grid=grid, lengths=lengths))


def test_windows_are_the_lengths_an_engine_makes():
    from app.ui.sequence.windows import ends, starts

    one = Clip(F(10), F(4))
    assert ends(card((8, 1, 8.0)), one, F(3)) == [10 + F(9, 8), 10 + F(17, 8)]
    assert ends(card((8, 1, 8.0)), one, F(60))[-1] == 10 + F(33, 8)  # five seconds at most
    assert ends(card(None), one, F(60)) == [F(21, 2), 15]
    assert ends(card(None, None), one, F(60)) == []
    assert ends(None, one, F(60)) == []
    assert starts(card(None), one, F(60)) == [F(27, 2), 9]
    assert starts(card(None), Clip(F(0), F(1)), F(60)) == [F(1, 2)]


# ---------------------------------------------------------------- what clips show


def test_a_clip_shows_its_frames_along_time(panel, qtbot):
    studio = panel.studio  # noqa: F811
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
    studio = panel.studio  # noqa: F811
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

    studio = panel.studio  # noqa: F811
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
    studio = panel.studio  # noqa: F811
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
    by["Copy its sound as a file"].trigger()
    qtbot.waitUntil(lambda: QApplication.clipboard().mimeData().hasUrls(), timeout=60_000)
    assert left(QApplication.clipboard().mimeData().urls())[0].name == "Tune.wav"
    assert "Copy its notes as a MIDI file" in by
    texts = [action.text() for action in panel.menus.row(panel, panel.view.row_of("v1")).actions()]
    assert "Copy its sound as a file" not in texts


def test_media_are_saved_in_another_format_and_frames_as_pictures(panel, tmp_path):
    from app.ui.sequence import leave

    studio = panel.studio  # noqa: F811
    document = studio.document_now()
    name, _ = document.keep(Audio(np.zeros((48000, 2), np.float32), 48000))
    assert leave.saved(document, name, tmp_path / "copy.flac").is_file()
    frames = np.repeat(np.array([20, 200], np.uint8), 4)[:, None, None, None]
    film, _ = document.keep(Video(np.ascontiguousarray(np.broadcast_to(frames, (8, 32, 48, 3))), 4.0))
    shown = files.read(leave.framed(document, film, F(3, 2), tmp_path / "frame.png"))
    assert abs(int(shown.pixels[5, 5, 0]) - 200) < 10
