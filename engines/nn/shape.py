"""The convolutional autoencoder of mesh/shape.

Volumes are (B, 4, 32, 32, 32) as `engines.volumes` says; latents (B, 8, 8, 8, 8), about N(0, 1).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

CHANNELS = 4
LATENT = 8  # channels
STRIDE = 4  # voxels to one place of the latent
GRID = 8  # places along a side of the latent
FORM = (LATENT, GRID, GRID, GRID)


class Block(nn.Module):
    """A residual block: norm, SiLU, 3x3x3 convolution, twice. (B, C, S, S, S) to the same shape."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv3d(width, width, 3, padding=1)
        self.second = nn.Conv3d(width, width, 3, padding=1)
        self.norms = nn.ModuleList(nn.GroupNorm(8, width) for _ in range(2))
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor) -> Tensor:
        h = self.first(functional.silu(self.norms[0](x)))
        return x + self.second(functional.silu(self.norms[1](h)))


class Autoencoder(nn.Module):
    """`encode` volumes to latents, `decode` back.

    Both ways a linear map of 4x4x4 cubes, begun as their principal components, carries the rough volume and the
    convolutions add what it misses (as `engines.nn.autoencoder` does for pictures). Latents are shifted and scaled by
    the buffers `mean` (a channel) and `std` (one number).
    """

    mean: Tensor
    std: Tensor

    def __init__(self, wide: int = 48, narrow: int = 16) -> None:
        super().__init__()
        size = CHANNELS * STRIDE**3
        self.analysis = nn.Linear(size, LATENT)
        self.synthesis = nn.Linear(LATENT, size)
        self.enter = nn.Conv3d(size + LATENT, wide, 1)
        self.look = nn.Sequential(Block(wide), nn.SiLU(), nn.Conv3d(wide, LATENT, 1))
        self.open = nn.Sequential(nn.Conv3d(LATENT, wide, 1), Block(wide), Block(wide))
        self.grow = nn.Conv3d(wide, 8 * narrow, 1)
        self.fine = nn.Sequential(Block(narrow), nn.SiLU(), nn.Conv3d(narrow, 8 * CHANNELS, 3, padding=1))
        ends: list[Any] = [self.look[-1], self.fine[-1]]
        for last in ends:
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
        self.register_buffer("mean", torch.zeros(1, LATENT, 1, 1, 1))
        self.register_buffer("std", torch.ones(1, 1, 1, 1, 1))

    @torch.no_grad()
    def start_from(self, x: Tensor) -> None:
        """Begin the linear maps as the principal components of the cubes of volumes `x` (B, 4, 32, 32, 32).

        Component k is scaled to a variance of v_k^(1/2), between keeping its weight and whitening it.
        """
        cubes = packed(x, STRIDE).flatten(2).transpose(1, 2).reshape(-1, CHANNELS * STRIDE**3)
        centre = cubes.mean(0)
        variance, basis = torch.linalg.eigh((cubes - centre).T @ (cubes - centre) / len(cubes))
        variance, basis = variance.flip(0)[:LATENT], basis.flip(1)[:, :LATENT]
        scale = variance.clamp_min(1e-8) ** -0.25
        self.analysis.weight.copy_((basis * scale).T)
        self.analysis.bias.copy_(-(centre @ basis) * scale)
        self.synthesis.weight.copy_(basis / scale)
        self.synthesis.bias.copy_(centre)

    def features(self, x: Tensor) -> Tensor:
        """The latent before it is shifted and scaled."""
        cubes = packed(x, STRIDE)
        rough = _each(self.analysis, cubes)
        return rough + self.look(self.enter(torch.cat([cubes, rough], 1)))

    def encode(self, x: Tensor) -> Tensor:
        return (self.features(x) - self.mean) / self.std

    def decode(self, z: Tensor) -> Tensor:
        """Volumes (B, 4, 32, 32, 32) from shifted and scaled latents."""
        return self.rebuild(z * self.std + self.mean)

    def rebuild(self, z: Tensor) -> Tensor:
        h = self.fine(unpacked(self.grow(self.open(z)), 2))
        return unpacked(_each(self.synthesis, z), STRIDE) + unpacked(h, 2)


def packed(x: Tensor, side: int) -> Tensor:
    """Cubes of `side`^3 voxels as channels: (B, C, S, S, S) to (B, C side^3, S/side, S/side, S/side)."""
    b, c, s = x.shape[:3]
    split = x.reshape(b, c, s // side, side, s // side, side, s // side, side)
    return split.permute(0, 1, 3, 5, 7, 2, 4, 6).reshape(b, c * side**3, s // side, s // side, s // side)


def unpacked(x: Tensor, side: int) -> Tensor:
    """The way back of `packed`."""
    b, c, s = x.shape[:3]
    split = x.reshape(b, c // side**3, side, side, side, s, s, s)
    return split.permute(0, 1, 5, 2, 6, 3, 7, 4).reshape(b, c // side**3, s * side, s * side, s * side)


def _each(layer: nn.Linear, x: Tensor) -> Tensor:
    """A linear map at every place of (B, C, S, S, S)."""
    return layer(x.movedim(1, -1)).movedim(-1, 1)
