"""T2I-Adapters and IP-Adapters as control inputs: as the library has them, as strong as a curve says, and then gone."""

from pathlib import Path
from typing import Any

import diffusers
import msgspec
import numpy as np
import pytest
import torch

from app.cli.make import compare
from engines import shelf
from engines.contract import Control, Curve, Image, Media, Refused, Request, Result, Step, check
from engines.pipelines import call
from engines.pipelines.engine import Pipeline
from engines.shelf import Model, Part
from tests.runs import ended
from tests.tiny.pipelines import folder
from tests.tiny.pipelines.table import picture

pytestmark = pytest.mark.usefixtures("plain_numbers")  # they are compared with the plain library

PROMPT = "a red boat"
LEVEL = Curve(((0.0, 0.8), (1.0, 0.8)))
FALLING = Curve(((0.0, 0.8), (1.0, 0.0)))
EARLY = Curve(((0.0, 0.8), (0.4, 0.0)), "hold")
IP = "models/ip-adapter_sd15.safetensors"


class Bench:
    """The small SD1.5 and what can be added to it."""

    def __init__(self, root: Path) -> None:
        self.root, self.path = root, folder("sd15", root)
        found = shelf.opened(self.path)
        assert isinstance(found, Model)
        self.model, self.engine = found, Pipeline(found.card)
        self.t2i, self.net = self.part("sd15_t2i_adapter"), self.part("sd15_controlnet")
        self.ip = self.part("sd15_ip_adapter", IP)

    def part(self, name: str, file: str = "") -> str:
        found = shelf.opened(folder(name, self.root) / file)
        assert isinstance(found, Part)
        return found.name

    def request(self, *controls: Control, **fields: Any) -> Request:
        card = shelf.cards(shelf.folder())[self.model.card.info.name]
        words: dict[str, Any] = {"prompt": PROMPT, "seed": 3, "size": (64, 64), "options": {"steps": 3}}
        return check(card, Request(engine=card.info.name, controls=controls, **words, **fields))

    def made(self, *controls: Control, **fields: Any) -> Media:
        return self.run(self.request(*controls, **fields))

    def run(self, request: Request) -> Media:
        return ended(self.engine, request).media

    def plain(self) -> Any:
        pipe = diffusers.DiffusionPipeline.from_pretrained(self.path, local_files_only=True)
        pipe.set_progress_bar_config(disable=True)
        return pipe


@pytest.fixture(scope="module")
def bench(place: Path, pipelines_root: Path) -> Bench:
    return Bench(pipelines_root)


def shown(hue: int = 0) -> Image:
    return Image(np.asarray(picture(hue=hue).convert("RGB")))


def drawn(pipe: Any, **words: Any) -> Media:
    torch.manual_seed(3)
    words |= {"height": 64, "width": 64, "num_inference_steps": 3}
    return call.media_of(pipe, pipe(PROMPT, generator=torch.Generator().manual_seed(3), **words))


def adapted(pipe: Any, adapter: Any) -> Any:
    parts = {name: part for name, part in pipe.components.items() if name != "image_encoder"}
    made = diffusers.StableDiffusionAdapterPipeline(**parts, adapter=adapter, requires_safety_checker=False)
    made.set_progress_bar_config(disable=True)
    # it alone decodes latents times 1 / s, where all others of SD1.5 decode latents / s: the last bit differs
    made.decode_latents = lambda latents: _decoded(made, latents)
    return made


def _decoded(pipe: Any, latents: torch.Tensor) -> np.ndarray:
    shown = pipe.vae.decode(latents / pipe.vae.config.scaling_factor, return_dict=False)[0]
    return pipe.image_processor.postprocess(shown, output_type="np")


def test_t2i_adapters_are_those_of_the_library_bit_for_bit(bench: Bench) -> None:
    place = folder("sd15_t2i_adapter", bench.root)
    one = adapted(bench.plain(), diffusers.T2IAdapter.from_pretrained(place, local_files_only=True))
    plainly = drawn(one, image=picture(), adapter_conditioning_scale=0.8)
    assert compare(bench.made(Control(bench.t2i, shown(), 0.8)), plainly) is None
    assert compare(bench.made(Control(bench.t2i, shown(), LEVEL)), plainly) is None


@pytest.mark.slow
def test_several_t2i_adapters_add_up(bench: Bench, tmp_path: Path) -> None:
    import shutil

    other = shutil.copytree(folder("sd15_t2i_adapter", bench.root), tmp_path / "another")
    part, pipe = shelf.opened(other), bench.plain()
    assert isinstance(part, Part)
    two = [diffusers.T2IAdapter.from_pretrained(other, local_files_only=True) for _ in range(2)]
    both = adapted(pipe, two)
    plainly = drawn(both, image=[picture(), picture(hue=1)], adapter_conditioning_scale=[0.8, 0.3])
    found = bench.made(Control(bench.t2i, shown(), 0.8), Control(part.name, shown(1), 0.3))
    shutil.rmtree(other)  # which leaves the shelf that the tests of this file share
    assert compare(found, plainly) is None


