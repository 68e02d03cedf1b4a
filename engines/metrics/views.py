"""A surface as pictures of it: what metrics that know pictures look at."""

from __future__ import annotations

import numpy as np

from engines.contract import Mesh
from engines.control import look as looks
from engines.control import raster
from engines.control.look import Look
from engines.control.raster import Camera

TURNS = (35.0, 125.0, 215.0, 305.0)  # degrees round it, from a little above
SIDE, FINE = 192, 2  # pixels of a view, and times as many that are drawn and averaged


def seen(mesh: Mesh, turns: tuple[float, ...] = TURNS, side: int = SIDE) -> list[np.ndarray]:
    """Its views, uint8 (side, side, 3), lit, in its own colours or bare ones, whole, over white."""
    return [_view(mesh, Camera(yaw=turn), side) for turn in turns]


def _view(mesh: Mesh, camera: Camera, side: int) -> np.ndarray:
    size = (FINE * side, FINE * side)
    look, faces = raster.seen(mesh, camera, size), raster.sound_faces(mesh)
    there = look.face >= 0
    picture = np.ones((*there.shape, 3))
    if there.any():
        corners, weights = faces[look.face[there]], look.weights[there]
        colours = np.einsum("nkc,nk->nc", _colours(mesh)[corners], weights)
        eye = raster.normals_of_mesh(mesh, camera, size)[there]
        up = (eye @ camera.axes())[:, 1]
        picture[there] = looks.lit(colours, eye, up, Look()).clip(0, 1)
    small = picture.reshape(side, FINE, side, FINE, 3).mean((1, 3))
    return np.rint(small * 255).astype(np.uint8)


def _colours(mesh: Mesh) -> np.ndarray:
    """(V, 3) of 0 to 1."""
    if mesh.colors is not None and len(mesh.colors) == len(mesh.vertices):
        return mesh.colors[:, :3] / 255
    return np.tile(np.array(looks.BARE), (len(mesh.vertices), 1))
