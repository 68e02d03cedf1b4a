"""What goes beyond the start: a clip or a sound that goes on."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from PIL import Image as Picture

from engines.contract import Audio, Image, Media, Request, Video
from engines.files.rate import at_rate


def asked(request: Request, rate: float, most: int = 1) -> Request:
    """`request` with a start as a pipeline takes it; `rate` is how many frames a second it makes.

    Of a start clip the last frame is left, or the last ones where it can go on from as many as `most`; the length is
    then of both.
    """
    if isinstance(request.start, Video):
        frames, count = _at_pace(request.start, rate), shared(request, rate, most)
        if count == 1:
            return msgspec.structs.replace(request, start=Image(frames[-1]))
        longer = request.length + (count - 1) / rate if request.length else None
        return msgspec.structs.replace(request, start=Video(frames[-count:], rate), length=longer)
    return request


def shared(request: Request, rate: float, most: int) -> int:
    """How many frames the start clip and what is made of it have in common: `most`, or as many fewer as there are, less
    to a latent frame's whole eight beside the first."""
    if not isinstance(request.start, Video):
        return 1
    return (min(most, len(_at_pace(request.start, rate))) - 1) // 8 * 8 + 1


def joined(made: Media, request: Request, most: int = 1) -> Media:
    """What was made after the start clip, as one; what they share (see `asked`) is there once, as in the start."""
    if not (isinstance(made, Video) and isinstance(request.start, Video)):
        return made
    made = _without(made, shared(request, made.fps, most) - 1)
    size = (made.frames.shape[2], made.frames.shape[1])
    mode = "RGBA" if made.frames.shape[-1] == 4 else "RGB"
    before = [_fitted(frame, size, mode) for frame in _at_pace(request.start, made.fps)]
    return Video(
        np.concatenate([np.stack(before), made.frames[1:]]), made.fps, _sounds(request.start, made, len(before))
    )


def _without(clip: Video, count: int) -> Video:
    """`clip` without its first `count` frames and their sound."""
    track = clip.sound
    if track is not None:
        track = Audio(track.samples[round(count / clip.fps * track.rate) :], track.rate)
    return Video(clip.frames[count:], clip.fps, track)


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
