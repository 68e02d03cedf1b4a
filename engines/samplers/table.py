"""The table of samplers, what a method is given, and how one is run."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from engines.contract import Checkpoint
from engines.samplers.state import Known, Noise, State, restore, seeded
from engines.schedules import FLOW, Levels, Path, below, checked

Denoiser = Callable[[Tensor, float], Tensor]


@dataclass(frozen=True)
class Run:
    """What a method is given. Iterating gives (index, s, t) of each step that is left, index counted from 1."""

    path: Path
    levels: Levels  # of the steps that are left, and the level they end at
    noise: Noise
    method: str
    start: State  # before the first of them

    @property
    def x(self) -> Tensor:
        return self.start.x

    @property
    def past(self) -> tuple[Known, ...]:
        return self.start.past

    @property
    def total(self) -> int:
        return self.start.index + len(self.levels) - 1

    def __iter__(self) -> Iterator[tuple[int, float, float]]:
        for i, (s, t) in enumerate(itertools.pairwise(self.levels), start=self.start.index + 1):
            yield i, s, t

    def done(self, index: int, x: Tensor, x0: Tensor, past: tuple[Known, ...] = (), *, nfe: int | None = None) -> State:
        """The state after step `index`; `nfe` where it is not one denoiser call a step."""
        if nfe is None:
            nfe = self.start.nfe + index - self.start.index
        level = self.levels[index - self.start.index]
        return State(index, self.total, level, x0, x, nfe, self.method, self.levels, past)


class Method(Protocol):
    """A published method as a generator function over a denoiser and a run, with options of its own."""

    def __call__(self, denoise: Denoiser, run: Run, **options: Any) -> Generator[State, None, None]: ...


@dataclass(frozen=True)
class Sampler:
    """One sampler as data: what forms, tables and tests need to know, and the function.

    `order` is its global order of convergence to the probability-flow ODE (for stochastic ones, of its noise-free
    part); `calls` the denoiser calls a step.
    """

    name: str
    label: str
    function: Method
    order: int
    stochastic: bool
    calls: int
    source: str


SAMPLERS: dict[str, Sampler] = {}


def sampler(label: str, source: str, order: int = 1, **facts: Any) -> Callable[[Any], Any]:
    """Enter a method into `SAMPLERS` by its function's name; with this line a new function is a new sampler."""

    def enter(function: Any) -> Any:
        guarded = torch.no_grad()(function)
        row = Sampler(function.__name__, label, guarded, order, False, 1, source)
        SAMPLERS[row.name] = replace(row, **facts)
        return guarded

    return enter


# ---------------------------------------------------------------- running one


@dataclass(frozen=True)
class Plan:
    """Where and how a run goes: the path, the noise of its steps, where it resumes, and the method's options."""

    path: Path = FLOW
    noise: Noise = field(default_factory=lambda: seeded(0))
    resume: Checkpoint | None = None
    options: dict[str, Any] = field(default_factory=dict)


def sample(
    name: str, denoise: Denoiser, x: Tensor, levels: Sequence[float], **plan: Any
) -> Generator[State, None, None]:
    """Run sampler `name` from `x` (B, ...) at levels[0] down to levels[-1]; a `State` after every step.

    Keywords are the fields of `Plan`: path (FLOW), noise (`seeded(...)`, one seed per sample), resume, options.
    With `resume` the run goes on from that checkpoint and `x` gives only shape and device: exactly, if sampler,
    options, path and levels are those that made it; else from its state at its level, over what of `levels` lies
    below it, beginning with a first-order step. A run with no step left yields nothing. ValueError names a wrong
    argument.
    """
    given = Plan(**plan)
    if name not in SAMPLERS:
        raise ValueError(f"no sampler is called {name!r}; choose from: {', '.join(SAMPLERS)}")
    run = planned(name, x, checked(levels, given.path), given)
    return SAMPLERS[name].function(denoise, run, **given.options)


def planned(name: str, x: Tensor, levels: Levels, plan: Plan) -> Run:
    """What a method called `name` is given by `plan`: from `x` over `levels`, or from where the plan resumes."""
    method = method_name(name, levels, plan.path, plan.options)
    if plan.resume is None:
        start = State(0, len(levels) - 1, levels[0], x, x, 0, method, levels)
        return Run(plan.path, levels, plan.noise, method, start)
    start = restore(plan.resume, x.device)
    if start.x.shape != x.shape:
        raise ValueError(f"the checkpoint is of shape {tuple(start.x.shape)}, the run of {tuple(x.shape)}")
    if start.method == method:
        return Run(plan.path, start.levels, plan.noise, method, start)
    left = checked(below(levels, start.level), plan.path)
    return Run(plan.path, left, plan.noise, method, replace(start, past=()))


def method_name(name: str, levels: Levels, path: Path, options: dict[str, Any]) -> str:
    """What a checkpoint calls its maker: sampler, options, path and a fingerprint of the levels."""
    print_ = hashlib.sha256(np.asarray(levels, np.float64).tobytes()).hexdigest()[:12]
    set_ = "".join(f",{key}={options[key]}" for key in sorted(options))
    return f"{name}{set_} {path.name} {len(levels) - 1}:{print_}"
