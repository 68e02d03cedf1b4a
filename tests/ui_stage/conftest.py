"""The stage over a studio that only notes what it is asked for."""

import pytest
from PySide6.QtWidgets import QApplication

from app.core.job import Running
from app.studio import Subject
from app.ui import theme
from app.ui.stage import Stage
from tests import panels

SENTENCE = "There is not enough memory for 2048x2048; choose 1024x1024 or close other programs."


class Lanes:
    """Work aside, done when the test says so."""

    def __init__(self) -> None:
        self.waiting: list = []
        self.held = False

    def aside(self, work, then, sorry=None) -> None:
        self.waiting.append((work, then))
        if not self.held:
            self.run()

    def run(self) -> None:
        while self.waiting:
            work, then = self.waiting.pop(0)
            then(work())


class Studio(panels.LightStudio):
    """The light studio with what only the stage asks of it."""

    def __init__(self, folder) -> None:
        super().__init__(folder)
        self.bridge = Lanes()

    def generate(self):
        self.calls.append(("generate",))

    def enqueue(self, *given):
        self.calls.append(("enqueue", *given))

    def preview_shown(self, run):
        self.calls.append(("preview_shown", run))

    def set_watching(self, on):
        self.calls.append(("set_watching", on))


@pytest.fixture
def studio(qtbot, tmp_path):
    theme.apply(QApplication.instance(), "dark")
    return Studio(tmp_path)


@pytest.fixture
def stage(qtbot, studio):
    widget = Stage(studio)
    qtbot.addWidget(widget)
    widget.resize(640, 520)
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    widget.close()


def running(index=7, total=24, **fields):
    state = Running("denoising", index=index, total=total, level=0.6, seconds=3.0, **fields)
    return panels.job(1, state=state, steps=panels.rows(index, total))


def result(medium="image", **fields):
    """A finished result of `medium` on the stage."""
    entry = panels.entry(1, medium=medium, width=96, height=96)
    return Subject("run-1", None, entry, panels.frame(medium, 24), panels.rows(24), medium=medium, **fields)


def place(studio, subject, *jobs):
    studio.jobs = list(jobs)
    studio.place(subject)
