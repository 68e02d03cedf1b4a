"""What the networks are told at each step: prompts that change over the run, and several at once.

A pipeline makes of its words what its networks are told once, before its loop. So it is asked beforehand what that
would be for every other text (probe.py); where two texts differ in it, one is exchanged for the other at the step.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import torch

from engines.contract import Request
from engines.pipelines import call, emphasis, guiders, perturbed, probe, tap
from engines.pipelines.emphasis import Emphasis
from engines.pipelines.guiders import Guided
from engines.pipelines.halves import first_of, half_of, over, told_half, which, with_half
from engines.pipelines.mixed import Grid, grid_of, mixed
from engines.pipelines.probe import same
from engines.prompt.plan import Now, plan, unheard

Text = tuple[str, str]  # what is wanted, and what is not
CACHED = "not heeded while a step cache is on"
TURNS = "the prompts take turns, one a step: they cannot be mixed while a step cache is on"
ANOTHER = "and more"  # makes any text another one


class Words:
    """The words of one run. `begun` is the request with those the pipeline is called with."""

    def __init__(self, pipe: Any, request: Request) -> None:
        self.pipe, self.request = pipe, request
        self.steps = max(1, int(request.options.get("steps", 1)))
        shown = tuple(region.prompt for region in request.regions)
        self.plan = functools.cache(functools.partial(plan, request.prompt, request.negative, regions=shown))
        whole = self.plan(self.steps)
        # A pipeline that begins without a negative prompt may leave the unguided half out for good.
        negative = next((now.negative for now in whole if now.negative), "")
        self.base: Text = (whole[0].texts[0][1], negative)
        self.plain = Now(((1.0, self.base[0]),), negative)
        self.guided = Guided(pipe, request)
        self.busy = any(now != self.plain for now in whole) or self.guided.wanted
        self.begun = msgspec.structs.replace(request, prompt=self.base[0], negative=negative)
        said = [emphasis.of(pipe, text) for now in whole for text in now.all]
        self.emphasis = Emphasis(self._pieces(self.base), max(one.windows for one in said))
        self.missed: dict[str, str] = {}
        self.wanted = self.heeded = False  # that something is exchanged

    @contextmanager
    def over(self, drive: Any) -> Iterator[None]:
        """While this lasts, the networks of the run are told what holds at the step in hand."""
        networks = tap.denoisers(self.pipe) if self.busy else {}
        before = {name: part.__dict__.get("forward") for name, part in networks.items()}
        asked = _Asked(self, drive)
        for name, part in networks.items():
            part.forward = _told(_Network(asked, name, part), part.forward)
        try:
            yield
        finally:
            for name, part in networks.items():
                del part.forward
                if before[name] is not None:
                    part.forward = before[name]

    def now(self, watch: Any) -> Now:
        """What holds at the step in hand. How many there are may show at the end of the first only."""
        steps = self.plan(watch.total or self.steps)
        return steps[min(watch.done, len(steps) - 1)]

    def arguments(self, text: Text) -> dict[str, Any]:
        """What `text` is among the arguments of the pipeline's call."""
        found = call.told(self.pipe, *text)
        if self.base[1]:
            found["negative_prompt"] = found["negative_prompt"] or ""
        return found

    @contextmanager
    def meaning(self, text: Text) -> Iterator[None]:
        """While this lasts, the encoders weigh the words of `text`."""
        self.emphasis.pieces = self._pieces(text)
        try:
            yield
        finally:
            self.emphasis.pieces = self._pieces(self.base)

    def ignored(self) -> dict[str, str]:
        """What of the prompt's syntax was not heeded, and why."""
        shown = [region.prompt for region in self.request.regions]
        deaf = not emphasis.honoured(self.pipe)
        found = self.missed | (unheard(self.request.prompt, self.request.negative, *shown) if deaf else {})
        if self.wanted and not self.heeded:
            found["schedule"] = "not heeded by this model"
        return found

    def _pieces(self, text: Text) -> list[Any]:
        return [piece for one in text for piece in emphasis.of(self.pipe, one).pieces]


