"""Onion skin: the frames before and after, ghosted over the one that is shown. numpy only."""

import numpy as np

BEFORE = np.array([255, 96, 64], np.float32)  # warm: what was
AFTER = np.array([64, 150, 255], np.float32)  # cool: what comes
TINT = 0.55
STRONGEST = 0.6  # of the nearest ghost
COVERED = 0.75  # how much of a ghost the frame's own drawing hides
DIFFERS = 24.0  # of 255 from the ground at which a pixel counts as drawn
MOST = 15  # frames looked at for the ground


def ground(frames: np.ndarray) -> np.ndarray:
    """What stands still in uint8 (T, H, W, C): each pixel's median over the clip, float32 (H, W, C)."""
    return np.median(frames[:: max(1, len(frames) // MOST)], axis=0).astype(np.float32)


def ghosted(frames: np.ndarray, frame: int, count: int, *, still: np.ndarray, around: bool = False) -> np.ndarray:
    """Frame `frame` of uint8 (T, H, W, 3 or 4) with `count` frames before and after it, fainter the farther.

    A ghost shows what was drawn on the ground `still`, so that an opaque ground hides nothing. `around`: the clip
    repeats, so before the first frame comes the last.
    """
    shown = frames[frame].astype(np.float32)
    result, free = shown.copy(), 1 - COVERED * _drawn(shown, still)
    for away in range(count, 0, -1):
        for step, tint in ((-away, BEFORE), (away, AFTER)):
            place = (frame + step) % len(frames) if around else frame + step
            if 0 <= place < len(frames) and place != frame:
                ghost = frames[place].astype(np.float32)
                share = _drawn(ghost, still) * free * (STRONGEST / away)
                colour = ghost[..., :3] * (1 - TINT) + tint * TINT
                result[..., :3] += (colour - result[..., :3]) * share
                if result.shape[2] == 4:
                    result[..., 3:] = np.maximum(result[..., 3:], share * 255)
    return np.clip(np.rint(result), 0, 255).astype(np.uint8)


def _drawn(pixels: np.ndarray, still: np.ndarray) -> np.ndarray:
    """(H, W, 1): how much of a pixel is drawn on the ground, 0 to 1; with transparency what is opaque counts."""
    if pixels.shape[2] == 4:
        return pixels[..., 3:] / 255
    return np.clip(np.abs(pixels - still).max(axis=2, keepdims=True) / DIFFERS, 0, 1)
