"""The small pipelines: each builds, is saved, opens again offline and makes the same, and heeds its prompt."""

import copy
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.runs import evened
from tests.tiny import pipelines

torch = pytest.importorskip("torch")
diffusers = pytest.importorskip("diffusers")


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    torch.set_num_threads(1)
    if importlib.util.find_spec("ftfy") is None:  # Wan VACE cleans prompts with it without asking
        module = importlib.import_module("diffusers.pipelines.wan.pipeline_wan_vace")
        monkeypatch.setattr(module, "ftfy", SimpleNamespace(fix_text=str), raising=False)


def made(pipe: Any, name: str, **change: Any) -> list[np.ndarray]:
    """What the family's small call makes: the pictures, the clip, the sound, or two of these."""
    call = copy.deepcopy(pipelines.CALLS[name]) | change
    out = pipe(**call, generator=torch.Generator().manual_seed(1))
    fields = list(out) if isinstance(out, tuple) else list(out.values())
    return [_array(field) for field in fields if field is not None and not _flags(field)]


def _flags(field: Any) -> bool:
    """Whether this is the list that says which pictures were censored."""
    return isinstance(field, list) and isinstance(field[0], bool)


def _array(field: Any) -> np.ndarray:
    if isinstance(field, torch.Tensor):
        return field.float().numpy()
    if isinstance(field, list):
        return np.stack([_array(one) for one in field])
    return np.asarray(field)


def spread(content: np.ndarray) -> float:
    """How much the content varies from place to place, of its whole range; of sound, from moment to moment."""
    if content.dtype == np.uint8:
        return float(content.std()) / 255
    sound = content.shape[-1] > 4
    return float(content.std(axis=-1).min() if sound else content.std())


@pytest.mark.parametrize("name", pipelines.marked())
def test_opens_again_and_makes_the_same(name: str, pipelines_root: Path) -> None:
    built = pipelines.FAMILIES[name]()
    loaded = pipelines.opened(pipelines.folder(name, pipelines_root))
    evened(loaded.components.values())
    assert type(loaded) is type(built)
    first, second = made(built, name), made(loaded, name)  # opened before it is called: it may make its eyes smaller
    assert first
    for one, other in zip(first, second, strict=True):
        assert np.isfinite(one).all()
        assert spread(one) > 0.02, "flat or silent"
        np.testing.assert_array_equal(one, other)
    if "prompt" in pipelines.CALLS[name]:
        third = made(built, name, prompt="a green owl in a wood")
        assert all((one != other).any() for one, other in zip(first, third, strict=True))


def test_every_folder_is_small_and_of_safetensors(pipelines_root: Path) -> None:
    for name in ("sd15", "flux1", "stable_audio"):
        files = [path for path in pipelines.folder(name, pipelines_root).rglob("*") if path.is_file()]
        assert sum(path.stat().st_size for path in files) < 8e6
        assert not [path for path in files if path.suffix in (".bin", ".pt", ".ckpt")]


def test_a_second_builder_finds_the_first_ones_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = pipelines.folder("ddpm", tmp_path)
    before = folder.stat().st_ino
    monkeypatch.setattr(Path, "exists", lambda path: False if path == folder and path in unseen else path.is_dir())
    unseen = {folder}  # as a process sees it that began before the first one's folder was there
    real = Path.rename

    def seen(path: Path, target: Path) -> Path:
        unseen.clear()
        return real(path, target)

    monkeypatch.setattr(Path, "rename", seen)
    assert pipelines.folder("ddpm", tmp_path).stat().st_ino == before
    assert [path.name for path in tmp_path.iterdir()] == ["ddpm"]
    assert json.loads((folder / "model_index.json").read_text())["_class_name"] == "DDPMPipeline"


def test_the_tables_load_no_torch() -> None:
    code = "import sys; from tests.tiny import pipelines; print('torch' in sys.modules, len(pipelines.FAMILIES))"
    root = Path(__file__).parent.parent
    told = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True).stdout
    assert told.split() == ["False", str(len(pipelines.FAMILIES))]


def test_a_random_shape_has_a_surface() -> None:
    pipe = pipelines.FAMILIES["shap_e"]()
    (latents,) = made(pipe, "shap_e")
    mesh = pipe.shap_e_renderer.decode_to_mesh(torch.from_numpy(latents), "cpu", grid_size=24)
    assert len(mesh.faces) > 100
    assert int(mesh.faces.max()) < len(mesh.verts)
    assert torch.stack(list(mesh.vertex_channels.values())).std() > 0.02


def test_the_marching_cubes_close_a_ball() -> None:
    trimesh = pytest.importorskip("trimesh")
    decoder = pipelines.FAMILIES["shap_e"]().shap_e_renderer.mesh_decoder
    places = torch.stack(torch.meshgrid(*[torch.arange(20.0)] * 3, indexing="ij"), dim=-1)
    found = decoder(6 - (places - 9.6).norm(dim=-1), torch.zeros(3), torch.full((3,), 19.0))
    ball = trimesh.Trimesh(found.verts.numpy(), found.faces.numpy(), process=False)
    assert ball.is_watertight
    assert ball.volume == pytest.approx(4 / 3 * np.pi * 6**3, rel=0.05)  # and it faces outwards
