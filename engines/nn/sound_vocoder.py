"""The vocoder of audio/sound: a mel spectrogram to a wave, by a network that gives magnitudes and an iSTFT.

ConvNeXt blocks at the rate of frames and an inverse transform at the end are those of Siuzdak, "Vocos", 2023. Phases
are not left to the network, which would have to learn them for weeks: it says of every bin how large it is and how
much of that is chance; white noise in that proportion gives texture and the first phases, from which fast Griffin-Lim
(Perraudin, Balazs and Søndergaard, 2013) finds those of the tones. Deterministic: the noise is always the same.
"""

from __future__ import annotations

import functools
import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.nn import sound_mel as mel_of
from engines.nn.sound_mel import BANDS, BINS, HOP, WINDOW

MOMENTUM = 0.99  # of fast Griffin-Lim
TEXTURE = 0.6  # of the deviation that is heard: less hiss in tones, for a little less grain in noise
EULER = 0.5772156649015329
SPREAD = math.pi / math.sqrt(24)  # the standard deviation of log |z|, z complex normal
SCALE = WINDOW / 4  # a sine of amplitude 1 is so large in its bin


@dataclass(frozen=True)
class Shape:
    """The measures of a `Vocoder`: width and depth, and how much wider the blocks are inside."""

    width: int = 144
    depth: int = 5
    inner: int = 432

    def words(self) -> dict[str, str]:
        """As text, for the metadata of a weight file."""
        return {f"vocoder {name}": str(value) for name, value in asdict(self).items()}


class ConvNeXt(nn.Module):
    """Liu et al., "A ConvNet for the 2020s", 2022, in one dimension: (B, width, T) to the same."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.near = nn.Conv1d(shape.width, shape.width, 7, groups=shape.width)
        self.norm = nn.LayerNorm(shape.width)
        self.up, self.down = nn.Linear(shape.width, shape.inner), nn.Linear(shape.inner, shape.width)
        self.gain = nn.Parameter(torch.full((shape.width,), 0.2))

    def forward(self, h: Tensor, circular: bool = False) -> Tensor:
        x = self.norm(self.near(around(h, 3, circular)).transpose(1, 2))
        return h + (self.gain * self.down(functional.gelu(self.up(x)))).transpose(1, 2)


def around(h: Tensor, edge: int, circular: bool) -> Tensor:
    """`h` (B, C, T) with `edge` frames more at both ends: its other end, or its last frame repeated."""
    if circular and h.shape[-1] < edge:
        h = h.repeat(1, 1, -(-edge // h.shape[-1]))
    return functional.pad(h, (edge, edge), "circular" if circular else "replicate")


class Vocoder(nn.Module):
    """`forward(mel)` gives the logarithm of the magnitude of every bin and its deviation, both (B, BINS, T)."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = s = shape or Shape()
        self.first = nn.Conv1d(BANDS, s.width, 7)
        self.blocks = nn.ModuleList(ConvNeXt(s) for _ in range(s.depth))
        self.norm = nn.LayerNorm(s.width)
        self.head = nn.Linear(s.width, 2 * BINS)
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.zeros_(self.head.bias)
        nn.init.constant_(self.head.bias[BINS:], -1.5)  # little is left to chance at first

    def forward(self, mel: Tensor, circular: bool = False) -> tuple[Tensor, Tensor]:
        h = self.first(around(mel, 3, circular))
        for block in self.blocks:
            h = block(h, circular)
        mean, chance = self.head(self.norm(h.transpose(1, 2))).transpose(1, 2).chunk(2, 1)
        return 0.5 * unmixed(mel, 10).log() + mean, 0.02 + 1.2 * torch.sigmoid(chance)

    def sound(self, mel: Tensor, rounds: int = 32, circular: bool = False) -> Tensor:
        """A spectrogram (B, BANDS, T) as a sound (B, T HOP)."""
        size, first = self.sized(mel, circular, share=TEXTURE)
        return phased(size, first, rounds, circular)

    def sized(self, mel: Tensor, circular: bool = False, seed: int = 0, share: float = 1.0) -> tuple[Tensor, Tensor]:
        """Magnitudes (B, BINS, T) with their texture drawn, and the noise's transform, whose phases come first."""
        mean, chance = self(mel, circular)
        noise = noise_frames(mel.shape[-1], circular, seed).to(mel.device)
        return (mean + share * chance * texture(noise)).clamp(max=8.0).exp(), noise.expand(len(mel), -1, -1)


