"""Optical flow and morphs, the camera over a picture, held colours and reels, against closed forms."""

import itertools

import numpy as np
import pytest

from engines.clips import colours, dolly, frames
from engines.clips.dolly import Move
from engines.clips.flow import Morph, backwards, read
from engines.clips.reel import MOST, SMALL, Reel, opened
from engines.contract import Checkpoint, Refused, Video

SIDE = 128
PAPER, INK = np.array([0.9, 0.9, 0.88]), np.array([0.8, 0.2, 0.2])


def square(x: float, y: float, side: int = 32) -> np.ndarray:
    """A red square with its corner at (x, y) on paper."""
    v, u = np.mgrid[0:SIDE, 0:SIDE]
    inside = (u >= x) & (u < x + side) & (v >= y) & (v < y + side)
    return np.where(inside[..., None], INK, PAPER).astype(np.float32)


def centre(picture: np.ndarray) -> tuple[float, float]:
    """Where what is not paper lies, in pixels."""
    weight = np.abs(picture - PAPER).max(-1)
    weight[weight < 0.1] = 0
    v, u = np.mgrid[0:SIDE, 0:SIDE]
    return float((weight * u).sum() / weight.sum()), float((weight * v).sum() / weight.sum())


# ---------------------------------------------------------------- morphs


@pytest.mark.parametrize("shift", [(20, 6), (40, 0), (0, 25), (-12, -9), (3, 1)])
def test_a_moved_square_is_half_way_in_the_middle(shift: tuple[int, int]) -> None:
    morph = Morph(square(50, 50), square(50 + shift[0], 50 + shift[1]))
    for share in (0.25, 0.5, 0.75):
        x, y = centre(morph.at(share))
        assert abs(x - (65.5 + share * shift[0])) < 1
        assert abs(y - (65.5 + share * shift[1])) < 1
        area = (np.abs(morph.at(share) - PAPER).max(-1) > 0.35).sum()
        assert 0.93 < area / 32**2 < 1.07


def test_a_morph_begins_and_ends_as_its_pictures() -> None:
    a, b = square(30, 40), square(60, 44)
    morph = Morph(a, b)
    assert morph.at(0.0) is a
    assert morph.at(1.0) is b


def test_what_is_uncovered_is_taken_from_the_picture_that_shows_it() -> None:
    striped = PAPER + 0.08 * np.sign(np.sin(np.arange(SIDE) / 3))[:, None, None]
    paper = np.broadcast_to(striped, (SIDE, SIDE, 3)).astype(np.float32)
    a, b = paper.copy(), paper.copy()
    a[50:82, 30:62], b[50:82, 60:92] = INK, INK
    middle = Morph(a, b).at(0.5)
    left, right = np.s_[54:78, 32:42], np.s_[54:78, 80:90]  # no longer covered; not covered yet
    assert np.abs(middle[left] - paper[left]).mean() < 0.02
    assert np.abs(middle[right] - paper[right]).mean() < 0.02


def test_flow_there_and_back_ends_where_it_began() -> None:
    flow = dolly.flow(Move(zoom=1.15, roll=8, pan=(0.05, -0.03)), np.ones((96, 128)))
    there_and_back = flow + read(backwards(flow), flow)
    assert np.abs(there_and_back[20:-20, 20:-20]).max() < 0.02


# ---------------------------------------------------------------- the camera


@pytest.mark.parametrize(
    ("move", "at", "ends"),
    [
        (Move(zoom=2.0), (80, 60), (96.5, 56.5)),
        (Move(pan=(0.25, 0.0)), (80, 60), (48, 60)),
        (Move(pan=(0.0, 0.125)), (80, 60), (80, 44)),
        (Move(roll=90.0), (80, 60), (67, 80)),
        (Move(forward=0.5), (80, 60), (96.5, 56.5)),
    ],
)
def test_a_move_takes_a_point_where_geometry_says(move: Move, at: tuple[int, int], ends: tuple[float, float]) -> None:
    flow = dolly.flow(move, np.ones((SIDE, SIDE)))
    column, row = (round(place) for place in ends)
    found = np.array([column, row]) + flow[row, column]
    scale = {2.0: 0.5}.get(move.zoom, 0.5 if move.forward else 1.0)
    assert np.abs(found - at).max() < 0.5 * scale + 0.26  # of a pixel: the place was rounded to one


def test_what_is_nearer_moves_more_when_the_camera_goes_round() -> None:
    depth = np.ones((SIDE, SIDE))
    depth[:, :64] = 0.8
    flow = dolly.flow(Move(orbit=6), depth)
    near, far = -flow[64, 30, 0], -flow[64, 98, 0]
    assert near < -2  # a camera that goes right sees near things go left
    assert abs(far) < abs(near) / 2


