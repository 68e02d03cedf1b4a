"""Cheap previews: a linear map from an autoencoder's space to colours or to the bands of a spectrogram.

Fitted by least squares on what the autoencoder itself makes of the bundled pictures or of a synthesised sound: every
place of the latent against the mean colour of the patch (or the energy in each band of the stretch of time) it stands
for. About a two-thousandth of a decode's time, and good enough to see a result develop.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from PIL import Image as Picture
from torch import Tensor
from torch.nn import functional

from engines.files import arrays, assets, atomic

PICTURES, CELLS, LARGEST = 24, 16, 256  # pictures, latent places across each, and pixels at most
BANDS, SECONDS = 48, 4.0  # of a spectrogram; of sound to learn from


class Linear:
    """`weight` (channels + 1, colours or bands): the last row is the constant."""

    def __init__(self, weight: np.ndarray) -> None:
        self.weight = weight.astype(np.float32)
        self._across, self._constant = np.ascontiguousarray(self.weight[:-1].T), self.weight[-1:].T

    def __call__(self, latents: np.ndarray) -> np.ndarray:
        """(C, ...) to (..., colours), float32."""
        given = np.asarray(latents, np.float32)
        shown = self._across @ given.reshape(len(given), -1)  # places lie side by side: quicker than three by three
        shown += self._constant
        return np.moveaxis(shown.reshape(-1, *given.shape[1:]), 0, -1)


def colours(vae: Any, folder: Path | None = None, mark: str = "") -> Linear:
    """The map of a picture's or clip's autoencoder to RGB in [0, 1]; kept in `folder` under `mark` when given."""
    return _kept(_place(folder, mark), lambda: _fit_colours(vae))


def bands(vae: Any, rate: int, folder: Path | None = None, mark: str = "") -> Linear:
    """The map of a sound's autoencoder to log energies in [0, 1], low bands first."""
    return _kept(_place(folder, mark), lambda: _fit_mel(vae) if dimensions(vae) == 4 else _fit_bands(vae, rate))


def known(folder: Path, mark: str) -> bool:
    """Whether the map of the autoencoder `mark` is kept in `folder`."""
    return (folder / f"{mark}.map").is_file()


