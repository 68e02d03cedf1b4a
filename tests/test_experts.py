"""Wan 2.2 A14B: two networks, one for much noise and one for little, in a folder or in two files."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
import torch
from safetensors.torch import save_file

from app.cli.make import compare
from engines import contract
from engines.contract import Refused
from engines.files import assets
from engines.pipelines import call, experts, joined, schema, single
from engines.pipelines.folder import Folder
from engines.shelf import Model
from tests import joined_models, transformer_layout
from tests.model_headers import write
from tests.runs import followed
from tests.test_joined import card_of, made, scanned
from tests.test_pipelines import Subject
from tests.tiny.pipelines import CALLS, folder

HIGH, LOW = "wan2.2_t2v_high_noise_14B.safetensors", "wan2.2_t2v_low_noise_14B.safetensors"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    torch.manual_seed(3)
    root, pipe = tmp_path_factory.mktemp("experts"), joined_models._settled(joined_models.wan22())
    pipe.save_pretrained(root / "whole", safe_serialization=True)
    files, assets = root / "files", root / "assets"
    files.mkdir()
    for file, net in ((HIGH, pipe.transformer), (LOW, pipe.transformer_2)):
        save_file(transformer_layout.state(SimpleNamespace(transformer=net)), files / file)
    left_out = shutil.ignore_patterns("*.safetensors", "*token*", "*.txt")
    shutil.copytree(root / "whole", assets / joined.PACKED / "wan22-t2v", ignore=left_out)
    return SimpleNamespace(whole=root / "whole", files=files, assets=assets)


@pytest.fixture
def model(built: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    monkeypatch.setenv("DARKROOM_OWN_ASSETS", str(built.assets))
    monkeypatch.setenv("DARKROOM_MODELS", str(tmp_path / "shelf"))
    scanned(tmp_path / "shelf", built.whole, "wan22")
    plain = joined.told  # small networks have another width, by which they are told
    wide = {"family": "wan22", "variant": "T2V A14B"}
    monkeypatch.setattr(joined, "told", lambda path: msgspec.structs.replace(plain(path), **wide))
    return built


@pytest.mark.parametrize(("kind", "channels"), [("T2V", 16), ("I2V", 36)])
def test_true_files_are_told_by_their_headers(kind: str, channels: int, tmp_path: Path) -> None:
    shapes = {"patch_embedding.weight": (5120, channels, 1, 2, 2), "head.modulation": (1, 2, 5120)}
    file = tmp_path / f"wan2.2_{kind.lower()}_high_noise_14B.safetensors"
    write(file, shapes | {"blocks.0.self_attn.q.weight": (5120, 5120)})
    found = joined.told(file)
    assert (found.family, found.variant) == ("wan22", f"{kind} A14B")
    assert joined.opens(found)


@pytest.mark.parametrize("opened", [HIGH, LOW])
def test_either_of_two_files_opens_both(opened: str, model: SimpleNamespace) -> None:
    found = card_of(model.files / opened)
    assert "guidance_scale_2" in [param.name for param in found.params]
    assert compare(made(found), made(card_of(model.whole))) is None


def test_both_networks_are_in_its_hash_and_its_size(model: SimpleNamespace, tmp_path: Path) -> None:
    first = single.source_of(model.files / HIGH)
    other = shutil.copytree(model.files, tmp_path / "other")
    states = {file: _state(other / file) for file in (HIGH, LOW)}
    save_file({key: tensor + 0.1 for key, tensor in states[LOW].items()}, other / LOW)
    assert single.source_of(other / HIGH).fingerprint() != first.fingerprint()
    sizes = first.sizes()
    assert sizes["transformer"] == sizes["transformer_2"] > 0


def _state(path: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(path)


def test_what_is_missing_is_named(model: SimpleNamespace, tmp_path: Path) -> None:
    shutil.copy(model.files / HIGH, tmp_path / HIGH)
    with pytest.raises(Refused, match=rf"for high noise; the one for low noise is not beside it: .* called {LOW}\.$"):
        schema.described(tmp_path / HIGH)
    shutil.copy(model.files / HIGH, tmp_path / "wan2.2_t2v_14B.safetensors")
    with pytest.raises(Refused, match="its name tells not which"):
        schema.described(tmp_path / "wan2.2_t2v_14B.safetensors")
    (tmp_path / LOW).write_bytes(b"no weights at all")
    with pytest.raises(Refused, match=rf"^{LOW} is not a safetensors file"):
        schema.described(tmp_path / HIGH)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        (HIGH, LOW),
        ("Wan2.2-T2V-A14B-HighNoise-Q4_K_M.gguf", "Wan2.2-T2V-A14B-LowNoise-Q4_K_M.gguf"),
        ("Wan2_2-T2V-A14B-LOW_fp8_scaled.safetensors", "Wan2_2-T2V-A14B-HIGH_fp8_scaled.safetensors"),
    ],
)
def test_the_other_file_is_called_alike(name: str, other: str) -> None:
    assert experts._other(name) == other
    assert {experts.role(name), experts.role(other)} == {"high", "low"}
    assert experts.role("slow_highland.safetensors") == ""


def test_it_may_lie_in_a_folder_of_its_own(tmp_path: Path) -> None:
    for word in ("High", "Low"):
        (tmp_path / f"{word}Noise").mkdir()
        (tmp_path / f"{word}Noise" / f"a-{word}Noise.gguf").touch()
    high, low = (tmp_path / f"{word}Noise" / f"a-{word}Noise.gguf" for word in ("High", "Low"))
    assert experts.both(high) == experts.both(low) == (high, low)


@pytest.mark.slow
def test_guidance_of_the_second_network_is_the_plain_pipelines(pipelines_root: Path) -> None:
    subject = Subject("wan22", pipelines_root)
    options = subject.request.options | {"guidance_scale_2": 4.0}
    request = contract.check(subject.card, msgspec.structs.replace(subject.request, options=options))
    torch.manual_seed(7)
    words = dict(CALLS["wan22"]) | {"guidance_scale": options["guidance"], "guidance_scale_2": 4.0}
    theirs = call.media_of(subject.plain, subject.plain(generator=torch.Generator().manual_seed(7), **words))
    found = followed(subject.engine, request)[1].media
    assert compare(found, theirs) is None
    assert compare(found, followed(subject.engine, subject.request)[1].media) is not None
    one = schema.described(folder("wan", pipelines_root))
    assert isinstance(one, Model)
    assert "guidance_scale_2" not in [param.name for param in one.card.params]


@pytest.mark.parametrize(("pack", "count"), [("wan22-t2v", 14_288_491_584), ("wan22-i2v", 14_288_901_184)])
def test_the_shipped_configurations_are_of_true_size(pack: str, count: int) -> None:
    parts = Folder(Path("no"), assets.root() / joined.PACKED / pack)
    for name in ("transformer", "transformer_2"):
        assert sum(weight.numel() for weight in parts._empty(name).parameters()) == count
    assert parts.settings["boundary_ratio"] == (0.9 if pack.endswith("i2v") else 0.875)
