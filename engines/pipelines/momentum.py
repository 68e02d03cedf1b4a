"""What guidance remembers from step to step inside a pipeline's call, so that a resumed run can be given it back.

Adaptive projected guidance (Sadat et al. 2024) keeps a running average in an object that is local to the call; nothing
but its class is within reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def noted(found: list[Any]) -> Iterator[None]:
    """While this lasts, every buffer that is made is put into `found`."""
    from diffusers.guiders import adaptive_projected_guidance, adaptive_projected_guidance_mix

    kinds: list[Any] = [adaptive_projected_guidance.MomentumBuffer, adaptive_projected_guidance_mix.MomentumBuffer]
    before = [kind.__init__ for kind in kinds]
    for kind, begin in zip(kinds, before, strict=True):
        kind.__init__ = _noting(begin, found)
    try:
        yield
    finally:
        for kind, begin in zip(kinds, before, strict=True):
            kind.__init__ = begin


def _noting(begin: Any, found: list[Any]) -> Any:
    def note(self: Any, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        found.append(self)

    return note


def kept(buffers: list[Any]) -> list[Any]:
    """Their running averages."""
    return [buffer.running_average for buffer in buffers]


def give_back(buffers: list[Any], averages: list[Any]) -> None:
    """Set them to `averages` again."""
    for buffer, average in zip(buffers, averages, strict=False):
        buffer.running_average = average
