"""What the lanes of a track or clip hear: the sounds that their modulators follow, listened to once and remembered."""

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from app.core.timeline.clock import Clock
from app.core.timeline.curve import Hearing
from app.core.timeline.edit import track_of, with_timeline
from app.core.timeline.features import Heard, features
from app.core.timeline.values import ZERO, Clip, Project, Time, Timeline, Track

KEPT = 64  # sounds

replace = msgspec.structs.replace
Mixed = Callable[[Project, Timeline, Time, Time], np.ndarray]  # -> float32 (N, 2) at project.rate, from start, so long


class Listener:
    """Listens to what modulators follow. `mixed` renders a timeline's sound between two moments (its start and
    length); it is asked only for what has changed. Use it from one thread at a time."""

    def __init__(self, mixed: Mixed) -> None:
        self._mixed = mixed
        self._known: dict[str, tuple[Any, Heard]] = {}

    def hearing(self, project: Project, timeline: Timeline, owner: str = "") -> Hearing:
        """What the lanes of the track or clip `owner` hear. A sound that has gone is left out."""
        place = owner_of(timeline, owner)
        heard: dict[str, Heard] = {}
        for lane in place.lanes if place is not None else ():
            if lane.modulator is not None and lane.on:
                sound = self.heard(project, timeline, lane.modulator.clip)
                if sound is not None:
                    heard[lane.modulator.clip] = sound
        return Hearing(Clock(timeline, project.fps), place.start if isinstance(place, Clip) else ZERO, heard)

    def heard(self, project: Project, timeline: Timeline, id: str) -> Heard | None:
        """What is heard of a clip, or of a whole track: before its fader, so that a muted one steers as well."""
        alone = solo(timeline, id)
        if alone is None:
            return None
        told = (alone.tracks, alone.tempos, project.rate)
        known = self._known.pop(id, None)
        if known is None or known[0] != told:
            known = told, self._listened(with_timeline(project, alone), alone)
        self._known[id] = known
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]
        return known[1]

    def _listened(self, project: Project, timeline: Timeline) -> Heard:
        start = min(clip.start for track in timeline.tracks for clip in track.clips)
        samples = self._mixed(project, timeline, start, timeline.end - start)
        return Heard(features(samples, project.rate), start)


def owner_of(timeline: Timeline, id: str) -> Track | Clip | None:
    """The track or clip of that id; None when there is none."""
    for track in timeline.tracks:
        if track.id == id:
            return track
        for clip in track.clips:
            if clip.id == id:
                return clip
    return None


def solo(timeline: Timeline, id: str) -> Timeline | None:
    """A timeline of that clip alone, or of what is not muted on that track, without mutes, lanes and faders; None where
    there is no such sound. So a sound that steers its own volume is no circle."""
    if owner_of(timeline, id) is None:
        return None
    track = track_of(timeline, id)
    clips = tuple(
        replace(clip, lanes=(), muted=False, gain=0.0, pan=0.0, colour="", name="")
        for clip in track.clips
        if id == clip.id or (id == track.id and not clip.muted)
    )
    if not clips:
        return None
    return replace(timeline, tracks=(Track(track.kind, clips=clips, id=track.id),), markers=(), span=None, gain=0.0)
