"""A program with a window, told what to do by its words: `python -m tests.benchmarks.child empty | open | ENGINE`.

It prints one JSON object a line: {"shown": true, "rss": bytes} once the window is there and the event loop has turned;
with ENGINE, {"gaps": [ms, ...], "rss": bytes} after one job of it. `empty` is a bare QMainWindow, `open` Darkroom.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

TICK = 16  # ms
IDLE = 1500  # ms a bare window is watched


def say(**facts: Any) -> None:
    """One line to who started this."""
    print(json.dumps({**facts, "rss": psutil.Process().memory_info().rss}), flush=True)


class Ticks(QObject):
    """A precise timer that notes how far its ticks are apart, in ms."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=TICK, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append(1e3 * (now - self._last))
        self._last = now


def after_a_turn(context: QObject, then: Any) -> None:
    """Call `then` once the event loop has worked off what showing a window left to do."""
    QTimer.singleShot(0, context, lambda: QTimer.singleShot(0, context, then))


def empty() -> int:
    """A bare window, shown and watched for a while."""
    app = QApplication([])
    window = QMainWindow()
    window.show()

    def shown() -> None:
        say(shown=True)
        ticks = Ticks(window)
        QTimer.singleShot(IDLE, window, lambda: (say(gaps=ticks.gaps), app.quit()))

    after_a_turn(window, shown)
    return app.exec()


def darkroom(begin: Callable[[Any], object]) -> int:
    """Darkroom itself by the way `python -m app` takes; `begin(window)` is called once it can be used."""
    from app.ui import run

    class Watched(run.Window):
        """The window, telling when it can be used."""

        def showEvent(self, event: Any) -> None:
            super().showEvent(event)
            after_a_turn(self, self.shown)

        def shown(self) -> None:
            say(shown=True)
            begin(self)

    run.Window = Watched  # type: ignore[misc]
    from app.__main__ import main

    return main([])


class Job(QObject):
    """Waits for the worker, runs one job, tells the gaps from the order to the end, closes the window."""

    def __init__(self, window: Any, engine: str) -> None:
        super().__init__(window)
        self.window, self.studio, self.engine = window, window.studio, engine
        self.ticks: Ticks | None = None
        self._look = QTimer(self, interval=50)
        self._look.timeout.connect(self.look)
        self._look.start()

    def look(self) -> None:
        if self.ticks is None and self.engine in self.studio.cards() and self.studio.worker_state[0] == "ready":
            self.begin()
        elif self.ticks is not None and self.studio.jobs and all(job.ended for job in self.studio.jobs):
            self._look.stop()
            say(gaps=self.ticks.gaps, state=type(self.studio.jobs[-1].state).__name__)
            self.window.close()

    def begin(self) -> None:
        """Order a picture, in the window's own way."""
        self.studio.set_engine(self.engine)
        pace = {"steps": 60, "slow": 0.03} if self.engine == "image/tiny" else {}
        self.studio.edit(prompt="a red apple", seed=7, options=pace)
        self.ticks = Ticks(self)
        self.studio.generate()


if __name__ == "__main__":
    word = sys.argv[1]
    sys.exit(
        empty() if word == "empty" else darkroom(lambda window: window.close() if word == "open" else Job(window, word))
    )
