"""The step a run goes on from: what of its way is passed over, and how everything is set there."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from engines.contract import Checkpoint, Refused
from engines.pipelines import keep, reentry, tap

HALF = 65504.0  # the largest number in half precision


class Back:
    """`kept` as the run that `watch` sees goes on from it: exactly, if sampler, steps and schedule are those that made
    it; else its state enters the new schedule at its level, with a first-order step."""

    def __init__(self, kept: Checkpoint, watch: tap.Watch, device: Any) -> None:
        self.kept, self.watch = kept, watch
        self.state: Any = keep.unpack(kept.arrays, device)
        self.mark, self.entered = "", None  # of the schedule; and the mixture at which it is entered anew
        self.way: list[reentry.Mixture] = []

    @property
    def same(self) -> bool:
        """Whether the way is that of the step."""
        return self.kept.method.split()[-1] == self.mark

    def plan(self, scheduler: Any) -> None:
        """Once the steps of a scheduler are set: the level to enter at is put among them."""
        self.mark = reentry.mark(scheduler)
        if "calls" not in self.state:
            return
        self.entered = self.state["entered"] if self.same else self.state["mixtures"][0]
        self.watch.anew = self.entered is not None
        if self.entered is not None:
            reentry.inserted(scheduler, self.entered)

    def enter(self, scheduler: Any) -> int:
        """How many calls of the schedulers lie before the step to go on from."""
        if "calls" not in self.state:  # it was kept before that was told
            return self._enter_untold(scheduler)
        if self.same:
            return int(self.state["calls"])
        if self.entered is None:
            raise self._lost("how much noise it left is not known")
        try:
            self.way = reentry.way(scheduler, self.watch.left)
        except LookupError as error:
            raise self._lost(str(error)) from None
        return reentry.entry(scheduler, self.way, self.entered)

    def _enter_untold(self, scheduler: Any) -> int:
        watch, kept, order = self.watch, self.kept, getattr(scheduler, "order", 1)
        calls = min(kept.step * order, watch.left)
        same = type(scheduler).__name__ in kept.method.split() and kept.total == -(-watch.left // order)
        if not same or abs(watch.levels[calls] - kept.level) > 1e-4 * (1 + kept.level):
            raise self._lost("it was kept without saying how much noise it left")
        return calls

    def answer(self, place: int, scheduler: Any, sample: Tensor) -> tuple[Tensor, Any]:
        """What a scheduler is to have answered at the last call that is passed over; it is set to go on from there."""
        state, known = self.state, self.state["samples"][place]
        if known.shape != sample.shape:
            shapes = " and ".join("x".join(map(str, one.shape)) for one in (known, sample))
            raise Refused("bad-request", f"This step is of another size or length ({shapes}): a branch keeps both.")
        if self.way:
            begun = self.watch.limit + len(scheduler.timesteps) - self.watch.left
            reentry.begin(scheduler, begun)
            mixtures = state["mixtures"][place], self.way[self.watch.limit]
            return reentry.carried(known, state["clean"][place], *mixtures), None
        for name, value in state["schedulers"][place].items():
            setattr(scheduler, name, value)
        return known, state["estimates"][place] if state["estimates"] else known

    def _lost(self, why: str) -> Refused:
        made = self.kept.method.split()[0].removesuffix("Scheduler")
        told = f"This step was made in {self.kept.total} steps of {made}, and {why}"
        return Refused("bad-request", f"{told}: a branch of it keeps its steps, sampler and schedule.")


def kept_of(watch: tap.Watch, parts: list[tap.Part], entered: Any) -> dict[str, Any]:
    """What of a step another way needs to go on from it."""
    return {
        "calls": watch.calls[0],
        "entered": entered,
        "mixtures": [_mixture(part.scheduler, watch) for part in parts],
        "clean": [part.x0.clamp(-HALF, HALF).half() for part in parts],
    }


def _mixture(scheduler: Any, watch: tap.Watch) -> reentry.Mixture | None:
    try:
        return reentry.mixture(scheduler, watch.left, watch.calls[0])
    except LookupError:
        return None
