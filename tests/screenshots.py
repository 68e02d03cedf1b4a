"""Take the README's pictures of the real window: `python -m tests.screenshots assets/screenshots` (under Xvfb too).

A fresh home, the shipped engines, and a user's deeds through the studio; every picture is what the window showed then.
With names of engines behind the folder only those are shown, each as it develops; `grid` is a sheet of results,
`timeline` the eight-bar piece made by hand, `drawing` what is drawn, posed and dragged on the stage, `compare` two
results laid side by side, `lab` a sweep and the table of evaluations, `rate` a blind test of 30 pairs.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.core.settings import Folders
from app.studio import Studio, Subject
from app.ui import theme
from app.ui.grid import GridDialog
from app.ui.languages import speak
from app.ui.window import Window
from engines.contract import EngineCard, Media
from tests import shots_compare, shots_drawing, shots_lab, shots_rate, shots_timeline
from tests.benchmarks.engines import start

PROMPTS = ("a red apple", "a purple octopus", "three yellow stars", "a green guitar", "a teal car", "a pink cupcake")
PATIENCE = 300.0  # seconds for one deed
ALIKE = 0.6  # of 255: how far apart two pictures are that look the same


class Photographer:
    """A window over a studio, the event loop turned by hand, and where the pictures go."""

    def __init__(self, home: Path, out: Path) -> None:
        self.app = QApplication(["darkroom"])
        speak(self.app, "en")
        theme.apply(self.app, "dark")
        self.studio = Studio.open(Folders(home / "config", home / "data", home / "gallery"))
        self.window, self.home, self.out = Window(self.studio), home, out
        self.window.resize(1480, 920)
        self.window.show()
        QApplication.setActiveWindow(self.window)  # keys go nowhere else, and Xvfb has nobody to make it so

    def wait(self, done: Callable[[], bool]) -> None:
        """Turn the event loop until `done()`, or give up loudly."""
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end:
                self.shoot("stuck")
                raise TimeoutError("the window never got there")
            self.app.processEvents()
            self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # outside `exec` nothing is deleted by itself
            time.sleep(0.005)

    def rest(self, seconds: float = 1.5) -> None:
        """Let animations, thumbnails and frames arrive."""
        end = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() > end)

    def shoot(self, name: str, widget: QWidget | None = None, *, all_colours: bool = False) -> None:
        """Keep what the window, or a dialog, shows now: in 256 colours where that looks the same and is wanted."""
        place = self.out / f"{name}.png"
        (widget or self.window).grab().save(str(place))
        whole = Image.open(place).convert("RGB")
        few = whole.quantize(256, dither=Image.Dither.NONE)
        if not all_colours and np.abs(np.asarray(few.convert("RGB"), np.int16) - np.asarray(whole)).mean() < ALIKE:
            few.save(place, optimize=True)

    def idle(self) -> bool:
        return bool(self.studio.jobs) and all(job.ended for job in self.studio.jobs)

    def generate(self, prompt: str, seed: int, **fields: object) -> None:
        """Ask for a picture and wait for the end of it."""
        self.begin(prompt, seed, **fields)
        self.wait(self.idle)

    def begin(self, prompt: str, seed: int, **fields: object) -> None:
        """Ask for a picture and wait until its job is there."""
        before = len(self.studio.jobs)
        self.studio.edit(prompt=prompt, seed=seed, **fields)
        self.studio.generate()
        self.wait(lambda: len(self.studio.jobs) > before)


def main(out: Path, engines: Sequence[str]) -> None:
    """Every picture, one after the other; or those of `engines`."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        camera = Photographer(Path(home), out)
        studio = camera.studio
        camera.wait(lambda: studio.worker_state[0] == "ready")
        studio.lock_seed(True)
        camera.rest()
        if not engines:
            _tour(camera, Path(home))
        for name in engines or ["grid", *(name for name, card in studio.cards().items() if not card.missing)]:
            MODES[name](camera) if name in MODES else _develops(camera, name)
        camera.window.close()
        studio.close()


def _tour(camera: Photographer, home: Path) -> None:
    """The main job, from the empty window to a file that is none."""
    studio = camera.studio
    camera.shoot("empty")
    for seed, prompt in enumerate(PROMPTS):
        camera.generate(prompt, seed)
    camera.begin("a fox wearing a crown", 3)
    camera.wait(lambda: studio.stage is not None and len(studio.stage.rows) >= 15)
    camera.rest(0.4)
    camera.shoot("running")
    camera.wait(camera.idle)
    camera.rest(3)
    camera.shoot("finished")
    _branches(camera)
    theme.apply(camera.app, "light")
    studio.change_settings(theme="light")
    camera.rest()
    camera.shoot("light")
    broken = home / "holiday.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n and then nothing that makes sense")
    studio.open_file(broken)
    camera.rest(2)
    camera.shoot("error")
    theme.apply(camera.app, "dark")
    studio.change_settings(theme="dark")
    camera.window.history.as_tree.setChecked(False)


def _develops(camera: Photographer, engine: str) -> None:
    """A run of `engine` past its middle, under its own name; a short one when it is over."""
    studio = camera.studio
    card = studio.cards()[engine]
    studio.set_engine(engine)
    camera.begin((*card.info.presets, "")[0], 7, start=_start(card))
    camera.wait(lambda: camera.idle() or _share(studio.stage) > 0.6)
    camera.rest(0.6)
    camera.shoot(engine.rsplit("/", 1)[-1])
    camera.wait(camera.idle)


def _grid(camera: Photographer) -> None:
    """A sheet of words against guidance, one of whose columns no engine would make."""
    studio = camera.studio
    studio.set_engine("image/sticker")
    studio.edit(prompt="a red apple", seed=4, size=(128, 128), options={"steps": 10})
    camera.window.grids.show()
    dialog = camera.window.grids.dialog
    assert isinstance(dialog, GridDialog)
    before = len(studio.jobs)
    dialog.show_axes(["guidance=2, 4, 6, 99", "prompt=red apple|green frog|blue car"])
    camera.rest(0.5)
    studio.make_grid(dialog.texts())
    camera.wait(lambda: len(studio.jobs) > before)
    camera.wait(camera.idle)
    camera.rest(1)
    camera.shoot("grid", dialog)
    dialog.close()


def _start(card: EngineCard) -> Media | None:
    """Something to begin from for an engine that takes no words."""
    needs = "start" in card.info.takes and "prompt" not in card.info.takes
    return start(card.info.medium) if needs else None


def _share(stage: Subject | None) -> float:
    """How much of the run on the stage is done."""
    return stage.rows[-1].index / stage.rows[-1].total if stage is not None and stage.rows else 0.0


def _branches(camera: Photographer) -> None:
    """Two branches from the fox on the stage, and the tree they make."""
    studio = camera.studio
    assert studio.stage is not None
    parent = studio.stage.run
    for step, prompt in ((8, "a wolf wearing a top hat"), (12, "a bear wearing a crown")):
        studio.edit(prompt=prompt)
        before = len(studio.jobs)
        studio.branch(step, parent)
        camera.wait(lambda before=before: len(studio.jobs) > before)
        camera.wait(camera.idle)
    camera.window.history.as_tree.setChecked(True)
    camera.rest(3)
    camera.shoot("branches")


MODES: dict[str, Callable[[Photographer], None]] = {
    "grid": _grid,
    "compare": shots_compare.shoot,
    "drawing": shots_drawing.shoot,
    "lab": shots_lab.shoot,
    "rate": shots_rate.shoot,
    "timeline": shots_timeline.shoot,
}


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "assets/screenshots"), sys.argv[2:])
