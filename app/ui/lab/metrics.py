"""Which metrics: a list with what each measures, its paper and what it is blind to, and what it compares with."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.declared import said
from app.ui.widgets import Elided, button, relook, say

NAME = Qt.ItemDataRole.UserRole
ROW = 22  # pixels


class Metrics(QWidget):
    """Metrics to be ticked, and the folder of real files for those that compare. `changed`: something was chosen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.real = ""
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Metrics"))
        self.list.itemChanged.connect(lambda _item: self._ticked())
        self.list.currentItemChanged.connect(lambda _now, _before: self._tell())
        self.about = say("", "small", wrap=True)
        self.about.setMinimumHeight(3 * self.about.fontMetrics().lineSpacing())
        self.folder = Elided()
        self.pick = QPushButton(theme.icon("folder"), self.tr("Real files …"))
        self.pick.setAutoDefault(False)
        self.pick.clicked.connect(lambda _checked=False: self._ask())
        self.clear = button("close", self.tr("Compare with no folder"), lambda: self.set_real(""))
        self.compared = QWidget()
        row = QHBoxLayout(self.compared)
        row.setContentsMargins(0, 0, 0, 0)
        for widget, share in ((self.pick, 0), (self.folder, 1), (self.clear, 0)):
            row.addWidget(widget, share)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S)
        for part in (self.list, self.about, self.compared):
            column.addWidget(part)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The names that are ticked, in their order."""
        every = (self.list.item(n) for n in range(self.list.count()))
        return tuple(str(item.data(NAME)) for item in every if item.checkState() == Qt.CheckState.Checked)

    def offer(self, names: Sequence[str], chosen: Sequence[str]) -> None:
        """List these metrics, some of them ticked: the first where none is."""
        from engines.metrics.evaluation import METRICS

        chosen = [name for name in chosen if name in names] or list(names[:1])
        self.list.blockSignals(True)
        self.list.clear()
        for name in names:
            item = QListWidgetItem(said(METRICS[name].title))
            item.setData(NAME, name)
            item.setToolTip(told(name))
            item.setSizeHint(QSize(0, ROW))
            item.setCheckState(Qt.CheckState.Checked if name in chosen else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.setFixedHeight(min(6, max(2, len(names))) * ROW + 8)
        self.list.setCurrentRow(0)
        self._ticked()

    def set_real(self, folder: str) -> None:
        """The folder of real files."""
        self.real = folder
        self._ticked()

    def _ticked(self) -> None:
        from engines.metrics.evaluation import METRICS

        needed = any(METRICS[name].needs in ("sets", "pairs") for name in self.chosen)
        self.compared.setVisible(needed)
        self.folder.setText(Path(self.real).name if self.real else self.tr("none chosen"))
        self.folder.setToolTip(self.real)
        relook(self.folder, "dim" if self.real else "warn")
        self.clear.setVisible(bool(self.real))
        self.changed.emit()

    def _tell(self) -> None:
        item = self.list.currentItem()
        self.about.setText(told(str(item.data(NAME)), paper=False) if item is not None else "")

    def _ask(self) -> None:
        found = QFileDialog.getExistingDirectory(self, self.tr("Real files to compare with"), self.real)
        if found:
            self.set_real(found)


def told(name: str, *, paper: bool = True) -> str:
    """What a metric measures, its paper, and its biases."""
    from engines.metrics.about import ABOUT, NOTHING
    from engines.metrics.evaluation import METRICS

    about = ABOUT.get(name, NOTHING)
    parts = (said(about.measures), said(METRICS[name].biases), about.paper if paper else "")
    return ("\n" if paper else " ").join(part for part in parts if part)
