"""The text encoder's work, kept while the words do not change."""

from __future__ import annotations

import functools
import hashlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PIL.Image import Image

METHODS = ("encode_prompt", "_encode_prompt")
MOST = 16  # answers kept: those of a few jobs, or of one whose words change


class Memo:
    """What an encoder answered to which arguments. Pictures count by their
    pixels; any tensor among the arguments makes a call one of its own."""

    def __init__(self) -> None:
        self.known: dict[Any, Any] = {}

    @contextmanager
    def over(self, pipe: Any, worn: Callable[[], Any]) -> Iterator[None]:
        """While this lasts, `pipe` does not encode twice what it has encoded, what is `worn` (of adapters and weights)
        being equal."""
        there = [name for name in METHODS if callable(getattr(pipe, name, None))]
        for name in there:
            pipe.__dict__[name] = self._kept(getattr(pipe, name), (type(pipe).__name__, name), worn)
        try:
            yield
        finally:
            for name in there:
                del pipe.__dict__[name]

    def _kept(self, encode: Any, whose: Any, worn: Callable[[], Any]) -> Any:
        signature = inspect.signature(encode)

        @functools.wraps(encode)
        def act(*args: Any, **kwargs: Any) -> Any:
            given = signature.bind(*args, **kwargs)
            if not _plain(given.arguments):
                return encode(*args, **kwargs)
            key = (whose, worn(), repr(sorted((name, _told(value)) for name, value in given.arguments.items())))
            if key not in self.known:
                while len(self.known) >= MOST:
                    del self.known[next(iter(self.known))]
                self.known[key] = encode(*args, **kwargs)
            return self.known[key]

        return act


def _told(value: Any) -> Any:
    """`value`, a picture by its pixels."""
    if isinstance(value, list | tuple):
        return [_told(one) for one in value]
    if isinstance(value, Image):
        return value.mode, value.size, hashlib.sha256(value.tobytes()).hexdigest()
    return value


def _plain(value: Any) -> bool:
    """Whether `value` says by its words what it is."""
    if isinstance(value, dict):
        return all(map(_plain, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_plain, value))
    return (
        value is None
        or isinstance(value, Image)
        or type(value).__name__ in ("str", "int", "float", "bool", "device", "dtype")
    )
