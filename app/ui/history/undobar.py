"""The bar below the history that takes a deletion back."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from app.studio import Studio
from app.ui import theme

UNDO_MS = 8000


class UndoBar(QFrame):
    """Says how many results were deleted, for a while, with a button to have them back."""

    def __init__(self, studio: Studio, undo: Callable[[], None]) -> None:
        super().__init__()
        self.text = QLabel()
        button = QPushButton(self.tr("Undo"))
        button.clicked.connect(lambda _checked=False: undo())
        button.setAccessibleName(self.tr("Undo the deletion"))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.M, 0, 0, 0)
        row.addWidget(self.text, 1)
        row.addWidget(button)
        self._timer = QTimer(self, singleShot=True, interval=UNDO_MS)
        self._timer.timeout.connect(self.hide)
        studio.undo_stack.undo_changed.connect(self.hide)  # it speaks of the last deed only
        self.hide()

    def tell(self, count: int) -> None:
        """So many results were deleted just now."""
        one, many = self.tr("One result deleted"), self.tr("%1 results deleted").replace("%1", str(count))
        self.text.setText(one if count == 1 else many)
        self.show()
        self._timer.start()
