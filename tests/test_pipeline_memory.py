"""A model's networks laid out by every plan: the same bytes, nothing left behind, a way on where memory runs out."""

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from app.cli.make import compare
from engines import device, shelf
from engines.contract import Adapter, Control, Event, Phase, Refused, Request, Result, Step, Stopped
from engines.pipelines import placing, plan
from engines.pipelines.engine import Pipeline
from engines.pipelines.plan import Plan
from tests.runs import aligned, ended
from tests.test_pipeline_added import asked as added_to
from tests.test_pipeline_added import mapped
from tests.test_pipeline_added import opened as opened_once
from tests.test_pipelines import Subject
from tests.tiny.pipelines import FAMILIES

OUTSIDE = ("turns", "streamed")
opened = opened_once


FIRST = ("sd15", "stable_audio")
FAMILIES_HERE = [pytest.param(name, marks=() if name in FIRST else pytest.mark.slow) for name in sorted(FAMILIES)]


@pytest.fixture(scope="module", params=FAMILIES_HERE)
def subject(request: pytest.FixtureRequest, pipelines_root: Path) -> Subject:
    found = Subject(request.param, pipelines_root)
    aligned(found.engine)
    return found


@pytest.fixture(scope="module")
def picture(pipelines_root: Path) -> Subject:
    return Subject("sd15", pipelines_root)


def by(request: Request, way: str) -> Request:
    return msgspec.structs.replace(request, options=request.options | {"memory": way})


def hooks(engine: Pipeline) -> list[str]:
    """What hangs on the networks of a loaded engine and would act when they are called."""
    found = []
    for name, part in engine._parts.items():
        for module in part.modules() if isinstance(part, torch.nn.Module) else ():
            registry = getattr(module, "_diffusers_hook", None)
            left = [*(registry.hooks if registry else ()), *module._forward_pre_hooks, *module._forward_hooks]
            found += [f"{name} {hook}" for hook in left] + [f"{name} forward"] * ("forward" in module.__dict__)
            found += [f"{name} accelerate"] * hasattr(module, "_hf_hook")
    return found


# ---------------------------------------------------------------- plans at work


def test_networks_outside_the_device_give_the_same_bytes_whatever_moment_a_run_is_broken_off_at(
    subject: Subject,
) -> None:
    whole, before = ended(subject.engine, by(subject.request, "full")), hooks(subject.engine)
    chance = random.Random(subject.name)
    for way in OUTSIDE:
        made = ended(subject.engine, by(subject.request, way))
        assert compare(made.media, whole.media) is None
        assert made.facts["plan"] == way
        _break_off(subject.engine, by(subject.request, way), chance)
        assert compare(ended(subject.engine, by(subject.request, way)).media, whole.media) is None
    assert hooks(subject.engine) != before
    assert compare(ended(subject.engine, by(subject.request, "full")).media, whole.media) is None
    assert hooks(subject.engine) == before


def _break_off(engine: Pipeline, request: Request, chance: random.Random) -> None:
    """Stop after some call of some network of a step, or as one is decoded."""
    parts = [part for part in engine._parts.values() if isinstance(part, torch.nn.Module)]
    leaves = [m for part in parts for m in part.modules() if not list(m.children())]
    left = [chance.randrange(1, 4 * len(leaves))]

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Stopped

    handles = [module.register_forward_pre_hook(count) for module in leaves]
    try:
        for _ in engine.generate(request):
            pass
    except Stopped:
        pass
    finally:
        for handle in handles:
            handle.remove()


def test_an_interrupt_while_networks_are_streamed_leaves_nothing_behind(picture: Subject) -> None:
    whole = ended(picture.engine, by(picture.request, "streamed"))
    events = picture.engine.generate(by(picture.request, "streamed"))
    next(event for event in events if isinstance(event, Step))
    calm = device.interrupt(threading.get_ident())
    with pytest.raises(Stopped):
        list(events)
    calm()
    assert not hooks(picture.engine)
    assert compare(ended(picture.engine, by(picture.request, "streamed")).media, whole.media) is None


def test_eight_bit_numbers_are_taken_back_by_loading_anew(picture: Subject) -> None:
    engine = Pipeline(picture.card)
    whole = ended(engine, by(picture.request, "full"))
    small = ended(engine, by(picture.request, "eight-bit"))
    kept = {weight.dtype for weight in engine._parts["unet"].parameters()}
    assert torch.float8_e4m3fn in kept
    gap = compare(small.media, whole.media)
    assert gap is not None
    assert gap < 128, "it is another picture"
    assert compare(ended(engine, by(picture.request, "eight-bit")).media, small.media) is None
    assert compare(ended(engine, by(picture.request, "full")).media, whole.media) is None


