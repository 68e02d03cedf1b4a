"""What a pipeline would tell its networks, asked of the pipeline itself.

Every family makes of its words what its networks are told in a way of its own. So it is called as ever, but on
stand-ins of its networks, which note what they are told and answer noughts, and only to the end of its first step.
"""

from __future__ import annotations

import copy
import functools
import inspect
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

import torch
from torch import Tensor

from engines.pipelines import tap

Call = tuple[str, dict[str, Any]]  # a network's name, and what it is told by the names of its signature


class Enough(BaseException):
    """Raised where nothing more is to be learnt; no pipeline catches it."""


class Standin:
    """Has everything a network has, but notes its calls and answers noughts of the shape that is known.

    An answer of an unknown shape ends the asking.
    """

    def __init__(self, name: str, network: Any, calls: list[Call], shapes: dict[str, Any]) -> None:
        self._name, self._network, self._calls, self._shapes = name, network, calls, shapes
        self._signature = inspect.signature(network.forward)

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # type: ignore[override]  # pipelines ask what kind of network it is
        return type(self._network)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._network, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._calls.append((self._name, dict(self._signature.bind(*args, **kwargs).arguments)))
        if self._name not in self._shapes:
            raise Enough
        return tap.zeros(self._shapes[self._name], tap.device_of(args, kwargs))

    def cache_context(self, *args: Any, **kwargs: Any) -> AbstractContextManager[None]:
        """Nothing is computed, so nothing is cached."""
        return nullcontext()


def calls(pipe: Any, words: dict[str, Any], seed: int, shapes: dict[str, Any]) -> list[Call]:
    """What `pipe(**words)` tells its networks in its first step, in order; `pipe` itself is left as it is."""
    found: list[Call] = []
    twin = copy.copy(pipe)
    for name, network in tap.denoisers(pipe).items():
        twin.__dict__[name] = Standin(name, network, found, shapes)
    twin.__dict__["scheduler"] = _ended(pipe.scheduler)
    if getattr(pipe, "guider", None) is not None:
        twin.__dict__["guider"] = copy.deepcopy(pipe.guider)
    with torch.random.fork_rng(devices=[]), suppress(Enough):
        torch.manual_seed(seed)
        twin(generator=torch.Generator("cpu").manual_seed(seed), **words)
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two things a network may be told are equal to the bit."""
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return one is other or (one.shape == other.shape and one.dtype == other.dtype and torch.equal(one, other))
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    plain = isinstance(one, str | int | float) and isinstance(other, str | int | float)
    return one is other or (plain and one == other)


def _ended(scheduler: Any) -> Any:
    """A copy of the scheduler, unwatched, whose step ends the asking."""
    twin = copy.copy(scheduler)
    twin.__dict__.pop(tap.WATCH, None)
    twin = copy.deepcopy(twin)

    @functools.wraps(scheduler.step)
    def step(*args: Any, **kwargs: Any) -> Any:
        raise Enough

    twin.step = step
    return twin
