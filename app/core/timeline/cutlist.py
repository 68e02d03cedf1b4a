"""A timeline for programs that only know cuts: pictures in frames, media by their files, no parts of a frame."""

import itertools
from fractions import Fraction
from typing import Any

import msgspec

from app.core.project import Document
from app.core.timeline import otio
from app.core.timeline.compose import visible_tracks
from app.core.timeline.values import Clip, Project, Time, Track
from engines.contract import Refused

replace = msgspec.structs.replace


def timeline(project: Project, document: Document | None) -> Any:
    """The seen tracks as an opentimelineio Timeline whose every time is a whole frame. What has no file yet (titles,
    clips that are still to be made) is left out; all pictures lie on one track, the upper over the lower ones. Sounds
    are left out too: the list has no room for tracks of them. Refused('bad-request') where nothing is seen."""
    import opentimelineio as library

    made = library.schema.Timeline(project.name)
    made.global_start_time = library.opentime.RationalTime(0, float(project.fps))
    seen = [row for track in visible_tracks(project.timeline) if (row := framed(project, track)).clips]
    if not seen:
        raise Refused("bad-request", "No picture has a file yet, so an .edl would be empty: make one first.")
    row = otio.row(project, _flat(project, seen) if len(seen) > 1 else seen[0], document)
    for part in row:
        part.metadata.clear()
        _told(project, part)
    row.metadata.clear()
    made.tracks.append(row)
    return made


def framed(project: Project, track: Track) -> Track:
    """The track with its clips on whole frames, those shorter than one left out."""
    clips = []
    for clip in track.clips:
        start, end = (_frame(at, project.fps) for at in (clip.start, clip.end))
        if end > start and not clip.muted and clip.shown is not None:
            clips.append(replace(clip, start=start, length=end - start, offset=_frame(clip.offset, project.fps)))
    return replace(track, clips=tuple(clips))


def _flat(project: Project, tracks: list[Track]) -> Track:
    """One track of what is seen of these, from top to bottom; cross-fades become cuts at their middles."""
    clips = [clip for track in tracks for clip in cut(project, track)]
    edges = sorted({at for clip in clips for at in (clip.start, clip.end)})
    found: list[Clip] = []
    for low, high in itertools.pairwise(edges):
        top = next((clip for clip in clips if clip.start <= low and high <= clip.end), None)
        if top is None:
            continue
        if found and found[-1].id == top.id and found[-1].end == low:
            found[-1] = replace(found[-1], length=high - found[-1].start)
        else:
            found.append(replace(top, start=low, length=high - low, offset=top.offset + (low - top.start) * top.speed))
    return replace(tracks[-1], clips=tuple(found))


def cut(project: Project, track: Track) -> list[Clip]:
    """The clips of a track, none over another."""
    found: list[Clip] = []
    for clip in track.clips:
        if found and found[-1].end > clip.start:
            cut = otio.cut_of(project, found[-1], clip)
            found[-1] = replace(found[-1], length=cut - found[-1].start)
            clip = replace(clip, start=cut, length=clip.end - cut, offset=clip.offset + (cut - clip.start) * clip.speed)
        found.append(clip)
    return found


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
