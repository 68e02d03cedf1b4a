"""Opening models as engines from the command line, over the real worker and the shelf."""

import json
from pathlib import Path

import pytest

from app.cli import main
from app.core import settings as settings_file
from engines import shelf
from engines.contract import EngineCard, Info
from tests.model_headers import CLIP_L, SD1, VAE, write


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


def shelved(model: Path) -> EngineCard:
    """The card of `model`, put on the shelf as an earlier opening would have."""
    info = Info(name="image/mine", title="Mine", summary="A model of mine", medium="image", family="diffusion")
    card = EngineCard(info, (), str(model))
    shelf.keep(settings_file.default_folders().models, model.resolve(), shelf.Model(card))
    return card


def test_a_model_is_added_listed_and_dropped(tmp_path, capsys):
    model = folder(tmp_path / "mine")
    card = shelved(model)
    assert main(["models", "add", str(model)]) == 0
    assert capsys.readouterr().out.split() == ["image/mine", "image", str(model)]
    assert main(["models", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["card"]["info"]["name"] == card.info.name
    assert main(["models", "drop", "image/mine"]) == 0
    assert "its files are where they were" in capsys.readouterr().out
    assert (model / "model_index.json").exists()
    assert main(["models", "list"]) == 0
    assert capsys.readouterr().out == ""


def test_a_model_that_moved_away_is_listed_as_gone(tmp_path, capsys):
    model = folder(tmp_path / "mine")
    shelved(model)
    model.rename(tmp_path / "elsewhere")
    assert main(["models", "list"]) == 0
    assert "(not there any more)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add", "{tmp}/nothing"], 3, "is not there"),
        (["add", "{tmp}/empty"], 4, "model_index.json"),
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
