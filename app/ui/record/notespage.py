"""The page that records notes from keys."""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QVBoxLayout

from app.core.job import new_run
from app.core.performance import SUFFIX, Head, Performance, Timing
from app.core.take import LONGEST
from app.studio import Studio
from app.ui import theme
from app.ui.record import devices
from app.ui.record.keys import Keys
from app.ui.record.page import Page
from app.ui.record.trace import Trace
from app.ui.stage.player import output
from app.ui.widgets import Choice, Number
from engines.contract import Failure, Refused
from engines.files import synth

HELD = 6 * synth.RATE  # samples a key sounds for, held down
BLOCK = 76  # the pitch of the metronome: a wood block
PROGRAMS = (0, 4, 6, 11, 16, 24, 32, 40, 48, 56, 65, 73, 80, 88)


class NotesPage(Page):
    """Keys: on the screen, the computer's, or of a MIDI keyboard. They sound at once; the notes are kept, and their
    sound."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio, self.title = studio, self.tr("Keyboard")
        self.port, self.instrument, self.grid = Choice(), Choice(), Choice()
        self.tempo = Number(40, 240, 1, whole=True)
        self.tempo.set_value(100)
        self.tempo.set_unit(self.tr("bpm"))
        self.clicks = QCheckBox(self.tr("Metronome"))
        self.trace, self.keys = Trace(self.tr("What is played")), Keys()
        self.trace.hint = self.tr("Play: A to P are keys, Z and X change the octave. Record, and the notes are kept.")
        self.live = devices.Live(self._struck, synth.RATE)
        self.performance: Performance | None = None
        self._device: Any = None
        self._keyboard: devices.Keyboard | None = None
        self._began = 0.0
        self._clicked = -1
        self._fill()
        self._lay_out()
        self.keys.played.connect(self._played)
        self.port.currentIndexChanged.connect(lambda _n: self._plug())

    def _fill(self) -> None:
        names = (
            self.tr("Piano"),
            self.tr("Electric piano"),
            self.tr("Harpsichord"),
            self.tr("Vibraphone"),
            self.tr("Organ"),
            self.tr("Guitar"),
            self.tr("Bass"),
            self.tr("Violin"),
            self.tr("Strings"),
            self.tr("Trumpet"),
            self.tr("Saxophone"),
            self.tr("Flute"),
            self.tr("Lead synthesiser"),
            self.tr("Pad"),
        )
        for program, name in zip(PROGRAMS, names, strict=True):
            self.instrument.addItem(name, program)
        beats = (
            (self.tr("As played"), 0.0),
            (self.tr("To quarters"), 1.0),
            (self.tr("To eighths"), 0.5),
            (self.tr("To sixteenths"), 0.25),
            (self.tr("To eighth triplets"), 1 / 3),
        )
        for name, step in beats:
            self.grid.addItem(name, step)

    def _lay_out(self) -> None:
        left, right = QFormLayout(), QFormLayout()
        for form, title, field in (
            (left, self.tr("MIDI keyboard"), self.port),
            (left, self.tr("Instrument"), self.instrument),
            (right, self.tr("Tempo"), self.tempo),
            (right, self.tr("Timing"), self.grid),
        ):
            field.setAccessibleName(title)
            form.addRow(title, field)
        right.addRow("", self.clicks)
        for form in (left, right):
            form.setHorizontalSpacing(theme.L)
            form.setVerticalSpacing(theme.M)
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        row = QHBoxLayout()
        row.setSpacing(theme.XL)
        row.addLayout(left, 1)
        row.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.L, 0, 0)
        column.setSpacing(theme.L)
        column.addLayout(row)
        column.addWidget(self.trace, 1)
        column.addWidget(self.keys)

    # ------------------------------------------------------------ devices

    def wake(self) -> None:
        try:
            names, self.port_trouble = devices.keyboards(), ""
        except Refused as refused:
            names, self.port_trouble = [], refused.failure.sentence
        self.port.blockSignals(True)
        self.port.clear()
        self.port.addItem(self.tr("None: the keys below"))
        self.port.addItems(names)
        self.port.setCurrentIndex(1 if names else 0)
        self.port.setToolTip(self.port_trouble)
        self.port.blockSignals(False)
        self._plug()
        if self._device is None:
            self._device, mute = output(2, synth.RATE, buffer_ms=devices.BUFFER_MS)
            stream = self.live.stream()
            next(stream)
            self._device.start(stream)
            self.trouble = self.tr(
                "No sound device was found, so the keys are silent; the notes are kept all the same."
            )
            self.trouble = self.trouble if mute else ""
        self.keys.setFocus()

    def _plug(self) -> None:
        """Open the MIDI keyboard that was chosen."""
        self._unplug()
        if self.port.currentIndex() > 0:
            try:
                self._keyboard = devices.Keyboard(self.port.currentText())
            except Refused as refused:
                self.studio.notice.emit("warning", refused.failure.sentence)

    def _unplug(self) -> None:
        if self._keyboard is not None:
            self._keyboard.close()
            self._keyboard = None

    def rest(self) -> None:
        self.keys.release()
        self.live.silence()
        self._unplug()
        if self._device is not None:
            self._device.close()
            self._device = None

    # ------------------------------------------------------------ playing

    def _struck(self, pitch: int, velocity: int) -> np.ndarray:
        return _sounding(self.instrument.currentData(), pitch, 16 * (velocity // 16) + 15)

    def _played(self, pitch: int, velocity: int) -> None:
        if velocity:
            self.live.down(pitch, velocity)
        else:
            self.live.up(pitch)
        if self.performance is not None:
            self.performance.key(self._now(), pitch, velocity)

    def _now(self) -> float:
        return time.monotonic() - self._began

    def tick(self) -> None:
        if self._keyboard is not None:
            for key in self._keyboard.played():
                self.keys.light(key.pitch, key.velocity)
                self._played(key.pitch, key.velocity)
        if self.performance is not None:
            self.seconds = self._now()
            self.full = self.seconds >= LONGEST
            self._click()
            shown = [(start, start + length, pitch) for start, length, pitch, _ in self.performance.rows]
            shown += [(start, self.seconds, pitch) for pitch, start in self.performance.held()]
            self.trace.show_notes(shown, self.seconds)

    def _click(self) -> None:
        beat = int(self.seconds / self.timing().beat)
        if self.clicks.isChecked() and beat != self._clicked:
            self.live.sound(synth.struck((128, 0), BLOCK, 110 if beat % 4 == 0 else 70, synth.RATE // 10))
        self._clicked = beat

    # ------------------------------------------------------------ recording

    def timing(self) -> Timing:
        """As it is set."""
        return Timing(float(self.tempo.value()), grid=self.grid.currentData())

    def begin(self) -> None:
        spool = (self.studio.folders.takes / new_run()).with_suffix(SUFFIX)
        self.performance = Performance(spool, Head(self.timing(), self.instrument.currentData()))
        self._began, self._clicked = time.monotonic(), -1
        self.full = False
        self.trace.clear()
        self.keys.setFocus()

    def end(self, kept: Callable[[], None]) -> Failure | None:
        played, self.performance = self.performance, None
        assert played is not None
        played.end(self._now())
        if not played.rows:
            played.close()
            return Failure("bad-output", "Nothing was played, so nothing is kept.")
        notes = played.notes(self.timing(), self.instrument.currentData())
        self.full = False

        def safe() -> None:
            played.close()
            kept()

        self.studio.keep(lambda: synth.render(notes), "recorded/notes", self.tr("Recorded notes"), safe)
        return None


@lru_cache(maxsize=96)  # some three megabytes each
def _sounding(program: int, pitch: int, velocity: int) -> np.ndarray:
    """A key held down, float32 (N, 2)."""
    return synth.strike((0, program), pitch, velocity, HELD)
