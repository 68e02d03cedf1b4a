"""Fit the vocoder of audio/sound: first by likelihood of every bin's magnitude, then against a discriminator as well.

The second part is a GAN over spectrograms at three resolutions, in the line of UnivNet (Jang et al., 2021) and Vocos.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engines.families import gan
from engines.nn import sound_mel as mel_of
from engines.nn.sound_mel import HOP, Codec
from engines.nn.sound_vocoder import SCALE, Vocoder, phased
from engines.training.fit import Log, fit
from engines.training.sound_pool import Pool

BATCH, FRAMES = 4, 96  # clips of a step and frames of each
FEW, SHORT = 3, 56  # the same where the discriminator looks on
SHARES = (0.7, 0.3)  # of the minutes: likelihood alone, then with the discriminator
ROUNDS = 6  # of Griffin-Lim within a step
SMALLEST = 1e-4 * SCALE  # magnitudes below are silence
RESOLUTIONS = ((512, 128), (1024, 256), (2048, 512))


def likelihood(vocoder: Vocoder, waves: Tensor, mel: Tensor) -> Tensor:
    """-log N(log |X|; mean, deviation) per bin, of the waves' own transforms; silence counts little."""
    target = mel_of.spectrum(waves).abs().clamp_min(SMALLEST).log()
    mean, chance = vocoder(mel)
    loud = 0.1 + 0.9 * (target > math.log(3 * SMALLEST)).float()
    return (loud * (0.5 * ((target - mean.clamp_min(math.log(SMALLEST))) / chance).square() + chance.log())).mean()


def log_spectra(waves: Tensor, size: int, hop: int) -> Tensor:
    """Log magnitudes of (B, N), (B, size / 2 + 1, T)."""
    window = torch.hann_window(size)
    return torch.stft(waves, size, hop, window=window, return_complex=True).abs().clamp_min(1e-3 * size / 1024).log()


def distance(waves: Tensor, others: Tensor) -> Tensor:
    """The multi-resolution STFT distance (Yamamoto et al., "Parallel WaveGAN", 2020): spectral convergence and the mean
    absolute difference of log magnitudes, at three resolutions."""
    found = torch.zeros(())
    for size, hop in RESOLUTIONS:
        a, b = (log_spectra(each, size, hop) for each in (waves, others))
        found = found + (a - b).abs().mean() + (a.exp() - b.exp()).norm() / a.exp().norm().clamp_min(1e-6)
    return found / len(RESOLUTIONS)


def coarse(waves: Tensor, others: Tensor) -> Tensor:
    """The mean absolute difference of log-mel spectrograms, in nats."""
    return mel_of.SPREAD * (mel_of.log_mel(waves) - mel_of.log_mel(others)).abs().mean()


class Discriminator(nn.Module):
    """Spectrograms at three resolutions to scores of places, (B, scores): convolutions with strides in frequency."""

    def __init__(self, width: int = 12) -> None:
        super().__init__()
        self.each = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(1, width, (7, 3), (4, 2), (3, 1)),
                nn.LeakyReLU(0.2),
                nn.Conv2d(width, 2 * width, (5, 3), (3, 1), (2, 1)),
                nn.LeakyReLU(0.2),
                nn.Conv2d(2 * width, 2 * width, (5, 3), (2, 2), (2, 1)),
                nn.LeakyReLU(0.2),
                nn.Conv2d(2 * width, 1, 3, padding=1),
            )
            for _ in RESOLUTIONS
        )

    def forward(self, waves: Tensor) -> Tensor:
        scores = []
        for net, (size, hop) in zip(self.each, RESOLUTIONS, strict=True):
            seen = (log_spectra(waves, size, hop)[:, None] + 2.0) / 3.0
            scores.append(net(seen).flatten(1))
        return torch.cat(scores, 1)


class Adversary:
    """The discriminator and its optimiser: `loss(real, made)` takes a step of its own and judges `made`."""

    def __init__(self) -> None:
        self.network = Discriminator()
        self.optimiser = torch.optim.AdamW(self.network.parameters(), lr=4e-4, betas=(0.8, 0.99))

    def loss(self, real: Tensor, made: Tensor) -> Tensor:
        gan.discriminator_loss(self.network(real), self.network(made.detach())).backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.network.requires_grad_(False)
        found = gan.generator_loss(self.network(made))
        self.network.requires_grad_(True)
        self.optimiser.zero_grad(set_to_none=True)
        return found


