"""Editing keys: what moves, what stays where it was, and baking that is never further off than it says."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.timeline import keys
from app.core.timeline.clock import Clock
from app.core.timeline.curve import Hearing, sampled
from app.core.timeline.easing import EASINGS
from app.core.timeline.features import Heard, features
from app.core.timeline.values import Key, Lane, Modulator, Timeline
from engines.contract import Refused

THIRD = Fraction(1, 3)
CLOCK = Clock(Timeline(), Fraction(24))
TIMES = [Fraction(n, 48) for n in range(-10, 300)]


def lane(*values: float, ease: str = "linear") -> Lane:
    return Lane("guidance", tuple(Key(Fraction(n), value, ease) for n, value in enumerate(values)), id="l")


def times(one: Lane) -> list[Fraction]:
    return [key.at for key in one.keys]


def test_a_diamond_puts_a_key_on_the_curve_and_takes_it_away() -> None:
    here = lane(0.0, 6.0)
    more = keys.toggled(here, THIRD, 99.0)
    assert [(key.at, key.value) for key in more.keys] == [(0, 0.0), (THIRD, 2.0), (1, 6.0)]
    assert keys.toggled(more, THIRD, 99.0) == here
    assert keys.toggled(lane(), THIRD, 4.0).keys == (Key(THIRD, 4.0),)
    assert keys.previous_key(more, THIRD) == here.keys[0]
    assert keys.next_key(more, THIRD) == here.keys[1]
    assert keys.previous_key(more, Fraction(0)) is None
    assert keys.next_key(more, Fraction(1)) is None
    assert keys.added(more, THIRD, 5.0) == keys.put(more, Key(THIRD, 5.0))


def test_a_key_upon_a_bezier_does_not_bend_it() -> None:
    first = Key(Fraction(0), 1.0, "bezier", after=(0.9, 4.0))
    here = Lane("x", (first, Key(Fraction(2), 3.0, "bezier", before=(-5.0, 2.0)), Key(Fraction(3), 0.0)), id="l")
    for at in (Fraction(1, 7), Fraction(1), Fraction(27, 14), Fraction(5, 2)):
        more, place = keys.added(here, at)
        assert more.keys[place].at == at
        assert sampled(more, 0.0, TIMES) == pytest.approx(sampled(here, 0.0, TIMES), abs=1e-9)


def test_moved_keys_keep_their_order_and_take_the_place_of_others() -> None:
    here = lane(0.0, 1.0, 2.0, 3.0)
    after, chosen = keys.moved(here, [0, 1], Fraction(5, 2), 10.0)
    assert [(key.at, key.value) for key in after.keys] == [
        (2, 2.0),
        (Fraction(5, 2), 10.0),
        (3, 3.0),
        (Fraction(7, 2), 11.0),
    ]
    assert chosen == {1, 3}
    assert keys.moved(after, chosen, -Fraction(5, 2), -10.0)[0] == here
    over, chosen = keys.moved(here, [0], Fraction(2))
    assert [(key.at, key.value) for key in over.keys] == [(1, 1.0), (2, 0.0), (3, 3.0)]
    assert chosen == {1}


def test_scaling_there_and_back_changes_nothing() -> None:
    here = Lane("x", (Key(THIRD, 2.0, "bezier", (-1.0, 2.0), (2.0, 1.0)), Key(Fraction(2), 4.0)), id="l")
    twice, chosen = keys.scaled(here, [0, 1], (THIRD, 0.0), Fraction(3), 2.0)
    assert times(twice) == [THIRD, Fraction(16, 3)]
    assert twice.keys[0].after == (6.0, 2.0)
    assert sampled(twice, 0, [Fraction(5)])[0] == pytest.approx(2 * sampled(here, 0, [THIRD + (5 - THIRD) / 3])[0])
    assert keys.scaled(twice, chosen, (THIRD, 0.0), THIRD, 0.5)[0] == here
    with pytest.raises(Refused, match="backwards"):
        keys.scaled(here, [0], (THIRD, 0.0), Fraction(-1))


def test_copies_are_pasted_with_their_distances() -> None:
    here = lane(0.0, 1.0, 2.0, 3.0)
    after, chosen = keys.pasted(here, keys.copied(here, [3, 1]), Fraction(5, 2))
    assert times(after) == [0, 1, 2, Fraction(5, 2), 3, Fraction(9, 2)]
    assert [after.keys[n].value for n in sorted(chosen)] == [1.0, 3.0]
    assert keys.copied(here, []) == ()
    assert keys.removed(after, chosen) == here


def test_keys_snap_to_the_grid_of_the_timeline() -> None:
    here = Lane("x", (Key(Fraction(11, 24), 0.0), Key(Fraction(1), 1.0)), id="l")
    after, _ = keys.snapped(here, [0], "beat", CLOCK, since=Fraction(1, 10))
    assert times(after) == [Fraction(2, 5), 1]  # a beat of the music, not of the clip


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=12), st.data())
@settings(max_examples=60, deadline=None)
def test_smooth_handles_go_no_further_than_their_keys(values: list[float], data: st.DataObject) -> None:
    smooth = keys.eased(lane(*values), range(len(values)), "bezier")
    rows = sampled(smooth, 0.0, TIMES)
    for n, (a, b) in enumerate(itertools.pairwise(values)):
        inside = [row for time, row in zip(TIMES, rows, strict=True) if n <= time <= n + 1]
        assert min(a, b) - 1e-6 <= min(inside, default=a)
        assert max(inside, default=a) <= max(a, b) + 1e-6


def test_an_easing_that_there_is_none_of_is_refused() -> None:
    assert keys.eased(lane(0.0, 1.0), [0], "ease-out-back").keys[0].ease == "ease-out-back"
    with pytest.raises(Refused, match="no easing"):
        keys.eased(lane(0.0, 1.0), [0], "wobble")


@given(
    st.lists(st.tuples(st.integers(0, 400), st.floats(-9, 9), st.sampled_from(sorted(EASINGS))), max_size=9),
    st.sampled_from([0.0, 0.01, 0.3, 5.0]),
    st.sampled_from(["", "v + sin(5 * t)", "square(b) * v"]),
)
@settings(max_examples=80, deadline=None)
def test_baked_keys_are_never_further_off_than_they_say(rows, tolerance: float, text: str) -> None:
    here = Lane("x", expression=text)
    for at, value, ease in rows:
        here, _ = keys.put(here, Key(Fraction(at, 100), value, ease))
    hearing, step = Hearing(CLOCK, since=Fraction(1, 3)), Fraction(1, 24)
    after = keys.baked(here, 2.0, hearing, (THIRD, THIRD + 4), step=step, tolerance=tolerance)
    grid = [THIRD + step * n for n in range(97)]
    assert sampled(after, 2.0, grid, hearing) == pytest.approx(sampled(here, 2.0, grid, hearing), abs=tolerance + 1e-9)
    assert not after.expression
    assert [key.at for key in after.keys] == sorted({key.at for key in after.keys})


def test_baking_a_sound_leaves_few_keys_and_no_sound() -> None:
    rate = 8000
    beat = np.exp(-np.arange(rate // 2) / 500) * np.sin(np.arange(rate // 2) * 0.9)
    hearing = Hearing(CLOCK, heard={"drum": Heard(features(np.tile(beat, 8).astype(np.float32), rate))})
    here = Lane("scale", modulator=Modulator("drum", "rms", release=0.2), id="l")
    after = keys.baked(here, 1.0, hearing, (Fraction(0), Fraction(4)), step=Fraction(1, 60), tolerance=0.02)
    assert after.modulator is None
    assert 16 <= len(after.keys) < 120  # of 241
    grid = [Fraction(n, 60) for n in range(241)]
    assert sampled(after, 1.0, grid) == pytest.approx(sampled(here, 1.0, grid, hearing), abs=0.02)
    with pytest.raises(Refused, match="larger steps"):
        keys.baked(here, 1.0, hearing, (Fraction(0), Fraction(9999)), step=Fraction(1, 999), tolerance=0)


def test_a_straight_line_is_two_points() -> None:
    line = np.linspace(0, 1, 1000)
    assert keys.thinned(line, 3 * line, 1e-9) == [0, 999]
    assert keys.thinned(np.array([0.0]), np.array([1.0]), 0.0) == [0]
