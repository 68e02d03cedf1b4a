"""The LoRAs a model can wear, each with a box to put it on, its weight and the words that call it up; the embeddings
it knows."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core.thumbs import thumbnail
from app.studio import Studio
from app.ui import theme
from app.ui.widgets import Flow, Number, button, discard
from engines.contract import Adapter, AdapterKind, Curve

SIDE = 40  # pixels of what a LoRA looks like
LOW, HIGH, GRAIN = -1.0, 2.0, 0.05  # of the slider; the field of a curve's points takes more


class Worn(QWidget):
    """One LoRA. `curve_asked`: show the curve of its weight."""

    curve_asked = Signal()

    def __init__(self, studio: Studio, kind: AdapterKind) -> None:
        super().__init__()
        self.studio, self.kind = studio, kind
        self.adapter: Adapter | None = None
        self.box = QCheckBox(kind.title)
        self.box.setToolTip(self.tr("Wear %1").replace("%1", kind.title))
        self.weight = Number(LOW, HIGH, GRAIN)
        self.weight.setAccessibleName(self.tr("Weight of %1").replace("%1", kind.title))
        self.bend = button(
            "curve", self.tr("Change the weight of %1 over the steps").replace("%1", kind.title), self._bend
        )
        self.bend.setCheckable(True)
        self.bend.setFixedSize(24, 24)
        self.words = QWidget()
        self._lay()
        if kind.picture:
            self._look(Path(kind.picture))
        self.box.clicked.connect(lambda on: self._put(1.0 if on else None))
        self.weight.changed.connect(self._put)

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S)
        column.addWidget(self.box)
        self.row = QWidget()
        row = QHBoxLayout(self.row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.weight, 1)
        row.addWidget(self.bend)
        column.addWidget(self.row)
        flow = Flow()
        self.words.setLayout(flow)
        for word in self.kind.words:
            chip = QPushButton(word)
            chip.setToolTip(self.tr("Add this to the prompt"))
            chip.setCursor(Qt.CursorShape.PointingHandCursor)
            chip.clicked.connect(partial(self._say, word))
            flow.addWidget(chip)
        column.addWidget(self.words)

    def _look(self, picture: Path) -> None:
        """Show what it looks like; made small aside, since pictures may be large."""
        here, folder = [True], self.studio.folders.thumbs
        self.destroyed.connect(lambda: here.clear())

        def then(small: Path) -> None:
            if here:
                self.box.setIcon(QIcon(str(small)))
                self.box.setIconSize(QSize(SIDE, SIDE))

        self.studio.bridge.aside(lambda: thumbnail(picture, folder), then, lambda failure: None)

    def show_adapter(self, adapter: Adapter | None) -> None:
        """Show what the draft says of this LoRA."""
        self.adapter = adapter
        weight = adapter.weight if adapter else 1.0
        bent = isinstance(weight, Curve)
        self.box.setChecked(adapter is not None)
        self.weight.set_value(adapter.at(0.0) if adapter else 1.0)
        self.weight.setEnabled(not bent)
        self.bend.setChecked(bent)
        self.bend.setIcon(theme.icon("curve", "accent" if bent else "dim"))
        self.row.setVisible(adapter is not None)
        self.words.setVisible(adapter is not None and bool(self.kind.words))

    def _bend(self) -> None:
        """Make the weight a curve and show it; a curve becomes one number again."""
        if self.adapter is None:
            return
        if isinstance(self.adapter.weight, Curve):
            self._put(self.adapter.at(0.0))
            return
        value = float(self.adapter.weight)
        self._put(Curve(((0.0, value), (1.0, value))))
        self.curve_asked.emit()

    def _put(self, weight: float | Curve | None) -> None:
        others = tuple(one for one in self.studio.draft.adapters if one.name != self.kind.name)
        mine = () if weight is None else (Adapter(self.kind.name, weight),)
        self.studio.edit(adapters=others + mine)

    def _say(self, word: str) -> None:
        prompt = self.studio.draft.prompt
        if word not in prompt:
            self.studio.edit(prompt=f"{prompt}, {word}" if prompt else word)


class Words(QWidget):
    """The embeddings the draft's model knows: a click writes one into the prompt, with Shift into the negative one."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.chips: list[QPushButton] = []
        self.flow = Flow()
        self.setLayout(self.flow)

    def build(self, kinds: tuple[AdapterKind, ...]) -> None:
        """A chip for each."""
        for old in self.chips:
            discard(old)
        self.chips = [self._chip(kind) for kind in kinds]
        for chip in self.chips:
            self.flow.addWidget(chip)

    def _chip(self, kind: AdapterKind) -> QPushButton:
        chip = QPushButton(kind.title)
        chip.setToolTip(self.tr("Add this to the prompt; with Shift to the negative prompt"))
        chip.setCursor(Qt.CursorShape.PointingHandCursor)
        chip.clicked.connect(partial(self._say, (*kind.words, kind.title)[0]))
        return chip

    def _say(self, word: str) -> None:
        shift = bool(QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        field = "negative" if shift and "negative" in self.studio.card().info.takes else "prompt"
        text = getattr(self.studio.draft, field)
        if word not in text:
            self.studio.edit(**{field: f"{text}, {word}" if text else word})


class Wardrobe(QWidget):
    """All LoRAs that fit the draft's model. `curve_opened`: show this curve below."""

    curve_opened = Signal(str)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.rows: list[Worn] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.M)

    def build(self, kinds: tuple[AdapterKind, ...]) -> None:
        """A row for each."""
        for old in self.rows:
            discard(old)
        self.rows = [Worn(self.studio, kind) for kind in kinds]
        for row in self.rows:
            self.column.addWidget(row)
            row.curve_asked.connect(partial(self.curve_opened.emit, f"adapter {row.kind.name}"))

    def show_adapters(self) -> None:
        """Show what the draft says of them."""
        worn = {adapter.name: adapter for adapter in self.studio.draft.adapters}
        for row in self.rows:
            row.show_adapter(worn.get(row.kind.name))
