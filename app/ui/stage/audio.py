"""The viewer of sounds."""

from collections.abc import Callable

import msgspec
import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QImage
from PySide6.QtWidgets import QHBoxLayout

from app.ui import theme
from app.ui.stage import sound
from app.ui.stage.meters import Meters
from app.ui.stage.pianoroll import KEYS, PianoRoll
from app.ui.stage.picks import Picks
from app.ui.stage.player import Player
from app.ui.stage.transport import Key, paced, shuttled
from app.ui.stage.viewer import Aside, Bar, Viewer, at_once, clock
from app.ui.stage.wave import Wave
from engines.contract import Audio

TICK_MS = 30
SHARPEN_MS = 140
METER = 0.04  # seconds of sound a meter looks at, at least
AT_ONCE = 400_000  # samples up to which the drawings are made at once


class AudioViewer(Viewer):
    """Waveform and spectrogram, transport, loop brace, meters. The playhead follows the sound device's own clock."""

    def __init__(self, aside: Aside = at_once) -> None:
        super().__init__("", "", aside)
        self.setAccessibleName(self.tr("Sound viewer"))
        self.setAccessibleDescription(
            self.tr(
                "Space plays and pauses, J, K and L play back, stop and play on, I and O set the loop, R repeats it."
            )
        )
        self.player = Player()
        self._told = False
        self._samples: np.ndarray | None = None
        self._rate = 1
        self._speed = 0.0  # of the shuttle; 0 while nothing plays
        self.wave = self.surface = Wave(self.tr("Waveform and spectrogram"))
        self.meters = Meters(self.tr("Level meters"))
        self.setFocusProxy(self.wave)
        self.row = QHBoxLayout()
        self.row.setSpacing(0)
        self.row.addWidget(self.wave, 1)
        self.row.addWidget(self.meters)
        self.roll = PianoRoll(self.wave)
        self.column.addWidget(self.roll, 1)
        self.column.addLayout(self.row, 1)
        self.bar = Bar(self.tr("Playback controls"))
        self.column.addWidget(self.bar)
        self._fill_bar()
        self._listen()

    def _listen(self) -> None:
        self.wave.painted.connect(self.paid)
        self.wave.sought.connect(self.seek)
        self.wave.toggled.connect(self.toggle)
        self.wave.braced.connect(self._braced)
        self.roll.sought.connect(self.seek)
        self.roll.barred.connect(self._bars)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._soon = QTimer(self, singleShot=True, interval=SHARPEN_MS)
        self._soon.timeout.connect(self._sharpen)
        self.wave.viewed.connect(self._soon.start)

    # ------------------------------------------------------------ controls

    def _fill_bar(self) -> None:
        self.also(self.tr("Play or pause"), "Space")
        self.also(self.tr("A little back or on"), "Left", "Right")
        self.also(self.tr("One second back or on"), "Shift+Left", "Shift+Right")
        self.also(self.tr("Start or end of the sound"), "Home", "End")
        self._transport()
        self.time_note = self.bar.note(self.tr("Playhead"), 150)
        self.brace_note = self.bar.note(self.tr("Loop"))
        self.device_note = self.bar.note(self.tr("Sound device"))
        self.bar.gap()
        self._views()
        self.facts_note = self.bar.note(self.tr("Format"), 110, right=True)
        self.bar.spare(self.facts_note, 860)
        self.bar.spare(self.brace_note, 720)
        self.bar.spare(self.device_note, 980)
        self.bar.spare(self.time_note, 560)

    def _transport(self) -> None:
        tr = self.tr
        self.play_deed = self.deed("play", tr("Play"), (), self.toggle)
        self.play_deed.setToolTip(tr("Play or pause (Space)"))
        self.loop_deed = self.deed("loop", tr("Repeat"), ("R",), self._loop, on=False)
        buttons = (
            self.deed("to-start", tr("To the start"), (), lambda: self.seek(0.0)),
            self.deed("reverse", tr("Play backwards, again: faster"), ("J",), lambda: self.shuttle("J")),
            self.play_deed,
            self.deed("forward", tr("Play on, again: faster"), ("L",), lambda: self.shuttle("L")),
            self.loop_deed,
            self.deed("brace-in", tr("Loop from here"), ("I",), self._in),
            self.deed("brace-out", tr("Loop up to here"), ("O",), self._out),
        )
        for deed in buttons:
            self.bar.button(deed)
        self.deed("stop", tr("Stop"), ("K",), lambda: self.shuttle("K"))
        self.clear_deed = self.deed("close", tr("No loop range"), ("X",), self._unbrace)
        self.range_deed = self.deed("range", tr("Change only this range"), ("Shift+R",), self._ask_range)
        self.bar.button(self.clear_deed)
        self._range_button = self.bar.button(self.range_deed)
        self.offer_range(False)

    def _views(self) -> None:
        tr = self.tr
        both = (("both", tr("Waveform and spectrogram")), ("wave", tr("Waveform")), ("heat", tr("Spectrogram")))
        axes = (("log", tr("Logarithmic")), ("mel", tr("Mel")), ("linear", tr("Linear")))
        self.parts = Picks(self, "eye", tr("Show"), both, key="V")
        self.scales = Picks(self, "spectrum", tr("Pitch axis"), axes, key="M")
        self.floors = Picks(self, "curve", tr("Loudness range"), [(f"{n}", f"{n} dB") for n in (60, 90, 120)], at="90")
        paces = [(f"{n:g}", paced(n)) for n in (0.25, 0.5, 1.0, 2.0)]
        self.paces = Picks(self, "volume", tr("Speed, and with it the pitch"), paces, at="1")
        for picks in (self.parts, self.scales, self.floors):
            picks.changed.connect(lambda _value: self._relook())
        self.paces.changed.connect(lambda _value: self._repace())
        self.bar.menu(
            "more", tr("How the sound is shown and played"), (self.parts, self.scales, self.floors, self.paces)
        )
        zooms = (
            self.deed("zoom-out", tr("Show more time"), ("-",), lambda: self.wave.zoom(0.5, self.wave.head)),
            self.deed("zoom-in", tr("Show less time"), ("+", "="), lambda: self.wave.zoom(2.0, self.wave.head)),
            self.deed("fit", tr("Show the whole sound"), ("F", "0"), self.wave.whole),
        )
        for deed in zooms:
            self.bar.spare(self.bar.button(deed), 400)
        self.deed("brace", tr("Show the loop range"), ("Z",), self.wave.to_brace)

    # ------------------------------------------------------------ what is shown

    def begin(self) -> None:
        """Another sound: from its start, without a loop range."""
        self._stop()
        self.player.seek(0.0)
        self._unbrace()
        self.meters.unclip()
        self._tick()

    def take(self, media: Audio, natural: tuple[int, int] | None, live: bool) -> None:
        """A developing sound keeps playing from where it is."""
        self.player.load(media, keep=True)
        samples, rate = media.samples if media.samples.ndim == 2 else media.samples[:, None], int(media.rate)
        self._samples, self._rate = samples, rate
        self.roll.show_notes(media.notes)
        self.row.setContentsMargins(KEYS if self.roll.notes is not None else 0, 0, 0, 0)
        if len(self.meters.peak) != min(2, samples.shape[1]):
            self.meters.show_channels(samples.shape[1])
        self._off(lambda: sound.peaks(samples), lambda made: self._drawn(samples, made, rate))
        self._heat()
        lanes = {1: self.tr("mono"), 2: self.tr("stereo")}.get(samples.shape[1], f"{samples.shape[1]} ch")
        self.facts_note.setText(f"{rate / 1000:g} kHz · {lanes}")
        length = clock(len(samples) / rate)
        self.wave.setAccessibleDescription(self.tr("{0} long, {1} Hz, {2}").format(length, rate, lanes))
        self._tick()

    def _off(self, work: Callable[[], object], then: Callable[..., None]) -> None:
        """At once for a short sound, else away from the GUI thread."""
        assert self._samples is not None
        (at_once if len(self._samples) <= AT_ONCE else self.aside)(work, then)

    def _drawn(self, samples: np.ndarray, made: sound.Peaks, rate: int) -> None:
        if samples is self._samples:
            self.wave.show_sound(made, rate)
            self._braced(keep=True)

    def _heat(self, span: tuple[float, float] | None = None) -> None:
        """Have the spectrogram made, of all of it or of the seconds `span`."""
        samples, rate, scale = self._samples, self._rate, self.wave.look.scale
        if samples is None:
            return

        def done(heat: np.ndarray) -> None:
            if samples is self._samples and scale == self.wave.look.scale:
                self.wave.show_heat(heat, span)

        self._off(lambda: sound.spectrogram(samples, rate, scale, span=span), done)

    def _sharpen(self) -> None:
        """A part is in view: its spectrogram anew, finer in time."""
        start, stop = self.wave.start, self.wave.stop
        if self.wave.look.parts != "wave" and stop - start < 0.7 * self.wave.length:
            room = (stop - start) * 0.5
            self._heat((max(0.0, start - room), min(self.wave.length, stop + room)))

    def _relook(self) -> None:
        before = self.wave.look.scale
        look = {"parts": self.parts.value, "scale": self.scales.value, "floor": -float(self.floors.value)}
        self.wave.show_as(msgspec.convert(look, type(self.wave.look)))
        if self.wave.look.scale != before:
            self._heat()
            self._soon.start()

    def still(self) -> QImage | None:
        """The drawing."""
        return self.wave.still() if self._samples is not None else None

    # ------------------------------------------------------------ playing

    def toggle(self) -> None:
        """Play or pause."""
        self._stop() if self.player.playing else self._run(float(self.paces.value))
        self._tick()

    def hear(self) -> None:
        """Play from the start."""
        self.seek(0.0)
        self._run(float(self.paces.value))
        self._tick()

    def shuttle(self, key: Key) -> None:
        """J, K or L."""
        self._speed = shuttled(self._speed, key)
        self._run(self._speed) if self._speed else self._stop()
        self._tick()

    def _run(self, speed: float) -> None:
        self.player.speed = self._speed = speed
        if not self.player.playing:
            self.player.play()
        self._timer.start()
        self._tell()

    def _stop(self) -> None:
        self.player.pause()
        self._speed = 0.0

    def _repace(self) -> None:
        if self.player.playing:
            self._run(float(self.paces.value))

    def seek(self, seconds: float) -> None:
        """Move the playhead."""
        self.player.seek(seconds)
        self._tick()

    def rest(self) -> None:
        """Stop and give the sound device back."""
        self.player.close()
        self._speed = 0.0
        self._tick()

    def hideEvent(self, event: QHideEvent) -> None:
        self._stop()
        self._tick()
        super().hideEvent(event)

    def _tell(self) -> None:
        """Say once that nothing will be heard."""
        if self.player.silent and not self._told:
            self._told = True
            self.device_note.setText(self.tr("silent: no sound device"))
            self.said.emit(self.tr("No sound device was found, so this plays in silence; connect one and play again."))

    def _tick(self) -> None:
        if self.player.playing and self.player.ended:
            self._stop()
        playing = self.player.playing
        self.play_deed.setIcon(theme.icon("pause" if playing else "play"))
        self.play_deed.setText(self.tr("Pause") if playing else self.tr("Play"))
        place = self.player.position
        self.wave.move_head(place, follow=playing)
        pace = f" · {paced(self._speed)}" if playing and self._speed != 1 else ""
        self.time_note.setText(f"{clock(place)} / {clock(self.player.seconds)}{pace}")
        self._measure(place, playing)
        if not playing and self.meters.silent:
            self._timer.stop()

    def _measure(self, place: float, playing: bool) -> None:
        """What the meters show comes from the samples under the playhead, so it needs no sound device."""
        samples, rate = (self._samples if self._samples is not None else np.zeros((0, 1))), self._rate
        at = round(place * rate) if playing else 0
        wide = round(max(METER, TICK_MS / 1000 * abs(self._speed)) * rate)
        first, last = (at - wide, at) if self._speed > 0 else (at, at + wide)
        self.meters.feed(sound.level(samples[:, :2], first, last if playing else first), TICK_MS / 1000)

    # ------------------------------------------------------------ the loop brace

    @property
    def brace(self) -> tuple[float, float] | None:
        """The loop range in seconds."""
        return self.wave.brace.span

    def offer_range(self, on: bool) -> None:
        """Whether an engine would take the range as what to change."""
        self.range_deed.setEnabled(on and self.brace is not None)
        self._range_button.setVisible(on)
        self._takes = on

    def _in(self) -> None:
        self.wave.brace.set_in(self.player.position)
        self._braced()

    def _out(self) -> None:
        self.wave.brace.set_out(self.player.position)
        self._braced()

    def _bars(self, start: float, stop: float) -> None:
        self.wave.brace.put(start, stop)
        self._braced()

    def _unbrace(self) -> None:
        self.wave.brace.clear()
        self._braced()

    def _braced(self, keep: bool = False) -> None:
        """The range has changed: a new one is repeated, unless `keep` says that only the sound is another."""
        span = self.brace
        new = span is not None and self.player.brace is None
        self.player.brace = span
        if new and not keep:
            self.loop_deed.setChecked(True)
        words = f"{clock(span[0])} – {clock(span[1])}" if span else ""
        self.brace_note.setText(words)
        self.clear_deed.setEnabled(span is not None)
        self.offer_range(self._takes)
        self.wave.brace_changed()

    def _ask_range(self) -> None:
        if self.brace is not None:
            self.ranged.emit(self.brace)

    def _loop(self, on: bool) -> None:
        self.player.loop = on
