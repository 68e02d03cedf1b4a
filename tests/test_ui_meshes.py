"""Meshes on the stage: shading, light, axes, statistics, views along the axes, turntable, pictures of the view."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
import trimesh
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from app.core.mesh import raster
from app.core.mesh.camera import Camera
from app.core.mesh.surface import creased, faceted, facts, prepare
from app.ui import theme
from app.ui.stage.mesh import MeshViewer
from engines.contract import Mesh
from engines.control.look import SHADES, Look
from engines.control.preprocess import preprocess

ALT = Qt.KeyboardModifier.AltModifier


def solid(made, colours=None) -> Mesh:
    return Mesh(np.asarray(made.vertices, np.float32), np.asarray(made.faces, np.int32), colours)


def ball(subdivisions=3) -> Mesh:
    made = trimesh.creation.icosphere(subdivisions=subdivisions)
    rgba = np.concatenate([np.rint((made.vertices + 1) * 127), np.full((len(made.vertices), 1), 255)], 1)
    return solid(made, rgba.astype(np.uint8))


def seen(surface, **look) -> np.ndarray:
    camera = Camera()
    camera.frame(surface.points)
    camera.turn_to(0.0, 0.0)
    return raster.render(surface, camera, 121, 121, look=Look(**look)).astype(int)


@pytest.fixture
def viewer(qtbot):
    theme.apply(QApplication.instance(), "dark")
    made = MeshViewer()
    qtbot.addWidget(made)
    made.resize(420, 340)
    made.show()
    qtbot.waitExposed(made)
    made.show_media(ball())
    made.orbit.setFocus()
    qtbot.waitUntil(made.orbit.hasFocus)
    yield made
    made.rest()


def look(viewer):
    viewer.view._sharpen()
    return viewer.view.grabbed()


# ---------------------------------------------------------------- shading


def test_normals_are_shown_as_colours():
    image = seen(prepare(ball(4)), shade="normals")
    assert image[60, 60, :3] == pytest.approx([127, 127, 255], abs=4)  # towards the eye: +z
    rows, columns = np.nonzero(image[..., 3])
    assert image[60, columns.max() - 1, 0] > 225  # to the right: +x
    assert image[rows.min() + 1, 60, 1] > 225  # up: +y


def test_colours_only_are_the_colours():
    surface = prepare(ball(4))
    image = seen(surface, shade="colours")
    assert image[60, 60, :3] == pytest.approx([127, 127, 254], abs=4)


def test_the_light_is_where_it_was_turned_to():
    clay = prepare(solid(trimesh.creation.icosphere(subdivisions=4)))
    for shade in ("lit", "matcap"):
        right = seen(clay, shade=shade, yaw=1.2, pitch=0.0)[..., :3].sum(axis=2)
        left = seen(clay, shade=shade, yaw=-1.2, pitch=0.0)[..., :3].sum(axis=2)
        assert right[60, 85] > right[60, 35] + 60
        assert np.abs(right - left[:, ::-1])[30:90, 30:90].mean() < 8


def test_a_facet_has_one_colour():
    surface = faceted(prepare(solid(trimesh.creation.icosphere(subdivisions=1))))
    smooth = prepare(solid(trimesh.creation.icosphere(subdivisions=1)))
    few = {tuple(p[:3]) for p in seen(surface, shade="flat").reshape(-1, 4) if p[3]}
    many = {tuple(p[:3]) for p in seen(smooth).reshape(-1, 4) if p[3]}
    assert len(few) < len(many) / 3
    assert (seen(surface, shade="flat")[..., 3] == seen(smooth)[..., 3]).all()


def test_the_depth_map_is_white_where_it_is_nearest():
    surface, camera = prepare(ball(4)), Camera()
    camera.frame(surface.points)
    camera.turn_to(0.0, 0.0)
    depth = raster.depth_map(surface, camera, 121, 121).astype(int)
    assert depth[60, 60] >= 253
    assert depth[0, 0] == 0
    line = depth[60, 60:][depth[60, 60:] > 0]
    assert (np.diff(line) <= 0).all()
    assert line[-1] < 80
    assert (depth > 0).tolist() == (seen(surface)[..., 3] > 0).tolist()


# ---------------------------------------------------------------- statistics


@pytest.mark.parametrize("made", [trimesh.creation.icosphere(subdivisions=4), trimesh.creation.box((1.0, 0.6, 0.8))])
def test_the_normal_map_agrees_with_the_preprocessors(made):
    """Another rasteriser, another way to tell an edge from a curve; the same colours."""
    mesh, camera = solid(made), Camera()
    surface = prepare(mesh)
    camera.frame(surface.points)
    ours = raster.normal_map(creased(surface), camera, 160, 160).astype(int)
    theirs = preprocess("normals", mesh, {"width": 160, "height": 160}).pixels.astype(int)
    apart = abs(ours - theirs).max(-1)
    assert np.percentile(apart, 97) <= 3
    assert ours[0, 0].tolist() == [128, 128, 255]


def test_the_statistics_agree_with_trimesh():
    one = trimesh.creation.torus(1.0, 0.3)
    two = trimesh.creation.box((1, 2, 3)).apply_translation((5, 0, 0))
    both = trimesh.util.concatenate([one, two])
    open_box = trimesh.Trimesh(two.vertices, two.faces[1:], process=False)
    for made, parts in ((one, 1), (both, 2), (open_box, 1)):
        found = facts(prepare(solid(made)))
        assert (found.vertices, found.faces) == (len(made.vertices), len(made.faces))
        assert found.size == pytest.approx(made.extents, rel=1e-5)
        assert found.watertight == made.is_watertight
        assert found.shells == parts
    nothing = facts(prepare(Mesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32))))
    assert (nothing.faces, nothing.watertight, nothing.shells) == (0, False, 0)


def test_corners_that_lie_together_count_as_joined():
    found = facts(faceted(prepare(ball(1))))
    assert (found.watertight, found.shells) == (True, 1)


# ---------------------------------------------------------------- the viewer


def test_every_shading_looks_different_and_comes_back(qtbot, viewer):
    first, views = look(viewer), []
    for _ in SHADES:
        qtbot.keyClick(viewer.orbit, Qt.Key.Key_M)
        views.append(look(viewer))
    assert views[-1] == first
    assert all(a != b for n, a in enumerate(views) for b in views[n + 1 :])


def test_numbers_look_along_the_axes(qtbot, viewer):
    for key, wanted in (("1", (0, 0, 1)), ("3", (1, 0, 0)), ("7", (0, 1, 0)), ("9", (0, -1, 0))):
        qtbot.keyClick(viewer.orbit, getattr(Qt.Key, f"Key_{key}"))
        assert viewer.camera.axes()[2] == pytest.approx(wanted, abs=0.01)
    qtbot.keyClick(viewer.orbit, Qt.Key.Key_1)
    qtbot.keyClick(viewer.orbit, Qt.Key.Key_9)
    assert viewer.camera.axes()[2] == pytest.approx((0, 0, -1), abs=0.01)


def test_alt_turns_the_light_and_not_the_mesh(qtbot, viewer):
    before, yaw, light = look(viewer), viewer.camera.yaw, viewer.view.mode
    qtbot.keyClick(viewer.orbit, Qt.Key.Key_Right, ALT)
    assert viewer.view.mode.yaw > light.yaw
    assert viewer.camera.yaw == yaw
    assert look(viewer) != before
    qtbot.mousePress(viewer.orbit, Qt.MouseButton.LeftButton, ALT, QPoint(100, 100))
    qtbot.mouseMove(viewer.orbit, QPoint(60, 80))
    qtbot.mouseRelease(viewer.orbit, Qt.MouseButton.LeftButton, ALT, QPoint(60, 80))
    assert viewer.camera.yaw == yaw
    assert viewer.view.mode.pitch > light.pitch
    viewer._light_back()
    assert viewer.view.mode == light


def test_axes_and_statistics_are_switches(qtbot, viewer):
    seen = [look(viewer)]
    for key in "AIGW":
        qtbot.keyClick(viewer.orbit, getattr(Qt.Key, f"Key_{key}"))
        seen.append(look(viewer))
    assert all(a != b for n, a in enumerate(seen) for b in seen[n + 1 :])
    assert dict(viewer._lines())["Watertight"] == "yes"
    assert "Watertight: yes" in viewer.orbit.accessibleDescription()
    assert viewer.still() != viewer.view.grabbed()


def test_the_turntable_turns_until_another_view_is_asked_for(qtbot, viewer):
    yaw = viewer.camera.yaw
    qtbot.keyClick(viewer.orbit, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: viewer.camera.yaw != yaw)
    qtbot.keyClick(viewer.orbit, Qt.Key.Key_1)
    assert not viewer._turning.isActive()
    viewer.turn_deed.setChecked(True)
    viewer.hide()
    assert not viewer._turning.isActive()


def test_a_picture_of_the_view_is_on_white_or_a_map(viewer):
    shot = viewer.snapshot()().pixels
    assert shot.shape == (768, 768, 3)
    assert (shot[0, 0] == 255).all()
    assert shot[384, 384].sum() < 720
    depth = viewer.snapshot("depth")().pixels
    assert depth.shape == (768, 768)
    assert (depth[0, 0], depth.max()) == (0, 255)
    assert not np.array_equal(viewer.snapshot("normals")().pixels, shot)
    assert (MeshViewer(opengl=False).snapshot()().pixels == 255).all()
