"""Cutting at the playhead: the clips there begin or end at it, with or without closing the gap; and what is chosen from
it on."""

from typing import Literal

import msgspec

from app.core.timeline import edit
from app.core.timeline.values import Clip, Time, Timeline, Track
from app.studio import Studio

Side = Literal["start", "end"]


def trim(studio: Studio, text: str, side: Side, *, ripple: bool = False) -> None:
    """The selected clips, or all under the playhead, begin (or end) there; with `ripple` what comes after them on
    their tracks closes up."""
    at = studio.playhead
    rows = [(track, clip) for track in studio.timeline.tracks for clip in track.clips if clip.start < at < clip.end]
    rows = [row for row in rows if not row[0].locked]
    rows = [row for row in rows if row[1].id in studio.selection] or rows

    def change(timeline: Timeline) -> Timeline:
        for track, clip in rows:
            timeline = edit.trim(timeline, clip.id, **{side: at})
            if ripple:
                timeline = _closed(timeline, track, clip, (side, at))
        return timeline

    if rows and studio.arrange(text, change) and ripple and side == "start":
        studio.set_playhead(min(clip.start for _, clip in rows))


def _closed(timeline: Timeline, track: Track, clip: Clip, cut: tuple[Side, Time]) -> Timeline:
    """What was behind the part of a clip that is gone, moved to where that began."""
    side, at = cut
    gone = at - clip.start if side == "start" else clip.end - at
    later = {one.id for one in track.clips if one.start > clip.start}
    return edit.move_clips(timeline, later | ({clip.id} if side == "start" else set()), -gone)


def choose_from_here(studio: Studio) -> None:
    """Select every clip that begins at the playhead or later, on the tracks that are not locked."""
    tracks = (track for track in studio.timeline.tracks if not track.locked)
    studio.select([clip.id for track in tracks for clip in track.clips if clip.start >= studio.playhead])


def range_of_chosen(studio: Studio, text: str) -> None:
    """The range reaches from the beginning of the first selected clip to the end of the last."""
    clips = [clip for track in studio.timeline.tracks for clip in track.clips if clip.id in studio.selection]
    if clips:
        span = min(clip.start for clip in clips), max(clip.end for clip in clips)
        studio.arrange(text, lambda one: msgspec.structs.replace(one, span=span, loop=True))
