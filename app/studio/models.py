"""The library of models: what lies in the user's folders of models, and what of it is opened."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.bridge import Engines
from app.core.models import Model, sound
from app.core.settings import Folders, Settings
from app.studio import scan
from app.studio.live import Living
from engines import shelf
from engines.contract import EngineCard, Failure, Request


class Found(Struct, frozen=True, gc=False):
    """A model as it is listed. `lacks` is what keeps it from being used, `copies` the paths of files that look the
    same, `opened` the name of the engine or part it is on the shelf, '' where it is not there."""

    model: Model
    lacks: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    opened: str = ""


class Collecting(Living):
    """The part of the studio that knows the user's models. `looking` is how far a scan is (done, total), or None.

    One look at the folders at a time: a newer one ends it.
    """

    models_changed = Signal()
    looking_changed = Signal()

    def __init__(
        self, folders: Folders, host: Engines, settings: Settings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(folders, host, settings, parent)
        self.looking: tuple[int, int] | None = None
        self._scanner = scan.Scanner(self.folders.data / "models.cache", self.folders.models)
        self._found: dict[str, Model] = {}
        self._lacks: dict[str, tuple[str, ...]] = {}
        self._copies: dict[str, tuple[str, ...]] = {}
        self._opened_models = scan.Opened({}, ())
        self._look_turn = 0  # a look that is not of this turn ends
        self._look_waits: bool | None = None  # whether one is to follow the one that ends, and if on the disk
        self._looks = False
        self.engines_changed.connect(self._read_shelf)

    # ------------------------------------------------------------ looking

    def models(self) -> tuple[Found, ...]:
        """What is known now, without a look at the disk."""
        here = {scan.place(model) for model in self._found.values()}
        outside = (model for model in self._opened_models.outside if scan.place(model) not in here)
        return tuple(map(self._listed, (*self._found.values(), *outside)))

    def _listed(self, model: Model) -> Found:
        key = scan.key(model)
        lacks = self._lacks.get(key, model.missing)
        return Found(model, lacks, self._copies.get(key, ()), self._opened_models.names.get(scan.place(model), ""))

    def look_for_models(self) -> None:
        """Look through the model folders; what is found comes with `models_changed`, a portion at a time."""
        self._look(True)

    def stop_looking(self) -> None:
        """End a look at the disk; what it has found stays."""
        if self.looking is not None:
            self._look(False)

    def _look(self, disk: bool) -> None:
        """Look at what is remembered, with `disk` at what is there; after the look that goes on, which ends."""
        self._look_turn += 1
        if self._looks:
            self._look_waits = disk
            return
        self._looks, self._look_waits = True, None
        turn, roots = self._look_turn, [Path(folder) for folder in self.settings.model_folders]
        tell = partial(self.bridge.post, partial(self._told_of_models, turn))
        self._set_looking((0, 0) if disk else None)
        self.bridge.aside(
            lambda: self._scanner.look(roots, disk, tell, lambda: turn == self._look_turn),
            self._looked,
            self._not_looked,
        )

    def _told_of_models(self, turn: int, told: scan.Portion | scan.Whole | scan.Same) -> None:
        if turn != self._look_turn:
            return
        if isinstance(told, scan.Same):
            self._copies = told.copies
        elif isinstance(told, scan.Whole):
            self._found = {scan.key(model): model for model in told.models}
            self._lacks = told.lacks
        else:
            self._found.update((scan.key(model), model) for model in told.models)
            self._set_looking((told.done, told.total))
            if not told.models:
                return
        self.models_changed.emit()

    def _looked(self, ended: scan.Ended) -> None:
        self._looks = False
        if self._look_waits is not None:
            self._look(self._look_waits)
            return
        self._set_looking(None)
        self._read_shelf()
        for sentence in ended.sentences[:1]:
            more = self.tr(" (and %d more that could not be looked at)") % (len(ended.sentences) - 1)
            self.notice.emit("warning", sentence + (more if len(ended.sentences) > 1 else ""))

    def _not_looked(self, failure: Failure) -> None:
        self.notice.emit("warning", failure.sentence)
        self._looked(scan.Ended())

    def _set_looking(self, looking: tuple[int, int] | None) -> None:
        if looking != self.looking:
            self.looking = looking
            self.looking_changed.emit()

    # ------------------------------------------------------------ folders

    def add_model_folder(self, path: str | Path) -> None:
        """Remember a folder of models, and look through it."""
        path = Path(path).expanduser().absolute()
        if not path.is_dir():
            self.notice.emit("warning", self.tr("%s is no folder; choose a folder that holds models.") % path)
            return
        folders = self.settings.model_folders
        if str(path) not in folders:
            self.change_settings(model_folders=(*folders, str(path)))
        self._look(True)

    def drop_model_folder(self, path: str | Path) -> None:
        """Look through this folder no more; nothing in it is touched."""
        folders = tuple(folder for folder in self.settings.model_folders if folder != str(path))
        if folders != self.settings.model_folders:
            self.change_settings(model_folders=folders)
            self._look(self.looking is not None)

    # ------------------------------------------------------------ the shelf

    def check_model(self, model: Model) -> None:
        """Say in one sentence whether `model` is whole and safe to open; reads headers only."""

        def told(verdict: tuple[bool, str]) -> None:
            ok, sentence = verdict
            self.notice.emit("info" if ok else "warning", sentence)

        self.bridge.aside(lambda: sound(model), told)

    def close_model(self, name: str) -> None:
        """Take the model, ControlNet or LoRA `name` off the shelf; its files stay. A job that needs it holds it."""
        if any(_uses(job.request, name) for job in self.jobs if not job.ended):
            sentence = self.tr("A job of the queue needs this model; let it end, or remove it first.")
            self.notice.emit("warning", sentence)
            return
        folder = self.folders.models

        def work() -> dict[str, EngineCard]:
            shelf.drop(folder, name)
            return shelf.cards(folder)

        self.bridge.aside(work, partial(self._closed_model, name))

    def _closed_model(self, name: str, models: dict[str, EngineCard]) -> None:
        others = {other: card for other, card in self._cards.items() if other != name}
        if name in self._cards:
            self.bridge.forget(name)
        self._cards = others | models
        self._put(_without(self.draft, name))
        self._engines_known()
        self.engines_changed.emit()

    def _read_shelf(self) -> None:
        """Look what is opened."""
        known = {scan.place(model) for model in self._found.values()}
        folder = self.folders.models
        self.bridge.aside(lambda: scan.opened(folder, known), self._shelf_read)

    def _shelf_read(self, opened: scan.Opened) -> None:
        if opened != self._opened_models:
            self._opened_models = opened
            self.models_changed.emit()


def _uses(request: Request, name: str) -> bool:
    worn: Sequence[str] = [adapter.name for adapter in request.adapters]
    return name in (request.engine, *worn, *(control.kind.partition("/")[0] for control in request.controls))


def _without(request: Request, name: str) -> Request:
    """`request` without the part `name`."""
    return msgspec.structs.replace(
        request,
        adapters=tuple(adapter for adapter in request.adapters if adapter.name != name),
        controls=tuple(one for one in request.controls if one.kind.partition("/")[0] != name),
    )
