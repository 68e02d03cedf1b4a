"""FP8 files whose matrices have scales beside them, and text encoders in GGUF: as their numbers are meant."""

from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType as Kind
from safetensors.torch import save_file

from app.cli.make import compare
from engines.contract import Refused
from engines.files import headers
from engines.pipelines import beside, gguf_names, scaled, schema, single
from tests.checkpoints import Checkpoint
from tests.joined_models import Built
from tests.test_joined import Make, built, card_of, made, make  # noqa: F401  (fixtures)

FULL = 448.0  # the largest number of E4M3
WAYS = ("scale_weight", "weight_scale", "a scale a row")
Both = tuple[dict[str, Any], dict[str, Any]]


def shrunk(state: dict[str, Any], way: str) -> Both:
    """The state as ComfyUI writes it in scaled FP8, and as plain numbers of the same value."""
    eight, plain = dict(state), dict(state)
    for name in [name for name, tensor in state.items() if tensor.ndim == 2 and name.endswith(".weight")]:
        start, tensor = name.removesuffix("weight"), state[name].float()
        most = tensor.abs().amax(1, keepdim=True) if way == WAYS[2] else tensor.abs().max()
        scale = (most / FULL).clamp(min=1e-12)
        eight[name] = (tensor / scale).to(torch.float8_e4m3fn)
        plain[name] = eight[name].float() * scale
        eight[start + ("scale_weight" if way == WAYS[0] else "weight_scale")] = scale
        if way == WAYS[0]:
            eight[start + "scale_input"] = torch.ones(())
        else:
            eight[start + "comfy_quant"] = torch.tensor(list(b'{"format": "float8_e4m3fn"}'), dtype=torch.uint8)
    return eight | {"scaled_fp8": torch.zeros(2, dtype=torch.float8_e4m3fn)}, plain


@pytest.mark.parametrize("way", WAYS)
def test_a_scaled_network_makes_what_its_numbers_times_their_scales_make(way: str, make: Make, tmp_path: Path) -> None:  # noqa: F811
    model = make("flux1 schnell")
    eight, plain = shrunk(model.state, way)
    save_file(eight, tmp_path / "eight.safetensors")
    save_file(plain, tmp_path / "plain.safetensors")
    found = made(card_of(tmp_path / "eight.safetensors"))
    assert compare(found, made(card_of(tmp_path / "plain.safetensors"))) is None
    assert compare(found, made(card_of(model.file))) is not None, "eight bits changed nothing"


def test_a_whole_checkpoint_may_be_scaled(checkpoint: Checkpoint, tmp_path: Path) -> None:
    eight, plain = shrunk(dict(checkpoint.state), WAYS[0])
    save_file(eight, tmp_path / "eight.safetensors")
    save_file(plain, tmp_path / "plain.safetensors")
    loaded = [
        {part: net.state_dict() for part, _, net in single.source_of(file).load(torch.float32) if hasattr(net, "eval")}
        for file in (tmp_path / "eight.safetensors", tmp_path / "plain.safetensors")
    ]
    assert loaded[0].keys() == loaded[1].keys()
    for part, state in loaded[0].items():
        assert all(torch.equal(tensor, loaded[1][part][key]) for key, tensor in state.items()), part


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"txt_in.weight_scale": torch.ones(2, 2)}, "F8_E4M3"),  # a scale for a block
        ({"txt_in.weight_scale": torch.ones((), dtype=torch.uint8)}, "F8_E4M3"),  # an exponent (MXFP8)
        ({"txt_in.weight": torch.ones(32, 4096, dtype=torch.int8)}, "I8"),
        ({"nowhere.weight_scale": torch.ones(())}, "nothing"),
    ],
)
def test_other_scales_are_refused_by_name(more: dict[str, Any], said: str, make: Make, tmp_path: Path) -> None:  # noqa: F811
    eight, _ = shrunk(make("flux1 schnell").state, WAYS[1])
    save_file(eight | more, tmp_path / "odd.safetensors")
    with pytest.raises(Refused, match=rf"^odd\.safetensors holds \S+\.weight as {said} to be scaled in a way that is"):
        schema.described(tmp_path / "odd.safetensors")


