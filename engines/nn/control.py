"""The control branch of the sticker engine: maps of edges, layout, colour or depth steer the frozen flow network.

After Zhang et al., "Adding Conditional Control to Text-to-Image Diffusion Models" (ControlNet), 2023: the network stays
frozen and the branch enters through layers that begin at zero; and Mou et al., "T2I-Adapter", 2023: the branch sees the
map alone, not the noisy picture, so that it runs once a picture and controls add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engines import control
from engines.contract import Control, Image, Refused
from engines.files import assets, weights
from engines.nn import stored
from engines.nn.autoencoder import Block
from engines.nn.transformer import Shape, waves
from engines.schedules import Levels, position

STEM, FINE, COARSE, GATE = 48, 96, 192, 16  # channels at a stride of 4, 8 and 16 pixels; of the gate


class Branch(nn.Module):
    """`forward(maps, kinds)` gives what is to be added to the flow network's patches, and a guess at the latent.

    One branch for all kinds: a kind has a bias of its own at each stride. The guess, E[x0 | map] by regression, is
    what the branch learns first and what the residuals are read from too.
    """

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = s = shape or Shape()
        self.first = nn.Conv2d(3 * 4**2, STEM, 3, padding=1)
        self.second = nn.Conv2d(STEM, FINE, 4, stride=2, padding=1)
        self.fine = Block(FINE)
        self.third = nn.Conv2d(FINE * s.patch**2, COARSE, 1)
        self.coarse = nn.Sequential(Block(COARSE), Block(COARSE))
        self.kinds = nn.ParameterList(
            nn.Parameter(0.1 * torch.randn(len(control.KINDS), width)) for width in (STEM, FINE, COARSE)
        )
        size = s.channels * s.patch**2
        self.guess_fine = nn.Conv2d(FINE, s.channels, 1)
        self.guess_coarse = nn.Conv2d(COARSE, size, 1)
        self.out = nn.ModuleList(nn.Linear(COARSE + size, s.width) for _ in range(s.depth + 1))
        self.gate = nn.Sequential(nn.Linear(256, GATE), nn.SiLU(), nn.Linear(GATE, (s.depth + 1) * s.width))
        for layer in (*self.out, self.gate[2]):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, maps: Tensor, kinds: Tensor) -> tuple[Tensor, Tensor]:
        """maps (B, 3, 128, 128) in [0, 1], kinds (B,) places in `control.KINDS`.

        To residuals (B, depth + 1, N, width) and the guess (B, 16, 16, 16).
        """
        told, guess = self.read(maps, kinds)
        return torch.stack([out(told) for out in self.out], 1), guess

    def read(self, maps: Tensor, kinds: Tensor) -> tuple[Tensor, Tensor]:
        """What the maps tell of each patch (B, N, features), the guess (B, 16, 16, 16) in it."""
        stem, fine, coarse = (bias[kinds][:, :, None, None] for bias in self.kinds)
        h = functional.silu(self.first(functional.pixel_unshuffle(maps * 2 - 1, 4)) + stem)
        h = self.fine(self.second(h) + fine)
        wide = self.coarse(self.third(functional.pixel_unshuffle(h, self.shape.patch)) + coarse)
        guess = self.guess_fine(h) + functional.pixel_shuffle(self.guess_coarse(wide), self.shape.patch)
        told = torch.cat([wide, functional.pixel_unshuffle(guess, self.shape.patch)], 1)
        return told.flatten(2).transpose(1, 2), guess

    def gains(self, t: Tensor) -> Tensor:
        """By how much each residual counts at flow times t (B,): (B, depth + 1, 1, width), 1 to begin with."""
        return 1 + self.gate(waves(t)).unflatten(-1, (self.shape.depth + 1, 1, self.shape.width))


class Steering:
    """The controls of one run: what they add at each noise level, the sum of all, each by its own strength there."""

    @torch.no_grad()
    def __init__(self, branch: Branch, controls: Sequence[Control], levels: Levels) -> None:
        self.branch, self.levels = branch, levels
        self.device = next(branch.parameters()).device
        # Sums in floating point depend on their order: by kind, whatever order the controls were given in.
        self.controls = sorted(controls, key=lambda one: control.KINDS.index(one.kind))
        self.residuals = [branch(*self._given(one))[0] for one in self.controls]

    @torch.no_grad()
    def at(self, level: float) -> Tensor | None:
        """(1, depth + 1, N, width) at this level, a position of the run; None where no control acts."""
        place = position(self.levels, level)
        acting = [(one.at(place), told) for one, told in zip(self.controls, self.residuals, strict=True)]
        parts = [strength * told for strength, told in acting if strength != 0.0]
        if not parts:
            return None
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return self.branch.gains(torch.tensor([level], device=self.device)) * total

    def _given(self, one: Control) -> tuple[Tensor, Tensor]:
        """One control as the branch takes it."""
        if not isinstance(one.media, Image):
            raise Refused("bad-request", f"A sticker's {one.kind} control is a picture; what was given is none.")
        maps = tensor([control.prepare(one.kind, one.media).pixels])
        return maps.to(self.device), torch.tensor([control.KINDS.index(one.kind)], device=self.device)


def tensor(maps: Sequence[np.ndarray]) -> Tensor:
    """Maps, uint8 (128, 128) or (128, 128, 3), as (B, 3, 128, 128) in [0, 1]."""
    rows = [one if one.ndim == 3 else np.repeat(one[..., None], 3, -1) for one in maps]
    return torch.from_numpy(np.stack(rows)).permute(0, 3, 1, 2).float() / 255


def load(branch: str, flow: str, device: str = "cpu") -> Branch:
    """The branch from its file below assets/, for the flow network in another.

    Refused when it is not there or was taught on other flow weights.
    """
    path = assets.path(branch)
    if not path.is_file():
        raise Refused("missing", f"Controls need the weights {branch}, which are not at {path}; or leave them out.")
    made: Branch = stored.read(partial(taught_on, flow=flow), path, device)
    return made


def taught_on(words: dict[str, str], flow: str) -> Branch:
    """A branch of the measures in the head of its file. Refused('bad-file') when it steers other flow weights."""
    if words["flow"] != weights.sha256(assets.path(flow)):
        sentence = "The control branch was taught on other flow weights than those in use: train it anew, or leave the"
        raise Refused("bad-file", f"{sentence} control inputs out.")
    return Branch(Shape(**{name: int(words[name]) for name in Shape().words()}))
