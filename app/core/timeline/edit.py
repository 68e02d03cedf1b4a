"""Edits: pure functions from a timeline to a timeline. What cannot be done is refused in a sentence, nothing changed.

Clips of a track stand in the order of their starts. Two may overlap (they cross-fade); three at one moment may not, nor
may one lie wholly within another: `clear` makes room for it.
"""

import itertools
from collections.abc import Callable, Collection, Iterable
from fractions import Fraction
from typing import Any

import msgspec

from app.core.timeline.values import (
    ZERO,
    Clip,
    Lane,
    Marker,
    Metre,
    Project,
    Take,
    Tempo,
    Time,
    Timeline,
    Track,
    new_id,
)
from engines.contract import Refused

replace = msgspec.structs.replace


# ---------------------------------------------------------------- finding


def track_of(timeline: Timeline, id: str) -> Track:
    """The track of that id, or the one that has the clip of that id. KeyError when there is none."""
    for track in timeline.tracks:
        if track.id == id or any(clip.id == id for clip in track.clips):
            return track
    raise KeyError(id)


def clip_of(timeline: Timeline, id: str) -> Clip:
    """The clip of that id; KeyError when there is none."""
    return next(clip for clip in track_of(timeline, id).clips if clip.id == id)


def with_timeline(project: Project, timeline: Timeline) -> Project:
    """The project with that timeline in place of the one of its id."""
    return replace(project, timelines=tuple(timeline if one.id == timeline.id else one for one in project.timelines))


# ---------------------------------------------------------------- tracks


def add_track(timeline: Timeline, track: Track, place: int | None = None) -> Timeline:
    """With one more track, at `place` from the top (at the bottom)."""
    tracks = list(timeline.tracks)
    tracks.insert(len(tracks) if place is None else place, track)
    return replace(timeline, tracks=tuple(tracks))


def remove_track(timeline: Timeline, id: str) -> Timeline:
    """Without that track and its clips."""
    return replace(timeline, tracks=tuple(track for track in timeline.tracks if track.id != id))


def move_track(timeline: Timeline, id: str, place: int) -> Timeline:
    """With that track at `place` from the top."""
    return add_track(remove_track(timeline, id), track_of(timeline, id), place)


def change_track(timeline: Timeline, id: str, **fields: Any) -> Timeline:
    """With other values for fields of a track (not its clips)."""
    return _put_track(timeline, replace(track_of(timeline, id), **fields))


# ---------------------------------------------------------------- clips


def add_clips(timeline: Timeline, track: str, clips: Iterable[Clip]) -> Timeline:
    """With these clips on that track."""
    row = _open(track_of(timeline, track))
    return _put_clips(timeline, row, [*row.clips, *clips])


def remove_clips(timeline: Timeline, ids: Collection[str], ripple: bool = False) -> Timeline:
    """Without these clips; `ripple` closes the gaps they leave on their tracks."""
    for track in timeline.tracks:
        gone = [clip for clip in track.clips if clip.id in ids]
        if gone:
            kept: Iterable[Clip] = (clip for clip in _open(track).clips if clip.id not in ids)
            if ripple:
                kept = (replace(clip, start=clip.start - _room(gone, clip.start)) for clip in kept)
            timeline = _put_clips(timeline, track, kept)
    return timeline


def clear(timeline: Timeline, track: str, start: Time, end: Time) -> Timeline:
    """With nothing on a track between two moments: clips are cut there, those within are gone."""
    row = _open(track_of(timeline, track))
    kept: list[Clip] = []
    for clip in row.clips:
        if clip.end <= start or clip.start >= end:
            kept.append(clip)
            continue
        if clip.start < start:
            kept.append(cut_clip(clip, clip.start, start))
        if clip.end > end:
            after = cut_clip(clip, end, clip.end)
            kept.append(replace(after, id=new_id()) if clip.start < start else after)
    return _put_clips(timeline, row, kept)


