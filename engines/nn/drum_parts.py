"""A drum sound as the flow sees it: the low end as a short signal, the rest as a tree of energies with angles.

Sounds are (B, 32768) at 44.1 kHz in steps of 16 bits. `nn.bands` splits them into one band below 689 Hz (1024 numbers)
and 26 above. In each of these, neighbours in time are paired (radius, angle) and pairs are merged two by two until
eight slots of 93 ms are left: a coarse picture of the energies and, level by level, how each slot's energy is shared
by its halves. All of it is a bijection with a known log-determinant, computed in double precision.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from engines.families import flow
from engines.nn.bands import Bands

RATE = 44100
LENGTH = 32768
STEPS = 32768.0  # of 16 bits in an amplitude of 1
LOW = 1024  # numbers of the band below 689 Hz
GROUPS = ((6, 512), (12, 1024), (8, 2048))  # (bands, numbers in each) above it
ROWS = sum(rows for rows, _ in GROUPS)
SLOTS = 8  # of 93 ms, the coarsest
LEVELS = ((26, 8), (26, 16), (26, 32), (26, 64), (26, 128), (20, 256), (8, 512))  # (bands, slots) split at each level
ANGLES = tuple((rows, width // 2) for rows, width in GROUPS)
BANDS = Bands((LOW, *(width for rows, width in GROUPS for _ in range(rows))))
MERGES = sum(rows * slots for rows, slots in LEVELS)


@dataclass(frozen=True)
class Parts:
    """`low` (B, 1024); `coarse` (B, 26, 8) log-radii; `shares` one (B, bands, slots) of log-ratios for each of LEVELS,
    and `angles` one (B, bands, pairs) for each of ANGLES, in (-pi, pi)."""

    low: Tensor
    coarse: Tensor
    shares: tuple[Tensor, ...]
    angles: tuple[Tensor, ...]


def analyse(x: Tensor) -> tuple[Parts, Tensor]:
    """Sounds (B, LENGTH) as parts, and the log-determinant (B,)."""
    sizes = [LOW, *(rows * width for rows, width in GROUPS)]
    low, *high = BANDS.split(x).split(sizes, -1)
    pairs = [part.unflatten(-1, (rows, -1, 2)) for part, (rows, _) in zip(high, GROUPS, strict=True)]
    radii, angles, volumes = zip(*(flow.polar(each) for each in pairs), strict=True)
    waiting, energy, shares = list(radii), radii[-1], []
    waiting.pop()
    for _, slots in reversed(LEVELS):
        energy, ratio = flow.merged(energy)
        shares.append(ratio)
        if waiting and waiting[-1].shape[-1] == slots:
            energy = torch.cat((waiting.pop(), energy), 1)
    volume = sum(volumes) + MERGES * math.log(2)
    return Parts(low, energy, tuple(reversed(shares)), tuple(angles)), volume


def refined(energy: Tensor, ratio: Tensor) -> Tensor:
    """Log-radii one level finer: the last rows of `energy` (B, R, T) divided by `ratio` (B, r, T) to (B, r, 2 T)."""
    return flow.divided(energy[:, -ratio.shape[1] :], ratio)


def energies(coarse: Tensor, shares: tuple[Tensor, ...]) -> list[Tensor]:
    """The log-radii before each of LEVELS and after the last; rows that leave the tree are in the level they leave."""
    found = [coarse]
    for ratio in shares:
        found.append(refined(found[-1], ratio))
    return found


def synthesise(parts: Parts) -> Tensor:
    """Parts back to sounds (B, LENGTH): the inverse of `analyse`."""
    levels = energies(parts.coarse, parts.shares)
    high = []
    for (rows, pairs), angle in zip(ANGLES, parts.angles, strict=True):
        level = next(each for each in levels if each.shape[-1] == pairs)
        high.append(flow.unpolar(level[:, :rows], angle).flatten(1))
    return BANDS.join(torch.cat((parts.low, *high), -1))
