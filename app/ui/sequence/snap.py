"""What a moment snaps to: the grid, the edges of clips, markers, the in and out points and the playhead."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction

from app.core.timeline.values import ZERO, Time
from app.ui.sequence.view import View

REACH = 8.0  # pixels


class Snap:
    """The moments that are near in `view`, collected once when a drag begins; the clips `without` are what moves,
    `more` are moments besides."""

    def __init__(self, view: View, without: Collection[str] = (), more: Iterable[Time] = ()) -> None:
        self.view = view
        timeline, studio = view.studio.timeline, view.studio
        found = {studio.playhead, ZERO, *(timeline.span or ()), *more}
        found.update(moment for mark in timeline.markers for moment in (mark.at, mark.at + mark.length))
        for track in timeline.tracks:
            for clip in view.clips(track):
                if clip.id not in without:
                    found.update((clip.start, clip.end))
        self.moments: list[Time] = sorted(found)

    def near(self, at: Time) -> Time | None:
        """The moment that `at` snaps to; None when nothing is within reach."""
        reach = Fraction(REACH / self.view.scale)
        index = bisect_left(self.moments, at)
        close = [one for one in self.moments[max(0, index - 1) : index + 1] if abs(one - at) <= reach]
        if close:
            return min(close, key=lambda one: abs(one - at))
        grid = self.view.grid_now
        if grid and at >= 0:
            line = self.view.clock.snapped(at, grid)
            return line if abs(line - at) <= reach else None
        return None

    def shift(self, edges: Sequence[Time], by: Time, free: bool = False) -> Time:
        """`by`, altered so that one of `edges` comes to lie where it snaps to; `free` turns snapping round."""
        self.view.guide = None
        if self.view.snapping == free:
            return by
        hits = [
            (abs(near - edge - by), near - edge, near) for edge in edges if (near := self.near(edge + by)) is not None
        ]
        if not hits:
            return by
        _, by, self.view.guide = min(hits)
        return by

    def moment(self, at: Time, free: bool = False) -> Time:
        """A single moment, snapped."""
        return self.shift((ZERO,), at, free)
