"""Playing a timeline: the sound is the clock, the playhead follows it; shuttle, loop, steps, scrub, metronome."""

from fractions import Fraction
from typing import Any

import msgspec
import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.core.timeline.clock import Clock
from app.core.timeline.values import ZERO, Project, Time, Timeline
from app.studio import Studio
from app.ui.monitor.beats import beat_from, clicks
from app.ui.monitor.source import Source
from app.ui.monitor.stream import Stream
from app.ui.stage.sound import Level, level
from app.ui.stage.transport import Key, shuttled
from engines.contract import Failure

LANE = "mix"
REST_MS = 200  # after the last edit, before the sound at the playhead is made ready
GRAIN_MS = 110


class Playback(QObject):
    """The transport of the studio's timeline. `speed` is 0 while nothing plays."""

    changed = Signal()  # playing, speed or a switch
    levelled = Signal(object, float)  # Level of what is heard, and the seconds it spans
    said = Signal(str)

    def __init__(self, studio: Studio, source: Source, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.studio, self.source = studio, source
        self.stream = Stream()
        self.speed = 0.0
        self.metronome = False
        self.audible = True  # scrubbing is heard
        self._waiting = 0.0  # the speed it is about to play at, once its first block is there
        self._busy = self._own = self._told = False
        self._at = 0.0
        self._key: Any = None
        self._failed = ""
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._feed)
        self._hush = QTimer(self, singleShot=True, interval=GRAIN_MS)
        self._hush.timeout.connect(self._hushed)
        studio.playhead_changed.connect(self._moved)
        studio.project_changed.connect(self.refresh)
        studio.project_opened.connect(self.stop)
        self.refresh()

    @property
    def playing(self) -> bool:
        """Whether it plays, or is about to."""
        return bool(self.speed or self._waiting)

    # ------------------------------------------------------------ what it plays

    def refresh(self) -> None:
        """The project has changed: what is heard is made anew where something of it is another."""
        project, timeline = self.studio.project, self.studio.timeline
        end = max(timeline.end, timeline.span[1] if timeline.span else ZERO)
        self.stream.fit(float(end), project.rate)
        self.stream.loop = timeline.loop
        self.stream.brace = (float(timeline.span[0]), float(timeline.span[1])) if timeline.span else None
        key = (timeline.tracks, timeline.gain, timeline.tempos, timeline.metres, project.rate, self.metronome)
        if key != self._key:
            self._key = key
            self._failed = ""
            self.stream.stale()
            self._feed() if self.playing else self._rest.start()
        self.changed.emit()

    def _feed(self) -> None:
        """Have the next missing block made, one at a time."""
        wanted = self.stream.wanted() if self.playing else self.stream.wanted(1.0)
        if self._busy or not wanted or self._failed:
            return
        self._busy = True
        number, version, block = wanted[0], self.stream.version, self.stream.block
        work = _Block(self.source, self.studio.project, self.studio.document, number, block, self.metronome)

        def made(samples: np.ndarray) -> None:
            self._busy = False
            if block == self.stream.block:
                self.stream.put(number, samples, version)
            self._begin()
            self._feed()

        self.studio.bridge.apart(LANE, work, made, self._silent)

    def _silent(self, failure: Failure) -> None:
        """The sound cannot be made: it is said once, and playing goes on without."""
        self._busy = False
        self._failed = failure.sentence
        self.said.emit(failure.sentence)
        self._begin(silent=True)

    # ------------------------------------------------------------ playing

    def toggle(self) -> None:
        """Play or pause."""
        self.stop() if self.playing else self.run(1.0)

    def shuttle(self, key: Key) -> None:
        """J, K or L."""
        speed = shuttled(self.speed or self._waiting, key)
        self.run(speed) if speed else self.stop()

    def run(self, speed: float) -> None:
        """Play at `speed`, backwards below 0, from the playhead."""
        if not self.stream.seconds:
            return
        self._hush.stop()
        self.stream.pause()
        self.stream.speed = speed
        self.stream.seek(float(self.studio.playhead))
        self.speed, self._waiting = 0.0, speed
        self._feed()
        self._begin(silent=bool(self._failed))
        self.changed.emit()

    def _begin(self, silent: bool = False) -> None:
        if not self._waiting or not (silent or self.stream.has()):
            return
        self.speed, self._waiting = self._waiting, 0.0
        self._at = self.stream.position
        self.stream.play()
        self._tell()
        rate = float(self.studio.project.fps) * max(1.0, abs(self.speed))
        self._timer.start(max(4, round(500 / rate)))
        self.changed.emit()

    def stop(self) -> None:
        """Pause here."""
        self._timer.stop()
        was, self.speed, self._waiting = self.playing, 0.0, 0.0
        self.stream.pause()
        if was:
            self.levelled.emit(Level((0.0, 0.0), (0.0, 0.0), (False, False)), 1.0)
            self.changed.emit()

    def close(self) -> None:
        """Stop and give the sound device back."""
        self.stop()
        self.stream.close()

    def _tell(self) -> None:
        if self.stream.silent and not self._told:
            self._told = True
            self.said.emit(self.tr("No sound device was found, so this plays in silence; connect one and play again."))

    def _tick(self) -> None:
        at = self.stream.position
        clock = self.studio.clock
        self._put(clock.at_frame(int(at * float(clock.fps) + 1e-6)))
        self._measure(at)
        if self.stream.ended:
            self._put(
                ZERO if self.speed < 0 else Fraction(round(self.stream.seconds * self.stream.rate), self.stream.rate)
            )
            self.stop()
            return
        self._feed()

    def _measure(self, at: float) -> None:
        first, last = sorted((round(self._at * self.stream.rate), round(at * self.stream.rate)))
        self._at = at
        if 0 < last - first <= self.stream.rate:
            heard = self.stream.samples_of(np.arange(first, last))
            self.levelled.emit(level(heard, 0, len(heard)), (last - first) / self.stream.rate)

    def _put(self, at: Time) -> None:
        self._own = True
        self.studio.set_playhead(at)
        self._own = False

    # ------------------------------------------------------------ the hand on the playhead

    def _moved(self, at: Time) -> None:
        if self._own:
            return
        self.stream.seek(float(at))
        if self.playing:
            self._at = float(at)
            self._feed()
        elif self.audible:
            self._scrubbed(float(at))
        else:
            self._rest.start()

    def _scrubbed(self, at: float) -> None:
        if self.stream.has():
            self.stream.grain(at)
            self._hush.start()
        self._rest.start() if self._busy else self._feed()

    def _hushed(self) -> None:
        self.stream.pause()
        self.stream.seek(float(self.studio.playhead))

    # ------------------------------------------------------------ steps

    def go(self, at: Time) -> None:
        """Stop, and be at that moment."""
        self.stop()
        self.studio.set_playhead(at)

    def step(self, frames: int) -> None:
        """Stop, and go that many frames on."""
        clock = self.studio.clock
        self.go(clock.at_frame(max(0, clock.frame(self.studio.playhead) + frames)))

    def beat(self, by: int) -> None:
        """Stop at the next beat (1) or the one before (-1)."""
        self.go(beat_from(self.studio.clock, self.studio.playhead, by))

    def home(self) -> None:
        """The beginning; within a loop, first its beginning."""
        span = self.studio.timeline.span
        self.go(span[0] if span and self.studio.playhead > span[0] else ZERO)

    def end(self) -> None:
        """The end; before a loop's, first that."""
        span, end = self.studio.timeline.span, self.studio.timeline.end
        self.go(span[1] if span and self.studio.playhead < span[1] else end)

    # ------------------------------------------------------------ in, out, switches

    def set_in(self) -> None:
        """The range begins at the playhead."""
        span, at = self.studio.timeline.span, self.studio.playhead
        end = span[1] if span and span[1] > at else max(self.studio.timeline.end, at + self._frame)
        self.set_span((at, end))

    def set_out(self) -> None:
        """The range ends after the frame at the playhead."""
        span, at = self.studio.timeline.span, self.studio.playhead
        stop = at + self._frame
        self.set_span((span[0] if span and span[0] < stop else ZERO, stop))

    def set_span(self, span: tuple[Time, Time] | None) -> None:
        """Play, export and repeat between these two; None for all of it. A new range is repeated."""
        text = self.tr("Set the range") if span else self.tr("Remove the range")
        loop = bool(span) and (self.studio.timeline.loop or self.studio.timeline.span is None)
        self._arrange(text, span=span, loop=loop, merge="span" if span else "")

    def set_loop(self, on: bool) -> None:
        """Repeat the range, or all of it."""
        if on != self.studio.timeline.loop:
            self._arrange(self.tr("Repeat") if on else self.tr("Do not repeat"), loop=on)

    def set_metronome(self, on: bool) -> None:
        """Let the beats be heard."""
        self.metronome = on
        self.refresh()

    def set_audible(self, on: bool) -> None:
        """Let scrubbing be heard."""
        self.audible = on
        self.changed.emit()

    @property
    def _frame(self) -> Time:
        return 1 / self.studio.project.fps

    def _arrange(self, text: str, *, merge: str = "", **fields: Any) -> None:
        def change(timeline: Timeline) -> Timeline:
            return msgspec.structs.replace(timeline, **fields)

        self.studio.arrange(text, change, merge)


class _Block:
    """Work for another thread: one block of the sound."""

    def __init__(self, source: Source, project: Project, document: Any, number: int, block: int, click: bool) -> None:
        self.source, self.project, self.document = source, project, document
        self.number, self.block, self.click = number, block, click

    def __call__(self) -> np.ndarray:
        rate = self.project.rate
        start = Fraction(self.number * self.block, rate)
        made = self.source.sound(self.project, self.document, start, Fraction(self.block, rate))
        short = self.block - len(made)
        samples = np.pad(made[: self.block], ((0, max(0, short)), (0, 0)))
        if self.click:
            clock = Clock(self.project.timeline, self.project.fps)
            samples = samples + clicks(clock, start, self.block, rate)
        return samples
