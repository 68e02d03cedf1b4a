"""What a stretch of a film or of its sound depends on, as a name: pieces that are done outlive an edit elsewhere."""

import hashlib
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import msgspec

from app.core.timeline import shown
from app.core.timeline.compose import visible_tracks
from app.core.timeline.hearing import solo
from app.core.timeline.mix import heard_tracks
from app.core.timeline.values import Clip, Lane, Project, Time, Timeline, Track, plain

MARGIN = Fraction(1)  # seconds around a stretch of sound whose clips may still be heard in it (filters ring)

Span = tuple[Time, Time]


def of_picture(project: Project, timeline: Timeline, span: Span) -> str:
    """The same for two timelines that look the same between two moments."""
    rows = [
        [track.kind, track.opacity, _lanes(timeline, track.lanes), _clips(project, timeline, track, span)]
        for track in visible_tracks(timeline)
    ]
    return _hash([span, rows, *_clock(timeline, visible_tracks(timeline))])


def of_sound(project: Project, timeline: Timeline, span: Span, only: set[str] | None = None) -> str:
    """The same for two timelines that sound the same between two moments, of all tracks or of some."""
    tracks = [track for track in heard_tracks(timeline) if only is None or track.id in only]
    wide = (span[0] - MARGIN, span[1] + MARGIN)
    rows = [
        [track.kind, track.gain, track.pan, _lanes(timeline, track.lanes), _clips(project, timeline, track, wide)]
        for track in tracks
    ]
    return _hash([span, timeline.gain, rows, *_clock(timeline, tracks)])


def called(only: set[str] | None) -> str:
    """A name for some tracks, or all of them, that may be a file's."""
    return "all" if only is None else _hash(sorted(only))


def _clips(project: Project, timeline: Timeline, track: Track, span: Span) -> list[object]:
    """The clips of a track that reach into a stretch, without what is neither seen nor heard of them."""
    there = [clip for clip in track.clips if clip.start < span[1] and clip.end > span[0]]
    bare: dict[str, Any] = {"ask": None, "takes": (), "take": "", "name": "", "colour": "", "id": "", "lanes": ()}
    return [
        [
            msgspec.structs.replace(clip, length=_lasts(project, clip, span, len(there)), **bare),
            *_taken(project, clip),
            _lanes(timeline, clip.lanes),
        ]
        for clip in there
    ]


def _lasts(project: Project, clip: Clip, span: Span, many: int) -> Time:
    """How long a clip is, as far as it matters for a stretch: where it ends is nothing to what is before, unless it
    fades out, turns once in its length, or another one meets it."""
    surface = bool(clip.mesh) or (clip.shown is not None and shown.facts(project, clip.shown.media).medium == "mesh")
    if many > 1 or clip.fade_out > 0 or surface:
        return clip.length
    return min(clip.end, span[1]) - clip.start


def _taken(project: Project, clip: Clip) -> list[object]:
    take = clip.shown
    if take is None:
        return []
    return [take.media, take.length, take.offset, msgspec.structs.replace(shown.facts(project, take.media), name="")]


def _lanes(timeline: Timeline, lanes: Iterable[Lane]) -> list[object]:
    """What lanes say, and what they hear."""
    told: list[object] = []
    for lane in lanes:
        if not lane.on:
            continue
        sound = solo(timeline, lane.modulator.clip) if lane.modulator is not None else None
        bare: dict[str, Any] = {"id": "", "modulator": None}
        told.append(msgspec.structs.replace(lane, **bare))
        if lane.modulator is not None:
            told.append([msgspec.structs.replace(lane.modulator, clip=""), _heard(sound)])
    return told


def _heard(sound: Timeline | None) -> list[object]:
    bare: dict[str, Any] = {"ask": None, "id": ""}
    clips = sound.tracks[0].clips if sound is not None else ()
    return [[msgspec.structs.replace(clip, **bare), clip.shown.media if clip.shown else ""] for clip in clips]


def _clock(timeline: Timeline, tracks: Iterable[Track]) -> list[object]:
    """The tempos, where an expression may ask for beats."""
    lanes = [lane for track in tracks for lane in track.lanes]
    lanes += [lane for track in tracks for clip in track.clips for lane in clip.lanes]
    return [timeline.tempos] if any(lane.on and lane.expression for lane in lanes) else []


def _hash(told: list[Any]) -> str:
    text = msgspec.json.encode(_flat(told), enc_hook=plain, order="sorted")
    return hashlib.sha256(text).hexdigest()[:16]


def _flat(value: Any) -> Any:
    """Values with every field said: what is left out as a default is told by identity, which is not equality."""
    if isinstance(value, msgspec.Struct):
        return [_flat(one) for one in msgspec.structs.astuple(value)]
    return [_flat(one) for one in value] if isinstance(value, tuple | list) else value
