"""Media in files: what a file holds is decided by its content, its header is checked before anything is allocated."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from engines.contract import Audio, Image, Media, Refused, Video, medium_of
from engines.files import atomic, clip, midi, picture, shape, sound, source
from engines.files.film import Film

EXTENSIONS: dict[str, str] = {"image": ".png", "audio": ".wav", "video": ".mp4", "mesh": ".glb"}
WRITES: dict[str, tuple[str, ...]] = {
    "image": (".png", ".jpg", ".jpeg", ".webp"),
    "audio": (".wav", ".flac", ".ogg", ".mid"),
    "video": (".mp4", ".webm", ".gif", ".webp"),
    "mesh": (".glb", ".obj", ".ply", ".stl"),
}
FILMS = ("mov", "matroska")  # kinds that are clips, or sounds in the same containers
READS = "PNG, JPEG, WebP, GIF, BMP, TIFF; WAV, FLAC, MP3, OGG, M4A, MIDI; MP4, MOV, WebM, MKV; GLB, OBJ, PLY, STL"


def read(path: str | os.PathLike[str]) -> Media:
    """The media in `path`, whatever its name says. Raises Refused('bad-file') with one sentence."""
    name = Path(path).name
    file, size = source.opened(path)
    with file:
        kind = _kind(name, file, size)
        if kind in picture.KINDS:
            return picture.read(file, name)
        if kind == "wav":
            return sound.read_wav(file, size, name)
        if kind == "midi":
            return midi.read(file, size, name)
        if kind in clip.KINDS:
            return clip.read(file, name, clip.KINDS[kind])
        return shape.read(file, size, name, kind)


def film(path: str | os.PathLike[str]) -> Film | None:
    """The clip in `path`, open for reading single frames; None when it is no clip of a container (an animated picture,
    a still, a sound). Raises Refused('bad-file')."""
    name = Path(path).name
    file, size = source.opened(path)
    with file:
        kind = _kind(name, file, size)
        seen = kind in FILMS and clip.has_pictures(file, name, clip.KINDS[kind])
    return Film(path, clip.KINDS[kind]) if seen else None


def sound_of(path: str | os.PathLike[str]) -> Audio | None:
    """The sound in `path`, its pictures not decoded; None where there is none. Raises Refused('bad-file')."""
    name = Path(path).name
    file, size = source.opened(path)
    with file:
        kind = _kind(name, file, size)
        if kind in FILMS:
            return clip.sound_of(file, name, clip.KINDS[kind])
    if kind in picture.KINDS:
        return None
    found = read(path)
    return found if isinstance(found, Audio) else None


def kind_of(path: str | os.PathLike[str]) -> str:
    """What kind of file it is by its content: 'png', 'wav', 'mov' ... Raises Refused('bad-file')."""
    file, size = source.opened(path)
    with file:
        return _kind(Path(path).name, file, size)


def recipe_of(path: str | os.PathLike[str]) -> str | None:
    """The recipe (JSON) embedded in `path`, or lying beside it; None when there is none. Raises Refused('bad-file')."""
    text = _embedded(path)
    return text if text and text.lstrip().startswith("{") else _beside(Path(path))


def _embedded(path: str | os.PathLike[str]) -> str | None:
    name = Path(path).name
    file, size = source.opened(path)
    with file:
        kind = _kind(name, file, size)
        if kind == "png":
            return picture.png_text(file, size).get("darkroom")
        if kind in picture.KINDS:
            return picture.recipe(file, name)
        if kind == "wav":
            return sound.recipe(file, size, name)
        if kind == "midi":
            return midi.recipe(file, size, name)
        if kind in clip.KINDS:
            return clip.recipe(file, name, clip.KINDS[kind])
        return shape.recipe(file, size, name, kind)


def words_of(path: str | os.PathLike[str]) -> str | None:
    """What programs of AUTOMATIC1111's kin wrote into a picture, None when nothing. Raises Refused('bad-file')."""
    name = Path(path).name
    file, size = source.opened(path)
    with file:
        kind = _kind(name, file, size)
        if kind == "png":
            return picture.png_text(file, size).get("parameters")
        return picture.comment(file, name) if kind in picture.KINDS else None


