"""The points of a curve as a list: the way to edit them without a mouse or without seeing the lane."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from app.ui.timeline import curve as edit
from engines.contract import Curve, Param


class PointsDialog(QDialog):
    """A table of (step, value), and how the points are joined. `curve()` is what was entered."""

    def __init__(self, title: str, param: Param, curve: Curve, *, total: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.param, self.total = param, max(1, total)
        self.setWindowTitle(self.tr("Points of %1").replace("%1", title))
        self.table = QTableWidget(0, 2)
        self.table.setHorizontalHeaderLabels([self.tr("Step"), self.tr("Value")])
        self.table.setAccessibleName(self.windowTitle())
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setTabKeyNavigation(False)
        self.shape = QComboBox()
        self.shape.setAccessibleName(self.tr("Shape"))
        names = (self.tr("Linear"), self.tr("Hold"), self.tr("Smooth"))
        for name, shape in zip(names, edit.SHAPES, strict=True):
            self.shape.addItem(name, shape)
        self.shape.setCurrentIndex(edit.SHAPES.index(curve.shape))
        for position, value in curve.points:
            self._append(position, value)
        self._lay_out()

    def _lay_out(self) -> None:
        add, drop = QPushButton(self.tr("Add point")), QPushButton(self.tr("Remove point"))
        add.clicked.connect(self.add)
        drop.clicked.connect(self.drop)
        for button in (add, drop):
            button.setAccessibleName(button.text())
            button.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(add)
        row.addWidget(drop)
        form = QFormLayout()
        form.addRow(self.tr("Shape"), self.shape)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        for choice in box.buttons():
            choice.setAccessibleName(choice.text().replace("&", ""))
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        layout.addLayout(row)
        layout.addLayout(form)
        layout.addWidget(box)
        self.resize(340, 360)

    def _append(self, position: float, value: float) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        low, high = edit.bounds(self.param)
        steps = (1.0, float(self.total), 1 + position * (self.total - 1), self.tr("Step"))
        for column, (least, most, now, name) in enumerate((steps, (low, high, value, self.tr("Value")))):
            box = QDoubleSpinBox()
            box.setDecimals(0 if column and self.param.kind == "int" else 3)
            box.setRange(least, most)
            box.setSingleStep(1.0 if not column else edit.grain(self.param))
            box.setValue(float(now))
            box.setAccessibleName(self.tr("%1 of point %2").replace("%1", name).replace("%2", str(row + 1)))
            if column and self.param.unit:
                box.setSuffix(f" {self.param.unit}")
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.installEventFilter(self)
            self.table.setCellWidget(row, column, box)

    def _box(self, row: int, column: int) -> QDoubleSpinBox:
        box = self.table.cellWidget(row, column)
        assert isinstance(box, QDoubleSpinBox)
        return box

    def add(self) -> None:
        """One more point, half-way between the chosen one and the next."""
        curve = self.curve()
        here = max(0, self._row())
        after = min(here + 1, len(curve.points) - 1)
        position = (curve.points[here][0] + (curve.points[after][0] if after > here else 1.0)) / 2
        self._append(position, edit.snapped(self.param, curve.at(position)))
        self._box(self.table.rowCount() - 1, 0).setFocus()

    def drop(self) -> None:
        """Take the chosen point away; one always stays."""
        if self.table.rowCount() > 1:
            row = self._row()
            self.table.removeRow(row if row >= 0 else self.table.rowCount() - 1)

    def _row(self) -> int:
        return self.table.currentRow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The row whose field has the focus is the chosen one."""
        if event.type() == QEvent.Type.FocusIn:
            for row in range(self.table.rowCount()):
                if watched in (self.table.cellWidget(row, 0), self.table.cellWidget(row, 1)):
                    self.table.setCurrentCell(row, 0)
        return super().eventFilter(watched, event)

    def curve(self) -> Curve:
        """The points as entered, in the order of their steps."""
        span = max(1, self.total - 1)
        kind = int if self.param.kind == "int" else float
        points = sorted(
            (min(1.0, (self._box(row, 0).value() - 1) / span), kind(self._box(row, 1).value()))
            for row in range(self.table.rowCount())
        )
        return Curve(tuple(points), self.shape.currentData())
