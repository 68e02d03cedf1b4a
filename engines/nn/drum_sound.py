"""What a drum sound is before any network: its form, the kinds, and three numbers heard in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from engines.nn.drum_parts import LENGTH, RATE

if TYPE_CHECKING:
    from engines.nn.drum import DrumFlow

KINDS = ("kick", "snare", "closed hat", "open hat", "tom", "clap")
PITCHED = ("kick", "snare", "tom")  # the others have no low end to speak of
ATTRIBUTES = ("length", "brightness", "pitch")
FADE = LENGTH // 10  # samples at the end that go down to silence
LOWEST, HIGHEST = 30.0, 689.0  # Hz, where the pitch is looked for
QUIET = 10 ** (-50 / 20)  # of the peak: what comes before it is no drum yet


def framed(samples: np.ndarray, fades: bool = True) -> np.ndarray:
    """A mono sound at RATE from its stroke on, as long as the flow's frame, (LENGTH,). Its end is faded when it is cut
    off there, and with `fades` in any case."""
    loud = np.abs(samples) > QUIET * np.abs(samples).max(initial=0.0)
    start = max(0, int(np.argmax(loud)) - 8) if loud.any() else 0
    kept = np.zeros(LENGTH)
    part = samples[start : start + LENGTH]
    kept[: len(part)] = part
    if not fades and len(samples) - start <= LENGTH:
        return kept
    edge = np.cos(np.linspace(0, np.pi / 2, FADE)) ** 2
    end = min(len(part), LENGTH)
    reach = min(FADE, end)
    kept[end - reach : end] *= edge[-reach:] if reach < FADE else edge
    return kept


def attributes(sound: np.ndarray) -> np.ndarray:
    """log2 of length (seconds to 97 % of the energy), brightness (Hz, the centre of the amplitude spectrum) and pitch
    (Hz, the centre of the power spectrum between 30 and 689 Hz on a logarithmic scale) of (LENGTH,); (3,)."""
    energy = np.cumsum(np.square(sound))
    length = (np.searchsorted(energy, 0.97 * energy[-1]) + 1) / RATE
    size = np.abs(np.fft.rfft(sound)) + 1e-9
    hertz = np.fft.rfftfreq(LENGTH, 1 / RATE)
    bright = (size * hertz).sum() / size.sum()
    low = (hertz >= LOWEST) & (hertz <= HIGHEST)
    power = np.square(size[low])
    pitch = (power * np.log2(hertz[low])).sum() / power.sum()
    return np.array([np.log2(length), np.log2(bright), pitch])


def standard(network: DrumFlow, kinds: np.ndarray, heard: np.ndarray) -> np.ndarray:
    """Attributes (B, 3) in standard deviations from the mean of their kind, within 3; 0 for a pitch of none."""
    spread = network.range.double().square().sum(-1).sqrt().numpy()
    told = np.clip((heard - network.heard.double().numpy()[kinds]) / spread[kinds], -3, 3)
    told[~np.isin(kinds, [KINDS.index(kind) for kind in PITCHED]), 2] = 0.0
    return told


def condition(network: DrumFlow, kinds: np.ndarray, heard: np.ndarray, character: np.ndarray) -> Tensor:
    """What the flow is told of sounds of these kinds (B,), with these attributes (B, 3) and character (B,)."""
    return encoded(kinds, standard(network, kinds, heard), character)


def encoded(kinds: np.ndarray, told: np.ndarray, character: np.ndarray) -> Tensor:
    """One-hot kinds, standardised attributes and character as one condition (B, 10), float64."""
    rows = np.concatenate((np.eye(len(KINDS))[kinds], told, np.asarray(character, np.float64)[:, None]), 1)
    return torch.from_numpy(rows)
