"""Opening the dialogs of this folder: each is made when it is first asked for, and there once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from app.ui.compare.dialog import CompareDialog
    from app.ui.window import Window


class Comparisons(QObject):
    """What a window opens to compare results."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.dialog: CompareDialog | None = None

    def show(self, runs: Sequence[str] = ()) -> None:
        """Lay two results side by side; without `runs` the one or two that are chosen in the history."""
        from app.ui.compare.dialog import CompareDialog

        if self.dialog is None:
            self.dialog = CompareDialog(self.window.studio, self.window)
            self.dialog.destroyed.connect(self._gone)
        pair = list(runs) or self.window.history.pair()
        if len(pair) == 2:
            self.dialog.put_runs(*pair)
        self.dialog.show()
        self.dialog.raise_()

    def course(self, run: str = "") -> None:
        """Show how `run` went, or the one on the stage."""
        from app.ui.compare.course import CourseDialog

        stage = self.window.studio.stage
        run = run or (stage.run if stage else "")
        if run:
            name = stage.entry.path.name if stage and stage.entry and stage.run == run else run
            CourseDialog(self.window.studio, run, name, self.window).show()

    def score(self, run: str = "") -> None:
        """Score the result of `run`, or the first that is chosen in the history, or whatever is dropped then."""
        from app.ui.compare.score import ScoreDialog

        dialog = ScoreDialog(self.window.studio, self.window)
        chosen = self.window.history.chosen()
        if run or chosen:
            dialog.put_run(run or chosen[0].run)
        dialog.show()

    def _gone(self) -> None:
        self.dialog = None
