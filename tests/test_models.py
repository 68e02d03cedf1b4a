"""The library of models: layouts of other programs, what is remembered, what is missing, twice or broken."""

import json
import os
from itertools import islice
from pathlib import Path

import pytest

from app.core import models as models_file
from app.core.models import Library, Shelf, confirmed, read, unit_at, walk
from engines.files import headers
from tests.model_headers import CLIP_L, FLUX, GUIDED, ORIGINAL, SD1, SDXL, T5, VAE, VAE16, wan, write

WAN = wan(5120, 16)

SDXL_FILE = ORIGINAL["checkpoint", "sdxl", "", "xl_base"]
SD1_FILE = ORIGINAL["checkpoint", "sd1", "", None]
LORA = {
    "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight": (8, 768),
    "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_up.weight": (320, 8),
}
UPSCALER = ORIGINAL["upscaler", "esrgan", "4x", None]
CONTROL = ORIGINAL["controlnet", "sd1", "", "controlnet"]


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "data" / "models.cache")


def scanned(library, *roots):
    return {Path(n.model.path).name: n.model for n in library.scan(roots) if n.model}


def folder(root: Path, pipeline: str, parts: dict, skip: str = "") -> Path:
    """A diffusers folder; `parts` is class and tensors by name, None for no weights."""
    index: dict = {"_class_name": pipeline, "_diffusers_version": "0.42.1", "requires_safety_checker": False}
    for name, (type_, shapes) in parts.items():
        index[name] = ["diffusers", type_]
        if name == skip:
            continue
        (root / name).mkdir(parents=True)
        (root / name / "config.json").write_text(json.dumps({"_class_name": type_}))
        if shapes is not None:
            write(root / name / "diffusion_pytorch_model.safetensors", shapes, dtype="BF16")
    root.mkdir(exist_ok=True)
    (root / "model_index.json").write_text(json.dumps(index | {"safety_checker": [None, None]}))
    return root


FLUX_PARTS = {
    "scheduler": ("FlowMatchEulerDiscreteScheduler", None),
    "tokenizer": ("CLIPTokenizer", None),
    "text_encoder": ("CLIPTextModel", CLIP_L),
    "text_encoder_2": ("T5EncoderModel", T5),
    "transformer": ("FluxTransformer2DModel", FLUX | GUIDED),
    "vae": ("AutoencoderKL", VAE16),
}


# ---------------------------------------------------------------- layouts


def test_the_folders_of_other_programs(tmp_path, library):
    comfy, webui = tmp_path / "ComfyUI" / "models", tmp_path / "webui"
    write(comfy / "checkpoints" / "xl.safetensors", SDXL_FILE)
    write(comfy / "diffusion_models" / "flux.safetensors", FLUX | GUIDED, dtype="F8_E4M3")
    write(comfy / "vae" / "ae.safetensors", VAE16, dtype="F32")
    write(comfy / "text_encoders" / "t5.safetensors", T5)
    write(comfy / "controlnet" / "canny.safetensors", CONTROL)
    (comfy / "checkpoints" / "put_checkpoints_here").touch()
    write(webui / "models" / "Stable-diffusion" / "sd15.safetensors", SD1_FILE)
    write(webui / "models" / "Lora" / "cat.safetensors", LORA, {"ss_base_model_version": "sd_v1"})
    write(webui / "models" / "ESRGAN" / "4x.safetensors", UPSCALER)
    write(webui / "embeddings" / "neg.safetensors", {"emb_params": (8, 768)}, dtype="F32")
    found = scanned(library, comfy, webui)
    assert {name: (m.kind, m.title, m.dtype) for name, m in found.items()} == {
        "xl.safetensors": ("checkpoint", "SDXL", "F16"),
        "flux.safetensors": ("denoiser", "Flux.1 dev", "F8_E4M3"),
        "ae.safetensors": ("vae", "VAE of Flux.1", "F32"),
        "t5.safetensors": ("text-encoder", "T5-XXL text encoder", "F16"),
        "canny.safetensors": ("controlnet", "SD1.5", "F16"),
        "sd15.safetensors": ("checkpoint", "SD1.5", "F16"),
        "cat.safetensors": ("lora", "SD1.5", "F16"),
        "4x.safetensors": ("upscaler", "esrgan 4x", "F16"),
        "neg.safetensors": ("embedding", "SD1.5", "F32"),
    }
    assert found["cat.safetensors"].base == "sd_v1"
    assert found["ae.safetensors"].by_name


