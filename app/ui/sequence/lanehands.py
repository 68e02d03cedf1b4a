"""What the mouse does to curves: keys are selected, dragged, added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt

from app.core.timeline import edit, keys
from app.core.timeline.values import ZERO, Clip, Key, Lane, Time, Timeline, Track
from app.ui.sequence.hands import Change, Gesture, Hit, free
from app.ui.sequence.lanes import Lanes, since
from app.ui.sequence.rows import Row
from app.ui.sequence.snap import Snap
from app.ui.sequence.view import View
from app.ui.sequence.words import _tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Picked = frozenset[tuple[str, int]]  # (lane's id, which key)


def under(view: View, lanes: Lanes, row: Row, at: QPointF) -> Hit:
    """What of a row of curves lies under a place."""
    spot = lanes.key_at(row, at)
    if spot is not None:
        return Hit("key", row, spot[0], spot[1], spot[2])
    found = lanes.lane_at(row, at)
    if found is None:
        return Hit("lane", row)
    owner, lane = found
    near = abs(lanes.y(row, lanes.at(row, owner, lane, view.time(at.x()))) - at.y()) <= 5
    return Hit("line" if near else "lane", row, owner, lane)


def owned(timeline: Timeline, ids: Iterable[str]) -> Iterator[tuple[Track, Clip | None, Lane]]:
    """(track, clip or None, lane) of the lanes of these ids."""
    wanted = set(ids)
    for track in timeline.tracks:
        for lane in track.lanes:
            if lane.id in wanted:
                yield track, None, lane
        for clip in track.clips:
            for lane in clip.lanes:
                if lane.id in wanted:
                    yield track, clip, lane


class KeyMove(Gesture):
    """The picked keys along time and in value; with Ctrl only the way they went further."""

    def __init__(self, view: View, at: QPointF, hit: Hit, lanes: Lanes) -> None:
        super().__init__(view, at)
        assert hit.row is not None
        assert hit.lane is not None
        self.text = _tr("Move keys")
        self.lanes, self.row, self.level = lanes, hit.row, lanes.value(hit.row, at.y())
        self.edge = since(hit.clip) + hit.lane.keys[hit.key].at
        self.picked = view.keys
        self.snap = Snap(view)
        self.after: Picked = view.keys
        self.start = at

    def change(self, at: QPointF, held: Qt.KeyboardModifier) -> Change | None:
        by = self.snap.shift((self.edge,), self.by(at), free(held))
        target = self.lanes.target(self.row)
        rise = self.lanes.value(self.row, at.y()) - self.level
        if held & Qt.KeyboardModifier.ControlModifier:
            along = abs(at.x() - self.start.x()) >= abs(at.y() - self.start.y())
            by, rise = (by, 0.0) if along else (ZERO, rise)
        share = rise / ((target.high - target.low) or 1.0)
        return lambda timeline: self._moved(timeline, by, share)

    def _moved(self, timeline: Timeline, by, share: float) -> Timeline:  # type: ignore[no-untyped-def]
        after: set[tuple[str, int]] = set()
        for track, clip, lane in list(owned(timeline, {id for id, _ in self.picked})):
            row = next((one for one in self.view.rows if one.track.id == track.id and one.target == lane.target), None)
            target = self.lanes.target(row) if row is not None else None
            rise = share * (target.high - target.low) if target is not None else 0.0
            moved, places = keys.moved(lane, {n for id, n in self.picked if id == lane.id}, by, rise)
            after |= {(lane.id, n) for n in places}
            timeline = edit.put_lane(timeline, clip.id if clip is not None else track.id, moved)
        self.after = frozenset(after)
        self.view.keys = self.after
        return timeline


class KeyMarquee(Gesture):
    """A rectangle that picks keys."""

    live = False

    def __init__(self, view: View, at: QPointF, held: Qt.KeyboardModifier, lanes: Lanes) -> None:
        super().__init__(view, at)
        self.lanes, self.start = lanes, at
        self.before = view.keys if held & Qt.KeyboardModifier.ShiftModifier else frozenset()
        self.box = QRectF()

    def change(self, at: QPointF, held: Qt.KeyboardModifier) -> Change | None:
        self.box = QRectF(self.start, at).normalized()
        found: set[tuple[str, int]] = set()
        for row in self.view.visible():
            if row.target:
                spots = self.lanes.spots(row)
                found |= {(lane.id, index) for (_, lane, index), place in spots if self.box.contains(place)}
        self.view.keys = self.before | found
        self.view.changed.emit()
        return None


def pick(view: View, hit: Hit, held: Qt.KeyboardModifier) -> None:
    """Pick the key that was pressed; with Shift one more, or one less."""
    assert hit.lane is not None
    spot = (hit.lane.id, hit.key)
    if held & Qt.KeyboardModifier.ShiftModifier:
        view.keys = view.keys - {spot} if spot in view.keys else view.keys | {spot}
    elif spot not in view.keys:
        view.keys = frozenset({spot})
    view.changed.emit()


def add_key(view: View, lanes: Lanes, hit: Hit, at: QPointF) -> None:
    """A key where the mouse is."""
    if hit.row is None or hit.lane is None:
        return
    owner = hit.clip
    moment = Snap(view).moment(view.time(at.x()))
    view.guide = None
    begin = since(owner)
    moment = max(ZERO, moment - begin)
    if owner is not None:
        moment = min(moment, owner.length)
    value = lanes.value(hit.row, at.y())
    lane, place = keys.added(hit.lane, moment, value)
    whose = owner.id if owner is not None else hit.row.track.id
    if view.studio.arrange(_tr("Add key"), lambda one: edit.put_lane(one, whose, lane)):
        view.keys = frozenset({(lane.id, place)})
        view.changed.emit()


def remove_keys(view: View) -> None:
    """The picked keys away."""
    change_keys(view, _tr("Delete keys"), lambda lane, chosen: keys.removed(lane, chosen))
    view.keys = frozenset()
    view.changed.emit()


def change_keys(view: View, text: str, change, merge: str = "") -> bool:  # type: ignore[no-untyped-def]
    """Change every lane that has picked keys: `change(lane, which)` is what becomes of it."""
    picked = view.keys

    def every(timeline: Timeline) -> Timeline:
        for track, clip, lane in list(owned(timeline, {id for id, _ in picked})):
            after = change(lane, frozenset(n for id, n in picked if id == lane.id))
            timeline = edit.put_lane(timeline, clip.id if clip is not None else track.id, after)
        return timeline

    return view.studio.arrange(text, every, merge)


def copied(view: View) -> list[tuple[str, list[Key]]]:
    """The picked keys by what their lanes change, their times counted from the earliest."""
    found: list[tuple[str, list[Key]]] = []
    rows = [
        (since(clip), lane, sorted(n for id, n in view.keys if id == lane.id))
        for _, clip, lane in owned(view.studio.timeline, {id for id, _ in view.keys})
    ]
    first = min(begin + lane.keys[n].at for begin, lane, places in rows for n in places)
    for begin, lane, places in rows:
        kept = [msgspec.structs.replace(lane.keys[n], at=begin + lane.keys[n].at - first) for n in places]
        found.append((lane.target, kept))
    return found


def paste(view: View, copies: list[tuple[str, list[Key]]]) -> None:
    """Copied keys from the playhead on: into the lanes of what they change that are there then, of the selected clips
    first, else of any that is in view."""
    head, picked = view.studio.playhead, set()
    put: list[tuple[str, Lane]] = []
    for target, copy in copies:
        goal = _goal(view, target)
        if goal is not None:
            track, clip, lane = goal
            after, places = keys.pasted(lane, copy, head - since(clip))
            put.append((clip.id if clip is not None else track.id, after))
            picked |= {(lane.id, n) for n in places}

    def every(timeline: Timeline) -> Timeline:
        for owner, lane in put:
            timeline = edit.put_lane(timeline, owner, lane)
        return timeline

    if put and view.studio.arrange(_tr("Paste keys"), every):
        view.pick(picked)


def _goal(view: View, target: str) -> tuple[Track, Clip | None, Lane] | None:
    head, chosen = view.studio.playhead, view.studio.selection
    found = [
        (row.track, clip, lane)
        for row in view.rows
        for clip, lane in row.lanes
        if lane.target == target and (clip is None or clip.start <= head <= clip.end)
    ]
    return min(found, key=lambda one: one[1] is None or one[1].id not in chosen, default=None)


def nudge(view: View, by: Time) -> None:
    """The picked keys later by `by`."""
    after: set[tuple[str, int]] = set()

    def change(lane: Lane, chosen: frozenset[int]) -> Lane:
        lane, places = keys.moved(lane, chosen, by)
        after.update((lane.id, n) for n in places)
        return lane

    if change_keys(view, _tr("Nudge keys"), change, "nudge keys"):
        view.pick(after)
