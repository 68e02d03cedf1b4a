"""ControlNets for several kinds of maps: one network, each kind a control of its own that chooses its mode."""

from pathlib import Path
from typing import Any

import diffusers
import msgspec
import numpy as np
import pytest
import torch

from app.cli import words
from app.cli.make import compare
from engines import shelf
from engines.contract import Control, Curve, Image, Media, Request, check
from engines.pipelines import call
from engines.pipelines.engine import Pipeline
from engines.shelf import Model, Part
from tests.runs import ended
from tests.tiny.pipelines import CALLS, folder
from tests.tiny.pipelines.table import picture

pytestmark = pytest.mark.usefixtures("plain_numbers")  # they are compared with the plain library

PROMPT = "a red boat"
LEVEL = Curve(((0.0, 0.8), (1.0, 0.8)))
FALLING = Curve(((0.0, 0.8), (1.0, 0.0)))


class Bench:
    """A small model and its network for several kinds of maps."""

    def __init__(self, name: str, root: Path) -> None:
        self.name, self.path, self.net = name, folder(name, root), folder(f"{name}_union", root)
        found, part = shelf.opened(self.path), shelf.opened(self.net)
        assert isinstance(found, Model)
        assert isinstance(part, Part)
        self.model, self.part, self.engine = found, part, Pipeline(found.card)

    @property
    def card(self) -> Any:
        return shelf.cards(shelf.folder())[self.model.card.info.name]

    def made(self, *controls: tuple[str, int, float | Curve]) -> Media:
        """By mode, hue of the map and strength."""
        given = tuple(Control(f"{self.part.name}/{mode}", shown(hue), how) for mode, hue, how in controls)
        request = Request(engine=self.card.info.name, prompt=PROMPT, seed=3, size=(64, 64), options={"steps": 3})
        request = check(self.card, msgspec.structs.replace(request, controls=given))
        return ended(self.engine, request).media

    def plainly(self, mode: Any, hues: tuple[int, ...], how: Any) -> Media:
        network = {"sdxl": diffusers.ControlNetUnionModel, "flux1": diffusers.FluxControlNetModel}[self.name]
        kind = {
            "sdxl": diffusers.StableDiffusionXLControlNetUnionPipeline,
            "flux1": diffusers.FluxControlNetPipeline,
        }[self.name]
        net = network.from_pretrained(self.net, local_files_only=True)
        pipe = diffusers.DiffusionPipeline.from_pretrained(self.path, local_files_only=True)
        pipe = kind(**pipe.components, controlnet=net)
        pipe.set_progress_bar_config(disable=True)
        known = {one.name: one.default for one in self.card.params}
        asked = CALLS[self.name] | {"prompt": PROMPT, "guidance_scale": known["guidance"]}
        asked |= {"max_sequence_length": known["max_sequence_length"]} if "max_sequence_length" in known else {}
        maps = [picture(hue=hue) for hue in hues]
        asked |= {"control_image": maps if self.name == "sdxl" else maps[0], "control_mode": mode}
        torch.manual_seed(3)
        out = pipe(**asked, controlnet_conditioning_scale=how, generator=torch.Generator().manual_seed(3))
        return call.media_of(pipe, out)


def shown(hue: int = 0) -> Image:
    return Image(np.asarray(picture(hue=hue).convert("RGB")))


@pytest.fixture(scope="module")
def xl(place: Path, pipelines_root: Path) -> Bench:
    return Bench("sdxl", pipelines_root)


@pytest.fixture(scope="module")
def flux(place: Path, pipelines_root: Path) -> Bench:
    return Bench("flux1", pipelines_root)


def test_each_kind_of_map_is_a_control_that_makes_its_own(xl: Bench) -> None:
    known = {kind.kind.partition("/")[2]: kind for kind in xl.card.info.controls}
    assert list(known) == ["pose", "depth", "softedge", "canny", "normals", "segment"]
    assert known["canny"].makes == ("canny", "lineart", "")
    assert known["depth"].title == "sdxl_union: depth"


def test_the_command_line_chooses_by_the_kind_or_by_the_map_to_make(xl: Bench, tmp_path: Path) -> None:
    from engines.files import media

    media.write(tmp_path / "map.png", shown())
    name = xl.part.name
    assert words._control(xl.card, f"{name}/depth={tmp_path / 'map.png'}:0.5").kind == f"{name}/depth"
    found = words._control(xl.card, f"{name}+lineart={tmp_path / 'map.png'}")
    assert (found.kind, found.make) == (f"{name}/canny", "lineart")


def test_a_mode_is_that_of_the_library_bit_for_bit(xl: Bench) -> None:
    plainly = xl.plainly([3], (0,), 0.8)
    assert compare(xl.made(("canny", 0, 0.8)), plainly) is None
    assert compare(xl.made(("canny", 0, LEVEL)), plainly) is None
    assert compare(xl.made(("depth", 0, 0.8)), plainly) is not None
    assert compare(xl.made(("canny", 0, FALLING)), plainly) is not None


@pytest.mark.slow
def test_several_kinds_go_through_the_one_network(xl: Bench) -> None:
    plainly = xl.plainly([3, 1], (0, 1), [0.8, 0.3])
    assert compare(xl.made(("canny", 0, 0.8), ("depth", 1, 0.3)), plainly) is None


@pytest.mark.slow
def test_flux_has_its_own_numbers(flux: Bench) -> None:
    plainly = flux.plainly(2, (0,), 0.8)
    assert compare(flux.made(("depth", 0, 0.8)), plainly) is None
    assert compare(flux.made(("canny", 0, 0.8)), plainly) is not None
    assert compare(flux.made(("depth", 0, 0.8), ("canny", 1, 0.4)), plainly) is not None
