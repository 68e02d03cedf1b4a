"""Where two results differ: maps of pictures, curves over clips, distances over surfaces."""

import numpy as np
import pytest

from engines.contract import Mesh
from engines.metrics import surfaces, where


def test_the_map_is_the_largest_change_of_a_channel() -> None:
    a = np.zeros((4, 5, 3), np.uint8)
    b = a.copy()
    b[1, 2] = (3, 200, 7)
    found = where.change(a, b)
    assert (found > 0).sum() == 1
    assert found[1, 2] == 200
    with pytest.raises(ValueError, match="different sizes"):
        where.change(a, b[:3])


def test_what_cannot_be_seen_does_not_count() -> None:
    a = np.zeros((2, 2, 4), np.uint8)
    b = a.copy()
    b[..., 0] = 255  # another colour that is all transparent
    assert not where.change(a, b).any()


def test_the_overlay_shows_more_with_more_gain_and_nothing_of_nothing() -> None:
    a = np.full((3, 3, 3), 200, np.uint8)
    none = np.zeros((3, 3), np.uint8)
    one = none.copy()
    one[0, 0] = 4
    plain = where.overlaid(a, none)
    assert np.ptp(plain[..., 0]) == 0
    gaps = [int(np.abs(where.overlaid(a, one, gain).astype(int) - plain).sum()) for gain in (1, 8, 64)]
    assert 0 < gaps[0] < gaps[1] < gaps[2]
    assert (where.overlaid(a, one, 64)[1:] == plain[1:]).all()


def test_clips_frame_by_frame_as_far_as_both_go() -> None:
    a = np.zeros((4, 3, 3, 3), np.uint8)
    b = a[:3].copy()
    b[1] += 10
    assert where.along_frames(a, b).tolist() == [0, 10, 0]
    with pytest.raises(ValueError, match="different sizes"):
        where.along_frames(a, b[:, :2])


def square(z: float = 0.0, side: float = 1.0) -> Mesh:
    corners = np.array([[0, 0, z], [side, 0, z], [side, side, z], [0, side, z]], np.float32)
    return Mesh(corners, np.array([[0, 1, 2], [0, 2, 3]], np.int32))


def test_distances_to_a_square_are_those_of_geometry() -> None:
    places = [(0.5, 0.5, 2.0), (2.0, 0.5, 0.0), (2.0, 2.0, 0.0), (-3.0, -4.0, 0.0), (0.25, 0.75, 0.0), (0.5, -1, 1)]
    points = Mesh(np.array(places, np.float32), np.zeros((0, 3), np.int32))
    found = where.distances(points, square())
    assert found == pytest.approx([2, 1, 2**0.5, 5, 0, 2**0.5], abs=1e-6)


def test_distances_between_parallel_surfaces_and_without_area() -> None:
    assert where.distances(square(0.3), square()) == pytest.approx([0.3] * 4, abs=1e-6)
    with pytest.raises(ValueError, match="without area"):
        where.distances(square(), Mesh(np.zeros((3, 3), np.float32), np.array([[0, 1, 2]], np.int32)))


def test_distances_agree_with_a_search_through_all_triangles() -> None:
    rng = np.random.default_rng(3)
    corners = rng.normal(size=(60, 3)).astype(np.float32)
    mesh = Mesh(corners, np.stack([rng.permutation(60)[:3] for _ in range(40)]).astype(np.int32))
    points = rng.normal(size=(50, 3)).astype(np.float32)
    triangles = corners.astype(np.float64)[mesh.faces]
    each = [where._to_triangle(np.repeat(p[None].astype(float), 40, 0), triangles).min() for p in points]
    found = where.distances(Mesh(points, np.zeros((0, 3), np.int32)), mesh)
    spacing = (surfaces.areas(mesh).sum() / (4 * surfaces.POINTS)) ** 0.5
    assert found == pytest.approx(each, abs=spacing)
    assert np.median(np.abs(found - each)) < 1e-9
    dense = [np.linalg.norm(_filled(triangles) - p, axis=1).min() for p in points]
    assert found == pytest.approx(dense, abs=0.06), "a cloud of points over the triangles, which is another way"


def _filled(triangles: np.ndarray) -> np.ndarray:
    n = np.linspace(0, 1, 60)
    u, v = (part.ravel() for part in np.meshgrid(n, n))
    inside = u + v <= 1
    u, v = u[inside, None, None], v[inside, None, None]
    a, b, c = (triangles[:, k][None] for k in range(3))
    return (a + u * (b - a) + v * (c - a)).reshape(-1, 3)
