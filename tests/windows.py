"""The whole window over a studio whose worker is scripted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.core.settings import Folders
from app.studio import Studio
from app.ui.window import Window
from tests import fakes


@contextmanager
def working(qtbot: Any, place: Path, host: fakes.Host) -> Iterator[Studio]:
    """A studio below `place` whose worker is ready; its draft is for the first of the host's engines."""
    made, first = Studio(Folders(place / "config", place / "data", place / "gallery"), host), next(iter(host.cards))
    qtbot.waitUntil(lambda: made.worker_state[0] == "ready" and first in made.cards(), timeout=20000)
    made.set_engine(first)
    try:
        yield made
    finally:
        made.close()


def shown(qtbot: Any, studio: Studio, width: int = 1280, height: int = 900) -> Window:
    """Its window, on the screen and laid out."""
    made = Window(studio)
    qtbot.addWidget(made)
    made.resize(width, height)
    made.show()
    qtbot.waitExposed(made)
    qtbot.wait(20)
    return made
