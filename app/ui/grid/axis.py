"""One side of a grid: what changes along it, and the values."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from app.studio import Studio
from app.ui import declared, theme
from app.ui.widgets import Choice, button, say
from engines.contract import EngineCard, Param
from engines.prompt.grid import LORA

PARTED = {"prompt": " | ", "negative": " | "}  # what lies between the values; else a comma


class AxisRow(QWidget):
    """A list of what can be changed, a field for its values, and a list of values where they are few.

    `changed`: something was chosen or typed; `dropped`: the axis is not wanted any more.
    """

    changed = Signal()
    dropped = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.side = say("", "section")
        self.what = Choice()
        self.what.setAccessibleName(self.tr("What changes"))
        self.values = QLineEdit()
        self.values.setAccessibleName(self.tr("Values"))
        self.values.setClearButtonEnabled(True)
        self.pick = QToolButton()
        self.pick.setIcon(theme.icon("chevron-down", "dim"))
        self.pick.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.pick.setAccessibleName(self.tr("Choose values"))
        self.pick.setToolTip(self.tr("Choose values"))
        self.menu = QMenu(self)
        self.pick.setMenu(self.menu)
        self.drop = button("close", self.tr("Remove this side"), self.dropped.emit)
        self._lay()
        self.menu.aboutToShow.connect(self._tick)
        kept = self.drop.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.drop.setSizePolicy(kept)
        self.rebuild()
        self.what.activated.connect(lambda _n: self._chosen())
        self.values.textEdited.connect(lambda _text: self.changed.emit())

    def _lay(self) -> None:
        head, row = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.side, 1)
        head.addWidget(self.drop)
        row.setSpacing(theme.S)
        row.addWidget(self.values, 1)
        row.addWidget(self.pick)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S)
        column.addLayout(head)
        column.addWidget(self.what)
        column.addLayout(row)

    # ------------------------------------------------------------ what it says

    @property
    def text(self) -> str:
        """As `engines.prompt.grid.axis` reads it; '' while nothing is typed."""
        values = self.values.text().strip()
        return f"{self.what.currentData()}={values}" if values else ""

    def set_text(self, text: str) -> None:
        """Show an axis as it was written."""
        name, _, values = text.partition("=")
        self._show_name(name)
        self._guide()
        self.values.setText(values)

    def set_name(self, name: str) -> None:
        """Let it be about that, with values to begin with."""
        self.set_text(f"{name}={self._first(name)}")

    def rebuild(self) -> None:
        """What the draft's engine can change; what was chosen stays where it can."""
        before, card = self.what.currentData(), self.studio.card()
        self.what.clear()
        for name, shown in self._offered(card):
            self.what.addItem(shown, name)
        self._show_name(before or self.what.itemData(0))
        self._guide()

    def _show_name(self, name: str) -> None:
        """Choose it, though this engine may not have it: the dialog says so then, and nothing typed is lost."""
        if self.what.findData(name) < 0:
            self.what.addItem(declared.words(name), name)
        self.what.setCurrentIndex(self.what.findData(name))

    def _offered(self, card: EngineCard) -> list[tuple[str, str]]:
        takes, draft = card.info.takes, self.studio.draft
        own = [(param.name, declared.label(param)) for param in card.params if param.kind != "text"]
        fields = [("prompt", self.tr("Words of the prompt"), "prompt" in takes)]
        fields += [("negative", self.tr("Words of the negative prompt"), "negative" in takes)]
        fields += [("seed", self.tr("Seed"), True), ("size", self.tr("Size"), "size" in takes)]
        fields += [("strength", self.tr("Strength of the start"), draft.start is not None)]
        fields += [("length", self.tr("Length"), card.info.lengths is not None)]
        worn = [(LORA + one.name, self.tr("Weight of %1").replace("%1", one.title)) for one in card.info.adapters]
        mine = [(name, shown) for name, shown, there in fields if there]
        return [*mine, *own, *worn, ("engine", self.tr("Engine"))]

    # ------------------------------------------------------------ values

    def _param(self) -> Param | None:
        return next((param for param in self.studio.card().params if param.name == self.what.currentData()), None)

    def _chosen(self) -> None:
        self.values.setText(self._first(self.what.currentData()))
        self._guide()
        self.changed.emit()

    def _first(self, name: str) -> str:
        """Values to begin with: a few round the one that is set."""
        draft, card = self.studio.draft, self.studio.card()
        param = next((one for one in card.params if one.name == name), None)
        if name == "seed":
            return f"{draft.seed}..{draft.seed + 2}"
        if name == "size":
            return ", ".join(f"{w}x{h}" for w, h in card.info.sizes[:3])
        if name in PARTED:
            return getattr(draft, name).split(",")[0].strip()
        if param is None:
            return "0, 0.5, 1" if name.startswith(LORA) else self.studio.draft.engine if name == "engine" else ""
        if param.kind == "bool":
            return "no, yes"
        if param.kind == "choice":
            return ", ".join(param.choices[:3])
        return _round_about(param, float(draft.options.get(name, param.default)))

    def _guide(self) -> None:
        """The hint in the field, and what can be chosen beside it."""
        name, param = self.what.currentData(), self._param()
        few = self._few(name, param)
        self.pick.setVisible(bool(few))
        self.menu.clear()
        for value in few:
            action = self.menu.addAction(value)
            action.setCheckable(True)
            action.triggered.connect(lambda on=False, value=value: self._turn(value, on))
        if name in PARTED:
            hint = self.tr("a word in it | what takes its place | …")
        else:
            hint = ", ".join(few[:2]) + " …" if few else self.tr("5, 7, 9 or 5..9 step 1")
        self.values.setPlaceholderText(hint)

    def _few(self, name: str, param: Param | None) -> list[str]:
        cards = self.studio.cards()
        if name == "engine":
            medium = self.studio.card().info.medium
            return [one for one, card in cards.items() if card.info.medium == medium and not card.missing]
        if name == "size":
            return [f"{w}x{h}" for w, h in self.studio.card().info.sizes]
        if param is not None and param.kind == "choice":
            return list(param.choices)
        return ["no", "yes"] if param is not None and param.kind == "bool" else []

    def _typed(self) -> list[str]:
        return [word.strip() for word in self.values.text().split(",") if word.strip()]

    def _tick(self) -> None:
        typed = self._typed()
        for action in self.menu.actions():
            action.setChecked(action.text() in typed)

    def _turn(self, value: str, on: bool) -> None:
        typed = [word for word in self._typed() if word != value]
        self.values.setText(", ".join([*typed, value] if on else typed))
        self.changed.emit()


def _round_about(param: Param, value: float) -> str:
    """Three values, half of `value`, itself and half as much again, within what the option takes."""
    found = []
    for share in (0.5, 1.0, 1.5):
        one = value * share if value else share - 0.5
        one = min(max(one, -1e9 if param.min is None else param.min), 1e9 if param.max is None else param.max)
        found.append(f"{round(one)}" if param.kind == "int" else f"{round(one, 3):g}")
    return ", ".join(dict.fromkeys(found))
