"""How far each metric is from an independent implementation, or from a closed form, on the same features.

Needs the libraries it is compared with (torchmetrics, torch-fidelity, scikit-image, scipy), which the checks bring
along. What networks see and hear is compared in `agreement_nets`, sounds and surfaces in `agreement_media`.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from msgspec import Struct

from engines.contract import Refused
from engines.metrics import fidelity, frechet, inception, kernel, manifold, pixels, spectra, vendi


class Row(Struct, frozen=True):
    """The largest error of a metric `against` something, relative to it, and what is allowed."""

    metric: str
    against: str
    error: float
    allowed: float

    @property
    def holds(self) -> bool:
        return self.error <= self.allowed


Told = tuple[str, str, Callable[[], float], float]  # metric, against what, what gives the error, what is allowed


def rows() -> tuple[Told, ...]:
    """What is compared, nothing of it done yet. Refused('missing') when a library is not installed."""
    from engines.metrics import agreement_media, agreement_nets

    for name in ("torchmetrics", fidelity.NAME):
        if importlib.util.find_spec(name) is None:
            sentence = f"The agreement is shown against {name}, which is not installed: run packaging/test once."
            raise Refused("missing", sentence)
    fidelity.there()
    return (*_ROWS, *agreement_media.ROWS, *agreement_nets.ROWS)


def row(told: Told) -> Row:
    """One comparison, done."""
    metric, against, error, allowed = told
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of memory: these sets are small
        return Row(metric, against, error(), allowed)


def table() -> list[Row]:
    """Every row, the largest error of each."""
    return [row(told) for told in rows()]


class Eye(torch.nn.Module):
    """Features as they are, for libraries that want a network."""

    num_features = 24

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


def sets(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two sets of features (400, 24) and (350, 24) that differ in mean and spread."""
    rng = np.random.default_rng(seed)
    mix = rng.normal(size=(24, 24))
    return rng.normal(size=(400, 24)) @ mix, rng.normal(0.3, 1.2, size=(350, 24)) @ mix


def off(pairs: list[tuple[float, float]]) -> float:
    """The largest relative error of (ours, theirs)."""
    return max(abs(ours - theirs) / max(abs(theirs), 1e-12) for ours, theirs in pairs)


def _library(metric: Any, a: np.ndarray, b: np.ndarray) -> Any:
    metric = metric.set_dtype(torch.float64)
    metric.update(torch.from_numpy(a), real=True)
    metric.update(torch.from_numpy(b), real=False)
    return metric.compute()


def _fid() -> float:
    from torchmetrics.image.fid import FrechetInceptionDistance as Theirs

    return off(
        [(frechet.frechet(*pair), float(_library(Theirs(feature=Eye()), *pair))) for pair in map(sets, range(5))]
    )


def _gaussians() -> float:
    from scipy import linalg

    pairs = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        a, b = (m @ m.T for m in rng.normal(size=(2, 16, 16)))
        mean = rng.normal(size=16)
        exact = (mean**2).sum() + np.trace(a + b - 2 * linalg.sqrtm(a @ b).real)
        pairs.append((frechet.gaussians(mean, a, np.zeros(16), b), float(exact)))
    return off(pairs)


def _kid() -> float:
    from torchmetrics.image.kid import KernelInceptionDistance as Theirs

    pairs = []
    for seed in range(3):
        a, b = sets(seed)
        theirs, _ = _library(Theirs(feature=Eye(), subsets=2, subset_size=350), a[:350], b)
        pairs.append((kernel.kid(a[:350], b, 2, 350).mean, float(theirs)))
    return off(pairs)


def _is() -> float:
    from torchmetrics.image.inception import InceptionScore as Theirs

    pairs = []
    for seed in range(3):
        logits = np.random.default_rng(seed).normal(0, 3, size=(200, 24))
        theirs = Theirs(feature=Eye(), splits=1).set_dtype(torch.float64)
        theirs.update(torch.from_numpy(logits))
        pairs.append((inception.score(logits, 1)[0], float(theirs.compute()[0])))
    return off(pairs)


def _manifold() -> float:
    from scipy.spatial.distance import cdist

    pairs = []
    for seed in range(3):
        real, fake = (one[:90] for one in sets(seed))
        across = cdist(real, fake)
        within = np.sort(cdist(real, real))
        dense = within[:, 5]
        exact = (
            (across <= within[:, 3, None]).any(0).mean(),
            (across <= np.sort(cdist(fake, fake))[None, :, 3]).any(1).mean(),
            (across <= dense[:, None]).sum() / (5 * len(fake)),
            (across.min(1) <= dense).mean(),
        )
        pairs += list(zip(manifold.manifold(real, fake), map(float, exact), strict=True))
    return off(pairs)


