"""What the mouse does to clips: each gesture turns a place into a change of the timeline."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF, Qt

from app.core.timeline import edit, lay
from app.core.timeline.values import ZERO, Clip, Lane, Time, Timeline, Track
from app.ui.sequence.clipdraw import PAD
from app.ui.sequence.rows import Row
from app.ui.sequence.snap import Snap
from app.ui.sequence.targets import card_of
from app.ui.sequence.view import View
from app.ui.sequence.windows import ends, starts
from app.ui.sequence.words import _tr

Change = Callable[[Timeline], Timeline]
Part = Literal["nothing", "body", "start", "end", "fade_in", "fade_out", "lane", "key", "line"]
HANDLE = 7.0  # pixels


class Hit(Struct, frozen=True, eq=False):
    """What lies under the mouse: a part of a clip or lane in a row."""

    part: Part
    row: Row | None = None
    clip: Clip | None = None
    lane: Lane | None = None
    key: int = -1


def under(view: View, at: QPointF, chosen: Collection[str]) -> Hit:
    """The part of a clip under a place; lanes are looked at by `app.ui.sequence.lanehands`."""
    row = view.row_at(at.y())
    if row is None or row.target:
        return Hit("lane" if row is not None else "nothing", row)
    near = view.length(HANDLE)
    here = view.time(at.x())
    clips = view.clips(row.track, (float(here - near), float(here + near)))
    for clip in sorted(clips, key=lambda one: one.id in chosen, reverse=True):
        part = _part(view, row, clip, at, chosen=clip.id in chosen)
        if part != "nothing":
            return Hit(part, row, clip)
    return Hit("nothing", row)


def _part(view: View, row: Row, clip: Clip, at: QPointF, *, chosen: bool) -> Part:
    left, right = view.x(clip.start), view.x(clip.end)
    if not left - 3 <= at.x() <= right + 2:
        return "nothing"
    wide, top = right - left, view.top(row) + PAD
    if chosen and wide > 30 and at.y() < top + HANDLE + 3:
        for part, x in (
            ("fade_in", left + _pixels(view, clip.fade_in)),
            ("fade_out", right - _pixels(view, clip.fade_out)),
        ):
            inner = QRectF(x - (3 if part == "fade_in" else HANDLE + 3), top, HANDLE + 6, HANDLE + 3)
            if inner.contains(at):
                return part  # type: ignore[return-value]
    reach = min(HANDLE, wide / 4)
    if at.x() < left + reach:
        return "start"
    if at.x() > right - reach:
        return "end"
    return "body"


def _pixels(view: View, length: Time) -> float:
    return float(length) * view.scale


class Gesture:
    """A press that may become a drag. `change` is what becomes of the timeline with the mouse at a place."""

    text = ""
    live = True  # whether it shows itself while it goes on

    def __init__(self, view: View, at: QPointF) -> None:
        self.view, self.begun = view, view.time(at.x())

    def by(self, at: QPointF) -> Time:
        """How far the mouse has gone along time."""
        return self.view.time(at.x()) - self.begun

    def change(self, at: QPointF, held: Qt.KeyboardModifier) -> Change | None:
        """What is to be done with the mouse there."""
        raise NotImplementedError

    def chosen(self) -> list[str] | None:
        """Which clips are selected after it; None: the same."""
        return None


def free(held: Qt.KeyboardModifier) -> bool:
    """Shift turns snapping round while it is held."""
    return bool(held & Qt.KeyboardModifier.ShiftModifier)


class Move(Gesture):
    """Clips along time and to other tracks; with Ctrl copies of them."""

    def __init__(self, view: View, at: QPointF, hit: Hit) -> None:
        super().__init__(view, at)
        assert hit.row is not None
        assert hit.clip is not None
        self.text = _tr("Move clips")
        self.ids = set(view.studio.selection)
        clips = [(track, clip) for track in view.studio.timeline.tracks for clip in track.clips if clip.id in self.ids]
        self.first, self.last = min(c.start for _, c in clips), max(c.end for _, c in clips)
        self.edges = list(dict.fromkeys((hit.clip.start, hit.clip.end, self.first, self.last)))
        self.place = _index(view.studio.timeline, hit.row.track)
        self.copies = [(track.id, copy) for track, clip in clips for copy in edit.copied([clip])]
        self.snap = Snap(view, self.ids)
        self.copying = False

    def change(self, at: QPointF, held: Qt.KeyboardModifier) -> Change | None:
        by = max(-self.first, self.snap.shift(self.edges, self.by(at), free(held)))
        row = self.view.row_at(at.y())
        down = _index(self.view.studio.timeline, row.track) - self.place if row is not None else 0
        self.copying = bool(held & Qt.KeyboardModifier.ControlModifier)
        if not by and not down:
            return None
        if not self.copying:
            return lambda timeline: lay.moved(timeline, self.ids, by, down)
        return lambda timeline: lay.pasted(timeline, self._lower(timeline, down), self.first + by)

    def _lower(self, timeline: Timeline, down: int) -> list[tuple[str, Clip]]:
        rows = timeline.tracks
        places = [_index(timeline, edit.track_of(timeline, track)) for track, _ in self.copies]
        found = []
        for place, (_, clip) in zip(places, self.copies, strict=True):
            to = place + down
            fits = 0 <= to < len(rows) and rows[to].kind == rows[place].kind
            found.append((rows[to if fits else place].id, clip))
        return found

    def chosen(self) -> list[str] | None:
        return [clip.id for _, clip in self.copies] if self.copying else None


class Trim(Gesture):
    """One end of a clip."""

    def __init__(self, view: View, at: QPointF, hit: Hit) -> None:
        super().__init__(view, at)
        assert hit.clip is not None
        self.text = _tr("Trim clip")
        self.clip, self.start = hit.clip, hit.part == "start"
        reach = view.length(view.width) + hit.clip.length
        whole = (starts if self.start else ends)(card_of(view.studio, hit.clip), hit.clip, reach)
        self.snap = Snap(view, {hit.clip.id}, whole)
        self.least = view.clock.at_frame(1)

    def change(self, at: QPointF, held: Qt.KeyboardModifier) -> Change | None:
        clip = self.clip
        edge = (clip.start if self.start else clip.end) + self.by(at)
        edge = self.snap.moment(edge, free(held))
        low, high = limits(clip)
        if self.start:
            edge = max(low, min(edge, clip.end - self.least))
            return None if edge == clip.start else lambda timeline: edit.trim(timeline, clip.id, start=edge)
        edge = max(edge, clip.start + self.least)
        edge = edge if high is None else min(edge, high)
        return None if edge == clip.end else lambda timeline: edit.trim(timeline, clip.id, end=edge)


class Slip(Gesture):
    """What of its take a clip shows, the clip staying where it is."""

    def __init__(self, view: View, at: QPointF, hit: Hit) -> None:
        super().__init__(view, at)
        assert hit.clip is not None
        self.text = _tr("Slip clip")
        self.clip = hit.clip

    def change(self, at: QPointF, held: Qt.KeyboardModifier) -> Change | None:
        clip, take = self.clip, self.clip.shown
        by = -self.by(at) * clip.speed
        if take is not None and take.length and not clip.loop:
            low = take.offset - clip.offset
            high = low + take.length - clip.length * clip.speed
            by = max(low, min(by, max(low, high)))
        return (lambda timeline: edit.slip(timeline, clip.id, by)) if by else None


class Fade(Gesture):
    """How long a clip fades in or out."""

    def __init__(self, view: View, at: QPointF, hit: Hit) -> None:
        super().__init__(view, at)
        assert hit.clip is not None
        self.text = _tr("Fade clip")
        self.clip, self.name = hit.clip, hit.part

    def change(self, at: QPointF, held: Qt.KeyboardModifier) -> Change | None:
        clip, way = self.clip, 1 if self.name == "fade_in" else -1
        other = clip.fade_out if way > 0 else clip.fade_in
        length = getattr(clip, self.name) + way * self.by(at)
        length = max(ZERO, min(length, clip.length - other))
        return lambda timeline: edit.change_clip(timeline, clip.id, **{self.name: length})


class Marquee(Gesture):
    """A rectangle that selects what it touches; with Shift besides what was selected. It stays with what it began on
    when the panel is scrolled."""

    live = False

    def __init__(self, view: View, at: QPointF, held: Qt.KeyboardModifier) -> None:
        super().__init__(view, at)
        adding = held & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
        self.before = list(view.studio.selection) if adding else []
        self.level = at.y() + view.down
        self.box = QRectF()

    def change(self, at: QPointF, held: Qt.KeyboardModifier) -> Change | None:
        view = self.view
        left, right = sorted((view.x(self.begun), at.x()))
        top, bottom = sorted((self.level - view.down, at.y()))
        self.box = QRectF(left, top, right - left, bottom - top)
        found = []
        for row in view.rows:
            if row.target or row.bottom - view.down <= top or view.top(row) >= bottom:
                continue
            clips = view.clips(row.track, (float(view.time(left)), float(view.time(right))))
            found += [clip.id for clip in clips if clip.start < view.time(right)]
        view.studio.select(list(dict.fromkeys([*self.before, *found])))
        return None


def limits(clip: Clip) -> tuple[Time, Time | None]:
    """How early a clip may begin and how late it may end (None: as late as wished): what is to be made can be made
    longer, a sound that is there cannot."""
    take = clip.shown
    if take is None or not take.length or clip.loop or clip.ask is not None:
        return ZERO, None
    before = (clip.offset - take.offset) / clip.speed
    after = (take.offset + take.length - clip.offset) / clip.speed
    return max(ZERO, clip.start - before), clip.start + max(after, clip.length)


def gesture(view: View, at: QPointF, hit: Hit, held: Qt.KeyboardModifier) -> Gesture:
    """What a press on `hit` begins."""
    if hit.clip is None:
        return Marquee(view, at, held)
    if hit.part in ("start", "end"):
        return Trim(view, at, hit)
    if hit.part in ("fade_in", "fade_out"):
        return Fade(view, at, hit)
    return Slip(view, at, hit) if held & Qt.KeyboardModifier.AltModifier else Move(view, at, hit)


def _index(timeline: Timeline, track: Track) -> int:
    return next((n for n, one in enumerate(timeline.tracks) if one.id == track.id), 0)
