"""Figures: what can be done to a body, checked by what must come out."""

import math

import numpy as np
import pytest

from app.core import figures
from engines.contract import Control, ControlKind, Image, Request
from engines.control.pose import POINTS, STANDING, Body, Pose, drawn
from engines.control.preprocess import preprocess

SIZE = (96, 64)
NET = ControlKind("net", "image", makes=("pose", "canny"))


def places(body):
    return np.array([(math.nan,) * 2 if point is None else point for point in body.points])


def test_a_joint_moves_alone_or_with_all_that_hangs_on_it():
    shoulder = POINTS.index("right shoulder")
    assert {POINTS[joint] for joint in figures.after(shoulder)} == {"right shoulder", "right elbow", "right wrist"}
    assert len(figures.after(POINTS.index("neck"))) == len(POINTS)
    step = places(figures.moved(STANDING, (shoulder,), (0.1, -0.2))) - places(STANDING)
    assert step[shoulder].tolist() == pytest.approx([0.1, -0.2])
    assert not np.delete(step, shoulder, 0).any()


def test_mirrored_twice_is_the_same_and_once_changes_sides():
    bent = figures.moved(STANDING, figures.after(POINTS.index("right elbow")), (-0.1, 0.0))
    once = figures.mirrored(bent)
    assert np.allclose(places(figures.mirrored(once)), places(bent))
    assert once.points[0] == pytest.approx((bent.points[0][0] - 0.1, bent.points[0][1]))  # the long arm is elsewhere
    assert once.points[POINTS.index("left wrist")][1] == bent.points[POINTS.index("right wrist")][1]
    assert figures.bounds(once) == pytest.approx(figures.bounds(bent))


def test_a_quarter_turn_in_a_wide_picture_keeps_lengths_in_pixels():
    body = figures.standing(SIZE)
    scale = np.array(SIZE)
    before, after = places(body) * scale, places(figures.turned(body, SIZE, angle=math.pi / 2)) * scale
    assert np.allclose(np.linalg.norm(np.diff(before, axis=0), axis=1), np.linalg.norm(np.diff(after, axis=0), axis=1))
    spread = [np.ptp(part, axis=0) for part in (before, after)]
    assert spread[1].tolist() == pytest.approx(spread[0][::-1].tolist())
    twice = figures.turned(body, SIZE, times=2)
    assert np.ptp(places(twice), axis=0).tolist() == pytest.approx((2 * np.ptp(places(body), axis=0)).tolist())
    assert np.isfinite(places(figures.turned(body, SIZE, times=1e-9))).all()


def test_a_hidden_joint_comes_back():
    hidden = figures.without(STANDING, 4)
    assert hidden.points[4] is None
    assert figures.mirrored(hidden).points[7] is None
    back = figures.whole(hidden, (64, 64))
    assert back.points[4] == pytest.approx(STANDING.points[4], abs=0.02)
    assert back.points[:4] == hidden.points[:4]


def test_a_control_carries_the_drawn_map_and_the_points_it_was_drawn_from():
    pose = Pose((figures.standing(SIZE), STANDING))
    request = figures.posed(Request(engine="x"), NET, pose, SIZE)
    (control,) = request.controls
    assert np.array_equal(control.media.pixels, drawn(pose, SIZE).pixels)
    assert figures.pose_of(control) == pose
    made = preprocess(control.making, control.media, control.options)
    assert np.array_equal(made.pixels, control.media.pixels)  # what the engine makes of it is the map itself
    strong = Request(engine="x", controls=(Control("net", control.media, 0.3, "pose", {"stick": 7.0}),))
    (control,) = figures.posed(strong, NET, pose, SIZE).controls
    assert (control.strength, control.options["stick"]) == (0.3, 7.0)
    assert np.array_equal(control.media.pixels, drawn(pose, SIZE, 7.0).pixels)
    (plain,) = figures.posed(Request(engine="x"), ControlKind("map", "image"), pose, SIZE).controls
    assert (plain.make, figures.pose_of(plain)) == ("", pose)
    assert figures.pose_of(Control("net", Image(np.zeros((2, 2), np.uint8)), options={"people": "{"})) is None
    assert figures.replaced(pose, 0, None).bodies == (STANDING,)
    assert isinstance(figures.replaced(pose, 1, STANDING).bodies[1], Body)
