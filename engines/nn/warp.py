"""Draw a picture as a motion moves it: backward warping, antialiased, of colours times alpha.

Every frame is made from the picture itself, never from the frame before, so nothing blurs or drifts over time. What is
drawn smaller is read from a rip-map (the picture halved along x and y by themselves), as in Larson and Shah, 1990.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engines.motions import PERIOD, REACH, Pose, Silhouette

DEEPEST = 5  # how often a picture is halved at most
THINNEST = 0.02  # a stretch nearer to nothing is drawn as that
STILL = 5e-4  # a field of displacements below this is none
TOGETHER = 2**15  # pixels of frames that are drawn at once


def premultiplied(pixels: np.ndarray) -> Tensor:
    """RGBA uint8 (S, S, 4), straight alpha, as colours times alpha and alpha, (4, S, S) in [0, 1]."""
    x = torch.from_numpy(np.array(pixels, np.float32) / 255).permute(2, 0, 1)
    return torch.cat([x[:3] * x[3:], x[3:]])


def resized(picture: Tensor, side: int) -> Tensor:
    """A square picture (4, S, S), colours times alpha, at another size."""
    if picture.shape[-1] == side:
        return picture
    mode = "bicubic" if side > picture.shape[-1] else "bilinear"
    made = functional.interpolate(picture[None], size=(side, side), mode=mode, antialias=side < picture.shape[-1])
    alpha = made[0, 3:].clamp(0, 1)
    return torch.cat([torch.minimum(made[0, :3].clamp_min(0), alpha), alpha])


class Warper:
    """Draws a picture (4, S, S), colours times alpha, in the poses of a motion; `quick` reads it bilinearly."""

    def __init__(self, picture: Tensor, silhouette: Silhouette, quick: bool = False) -> None:
        self.picture, self.silhouette, self.quick = picture, silhouette, quick
        self.side = picture.shape[-1]
        self._maps: dict[tuple[int, int], Tensor] = {(0, 0): picture[None]}

    @torch.no_grad()
    def frames(self, poses: Sequence[Pose]) -> Iterator[Tensor]:
        """Each pose as a picture (4, S, S) in [0, 1], colours times alpha."""
        together = max(1, TOGETHER // self.side**2)
        for start in range(0, len(poses), together):
            yield from self._drawn(poses[start : start + together])

    def _drawn(self, poses: Sequence[Pose]) -> Tensor:
        """Poses as pictures, (N, 4, S, S)."""
        back = np.stack([_inverse(pose.linear) for pose in poses])
        drawn = self._read(self.places(poses, back), _levels(back))
        drawn = drawn * drawn.new_tensor([pose.opacity for pose in poses])[:, None, None, None]
        colour, alpha = drawn[:, :3], drawn[:, 3:]
        light = drawn.new_tensor([pose.light for pose in poses])[:, None, None, None]
        lit = colour + light.clamp_min(0) * (alpha - colour) + light.clamp_max(0) * colour
        return torch.cat([lit, alpha], 1).clamp(0, 1)

    def places(self, poses: Sequence[Pose], back: np.ndarray) -> Tensor:
        """Where in the picture each pixel of each frame is read, (N, S, S, 2); `back` (N, 2, 2) are the inverses."""
        middle = torch.tensor(self.silhouette.middle, dtype=torch.float32)
        line = (torch.arange(self.side) + 0.5) * (2 / self.side) - 1
        offset = torch.from_numpy(np.stack([pose.offset for pose in poses]).astype(np.float32)) + middle
        x = _round_torus(line[None, None, :] - offset[:, :1, None])  # (N, 1, S)
        y = _round_torus(line[None, :, None] - offset[:, 1:, None])  # (N, S, 1)
        m = torch.from_numpy(back.astype(np.float32))[..., None, None]
        u = torch.stack([m[:, 0, 0] * x + m[:, 0, 1] * y, m[:, 1, 0] * x + m[:, 1, 1] * y], -1)
        fields = np.stack([pose.field for pose in poses])
        if np.abs(fields).max() > STILL:
            u = u + self._displaced(torch.from_numpy(fields.astype(np.float32)), u)
        return u + middle

    def _displaced(self, fields: Tensor, u: Tensor) -> Tensor:
        """The fields at places of the picture, (N, S, S, 2), by cubic interpolation of their points."""
        where = (u / (self.silhouette.radius * REACH)).clamp(-1, 1)
        found = functional.grid_sample(
            fields.permute(0, 3, 1, 2), where, mode="bicubic", padding_mode="border", align_corners=True
        )
        return found.permute(0, 2, 3, 1) * self.silhouette.radius

    def _read(self, places: Tensor, levels: np.ndarray) -> Tensor:
        """The picture at `places`, blended from the maps around the `levels` (N, 2) across and down."""
        out = torch.zeros(len(places), 4, self.side, self.side)
        shares: dict[tuple[int, int], list[tuple[int, float]]] = {}
        for n, (across, down) in enumerate(levels.tolist()):
            for (i, wi), (j, wj) in ((a, b) for a in _two(across) for b in _two(down)):
                shares.setdefault((i, j), []).append((n, wi * wj))
        for (i, j), rows in shares.items():
            mode = "bicubic" if i == j == 0 and not self.quick else "bilinear"
            which = [n for n, _ in rows]
            from_ = self._map(i, j).expand(len(which), -1, -1, -1)
            found = functional.grid_sample(from_, places[which], mode=mode, align_corners=False)
            out[which] += found * found.new_tensor([w for _, w in rows])[:, None, None, None]
        alpha = out[:, 3:].clamp(0, 1)
        return torch.cat([torch.minimum(out[:, :3].clamp_min(0), alpha), alpha], 1)

    def _map(self, i: int, j: int) -> Tensor:
        """The picture halved `i` times along x and `j` times along y, (1, 4, H, W)."""
        if (i, j) not in self._maps:
            size = (max(1, self.side >> j), max(1, self.side >> i))
            self._maps[i, j] = functional.interpolate(self.picture[None], size=size, mode="area")
        return self._maps[i, j]


def _round_torus(distance: Tensor) -> Tensor:
    return torch.remainder(distance + PERIOD / 2, PERIOD) - PERIOD / 2


def _inverse(linear: np.ndarray) -> np.ndarray:
    """The inverse by singular values, none of which counts as smaller than `THINNEST`: what is seen edge-on."""
    u, s, v = np.linalg.svd(linear)
    return v.T @ np.diag(1 / np.maximum(s, THINNEST)) @ u.T


def _levels(back: np.ndarray) -> np.ndarray:
    """How often the picture must be halved along x and y so that no pixel of a frame jumps over any of it, (N, 2)."""
    return np.minimum(np.log2(np.maximum(np.linalg.norm(back, axis=2), 1.0)), DEEPEST)


def _two(level: float) -> list[tuple[int, float]]:
    """The whole levels around `level` with their shares; a share next to nothing is left out."""
    first = int(level)
    rest = level - first
    if rest < 0.02:
        return [(first, 1.0)]
    return [(first, 1 - rest), (first + 1, rest)]


# ---------------------------------------------------------------- colours behind


def straight(frame: Tensor) -> np.ndarray:
    """A frame (4, S, S), colours times alpha, as RGBA uint8 (S, S, 4), straight alpha."""
    colour = frame[:3] / frame[3:].clamp_min(1e-4)
    both = torch.cat([colour.clamp(0, 1), frame[3:]]).mul(255).round().byte()
    return both.permute(1, 2, 0).contiguous().numpy()


def over(frame: Tensor, ground: Tensor) -> np.ndarray:
    """A frame (4, S, S), colours times alpha, over a ground of colour (3, 1, 1) or (3, S, S): RGB uint8 (S, S, 3)."""
    shown = frame[:3] + (1 - frame[3:]) * ground
    return shown.clamp(0, 1).mul(255).round().byte().permute(1, 2, 0).contiguous().numpy()
