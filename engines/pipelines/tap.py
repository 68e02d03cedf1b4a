"""Watching a pipeline through its scheduler: every step is seen, and a resumed run passes over those already taken.

The class of the scheduler is exchanged for a subclass of the same name (patching the instance would break pipelines
that copy their scheduler). A resumed run is fast-forwarded: the pipeline runs its own loop again, but its networks are
not called for the steps already taken, and at the last of them the schedulers and the random generators are set to
what they were.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from engines.pipelines import clean, effect, reentry

WATCH = "_watch"  # the attribute of a scheduler that says who watches it


@dataclass
class Part:
    """What one scheduler did in a step: `sample` is x_t-1, `x0` the clean estimate; `level` is the noise left, `gap`
    tells what guidance did."""

    scheduler: Any
    sample: Tensor
    level: float
    guess: Callable[[], Tensor]
    gap: effect.Told = effect.nothing

    @functools.cached_property
    def x0(self) -> Tensor:
        return self.guess()  # only for those who look: it takes as long as the step itself


@dataclass(slots=True)
class Moment:
    """A whole step, `index` of `total` from 1; more than one part where a pipeline steps several things at once."""

    index: int
    total: int
    parts: list[Part]


@dataclass
class Watch:
    """The steps of one run: `tell` is called with each, between two turns of the pipeline's loop.

    A run that goes on after `skip` steps passes over what lies before: as many calls of each scheduler as
    `enter(scheduler)` says. At the last of them `back(place, scheduler, sample)` gives what is to be its answer, and
    sets it and the generators to what they were. `plan(scheduler)` is called whenever the steps of one were set.
    """

    tell: Callable[[Moment], None]
    skip: int = 0
    plan: Callable[[Any], None] = lambda scheduler: None
    enter: Callable[[Any], int] = lambda scheduler: 0
    back: Callable[[int, Any, Tensor], tuple[Tensor, Any]] | None = None
    hold: Callable[[Any, int, int, Tensor], Tensor] | None = None  # what a step's sample is made to be, if anything
    anew: bool = False  # whether its way was begun without a memory
    done: int = 0
    total: int = 0
    schedulers: list[Any] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)  # of each of them
    asked: int = 0  # calls of networks that were not passed over
    guesses: dict[int, Callable[[], Tensor]] = field(default_factory=dict)  # of each scheduler, in the step in hand
    gaps: dict[int, effect.Told] = field(default_factory=dict)  # and what guidance did in it
    answers: list[tuple[str, Any]] = field(default_factory=list)  # of networks that denoise, since the last step
    parts: list[Part] = field(default_factory=list)
    copies: int = 1  # schedulers that take part in each step
    limit: int = 0  # calls of each scheduler to pass over
    left: int = 0  # calls of each scheduler there will be in all
    levels: list[float] = field(default_factory=list)  # of noise before each of these calls, and after the last
    said: Callable[[], int | None] = lambda: None  # what the pipeline itself says of that, once it loops

    def __post_init__(self) -> None:
        self.limit = self.done = self.skip

    def __deepcopy__(self, memo: Any) -> Watch:
        self.copies += 1  # a copied scheduler reports here as well
        return self

    @property
    def skipping(self) -> bool:
        """Whether the step in hand was taken before, so that no network need be called."""
        return (self.calls[0] if self.calls else 0) < self.limit

    def stepping(self, scheduler: Any, step: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
        """One call of a scheduler's `step`, a method of its plain class."""
        words = kwargs | dict(zip(words_of(step), (scheduler, *args), strict=False))
        place = self._place(scheduler, words["timestep"])
        self.calls[place] += 1
        since = self.calls[place] - self.limit - 1  # calls that were not passed over
        if since < 0:
            if self.back is not None and since == -1:
                return Skipped(self.back(place, scheduler, words["sample"]))
            return Skipped((words["sample"],) * 2)
        if _begins(scheduler):
            given = words["model_output"], words["timestep"], words["sample"]
            self.guesses[place] = clean.coming(scheduler, *given, tokens=words.get("per_token_timesteps"))
            self.gaps[place] = effect.of(scheduler, self.answers, *given[1:])
        self.answers = []
        if self.anew:
            reentry.before(scheduler, words)
            out = step(**words)
            reentry.after(scheduler)
        else:
            out = step(scheduler, *args, **kwargs)
        if _begins(scheduler) or self.calls[place] == self.left:
            sample = out[0] if isinstance(out, tuple) else out.prev_sample
            if self.hold is not None:
                sample = self.hold(scheduler, self.left, self.calls[place], sample)
                out = _with(out, sample)
            level = self.levels[min(self.calls[place], self.left)]
            self.parts.append(Part(scheduler, sample, level, self.guesses.pop(place), self.gaps.pop(place)))
            self._whole()
        return out

    def _place(self, scheduler: Any, timestep: Any) -> int:
        """Which of the schedulers this is; the first call of all also tells how many steps there will be."""
        for place, known in enumerate(self.schedulers):
            if known is scheduler:
                return place
        if not self.schedulers:
            self.left, order = self.said() or _left(scheduler, timestep), getattr(scheduler, "order", 1)
            self.levels = _levels(scheduler, self.left)
            self.limit = min(self.enter(scheduler), self.left)
            self.total = self.skip - (self.limit - self.left) // order
        self.schedulers.append(scheduler)
        self.calls.append(0)
        return len(self.calls) - 1

    def _whole(self) -> None:
        if len(self.parts) == self.copies:
            parts, self.parts = self.parts, []
            self.done += 1
            self.tell(Moment(self.done, max(self.total, self.done), parts))


