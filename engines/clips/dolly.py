"""A camera that moves over a picture: on the plane of it, or in space where a depth is guessed."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from engines.contract import Refused

FIELD = 40.0  # degrees from top to bottom
ROUNDS = 8
TURNS = {"mirror": "mirror", "edge": "nearest", "tile": "grid-wrap"}


class Move(Struct, frozen=True):
    """How a camera moves: `zoom` times larger, `pan` in shares of the frame's width and height (the view goes right
    and down), `roll` in degrees (the picture turns clockwise); and in space, about the middle of what is seen:
    `forward` in shares of the distance to it, `orbit` to the right and `rise` upwards in degrees."""

    zoom: float = 1.0
    pan: tuple[float, float] = (0.0, 0.0)
    roll: float = 0.0
    forward: float = 0.0
    orbit: float = 0.0
    rise: float = 0.0

    def less(self, other: Move, share: float) -> Move:
        """This move without a `share` of another one."""
        pan = (self.pan[0] - share * other.pan[0], self.pan[1] - share * other.pan[1])
        deep = (getattr(self, name) - share * getattr(other, name) for name in ("forward", "orbit", "rise"))
        return Move(self.zoom / other.zoom**share, pan, self.roll - share * other.roll, *deep)

    @property
    def still(self) -> bool:
        """Whether it moves nothing."""
        return self == Move()

    @property
    def deep(self) -> bool:
        """Whether it moves in space."""
        return bool(self.forward or self.orbit or self.rise)


def flow(move: Move, depth: np.ndarray) -> np.ndarray:
    """Where in the picture before the move each pixel after it is read: p + flow(p), float32 (H, W, 2) in pixels.

    `depth` (H, W) is the distance of what each pixel shows, 1 in the middle of things. The places are found by going
    the other way again and again until it ends at the pixel.
    """
    height, width = depth.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float64)
    wanted = np.stack([columns - (width - 1) / 2, rows - (height - 1) / 2], -1) / height
    source = wanted.copy()
    for _ in range(ROUNDS if move.deep else 1):
        seen = _depth_at(depth, source) if move.deep else depth
        pace = max(0.05, 1 - move.forward)  # what is seen from nearer moves the more
        source = source + pace * (_before(move, width / height, wanted) - _space(move, source, seen))
    return ((source - wanted) * height).astype(np.float32)


def _before(move: Move, aspect: float, place: np.ndarray) -> np.ndarray:
    """Places (H, W, 2), in shares of the height, before what the move does on the plane."""
    angle = np.radians(-move.roll)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return place @ turn.T / move.zoom + np.array([move.pan[0] * aspect, move.pan[1]])


def _space(move: Move, place: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Where what is seen at places (H, W, 2), so far away, is seen after what the move does in space."""
    if not move.deep:
        return place
    far = 2 * np.tan(np.radians(FIELD) / 2)
    point = np.concatenate([place * far, np.ones_like(place[..., :1])], -1) * depth[..., None]
    point = (point - (0, 0, 1)) @ _turn(move.orbit, move.rise).T + (0, 0, 1 - move.forward)
    return point[..., :2] / np.maximum(point[..., 2:], 0.05) / far


def _turn(orbit: float, rise: float) -> np.ndarray:
    """The world turned as a camera sees it that goes so many degrees to the right and up (x right, y down, z away)."""
    y, x = np.radians(orbit), np.radians(rise)
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(x), -np.sin(x)], [0, np.sin(x), np.cos(x)]])
    return about_x @ about_y


def _depth_at(depth: np.ndarray, place: np.ndarray) -> np.ndarray:
    from scipy import ndimage

    height, width = depth.shape
    where = [place[..., 1] * height + (height - 1) / 2, place[..., 0] * height + (width - 1) / 2]
    return ndimage.map_coordinates(depth, where, order=1, mode="nearest")


def moved(picture: np.ndarray, flow: np.ndarray, border: str) -> np.ndarray:
    """`picture` (H, W, C) float32 read at p + flow(p) by cubic splines; beyond its border as `border` says."""
    from scipy import ndimage

    rows, columns = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]]
    where = [rows + flow[..., 1], columns + flow[..., 0]]
    parts = [
        ndimage.map_coordinates(picture[..., k], where, order=3, mode=TURNS[border]) for k in range(picture.shape[-1])
    ]
    return np.stack(parts, -1).clip(0, 1)


# ---------------------------------------------------------------- how far away things are


def depth_of(pixels: np.ndarray, guess: str, relief: float) -> np.ndarray:
    """A guess at the distances in a picture uint8 (H, W, 3), float64 (H, W): from 1 - relief / 2 to 1 + relief / 2."""
    near = _NEAR[guess](pixels) if guess in _NEAR else None
    if near is None:
        raise Refused("bad-request", f"There is no guess at depth by {guess!r}; there are: {', '.join(_NEAR)}.")
    return 1 + relief * (0.5 - near)


def _flat(pixels: np.ndarray) -> np.ndarray:
    return np.full(pixels.shape[:2], 0.5)


def _balloon(pixels: np.ndarray) -> np.ndarray:
    """As the depth control guesses: the silhouette blown up; what is behind it is flat and far."""
    from scipy import ndimage

    from engines import control
    from engines.contract import Image
    from engines.framing import framed

    height, width = pixels.shape[:2]
    square = control.of("depth", framed(Image(pixels))) / 255
    side = max(height, width)
    whole = ndimage.zoom(square, side / len(square), order=1)
    top, left = (len(whole) - height) // 2, (len(whole) - width) // 2
    return ndimage.gaussian_filter(whole[top : top + height, left : left + width], side / 24)


def _light(pixels: np.ndarray) -> np.ndarray:
    from scipy import ndimage

    grey = pixels[..., :3] @ np.array([0.299, 0.587, 0.114]) / 255
    return ndimage.gaussian_filter(grey, max(grey.shape) / 60)


def _ground(pixels: np.ndarray) -> np.ndarray:
    return np.broadcast_to(np.linspace(0, 1, len(pixels))[:, None], pixels.shape[:2]).copy()


_NEAR = {"flat": _flat, "balloon": _balloon, "light is near": _light, "low is near": _ground}
DEPTHS = tuple(_NEAR)