def test_eight_bit_numbers_go_with_streams(picture: Subject) -> None:
    """As on a GPU, where layers in 8-bit numbers are brought one after the other."""
    engine = Pipeline(picture.card)
    alone = ended(engine, by(picture.request, "eight-bit"))
    pipe = engine._pipe(picture.request)
    for name, network in placing.networks(pipe).items():
        if name != "vae":
            placing._stream(network, torch.device("cpu"))
    assert compare(ended(engine, by(picture.request, "eight-bit")).media, alone.media) is None


def test_tiles_are_for_the_plan_that_says_so(picture: Subject) -> None:
    vae = picture.engine._parts["vae"] if picture.engine._parts else None
    for way, tiled in (("tiled", True), ("full", False)):
        made = ended(picture.engine, by(picture.request, way))
        vae = picture.engine._parts["vae"]
        assert vae.use_tiling is tiled
        assert ("tiles" in str(made.facts["layout"])) is tiled


@pytest.mark.parametrize("way", [*OUTSIDE, "eight-bit"])
def test_what_is_added_to_a_model_is_laid_out_with_it(opened: Any, way: str) -> None:
    card, engine = opened
    aligned(engine)
    net, lora = card.info.controls[0].kind, Adapter(card.info.adapters[0].name)
    more = {"controls": (Control(net, mapped()),), "adapters": (lora,)}
    plain, full = added_to(card), added_to(card, **more)
    wanted = [ended(engine, by(one, "full")).media for one in (plain, full, plain)]
    made = [ended(engine, by(one, way)).media for one in (plain, full, plain)]
    gaps = [compare(a, b) or 0.0 for a, b in zip(wanted, made, strict=True)]
    assert compare(made[0], made[1]) is not None
    assert compare(made[0], made[2]) is None
    assert max(gaps) == 0 if way in OUTSIDE else max(gaps) < 128


# ---------------------------------------------------------------- where memory runs out


class Short:
    """Memory that runs out at the calls of a network whose numbers are in `at`, counted over all runs."""

    def __init__(self, module: Any, at: Any, error: type[Exception] = torch.OutOfMemoryError) -> None:
        self.calls, self.at, self.error = 0, at, error
        self.handle = module.register_forward_pre_hook(self._count)

    def _count(self, *_: Any) -> None:
        self.calls += 1
        if self.calls in self.at:
            raise self.error("out of memory")


@pytest.fixture
def ladder(monkeypatch: pytest.MonkeyPatch) -> tuple[Plan, ...]:
    """The plans of a device with much memory of its own, tried out on this one with the sizes of the true SD1.5."""
    plans = plan.ladder("cuda")
    sizes = {"unet": plan.Part("denoiser", 860_000_000, 30_000_000), "vae": plan.Part("decoder", 84_000_000, 5_000_000)}
    sizes["text_encoder"] = plan.Part("encoder", 123_000_000, 38_000_000)
    monkeypatch.setattr("engines.pipelines.layout.Layout.plans", lambda self: plans)
    monkeypatch.setattr("engines.pipelines.sizes.parts_of", lambda folder: sizes)
    monkeypatch.setattr("engines.device.free", lambda held=0: 10**12)
    monkeypatch.setattr("engines.device.kind", lambda: "cuda")
    return plans


def told(events: Iterator[Event], keep: bool = True) -> tuple[list[str], list[int], Result]:
    """The notes, the steps by their numbers and the result; every step's checkpoint is taken, or none."""
    notes, steps, last = [], [], None
    for event in events:
        if isinstance(event, Phase) and event.note:
            notes.append(event.note)
        elif isinstance(event, Step):
            steps.append(event.index)
            if keep and event.checkpoint is not None:
                event.checkpoint()
        elif isinstance(event, Result):
            last = event
    assert last is not None
    return notes, steps, last


