"""Two clips in step: what is done with pictures, frame by frame, and how much each frame differs."""

import time

import numpy as np
from PySide6.QtCore import QTimer

from app.ui import theme
from app.ui.compare.pictures import Pictures
from app.ui.compare.view import Trail
from app.ui.stage.viewer import Aside, at_once
from engines.contract import Video


class Clips(Pictures):
    """P plays both in step, comma and full stop step by frame; the curve below tells where they differ."""

    def __init__(self, aside: Aside = at_once) -> None:
        self.clips: tuple[Video, Video] | None = None
        self.frame = 0
        super().__init__(aside)
        self.setAccessibleName(self.tr("Two clips"))
        self.trail = Trail(self.tr("Difference of each frame, root mean square"), lambda v: f"{v:.2f} / 255")
        self.trail.sought.connect(self.go)
        self.column.insertWidget(1, self.trail)
        self._player = QTimer(self)
        self._player.timeout.connect(self._next)
        self._began, self._base = 0.0, 0

    def _fill(self) -> None:
        tr = self.tr
        self.play = self.deed("play", tr("Play both"), ("P",), lambda _on=False: self.toggle())
        back = self.deed("step-back", tr("One frame back"), (",",), lambda _on=False: self.go(self.frame - 1))
        on = self.deed("step-forward", tr("One frame on"), (".",), lambda _on=False: self.go(self.frame + 1))
        for deed in (back, self.play, on):
            self.bar.button(deed)
        self.bar.row.addSpacing(theme.M)
        super()._fill()
        self.bar.spare(self.hold, 980)

    @property
    def count(self) -> int:
        """Frames that both have."""
        return min(len(clip.frames) for clip in self.clips) if self.clips else 0

    def show_pair(self, a: Video, b: Video) -> None:  # type: ignore[override]
        """Lay two clips side by side, from the frame that is shown."""
        if self.clips is not None and a is self.clips[0] and b is self.clips[1]:
            return
        self.clips = (a, b)
        self.trail.show_values(np.zeros(0))
        self.frame = min(self.frame, self.count - 1)
        self._show()
        if a.frames.shape[1:3] != b.frames.shape[1:3]:
            return

        def work() -> np.ndarray:
            from engines.metrics import where

            return where.along_frames(a.frames, b.frames)

        self.aside(work, lambda found: self._curve((a, b), found))

    def _curve(self, clips: tuple[Video, Video], found: np.ndarray) -> None:
        if self.clips is not None and clips[0] is self.clips[0] and clips[1] is self.clips[1]:
            self.trail.show_values(found)
            self.trail.move_to(self.frame)

    def go(self, frame: int) -> None:
        """Stop at `frame`."""
        self.pause()
        self.frame = min(max(frame, 0), max(0, self.count - 1))
        self._show()

    def toggle(self) -> None:
        """Play or pause."""
        if self._player.isActive():
            self.pause()
        elif self.clips is not None:
            self._began, self._base = time.monotonic(), self.frame
            self._player.start(max(10, round(500 / self.clips[0].fps)))
            self.play.setIcon(theme.icon("pause"))

    def _next(self) -> None:
        if self.clips is None or not self.isVisible():
            self.pause()
            return
        gone = int((time.monotonic() - self._began) * self.clips[0].fps)
        frame = (self._base + gone) % max(1, self.count)
        if frame != self.frame:
            self.frame = frame
            self._show()

    def _show(self) -> None:
        if self.clips is not None and self.count:
            self.trail.move_to(self.frame)
            self.show_pixels(*(clip.frames[self.frame] for clip in self.clips))

    def pause(self) -> None:
        """Stop at the frame that is shown."""
        self._player.stop()
        self.play.setIcon(theme.icon("play"))

    def rest(self) -> None:
        """Play and flicker no more."""
        super().rest()
        self.pause()
