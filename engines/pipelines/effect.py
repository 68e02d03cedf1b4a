"""What guidance did in a step of a driven pipeline: the gap between its network's two answers, as clean estimates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor

from engines.guidance import Effect
from engines.pipelines import clean
from engines.pipelines.halves import first_of

Told = Callable[[], float | None]


def nothing() -> None:
    """Nothing is known."""


def of(scheduler: Any, answers: Sequence[tuple[str, Any]], timestep: Any, sample: Tensor) -> Told:
    """What to ask after the step `scheduler` is about to take of `sample`, its networks having given `answers` by name.

    Known where a network was asked with words and without them: at once, the half with words being the second, or by
    two calls, the first one with words, as pipelines do. Nothing is computed before it is asked for.
    """
    pair = _pair([(name, first_of(out)) for name, out in answers[-2:]], len(sample))
    place = 1 if sample.ndim == 3 else 2  # of tokens the number, too: some answer for those of a start as well
    if pair is None or any(one.shape[place:] != sample.shape[place:] for one in pair):
        return nothing
    told, free = (clean.coming(scheduler, one, timestep, sample) for one in pair)

    def gap() -> float | None:
        effect = Effect()
        try:
            effect.hear(told(), free())
        except LookupError:  # a scheduler in none of the known spaces
            return None
        return effect.take()

    return gap


def _pair(answers: list[tuple[str, Tensor]], many: int) -> tuple[Tensor, Tensor] | None:
    """The answers with and without words for a sample of `many`; None where there are not both."""
    if answers and answers[-1][1].ndim and len(answers[-1][1]) == 2 * many:
        free, told = answers[-1][1].chunk(2)
        return told, free
    if len(answers) == 2 and answers[0][0] == answers[1][0] and all(a.ndim and len(a) == many for _, a in answers):
        return answers[0][1], answers[1][1]
    return None
