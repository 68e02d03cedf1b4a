"""Live typing seen by the person who types: from a keystroke to the picture of its words (or newer ones) as painted.

Keys go into the prompt of the real window at a typist's pace. `python -m tests.benchmarks.live ENGINE` is the child.
"""

import statistics
import sys
import time
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtTest import QTest

from engines import registry
from tests.benchmarks import window
from tests.benchmarks.child import darkroom, say
from tests.benchmarks.row import Row

ENGINE = "image/sticker-turbo"
MISSING = f"The weights of {ENGINE} are not there, so nothing was measured; train or fetch them first."
FIRST, TYPED = "a", " blue fox wearing a crown, 3d style, big"  # 40 keys
GAP = 220  # ms between two keys: about 55 words a minute
REST = 30_000  # ms after the last key until what is missing counts as never painted
GOAL = 500.0  # ms


def rows() -> list[Row]:
    """The tiny engine, which costs next to nothing, and the engine live typing is for."""
    found = measured("image/tiny", goal=None)
    card = registry.listing().cards.get(ENGINE)
    if card is None or card.missing:
        return [*found, Row(f"keystroke to picture, {ENGINE}", None, None, "ms", GOAL, note=MISSING)]
    return [*found, *measured(ENGINE, GOAL)]


def measured(engine: str, goal: float | None) -> list[Row]:
    """Median and p95 from keystroke to the first painted picture, and the median to the whole one."""
    said = window.child(engine, "tests.benchmarks.live")[-1]
    if "painted" not in said or len(said["painted"]) < len(TYPED):
        raise RuntimeError(f"the window did not follow all the keys: {said}")
    painted = [1e3 * seconds for seconds in said["painted"]]
    name = f"keystroke to picture, {engine}"
    return [
        Row(f"{name}, p50", statistics.median(painted), None, "ms", None),
        Row(f"{name}, p95", window.point(painted, 0.95), None, "ms", goal),
        Row(f"last keystroke to the whole picture, {engine}", 1e3 * said["whole"], None, "ms", None),
    ]


class Typist(QObject):
    """Waits for the first picture, types, and notes when what was typed is seen."""

    def __init__(self, shown: Any, engine: str) -> None:
        super().__init__(shown)
        self.window, self.studio, self.engine = shown, shown.studio, engine
        self.pressed: list[float] = []
        self.painted: list[float] = []  # of the keys so far, in their order
        self._look = QTimer(self, interval=20)
        self._look.timeout.connect(self.look)
        self._look.start()

    def look(self) -> None:
        """Choose the engine when it is there; begin to type once it follows."""
        studio = self.studio
        if studio.draft.engine != self.engine:
            if self.engine in studio.cards() and studio.worker_state[0] == "ready":
                studio.set_engine(self.engine)
                studio.edit(prompt=FIRST, seed=7)
                studio.set_live(True)
        elif studio.live.state == "idle" and studio.stage is not None:
            self._look.stop()
            self.window.stage.viewer.painted.connect(self.seen)
            self.window.prompt.prompt.setFocus()
            self.window.prompt.prompt.moveCursor(self.window.prompt.prompt.textCursor().MoveOperation.End)
            self.press()

    def press(self) -> None:
        """The next key; after the last one, wait until its picture is whole."""
        if len(self.pressed) == len(TYPED):
            self._look = QTimer(self, interval=5)
            self._look.timeout.connect(self.end)
            self._look.start()
            return
        QTimer.singleShot(GAP, self, self.press)
        self.pressed.append(time.perf_counter())
        QTest.keyClicks(self.window.prompt.prompt, TYPED[len(self.pressed) - 1])

    def seen(self) -> None:
        """A picture has been painted: it answers every key up to its own words."""
        now, draft = time.perf_counter(), self.studio.stage.draft
        if draft is not None:
            keys = len(draft.prompt) - len(FIRST)
            self.painted += [now - at for at in self.pressed[len(self.painted) : keys]]

    def end(self) -> None:
        """Tell, once everything is there or too much time has passed."""
        late = time.perf_counter() - self.pressed[-1]
        if self.studio.live.state == "idle" or late > REST / 1e3:
            self._look.stop()
            QTimer.singleShot(100, self, lambda: self.tell(late))

    def tell(self, late: float) -> None:
        """The figures, and the end."""
        say(painted=self.painted, whole=late)
        self.window.close()


if __name__ == "__main__":
    sys.exit(darkroom(lambda shown: Typist(shown, sys.argv[1])))
