"""How steady a clip is: temporal consistency of features, and flicker.

Consistency as in Blattmann et al., "Align your Latents", 2023, and Esser et al., "Structure and Content-Guided Video
Synthesis", 2023: the mean cosine of neighbouring frames' features. Known bias: a clip that stands still is perfect.
"""

from __future__ import annotations

import numpy as np


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
