"""The work of an export as it goes on: pieces that are done lie in the project's folder until the whole is, so that one
that was stopped or killed goes on where it was."""

import errno
import hashlib
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import msgspec

from app.core.project import Document
from app.core.timeline.export.wish import Progress, Wish
from app.core.timeline.values import Project, Timeline, plain
from engines.contract import Failure
from engines.files import atomic

FOLDER = "exports"
KEPT = 3  # unfinished ones
CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)
FORMAT = 2  # raise it when pieces of an older kind no longer fit


class Halted(Exception):
    """The user has asked to stop."""


class Work:
    """One export: where its pieces lie, whom it tells how far it is, and whether it is to stop."""

    def __init__(
        self,
        folder: Path,
        progress: Callable[[Progress], None] | None = None,
        stop: threading.Event | Callable[[], bool] | None = None,
    ) -> None:
        self.folder = folder
        self._progress, self._stop = progress, stop
        self._began, self._first = time.monotonic(), 0.0
        self._stage = ""

    def open(self) -> None:
        """Make the folder, and forget the oldest unfinished exports. In a project that may only be read it lies among
        the machine's temporary files."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            if error.errno not in CLOSED:
                raise
            self.folder = Path(tempfile.gettempdir()) / f"darkroom-{FOLDER}" / self.folder.name
            self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.touch()
        others = sorted(self.folder.parent.iterdir(), key=lambda one: one.stat().st_mtime)
        for old in others[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)

    def keep(self, pattern: str, names: Collection[str]) -> None:
        """Forget the pieces of that pattern that have other names: an edit has made them old."""
        for old in self.folder.glob(pattern):
            if old.name not in names:
                shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)

    def close(self) -> None:
        """The whole is there: forget the pieces."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def lost(self, error: OSError, target: Path) -> Failure:
        """What a person reads when the disk has ended the work: the one that is full may be that of the pieces."""
        full = error.errno == errno.ENOSPC and self.folder.is_dir()
        if full and shutil.disk_usage(self.folder).free < shutil.disk_usage(target.parent).free:
            return atomic.sentence(error, self.folder)
        return atomic.sentence(error, target)

    def go_on(self, part: float | None = None, stage: str = "picture") -> None:
        """Say that `part` of a stage is done. Raises Halted when the user has asked to stop."""
        if self._stop is not None and (
            self._stop.is_set() if isinstance(self._stop, threading.Event) else self._stop()
        ):
            raise Halted
        if part is None or self._progress is None:
            return
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._began, self._first = stage, now, part
        done, took = part - self._first, now - self._began
        left = took / done * (1 - part) if done > 0 and took > 0.5 else None
        self._progress(Progress(min(1.0, part), left, stage))


def place(document: Document, project: Project, timeline: Timeline, what: tuple[Wish, str]) -> Path:
    """Where the pieces of an export lie: the same for the same wish, whatever the file is called and the timeline shows
    by now (which the names of the pieces say, see `prints`)."""
    wish, ending = what
    told: list[Any] = [FORMAT, timeline.id, wish, ending, project.width, project.height, project.fps, project.rate]
    text = msgspec.json.encode(told, enc_hook=plain, order="sorted")
    return document.folder / FOLDER / hashlib.sha256(text).hexdigest()[:16]