def move_clips(timeline: Timeline, ids: Collection[str], by: Time, down: int = 0) -> Timeline:
    """With these clips later by `by` seconds and `down` tracks lower. None begins before 0: all stop together."""
    moved = [(at, clip) for at, track in enumerate(timeline.tracks) for clip in track.clips if clip.id in ids]
    if not moved:
        return timeline
    by = max(by, -min(clip.start for _, clip in moved))
    rows = {at: [clip for clip in track.clips if clip.id not in ids] for at, track in enumerate(timeline.tracks)}
    for at, clip in moved:
        if not 0 <= at + down < len(timeline.tracks) or timeline.tracks[at + down].kind != timeline.tracks[at].kind:
            raise Refused("bad-request", f"{_called(clip)} cannot lie on that track: it is of another kind.")
        rows[at + down].append(replace(clip, start=clip.start + by))
    for at in {at for at, _ in moved} | {at + down for at, _ in moved}:
        timeline = _put_clips(timeline, _open(timeline.tracks[at]), rows[at])
    return timeline


def trim(timeline: Timeline, id: str, start: Time | None = None, end: Time | None = None) -> Timeline:
    """With another beginning or end of a clip; what it shows stays where it is on the timeline."""
    clip = clip_of(timeline, id)
    start, end = max(ZERO, clip.start if start is None else start), clip.end if end is None else end
    if end <= start:
        raise Refused("bad-request", f"{_called(clip)} would be gone: leave it some length, or delete it.")
    return _put_clip(timeline, cut_clip(clip, start, end))


def slip(timeline: Timeline, id: str, by: Time) -> Timeline:
    """With the clip in its place, showing its take `by` seconds later."""
    clip = clip_of(timeline, id)
    return _put_clip(timeline, replace(clip, offset=clip.offset + by))


def split(timeline: Timeline, ids: Collection[str], at: Time) -> Timeline:
    """With these clips cut in two at a moment; the first part keeps the id."""
    for track in timeline.tracks:
        cut = [clip for clip in track.clips if clip.id in ids and clip.start < at < clip.end]
        if cut:
            clips = [clip for clip in _open(track).clips if clip not in cut]
            clips += [cut_clip(replace(clip, fade_out=ZERO), clip.start, at) for clip in cut]
            clips += [replace(cut_clip(replace(clip, fade_in=ZERO), at, clip.end), id=new_id()) for clip in cut]
            timeline = _put_clips(timeline, track, clips)
    return timeline


def change_clip(timeline: Timeline, id: str, **fields: Any) -> Timeline:
    """With other values for fields of a clip."""
    return _put_clip(timeline, replace(clip_of(timeline, id), **fields))


def add_take(timeline: Timeline, id: str, take: Take, choose: bool = True) -> Timeline:
    """With one more take of a clip, shown from now on."""
    clip = clip_of(timeline, id)
    return _put_clip(timeline, replace(clip, takes=(*clip.takes, take), take=take.id if choose else clip.take))


def copied(clips: Iterable[Clip]) -> list[Clip]:
    """The same clips under names of their own."""
    return [replace(clip, id=new_id()) for clip in clips]


# ---------------------------------------------------------------- lanes


def put_lane(timeline: Timeline, owner: str, lane: Lane) -> Timeline:
    """With `lane` in place of the lane of its id, or as one more, of a track or clip."""
    return _change_lanes(
        timeline,
        owner,
        lambda lanes: (
            (*(one for one in lanes if one.id != lane.id), lane)
            if all(one.id != lane.id for one in lanes)
            else tuple(lane if one.id == lane.id else one for one in lanes)
        ),
    )


def remove_lane(timeline: Timeline, owner: str, id: str) -> Timeline:
    """Without that lane."""
    return _change_lanes(timeline, owner, lambda lanes: tuple(one for one in lanes if one.id != id))


def _change_lanes(timeline: Timeline, owner: str, change: Callable[[tuple[Lane, ...]], tuple[Lane, ...]]) -> Timeline:
    track = track_of(timeline, owner)
    if track.id == owner:
        return _put_track(timeline, replace(track, lanes=change(track.lanes)))
    clip = clip_of(timeline, owner)
    return _put_clip(timeline, replace(clip, lanes=change(clip.lanes)))


