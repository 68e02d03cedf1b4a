"""Pictures of the lab: a sweep whose plots fill, and a table of evaluations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.screenshots import Photographer

PROMPTS = ("a red apple", "a purple octopus", "a green guitar", "a teal car", "a pink cupcake", "a yellow star")


def shoot(camera: Photographer) -> None:
    """The sweep of sticker-turbo against sticker while it runs, and when it is done."""
    _sweep(camera)


def _sweep(camera: Photographer) -> None:
    studio, window = camera.studio, camera.window
    studio.set_engine("image/sticker-turbo")
    studio.edit(prompt=PROMPTS[0], seed=4)
    window.sweeps.show()
    dialog = window.sweeps.dialog
    assert dialog is not None
    camera.rest(2)
    camera.shoot("lab-sweep-ask", dialog)
    dialog.ask.prompts.setPlainText("\n".join(PROMPTS))
    dialog.ask.count.setValue(len(PROMPTS))
    for action in dialog.ask.menu.actions():
        action.setChecked(action.data() == "image/sticker")
    dialog.ask._show_axes(["steps=2,4,8,16", "guidance=1,3"])
    camera.rest(2)
    studio.sweeps.begin(dialog.ask.wanted())
    camera.wait(lambda: studio.sweeps.trial is not None and sum(bool(s.figures) for s in studio.sweeps.trial.slots) > 6)
    camera.rest(2)
    camera.shoot("lab-sweep-running", dialog)
    camera.wait(lambda: not studio.sweeps.going)
    camera.rest(3)
    camera.shoot("lab-sweep", dialog)
    dialog.close()
    camera.rest(0.5)
