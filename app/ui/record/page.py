"""What the pages of the recorder have in common."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from engines.contract import Failure


class Page(QWidget):
    """One thing that can be recorded. `wake` and `rest` come and go with the page; `trouble` is why not, or ''."""

    title = ""
    trouble = ""
    ready = True
    full = False
    seconds = 0.0

    def wake(self) -> None:
        """It is in view."""

    def rest(self) -> None:
        """It is not: give devices back."""

    def begin(self) -> None:
        """Record from now on; Refused when that cannot be."""
        raise NotImplementedError

    def end(self, kept: Callable[[], None]) -> Failure | None:
        """Stop; `kept()` is called when it is safe. Why there is nothing to keep, or None."""
        raise NotImplementedError

    def tick(self) -> None:
        """Look at what has come."""
