"""The cells of a sweep as a table: the best first, each with its figures and what one result of it costs."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from app.core.lab.charts import COSTS, key_of
from app.core.lab.sweep import Measured, Sweep, front
from app.core.lab.trial import Slot, Trial
from app.core.lab.verdict import number, written
from app.ui import theme

KEY = Qt.ItemDataRole.UserRole


class Cells(QTreeWidget):
    """`opened(key)`: a cell was double-clicked, or Return pressed on it."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setRootIsDecorated(False)
        self.setAlternatingRowColors(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAccessibleName(self.tr("Cells"))
        self.itemActivated.connect(lambda item, _column: self.opened.emit(str(item.data(0, KEY))))

    def show_trial(self, trial: Trial | None, sweep: Sweep | None) -> None:
        """What has become of every cell by now."""
        titles = [aim.title for aim in sweep.aims] if sweep else []
        self.clear()
        self.setHeaderLabels([self.tr("Cell"), *titles, self.tr("Seconds"), self.tr("Evaluations"), ""])
        if sweep is not None:
            ahead = {cell.made for cell in front(sweep.distinct(), sweep.aims[0], COSTS[0][1])}
            for cell in sweep.ordered():
                self._measured(sweep, cell, cell.made in ahead)
        else:
            for slot in trial.slots if trial else ():
                self._waiting(slot)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def _measured(self, sweep: Sweep, cell: Measured, ahead: bool) -> None:
        best = sweep.best is not None and cell.made == sweep.best.made
        marks = [word for word, on in ((self.tr("★ best"), best), (self.tr("on the front"), ahead)) if on]
        costs = ["" if one is None else number(one) for one in (cell.seconds, cell.nfe)]
        figures = [written(cell, aim) for aim in sweep.aims]
        self._line(key_of(cell), [cell.label, *figures, *costs, cell.sentence or " · ".join(marks)], best)

    def _waiting(self, slot: Slot) -> None:
        self._line("-".join(map(str, slot.place)), [slot.label, "", "", slot.sentence], False)

    def _line(self, key: str, texts: list[str], strong: bool) -> None:
        item = QTreeWidgetItem(texts)
        item.setData(0, KEY, key)
        for column in range(1, len(texts) - 1):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if strong:
            font = QFont(theme.font(13, 600))
            for column in range(len(texts)):
                item.setFont(column, font)
        self.addTopLevelItem(item)
