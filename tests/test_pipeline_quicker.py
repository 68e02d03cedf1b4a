"""Step caches and compiled blocks: offered where they work, the library's own, and gone when they are not asked for."""

import random
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from diffusers import FirstBlockCacheConfig

from app.cli.make import compare
from engines import device
from engines.contract import Event, Request, Result, Step, Stopped, check
from engines.pipelines import call, quicker, schema
from engines.pipelines.engine import Pipeline
from engines.shelf import Model
from tests.test_pipelines import asked as small_call
from tests.tiny.pipelines import CALLS, folder, opened

OFFERED = {  # by family: the caches, and whether its blocks can be compiled
    "flux1": ((quicker.FIRST, quicker.TAYLOR), True),
    "flux1_fill": ((), True),
    "flux2_klein": ((quicker.TAYLOR,), True),
    "wan": ((quicker.FIRST, quicker.TAYLOR), True),
    "ltx": ((quicker.FIRST, quicker.TAYLOR), True),
    "ltx2": ((quicker.TAYLOR,), True),
    "cogvideox": ((quicker.FIRST, quicker.TAYLOR), False),
    "qwen_image": ((quicker.FIRST, quicker.TAYLOR), True),
    "sd15": ((), True),
    "sd35": ((), False),
    "ddpm": ((), False),
}
SLOW = [pytest.mark.slow]


class Tried:
    """A family through the engine, with eight steps so that there is something to leave out."""

    def __init__(self, name: str, root: Path) -> None:
        self.path = folder(name, root)
        found = schema.described(self.path)
        assert isinstance(found, Model)
        self.card, self.engine = found.card, Pipeline(found.card)
        self.words = CALLS[name] | {"num_inference_steps": 8}
        self.request = small_call(self.card, opened(self.path), dict(self.words))

    def asked(self, **options: Any) -> Request:
        given = {param.name: param.default for param in self.card.params} | self.request.options | options
        return check(self.card, msgspec.structs.replace(self.request, options=given))

    def made(self, engine: Any = None, **options: Any) -> Result:
        return result(list((engine or self.engine).generate(self.asked(**options))))


def result(events: list[Event]) -> Result:
    return next(event for event in events if isinstance(event, Result))


@pytest.mark.parametrize("name", [n if n in ("flux1", "sd15") else pytest.param(n, marks=SLOW) for n in OFFERED])
def test_what_works_is_offered_and_off(name: str, pipelines_root: Path) -> None:
    card = Tried("flux1", pipelines_root).card if name == "flux1" else None
    if card is None:
        found = schema.described(folder(name, pipelines_root))
        assert isinstance(found, Model)
        card = found.card
    known = {param.name: param for param in card.params}
    caches, blocks = OFFERED[name]
    assert (known["step_cache"].choices[1:] if "step_cache" in known else ()) == caches
    assert ("compile" in known) == blocks
    assert all(known[one].default in (quicker.OFF, False) for one in ("step_cache", "compile") if one in known)


CACHED = ["flux1", *(pytest.param(name, marks=SLOW) for name in ("wan", "ltx", "cogvideox"))]


@pytest.mark.parametrize("name", CACHED)
def test_the_first_block_cache_is_the_librarys(name: str, pipelines_root: Path) -> None:
    tried = Tried(name, pipelines_root)
    plain = tried.made()
    made = tried.made(step_cache=quicker.FIRST, cache_threshold=0.5)
    pipe = opened(tried.path)
    pipe.transformer.enable_cache(FirstBlockCacheConfig(threshold=0.5))
    theirs = call.media_of(pipe, pipe(generator=torch.Generator().manual_seed(7), **tried.words))
    assert compare(made.media, theirs) is None
    assert compare(made.media, plain.media) is not None, "nothing was left out"
    assert "differs a little" in str(made.facts["step_cache"])
    assert "step_cache" not in plain.facts
    assert compare(tried.made(step_cache=quicker.FIRST, cache_threshold=0.0).media, plain.media) is None
    assert compare(tried.made().media, plain.media) is None, "something of the cache stayed"


@pytest.mark.parametrize("name", CACHED)
@pytest.mark.parametrize("cache", [quicker.FIRST, quicker.TAYLOR])
def test_a_stop_leaves_nothing_of_a_cache_behind(name: str, cache: str, pipelines_root: Path) -> None:
    tried = Tried(name, pipelines_root)
    options: dict[str, Any] = {"step_cache": cache}
    options |= {"cache_threshold": 0.5} if cache == quicker.FIRST else {"cache_interval": 2}
    whole, plain = tried.made(**options), tried.made()
    assert compare(whole.media, plain.media) is not None, "nothing was left out"
    for at in random.Random(5).sample(range(1, 8), 3):
        events = tried.engine.generate(tried.asked(**options))
        next(event for event in events if isinstance(event, Step) and event.index == at)
        calm = device.interrupt(threading.get_ident())
        with pytest.raises(Stopped):
            list(events)
        calm()
        assert compare(tried.made(**options).media, whole.media) is None
    assert compare(tried.made().media, plain.media) is None


def test_a_run_that_goes_on_says_that_its_cache_was_begun_anew(pipelines_root: Path) -> None:
    tried = Tried("flux1", pipelines_root)
    request = tried.asked(step_cache=quicker.TAYLOR)
    step = next(e for e in tried.engine.generate(request) if isinstance(e, Step) and e.index == 3)
    assert step.checkpoint is not None
    again = list(tried.engine.generate(msgspec.structs.replace(request, resume=step.checkpoint())))
    assert "begun anew" in str(result(again).facts["step_cache"])


def test_prompts_that_would_be_mixed_take_turns_beside_a_cache(pipelines_root: Path) -> None:
    tried, cache = Tried("flux1", pipelines_root), {"step_cache": quicker.FIRST, "cache_threshold": 0.5}
    made = []
    for prompt in ("a boat :0.5 AND a house :0.5", "[a boat|a house]"):
        request = msgspec.structs.replace(tried.asked(**cache), prompt=prompt)
        made.append(result(list(tried.engine.generate(request))))
    assert compare(made[0].media, made[1].media) is None
    assert "take turns" in str(made[0].facts["AND"])
    assert "AND" not in made[1].facts


@pytest.mark.slow
def test_compiled_blocks_make_nearly_the_same_can_be_stopped_and_taken_back(pipelines_root: Path) -> None:
    tried = Tried("flux1", pipelines_root)
    plain, made = tried.made(), tried.made(compile=True)
    assert "differs a little" in str(made.facts["compiled"])
    blocks = tried.engine._parts["transformer"].transformer_blocks
    assert blocks[0]._compiled_call_impl is not None
    off = compare(made.media, plain.media)
    assert off is None or off <= 2
    events = tried.engine.generate(tried.asked(compile=True))
    next(event for event in events if isinstance(event, Step))
    calm = device.interrupt(threading.get_ident())
    with pytest.raises(Stopped):
        list(events)
    calm()
    assert compare(tried.made(compile=True).media, made.media) is None
    assert compare(tried.made().media, plain.media) is None
    assert blocks[0]._compiled_call_impl is None


def test_without_a_compiler_it_says_so(pipelines_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quicker.shutil, "which", lambda name: None)
    tried = Tried("flux1", pipelines_root)
    made = tried.made(compile=True)
    assert "no C++ compiler" in str(made.facts["compiled"])
    assert compare(made.media, tried.made().media) is None
