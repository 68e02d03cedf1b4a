"""A picture at every half size, so that a large one is painted quickly at any zoom."""

import numpy as np
from msgspec import Struct
from PIL import Image as Pillow
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from app.ui.thumbs import picture

SMALLEST = 48  # pixels on the shorter side of the last level
DIRECT = 1_500_000  # pixels up to which the whole pyramid is built at once
ENLARGE = 192  # pixels on the longer side up to which an enlarged level is kept


class Pyramid(Struct, frozen=True, eq=False):
    """Levels from fine to coarse: (picture pixels per level pixel, level). An enlarged level has a factor below 1."""

    levels: tuple[tuple[float, QImage], ...]
    alpha: bool

    def at(self, scale: float) -> tuple[float, QImage]:
        """The coarsest level that still has a pixel for every device pixel at `scale` device pixels a pixel."""
        fitting = [level for level in self.levels if level[0] * scale <= 1.0]
        return fitting[-1] if fitting else self.levels[0]

    def exact(self) -> tuple[float, QImage]:
        """The level of the picture's own pixels (or the finest there is)."""
        return next((level for level in self.levels if level[0] >= 1.0), self.levels[0])


def build(pixels: np.ndarray) -> Pyramid:
    """The whole pyramid of uint8 (H, W[, 3 or 4]). Needs no GUI thread."""
    base, alpha = _ready(pixels), pixels.ndim == 3 and pixels.shape[2] == 4
    levels: list[tuple[float, QImage]] = [(1.0, base)]
    if max(base.width(), base.height()) <= ENLARGE:
        levels.insert(0, (0.25, _ready(_enlarged(pixels, 4))))
    image, factor = base, 1.0
    while min(image.width(), image.height()) >= 2 * SMALLEST:
        half = QSize(max(1, image.width() // 2), max(1, image.height() // 2))
        image, factor = image.scaled(half, Qt.AspectRatioMode.IgnoreAspectRatio, _SMOOTH), factor * 2
        levels.append((factor, image))
    return Pyramid(tuple(levels), alpha)


def quick(pixels: np.ndarray) -> Pyramid:
    """One level of every n-th pixel: what a very large picture shows until its pyramid is built."""
    stride = max(1, int(np.ceil(np.sqrt(pixels.shape[0] * pixels.shape[1] / DIRECT))))
    return Pyramid(((float(stride), _ready(pixels[::stride, ::stride])),), pixels.ndim == 3 and pixels.shape[2] == 4)


def single(pixels: np.ndarray) -> Pyramid:
    """The picture alone, for the frames of a clip that follow each other too fast for more."""
    return Pyramid(((1.0, _ready(pixels)),), pixels.ndim == 3 and pixels.shape[2] == 4)


def _enlarged(pixels: np.ndarray, times: int) -> np.ndarray:
    """Bicubic, because bilinear enlargement of a small preview shows its grid."""
    small = Pillow.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(small.resize((small.width * times, small.height * times), Pillow.Resampling.BICUBIC))


def _ready(pixels: np.ndarray) -> QImage:
    """In the format that Qt paints fastest."""
    image = picture(pixels)
    alpha = image.hasAlphaChannel()
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied if alpha else QImage.Format.Format_RGB32)


_SMOOTH = Qt.TransformationMode.SmoothTransformation
