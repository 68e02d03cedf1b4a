"""The composited frames of the monitor: made on a thread apart, one at a time, the latest wish first."""

import time

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.core.timeline.values import Project, Time
from app.studio import Studio
from app.ui.monitor.source import Source
from engines.contract import Failure

LANE = "monitor"


class Frame(Struct, frozen=True, eq=False):
    """A composited frame: uint8 (H, W, 4) of the moment `at`, and the seconds it took."""

    pixels: np.ndarray
    at: Time
    seconds: float


class Pictures(QObject):
    """`ask` as often as you like: what was asked in between and has not been begun is left out."""

    made = Signal(object)  # Frame
    failed = Signal(str)

    def __init__(self, studio: Studio, source: Source, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.studio, self.source = studio, source
        self._wish: tuple[Project, Time, tuple[int, int], bool] | None = None
        self._busy = False

    def ask(self, at: Time, size: tuple[int, int], *, quick: bool = False) -> None:
        """The frame of that moment, `size` (width, height) pixels large; a `quick` one may be rough."""
        self._wish = (self.studio.project, at, size, quick)
        self._next()

    def _next(self) -> None:
        if self._busy or self._wish is None:
            return
        (project, at, size, quick), self._wish = self._wish, None
        source, document, self._busy = self.source, self.studio.document, True

        def work() -> Frame:
            began = time.perf_counter()
            return Frame(source.frame(project, document, at, size, quick=quick), at, time.perf_counter() - began)

        self.studio.bridge.apart(LANE, work, self._made, self._failed)

    def _made(self, frame: Frame) -> None:
        self._busy = False
        self.made.emit(frame)
        self._next()

    def _failed(self, failure: Failure) -> None:
        self._busy = False
        self.failed.emit(failure.sentence)
        self._next()
