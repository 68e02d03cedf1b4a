"""Below the prompt: what its variants become, and the user's files of words."""

from functools import partial

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.studio import Studio
from app.studio.variants import VARIED, Variation
from app.ui import theme
from app.ui.widgets import relook, say

LOOK_MS = 200


class VariantsRow(QWidget):
    """Shown while the prompt has variants."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.told = say("", wrap=True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.all = QPushButton()
        self.all.setAccessibleName(self.tr("Make all variants"))
        self.all.setProperty("look", "chip")
        self.all.clicked.connect(lambda _checked=False: studio.generate_variants())
        row = QHBoxLayout()
        row.addWidget(self.all)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S)
        column.addWidget(self.told)
        column.addLayout(row)
        self._turn = 0
        self._soon = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._soon.timeout.connect(self.look)
        studio.draft_changed.connect(self._draft_changed)
        self.look()

    def _draft_changed(self, fields: set[str]) -> None:
        if not VARIED.search(self.studio.draft.prompt):
            self.look()
        elif fields & {"prompt", "seed"}:
            self._soon.start()

    def look(self) -> None:
        """Ask what the prompt becomes, and say it."""
        self._turn += 1
        if not VARIED.search(self.studio.draft.prompt):
            self.hide()
            return
        self.studio.variation(partial(self._show, self._turn))

    def _show(self, turn: int, found: Variation) -> None:
        if turn != self._turn:
            return
        bad = bool(found.sentence)
        self.told.setText(found.sentence or self.tr("This seed makes: %1").replace("%1", found.text))
        relook(self.told, "bad" if bad else "small")
        self.all.setText(self.tr("Make all %1 variants").replace("%1", str(found.count)))
        self.all.setAccessibleName(self.all.text())
        self.all.setVisible(found.count > 1)
        self.show()


class WildcardMenu(QPushButton):
    """The files of words by name. `wanted`: the text that stands for one."""

    wanted = Signal(str)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.setText(self.tr("Wildcards"))
        self.setProperty("look", "link")
        self.setAccessibleName(self.text())
        self.setToolTip(self.tr("Put a word in from a file of yours, another one for each seed"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.list = QMenu(self)
        self.clicked.connect(lambda _checked=False: self.list.popup(self.mapToGlobal(self.rect().bottomLeft())))
        self.list.aboutToShow.connect(lambda: studio.wildcards(self._fill))
        self._fill([])

    def _fill(self, names: list[str]) -> None:
        self.list.clear()
        for name in names:
            self.list.addAction(f"__{name}__", partial(self.wanted.emit, f"__{name}__"))
        if not names:
            self.list.addAction(self.tr("No files of words yet: one word a line, in name.txt")).setEnabled(False)
        self.list.addSeparator()
        self.list.addAction(self.tr("One of several: {red|blue}"), partial(self.wanted.emit, "{red|blue}"))
        self.list.addAction(theme.icon("folder", "dim"), self.tr("Open the folder of files"), self._open)

    def _open(self) -> None:
        folder = self.studio.folders.wildcards
        self.studio.bridge.call(lambda: folder.mkdir(parents=True, exist_ok=True))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
