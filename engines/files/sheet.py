"""Sprite sheets: frames on one exact grid, and the JSON that tells where each of them lies."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct

from engines.contract import Image, Refused

PIXELS = 2**27  # the most a sheet may have
MS = 100  # a frame of pictures that are no clip


class Grid(Struct, frozen=True):
    """`count` cells of `width` x `height` pixels, row by row, with `gap` pixels between (none at the border)."""

    columns: int
    rows: int
    width: int
    height: int
    count: int
    gap: int = 0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the whole sheet."""
        across = self.columns * (self.width + self.gap) - self.gap
        return across, self.rows * (self.height + self.gap) - self.gap

    def corner(self, n: int) -> tuple[int, int]:
        """(x, y) of the upper left pixel of cell `n`."""
        row, column = divmod(n, self.columns)
        return column * (self.width + self.gap), row * (self.height + self.gap)


def grid(frames: Sequence[np.ndarray], columns: int = 0, gap: int = 0) -> Grid:
    """The grid for uint8 frames (H, W[, C]); its cells are as large as the largest. `columns` 0: as square as can be.

    Raises Refused('bad-request') for no frames, or a sheet too large to be opened again.
    """
    if not len(frames):
        raise Refused("bad-request", "There are no pictures for a sprite sheet.")
    if columns < 0 or gap < 0:
        raise Refused("bad-request", "A sprite sheet needs at least one column and no negative gap.")
    height, width = max(f.shape[0] for f in frames), max(f.shape[1] for f in frames)
    count = len(frames)
    columns = min(columns, count) or max(1, round(float(np.sqrt(count * height / width))))
    made = Grid(columns, -(-count // columns), width, height, count, gap)
    across, down = made.size
    if across * down > PIXELS:
        raise Refused(
            "bad-request", f"The sheet would be {across} x {down} pixels, which is too large; take fewer frames."
        )
    return made


def laid(frames: Sequence[np.ndarray], cells: Grid) -> Image:
    """The frames in their cells, smaller ones in the middle, RGBA; pixel for pixel, empty cells transparent."""
    across, down = cells.size
    sheet = np.zeros((down, across, 4), np.uint8)
    for n, frame in enumerate(frames):
        x, y = cells.corner(n)
        pixels = _clear(frame)
        x, y = x + (cells.width - pixels.shape[1]) // 2, y + (cells.height - pixels.shape[0]) // 2
        sheet[y : y + pixels.shape[0], x : x + pixels.shape[1]] = pixels
    return Image(sheet)


def cut(sheet: Image, cells: Grid) -> list[np.ndarray]:
    """The cells of a sheet again, each (height, width, 4)."""
    places = [cells.corner(n) for n in range(cells.count)]
    return [sheet.pixels[y : y + cells.height, x : x + cells.width] for x, y in places]


def described(cells: Grid, image: str, fps: float | None) -> bytes:
    """The grid as JSON in the form game engines read (Aseprite's array of frames), and once more as plain numbers."""
    stem, ms = Path(image).stem, MS if fps is None else round(1000 / fps)
    frames = []
    for n in range(cells.count):
        x, y = cells.corner(n)
        frame = {"x": x, "y": y, "w": cells.width, "h": cells.height}
        frames.append({"filename": f"{stem} {n}", "frame": frame, "rotated": False, "trimmed": False, "duration": ms})
    across, down = cells.size
    numbers = {"columns": cells.columns, "rows": cells.rows, "count": cells.count, "gap": cells.gap}
    meta = {
        "app": "Darkroom",
        "image": image,
        "format": "RGBA8888",
        "size": {"w": across, "h": down},
        "scale": "1",
        "grid": numbers | {"cell": {"w": cells.width, "h": cells.height}},
    }
    return json.dumps({"frames": frames, "meta": meta}, indent=1).encode()


def _clear(frame: np.ndarray) -> np.ndarray:
    """(H, W, 4), whatever the frame's channels."""
    if frame.ndim == 2:
        frame = np.repeat(frame[..., None], 3, axis=2)
    if frame.shape[2] == 4:
        return frame
    return np.concatenate([frame, np.full((*frame.shape[:2], 1), 255, np.uint8)], axis=2)