def sidecar(path: Path) -> Path:
    """Where the recipe of a file lies whose format has no room for one: 'chair.stl.darkroom.json'."""
    return path.with_name(f"{path.name}.darkroom.json")


def _beside(path: Path) -> str | None:
    """The recipe beside `path`, or beside the sequence it is a picture of ('walk-0007.png' of 'walk.png')."""
    whole = re.sub(r"[-_. ]?\d+$", "", path.stem)
    for place in dict.fromkeys((sidecar(path), sidecar(path.with_name(whole + path.suffix)))):
        if place.is_file() and place.stat().st_size < 2**26:
            text = place.read_text("utf-8", "replace")
            return text if text.lstrip().startswith("{") else None
    return None


def write(
    path: str | os.PathLike[str],
    media: Media,
    recipe_json: str | None = None,
    a1111: str | None = None,
    *,
    new: bool = False,
) -> Path:
    """Write `media` in the format the extension names, recipe inside (or beside, where the format has no room for it),
    whole or not at all; the place it got.

    `new` never replaces a file. Raises OSError, or Refused('bad-request') for an extension that does not fit.
    """
    data = encode(media, Path(path).suffix, recipe_json, a1111)
    placed = (atomic.write_new if new else atomic.write)(path, data)
    if recipe_json and _embedded(placed) is None:
        atomic.write(sidecar(placed), recipe_json.encode())
    else:
        sidecar(placed).unlink(missing_ok=True)  # of a file of that name that was here before
    return placed


def encode(media: Media, extension: str, recipe_json: str | None = None, a1111: str | None = None) -> bytes:
    """The bytes of a file of that extension ('.png'). STL has no room for a recipe."""
    medium, extension = medium_of(media), extension.lower()
    if extension not in WRITES[medium]:
        allowed = ", ".join(WRITES[medium])
        raise Refused("bad-request", f"{medium.capitalize()} cannot be saved as {extension or 'that'}; use {allowed}.")
    if isinstance(media, Image):
        return picture.encode(media, extension, recipe_json, a1111)
    if isinstance(media, Audio):
        return sound.encode(media, extension, recipe_json, a1111)
    if isinstance(media, Video):
        animated = extension in (".gif", ".webp")
        return (picture.encode_animation if animated else clip.encode)(media, extension, recipe_json, a1111)
    return shape.encode(media, extension, recipe_json)


def export_development(
    frames: Sequence[Image], path: str | os.PathLike[str], fps: float = 8.0, recipe_json: str | None = None
) -> Path:
    """Write the steps of a run as a GIF, WebP or MP4 (by the extension), all as large as the largest; the last frame
    stays for a second."""
    if not frames:
        raise Refused("bad-request", "There are no steps to export.")
    height = max(f.pixels.shape[0] for f in frames)
    width = max(f.pixels.shape[1] for f in frames)
    drawn = [picture.resized(picture.coloured(f), width, height) for f in frames]
    drawn += drawn[-1:] * max(0, round(fps) - 1)
    return write(path, Video(np.stack(drawn), fps), recipe_json)


def _kind(name: str, file: BinaryIO, size: int) -> str:
    """What the first bytes say. Raises Refused('bad-file')."""
    head = file.read(4096)
    file.seek(0)
    kind = _binary_kind(head) or shape.kind(head, size)
    if kind is None:
        what = "is weights, not media" if head[8:10] == b'{"' else "is of no kind Darkroom opens"
        what = "is a pickle file, which could run code" if head[:1] == b"\x80" or head[:2] == b"PK" else what
        raise Refused("bad-file", f"{name} {what}. It opens {READS}.")
    return kind


def _binary_kind(head: bytes) -> str | None:
    starts = {
        b"\x89PNG\r\n\x1a\n": "png",
        b"\xff\xd8\xff": "jpeg",
        b"GIF8": "gif",
        b"BM": "bmp",
        b"II*\0": "tiff",
        b"MM\0*": "tiff",
        b"fLaC": "flac",
        b"OggS": "ogg",
        b"ID3": "mp3",
        b"\x1aE\xdf\xa3": "matroska",
        b"glTF": "glb",
        b"MThd": "midi",
    }
    for start, kind in starts.items():
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return "avif" if head[8:12] in (b"avif", b"avis") else "mov"
    return "mp3" if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 else None
