"""How alike two pictures are, pixel by pixel: PSNR, SSIM, MS-SSIM.

Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004 (11x11 Gaussian of sigma
1.5, K1 0.01, K2 0.03); Wang et al., "Multi-scale Structural Similarity", 2003. Known biases: a shift by a pixel counts
for more than a blur; neither knows what is seen.
"""

from __future__ import annotations

import numpy as np

SIGMA, WINDOW = 1.5, 11
WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # of the five scales
K1, K2, RANGE = 0.01, 0.03, 255.0


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    """In dB, of two uint8 pictures of one shape; infinite where they are the same."""
    error = np.mean((_same(a, b)[0] - b.astype(np.float64)) ** 2)
    return float("inf") if error == 0 else float(10 * np.log10(RANGE**2 / error))


def ssim(a: np.ndarray, b: np.ndarray) -> float:
    """From -1 to 1, the mean over channels and the places where the whole window fits. ValueError below 11 pixels."""
    return float(_structure(*_same(a, b))[0].mean())


def ms_ssim(a: np.ndarray, b: np.ndarray) -> float:
    """The same over five scales, each half the one before. ValueError below 161 pixels a side (the paper's window)."""
    x, y = _same(a, b)
    if min(x.shape[:2]) <= (WINDOW - 1) * 2 ** (len(WEIGHTS) - 1):
        raise ValueError("MS-SSIM needs pictures of 161 pixels or more a side")
    found = 1.0
    for scale, weight in enumerate(WEIGHTS):
        whole, contrast = _structure(x, y)
        one = whole if scale == len(WEIGHTS) - 1 else contrast
        found *= max(float(one.mean()), 0.0) ** weight
        x, y = (_halved(part) for part in (x, y))
    return found


def _same(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both as float64 (H, W, C). ValueError where their shapes differ."""
    if a.shape != b.shape:
        raise ValueError(f"pictures of different shapes cannot be compared: {a.shape} and {b.shape}")
    x, y = (np.atleast_3d(one).astype(np.float64) for one in (a, b))
    return x, y


def _structure(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """SSIM and its contrast-structure part at every place of the window, (H - 10, W - 10, C) each."""
    if min(x.shape[:2]) < WINDOW:
        raise ValueError("SSIM needs pictures of 11 pixels or more a side")
    c1, c2 = (K1 * RANGE) ** 2, (K2 * RANGE) ** 2
    mx, my = _blurred(x), _blurred(y)
    xx, yy, xy = _blurred(x * x) - mx * mx, _blurred(y * y) - my * my, _blurred(x * y) - mx * my
    contrast = (2 * xy + c2) / (xx + yy + c2)
    return contrast * (2 * mx * my + c1) / (mx * mx + my * my + c1), contrast


def _blurred(x: np.ndarray) -> np.ndarray:
    from scipy.ndimage import correlate1d

    at = np.arange(WINDOW) - WINDOW // 2
    window = np.exp(-(at**2) / (2 * SIGMA**2))
    window /= window.sum()
    edge = WINDOW // 2
    both = correlate1d(correlate1d(x, window, axis=0), window, axis=1)
    return both[edge:-edge, edge:-edge]


def _halved(x: np.ndarray) -> np.ndarray:
    """Means of 2x2 pixels; an odd last row or column is left out."""
    height, width = x.shape[0] // 2 * 2, x.shape[1] // 2 * 2
    x = x[:height, :width]
    return (x[::2, ::2] + x[1::2, ::2] + x[::2, 1::2] + x[1::2, 1::2]) / 4
