"""Upscaler files of the user's: which they are, and that they do what their authors' networks do."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch.nn import functional

from engines import retouch, shelf, upscalers
from engines import upscale as module
from engines.contract import Image, Refused
from engines.nn import upscale as networks
from engines.upscalers import Shape

ESRGAN, DOUBLE, COMPACT = (
    Shape("rrdb", 4, 2, 8, 4),
    Shape("rrdb", 2, 1, 8, 4, 2),
    Shape("compact", 3, 4, 8),
)


def net_of(told: Shape) -> torch.nn.Module:
    torch.manual_seed(0)
    return networks.Rrdb(told) if told.kind == "rrdb" else networks.Compact(told)


def shapes(state: dict[str, torch.Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in state.items()}


def old_names(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """RRDBNet of scale 4 as ESRGAN's first files have it."""
    places = {"conv_first": "model.0", "conv_body": "model.1.sub.2", "conv_up1": "model.3", "conv_up2": "model.6"}
    places |= {"conv_hr": "model.8", "conv_last": "model.10"}
    found = {}
    for name, tensor in state.items():
        parts = name.split(".")
        if parts[0] == "body":
            new = f"model.1.sub.{parts[1]}.RDB{parts[2][-1]}.{parts[3]}.0.{parts[4]}"
        else:
            new = f"{places[parts[0]]}.{parts[1]}"
        found[new] = tensor
    return found


def esrgan(w: dict[str, torch.Tensor], x: torch.Tensor, blocks: int) -> torch.Tensor:
    """The generator as its paper draws it, written once more from the weights."""

    def conv(name: str, h: torch.Tensor) -> torch.Tensor:
        return functional.conv2d(h, w[f"{name}.weight"], w[f"{name}.bias"], padding=1)

    def leaky(h: torch.Tensor) -> torch.Tensor:
        return torch.where(h > 0, h, 0.2 * h)

    first = conv("conv_first", x)
    h = first
    for b in range(blocks):
        begin = h
        for d in (1, 2, 3):
            dense, seen = h, h
            for c in (1, 2, 3, 4):
                seen = torch.cat([seen, leaky(conv(f"body.{b}.rdb{d}.conv{c}", seen))], 1)
            h = dense + 0.2 * conv(f"body.{b}.rdb{d}.conv5", seen)
        h = begin + 0.2 * h
    h = first + conv("conv_body", h)
    for name in ("conv_up1", "conv_up2"):
        h = leaky(conv(name, h.repeat_interleave(2, 2).repeat_interleave(2, 3)))
    return conv("conv_last", leaky(conv("conv_hr", h)))


@pytest.mark.parametrize("told", [ESRGAN, DOUBLE, COMPACT])
def test_a_header_tells_the_network(told: Shape) -> None:
    state = net_of(told).state_dict()
    assert upscalers.shape_of(shapes(state)) == told
    assert upscalers.shape_of(shapes({f"params_ema.{name}": tensor for name, tensor in state.items()})) == told


def test_old_and_new_names_are_one_network_and_that_of_the_paper(tmp_path: Path) -> None:
    state = net_of(ESRGAN).state_dict()
    save_file(dict(state), tmp_path / "new.safetensors")
    save_file(old_names(dict(state)), tmp_path / "old.safetensors")
    x = torch.rand(1, 3, 9, 7)
    new, old = (upscalers.load(tmp_path / f"{name}.safetensors") for name in ("new", "old"))
    assert (new.scale, old.scale) == (4, 4)
    assert torch.equal(new(x), old(x))
    assert torch.allclose(new(x), esrgan(state, x, 2), atol=1e-5)


def test_sides_that_do_not_fold_are_made_to(tmp_path: Path) -> None:
    save_file(dict(net_of(DOUBLE).state_dict()), tmp_path / "x2.safetensors")
    assert upscalers.load(tmp_path / "x2.safetensors")(torch.rand(1, 3, 9, 7)).shape == (1, 3, 18, 14)


