"""The page that records sound from a device."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.core.job import new_run
from app.core.take import Take, silent
from app.studio import Studio
from app.ui import theme
from app.ui.record import devices
from app.ui.record.page import Page
from app.ui.record.trace import Trace
from app.ui.stage import sound
from app.ui.stage.meters import Meters
from app.ui.widgets import Choice, button
from engines.contract import Failure, Refused


class SoundPage(Page):
    """A microphone or line: which one, mono or stereo, the level, the waveform as it comes."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio, self.title = studio, self.tr("Microphone or line")
        self.source, self.channels = Choice(), Choice()
        self.source.setAccessibleName(self.tr("Input"))
        self.channels.setAccessibleName(self.tr("Channels"))
        self.channels.addItem(self.tr("Mono"), 1)
        self.channels.addItem(self.tr("Stereo"), 2)
        self.trace, self.meters = Trace(self.tr("What is recorded")), Meters(self.tr("Input level"))
        self.again = button("refresh", self.tr("Look for inputs again"), self._look)
        self.take: Take | None = None
        self._microphone: Any = None
        self._seen = 0
        row = QHBoxLayout()
        row.setSpacing(theme.M)
        row.addWidget(self.source, 1)
        row.addWidget(self.channels)
        row.addWidget(self.again)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.trace, 1)
        middle.addWidget(self.meters)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.L, 0, 0)
        column.setSpacing(theme.L)
        column.addLayout(row)
        column.addLayout(middle, 1)

    def wake(self) -> None:
        self._look()

    def _look(self) -> None:
        """List the inputs."""
        self._sources = devices.sources()
        chosen = self.source.currentText()
        self.source.clear()
        for source in self._sources:
            self.source.addItem(source.name)
        self.source.setCurrentIndex(max(0, self.source.findText(chosen)))
        self.ready = bool(self._sources)
        self.trouble = "" if self.ready else self.tr("No microphone or line was found; connect one and look again.")
        self.trace.hint = self.trouble or self.tr("Record, and the sound is drawn here.")
        for part in (self.source, self.channels):
            part.setEnabled(self.ready)
        self.again.setEnabled(True)
        self.trace.update()

    def begin(self) -> None:
        spool = self.studio.folders.takes / new_run()
        take = Take(spool, devices.RATE, self.channels.currentData())
        try:
            self._microphone = devices.Microphone(self._sources[self.source.currentIndex()], take)
        except Refused:
            take.close()
            raise
        self.take, self._seen, self.full = take, 0, False
        self.trace.clear()
        self.meters.show_channels(take.channels)
        for part in (self.source, self.channels, self.again):
            part.setEnabled(False)

    def tick(self) -> None:
        if self.take is None:
            return
        new, self._seen = self.take.since(self._seen)
        self.seconds, self.full = self.take.seconds, self.take.full
        if len(new):
            self.trace.add(new, self.take.rate)
            self.meters.feed(sound.level(new, 0, len(new)), len(new) / self.take.rate)

    def end(self, kept: Callable[[], None]) -> Failure | None:
        self._microphone.stop()
        self.tick()
        take, self.take, self._microphone = self.take, None, None
        self._look()
        assert take is not None
        recorded = take.sound()
        failure = silent(recorded)
        if failure is not None:
            take.close()
            return failure

        def safe() -> None:
            take.close()
            kept()

        self.studio.keep(recorded, "recorded/sound", self.tr("Recording"), safe)
        return None
