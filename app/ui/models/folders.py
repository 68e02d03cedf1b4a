"""The folders that are looked through, at the foot of the panel: adding and removing them."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.studio import Studio
from app.ui import theme
from app.ui.widgets import Elided, Section, button, discard

ROW, MOST = 26, 4  # pixels of a row; rows that are seen without scrolling


class Folders(Section):
    """A row for each folder, and a button for one more."""

    asked = Signal()  # for another folder
    hub = Signal()  # for a model from the hub

    def __init__(self, studio: Studio) -> None:
        super().__init__("")
        self.studio = studio
        self.lines: list[QWidget] = []
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.area = QScrollArea(widgetResizable=True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inner)
        self.add = QPushButton(theme.icon("plus"), self.tr("Add a folder …"))
        self.add.clicked.connect(self.asked)
        self.rows.addWidget(self.area)
        self.rows.addWidget(self.add)
        self.get = QPushButton(theme.icon("save"), self.tr("Get from the hub …"))
        self.get.clicked.connect(self.hub)
        self.rows.addWidget(self.get)
        studio.settings_changed.connect(self.refresh)
        self._shown: tuple[str, ...] | None = None
        self.refresh()

    def refresh(self) -> None:
        """Show the folders as they are set now."""
        folders = self.studio.settings.model_folders
        if folders == self._shown:
            return
        self._shown = folders
        for line in self.lines:
            discard(line)
        self.lines = [self._line(folder) for folder in folders]
        for line in self.lines:
            self._column.addWidget(line)
        self.area.setFixedHeight(ROW * min(MOST, len(folders)))
        self.area.setVisible(bool(folders))
        self.head.setText(self.tr("Folders (%1)").replace("%1", str(len(folders))))
        self.head.setAccessibleName(self.head.text())

    def _line(self, folder: str) -> QWidget:
        line = QWidget()
        line.setFixedHeight(ROW)
        name = Elided(folder, Qt.TextElideMode.ElideLeft)
        name.setToolTip(folder)
        words = self.tr("Look through %1 no more; its files stay").replace("%1", folder)
        shut = button("close", words, partial(self.studio.drop_model_folder, folder))
        shut.setFixedSize(24, 24)
        row = QHBoxLayout(line)
        row.setContentsMargins(theme.S, 0, 0, 0)
        row.setSpacing(theme.S)
        row.addWidget(name, 1)
        row.addWidget(shut)
        return line
