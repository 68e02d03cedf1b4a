"""Where clips lie, the ruler's lines, rows and places."""

import msgspec
import numpy as np
import pytest

from app.core.timeline import edit, lay
from app.core.timeline.clock import Clock
from app.core.timeline.values import Clip, Key, Lane, Tempo, Timeline, Track
from app.ui.sequence.marks import grid_of, marks, written
from app.ui.sequence.rows import LANE, TALL, rows_of
from app.ui.sequence.view import View
from engines.contract import Refused
from tests.ui_sequence.kit import F, made


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


def test_only_clips_in_view_are_painted(studio):
    clips = tuple(Clip(F(n), F(1)) for n in range(500))
    studio.arrange("many", lambda one: msgspec.structs.replace(one, tracks=(Track("picture", clips=clips),)))
    view = View(studio)
    seen = view.clips(view.rows[0].track, (100.0, 110.0))
    assert 10 <= len(seen) <= 13
    assert {float(one.start) for one in seen} >= set(range(100, 110))
