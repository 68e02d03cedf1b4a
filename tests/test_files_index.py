"""Folders of weights: what an index names stays in the folder, is there, and brings no code of its own."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from engines.contract import Refused
from engines.files import index
from tests.model_files import pipeline, sharded


def refused(call: Any, *given: Any) -> str:
    with pytest.raises(Refused) as caught:
        call(*given)
    sentence = caught.value.failure.sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_shards_are_read_together(tmp_path: Path) -> None:
    found = index.shards(sharded(tmp_path))
    assert sorted(key for header in found.values() for key in header.tensors) == ["a", "b"]
    assert sum(header.parameters for header in found.values()) == 11


@pytest.mark.parametrize(
    "name",
    ["../x.safetensors", "/etc/passwd", "..", "", ".", "a/b.safetensors", "C:x.safetensors", "a\\b", "x\0", "a\nb"],
)
def test_a_shard_cannot_be_named_out_of_its_folder(tmp_path: Path, name: str) -> None:
    save_file({"c": np.zeros(1, np.float32)}, tmp_path / "x.safetensors")
    path = sharded(tmp_path / "model", c=name)
    assert "no plain name" in refused(index.shards, path)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    save_file({"c": np.zeros(1, np.float32)}, tmp_path / "x.safetensors")
    path = sharded(tmp_path / "model", c="linked.safetensors")
    (tmp_path / "model" / "linked.safetensors").symlink_to(tmp_path / "x.safetensors")
    assert "leads out" in refused(index.shards, path)
    (tmp_path / "model" / "linked.safetensors").unlink()
    (tmp_path / "model" / "linked.safetensors").symlink_to("linked.safetensors")
    assert "leads out" in refused(index.shards, path)


def test_a_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    path = sharded(tmp_path, a="linked.safetensors")
    (tmp_path / "linked.safetensors").symlink_to("model-00001-of-00002.safetensors")
    assert "linked.safetensors" in index.shards(path)


def test_the_links_of_the_hubs_cache_are_followed(tmp_path: Path) -> None:
    """A snapshot there is links into 'blobs' beside it."""
    top = tmp_path / "models--a--b" / "snapshots" / "0123"
    path = sharded(top / "unet")
    blobs = tmp_path / "models--a--b" / "blobs"
    blobs.mkdir()
    for shard in list((top / "unet").glob("*.safetensors")):
        shard.rename(blobs / shard.stem)
        shard.symlink_to(Path("../../../blobs") / shard.stem)
    assert len(index.shards(path)) == 2
    (blobs / "model-00001-of-00002").rename(tmp_path / "model-00001-of-00002")
    (top / "unet" / "model-00001-of-00002.safetensors").unlink()
    (top / "unet" / "model-00001-of-00002.safetensors").symlink_to(tmp_path / "model-00001-of-00002")
    assert "leads out" in refused(index.shards, path)


def test_what_the_map_says_must_be_so(tmp_path: Path) -> None:
    assert "not in model-00002" in refused(index.shards, sharded(tmp_path, a="model-00002-of-00002.safetensors"))
    assert "not there" in refused(index.shards, sharded(tmp_path, c="model-00003-of-00002.safetensors"))
    assert "could run code" in refused(index.shards, sharded(tmp_path, c="pytorch_model.bin"))
    (tmp_path / "model-00002-of-00002.safetensors").write_bytes(b"\x80\x02.")
    assert "model-00002" in refused(index.shards, sharded_again(tmp_path))


def sharded_again(folder: Path) -> Path:
    """The index alone, its shards left as they are."""
    path = folder / "model.safetensors.index.json"
    path.write_text(json.dumps({"weight_map": {"b": "model-00002-of-00002.safetensors"}}))
    return path


@pytest.mark.parametrize(
    "text",
    [
        b"[]",
        b"{}",
        b'{"weight_map": {}}',
        b'{"weight_map": {"a": 1}}',
        b'{"weight_map": {"a": "x.safetensors", "a": "y.safetensors"}}',
        b'{"weight_map": {}, "weight_map": {"a": "x.safetensors"}}',
        b'{"weight_map": ' + b"[" * 100_000,
        b'{"weight_map": {"a": "x.safetensors"}, "metadata": ' + b"[" * 60_000 + b"]" * 60_000 + b"}",
        b'{"weight_map": {' + b",".join(b'"%d":""' % n for n in range(400_001)) + b"}}",
        b"\xff\xfe{}",
    ],
    ids=range(10),
)
def test_what_is_no_index_is_refused(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "m.safetensors.index.json").write_bytes(text)
    assert refused(index.shards, tmp_path / "m.safetensors.index.json").startswith("m.safetensors.index.json")


def test_a_pipeline_folder_is_read(tmp_path: Path) -> None:
    found = index.folder(pipeline(tmp_path / "model"))
    assert found.pipeline == "StableDiffusionPipeline"
    assert found.components == {
        "unet": ("diffusers", "UNet2DConditionModel"),
        "scheduler": ("diffusers", "DDIMScheduler"),
    }
    assert sorted(found.headers) == [f"unet/model-0000{n}-of-00002.safetensors" for n in (1, 2)]
    assert found.ignored == ()


def test_pipelines_own_classes_are_of_diffusers(tmp_path: Path) -> None:
    (tmp_path / "model" / "text_encoder").mkdir(parents=True)
    parts = {"text_encoder": ["kolors", "ChatGLMModel"]}
    assert "text_encoder" in index.folder(pipeline(tmp_path / "model", **parts)).components


def test_a_safety_checker_may_be_taken_out_but_not_put_in_place_of(tmp_path: Path) -> None:
    parts = {"safety_checker": ["stable_diffusion", "StableDiffusionSafetyChecker"]}
    assert "safety_checker" in index.folder(pipeline(tmp_path / "model", **parts)).components
    parts = {"safety_checker": ["my_checker", "Checker"]}
    assert "my_checker.Checker" in refused(index.folder, pipeline(tmp_path / "other", **parts))


def test_the_index_of_a_variant_is_checked(tmp_path: Path) -> None:
    path = sharded(tmp_path, a="model-00002-of-00002.safetensors")
    path.rename(tmp_path / "model.safetensors.index.fp16.json")
    assert "not in model-00002" in refused(index.component, tmp_path)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"unet": ["my_unet", "MyUNet"]}, "my_unet.MyUNet"),
        ({"unet": ["os", "System"]}, "os.System"),
        ({"unet": ["diffusers.pipelines", "X"]}, "diffusers.pipelines.X"),
        ({"unet": ["transformers", "pipeline"]}, "transformers.pipeline"),
        ({"unet": ["diffusers", "X.__init__"]}, "diffusers.X.__init__"),
        ({"../unet": ["diffusers", "UNet2DModel"]}, "../unet"),
        ({"/tmp": ["diffusers", "UNet2DModel"]}, "/tmp"),
        ({"_class_name": ["pipeline", "MyPipeline"]}, "MyPipeline"),
        ({"_class_name": None}, "null"),
        ({"_class_name": "os.system"}, "os.system"),
        ({"vae": ["diffusers", "AutoencoderKL"]}, "lacks its vae"),
    ],
)
def test_code_of_its_own_is_refused_by_name(tmp_path: Path, parts: dict[str, Any], said: str) -> None:
    assert said in refused(index.folder, pipeline(tmp_path / "model", **parts))


def test_python_files_are_told_about_and_left_alone(tmp_path: Path) -> None:
    folder = pipeline(tmp_path / "model")
    (folder / "pipeline.py").write_text("raise SystemExit")
    (folder / "unet" / "my_unet.py").write_text("raise SystemExit")
    assert index.folder(folder).ignored == ("pipeline.py", "unet/my_unet.py")


def test_what_a_description_asks_to_run_is_told_about(tmp_path: Path) -> None:
    folder = pipeline(tmp_path / "p")
    asks = {"auto_map": {"AutoModel": "model.Net"}, "trust_remote_code": True, "sizes": [1]}
    (folder / "unet" / "config.json").write_text(json.dumps(asks))
    assert index.folder(folder).ignored == ("unet/config.json: auto_map", "unet/config.json: trust_remote_code")
    (folder / "unet" / "config.json").write_text(json.dumps({"auto_map": {}, "trust_remote_code": False}))
    assert index.folder(folder).ignored == ()
    (folder / "unet" / "config.json").write_text('{"auto_map": {}, "auto_map": {"AutoModel": "model.Net"}}')
    with pytest.raises(Refused, match=r"config\.json cannot be read"):
        index.folder(folder)


def test_pickles_alone_are_refused(tmp_path: Path) -> None:
    folder = pipeline(tmp_path / "model")
    (folder / "scheduler" / "pytorch_model.bin").write_bytes(b"\x80\x02.")
    assert "only pytorch_model.bin" in refused(index.folder, folder)


def test_a_component_that_is_a_link_out_is_refused(tmp_path: Path) -> None:
    folder = pipeline(tmp_path / "model", vae=["diffusers", "AutoencoderKL"])
    sharded(tmp_path / "vae")
    (folder / "vae").symlink_to(tmp_path / "vae")
    assert "leads out" in refused(index.folder, folder)
    (folder / "vae").unlink()
    (folder / "vae").mkdir()
    (folder / "vae" / "config.json").symlink_to("/etc/passwd")
    assert "leads out" in refused(index.folder, folder)


def test_a_missing_index_is_said(tmp_path: Path) -> None:
    assert "model_index.json is not there" in refused(index.folder, tmp_path)