@functools.lru_cache(maxsize=8)
def noise_frames(count: int, circular: bool, seed: int = 0) -> Tensor:
    """The transform of white noise, complex (1, BINS, count)."""
    wave = torch.randn(1, count * HOP, generator=torch.Generator().manual_seed(seed))
    return mel_of.spectrum(wave, circular)


def texture(noise: Tensor) -> Tensor:
    """The logarithms of noise's magnitudes, with mean 0 and deviation 1: log |z|^2 has mean -0.577 and deviation
    pi / sqrt 6 for z of unit variance, which the window's energy gives."""
    power = noise.abs().square() / mel_of.window().square().sum()
    return (0.5 * (power.clamp_min(1e-6).log() + EULER) / SPREAD).clamp(-4, 3)


def spread_out(mel: Tensor) -> Tensor:
    """Log magnitudes of bins (B, BINS, T), interpolated between the middles of the bands: where the network starts."""
    places = _places().to(mel.device)
    low = places.floor().long().clamp(0, BANDS - 2)
    part = (places - low)[None, :, None].clamp(0, 1)
    level = mel * mel_of.SPREAD + mel_of.MIDDLE + math.log(SCALE)
    return level[:, low] * (1 - part) + level[:, low + 1] * part


@functools.cache
def _places() -> Tensor:
    """Where each bin lies among the bands, (BINS,)."""
    middles = (mel_of.bank() * torch.arange(BINS)).sum(1)
    bins = torch.arange(BINS, dtype=torch.float32)
    above = torch.searchsorted(middles, bins).clamp(1, BANDS - 1)
    low, high = middles[above - 1], middles[above]
    return above - 1 + (bins - low) / (high - low).clamp_min(1e-6)


def phased(size: Tensor, first: Tensor, rounds: int, circular: bool = False) -> Tensor:
    """A sound (B, T HOP) whose transform has about these magnitudes (B, BINS, T), the phases of `first` to begin with.

    Fast Griffin-Lim: c_n = P_size(P_consistent(t_{n-1})), t_n = c_n + alpha (c_n - c_{n-1}) (algorithm 2).
    """
    frames = torch.polar(size, first.angle())
    before = frames
    for _ in range(rounds):
        found = mel_of.spectrum(mel_of.sound_of(frames, circular), circular)
        now = size * found / found.abs().clamp_min(1e-8)
        frames, before = now + MOMENTUM * (now - before), now
    return mel_of.sound_of(before, circular)


def griffin_lim(mel: Tensor, rounds: int = 32) -> Tensor:
    """The baseline without a network: a non-negative inverse of the mel filters (`unmixed`), then the same fast
    Griffin-Lim from the same noise. (B, BANDS, T) to (B, T HOP)."""
    noise = noise_frames(mel.shape[-1], False).to(mel.device)
    return phased(unmixed(mel, 40).sqrt(), noise.expand(len(mel), -1, -1), rounds)


@torch.no_grad()
def unmixed(mel: Tensor, rounds: int) -> Tensor:
    """Powers of bins (B, BINS, T) that the mel filters turn into `mel`: multiplicative updates for the Kullback-Leibler
    divergence (Lee and Seung, 2000), from the interpolated bands on."""
    wanted = (mel_of.amplitudes(mel) * SCALE).square()
    filters = mel_of.bank().to(mel)
    reached = filters.sum(0)[:, None]
    power = spread_out(mel).mul(2).exp()
    for _ in range(rounds):
        told = (filters @ power).clamp_min(1e-9)
        power = torch.where(reached > 1e-6, power * (filters.T @ (wanted / told)) / reached.clamp_min(1e-6), power)
    return power.clamp_min(1e-9)


def vocoder(words: dict[str, str]) -> Vocoder:
    """A vocoder of the measures in the head of a weight file."""
    return Vocoder(Shape(**{name: int(words[f"vocoder {name}"]) for name in asdict(Shape())}))