def made(vocoder: Vocoder, mel: Tensor, seed: int) -> Tensor:
    """Sounds (B, N) as they would be heard, the slope going through magnitudes; phases are taken as found."""
    size, noise = vocoder.sized(mel, seed=seed)
    with torch.no_grad():
        found = phased(size, noise, ROUNDS)
        phases = mel_of.spectrum(found).angle()
    return mel_of.sound_of(torch.polar(size, phases))


def train(pool: Pool, codec: Codec, minutes: float, log: Log, *, kept: Path, resume: bool = False) -> Vocoder:
    """The vocoder's moving average after so many minutes."""
    torch.manual_seed(0)
    vocoder, adversary = Vocoder(), Adversary()
    drawn, asked_of = _drawer(pool, codec), _test(pool, codec)

    def plain(step: int) -> Tensor:
        return likelihood(vocoder, *drawn(step, BATCH, FRAMES))

    def opposed(step: int) -> Tensor:
        waves, mel = drawn(step, FEW, SHORT)
        sound = made(vocoder, mel, step)
        inner = slice(2 * HOP, -2 * HOP)
        loss = adversary.loss(waves[:, inner], sound[:, inner])
        return 0.5 * likelihood(vocoder, waves, mel) + coarse(waves, sound) + 0.3 * loss

    stages = (("vocoder", plain, BATCH, 2e-3), ("vocoder gan", opposed, FEW, 4e-4))
    for (stage, objective, batch, rate), share in zip(stages, SHARES, strict=True):
        session = kept / f"{stage.replace(' ', '-')}.pt"
        how: dict[str, Any] = {"stage": stage, "batch": batch, "kept": session, "resume": resume, "rate": rate}
        found = fit(vocoder, objective, minutes * share, log, held_out=asked_of, **how)
        vocoder.load_state_dict(found.state_dict())
    return vocoder.eval()


def _drawer(pool: Pool, codec: Codec) -> Callable[[int, int, int], tuple[Tensor, Tensor]]:
    """`drawn(step, count, frames)`: pieces of clips for learning, at levels of their own, and their spectrograms."""
    learnt = pool.places("learn")

    def drawn(step: int, count: int, frames: int) -> tuple[Tensor, Tensor]:
        rng = np.random.default_rng(step)
        waves, mel = pool.clips(rng.choice(learnt, count), codec)
        start = int(rng.integers(0, mel.shape[-1] - frames + 1))
        gain = torch.from_numpy(np.exp(-1.2 * rng.random((count, 1)))).float()
        softer = (mel[..., start : start + frames] + gain.log()[..., None] / mel_of.SPREAD).clamp_min(mel_of.SILENCE)
        return waves[:, start * HOP : (start + frames) * HOP] * gain, softer

    return drawn


def _test(pool: Pool, codec: Codec, most: int = 48) -> Callable[[nn.Module], float]:
    """The likelihood loss of held-out clips under a network."""
    held = pool.places("held")
    test = pool.clips(held[np.linspace(0, len(held) - 1, min(most, len(held))).astype(int)], codec)

    @torch.no_grad()
    def asked_of(average: nn.Module) -> float:
        return float(likelihood(average, *test))  # type: ignore[arg-type]

    return asked_of


@torch.no_grad()
def measured(vocoder: Vocoder, pool: Pool, codec: Codec, most: int = 72) -> dict[str, float]:
    """Multi-resolution STFT distance on held-out clips: of the vocoder, of Griffin-Lim, and of each from the
    spectrogram itself instead of what the codec keeps of it."""
    from engines.nn.sound_vocoder import griffin_lim

    held = pool.places("held")
    chosen = held[np.linspace(0, len(held) - 1, min(most, len(held))).astype(int)]
    found: dict[str, list[float]] = {}
    for place in chosen:
        waves, mel = pool.clips(np.array([place]), codec)
        exact = mel_of.log_mel(waves)
        ways = {"vocoder": vocoder.sound(mel), "Griffin-Lim": griffin_lim(mel)}
        ways |= {"vocoder, exact mel": vocoder.sound(exact), "Griffin-Lim, exact mel": griffin_lim(exact)}
        for name, sound in ways.items():
            found.setdefault(name, []).append(float(distance(waves, sound)))
            found.setdefault(f"mel of {name}", []).append(float(coarse(waves, sound)))
    return {name: float(np.mean(values)) for name, values in found.items()}
