"""The true decode of a step, when somebody asks for it: made by the worker, shown in place of the preview and kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.bridge import Bridge
from app.studio.frames import Frames, Key, Shown, Sorry
from engines.contract import Failure, Media
from engines.wire import Decode

LONGEST = 3600.0  # seconds a decode may take; it can be stopped at any time


class Truth:
    """Decodes one step at a time. `busy` is the step it is at, `(run, step)`, or None; `told` hears of its changes."""

    def __init__(self, bridge: Bridge, frames: Frames, told: Callable[[], None]) -> None:
        self._bridge, self._frames, self._told = bridge, frames, told
        self.busy: Key | None = None
        self._ticket = 0

    def ask(self, key: Key, order: tuple[str, Path, float | None], then: Shown, sorry: Sorry) -> None:
        """Have `then(media)` called with the decode of `key`, or `sorry`; `order` is engine, step store and length.

        The one before is stopped. One that is stopped is answered by neither.
        """
        self.stop()
        engine, store, length = order

        def answer(media: Media) -> None:
            self._frames.keep(key, media, true=True)
            if ticket == self._ticket and self.busy is not None:
                self.busy = None
                then(media)
                self._told()

        def fail(failure: Failure) -> None:
            if self._end(ticket):
                sorry(failure)

        self.busy = key
        ticket = self._ticket = self._bridge.ask(
            lambda number: Decode(number, engine, str(store), key[1], length), answer, fail, LONGEST
        )
        self._told()

    def stop(self) -> None:
        """Give up what is being decoded."""
        if self.busy is not None:
            self._bridge.withdraw(self._ticket)
            self._end(self._ticket)

    def _end(self, ticket: int) -> bool:
        """Whether `ticket` was still wanted; it is no more."""
        if self.busy is None or ticket != self._ticket:
            return False
        self.busy = None
        self._told()
        return True
