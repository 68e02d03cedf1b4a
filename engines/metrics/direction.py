"""Directional CLIP-score: whether an edit changed a picture in the direction in which its words changed.

Gal et al., "StyleGAN-NADA: CLIP-Guided Domain Adaptation of Image Generators", 2022, equation 1, as a score (Brooks et
al., "InstructPix2Pix", 2023): the cosine of E(made) - E(start) and T(new words) - T(old words). Known biases: it does
not look at how much of the picture was kept, and says nothing where the words did not change.
"""

from __future__ import annotations

import numpy as np


def directions(made: np.ndarray, start: np.ndarray, new: np.ndarray, old: np.ndarray) -> np.ndarray:
    """The score of every edit, -1 to 1, of arrows (N, D) each. ValueError where no words changed; nan for single ones
    whose words, 0 for those whose picture, did not."""
    shown, said = made - start, new - old
    length, told = (np.linalg.norm(one, axis=1) for one in (shown, said))
    if not (told > 1e-9).any():
        raise ValueError("the words of no picture differ from those of what it was made from")
    cosine = (shown * said).sum(1) / np.maximum(length, 1e-12) / np.where(told > 1e-9, told, np.nan)
    return np.asarray(cosine)
