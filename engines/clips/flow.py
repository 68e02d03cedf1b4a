"""Optical flow between two pictures, and the pictures between them.

Pictures here are float32 (H, W, C) in [0, 1], colours times alpha where they have alpha; flow is float32 (H, W, 2), x
and y in pixels: what lies at p in the one lies at p + flow(p) in the other.
"""

from __future__ import annotations

import numpy as np

SIDE = 128  # of the longer side, at which flow is looked for
SHARE = 0.9  # of the frame: a shift must leave as much of the difference to be believed
TOLERATED = 1.5  # pixels that there and back may end from where they began
ALIKE = 0.15  # a difference of colours that still counts as the same thing
WIDTHS = (24.0, 10.0, 4.0, 0.0)  # pixels around, of which flow is taken where little is known of it
DOUBT = 0.1  # what is known as much as that counts for half
KINDRED = 0.8  # of two pictures of the same thing so much of the flow can be trusted


class Morph:
    """The pictures between `a` and `b`. `guess` is the flow from a to b where something is known of it, as of a camera.

    After Baker et al., "A Database and Evaluation Methodology for Optical Flow", 2011, section 3.3.2: the flow is
    carried along itself to the moment wanted, what nothing was carried to takes the nearest, both pictures are read
    backwards along it, and each counts by how well its own flow and the other's agree there.
    """

    def __init__(self, a: np.ndarray, b: np.ndarray, guess: np.ndarray | None = None) -> None:
        self.a, self.b = a, b
        first = _shifted(a, b) if guess is None else guess
        self.there, self.back = _flow(a, b, first), _flow(b, a, backwards(first))
        self.of_a, self.of_b = _faith(self.there, self.back), _faith(self.back, self.there)
        self.sure_a = self.of_a * _likeness(a, b, self.there)
        self.sure_b = self.of_b * _likeness(b, a, self.back)
        self.strange = max(0.0, KINDRED - float(self.sure_a.mean() + self.sure_b.mean()) / 2) / KINDRED

    def at(self, share: float) -> np.ndarray:
        """The picture at `share` of the way; what is hidden in one of the two is taken from the other."""
        if share <= 0.0 or share >= 1.0:
            return self.a if share <= 0.0 else self.b
        way = self._way(share)
        total, weights = np.zeros_like(self.a), np.zeros((*self.a.shape[:2], 1), np.float32)
        for picture, seen, part, to in ((self.a, self.of_a, 1 - share, -share), (self.b, self.of_b, share, 1 - share)):
            weight = part * (0.02 + 4 * self.strange + read(seen[..., None], to * way))
            total, weights = total + weight * read(picture, to * way), weights + weight
        return total / weights

    def _way(self, share: float) -> np.ndarray:
        """The flow from a to b, where things are at `share` of the way."""
        from_a = _carried(share * self.there, self.there, self.sure_a)
        from_b = _carried((1 - share) * self.back, -self.back, self.sure_b)
        return _spread(from_a + from_b, DOUBT + 2 * self.strange**4)


