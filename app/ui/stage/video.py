"""The viewer of clips: frame-exact, because every frame is in memory."""

import time

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QSlider

from app.ui import theme
from app.ui.stage import pyramid
from app.ui.stage.canvas import Canvas
from app.ui.stage.player import Player
from app.ui.stage.viewer import Aside, Bar, Viewer, at_once, clock
from app.ui.thumbs import picture
from engines.contract import Audio, Video


class Screen(Canvas):
    """A canvas whose space bar plays."""

    def __init__(self, name: str, toggle: object) -> None:
        super().__init__(name)
        self._toggle = toggle

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self._toggle()  # type: ignore[operator]
        else:
            super().keyPressEvent(event)


class VideoViewer(Viewer):
    """Play, step by frame, loop, scrub. The clock is the sound's where there is sound, else the computer's."""

    def __init__(self, aside: Aside = at_once) -> None:
        super().__init__("", "", aside)
        self.setAccessibleName(self.tr("Clip viewer"))
        self.setAccessibleDescription(
            self.tr("Space plays and pauses, comma and full stop step by one frame, Home and End jump, L repeats.")
        )
        self.video: Video | None = None
        self.frame = 0
        self.playing = False
        self.clock = time.monotonic
        self._live = False
        self._told = False
        self._began, self._base = 0.0, 0
        self.sound = Player()
        self.sound.loop = True
        self.canvas = self.surface = Screen(self.tr("Clip"), self.toggle)
        self.setFocusProxy(self.canvas)
        self.column.addWidget(self.canvas, 1)
        self.bar = Bar(self.tr("Playback controls"))
        self.column.addWidget(self.bar)
        self._fill_bar()
        self.canvas.painted.connect(self.paid)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def _fill_bar(self) -> None:
        tr = self.tr
        self.also(tr("Play or pause"), "Space")
        self.also(tr("Move the picture"), "Left", "Right", "Up", "Down")
        self.play_deed = self.deed("play", tr("Play"), (), self.toggle)
        self.play_deed.setToolTip(tr("Play or pause (Space)"))
        self.loop_deed = self.deed("loop", tr("Repeat"), ("L",), self._loop, on=True)
        deeds = (
            self.deed("to-start", tr("First frame"), ("Home",), lambda: self.go(0)),
            self.deed("step-back", tr("One frame back"), (",",), lambda: self.go(self.frame - 1)),
            self.play_deed,
            self.deed("step-forward", tr("One frame on"), (".",), lambda: self.go(self.frame + 1)),
            self.deed("to-end", tr("Last frame"), ("End",), lambda: self.go(self._count() - 1)),
            self.loop_deed,
        )
        for deed in deeds:
            self.bar.button(deed)
        self.scrub = QSlider(Qt.Orientation.Horizontal)
        self.scrub.setAccessibleName(tr("Frame"))
        self.scrub.setMinimumWidth(80)
        self.scrub.valueChanged.connect(self._scrubbed)
        self.bar.row.addSpacing(theme.M)
        self.bar.row.addWidget(self.scrub, 1)
        self.bar.row.addSpacing(theme.M)
        self.time_note = self.bar.note(tr("Playhead"), 170, right=True)
        self.facts_note = self.bar.note(tr("Format"), 120, right=True)
        self.bar.spare(self.facts_note, 640)
        self.bar.spare(self.time_note, 500)
        self.fit_deed = self.deed("fit", tr("Fit the window"), ("F", "0"), self.canvas.fit)
        self.deed("one-to-one", tr("Actual size"), ("1",), self.canvas.one_to_one)
        self.deed("zoom-out", tr("Zoom out"), ("-",), lambda: self.canvas.zoom_by(1 / 1.25))
        self.deed("zoom-in", tr("Zoom in"), ("+", "="), lambda: self.canvas.zoom_by(1.25))

    def _count(self) -> int:
        return 0 if self.video is None else len(self.video.frames)

    def begin(self) -> None:
        """Another clip: from its start, playing at once (a clip with sound waits for the user)."""
        self.stop()
        self.frame = 0
        self.playing = True

    def take(self, media: Video, natural: tuple[int, int] | None, live: bool) -> None:
        """A developing clip keeps playing from where it is."""
        self.video, self._live, self._natural = media, live, natural
        self.frame = min(self.frame, self._count() - 1)
        if media.sound is not None:
            self.sound.load(fitted(media), keep=True)
            self.playing = self.playing and self.sound.playing
        else:
            self.sound.close()
        self.scrub.blockSignals(True)
        self.scrub.setRange(0, max(0, self._count() - 1))
        self.scrub.blockSignals(False)
        height, width = media.frames.shape[1:3]
        self.facts_note.setText(f"{width} × {height} · {media.fps:g} fps")
        self.canvas.setAccessibleDescription(
            self.tr("{0} frames, {1} by {2} pixels, {3} frames a second").format(
                self._count(), width, height, f"{media.fps:g}"
            )
        )
        self._show()
        if self.playing:
            self._start()

    # ------------------------------------------------------------ playing

    def toggle(self) -> None:
        """Play or pause."""
        self.stop() if self.playing else self._start()

    def go(self, frame: int) -> None:
        """Stop at `frame`."""
        self.stop()
        self.frame = min(max(int(frame), 0), max(0, self._count() - 1))
        self._show()

    def stop(self) -> None:
        """Pause here."""
        self.playing = False
        self._timer.stop()
        self.sound.pause()
        self._mark()

    def rest(self) -> None:
        """Stop and give the sound device back."""
        self.stop()
        self.sound.close()

    def still(self) -> QImage | None:
        """The frame that is seen."""
        return None if self.video is None else picture(self.video.frames[self.frame])

    def hideEvent(self, event: QHideEvent) -> None:
        self.stop()
        super().hideEvent(event)

    def _start(self) -> None:
        if self.video is None or self._count() < 2:
            self.playing = False
            self._mark()
            return
        if not self.loop_deed.isChecked() and self.frame >= self._count() - 1:
            self.frame = 0
        self.playing = True
        self._base, self._began = self.frame, self.clock()
        if self.video.sound is not None:
            self.sound.seek(self.frame / self.video.fps)
            self.sound.play()
            self._tell()
        self._timer.start(max(4, round(500 / self.video.fps)))
        self._mark()

    def _tell(self) -> None:
        if self.sound.silent and not self._told:
            self._told = True
            self.said.emit(self.tr("No sound device was found, so this plays in silence; connect one and play again."))

    def _now(self) -> int:
        """The frame the clock says, not yet wrapped."""
        assert self.video is not None
        if self.video.sound is not None:
            return int(self.sound.position * self.video.fps + 1e-6)
        return self._base + int((self.clock() - self._began) * self.video.fps)

    def _tick(self) -> None:
        frame, count = self._now(), self._count()
        if frame >= count and not self.loop_deed.isChecked():
            self.go(count - 1)
            return
        frame %= max(1, count)
        if frame != self.frame:
            self.frame = frame
            self._show()

    def _loop(self, on: bool) -> None:
        self.sound.loop = on

    def _scrubbed(self, value: int) -> None:
        if value != self.frame:
            self.go(value)

    def _show(self) -> None:
        if self.video is None:
            return
        pixels: np.ndarray = self.video.frames[self.frame]
        self.canvas.show_picture(pixels, pyramid.single(pixels), self._natural, self._live)
        self._mark()

    def _mark(self) -> None:
        self.play_deed.setIcon(theme.icon("pause" if self.playing else "play"))
        self.play_deed.setText(self.tr("Pause") if self.playing else self.tr("Play"))
        if self.video is None:
            return
        self.scrub.blockSignals(True)
        self.scrub.setValue(self.frame)
        self.scrub.blockSignals(False)
        words = self.tr("frame {0} of {1}").format(self.frame + 1, self._count())
        self.time_note.setText(f"{clock(self.frame / self.video.fps)} · {words}")


def fitted(video: Video) -> Audio:
    """The clip's sound cut or padded with silence to the clip's length, so that it can be the clock."""
    assert video.sound is not None
    sound = video.sound
    samples = sound.samples if sound.samples.ndim == 2 else sound.samples[:, None]
    length = max(1, round(len(video.frames) / video.fps * sound.rate))
    short = max(0, length - len(samples))
    return Audio(np.pad(samples[:length], ((0, short), (0, 0))), sound.rate)
