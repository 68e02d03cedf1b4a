"""Media: pictures, sounds with their notes, clips and surfaces, as arrays."""

from typing import Literal, get_args

import numpy as np
from msgspec import Struct

Medium = Literal["image", "audio", "video", "mesh"]
MEDIUMS: tuple[str, ...] = get_args(Medium)


class Image(Struct, frozen=True, tag="image", eq=False):
    """A picture. `pixels` is uint8, (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA, sRGB, straight alpha."""

    pixels: np.ndarray


class Notes(Struct, frozen=True, eq=False):
    """The notes of a sound, in the order they begin; arrays of one length, (N,).

    `start` and `length` are float64 seconds from the sound's beginning; `pitch` and `velocity` uint8 as in MIDI (60 is
    the middle C, 1 to 127); `channel` uint8, 0 to 15, 9 being drums; `program` uint8, the General MIDI instrument.
    `tempo` is in quarters a minute, `metre` (beats, unit), `key` in words ("D major", "" where unknown); bars are
    counted from the beginning.
    """

    start: np.ndarray
    length: np.ndarray
    pitch: np.ndarray
    velocity: np.ndarray
    channel: np.ndarray
    program: np.ndarray
    tempo: float = 120.0
    metre: tuple[int, int] = (4, 4)
    key: str = ""


class Audio(Struct, frozen=True, tag="audio", eq=False):
    """A sound. `samples` is float32 in [-1, 1], (N, channels); `rate` in Hz; `notes` where it was played from some."""

    samples: np.ndarray
    rate: int
    notes: Notes | None = None


class Video(Struct, frozen=True, tag="video", eq=False):
    """A clip. `frames` is uint8, (T, H, W, 3 or 4); `fps` in frames a second; `sound` runs from frame 0."""

    frames: np.ndarray
    fps: float
    sound: Audio | None = None


class Mesh(Struct, frozen=True, tag="mesh", eq=False):
    """A surface. `vertices` float32 (V, 3); `faces` int32 (F, 3), counter-clockwise; `colors` uint8 (V, 4) or None."""

    vertices: np.ndarray
    faces: np.ndarray
    colors: np.ndarray | None = None


Media = Image | Audio | Video | Mesh


def medium_of(media: Media) -> Medium:
    """The word for what `media` is: 'image', 'audio', 'video' or 'mesh'."""
    return type(media).__struct_config__.tag  # type: ignore[return-value]
