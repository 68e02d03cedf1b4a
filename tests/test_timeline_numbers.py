"""Times as people write them, and the constants of tracks and clips."""

from fractions import Fraction as F

import pytest

from app.core.timeline import numbers
from app.core.timeline.clock import Clock
from app.core.timeline.values import (
    Ask,
    Clip,
    ControlFeed,
    Feed,
    Timeline,
    Track,
)
from app.ui.inspector import times

# ---------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:00:01:12", F(3, 2)),
        ("1:02.5", F(125, 2)),
        ("3|2", F(9, 2)),
        ("3|2|480", F(19, 4)),
        ("48f", F(2)),
        ("2.5", F(5, 2)),
        ("2,5 s", F(5, 2)),
        ("250 ms", F(1, 4)),
        ("4b", F(2)),
        ("2 bars", F(4)),
        ("1/3", F(1, 3)),
        ("soon", None),
        ("", None),
        ("1:2:3:4:5", None),
    ],
)
def test_times_are_read_as_people_write_them(text, expected):
    assert times.moment(text, Clock(Timeline(), F(24))) == expected


@pytest.mark.parametrize("fps", [F(24), F(25), F(30000, 1001), F(60000, 1001)])
def test_a_timecode_that_is_shown_is_read_as_the_same_frame(fps):
    clock = Clock(Timeline(), fps)
    for frame in (0, 1, 1799, 1800, 17982, 17983, 107892, 200001):
        assert times.moment(clock.timecode(clock.at_frame(frame)), clock) == clock.at_frame(frame)


# ---------------------------------------------------------------- constants


@pytest.mark.parametrize(
    "target", ["gain", "pan", "opacity", "x", "scale", "guidance", "strength", "control:depth", "adapter:ink"]
)
def test_what_is_put_is_read_back_and_nothing_else_changes(target):
    one = Clip(F(0), F(1), id="c", ask=Ask("e", options={"guidance": 3.0}, controls=(ControlFeed("depth", Feed("m")),)))
    after = numbers.put_base(one, target, 0.25)
    assert numbers.base(after, target) == 0.25
    assert numbers.put_base(after, target, numbers.base(one, target, 0.0)) == numbers.put_base(
        one, target, numbers.base(one, target, 0.0)
    )
    track = Track("audio", id="t")
    assert numbers.base(numbers.put_base(track, "gain", -6.0), "gain") == -6.0
    assert numbers.put_base(track, "scale", 2.0) == track
