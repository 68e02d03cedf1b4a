"""video/turntable against closed forms: a cube's outline, its depth, its loop; and as the depth map of a sticker."""

from typing import Any

import numpy as np
import pytest

from engines import control, registry
from engines.contract import Curve, Image, Mesh, Request, Result, Video, check, complete
from engines.control.raster import Camera, depth_of_mesh
from engines.control.shapes import FAR, NEAR

FOUND = registry.listing()
CARD = FOUND.cards["video/turntable"]
RADIUS = np.sqrt(3) / 2  # half the diagonal of the unit cube
TOGETHER = 1.12 * RADIUS / np.sin(np.radians(35) / 2)  # how far away it is looked at from


def cube() -> Mesh:
    corners = np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)], np.float32)
    squares = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = [face for a, b, c, d in squares for face in ((a, b, c), (a, c, d))]
    return Mesh(corners, np.array(faces, np.int32), np.tile(np.array([200, 120, 40, 255], np.uint8), (8, 1)))


def made(size: tuple[int, int] = (128, 128), length: float = 0.25, curves: Any = None, **options: Any) -> Video:
    request = Request(
        engine=CARD.info.name, start=cube(), size=size, length=length, options=options, curves=curves or {}
    )
    request = check(CARD, request)
    complete(CARD.info, request)
    (result,) = [e for e in FOUND.make(CARD.info.name).generate(request) if isinstance(e, Result)]
    assert isinstance(result.media, Video)
    return result.media


def pixels_of(length: float, distance: float, height: int = 128, field: float = 35.0) -> float:
    """How many pixels a length at a distance before the eye has."""
    return length / distance * height / 2 / np.tan(np.radians(field) / 2)


def test_the_outline_of_a_cube_seen_straight_on_is_a_square_of_the_size_perspective_says() -> None:
    clip = made(azimuth=0, elevation=0, turns=0, show="depth", fps=8)
    side = pixels_of(1.0, TOGETHER - 0.5)
    for frame in clip.frames:
        assert np.count_nonzero(frame[..., 0]) == pytest.approx(side**2, abs=2.2 * side)
    smooth = made(azimuth=0, elevation=0, turns=0, background="transparent", fps=8).frames[0][..., 3] / 255
    assert smooth.sum() == pytest.approx(side**2, rel=0.02)


def test_turned_by_an_eighth_the_outline_is_wider() -> None:
    straight, turned = (
        made(azimuth=azimuth, elevation=0, turns=0, show="depth", fps=8).frames[0][..., 0] > 0 for azimuth in (0, 45)
    )
    half = np.sqrt(0.5)
    assert straight.any(0).sum() == pytest.approx(pixels_of(1.0, TOGETHER - 0.5), abs=2)
    assert turned.any(0).sum() == pytest.approx(pixels_of(2 * half, TOGETHER), abs=2)


def test_equal_distances_have_equal_greys_in_every_frame() -> None:
    distance = Curve(((0.0, 1.0), (1.0, 2.0)))
    clip = made(azimuth=0, elevation=0, turns=0, show="depth", loop=False, fps=20, curves={"distance": distance})
    fronts = [TOGETHER * (1 + n / 4) - 0.5 for n in range(5)]
    low, high = 1 / (2 * TOGETHER + 0.5), 1 / fronts[0]
    for frame, front in zip(clip.frames, fronts, strict=True):
        wanted = FAR + (NEAR - FAR) * (1 / front - low) / (high - low)
        assert int(frame[64, 64, 0]) == pytest.approx(wanted, abs=1)
        assert set(np.unique(frame)) - {0} <= set(range(FAR, NEAR + 1))


def test_one_frame_has_the_depth_that_a_map_of_a_mesh_has() -> None:
    clip = made(turns=0, show="depth", fps=8, azimuth=35, elevation=22)
    single = depth_of_mesh(cube(), Camera(), (128, 128)).pixels[..., 0].astype(int)
    there = single > 0
    assert np.array_equal(there, clip.frames[0][..., 0] > 0)
    assert np.abs(clip.frames[0][..., 0].astype(int) - single)[there].max() <= (NEAR - FAR) * 0.35  # hidden corners too
    assert np.corrcoef(clip.frames[0][..., 0][there], single[there])[0, 1] > 0.9999


def test_a_turntable_loops_exactly_and_one_way() -> None:
    quarter = made(fps=16, length=0.5, elevation=0, azimuth=0)
    assert len(quarter.frames) == 8
    for one, other in ((0, 2), (2, 4), (4, 6), (1, 3)):  # the cube looks the same every quarter
        assert np.abs(quarter.frames[one].astype(int) - quarter.frames[other]).mean() < 0.5
    assert np.abs(quarter.frames[0].astype(int) - quarter.frames[1]).mean() > 2
    open_ended = made(fps=16, length=0.5, loop=False, elevation=10, light="none")
    assert np.abs(open_ended.frames[0].astype(int) - open_ended.frames[-1]).max() <= 1


def test_curves_move_the_camera() -> None:
    up = Curve(((0.0, 0.0), (1.0, 80.0)))
    clip = made(loop=False, turns=0, azimuth=0, show="depth", fps=12, curves={"elevation": up})
    heights = [(frame[..., 0] > 0).any(1).sum() for frame in clip.frames]
    assert heights[0] < heights[1]
    level = made(loop=False, turns=0, azimuth=0, elevation=0, roll=90, show="depth", fps=8).frames[0]
    assert np.array_equal(level, made(turns=0, azimuth=0, elevation=0, show="depth", fps=8).frames[0])
    tilted = made(turns=0, azimuth=0, elevation=0, roll=45, show="depth", fps=8).frames[0][..., 0] > 0
    assert tilted.any(0).sum() == pytest.approx(np.sqrt(2) * pixels_of(1.0, TOGETHER - 0.5), abs=3)


def test_colours_are_the_meshs_own_and_lit_by_the_light() -> None:
    bare = made(turns=0, light="none", fps=8).frames[0]
    assert tuple(bare[64, 64]) == (200, 120, 40)
    assert tuple(bare[2, 2]) == (255, 255, 255)
    left, right = (made(turns=0, azimuth=45, elevation=0, light_yaw=yaw, fps=8).frames[0] for yaw in (-80, 80))
    assert left[64, 50].sum() > left[64, 78].sum() + 60
    assert right[64, 78].sum() > right[64, 50].sum() + 60


def test_normals_and_edges_are_maps_that_controls_read() -> None:
    normals = made(turns=0, azimuth=0, elevation=0, show="normals", fps=8).frames[0].astype(int)
    assert np.abs(normals - (128, 128, 255)).max() <= 1  # the front faces the eye as the background does
    lines = made(turns=0, azimuth=0, elevation=0, show="edges", fps=8).frames[0][..., 0]
    side = pixels_of(1.0, TOGETHER - 0.5)
    assert (lines / 255).sum() == pytest.approx(4 * side * 1.2, rel=0.25)
    drawn = control.prepare("edges", Image(made(show="edges", fps=8).frames[0])).pixels
    assert np.array_equal(control.prepare("edges", Image(drawn)).pixels, drawn)


def test_its_depth_is_taken_as_the_map_it_is() -> None:
    frame = made(show="depth", fps=8).frames[0]
    assert np.array_equal(control.prepare("depth", Image(frame)).pixels, frame[..., 0])


def test_a_tall_frame_shows_all_of_it() -> None:
    frame = made((64, 160), turns=0, elevation=0, azimuth=45, show="depth", fps=8).frames[0][..., 0]
    assert not frame[:, [0, -1]].any()
    assert frame.any()
