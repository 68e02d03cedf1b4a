"""Telling how likely a model finds any input, and which inputs say something of that: noise."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from engines import contract
from engines.contract import EngineCard, Refused, Request, Value


def measured(engine: Any, card: EngineCard, request: Request) -> dict[str, Value]:
    """The facts of the request's start by an engine that has a score. Refused for one that has none, or no start."""
    if card.info.score is None:
        raise Refused("bad-request", f"{card.info.title} cannot tell how likely anything is.")
    if request.start is None:
        raise Refused("bad-request", f"There is nothing to measure: give {card.info.title} a file.")
    bare = contract.check(card, msgspec.structs.replace(request, start=None, mask=None))
    whole = msgspec.structs.replace(bare, start=request.start, mask=request.mask)
    return {name: plain(value) for name, value in engine.measure(whole).items()}


def plain(value: Any) -> Value:
    """A number of numpy's as Python's own."""
    return value.item() if isinstance(value, np.generic) else value
