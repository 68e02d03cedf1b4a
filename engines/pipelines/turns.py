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
    (no_grad, inference, autocast) belong to whoever runs: they are exchanged at every turn.
    """

    result: Any = None

    def __init__(self, work: Callable[[Callable[[Any], None]], Any]) -> None:
        self._work = work
        self._modes: _Modes | None = None
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
        outside = _Modes.now()
        if self._modes is not None:
            self._modes.set()
        try:
            return self._inside.switch()
        finally:
            self._modes = _Modes.now()
            outside.set()


class _Modes:
    """The modes of this thread, as they are."""

    def __init__(self, grad: bool, autocast: dict[str, tuple[bool, torch.dtype]], cached: bool) -> None:
        self.grad, self.autocast, self.cached = grad, autocast, cached

    @classmethod
    def now(cls) -> _Modes:
        kinds = ("cpu", "cuda")
        cast = {kind: (torch.is_autocast_enabled(kind), torch.get_autocast_dtype(kind)) for kind in kinds}
        return cls(torch.is_grad_enabled(), cast, torch.is_autocast_cache_enabled())

    def set(self) -> None:
        torch.set_grad_enabled(self.grad)
        torch.set_autocast_cache_enabled(self.cached)
        for kind, (on, dtype) in self.autocast.items():
            torch.set_autocast_enabled(kind, on)
            torch.set_autocast_dtype(kind, dtype)
