"""The small parts: each loads offline beside the small pipeline it belongs to, and changes what that makes."""

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.tiny import pipelines
from tests.tiny.pipelines.table import picture

torch = pytest.importorskip("torch")
diffusers = pytest.importorskip("diffusers")
pytest.importorskip("peft")


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    torch.set_num_threads(1)


def made(pipe: Any, name: str, **more: Any) -> np.ndarray:
    call = copy.deepcopy(pipelines.CALLS[name]) | more
    pipe.set_progress_bar_config(disable=True)
    found = pipe(**call, generator=torch.Generator().manual_seed(1), output_type="np").images
    assert np.isfinite(found).all()
    return found


def opened(kind: Any, name: str, root: Path) -> Any:
    return kind.from_pretrained(pipelines.folder(name, root), local_files_only=True)


@pytest.mark.parametrize(
    ("name", "net", "pipeline", "word"),
    [
        ("sd15", "ControlNetModel", "StableDiffusionControlNetPipeline", "image"),
        ("sdxl", "ControlNetModel", "StableDiffusionXLControlNetPipeline", "image"),
        ("flux1", "FluxControlNetModel", "FluxControlNetPipeline", "control_image"),
    ],
)
def test_a_controlnet_heeds_its_picture(name: str, net: str, pipeline: str, word: str, pipelines_root: Path) -> None:
    plain = pipelines.FAMILIES[name]()
    beside = opened(getattr(diffusers, net), f"{name}_controlnet", pipelines_root)
    pipe = getattr(diffusers, pipeline).from_pipe(plain, controlnet=beside)
    found = [made(plain, name), *(made(pipe, name, **{word: picture(hue=hue)}) for hue in (0, 1))]
    assert _all_unlike(found)


@pytest.mark.parametrize("name", ["sd15", "flux1"])
def test_a_lora_loads_and_unloads(name: str, pipelines_root: Path) -> None:
    pipe = pipelines.FAMILIES[name]()
    before = made(pipe, name)
    pipe.load_lora_weights(pipelines.folder(f"{name}_lora", pipelines_root), local_files_only=True)
    after = made(pipe, name)
    pipe.unload_lora_weights()
    assert _all_unlike([before, after])
    np.testing.assert_array_equal(made(pipe, name), before)


def test_a_t2i_adapter_heeds_its_picture(pipelines_root: Path) -> None:
    plain = pipelines.FAMILIES["sd15"]()
    adapter = opened(diffusers.T2IAdapter, "sd15_t2i_adapter", pipelines_root)
    pipe = diffusers.StableDiffusionAdapterPipeline.from_pipe(plain, adapter=adapter)
    assert _all_unlike([made(plain, "sd15"), *(made(pipe, "sd15", image=picture(hue=hue)) for hue in (0, 1))])


def test_an_ip_adapter_heeds_its_picture(pipelines_root: Path) -> None:
    pipe = pipelines.FAMILIES["sd15"]()
    before, folder = made(pipe, "sd15"), pipelines.folder("sd15_ip_adapter", pipelines_root)
    pipe.load_ip_adapter(folder, subfolder="models", weight_name="ip-adapter_sd15.safetensors", local_files_only=True)
    assert _all_unlike([before, *(made(pipe, "sd15", ip_adapter_image=picture(hue=hue)) for hue in (0, 1))])


def test_the_tiny_vae_decodes_latents_of_its_family(pipelines_root: Path) -> None:
    tiny = opened(diffusers.AutoencoderTiny, "sd15_tiny_vae", pipelines_root)
    with torch.no_grad():
        shown = tiny.decode(torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(1))).sample
    assert shown.shape == (1, 3, 64, 64)
    assert torch.isfinite(shown).all()
    assert shown.std() > 0.01


@pytest.mark.parametrize("name", pipelines.PARTS)
def test_a_part_is_the_same_each_time_small_and_of_safetensors(name: str, pipelines_root: Path, tmp_path: Path) -> None:
    first, second = pipelines.folder(name, pipelines_root), pipelines.folder(name, tmp_path)
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert {file.suffix for file in files} <= {".safetensors", ".json"}
    assert sum((first / file).stat().st_size for file in files) < 2e6
    assert all((first / file).read_bytes() == (second / file).read_bytes() for file in files)


def _all_unlike(found: list[np.ndarray]) -> bool:
    """Whether all differ by more than a rounding."""
    pairs = [(a, b) for place, a in enumerate(found) for b in found[:place]]
    return all(np.abs(a - b).max() > 1e-3 for a, b in pairs)
