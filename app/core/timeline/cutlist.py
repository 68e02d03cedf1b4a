"""A timeline for programs that only know cuts: pictures in frames, media by their files, no parts of a frame."""

from fractions import Fraction
from typing import Any

import msgspec

from app.core.project import Document
from app.core.timeline import otio
from app.core.timeline.compose import visible_tracks
from app.core.timeline.mix import heard_tracks
from app.core.timeline.values import Project, Time, Track

replace = msgspec.structs.replace


def timeline(project: Project, document: Document | None) -> Any:
    """The seen and heard tracks as an opentimelineio Timeline whose every time is a whole frame."""
    import opentimelineio as library

    made = library.schema.Timeline(project.name)
    made.global_start_time = library.opentime.RationalTime(0, float(project.fps))
    heard = [track for track in heard_tracks(project.timeline) if track.kind != "picture"]
    for track in [*reversed(visible_tracks(project.timeline)), *heard]:
        row = otio.row(project, _framed(project, track), document)
        for part in row:
            part.metadata.clear()
            _told(project, part)
        row.metadata.clear()
        made.tracks.append(row)
    return made


def _framed(project: Project, track: Track) -> Track:
    """The track with its clips on whole frames, those shorter than one left out."""
    clips = []
    for clip in track.clips:
        start, end = (_frame(at, project.fps) for at in (clip.start, clip.end))
        if end > start and not clip.muted:
            clips.append(replace(clip, start=start, length=end - start, offset=_frame(clip.offset, project.fps)))
    return replace(track, clips=tuple(clips))


def _frame(at: Time, fps: Fraction) -> Time:
    return Fraction(int((at * fps + Fraction(1, 2)) // 1)) / fps


def _told(project: Project, part: Any) -> None:
    """The chosen take alone, by a name and a length such programs can use."""
    import opentimelineio as library

    if not isinstance(part, library.schema.Clip):
        return
    reference = part.media_reference
    part.set_media_references({otio.DEFAULT: reference.clone()}, otio.DEFAULT)
    reference = part.media_reference
    reference.metadata.clear()
    if reference.available_range is None:  # a still lasts as long as it is wanted
        reference.available_range = library.opentime.TimeRange(
            library.opentime.RationalTime(0, float(project.fps)), part.source_range.end_time_exclusive()
        )
