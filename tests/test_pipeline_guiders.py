"""Guiders in place of a pipeline's own guidance: the library's, in all families of classifier-free guidance alike."""

import threading
from pathlib import Path
from typing import Any

import diffusers
import msgspec
import numpy as np
import pytest
import torch

from app.cli.make import compare
from engines import device
from engines.contract import Curve, EngineCard, Image, Refused, Request, Result, Step, Stopped, check
from engines.pipelines import guiders, schema
from engines.pipelines.engine import Pipeline
from engines.shelf import Model
from tests.runs import followed
from tests.test_pipelines import asked as small_call
from tests.test_pipelines import travelled
from tests.tiny.pipelines import CALLS, folder, opened

MOMENTUM = {"guider": "APG", "apg_momentum": -0.5, "apg_norm": 5.0}


class Tried:
    def __init__(self, name: str, root: Path, **words: Any) -> None:
        self.path = folder(name, root)
        found = schema.described(self.path)
        assert isinstance(found, Model)
        self.card: EngineCard = found.card
        self.engine = Pipeline(found.card)
        self.words = CALLS[name] | {"num_inference_steps": 4} | words
        self.request = small_call(self.card, opened(self.path), dict(self.words))

    def asked(self, curves: Any = None, **options: Any) -> Request:
        given = {param.name: param.default for param in self.card.params} | self.request.options | options
        return check(self.card, msgspec.structs.replace(self.request, options=given, curves=curves or {}))

    def made(self, **options: Any) -> Result:
        return followed(self.engine, self.asked(**options))[1]


@pytest.fixture(scope="module")
def sd(pipelines_root: Path) -> Tried:
    return Tried("sd15", pipelines_root, guidance_scale=6.0)


def off(one: Any, other: Any) -> float:
    """The largest difference, in levels of 255 or in a sound's numbers."""
    return compare(one.media, other.media) or 0.0


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("sd15", True),
        ("flux1", False),
        ("ddpm", False),
        *(pytest.param(name, True, marks=pytest.mark.slow) for name in ("sdxl", "sd35", "wan", "ltx", "cogvideox")),
        *(pytest.param(name, False, marks=pytest.mark.slow) for name in ("ltx2", "qwen_image", "hunyuan15", "lcm")),
    ],
)
def test_a_guider_is_offered_where_guidance_is_a_straight_line(name: str, there: bool, pipelines_root: Path) -> None:
    found = schema.described(folder(name, pipelines_root))
    assert isinstance(found, Model)
    known = {param.name: param for param in found.card.params}
    assert ("guider" in known) == there
    if there:
        assert known["guider"].choices == (guiders.OWN, *guiders.KINDS)
        assert known["apg_norm"].default == 15.0
        assert known["zero_steps"].default == 1


STRAIGHT = ["sd15", "wan", "stable_audio"]
OTHERS = ("sdxl", "sd35", "pixart", "sana", "ltx", "cogvideox", "chroma", "animatediff", "audioldm2")


@pytest.mark.parametrize("name", [*STRAIGHT, *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)])
def test_cfg_as_a_guider_is_the_pipelines_own_guidance(name: str, pipelines_root: Path) -> None:
    tried = Tried(name, pipelines_root, guidance_scale=5.0)
    plain, guided = tried.made(), tried.made(guider="CFG")
    bound = 1.0 if tried.card.info.medium in ("image", "video") else 1e-4
    assert off(plain, guided) <= bound
    assert "guider" not in guided.facts, guided.facts.get("guider")
    assert guided.facts["nfe"] == plain.facts["nfe"]
    for kind in ("APG", "CFG-Zero*", "TCFG"):
        other = tried.made(guider=kind, apg_norm=0.5, apg_parallel=0.0, zero_steps=1)
        assert off(other, guided) > 0, f"{kind} changed nothing"


def test_a_stretch_of_the_steps_is_a_curve_of_guidance(sd: Tried) -> None:
    steps = Curve(((0.0, 6.0), (0.5, 6.0), (0.51, 1.0), (1.0, 1.0)))
    curved = followed(sd.engine, sd.asked({"guidance": steps}))[1]
    assert off(sd.made(guider="CFG", guider_stop=0.6), curved) <= 1
    assert off(sd.made(guider="CFG"), curved) > 1
    with pytest.raises(Refused, match=r"cannot stop at 0\.2 of the steps and begin at 0\.5"):
        sd.made(guider="CFG", guider_start=0.5, guider_stop=0.2)


def test_a_guider_with_a_memory_goes_on_from_any_step_and_may_be_stopped(sd: Tried) -> None:
    request = sd.asked(**MOMENTUM)
    kept, whole = followed(sd.engine, request)
    assert off(sd.made(guider="APG", apg_norm=5.0), whole) > 0, "it remembers nothing"
    for checkpoint in kept[:-1]:
        again = msgspec.structs.replace(request, resume=travelled(checkpoint))
        assert compare(followed(Pipeline(sd.card), again)[1].media, whole.media) is None
    events = sd.engine.generate(request)
    next(event for event in events if isinstance(event, Step))
    calm = device.interrupt(threading.get_ident())
    with pytest.raises(Stopped):
        list(events)
    calm()
    assert compare(followed(sd.engine, request)[1].media, whole.media) is None
    assert off(sd.made(), followed(Pipeline(sd.card), sd.asked())[1]) == 0


def test_guidance_may_move_under_a_guider(sd: Tried) -> None:
    flat = followed(sd.engine, sd.asked({"guidance": Curve(((0.0, 6.0), (1.0, 6.0)))}, guider="APG"))[1]
    assert off(flat, sd.made(guider="APG")) <= 1
    rising = followed(sd.engine, sd.asked({"guidance": Curve(((0.0, 2.0), (1.0, 9.0)))}, guider="APG"))[1]
    assert off(rising, flat) > 1


def test_without_guidance_it_says_so(sd: Tried) -> None:
    made = sd.made(guider="APG", guidance=1.0)
    assert "no classifier-free guidance" in str(made.facts["guider"])


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["APG", "CFG-Zero*", "TCFG"])
def test_sdxl_with_a_guider_is_the_librarys_modular_pipeline(kind: str, pipelines_root: Path) -> None:
    tried = Tried("sdxl", pipelines_root, guidance_scale=6.0)
    options = {"apg_norm": 0.5, "apg_parallel": 0.0, "zero_steps": 1}
    ours = tried.made(guider=kind, **options).media
    modular = diffusers.ModularPipeline.from_pretrained(str(tried.path))
    modular.load_components()
    given = {"APG": {"adaptive_projected_guidance_rescale": 0.5, "eta": 0.0}}.get(kind, {})
    modular.update_components(guider=getattr(diffusers, guiders.KINDS[kind])(guidance_scale=6.0, **given))
    names = ("prompt", "negative_prompt", "width", "height", "num_inference_steps")
    torch.manual_seed(7)
    words = {name: tried.words[name] for name in names if name in tried.words}
    shown = modular(**words, generator=torch.Generator().manual_seed(7), output="images")[0]
    theirs = Image(np.asarray(shown.convert("RGB")))
    assert (compare(ours, theirs) or 0.0) <= 2
    assert (compare(ours, tried.made().media) or 0.0) > 2
