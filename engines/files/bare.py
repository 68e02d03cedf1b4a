"""A medium as a file that says nothing of how it was made: no recipe, no words of other programs, no names."""

import io
import os
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from engines.contract import Audio, Image, Media, Refused, Video
from engines.files import media

FILMS = ("mov", "matroska")
PLAIN = {"fflags": "+bitexact"}  # no date, no version, no random track numbers
INTO = {"mov": ("mp4", ".mp4"), "matroska": ("matroska", ".mkv")}


def bare(path: str | os.PathLike[str]) -> tuple[bytes, str]:
    """The bytes of `path`'s medium alone, and the ending they belong to.

    Pictures become PNG, sounds WAV in floats without their notes, shapes GLB, animated pictures WebP, all without
    loss; the streams of a clip are copied as they are. The same medium gives the same bytes, whatever it was called.
    Raises Refused('bad-file').
    """
    kind = media.kind_of(path)
    if kind in FILMS and media.film(path) is not None:
        return _copied(Path(path), *INTO[kind])
    shown = media.read(path)
    if isinstance(shown, Video):
        return _animation(shown), ".webp"
    if isinstance(shown, Audio):
        shown = msgspec.structs.replace(shown, notes=None)
    suffix = media.EXTENSIONS["image" if isinstance(shown, Image) else _word(shown)]
    return media.encode(shown, suffix), suffix


def _word(shown: Media) -> str:
    return "audio" if isinstance(shown, Audio) else "mesh"


def _copied(path: Path, form: str, suffix: str) -> tuple[bytes, str]:
    """The picture and sound streams in a new container, packet for packet. (The encoder's own line in the stream
    stays: it tells the program, not the settings.)"""
    import av

    buffer = io.BytesIO()
    try:
        with av.open(str(path)) as source, av.open(buffer, "w", format=form, options=PLAIN) as target:
            wanted = [source.streams.video[0], *source.streams.audio[:1]]
            made = {stream.index: target.add_stream_from_template(stream) for stream in wanted}
            for stream in made.values():
                stream.metadata.clear()
            for packet in source.demux(wanted):
                if packet.dts is not None:
                    packet.stream = made[packet.stream.index]
                    target.mux(packet)
    except (av.FFmpegError, ValueError) as error:
        raise Refused("bad-file", f"The clip {path.name} cannot be copied ({error}); save it as MP4 first.") from error
    return buffer.getvalue(), suffix


def _animation(clip: Video) -> bytes:
    from PIL import Image as Pillow

    frames = [Pillow.fromarray(np.ascontiguousarray(frame)) for frame in clip.frames]
    buffer, ms = io.BytesIO(), max(10, round(1000 / clip.fps))
    more: dict[str, Any] = {"save_all": True, "append_images": frames[1:], "duration": ms, "loop": 0}
    frames[0].save(buffer, "WEBP", lossless=True, exact=True, method=2, **more)
    return buffer.getvalue()
