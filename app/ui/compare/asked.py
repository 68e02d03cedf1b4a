"""What was asked for differently, as a table of only what differs: names and units as the form shows them."""

import re
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.core.lab.difference import Change
from app.ui import declared, theme
from app.ui.widgets import discard, say
from engines.contract import Curve, EngineCard, Param
from engines.files.recipe import Recipe

LONGEST = 280  # characters of a value that are shown; the whole is the tool tip
_ARRAY = re.compile(r"^sha256-([0-9a-f]{6})")
_HIDDEN = re.compile(r"\.(dtype|shape( \d+)?|type)$")  # of an array: its content says it all


class Row(Struct, frozen=True):
    """A thing that differs: what the form calls it, and both values, in words or as curves."""

    name: str
    a: str | Curve
    b: str | Curve


def rows(changed: tuple[Change, ...], card: EngineCard, recipes: tuple[Recipe, Recipe]) -> list[Row]:
    """Everything that differs, a curve as one thing; a constant that a curve has taken the place of is not told of."""
    curves = dict.fromkeys(one.name.split(".")[1] for one in changed if one.name.startswith("curves."))
    params = {param.name: param for param in card.params}
    found = [_curved(name, params.get(name), recipes) for name in curves]
    for one in changed:
        head, _, rest = one.name.partition(".")
        if head == "curves" or (head == "options" and rest in curves) or _HIDDEN.search(one.name):
            continue
        param = params.get(rest) if head == "options" else None
        found.append(Row(_name(one.name, param), _value(one.a, param), _value(one.b, param)))
    return found


def _curved(name: str, param: Param | None, recipes: tuple[Recipe, Recipe]) -> Row:
    values = []
    for made in recipes:
        constant = made.request.options.get(name, param.default if param else None)
        values.append(made.request.curves.get(name) or _value(constant, param))
    return Row(declared.label(param) if param else declared.words(name), values[0], values[1])


def _name(path: str, param: Param | None) -> str:
    if param is not None:
        return declared.label(param)
    known = {
        "prompt": _tr("Prompt"),
        "negative": _tr("Negative prompt"),
        "seed": _tr("Seed"),
        "size": _tr("Size"),
        "length": _tr("Length"),
        "strength": _tr("Strength of the start"),
        "engine": _tr("Engine"),
        "travel": _tr("Travel"),
        "parent.run": _tr("Branched from the run"),
        "parent.step": _tr("Branched from the step"),
    }
    parts = [part for part in path.split(".") if part not in ("options", "array", "pixels", "samples", "frames")]
    return known.get(path) or " · ".join(declared.words(part) for part in parts)


def _value(value: Any, param: Param | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _tr("yes") if value else _tr("no")
    if param is not None and param.kind == "choice":
        return declared.words(str(value))
    if isinstance(value, str):
        found = _ARRAY.match(value)
        return _tr("content %1").replace("%1", found[1]) if found else value or _tr("(empty)")
    if isinstance(value, list | tuple):
        return " × ".join(_value(one, None) for one in value)
    unit = f" {declared.said(param.unit)}" if param is not None and param.unit else ""
    return (f"{value:g}" if isinstance(value, float) else str(value)) + unit


def plain(value: Any) -> str:
    """A fact as an engine told it."""
    return f"{value:.6g}" if isinstance(value, float) else _value(value, None)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Asked", text)


class Spark(QWidget):
    """A curve over the run, drawn small. Both curves of a row share a scale, `span`."""

    def __init__(self, curve: Curve, span: tuple[float, float]) -> None:
        super().__init__()
        self.curve, self.span = curve, span
        ends = f"{curve.at(0):g} … {curve.at(1):g}"
        self.setToolTip(ends)
        self.setAccessibleName(QCoreApplication.translate("Asked", "Curve"))
        self.setAccessibleDescription(ends)

    def sizeHint(self) -> QSize:
        return QSize(70, 34)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 34)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        low, high = self.span
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = self.rect().adjusted(1, 3, -1, -3)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(QColor(c.raised))
            p.drawRoundedRect(box, 4, 4)
            line = QPolygonF()
            for n in range(box.width() - 7):
                share = n / max(1, box.width() - 8)
                tall = (self.curve.at(share) - low) / (high - low or 1.0)
                line.append(QPointF(box.left() + 4 + n, box.bottom() - 4 - tall * (box.height() - 8)))
            p.setPen(QPen(QColor(c.accent), 1.5))
            p.drawPolyline(line)


class Asked(QWidget):
    """The table: what, A, B."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.setAccessibleName(self.tr("What was asked for differently"))
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(theme.M)
        self.grid.setVerticalSpacing(theme.M)
        for column, share in ((0, 5), (1, 6), (2, 6)):
            self.grid.setColumnStretch(column, share)

    def show_rows(self, found: list[Row], heads: tuple[str, str] = ("A", "B")) -> None:
        """Show these in place of what was shown."""
        self.rows = found
        while (item := self.grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                discard(widget)
        for column, head in enumerate(("", *heads) if found else ()):
            self.grid.addWidget(say(head, "section"), 0, column)
        for n, row in enumerate(found, 1):
            self.grid.addWidget(self._text(row.name, "dim"), n, 0, Qt.AlignmentFlag.AlignTop)
            span = _span(row)
            for column, value in ((1, row.a), (2, row.b)):
                shown = Spark(value, span) if isinstance(value, Curve) else self._text(value, "")
                self.grid.addWidget(shown, n, column, Qt.AlignmentFlag.AlignTop)

    def _text(self, text: str, look: str) -> QLabel:
        label = say(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…", look, wrap=True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setToolTip(text if len(text) > LONGEST else "")
        label.setMinimumWidth(30)
        return label


def _span(row: Row) -> tuple[float, float]:
    values = [v for one in (row.a, row.b) if isinstance(one, Curve) for _, v in one.points]
    return (min(0.0, *values), max(values)) if values else (0.0, 1.0)
