"""Frames of the filmstrip: stored clean estimates, made media again by the worker and kept while likely needed."""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.bridge import Bridge
from engines.contract import Audio, Failure, Image, Media, Mesh, Refused
from engines.files.steps import StepStore
from engines.wire import Render

BUDGET = 48 * 2**20
Shown = Callable[[Media], None]
Sorry = Callable[[Failure], None]
Key = tuple[str, int]


class Frames:
    """The frames of runs, by (run, step). `engine_of` names the engine that made a run."""

    def __init__(self, bridge: Bridge, engine_of: Callable[[str], str | None]) -> None:
        self._bridge = bridge
        self._engine_of = engine_of
        self._kept: OrderedDict[Key, Media] = OrderedDict()
        self._bytes = 0
        self._waiting: dict[Key, list[tuple[Shown, Sorry]]] = {}

    def ask(self, key: Key, folder: Path, then: Shown, sorry: Sorry) -> None:
        """Have `then(media)` called with the frame of `key`, at once when it is here; else `sorry(failure)`."""
        if key in self._kept:
            self._kept.move_to_end(key)
            then(self._kept[key])
            return
        waiting = self._waiting.setdefault(key, [])
        waiting.append((then, sorry))
        if len(waiting) == 1:
            self._bridge.aside(
                lambda: estimate(folder, key[1]),
                lambda found: self._render(key, found),
                lambda failure: self._fail(key, failure),
            )

    def keep(self, key: Key, media: Media) -> None:
        """Remember a frame; the least used go when there are too many bytes."""
        size = weight(media)
        if key in self._kept or size > BUDGET // 4:
            return
        self._kept[key] = media
        self._bytes += size
        while self._bytes > BUDGET:
            self._bytes -= weight(self._kept.popitem(last=False)[1])

    def forget(self, run: str) -> None:
        """Drop the frames of `run`: it begins anew."""
        for key in [key for key in self._kept if key[0] == run]:
            self._bytes -= weight(self._kept.pop(key))

    def _render(self, key: Key, found: np.ndarray) -> None:
        engine = self._engine_of(key[0])
        if engine is None:
            self._fail(key, Failure("missing", "The engine of this run is not known any more; its steps stay hidden."))
            return
        self._bridge.ask(
            lambda ticket: Render(ticket, engine, found),
            lambda media: self._answer(key, media),
            lambda failure: self._fail(key, failure),
        )

    def _answer(self, key: Key, media: Media) -> None:
        self.keep(key, media)
        for then, _ in self._waiting.pop(key, []):
            then(media)

    def _fail(self, key: Key, failure: Failure) -> None:
        for _, sorry in self._waiting.pop(key, []):
            sorry(failure)


def estimate(folder: Path, step: int) -> np.ndarray:
    """The stored clean estimate of `step`; Refused('missing') when it has been tidied away."""
    found = StepStore(folder).estimate(step)
    if found is None:
        raise Refused("missing", f"Step {step} of this run is no longer stored; make the picture again to see it.")
    return found


def weight(media: Media) -> int:
    """About how many bytes `media` holds."""
    if isinstance(media, Image):
        return media.pixels.nbytes
    if isinstance(media, Audio):
        return media.samples.nbytes
    if isinstance(media, Mesh):
        return media.vertices.nbytes + media.faces.nbytes
    return media.frames.nbytes
