"""One line of the table, and the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Row:
    """One measurement: what, our value, the other's where there is one, the unit, and the goal of the house.

    `value` is None where nothing could be measured; `note` then says why in a sentence. `pairs` is the median of the
    ratios of runs taken in turns, better than the ratio of the two medians on a busy machine. A goal is the most that
    is allowed, of the value or of the ratio as `of` says.
    """

    name: str
    value: float | None
    other: float | None
    unit: str
    goal: float | None
    pairs: float | None = None
    of: Literal["value", "ratio"] = "value"
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours over the other's."""
        if self.pairs is not None:
            return self.pairs
        return None if self.value is None or not self.other else self.value / self.other

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is no goal or nothing to hold against it."""
        reached = self.ratio if self.of == "ratio" else self.value
        return None if self.goal is None or reached is None else reached <= self.goal

    def facts(self) -> dict[str, Any]:
        """Everything as plain data."""
        return asdict(self) | {"ratio": self.ratio, "met": self.met}


def table(rows: Iterable[Row]) -> str:
    """The rows under a heading, in columns."""
    head = ("", "ours", "other", "ratio", "unit", "goal", "met")
    cells = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[n]) for line in cells) for n in range(len(head))]
    lines = ["  ".join(_placed(n, cell, widths[n]) for n, cell in enumerate(line)).rstrip() for line in cells]
    notes = [f"{row.name}: {row.note}" for row in rows if row.note]
    return "\n".join([*lines, *notes])


def _cells(row: Row) -> tuple[str, ...]:
    ratio = "" if row.ratio is None else f"x{row.ratio:.3f}"
    goal = "" if row.goal is None else f"{'x' if row.of == 'ratio' else ''}{row.goal:g}"
    met = {True: "met", False: "not met", None: "" if row.value is not None else "not measured"}[row.met]
    return (row.name, _number(row.value), _number(row.other), ratio, row.unit, goal, met)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3f}"


def _placed(column: int, cell: str, width: int) -> str:
    return cell.rjust(width) if column in (1, 2, 3, 5) else cell.ljust(width)
