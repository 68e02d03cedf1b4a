"""Meshes: the rasteriser against one face at a time, and the view upon them."""

import msgspec
import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from app.core.mesh import raster
from app.core.mesh.camera import Camera
from app.core.mesh.surface import coarser, edges, prepare
from app.ui.stage.mesh import MeshViewer
from engines.contract import Mesh
from tests import panels
from tests.ui_viewers.conftest import opened


def brute(surface, camera, width, height):
    """The nearest face at every pixel centre, one face after the other."""
    screen, depth = raster.project(surface.points, camera, width, height)
    near, image = np.full((height, width), np.inf), np.zeros((height, width, 3))
    colours = raster.shaded(surface, camera) * 255
    yy, xx = np.mgrid[0:height, 0:width] + 0.5
    for face in surface.faces:
        a, b, c = screen[face]
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        if abs(area) < 1e-12:
            continue
        v = ((xx - a[0]) * (c[1] - a[1]) - (yy - a[1]) * (c[0] - a[0])) / area
        w = ((yy - a[1]) * (b[0] - a[0]) - (xx - a[0]) * (b[1] - a[1])) / area
        weights = np.stack([1 - v - w, v, w], -1)
        z = weights @ depth[face]
        wins = (weights >= 0).all(axis=-1) & (z < near)
        near[wins] = z[wins]
        image[wins] = (weights @ colours[face])[wins]
    return image, np.isfinite(near)


@pytest.mark.parametrize("seed", range(4))
def test_the_rasteriser_agrees_with_one_face_at_a_time(seed):
    noise = np.random.default_rng(seed)
    points = noise.uniform(-1, 1, (30, 3)).astype(np.float32)
    faces = noise.integers(0, 30, (25, 3)).astype(np.int32)
    colours = noise.integers(0, 255, (30, 4), np.uint8)
    surface, camera = prepare(Mesh(points, faces, colours)), Camera()
    camera.frame(surface.points)
    camera.orbit(seed, 0.3)
    got = raster.render(surface, camera, 60, 44)
    want, covered = brute(surface, camera, 60, 44)
    assert covered.mean() > 0.1
    assert (got[..., 3] > 0).tolist() == covered.tolist()
    assert np.abs(got[..., :3][covered].astype(float) - want[covered]).max() <= 1.0


def test_the_chunks_make_no_difference(monkeypatch):
    surface, camera = prepare(panels.frame("mesh", 20)), Camera()
    camera.frame(surface.points)
    whole = raster.render(surface, camera, 90, 70)
    monkeypatch.setattr(raster, "CHUNK", 50)
    assert np.array_equal(raster.render(surface, camera, 90, 70), whole)


def test_what_faces_away_need_not_be_drawn_of_a_closed_surface():
    box = trimesh.creation.box()
    mesh = Mesh(np.asarray(box.vertices, np.float32), np.asarray(box.faces, np.int32))
    surface, camera = prepare(mesh), Camera()
    camera.frame(surface.points)
    assert surface.closed
    assert not prepare(Mesh(mesh.vertices, mesh.faces[:, ::-1].copy())).closed
    assert not prepare(Mesh(mesh.vertices, mesh.faces[1:])).closed
    whole = raster.render(msgspec.structs.replace(surface, closed=False), camera, 120, 90).astype(int)
    culled = raster.render(surface, camera, 120, 90).astype(int)
    assert (np.abs(whole - culled).max(axis=2) > 2).mean() < 0.002


def test_a_coarser_surface_has_the_same_shape_with_fewer_faces():
    ball = trimesh.creation.icosphere(subdivisions=5)
    surface = prepare(Mesh(np.asarray(ball.vertices, np.float32), np.asarray(ball.faces, np.int32)))
    light = coarser(surface, 24)
    assert len(light.faces) < len(surface.faces) / 3
    assert np.linalg.norm(light.points, axis=1) == pytest.approx(1.0, abs=0.06)
    camera = Camera()
    camera.frame(surface.points)
    a, b = (raster.render(part, camera, 100, 100)[..., 3] for part in (surface, light))
    assert (a != b).mean() < 0.03


@settings(max_examples=40)
@given(st.floats(-10, 10), st.floats(-3, 3), st.floats(1e-3, 1e3))
def test_a_framed_mesh_is_seen_whole_from_everywhere(yaw, pitch, size):
    points = (panels.frame("mesh", 24).vertices * size + size * 5).astype(np.float32)
    camera = Camera()
    camera.frame(points)
    camera.orbit(yaw, pitch)
    places, depth = raster.project(points, camera, 100, 100)
    assert (depth > 0).all()
    assert places.min() >= 0
    assert places.max() <= 100
    assert np.allclose(np.stack(camera.axes()) @ np.stack(camera.axes()).T, np.eye(3))


def test_normals_point_outwards_and_edges_are_counted_once():
    surface = prepare(panels.frame("mesh", 24))
    outward = np.einsum("ij,ij->i", surface.normals, surface.points)
    assert np.median(outward) > 0.9
    assert len(edges(np.array([[0, 1, 2], [2, 1, 3]], np.int32))) == 5


def test_a_mesh_is_orbited_by_keys_and_pointer_without_opengl(qtbot):
    viewer = opened(qtbot, MeshViewer())
    viewer.show_media(panels.frame("mesh", 20))
    assert type(viewer.view).__name__ == "SoftView"

    def look():
        viewer.view._sharpen()
        return viewer.still().convertToFormat(QImage.Format.Format_RGB32)

    first = look()
    viewer.orbit.setFocus()
    for act in (
        lambda: qtbot.keyClick(viewer.orbit, Qt.Key.Key_Left),
        lambda: qtbot.keyClick(viewer.orbit, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier),
        lambda: viewer.wire_deed.setChecked(True),
        lambda: viewer.grid_deed.setChecked(False),
        lambda: viewer._zoom(1.4),
    ):
        before = look()
        act()
        assert look() != before
    yaw = viewer.camera.yaw
    qtbot.mousePress(viewer.orbit, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(viewer.orbit, QPoint(150, 100))
    qtbot.mouseRelease(viewer.orbit, Qt.MouseButton.LeftButton, pos=QPoint(150, 100))
    assert viewer.camera.yaw != yaw
    viewer.reset()
    viewer.wire_deed.setChecked(False)
    viewer.grid_deed.setChecked(True)
    assert look() == first


def test_a_developing_mesh_keeps_the_view(qtbot):
    viewer = opened(qtbot, MeshViewer())
    viewer.begin()
    viewer.show_media(panels.frame("mesh", 5), live=True)
    viewer.camera.orbit(1.0, 0.2)
    angles = (viewer.camera.yaw, viewer.camera.pitch, viewer.camera.distance)
    viewer.show_media(panels.frame("mesh", 6), live=True)
    assert (viewer.camera.yaw, viewer.camera.pitch, viewer.camera.distance) == angles
