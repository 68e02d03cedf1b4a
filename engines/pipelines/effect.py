"""What guidance did in a step of a driven pipeline: the gap between its network's two answers, as clean estimates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from engines.guidance import Effect
from engines.pipelines import clean
from engines.pipelines.halves import first_of

Told = Callable[[], float | None]


def nothing() -> None:
    """Nothing is known."""


def of(scheduler: Any, answer: Any, timestep: Any, sample: Tensor) -> Told:
    """What to ask after the step `scheduler` is about to take of `sample`, its network having given `answer`.

    Known where that is for a batch with words and without them at once, as most pipelines ask; the half with words is
    taken to be the second, which matters to the deviation alone. Nothing is computed before it is asked for.
    """
    if answer is None:
        return nothing
    out = first_of(answer)
    if not out.ndim or len(out) != 2 * len(sample) or out.shape[2:] != sample.shape[2:]:
        return nothing
    free, told = (clean.coming(scheduler, half, timestep, sample) for half in out.chunk(2))

    def gap() -> float | None:
        effect = Effect()
        try:
            effect.hear(told(), free())
        except LookupError:  # a scheduler in none of the known spaces
            return None
        return effect.take()

    return gap
