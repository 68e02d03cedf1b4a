"""The viewer of clips: frame-exact, because every frame is in memory."""

import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent

from app.ui import theme
from app.ui.stage import onion, pyramid
from app.ui.stage.canvas import Canvas
from app.ui.stage.picks import Picks
from app.ui.stage.player import Player
from app.ui.stage.scrub import Scrub
from app.ui.stage.transport import Key, paced, shuttled
from app.ui.stage.viewer import Aside, Bar, Viewer, at_once
from app.ui.thumbs import picture
from engines.contract import Audio, Image, Video


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
    """Play, shuttle, step by frame, loop a range, scrub, onion skin.

    The clock is the sound's where there is sound, else the computer's.
    """

    pictures = True

    def __init__(self, aside: Aside = at_once) -> None:
        super().__init__("", "", aside)
        self.setAccessibleName(self.tr("Clip viewer"))
        self.setAccessibleDescription(
            self.tr(
                "Space plays and pauses, J, K and L play back, stop and play on, comma and full stop step by frame, "
                "I and O set the loop, R repeats it."
            )
        )
        self.video: Video | None = None
        self.frame = 0
        self.playing = False
        self.clock = time.monotonic
        self._ground: tuple[np.ndarray, np.ndarray] | None = None  # of which frames, and what stands still in them
        self._live = False
        self._told = False
        self._began, self._base = 0.0, 0
        self._speed = 0.0  # of the shuttle; 0 while nothing plays
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
        self._transport()
        self.scrub = Scrub()
        self.scrub.setAccessibleName(tr("Frame"))
        self.scrub.setToolTip(tr("Drag to scrub; with Shift drag a range to repeat"))
        self.scrub.setMinimumWidth(80)
        self.scrub.valueChanged.connect(self._scrubbed)
        self.scrub.braced.connect(self._braced)
        self.bar.row.addSpacing(theme.M)
        self.bar.row.addWidget(self.scrub, 1)
        self.bar.row.addSpacing(theme.M)
        self.time_note = self.bar.note(tr("Playhead"), 170, right=True)
        self.facts_note = self.bar.note(tr("Format"), 120, right=True)
        self._views()
        self.bar.spare(self.facts_note, 900)
        self.bar.spare(self.time_note, 640)
        self.fit_deed = self.deed("fit", tr("Fit the window"), ("F", "0"), self.canvas.fit)
        self.deed("one-to-one", tr("Actual size"), ("1",), self.canvas.one_to_one)
        self.deed("zoom-out", tr("Zoom out"), ("-",), lambda: self.canvas.zoom_by(1 / 1.25))
        self.deed("zoom-in", tr("Zoom in"), ("+", "="), lambda: self.canvas.zoom_by(1.25))

    def _transport(self) -> None:
        tr = self.tr
        self.play_deed = self.deed("play", tr("Play"), (), self.toggle)
        self.play_deed.setToolTip(tr("Play or pause (Space)"))
        self.loop_deed = self.deed("loop", tr("Repeat"), ("R",), self._loop, on=True)
        rare = (
            self.deed("to-start", tr("First frame"), ("Home",), lambda: self.go(0)),
            self.deed("to-end", tr("Last frame"), ("End",), lambda: self.go(self._count() - 1)),
        )
        buttons = (
            rare[0],
            self.deed("step-back", tr("One frame back"), (",",), lambda: self.go(self.frame - 1)),
            self.play_deed,
            self.deed("step-forward", tr("One frame on"), (".",), lambda: self.go(self.frame + 1)),
            rare[1],
            self.loop_deed,
            self.deed("brace-in", tr("Loop from here"), ("I",), self._in),
            self.deed("brace-out", tr("Loop up to here"), ("O",), self._out),
        )
        for deed in buttons:
            button = self.bar.button(deed)
            if deed in rare:
                self.bar.spare(button, 460)
        self.deed("reverse", tr("Play backwards, again: faster"), ("J",), lambda: self.shuttle("J"))
        self.deed("stop", tr("Stop"), ("K",), lambda: self.shuttle("K"))
        self.deed("forward", tr("Play on, again: faster"), ("L",), lambda: self.shuttle("L"))
        self.clear_deed = self.deed("close", tr("No loop range"), ("X",), self._unbrace)

    def _views(self) -> None:
        tr = self.tr
        self.paces = Picks(self, "volume", tr("Speed"), [(f"{n:g}", paced(n)) for n in (0.25, 0.5, 1.0, 2.0)], at="1")
        skins = (("0", tr("Off")), ("1", tr("One frame each way")), ("2", tr("Two frames")), ("3", tr("Three frames")))
        self.skins = Picks(self, "onion", tr("Onion skin: before warm, after cool"), skins, key="N")
        self.paces.changed.connect(lambda _value: self._run(float(self.paces.value)) if self.playing else None)
        self.skins.changed.connect(lambda _value: self._show())
        self.bar.menu("more", tr("How the clip is shown and played"), (self.skins, self.paces))

    def _count(self) -> int:
        return 0 if self.video is None else len(self.video.frames)

    def begin(self) -> None:
        """Another clip: from its start, playing at once (a clip with sound waits for the user)."""
        self.stop()
        self.frame = 0
        self._unbrace()
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
        self.scrub.show_count(self._count())
        self.scrub.blockSignals(False)
        self._braced()
        height, width = media.frames.shape[1:3]
        self.facts_note.setText(f"{width} × {height} · {media.fps:g} fps")
        self.canvas.setAccessibleDescription(
            self.tr("{0} frames, {1} by {2} pixels, {3} frames a second").format(
                self._count(), width, height, f"{media.fps:g}"
            )
        )
        self._show()
        if self.playing:
            self._run(self._speed or float(self.paces.value))

    # ------------------------------------------------------------ playing

    def toggle(self) -> None:
        """Play or pause."""
        self.stop() if self.playing else self._run(float(self.paces.value))

    def shuttle(self, key: Key) -> None:
        """J, K or L."""
        speed = shuttled(self._speed if self.playing else 0.0, key)
        self._run(speed) if speed else self.stop()

    def go(self, frame: int) -> None:
        """Stop at `frame`."""
        self.stop()
        self.frame = min(max(int(frame), 0), max(0, self._count() - 1))
        self._show()

    def stop(self) -> None:
        """Pause here."""
        was, self.playing, self._speed = self.playing, False, 0.0
        self._timer.stop()
        self.sound.pause()
        self._show() if was and int(self.skins.value) else self._mark()

    def rest(self) -> None:
        """Stop and give the sound device back."""
        self.stop()
        self.sound.close()

    def still(self) -> QImage | None:
        """The frame that is seen."""
        return None if self.video is None else picture(self.video.frames[self.frame])

    def snapshot(self, kind: str = "") -> Callable[[], Image]:
        """The frame that is seen."""
        frame = self.video.frames[self.frame] if self.video is not None else np.zeros((1, 1, 3), np.uint8)
        return lambda: Image(np.ascontiguousarray(frame))

    def hideEvent(self, event: QHideEvent) -> None:
        self.stop()
        super().hideEvent(event)

    def _run(self, speed: float) -> None:
        """Play at `speed`, backwards when it is below 0."""
        if self.video is None or self._count() < 2:
            self.playing, self._speed = False, 0.0
            self._mark()
            return
        self.playing, self._speed = True, speed
        self.frame = self._beginning()
        self._base, self._began = self.frame, self.clock()
        if self.video.sound is not None:
            self.sound.speed = speed
            self.sound.seek((self.frame + (speed < 0)) / self.video.fps)
            self.sound.play()
            self._tell()
        self._timer.start(max(4, round(500 / self.video.fps / max(1.0, abs(speed)))))
        self._show()

    def _beginning(self) -> int:
        """Where playing begins: at the other end when it stands at one, in the loop range when it stands outside."""
        low, high = self._range() if self.loop_deed.isChecked() else (0, self._count())
        outside = not low <= self.frame < high
        past = self.frame >= self._count() - 1 if self._speed > 0 else self.frame <= 0
        if outside or (past and not self.loop_deed.isChecked()):
            return low if self._speed > 0 else high - 1
        return self.frame

    def _range(self) -> tuple[int, int]:
        """The frames that are repeated: the first, and one past the last."""
        span = self.scrub.brace.span
        return (0, self._count()) if span is None else (round(span[0]), round(span[1]))

    def _tell(self) -> None:
        if self.sound.silent and not self._told:
            self._told = True
            self.said.emit(self.tr("No sound device was found, so this plays in silence; connect one and play again."))

    def _now(self) -> int:
        """The frame the clock says, not yet wrapped where the computer's clock is asked."""
        assert self.video is not None
        if self.video.sound is not None:
            return int(self.sound.position * self.video.fps + (1e-6 if self._speed >= 0 else -1e-6))
        passed = int((self.clock() - self._began) * self.video.fps * abs(self._speed or 1.0))
        return self._base + (passed if self._speed >= 0 else -passed)

    def _tick(self) -> None:
        if not self.playing:
            return
        frame, count = self._now(), self._count()
        ended = self.video is not None and self.video.sound is not None and self.sound.ended
        if not self.loop_deed.isChecked():
            if ended or not 0 <= frame < count:
                self.go(count - 1 if self._speed >= 0 else 0)
                return
        else:
            low, high = self._range()
            if frame >= high:
                frame = low + (frame - high) % (high - low)
            elif frame < low:
                frame = high - 1 - (low - 1 - frame) % (high - low)
        if frame != self.frame:
            self.frame = frame
            self._show()

    def _loop(self, on: bool) -> None:
        self.sound.loop = on

    # ------------------------------------------------------------ the loop range

    @property
    def brace(self) -> tuple[float, float] | None:
        """The loop range in seconds."""
        span = self.scrub.brace.span
        return None if span is None or self.video is None else (span[0] / self.video.fps, span[1] / self.video.fps)

    def _in(self) -> None:
        self.scrub.brace.set_in(float(self.frame))
        self._braced(new=True)

    def _out(self) -> None:
        self.scrub.brace.set_out(self.frame + 1.0)
        self._braced(new=True)

    def _unbrace(self) -> None:
        self.scrub.brace.clear()
        self._braced()

    def _braced(self, new: bool = False) -> None:
        """The range has changed; a `new` one is repeated."""
        self.sound.brace = self.brace
        if new:
            self.loop_deed.setChecked(True)
        self.clear_deed.setEnabled(self.brace is not None)
        self.scrub.update()
        self._mark()

    def _scrubbed(self, value: int) -> None:
        if value != self.frame:
            self.go(value)

    def _show(self) -> None:
        if self.video is None:
            return
        count, pixels = int(self.skins.value), self.video.frames[self.frame]
        if count and not self.playing:
            pixels = self._ghosted(self.video.frames, count)
        self.canvas.show_picture(pixels, pyramid.single(pixels), self._natural, self._live)
        self._mark()

    def _ghosted(self, frames: np.ndarray, count: int) -> np.ndarray:
        if self._ground is None or self._ground[0] is not frames:
            self._ground = (frames, onion.ground(frames))
        around = self.loop_deed.isChecked()
        return onion.ghosted(frames, self.frame, count, still=self._ground[1], around=around)

    def _mark(self) -> None:
        self.play_deed.setIcon(theme.icon("pause" if self.playing else "play"))
        self.play_deed.setText(self.tr("Pause") if self.playing else self.tr("Play"))
        if self.video is None:
            return
        self.scrub.blockSignals(True)
        self.scrub.setValue(self.frame)
        self.scrub.blockSignals(False)
        words = self.tr("frame {0} of {1}").format(self.frame + 1, self._count())
        pace = f" · {paced(self._speed)}" if self.playing and self._speed != 1 else ""
        self.time_note.setText(f"{timecode(self.frame, self.video.fps)} · {words}{pace}")


def timecode(frame: int, fps: float) -> str:
    """The frame as h:mm:ss:ff, in whole frames a second (so 29.97 counts as 30, without dropping any)."""
    whole = max(1, round(fps))
    seconds, rest = divmod(frame, whole)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{rest:02d}"


def fitted(video: Video) -> Audio:
    """The clip's sound cut or padded with silence to the clip's length, so that it can be the clock."""
    assert video.sound is not None
    sound = video.sound
    samples = sound.samples if sound.samples.ndim == 2 else sound.samples[:, None]
    length = max(1, round(len(video.frames) / video.fps * sound.rate))
    short = max(0, length - len(samples))
    return Audio(np.pad(samples[:length], ((0, short), (0, 0))), sound.rate)
