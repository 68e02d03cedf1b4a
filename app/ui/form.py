"""A form from an engine's options: one row for each, built from its declaration alone."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.declared import label, said, words
from app.ui.widgets import Choice, Elided, Number, Section, button, discard, say
from engines.contract import Curve, Param, Value


class Row(QWidget):
    """One option: its name, a field for its kind, a mark when it is not the default, a button for its curve.

    `edited(name, value)`: set by hand. `cleared(name)`: back to the default. `curve_asked(name, on)`: make or show
    the curve, or take it away.
    """

    edited = Signal(str, object)
    cleared = Signal(str)
    curve_asked = Signal(str, bool)

    def __init__(self, param: Param) -> None:
        super().__init__()
        self.param = param
        self.value: Value = param.default
        self.curve: Curve | None = None
        self.name = label(param)
        self.label = Elided(self.name)
        self.label.setMinimumWidth(56)
        self.reset = button("reset", self.tr("Back to the default of %1").replace("%1", self.name), self._clear)
        self.bend = button("curve", self.tr("Change %1 over the steps").replace("%1", self.name), self._bend)
        self.bend.setCheckable(True)
        self.note = say("", "small")
        self._set, field = _FIELDS[param.kind](self)
        self.field = field
        self.field.setAccessibleName(self.name)
        self.field.setAccessibleDescription(said(param.help))
        tip = "\n".join(filter(None, (said(param.help), self._bounds())))
        self.setToolTip(tip)
        self.label.setToolTip(tip)
        self._lay()
        self.show_value(param.default, None)

    # ------------------------------------------------------------ building

    def _lay(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2)
        wide = self.param.kind in ("int", "float", "text")
        if self.param.kind != "bool":
            head.addWidget(self.label, 1)
        if self.param.kind == "text" and self.param.unit:
            head.addWidget(say(self.param.unit))
        if not wide:
            head.addWidget(self.field, 2 if self.param.kind == "choice" else 1)
        head.addWidget(self.note)
        head.addWidget(self.reset)
        head.addWidget(self.bend)
        for small in (self.reset, self.bend):
            small.setFixedSize(24, 24)
        keep = self.reset.sizePolicy()
        keep.setRetainSizeWhenHidden(self.param.kind != "choice")
        self.reset.setSizePolicy(keep)
        self.bend.setVisible(self.param.curve)
        self.note.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        if wide:
            column.addWidget(self.field)

    def _bounds(self) -> str:
        low, high, unit = self.param.min, self.param.max, self.param.unit
        if low is None or high is None:
            return ""
        return self.tr("%1 to %2").replace("%1", f"{low:g}").replace("%2", f"{high:g} {unit}".strip())

    # ------------------------------------------------------------ showing and telling

    def show_value(self, value: Value, curve: Curve | None) -> None:
        """Show what the draft says of this option."""
        self.value, self.curve = value, curve
        self._set(value)
        self.field.setEnabled(curve is None)
        self.note.setVisible(curve is not None)
        if curve is not None:
            low, high = min(v for _, v in curve.points), max(v for _, v in curve.points)
            self.note.setText(f"{low:g} – {high:g}" if low != high else f"{low:g}")
        self.bend.setChecked(curve is not None)
        self.bend.setIcon(theme.icon("curve", "accent" if curve is not None else "dim"))
        self.reset.setVisible(self.changed)
        self.reset.setIcon(theme.icon("reset", "accent"))

    @property
    def changed(self) -> bool:
        """Whether this option is not as the engine declares it."""
        return self.curve is not None or self.value != self.param.default

    def tell(self, value: Value) -> None:
        """The field was set by hand."""
        if value != self.value:
            self.edited.emit(self.param.name, value)

    def _clear(self) -> None:
        self.field.setFocus()
        self.cleared.emit(self.param.name)

    def _bend(self) -> None:
        if self.curve is None:
            self.bend.setChecked(False)
            self.curve_asked.emit(self.param.name, True)
            return
        self.bend.setChecked(True)
        menu = QMenu(self)
        menu.addAction(theme.icon("timeline"), self.tr("Show among the steps")).triggered.connect(
            lambda: self.curve_asked.emit(self.param.name, True)
        )
        menu.addAction(theme.icon("minus"), self.tr("Use one number again")).triggered.connect(
            lambda: self.curve_asked.emit(self.param.name, False)
        )
        menu.popup(self.bend.mapToGlobal(self.bend.rect().bottomLeft()))


Made = tuple[Callable[[Value], None], QWidget]


def _number(row: Row) -> Made:
    param = row.param
    whole = param.kind == "int"
    field = Number(param.min, param.max, param.step, whole=whole)
    field.set_unit(param.unit)
    field.changed.connect(lambda value: row.tell(int(value) if whole else float(value)))
    return lambda value: field.set_value(float(value)), field


def _switch(row: Row) -> Made:
    field = QCheckBox(row.name)
    field.toggled.connect(lambda on: row.tell(bool(on)))

    def put(value: Value) -> None:
        field.blockSignals(True)
        field.setChecked(bool(value))
        field.blockSignals(False)

    return put, field


def _choice(row: Row) -> Made:
    field = Choice()
    for choice in row.param.choices:
        field.addItem(words(choice), choice)
    field.activated.connect(lambda place: row.tell(str(field.itemData(place))))
    return lambda value: field.setCurrentIndex(field.findData(value)), field


def _line(row: Row) -> Made:
    field = QLineEdit()
    field.textEdited.connect(row.tell)

    def put(value: Value) -> None:
        if field.text() != value:
            field.setText(str(value))

    return put, field


_FIELDS: dict[str, Callable[[Row], Made]] = {
    "int": _number,
    "float": _number,
    "bool": _switch,
    "choice": _choice,
    "text": _line,
}


class Form(QWidget):
    """The rows of an engine's options, in its order and its groups. Signals as in `Row`."""

    edited = Signal(str, object)
    cleared = Signal(str)
    curve_asked = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, Row] = {}
        self._params: tuple[Param, ...] | None = None
        self._folded: set[str] = set()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.M)

    def build(self, params: tuple[Param, ...]) -> None:
        """Make the rows anew; the same options again cost nothing."""
        if params == self._params:
            return
        self._params, self.rows = params, {}
        while self._column.count():
            item = self._column.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                discard(old)
        groups: dict[str, QVBoxLayout] = {"": self._column}
        for param in sorted(params, key=lambda p: bool(p.group)):
            if param.group not in groups:
                groups[param.group] = self._section(param.group)
            groups[param.group].addWidget(self._row(param))

    def _section(self, group: str) -> QVBoxLayout:
        section = Section(words(group), open=group not in self._folded)
        section.opened.connect(lambda on: self._folded.discard(group) if on else self._folded.add(group))
        self._column.addWidget(section)
        return section.rows

    def _row(self, param: Param) -> Row:
        row = Row(param)
        row.edited.connect(self.edited)
        row.cleared.connect(self.cleared)
        row.curve_asked.connect(self.curve_asked)
        self.rows[param.name] = row
        return row

    def show_values(self, options: Mapping[str, Value], curves: Mapping[str, Curve]) -> None:
        """Show what the draft says."""
        for name, row in self.rows.items():
            row.show_value(options.get(name, row.param.default), curves.get(name))

    def buttons(self) -> list[QToolButton]:
        """The curve buttons that are there, for keyboards and tests."""
        return [row.bend for row in self.rows.values() if row.param.curve]
