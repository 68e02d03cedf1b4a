"""The laws every engine obeys, the tiny ones and all that are shipped; the registry finds them."""

import functools
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pytest
from msgspec import Struct

from engines import outcome, registry, wire
from engines.contract import (
    Checkpoint,
    Curve,
    Engine,
    EngineCard,
    Image,
    Info,
    Media,
    Mesh,
    Refused,
    Request,
    Result,
    Step,
    check,
    medium_of,
)
from engines.files import recipe
from tests.conftest import TINY

FOUND = registry.listing([TINY])
PROMPT = "a red apple"
SHORT = {"steps": 4, "bars": 4}  # what makes a run short, for engines that have such an option


@pytest.fixture(params=sorted(FOUND.cards))
def card(request: pytest.FixtureRequest) -> EngineCard:
    found = FOUND.cards[request.param]
    if found.missing:
        pytest.skip(f"{found.info.name} lacks its weights: {', '.join(found.missing)}")
    return found


@functools.cache
def _engine(name: str) -> Engine:
    return FOUND.make(name)


def _request(card: EngineCard, seed: int = 7, **more: Any) -> Request:
    """A short and small request that the engine takes."""
    info = card.info
    options = {p.name: SHORT[p.name] for p in card.params if p.name in SHORT}
    size = min(info.sizes, key=lambda sides: sides[0] * sides[1]) if info.sizes and "size" in info.takes else None
    length = info.lengths[0] if info.lengths else None
    asked = {"options": options, "prompt": PROMPT if "prompt" in info.takes else "", "size": size, "length": length}
    asked |= {name: _needed(info, name) for name in info.needs}
    return check(card, Request(engine=info.name, seed=seed, **(asked | more)))


def _needed(info: Info, name: str) -> Media:
    """Something for the field `name`, of a kind the engine begins from."""
    kinds: tuple[str, ...] = info.starts if name == "start" else ("image",)
    if "mesh" in kinds:
        points = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)], np.float32)
        return Mesh(points, np.array([(0, 2, 1), (0, 1, 3), (0, 3, 2), (1, 2, 3)], np.int32))
    v, u = np.mgrid[0:48, 0:64]
    inside = np.hypot(u - (20 if name == "start" else 40), v - 24) < 12
    return Image(np.where(inside[..., None], (200, 40, 40), (240, 240, 235)).astype(np.uint8))


class Told(Struct):
    """What a run has yielded, its lazies called while they were valid."""

    steps: list[tuple[int, int, float]] = []
    previews: list[Media] = []
    estimates: list[np.ndarray] = []
    checkpoints: list[Checkpoint] = []
    results: list[Result] = []
    last: str = ""


def _run(card: EngineCard, request: Request, engine: Engine | None = None, *, stop: int = 0) -> Told:
    """A run that is looked at: at every step, up to its `stop`-th when that is not 0."""
    told = Told()
    events = (engine or _engine(card.info.name)).generate(request)
    for event in events:
        told.last = type(event).__name__
        if isinstance(event, Step):
            told.steps.append((event.index, event.total, event.level))
            told.previews.append(event.preview())
            told.estimates += [event.estimate()] if event.estimate else []
            told.checkpoints += [event.checkpoint()] if event.checkpoint else []
        elif isinstance(event, Result):
            told.results.append(event)
        if stop and len(told.steps) == stop:
            break
    events.close()  # type: ignore[attr-defined]
    return told


def _made(card: EngineCard, request: Request) -> Result:
    """What a run ends with when nobody looks at its steps."""
    (result,) = [event for event in _engine(card.info.name).generate(request) if isinstance(event, Result)]
    return result


@functools.cache
def _usual(name: str) -> Told:
    """The run of the usual request, which many laws look at."""
    card = FOUND.cards[name]
    return _run(card, _request(card))


def _same(a: Media, b: Media) -> bool:
    return wire.encode(wire.Rendered(0, a)) == wire.encode(wire.Rendered(0, b))


