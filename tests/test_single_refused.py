"""What stands in the way of a checkpoint: programs in it, missing parts, shapes that do not fit. All told by name."""

import os
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from engines import shelf
from engines.contract import EngineCard, Refused
from engines.files import sniff
from engines.pipelines import added, schema, single
from engines.pipelines.engine import Pipeline
from engines.shelf import Model, Part
from tests import model_headers
from tests.checkpoints import Checkpoint, Checkpoints


def model(path: Path) -> EngineCard:
    found = schema.described(path)
    assert isinstance(found, Model)
    return found.card


# ---------------------------------------------------------------- checkpoints of PyTorch


@pytest.fixture
def shelved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DARKROOM_MODELS", str(tmp_path / "shelf"))
    return tmp_path / "shelf"


class Evil:
    def __reduce__(self) -> Any:
        return os.system, ("touch ran",)


def test_a_checkpoint_of_pytorch_is_opened_through_its_copy(
    checkpoint: Checkpoint, shelved: Path, tmp_path: Path
) -> None:
    torch.save({"state_dict": checkpoint.state, "global_step": 3}, tmp_path / "mine.ckpt")
    found = shelf.opened(tmp_path / "mine.ckpt")
    assert isinstance(found, Model)
    copy = Path(found.card.origin)
    assert copy.is_relative_to(shelved)
    assert found.card.info.title == "mine"
    stored = load_file(copy)
    assert all(torch.equal(stored[name], tensor) for name, tensor in checkpoint.state.items())
    (tmp_path / "mine.ckpt").unlink()
    assert not shelf.cards(shelved)[found.card.info.name].missing  # the copy is enough
    assert model(checkpoint.file).info.name.rpartition("-")[2] == found.card.info.name.rpartition("-")[2]
    assert shelf.drop(shelved, found.card.info.name)
    assert not copy.exists()


@pytest.mark.parametrize("hidden", ["state_dict", "callbacks"])
def test_a_checkpoint_that_wants_to_run_code_is_refused_by_name(
    hidden: str, checkpoint: Checkpoint, shelved: Path, tmp_path: Path
) -> None:
    thing = {"state_dict": checkpoint.state, "callbacks": Evil()}
    if hidden == "state_dict":
        thing = {"state_dict": checkpoint.state | {"evil": Evil()}}
    torch.save(thing, tmp_path / "mine.ckpt")
    with pytest.raises(Refused, match=r"^mine\.ckpt .*wants to run `[a-z]+\.system`"):
        shelf.opened(tmp_path / "mine.ckpt")
    assert not list(shelved.rglob("*.safetensors"))
    assert not Path("ran").exists()


def test_a_copy_of_what_cannot_be_used_does_not_stay(checkpoint: Checkpoint, shelved: Path, tmp_path: Path) -> None:
    broken = checkpoint.state | {"first_stage_model.decoder.conv_out.bias": torch.zeros(5)}
    torch.save(broken, tmp_path / "mine.ckpt")
    with pytest.raises(Refused, match=r"^mine\.safetensors does not fit SD1\.5: .*VAE is 5, not 3\.$"):
        shelf.opened(tmp_path / "mine.ckpt")
    assert not list(shelved.rglob("*.safetensors"))