def read(picture: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """`picture` read at p + flow(p), bilinearly; beyond the border its edge goes on."""
    height, width = picture.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = np.clip(columns + flow[..., 0], 0, width - 1), np.clip(rows + flow[..., 1], 0, height - 1)
    x0, y0 = np.minimum(x.astype(np.int32), max(width - 2, 0)), np.minimum(y.astype(np.int32), max(height - 2, 0))
    x1, y1 = np.minimum(x0 + 1, width - 1), np.minimum(y0 + 1, height - 1)
    u, v = (x - x0)[..., None], (y - y0)[..., None]
    upper = picture[y0, x0] * (1 - u) + picture[y0, x1] * u
    return (upper * (1 - v) + (picture[y1, x0] * (1 - u) + picture[y1, x1] * u) * v).astype(np.float32)


def backwards(flow: np.ndarray, rounds: int = 6) -> np.ndarray:
    """The flow from the second picture to the first, of a smooth one from the first to the second."""
    found = -flow
    for _ in range(rounds):
        found = -read(flow, found)
    return found


# ---------------------------------------------------------------- looking for it


def _flow(a: np.ndarray, b: np.ndarray, guess: np.ndarray) -> np.ndarray:
    """From `a` to `b`, near `guess`: TV-L1 (Zach, Pock and Bischof, 2007) in the colour that tells most."""
    from skimage.registration import optical_flow_tvl1

    height, width = a.shape[:2]
    factor = min(1.0, SIDE / max(height, width))
    small = (max(8, round(height * factor)), max(8, round(width * factor)))
    scale = np.array([small[1] / width, small[0] / height], np.float32)
    near = _sized(guess, small) * scale
    one, other = _telling(_sized(a, small), read(_sized(b, small), near))
    rows, columns = optical_flow_tvl1(one, other, attachment=10)
    rest = np.stack([columns, rows], -1).astype(np.float32)
    found = rest + read(near, rest)
    return _sized(found, (height, width)) / scale


def _telling(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both pictures in one channel: the direction of colours in which they vary most, in [0, 1]."""
    colours = np.concatenate([a.reshape(-1, a.shape[-1]), b.reshape(-1, b.shape[-1])]).astype(np.float64)
    mean = colours.mean(0)
    _, axes = np.linalg.eigh((colours - mean).T @ (colours - mean))
    grey = (colours - mean) @ axes[:, -1]
    grey = (grey - grey.min()) / max(float(np.ptp(grey)), 1e-6)
    one, other = grey.reshape(2, *a.shape[:2]).astype(np.float32)
    return one, other


def _shifted(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The same shift everywhere: what phase correlation (Kuglin and Hines, 1975) finds, if it helps, or none."""
    from skimage.registration import phase_cross_correlation

    none = np.zeros((*a.shape[:2], 2), np.float32)
    one, other = _telling(a, b)
    shift, _, _ = phase_cross_correlation(other, one, normalization=None)
    moved = none + np.array([shift[1], shift[0]], np.float32)
    better = np.abs(read(b, moved) - a).mean() < SHARE * np.abs(b - a).mean()
    return moved if better else none


def _sized(field: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(H, W, C) at another (height, width); the values stay."""
    from skimage.transform import resize

    if field.shape[:2] == size:
        return field.astype(np.float32)
    smaller = size[0] < field.shape[0]
    return resize(field, size, order=1, mode="edge", anti_aliasing=smaller, preserve_range=True).astype(np.float32)


# ---------------------------------------------------------------- carrying it along


def _faith(flow: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How far (0 to 1) there and back ends where it began: 0 for what the other picture does not show."""
    away = np.linalg.norm(flow + read(other, flow), axis=-1)
    limit = TOLERATED + 0.05 * np.linalg.norm(flow, axis=-1)
    return np.exp(-np.square(away / limit)).astype(np.float32)


def _likeness(a: np.ndarray, b: np.ndarray, flow: np.ndarray) -> np.ndarray:
    return np.exp(-np.square(np.abs(a - read(b, flow)).max(-1) / ALIKE)).astype(np.float32) + 1e-3


def _carried(flow: np.ndarray, velocity: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """`velocity` times `weight`, and the weight, of every pixel, carried along `flow`: (H, W, 3), bilinearly."""
    height, width = flow.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width]
    x, y = columns + flow[..., 0], rows + flow[..., 1]
    x0, y0 = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    values = np.concatenate([velocity * weight[..., None], weight[..., None]], -1)
    total = np.zeros((height * width, 3))
    for down in (0, 1):
        for right in (0, 1):
            part = (1 - np.abs(x - x0 - right)) * (1 - np.abs(y - y0 - down))
            inside = (x0 + right >= 0) & (x0 + right < width) & (y0 + down >= 0) & (y0 + down < height)
            place = ((y0 + down) * width + x0 + right)[inside]
            for k in range(3):
                total[:, k] += np.bincount(place, (values[..., k] * part)[inside], height * width)
    return total.reshape(height, width, 3).astype(np.float32)


def _spread(both: np.ndarray, doubt: float) -> np.ndarray:
    """Sums over their weights, both of them (H, W, 3), as flow (H, W, 2).

    What little is known of, or nothing, takes more and more of what is around it (normalised convolution: Knutsson and
    Westin, 1993), the more the greater the `doubt`: no tear is seen where pictures have nothing in common.
    """
    from scipy import ndimage

    found = np.broadcast_to(_mean(both.sum((0, 1))), (*both.shape[:2], 2))
    for sigma in WIDTHS:
        near = ndimage.gaussian_filter(both, (sigma, sigma, 0), mode="nearest") if sigma else both
        known = near[..., 2:] / (near[..., 2:] + doubt)
        found = known * _mean(near) + (1 - known) * found
    return found


def _mean(both: np.ndarray) -> np.ndarray:
    return both[..., :2] / np.maximum(both[..., 2:], 1e-12)
