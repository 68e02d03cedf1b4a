"""Models from the command line: listed, and opened as engines over the real worker and the shelf."""

import json
from pathlib import Path

import pytest

from app.cli import main
from app.core import settings
from engines import shelf
from tests.model_headers import CLIP_L, FLUX, SD1, VAE, write


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def folder(root: Path) -> Path:
    """A diffusers folder of Stable Diffusion 1.5: true names and shapes, no more of them than tell it."""
    index = {"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"]}
    index |= {"vae": ["diffusers", "AutoencoderKL"], "text_encoder": ["transformers", "CLIPTextModel"]}
    for name, shapes in (("unet", SD1), ("vae", VAE), ("text_encoder", CLIP_L)):
        write(root / name / "diffusion_pytorch_model.safetensors", shapes)
    (root / "model_index.json").write_text(json.dumps(index))
    return root


def lora(path: Path) -> Path:
    """A LoRA of one layer of SD1.5."""
    layer = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"
    shapes = {f"{layer}.lora_down.weight": (4, 768), f"{layer}.lora_up.weight": (320, 4)}
    return write(path, shapes, {"modelspec.trigger_phrase": "zkc"})


def test_a_part_is_added_listed_and_dropped(tmp_path, capsys):
    path = lora(tmp_path / "cat.safetensors")
    assert main(["models", "add", str(path)]) == 0
    name, *rest = capsys.readouterr().out.split()
    assert name.startswith("cat-")
    assert rest == ["lora", str(path)]
    assert main(["models", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["words"] == ["zkc"]
    path.rename(tmp_path / "elsewhere.safetensors")
    assert main(["models", "list"]) == 0
    assert "(not there any more)" in capsys.readouterr().out
    assert main(["models", "drop", name]) == 0
    assert "its files are where they were" in capsys.readouterr().out
    assert (tmp_path / "elsewhere.safetensors").exists()
    assert main(["models", "list"]) == 0
    assert capsys.readouterr().out == ""


def test_a_scan_tells_the_shelf_what_other_models_may_need(tmp_path, home):
    folder(tmp_path / "sd")
    write(tmp_path / "loose/clip_l.safetensors", CLIP_L)
    assert main(["models", "scan", str(tmp_path / "sd")]) == 0
    assert main(["models", "scan", str(tmp_path / "loose")]) == 0
    told = {row.path: row.gives for row in shelf.found(settings.default_folders().models)}
    assert told[str(tmp_path / "loose/clip_l.safetensors")] == {"clip-l"}
    assert told[str(tmp_path / "sd")] >= {"@sd1", "clip-l", "sd-vae"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add", "{tmp}/nothing"], 3, "is not there"),
        (["add", "{tmp}/empty"], 4, "config.json"),
        (["drop", "image/none"], 2, "no model 'image/none'"),
        (["check", "{tmp}/empty"], 3, "holds no model itself"),
        (["scan", "{tmp}/cat.safetensors"], 3, "is no folder"),
    ],
)
def test_what_goes_wrong_is_one_sentence(tmp_path, capsys, words, code, said):
    (tmp_path / "empty").mkdir()
    write(tmp_path / "cat.safetensors", {"emb_params": (4, 768)})
    assert main(["models", *(word.replace("{tmp}", str(tmp_path)) for word in words)]) == code
    err = capsys.readouterr().err
    assert said in err
    assert len(err.strip().splitlines()) == 1


def test_a_folder_is_checked_part_by_part(tmp_path, capsys):
    model = folder(tmp_path / "mine")
    assert main(["models", "check", str(model)]) == 0
    assert "pipeline, SD1.5, F16" in capsys.readouterr().out
    (model / "vae" / "diffusion_pytorch_model.safetensors").unlink()
    assert main(["models", "check", str(model)]) == 3
    assert "vae" in capsys.readouterr().out


def test_a_file_that_no_pipeline_can_be_made_of_is_refused(tmp_path, capsys):
    path = write(tmp_path / "vae.safetensors", VAE)
    assert main(["models", "add", str(path)]) in (3, 4)
    err = capsys.readouterr().err
    assert "vae.safetensors" in err
    assert "Error" not in err


def test_one_file_is_checked(tmp_path, capsys):
    path = lora(tmp_path / "cat.safetensors")
    assert main(["models", "check", str(path)]) == 0
    said = capsys.readouterr().out
    assert "lora, SD1.5, F16" in said
    assert "call it with: zkc" in said
    path.write_bytes(path.read_bytes()[:-1])
    assert main(["models", "check", str(path), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["ok"] is False
    assert main(["models", "check", str(tmp_path / "nothing.safetensors")]) == 3


def test_the_table_says_everything(tmp_path, capsys):
    root = tmp_path / "m"
    write(root / "flux.safetensors", FLUX)
    write(root / "a.safetensors", VAE)
    write(root / "b.safetensors", VAE)
    (root / "bad.safetensors").write_bytes(b"nothing of the kind")
    assert main(["models", "scan", str(root)]) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert lines[0].split()[:6] == ["kind", "family", "dtype", "size", "licence", "name"]
    assert any(line.startswith("denoiser") and "Flux.1 schnell" in line and "no T5-XXL" in line for line in lines)
    assert sum(line.startswith("broken: ") for line in lines) == 1
    assert any(line.startswith("looks like the same file: ") and line.count(".safetensors") == 2 for line in lines)
    assert "4 of them new" in said.err
    (root / "bad.safetensors").unlink()
    assert main(["models", "scan", str(root), "--json", "--exact"]) == 0
    said = capsys.readouterr()
    told = [json.loads(line) for line in said.out.splitlines()]
    assert [one["event"] for one in told] == ["model"] * 3 + ["duplicates"]
    assert {need["part"] for need in told[-2]["needs"]} == {"clip-l", "t5-xxl", "flux-vae"}
    assert "0 of them new" in said.err
    assert main(["models", "scan", str(tmp_path / "nowhere")]) == 3
