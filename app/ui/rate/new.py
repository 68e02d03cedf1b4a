"""A new rating: which settings there are, what they are called in the result, what is asked, and where the set lies."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.lab.rating import make
from app.core.lab.rating.make import Group, Made, Wish
from app.core.lab.rating.plan import design_for
from app.studio import Studio
from app.studio.core import some_seed
from app.ui import theme
from app.ui.declared import said
from app.ui.widgets import Choice, relook, say, scrolled
from engines.contract import Failure

MANY = 6  # settings from which a knock-out is offered first


class NewRating(QDialog):
    """Asks for what a set needs. `made` carries the folder of the set that is there now."""

    made = Signal(object)

    def __init__(self, studio: Studio, groups: Sequence[Group], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio, self.groups = studio, tuple(groups)
        self.setWindowTitle(self.tr("New rating"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.names = [QLineEdit(group.name) for group in self.groups]
        self.mode, self.question = Choice(), QLineEdit()
        self.place = QLineEdit(str(fresh_place(studio)))
        self.told = say("", "dim", wrap=True)
        self.bar = QProgressBar()
        self.make = QPushButton(theme.icon("spark", "accent_text"), self.tr("Make the set and rate it"))
        self._build()
        self.studio.ratings.progress.connect(self._heard)
        self._look()

    def _build(self) -> None:
        tr = self.tr
        for key, text in (
            ("pairs", tr("Pairs, side by side: measures which is preferred, with bounds")),
            ("knockout", tr("Knock-out: finds a favourite among many with few choices")),
            ("stars", tr("Stars: each alone, from one to five")),
        ):
            self.mode.addItem(text, key)
        self.mode.setCurrentIndex(1 if len(self.groups) > MANY else 0)
        self.mode.setAccessibleName(tr("How it is asked"))
        self.question.setAccessibleName(tr("Question"))
        self.question.setMaxLength(500)
        self.place.setAccessibleName(tr("Folder of the set"))
        browse = QPushButton(theme.icon("folder"), tr("Choose …"))
        browse.setAutoDefault(False)
        browse.clicked.connect(lambda _checked=False: self._browse())
        where = QHBoxLayout()
        where.addWidget(self.place, 1)
        where.addWidget(browse)
        form = QFormLayout()
        form.setSpacing(theme.M)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("How"), self.mode)
        form.addRow(tr("Question"), self.question)
        form.addRow(tr("Folder"), where)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        column.setSpacing(theme.L)
        column.addWidget(say(tr("WHAT IS COMPARED (hidden until the end)"), "section"))
        column.addWidget(self._settings(), 1)
        column.addLayout(form)
        column.addWidget(self.told)
        self.bar.hide()
        column.addWidget(self.bar)
        self.make.setProperty("look", "primary")
        self.make.setMinimumHeight(36)
        self.make.setDefault(True)
        column.addWidget(self.make)
        self.mode.currentIndexChanged.connect(lambda _n: self._look())
        self.make.clicked.connect(lambda _checked=False: self.go())
        self.resize(620, min(640, 290 + 38 * len(self.groups)))

    def _settings(self) -> QWidget:
        """A line for each setting: its name, which can be changed, and how many results it has."""
        inner = QWidget()
        lines = QVBoxLayout(inner)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(theme.S)
        for n, (field, group) in enumerate(zip(self.names, self.groups, strict=True), 1):
            field.setAccessibleName(self.tr("Name of setting %1").replace("%1", str(n)))
            field.setCursorPosition(0)
            count = len(group.sources)
            row = QHBoxLayout()
            row.addWidget(field, 1)
            text = self.tr("1 result") if count == 1 else self.tr("%1 results").replace("%1", str(count))
            row.addWidget(say(text, "dim"))
            lines.addLayout(row)
        lines.addStretch(1)
        return scrolled(inner)

    def _browse(self) -> None:
        path = QFileDialog.getExistingDirectory(self, self.tr("An empty folder for the set"), self.place.text())
        if path:
            self.place.setText(path)

    # ------------------------------------------------------------ what it would be

    def _look(self) -> None:
        """Say how many questions it would be, at most."""
        mode, tr = self.mode.currentData(), self.tr
        usual = make.STARRED if mode == "stars" else make.QUESTION
        self.question.setPlaceholderText(said(usual))
        relook(self.told, "dim")
        if len(self.groups) < 2:
            self._sorry(
                Failure("bad-request", tr("These results are all of one setting: choose results of two or more."))
            )
            self.make.setEnabled(False)
            return
        text = tr("At most %1 questions. The results may be sent to others: nothing in the set says which is which.")
        self.told.setText(text.replace("%1", str(self._most(mode))))

    def _most(self, mode: str) -> int:
        count = len(self.groups)
        if mode == "stars":
            return sum(len(group.sources) for group in self.groups)
        if mode == "knockout":
            return count - 1
        units = min(len(group.sources) for group in self.groups)
        return design_for(count, units).most * count * (count - 1) // 2

    # ------------------------------------------------------------ making it

    def go(self) -> None:
        """Make the set."""
        pairs = zip(self.groups, self.names, strict=True)
        groups = [msgspec.structs.replace(group, name=name.text().strip() or group.name) for group, name in pairs]
        question = self.question.text().strip() or self.question.placeholderText()
        wish = Wish(question=question, mode=self.mode.currentData(), seed=some_seed())
        place = Path(self.place.text()).expanduser()
        self.make.setEnabled(False)
        self.bar.show()
        self.studio.ratings.make(place, groups, wish, lambda made: self._there(place, made), self._sorry)

    def _heard(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _there(self, place: Path, made: Made) -> None:
        for note in made.notes:
            self.studio.notice.emit("info", note)
        self.made.emit(place)
        self.close()

    def _sorry(self, failure: Failure) -> None:
        self.told.setText(failure.sentence)
        relook(self.told, "bad")
        self.bar.hide()
        self.make.setEnabled(True)


def fresh_place(studio: Studio) -> Path:
    """A folder for a set that is not there yet."""
    root, day = studio.folders.rating_sets, time.strftime("%Y-%m-%d")
    names = (f"{day}{'' if n == 1 else f'-{n}'}" for n in range(1, 10_000))
    return next(root / name for name in names if not (root / name).exists())
