"""Several completions of one request by image/pixel side by side, of which the one that says the words most is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from engines.contract import Checkpoint, Image, Request, Value
from engines.families import autoregressive
from engines.nn.pixel_model import Desk, Model

APART = 1 << 40  # between the seeds of two tries


class Tries:
    """`options.tries` desks, row by row together, with the interface of one.

    The best is that with the largest log p(x | words) - log p(x), the pointwise mutual information of drawing and
    words (Li et al., "A Diversity-Promoting Objective Function for Neural Conversation Models", 2016, equation 8 with
    lambda 1): likelihood alone would choose the emptiest. Without words there is nothing to choose by: one is drawn.
    """

    def __init__(self, model: Model, request: Request, options: Any) -> None:
        count = options.tries if request.prompt.strip() else 1
        self.desks = [Desk(model, _part(request, k), options) for k in range(count)]
        self.rows = self.desks[0].rows

    def steps(self) -> Iterator[None]:
        """Draw the rows that are still to draw."""
        for _ in zip(*(desk.steps() for desk in self.desks), strict=True):
            yield

    @property
    def done(self) -> int:
        """How many rows are drawn."""
        return self.desks[0].done

    @property
    def level(self) -> float:
        """What is left to draw, 1 to 0."""
        return self.desks[0].level

    @property
    def best(self) -> Desk:
        """The one that says the words most so far; the first of equals."""
        return max(self.desks, key=said)

    def sprite(self) -> np.ndarray:
        """The best one as it is now, uint8 (32, 32, 4)."""
        return self.best.sprite()

    def picture(self) -> Image:
        """The same as it is shown."""
        return self.best.picture()

    def checkpoint(self) -> Checkpoint:
        """All of them, the best one first in what is said of them: (tries, 16, 16, 4) symbols."""
        each = [desk.checkpoint() for desk in self.desks]
        numbers = {f"{name} {k}": value for k, one in enumerate(each) for name, value in one.numbers.items()}
        symbols = np.stack([one.arrays["symbols"] for one in each])
        return msgspec.structs.replace(each[0], arrays={"symbols": symbols}, numbers=numbers)

    def facts(self) -> dict[str, Value]:
        """Those of the best one, and by how many bits the words make it likelier."""
        facts = self.best.facts()
        if len(self.desks) > 1:
            calls = sum(desk.writer.calls for desk in self.desks)
            bits = float(autoregressive.bits(said(self.best)))
            facts |= {"nfe": calls, "tries": len(self.desks), "bits by the words": round(bits, 1)}
        return facts


def said(desk: Desk) -> float:
    """log p(x | words) - log p(x) of what is drawn so far, in nats."""
    return desk.writer.blind - desk.writer.nats


def _part(request: Request, k: int) -> Request:
    """The request of try `k`: another seed, and of a checkpoint that part (of one with fewer tries, the last)."""
    changes: dict[str, Any] = {"seed": request.seed + k * APART}
    held = request.resume
    symbols = None if held is None else held.arrays.get("symbols")
    if held is not None and symbols is not None and symbols.ndim == 4:
        k = min(k, len(symbols) - 1)
        numbers = {name: held.numbers[f"{name} {k}"] for name in ("nats", "blind", "calls")}
        changes["resume"] = msgspec.structs.replace(held, arrays={"symbols": symbols[k]}, numbers=numbers)
    return msgspec.structs.replace(request, **changes)
