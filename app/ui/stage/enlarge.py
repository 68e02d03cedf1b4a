"""Asking how a picture is to be made larger: how many times, by what, and whether a model draws over it."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QWidget

from app.core import enlarge
from app.core.enlarge import Enlarging
from app.ui import theme
from app.ui.declared import titled
from app.ui.widgets import Choice, Number, Whole, say
from engines.contract import EngineCard, Refused
from engines.shelf import Part


class EnlargeDialog(QDialog):
    """The option set of `Enlarging`; what belongs to a model is there only when one is to draw."""

    def __init__(
        self, size: tuple[int, int], cards: Sequence[EngineCard], parts: Mapping[str, Part], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._size, self._cards = size, {card.info.name: card for card in cards}
        self.setWindowTitle(self.tr("Enlarge the picture"))
        self.setMinimumWidth(440)
        self.factor = Number(1.0, 4.0, 0.25)
        self.factor.set_value(Enlarging().factor)
        self.way, self.engine = Choice(), Choice()
        told = {"network": self.tr("A network that sharpens"), "lanczos": self.tr("Smoothly (Lanczos)")}
        for name, title in enlarge.ways(parts):
            self.way.addItem(told.get(name, title), name)
        self.engine.addItem(self.tr("No model"), "")
        for card in cards:
            self.engine.addItem(titled(card), card.info.name)
        self.strength = Number(0.0, 1.0, 0.05)
        self.strength.set_value(Enlarging().strength)
        self.tile, self.overlap = Whole(), Whole()
        self.tile.setRange(0, 2048)
        self.tile.setSingleStep(64)
        self.tile.setSpecialValueText(self.tr("as the model was taught"))
        self.overlap.setRange(0, 512)
        self.overlap.setSingleStep(8)
        self.overlap.setValue(Enlarging().overlap)
        for box in (self.tile, self.overlap):
            box.setSuffix(" px")
        self.note = say("", wrap=True)
        self._lay_out()
        self.factor.changed.connect(lambda _value: self._tell())
        self.engine.currentIndexChanged.connect(lambda _index: self._tell())
        self._tell()

    def _lay_out(self) -> None:
        tr, form = self.tr, QFormLayout(self)
        form.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        form.setSpacing(theme.M)
        self.rows = [
            (tr("How many times"), self.factor, False),
            (tr("Enlarged by"), self.way, False),
            (tr("Drawn over by"), self.engine, False),
            (tr("How far it may leave it"), self.strength, True),
            (tr("Side of a tile"), self.tile, True),
            (tr("Overlap of tiles"), self.overlap, True),
        ]
        for text, widget, _ in self.rows:
            form.addRow(text, widget)
            widget.setAccessibleName(text)
        form.addRow(self.note)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Enlarge"))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        form.addRow(self.buttons)
        self._form = form

    def wish(self) -> Enlarging:
        """What was chosen."""
        return Enlarging(
            self.factor.value(),
            str(self.way.currentData()),
            str(self.engine.currentData()),
            self.strength.value(),
            self.tile.value(),
            self.overlap.value(),
        )

    def _tell(self) -> None:
        """How large it will be, or why it cannot be."""
        card = self._cards.get(str(self.engine.currentData()))
        for _, widget, drawn in self.rows:
            self._form.setRowVisible(widget, card is not None or not drawn)
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        try:
            width, height = enlarge.size_of(self._size, self.wish(), card)
        except Refused as refused:
            self.note.setText(refused.failure.sentence)
            ok.setEnabled(False)
            return
        words = self.tr("{0} × {1} pixels become {2} × {3}.").format(*self._size, width, height)
        more = self.tr("A model of yours that begins with a picture can draw the new detail.")
        self.note.setText(words if self._cards else f"{words} {more}")
        ok.setEnabled(True)
