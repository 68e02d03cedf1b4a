"""Stars in the history: given by 1 to 5 (0 takes them away), and how many a result must have to be shown."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

MOST = 5


class StarMenu(QMenu):
    """Gives stars; its actions also work by their keys in the views they are added to."""

    def __init__(self, give: Callable[[int], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Stars"))
        for count in range(MOST, -1, -1):
            action = QAction("★" * count if count else self.tr("No stars"), self)
            action.setShortcut(QKeySequence(str(count)))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(partial(_given, give, count))
            self.addAction(action)


def _given(give: Callable[[int], None], count: int, *_: object) -> None:
    give(count)


class LeastMenu(QMenu):
    """How many stars a result must have to be shown. `changed` says another number was chosen."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.least = 0
        group = QActionGroup(self)
        for count in range(MOST + 1):
            text = self.tr("%1 and more").replace("%1", "★" * count) if count else self.tr("Any number of stars")
            action = self.addAction("★" * MOST if count == MOST else text)
            action.setCheckable(True)
            action.setChecked(count == 0)
            action.setActionGroup(group)
            action.triggered.connect(partial(_given, self._choose, count))

    def _choose(self, count: int) -> None:
        self.least = count
        self.changed.emit()
