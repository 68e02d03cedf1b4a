"""A call that reports by call-back, turned into a generator in one thread."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any

import greenlet
import torch

from engines.contract import Stopped


class Turns:
    """Runs `work(tell)` in a greenlet; iterating gives what it tells, then `result` is what it returned.

    Closing the iteration raises Stopped inside the call, wherever it waits. The modes that torch keeps by thread
    (no_grad, autocast) belong to whoever runs: they are exchanged at every turn.
    """

    result: Any = None

    def __init__(self, work: Callable[[Callable[[Any], None]], Any]) -> None:
        self._work = work
        self._modes: _Modes | None = None  # of the call, while it waits
        self._inside = greenlet.greenlet(self._run)

    def __iter__(self) -> Generator[Any, None, None]:
        try:
            told = self._switch()
            while not self._inside.dead:
                yield told
                told = self._switch()
        finally:
            if self._inside and not self._inside.dead:
                with suppress(Stopped):
                    self._inside.throw(Stopped)

    def tell(self, news: Any) -> None:
        """From inside: hand `news` out and wait for the next turn."""
        assert self._inside.parent is not None  # it has one as long as it runs
        self._inside.parent.switch(news)

    def _run(self) -> None:
        self.result = self._work(self.tell)

    def _switch(self) -> Any:
        outside = _modes()
        if self._modes is not None:
            _exchange(outside, self._modes)
        try:
            return self._inside.switch()
        finally:
            self._modes = _modes()
            _exchange(self._modes, outside)


_KINDS = ("cpu", "cuda") if torch.backends.cuda.is_built() else ("cpu",)
_Modes = tuple[bool, bool, tuple[tuple[bool, torch.dtype], ...]]  # grad, cache of autocast, autocast by kind of device


def _modes() -> _Modes:
    """The modes of this thread, as they are."""
    cast = tuple([(torch.is_autocast_enabled(kind), torch.get_autocast_dtype(kind)) for kind in _KINDS])
    return torch.is_grad_enabled(), torch.is_autocast_cache_enabled(), cast


def _exchange(now: _Modes, then: _Modes) -> None:
    """Set what differs in `then`: it is done twice between two calls of a network, and mostly there is nothing to."""
    if now[0] != then[0]:
        torch.set_grad_enabled(then[0])
    if now[1] != then[1]:
        torch.set_autocast_cache_enabled(then[1])
    for kind, was, (on, dtype) in zip(_KINDS, now[2], then[2], strict=True):
        if was != (on, dtype):
            torch.set_autocast_enabled(kind, on)
            torch.set_autocast_dtype(kind, dtype)
