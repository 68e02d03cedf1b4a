"""VGGish, the ear of the Frechet audio distance: 0.96 s of sound at 16 kHz to 128 numbers.

Hershey et al., "CNN Architectures for Large-Scale Audio Classification", 2017, in the layout of `torchvggish`
(`vggish-10086976.pth`: `features.N`, `embeddings.N`). As in Kilgour et al., "Frechet Audio Distance", 2019, its answer
is taken as it is: without the principal components and the quantisation that AudioSet's own features went through.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

RATE = 16_000
HOP, WINDOW, BINS = 160, 400, 512  # 10 ms and 25 ms, and the transform's length
BANDS, LOW, HIGH, OFFSET = 64, 125.0, 7500.0, 0.01
FRAMES, DEEP = 96, 128
WIDTHS = (64, 128, 256, 256, 512, 512)
POOLED = (0, 1, 3, 5)  # the convolutions a pool follows


class Vggish(nn.Module):
    """Logarithms of mel bands (B, 1, 96, 64) to features (B, 128), none below 0."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for n, (inner, outer) in enumerate(zip((1, *WIDTHS), WIDTHS, strict=False)):
            layers += [nn.Conv2d(inner, outer, 3, padding=1), nn.ReLU(inplace=True)]
            layers += [nn.MaxPool2d(2, 2)] if n in POOLED else []
        self.features = nn.Sequential(*layers)
        self.embeddings = nn.Sequential(
            nn.Linear(512 * 4 * 6, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, DEEP), nn.ReLU()
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.embeddings(self.features(x).permute(0, 2, 3, 1).flatten(1))  # type: ignore[no-any-return]


def network(weights: Mapping[str, Tensor]) -> Vggish:
    """The network of `weights`, ready for inference. RuntimeError for other weights; principal components are left."""
    made = Vggish()
    made.load_state_dict({name: tensor for name, tensor in weights.items() if not name.startswith("pproc.")})
    return made.eval().requires_grad_(False)


def examples(mono: np.ndarray) -> np.ndarray:
    """Samples (N,) at 16 kHz as what the network hears, float32 (K, 1, 96, 64): whole pieces of 0.96 s, one after the
    other. What is shorter than one is repeated, not padded: silence would be heard as such."""
    least = WINDOW + (FRAMES - 1) * HOP
    if len(mono) < least:
        mono = np.resize(mono, least)
    frames = np.lib.stride_tricks.sliding_window_view(np.asarray(mono, np.float64), WINDOW)[::HOP]
    shape = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    heard = np.log(np.abs(np.fft.rfft(frames * shape, BINS)) @ bank() + OFFSET)  # (T, 64)
    whole = len(heard) // FRAMES
    return heard[: whole * FRAMES].reshape(whole, 1, FRAMES, BANDS).astype(np.float32)


@functools.cache
def bank() -> np.ndarray:
    """Triangles in mel, (257, 64), by magnitude; the constant part of a sound belongs to none."""
    edges = np.linspace(_mel(LOW), _mel(HIGH), BANDS + 2)
    at = _mel(np.linspace(0, RATE / 2, BINS // 2 + 1))[:, None]
    rising = (at - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - at) / (edges[2:] - edges[1:-1])
    found = np.maximum(0, np.minimum(rising, falling))
    found[0] = 0
    return found


def _mel(hertz: np.ndarray | float) -> np.ndarray:
    return 1127.0 * np.log1p(np.asarray(hertz) / 700.0)


@torch.no_grad()
def heard(network: Vggish, mono: np.ndarray, chunk: int = 32) -> np.ndarray:
    """The features (K, 128) of samples at 16 kHz, one row a piece of 0.96 s."""
    pieces = torch.from_numpy(examples(mono))
    return torch.cat([network(part) for part in pieces.split(chunk)]).numpy()
