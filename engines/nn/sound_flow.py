"""The flow network of audio/sound: a transformer over patches of a compressed spectrogram, beside the words.

After Peebles and Xie, "Scalable Diffusion Models with Transformers", 2023; its blocks are those of
`engines.nn.transformer`. What is told beside time and words: at what second of the sound each patch stands, and how
long the sound is, each where it is known.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.nn.sound_mel import KEPT
from engines.nn.transformer import Block, waves

MOST = 80  # patches at once, 6.4 s


@dataclass(frozen=True)
class Shape:
    """The measures of a `SoundTransformer`: numbers of a patch, width, depth, heads, width of the text."""

    channels: int = KEPT
    width: int = 192
    depth: int = 4
    heads: int = 4
    text: int = 384

    def words(self) -> dict[str, str]:
        """As text, for the metadata of a weight file."""
        return {name: str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Told:
    """What the network is told of a batch: token states (B, L, text), their mask (B, L), the second at which each patch
    begins (B, N) and how many seconds sound (B,); NaN where unknown."""

    tokens: Tensor
    mask: Tensor
    places: Tensor
    seconds: Tensor


class SoundTransformer(nn.Module):
    """`forward(x, t, told)` gives the velocity noise - x0, (B, N, C), of the flow-matching path."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = s = shape or Shape()
        self.patch_in = nn.Conv1d(s.channels, s.width, 3, padding=1)
        self.order = nn.Parameter(0.02 * torch.randn(1, MOST, s.width))
        self.place = nn.Linear(64, s.width)
        self.anywhere = nn.Parameter(torch.zeros(s.width))
        self.length = nn.Linear(64, s.width)
        self.any_length = nn.Parameter(torch.zeros(s.width))
        self.text_in = nn.Linear(s.text, s.width)
        self.pooled = nn.Sequential(nn.Linear(s.text, s.width), nn.SiLU(), nn.Linear(s.width, s.width))
        self.time = nn.Sequential(nn.Linear(256, s.width), nn.SiLU(), nn.Linear(s.width, s.width))
        self.modulation = nn.Linear(s.width, 6 * s.width)
        self.blocks = nn.ModuleList(Block(s.width, s.heads) for _ in range(s.depth))
        self.last = nn.Linear(s.width, 2 * s.width)
        self.patch_out = nn.Linear(s.width, s.channels)
        for layer in (self.modulation, self.last, self.patch_out):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor, t: Tensor, told: Told) -> Tensor:
        """x (B, N, C), t (B,) in [0, 1]."""
        s, count = self.shape, x.shape[1]
        h = self.patch_in(x.transpose(1, 2)).transpose(1, 2) + self.order[:, :count]
        h = h + _known(self.place, self.anywhere, told.places)
        mask = told.mask
        mean = (told.tokens * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp_min(1).to(x.dtype)
        mean, tokens = (functional.layer_norm(each, (s.text,)) for each in (mean, told.tokens))  # they come small
        h = torch.cat([h, self.text_in(tokens)], 1)
        condition = self.time(waves(t).to(x.dtype)) + self.pooled(mean)
        condition = functional.silu(condition + _known(self.length, self.any_length, told.seconds))
        shared = self.modulation(condition).unflatten(-1, (6, s.width))
        seen = torch.cat([mask.new_ones(len(x), count), mask], 1)[:, None, None]
        for block in self.blocks:
            h = block(h, shared, seen)
        shift, scale = self.last(condition)[:, None].chunk(2, -1)
        return self.patch_out(functional.layer_norm(h[:, :count], (s.width,)) * (1 + scale) + shift)


def _known(layer: nn.Linear, otherwise: Tensor, seconds: Tensor) -> Tensor:
    """Seconds (...), as a vector (..., width); `otherwise` where they are NaN."""
    unknown = seconds.isnan()
    moment = (0.25 + seconds.nan_to_num(0.0)).log()[..., None]  # near the beginning every patch counts
    angles = moment * torch.linspace(0.6, 24.0, 32, device=seconds.device)
    found = layer(torch.cat([angles.sin(), angles.cos()], -1))
    return torch.where(unknown[..., None], otherwise, found)


def network(words: dict[str, str]) -> SoundTransformer:
    """A transformer of the measures in the head of a weight file."""
    return SoundTransformer(Shape(**{name: int(value) for name, value in words.items() if name in Shape().words()}))
