"""Hears of it when another program has written into the folder of the open project."""

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

REST_MS = 250  # after the last of several changes


class Watch(QObject):
    """`changed` says that something in the folder may be another now."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._watcher = QFileSystemWatcher(self)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._watcher.directoryChanged.connect(self._rest.start)
        self._rest.timeout.connect(self.changed)

    def follow(self, folder: Path | None) -> None:
        """Watch that folder from now on, and no other."""
        wanted = [] if folder is None else [str(folder)]
        known = self._watcher.directories()
        if known != wanted:
            if known:
                self._watcher.removePaths(known)
            if wanted:
                self._watcher.addPaths(wanted)
