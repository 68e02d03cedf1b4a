"""Opening the window: one program, one studio, a clean end."""

import logging
import signal
import socket
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType, TracebackType

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from app.core import settings as settings_file
from app.core.settings import Folders, Settings
from app.core.store import InUse, Store
from app.studio import Studio
from app.ui import theme
from app.ui.languages import speak
from app.ui.window import Window
from engines.contract import Refused

log = logging.getLogger("darkroom.window")


def open_window(argv: Sequence[str] = ()) -> int:
    """Open the window and stay until it is closed; the exit status. Words of `argv` are files to open."""
    app = QApplication([sys.argv[0] if sys.argv else "darkroom"])
    app.setApplicationName("Darkroom")
    app.setDesktopFileName("darkroom")
    folders = settings_file.default_folders()
    settings = settings_file.load(folders.settings).settings
    translators = speak(app, settings.language)
    theme.apply(app, settings.theme)
    try:
        settings, lost = reachable(settings, folders)
        told = (*lost, *first_here(settings.folders(folders)))
        studio = Studio.open(folders, settings)
    except Refused as refused:
        QMessageBox.critical(None, "Darkroom", refused.failure.sentence)
        return 1
    window = Window(studio)
    guard = Guard(window)
    guard.begin()
    window.show()
    QTimer.singleShot(0, window, lambda: keep_log(studio.folders.logs))
    QTimer.singleShot(0, window, studio.reopen_project)
    for sentence in told:
        window.toasts.say("warning", sentence)
    if argv:
        QTimer.singleShot(0, window, lambda: window.open_path(argv[0]))
    try:
        return app.exec()
    finally:
        guard.end()
        studio.close()
        for translator in translators:
            app.removeTranslator(translator)
        window.deleteLater()
        empty_clipboard(app)


def empty_clipboard(app: QApplication) -> None:
    """Without a screen the clipboard outlives Python, and freeing what Python has put there crashes: take it back."""
    if app.platformName() == "offscreen":
        app.clipboard().clear()


def reachable(settings: Settings, usual: Folders) -> tuple[Settings, tuple[str, ...]]:
    """`settings` with the usual gallery when the chosen one cannot be had now, and a sentence that says so."""
    try:
        settings.folders(usual).make()
    except Refused as refused:
        if not settings.gallery:
            raise
        words = QCoreApplication.translate("Window", "Results go to %1 for now.").replace("%1", str(usual.gallery))
        return replace(settings, gallery=""), (f"{refused.failure.sentence} {words}",)
    return settings, ()


def first_here(folders: Folders) -> tuple[str, ...]:
    """What there is to say of the database; InUse with one sentence when another Darkroom has it open.

    Other trouble with it is told by the studio, which opens it for good.
    """
    folders.make()
    try:
        with Store(folders.database) as store:
            return store.notices
    except InUse:
        raise
    except Refused:
        return ()


def keep_log(folder: Path) -> None:
    """Write what goes wrong to window.log in `folder`; a folder that cannot be written costs the log only."""
    from logging.handlers import RotatingFileHandler  # it brings half of the network library: not before the window

    try:
        handler = RotatingFileHandler(folder / "window.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    logging.getLogger("darkroom").addHandler(handler)


class Guard:
    """The last boundary: an error nobody foresaw is one sentence and a line in the log; a signal closes the window."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self._near, self._far = socket.socketpair()
        for end in (self._near, self._far):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read, window)
        self._notifier.activated.connect(lambda *_: self._signalled())
        self._old: dict[int, object] = {}
        self._old_hook = sys.excepthook
        self._telling = False

    def begin(self) -> None:
        """Take the hook and the signals."""
        sys.excepthook = self.caught
        self._wake = signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            self._old[number] = signal.signal(number, _pass)

    def end(self) -> None:
        """Give them back."""
        sys.excepthook = self._old_hook
        signal.set_wakeup_fd(self._wake)
        for number, old in self._old.items():
            signal.signal(number, old)  # type: ignore[arg-type]
        self._notifier.setEnabled(False)
        for end in (self._near, self._far):
            end.close()

    def caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Write the error down and say so in one sentence."""
        log.error("unforeseen\n%s", "".join(traceback.format_exception(kind, error, trace)))
        if self._telling:
            return
        self._telling = True
        try:
            place = self.window.studio.folders.logs / "window.log"
            text = QCoreApplication.translate(
                "Guard", "Something unforeseen happened in the window (%1); your work is safe, details are in %2."
            )
            self.window.toasts.say("error", text.replace("%1", kind.__name__).replace("%2", str(place)))
        finally:
            self._telling = False

    def _signalled(self) -> None:
        self._near.recv(64)
        self.window.close()


def _pass(number: int, frame: FrameType | None) -> None:
    """The wake-up descriptor has told the event loop already."""