def test_a_cache_of_hugging_face_is_seen_through_its_snapshots(tmp_path, library):
    repo = tmp_path / "hub" / "models--maker--thing"
    blob = write(repo / "blobs" / "abc123", CLIP_L)
    readme = repo / "blobs" / "def456"
    readme.write_text("---\nlanguage: en\nlicense: other\nlicense_name: my-own\n---\n# Thing\n")
    (repo / "refs").mkdir()
    (repo / "refs" / "main").write_text("0f" * 20)
    place = repo / "snapshots" / ("0f" * 20)
    place.mkdir(parents=True)
    (place / "model.safetensors").symlink_to("../../blobs/abc123")
    (place / "README.md").symlink_to("../../blobs/def456")
    (place / "config.json").write_text("{}")
    (model,) = scanned(library, tmp_path / "hub").values()
    assert (model.name, model.form, model.family) == ("maker/thing", "folder", "clip-l")
    assert (model.licence, model.files) == ("my-own", (str(blob),))


def test_links_are_followed_only_inside_the_folders(tmp_path, library):
    write(tmp_path / "in" / "vae.safetensors", VAE)
    outside = write(tmp_path / "out" / "secret.safetensors", VAE)
    (tmp_path / "in" / "inner.safetensors").symlink_to("vae.safetensors")
    (tmp_path / "in" / "outer.safetensors").symlink_to(outside)
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "out")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "gone.safetensors").symlink_to("nowhere.safetensors")
    news = list(library.scan([tmp_path / "in"]))
    sentences = [n.sentence for n in news if n.sentence]
    assert sorted(Path(text.split(" leads")[0]).name for text in sentences) == ["folder", "outer.safetensors"]
    models = {Path(n.model.path).name: n.model for n in news if n.model}
    assert set(models) == {"vae.safetensors", "inner.safetensors", "gone.safetensors"}
    assert "gone" in models["gone.safetensors"].trouble
    assert not library.duplicates(list(models.values()))
    both = scanned(library, tmp_path / "in", tmp_path / "out")
    assert {"outer.safetensors", "secret.safetensors"} <= set(both)


def test_a_diffusers_folder_is_told_part_by_part(tmp_path, library):
    root = folder(tmp_path / "m" / "FLUX.1-Kontext", "FluxKontextPipeline", FLUX_PARTS)
    (root / "LICENSE.md").write_text("FLUX.1 [dev] Non-Commercial License v1.1\n")
    (model,) = scanned(library, tmp_path / "m").values()
    assert (model.kind, model.title, model.pipeline) == ("pipeline", "Flux.1 Kontext", "FluxKontextPipeline")
    assert (model.dtype, model.missing, model.licence) == ("BF16", (), "flux-1-dev-non-commercial-license")
    assert set(model.parts) == {"clip-l", "t5-xxl", "flux-vae"}
    sizes = {part.name: part.bytes for part in model.components}
    assert sizes["scheduler"] == 0
    assert model.bytes == sum(sizes.values()) > 10**8
    assert Shelf([model]).lacks(model) == ()


def test_what_a_diffusers_folder_lacks_is_named(tmp_path, library):
    parts = FLUX_PARTS | {"vae": ("AutoencoderKL", None)}
    root = folder(tmp_path / "half", "FluxPipeline", parts, skip="text_encoder")
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    (root / "text_encoder_2" / "model.safetensors.index.json").write_text(json.dumps(index))
    os.rename(
        root / "text_encoder_2" / "diffusion_pytorch_model.safetensors",
        root / "text_encoder_2" / "model-00001-of-00002.safetensors",
    )
    (model,) = scanned(library, tmp_path / "half").values()
    assert set(model.missing) == {
        "text_encoder: is missing",
        "text_encoder_2: lacks model-00002-of-00002.safetensors",
        "vae: has no weights",
    }
    assert Shelf([model]).lacks(model)[:3] == model.missing


