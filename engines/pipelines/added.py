"""What a file or folder adds to a model, and what parts must be made for to fit a pipeline. Reads headers alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from engines.contract import Refused
from engines.files import sniff, weights
from engines.files.sniff import fit, lora
from engines.files.source import shown
from engines.pipelines import folder
from engines.shelf import Part

CONTROLNETS = {  # a network of controls -> the network it was copied from
    "ControlNetModel": "UNet2DConditionModel",
    "FluxControlNetModel": "FluxTransformer2DModel",
    "SD3ControlNetModel": "SD3Transformer2DModel",
    "QwenImageControlNetModel": "QwenImageTransformer2DModel",
    "SanaControlNetModel": "SanaTransformer2DModel",
    "HunyuanDiT2DControlNetModel": "HunyuanDiT2DModel",
}
CONFIG = "config.json"
OTHERS = {".hada_": "LoHa", ".lokr_": "LoKr", ".oft_": "OFT", ".glora_": "GLoRA"}  # kinds that cannot be put on


def describe(path: Path) -> Part:
    """What the file or folder `path` adds to which models. Refused when it is no part Darkroom knows."""
    if path.is_file():
        return _lora(path)
    if (path / CONFIG).exists():
        return _network(path)
    files = list(path.glob("*.safetensors"))
    if len(files) == 1:  # a LoRA as it is saved: a folder around one file
        return _lora(files[0])
    raise Refused("missing", f"{path.name} holds neither {folder.INDEX} nor {CONFIG}, so it is no model folder.")


# ---------------------------------------------------------------- what a pipeline takes


def fitting(pipe: Any) -> dict[str, tuple[str, ...]]:
    """By the kind of part what it must be made for to fit this pipeline, the family first."""
    network = next((one for name in ("unet", "transformer") if (one := getattr(pipe, name, None)) is not None), None)
    if network is None:
        return {}
    kind, width = type(network).__name__, _width(dict(network.config))
    bases = fit.of_network(kind, width)
    found = {}
    if hasattr(pipe, "load_lora_weights"):
        found["lora"] = (*bases, "animatediff") if kind == "UNetMotionModel" else bases
    if kind in CONTROLNETS.values() and steered(type(pipe), ""):
        found["controlnet"] = bases
    return found


def root(kind: Any) -> str:
    """How the names of the pipelines of a family begin: 'StableDiffusionXL'."""
    name = str(kind.__name__).removesuffix("Pipeline")
    for task in ("Inpainting", "Inpaint", "Img2Img"):
        name = name.removesuffix(task)
    return name


def steered(kind: Any, ending: str) -> Any:
    """The pipeline of the family of `kind` that takes ControlNets, of that ending ('Img2Img'); None without one."""
    import diffusers

    return getattr(diffusers, f"{root(kind)}ControlNet{ending}Pipeline", None)


def _width(config: dict[str, Any]) -> int:
    """Of the words in a U-Net, of everything in a transformer."""
    wide = config.get("cross_attention_dim") if "block_out_channels" in config else config.get("dim")
    heads, each = config.get("num_attention_heads"), config.get("attention_head_dim")
    if wide is None and isinstance(heads, int) and isinstance(each, int):
        wide = heads * each
    wide = config.get("hidden_size") if wide is None else wide
    while isinstance(wide, list | tuple):  # one for each block, AudioLDM2 one for each layer of a block and None
        wide = next((one for one in wide if one), 0)
    return int(wide or 0)


# ---------------------------------------------------------------- what a part was made for


def _network(path: Path) -> Part:
    config = folder.read_json(path / CONFIG)
    kind = str(config.get("_class_name", ""))
    if kind not in CONTROLNETS:
        raise Refused("bad-file", f"{path.name} is a {kind[:60] or 'folder'}, which Darkroom cannot add to a model.")
    folder.check_weights(path)
    (base, *_) = fit.of_network(CONTROLNETS[kind], _width(config))
    return Part(_named(path), "controlnet", path.name, base, str(path))


def _lora(path: Path) -> Part:
    header = weights.header(path)
    shapes = {name: tuple(tensor.shape) for name, tensor in header.tensors.items()}
    told = sniff.sniff(shapes, header.metadata, path.stem)
    base = fit.of_lora(told, shapes) if told.kind == "lora" else ""
    if not base:
        raise Refused(
            "bad-file", f"{shown(path.name)} is no LoRA that Darkroom knows: no layer of it is named like one."
        )
    if other := next((name for mark, name in OTHERS.items() if any(mark in key for key in shapes)), ""):
        raise Refused("bad-file", f"{shown(path.name)} is a {other}, which cannot be put on a model yet; use a LoRA.")
    return Part(_named(path), "lora", path.stem, base, str(path), lora.triggers(header.metadata))


def _named(path: Path) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:40] or "part"
    marks = (
        folder.sampled(path) if path.is_file() else b"".join(map(folder.sampled, sorted(path.glob("*.safetensors"))))
    )
    return f"{slug}-{marks.hex()[:6]}"
