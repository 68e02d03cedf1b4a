"""The settings dialog."""

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from app.studio import Studio
from app.ui import theme
from app.ui.languages import languages
from app.ui.widgets import Choice, Number, button, say
from engines.files import atomic

NEVER_MS = 3_600_000  # the preview interval that stands for 'no previews'


class SettingsDialog(QDialog):
    """What is remembered between sessions, row by row. What is changed is kept when OK is pressed."""

    def __init__(self, studio: Studio, parent: QWidget) -> None:
        super().__init__(parent)
        self.studio = studio
        self.setWindowTitle(self.tr("Settings"))
        self.gallery = QLineEdit(str(studio.folders.gallery))
        self.plugins = QLineEdit(os.pathsep.join(studio.settings.plugins))
        self.theme = Choice()
        self.language = Choice()
        self.budget = Number(256, 65536, 256, whole=True)
        self.idle = Number(0, 1440, 5, whole=True)
        self.previews = QCheckBox(self.tr("Show the picture while it forms"))
        self.confirm = QCheckBox(self.tr("Ask before quitting while a job runs"))
        self.notify = QCheckBox(self.tr("Call when the last job has ended"))
        self._fill()
        self._build()

    def _fill(self) -> None:
        settings = self.studio.settings
        modes = (("dark", self.tr("Dark")), ("light", self.tr("Light")), ("system", self.tr("As the system")))
        for mode, title in modes:
            self.theme.addItem(title, mode)
        self.theme.setCurrentIndex(self.theme.findData(settings.theme))
        self.language.addItem(self.tr("As the system"), "")
        for code, name in languages().items():
            self.language.addItem(name, code)
        self.language.setCurrentIndex(max(0, self.language.findData(settings.language)))
        self.budget.set_value(settings.step_budget_mb)
        self.budget.set_unit("MB")
        self.idle.set_value(settings.idle_minutes)
        self.idle.set_unit(self.tr("min"))
        self.previews.setChecked(settings.preview_interval_ms < NEVER_MS)
        self.confirm.setChecked(settings.confirm_quit)
        self.notify.setChecked(settings.notify_done)

    def _build(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(theme.XL)
        form.setVerticalSpacing(theme.L)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        gallery = self._folder(self.gallery, self.tr("Choose the gallery folder"), self._choose)
        plugins = QVBoxLayout()
        plugins.addLayout(self._folder(self.plugins, self.tr("Add a folder of engines"), self._add_plugins))
        plugins.addWidget(say(self.tr("Engine files are programs: add only folders you trust."), wrap=True))
        note = self.tr("The oldest steps are thinned out beyond this; results are never touched.")
        steps = QVBoxLayout()
        steps.addWidget(self.budget)
        steps.addWidget(say(note, wrap=True))
        rest = QVBoxLayout()
        rest.addWidget(self.idle)
        rest.addWidget(say(self.tr("A model that is not used for so long gives its memory back; 0: never."), wrap=True))
        fields = (
            (self.tr("Gallery folder"), self.gallery, gallery),
            (self.tr("Theme"), self.theme, self.theme),
            (self.tr("Language"), self.language, self.language),
            (self.tr("Room for steps"), self.budget, steps),
            (self.tr("Models stay loaded"), self.idle, rest),
            (self.tr("Folders of engines"), self.plugins, plugins),
            ("", self.previews, self.previews),
            ("", self.confirm, self.confirm),
            ("", self.notify, self.notify),
        )
        for title, field, part in fields:
            field.setAccessibleName(title or field.text())  # type: ignore[union-attr]
            form.addRow(title, part)  # type: ignore[call-overload]
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.L)
        column.setSpacing(theme.XL)
        column.addLayout(form)
        column.addStretch(1)
        column.addWidget(buttons)
        self.setMinimumWidth(540)

    def _folder(self, field: QLineEdit, words: str, choose: Callable[[], None]) -> QHBoxLayout:
        """`field` and a button beside it that asks for a folder."""
        row = QHBoxLayout()
        row.addWidget(field, 1)
        row.addWidget(button("folder", words, choose))
        return row

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Gallery folder"), self.gallery.text())
        if folder:
            self.gallery.setText(folder)

    def _add_plugins(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folders of engines"))
        if folder:
            self.plugins.setText(os.pathsep.join(dict.fromkeys((*self._plugins(), folder))))

    def _plugins(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.plugins.text().split(os.pathsep) if part.strip())

    def _reachable(self) -> bool:
        folder = Path(self.gallery.text().strip()).expanduser()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return True
        except OSError as error:
            QMessageBox.warning(self, self.windowTitle(), atomic.sentence(error, folder).sentence)
            return False

    def changes(self) -> dict[str, object]:
        """The settings that differ from what they were."""
        old = self.studio.settings
        interval = old.preview_interval_ms if old.preview_interval_ms < NEVER_MS else 40
        gallery = self.gallery.text().strip()
        wanted: dict[str, object] = {
            "gallery": old.gallery if gallery == str(self.studio.folders.gallery) else gallery,
            "plugins": self._plugins(),
            "theme": self.theme.currentData(),
            "language": self.language.currentData(),
            "step_budget_mb": int(self.budget.value()),
            "idle_minutes": int(self.idle.value()),
            "preview_interval_ms": interval if self.previews.isChecked() else NEVER_MS,
            "confirm_quit": self.confirm.isChecked(),
            "notify_done": self.notify.isChecked(),
        }
        return {name: value for name, value in wanted.items() if value != getattr(old, name)}

    def accept(self) -> None:
        """Keep the changes; a gallery that cannot be made keeps the dialog open."""
        changes = self.changes()
        if "gallery" in changes and not self._reachable():
            return
        if changes:
            self.studio.change_settings(**changes)
        if "language" in changes:
            self.studio.notice.emit("info", self.tr("The language changes when Darkroom is started again."))
        super().accept()