# ---------------------------------------------------------------- text encoders


def encoder_of(model: Built) -> tuple[str, dict[str, Any]]:
    """The component of the large text encoder and its tensors."""
    name = "text_encoder_2" if hasattr(model.pipe, "text_encoder_2") else "text_encoder"
    state = getattr(model.pipe, name).state_dict()
    return name, {key: tensor.clone() for key, tensor in state.items() if key != "encoder.embed_tokens.weight"}


def packed_encoder(path: Path, state: dict[str, Any], arch: str) -> dict[str, np.ndarray]:
    """`state` as llama.cpp writes it, its matrices in Q8_0; what they are then, by transformers' names."""
    rules = gguf_names.T5 if arch == "t5encoder" else gguf_names.QWEN3
    writer, now = gguf.GGUFWriter(path, arch), {}
    for name, tensor in state.items():
        called = name
        for ours, theirs in rules.items():
            called = called.replace(theirs, ours, 1) if f".{theirs}" in f".{called}" else called
        plain = tensor.float().numpy()
        if plain.ndim < 2 or plain.shape[-1] % 32 or "rel_b" in called:
            writer.add_tensor(called, plain)
            continue
        blocks = gguf.quantize(plain, Kind.Q8_0)
        writer.add_tensor(called, blocks, raw_dtype=Kind.Q8_0)
        now[name] = gguf.dequantize(blocks, Kind.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return now


CASES = [("z-image", "qwen3", "qwen3-4b"), ("flux1 schnell", "t5encoder", "t5-xxl"), ("wan21", "t5encoder", "umt5-xxl")]


@pytest.mark.parametrize(("name", "arch", "part"), CASES)
def test_a_text_encoder_in_gguf_is_its_numbers(name: str, arch: str, part: str, make: Make, tmp_path: Path) -> None:  # noqa: F811
    model = make(name)
    place, state = encoder_of(model)
    now = packed_encoder(tmp_path / "encoder.gguf", state, arch)
    assert [one.part for one in beside.offered(tmp_path / "encoder.gguf")] == [part]
    places = dict(card_of(model.file).beside) | {place: str(tmp_path / "encoder.gguf")}
    loaded = {part: net for part, _, net in single.source_of(model.file, places).load(torch.float32)}[place]
    found = loaded.state_dict()
    for key, tensor in state.items():
        wanted = torch.from_numpy(np.array(now[key])) if key in now else tensor.float()
        assert torch.allclose(found[key], wanted, rtol=1e-3, atol=1e-6), key  # diffusers unpacks in float16
    assert len(now) > 10


def test_a_scaled_text_encoder_is_found_and_is_its_numbers(make: Make, tmp_path: Path) -> None:  # noqa: F811
    model = make("flux1 schnell")
    place, state = encoder_of(model)
    eight, plain = shrunk(state, WAYS[0])
    save_file(eight, tmp_path / "t5xxl_fp8_scaled.safetensors")
    assert [one.part for one in beside.offered(tmp_path / "t5xxl_fp8_scaled.safetensors")] == ["t5-xxl"]
    places = dict(card_of(model.file).beside) | {place: str(tmp_path / "t5xxl_fp8_scaled.safetensors")}
    loaded = {part: net for part, _, net in single.source_of(model.file, places).load(torch.float32)}[place]
    found = loaded.state_dict()
    assert all(torch.equal(found[key], tensor.float()) for key, tensor in plain.items())


def test_scales_are_told_by_the_header_alone(make: Make, tmp_path: Path) -> None:  # noqa: F811
    eight, _ = shrunk(make("z-image").state, WAYS[1])
    save_file(eight, tmp_path / "net.safetensors")
    found = headers.summary(tmp_path / "net.safetensors")
    assert len(scaled.pairs(found.shapes)) == sum(name.endswith(".weight_scale") for name in found.shapes) > 10
    assert not any(scaled.beside(weight) for weight in scaled.pairs(found.shapes))
