"""How steady a clip is: temporal consistency of features, and flicker; and a clip as one row of features.

Consistency as in Blattmann et al., "Align your Latents", 2023, and Esser et al., "Structure and Content-Guided Video
Synthesis", 2023: the mean cosine of neighbouring frames' features. Known bias: a clip that stands still is perfect.
"""

from __future__ import annotations

import numpy as np

FRAMES = 16  # of a clip that a summary is made of, evenly spread


def consistency(features: np.ndarray, loop: bool = False) -> float:
    """The mean cosine of each frame's features (T, D) with the next one's; `loop` counts the last with the first."""
    if len(features) < 2:
        raise ValueError("consistency needs two frames or more")
    x = np.asarray(features, np.float64)
    x = x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)
    steps = (x[:-1] * x[1:]).sum(1)
    return float(np.append(steps, x[-1] @ x[0]).mean() if loop else steps.mean())


def flicker(frames: np.ndarray) -> float:
    """How much brightness jumps to and fro, in levels of 255: the mean absolute second difference of the frames'
    mean brightness. uint8 (T, H, W, C); 0 for a clip that fades evenly."""
    if len(frames) < 3:
        raise ValueError("flicker needs three frames or more")
    light = frames[..., :3].reshape(len(frames), -1).mean(1, dtype=np.float64)
    return float(np.abs(np.diff(light, 2)).mean())


def summary(features: np.ndarray) -> np.ndarray:
    """A clip as one row (2 D,) of the features (T, D) of its frames: their mean, and how far each goes to the next.

    What a Frechet video distance (Unterthiner et al., "Towards Accurate Generative Models of Video", 2018) is taken on
    here in place of I3D's features: it sees what is shown and how much changes, not in which order. One frame stands
    still.
    """
    x = np.asarray(features, np.float64)
    steps = np.sqrt((np.diff(x, axis=0) ** 2).mean(0)) if len(x) > 1 else np.zeros(x.shape[1])
    return np.concatenate([x.mean(0), steps]).astype(np.float32)
