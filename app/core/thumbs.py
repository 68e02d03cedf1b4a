"""Small pictures of all four media, made once and kept: a picture scaled, a clip's middle frame, a sound's waveform,
a mesh seen from in front and above."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engines.contract import Audio, Image, Media, Mesh, Refused, Video
from engines.files import atomic, media

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

SIDE = 256
INK = (150, 160, 175)
FACES = 30_000  # of a mesh that are drawn
KEPT = 20_000  # thumbnails


def thumbnail(path: Path, folder: Path) -> Path:
    """A WebP of at most 256 pixels a side of the file at `path`, kept in `folder` by path, size and time for the
    next time. Refused with one sentence when the file cannot be read."""
    try:
        state = path.stat()
    except OSError as error:
        raise Refused("missing", f"{path.name} is no longer in {path.parent}.") from error
    key = f"{path}\0{state.st_size}\0{state.st_mtime_ns}".encode("utf-8", "surrogateescape")
    place = folder / f"{hashlib.sha256(key).hexdigest()[:32]}.webp"
    if place.exists():
        return place
    small = picture(media.read(path))
    try:
        return atomic.write(place, lambda file: small.save(file, "WEBP", quality=85, method=2))
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, place).sentence) from error


def tidy_thumbs(folder: Path, kept: int = KEPT) -> int:
    """Remove the oldest thumbnails beyond `kept`; how many."""
    found = sorted(folder.glob("*.webp"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[kept:]:
        path.unlink(missing_ok=True)
    return max(0, len(found) - kept)


def picture(shown: Media, side: int = SIDE) -> "Picture":
    """`shown` as a Pillow image of at most `side` pixels a side."""
    match shown:
        case Image(pixels=pixels):
            return _scaled(pixels, side)
        case Video(frames=frames):
            return _scaled(frames[len(frames) // 2], side)
        case Audio(samples=samples):
            return _waveform(samples, side)
        case Mesh():
            return _seen(shown, side)


def _scaled(pixels: np.ndarray, side: int) -> "Picture":
    """Pixels (H, W), (H, W, 3) or (H, W, 4), made smaller where they are larger."""
    from PIL import Image as Pictures

    whole = Pictures.fromarray(np.ascontiguousarray(pixels))
    whole = whole if whole.mode in ("RGB", "RGBA") else whole.convert("RGB")
    whole.thumbnail((side, side), Pictures.Resampling.LANCZOS)
    return whole


def _waveform(samples: np.ndarray, side: int) -> "Picture":
    """Samples (N, channels) as one column of lowest to highest a pixel, on a clear ground."""
    from PIL import Image as Pictures
    from PIL import ImageDraw

    canvas = Pictures.new("RGBA", (side, side // 2))
    draw, middle = ImageDraw.Draw(canvas), side // 4
    mono = samples.mean(axis=1) if len(samples) else np.zeros(1, np.float32)
    loudest = max(float(np.abs(mono).max()), 1e-6)
    for x, part in enumerate(np.array_split(mono, side)):
        low, high = (float(part.min()), float(part.max())) if len(part) else (0.0, 0.0)
        reach = 0.92 * middle / loudest
        draw.line((x, middle - high * reach, x, middle - low * reach), fill=(*INK, 255))
    return canvas


def _seen(mesh: Mesh, side: int) -> "Picture":
    """The mesh turned a little, lit from the viewer's left, its faces painted from far to near."""
    from PIL import Image as Pictures
    from PIL import ImageDraw

    canvas = Pictures.new("RGBA", (2 * side, 2 * side))
    if not len(mesh.vertices) or not len(mesh.faces):
        return canvas.resize((side, side))
    points = _turned(mesh.vertices)
    faces = mesh.faces[:: max(1, -(-len(mesh.faces) // FACES))]
    corners = points[faces]  # (F, 3, 3)
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    light = 0.35 + 0.65 * np.abs(normals @ np.array([-0.4, 0.55, 0.73]))  # (F,)
    if mesh.colors is None:
        tint = np.broadcast_to(np.array(INK, np.float32), (len(faces), 3))
    else:
        tint = mesh.colors[faces][..., :3].mean(axis=1)
    shade = np.clip(tint * light[:, None], 0, 255).astype(np.uint8)
    flat = corners[..., :2] * np.array([1.0, -1.0]) * 0.9 * side + side
    draw = ImageDraw.Draw(canvas)
    for n in np.argsort(corners[..., 2].mean(axis=1)):
        draw.polygon([(float(x), float(y)) for x, y in flat[n]], fill=(*(int(c) for c in shade[n]), 255))
    return canvas.resize((side, side), Pictures.Resampling.LANCZOS)


def _turned(vertices: np.ndarray) -> np.ndarray:
    """Vertices (V, 3), centred, within the unit ball, turned 30 degrees about y and 20 about x."""
    middle = (vertices.min(axis=0) + vertices.max(axis=0)) / 2
    points = (vertices - middle).astype(np.float64)
    points /= max(float(np.linalg.norm(points, axis=1).max()), 1e-12)
    a, b = np.radians(30), np.radians(20)
    about_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    turned: np.ndarray = points @ (about_x @ about_y).T
    return turned