class _Asked:
    """What the pipeline would tell its networks of each text; and what these have answered in the step in hand."""

    def __init__(self, words: Words, drive: Any) -> None:
        self.words, self.drive = words, drive
        self._calls: dict[Any, list[probe.Call]] = {}
        self._differing: dict[Any, list[list[str]]] = {}
        self._kept: list[tuple[str, dict[str, Any], Any]] = []
        self._when: Any = None
        self._kinds = {name: type(part) for name, part in tap.denoisers(words.pipe).items()}
        self.free: Any = None  # the step's answer without words

    def like(self, name: str) -> list[str]:
        """The networks of the same kind: what one is told and answers at the first step, another will be and do later
        (Wan 2.2 has one for much noise and one for little)."""
        return [other for other, kind in self._kinds.items() if kind is self._kinds.get(name)]

    def knows(self, name: str) -> bool:
        """Whether the shape of a network's answers is known, from itself or from one of its kind."""
        shapes = self.drive.shapes
        twin = next((other for other in self.like(name) if other in shapes), None)
        if twin is not None and name not in shapes:
            shapes |= {name: shapes[twin], f"{name} batch": shapes.get(f"{twin} batch", 1)}
        return name in shapes

    def calls(self, text: Text) -> list[probe.Call]:
        """The calls of the first step with `text`, as far as the networks' answers are known by their shape."""
        key = (text, len(self.drive.shapes))
        if key not in self._calls:
            drive, words = self.drive, self.words
            known = inspect.signature(type(words.pipe).__call__).parameters
            told = {name: value for name, value in words.arguments(text).items() if name in known}
            given = {name: value for name, value in drive.words.items() if name not in told}
            given |= {name: value for name, value in told.items() if value is not None}
            with words.meaning(text):
                self._calls[key] = probe.calls(words.pipe, given, drive.seed, drive.shapes)
        return self._calls[key]

    def pairs(self, one: Text, other: Text) -> list[tuple[str, dict[str, Any], dict[str, Any], list[str]]]:
        """The calls of two texts side by side: the network, what it is told of each, and what of that differs."""
        mine, theirs = self.calls(one), self.calls(other)
        key = (one, other, len(self.drive.shapes))
        if key not in self._differing:
            both = zip(mine, theirs, strict=False)
            self._differing[key] = [[n for n in a if n in b and not same(a[n], b[n])] for (_, a), (_, b) in both]
        return [(*a, b[1], names) for a, b, names in zip(mine, theirs, self._differing[key], strict=False)]

    def exchanged(self, given: dict[str, Any], one: Text, other: Text) -> dict[str, Any]:
        """What is to be changed in a call made with the words `one` so that it is one with `other`; {} for nothing."""
        for _, mine, theirs, names in self.pairs(one, other) if one != other else ():
            if names and all(name in given for name in names):
                if all(same(given[name], mine[name]) for name in names):
                    return {name: theirs[name] for name in names}
                for half in (0, 1):  # guidance that acts on some steps only
                    if all(same(given[name], half_of(mine[name], half)) for name in names):
                        return {name: half_of(theirs[name], half) for name in names}
        return {}

    def unguided(self, name: str, one: Text, other: Text) -> dict[str, Any]:
        """What is to be changed in a call with the words `one` so that it is the one without; {} when there is none."""
        like = self.like(name)
        mine = [(told, names) for network, told, _, names in self.pairs(one, other) if network in like]
        guided = next((told for told, names in mine if names), None)
        free = next((told for told, names in mine if not names), None)
        if guided is None or free is None:
            return {}
        return {key: value for key, value in free.items() if key in guided and not same(value, guided[key])}

    def answer(self, name: str, forward: Callable[..., Any], given: inspect.BoundArguments) -> Any:
        """What the network answers; within a step it is not called twice for the same."""
        if self._when != self.drive.watch.calls:
            self._kept, self._when, self.free = [], list(self.drive.watch.calls), None
        for network, told, out in self._kept:
            if network == name and same(told, given.arguments):
                return out
        out = forward(*given.args, **given.kwargs)
        self.drive.watch.asked += 1
        self.drive.shapes.setdefault(name, tap.shape_of(out))
        self._kept.append((name, dict(given.arguments), out))
        return out


