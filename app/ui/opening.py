"""Dialogs as a window opens them: made when they are asked for, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

if TYPE_CHECKING:
    from app.ui.window import Window


class Opening(QObject):
    """Shows the dialog that `make` makes over `window`, which can be used meanwhile. It deletes itself when closed."""

    def __init__(self, window: QWidget, make: Callable[[], QDialog]) -> None:
        super().__init__(window)
        self.make = make
        self.dialog: QDialog | None = None

    def show(self) -> None:
        """Show it, made anew where it is not there."""
        if self.dialog is None:
            self.dialog = self.make()
            self.dialog.destroyed.connect(self._gone)
        self.dialog.show()
        self.dialog.raise_()

    def _gone(self) -> None:
        self.dialog = None


def grids(window: Window) -> Opening:
    """Sheets of results, whose cells can be rated."""

    def make() -> QDialog:
        from app.ui.grid import GridDialog

        made = GridDialog(window.studio, window)
        made.rate.clicked.connect(lambda _checked=False: window.rating.of_cells())
        return made

    return Opening(window, make)


def sweeps(window: Window) -> Opening:
    """Quality against cost of the draft's engine."""

    def make() -> QDialog:
        from app.ui.lab.sweep import SweepDialog

        return SweepDialog(window.studio, window)

    return Opening(window, make)