@pytest.mark.parametrize("error", [torch.OutOfMemoryError, MemoryError])
def test_a_step_without_memory_is_made_by_the_next_plan_from_the_last_kept_one(
    picture: Subject, ladder: tuple[Plan, ...], error: type[Exception]
) -> None:
    engine = Pipeline(picture.card)
    _, all_of_them, whole = told(engine.generate(picture.request))
    short = Short(engine._parts["unet"], {2}, error)
    notes, steps, made = told(engine.generate(picture.request))
    short.handle.remove()
    assert len(notes) == 1
    assert "Memory ran out" in notes[0]
    assert steps == all_of_them, "steps that were kept are not made again"
    assert made.facts["nfe"] == int(whole.facts["nfe"]) - 1
    assert made.facts["shortage"] == notes[0]
    assert made.facts["plan"] != "full"
    assert compare(made.media, whole.media) is None
    assert ended(engine, picture.request).facts["plan"] == made.facts["plan"], "it has been learnt"


def test_a_run_of_which_nothing_was_kept_begins_at_its_seed(picture: Subject, ladder: tuple[Plan, ...]) -> None:
    engine = Pipeline(picture.card)
    whole = ended(engine, picture.request)
    Short(engine._parts["unet"], {2})
    _, steps, made = told(engine.generate(picture.request), keep=False)
    assert steps[:2] == [1, 1]
    assert compare(made.media, whole.media) is None


def test_a_decode_without_memory_costs_no_step_again(picture: Subject, ladder: tuple[Plan, ...]) -> None:
    engine = Pipeline(picture.card)
    whole = ended(engine, picture.request)
    Short(engine._parts["vae"].decoder, {1})
    notes, steps, made = told(engine.generate(picture.request))
    assert len(notes) == 1
    assert steps == sorted(set(steps))
    assert made.facts["nfe"] == 0
    assert compare(made.media, whole.media) is None


def test_each_plan_is_tried_once_then_one_sentence_and_the_next_job_runs(
    picture: Subject, ladder: tuple[Plan, ...]
) -> None:
    engine = Pipeline(picture.card)
    whole = ended(engine, picture.request)
    tried: list[Plan] = []
    engine._parts["unet"].register_forward_pre_hook(lambda *_: tried.append(engine._placing.plan))
    short = Short(engine._parts["unet"], range(1, 100))
    with pytest.raises(Refused, match="not enough memory to run sd15") as refused:
        list(engine.generate(picture.request))
    assert refused.value.failure.kind == "memory"
    assert [one.way for one in tried] == ["full", "turns", "streamed", "eight-bit"]
    assert short.calls == len(tried)
    assert not engine._parts, "nothing of it stays in memory"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_layout", None)  # as if other programs had been closed
        assert compare(ended(engine, picture.request).media, whole.media) is None


def test_another_error_is_no_lack_of_memory(picture: Subject) -> None:
    engine = Pipeline(picture.card)
    ended(engine, picture.request)
    handle = engine._parts["unet"].register_forward_pre_hook(lambda *_: (_ for _ in ()).throw(RuntimeError("a fault")))
    with pytest.raises(RuntimeError, match="a fault"):
        list(engine.generate(picture.request))
    handle.remove()


# ---------------------------------------------------------------- estimates


def test_the_headers_tell_the_weights(picture: Subject) -> None:
    engine = Pipeline(picture.card)
    told = engine.estimate(picture.request)
    assert not engine._parts, "nothing was loaded"
    ended(engine, by(picture.request, "full"))
    loaded = placing.held(engine._parts.values(), "cpu")
    assert sum(part.numbers for part in engine._layout.parts.values()) * 4 == loaded
    assert told.memory > loaded
    assert told.plan == "All of the model stays in memory."
    assert told.free > 0


def test_less_memory_makes_a_cheaper_plan(picture: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DARKROOM_MEMORY", "0.0001")
    engine = Pipeline(picture.card)
    told = engine.estimate(picture.request)
    assert "8-bit" in told.plan
    assert told.free == 100_000
    assert ended(engine, picture.request).facts["layout"] == told.plan


def test_a_larger_picture_takes_more(picture: Subject) -> None:
    engine, request = Pipeline(picture.card), picture.request
    small, large = (engine.estimate(msgspec.structs.replace(request, size=(side, side))).memory for side in (64, 1024))
    assert large > small


@pytest.fixture(autouse=True)
def _no_shelf(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "opened" not in request.fixturenames:
        monkeypatch.delenv("DARKROOM_MODELS", raising=False)
        assert shelf.folder() is None
    assert "DARKROOM_MEMORY" not in os.environ
