"""The recorder: choose what to record, watch the level, stop; what was recorded is kept in the history and shown."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QTabWidget, QVBoxLayout, QWidget

from app.studio import Studio
from app.ui import theme
from app.ui.record.notespage import NotesPage
from app.ui.record.page import Page
from app.ui.record.soundpage import SoundPage
from app.ui.stage.viewer import clock
from app.ui.widgets import say
from engines.contract import Refused

TICK_MS = 15


class RecordDialog(QDialog):
    """One button that records and stops, above the page of what is recorded. Space does the same."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.setWindowTitle(self.tr("Record"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.pages: tuple[Page, ...] = (SoundPage(studio), NotesPage(studio))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for page in self.pages:
            self.tabs.addTab(page, page.title)
        self.button = QPushButton()
        self.button.setMinimumWidth(130)
        self.button.setDefault(False)
        self.button.setAutoDefault(False)
        self.time = say("", "title")
        self.note = say("", "dim", wrap=True)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.button.clicked.connect(self.toggle)
        QShortcut(QKeySequence("Space"), self, self.toggle)
        self.tabs.currentChanged.connect(lambda _n: self._turned())
        self.recording = self._closed = False
        self._show()
        self._turned()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.L)
        row.addWidget(self.button)
        row.addWidget(self.time)
        row.addWidget(self.note, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        column.setSpacing(theme.L)
        column.addWidget(self.tabs, 1)
        column.addLayout(row)
        self.resize(720, 400)

    @property
    def page(self) -> Page:
        """The page in view."""
        return self.pages[self.tabs.currentIndex()]

    # ------------------------------------------------------------ recording

    def toggle(self) -> None:
        """Record, or stop and keep it."""
        if self.recording:
            self._stop()
            return
        if not self.page.ready:
            self.note.setText(self.page.trouble)
            return
        try:
            self.page.begin()
        except Refused as refused:
            self._complain(refused.failure.sentence)
            return
        self.recording = True
        self._show()

    def _stop(self) -> None:
        self.recording = False
        failure = self.page.end(self._kept)
        self._show()
        if failure is not None:
            self._complain(failure.sentence)

    def _kept(self) -> None:
        if self._closed:  # it was closed while recording, and what it had is kept all the same
            return
        self.note.setText(self.tr("Kept in the history, and shown on the stage."))

    def _complain(self, sentence: str) -> None:
        self.note.setText(sentence)
        self.studio.notice.emit("warning", sentence)

    def _tick(self) -> None:
        self.page.tick()
        self.button.setEnabled(self.recording or self.page.ready)  # an input may have been found since
        self.time.setText(clock(self.page.seconds))
        if self.recording and self.page.full:
            self._stop()

    def _show(self) -> None:
        self.button.setText(self.tr("Stop and keep") if self.recording else self.tr("Record"))
        self.button.setIcon(theme.icon("stop" if self.recording else "record", "accent"))
        self.button.setAccessibleName(self.button.text())
        self.button.setToolTip(self.button.text() + " (Space)")
        for n in range(self.tabs.count()):
            self.tabs.setTabEnabled(n, not self.recording or n == self.tabs.currentIndex())
        if self.recording:
            self.note.setText("")

    def _turned(self) -> None:
        """Another page is in view: only its devices are open."""
        for page in self.pages:
            if page is not self.page:
                page.rest()
        self.page.wake()
        self.note.setText(self.page.trouble)
        self.button.setEnabled(self.page.ready)
        self.time.setText(clock(0.0))
        self._timer.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        """What is being recorded is kept."""
        self._timer.stop()
        if self.recording:
            self._stop()
        self._closed = True
        for page in self.pages:
            page.rest()
        super().closeEvent(event)

    def reject(self) -> None:
        """Escape closes as the window's button does."""
        self.close()