def _with(out: Any, sample: Tensor) -> Any:
    """A scheduler's answer with another sample in it."""
    if isinstance(out, tuple):
        return (sample, *out[1:])
    out.prev_sample = sample
    return out


@contextmanager
def watched(scheduler: Any, watch: Watch) -> Iterator[None]:
    """While this lasts, `watch` is told of every step of `scheduler` and of its copies."""
    plain = type(scheduler)
    scheduler.__class__ = _tapped(plain)  # type: ignore[arg-type]
    setattr(scheduler, WATCH, watch)
    try:
        yield
    finally:
        delattr(scheduler, WATCH)
        scheduler.__class__ = plain


@functools.cache
def _tapped(plain: Any) -> Any:
    @functools.wraps(plain.step)
    def step(self: Any, *args: Any, **kwargs: Any) -> Any:
        watch = getattr(self, WATCH, None)
        if watch is None:
            return plain.step(self, *args, **kwargs)
        return watch.stepping(self, plain.step, args, kwargs)

    @functools.wraps(plain.set_timesteps)
    def set_timesteps(self: Any, *args: Any, **kwargs: Any) -> None:
        plain.set_timesteps(self, *args, **kwargs)
        _begin_at_the_first(self)
        if (watch := getattr(self, WATCH, None)) is not None:
            watch.plan(self)

    named = {"__module__": plain.__module__, "__qualname__": plain.__name__}
    return type(plain.__name__, (plain,), named | {"step": step, "set_timesteps": set_timesteps})


def _begin_at_the_first(scheduler: Any) -> None:
    """Where the first of its times stands twice (a dense grid in whole numbers), a scheduler takes the second for the
    first, and has one too few in the end."""
    times, plain = scheduler.timesteps, getattr(scheduler, "order", 1) == 1
    if plain and len(times) > 1 and times[0] == times[1] and hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(0)


@functools.cache
def words_of(step: Callable[..., Any]) -> tuple[str, ...]:
    """The names of what the `step` of a scheduler's class takes, the scheduler first."""
    return tuple(inspect.signature(step).parameters)


# ---------------------------------------------------------------- networks


TIMES = ("timestep", "timesteps", "t", "sigma")  # what a network that denoises is told


def denoisers(pipe: Any) -> dict[str, Any]:
    """The networks a pipeline calls at every step: those that are told the time."""
    found = {}
    for name, part in pipe.components.items():
        if isinstance(part, torch.nn.Module) and set(TIMES) & set(inspect.signature(part.forward).parameters):
            found[name] = part
    return found


