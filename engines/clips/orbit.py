"""A mesh seen by a camera that moves: colour, depth, normals or edges, frame by frame, in numpy alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import structs

from engines.clips.frames import over
from engines.contract import Mesh, Request
from engines.control import look as looks
from engines.control import raster, relief
from engines.control.look import Look
from engines.control.raster import Camera, Seen
from engines.control.shapes import FAR, NEAR

FINE = 2  # times as many pixels along each side are drawn where edges are to be smooth
JUMP, BEND = 0.04, float(np.cos(np.radians(32.0)))  # a line is where depth jumps so far, or the surface bends so
GROUNDS = {"white": (255, 255, 255), "black": (0, 0, 0), "grey": (46, 46, 50), "sky": (190, 225, 250)}


class Orbit:
    """One run: the mesh, and the cameras that see it, one a frame."""

    def __init__(self, mesh: Mesh, request: Request, options: Any) -> None:
        self.mesh, self.request, self.options = mesh, request, options
        self.size = request.size or (256, 256)
        self.count = max(2, round((request.length or 1.0) * options.fps))
        self.faces = raster.sound_faces(mesh)
        self.colours = np.tile(np.array(looks.BARE), (len(mesh.vertices), 1))
        if mesh.colors is not None and len(mesh.colors) == len(mesh.vertices):
            self.colours = mesh.colors[:, :3] / 255
        self._normals: np.ndarray | None = None
        self._span: tuple[float, float] | None = None

    def place(self, n: int) -> float:
        """Where in the run frame `n` is, from 0 to 1; 1 itself is the first frame again where it loops."""
        return n / self.count if self.options.loop else n / (self.count - 1)

    def camera(self, n: int) -> Camera:
        """The camera of frame `n`. A tall frame is seen from so far that the mesh fits its width."""
        place, width, height = self.place(n), *self.size
        now = {name: self.request.at(name, getattr(self.options, name), place) for name in CURVES}
        azimuth = now["azimuth"] + 360 * self.options.turns * place
        zoom = min(1.0, width / height) / now["distance"]
        return Camera(azimuth, now["elevation"], now["field"], zoom, now["roll"])

    def frame(self, n: int) -> np.ndarray:
        """Frame `n`, uint8 (H, W, 3), with alpha (H, W, 4) where the background is transparent."""
        draw = {"colour": self._colour, "depth": self._depth, "normals": self._bent, "edges": self._edges}
        return draw[self.options.show](n, self.camera(n))

    # ------------------------------------------------------------ what is shown

    def _colour(self, n: int, camera: Camera) -> np.ndarray:
        seen = self._fine(camera)
        there = seen.face >= 0
        picture = np.zeros((*there.shape, 4))
        if there.any():
            picture[there] = np.append(self._lit(n, camera, seen), np.ones((there.sum(), 1)), 1)
        shown = _halved(picture)
        alpha = shown[..., 3:]
        shown[..., :3] /= np.maximum(alpha, 1e-6)
        pixels = np.rint(shown.clip(0, 1) * 255).astype(np.uint8)
        ground = self.options.background
        return pixels if ground == "transparent" else over(pixels, np.array(GROUNDS[ground]))

    def _lit(self, n: int, camera: Camera, seen: Seen) -> np.ndarray:
        """The colours (N, 3) in [0, 1] of the pixels that show something."""
        there = seen.face >= 0
        corners, weights = self.faces[seen.face[there]], seen.weights[there]
        colours = np.einsum("nkc,nk->nc", self.colours[corners], weights)
        if self.options.light == "none":
            return colours
        normals = self._facing(camera, seen)
        look = Look("lit", *(np.radians(self._now(name, n)) for name in ("light_yaw", "light_pitch")))
        eye = normals @ camera.axes().T
        if self.options.light == "clay":
            return np.clip(looks.matcap(eye, structs.replace(look, shade="matcap")), 0, 1)
        return np.clip(looks.lit(colours, eye, normals[:, 1], look), 0, 1)

    def _depth(self, n: int, camera: Camera) -> np.ndarray:
        """As `engines.control` has depth, but the same distances have the same grey in every frame of the clip."""
        near = raster.seen(self.mesh, camera, self.size).near
        low, high = self.span()
        share = np.clip((near - low) / (high - low), 0, 1) if high > low else np.ones_like(near)
        grey = np.rint(np.where(near > 0, FAR + (NEAR - FAR) * share, 0)).astype(np.uint8)
        return np.repeat(grey[..., None], 3, -1)

    def span(self) -> tuple[float, float]:
        """The smallest and largest 1 / distance of any part of the mesh in any frame."""
        if self._span is None:
            used = np.unique(self.faces)
            near = [raster.projected(self.mesh, self.camera(n), self.size)[1][used] for n in range(self.count)]
            before = np.concatenate(near)
            before = before[before > 0]
            self._span = (float(before.min()), float(before.max())) if len(before) else (0.0, 1.0)
        return self._span

    def _bent(self, n: int, camera: Camera) -> np.ndarray:
        seen = raster.seen(self.mesh, camera, self.size)
        there = seen.face >= 0
        found = np.tile((0.0, 0.0, 1.0), (*there.shape, 1))
        if there.any():
            found[there] = self._facing(camera, seen) @ camera.axes().T
        return relief.painted(found).pixels

    def _edges(self, n: int, camera: Camera) -> np.ndarray:
        """White lines on black: outlines, where depth jumps, and where the surface bends sharply."""
        seen = self._fine(camera)
        there = seen.face >= 0
        normals = np.zeros((*there.shape, 3))
        if there.any():
            normals[there] = self._facing(camera, seen)
        line = np.zeros(there.shape, bool)
        for axis in (0, 1):
            line |= _breaks(seen.near, normals, axis)
        shown = _halved(line[..., None].astype(float))
        return np.repeat(np.rint(np.minimum(1.0, 1.5 * shown) * 255).astype(np.uint8), 3, -1)

    # ------------------------------------------------------------ of the surface

    def _fine(self, camera: Camera) -> Seen:
        return raster.seen(self.mesh, camera, (FINE * self.size[0], FINE * self.size[1]))

    def _facing(self, camera: Camera, seen: Seen) -> np.ndarray:
        """Unit normals (N, 3) of the pixels that show something, in the world, turned to the eye."""
        if self._normals is None:
            self._normals = raster.corner_normals(self.mesh, np.arange(len(self.faces)))
        there = seen.face >= 0
        face, weights = seen.face[there], seen.weights[there]
        mixed = np.einsum("nkc,nk->nc", self._normals[face], weights)
        points = np.einsum("nkc,nk->nc", self.mesh.vertices[self.faces[face]], weights)
        mixed[np.einsum("nc,nc->n", mixed, raster.eye_of(self.mesh, camera) - points) < 0] *= -1
        return mixed / np.maximum(np.sqrt(np.einsum("nc,nc->n", mixed, mixed)), 1e-12)[:, None]

    def _now(self, name: str, n: int) -> float:
        return self.request.at(name, getattr(self.options, name), self.place(n))


CURVES = ("azimuth", "elevation", "distance", "field", "roll")


def _breaks(near: np.ndarray, normals: np.ndarray, axis: int) -> np.ndarray:
    """Where a pixel and the next along `axis` do not belong to one smooth surface; marked at both."""
    one, other = (slice(None),) * axis + (slice(None, -1),), (slice(None),) * axis + (slice(1, None),)
    most = np.maximum(near[one], near[other])
    apart = np.abs(near[one] - near[other]) > JUMP * most
    bent = (normals[one] * normals[other]).sum(-1) < BEND
    found = (apart | (bent & (near[one] > 0) & (near[other] > 0))) & (most > 0)
    line = np.zeros(near.shape, bool)
    line[one] |= found
    line[other] |= found
    return line


def _halved(picture: np.ndarray) -> np.ndarray:
    """(FINE H, FINE W, C) as (H, W, C), by means."""
    parts = [picture[down::FINE, right::FINE] for down in range(FINE) for right in range(FINE)]
    return sum(parts[1:], parts[0]) / len(parts)
