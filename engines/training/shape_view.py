"""Pictures of meshes for sheets and judges: many shaded points of the surface through a depth buffer."""

from __future__ import annotations

import numpy as np

from engines.contract import Mesh

DENSITY = 5.0  # points a pixel of the surface
LIGHT = np.array([0.35, 0.75, 0.55]) / np.linalg.norm([0.35, 0.75, 0.55])  # in the eye's axes
RADIUS = 1.25  # of the cube that is seen, about a shape whose longest side is 1.75


def view(mesh: Mesh, size: int = 128, yaw: float = 35.0, pitch: float = 22.0) -> np.ndarray:
    """A mesh in the cube's units as the window shows it first, uint8 (size, size, 3) over white; parallel rays."""
    axes = _axes(yaw, pitch)
    corners = mesh.vertices[mesh.faces].astype(np.float64) @ axes.T  # (F, 3, 3) right, up, towards the eye
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(normal, axis=1) / 2
    seen = normal[:, 2] > 0
    corners, normal, area = corners[seen], normal[seen] / (2 * area[seen, None] + 1e-12), area[seen]
    tint = np.full((len(mesh.vertices), 3), 0.7) if mesh.colors is None else mesh.colors[:, :3] / 255.0
    double = 2 * size  # drawn twice as large, then halved
    pixel = (2 * RADIUS / double) ** 2
    count = np.ceil(DENSITY * area / pixel).astype(int)
    face = np.repeat(np.arange(len(area)), count)
    rng = np.random.default_rng(0)
    u, v = np.sqrt(rng.random(len(face))), rng.random(len(face))
    weights = np.stack([1 - u, u * (1 - v), u * v], 1)
    at = (corners[face] * weights[..., None]).sum(1)
    colour = (tint[mesh.faces[seen][face]] * weights[..., None]).sum(1)
    lit = 0.45 + 0.6 * np.clip(normal[face] @ LIGHT, 0, 1)
    return _drawn(at, np.clip(colour * lit[:, None], 0, 1), double)


def _drawn(at: np.ndarray, colour: np.ndarray, double: int) -> np.ndarray:
    """Points (N, 3) with colours as a picture: the nearest of each pixel stays."""
    x = ((at[:, 0] / RADIUS + 1) * double / 2).astype(int)
    y = ((1 - at[:, 1] / RADIUS) * double / 2).astype(int)
    inside = (x >= 0) & (x < double) & (y >= 0) & (y < double)
    order = np.argsort(at[inside, 2], kind="stable")
    flat = np.ones((double * double, 3))
    flat[(y[inside] * double + x[inside])[order]] = colour[inside][order]
    halves = flat.reshape(double // 2, 2, double // 2, 2, 3).mean((1, 3))
    return np.rint(halves * 255).astype(np.uint8)


def _axes(yaw: float, pitch: float) -> np.ndarray:
    """Right, up and backward of an eye turned by degrees about Y and above the horizon."""
    cy, sy = np.cos(np.radians(yaw)), np.sin(np.radians(yaw))
    cp, sp = np.cos(np.radians(pitch)), np.sin(np.radians(pitch))
    right, back = np.array([cy, 0.0, -sy]), np.array([cp * sy, sp, cp * cy])
    return np.stack([right, np.cross(back, right), back])
