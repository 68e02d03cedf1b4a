"""Results laid side by side, the course of a run: `python -m tests.screenshots FOLDER compare`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from app.ui.compare.path import PathDialog
from app.ui.compare.score import ScoreDialog
from engines.contract import Curve

if TYPE_CHECKING:
    from app.ui.compare.dialog import CompareDialog
    from tests.screenshots import Photographer


def shoot(camera: Photographer) -> None:
    """Two pictures, two sounds, two clips and two meshes; the course of one of the runs."""
    studio = camera.studio
    studio.set_engine("image/sticker")
    given: dict[str, Any] = {"size": (256, 256)}
    camera.generate("a fox wearing a crown", 3, options={"steps": 16, "guidance": 4.0}, **given)
    rise = {"guidance": Curve(((0.0, 4.0), (0.45, 4.0), (0.6, 9.0), (1.0, 6.0)))}
    camera.generate("a fox wearing a crown", 3, options={"steps": 16}, curves=rise, **given)
    _pictures(camera)
    _path(camera)
    _score(camera)
    studio.set_engine("audio/drum")
    camera.generate("a tight snare", 5)
    camera.generate("a long bright snare", 5)
    _pair(camera, "compare-sound")
    studio.set_engine("mesh/shape")
    camera.generate("a wooden chair", 3)
    camera.generate("a wooden armchair", 3)
    _pair(camera, "compare-mesh")
    studio.set_engine("video/motion")
    camera.generate("a red ball bouncing", 3, options={"steps": 8})
    camera.generate("a red ball spinning", 3, options={"steps": 8})
    _pair(camera, "compare-clip")


def _pictures(camera: Photographer) -> None:
    dialog = _opened(camera)
    dialog.strips.chosen.emit(dialog.comparing.found.parted.first)  # type: ignore[union-attr]
    camera.rest(1.5)
    dialog.strips.chosen.emit(None)
    _view(dialog).look("wipe")
    camera.rest(1)
    camera.shoot("compare", dialog)
    _view(dialog).look("difference")
    camera.rest(1)
    camera.shoot("compare-difference", dialog)
    _view(dialog).look("sides")
    camera.rest(1)
    camera.shoot("compare-sides", dialog)
    dialog.courses[1].click()
    camera.rest(1.5)
    course = dialog.findChildren(QWidget, "course")[0]
    camera.shoot("run-view", course)
    course.close()
    dialog.close()
    camera.rest(0.5)


def _path(camera: Photographer) -> None:
    """From face to face, with how well the points on the way fit some words."""
    camera.studio.set_engine("image/blend")
    for seed in (11, 24):
        camera.generate("", seed, options={"steps": 2})
    runs = [job.run for job in camera.studio.jobs[-2:]]
    dialog = PathDialog(camera.studio, runs[0], runs[1], camera.window)
    dialog.show()
    camera.wait(lambda: all(dialog.pathing.entries))
    dialog.words.setText("a smiling face")
    dialog.begin()
    camera.wait(lambda: dialog.pathing.along is not None)
    dialog.points.go(4)
    camera.rest(0.6)
    camera.shoot("path", dialog)
    dialog.close()


def _score(camera: Photographer) -> None:
    """How likely the engine of sprites finds one of its own."""
    camera.studio.set_engine("image/pixel")
    camera.generate("a blue potion", 3, size=(32, 32))
    dialog = ScoreDialog(camera.studio, camera.window)
    dialog.show()
    dialog.put_run(camera.studio.jobs[-1].run)
    camera.wait(lambda: dialog.scoring.found is not None)
    camera.rest(0.6)
    camera.shoot("score", dialog)
    dialog.close()


def _pair(camera: Photographer, name: str) -> None:
    dialog = _opened(camera)
    camera.rest(2)
    strips = dialog.strips
    camera.wait(lambda: not strips.frames._wanted)
    camera.shoot(name, dialog, all_colours=name == "compare-sound")  # whose scales are of many
    dialog.close()
    camera.rest(0.5)


def _opened(camera: Photographer) -> CompareDialog:
    """The dialog with the last two results, when everything is known of them."""
    jobs = [job for job in camera.studio.jobs if job.ended]
    camera.window.comparisons.show([jobs[-2].run, jobs[-1].run])
    dialog = camera.window.comparisons.dialog
    assert dialog is not None
    camera.wait(lambda: dialog.comparing.found is not None)
    camera.rest(1.5)
    return dialog


def _view(dialog: CompareDialog) -> Any:
    return dialog.pages.currentWidget()