def test_what_the_class_of_a_pipeline_tells(tmp_path, library):
    flux = {"transformer": ("FluxTransformer2DModel", FLUX | GUIDED)}
    twice = dict.fromkeys(("transformer", "transformer_2"), ("WanTransformer3DModel", WAN))
    folder(tmp_path / "m" / "fill", "FluxFillPipeline", flux)
    folder(tmp_path / "m" / "wan21", "WanPipeline", {"transformer": twice["transformer"]})
    folder(tmp_path / "m" / "wan22", "WanPipeline", twice)
    folder(tmp_path / "m" / "moving", "AnimateDiffPipeline", {"unet": ("UNet2DConditionModel", SD1)})
    folder(tmp_path / "m" / "plain", "StableDiffusionPipeline", {"unet": ("UNet2DConditionModel", SD1)})
    folder(tmp_path / "m" / "newer", "StableAudio3Pipeline", {"transformer": ("X", {"a.weight": (1,)})})
    folder(tmp_path / "m" / "other", "NobodyKnowsPipeline", {"unet": ("X", {"a.weight": (1,)})})
    assert {name: model.title for name, model in scanned(library, tmp_path / "m").items()} == {
        "fill": "Flux.1 Fill",
        "wan21": "Wan 2.1 T2V 14B (or 2.2 A14B)",
        "wan22": "Wan 2.2 A14B",
        "moving": "AnimateDiff",
        "plain": "SD1.5",
        "newer": "unknown",
        "other": "unknown",
    }


def test_of_a_cache_the_snapshots_are_listed_that_refs_name(tmp_path, library):
    repo = tmp_path / "hub" / "models--maker--thing"
    for revision in ("aaa", "bbb"):
        write(repo / "snapshots" / revision / "x.safetensors", VAE)
    both = [n.model for n in library.scan([tmp_path / "hub"]) if n.model]
    assert [model.path.split("/")[-2] for model in both] == ["aaa", "bbb"]
    (repo / "refs").mkdir()
    (repo / "refs" / "main").write_text("bbb")
    news = list(library.scan([tmp_path / "hub"]))
    assert [n.model.path.split("/")[-2] for n in news if n.model] == ["bbb"]
    assert [n.sentence for n in news if n.sentence] == [
        f"{repo} keeps 1 more snapshots, which no ref names; they are not listed."
    ]


def test_full_precision_comes_before_a_variant_and_safetensors_before_pickles(tmp_path, library):
    place = tmp_path / "vae"
    write(place / "diffusion_pytorch_model.fp16.safetensors", VAE)
    write(place / "diffusion_pytorch_model.safetensors", VAE, dtype="F32")
    (place / "diffusion_pytorch_model.bin").write_bytes(b"PK\3\4 not to be opened")
    (place / "config.json").write_text("{}")
    (model,) = scanned(library, place).values()
    assert (model.form, model.kind, model.dtype, len(model.files)) == ("folder", "vae", "F32", 1)


# ---------------------------------------------------------------- what is remembered