def test_without_a_shelf_there_is_no_copy(
    checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DARKROOM_MODELS", raising=False)
    torch.save(checkpoint.state, tmp_path / "mine.ckpt")
    with pytest.raises(Refused, match="needs a copy in safetensors"):
        schema.described(tmp_path / "mine.ckpt")


def test_a_lora_saved_by_pytorch_is_opened_too(shelved: Path, tmp_path: Path) -> None:
    name = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_{}.weight"
    torch.save({name.format("down"): torch.ones(4, 768), name.format("up"): torch.ones(320, 4)}, tmp_path / "l.pt")
    found = shelf.opened(tmp_path / "l.pt")
    assert isinstance(found, Part)
    assert found.base == "sd1 768"
    assert Path(found.origin).is_relative_to(shelved)


# ---------------------------------------------------------------- what cannot be opened


def test_a_missing_part_is_named(checkpoints: Checkpoints, tmp_path: Path) -> None:
    for name, start, said in (
        ("sd1", "cond_stage_model.", r"SD1\.5 without its CLIP-L text encoder\."),
        ("sd1", "first_stage_model.", r"SD1\.5 without its VAE\."),
        ("sdxl", "conditioner.", r"SDXL without its CLIP-L text encoder and OpenCLIP-G text encoder\."),
    ):
        checkpoint = checkpoints(name)
        gone = dict.fromkeys([key for key in checkpoint.state if key.startswith(start)])
        with pytest.raises(Refused, match=rf"^part\.safetensors holds {said}") as caught:
            schema.described(checkpoint.saved(tmp_path / "part.safetensors", **gone))
        assert caught.value.failure.kind == "missing"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model.diffusion_model.out.2.bias": None}, r"its network lacks conv_out\.bias\."),
        ({"model.diffusion_model.middle_block.0.in_layers.2.weight": torch.ones(3, 4)}, r"network is 3 x 4, not "),
        ({"first_stage_model.quant_conv.bias": torch.ones(9)}, "VAE is 9, not 8"),
        (
            {"cond_stage_model.transformer.text_model.final_layer_norm.bias": torch.ones(())},
            "is a single number, not 768",
        ),
    ],
)
def test_what_does_not_fit_is_named_before_it_is_loaded(
    change: dict[str, Any], said: str, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=rf"^odd\.safetensors does not fit SD1\.5: .*{said}"):
        schema.described(checkpoint.saved(tmp_path / "odd.safetensors", **change))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"edm_mean": torch.ones(4)}, "counts its noise in EDM's way"),
        (
            {"model.diffusion_model.out.2.scale_weight": torch.ones(())},
            "as F32 to be scaled in a way that is not known",
        ),
        ({"model.diffusion_model.out.2.bias": torch.ones(4, dtype=torch.int8)}, "its network is of whole numbers"),
        ({"first_stage_model.far": torch.ones(0, 1)}, "an impossible shape"),
        ({f"first_stage_model.decoder.up.{n}.x": torch.ones(1) for n in range(900)}, r"its VAE has 1,\d+ tensors"),
    ],
)
def test_odd_files_are_refused_in_a_sentence(
    more: dict[str, Any], said: str, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    file = checkpoint.saved(tmp_path / "odd.safetensors", **more)
    _stretched(file, b"first_stage_model.far")
    with pytest.raises(Refused, match=rf"^odd\.safetensors [^\n]*{said}[^\n]*\.$"):
        schema.described(file)


def test_a_checkpoint_in_gguf_is_refused_as_one(checkpoint: Checkpoint, tmp_path: Path) -> None:
    library = pytest.importorskip("gguf")
    writer = library.GGUFWriter(tmp_path / "whole.gguf", "sd1")
    for name, tensor in checkpoint.state.items():
        writer.add_tensor(name, tensor.numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(Refused, match=r"^whole\.gguf holds SD1\.5 in GGUF, which is not opened yet\."):
        schema.described(tmp_path / "whole.gguf")


def _stretched(file: Path, name: bytes) -> None:
    """Give the empty tensor `name`, where it is there, sides beyond counting; the header stays valid."""
    whole = file.read_bytes()
    length = int.from_bytes(whole[:8], "little")
    before = b'"' + name + b'":{"dtype":"F32","shape":[0,1]'
    head = whole[8 : 8 + length].replace(before, before[:-2] + b",".join([b"9223372036854775807"] * 3) + b"]")
    file.write_bytes(len(head).to_bytes(8, "little") + head + whole[8 + length :])


def test_a_model_that_has_gone_is_missed(checkpoint: Checkpoint, tmp_path: Path) -> None:
    card = model(checkpoint.saved(tmp_path / "m.safetensors"))
    (tmp_path / "m.safetensors").unlink()
    with pytest.raises(Refused, match=r"m\.safetensors is not there\.$"):
        Pipeline(card).warm()


def test_a_file_that_has_changed_is_not_loaded(checkpoint: Checkpoint, tmp_path: Path) -> None:
    source = single.source_of(checkpoint.saved(tmp_path / "m.safetensors"))
    checkpoint.saved(tmp_path / "m.safetensors", more=torch.ones(3))
    with pytest.raises(Refused, match="has changed since"):
        next(source.load(torch.float32))


def test_marks_tell_other_weights_and_know_the_same_autoencoder(checkpoint: Checkpoint, tmp_path: Path) -> None:
    name = "model.diffusion_model.out.2.bias"
    other = checkpoint.saved(tmp_path / "other.safetensors", **{name: checkpoint.state[name] + 1})
    one, two = single.source_of(checkpoint.file), single.source_of(other)
    assert one.fingerprint() != two.fingerprint()
    assert one.fingerprint("unet") != two.fingerprint("unet")
    assert one.fingerprint("vae") == two.fingerprint("vae")


@pytest.mark.parametrize("expected", model_headers.ORIGINAL, ids=lambda e: "-".join(filter(None, e[:3])))
def test_every_kind_of_file_has_a_sentence(expected: tuple[str, str, str, str | None], tmp_path: Path) -> None:
    """None of these headers is whole: all but parts are refused, by a sentence that says what the file is."""
    shapes = model_headers.ORIGINAL[expected]
    file = model_headers.write(tmp_path / "some.safetensors", shapes)
    told = sniff.sniff(shapes)
    if told.kind in (*added.FILES, "unknown"):
        assert single.is_part(file)
        return
    with pytest.raises(Refused) as caught:
        schema.described(file)
    sentence = caught.value.failure.sentence
    assert sentence.startswith("some.safetensors ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 300
    names = told.title.split(" or ") if told.kind not in ("checkpoint", "denoiser") else [told.title]
    assert any(name in sentence for name in names)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (
            ("denoiser", "flux1", "dev"),
            "some.safetensors holds Flux.1 dev, whose settings may not be passed on with Darkroom: open a diffusers "
            "folder of Flux.1 dev once, and it uses that one's.",
        ),
        (
            ("vae", "sd-vae|sdxl-vae", ""),
            "some.safetensors is no model by itself: it holds the VAE of SD1.5 and SD2 or VAE of SDXL. "
            "Open a whole checkpoint or a diffusers folder.",
        ),
        (
            ("controlnet", "sd1", ""),
            "some.safetensors is no model by itself: it holds the ControlNet of SD1.5. Open its diffusers folder.",
        ),
    ],
)
def test_sentences(kind: tuple[str, str, str], said: str, tmp_path: Path) -> None:
    shapes = next(shapes for key, shapes in model_headers.ORIGINAL.items() if key[:3] == kind)
    with pytest.raises(Refused) as caught:
        schema.described(model_headers.write(tmp_path / "some.safetensors", shapes))
    assert caught.value.failure.sentence == said
