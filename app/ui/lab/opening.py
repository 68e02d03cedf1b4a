"""The sweep dialog as the window opens it: made when it is asked for, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from app.ui.lab.sweep import SweepDialog
    from app.ui.window import Window


class Sweeps(QObject):
    """Opens the quality against cost of the draft's engine over a window, which can be used meanwhile."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.dialog: SweepDialog | None = None
        window.prompt.sweep_asked.connect(self.show)

    def show(self) -> None:
        """Show the dialog."""
        from app.ui.lab.sweep import SweepDialog

        if self.dialog is None:
            self.dialog = SweepDialog(self.window.studio, self.window)
            self.dialog.destroyed.connect(self._gone)
        self.dialog.show()
        self.dialog.raise_()

    def _gone(self) -> None:
        self.dialog = None
