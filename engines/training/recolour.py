"""Repaint the main material of a picture in a named colour, keeping its shading.

Colours are handled in OKLab (B. Ottosson, 2020), where equal distances look about equally large.
"""

from __future__ import annotations

import numpy as np

_RGB_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_LAB_TO_LMS = np.linalg.inv(_LMS_TO_LAB)
_LMS_TO_RGB = np.linalg.inv(_RGB_TO_LMS)


def to_oklab(rgb: np.ndarray) -> np.ndarray:
    """sRGB in [0, 1], (..., 3), to OKLab, (..., 3)."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _RGB_TO_LMS.T) @ _LMS_TO_LAB.T


def from_oklab(lab: np.ndarray) -> np.ndarray:
    """OKLab, (..., 3), to sRGB in [0, 1], (..., 3), clipped into the gamut."""
    linear = ((lab @ _LAB_TO_LMS.T) ** 3) @ _LMS_TO_RGB.T
    linear = np.clip(linear, 0.0, 1.0)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def _clusters(points: np.ndarray, count: int = 6, rounds: int = 12) -> np.ndarray:
    """Centres of k-means over (N, 3) points, seeded by the farthest-point rule, so that no chance is involved."""
    centres = [points.mean(0)]
    for _ in range(count):
        gap = np.min([((points - c) ** 2).sum(1) for c in centres], axis=0)
        centres.append(points[gap.argmax()])
    found = np.array(centres[1:])
    for _ in range(rounds):
        nearest = ((points[:, None] - found[None]) ** 2).sum(2).argmin(1)
        for k in range(count):
            if (nearest == k).any():
                found[k] = points[nearest == k].mean(0)
    return found


def _kin(seed: np.ndarray, other: np.ndarray) -> bool:
    """Whether two OKLab colours look like the same material in other light."""
    c0, c1 = np.hypot(*seed[1:]), np.hypot(*other[1:])
    if c0 < 0.045:
        return bool(c1 < 0.045 and abs(seed[0] - other[0]) < 0.3)
    turn = abs(np.angle(complex(*seed[1:]) * complex(*other[1:]).conjugate()))
    return bool(c1 > 0.035 and turn < 0.6)


def main_material(lab: np.ndarray, alpha: np.ndarray, least: float = 0.5) -> np.ndarray:
    """How much each pixel belongs to the picture's main material, in [0, 1], (H, W).

    `lab` is (H, W, 3), `alpha` (H, W) in [0, 1]. The largest colour cluster counts, the clusters that look like the
    same material, and further ones until `least` of the visible area is covered.
    """
    scale = np.array([0.4, 1.0, 1.0])
    seen = alpha > 0.5
    points = lab[seen] * scale
    centres = _clusters(points[:: max(1, len(points) // 2000)])
    nearest = ((points[:, None] - centres[None]) ** 2).sum(2).argmin(1)
    area = np.bincount(nearest, minlength=len(centres)) / max(1, len(nearest))
    vivid = np.hypot(centres[:, 1], centres[:, 2])
    order = np.argsort(-area * (0.6 + np.minimum(vivid / 0.12, 1.0)))
    seed = centres[order[0]] / scale
    chosen = {int(k) for k in order if _kin(seed, centres[k] / scale)} | {int(order[0])}
    for k in order:
        if sum(area[list(chosen)]) >= least:
            break
        chosen.add(int(k))
    gap = ((lab[..., None, :] * scale - centres) ** 2).sum(-1)  # (H, W, K)
    soft = np.exp(-(gap - gap.min(-1, keepdims=True)) / 0.0012)
    return soft[..., sorted(chosen)].sum(-1) / soft.sum(-1)


def recolour(rgba: np.ndarray, target: tuple[int, int, int]) -> np.ndarray:
    """`rgba` (uint8, (H, W, 4), straight alpha) with its main material painted in the sRGB colour `target`."""
    rgb, alpha = rgba[..., :3] / 255.0, rgba[..., 3] / 255.0
    lab = to_oklab(rgb)
    mask = main_material(lab, alpha)
    goal = to_oklab(np.array(target) / 255.0)
    weight = mask * alpha
    mean = (lab[..., 0] * weight).sum() / max(weight.sum(), 1e-6)
    light = goal[0] + 0.85 * (lab[..., 0] - mean)
    high = goal[0] + (1.0 - goal[0]) * np.tanh((light - goal[0]) / (1.001 - goal[0]))
    low = goal[0] * np.exp((light - goal[0]) / goal[0])
    light = np.where(light > goal[0], high, low)
    fade = np.where(light > goal[0], ((1.0 - light) / (1.001 - goal[0])) ** 0.6, (light / goal[0]) ** 0.5)
    painted = np.stack([light, goal[1] * fade, goal[2] * fade], -1)
    mixed = lab * (1 - mask[..., None]) + painted * mask[..., None]
    out = rgba.copy()
    out[..., :3] = np.round(from_oklab(mixed) * 255)
    return out
