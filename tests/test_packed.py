"""Networks in GGUF: read by our own walk, they make what the gguf package's own unpacked numbers make."""

from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType as Kind

from engines.contract import Refused
from engines.pipelines import packed, schema, single
from tests.joined_models import Built
from tests.test_joined import Make, built, card_of, made, make  # noqa: F401  (fixtures)

pytestmark = pytest.mark.usefixtures("plain_numbers")  # they are compared with the plain library

KINDS = {"q8_0": (Kind.Q8_0, 0.02), "q4_0": (Kind.Q4_0, 0.3), "bf16": (Kind.BF16, 0.01)}  # and the most a weight is off


def written(path: Path, model: Built, kind: Kind, least: int = 2) -> dict[str, np.ndarray]:
    """The network as a GGUF file, its matrices as `kind`; what they are then, by name."""
    writer, now = gguf.GGUFWriter(path, "flux"), {}
    for name, tensor in model.state.items():
        plain = tensor.numpy().astype(np.float32)
        if plain.ndim < least or plain.shape[-1] % 32:
            writer.add_tensor(name, plain)
            continue
        blocks = gguf.quantize(plain, kind)
        writer.add_tensor(name, blocks, raw_dtype=kind)
        now[name] = gguf.dequantize(blocks, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return now


def plain(path: Path, model: Built, now: dict[str, np.ndarray]) -> Path:
    """The same network in safetensors with the numbers that packing left."""
    from safetensors.torch import save_file

    save_file(model.state | {name: torch.from_numpy(np.array(value)) for name, value in now.items()}, path)
    return path


@pytest.mark.parametrize("name", [n if n == "q8_0" else pytest.param(n, marks=pytest.mark.slow) for n in KINDS])
def test_a_packed_network_makes_what_its_unpacked_numbers_make(name: str, make: Make, tmp_path: Path) -> None:  # noqa: F811
    model, (kind, most) = make("flux1 schnell"), KINDS[name]
    now = written(tmp_path / "net.gguf", model, kind)
    off = max(float(np.abs(value - model.state[key].numpy()).max()) for key, value in now.items())
    assert 0 < off < most
    ours = card_of(tmp_path / "net.gguf")
    theirs = card_of(plain(tmp_path / "net.safetensors", model, now))
    assert ours.params == theirs.params
    found, wanted, whole = (pixels(card) for card in (ours, theirs, card_of(model.folder)))
    print(
        f"{name}: a weight is off by {off:.3f} at most, a pixel by {np.abs(found - whole).mean():.2f} of 255 on average"
    )
    assert np.abs(found - wanted).max() <= 1  # of 255: the order of a sum
    assert 0 < np.abs(found - whole).mean() < 40 * most


def pixels(card: Any) -> np.ndarray:
    media = made(card)
    return np.asarray(media.pixels, np.int32)  # type: ignore[union-attr]


def test_matrices_stay_packed_and_nothing_else(make: Make, tmp_path: Path) -> None:  # noqa: F811
    from diffusers.quantizers.gguf.utils import GGUFLinear, GGUFParameter

    model = make("flux1 schnell")
    written(tmp_path / "net.gguf", model, Kind.Q8_0, least=1)  # norms and biases too, where they fit blocks
    source = single.source_of(tmp_path / "net.gguf")
    net = {part: made for part, _, made in source.load(torch.bfloat16)}["transformer"]
    kinds = {name: type(module) for name, module in net.named_modules()}
    for name, weight in net.named_parameters():
        owner, _, leaf = name.rpartition(".")
        if isinstance(weight, GGUFParameter):
            assert kinds[owner] is GGUFLinear
            assert leaf == "weight"
        else:
            assert weight.dtype == torch.bfloat16
    assert sum(kind is GGUFLinear for kind in kinds.values()) > 20


def test_every_kind_that_is_said_to_work_is_the_librarys() -> None:
    from diffusers.quantizers.gguf.utils import SUPPORTED_GGUF_QUANT_TYPES

    assert {kind.name for kind in SUPPORTED_GGUF_QUANT_TYPES} == {*packed.BLOCKS, "BF16"}


def test_a_kind_that_cannot_be_worked_with_is_named(make: Make, tmp_path: Path) -> None:  # noqa: F811
    model = make("flux1 schnell")
    writer = gguf.GGUFWriter(tmp_path / "net.gguf", "flux")
    for name, tensor in model.state.items():
        wide = name == "txt_in.weight"
        whole = np.zeros((32, 4096 // 256 * 54), np.uint8) if wide else tensor.numpy()
        writer.add_tensor(name, whole, raw_dtype=Kind.TQ1_0 if wide else None)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(Refused, match=r"^net\.gguf holds txt_in\.weight as TQ1_0, which cannot be worked with; get it"):
        schema.described(tmp_path / "net.gguf")


def test_a_packed_network_of_another_shape_is_named(make: Make, tmp_path: Path) -> None:  # noqa: F811
    model = make("flux1 schnell")
    model_state = dict(model.state)
    try:
        model.state["single_blocks.0.linear2.weight"] = torch.ones(32, 64)
        written(tmp_path / "net.gguf", model, Kind.Q8_0)
    finally:
        model.state = model_state
    with pytest.raises(Refused, match="is 32 x 64, not 32 x 160"):
        schema.described(tmp_path / "net.gguf")
