"""The viewer of sounds."""

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QImage

from app.ui import theme
from app.ui.stage import sound
from app.ui.stage.player import Player
from app.ui.stage.viewer import Aside, Bar, Viewer, at_once, clock
from app.ui.stage.wave import Wave
from engines.contract import Audio

TICK_MS = 30
AT_ONCE = 400_000  # samples up to which the drawings are made at once


class AudioViewer(Viewer):
    """Waveform and spectrogram, play, seek, loop. The playhead follows the sound device's own clock."""

    def __init__(self, aside: Aside = at_once) -> None:
        super().__init__("", "", aside)
        self.setAccessibleName(self.tr("Sound viewer"))
        self.setAccessibleDescription(
            self.tr("Space plays and pauses, left and right seek, Home goes to the start, L repeats.")
        )
        self.player = Player()
        self._told = False
        self._samples: np.ndarray | None = None
        self.wave = self.surface = Wave(self.tr("Waveform and spectrogram"))
        self.setFocusProxy(self.wave)
        self.column.addWidget(self.wave, 1)
        self.bar = Bar(self.tr("Playback controls"))
        self.column.addWidget(self.bar)
        self._fill_bar()
        self.wave.painted.connect(self.paid)
        self.wave.sought.connect(self.seek)
        self.wave.toggled.connect(self.toggle)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def _fill_bar(self) -> None:
        self.also(self.tr("Play or pause"), "Space")
        self.also(self.tr("A little back or on"), "Left", "Right")
        self.also(self.tr("One second back or on"), "Shift+Left", "Shift+Right")
        self.also(self.tr("Start or end of the sound"), "Home", "End")
        self.play_deed = self.deed("play", self.tr("Play"), (), self.toggle)
        self.play_deed.setToolTip(self.tr("Play or pause (Space)"))
        self.loop_deed = self.deed("loop", self.tr("Repeat"), ("L",), self._loop, on=False)
        self.start_deed = self.deed("to-start", self.tr("To the start"), (), lambda: self.seek(0.0))
        for deed in (self.start_deed, self.play_deed, self.loop_deed):
            self.bar.button(deed)
        self.time_note = self.bar.note(self.tr("Playhead"), 130)
        self.device_note = self.bar.note(self.tr("Sound device"))
        self.bar.gap()
        zooms = (
            self.deed("zoom-out", self.tr("Show more time"), ("-",), lambda: self.wave.zoom(0.5, self.wave.head)),
            self.deed("zoom-in", self.tr("Show less time"), ("+", "="), lambda: self.wave.zoom(2.0, self.wave.head)),
            self.deed("fit", self.tr("Show the whole sound"), ("F", "0"), self.wave.whole),
        )
        for deed in zooms:
            self.bar.button(deed)
        self.facts_note = self.bar.note(self.tr("Format"), 140, right=True)
        self.bar.spare(self.facts_note, 600)
        self.bar.spare(self.device_note, 460)

    def begin(self) -> None:
        """Another sound: from its start."""
        self.player.pause()
        self.player.seek(0.0)
        self._tick()

    def take(self, media: Audio, natural: tuple[int, int] | None, live: bool) -> None:
        """A developing sound keeps playing from where it is."""
        self.player.load(media, keep=True)
        samples, rate = media.samples if media.samples.ndim == 2 else media.samples[:, None], int(media.rate)
        self._samples = samples
        run = at_once if len(samples) <= AT_ONCE else self.aside
        run(lambda: sound.peaks(samples), lambda made: self._drawn(samples, made, rate))
        run(lambda: sound.spectrogram(samples, rate), lambda heat: self._heated(samples, heat))
        lanes = {1: self.tr("mono"), 2: self.tr("stereo")}.get(samples.shape[1], f"{samples.shape[1]} ch")
        self.facts_note.setText(f"{rate / 1000:g} kHz · {lanes}")
        length = clock(len(samples) / rate)
        self.wave.setAccessibleDescription(self.tr("{0} long, {1} Hz, {2}").format(length, rate, lanes))
        self._tick()

    def _drawn(self, samples: np.ndarray, made: sound.Peaks, rate: int) -> None:
        if samples is self._samples:
            self.wave.show_sound(made, rate)

    def _heated(self, samples: np.ndarray, heat: np.ndarray) -> None:
        if samples is self._samples:
            self.wave.show_heat(heat)

    # ------------------------------------------------------------ playing

    def toggle(self) -> None:
        """Play or pause."""
        if self.player.playing:
            self.player.pause()
        else:
            self.player.play()
            self._timer.start()
            self._tell()
        self._tick()

    def seek(self, seconds: float) -> None:
        """Move the playhead."""
        self.player.seek(seconds)
        self._tick()

    def rest(self) -> None:
        """Stop and give the sound device back."""
        self.player.close()
        self._tick()

    def still(self) -> QImage | None:
        """The drawing."""
        return self.wave.still() if self._samples is not None else None

    def hideEvent(self, event: QHideEvent) -> None:
        self.player.pause()
        self._tick()
        super().hideEvent(event)

    def _loop(self, on: bool) -> None:
        self.player.loop = on

    def _tell(self) -> None:
        """Say once that nothing will be heard."""
        if self.player.silent and not self._told:
            self._told = True
            self.device_note.setText(self.tr("silent: no sound device"))
            self.said.emit(self.tr("No sound device was found, so this plays in silence; connect one and play again."))

    def _tick(self) -> None:
        if self.player.playing and self.player.ended:
            self.player.pause()
        playing = self.player.playing
        if not playing:
            self._timer.stop()
        self.play_deed.setIcon(theme.icon("pause" if playing else "play"))
        self.play_deed.setText(self.tr("Pause") if playing else self.tr("Play"))
        place = self.player.position
        self.wave.move_head(place)
        self.time_note.setText(f"{clock(place)} / {clock(self.player.seconds)}")
