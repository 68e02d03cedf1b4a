"""The list of lanes: which is shown, which are on, one more, one less."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QMenu, QToolButton, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.widgets import button

TARGET = Qt.ItemDataRole.UserRole


class Lanes(QWidget):
    """`chosen(target)`, `switched(target, on)`, `removed(target)`; `menu` is filled when one is to be added."""

    chosen = Signal(str)
    switched = Signal(str, bool)
    removed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(176)
        self.menu = QMenu(self)
        self.add = button("plus", self.tr("Add a lane"))
        self.add.setMenu(self.menu)
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.drop = button("trash", self.tr("Remove this lane"), self._remove)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Lanes"))
        self.list.setStyleSheet("QListWidget::item { min-height: 26px; padding-left: 6px; }")
        self.list.currentItemChanged.connect(self._chose)
        self.list.itemChanged.connect(self._changed)
        head = QHBoxLayout()
        head.setContentsMargins(theme.M, 3, theme.M, 3)
        head.setSpacing(2)
        head.addWidget(self.add)
        head.addWidget(self.drop)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.list, 1)

    def show_lanes(self, rows: list[tuple[str, str, bool]], target: str) -> None:
        """Show these (target, what it is called, whether it is on), of which `target` is chosen."""
        self.list.blockSignals(True)
        self.list.clear()
        for name, text, on in rows:
            item = QListWidgetItem(text)
            item.setData(TARGET, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
            self.list.addItem(item)
            if name == target:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self.drop.setEnabled(bool(rows))

    def _chose(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(TARGET))

    def _changed(self, item: QListWidgetItem) -> None:
        self.switched.emit(item.data(TARGET), item.checkState() == Qt.CheckState.Checked)

    def _remove(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.removed.emit(item.data(TARGET))
