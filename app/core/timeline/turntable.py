"""A surface on a turntable: what a mesh clip and a camera clip show."""

from typing import NamedTuple

import numpy as np

from app.core.mesh import raster
from app.core.mesh.camera import FIELD, Camera
from app.core.mesh.surface import Surface

AZIMUTH, ELEVATION, FOV = 35.0, 22.0, float(np.degrees(FIELD))  # degrees, where no lane says another
FINER = 2  # times the size a picture is drawn at, so that its edges are smooth
JUMP, BEND = 0.02, 0.25  # how far depth and normals differ at an edge


class View(NamedTuple):
    """Where the eye is, in degrees round and above the surface, `distance` 1 fitting it into the frame."""

    azimuth: float = AZIMUTH
    elevation: float = ELEVATION
    distance: float = 1.0
    fov: float = FOV


def seen(surface: Surface, view: View, size: tuple[int, int], shows: str = "colour", finer: int = FINER) -> np.ndarray:
    """The surface as uint8 (H, W, 4), clear around it, drawn `finer` times as large for smooth edges; or its 'depth',
    'normals' or 'edges' as (H, W, 3), as control inputs of that kind are made."""
    camera = _camera(surface, view, size)
    width, height = size
    if shows == "depth":
        return np.repeat(_depth(surface, camera, size)[..., None], 3, axis=2)
    if shows == "normals":
        return raster.normal_map(surface, camera, width, height)
    if shows == "edges":
        return np.repeat(_edges(surface, camera, size)[..., None], 3, axis=2)
    pixels = raster.render(surface, camera, width * finer, height * finer)
    return pixels if finer == 1 else _smooth(pixels, finer)


def _camera(surface: Surface, view: View, size: tuple[int, int]) -> Camera:
    camera = Camera()
    camera.field = float(np.radians(np.clip(view.fov, 5.0, 120.0)))
    camera.reset()
    camera.frame(surface.points)
    camera.turn_to(np.radians(view.azimuth), np.radians(view.elevation))
    reach = _reach(surface, camera)
    narrow = max(1.0, size[1] / size[0])  # a frame higher than wide needs a farther eye
    camera.distance *= max(view.distance, 0.05) * narrow * reach / camera.radius
    return camera


def _reach(surface: Surface, camera: Camera) -> float:
    """The radius of the ball the surface turns in."""
    return max(float(np.linalg.norm(surface.points - camera.target, axis=1).max()), 1e-6)


def _depth(surface: Surface, camera: Camera, size: tuple[int, int]) -> np.ndarray:
    """uint8 (H, W), the same grey for the same distance in every frame of a turn."""
    reach = _reach(surface, camera)
    near = max(camera.distance - reach, camera.distance * 0.05)
    return raster.depth_map(surface, camera, *size, span=(near, camera.distance + reach))


def _smooth(pixels: np.ndarray, finer: int) -> np.ndarray:
    """The mean of each `finer` x `finer` pixels, clear ones not counted for the colour."""
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).reduce(finer))


def _edges(surface: Surface, camera: Camera, size: tuple[int, int]) -> np.ndarray:
    """White where the surface ends or folds, black elsewhere: uint8 (H, W)."""
    depth = _depth(surface, camera, size).astype(np.float32) / 255
    normals = raster.normal_map(surface, camera, *size).astype(np.float32) / 127.5 - 1
    found = np.zeros(depth.shape, bool)
    for axis in (0, 1):
        step = np.abs(np.diff(depth, axis=axis)) > JUMP
        fold = (np.diff(normals, axis=axis) ** 2).sum(axis=2) > BEND
        rest = [(0, 0), (0, 0)]
        rest[axis] = (0, 1)
        found |= np.pad(step | fold, rest)
    return found.astype(np.uint8) * 255
