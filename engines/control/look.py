"""How a surface is lit and coloured, in numbers both drawings share (numpy here, the same lines in glview's shader)."""

from typing import Literal

import numpy as np
from msgspec import Struct

Shade = Literal["lit", "flat", "matcap", "colours", "normals"]
SHADES: tuple[Shade, ...] = ("lit", "flat", "matcap", "colours", "normals")
SKY, GROUND, KEY_POWER, RIM = 0.46, 0.22, 0.62, 0.16
BARE = (0.80, 0.77, 0.73)  # of a mesh without colours
STEEPEST = np.radians(85.0)
DEEP, CLAY, GLOSS = (0.10, 0.09, 0.12), (0.72, 0.55, 0.47), (1.0, 0.95, 0.88)  # of the matcap: away, half, towards


class Look(Struct, frozen=True):
    """The shading, and where the key light stands: radians to the right of the viewer and above."""

    shade: Shade = "lit"
    yaw: float = float(np.arctan2(0.45, 0.6))
    pitch: float = float(np.arctan2(0.65, 0.75))

    @property
    def key(self) -> np.ndarray:
        """(3,) towards the key light, in the eye's axes: right, up, back."""
        flat = np.cos(self.pitch)
        return np.array([np.sin(self.yaw) * flat, np.sin(self.pitch), np.cos(self.yaw) * flat])

    def turned(self, dyaw: float, dpitch: float) -> "Look":
        """The light moved by radians."""
        pitch = float(np.clip(self.pitch + dpitch, -STEEPEST, STEEPEST))
        return Look(self.shade, float((self.yaw + dyaw + np.pi) % (2 * np.pi) - np.pi), pitch)


def lit(colours: np.ndarray, eye: np.ndarray, up: np.ndarray, look: Look) -> np.ndarray:
    """(V, 3): `colours` under a sky light, the key light and a rim. `eye` are normals in the eye's axes, `up` is how
    much each points to the sky."""
    ambient = GROUND + (SKY - GROUND) * (0.5 + 0.5 * up)
    key = np.clip(eye @ look.key.astype(np.float32), 0, 1) * KEY_POWER
    rim = (1 - np.clip(eye[:, 2], 0, 1)) ** 3 * RIM
    return colours * (ambient + key)[:, None] + rim[:, None]


def matcap(eye: np.ndarray, look: Look) -> np.ndarray:
    """(V, 3): polished clay, by the normals in the eye's axes alone, so that form shows whatever the colours."""
    towards = 0.5 + 0.5 * (eye @ look.key.astype(np.float32))
    half = look.key + np.array([0.0, 0.0, 1.0])
    gloss = np.clip(eye @ (half / np.linalg.norm(half)).astype(np.float32), 0, 1) ** 48 * 0.55
    rim = (1 - np.clip(eye[:, 2], 0, 1)) ** 3 * 0.25
    deep, clay, bright = (np.array(tone, np.float32) for tone in (DEEP, CLAY, GLOSS))
    soft = (towards * towards * (3 - 2 * towards))[:, None]
    return deep + (clay - deep) * soft + bright * (gloss + rim)[:, None]
