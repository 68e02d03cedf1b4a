"""What the clips of a timeline show, as media for requests: cut as they are cut, one frame of them, their words."""

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import msgspec
import numpy as np
from PIL import Image as Picture

from app.core.target import coloured
from app.core.timeline.edit import clip_of
from app.core.timeline.reader import Source
from app.core.timeline.values import ZERO, Clip, Feed, Project, Take, Time, Timeline
from engines.contract import Audio, Image, Media, Mesh, Notes, Refused, Video

Read = Callable[[str], Media]  # a media file of the project by its name
NEAR = Fraction(1, 1_000_000)
WHOLE = Feed()


class Scene(NamedTuple):
    """A project, the timeline meant, and how its media are read: whole by `read`, and by `source` where clips are to be
    drawn or heard as the timeline does."""

    project: Project
    timeline: Timeline
    read: Read
    source: Source | None = None

    def clip(self, id: str) -> Clip:
        """The clip of that id. Refused('bad-request') when it has gone."""
        try:
            return clip_of(self.timeline, id)
        except KeyError:
            raise Refused("bad-request", "A clip that is an input is not on the timeline any more.") from None


class Span(NamedTuple):
    """A part of a medium in seconds from its beginning; it may reach beyond it on either side."""

    since: Time
    until: Time

    @property
    def length(self) -> Time:
        return self.until - self.since


# ---------------------------------------------------------------- feeds


def fed(scene: Scene, feed: Feed) -> Media:
    """What an input shows. Refused('bad-request') where the clip it names has nothing to show yet."""
    if feed.clip:
        return shown(scene, scene.clip(feed.clip), feed)
    media = scene.read(feed.media)
    return media if feed.at == "all" else frame_of(media, feed.moment, feed.at == "last")


def shown(scene: Scene, clip: Clip, feed: Feed = WHOLE) -> Media:
    """What a clip shows, cut as it is cut, or the frame of it that a feed wants. Refused('bad-request') where it has
    no take yet."""
    take = clip.shown
    if take is None or clip.mesh:
        if clip.title is None and not clip.mesh:
            raise Refused("bad-request", f"{_called(clip)} has nothing to show yet: make it first.")
        return drawn(scene, clip, feed)
    media = scene.read(take.media)
    if isinstance(media, Mesh):
        return media if feed.at == "all" else drawn(scene, clip, feed)
    media = media if isinstance(media, Image) else cut(media, span_of(clip, take), loop=clip.loop)
    moment = feed.moment * abs(clip.speed)
    return media if feed.at == "all" else frame_of(media, moment if feed.at == "moment" else ZERO, feed.at == "last")


def drawn(scene: Scene, clip: Clip, feed: Feed = WHOLE) -> Media:
    """A title or a surface before its camera as the timeline draws it, as large as the project: a picture, or of a
    surface that is wanted as a whole every frame."""
    from app.core.timeline import compose

    assert scene.source is not None
    frame = 1 / scene.project.fps
    count = max(1, round(clip.length / frame))
    at = {"last": (count - 1) * frame, "moment": min(feed.moment, clip.length - frame)}.get(feed.at, ZERO)
    moments = [n * frame for n in range(count)] if feed.at == "all" and clip.title is None else [max(ZERO, at)]
    frames = []
    for moment in moments:
        found = compose.clip_frame(scene.project, scene.timeline, scene.source, clip, clip.start + moment)
        if found is None:
            raise Refused("bad-request", f"{_called(clip)} has nothing to show there.")
        frames.append(found)
    return Image(frames[0]) if len(moments) == 1 else Video(np.stack(frames), float(scene.project.fps))


def span_of(clip: Clip, take: Take) -> Span:
    """Which part of a take a clip shows; its end lies before its beginning where it runs backwards."""
    since = clip.offset - take.offset
    return Span(since, since + clip.length * clip.speed)


# ---------------------------------------------------------------- cutting


def cut(media: Media, span: Span, *, loop: bool = False) -> Media:
    """That part of a sound or clip, played on again from its beginning where it loops; what lies beyond it is silent,
    or the nearest frame. Pictures and surfaces stay whole."""
    if isinstance(media, Audio):
        return _cut_sound(media, span, loop)
    if isinstance(media, Video):
        return _cut_clip(media, span, loop)
    return media


def _cut_clip(clip: Video, span: Span, loop: bool) -> Video:
    rate = Fraction(clip.fps).limit_denominator(1001)
    first, count = round(span.since * rate), max(1, round(abs(span.length) * rate))
    step = -1 if span.length < 0 else 1
    places = first + step * np.arange(count) - (1 if step < 0 else 0)
    total = len(clip.frames)
    places = places % total if loop else places.clip(0, total - 1)
    sound = None if clip.sound is None or step < 0 else _cut_sound(clip.sound, span, loop)
    return Video(clip.frames[places], clip.fps, sound)


def _cut_sound(sound: Audio, span: Span, loop: bool) -> Audio:
    step = -1 if span.length < 0 else 1
    low, high = (span.until, span.since) if step < 0 else span
    first, count = round(low * sound.rate), max(1, round((high - low) * sound.rate))
    places, total = first + np.arange(count), len(sound.samples)
    samples = np.zeros((count, sound.samples.shape[1]), np.float32)
    inside = np.ones(count, bool) if loop else (places >= 0) & (places < total)
    samples[inside] = sound.samples[places[inside] % max(1, total)]
    notes = _cut_notes(sound.notes, float(low), float(high)) if sound.notes is not None and step > 0 else None
    return Audio(samples[::step].copy(), sound.rate, notes)


