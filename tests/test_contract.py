"""The laws every engine obeys, the tiny ones and all that are shipped; the registry finds them."""

import functools
import itertools
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pytest
from msgspec import Struct

from engines import outcome, registry, wire
from engines.contract import (
    Audio,
    Checkpoint,
    Control,
    ControlKind,
    Curve,
    Engine,
    EngineCard,
    Image,
    Info,
    Media,
    Mesh,
    Param,
    Phase,
    Refused,
    Request,
    Result,
    Step,
    check,
    complete,
    medium_of,
    params_of,
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


def _run(card: EngineCard, request: Request, engine: Engine | None = None) -> Told:
    told = Told()
    for event in (engine or _engine(card.info.name)).generate(request):
        told.last = type(event).__name__
        if isinstance(event, Step):
            told.steps.append((event.index, event.total, event.level))
            told.previews.append(event.preview())
            told.estimates += [event.estimate()] if event.estimate else []
            told.checkpoints += [event.checkpoint()] if event.checkpoint else []
        elif isinstance(event, Result):
            told.results.append(event)
    return told


def _same(a: Media, b: Media) -> bool:
    return wire.encode(wire.Rendered(0, a)) == wire.encode(wire.Rendered(0, b))


def test_events_end_with_exactly_one_sound_result(card: EngineCard) -> None:
    told = _run(card, _request(card, size=None, length=None))  # as large and as long as it is made by default
    assert told.last == "Result"
    assert len(told.results) == 1
    assert medium_of(told.results[0].media) == card.info.medium
    assert outcome.fault(told.results[0].media) is None
    assert float(told.results[0].facts["nfe"]) > 0


def test_every_step_shows_the_clean_estimate(card: EngineCard) -> None:
    told = _run(card, _request(card))
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
    told = _run(card, _request(card))
    for estimate in told.estimates:
        kept = estimate.astype(np.float16).astype(np.float32) if estimate.dtype.kind == "f" else estimate
        assert medium_of(_engine(card.info.name).render(kept)) == card.info.medium


def test_same_request_same_bytes(card: EngineCard) -> None:
    one, two = _run(card, _request(card)), _run(card, _request(card), FOUND.make(card.info.name))
    assert _same(one.results[0].media, two.results[0].media)
    assert all(_same(a, b) for a, b in zip(one.previews, two.previews, strict=True))


def test_another_seed_another_result(card: EngineCard) -> None:
    if "seed" not in card.info.takes:
        pytest.skip("takes no seed")
    one, two = (_run(card, _request(card, seed)).results[0].media for seed in (1, 2))
    assert not _same(one, two)


def test_four_in_a_row_equal_four_singles(card: EngineCard) -> None:
    engine = FOUND.make(card.info.name)
    row = [_run(card, _request(card, seed), engine).results[0].media for seed in (7, 8, 9, 10)]
    back = [_run(card, _request(card, seed)).results[0].media for seed in (10, 9, 8, 7)]
    assert all(_same(a, b) for a, b in zip(row, reversed(back), strict=True))


def test_closing_stops(card: EngineCard) -> None:
    events = _engine(card.info.name).generate(_request(card))
    assert isinstance(events, Iterator)
    next(event for event in events if isinstance(event, Step))
    events.close()  # type: ignore[attr-defined]
    assert next(events, None) is None
    assert _run(card, _request(card)).results  # and leaves the engine fit for the next


def test_a_branch_without_a_change_ends_as_its_parent(card: EngineCard) -> None:
    if "resume" not in card.info.takes:
        pytest.skip("cannot be resumed")
    parent = _run(card, _request(card))
    for held in parent.checkpoints[:-1]:
        through = wire.read_order(wire.encode(wire.Generate(1, _request(card, resume=held))))
        branch = _run(card, through.request)  # type: ignore[union-attr]
        assert branch.steps == parent.steps[held.step :]
        assert _same(branch.results[0].media, parent.results[0].media)
        assert all(_same(a, b) for a, b in zip(branch.previews, parent.previews[held.step :], strict=True))


def test_a_branch_of_a_run_with_a_start_ends_as_its_parent(card: EngineCard) -> None:
    if not {"resume", "start"} <= set(card.info.takes):
        pytest.skip("takes no start or cannot be resumed")
    start = _run(card, _request(card, seed=3)).results[0].media
    if card.info.starts and medium_of(start) not in card.info.starts:
        start = _needed(card.info, "start")
    short = _request(card).options
    longer = {p.name: int(min(10, p.max or 10)) for p in card.params if p.name == "steps"}
    asked = msgspec.structs.replace(_request(card), start=start, strength=0.7, options=short | longer)
    parent = _run(card, asked)
    for held in parent.checkpoints[:-1]:
        branch = _run(card, msgspec.structs.replace(asked, resume=held))
        assert branch.steps == parent.steps[held.step :]
        assert _same(branch.results[0].media, parent.results[0].media)


def test_a_branch_with_another_prompt_ends_elsewhere(card: EngineCard) -> None:
    if not {"resume", "prompt"} <= set(card.info.takes):
        pytest.skip("takes no prompt or cannot be resumed")
    assert any(_parts(card, first, other) for first, other in _words(card))


def _parts(card: EngineCard, first: str, other: str) -> bool:
    """Whether a branch of `first` from its first step with the words `other` ends elsewhere."""
    parent = _run(card, _request(card, prompt=first))
    branch = _run(card, _request(card, prompt=other, resume=parent.checkpoints[0]))
    return not _same(branch.results[0].media, parent.results[0].media)


def _words(card: EngineCard) -> list[tuple[str, str]]:
    """Pairs of prompts that an engine of this medium should tell apart, one of them at least."""
    words = {"audio": ("major", "minor"), "mesh": ("star", "box")}
    return [words.get(card.info.medium, ("a red apple", "a blue car")), ("a deep kick", "an open hat")]


def test_a_request_survives_json_and_the_wire(card: EngineCard) -> None:
    store: dict[str, np.ndarray] = {}

    def keep(array: np.ndarray) -> str:
        store[recipe.arrays.digest(array)] = array
        return recipe.arrays.digest(array)

    start = _run(card, _request(card)).results[0].media
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


# ---------------------------------------------------------------- the words themselves


@pytest.mark.parametrize("shape", ["linear", "hold", "smooth"])
def test_a_curve_keeps_its_points_and_its_bounds(shape: str) -> None:
    points = ((0.0, 1.0), (0.25, 5.0), (0.5, 2.0), (1.0, 3.0))
    curve = Curve(points, shape)  # type: ignore[arg-type]
    assert all(curve.at(place) == pytest.approx(value) for place, value in points)
    assert all(1.0 <= curve.at(p) <= 5.0 for p in np.linspace(-1, 2, 301))


@pytest.mark.parametrize("points", [(), ((0.5, 1.0), (0.2, 1.0)), ((-0.1, 1.0),), ((0.0, float("nan")),)])
def test_a_broken_curve_is_refused(points: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ValueError):
        Curve(points)


def test_options_are_declared_once() -> None:
    for card in FOUND.cards.values():
        assert card.params == params_of(FOUND.classes[card.info.name].Options)
        assert msgspec.json.decode(msgspec.json.encode(card), type=EngineCard) == card


@pytest.mark.parametrize(
    "asked",
    [
        {"seed": -1},
        {"seed": 2**63},
        {"strength": 1.5},
        {"size": (100_000, 100_000)},
        {"size": (64, 63)},
        {"size": (0, 0)},
        {"curves": {"steps": Curve(((0.0, 1.0),))}},
        {"curves": {"guidance": Curve(((0.0, 1e9),))}},
    ],
)
def test_what_cannot_be_made_is_refused_in_one_sentence(asked: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        check(FOUND.cards["image/tiny"], Request(engine="image/tiny", **asked))
    assert caught.value.failure.kind == "bad-request"
    assert caught.value.failure.sentence.endswith(".")


@pytest.mark.parametrize("prompt", ["", "🎉🧿" * 300, "تفاحة حمراء", "a\0b\n\t", "x" * 20_000])
def test_any_prompt_is_a_prompt(prompt: str) -> None:
    card = FOUND.cards["image/tiny"]
    assert _run(card, _request(card, prompt=prompt)).results


@pytest.mark.parametrize(("sampler", "step"), itertools.product(["euler", "ancestral"], [1, 3]))
def test_branches_are_exact_for_every_sampler(sampler: str, step: int) -> None:
    card = FOUND.cards["image/tiny"]
    asked: dict[str, Any] = {"options": {"steps": 5, "sampler": sampler}}
    parent = _run(card, _request(card, **asked))
    branch = _run(card, _request(card, resume=parent.checkpoints[step - 1], **asked))
    assert _same(branch.results[0].media, parent.results[0].media)


def test_another_sampler_reenters_at_the_level_reached() -> None:
    card = FOUND.cards["image/tiny"]
    parent = _run(card, _request(card, options={"steps": 6, "sampler": "euler"}))
    held = parent.checkpoints[2]
    branch = _run(card, _request(card, options={"steps": 9, "sampler": "ancestral"}, resume=held))
    assert branch.steps[0][0] == held.step + 1
    assert branch.steps[-1][2] == 0.0
    assert all(level < held.level for _, _, level in branch.steps)


def test_a_phase_and_an_info_are_plain_values() -> None:
    assert msgspec.json.decode(msgspec.json.encode(Phase("saving", 0.5)), type=Phase) == Phase("saving", 0.5)
    info = FOUND.cards["image/tiny"].info
    assert msgspec.json.decode(msgspec.json.encode(info), type=Info) == info


@pytest.mark.parametrize(
    ("low", "high", "value", "says"),
    [
        (None, None, 10**20, "a finite number"),
        (None, None, float("nan"), "a finite number"),
        (1, None, 0, "1 or more"),
        (None, 5, 6, "5 or less"),
        (1, 5, float("inf"), "1 to 5"),
    ],
)
def test_a_number_out_of_range_is_told_what_is_in_it(low: Any, high: Any, value: Any, says: str) -> None:
    info = Info(name="image/x", title="X", summary="", medium="image", family="none")
    kind = "float" if isinstance(value, float) else "int"
    card = EngineCard(info, (Param("n", kind, 2, min=low, max=high),))  # type: ignore[arg-type]
    with pytest.raises(Refused, match=says):
        check(card, Request(engine="image/x", options={"n": value}))


@pytest.mark.parametrize(
    ("medium", "empty"),
    [
        ("image", Image(np.zeros((0, 0, 3), np.uint8))),
        ("audio", Audio(np.zeros((0, 1), np.float32), 44_100)),
        ("mesh", Mesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32))),
    ],
)
def test_media_with_nothing_in_them_are_refused(medium: str, empty: Any) -> None:
    kinds = (ControlKind("shape", medium),)  # type: ignore[arg-type]
    info = Info(
        name=f"{medium}/x",
        title="X",
        summary="",
        medium=medium,
        family="none",
        takes=("start",),
        controls=kinds,  # type: ignore[arg-type]
    )
    with pytest.raises(Refused, match="The start is empty"):
        check(EngineCard(info, ()), Request(engine=info.name, start=empty))
    with pytest.raises(Refused, match="The shape control is empty"):
        check(EngineCard(info, ()), Request(engine=info.name, controls=(Control("shape", empty),)))


