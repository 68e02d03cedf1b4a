"""The curve editor: keys by hand and by keys, easing, scaling, pasting, what steers, and how finely it is followed."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.core.timeline import edit
from app.core.timeline.curve import Hearing, sampled
from app.core.timeline.features import Features, Heard
from app.core.timeline.values import Ask, Clip, Key, Lane, Modulator, Project, Timeline, Track
from app.ui import theme
from app.ui.curves import Curves
from app.ui.curves.graph import bent
from app.ui.curves.painting import moments
from app.ui.curves.span import Span, fitted, ticks
from tests import fakes
from tests.test_ui_inspector import STEERED

pytest_plugins = ["tests.studio_kit"]


def piece():
    rise = Lane("scale", (Key(F(0), 0.5), Key(F(1), 1.0, "bezier"), Key(F(2), 2.0)), id="rise")
    shot = Clip(F(2), F(4), id="shot", ask=Ask("image/steered", "a fox"), lanes=(rise,))
    drum = Clip(F(0), F(8), id="drum")
    rows = (Track("picture", "V1", (shot,), id="v"), Track("audio", "Drums", (drum,), id="a"))
    return Project(timelines=(Timeline(id="main", tracks=rows),), fps=F(24))


class Beats:
    """Ears that hear an onset every half second."""

    def __init__(self):
        self.asked = []

    def hearing(self, project, document, owner):
        self.asked.append(owner)
        from app.core.timeline.clock import Clock

        level = np.zeros(1000, np.float32)
        level[::50] = 1.0
        heard = Heard(Features(*[level] * 6), F(0))
        return Hearing(Clock(project.timeline, project.fps), F(2), {"a": heard})


@pytest.fixture
def studio(opened, monkeypatch):
    monkeypatch.setitem(fakes.CARDS, "image/steered", STEERED)
    made = opened()
    made.new_project(piece())
    return made


@pytest.fixture
def curves(qtbot, studio):
    theme.apply(QApplication.instance(), "dark")
    made = Curves(studio, Beats())
    qtbot.addWidget(made)
    made.resize(1000, 300)
    made.show()
    qtbot.waitExposed(made)
    studio.select(["shot"])
    return made


def lane(studio, target="scale"):
    return next(one for one in edit.clip_of(studio.timeline, "shot").lanes if one.target == target)


def at(curves, n):
    return curves.graph.place_of(curves.graph.lane.keys[n]).toPoint()


def drag(qtbot, graph, start, end, modifier=Qt.KeyboardModifier.NoModifier):
    from PySide6.QtTest import QTest

    QTest.mousePress(graph, Qt.MouseButton.LeftButton, modifier, start)
    for share in (0.3, 0.6, 1.0):
        place = start + (end - start) * share
        event_at(graph, QPointF(place), modifier)
    QTest.mouseRelease(graph, Qt.MouseButton.LeftButton, modifier, end)


def event_at(graph, place, modifier):
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    kind, button = QEvent.Type.MouseMove, Qt.MouseButton.LeftButton
    QApplication.sendEvent(graph, QMouseEvent(kind, place, graph.mapToGlobal(place), button, button, modifier))


# ---------------------------------------------------------------- places


@given(
    st.floats(-100, 100), st.floats(0.1, 100), st.floats(-10, 10), st.floats(0.1, 50), st.floats(0.2, 5),
    st.floats(0, 300), st.floats(0, 200),
)  # fmt: skip
def test_zooming_keeps_what_is_under_the_hand(left, wide, low, tall, times, x, y):
    span = Span(left, left + wide, low, low + tall, 300, 200)
    after = span.zoomed(times, 1 / times, x, y)
    assert after.x(span.seconds(x)) == pytest.approx(x, abs=1e-6)
    assert after.y(span.value(y)) == pytest.approx(y, abs=1e-6)
    assert span.seconds(span.x(left + wide / 3)) == pytest.approx(left + wide / 3)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1), st.lists(st.floats(-1e3, 1e3), min_size=1))
def test_what_is_fitted_is_seen(times, values):
    span = fitted(times, values, Span(0, 1, 0, 1, 300, 200))
    assert all(-1e-6 <= span.x(time) <= 300 + 1e-6 for time in times)
    assert all(-1e-6 <= span.y(value) <= 200 + 1e-6 for value in values)


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4), st.integers(2, 20))
def test_lines_are_few_round_and_within(low, wide, most):
    found = ticks(low, low + wide, most)
    assert len(found) <= most + 1
    assert all(low - 1e-6 * wide <= tick <= low + wide + 1e-6 * wide for tick in found)


# ---------------------------------------------------------------- by hand


def test_a_key_is_dragged_to_the_grid_as_one_deed(qtbot, curves, studio):
    graph = curves.graph
    target = QPoint(round(graph.span.x(4.45)), at(curves, 2).y() + 20)
    drag(qtbot, graph, at(curves, 2), target)
    key = lane(studio).keys[2]
    assert key.at == F(5, 2)  # 4.5 s on the timeline: a beat at 120
    assert key.value < 2.0
    assert graph.chosen == {2}
    studio.undo_stack.undo()
    assert studio.project == piece()


def test_without_snapping_it_lies_where_it_was_let_go(qtbot, curves, studio):
    curves.snap_deed.setChecked(False)
    graph = curves.graph
    target = QPoint(round(graph.span.x(4.45)), at(curves, 2).y())
    drag(qtbot, graph, at(curves, 2), target)
    assert float(lane(studio).keys[2].at) == pytest.approx(2.45, abs=0.02)


def test_shift_keeps_the_value(qtbot, curves, studio):
    graph = curves.graph
    target = QPoint(round(graph.span.x(4.5)), at(curves, 2).y() + 6)
    curves.graph.choose(frozenset())
    graph._was = frozenset()
    drag(qtbot, graph, at(curves, 2), target, Qt.KeyboardModifier.ShiftModifier)
    assert lane(studio).keys[2] == Key(F(5, 2), 2.0)


def test_a_frame_chooses_keys_and_its_edge_scales_them(qtbot, curves, studio):
    graph = curves.graph
    drag(qtbot, graph, at(curves, 0) - QPoint(14, -14), at(curves, 1) + QPoint(14, -14))
    assert graph.chosen == {0, 1}
    box = graph.box()
    edge = QPoint(round(box.right()), round(box.center().y()))
    moved = edge + QPoint(round(graph.span.x(1.0) - graph.span.x(0.0)), 0)
    drag(qtbot, graph, edge, moved)
    assert [key.at for key in lane(studio).keys] == [F(0), F(2)]  # it took the place of the one at 2 s
    studio.undo_stack.undo()
    assert studio.project == piece()


def test_a_double_click_adds_a_key(qtbot, curves, studio):
    graph = curves.graph
    place = QPoint(round(graph.span.x(5.5)), round(graph.span.y(1.5)))
    qtbot.mouseDClick(graph, Qt.MouseButton.LeftButton, pos=place)
    added = lane(studio).keys[-1]
    assert added.at == F(7, 2)
    assert added.value == pytest.approx(1.5, abs=0.05)


def test_a_handle_turns_its_other_side_unless_it_is_alone():
    one = Lane("x", (Key(F(0), 0.0, "bezier"), Key(F(1), 1.0, "bezier", (-0.5, 0.0), (0.25, 0.0)), Key(F(2), 0.0)))
    both = bent(one, 1, "before", (-0.5, -1.0), alone=False).keys[1]
    assert both.before == (-0.5, -1.0)
    assert both.after == (0.25, 0.5)
    assert bent(one, 1, "before", (-0.5, -1.0), alone=True).keys[1].after == (0.25, 0.0)
    assert bent(one, 1, "after", (-0.5, 1.0), alone=True).keys[1].after == (0.0, 1.0)  # never back in time


def test_a_handle_is_dragged(qtbot, curves, studio):
    graph = curves.graph
    graph.choose(frozenset([1]))
    curves._ease("bezier")
    place = graph.handle_places(1)["after"].toPoint()
    before = lane(studio).keys[1].after
    drag(qtbot, graph, place, place + QPoint(5, -30))
    after = lane(studio).keys[1].after
    assert after[1] > before[1]
    assert after[0] > before[0]


def test_the_ruler_moves_the_playhead(qtbot, curves, studio):
    graph = curves.graph
    qtbot.mouseClick(graph, Qt.MouseButton.LeftButton, pos=QPoint(round(graph.span.x(3.02)), 4))
    assert studio.playhead == F(3)


def test_the_wheel_pans_and_zooms(qtbot, curves):
    from PySide6.QtGui import QWheelEvent

    graph = curves.graph
    before = graph.span

    def turn(modifier):
        place = QPointF(100, 60)
        event = QWheelEvent(
            place, graph.mapToGlobal(place), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, modifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(graph, event)

    turn(Qt.KeyboardModifier.ControlModifier)
    assert graph.span.right - graph.span.left < before.right - before.left
    turn(Qt.KeyboardModifier.NoModifier)
    assert graph.span.left < before.left + 1
    graph.fit()
    assert graph.span == before


# ---------------------------------------------------------------- by keys


def test_keys_are_walked_nudged_copied_pasted_and_deleted(qtbot, curves, studio):
    graph = curves.graph
    graph.setFocus()
    qtbot.keyClick(graph, Qt.Key.Key_PageDown)
    assert graph.chosen == {0}
    assert studio.playhead == F(2)
    qtbot.keyClick(graph, Qt.Key.Key_PageDown)
    assert studio.playhead == F(3)
    qtbot.keyClick(graph, Qt.Key.Key_Right)
    qtbot.keyClick(graph, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    moved = lane(studio).keys[1]
    assert moved.at == F(25, 24)
    assert moved.value == pytest.approx(1.1)
    qtbot.keyClick(graph, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(graph, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    studio.set_playhead(F(5))
    qtbot.keyClick(graph, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [key.at for key in lane(studio).keys] == [F(0), F(25, 24), F(2), F(3), F(97, 24), F(5)]
    assert graph.chosen == {3, 4, 5}
    qtbot.keyClick(graph, Qt.Key.Key_Delete)
    assert len(lane(studio).keys) == 3
    qtbot.keyClick(graph, Qt.Key.Key_Insert)
    assert lane(studio).keys[-1].at == F(3)


def test_easings_are_chosen_and_every_one_is_offered(curves, studio):
    from app.core.timeline.easing import EASINGS

    names = set()
    curves._ease = lambda name, _checked=False: names.add(name)
    curves.easing.clear()
    curves._fill_easings()
    for action in curves.easing.actions():
        for inner in action.menu().actions() if action.menu() else [action]:
            inner.trigger()
    assert names == set(EASINGS)
    curves.graph.choose(frozenset([0]))
    curves.graph.ease("ease-out-bounce")
    assert lane(studio).keys[0].ease == "ease-out-bounce"
    assert lane(studio).keys[1].ease == "bezier"


# ---------------------------------------------------------------- lanes


def test_a_lane_is_added_switched_off_and_removed(curves, studio):
    curves.lanes.menu.aboutToShow.emit()
    offered = {action.text(): action for action in curves.lanes.menu.actions()}
    assert {"Guidance", "Opacity", "Strength", "Position X"} <= set(offered)
    assert not offered["Scale"].isEnabled()
    offered["Guidance"].trigger()
    assert lane(studio, "guidance").keys == (Key(F(0), 4.0),)
    assert curves.badge.text() == "per step"
    curves._switch("guidance", False)
    assert not lane(studio, "guidance").on
    curves._remove("guidance")
    assert [one.target for one in edit.clip_of(studio.timeline, "shot").lanes] == ["scale"]
    assert curves.target == "scale"
    assert curves.badge.text() == "per frame"


def test_a_track_has_lanes_of_its_own(curves, studio):
    curves.show_lane("a", "gain")
    track = edit.track_of(studio.timeline, "a")
    assert track.lanes[0].keys == (Key(F(0), 0.0),)
    assert curves.graph.shown.length == 8


def test_with_nothing_selected_it_says_what_to_do(qtbot, studio):
    made = Curves(studio, Beats())
    qtbot.addWidget(made)
    assert made.pages.currentIndex() == 0
    studio.select(["shot"])
    assert made.pages.currentIndex() == 1
    studio.new_project()
    assert made.pages.currentIndex() == 0


# ---------------------------------------------------------------- what steers


def test_an_expression_is_written_and_a_wrong_one_is_told(qtbot, curves, studio):
    field = curves.steer.expression
    field.setFocus()
    qtbot.keyClicks(field, "v + 0.5 * sin(")
    assert curves.steer.trouble.isVisible()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert lane(studio).expression == ""
    qtbot.keyClicks(field, "2 * pi * b)")
    assert not curves.steer.trouble.isVisible()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert lane(studio).expression == "v + 0.5 * sin(2 * pi * b)"
    studio.undo_stack.undo()
    assert studio.project == piece()


def test_a_drum_is_followed_and_turned_into_keys(qtbot, curves, studio):
    steer = curves.steer
    steer.sound.setCurrentIndex(steer.sound.findData("a"))
    steer.sound.activated.emit(steer.sound.currentIndex())
    assert lane(studio).modulator == Modulator("a")
    qtbot.waitUntil(lambda: bool(curves.graph.shown.hearing.heard))
    steer.gain.setValue(0.5)
    assert lane(studio).modulator.gain == 0.5
    shown = curves.graph.shown
    times = np.linspace(2, 6, 97)
    wanted = sampled(shown.lane, shown.base, times, shown.hearing)
    assert np.ptp(wanted - sampled(Lane("scale", shown.lane.keys), 1.0, times, shown.hearing)) > 0.3
    steer.baked.click()
    baked = lane(studio)
    assert baked.modulator is None
    assert len(baked.keys) > 10
    frames = [F(2) + F(n, 24) for n in range(97)]
    there = sampled(baked, 1.0, frames, shown.hearing)
    assert np.abs(there - sampled(shown.lane, 1.0, frames, shown.hearing)).max() < 0.01


# ---------------------------------------------------------------- seen


def test_bars_are_named_at_every_zoom(curves):
    graph = curves.graph
    for wide in (0.5, 4, 60, 4000):
        graph.span = Span(0.0, wide, 0.0, 1.0, graph.width(), graph.height())
        names = [name for _, name, strong in moments(graph) if strong]
        assert 1 <= len(names) <= graph.width() / 40
        assert names[0] == "1"


def test_everything_has_a_name_and_is_painted_in_both_themes(qtbot, curves, studio):
    for mode in ("light", "dark"):
        theme.apply(QApplication.instance(), mode)
        seen = curves.graph.grab().toImage()
        place = at(curves, 1)
        assert seen.pixelColor(place + QPoint(5, 0)) != seen.pixelColor(place + QPoint(14, 14))
    for widget in curves.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName(), widget
