"""The table of what was measured: one line a finding, all figures and what they are blind to below it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.core.lab.findings import Finding
from app.studio import Studio
from app.ui import theme
from app.ui.declared import said
from app.ui.widgets import Empty, say

WIDEST = 150  # pixels of a column; tool tips have the whole


class Line(QTreeWidgetItem):
    """A finding; sorted by its figures as numbers."""

    def __init__(self, finding: Finding) -> None:
        when = datetime.fromtimestamp(finding.created).strftime("%Y-%m-%d %H:%M")
        texts = [said(finding.title), finding.chief, finding.made, finding.real or "–", str(finding.count)]
        super().__init__([*texts, finding.features or "–", when])
        self.finding = finding
        for column in (1, 4):
            self.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column in range(self.columnCount()):
            self.setToolTip(column, f"{self.text(column)}\n{finding.others}")

    def __lt__(self, other: object) -> bool:
        tree = self.treeWidget()
        column = tree.sortColumn() if tree else 0
        return isinstance(other, Line) and self._order(column) < other._order(column)

    def _order(self, column: int) -> tuple[float, str]:
        """By what a column is sorted: figures, counts and times as numbers, the rest as words."""
        found = self.finding
        numbers = {1: next(iter(found.values.values()), 0.0), 4: float(found.count), 6: found.created}
        return numbers.get(column, 0.0), "" if column in numbers else self.text(column)


class Findings(QWidget):
    """Everything measured so far, newest first. Delete takes the selected away (with undo)."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.table = QTreeWidget()
        self.told = say("", "small", wrap=True)
        self.export = QPushButton(theme.icon("export"), self.tr("Export"))
        self._build()
        studio.lab.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        names = (self.tr("Metric"), self.tr("Figure"), self.tr("Measured"), self.tr("Compared with"))
        self.table.setHeaderLabels([*names, self.tr("Files"), self.tr("Features"), self.tr("When")])
        self.table.setAccessibleName(self.tr("What was measured"))
        self.table.setRootIsDecorated(False)
        self.table.setAlternatingRowColors(True)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(6, Qt.SortOrder.DescendingOrder)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.itemSelectionChanged.connect(self._tell)
        remove = QAction(self.tr("Remove"), self.table, shortcut=QKeySequence(QKeySequence.StandardKey.Delete))
        remove.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        remove.triggered.connect(lambda _checked=False: self.studio.lab.forget(self.selected))
        self.table.addAction(remove)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        menu = QMenu(self)
        menu.addAction(self.tr("As a table (CSV) …"), lambda: self._ask(".csv"))
        menu.addAction(self.tr("As JSON …"), lambda: self._ask(".json"))
        self.export.setMenu(menu)
        self.export.setAccessibleName(self.export.text())
        self._lay()

    def _lay(self) -> None:
        sentence = self.tr("Choose a metric and what it is to measure; what comes out is kept here, to be compared.")
        self.pages = QStackedWidget()
        self.pages.addWidget(Empty("chart", self.tr("Nothing measured yet"), sentence))
        self.pages.addWidget(self.table)
        below = QHBoxLayout()
        below.addWidget(self.told, 1)
        below.addWidget(self.export, 0, Qt.AlignmentFlag.AlignBottom)
        self.told.setMinimumHeight(2 * self.told.fontMetrics().lineSpacing())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.M)
        column.addWidget(self.pages, 1)
        column.addLayout(below)

    @property
    def selected(self) -> list[Finding]:
        """What is selected."""
        return [item.finding for item in self.table.selectedItems() if isinstance(item, Line)]

    def refresh(self) -> None:
        """List what there is now; what came last is selected."""
        found = self.studio.lab.findings
        self.table.clear()
        for finding in found:
            self.table.addTopLevelItem(Line(finding))
        for column in range(self.table.columnCount()):
            wide = max(self.table.sizeHintForColumn(column), self.table.header().sectionSizeHint(column))
            self.table.setColumnWidth(column, min(wide + theme.M, WIDEST))
        if found:
            newest = next(n for n in range(len(found)) if _line(self.table, n).finding == found[-1])
            self.table.setCurrentItem(_line(self.table, newest))
        self.pages.setCurrentIndex(1 if found else 0)
        self.export.setVisible(bool(found))
        self._tell()

    def _tell(self) -> None:
        chosen = self.selected
        self.told.setText(f"{chosen[0].others}. {said(chosen[0].biases)}" if len(chosen) == 1 else "")

    def _ask(self, kind: str) -> None:
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Export"), str(Path.home() / f"measured{kind}"), f"*{kind}")
        if path:
            chosen = self.selected
            which = chosen if len(chosen) > 1 else self.studio.lab.findings
            self.studio.lab.write(Path(path).with_suffix(kind), which)


def _line(table: QTreeWidget, n: int) -> Line:
    item = table.topLevelItem(n)
    assert isinstance(item, Line)
    return item