def test_a_second_scan_opens_nothing_and_the_list_is_there_at_once(tmp_path, library, monkeypatch):
    for n in range(6):
        write(tmp_path / "m" / f"{n}.safetensors", {"emb_params": (n + 1, 768)})
    folder(tmp_path / "m" / "flux", "FluxPipeline", FLUX_PARTS)
    first = scanned(library, tmp_path / "m")
    opened = []
    real = headers.summary
    monkeypatch.setattr(headers, "summary", lambda path: opened.append(path) or real(path))
    again = Library(tmp_path / "data" / "models.cache")
    assert {Path(m.path).name: m for m in again.known([tmp_path / "m"])} == first
    assert scanned(again, tmp_path / "m") == first
    assert opened == []
    write(tmp_path / "m" / "3.safetensors", {"emb_params": (99, 768)})
    write(tmp_path / "m" / "flux" / "vae" / "diffusion_pytorch_model.safetensors", VAE16, dtype="F32")
    (tmp_path / "m" / "5.safetensors").unlink()
    third = scanned(again, tmp_path / "m")
    assert {Path(p).name for p in opened} >= {"3.safetensors"}
    assert {str(p) for p in opened}.isdisjoint({str(tmp_path / "m" / f"{n}.safetensors") for n in (0, 1, 2, 4)})
    assert third["3.safetensors"].bytes != first["3.safetensors"].bytes
    assert "5.safetensors" not in third
    assert "5.safetensors" not in {Path(m.path).name for m in Library(again._path).known([tmp_path / "m"])}


def test_stopping_a_scan_keeps_what_was_found(tmp_path, library):
    for n in range(9):
        write(tmp_path / "m" / f"{n}.safetensors", {"emb_params": (n + 1, 768)})
    scan = library.scan([tmp_path / "m"])
    heard = list(islice(scan, 5))
    scan.close()
    assert [(n.done, n.total) for n in heard] == [(0, 0), (1, 9), (2, 9), (3, 9), (4, 9)]
    assert len(Library(library._path).known([tmp_path / "m"])) == 4
    fresh = [n.fresh for n in Library(library._path).scan([tmp_path / "m"])]
    assert fresh == [False] * 5 + [True] * 5


def test_a_scan_of_empty_folders_can_be_left(tmp_path, library):
    for n in range(5):
        (tmp_path / "m" / str(n) / "deep").mkdir(parents=True)
    assert [(n.done, n.total) for n in library.scan([tmp_path / "m"])] == [(0, 0)] * 11


def test_once_told_to_stop_no_file_is_opened_to_find_duplicates(tmp_path, library):
    models = [read(unit_at(write(tmp_path / f"{n}.safetensors", LORA))) for n in range(3)]
    assert library.duplicates(models, lambda: False) == []
    assert not library._cache.marks
    assert library.duplicates(models) == [tuple(models)]


@pytest.mark.parametrize("text", [b"", b"\x93garbage", b"\x80" * 40])
def test_a_damaged_cache_costs_nothing_but_time(tmp_path, text):
    write(tmp_path / "m" / "a.safetensors", VAE)
    cache = tmp_path / "models.cache"
    cache.write_bytes(text)
    assert list(scanned(Library(cache), tmp_path / "m")) == ["a.safetensors"]
    assert len(Library(cache).known([tmp_path / "m"])) == 1


def test_other_rules_read_anew(tmp_path, library, monkeypatch):
    write(tmp_path / "m" / "a.safetensors", VAE)
    scanned(library, tmp_path / "m")
    monkeypatch.setattr(models_file, "_RULES", 1)
    assert Library(library._path).known([tmp_path / "m"]) == []


# ---------------------------------------------------------------- bad files


def test_one_bad_file_costs_one_sentence(tmp_path, library):
    root = tmp_path / "m"
    whole = write(root / "good.safetensors", VAE, dtype="F32")
    bad = {
        "cut.safetensors": whole.read_bytes()[:2000],
        "empty.safetensors": b"",
        "noise.safetensors": bytes(range(256)) * 4,
        "long.safetensors": (2**60).to_bytes(8, "little") + b"{}",
        "page.ckpt": b"<!DOCTYPE html><html>404</html>",
    }
    for name, data in bad.items():
        (root / name).write_bytes(data)
    (root / "sentencepiece.bin").write_bytes(b"no weights at all, and nobody said so")
    os.mkfifo(root / "pipe.safetensors")
    found = scanned(library, root)
    assert set(found) == {*bad, "good.safetensors", "pipe.safetensors"}
    assert found["good.safetensors"].trouble == ""
    for name in (*bad, "pipe.safetensors"):
        assert found[name].kind == "broken"
        assert found[name].trouble.count("\n") == 0
        assert name in found[name].trouble