def _equal(a: Checkpoint, b: Checkpoint) -> bool:
    return wire.encode(wire.Halted(0, a)) == wire.encode(wire.Halted(0, b))


def test_events_end_with_exactly_one_sound_result(card: EngineCard) -> None:
    told = list(_engine(card.info.name).generate(_request(card, size=None, length=None)))  # as it is made by default
    result = told.pop()
    assert isinstance(result, Result)
    assert not any(isinstance(event, Result) for event in told)
    assert medium_of(result.media) == card.info.medium
    assert outcome.fault(result.media) is None
    assert float(result.facts["nfe"]) > 0


def test_every_step_shows_the_clean_estimate(card: EngineCard) -> None:
    told = _usual(card.info.name)
    totals = {total for _, total, _ in told.steps}
    assert [index for index, _, _ in told.steps] == list(range(1, len(told.steps) + 1))
    assert totals == {len(told.steps)}
    assert all(medium_of(preview) == card.info.medium for preview in told.previews)
    assert all(np.isfinite(estimate).all() for estimate in told.estimates)
    levels = [level for _, _, level in told.steps]
    assert levels == sorted(levels, reverse=True)
    if "resume" in card.info.takes:
        assert len(told.checkpoints) == len(told.steps)


def test_a_stored_estimate_becomes_media_again(card: EngineCard) -> None:
    told = _usual(card.info.name)
    for estimate in told.estimates:
        kept = estimate.astype(np.float16).astype(np.float32) if estimate.dtype.kind == "f" else estimate
        assert medium_of(_engine(card.info.name).render(kept)) == card.info.medium


def test_same_request_same_bytes(card: EngineCard) -> None:
    one, two = _usual(card.info.name), _run(card, _request(card), FOUND.make(card.info.name))
    assert _same(one.results[0].media, two.results[0].media)
    assert all(_same(a, b) for a, b in zip(one.previews, two.previews, strict=True))


def test_another_seed_another_result(card: EngineCard) -> None:
    if "seed" not in card.info.takes:
        pytest.skip("takes no seed")
    assert not _same(_made(card, _request(card, seed=8)).media, _usual(card.info.name).results[0].media)


def test_four_in_a_row_equal_four_singles(card: EngineCard) -> None:
    row = [_made(card, _request(card, seed)).media for seed in (7, 8, 9, 10)]
    back = [_made(card, _request(card, seed)).media for seed in (10, 9, 8, 7)]
    assert all(_same(a, b) for a, b in zip(row, reversed(back), strict=True))


def test_closing_stops(card: EngineCard) -> None:
    events = _engine(card.info.name).generate(_request(card))
    assert isinstance(events, Iterator)
    next(event for event in events if isinstance(event, Step))
    events.close()  # type: ignore[attr-defined]
    assert next(events, None) is None
    assert _made(card, _request(card))  # and leaves the engine fit for the next


def test_a_branch_without_a_change_ends_as_its_parent(card: EngineCard) -> None:
    if "resume" not in card.info.takes:
        pytest.skip("cannot be resumed")
    _goes_on(card, _request(card), _usual(card.info.name))


def _goes_on(card: EngineCard, asked: Request, parent: Told) -> None:
    """From its first step a branch ends as `parent`; from each other it comes to the next step with the same bytes,
    from which it ends as the branch from there does."""
    for held in parent.checkpoints[:-1]:
        through = wire.read_order(wire.encode(wire.Generate(1, msgspec.structs.replace(asked, resume=held))))
        whole = held.step in (1, len(parent.steps) - 1)
        branch = _run(card, through.request, stop=0 if whole else 1)  # type: ignore[union-attr]
        count = len(branch.steps)
        assert branch.steps == parent.steps[held.step :][:count]
        assert all(map(_same, branch.previews, parent.previews[held.step :]))
        assert all(map(_equal, branch.checkpoints, parent.checkpoints[held.step :]))
        if whole:
            assert count == len(parent.steps) - held.step
            assert _same(branch.results[0].media, parent.results[0].media)


