"""Depth and normals at a picture's own size, of depth pictures and of meshes; uint8 (H, W, 3)."""

from typing import Annotated, Literal

import numpy as np
from msgspec import Struct

from engines.contract import Image, Mesh, param
from engines.control import raster
from engines.control.raster import Camera
from engines.control.tones import grey_of, levels, rgb

DEPTH = "A depth picture stretched from black to white, near is light; or a view of a mesh."
NORMALS = "Which way surfaces face, from a depth picture or a mesh: blue is to the eye, green up, red left."


class View(Struct, frozen=True, forbid_unknown_fields=True):
    """From where a mesh is seen, and how large its picture is."""

    yaw: Annotated[float, param("Turned about the upright.", min=-180, max=180, unit="°", group="View of a mesh")] = 35
    pitch: Annotated[float, param("Seen from above.", min=-89, max=89, unit="°", group="View of a mesh")] = 22
    zoom: Annotated[float, param("How near.", min=0.1, max=10, step=0.1, group="View of a mesh")] = 1.0
    width: Annotated[int, param("Of the picture.", min=16, max=4096, unit="px", group="View of a mesh")] = 512
    height: Annotated[int, param("Of the picture.", min=16, max=4096, unit="px", group="View of a mesh")] = 512


def _seen_by(view: View) -> tuple[Camera, tuple[int, int]]:
    return Camera(view.yaw, view.pitch, zoom=view.zoom), (view.width, view.height)


class Depth(View, frozen=True, forbid_unknown_fields=True):
    invert: Annotated[bool, param("The picture has near dark; turn it over.")] = False
    trim: Annotated[float, param("Of the lightest and darkest, cut off.", min=0, max=20, step=0.5, unit="%")] = 0.0


def depth(media: Image | Mesh, options: Depth) -> Image:
    """A depth picture whose darkest is 0 and lightest 255; of a mesh as `raster.depth_of_mesh`."""
    if isinstance(media, Mesh):
        return raster.depth_of_mesh(media, *_seen_by(options))
    grey = grey_of(media)
    low, high = np.percentile(grey, [options.trim, 100 - options.trim])
    share = np.clip((grey - low) / (high - low), 0, 1) if high > low else grey / 255
    return levels((1 - share if options.invert else share) * 255)


class Normals(View, frozen=True, forbid_unknown_fields=True):
    relief: Annotated[
        float, param("How deep white to black is, in shares of the longer side.", min=0.01, max=4.0, step=0.01)
    ] = 0.3
    smooth: Annotated[float, param("Against the steps of 8-bit depth.", min=0.0, max=16.0, step=0.5, unit="px")] = 2.0
    ground: Annotated[int, param("Darker than this is background, and faces the eye.", min=0, max=255)] = 1
    red: Annotated[
        Literal["left", "right"], param("Where red faces: left as BAE's maps (normalbae), right as OpenGL's.")
    ] = "left"


def normals(media: Image | Mesh, options: Normals) -> Image:
    """Normals as colours, (n + 1) / 2 of 255, by the protocol of ControlNet 1.1's normalbae (BAE, Bae et al., 2021).

    Blue is to the eye, green up, red left ('right' turns red over, as OpenGL's maps have it). What is a normal map
    already (unit vectors nearly everywhere) is left as it is.
    """
    if isinstance(media, Mesh):
        found = raster.normals_of_mesh(media, *_seen_by(options))
        return painted(found, options.red)
    if _is_normals(rgb(media)):
        return Image(np.array(rgb(media)))
    grey = grey_of(media)
    side = max(grey.shape)
    found = of_height(grey / 255 * options.relief * side, options.smooth)
    found[grey < options.ground] = (0, 0, 1)
    return painted(found, options.red)


def of_height(height: np.ndarray, smooth: float = 0.0) -> np.ndarray:
    """Unit normals (H, W, 3), x right, y up, z to the eye, of a surface `height` pixels (H, W) above the picture.

    n ~ (-dh/dx, -dh/dy, 1) by central differences, or by derivatives of a Gaussian of `smooth` pixels.
    """
    from scipy import ndimage

    if min(height.shape) < 2:
        return np.broadcast_to(np.array([0.0, 0.0, 1.0]), (*height.shape, 3)).copy()
    if smooth > 0:
        rows, columns = (
            ndimage.gaussian_filter(height.astype(np.float64), smooth, order, mode="nearest")
            for order in ((1, 0), (0, 1))
        )
    else:
        rows, columns = np.gradient(height.astype(np.float64))
    found = np.stack([-columns, rows, np.ones_like(rows)], -1)  # rows run down, y up
    return found / np.linalg.norm(found, axis=-1, keepdims=True)


def painted(normals: np.ndarray, red: str = "left") -> Image:
    """Unit normals (H, W, 3), x right, y up, z to the eye, as colours."""
    turned = normals * (-1 if red == "left" else 1, 1, 1)
    return Image(np.rint(np.clip((turned + 1) / 2, 0, 1) * 255).astype(np.uint8))


def _is_normals(pixels: np.ndarray) -> bool:
    vectors = pixels.astype(np.float32) / 127.5 - 1
    off = np.abs(np.linalg.norm(vectors, axis=-1) - 1) > 0.06
    return bool(off.mean() < 0.05 and (vectors[..., 2] > -0.1).mean() > 0.95)
