"""The network of audio/wave: gated causal convolutions with growing gaps over 16 kHz sound in mu-law levels.

van den Oord et al., "WaveNet: A Generative Model for Raw Audio", 2016. Each layer reads three samples 1, 3, 9 ... 729
apart, so that seven of them hear 137 ms. Beside the sound the network is told globally what it is (section 2.5), and
at every sample the time since the stroke and the phase of the note that is asked for.

The mixture stands around a linear prediction from the sound before (see `wave_foresight`) and is told in units of how
far such predictions were off of late, so that the layers are left with what is new in the sound; in this it is like
LPCNet (Valin and Skoglund, 2019), but that nothing of the prediction comes from outside.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.families import causal
from engines.nn import wave_foresight as foresight

RATE = 16_000
KERNEL = 3
GAPS = tuple(3**k for k in range(7))
DECAYS = (0.01, 0.05, 0.25, 1.0)  # seconds: how the time since the stroke is told
HARMONICS = (1, 2)
LOCAL = len(DECAYS) + 2 * len(HARMONICS)
FLOOR = 2e-4  # no prediction counts as better than this,
ROUNDED = 12**-0.5  # nor than what rounding to levels does, in spacings of levels: else a constant would last for ever
BESIDE = 2  # numbers the first layer is given beside both windows and what is told


@dataclass(frozen=True)
class Measures:
    """Sizes of a network: `kinds` of sounds, `window` samples seen by the first layer, `mix` logistics."""

    kinds: int = 32
    width: int = 48
    window: int = 32
    hidden: int = 64
    mix: int = 5
    told: int = 48

    def words(self) -> dict[str, str]:
        """The measures as words for the head of a weight file."""
        return {name: str(value) for name, value in asdict(self).items()}

    @classmethod
    def read(cls, words: dict[str, str]) -> Measures:
        """The way back; KeyError or ValueError when they are not those of this network."""
        return cls(**{name: int(words[name]) for name in cls.__dataclass_fields__})


class Gate(nn.Module):
    """x + R (tanh(a) * sigmoid(b)), (a, b) = W [x_(t-2d), x_(t-d), x_t] + V h (equation 3)."""

    def __init__(self, width: int, told: int, gap: int) -> None:
        super().__init__()
        self.gap = gap
        self.inward = nn.Linear(KERNEL * width, 2 * width)
        self.told = nn.Linear(told, 2 * width, bias=False)
        self.outward = nn.Linear(width, width)

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        """(B, T, width) and (B, told) to (B, T, width)."""
        before = [functional.pad(x, (0, 0, k * self.gap, 0))[:, : x.shape[1]] for k in range(KERNEL - 1, 0, -1)]
        a, b = (self.inward(torch.cat([*before, x], -1)) + self.told(h)[:, None]).chunk(2, -1)
        return x + self.outward(a.tanh() * b.sigmoid())


class WaveNet(nn.Module):
    """The mixture of the next level for every sample of sounds that are known, all at once."""

    gates: Any

    def __init__(self, m: Measures = Measures()) -> None:
        super().__init__()
        self.m = m
        self.kind = nn.Embedding(m.kinds + 1, m.told)  # the last is 'anything'
        self.pitch = nn.Linear(2, m.told, bias=False)
        self.enter = nn.Linear(2 * m.window + BESIDE + LOCAL, m.width)
        self.gates = nn.ModuleList([Gate(m.width, m.told, gap) for gap in GAPS])
        self.mix, self.leave = nn.Linear(m.width, m.hidden), nn.Linear(m.hidden, 3 * m.mix)
        with torch.no_grad():
            self.leave.weight.mul_(0.1)
            spread = torch.linspace(-1, 1, m.mix)
            self.leave.bias.copy_(torch.cat([torch.zeros(m.mix), spread, torch.full((m.mix,), -0.5)]))

    def told(self, kinds: Tensor, pitches: Tensor) -> Tensor:
        """What the layers are told: kinds (B,), the last of all being 'anything'; pitches (B,) in MIDI, 0 for none."""
        known = (pitches > 0).float()
        return functional.silu(self.kind(kinds) + self.pitch(torch.stack([known, known * (pitches - 60) / 24], -1)))

    def forward(self, places: Tensor, h: Tensor, local: Tensor) -> Tensor:
        """Mixtures (B, T, 3 K), that at t told of the samples before t alone.

        places (B, T) in [-1, 1] as mu-law; h (B, told); local (B, T, LOCAL), see `local_of`.
        """
        sound = causal.expanded(places)
        foretold = torch.from_numpy(foresight.foretold(sound.detach().cpu().double().numpy())).to(sound)
        seen, wrong = (self._before(some) for some in (places, sound - foretold))
        foretold = foretold[..., None]
        least = FLOOR**2 + (ROUNDED * causal.spacing(foretold)).square()
        size = (wrong.square().mean(-1, keepdim=True) + least).sqrt()
        x = self.enter(torch.cat([seen, wrong / size, causal.companded(foretold), size.log(), local], -1))
        for gate in self.gates:
            x = gate(x, h)
        found = self.leave(functional.silu(self.mix(functional.silu(x))))
        weight, mean, scale = found.chunk(3, -1)
        return torch.cat([weight, foretold + size * mean, size.log() + scale], -1)

    def _before(self, x: Tensor) -> Tensor:
        """The window of numbers before each of (B, T), the newest last, (B, T, window)."""
        return functional.pad(x, (self.m.window, 0)).unfold(1, self.m.window, 1)[:, :-1]


def network(words: dict[str, str]) -> WaveNet:
    """A network of the measures in the head of a weight file."""
    return WaveNet(Measures.read(words))


def local_of(begin: int, count: int, pitch: float) -> np.ndarray:
    """What is told at samples `begin` .. `begin + count` after the stroke, float32 (count, LOCAL): exp(-t / tau), and
    sine and cosine of the phase of a note of `pitch` (MIDI, 0 for none) and of its octave."""
    time = np.arange(begin, begin + count) / RATE
    decays = [np.exp(-time / decay) for decay in DECAYS]
    turns = 2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time
    phases = [wave(k * turns) * (pitch > 0) for k in HARMONICS for wave in (np.sin, np.cos)]
    return np.stack([*decays, *phases], -1).astype(np.float32)