def _nearest() -> float:
    from scipy.spatial.distance import cdist

    a, b = sets(4)
    _, far = manifold.nearest(a, b)
    return off(list(zip(far, cdist(a, b).min(1), strict=True)))


def _vendi() -> float:
    pairs = []
    for seed in range(3):
        some = np.random.default_rng(seed).normal(size=(30, 8))
        unit = some / np.linalg.norm(some, axis=1, keepdims=True)
        p = np.linalg.eigvalsh(unit @ unit.T / 30)
        p = p[p > 1e-12]
        pairs.append((vendi.vendi(some), float(np.exp(-(p * np.log(p)).sum()))))
    return off(pairs)


def pictures(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A picture, uint8 (192, 176, 3), and the same with noise."""
    rng = np.random.default_rng(seed)
    a = rng.integers(0, 256, (192, 176, 3), np.uint8)
    return a, np.clip(a + rng.normal(0, 25, a.shape), 0, 255).astype(np.uint8)


def _psnr() -> float:
    from skimage.metrics import peak_signal_noise_ratio

    return off([(pixels.psnr(a, b), float(peak_signal_noise_ratio(a, b))) for a, b in map(pictures, range(3))])


def _ssim() -> float:
    from skimage.metrics import structural_similarity

    as_published = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    rows = map(pictures, range(3))
    return off(
        [
            (pixels.ssim(a, b), float(structural_similarity(a, b, channel_axis=2, data_range=255, **as_published)))
            for a, b in rows
        ]
    )


def _ms_ssim() -> float:
    pairs = []
    for a, b in map(pictures, range(3)):
        x, y = (torch.from_numpy(one).permute(2, 0, 1)[None].double() for one in (a, b))
        pairs.append((pixels.ms_ssim(a, b), by_convolution(x, y)))
    return off(pairs)


def by_convolution(x: torch.Tensor, y: torch.Tensor) -> float:
    """MS-SSIM of (1, 3, H, W) by torch's convolutions, whole windows only as in the paper (torchmetrics counts mirrored
    borders in its last scale, and so differs by some 1e-4)."""
    line = torch.exp(-((torch.arange(11, dtype=torch.float64) - 5) ** 2) / 4.5)
    window = (torch.outer(line, line) / line.sum() ** 2).expand(3, 1, 11, 11)
    found = 1.0
    for scale, weight in enumerate(pixels.WEIGHTS):
        mx, my, xx, yy, xy = (torch.nn.functional.conv2d(o, window, groups=3) for o in (x, y, x * x, y * y, x * y))
        one = (2 * (xy - mx * my) + 58.5225) / (xx - mx**2 + yy - my**2 + 58.5225)
        if scale == 4:
            one = one * (2 * mx * my + 6.5025) / (mx**2 + my**2 + 6.5025)
        found *= float(one.mean()) ** weight
        x, y = (torch.nn.functional.avg_pool2d(part, 2) for part in (x, y))
    return found


def _stft() -> float:
    rng = np.random.default_rng(8)
    real = rng.normal(size=6000)
    made = 0.5 * real + rng.normal(0, 0.1, 6000)
    rows = []
    for size, hop, window in spectra.WINDOWS:
        shape = torch.hann_window(window, dtype=torch.float64)
        a, b = (
            torch.stft(torch.from_numpy(one), size, hop, window, shape, return_complex=True).abs().clamp_min(1e-7)
            for one in (made, real)
        )
        rows.append((float((b - a).norm() / b.norm()), float((a.log() - b.log()).abs().mean())))
    return off(list(zip(spectra.multi_stft(made, real), map(float, np.mean(rows, 0)), strict=True)))


_ROWS: tuple[Told, ...] = (
    ("Frechet distance", "torchmetrics", _fid, 1e-8),
    ("Frechet distance", "closed form by scipy's matrix root", _gaussians, 1e-7),
    ("kernel distance", "torchmetrics (which adds up in single precision)", _kid, 1e-5),
    ("Inception score", "torchmetrics", _is, 1e-6),
    ("precision, recall, density, coverage", "their definition, by scipy's distances", _manifold, 1e-12),
    ("distance to the nearest", "scipy's distances", _nearest, 1e-9),
    ("Vendi score", "its definition, by all eigenvalues", _vendi, 1e-9),
    ("PSNR", "scikit-image", _psnr, 1e-12),
    ("SSIM", "scikit-image", _ssim, 1e-9),
    ("MS-SSIM", "its definition, by torch's convolutions", _ms_ssim, 1e-9),
    ("multi-resolution STFT distance", "torch.stft", _stft, 1e-9),
)
