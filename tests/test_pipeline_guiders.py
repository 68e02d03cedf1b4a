"""Guiders in place of a pipeline's own guidance: the library's, in all families of classifier-free guidance alike."""

import contextlib
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
from engines.pipelines import frequencies, guiders, perturbed, schema
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

    @property
    def kinds(self) -> tuple[str, ...]:
        """The guiders that are offered."""
        return next(param.choices for param in self.card.params if param.name == "guider")

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
        assert known["guider"].choices == (guiders.OWN, *guiders.KINDS, guiders.FREQUENCIES, *perturbed.KINDS)
        assert known["apg_norm"].default == 15.0
        assert known["zero_steps"].default == 1


ALL = {"sd15": "0"}  # blocks that are spoilt, where those in the middle have a single place to look at
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
    spoilt = [kind for kind in perturbed.KINDS if kind in tried.kinds]
    for kind in ("APG", "CFG-Zero*", "TCFG", *spoilt):
        other = tried.made(
            guider=kind, apg_norm=0.5, apg_parallel=0.0, zero_steps=1, perturbed_layers=ALL.get(name, "0")
        )
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


# ---------------------------------------------------------------- away from a network that sees worse


@pytest.mark.parametrize("kind", perturbed.KINDS)
def test_a_worse_network_costs_a_call_more_a_step_and_leaves_nothing(kind: str, sd: Tried) -> None:
    bare = sd.made()
    request = sd.asked(guider=kind, perturbed_layers="0, 2-3", perturbed_guidance=6.0)
    kept, whole = followed(sd.engine, request)
    assert off(whole, bare) > 0
    assert whole.facts["nfe"] == 2 * int(bare.facts["nfe"])
    for checkpoint in kept[:-1]:
        again = msgspec.structs.replace(request, resume=travelled(checkpoint))
        assert compare(followed(Pipeline(sd.card), again)[1].media, whole.media) is None
    for moment in (0.0, 0.05, 0.2):
        _broken_off(sd, request, moment)
        assert off(sd.made(), bare) == 0
    assert off(sd.made(guider=kind, perturbed_layers="0", perturbed_guidance=0.0), bare) == 0
    assert not [m for m in sd.engine._parts["unet"].modules() if "forward" in m.__dict__]


def _broken_off(tried: Tried, request: Request, wait: float) -> None:
    """A run that is stopped `wait` seconds after its first step, wherever it is then."""
    events = tried.engine.generate(request)
    next(event for event in events if isinstance(event, Step))
    calm: list[Any] = []
    here = threading.get_ident()
    timer = threading.Timer(wait, lambda: calm.append(device.interrupt(here)))
    timer.start()
    with contextlib.suppress(Stopped):
        list(events)
    timer.join()
    calm[0]()


def test_its_pull_may_be_a_curve_and_its_stretch_is_heeded(sd: Tried) -> None:
    words = {"guider": "SLG", "perturbed_layers": "0"}
    flat = followed(sd.engine, sd.asked({"perturbed_guidance": Curve(((0.0, 4.0), (1.0, 4.0)))}, **words))[1]
    assert off(flat, sd.made(**words, perturbed_guidance=4.0)) == 0
    falling = followed(sd.engine, sd.asked({"perturbed_guidance": Curve(((0.0, 4.0), (1.0, 0.0)))}, **words))[1]
    assert off(flat, falling) > 0
    some = sd.made(**words, perturbed_guidance=4.0, guider_stop=0.5)
    assert int(some.facts["nfe"]) < int(flat.facts["nfe"])
    assert off(some, flat) > 0


def test_it_works_where_words_do_not_guide(sd: Tried) -> None:
    bare, spoilt = sd.made(guidance=1.0), sd.made(guidance=1.0, guider="PAG", perturbed_layers="0")
    assert off(bare, spoilt) > 0
    assert "guider" not in spoilt.facts


@pytest.mark.parametrize(
    ("told", "said"), [("x", "x is no number of a block"), ("0-99", "there is no 99"), ("3-2-1", "3-2-1 is no number")]
)
def test_blocks_that_are_none_are_named(told: str, said: str, sd: Tried) -> None:
    with pytest.raises(Refused, match=said):
        sd.made(guider="SLG", perturbed_layers=told)


@pytest.mark.parametrize(("count", "first", "last"), [(24, 7, 9), (40, 12, 14), (2, 0, 0)])
def test_the_blocks_that_suit_best_are_those_of_sd35(count: int, first: int, last: int) -> None:
    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = torch.nn.ModuleList(torch.nn.Linear(1, 1) for _ in range(count))

    net = Net()
    assert perturbed.chosen(net, "") == list(net.blocks[first : last + 1])


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "skips"), [("SLG", {}), ("PAG", {"skip_attention_scores": True})])
def test_sdxl_away_from_a_worse_network_is_the_librarys_modular_pipeline(
    kind: str, skips: dict[str, bool], pipelines_root: Path
) -> None:
    tried = Tried("sdxl", pipelines_root, guidance_scale=6.0)
    ours = tried.made(guider=kind, perturbed_guidance=3.0, guider_start=0.25).media  # theirs leaves the first step out
    modular = diffusers.ModularPipeline.from_pretrained(str(tried.path))
    modular.load_components()
    stack = list(modular.unet.mid_block.attentions[0].transformer_blocks)
    how = {"skip_attention": not skips, "skip_ff": not skips, **skips}
    place = "mid_block.attentions.0.transformer_blocks"
    layers = diffusers.LayerSkipConfig(indices=list(range(len(stack))), fqn=place, **how)
    guider = diffusers.SkipLayerGuidance(
        6.0, skip_layer_guidance_scale=3.0, skip_layer_guidance_start=0.0, skip_layer_guidance_stop=1.0,
        skip_layer_config=layers,
    )  # fmt: skip
    modular.update_components(guider=guider)
    names = ("prompt", "negative_prompt", "width", "height", "num_inference_steps")
    torch.manual_seed(7)
    words = {name: tried.words[name] for name in names if name in tried.words}
    shown = modular(**words, generator=torch.Generator().manual_seed(7), output="images")[0]
    assert (compare(ours, Image(np.asarray(shown.convert("RGB")))) or 0.0) <= 2
    assert (compare(ours, tried.made().media) or 0.0) > 0


def test_coarse_and_fine_are_guided_apart(sd: Tried) -> None:
    level, fine = torch.ones(1, 2, 32, 32), torch.ones(1, 2, 32, 32)
    fine[..., ::2, ::2] = fine[..., 1::2, 1::2] = -1.0
    inner = (..., slice(14, 18), slice(14, 18))  # away from the borders
    assert torch.allclose(frequencies.weighed(level, 0.25), 0.25 * level)
    assert torch.allclose(frequencies.weighed(fine, 0.25)[inner], fine[inner], atol=1e-6)
    draw = torch.Generator().manual_seed(1)
    one, other = (torch.randn(1, 3, 2, 9, 7, generator=draw) for _ in range(2))
    both = frequencies.weighed(one + 2 * other, 0.4)
    assert torch.allclose(both, frequencies.weighed(one, 0.4) + 2 * frequencies.weighed(other, 0.4), atol=1e-5)
    whole = sd.made(guider="CFG")
    assert off(sd.made(guider="FDG", fdg_coarse=1.0), whole) <= 1
    assert off(sd.made(guider="FDG", fdg_coarse=0.3), whole) > 1