def test_the_compact_one_is_that_which_ships(tmp_path: Path) -> None:
    """The shipped weights by the author's names give what our own way of running them gives."""
    weights = module._weights()
    state = {}
    for name, tensor in weights.items():
        kind, n, part = name.split(".")
        state[f"body.{2 * int(n) + (kind == 'prelu')}.{part}"] = tensor
    save_file(state, tmp_path / "realesr.safetensors")
    x = torch.rand(1, 3, 12, 10)
    found = upscalers.load(tmp_path / "realesr.safetensors")
    assert found.scale == 4
    assert torch.allclose(found(x), module._network(weights, x), atol=1e-5)


def test_a_file_that_lacks_a_layer_is_refused(tmp_path: Path) -> None:
    state = dict(net_of(ESRGAN).state_dict())
    del state["body.1.rdb3.conv5.weight"]
    save_file(state, tmp_path / "torn.safetensors")
    with pytest.raises(Refused, match="not whole"):
        upscalers.load(tmp_path / "torn.safetensors")


def test_one_on_the_shelf_enlarges_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DARKROOM_MODELS", str(tmp_path / "shelf"))
    save_file(dict(net_of(ESRGAN).state_dict()), tmp_path / "mine.safetensors")
    part = shelf.opened(tmp_path / "mine.safetensors")
    assert isinstance(part, shelf.Part)
    assert part.kind == "upscaler"
    assert module.ways() == ("network", "lanczos", part.name)
    picture = Image(np.random.default_rng(0).integers(0, 255, (12, 10, 3), np.uint8))
    shown = {way: retouch.retouched("enlarge", picture, (30, 36), way).pixels for way in module.ways()}
    assert {pixels.shape for pixels in shown.values()} == {(36, 30, 3)}
    assert len({pixels.tobytes() for pixels in shown.values()}) == 3
    with pytest.raises(Refused, match="no upscaler"):
        retouch.retouched("enlarge", picture, (30, 36), "other")


def test_a_kind_that_is_not_ours_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DARKROOM_MODELS", str(tmp_path / "shelf"))
    state = {"layers.0.residual_group.blocks.0.attn.qkv.weight": torch.zeros(6, 2)}
    state |= {
        "layers.0.residual_group.overlap_attn.qkv.weight": torch.zeros(6, 2),
        "conv_first.weight": torch.zeros(2, 3, 3, 3),
    }
    save_file(state, tmp_path / "hat.safetensors")
    with pytest.raises(Refused, match="spandrel"):
        shelf.opened(tmp_path / "hat.safetensors")


def test_spandrel_is_asked_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in of spandrel's interface: what it loads is used, with its scale."""

    class Loader:
        def load_from_state_dict(self, state: dict[str, Any]) -> Any:
            double = lambda x: x.repeat_interleave(2, 2).repeat_interleave(2, 3)  # noqa: E731
            found = SimpleNamespace(scale=2, input_channels=3, output_channels=3)
            found.eval = lambda: double
            return found

    fake: Any = ModuleType("spandrel")
    fake.ModelLoader, fake.UnsupportedModelError = Loader, type("UnsupportedModelError", (Exception,), {})
    monkeypatch.setitem(sys.modules, "spandrel", fake)
    monkeypatch.setattr(upscalers, "spandrel_here", lambda: True)
    save_file({"any": torch.zeros(2)}, tmp_path / "any.safetensors")
    found = upscalers.load(tmp_path / "any.safetensors")
    assert found(torch.rand(1, 3, 4, 5)).shape == (1, 3, 8, 10)


def test_a_background_of_one_colour_goes_and_another_is_refused() -> None:
    pixels = np.full((20, 20, 3), 200, np.uint8)
    pixels[6:14, 6:14] = (200, 20, 20)
    cut = retouch.retouched("cutout", Image(pixels)).pixels
    assert cut[0, 0, 3] == 0
    assert tuple(cut[10, 10]) == (200, 20, 20, 255)
    noise = np.random.default_rng(0).integers(0, 255, (20, 20, 3), np.uint8)
    with pytest.raises(Refused, match="one colour"):
        retouch.retouched("cutout", Image(noise))