def test_a_branch_of_a_run_with_a_start_ends_as_its_parent(card: EngineCard) -> None:
    if not {"resume", "start"} <= set(card.info.takes):
        pytest.skip("takes no start or cannot be resumed")
    start = _made(card, _request(card, seed=3)).media
    if card.info.starts and medium_of(start) not in card.info.starts:
        start = _needed(card.info, "start")
    short = _request(card).options
    longer = {p.name: int(min(10, p.max or 10)) for p in card.params if p.name == "steps"}
    asked = msgspec.structs.replace(_request(card), start=start, strength=0.7, options=short | longer)
    parent = _run(card, asked)
    for step in sorted({1, len(parent.steps) // 2, len(parent.steps) - 1}):
        branch = msgspec.structs.replace(asked, resume=parent.checkpoints[step - 1])
        assert _same(_made(card, branch).media, parent.results[0].media)


def test_a_branch_with_another_prompt_ends_elsewhere(card: EngineCard) -> None:
    if not {"resume", "prompt"} <= set(card.info.takes):
        pytest.skip("takes no prompt or cannot be resumed")
    assert any(_parts(card, first, other) for first, other in _words(card))


def _parts(card: EngineCard, first: str, other: str) -> bool:
    """Whether a branch of `first` from its first step with the words `other` ends elsewhere."""
    (held,) = _run(card, _request(card, prompt=first), stop=1).checkpoints
    one, two = (_made(card, _request(card, prompt=words, resume=held)).media for words in (first, other))
    return not _same(one, two)


def _words(card: EngineCard) -> list[tuple[str, str]]:
    """Pairs of prompts that an engine of this medium should tell apart, one of them at least."""
    words = {"audio": ("major", "minor"), "mesh": ("star", "box")}
    return [words.get(card.info.medium, ("a red apple", "a blue car")), ("a deep kick", "an open hat")]


def test_a_request_survives_json_and_the_wire(card: EngineCard) -> None:
    store: dict[str, np.ndarray] = {}

    def keep(array: np.ndarray) -> str:
        store[recipe.arrays.digest(array)] = array
        return recipe.arrays.digest(array)

    start = _usual(card.info.name).results[0].media
    curves = {p.name: Curve(((0.0, float(p.default)), (1.0, float(p.default)))) for p in card.params if p.curve}
    asked = msgspec.structs.replace(_request(card), start=start, curves=curves, strength=0.3)
    text = recipe.dumps(recipe.Recipe(request=asked, run="r", facts={"nfe": 3}), keep)
    back = recipe.loads(text, store.__getitem__).request
    order = wire.read_order(wire.encode(wire.Generate(1, asked)))
    assert isinstance(order, wire.Generate)
    assert wire.encode(wire.Generate(1, back)) == wire.encode(wire.Generate(1, asked)) == wire.encode(order)


def test_what_a_card_says_holds(card: EngineCard) -> None:
    info = card.info
    assert info.name.startswith(f"{info.medium}/")
    assert info.title
    assert info.summary
    assert all(p.help for p in card.params)
    for param in card.params:
        check(card, Request(engine=info.name, options={param.name: param.default}))
    for width, height in info.sizes:
        assert check(card, Request(engine=info.name, size=(width, height))).size == (width, height)


def test_wrong_options_cost_one_sentence(card: EngineCard) -> None:
    wrong: list[dict[str, Any]] = [{"no such option": 1}]
    for param in card.params:
        wrong.append({param.name: "no such choice" if param.kind == "choice" else object()})
        if param.max is not None:
            wrong += [{param.name: param.max + 1}, {param.name: float("nan")}]
    for options in wrong:
        with pytest.raises(Refused) as caught:
            check(card, Request(engine=card.info.name, options=options))
        assert caught.value.failure.kind == "bad-request"
        assert "\n" not in caught.value.failure.sentence