class _Network:
    """One network, which answers for what holds at the step in hand."""

    def __init__(self, asked: _Asked, name: str, part: Any) -> None:
        self.asked, self.words, self.name, self.part = asked, asked.words, name, part
        self.forward, self.signature = part.forward, inspect.signature(part.forward)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        now = self.words.now(self.asked.drive.watch)
        if now == self.words.plain and not self.words.guided.wanted:
            return self.forward(*args, **kwargs)
        self.asked.drive.watch.asked -= (
            1  # it was counted when it was called; what is really computed is counted instead
        )
        return self._answer(self.signature.bind(*args, **kwargs).arguments, now)

    def _answer(self, given: dict[str, Any], now: Now) -> Any:
        if not self.asked.knows(self.name):  # nothing can be asked before the first answer
            self._of(given)
        if len(now.texts) > 1 and self._cached:
            self.words.missed["AND"], now = TURNS, now.turn(self.asked.drive.watch.done)
        first, *others = [(text, now.negative) for _, text in now.texts]
        told = given | self._exchanged(given, self.words.base, first)
        shown = [(text, now.negative) for text in now.regions]
        changes = [self.asked.exchanged(told, first, other) for other in (*others, *shown)]
        another = (f"{first[0]} {ANOTHER}", first[1])
        hint = self.asked.exchanged(told, first, another)
        alone = [weight for weight, _ in now.texts] == [1.0] and not shown and not self.words.guided.wanted
        if alone or not hint or self.name.startswith("controlnet"):
            return self._of(told)
        if self._cached:  # it would take one text's work for another's
            asked = {"AND": now.texts[0][0] != 1.0, "regions": shown, "guider": self.words.guided.wanted}
            self.words.missed |= {name: CACHED for name, there in asked.items() if there}
            return self._of(told)
        half = self._half(told, first, hint)
        free = self.asked.unguided(self.name, first, another)
        made = self._composed(told, changes[: len(others)], now, (half, free))
        made = self._mixed(made, told, changes[len(others) :], half) if shown else made
        return self._guided(made, told, half, free) if self.words.guided.wanted else made

    @property
    def _cached(self) -> bool:
        return bool(getattr(self.part, "is_cache_enabled", False))

    def _half(self, told: dict[str, Any], first: Text, hint: dict[str, Any]) -> int | None:
        """Which half of the batch the words are for; None where it has no halves, or nobody can tell.

        Texts of other lengths may change the padding of both halves, so one as long is tried first: the words turned
        round.
        """
        turned = self.asked.exchanged(told, first, (" ".join(reversed(first[0].split())), first[1]))
        found = (which(told, change, self._of(told)) for change in (turned, hint) if change)
        return next((half for half in found if half is not None), None)

    def _exchanged(self, given: dict[str, Any], one: Text, other: Text) -> dict[str, Any]:
        """As `exchanged`; it is noted whether anything came of it."""
        found = self.asked.exchanged(given, one, other)
        self.words.wanted |= one != other
        self.words.heeded |= bool(found)
        return found

    def _of(self, told: dict[str, Any]) -> Any:
        given = inspect.BoundArguments(self.signature, told)  # type: ignore[arg-type]
        return self.asked.answer(self.name, self.forward, given)

    def _composed(self, told: dict[str, Any], changes: list[Any], now: Now, ways: tuple[int | None, Any]) -> Any:
        """u + sum_i w_i (c_i - u) in the place of c: Liu et al. 2022, arXiv:2206.01714, eq. 11.

        `ways` are which half of the batch c is, and the change that makes a call the one without words. Weights that
        come to 1 are a mean, which needs no u.
        """
        out, weights, half = self._of(told), [weight for weight, _ in now.texts], ways[0]
        if weights == [1.0]:
            return out
        free = None if now.mixes else self._free(told, out, half, ways[1])
        if free is None and not now.mixes:
            self.words.missed["AND"] = "not heeded: this run has no classifier-free guidance"
            return out
        outs = [out, *(self._of(told | change) for change in changes)]
        each = outs if half is None else [half_of(one, half) for one in outs]
        made = over(_mean(weights), *each) if now.mixes else over(_summed(weights), free, *each)
        return made if half is None else with_half(outs[0], made, half)

    def _mixed(self, made: Any, told: dict[str, Any], changes: list[Any], half: int | None) -> Any:
        """`made` with what the regions' words ask for where these lie (engines/regions.py)."""
        watch = self.asked.drive.watch
        place = min(watch.done / max((watch.total or self.words.steps) - 1, 1), 1.0)
        outs = [made, *(self._of(told | change) for change in changes)]
        grid = self._grid(outs[0])
        if grid is None:
            self.words.missed["regions"] = "not heeded: what this model answers is no grid of places"
            return made
        mix = functools.partial(mixed, self.words.request.regions, grid, place)
        if half is None:
            return over(mix, *outs)
        return with_half(made, over(mix, *(half_of(one, half) for one in outs)), half)

    def _guided(self, made: Any, told: dict[str, Any], half: int | None, change: dict[str, Any]) -> Any:
        """`made` with what a guider makes of the answers with and without words, or of a worse one (guiders.py)."""
        drive, guided = self.asked.drive, self.words.guided
        free = self._free(told, made, half, change)
        by_words = guided.at(drive.words, drive.watch.done, drive.watch.total or self.words.steps) and free is not None
        if guided.spoils:
            worse = self._worse(told, half) if guided.away else None
            return made if worse is None else self._with(made, worse, half, guided.moved(by_words))
        flat = guided.kind == guiders.FREQUENCIES and first_of(made).ndim < 4
        if flat or not by_words:
            self.words.missed["guider"] = guiders.FLAT if flat else guiders.UNGUIDED
            return made
        return self._with(made, free, half, guided.answer)

    def _with(self, made: Any, other: Any, half: int | None, how: Callable[[Any, Any], Any]) -> Any:
        """`made`, that half of it (None: all) being `how` of it and `other`; a learnt variance stays."""
        width = self._width(first_of(made))

        def act(cond: Any, one: Any) -> Any:
            if cond.shape[1] == width:
                return how(cond, one)
            return torch.cat([how(cond[:, :width], one[:, :width]), cond[:, width:]], 1)

        if half is None:
            return over(act, made, other)
        return with_half(made, over(act, half_of(made, half), other), half)

    def _worse(self, told: dict[str, Any], half: int | None) -> Any:
        """What the network answers to the words when it sees worse (perturbed.py); None where it cannot."""
        guided = self.words.guided
        some = perturbed.chosen(self.part, str(guided.options.get("perturbed_layers", "")))
        if any(getattr(block, "_compiled_call_impl", None) for block in some):
            self.words.missed["guider"] = guiders.COMPILED
            return None
        given = inspect.BoundArguments(self.signature, told)  # type: ignore[arg-type]
        if half is not None:
            few = told_half(told, half, tap.batch(given.args, given.kwargs))
            given = inspect.BoundArguments(self.signature, few)  # type: ignore[arg-type]
        self.asked.drive.watch.asked += 1
        with perturbed.over(guided.kind, some):
            return self.forward(*given.args, **given.kwargs)

    def _width(self, out: Any) -> int:
        """How many channels of an answer are the noise; the others of some are a learnt variance."""
        config = getattr(self.part, "config", None)
        known = getattr(config, "in_channels", None)
        return int(known) if known and out.shape[1] == 2 * known else int(out.shape[1])

    def _grid(self, out: Any) -> Grid | None:
        """What finds the grid in each part of an answer; None where the first has none."""
        words = self.asked.drive.words
        grid = functools.partial(grid_of, self.words.pipe, (words.get("width", 0), words.get("height", 0)))
        return grid if grid(first_of(out)) is not None else None

    def _free(self, told: dict[str, Any], out: Any, half: int | None, change: dict[str, Any]) -> Any:
        """The answer without the words: in the other half of the batch, by a call of its own, or from one before."""
        if half is not None:
            self.asked.free = half_of(out, 1 - half)
        elif change:
            self.asked.free = self._of(told | change)
        return self.asked.free


def _mean(weights: list[float]) -> Callable[..., Any]:
    return lambda *each: sum(weight * one for weight, one in zip(weights, each, strict=True))


def _summed(weights: list[float]) -> Callable[..., Any]:
    return lambda free, *each: free + sum(weight * (one - free) for weight, one in zip(weights, each, strict=True))


def _told(network: _Network, forward: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(forward)
    def act(*args: Any, **kwargs: Any) -> Any:
        return network(*args, **kwargs)

    return act
