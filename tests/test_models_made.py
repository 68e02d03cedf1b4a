"""A model of the user's own from the command line: opened by its folder, run by the real worker, branched, replayed."""

import json
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from engines.files import media
from tests.tiny.pipelines import folder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))


@pytest.mark.slow
def test_a_folder_makes_a_picture_with_a_lora_and_a_control(
    tmp_path: Path, pipelines_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, out = folder("sd15", pipelines_root), tmp_path / "boat.png"
    lora = folder("sd15_lora", pipelines_root) / "pytorch_lora_weights.safetensors"
    control = folder("sd15_controlnet", pipelines_root)
    photo = tmp_path / "photo.png"
    media.write(photo, media.Image(np.tile(np.arange(64, dtype=np.uint8)[:, None, None] * 4, (1, 64, 3))))
    words = ["generate", str(model), "a red boat", "--steps", "3", "--seed", "4", "--guidance", "0:2,1:8"]
    words += ["--lora", f"{lora}:0.8", "--control", f"{control}/+canny={photo}:0.9:0-0.6", "--size", "64x64"]
    assert main([*words, "-o", str(out), "--json"]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    facts = next(event for event in said if event["event"] == "result")["facts"]
    assert facts["pipeline"] == "StableDiffusionControlNetPipeline"
    shown = media.read(out)
    assert shown.pixels.shape == (64, 64, 3)
    assert main(["branch", str(out), "a blue boat", "--step", "2", "-o", str(tmp_path / "blue.png")]) == 0
    assert main(["replay", str(out)]) == 0
    assert "The bytes agree." in capsys.readouterr().out


def test_what_is_no_model_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "none").mkdir()
    assert main(["generate", str(tmp_path / "none"), "a boat"]) == 4
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_lora_for_another_model_is_one_sentence(
    tmp_path: Path, pipelines_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = folder("flux1_lora", pipelines_root) / "pytorch_lora_weights.safetensors"
    words = ["generate", str(folder("sd15", pipelines_root)), "a boat", "--lora", str(other)]
    assert main(words) == 2
    told = capsys.readouterr().err.strip()
    assert told.endswith("is a LoRA for Flux.1, Flux.2 or Chroma; sd15 is a U-Net 32 wide.")
