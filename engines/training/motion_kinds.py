"""The kinds of motion video/motion is taught, from the files that write them."""

from __future__ import annotations

from engines.training import motion_acting, motion_going
from engines.training.motion_track import KINDS, Cue, Kind, Track

__all__ = ["KINDS", "Kind", "motion", "motion_acting", "motion_going"]


def motion(names: tuple[str, ...], cue: Cue) -> Track:
    """All of these kinds at once."""
    track = KINDS[names[0]].move(cue)
    for name in names[1:]:
        track = track.on(KINDS[name].move(cue))
    return track