def test_a_camera_that_stands_still_changes_nothing() -> None:
    assert Move().still
    assert not dolly.flow(Move(), np.ones((16, 24))).any()
    whole = Move(zoom=1.3, pan=(0.2, 0.1), roll=30, forward=0.1, orbit=5, rise=4)
    back = whole.less(whole, 1.0)
    assert all(abs(value) < 1e-12 for value in (back.zoom - 1, *back.pan, back.roll, back.forward, back.orbit))


@pytest.mark.parametrize("guess", dolly.DEPTHS)
def test_depth_is_guessed_within_its_relief(guess: str) -> None:
    found = dolly.depth_of((square(40, 40, 48) * 255).astype(np.uint8), guess, 0.4)
    assert found.shape == (SIDE, SIDE)
    assert found.min() >= 0.8 - 1e-6
    assert found.max() <= 1.2 + 1e-6


def test_an_unknown_guess_is_refused() -> None:
    with pytest.raises(Refused, match="no guess at depth"):
        dolly.depth_of(np.zeros((8, 8, 3), np.uint8), "psychic", 0.4)


# ---------------------------------------------------------------- colours


@pytest.mark.parametrize("way", ["lab", "histogram"])
def test_held_colours_are_those_of_the_anchor(way: str) -> None:
    rng = np.random.default_rng(1)
    anchor = rng.integers(60, 180, (48, 48, 3)).astype(np.uint8)
    drifted = np.clip(anchor * 0.8 + 45, 0, 255).astype(np.uint8)
    back = colours.held(drifted, anchor, way, 1.0)
    assert np.abs(back.astype(int) - anchor).mean() < 2
    assert np.array_equal(colours.held(drifted, anchor, way, 0.0), drifted)
    half = colours.held(drifted, anchor, way, 0.5).astype(int)
    assert np.abs(half - (drifted.astype(int) + back) / 2).max() <= 1


@pytest.mark.parametrize("way", ["lab", "histogram"])
def test_what_is_transparent_does_not_count_and_stays(way: str) -> None:
    anchor = np.zeros((32, 32, 4), np.uint8)
    anchor[8:24, 8:24] = (200, 60, 60, 255)
    anchor[8:16, 8:24, :3] = (120, 40, 40)
    drifted = anchor.copy()
    drifted[..., :3] = drifted[..., :3] // 2
    found = colours.held(drifted, anchor, way, 1.0)
    assert np.array_equal(found[..., 3], anchor[..., 3])
    assert np.abs(found[8:24, 8:24].astype(int) - anchor[8:24, 8:24]).max() <= 6


# ---------------------------------------------------------------- reels


def test_a_reel_is_kept_without_loss_and_goes_on() -> None:
    rng = np.random.default_rng(2)
    made = [rng.integers(0, 256, (20, 30, 4)).astype(np.uint8) for _ in range(5)]
    reel = Reel(10.0)
    for frame in made[:3]:
        reel.add(frame)
    held = reel.checkpoint(5, "x")
    assert (held.step, held.total) == (3, 5)
    other = Reel(10.0)
    other.resume(held, "x", made[0])
    assert all(np.array_equal(a, b) for a, b in zip(other.frames, made, strict=False))
    other.add(made[3])
    reel.add(made[3])
    assert np.array_equal(other.checkpoint(5, "x").arrays["frames"], reel.checkpoint(5, "x").arrays["frames"])
    with pytest.raises(Refused, match="of another engine"):
        Reel(10.0).resume(Checkpoint(1, 2, 0.5, "y", held.arrays), "x", made[0])


def test_a_reel_shows_little_of_much() -> None:
    reel = Reel(24.0)
    for n, side in itertools.product(range(2 * MOST), (300,)):
        reel.add(np.full((side // 2, side, 3), n, np.uint8))
    small = reel.preview()
    assert small.frames.shape[:3] == (MOST, SMALL // 2, SMALL)
    assert len(small.frames) / small.fps == pytest.approx(len(reel.frames) / reel.fps)
    back = opened(reel.estimate())
    assert isinstance(back, Video)
    assert np.array_equal(back.frames, small.frames)
    assert back.fps == small.fps


def test_numbers_and_pixels_are_each_others_way_back() -> None:
    rng = np.random.default_rng(3)
    full = rng.integers(0, 256, (9, 7, 3)).astype(np.uint8)
    assert np.array_equal(frames.pixels(frames.numbers(full)), full)
    clear = np.concatenate([full, np.full((9, 7, 1), 255, np.uint8)], -1)
    assert np.array_equal(frames.pixels(frames.numbers(clear)), clear)
    a, b = frames.alike(full, clear)
    assert a.shape == b.shape == (9, 7, 4)
    assert frames.like(clear, full).shape == full.shape
