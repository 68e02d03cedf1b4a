"""The status bar: how the engine is, what runs, what waits."""

from collections.abc import Mapping

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QStatusBar, QWidget

from app.core.job import Job, Queued, Running
from app.studio import Studio
from app.ui import theme
from app.ui.widgets import Elided, say
from engines.contract import Value
from engines.wire import Finished, Hello, News

COLOURS = {"starting": "warn", "ready": "good", "busy": "accent", "dead": "bad"}


class Dot(QWidget):
    """A small disc in the colour of the engine's state."""

    def __init__(self) -> None:
        super().__init__()
        self.state = "starting"
        self.setFixedSize(20, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(0, 0, 0, 0))
            painter.setBrush(QColor(getattr(theme.current(self), COLOURS[self.state])))
            painter.drawEllipse(8, 4, 8, 8)


class Status(QStatusBar):
    """One line along the lower edge of the window."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.setSizeGripEnabled(False)
        self.dot, self.words = Dot(), Elided()
        self.bar = QProgressBar(textVisible=False)
        self.bar.setFixedSize(QSize(120, 4))
        self.bar.setAccessibleName(self.tr("Progress of the running job"))
        self.run, self.queue, self.device = say("", "dim"), say("", "dim"), say("", "dim")
        self.addWidget(self.dot)
        self.addWidget(self.words, 1)
        for widget in (self.run, self.bar, self.queue, self.device):
            widget.setContentsMargins(theme.M, 0, theme.M, 0)
            self.addPermanentWidget(widget)
        studio.worker_changed.connect(self._worker)
        studio.jobs_changed.connect(self.refresh)
        studio.job_changed.connect(lambda job: self.refresh())
        studio.bridge.hello.connect(self._greeted)
        studio.bridge.news.connect(self._heard)
        self._worker(*studio.worker_state)
        self.refresh()

    def _worker(self, state: str, sentence: str) -> None:
        self.dot.state = state
        self.dot.setToolTip(sentence)
        self.dot.update()
        self.words.setText(sentence)

    def _greeted(self, hello: Hello) -> None:
        """A fresh worker has not imported what knows the device; until the first result its PyTorch is all there is."""
        torch = hello.facts.get("torch", "")
        self._show_device(f"PyTorch {torch}" if torch else "", hello.facts)

    def _heard(self, news: News) -> None:
        if isinstance(news, Finished):
            facts = news.result.facts
            self._show_device(str(facts.get("gpu") or str(facts.get("device", "")).upper()), facts)

    def _show_device(self, words: str, facts: Mapping[str, Value]) -> None:
        self.device.setText(words)
        self.device.setVisible(bool(words))
        self.device.setToolTip("\n".join(f"{name}: {value}" for name, value in facts.items()))

    def refresh(self) -> None:
        """Say what runs and what waits."""
        running = next((job for job in self.studio.jobs if isinstance(job.state, Running)), None)
        waiting = sum(isinstance(job.state, Queued) for job in self.studio.jobs)
        self.bar.setVisible(running is not None)
        self.run.setVisible(running is not None)
        if running is not None:
            self._show_run(running)
        words = self.tr("%n waiting", "", waiting) if waiting else ""
        if self.studio.queue_paused:
            words = self.tr("Queue held, %1").replace("%1", words) if words else self.tr("Queue held")
        self.queue.setText(words)
        self.queue.setVisible(bool(words))

    def _show_run(self, job: Job) -> None:
        state = job.state
        assert isinstance(state, Running)
        words = self.tr("Step %1 of %2").replace("%1", str(state.index)).replace("%2", str(state.total))
        self.run.setText(words if state.total else self.tr("Starting"))
        if state.left is not None and state.total:
            self.run.setText(words + ", " + self.tr("%1 s left").replace("%1", str(round(state.left))))
        self.bar.setRange(0, state.total or 0)
        self.bar.setValue(state.index)
