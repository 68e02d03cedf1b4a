"""A lane as a curve that is edited: what is seen of it, which keys are chosen, and what is done to them."""

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.core.timeline import keys
from app.core.timeline.clock import Clock
from app.core.timeline.curve import Hearing
from app.core.timeline.values import ZERO, Key, Lane, Time
from app.ui.curves.sight import values_of
from app.ui.curves.span import Span, fitted
from engines.contract import Param


class Shown(NamedTuple):
    """What is edited: a lane, the constant behind it, what it hears, its bounds, and how long its owner lasts."""

    lane: Lane
    base: float
    hearing: Hearing
    param: Param | None
    length: Time


class Board(QWidget):
    """`edited(lane, text)`: the lane was changed by hand; `moved(seconds)`: the playhead was dragged; `menu(point)`."""

    edited = Signal(object, str)
    moved = Signal(object)
    menu_asked = Signal(object)
    chosen_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Curve"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(160, 90)
        self.shown: Shown | None = None
        self.chosen: keys.Chosen = frozenset()
        self.span = Span(0.0, 4.0, 0.0, 1.0)
        self.grid = "beat"
        self.snap = True
        self.playhead: Time = ZERO
        self._lane: Lane | None = None  # while it is dragged

    # ------------------------------------------------------------ what is shown

    @property
    def lane(self) -> Lane | None:
        """The lane as it is seen: with what the hand does now."""
        return self._lane or (self.shown.lane if self.shown else None)

    @property
    def clock(self) -> Clock:
        """The clock of the timeline."""
        assert self.shown is not None
        return self.shown.hearing.clock

    @property
    def since(self) -> Time:
        """When the owner begins."""
        assert self.shown is not None
        return self.shown.hearing.since

    def show_lane(self, shown: Shown | None) -> None:
        """Show a lane; another one is fitted, the same keeps what is chosen where it still is."""
        other = shown is None or self.shown is None or shown.lane.id != self.shown.lane.id
        self.shown, self._lane = shown, None
        count = len(shown.lane.keys) if shown else 0
        self.choose(frozenset() if other else frozenset(n for n in self.chosen if n < count))
        if other and shown is not None:
            self.fit()
        self.setAccessibleDescription(self.sentence())
        self.update()

    def sentence(self) -> str:
        """The lane in words."""
        if self.shown is None:
            return ""
        count, told = len(self.shown.lane.keys), self.tr("%1 keys, %2 chosen")
        return told.replace("%1", str(count)).replace("%2", str(len(self.chosen)))

    def choose(self, chosen: keys.Chosen) -> None:
        """Choose these keys."""
        if chosen != self.chosen:
            self.chosen = chosen
            self.setAccessibleDescription(self.sentence())
            self.chosen_changed.emit()
            self.update()

    def fit(self) -> None:
        """See all of the owner's time and all of the curve, or the keys that are chosen."""
        if self.shown is None:
            return
        lane, since, param = self.shown.lane, float(self.since), self.shown.param
        picked = [lane.keys[n] for n in sorted(self.chosen)] if len(self.chosen) > 1 else []
        if picked:
            times = [since + float(key.at) for key in picked]
            values = [key.value for key in picked]
        else:
            times = [since, since + float(self.shown.length), *(since + float(key.at) for key in lane.keys)]
            values = list(values_of(self.shown, np.linspace(min(times), max(times), 257)))
            if param is not None and param.min is not None and param.max is not None and param.max - param.min <= 30:
                values += [param.min, param.max]
        self.span = fitted(times, values, self.span)
        self.update()

    def set_playhead(self, at: Time) -> None:
        """Where the playhead is."""
        self.playhead = at
        self.update()

    # ------------------------------------------------------------ editing

    def edit(self, text: str, change: Callable[[Lane], Lane | tuple[Lane, object]]) -> None:
        """Change the lane by a function of `keys`; what it says of places is chosen then."""
        if self.shown is None:
            return
        found = change(self.shown.lane)
        lane, places = found if isinstance(found, tuple) and not isinstance(found, Lane) else (found, None)
        self._become(lane, places, text)

    def _become(self, lane: Lane, places: object, text: str) -> None:
        chosen = frozenset([places]) if isinstance(places, int) else places
        self._lane = None
        if self.shown is not None and lane != self.shown.lane:
            self.shown = self.shown._replace(lane=lane)
            self.edited.emit(lane, text)
        if isinstance(chosen, frozenset):
            self.choose(chosen)
        else:
            self.choose(frozenset(n for n in self.chosen if n < len(lane.keys)))
        self.update()

    def delete(self) -> None:
        """Take the chosen keys away."""
        self.edit(self.tr("Delete keys"), lambda lane: (keys.removed(lane, self.chosen), frozenset()))

    def ease(self, ease: str) -> None:
        """Have the chosen keys (all, where none is) go on by an easing."""
        self.edit(self.tr("Ease keys"), lambda lane: keys.eased(lane, self._picked(lane), ease))

    def smooth(self) -> None:
        """Lay the handles of the chosen beziers anew, smoothly."""
        self.edit(self.tr("Smooth keys"), lambda lane: keys.smoothed(lane, self._picked(lane)))

    def align(self) -> None:
        """Put the chosen keys (all, where none is) on the grid."""
        grid = self.grid
        self.edit(
            self.tr("Put keys on the grid"),
            lambda lane: keys.snapped(lane, self._picked(lane), grid, self.clock, self.since),
        )

    def paste(self, copied: tuple[Key, ...]) -> None:
        """Put copied keys in from the playhead on."""
        if copied:
            self.edit(self.tr("Paste keys"), lambda lane: keys.pasted(lane, copied, self.playhead - self.since))

    def copied(self) -> tuple[Key, ...]:
        """The chosen keys, for pasting."""
        return keys.copied(self.shown.lane, self.chosen) if self.shown and self.chosen else ()

    def add(self, seconds: float | None = None, value: float | None = None) -> None:
        """A key at a moment of the timeline (the playhead), on the curve or at `value`."""
        if self.shown is None:
            return
        at = self._time(seconds) if seconds is not None else self.playhead
        if value is None and not self.shown.lane.keys:
            value = self.shown.base
        self.edit(self.tr("Add a key"), lambda lane: keys.added(lane, at - self.since, self._bounded(value)))

    def nudge(self, by: Time, rise: float) -> None:
        """Move the chosen keys."""
        self.edit(self.tr("Move keys"), lambda lane: keys.moved(lane, self.chosen, by, rise))

    def walk(self, way: int) -> None:
        """Choose the key after the chosen one (or the playhead), or the one before."""
        if self.shown is None or not self.shown.lane.keys:
            return
        count = len(self.shown.lane.keys)
        start = max(self.chosen) if self.chosen and way > 0 else min(self.chosen) if self.chosen else None
        place = (0 if way > 0 else count - 1) if start is None else min(count - 1, max(0, start + way))
        self.choose(frozenset([place]))
        self.moved.emit(self.since + self.shown.lane.keys[place].at)

    def _picked(self, lane: Lane) -> keys.Chosen:
        return self.chosen or frozenset(range(len(lane.keys)))

    def _time(self, seconds: float) -> Time:
        """A moment of the timeline, on the grid where it snaps, else on a thousandth."""
        exact = Fraction(round(seconds * 1000), 1000)
        return self.clock.snapped(exact, self.grid) if self.snap else exact

    def _bounded(self, value: float | None) -> float | None:
        param = self.shown.param if self.shown else None
        if value is None or param is None:
            return value
        low, high = param.min, param.max
        value = value if low is None else max(float(low), value)
        return value if high is None else min(float(high), value)

    def sizeHint(self) -> QSize:
        return QSize(420, 200)