def test_what_an_engine_does_not_take_is_refused() -> None:
    info = Info(name="image/x", title="X", summary="", medium="image", family="none", takes=("prompt",))
    picture = Image(np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(Refused, match="takes no start"):
        check(EngineCard(info, ()), Request(engine="image/x", start=picture))
    masked = msgspec.structs.replace(info, takes=("start", "mask"))
    with pytest.raises(Refused, match="give the start as well"):
        check(EngineCard(masked, ()), Request(engine="image/x", mask=picture))


def test_what_an_engine_cannot_do_without_is_asked_for() -> None:
    info = Info(
        name="video/x",
        title="X",
        summary="",
        medium="video",
        family="none",
        takes=("start", "last"),
        starts=("mesh", "video"),
        needs=("start", "last"),
    )
    picture = Image(np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(Refused, match=r"X starts from mesh or video; the start that was given is image"):
        check(EngineCard(info, ()), Request(engine="video/x", start=picture))
    with pytest.raises(Refused, match=r"X cannot do without a start \(mesh or video\)"):
        complete(info, check(EngineCard(info, ()), Request(engine="video/x", last=picture)))
    mesh = _needed(info, "start")
    with pytest.raises(Refused, match="X cannot do without a last"):
        complete(info, Request(engine="video/x", start=mesh))
    complete(info, Request(engine="video/x", start=mesh, last=picture))


def test_a_way_to_another_seed_is_gone_where_it_can_be_and_leads_somewhere() -> None:
    bare = Info(name="image/x", title="X", summary="", medium="image", family="none", takes=("seed",))
    able = EngineCard(msgspec.structs.replace(bare, takes=("seed", "toward")), ())
    with pytest.raises(Refused, match="cannot go from one seed towards another"):
        check(EngineCard(bare, ()), Request(engine="image/x", toward=(2, 0.5)))
    for toward in ((-1, 0.5), (2, 1.5), (2, float("nan"))):
        with pytest.raises(Refused, match="No way leads"):
            check(able, Request(engine="image/x", toward=toward))
    asked = check(able, Request(engine="image/x", seed=1, toward=(2, 0.5)))
    text = recipe.dumps(recipe.Recipe(request=asked, run="r"), lambda array: "")
    assert recipe.loads(text, lambda name: np.zeros(0)).request.toward == (2, 0.5)
    order = wire.read_order(wire.encode(wire.Generate(1, asked)))
    assert isinstance(order, wire.Generate)
    assert order.request.toward == (2, 0.5)
