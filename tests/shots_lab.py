"""Pictures of the lab: a sweep whose plots fill, and the table of what was measured."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.core.lab.findings import Source
from app.ui.lab.sweep import SweepDialog

if TYPE_CHECKING:
    from tests.screenshots import Photographer

PROMPTS = ("a red apple", "a purple octopus", "a green guitar", "a teal car")


def shoot(camera: Photographer) -> None:
    """A sweep of the quick sticker engine beside the one it was distilled from, while it runs and when it is done; then
    what the lab measures of both."""
    _sweep(camera)
    _panel(camera)


def _sweep(camera: Photographer) -> None:
    studio, window = camera.studio, camera.window
    studio.set_engine("image/sticker-turbo")
    studio.edit(prompt=PROMPTS[0], seed=4)
    window.sweeps.show()
    dialog = window.sweeps.dialog
    assert isinstance(dialog, SweepDialog)
    dialog.ask.prompts.setPlainText("\n".join(PROMPTS))
    dialog.ask.count.setValue(len(PROMPTS))
    for action in dialog.ask.menu.actions():
        action.setChecked(action.data() == "image/sticker")
    dialog.ask._show_axes(["steps=2, 4, 8", "guidance=1, 3"])
    camera.rest(2)
    studio.sweeps.begin(dialog.ask.wanted())
    camera.wait(lambda: _measured(camera) > 4)
    camera.rest(2)
    camera.shoot("lab-sweep-running", dialog)
    camera.wait(lambda: _measured(camera) > 7)  # a wait is of one deed: the whole may take longer
    camera.wait(lambda: not studio.sweeps.going)
    camera.rest(3)
    camera.shoot("lab-sweep", dialog)
    dialog.close()
    camera.rest(0.5)


def _measured(camera: Photographer) -> int:
    trial = camera.studio.sweeps.trial
    return sum(bool(slot.figures) for slot in trial.slots) if trial else 0


def _found(camera: Photographer, count: int) -> bool:
    return len(camera.studio.lab.findings) == count


def _panel(camera: Photographer) -> None:
    """What was made for the sweep, as two sets: each measured alone, then one beside the other."""
    studio, window = camera.studio, camera.window
    lab, trial = window.lab, studio.sweeps.trial
    assert trial is not None
    sets = []
    for engine in trial.wanted.engines:
        runs = dict.fromkeys(run for slot in trial.slots if slot.label.startswith(f"{engine},") for run in slot.runs)
        sets.append(Source(engine, runs=tuple(runs)))
    window.go("lab")
    for metric, reference, candidates in (("vendi", None, sets), ("clip", None, sets), ("kid", sets[1], sets[:1])):
        wanted = len(studio.lab.findings) + len(candidates)
        lab.choose(metric)
        lab.reference, lab.candidates = reference, list(candidates)
        lab._show_sources()
        lab.measure.click()
        camera.wait(partial(_found, camera, wanted))
    camera.rest(2)
    camera.shoot("lab")
