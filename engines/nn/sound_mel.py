"""The space audio/sound works in: logarithmic mel spectrograms, and their compression to a row of latent vectors.

A sound at 32 kHz is 100 frames of 80 bands a second; eight frames are one patch of 80 ms, of which the `Codec`
keeps the principal components.
"""

from __future__ import annotations

import functools
import math

import torch
from torch import Tensor, nn
from torch.nn import functional

RATE = 32_000
HOP, WINDOW = 320, 1280
BINS = WINDOW // 2 + 1
BANDS = 80
PATCH = 8  # frames in a patch
TOKEN = PATCH * HOP  # samples in a patch
KEPT = 96  # components of a patch
CLIP = 63 * TOKEN  # samples of the longest sound that is trained on, 5.04 s
FLOOR = 1e-4  # the smallest amplitude of a band that is told from silence
MIDDLE, SPREAD = math.log(3e-3), 3.0  # of log-mel values, roughly: they are modelled about 0


@functools.cache
def window() -> Tensor:
    """The Hann window of every transform, (WINDOW,)."""
    return torch.hann_window(WINDOW)


def spectrum(sound: Tensor, circular: bool = False) -> Tensor:
    """The short-time Fourier transform of (B, N), N a multiple of HOP, complex (B, BINS, N / HOP): frame k is centred
    on the middle of its hop. With `circular` the end goes on at the beginning."""
    edge = (WINDOW - HOP) // 2
    padded = functional.pad(sound[:, None], (edge, edge), "circular" if circular else "constant")[:, 0]
    return torch.stft(padded, WINDOW, HOP, window=window().to(sound), center=False, return_complex=True)


def sound_of(frames: Tensor, circular: bool = False) -> Tensor:
    """The sound (B, T HOP) whose transform is nearest to `frames`, complex (B, BINS, T) (Griffin and Lim, 1984)."""
    edge, count = (WINDOW - HOP) // 2, frames.shape[-1]
    shape = window().to(frames.real)
    parts = torch.fft.irfft(frames, WINDOW, dim=1) * shape[:, None]
    length = count * HOP + 2 * edge
    summed = functional.fold(parts, (1, length), (1, WINDOW), stride=(1, HOP))[:, 0, 0]
    weight = _weight(count, circular).to(summed)
    if circular:
        summed = _wrapped(summed, edge, count * HOP)
        return summed / weight
    return summed[:, edge : edge + count * HOP] / weight


@functools.lru_cache(maxsize=32)
def _weight(count: int, circular: bool) -> Tensor:
    edge = (WINDOW - HOP) // 2
    square = window().square()[None, :, None].expand(1, -1, count)
    summed = functional.fold(square, (1, count * HOP + 2 * edge), (1, WINDOW), stride=(1, HOP))[:, 0, 0]
    found = _wrapped(summed, edge, count * HOP) if circular else summed[:, edge : edge + count * HOP]
    return found.clamp_min(1e-3)


def _wrapped(summed: Tensor, edge: int, length: int) -> Tensor:
    """What lies before the beginning added at the end, and what lies after the end at the beginning."""
    inner = summed[:, edge : edge + length].clone()
    before, after = summed[:, :edge], summed[:, edge + length :]
    for start in range(0, edge, length):  # loops shorter than the window go round more than once
        part = after[:, start : start + length]
        inner[:, : part.shape[1]] += part
        part = before[:, max(0, edge - start - length) : edge - start]
        inner[:, length - part.shape[1] :] += part
    return inner


@functools.cache
def bank() -> Tensor:
    """Triangular filters of mean amplitude 1 at even places of the mel scale (Slaney), (BANDS, BINS)."""
    edges = _hertz(torch.linspace(_mel(30.0), _mel(RATE / 2), BANDS + 2))
    hertz = torch.linspace(0, RATE / 2, BINS)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rows = torch.minimum((hertz - low) / (middle - low), (high - hertz) / (high - middle)).clamp_min(0)
    nearest = torch.nn.functional.one_hot((hertz[None] - middle).abs().argmin(1), BINS).float()
    rows = torch.where(rows.sum(1, keepdim=True) < 0.5, nearest, rows)  # bands narrower than a bin
    return rows / rows.sum(1, keepdim=True)


def _mel(hertz: float) -> float:
    return 2595.0 * math.log10(1 + hertz / 700)


def _hertz(mel: Tensor) -> Tensor:
    return 700 * (10 ** (mel / 2595) - 1)


def log_mel(sound: Tensor, circular: bool = False) -> Tensor:
    """Log-mel amplitudes of (B, N), about 0, (B, BANDS, N / HOP). A sine at full scale has amplitude 1."""
    size = spectrum(sound, circular).abs() * (4 / WINDOW)
    return told(torch.einsum("mf,bft->bmt", bank().to(size), size.square()).sqrt())


def told(size: Tensor) -> Tensor:
    """Amplitudes as logarithms about 0."""
    return (size.clamp_min(FLOOR).log() - MIDDLE) / SPREAD


def amplitudes(mel: Tensor) -> Tensor:
    """The reverse of `told`."""
    return (mel * SPREAD + MIDDLE).exp()


SILENCE = (math.log(FLOOR) - MIDDLE) / SPREAD


class Codec(nn.Module):
    """Patches of a spectrogram as their principal components, evened out by the square root of their deviation."""

    mean: Tensor
    axes: Tensor
    size: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(PATCH * BANDS))
        self.register_buffer("axes", torch.zeros(KEPT, PATCH * BANDS))
        self.register_buffer("size", torch.ones(KEPT))

    def learn(self, patches: Tensor) -> None:
        """Take mean and axes from patches (N, PATCH BANDS)."""
        self.mean.copy_(patches.mean(0))
        even = (patches - self.mean).double()
        values, vectors = torch.linalg.eigh(even.T @ even / len(even))
        order = values.argsort(descending=True)[:KEPT]
        self.axes.copy_(vectors[:, order].T.float())
        root = values[order].clamp_min(1e-9).float() ** 0.25  # the square root of a deviation
        z = (even.float() @ self.axes.T) / root
        self.size.copy_(root * z.square().mean().sqrt())

    def encode(self, mel: Tensor) -> Tensor:
        """Spectrograms (B, BANDS, T), T a multiple of PATCH, to latents (B, T / PATCH, KEPT)."""
        patches = mel.unflatten(2, (-1, PATCH)).permute(0, 2, 3, 1).flatten(2)
        return (patches - self.mean) @ self.axes.T / self.size

    def decode(self, latent: Tensor) -> Tensor:
        """Latents (B, L, KEPT) to spectrograms (B, BANDS, L PATCH), no quieter than silence."""
        patches = (latent * self.size) @ self.axes + self.mean
        return patches.unflatten(2, (PATCH, BANDS)).flatten(1, 2).transpose(1, 2).clamp_min(SILENCE)