def test_a_header_that_begins_like_a_pickle_is_none(tmp_path):
    shapes = {"emb_params": (4, 768)}
    for pad in range(300):
        path = write(tmp_path / "a.safetensors", shapes, {"pad": "x" * pad})
        if path.read_bytes()[0] == 0x80:
            break
    else:
        pytest.fail("no header of that length")
    assert headers.are_weights(path)
    assert headers._format(path.read_bytes()[:9]) == "safetensors"


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"_class_name": 7}', '{"vae": ["diffusers"]}', "[" * 9999])
def test_a_damaged_index_is_no_end(tmp_path, library, text):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "model_index.json").write_text(text)
    (model,) = scanned(library, tmp_path / "m").values()
    assert model.kind == "pipeline"
    assert model.family == ""


def test_an_index_cannot_lead_out_of_its_folder(tmp_path):
    write(tmp_path / "vae" / "diffusion_pytorch_model.safetensors", VAE)
    (tmp_path / "m").mkdir()
    index = {"_class_name": "FluxPipeline", "../vae": ["diffusers", "AutoencoderKL"], "..": ["a", "b"]}
    (tmp_path / "m" / "model_index.json").write_text(json.dumps(index))
    (unit,) = filter(None, walk([tmp_path / "m"]))
    assert list(unit.files) == ["model_index.json"]


# ---------------------------------------------------------------- what goes together, what is there twice


def test_a_network_names_its_parts_and_who_has_them(tmp_path, library):
    root = tmp_path / "m"
    write(root / "flux.safetensors", FLUX | GUIDED)
    write(root / "clip.safetensors", CLIP_L)
    write(root / "sixteen.safetensors", VAE16)
    models = scanned(library, root)
    shelf = Shelf(models.values())
    needs = {need.part: need for need in shelf.needs(models["flux.safetensors"])}
    assert needs["clip-l"].given == (str(root / "clip.safetensors"),)
    assert needs["flux-vae"].given == ()
    assert needs["flux-vae"].maybe == (str(root / "sixteen.safetensors"),)
    assert not needs["t5-xxl"].met
    assert shelf.lacks(models["flux.safetensors"]) == ("no T5-XXL text encoder",)
    write(root / "t5.safetensors", T5)
    models = scanned(library, root)
    assert Shelf(models.values()).lacks(models["flux.safetensors"]) == ()


def test_a_lora_asks_for_a_network_of_its_family(tmp_path, library):
    write(tmp_path / "m" / "lora.safetensors", LORA)
    write(tmp_path / "m" / "xl.safetensors", SDXL)
    models = scanned(library, tmp_path / "m")
    assert Shelf(models.values()).lacks(models["lora.safetensors"]) == ("no model of SD1.5",)
    write(tmp_path / "m" / "sd.safetensors", SD1)
    models = scanned(library, tmp_path / "m")
    shelf = Shelf(models.values())
    assert shelf.lacks(models["lora.safetensors"]) == ()
    assert shelf.lacks(models["sd.safetensors"]) == ("no CLIP-L text encoder", "no VAE of SD1.5 and SD2")


def test_duplicates_are_found_quickly_and_made_sure_of(tmp_path, library):
    root = tmp_path / "m"
    big = VAE | {"decoder.mid.attn_1.q.weight": (1024, 1024, 1, 1)}
    size = write(root / "one.safetensors", big).stat().st_size
    for name in ("two", "three", "four"):
        write(root / f"{name}.safetensors", big)
    with open(root / "three.safetensors", "r+b") as file:  # between the samples: only the whole hash can tell
        file.seek(size // 2 + 5000)
        file.write(b"x")
    with open(root / "four.safetensors", "r+b") as file:  # at the end, where a sample is taken
        file.seek(size - 100)
        file.write(b"x")
    models = list(scanned(library, root).values())
    (alike,) = library.duplicates(models)
    assert {Path(m.path).stem for m in alike} == {"one", "two", "three"}
    (same,) = confirmed(alike)
    assert {Path(m.path).stem for m in same} == {"one", "two"}
