"""The numbers of a timeline's clips and tracks over time: the constant, or what a lane says."""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from app.core.timeline.clock import Clock
from app.core.timeline.reader import Source
from app.core.timeline.values import ZERO, Clip, Lane, Project, Time, Timeline, Track


class Levels:
    """Asked for numbers by their lane's target ('gain', 'opacity', 'scale' ...)."""

    def __init__(self, project: Project, timeline: Timeline, read: Source) -> None:
        self._project, self._timeline, self._read = project, timeline, read
        self._clock: Clock | None = None
        self._hearings: dict[str, Any] = {}

    def number(self, owner: Clip | Track, target: str, base: float, at: Time) -> float:
        """The number at a moment of the timeline."""
        lane = lane_of(owner, target)
        return base if lane is None else float(self._sampled(owner, lane, base, [at])[0])

    def numbers(self, owner: Clip | Track, target: str, base: float, seconds: np.ndarray) -> np.ndarray | float:
        """The number at float64 seconds (N,) of the timeline: (N,), or `base` where it does not change."""
        lane = lane_of(owner, target)
        return base if lane is None else self._sampled(owner, lane, base, seconds)

    def _sampled(self, owner: Clip | Track, lane: Lane, base: float, times: Sequence[Time] | np.ndarray) -> np.ndarray:
        from app.core.timeline import curve

        if owner.id not in self._hearings:
            self._hearings[owner.id] = self._hearing(owner)
        return curve.sampled(lane, base, times, self._hearings[owner.id])

    def _hearing(self, owner: Clip | Track) -> Any:
        """What the owner's lanes hear; sounds are listened to only where one of them follows some."""
        from app.core.timeline.curve import Hearing

        if all(lane.modulator is None for lane in owner.lanes):
            self._clock = self._clock or Clock(self._timeline, self._project.fps)
            return Hearing(self._clock, owner.start if isinstance(owner, Clip) else ZERO)
        listener, lock = self._read.kept("listener", self._listener)
        with lock:
            return listener.hearing(self._project, self._timeline, owner.id)

    def _listener(self) -> Any:
        from app.core.timeline.hearing import Listener
        from app.core.timeline.mix import mixed

        read = self._read
        return Listener(
            lambda project, timeline, start, length: mixed(project, timeline, read, start, length)
        ), threading.Lock()


def lane_of(owner: Clip | Track, target: str) -> Lane | None:
    """The lane that moves that number, if one that is on does."""
    return next((lane for lane in owner.lanes if lane.on and lane.target == target), None)
