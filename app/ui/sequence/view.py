"""What of the timeline is in view: which second lies at which pixel, which row at which height, and what is painted."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from PySide6.QtCore import QObject, Signal

from app.core.timeline.clock import Clock
from app.core.timeline.values import ZERO, Clip, Time, Timeline, Track
from app.studio import Studio
from app.ui.sequence.marks import Mark, Mode, grid_of, marks
from app.ui.sequence.rows import Row, lanes_of, rows_of
from engines.contract import Refused

STATE = "sequence"
LEAST, MOST = 0.05, 9600.0  # pixels a second
EDGE = 12.0  # pixels before the beginning
REST = 0.25  # of the width that stays free after the end


class View(QObject):
    """Zoom and place of the panel, shared by ruler, heads and clips.

    `shown` is the timeline that is painted: while something is dragged, what it would become. `refused` says why that
    cannot be. `guide` is the moment that something has snapped to.
    """

    changed = Signal()

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.scale, self.offset, self.down = 40.0, -EDGE / 40.0, 0
        self.width, self.height = 800, 200
        self.mode: Mode = "bars"
        self.grid, self.snapping, self.following = "auto", True, True
        self.unfolded: set[str] = set()
        self.keys: frozenset[tuple[str, int]] = frozenset()
        self.guide: Time | None = None
        self.refused = ""
        self.shown: Timeline = studio.timeline
        self._rows: list[Row] = []
        self._tops: list[int] = []
        self._spans: dict[str, tuple[tuple[Clip, ...], list[float], list[float]]] = {}
        self._last = 0.0
        self._marks: tuple[object, list[Mark]] | None = None
        self._recall()
        self._settle()
        studio.project_changed.connect(self.settle)

    # ------------------------------------------------------------ what is painted

    def settle(self) -> None:
        """Paint what is there, not what would be."""
        self.guide, self.refused = None, ""
        if self.keys:
            self._let_go()
        self._show(self.studio.timeline)

    def _let_go(self) -> None:
        """Picked keys that are there no more."""
        found = [lanes_of(track) for track in self.studio.timeline.tracks]
        counts = {lane.id: len(lane.keys) for rows in found for lanes in rows.values() for _, lane in lanes}
        self.keys = frozenset((id, n) for id, n in self.keys if n < counts.get(id, 0))

    def preview(self, change: Callable[[Timeline], Timeline]) -> None:
        """Paint what would be after `change`; where that is refused, what is there, and why."""
        try:
            self.refused = ""
            self._show(change(self.studio.timeline))
        except Refused as refused:
            self.refused = refused.failure.sentence
            self._show(self.studio.timeline)

    def pick(self, keys: Iterable[tuple[str, int]]) -> None:
        """Pick these keys of curves."""
        if frozenset(keys) != self.keys:
            self.keys = frozenset(keys)
            self.changed.emit()

    def _show(self, timeline: Timeline) -> None:
        self.shown = timeline
        self._settle()
        self.changed.emit()

    def _settle(self) -> None:
        self._rows = rows_of(self.shown, self.unfolded)
        self._tops = [row.top for row in self._rows]
        self.clock = Clock(self.shown, self.studio.project.fps)
        self.down = max(0, min(self.tall - self.height, self.down))
        there = {track.id for track in self.shown.tracks}
        self._spans = {id: found for id, found in self._spans.items() if id in there}
        self._last = float(self.shown.end)
        self._marks = None

    @property
    def rows(self) -> list[Row]:
        """All rows, from the top."""
        return self._rows

    @property
    def tall(self) -> int:
        """Pixels all rows need."""
        return self._rows[-1].bottom if self._rows else 0

    def visible(self) -> Iterator[Row]:
        """The rows in view."""
        for row in self._rows[max(0, bisect_right(self._tops, self.down) - 1) :]:
            if row.top >= self.down + self.height:
                return
            yield row

    def row_at(self, y: float) -> Row | None:
        """The row at a height of the view."""
        place = y + self.down
        index = bisect_right(self._tops, place) - 1
        return self._rows[index] if 0 <= index < len(self._rows) and place < self._rows[index].bottom else None

    def row_of(self, track: str) -> Row | None:
        """The row of a track."""
        return next((row for row in self._rows if row.track.id == track and not row.target), None)

    def top(self, row: Row) -> int:
        """Where a row begins in the view."""
        return row.top - self.down

    def clips(self, track: Track, span: tuple[float, float] | None = None) -> list[Clip]:
        """The clips of a track in view, or between two moments."""
        return [clip for clip, _, _ in self.spans(track, span)]

    def spans(self, track: Track, span: tuple[float, float] | None = None) -> list[tuple[Clip, float, float]]:
        """(clip, its start, its end) in seconds of a track's clips in view, or between two moments."""
        known = self._spans.get(track.id)
        if known is None or known[0] is not track.clips:
            starts = [float(clip.start) for clip in track.clips]
            ends = [start + float(clip.length) for start, clip in zip(starts, track.clips, strict=True)]
            known = self._spans[track.id] = (track.clips, starts, ends)
        clips, starts, ends = known
        start, stop = span or self.span
        first, last = max(0, bisect_left(starts, start) - 2), bisect_right(starts, stop)  # two at most reach into it
        return [(clips[n], starts[n], ends[n]) for n in range(first, last) if ends[n] > start]

    def marks(self) -> list[Mark]:
        """The lines of the ruler in view."""
        place = self.offset, self.scale, self.width, self.mode
        if self._marks is None or self._marks[0] != place:
            self._marks = place, marks(self.clock, self.mode, self.span, self.scale)
        return self._marks[1]

    # ------------------------------------------------------------ seconds and pixels

    @property
    def span(self) -> tuple[float, float]:
        """The moments at both edges."""
        return self.offset, self.offset + self.width / self.scale

    def x(self, at: Time | float) -> float:
        """Where a moment lies."""
        return (float(at) - self.offset) * self.scale

    def time(self, x: float) -> Time:
        """The moment at a pixel, to a sample of sound; it may lie before the beginning."""
        rate = self.studio.project.rate
        return Fraction(round((self.offset + x / self.scale) * rate), rate)

    def length(self, pixels: float) -> Time:
        """How long so many pixels are."""
        rate = self.studio.project.rate
        return Fraction(round(pixels / self.scale * rate), rate)

    @property
    def end(self) -> float:
        """The last moment that can be scrolled to the left edge's right: the end, and some room after it."""
        return max(self._last, float(self.studio.playhead), 8.0) + REST * self.width / self.scale

    @property
    def grid_now(self) -> str:
        """What is snapped to: a grid of `Clock.snapped`, or '' for none."""
        if self.grid == "off":
            return ""
        middle = max(ZERO, self.time(self.width / 2))
        return grid_of(self.clock, self.mode, middle, self.scale) if self.grid == "auto" else self.grid

    # ------------------------------------------------------------ moves

    def set_size(self, width: int, height: int) -> None:
        """The room there is for clips."""
        self.width, self.height = max(1, width), max(1, height)
        self.scroll(self.offset, self.down)

    def scroll(self, offset: float, down: int | None = None) -> None:
        """Have the moment `offset` at the left edge, and the pixel `down` of the rows at the top."""
        most = max(-EDGE / self.scale, self.end - self.width / self.scale)
        self.offset = min(most, max(-EDGE / self.scale, offset))
        if down is not None:
            self.down = max(0, min(self.tall - self.height, down))
        self.changed.emit()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Closer or farther; what lies at `x` (else the playhead, where it is in view) stays where it is."""
        if x is None:
            x = self.x(self.studio.playhead)
            x = x if 0 <= x <= self.width else self.width / 2
        at = self.offset + x / self.scale
        self.scale = max(LEAST, min(MOST, self.scale * factor))
        self.scroll(at - x / self.scale)

    def fit(self, start: Time | None = None, end: Time | None = None) -> None:
        """Everything in view, or what lies between two moments."""
        first = float(start or ZERO)
        last = float(end if end is not None else self.shown.end) or 8.0
        self.scale = max(LEAST, min(MOST, (self.width - 3 * EDGE) / max(1e-3, last - first)))
        self.scroll(first - EDGE / self.scale)

    def reveal(self, at: Time, row: Row | None = None) -> None:
        """Scroll so that a moment (and a row) is in view."""
        x, down = self.x(at), self.down
        if row is not None:
            down = min(row.top, max(down, row.bottom - self.height))
        if not 0 <= x <= self.width - EDGE:
            self.scroll(float(at) - self.width * 0.2 / self.scale, down)
        elif down != self.down:
            self.scroll(self.offset, down)

    def fold(self, track: str, open: bool) -> None:
        """Show the curves under a track or not."""
        (self.unfolded.add if open else self.unfolded.discard)(track)
        self._settle()
        self.remember()
        self.changed.emit()

    # ------------------------------------------------------------ remembering

    def remember(self) -> None:
        """Keep how it is looked at for the next start."""
        kept = {"mode": self.mode, "grid": self.grid, "snap": self.snapping, "follow": self.following}
        kept |= {"scale": self.scale, "open": sorted(self.unfolded)[-200:]}
        self.studio.save_state(STATE, json.dumps(kept).encode())

    def _recall(self) -> None:
        try:
            kept = json.loads(self.studio.load_state(STATE) or b"{}")
            self.unfolded = {str(id) for id in kept.get("open", [])}
            self.scale = max(LEAST, min(MOST, float(kept.get("scale", self.scale))))
            self.mode = kept["mode"] if kept.get("mode") in ("bars", "timecode", "frames") else self.mode
            self.grid = str(kept.get("grid", self.grid))
        except (ValueError, TypeError, AttributeError):
            return  # a state nobody wrote: as at the first start
        self.snapping, self.following = bool(kept.get("snap", True)), bool(kept.get("follow", True))
