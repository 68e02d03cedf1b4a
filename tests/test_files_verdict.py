"""The verdict on a model file or folder: its content decides, and every answer is one sentence."""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from engines.files.verdict import Verdict, verdict
from tests.model_files import gguf_file, pipeline, sharded


class Attack:
    """Pickled, it wants to run a command; whoever unpickles it leaves a file behind."""

    def __init__(self, left: Path) -> None:
        self.left = left

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.left}",)


def said(path: Path) -> Verdict:
    found = verdict(path)
    assert found.sentence.endswith(".")
    assert found.sentence.isprintable()
    return found


def weights_of(path: Path, name: str = "a") -> Path:
    save_file({name: np.zeros((2, 3), np.float32), "b": np.ones(5, np.float16)}, path)
    return path


def test_safetensors(tmp_path: Path) -> None:
    path = weights_of(tmp_path / "m.safetensors")
    found = said(path)
    assert found == Verdict(
        True,
        "safetensors",
        "m.safetensors holds 2 tensors of 11 numbers (F16, F32) in safetensors.",
        2,
        11,
        path.stat().st_size,
        ("F16", "F32"),
    )


def test_gguf(tmp_path: Path) -> None:
    found = said(gguf_file(tmp_path / "m.gguf"))
    assert (found.ok, found.format, found.tensors, found.parameters) == (True, "gguf", 3, 278)
    assert found.dtypes == ("F16", "F32", "Q8_0")


@pytest.mark.parametrize("zipped", [True, False])
def test_a_checkpoint(tmp_path: Path, zipped: bool) -> None:
    torch.save({"state_dict": {"w": torch.zeros(3, 4)}}, tmp_path / "m.ckpt", _use_new_zipfile_serialization=zipped)
    found = said(tmp_path / "m.ckpt")
    assert (found.ok, found.format, found.tensors, found.parameters) == (True, "pickle", 1, 12)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("name", ["m.pt", "m.safetensors", "m.gguf", "m.json", "m"])
def test_a_pickle_that_wants_to_run_something_is_told_to(tmp_path: Path, protocol: int, name: str) -> None:
    (tmp_path / name).write_bytes(pickle.dumps(Attack(tmp_path / "ran"), protocol))
    found = said(tmp_path / name)
    assert (found.ok, found.format) == (False, "pickle")
    assert ".system`" in found.sentence
    assert not (tmp_path / "ran").exists()
    pickle.loads((tmp_path / name).read_bytes())
    assert (tmp_path / "ran").exists(), "the attack is none"


def test_content_decides(tmp_path: Path) -> None:
    torch.save({"w": torch.zeros(3)}, tmp_path / "m.safetensors")
    found = said(tmp_path / "m.safetensors")
    assert (found.ok, found.format) == (True, "pickle")
    assert "m.safetensors, despite its name a pickle, holds 1 tensor of 3 numbers" in found.sentence
    weights_of(tmp_path / "m.ckpt")
    assert (said(tmp_path / "m.ckpt").format, said(tmp_path / "m.ckpt").ok) == ("safetensors", True)
    assert "despite its name a safetensors" in said(tmp_path / "m.ckpt").sentence
    gguf_file(tmp_path / "m.bin")
    assert said(tmp_path / "m.bin").format == "gguf"


def test_folders(tmp_path: Path) -> None:
    folder = pipeline(tmp_path / "model")
    found = said(folder)
    assert (found.ok, found.format, found.tensors, found.parameters) == (True, "folder", 2, 11)
    assert (
        "model holds 2 tensors of 11 numbers (F16, F32) of a StableDiffusionPipeline in safetensors" in found.sentence
    )
    assert said(folder / "model_index.json") == found
    (folder / "run.py").write_text("raise SystemExit")
    assert "its programs (run.py) are ignored" in said(folder).sentence
    (folder / "unet" / "config.json").write_text('{"auto_map": {"AutoModel": "net.Net"}}')
    alone = said(folder / "unet")
    assert alone.ok
    assert alone.sentence.endswith("in safetensors; its programs (config.json: auto_map) are ignored.")
    found = said(sharded(tmp_path / "shards"))
    assert (found.ok, found.format, found.parameters) == (True, "index", 11)
    assert said(tmp_path / "shards").parameters == 11
    (tmp_path / "none").mkdir()
    assert said(tmp_path / "none") == Verdict(
        False, "folder", "none holds no model_index.json and no safetensors, so it is no model."
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"I am a text about models.\n",
        b"{}",
        b"\x89PNG\r\n\x1a\n",
        b"\0" * 4096,
        b"\x80",
        b"PK\x03\x04",
        b"GGUF",
        b".",
    ],
    ids=range(9),
)
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m").write_bytes(content)
    assert not said(tmp_path / "m").ok


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for path in ("pipe", "loop", "zero", "none", "a\0b", "n" * 300):
        found = said(tmp_path / path)
        assert (found.ok, found.format) == (False, "unknown")


def test_names_with_control_characters_are_told_in_one_line(tmp_path: Path) -> None:
    path = weights_of(tmp_path / "a\nb\x1b[31m.ckpt", "x\ny")
    assert said(path).ok
    (tmp_path / "a\nb").write_bytes(b"x")
    assert not said(tmp_path / "a\nb").ok


def test_a_folder_that_diffusers_saved_in_shards_is_sound(tmp_path: Path) -> None:
    from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel

    blocks = {"down_block_types": ("DownBlock2D",), "up_block_types": ("UpBlock2D",), "block_out_channels": (8,)}
    network = UNet2DModel(sample_size=8, layers_per_block=1, norm_num_groups=4, **blocks)
    numbers = sum(value.numel() for value in network.state_dict().values())
    DDPMPipeline(network, DDPMScheduler()).save_pretrained(tmp_path / "model", max_shard_size="20KB")
    assert len(list((tmp_path / "model" / "unet").glob("*.safetensors"))) > 1
    found = said(tmp_path / "model")
    assert (found.ok, found.format, found.parameters, found.dtypes) == (True, "folder", numbers, ("F32",))
    assert "of a DDPMPipeline" in found.sentence
    assert not found.sentence.endswith("are ignored.")
