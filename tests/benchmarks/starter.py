"""What of a job of the starter engine is not its flow network.

The engine runs in this process and its steps are kept as the worker keeps them, so that the network's own calls can be
timed: everything else (text encoding, the loop, the step store, decoding, enlarging) is the rest.
"""

import tempfile
import time
from typing import Any

from torch import nn

from engines import registry
from engines.contract import Phase, Request, Step
from engines.files.steps import StepRow, StepStore
from tests.benchmarks import jobs
from tests.benchmarks.row import Row

ROUNDS = 3


class Clock:
    """Seconds spent inside a module's forward, by hooks."""

    def __init__(self, module: nn.Module) -> None:
        self.seconds, self._began = 0.0, 0.0
        module.register_forward_pre_hook(self._enter)
        module.register_forward_hook(self._leave)

    def _enter(self, *_: Any) -> None:
        self._began = time.perf_counter()

    def _leave(self, *_: Any) -> None:
        self.seconds += time.perf_counter() - self._began


def rows() -> list[Row]:
    """The least of some runs: another program's turn on the processor is no cost of ours."""
    names = ("outside the network, image/sticker, denoising", "outside the network, image/sticker, whole job")
    if not jobs.starter_is_there():
        return [Row(name, None, None, "%", None, note=jobs.MISSING) for name in names]
    engine: Any = registry.make(jobs.STARTER.engine)
    engine.warm()
    found = [shares(engine, jobs.STARTER) for _ in range(ROUNDS)]
    return [Row(name, min(each), None, "%", None) for name, each in zip(names, zip(*found, strict=True), strict=True)]


def shares(engine: Any, request: Request) -> tuple[float, float]:
    """Per cent outside the flow network: of the denoising with its step store, and of everything."""
    clock, marks = Clock(engine._model.flow), {"begun": time.perf_counter()}
    with tempfile.TemporaryDirectory() as folder:
        store = StepStore(folder)
        for event in jobs.events(engine, request):
            if isinstance(event, Phase):
                marks[event.name] = time.perf_counter()
            elif isinstance(event, Step):
                keep(store, event)
    ended = time.perf_counter()
    denoising = marks["decoding"] - marks["denoising"]
    return 100 * (1 - clock.seconds / denoising), 100 * (1 - clock.seconds / (ended - marks["begun"]))


def keep(store: StepStore, step: Step) -> None:
    """Keep a step with its estimate and checkpoint, as the worker does."""
    row = StepRow(step.index, step.total, step.level)
    store.append(row, step.estimate() if step.estimate else None, step.checkpoint() if step.checkpoint else None)
