"""Several completions of one request by image/pixel side by side, of which the one nearest to the words is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from engines.contract import Checkpoint, Image, Request, Value
from engines.nn.pixel_model import Desk, Model

APART = 1 << 40  # between the seeds of two tries
LOOKS = 4  # how often in a run they are compared


class Tries:
    """`options.tries` desks, row by row together, with the interface of one.

    The leader is the one that image/match finds nearest to the words (as Ramesh et al., "Zero-Shot Text-to-Image
    Generation", 2021, section 2.6, rerank by CLIP). Choosing by the network's own log p(x | words) - log p(x) was tried
    and found no more of held-out captions than chance does. Without words one is drawn: there is nothing to choose by.
    """

    def __init__(self, model: Model, request: Request, options: Any) -> None:
        count = options.tries if request.prompt.strip() else 1
        self.model, self.prompt = model, request.prompt
        self.desks = [Desk(model, _part(request, k), options) for k in range(count)]
        self.rows, self.leader = self.desks[0].rows, 0
        if request.resume is not None:
            self.leader = min(int(request.resume.numbers.get("leader", 0)), count - 1)

    def steps(self) -> Iterator[None]:
        """Draw the rows that are still to draw."""
        marks = {len(self.rows) * k // LOOKS for k in range(1, LOOKS + 1)}
        for _ in zip(*(desk.steps() for desk in self.desks), strict=True):
            if self.done in marks:
                self._compare()
            yield

    def _compare(self) -> None:
        if len(self.desks) > 1:
            near = self.model.likeness(self.prompt, np.stack([desk.sprite() for desk in self.desks]))
            self.leader = int(near.argmax())

    @property
    def best(self) -> Desk:
        """The leader, as it was found last."""
        return self.desks[self.leader]

    @property
    def done(self) -> int:
        """How many rows are drawn."""
        return self.desks[0].done

    @property
    def level(self) -> float:
        """What is left to draw, 1 to 0."""
        return self.desks[0].level

    def sprite(self) -> np.ndarray:
        """The leader as it is now, uint8 (32, 32, 4)."""
        return self.best.sprite()

    def picture(self) -> Image:
        """The same as it is shown."""
        return self.best.picture()

    def checkpoint(self) -> Checkpoint:
        """All of them: (tries, 16, 16, 4) symbols, and the numbers of each by its place."""
        each = [desk.checkpoint() for desk in self.desks]
        numbers = {f"{name} {k}": value for k, one in enumerate(each) for name, value in one.numbers.items()}
        numbers["leader"] = self.leader
        symbols = np.stack([one.arrays["symbols"] for one in each])
        return msgspec.structs.replace(each[0], arrays={"symbols": symbols}, numbers=numbers)

    def facts(self) -> dict[str, Value]:
        """Those of the leader, and what all of them took."""
        facts = self.best.facts()
        if len(self.desks) > 1:
            facts |= {"nfe": sum(desk.writer.calls for desk in self.desks), "tries": len(self.desks)}
        return facts


def _part(request: Request, k: int) -> Request:
    """The request of try `k`: another seed, and of a checkpoint that part (of one with fewer tries, the last)."""
    changes: dict[str, Any] = {"seed": request.seed + k * APART}
    held = request.resume
    symbols = None if held is None else held.arrays.get("symbols")
    if held is not None and symbols is not None and symbols.ndim == 4:
        k = min(k, len(symbols) - 1)
        numbers = {name: held.numbers[f"{name} {k}"] for name in ("nats", "calls")}
        changes["resume"] = msgspec.structs.replace(held, arrays={"symbols": symbols[k]}, numbers=numbers)
    return msgspec.structs.replace(request, **changes)
