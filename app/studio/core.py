"""What every part of the studio stands on: the signals, the folders and settings, the cards, the bridge."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

from app.bridge import Bridge, Engines
from app.core import settings as settings_file
from app.core.settings import Folders, Settings
from app.studio.undo import UndoStack
from engines import registry
from engines.contract import EngineCard, Failure, Info
from engines.wire import Hello, Measure

NOTHING = EngineCard(Info(name="", title="No engine", summary="", medium="image", family="none", takes=()), ())


class Core(QObject):
    """The signals panels hear, and what the layers above share. All of it lives on the GUI thread."""

    engines_changed = Signal()  # cards() has changed
    worker_changed = Signal(str, str)  # starting | ready | busy | dead, one sentence
    draft_changed = Signal(object)  # set[str]: names of the changed fields; also 'count' and 'locked'
    jobs_changed = Signal()  # the list itself: jobs came, went or moved
    job_changed = Signal(object)  # Job
    preview = Signal(object, object)  # run: str, Media; answer with preview_shown(run) once painted
    stepped = Signal(object, object)  # run: str, StepRow
    stage_changed = Signal()
    history_changed = Signal()
    notice = Signal(str, str)  # info | warning | error, one sentence
    settings_changed = Signal()
    count_changed = Signal(object)  # Counted: tokens of the draft's prompt; only for engines with a limit

    def __init__(
        self, folders: Folders, host: Engines, settings: Settings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        loaded = settings_file.load(folders.settings)
        self.settings: Settings = settings or loaded.settings
        self._usual = folders
        self.folders: Folders = self.settings.folders(folders).make()
        self.undo_stack = UndoStack(self)
        self.worker_state: tuple[str, str] = ("starting", self.tr("The engine is starting."))
        self.bridge = Bridge(host, self)
        self._listing = registry.listing((), self.folders.models)  # plug-ins are foreign code: the worker tells of them
        self._cards: dict[str, EngineCard] = dict(self._listing.cards)
        self._told: set[str] = set()  # broken engine files the user knows of
        self._first_notices: list[str] = list(loaded.notices)
        self.bridge.hello.connect(self._greeted)
        self.bridge.lost.connect(self._lost)
        self.bridge.trouble.connect(self._troubled)

    # ------------------------------------------------------------ engines

    def cards(self) -> dict[str, EngineCard]:
        """Every engine by name: as the worker told, or before it has spoken the shipped ones, without plug-ins."""
        return self._cards

    def broken(self) -> dict[str, str]:
        """Engine files that could not be read: path to sentence."""
        return dict(self._listing.broken)

    def card_of(self, engine: str) -> EngineCard:
        """The card of `engine`; a card that takes nothing when there is no such engine."""
        return self._cards.get(engine, NOTHING)

    def _greeted(self, hello: Hello) -> None:
        cards = {card.info.name: card for card in hello.cards}
        news = bool(cards) and cards != self._cards
        self._cards = cards or self._cards
        self._engines_known()
        if news:
            self.engines_changed.emit()
        for path, sentence in hello.broken.items():
            if path not in self._told:
                self._told.add(path)
                self.notice.emit("warning", sentence)
        self._warm()
        if self.worker_state[0] != "busy":
            self._set_worker("ready", self.tr("The engine is ready."))

    def _models_changed(self, cards: tuple[EngineCard, ...]) -> None:
        """These are the user's models now."""
        self._cards = self._cards | {card.info.name: card for card in cards}
        self.engines_changed.emit()

    def _warm(self) -> None:
        """A fresh worker is there: have it load what will be wanted."""

    def _engines_known(self) -> None:
        """The worker has told what engines there are."""

    def _lost(self, failure: Failure) -> None:
        self._set_worker("dead", failure.sentence)
        self.notice.emit("error", failure.sentence)

    def _set_worker(self, state: str, sentence: str) -> None:
        self.worker_state = (state, sentence)
        self.worker_changed.emit(state, sentence)

    def measure(self, metric: str, made: Path, heed: Callable[[Any], None], real: str = "", features: str = "") -> int:
        """Have a metric measure the folder `made`, beside the folder `real` where it compares; see `Bridge.measure`."""
        cache, folders = str(self.folders.data / "features"), self.settings.model_folders
        return self.bridge.measure(Measure(0, metric, str(made), real, features, cache, folders), heed)

    # ------------------------------------------------------------ settings

    def change_settings(self, **fields: Any) -> None:
        """Set settings by name and remember them. A new gallery folder is used at once for results to come."""
        self.settings = msgspec.convert(msgspec.to_builtins(self.settings) | fields, Settings)
        settings = self.settings
        self.folders = settings.folders(self._usual)
        self.bridge.call(lambda: settings_file.save(self._usual.settings, settings))
        if "gallery" in fields:
            self._gallery_moved()
        if "idle_minutes" in fields:
            self.bridge.rest(settings.idle_minutes)
        if {"engine_python", "plugins"} & set(fields):
            self._say(self.tr("The engines are looked up anew when Darkroom starts again."))
        self.settings_changed.emit()

    def _gallery_moved(self) -> None:
        """The gallery is another folder now."""

    def save_state(self, name: str, value: bytes) -> None:
        """Remember `value` (dock places and the like) under `name` for the next start."""
        path = self._usual.state

        def work() -> None:
            settings_file.save_state(path, settings_file.load_state(path) | {name: value})

        self.bridge.call(work)

    def load_state(self, name: str) -> bytes | None:
        """What `save_state` remembered, or None."""
        return settings_file.load_state(self._usual.state).get(name)

    # ------------------------------------------------------------ trouble

    def _troubled(self, failure: Failure) -> None:
        self.notice.emit("error", failure.sentence)

    def _say(self, sentence: str) -> None:
        self.notice.emit("info", sentence)


def some_seed() -> int:
    """A seed from the system's randomness, short enough to be read aloud."""
    return secrets.randbelow(2**32)
