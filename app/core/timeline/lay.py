"""Laying clips where others lie: two that overlap cross-fade, and what would be covered makes room."""

from collections.abc import Collection, Iterable, Sequence

import msgspec

from app.core.timeline import edit
from app.core.timeline.values import Clip, Time, Timeline, Track
from engines.contract import Refused

replace = msgspec.structs.replace


def laid(timeline: Timeline, track: str, clips: Sequence[Clip]) -> Timeline:
    """With these clips on that track; where they cannot cross-fade with what is there, that makes room."""
    there = edit.track_of(timeline, track).clips
    if not any(_covers(clip, other) for clip in clips for other in there):
        try:
            return edit.add_clips(timeline, track, clips)
        except Refused:
            pass  # three would lie over each other: those that lie there are cut
    for clip in clips:
        timeline = edit.clear(timeline, track, clip.start, clip.end)
    return edit.add_clips(timeline, track, clips)


def _covers(clip: Clip, other: Clip) -> bool:
    return (clip.start <= other.start and other.end <= clip.end) or (
        other.start <= clip.start and clip.end <= other.end
    )


def moved(timeline: Timeline, ids: Collection[str], by: Time, down: int = 0) -> Timeline:
    """These clips later by `by` and `down` tracks lower; what they come to cover makes room."""
    goals = _goals(timeline, ids, down)
    if not goals or any(goal is None or goal.kind != track.kind or goal.locked for track, goal, _ in goals):
        return edit.move_clips(timeline, ids, by, down)  # which says why not
    by = max(by, -min(clip.start for _, _, clips in goals for clip in clips))
    timeline = edit.remove_clips(timeline, ids)
    for _, goal, clips in goals:
        assert goal is not None
        timeline = laid(timeline, goal.id, [replace(clip, start=clip.start + by) for clip in clips])
    return timeline


def _goals(timeline: Timeline, ids: Collection[str], down: int) -> list[tuple[Track, Track | None, list[Clip]]]:
    """(where they lie, where they go: None is outside, which) for every track with some of these clips."""
    rows, found = timeline.tracks, []
    for at, track in enumerate(rows):
        clips = [clip for clip in track.clips if clip.id in ids]
        if clips:
            goal = rows[at + down] if 0 <= at + down < len(rows) else None
            found.append((track, goal, clips))
    return found


def pasted(timeline: Timeline, clips: Iterable[tuple[str, Clip]], at: Time) -> Timeline:
    """With these (track, clip), the earliest beginning at a moment."""
    rows = list(clips)
    by = at - min(clip.start for _, clip in rows)
    for track in dict.fromkeys(track for track, _ in rows):
        moved_there = [replace(clip, start=clip.start + by) for one, clip in rows if one == track]
        timeline = laid(timeline, track, moved_there)
    return timeline
