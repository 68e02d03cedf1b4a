"""Take a picture off its background, by a rule that can be said in a sentence.

A picture with transparency is as it is. One whose border is of one colour (nine tenths of it within `NEAR`) loses what
is of that colour and joined to the border; at the edge, colours are parted as c = a f + (1 - a) b. Any other picture
stays whole and moves like a card.
"""

from __future__ import annotations

import numpy as np

NEAR = 22  # of 255: how far the colours of a plain background stray
EDGE = 2  # pixels at the edge of a thing that may be mixed with the background


def cut_out(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """RGBA uint8 (H, W, 4), straight alpha, of a picture uint8 (H, W), (H, W, 3) or (H, W, 4), and the background's
    colour (3,) where one was taken off."""
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, -1)
    if pixels.shape[-1] == 4 and (pixels[..., 3] < 250).any():
        return np.ascontiguousarray(pixels), None
    colour = np.ascontiguousarray(pixels[..., :3])
    whole = np.dstack([colour, np.full(colour.shape[:2], 255, np.uint8)])
    border = np.concatenate([colour[0], colour[-1], colour[:, 0], colour[:, -1]]).astype(np.int16)
    ground = np.median(border, axis=0).astype(np.int16)
    if (np.abs(border - ground).max(-1) <= NEAR).mean() < 0.9:
        return whole, None
    far = np.abs(colour.astype(np.int16) - ground).max(-1)
    behind = _joined_to_border(far <= NEAR)
    if behind.mean() > 0.995:  # nothing would be left
        return whole, None
    return _parted(colour, far, behind, ground), ground.astype(np.uint8)


def _joined_to_border(plain: np.ndarray) -> np.ndarray:
    from skimage.measure import label

    areas = label(np.pad(plain, 1, constant_values=True), connectivity=1)
    return (areas == areas[0, 0])[1:-1, 1:-1]


def _parted(colour: np.ndarray, far: np.ndarray, behind: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """RGBA: nothing `behind`, all of the thing, and at its edge the share by which it differs from the background."""
    from skimage.morphology import dilation

    near = dilation(behind.astype(np.uint8), np.ones((2 * EDGE + 1,) * 2, np.uint8)) > 0
    edge = near & ~behind
    most = dilation(np.where(behind, 0, far).astype(np.int16), np.ones((2 * EDGE + 3,) * 2, np.uint8))
    alpha = np.where(behind, 0.0, np.where(edge, np.clip(far / np.maximum(most, 1), 0.05, 1), 1.0))[..., None]
    own = (colour - (1 - alpha) * ground) / np.maximum(alpha, 1e-3)
    return np.rint(np.concatenate([np.clip(own, 0, 255), alpha * 255], -1)).astype(np.uint8)
