"""The numbers a model is loaded in follow what the device has, and the result says when that is not float32."""

import itertools

import pytest
import torch

from engines import device
from engines.pipelines import precision

KINDS = ("cpu", "cuda", "mps", "xpu")


@pytest.mark.parametrize(
    ("kind", "native", "name"),
    [
        ("cpu", False, "float32"),
        ("cpu", True, "bfloat16"),
        ("cuda", False, "float16"),
        ("cuda", True, "bfloat16"),
        ("mps", False, "float16"),
        ("xpu", False, "float32"),
    ],
)
def test_automatic_is_what_the_device_computes_in_hardware(kind: str, native: bool, name: str) -> None:
    assert precision.chosen("automatic", kind, native) == name


def test_a_wish_is_heeded_wherever_it_is() -> None:
    for wish, kind, native in itertools.product(("float32", *precision.HALVES), KINDS, (False, True)):
        assert precision.chosen(wish, kind, native) == wish


def test_only_halves_lie_channels_last_so_that_float32_keeps_the_plain_librarys_bits() -> None:
    assert [kind for kind in KINDS if precision.lasting("bfloat16", kind)] == ["cpu", "cuda"]
    assert not any(precision.lasting("float32", kind) for kind in KINDS)


def test_the_layout_changes_convolutions_of_pictures_and_nothing_else() -> None:
    layers = [torch.nn.Conv2d(4, 8, 3), torch.nn.Conv3d(4, 8, 3), torch.nn.Linear(4, 8), torch.nn.Conv1d(4, 8, 3)]
    halves = precision.laid(torch.nn.Sequential(*layers).to(torch.bfloat16), "cpu")
    assert halves[0].weight.is_contiguous(memory_format=torch.channels_last)
    assert all(layer.weight.is_contiguous() for layer in halves[1:])
    whole = precision.laid(torch.nn.Sequential(torch.nn.Conv2d(4, 8, 3)), "cpu")
    assert whole[0].weight.is_contiguous()


def test_this_machine_gets_halves_only_where_it_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for has in (False, True):
        monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda has=has: has)
        monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
        assert (device.brief("cpu") is torch.bfloat16) is has
        assert precision.of("automatic", "cpu") is (torch.bfloat16 if has else torch.float32)


def test_the_facts_say_when_the_bits_are_not_those_of_float32() -> None:
    assert precision.sentence("float32", "automatic") == "float32"
    assert "not to the bit" in precision.sentence("bfloat16", "automatic")
    assert "quickest" not in precision.sentence("float16", "float16")
