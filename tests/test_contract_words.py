"""The words of the contract: curves, options, checks and refusals, whatever the engine."""

import itertools
from typing import Any

import msgspec
import numpy as np
import pytest

from engines.contract import (
    Audio,
    Control,
    ControlKind,
    Curve,
    EngineCard,
    Image,
    Info,
    Mesh,
    Param,
    Phase,
    Refused,
    Request,
    check,
    complete,
    params_of,
)
from tests.test_contract import FOUND
from tests.test_contract import _needed as needed
from tests.test_contract import _request as request
from tests.test_contract import _run as made
from tests.test_contract import _same as same


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
    assert made(card, request(card, prompt=prompt)).results


@pytest.mark.parametrize(("sampler", "step"), itertools.product(["euler", "ancestral"], [1, 3]))
def test_branches_are_exact_for_every_sampler(sampler: str, step: int) -> None:
    card = FOUND.cards["image/tiny"]
    asked: dict[str, Any] = {"options": {"steps": 5, "sampler": sampler}}
    parent = made(card, request(card, **asked))
    branch = made(card, request(card, resume=parent.checkpoints[step - 1], **asked))
    assert same(branch.results[0].media, parent.results[0].media)


def test_another_sampler_reenters_at_the_level_reached() -> None:
    card = FOUND.cards["image/tiny"]
    parent = made(card, request(card, options={"steps": 6, "sampler": "euler"}))
    held = parent.checkpoints[2]
    branch = made(card, request(card, options={"steps": 9, "sampler": "ancestral"}, resume=held))
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
    mesh = needed(info, "start")
    with pytest.raises(Refused, match="X cannot do without a last"):
        complete(info, Request(engine="video/x", start=mesh))
    complete(info, Request(engine="video/x", start=mesh, last=picture))
