"""The one axis that the plot, the filmstrip and the curve lanes share: from noise on the left to clean on the right."""

import math

from PySide6.QtCore import QObject, Signal

GUTTER = 146  # where the rows write their names
PAD = 8
GAP = 10  # between the last step and the result
NARROW, WIDE = 6.0, 220.0  # least and greatest width of a step
COMFORT = 40.0  # a step is not made narrower than this unless the user zooms out
RESULT = 52.0  # nor the result than this


class Axis(QObject):
    """Which x belongs to which step. Steps count from 1; `total + 1` stands for the result.

    `playhead` is the step under the needle, `hover` the one under the mouse (0: none). Positions of a curve run from
    0 at the middle of the first step to 1 at the middle of the last, as in `engines.contract.Curve`.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.total = 20
        self.cell = 64.0
        self.offset = 0.0
        self.playhead = 0
        self.hover = 0
        self._width = 800
        self._fitted = True

    # ---------------------------------------------------------------- places

    @property
    def shown(self) -> float:
        """Pixels there are for the steps."""
        return max(1.0, float(self._width - GUTTER))

    @property
    def content(self) -> float:
        """Pixels all steps and the result need."""
        return 2 * PAD + self.total * self.cell + GAP + self.last

    @property
    def last(self) -> float:
        """The width of the result's place."""
        return max(self.cell, RESULT)

    @property
    def room(self) -> float:
        """How far it can be scrolled."""
        return max(0.0, self.content - self.shown)

    @property
    def stride(self) -> int:
        """A frame is drawn for every so many steps, so that none is drawn narrower than it can be read."""
        return max(1, math.ceil(36.0 / self.cell))

    def x(self, step: float) -> float:
        """The middle of `step`; fractions lie between, `total + 1` is the middle of the result."""
        left = GUTTER + PAD - self.offset
        if step > self.total + 0.5:
            return left + self.total * self.cell + GAP + self.last / 2
        return left + (step - 0.5) * self.cell

    def step_at(self, x: float) -> int:
        """The step whose place holds `x`, from 1 to `total + 1`."""
        inner = x - GUTTER - PAD + self.offset
        if inner >= self.total * self.cell + GAP / 2:
            return self.total + 1
        return max(1, min(self.total, int(inner // self.cell) + 1))

    def x_of(self, position: float) -> float:
        """Where `position` of a curve lies."""
        return self.x(1 + position * max(0, self.total - 1))

    def position_at(self, x: float) -> float:
        """The position in [0, 1] of a curve at `x`."""
        if self.total < 2:
            return 0.0
        return max(0.0, min(1.0, (x - self.x(1)) / (self.cell * (self.total - 1))))

    def position(self, step: float) -> float:
        """The position of `step` in [0, 1]."""
        return 0.0 if self.total < 2 else max(0.0, min(1.0, (step - 1) / (self.total - 1)))

    def visible(self) -> range:
        """The steps now in view (the result not counted)."""
        first = int((self.offset - PAD) // self.cell) + 1
        final = int((self.offset - PAD + self.shown) // self.cell) + 1
        return range(max(1, first), min(self.total, final) + 1)

    # ---------------------------------------------------------------- moves

    def set_total(self, total: int) -> None:
        """So many steps; the whole run is fitted again unless the user has zoomed."""
        total = max(1, total)
        if total != self.total:
            self.total = total
            self._settle()

    def set_width(self, width: int) -> None:
        self._width = width
        self._settle()

    def set_playhead(self, step: int, reveal: bool = True) -> None:
        self.playhead = step
        if reveal and step:
            self._reveal(step)
        self.changed.emit()

    def set_hover(self, step: int) -> None:
        if step != self.hover:
            self.hover = step
            self.changed.emit()

    def scroll(self, offset: float) -> None:
        offset = max(0.0, min(self.room, offset))
        if offset != self.offset:
            self.offset = offset
            self.changed.emit()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Wider or narrower steps; what lies at `x` (the needle by default) stays where it is."""
        x = x if x is not None else self.x(self.playhead or 1)
        place = (x - GUTTER - PAD + self.offset) / self.cell
        self.cell = max(NARROW, min(WIDE, self.cell * factor))
        self._fitted = False
        self.offset = max(0.0, min(self.room, place * self.cell - (x - GUTTER - PAD)))
        self.changed.emit()

    def fit(self) -> None:
        """The whole run in view, as far as frames stay readable; follows the window until the next zoom."""
        self._fitted = True
        self._settle()

    def _settle(self) -> None:
        if self._fitted:
            self.cell = max(COMFORT, min(132.0, self._even()))
        self.offset = max(0.0, min(self.room, self.offset))
        self.changed.emit()

    def _even(self) -> float:
        """The width at which all steps and the result just fill the room."""
        room = self.shown - 2 * PAD - GAP
        even = room / (self.total + 1)
        return even if even >= RESULT else (room - RESULT) / self.total

    def _reveal(self, step: int) -> None:
        middle, half = self.x(step), self.cell
        if middle - half < GUTTER:
            self.offset = max(0.0, self.offset - (GUTTER - middle + half))
        elif middle + half > self._width:
            self.offset = min(self.room, self.offset + (middle + half - self._width))
