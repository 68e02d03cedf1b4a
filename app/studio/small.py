"""The small copies of a project's clips, made one after another beside everything else."""

import threading
from collections.abc import Callable, Collection

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.project import Document
from app.core.timeline import proxies
from app.studio.sequence import Sequencing
from engines.contract import Failure

SOON_MS = 800  # after the last change


class SmallCopies(QObject):
    """Watches `studio`'s project and makes what small copies are wanted, on a thread of their own; none is tried again
    that failed."""

    made = Signal(str)  # the name of a medium that has a small copy now

    def __init__(self, studio: Sequencing) -> None:
        super().__init__(studio)
        self._studio = studio
        self._stop = threading.Event()
        self._busy = False
        self._failed: set[str] = set()
        self._first: frozenset[str] = frozenset()  # are wanted before the others
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._next)
        studio.project_changed.connect(self._soon.start)
        studio.project_opened.connect(self._another)

    def ask(self, names: Collection[str]) -> None:
        """Make the small copies of these clips next, where there are none: they are shown now, and come late."""
        if self._first != frozenset(names):
            self._first = frozenset(names)
            self._next()

    def close(self) -> None:
        """Stop; the copy that is being made is given up."""
        self._soon.stop()
        self._stop.set()

    def _another(self) -> None:
        self._stop.set()
        self._stop = threading.Event()
        self._failed.clear()
        self._first = frozenset()
        self._soon.start()

    def _next(self) -> None:
        """Begin with the next copy that is wanted, if none is being made."""
        document, project, stop = self._studio.document, self._studio.project, self._stop
        if self._busy or document is None or stop.is_set():
            return
        self._busy = True
        first, failed = self._first, frozenset(self._failed)

        def wanted() -> list[str]:
            asked = [name for name in sorted(first) if not proxies.place(document, name).exists()]
            every = dict.fromkeys([*asked, *proxies.wanted(document, project)])
            return [name for name in every if name not in failed]

        def done(name: str) -> None:
            self._busy = False
            if name:
                self.made.emit(name)
                self._next()

        def sorry(failure: Failure) -> None:
            self._busy = False  # playing goes on with the clip itself

        self._studio.bridge.apart("small copies", lambda: self._make(wanted, document, stop), done, sorry)

    def _make(self, wanted: Callable[[], list[str]], document: Document, stop: threading.Event) -> str:
        """Make the first copy that is wanted; its name, '' when there is none or it was stopped."""
        for name in wanted():
            self._failed.add(name)  # until it has gone well
            if proxies.make(document, name, stop):
                self._failed.discard(name)
                return name
        return ""
