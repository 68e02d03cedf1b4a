"""What can be taken back."""

import time
from collections.abc import Callable

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

MERGE_SECONDS = 0.8
DEPTH = 200


class Deed(Struct):
    """Something done: its `text` for the menu, how to take it back and how to do it again."""

    text: str
    undo: Callable[[], object]
    redo: Callable[[], object]
    merge: str = ""
    time: float = 0.0


class UndoStack(QObject):
    """The deeds of a session, newest last. Deeds with the same `merge` word close in time become one."""

    undo_changed = Signal()

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._done: list[Deed] = []
        self._undone: list[Deed] = []
        self._busy = False

    def push(self, text: str, undo: Callable[[], object], redo: Callable[[], object], merge: str = "") -> None:
        """Remember a deed that has been done. Pushing while undoing or redoing is ignored."""
        if self._busy:
            return
        now = self._clock()
        top = self._done[-1] if self._done and not self._undone else None
        self._undone.clear()
        if top is not None and merge and top.merge == merge and now - top.time <= MERGE_SECONDS:
            top.redo, top.time = redo, now
        else:
            self._done.append(Deed(text, undo, redo, merge, now))
            del self._done[:-DEPTH]
        self.undo_changed.emit()

    def undo(self) -> None:
        """Take the last deed back; nothing to take back is no error."""
        if self._done:
            self._undone.append(self._done.pop())
            self._perform(self._undone[-1].undo)

    def redo(self) -> None:
        """Do the last undone deed again."""
        if self._undone:
            self._done.append(self._undone.pop())
            self._perform(self._done[-1].redo)

    @property
    def undo_text(self) -> str | None:
        """What `undo` would take back; None when there is nothing."""
        return self._done[-1].text if self._done else None

    @property
    def redo_text(self) -> str | None:
        """What `redo` would do again; None when there is nothing."""
        return self._undone[-1].text if self._undone else None

    def clear(self) -> None:
        """Forget everything."""
        self._done.clear()
        self._undone.clear()
        self.undo_changed.emit()

    def _perform(self, act: Callable[[], object]) -> None:
        for deed in self._done[-1:]:
            deed.merge = ""  # what was undone to is not typed into any further
        self._busy = True
        try:
            act()
        finally:
            self._busy = False
        self.undo_changed.emit()
