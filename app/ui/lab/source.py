"""Choosing a set of files: a folder, the selection of the history, or what an engine makes of prompts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.entry import Entry
from app.core.lab import proposal
from app.core.lab.findings import Source
from app.studio import Studio
from app.ui import theme
from app.ui.declared import titled
from app.ui.widgets import Choice, Whole, say

Selection = Callable[[], list[Entry]]
COUNT = 20  # results of an engine that are proposed


class SourceButton(QPushButton):
    """A button with a menu of where files can be from. `chosen(Source)`: some were."""

    chosen = Signal(object)

    def __init__(self, studio: Studio, text: str, selection: Selection) -> None:
        super().__init__(theme.icon("plus"), text)
        self.studio, self.selection = studio, selection
        self.medium = "image"
        self.setAccessibleName(text)
        self.setAutoDefault(False)
        menu = QMenu(self)
        menu.addAction(theme.icon("folder"), self.tr("A folder …"), self.ask_folder)
        self._selected = menu.addAction(theme.icon("history"), "", self.take_selection)
        menu.addAction(theme.icon("spark"), self.tr("What an engine makes …"), self.ask_engine)
        menu.aboutToShow.connect(self._count)
        self.setMenu(menu)

    def _fit(self) -> list[Entry]:
        return [entry for entry in self.selection() if entry.medium == self.medium]

    def _count(self) -> None:
        count = len(self._fit())
        self._selected.setText(self.tr("The %1 selected results of the history").replace("%1", str(count)))
        self._selected.setEnabled(count > 0)

    def take_selection(self) -> None:
        """The results of this medium that are selected in the history."""
        found = self._fit()
        if found:
            name = self.tr("%1 results of the history").replace("%1", str(len(found)))
            self.chosen.emit(Source(name, runs=tuple(entry.run for entry in found)))

    def ask_folder(self) -> None:
        """Ask for a folder."""
        found = QFileDialog.getExistingDirectory(self, self.tr("A folder of files"), str(self.studio.folders.gallery))
        if found:
            self.chosen.emit(Source(Path(found).name, folder=found))

    def ask_engine(self) -> None:
        """Ask for an engine, how many and of what prompts."""
        dialog = EngineSet(self.studio, self.medium, self)
        dialog.accepted.connect(lambda: self.chosen.emit(dialog.source()))
        dialog.open()


class EngineSet(QDialog):
    """An engine, how many results, and the prompts they are made of, one a line, with seeds from 0."""

    def __init__(self, studio: Studio, medium: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.setWindowTitle(self.tr("What an engine makes"))
        self.engine, self.count, self.prompts = Choice(), Whole(), QPlainTextEdit()
        for name, card in studio.cards().items():
            if card.info.medium == medium and not card.missing:
                self.engine.addItem(titled(card), name)
        self.count.setRange(1, 9999)
        self.count.setValue(COUNT)
        self.prompts.setTabChangesFocus(True)
        self._build()
        self.engine.currentIndexChanged.connect(lambda _n: self._propose())
        self.engine.setCurrentIndex(max(0, self.engine.findData(studio.draft.engine)))
        self._propose()

    def _build(self) -> None:
        self._form = form = QFormLayout()
        names = (self.tr("Engine"), self.tr("Results"), self.tr("Prompts, one a line"))
        for name, widget in zip(names, (self.engine, self.count, self.prompts), strict=True):
            widget.setAccessibleName(name)
            form.addRow(say(name, "dim"), widget)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(theme.L)
        column.addLayout(form)
        column.addWidget(say(self.tr("Seeds from 0 on; what is in the history already is not made again."), wrap=True))
        column.addWidget(self.buttons)
        self.resize(460, 320)

    def _propose(self) -> None:
        card = self.studio.card_of(str(self.engine.currentData()))
        takes = "prompt" in card.info.takes
        self.prompts.setPlainText("\n".join(proposal.prompts(card, self.studio.draft)) if takes else "")
        self._form.setRowVisible(self.prompts, takes)

    def source(self) -> Source:
        """What was chosen."""
        lines = tuple(line.strip() for line in self.prompts.toPlainText().splitlines() if line.strip())
        engine, count = str(self.engine.currentData()), self.count.value()
        return Source(f"{engine} × {count}", engine=engine, prompts=lines, count=count)
