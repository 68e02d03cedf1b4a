"""The timeline with 2,000 clips and 200 curves: how long a frame takes when it is scrolled and zoomed, and to open it.

Painted in software, in a process of its own; the other column is the same panel with an empty timeline.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject

from tests.benchmarks.row import Row
from tests.benchmarks.window import child, platform, point

TRACKS, CLIPS, LANES = 40, 50, 5
GOAL_MS, GOAL_OPEN = 16.0, 2.0
SIZE = (1600, 500)
FRAMES = 120


def rows() -> list[Row]:
    """The medians and the slowest of a hundred, and the time to open."""
    full, bare = (child(word, "tests.benchmarks.sequence")[-1] for word in ("full", "empty"))
    made = []
    for name in ("scroll", "zoom", "down"):
        for word, at in (("p50", 0.5), ("p99", 0.99)):
            label = f"timeline of {TRACKS * CLIPS} clips, {name}, {word} ({platform()}) / empty"
            goal = GOAL_MS if word == "p50" else None
            made.append(Row(label, point(full[name], at), point(bare[name], at), "ms", goal))
    made.append(Row("open the project and paint it / empty", full["open"], bare["open"], "s", GOAL_OPEN))
    return made


def project(full: bool):  # type: ignore[no-untyped-def]
    """40 tracks of 50 clips and 5 curves each: sounds, pictures, titles, clips to be made."""
    from app.core.timeline.values import Ask, Clip, Key, Lane, Project, Time, Timeline, Title, Track

    def clip(track: int, n: int) -> Clip:
        kinds = ({"title": Title(f"Title {n}")}, {"ask": Ask("image/sticker", f"a picture {n}")}, {"name": f"clip {n}"})
        return Clip(Time(2 * n), Time(7, 4) + Time(n % 3, 2), id=f"c{track}-{n}", **kinds[n % 3])  # type: ignore[arg-type]

    def lane(track: int, n: int) -> Lane:
        eases = ("linear", "bezier", "ease-in-sine", "hold")
        every = tuple(Key(Time(3 * k), ((k * 7 + n) % 10) / 10, eases[(k + n) % 4]) for k in range(34))
        return Lane(f"number {n}", every, id=f"l{track}-{n}")

    tracks = tuple(
        Track(
            "picture",
            f"Track {track}",
            tuple(clip(track, n) for n in range(CLIPS)),
            tuple(lane(track, n) for n in range(LANES)),
            id=f"t{track}",
        )
        for track in range(TRACKS)
    )
    return Project(timelines=(Timeline(id="main", tracks=tracks if full else tracks[:0]),))


class Counted(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: Any) -> None:
        super().__init__(widget)
        self.paints = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.paints += event.type() == QEvent.Type.Paint
        return False


def opened(panel: Any, studio: Any, path: Path, turn: Any) -> float:
    """Seconds from asking for a project until it has been painted."""
    began = time.perf_counter()
    before = studio.project
    studio.open_project(path)
    while studio.project is before:
        turn()
    panel.grab()
    return time.perf_counter() - began


def frames(panel: Any, move: Any, turn: Any) -> list[float]:
    """Milliseconds of each frame: the move, and what it had painted. What others do on the machine is not counted."""
    found, counted = [], Counted(panel.canvas)
    for n in range(FRAMES):
        began = time.thread_time()
        move(n)
        turn()
        found.append(1000 * (time.thread_time() - began))
    if counted.paints < FRAMES:
        raise RuntimeError(f"only {counted.paints} of {FRAMES} frames were painted")
    return found


def main(word: str) -> None:
    """In the measured process: open, scroll, zoom, and say how long each took."""
    from PySide6.QtWidgets import QApplication

    from app.core.project import Document
    from app.core.settings import Folders
    from app.studio import Studio
    from app.ui import theme
    from app.ui.sequence import Sequence
    from tests import fakes

    app = QApplication(["sequence"])
    theme.apply(app, "dark")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        place = Path(home)
        studio = Studio(Folders(place / "c", place / "d", place / "g"), fakes.Host(None))
        panel = Sequence(studio)
        panel.resize(*SIZE)
        panel.show()
        document = Document.new(place / "piece", project(word == "full"))
        seconds = opened(panel, studio, document.folder, app.processEvents)
        view = panel.view
        view.unfolded = {track.id for track in studio.timeline.tracks}
        view.settle()
        view.scale = 30.0
        said: dict[str, Any] = {"open": seconds}
        turn = app.processEvents
        turn()
        said["scroll"] = frames(panel, lambda n: view.scroll(0.4 * n), turn)
        said["down"] = frames(panel, lambda n: view.scroll(view.offset, 24 * n), turn)
        view.scroll(0.0, 0)
        said["zoom"] = frames(panel, lambda n: view.zoom(1.04 if n % 60 < 30 else 1 / 1.08, 700), turn)
        print(json.dumps(said), flush=True)
        studio.close()


if __name__ == "__main__":
    main(sys.argv[1])
    sys.exit(0)
