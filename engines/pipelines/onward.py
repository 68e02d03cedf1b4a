"""What goes beyond the start: a picture with more around it, a clip or a sound that goes on."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from PIL import Image as Picture

from engines.contract import Audio, Image, Media, Request, Video
from engines.files.rate import at_rate

EXTEND = "extend"  # the task of ours that a sound is gone on from, for ACE-Step
FEATHER = 8  # pixels of the start, at most, in which it goes over into what is new


def asked(request: Request, rate: float) -> Request:
    """`request` with a start and mask as a pipeline takes them; `rate` is how many frames a second it makes."""
    if any(request.around) and isinstance(request.start, Image):
        return _surrounded(request, request.start)
    if isinstance(request.start, Video):
        return msgspec.structs.replace(request, start=Image(_at_pace(request.start, rate)[-1]))
    return request


def _surrounded(request: Request, start: Image) -> Request:
    """The start within its canvas, its edges drawn out to the border, and a mask that is white there."""
    assert request.size is not None
    (width, height), (left, top, right, bottom) = request.size, request.around
    inner = (width - left - right, height - top - bottom)
    edges = ((top, bottom), (left, right))
    shown = Picture.fromarray(start.pixels).convert("RGB").resize(inner, Picture.Resampling.LANCZOS)
    canvas = np.pad(np.asarray(shown), (*edges, (0, 0)), mode="edge")
    if request.mask is None:
        within = np.zeros(inner[::-1], np.uint8)
    else:
        within = np.asarray(Picture.fromarray(request.mask.pixels).convert("L").resize(inner))
    share = np.pad(within, edges, constant_values=255)
    return msgspec.structs.replace(
        request, start=Image(canvas), mask=Image(np.maximum(share, _soft(share.shape, request)))
    )


def _soft(shape: tuple[int, ...], request: Request) -> np.ndarray:
    """From white at the borders of the start that something is added to, down to black within a few pixels."""
    left, top, right, bottom = request.around
    down, across = (np.arange(side, dtype=np.float32) for side in shape)
    far = np.float32(1e6)
    columns = np.minimum(across - left if left else far, (shape[1] - right - 1) - across if right else far)
    rows = np.minimum(down - top if top else far, (shape[0] - bottom - 1) - down if bottom else far)
    depth = np.minimum(np.broadcast_to(columns, shape), np.broadcast_to(np.reshape(rows, (-1, 1)), shape))
    wide = min(FEATHER, *(max(1, side // 4) for side in (shape[1] - left - right, shape[0] - top - bottom)))
    return (255 * (1 - (depth + 1) / (wide + 1)).clip(0, 1)).round().astype(np.uint8)


# ---------------------------------------------------------------- clips


def joined(made: Media, request: Request) -> Media:
    """What was made after the start clip, as one; the picture they share is there once."""
    if not (isinstance(made, Video) and isinstance(request.start, Video)):
        return made
    size = (made.frames.shape[2], made.frames.shape[1])
    mode = "RGBA" if made.frames.shape[-1] == 4 else "RGB"
    before = [_fitted(frame, size, mode) for frame in _at_pace(request.start, made.fps)]
    return Video(
        np.concatenate([np.stack(before), made.frames[1:]]), made.fps, _sounds(request.start, made, len(before))
    )


def _at_pace(clip: Video, rate: float) -> np.ndarray:
    """Its frames, of which there are to be `rate` a second: the nearest to each moment, the last one always."""
    count = max(1, round(len(clip.frames) * rate / clip.fps))
    return clip.frames[
        np.rint(np.linspace(0, len(clip.frames) - 1, count) if count > 1 else [len(clip.frames) - 1]).astype(int)
    ]


def _fitted(frame: np.ndarray, size: tuple[int, int], mode: str) -> np.ndarray:
    shown = Picture.fromarray(frame).convert(mode)
    return np.asarray(shown if shown.size == size else shown.resize(size, Picture.Resampling.LANCZOS))


def _sounds(before: Video, after: Video, frames: int) -> Audio | None:
    """The sound of both, silence where one has none; None where neither has."""
    tracks: list[Any] = [before.sound, after.sound]
    known = next((track for track in reversed(tracks) if track is not None), None)
    if known is None:
        return None
    lasts = frames / after.fps, (len(after.frames) - 1) / after.fps
    parts = [_lasting(track, known, seconds) for track, seconds in zip(tracks, lasts, strict=True)]
    return Audio(np.concatenate(parts), known.rate)


def _lasting(track: Audio | None, like: Audio, seconds: float) -> np.ndarray:
    """(N, channels) of `track` at the rate and with the channels of `like`, so many seconds long."""
    count, channels = round(seconds * like.rate), like.samples.shape[1]
    found = np.zeros((count, channels), np.float32)
    if track is not None:
        given = [
            at_rate(track.samples[:, min(c, track.samples.shape[1] - 1)], track.rate, like.rate)
            for c in range(channels)
        ]
        samples = np.stack(given, -1)[-count:] if track is not like else np.stack(given, -1)[:count]
        found[: len(samples)] = samples
    return found