def test_ip_adapters_are_those_of_the_library_bit_for_bit(bench: Bench) -> None:
    pipe = bench.plain()
    pipe.load_ip_adapter(
        str(folder("sd15_ip_adapter", bench.root)), subfolder="models", weight_name=Path(IP).name, local_files_only=True
    )
    pipe.set_ip_adapter_scale(0.8)
    plainly = drawn(pipe, ip_adapter_image=picture())
    assert compare(bench.made(Control(bench.ip, shown(), 0.8)), plainly) is None
    assert compare(bench.made(Control(bench.ip, shown(), LEVEL)), plainly) is None


@pytest.mark.parametrize("kind", ["t2i", "ip"])
def test_it_acts_as_a_curve_says_heeds_its_picture_and_leaves_nothing(kind: str, bench: Bench) -> None:
    name, bare = getattr(bench, kind), bench.made()
    found = [bench.made(Control(name, shown(hue), how)) for hue, how in ((0, 0.8), (1, 0.8), (0, FALLING), (0, EARLY))]
    for place, one in enumerate((bare, *found)):
        assert all(compare(one, other) is not None for other in (bare, *found)[:place])
    assert compare(bench.made(Control(name, shown(), 0.0)), bare) is None
    assert compare(bench.made(), bare) is None
    pipe = next(iter(bench.engine._pipes.values()))
    assert pipe.image_encoder is None
    assert pipe.unet.encoder_hid_proj is None
    assert not any("ip_adapter" in name or "_ip" in name for name, _ in pipe.unet.named_parameters())


@pytest.mark.parametrize("kind", ["t2i", "ip"])
def test_a_run_broken_off_leaves_nothing(kind: str, bench: Bench) -> None:
    bare, events = bench.made(), bench.engine.generate(bench.request(Control(getattr(bench, kind), shown())))
    next(event for event in events if isinstance(event, Step))
    events.close()  # type: ignore[attr-defined]
    assert compare(bench.made(), bare) is None


def test_all_go_together_and_go_on_from_the_middle(bench: Bench) -> None:
    controls = [Control(name, shown(n), FALLING) for n, name in enumerate((bench.t2i, bench.ip, bench.net))]
    request, kept = bench.request(*controls), []
    for event in bench.engine.generate(request):
        if isinstance(event, Step) and event.checkpoint is not None:
            kept.append(event.checkpoint())
        elif isinstance(event, Result):
            whole = event.media
    assert compare(bench.run(msgspec.structs.replace(request, resume=kept[0])), whole) is None


@pytest.mark.slow
def test_each_has_its_part_in_what_all_make_and_a_start_goes_with_them(bench: Bench) -> None:
    controls = [Control(name, shown(n), 0.8) for n, name in enumerate((bench.t2i, bench.ip, bench.net))]
    whole, started = bench.made(*controls), bench.made(*controls, start=shown(2), strength=0.9)
    fewer = [bench.made(*(one for one in controls if one is not left)) for left in controls]
    assert all(compare(one, whole) is not None for one in (started, *fewer))


def test_they_are_offered_where_they_fit_alone(bench: Bench) -> None:
    xl, other = shelf.opened(folder("sdxl", bench.root)), shelf.opened(folder("sdxl_t2i_adapter", bench.root))
    assert isinstance(xl, Model)
    assert isinstance(other, Part)
    assert xl.takes(other)
    assert not bench.model.takes(other)
    kinds = {kind.kind for kind in shelf.cards(shelf.folder())[bench.model.card.info.name].info.controls}
    assert kinds == {bench.t2i, bench.ip, bench.net}
    assert not any(xl.takes(shelf.parts(shelf.folder())[name]) for name in kinds)
    assert "a T2I-Adapter for" in shelf.misfit(bench.model, other)


def test_what_an_ip_adapter_sees_with_must_be_beside_it(place: Path, bench: Bench, tmp_path: Path) -> None:
    import shutil

    alone = shutil.copy(folder("sd15_ip_adapter", bench.root) / IP, tmp_path / "alone.safetensors")
    with pytest.raises(Refused, match="needs the folder image_encoder"):
        shelf.opened(Path(alone))


@pytest.mark.slow
def test_an_sdxl_adapter_is_that_of_the_library(place: Path, bench: Bench) -> None:
    path, adapter = folder("sdxl", bench.root), folder("sdxl_t2i_adapter", bench.root)
    found, part = shelf.opened(path), shelf.opened(adapter)
    assert isinstance(found, Model)
    assert isinstance(part, Part)
    pipe = diffusers.DiffusionPipeline.from_pretrained(path, local_files_only=True)
    network = diffusers.T2IAdapter.from_pretrained(adapter, local_files_only=True)
    one = diffusers.StableDiffusionXLAdapterPipeline(**pipe.components, adapter=network)
    card = shelf.cards(shelf.folder())[found.card.info.name]
    request = Request(engine=card.info.name, prompt=PROMPT, seed=3, size=(64, 64), options={"steps": 3})
    guidance = next(param.default for param in card.params if param.name == "guidance")
    request = check(card, msgspec.structs.replace(request, controls=(Control(part.name, shown(), 0.8),)))
    mine = ended(Pipeline(card), request).media
    plainly = drawn(one, image=picture(), adapter_conditioning_scale=0.8, guidance_scale=guidance)
    assert compare(mine, plainly) is None