# ---------------------------------------------------------------- time itself


def add_marker(timeline: Timeline, marker: Marker) -> Timeline:
    """With one more marker, or another in place of that of its id."""
    others = [one for one in timeline.markers if one.id != marker.id]
    return replace(timeline, markers=tuple(sorted([*others, marker], key=lambda one: (one.at, one.id))))


def remove_marker(timeline: Timeline, id: str) -> Timeline:
    """Without that marker."""
    return replace(timeline, markers=tuple(one for one in timeline.markers if one.id != id))


def set_tempo(timeline: Timeline, tempo: Tempo) -> Timeline:
    """With that tempo from its beat on. Clips keep their seconds."""
    if not Fraction(1) <= tempo.bpm <= Fraction(1000) or tempo.beat < 0:
        raise Refused(
            "bad-request", f"A tempo of {float(tempo.bpm):g} is out of range: use 1 to 1000 quarters a minute."
        )
    others = [one for one in timeline.tempos if one.beat != tempo.beat]
    return replace(timeline, tempos=tuple(sorted([*others, tempo], key=lambda one: one.beat)))


def set_metre(timeline: Timeline, metre: Metre) -> Timeline:
    """With that metre from its bar on."""
    if not 1 <= metre.beats <= 64 or metre.unit not in (1, 2, 4, 8, 16, 32) or metre.bar < 0:
        raise Refused("bad-request", f"{metre.beats}/{metre.unit} is no metre: use 1 to 64 of 1, 2, 4, 8, 16 or 32.")
    others = [one for one in timeline.metres if one.bar != metre.bar]
    return replace(timeline, metres=tuple(sorted([*others, metre], key=lambda one: one.bar)))


# ---------------------------------------------------------------- putting back


def cut_clip(clip: Clip, start: Time, end: Time) -> Clip:
    """The clip between two moments, showing what it showed there."""
    later = start - clip.start
    lanes = tuple(
        replace(lane, keys=tuple(replace(key, at=key.at - later) for key in lane.keys), origin=lane.origin - later)
        if later
        else lane
        for lane in clip.lanes
    )
    length = end - start
    return replace(
        clip,
        start=start,
        length=length,
        offset=clip.offset + later * clip.speed,
        lanes=lanes,
        fade_in=min(clip.fade_in, length),
        fade_out=min(clip.fade_out, length),
    )


def _room(gone: list[Clip], before: Time) -> Time:
    """How many seconds the clips `gone` covered before a moment."""
    total, reached = ZERO, ZERO
    for clip in sorted(gone, key=lambda one: one.start):
        begin, end = max(clip.start, reached), min(clip.end, before)
        total, reached = total + max(ZERO, end - begin), max(reached, end)
    return total


def _put_clip(timeline: Timeline, clip: Clip) -> Timeline:
    track = _open(track_of(timeline, clip.id))
    return _put_clips(timeline, track, (clip if one.id == clip.id else one for one in track.clips))


def _put_clips(timeline: Timeline, track: Track, clips: Iterable[Clip]) -> Timeline:
    row = tuple(sorted(clips, key=lambda one: (one.start, one.end, one.id)))
    for first, second in itertools.pairwise(row):
        if second.end < first.end:
            raise Refused("bad-request", f"{_called(second)} would lie wholly within another: clear a place for it.")
    for first, third in zip(row, row[2:], strict=False):
        if third.start < first.end:
            raise Refused(
                "bad-request", f"Three clips would lie over each other at {float(third.start):.2f} s: two may."
            )
    return _put_track(timeline, replace(track, clips=row))


def _put_track(timeline: Timeline, track: Track) -> Timeline:
    return replace(timeline, tracks=tuple(track if one.id == track.id else one for one in timeline.tracks))


def _open(track: Track) -> Track:
    if track.locked:
        raise Refused("bad-request", f"The track {track.name or track.kind} is locked: unlock it first.")
    return track


def _called(clip: Clip) -> str:
    return f"The clip {clip.name!r}" if clip.name else "The clip"