@contextmanager
def passed_over(networks: dict[str, Any], watch: Watch, shapes: dict[str, Any]) -> Iterator[None]:
    """While `watch` skips, `networks` answer with zeros of the recorded `shapes`; the first true answers fill these."""
    before = {name: part.__dict__.get("forward") for name, part in networks.items()}
    for name, part in networks.items():
        part.forward = _passing(name, part.forward, watch, shapes)
    try:
        yield
    finally:
        for name, part in networks.items():
            if before[name] is None:
                del part.forward
            else:
                part.forward = before[name]


def _passing(name: str, forward: Callable[..., Any], watch: Watch, shapes: dict[str, Any]) -> Callable[..., Any]:
    @functools.wraps(forward)
    def act(*args: Any, **kwargs: Any) -> Any:
        many, count = batch(args, kwargs), f"{name} batch"
        if watch.skipping:
            return zeros(shapes[name], device_of(args, kwargs), (many, shapes.get(count, many)))
        watch.asked += 1
        out = forward(*args, **kwargs)
        if not name.startswith("controlnet"):
            watch.answers = [*watch.answers[-1:], (name, out)]
        if count not in shapes:  # the shape may be known already: by what the words asked
            shapes[name], shapes[count] = shape_of(out), many
        return out

    return act


class Skipped(tuple):
    """What a network that was passed over answers: like a tuple, like a list of one, like an output with fields."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[0]


def shape_of(out: Any) -> Any:
    """The form of a network's output as plain data: ["float32", [1, 4, 8, 8]] for a tensor, else {"of": [...]}."""
    if isinstance(out, Tensor):
        return [str(out.dtype).removeprefix("torch."), list(out.shape)]
    parts = out.to_tuple() if hasattr(out, "to_tuple") else out
    return {"of": [shape_of(part) for part in parts if part is not None], "list": isinstance(out, list)}


def zeros(shape: Any, device: Any, batch: tuple[int, int] = (1, 1)) -> Any:
    """Noughts in a form that `shape_of` gave; `batch` is of how many samples now and when it was recorded, which
    guidance that is begun or left off doubles or halves."""
    now, then = batch
    if isinstance(shape, list):
        first = [shape[1][0] * now // then] if shape[1] else []
        return torch.zeros(first + shape[1][1:], dtype=getattr(torch, shape[0]), device=device)
    if shape["list"]:
        parts = [shape["of"][i * then // now] for i in range(len(shape["of"]) * now // then)]
        return [zeros(part, device) for part in parts]
    return Skipped([zeros(part, device, batch) for part in shape["of"]])


def batch(args: tuple[Any, ...], kwargs: dict[str, Any]) -> int:
    """How many samples a network is given: of the first tensor, or in the first list of tensors."""
    for one in [*args, *kwargs.values()]:
        if (
            one[:1] and isinstance(one[0], Tensor)
            if isinstance(one, list)
            else isinstance(one, Tensor) and one.ndim > 1
        ):
            return len(one)
    return 1


def device_of(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Where the tensors are that a network is called with."""
    given = [*args, *kwargs.values()]
    given += [one for many in given if isinstance(many, list) for one in many]
    return next((one.device for one in given if isinstance(one, Tensor)), "cpu")


# ---------------------------------------------------------------- schedulers


def _begins(scheduler: Any) -> bool:
    """Whether its next call begins a step; a second-order solver is called twice for each but the last."""
    return not clean.has(scheduler, "state_in_first_order") or bool(scheduler.state_in_first_order)


def _left(scheduler: Any, timestep: Any) -> int:
    """How many entries of its timesteps a scheduler has still to take, `timestep` being the next."""
    times = scheduler.timesteps
    begin = getattr(scheduler, "begin_index", None)
    if begin is None:
        same = (times == torch.as_tensor(timestep, device=times.device).flatten()[0]).nonzero()
        begin = int(same[0, 0]) if len(same) else 0
    return len(times) - begin


def _levels(scheduler: Any, left: int) -> list[float]:
    """The noise levels before each of the calls that are left, and 0 after the last."""
    times = scheduler.timesteps[len(scheduler.timesteps) - left :]
    first = len(scheduler.timesteps) - left
    try:
        return [clean.noise_level(scheduler, time, first + i) for i, time in enumerate(times)] + [0.0]
    except LookupError:
        return [1.0 - i / left for i in range(left + 1)]
