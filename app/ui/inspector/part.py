"""What the sections of the inspector are: rows that show a clip or track, and the deeds behind them."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.core.timeline import edit, keys, numbers
from app.core.timeline.curve import SILENT, sampled
from app.core.timeline.numbers import number
from app.core.timeline.values import ZERO, Clip, Lane, Time, Timeline, Track
from app.studio import Studio
from app.ui import theme
from app.ui.inspector.keyed import Keyed
from app.ui.widgets import Choice, Elided, Section
from engines.contract import Param

WIDEST = 1e6  # of a number without bounds
replace = msgspec.structs.replace


class Part(Section):
    """A section for what is selected. Its edits go to all selected clips, as one deed. `curve_asked(owner, target)`."""

    curve_asked = Signal(str, str)

    def __init__(self, studio: Studio, title: str, *, open: bool = True) -> None:
        super().__init__(title, open=open)
        self.studio = studio
        self.owners: tuple[Clip | Track, ...] = ()
        self.track: Track | None = None
        self.keyed: dict[str, Keyed] = {}

    @property
    def owner(self) -> Clip | Track:
        """The one whose values are shown: the first of the selection."""
        return self.owners[0]

    @property
    def clip(self) -> Clip:
        """The same, where it is a clip."""
        assert isinstance(self.owner, Clip)
        return self.owner

    def fits(self, track: Track, owner: Clip | Track) -> bool:
        """Whether this section has something to say of it."""
        raise NotImplementedError

    def show_owners(self, track: Track, owners: tuple[Clip | Track, ...]) -> None:
        """Show these, of which the first lies on `track` (or is it)."""
        self.track, self.owners = track, owners
        self.refresh()
        self.follow()

    def refresh(self) -> None:
        """Show what does not depend on the playhead."""

    # ------------------------------------------------------------ editing

    def change(self, text: str, change: Callable[[Any], Any], merge: str = "") -> None:
        """Change every selected clip (or the track) by `change`, as one deed."""
        ids = [owner.id for owner in self.owners]

        def all_of(timeline: Timeline) -> Timeline:
            for id in ids:
                timeline = changed(timeline, id, change)
            return timeline

        self.studio.arrange(text, all_of, merge and f"{merge} {ids[0]}")

    def put(self, text: str, merge: str = "", /, **fields: Any) -> None:
        """Set fields of every selected clip (or of the track)."""
        self.change(text, lambda one: replace(one, **fields), merge)

    # ------------------------------------------------------------ rows

    def line(self, name: str, field: QWidget) -> QWidget:
        """A row: the name on the left, `field` on the right, in line with the numbers."""
        row = QWidget()
        field.setAccessibleName(field.accessibleName() or name)
        label = Elided(name)
        box = QHBoxLayout(row)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.M)
        box.addWidget(label, 2)
        box.addWidget(field, 3)
        self.rows.addWidget(row)
        return row

    def choice(self, name: str, options: Sequence[tuple[str, str]], chosen: Callable[[str], object]) -> Choice:
        """A row with a list of (value, what it is called)."""
        field = Choice()
        for value, text in options:
            field.addItem(text, value)
        field.activated.connect(lambda place: chosen(str(field.itemData(place))))
        self.line(name, field)
        return field

    def dial(self, target: str, name: str, param: Param) -> Keyed:
        """A row for the number `target`, which can have keys."""
        low = -WIDEST if param.min is None else float(param.min)
        high = WIDEST if param.max is None else float(param.max)
        step = float(param.step or (1 if param.kind == "int" else 0.01))
        row = Keyed(name, (low, high), step, param.unit)
        row.setProperty("default", float(param.default))
        row.edited.connect(partial(self._edited, target, name))
        row.marked.connect(partial(self._marked, target, name))
        row.walked.connect(partial(self._walked, target))
        row.curve_asked.connect(lambda: self.curve_asked.emit(self.owner.id, target))
        row.cleared.connect(partial(self._cleared, target, name))
        self.keyed[target] = row
        return row

    def shown_dial(self, target: str, name: str) -> Keyed:
        """A row for a number of how a clip is shown or heard."""
        param = number(None, target)
        assert param is not None
        row = self.dial(target, name, param)
        self.rows.addWidget(row)
        return row

    # ------------------------------------------------------------ numbers with keys

    @property
    def here(self) -> Time:
        """The playhead, counted from where the owner begins, within a clip."""
        return _within(self.owner, self.studio.playhead)

    def follow(self) -> None:
        """Show the numbers as they are at the playhead."""
        if not self.owners:
            return
        at = self.here
        for target, row in self.keyed.items():
            lane = numbers.lane_of(self.owner, target)
            value = numbers.base(self.owner, target, float(row.property("default")))
            ends, here = (False, False), False
            if lane is not None:
                value = float(sampled(lane_of_keys(lane), value, [at], SILENT)[0])
                ends = (keys.previous_key(lane, at) is not None, keys.next_key(lane, at) is not None)
                here = keys.key_at(lane, at) is not None
            row.show_value(value, lane=lane is not None, here=here, ends=ends)

    def _edited(self, target: str, name: str, value: float) -> None:
        text, head = self.tr("Change %1").replace("%1", name), self.studio.playhead

        def change(one: Clip | Track) -> Clip | Track:
            lane = numbers.lane_of(one, target)
            if lane is None or not lane.keys:
                return numbers.put_base(one, target, value)
            return with_lane(one, keys.added(lane, _within(one, head), value)[0])

        self.change(text, change, target)

    def _marked(self, target: str, name: str) -> None:
        """The diamond: a key at the playhead, or none there any more; the last key leaves its value."""
        default, head = float(self.keyed[target].property("default")), self.studio.playhead

        def change(one: Clip | Track) -> Clip | Track:
            lane, at = numbers.lane_of(one, target) or Lane(target), _within(one, head)
            after = keys.toggled(lane, at, numbers.base(one, target, default))
            if after.keys or after.expression or after.modulator:
                return with_lane(one, after)
            gone = replace(one, lanes=tuple(other for other in one.lanes if other.id != lane.id))
            return numbers.put_base(gone, target, lane.keys[0].value)

        self.change(self.tr("Key of %1").replace("%1", name), change)

    def _walked(self, target: str, way: int) -> None:
        lane = numbers.lane_of(self.owner, target)
        if lane is None:
            return
        key = keys.previous_key(lane, self.here) if way < 0 else keys.next_key(lane, self.here)
        since = self.owner.start if isinstance(self.owner, Clip) else Fraction(0)
        if key is not None:
            self.studio.set_playhead(since + key.at)

    def _cleared(self, target: str, name: str) -> None:
        value = self.keyed[target].field.value()

        def change(one: Clip | Track) -> Clip | Track:
            lanes = tuple(lane for lane in one.lanes if lane.target != target)
            return numbers.put_base(replace(one, lanes=lanes), target, value)

        self.change(self.tr("One number for %1").replace("%1", name), change)


def changed(timeline: Timeline, id: str, change: Callable[[Any], Any]) -> Timeline:
    """The timeline with the track or clip `id` changed; times and places of clips are for `edit` alone."""
    track = edit.track_of(timeline, id)
    if track.id == id:
        return edit.change_track(timeline, id, **_fields(change(track)))
    return edit.change_clip(timeline, id, **_fields(change(edit.clip_of(timeline, id))))


def _fields(owner: Clip | Track) -> dict[str, Any]:
    return {name: getattr(owner, name) for name in owner.__struct_fields__ if name != "id"}


def with_lane(owner: Any, lane: Lane) -> Any:
    """The owner with that lane in place of the one of its id, or as one more."""
    if any(one.id == lane.id for one in owner.lanes):
        return replace(owner, lanes=tuple(lane if one.id == lane.id else one for one in owner.lanes))
    return replace(owner, lanes=(*owner.lanes, lane))


def lane_of_keys(lane: Lane) -> Lane:
    """The lane by its keys alone, without what steers it besides."""
    return replace(lane, expression="", modulator=None)


def _within(owner: Clip | Track, at: Time) -> Time:
    return min(max(at - owner.start, ZERO), owner.length) if isinstance(owner, Clip) else at
