"""Colours held: a picture brought back towards the colours of another one, against drift from frame to frame."""

from __future__ import annotations

import warnings

import numpy as np

WIDEST = 3.0  # times that a spread of colours is widened or narrowed at most
SEEN = 127  # alpha above which a pixel counts


def held(pixels: np.ndarray, anchor: np.ndarray, way: str, share: float) -> np.ndarray:
    """uint8 (H, W, 3 or 4), `share` of the way from its own colours to those of `anchor`; alpha stays.

    'lab' matches mean and deviation of each channel of CIELAB (Reinhard et al., "Color Transfer between Images", 2001,
    there in l-alpha-beta), 'histogram' the whole distribution of each channel of RGB.
    """
    seen, wanted = _seen(pixels), _seen(anchor)
    if share <= 0.0 or not len(seen) or not len(wanted):
        return pixels
    colours = pixels[..., :3].reshape(-1, 3)
    matched = _by_lab(colours, seen, wanted) if way == "lab" else _by_histogram(colours, seen, wanted)
    mixed = np.rint((colours + share * (matched - colours)).clip(0, 255)).astype(np.uint8)
    return np.concatenate([mixed.reshape(*pixels.shape[:2], 3), pixels[..., 3:]], -1)


def _seen(pixels: np.ndarray) -> np.ndarray:
    """The colours (N, 3) that are seen of a picture."""
    colours = pixels[..., :3].reshape(-1, 3)
    return colours if pixels.shape[-1] == 3 else colours[pixels[..., 3].ravel() > SEEN]


def _by_lab(colours: np.ndarray, seen: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    from skimage.color import lab2rgb, rgb2lab

    own, other = rgb2lab(seen), rgb2lab(wanted)
    spread = (other.std(0) / np.maximum(own.std(0), 1e-3)).clip(1 / WIDEST, WIDEST)
    with warnings.catch_warnings():  # what lies outside RGB is cut off, as is wanted here
        warnings.simplefilter("ignore", UserWarning)
        return lab2rgb((rgb2lab(colours) - own.mean(0)) * spread + other.mean(0)) * 255


def _by_histogram(colours: np.ndarray, seen: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Each channel by the quantiles of what is seen."""
    places = np.linspace(0, 1, 257)
    found = [np.interp(colours[:, k], *_rising(seen[:, k], wanted[:, k], places)) for k in range(3)]
    return np.stack(found, -1)


def _rising(seen: np.ndarray, wanted: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values of one distribution, rising, and what they are in the other: the middle where several would be."""
    own, other = np.quantile(seen, places), np.quantile(wanted, places)
    values, first, count = np.unique(own, return_index=True, return_counts=True)
    return values, (other[first] + other[first + count - 1]) / 2
