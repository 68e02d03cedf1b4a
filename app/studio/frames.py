"""Frames of the filmstrip: stored clean estimates, made media again by the worker and kept while likely needed."""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.bridge import Bridge
from engines.contract import Audio, Failure, Image, Media, Mesh, Refused
from engines.files import media as files
from engines.files.steps import StepStore
from engines.wire import Render

BUDGET = 48 * 2**20
Shown = Callable[[Media], None]
Sorry = Callable[[Failure], None]
Key = tuple[str, int]
Waiting = list[tuple[Shown, Sorry]]


class Frames:
    """The frames of runs, by (run, step). `engine_of` names the engine that made a run."""

    def __init__(self, bridge: Bridge, engine_of: Callable[[str], str | None]) -> None:
        self._bridge = bridge
        self._engine_of = engine_of
        self._kept: OrderedDict[Key, Media] = OrderedDict()
        self._bytes = 0
        self._waiting: dict[Key, tuple[Path, Waiting]] = {}  # where it is looked for, and who for
        self._true: set[Key] = set()  # of those kept, which are true decodes

    def ask(self, key: Key, folder: Path, then: Shown, sorry: Sorry) -> None:
        """Have `then(media)` called with the frame of `key`, at once when it is here; else `sorry(failure)`."""
        if key in self._kept:
            self._kept.move_to_end(key)
            then(self._kept[key])
            return
        if key in self._waiting:
            self._waiting[key][1].append((then, sorry))
        else:
            self._look(key, folder, [(then, sorry)])

    def _look(self, key: Key, folder: Path, waiting: Waiting) -> None:
        self._waiting[key] = (folder, waiting)
        self._bridge.aside(
            lambda: stored(folder, key[1]),
            lambda found: self._found(key, found, waiting),
            lambda failure: self._fail(key, failure, waiting),
        )

    def is_true(self, key: Key) -> bool:
        """Whether the frame of `key` is known to be a true decode."""
        return key in self._true

    def keep(self, key: Key, media: Media, true: bool = False) -> None:
        """Remember a frame, a true decode instead of another; the least used go when there are too many bytes."""
        if true:
            self._true.add(key)
            self._drop(key)
        size = weight(media)
        if key in self._kept or size > BUDGET // 4:
            return
        self._kept[key] = media
        self._bytes += size
        while self._bytes > BUDGET:
            self._bytes -= weight(self._kept.popitem(last=False)[1])

    def forget(self, run: str) -> None:
        """Drop the frames of `run`: it begins anew. Those that are being looked for are looked for once more."""
        for key in [key for key in self._kept if key[0] == run]:
            self._drop(key)
        self._true = {key for key in self._true if key[0] != run}
        for key, (folder, waiting) in list(self._waiting.items()):
            if key[0] == run:
                self._look(key, folder, list(waiting))

    def _drop(self, key: Key) -> None:
        if key in self._kept:
            self._bytes -= weight(self._kept.pop(key))

    def _found(self, key: Key, found: Media | np.ndarray, waiting: Waiting) -> None:
        if isinstance(found, np.ndarray):
            self._render(key, found, waiting)
        else:
            self._answer(key, found, waiting, true=True)

    def _render(self, key: Key, found: np.ndarray, waiting: Waiting) -> None:
        engine = self._engine_of(key[0])
        if engine is None:
            told = Failure("missing", "The engine of this run is not known any more; its steps stay hidden.")
            self._fail(key, told, waiting)
            return
        self._bridge.ask(
            lambda ticket: Render(ticket, engine, found),
            lambda media: self._answer(key, media, waiting),
            lambda failure: self._fail(key, failure, waiting),
        )

    def _answer(self, key: Key, media: Media, waiting: Waiting, *, true: bool = False) -> None:
        if not self._ended(key, waiting):
            return
        if key in self._true and key in self._kept:
            media = self._kept[key]  # a preview that was asked for before the true decode came
        self.keep(key, media, true)
        for then, _ in waiting:
            then(media)

    def _fail(self, key: Key, failure: Failure, waiting: Waiting) -> None:
        if self._ended(key, waiting):
            for _, sorry in waiting:
                sorry(failure)

    def _ended(self, key: Key, waiting: Waiting) -> bool:
        """Whether this search still counts (the run may have been forgotten meanwhile); it is over then."""
        if self._waiting.get(key, (None, None))[1] is not waiting:
            return False
        del self._waiting[key]
        return True


def stored(folder: Path, step: int) -> Media | np.ndarray:
    """The true decode of `step` where one was made, else its clean estimate; Refused('missing') when it has been
    tidied away."""
    store = StepStore(folder)
    if (path := store.decoded(step)) is not None:
        try:
            return files.read(path)
        except (Refused, OSError):  # damaged or just tidied away: it can be made again
            pass
    found = store.estimate(step)
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
