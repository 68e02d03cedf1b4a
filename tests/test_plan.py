"""The ladder of plans on devices of every kind, with the sizes of models as they are."""

import itertools

import msgspec
import pytest

from engines.pipelines import plan
from engines.pipelines.plan import Part, Plan, Task, Work

GB = 10**9
SDXL = Task(
    {
        "text_encoder": Part("encoder", 123_000_000, 38_000_000),
        "text_encoder_2": Part("encoder", 695_000_000, 63_000_000),
        "unet": Part("denoiser", 2_567_000_000, 13_000_000),
        "vae": Part("decoder", 84_000_000, 5_000_000),
    },
    2,
    Work(int(0.9 * GB), int(2.7 * GB), int(0.7 * GB)),
)
FLUX = Task(
    {
        "text_encoder": Part("encoder", 123_000_000, 38_000_000),
        "text_encoder_2": Part("encoder", 4_762_000_000, 132_000_000),
        "transformer": Part("denoiser", 11_901_000_000, 57_000_000),
        "vae": Part("decoder", 84_000_000, 5_000_000),
    },
    2,
    Work(int(1 * GB), int(2.7 * GB), int(0.7 * GB)),
)
KINDS = ("cuda", "cpu", "mps", "xpu")


@pytest.mark.parametrize(
    ("task", "kind", "free", "name"),
    [
        (SDXL, "cuda", 24, "full"),
        (SDXL, "cuda", 9, "tiled"),
        (SDXL, "cuda", 8, "turns"),
        (SDXL, "cuda", 4, "streamed"),
        (FLUX, "cuda", 80, "full"),
        (FLUX, "cuda", 40, "tiled"),
        (FLUX, "cuda", 32, "turns"),
        (FLUX, "cuda", 12, "streamed"),
        (FLUX, "cuda", 2, "eight-bit"),
        (FLUX, "cpu", 64, "full"),
        (FLUX, "cpu", 27, "eight-bit"),
        (FLUX, "mps", 16, "tiled"),
    ],
)
def test_what_a_device_gets(task: Task, kind: str, free: int, name: str) -> None:
    found = plan.chosen(task, plan.AUTOMATIC, kind, free * GB, plan.ladder(kind))
    assert found.name == name


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("task", [SDXL, FLUX])
def test_each_rung_takes_less_than_the_one_above(task: Task, kind: str) -> None:
    rungs = [plan.ladder(kind)[0]]
    while (below := plan.cheaper(task, rungs[-1], kind, plan.ladder(kind))) is not None:
        rungs.append(below)
    needs = [plan.need(task, rung, kind) for rung in rungs]
    assert all(a > b for a, b in itertools.pairwise(needs))
    assert rungs[-1].way == ("full" if kind == "mps" else "eight-bit")


@pytest.mark.parametrize("kind", KINDS)
def test_more_memory_never_gives_a_cheaper_plan(kind: str) -> None:
    plans = plan.ladder(kind)
    places = [plans.index(plan.chosen(FLUX, plan.AUTOMATIC, kind, free * GB, plans)) for free in range(1, 60)]
    assert places == sorted(places, reverse=True)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wish", plan.NAMES)
def test_a_wish_is_obeyed_everywhere(kind: str, wish: str) -> None:
    assert plan.chosen(SDXL, wish, kind, GB // 10, plan.ladder(kind)).name == wish


def test_what_a_model_cannot_do_is_not_offered() -> None:
    plans = plan.ladder("cuda", tiles=False, turns=False)
    assert not any(one.tiled or one.way == "turns" for one in plans)
    assert {one.way for one in plans} == {"full", "streamed", "eight-bit"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_plan_is_one_sentence(kind: str) -> None:
    said = {plan.sentence(one, kind) for one in plan.ladder("cuda")}
    assert len(said) == len(plan.ladder("cuda"))
    assert all(one.endswith(".") and one.count(".") == 1 for one in said)
    assert ("in memory" in plan.sentence(Plan(), kind)) is (kind == "cpu")


def test_the_choice_is_declared_with_all_plans() -> None:
    assert plan.MEMORY.default == plan.AUTOMATIC
    assert set(plan.MEMORY.choices) == {plan.AUTOMATIC, *(one.name for one in plan.ladder("cuda"))}
    assert msgspec.json.decode(msgspec.json.encode(plan.MEMORY), type=type(plan.MEMORY)) == plan.MEMORY
