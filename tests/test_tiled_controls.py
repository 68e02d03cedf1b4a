"""Controls together with tiles: each window gets its own part of the map, so what sees no further than its place is as
in one piece."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from app.cli.make import compare
from engines import shelf
from engines.contract import Control, Curve, Image, Media, Request, check
from engines.pipelines import tiles
from engines.pipelines.engine import Pipeline
from engines.shelf import Model, Part
from tests.runs import ended, followed
from tests.tiny.pipelines import folder
from tests.tiny.pipelines.table import picture


class Net(torch.nn.Module):
    """Answers at each place by what controls say of it and by what is there."""

    def forward(
        self,
        sample: torch.Tensor,
        timestep: int,
        down_block_additional_residuals: Any = None,
        mid_block_additional_residual: Any = None,
        down_intrablock_additional_residuals: Any = None,
    ) -> tuple[torch.Tensor]:
        out = 0.5 * sample
        for one in (*(down_block_additional_residuals or ()), mid_block_additional_residual):
            out = out + one if one is not None else out
        for coarse in down_intrablock_additional_residuals or ():
            out = out + torch.nn.functional.interpolate(coarse, out.shape[-2:], mode="nearest")
        return (out,)


class Steering(torch.nn.Module):
    """Answers at each place by the map there, and by what is drawn there."""

    def forward(self, sample: torch.Tensor, timestep: int, controlnet_cond: Any) -> Any:
        maps = controlnet_cond if isinstance(controlnet_cond, list) else [controlnet_cond]
        shown = sum(torch.nn.functional.avg_pool2d(one, 8) for one in maps)
        return [shown * sample, shown], shown + 1


class Tokens(torch.nn.Module):
    def forward(
        self, hidden_states: torch.Tensor, timestep: int, img_ids: torch.Tensor, controlnet_block_samples: Any = None
    ) -> tuple[torch.Tensor]:
        return (hidden_states + sum(controlnet_block_samples),)


class Other(torch.nn.Module):
    def forward(
        self, hidden_states: torch.Tensor, timestep: int, controlnet_cond: torch.Tensor, img_ids: torch.Tensor
    ) -> Any:
        return (controlnet_cond * hidden_states, controlnet_cond + 1), None


def run(net: Any, steering: Any, latents: torch.Tensor, told: dict[str, Any], names: tuple[str, ...]) -> torch.Tensor:
    """A step as pipelines make it: the ControlNet first, then the network with what that answers."""
    said = steering(latents, timestep=1, **told)
    more = {name: value for name, value in zip(names, said, strict=True) if value is not None}
    return net(latents, timestep=1, **more, **{k: v for k, v in told.items() if k == "img_ids"})[0]


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(("height", "width"), [(24, 40), (16, 33)])
def test_what_sees_its_own_place_alone_answers_in_tiles_as_in_one_piece(count: int, height: int, width: int) -> None:
    torch.manual_seed(1)
    latents, maps = torch.randn(2, 3, height, width), [torch.rand(2, 3, 8 * height, 8 * width) for _ in range(count)]
    told = {"controlnet_cond": maps if count > 1 else maps[0]}
    names = ("down_block_additional_residuals", "mid_block_additional_residual")
    net, steering = Net(), Steering()
    whole = run(net, steering, latents, told, names)
    with tiles.Tiling(16, 8).over({"unet": net, "controlnet": steering}):
        assert torch.allclose(run(net, steering, latents, told, names), whole, atol=1e-5)
        with pytest.raises(RuntimeError, match="size"):
            net(latents, timestep=1, mid_block_additional_residual=torch.zeros(2, 3, height, width))
    assert "forward" not in net.__dict__
    assert "forward" not in steering.__dict__


def test_features_of_t2i_adapters_are_cut_too() -> None:
    torch.manual_seed(1)
    latents, net = torch.randn(2, 3, 32, 32), Net()
    coarse = [torch.randn(2, 3, 16, 16), torch.randn(2, 3, 8, 8)]
    whole = net(latents, timestep=1, down_intrablock_additional_residuals=coarse)[0]
    with tiles.Tiling(16, 8).over({"unet": net}):
        found = net(latents, timestep=1, down_intrablock_additional_residuals=coarse)[0]
    assert torch.allclose(found, whole, atol=1e-5)


def test_of_tokens_as_well() -> None:
    torch.manual_seed(1)
    rows, columns = 10, 14
    ids = torch.zeros(rows * columns, 3)
    places = torch.arange(rows * columns)
    ids[:, 1], ids[:, 2] = (places // columns).float(), (places % columns).float()
    latents = torch.randn(2, rows * columns, 5)
    told = {"controlnet_cond": torch.randn(2, rows * columns, 5), "img_ids": ids}
    names = ("controlnet_block_samples", "controlnet_single_block_samples")
    net, steering = Tokens(), Other()
    whole = run(net, steering, latents, told, names)
    with tiles.Tiling(12, 4).over({"transformer": net, "controlnet": steering}):
        assert torch.allclose(run(net, steering, latents, told, names), whole, atol=1e-5)


# ---------------------------------------------------------------- through a model


@pytest.fixture(scope="module")
def bench(place: Path, pipelines_root: Path) -> SimpleNamespace:
    model = shelf.opened(folder("sd15", pipelines_root))
    net, t2i = (shelf.opened(folder(name, pipelines_root)) for name in ("sd15_controlnet", "sd15_t2i_adapter"))
    assert isinstance(model, Model)
    assert isinstance(net, Part)
    assert isinstance(t2i, Part)
    card = shelf.cards(shelf.folder())[model.card.info.name]
    return SimpleNamespace(card=card, engine=Pipeline(card), net=net.name, t2i=t2i.name)


def shown(hue: int = 0, side: int = 128) -> Image:
    return Image(np.asarray(picture(side, side, hue=hue).convert("RGB")))


def asked(bench: SimpleNamespace, *controls: Control, **options: Any) -> Request:
    words: dict[str, Any] = {
        "prompt": "a boat",
        "seed": 3,
        "size": (128, 128),
        "start": shown(side=64),
        "strength": 0.7,
    }
    found = {"steps": 3, "tile": 64, "overlap": 32, **options}
    return check(bench.card, Request(engine=bench.card.info.name, controls=controls, options=found, **words))


def made(bench: SimpleNamespace, *controls: Control, **options: Any) -> Media:
    return ended(bench.engine, asked(bench, *controls, **options)).media


def test_a_model_in_tiles_heeds_its_controls(bench: SimpleNamespace) -> None:
    bare = made(bench)
    for name in (bench.net, bench.t2i):
        one, other = (made(bench, Control(name, shown(hue), 0.9)) for hue in (0, 1))
        assert compare(one, bare) is not None
        assert compare(one, other) is not None, "the map changed nothing"
        assert compare(made(bench, Control(name, shown(), 0.0)), bare) is None
    assert compare(made(bench), bare) is None


@pytest.mark.slow
def test_one_tile_with_controls_is_the_picture_in_one_piece_and_goes_on_from_the_middle(bench: SimpleNamespace) -> None:
    falling = Curve(((0.0, 0.9), (1.0, 0.1)))
    controls = [Control(bench.net, shown(), falling), Control(bench.t2i, shown(1), 0.6)]
    assert compare(made(bench, *controls, tile=128), made(bench, *controls, tile=0)) is None
    kept, whole = followed(bench.engine, asked(bench, *controls))
    again = msgspec.structs.replace(asked(bench, *controls), resume=kept[0])
    assert compare(followed(bench.engine, again)[1].media, whole.media) is None
