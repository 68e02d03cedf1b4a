"""Small pictures of media, for the filmstrip, the history and the queue: numpy in, QImage out."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPainterPath

from app.ui.theme import Tokens
from engines.contract import Audio, Image, Media, Mesh, Video

_LIGHT = np.array([0.35, 0.65, 0.68], np.float32)
_MOST_FACES = 60_000


def thumb(media: Media, side: int, tokens: Tokens) -> QImage:
    """`media` as a picture that fits a square of `side` pixels, in the colours of the theme."""
    return _DRAW[type(media)](media, max(8, side), tokens)


def load(path: Path, side: int) -> QImage:
    """The picture file at `path`, decoded no larger than `side` pixels; a null image when it cannot be read."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > side:
        reader.setScaledSize(size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def draw(p: QPainter, box: QRectF, image: QImage, ground: str, *, radius: float = 4.0, low: bool = False) -> QRectF:
    """Paint `image` as large as `box` allows, in its middle (or at its bottom when `low`), with round corners over
    the colour `ground`. Returns where it lies."""
    scale = min(box.width() / image.width(), box.height() / image.height())
    wide, high = image.width() * scale, image.height() * scale
    top = box.bottom() - high if low else box.center().y() - high / 2
    place = QRectF(box.center().x() - wide / 2, top, wide, high)
    path = QPainterPath()
    path.addRoundedRect(place, radius, radius)
    p.save()
    p.setClipPath(path, Qt.ClipOperation.IntersectClip)
    p.fillRect(place, QColor(ground))
    p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    p.drawImage(place, image)
    p.restore()
    return place


def picture(pixels: np.ndarray) -> QImage:
    """uint8 (H, W), (H, W, 3) or (H, W, 4) as a QImage that owns its bytes."""
    pixels = np.ascontiguousarray(pixels)
    height, width = int(pixels.shape[0]), int(pixels.shape[1])
    form = {
        2: QImage.Format.Format_Grayscale8,
        3: QImage.Format.Format_RGB888,
        4: QImage.Format.Format_RGBA8888,
    }[2 if pixels.ndim == 2 else int(pixels.shape[2])]
    return QImage(pixels.data, width, height, int(pixels.strides[0]), form).copy()


def pixels(image: QImage) -> np.ndarray:
    """The inverse: uint8 (H, W, 3), or (H, W, 4) where it has an alpha channel."""
    deep, form = (4, QImage.Format.Format_RGBA8888) if image.hasAlphaChannel() else (3, QImage.Format.Format_RGB888)
    plain = image.convertToFormat(form)
    height, width, stride = plain.height(), plain.width(), plain.bytesPerLine()
    lines = np.frombuffer(plain.constBits(), np.uint8, height * stride).reshape(height, stride)
    return lines[:, : width * deep].reshape(height, width, deep).copy()


def _of_pixels(pixels: np.ndarray, side: int) -> QImage:
    """Thinned first (every n-th pixel down to twice the size), then scaled smoothly: cheap for large pictures."""
    stride = max(1, min(pixels.shape[0], pixels.shape[1]) // (2 * side))
    image = picture(pixels[::stride, ::stride])
    if max(image.width(), image.height()) <= side:
        return image
    return image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)


def _of_image(media: Image, side: int, tokens: Tokens) -> QImage:
    return _of_pixels(media.pixels, side)


def _of_video(media: Video, side: int, tokens: Tokens) -> QImage:
    return _of_pixels(media.frames[0], side)


def _of_audio(media: Audio, side: int, tokens: Tokens) -> QImage:
    """A spectrogram above (low notes at the bottom), the waveform below it."""
    samples = np.asarray(media.samples, np.float32)
    mono = samples.reshape(len(samples), -1)[:, 0] if samples.size else np.zeros(1, np.float32)
    back, ink = _rgb(tokens.raised), _rgb(tokens.accent)
    tall = max(6, side * 3 // 4)
    low = max(2, tall * 3 // 10)
    heat = _spectrum(mono, side, tall - low)[..., None]  # (h, w, 1) in [0, 1]
    upper = back + (ink - back) * heat
    lower = np.where(_wave(mono, side, low)[..., None], ink, back)
    return picture(np.concatenate([upper, lower]).astype(np.uint8))


def _spectrum(mono: np.ndarray, columns: int, rows: int) -> np.ndarray:
    """Loudness in [0, 1] over the upper 50 dB, (rows, columns), on a logarithmic frequency axis."""
    window = 512
    padded = mono if len(mono) >= window else np.pad(mono, (0, window - len(mono)))
    starts = np.linspace(0, len(padded) - window, columns).astype(int)
    frames = padded[starts[:, None] + np.arange(window)] * np.hanning(window).astype(np.float32)
    power = np.abs(np.fft.rfft(frames, axis=1)) + 1e-6  # (columns, window/2 + 1)
    bins = np.geomspace(1, window // 2, rows).astype(int)
    loud = max(1.0, float(np.percentile(power, 99.5)))
    decibel = 20 * np.log10(power[:, bins].T / loud)
    return np.clip(1 + decibel[::-1] / 50, 0, 1) ** 1.5


def _wave(mono: np.ndarray, columns: int, rows: int) -> np.ndarray:
    """Which of (rows, columns) pixels lie between the least and the greatest sample of their column."""
    edges = np.linspace(0, len(mono), columns + 1).astype(int)
    starts = np.minimum(edges[:-1], len(mono) - 1)
    top, bottom = np.maximum.reduceat(mono, starts), np.minimum.reduceat(mono, starts)
    middle = (rows - 1) / 2
    high, deep = middle - np.clip(top, -1, 1) * middle, middle - np.clip(bottom, -1, 1) * middle
    row = np.arange(rows)[:, None]
    return (row >= np.floor(high)) & (row <= np.ceil(deep))


def _of_mesh(media: Mesh, side: int, tokens: Tokens) -> QImage:
    """A shaded view from the front, a little to the right and above: every face splatted into a depth buffer."""
    image = np.zeros((side, side, 4), np.uint8)
    faces = media.faces[:: max(1, len(media.faces) // _MOST_FACES)]
    if len(faces):
        points, normals, colours = _splats(media, faces, side, _rgb(tokens.accent))
        cell = points[:, 1].astype(int) * side + points[:, 0].astype(int)
        order = np.argsort(points[:, 2], kind="stable")  # far first, so that near ones are written last
        light = 0.3 + 0.7 * np.abs(normals @ _LIGHT)
        shaded = np.clip(colours * light[:, None], 0, 255)
        flat = image.reshape(-1, 4)
        flat[cell[order], :3] = shaded[order]
        flat[cell[order], 3] = 255
        depth = np.full(side * side, -np.inf, np.float32)
        depth[cell[order]] = points[order, 2]
        image = _mended(image, depth.reshape(side, side), gap=0.06 * side)
    return picture(image)


def _mended(image: np.ndarray, depth: np.ndarray, gap: float) -> np.ndarray:
    """Pixels that the near side left open, so that the far side shows: they take the colour of a near neighbour."""
    shifts = ((0, 1), (0, -1), (1, 0), (-1, 0))
    depths = np.stack([np.roll(depth, shift, (0, 1)) for shift in shifts])  # (4, H, W)
    holes = (depths > depth + gap).sum(axis=0) >= 3
    colours = np.stack([np.roll(image, shift, (0, 1)) for shift in shifts])  # (4, H, W, 4)
    nearest = np.take_along_axis(colours, depths.argmax(axis=0)[None, ..., None], axis=0)[0]
    return np.where(holes[..., None], nearest, image)


def _splats(media: Mesh, faces: np.ndarray, side: int, ink: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points on the faces in pixels and depth (N, 3), their unit normals (N, 3) and colours (N, 3)."""
    turn = _turn(0.6, 0.45)
    vertices = np.nan_to_num(np.asarray(media.vertices, np.float32)) @ turn.T
    centre = (vertices.max(axis=0) + vertices.min(axis=0)) / 2
    radius = float(np.abs(vertices - centre)[:, :2].max()) or 1.0
    seen = (vertices - centre) / radius * (side * 0.46)
    seen = seen * np.array([1, -1, 1], np.float32) + np.array([side / 2, side / 2, 0], np.float32)
    a, b, c = (seen[faces[:, i]] for i in range(3))
    cross = np.cross((b - a) * [1, -1, 1], (c - a) * [1, -1, 1])
    normals = cross / np.maximum(np.linalg.norm(cross, axis=1, keepdims=True), 1e-9)
    area = np.abs(cross[:, 2]) / 2  # of the face as seen, in pixels
    count = np.clip(np.ceil(area * 4), 1, 8192)
    count = np.maximum(1, count * min(1.0, 3 * side * side / count.sum())).astype(int)
    face = np.repeat(np.arange(len(faces)), count)
    u, v = _inside(len(face))
    points = a[face] + (b - a)[face] * u[:, None] + (c - a)[face] * v[:, None]
    points[:, :2] = np.clip(points[:, :2], 0, side - 1)
    plain = np.broadcast_to(ink, (len(faces), 3))
    colours = plain if media.colors is None else media.colors[faces[:, 0], :3].astype(np.float32)
    return points, normals[face], colours[face]


def _inside(count: int) -> tuple[np.ndarray, np.ndarray]:
    """`count` well spread places in a triangle: the R2 sequence, folded over the diagonal."""
    n = np.arange(1, count + 1)
    u, v = (n * 0.7548776662) % 1, (n * 0.5698402910) % 1
    over = u + v > 1
    return np.where(over, 1 - u, u).astype(np.float32), np.where(over, 1 - v, v).astype(np.float32)


def _turn(yaw: float, pitch: float) -> np.ndarray:
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    about_y = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    return (about_x @ about_y).astype(np.float32)


def _rgb(name: str) -> np.ndarray:
    colour = QColor(name)
    return np.array([colour.red(), colour.green(), colour.blue()], np.float32)


_DRAW: dict[type, Callable[..., QImage]] = {Image: _of_image, Audio: _of_audio, Video: _of_video, Mesh: _of_mesh}