@torch.no_grad()
def examples(vae: Any, count: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Bundled pictures as latents (C, H, W) and the mean colours of their places (H, W, 3); none of one that cannot
    encode."""
    try:
        scale = 128 // _pair(vae, np.zeros((128, 128, 3), np.float32))[2]
    except (RuntimeError, AttributeError):
        return
    for picture in itertools.islice(_pictures(min(LARGEST, scale * CELLS)), count):
        rows, shown, across = _pair(vae, picture)
        yield rows.T.reshape(rows.shape[1], -1, across), shown.reshape(-1, across, 3)


# ---------------------------------------------------------------- fitting


@torch.no_grad()
def _fit_colours(vae: Any) -> Linear:
    try:
        scale = 128 // _pair(vae, np.zeros((128, 128, 3), np.float32))[2]
    except (RuntimeError, AttributeError):  # it cannot encode: what it decodes must do
        return _fit_decoded(vae)
    pairs = [_pair(vae, picture) for picture in _pictures(min(LARGEST, scale * CELLS))]
    return Linear(_solved(np.concatenate([pair[0] for pair in pairs]), np.concatenate([pair[1] for pair in pairs])))


def _fit_decoded(vae: Any) -> Linear:
    """From Gaussian latents, which fits far worse than pictures do."""
    wide: int = getattr(vae.config, "latent_channels", None) or vae.config.z_dim
    form = (1, wide, 1, 8, 8) if dimensions(vae) == 5 else (1, wide, 8, 8)
    draw = torch.Generator().manual_seed(0)
    inside, outside = [], []
    for _ in range(PICTURES):
        latent = torch.randn(form, generator=draw).to(vae.device, vae.dtype)
        shown = vae.decode(latent).sample
        shown = shown[:, :, 0] if shown.ndim == 5 else shown
        mean = functional.adaptive_avg_pool2d(shown.float(), (8, 8))[0]
        inside.append(latent.reshape(wide, -1).T.float().cpu().numpy())
        outside.append((mean.flatten(1).T.cpu().numpy() + 1) / 2)
    return Linear(_solved(np.concatenate(inside), np.concatenate(outside)))


def _pair(vae: Any, picture: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """The latents of a picture as rows, the mean colour each stands for, and how many there are across."""
    given = torch.from_numpy(picture).permute(2, 0, 1)[None].to(vae.device, vae.dtype) * 2 - 1
    if dimensions(vae) == 5:
        given = given.unsqueeze(2).expand(-1, -1, _stillness(vae), -1, -1)
    latent = _encoded(vae, given)
    grid = latent[0].reshape(latent.shape[1], -1, *latent.shape[-2:]).mean(1)
    still = (given[:, :, 0] if given.ndim == 5 else given).float()
    mean = functional.adaptive_avg_pool2d(still, (grid.shape[-2], grid.shape[-1]))[0]
    return grid.flatten(1).T.float().cpu().numpy(), (mean.flatten(1).T.cpu().numpy() + 1) / 2, grid.shape[-1]


def _encoded(vae: Any, given: Tensor) -> Tensor:
    """The middle of what the autoencoder thinks of `given`; a video's of one frame, so that time is 1."""
    out = vae.encode(given)
    if hasattr(out, "latent_dist"):
        return out.latent_dist.mode() if hasattr(out.latent_dist, "mode") else out.latent_dist.mean
    return out.latent if hasattr(out, "latent") else out[0]


def dimensions(vae: Any) -> int:
    """5 for one that reads clips (B, C, F, H, W), 4 for pictures or spectrograms, 3 for waves."""
    return next((w.ndim for w in vae.encoder.parameters() if w.ndim >= 3), 4)


def _stillness(vae: Any) -> int:
    """How many frames of one picture are the shortest clip it reads for certain: one, and one latent frame more."""
    along = getattr(vae, "temporal_compression_ratio", None) or getattr(vae.config, "temporal_compression_ratio", None)
    return 1 + int(along or 4)


@torch.no_grad()
def _fit_mel(vae: Any) -> Linear:
    """Of an autoencoder of log mel spectrograms (B, 1, T, bands): the energy in each patch."""
    rate, wide = 16000, 64
    level = np.repeat(spectrogram(_sound(rate), 400), 2, 1)[:, :wide]
    given = torch.from_numpy(level * 13.5 - 11.5)[None, None].to(vae.device, vae.dtype)
    latent = _encoded(vae, given)[0].float()
    mean = functional.adaptive_avg_pool2d(torch.from_numpy(level)[None, None], (latent.shape[-2], latent.shape[-1]))[
        0, 0
    ]
    return Linear(_solved(latent.flatten(1).T.cpu().numpy(), mean.flatten()[:, None].numpy()))


@torch.no_grad()
def _fit_bands(vae: Any, rate: int) -> Linear:
    sound = _sound(rate)
    channels = int(getattr(vae.config, "audio_channels", 2))
    given = torch.from_numpy(sound).to(vae.device, vae.dtype).expand(1, channels, -1)
    latent = _encoded(vae, given)[0].float().cpu().numpy()
    return Linear(_solved(latent.T, spectrogram(sound, latent.shape[1])))


def spectrogram(sound: np.ndarray, columns: int) -> np.ndarray:
    """(columns, BANDS): the energy of a mono `sound` (N,) in bands of equal ratio, log, 0 (-80 dB) to 1."""
    size = 1024
    hop = max(1, len(sound) // columns)
    padded = np.pad(sound, (size // 2, size + hop))
    frames = np.stack([padded[i * hop : i * hop + size] for i in range(columns)]) * np.hanning(size)
    power = np.abs(np.fft.rfft(frames)) ** 2  # (columns, size / 2 + 1)
    edges = np.unique(np.geomspace(2, size // 2, BANDS + 1).astype(int))
    summed = np.stack([power[:, a : max(b, a + 1)].mean(1) for a, b in itertools.pairwise(edges)], 1)
    level = 10 * np.log10(summed / (size / 4) ** 2 + 1e-8)
    grid = np.clip((level + 80) / 80, 0, 1)
    rows = np.linspace(0, grid.shape[1] - 1, BANDS).round().astype(int)
    return grid[:, rows].astype(np.float32)


def _solved(inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """Least squares with a constant, held back a little so that few or alike rows do no harm."""
    rows = np.concatenate([inside, np.ones((len(inside), 1))], 1).astype(np.float64)
    held = 1e-4 * np.eye(rows.shape[1]) * len(rows) * max(float(inside.var()), 1e-8)
    held[-1, -1] = 0.0
    return np.linalg.lstsq(rows.T @ rows + held, rows.T @ outside, rcond=None)[0]


# ---------------------------------------------------------------- what is learnt from


def _pictures(side: int) -> Iterator[np.ndarray]:
    """Bundled pictures, (side, side, 3) in [0, 1]: thumbnails of the presets over white."""
    files = sorted((assets.root() / "presets").rglob("*.webp"))
    for file in files[:: max(1, len(files) // PICTURES)][:PICTURES]:
        with Picture.open(file) as opened:
            shown = opened.convert("RGBA").resize((side, side), Picture.Resampling.LANCZOS)
        over = Picture.alpha_composite(Picture.new("RGBA", shown.size, "white"), shown)
        yield np.asarray(over.convert("RGB"), np.float32) / 255


def _sound(rate: int) -> np.ndarray:
    """(N,) float32: rising tones with overtones, then noises of every band, soft and loud."""
    rng = np.random.default_rng(0)
    count = int(rate * SECONDS)
    t = np.arange(count) / rate
    sweep = 50 * (rate / 2.5 / 50) ** (t / SECONDS)
    tone = sum(np.sin(2 * np.pi * k * np.cumsum(sweep) / rate) / k for k in (1, 2, 3))
    noise = rng.standard_normal(count) * np.abs(np.sin(2 * np.pi * 1.5 * t)) ** 2
    swell = 0.05 + 0.95 * np.abs(np.sin(2 * np.pi * 0.7 * t))
    return (0.25 * swell * tone + 0.15 * noise).astype(np.float32)


def _place(folder: Path | None, mark: str) -> Path | None:
    return folder / f"{mark}.map" if folder else None


def _kept(file: Path | None, fit: Callable[[], Linear]) -> Linear:
    if file is not None and file.is_file():
        return Linear(msgspec.msgpack.Decoder(ext_hook=arrays.unpack).decode(file.read_bytes()))
    made = fit()
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(file, msgspec.msgpack.encode(made.weight, enc_hook=arrays.pack))
    return made