def _cut_notes(notes: Notes, since: float, until: float) -> Notes:
    """The notes that sound between two moments, from the first of them on."""
    ends = notes.start + notes.length
    here = (ends > since + 1e-6) & (notes.start < until - 1e-6)
    start = np.maximum(notes.start[here], since)
    length = np.minimum(ends[here], until) - start
    columns = {name: getattr(notes, name)[here] for name in ("pitch", "velocity", "channel", "program")}
    return msgspec.structs.replace(notes, start=start - since, length=length, **columns)


def frame_of(media: Media, moment: Time = ZERO, last: bool = False) -> Image:
    """The picture at a moment, or the last one. Refused('bad-request') of a sound or a surface."""
    if isinstance(media, Image):
        return media
    if not isinstance(media, Video):
        kind = "A sound" if isinstance(media, Audio) else "A surface"
        raise Refused("bad-request", f"{kind} has no frames: choose a picture or a clip for this input.")
    place = int((moment + NEAR) * Fraction(media.fps).limit_denominator(1001))
    return Image(np.ascontiguousarray(media.frames[-1 if last else min(max(place, 0), len(media.frames) - 1)]))


# ---------------------------------------------------------------- joining


def joined(parts: list[Media], like: Media) -> Media:
    """Sounds or clips one after the other, all as `like` is: its size and frames a second, its rate and channels."""
    if isinstance(like, Video):
        clips = [one for one in parts if isinstance(one, Video)]
        return Video(np.concatenate([_paced(one, like) for one in clips]), like.fps, _sounds(clips))
    if isinstance(like, Audio):
        return _joined_sounds([one for one in parts if isinstance(one, Audio)], like)
    return like


def _paced(clip: Video, like: Video) -> np.ndarray:
    """Its frames at another's pace, in its size and colours."""
    count = round(len(clip.frames) * like.fps / clip.fps)
    places = ((np.arange(count) + 0.5) * clip.fps / like.fps).astype(int).clip(0, max(0, len(clip.frames) - 1))
    frames = clip.frames if clip.fps == like.fps else clip.frames[places]
    height, width, channels = like.frames.shape[1:]
    if frames.shape[1:] == like.frames.shape[1:]:
        return frames
    mode = "RGBA" if channels == 4 else "RGB"
    return np.stack([_fitted(frame, mode, (width, height)) for frame in frames]) if len(frames) else like.frames[:0]


def _fitted(frame: np.ndarray, mode: str, size: tuple[int, int]) -> np.ndarray:
    shown = Picture.fromarray(frame if mode == "RGBA" else coloured(Image(frame))).convert(mode)
    return np.asarray(shown if shown.size == size else shown.resize(size, Picture.Resampling.LANCZOS))


def _sounds(clips: list[Video]) -> Audio | None:
    known = next((clip.sound for clip in clips if clip.sound is not None), None)
    if known is None:
        return None
    parts = [
        _cut_sound(clip.sound, Span(ZERO, _seconds(clip)), False)
        if clip.sound is not None
        else Audio(np.zeros((round(_seconds(clip) * known.rate), known.samples.shape[1]), np.float32), known.rate)
        for clip in clips
    ]
    return _joined_sounds(parts, known)


def _seconds(clip: Video) -> Time:
    return Fraction(len(clip.frames)) / Fraction(clip.fps).limit_denominator(1001)


def _joined_sounds(sounds: list[Audio], like: Audio) -> Audio:
    samples: list[np.ndarray] = []
    notes: list[tuple[Notes | None, float]] = []
    since = 0.0
    for sound in sounds:
        samples.append(alike(sound, like))
        notes.append((sound.notes, since))
        since += len(samples[-1]) / like.rate
    return Audio(np.concatenate(samples), like.rate, _joined_notes(notes))


def alike(sound: Audio, like: Audio) -> np.ndarray:
    """The samples of a sound at the rate and with the channels of another, float32 (N, channels)."""
    from engines.files.rate import at_rate

    channels, own = like.samples.shape[1], sound.samples.shape[1]
    if (sound.rate, own) == (like.rate, channels):
        return sound.samples
    rows = [at_rate(sound.samples[:, min(c, own - 1)], sound.rate, like.rate) for c in range(channels)]
    return np.stack(rows, -1).astype(np.float32)


def _joined_notes(parts: list[tuple[Notes | None, float]]) -> Notes | None:
    there = [(notes, since) for notes, since in parts if notes is not None]
    if not there:
        return None
    names = ("length", "pitch", "velocity", "channel", "program")
    columns = {name: np.concatenate([getattr(notes, name) for notes, _ in there]) for name in names}
    start = np.concatenate([notes.start + since for notes, since in there])
    return msgspec.structs.replace(there[0][0], start=start, **columns)


def _called(clip: Clip) -> str:
    return f"The clip {clip.name!r}" if clip.name else "A clip that is an input"
