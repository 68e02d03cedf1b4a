"""The rows of the panel: a track, and under it a row for every number that changes over time."""

from collections.abc import Collection

from msgspec import Struct

from app.core.timeline.values import Clip, Lane, Timeline, Track

TALL = {"picture": 62, "audio": 62, "notes": 62, "prompt": 36, "control": 46, "camera": 62}
LANE = 54
SHORT, HIGH = 26, 240  # a track's height by hand


class Row(Struct, frozen=True, eq=False):
    """`height` pixels from `top` on: those of a track, or of the lanes for `target` of the track and its clips.

    `lanes` are (whose, lane): None for the track's own.
    """

    track: Track
    top: int
    height: int
    target: str = ""
    lanes: tuple[tuple[Clip | None, Lane], ...] = ()

    @property
    def bottom(self) -> int:
        """The pixel after it."""
        return self.top + self.height


def height_of(track: Track) -> int:
    """How tall a track is."""
    return max(SHORT, min(HIGH, track.height)) if track.height else TALL[track.kind]


def lanes_of(track: Track) -> dict[str, list[tuple[Clip | None, Lane]]]:
    """The lanes of a track and of its clips by what they change, in the order they are met."""
    found: dict[str, list[tuple[Clip | None, Lane]]] = {}
    for lane in track.lanes:
        found.setdefault(lane.target, []).append((None, lane))
    for clip in track.clips:
        for lane in clip.lanes:
            found.setdefault(lane.target, []).append((clip, lane))
    return found


def rows_of(timeline: Timeline, unfolded: Collection[str]) -> list[Row]:
    """The rows of a timeline; lanes only under tracks that are `unfolded`."""
    rows, top = [], 0
    for track in timeline.tracks:
        rows.append(Row(track, top, height_of(track)))
        top = rows[-1].bottom
        if track.id in unfolded:
            for target, lanes in lanes_of(track).items():
                rows.append(Row(track, top, LANE, target, tuple(lanes)))
                top += LANE
    return rows
