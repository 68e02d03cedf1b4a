"""What a file or folder adds to a model, and what parts must be made for to fit a pipeline. Reads headers alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engines import upscalers
from engines.contract import Refused
from engines.files import sniff, weights
from engines.files.sniff import fit, lora
from engines.files.source import shown
from engines.pipelines import emphasis, folder, tiny
from engines.shelf import Part

Shapes = Mapping[str, tuple[int, ...]]
CONTROLNETS = {  # a network of controls -> the network it was copied from
    "ControlNetModel": "UNet2DConditionModel",
    "ControlNetUnionModel": "UNet2DConditionModel",
    "FluxControlNetModel": "FluxTransformer2DModel",
    "SD3ControlNetModel": "SD3Transformer2DModel",
    "QwenImageControlNetModel": "QwenImageTransformer2DModel",
    "SanaControlNetModel": "SanaTransformer2DModel",
    "HunyuanDiT2DControlNetModel": "HunyuanDiT2DModel",
}
CONFIG = "config.json"
MODES = {  # of networks for several kinds of maps: the setting that counts them, and what they are
    "ControlNetUnionModel": (
        "num_control_type",
        ("pose", "depth", "softedge", "canny", "normals", "segment", "tile", "inpaint"),  # as xinsir's are numbered
    ),
    "FluxControlNetModel": (
        "num_mode",
        ("canny", "tile", "depth", "blur", "pose", "grey", "low quality"),  # as InstantX's are
    ),
}
FILES = ("lora", "embedding", "ip-adapter", "upscaler")  # what is added as one file, which the sniffer tells
EYES = "image_encoder"  # the folder of what reads the picture for an IP-Adapter
OTHERS = {".hada_": "LoHa", ".lokr_": "LoKr", ".oft_": "OFT", ".glora_": "GLoRA"}  # kinds that cannot be put on


def adds(told: sniff.Sniffed) -> bool:
    """Whether a file is something that is added to a model, or works beside one."""
    return told.kind in FILES or told.family == "tiny-vae"


def describe(path: Path, given: Path | None = None) -> Part:
    """What the file or folder `path` adds to which models; `given` is what a copy was made of. Refused when it is no
    part Darkroom knows."""
    if path.is_file():
        return _file(path, given or path)
    if (path / CONFIG).exists():
        return _small(path) or _network(path)
    files = list(path.glob("*.safetensors"))
    if len(files) == 1:  # a LoRA as it is saved: a folder around one file
        return _file(files[0], files[0])
    raise Refused("missing", f"{path.name} holds neither {folder.INDEX} nor {CONFIG}, so it is no model folder.")


def _file(path: Path, given: Path) -> Part:
    header = weights.header(path)
    shapes = {name: tuple(tensor.shape) for name, tensor in header.tensors.items()}
    told = sniff.sniff(shapes, header.metadata, path.stem)
    if told.kind == "upscaler":
        return _upscaler(path, shapes, told)
    if (small := _small(path)) is not None:
        return small
    if told.kind == "embedding":
        return _embedding(path, shapes)
    if told.kind == "ip-adapter":
        if told.family == "flux1":
            raise Refused("bad-file", f"{shown(path.name)} is an IP-Adapter for Flux.1, which cannot be added yet.")
        return _ip_adapter(path, given, shapes)
    return _lora(path, shapes, header.metadata, told)


# ---------------------------------------------------------------- what a pipeline takes


def fitting(pipe: Any) -> dict[str, tuple[str, ...]]:
    """By the kind of part what it must be made for to fit this pipeline, the family first."""
    latents = tiny.base_of(getattr(pipe, "vae", None))
    found: dict[str, tuple[str, ...]] = {tiny.KIND: (latents,)} if latents else {}
    network = next((one for name in ("unet", "transformer") if (one := getattr(pipe, name, None)) is not None), None)
    if network is None:
        return found
    kind, width = type(network).__name__, _width(dict(network.config))
    bases = fit.of_network(kind, width)
    if hasattr(pipe, "load_lora_weights"):
        found["lora"] = (*bases, "animatediff") if kind == "UNetMotionModel" else bases
    if kind in CONTROLNETS.values() and steered(type(pipe), ""):
        found["controlnet"] = bases
    if kind == "UNet2DConditionModel":
        found["t2i-adapter"] = (
            _steps(network.config.block_out_channels, "text_time" in str(network.config.addition_embed_type)),
        )
    if kind.startswith("UNet") and hasattr(pipe, "load_ip_adapter"):
        found["ip-adapter"] = bases
    if emphasis.honoured(pipe):
        found["embedding"] = (" ".join(str(encoder.config.hidden_size) for _, encoder in encoders(pipe)),)
    return found


def encoders(pipe: Any) -> list[tuple[str, Any]]:
    """What reads the words, by the names a pipeline has for them, in their order."""
    found = [(name, getattr(pipe, name, None)) for name in ("text_encoder", "text_encoder_2", "text_encoder_3")]
    return [(name, one) for name, one in found if one is not None]


def _steps(channels: Sequence[int], xl: bool) -> str:
    """The widths of a U-Net's levels, as a T2I-Adapter says what it was made for; of SD1.5 and SDXL their names."""
    wide = "-".join(map(str, channels))
    known = {"320-640-1280": "sdxl"} if xl else {"320-640-1280-1280": "sd1"}
    return known.get(wide, f"unet {wide}{'xl' * xl}")


def root(kind: Any) -> str:
    """How the names of the pipelines of a family begin: 'StableDiffusionXL'."""
    name = str(kind.__name__).removesuffix("Pipeline")
    for task in ("Inpainting", "Inpaint", "Img2Img"):
        name = name.removesuffix(task)
    return name


def steered(kind: Any, ending: str, union: bool = False) -> Any:
    """The pipeline of the family of `kind` that takes ControlNets, of that ending ('Img2Img'); None without one.

    `union` where there is a class of its own for networks that read several kinds of maps.
    """
    import diffusers

    found = getattr(diffusers, f"{root(kind)}ControlNet{ending}Pipeline", None)
    return getattr(diffusers, f"{root(kind)}ControlNetUnion{ending}Pipeline", found) if union else found


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


def _small(path: Path) -> Part | None:
    """A small autoencoder that shows steps; None when it is none."""
    wide = tiny.latents_of(path)
    return Part(_named(path), tiny.KIND, path.stem, f"latents {wide}", str(path)) if wide else None


def _upscaler(path: Path, shapes: Shapes, told: sniff.Sniffed) -> Part:
    if upscalers.shape_of(shapes) is None and not upscalers.spandrel_here():
        raise Refused("bad-file", f"{shown(path.name)} is the upscaler {told.title}, which needs the package spandrel.")
    return Part(_named(path), "upscaler", path.stem, "", str(path))


def _network(path: Path) -> Part:
    config = folder.read_json(path / CONFIG)
    kind = str(config.get("_class_name", ""))
    if kind not in (*CONTROLNETS, "T2IAdapter"):
        raise Refused("bad-file", f"{path.name} is a {kind[:60] or 'folder'}, which Darkroom cannot add to a model.")
    folder.check_weights(path)
    if kind == "T2IAdapter":
        return Part(_named(path), "t2i-adapter", path.name, _of_adapter(path, config), str(path))
    (base, *_) = fit.of_network(CONTROLNETS[kind], _width(config))
    counted, modes = MODES.get(kind, ("", ()))
    count = config.get(counted)
    return Part(
        _named(path), "controlnet", path.name, base, str(path), modes=modes[: count if isinstance(count, int) else 0]
    )


def _of_adapter(path: Path, config: dict[str, Any]) -> str:
    channels, xl = config.get("channels"), str(config.get("adapter_type", "")).endswith("_xl")
    if not isinstance(channels, list) or not channels or not all(isinstance(one, int) for one in channels):
        raise Refused("bad-file", f"{path.name} does not say how wide its layers are.")
    return _steps(channels[:-1] if xl else channels, xl)  # SDXL has no last level, though its adapters name one


def _lora(path: Path, shapes: Shapes, notes: dict[str, str], told: sniff.Sniffed) -> Part:
    base = fit.of_lora(told, shapes) if told.kind == "lora" else ""
    if not base:
        raise Refused(
            "bad-file", f"{shown(path.name)} is no LoRA that Darkroom knows: no layer of it is named like one."
        )
    if other := next((name for mark, name in OTHERS.items() if any(mark in key for key in shapes)), ""):
        raise Refused("bad-file", f"{shown(path.name)} is a {other}, which cannot be put on a model yet; use a LoRA.")
    return Part(_named(path), "lora", path.stem, base, str(path), lora.triggers(notes))


def _embedding(path: Path, shapes: Shapes) -> Part:
    """Called up by its file's name, as other programs have it."""
    wide = [shapes[name][-1] for name in sorted(vectors(shapes), reverse=True)]  # clip_l is the first encoder's
    if not wide:
        raise Refused("bad-file", f"{shown(path.name)} holds no words that Darkroom knows.")
    return Part(_named(path), "embedding", path.stem, " ".join(map(str, wide)), str(path), (path.stem,))


def vectors(shapes: Shapes) -> list[str]:
    """The tensors of an embedding's file that are words: one, or one for each of two encoders."""
    pair = [name for name in ("clip_l", "clip_g") if name in shapes]
    if pair:
        return pair
    found = [
        name for name, shape in shapes.items() if name == "emb_params" or name.startswith(("string_to_param", "<"))
    ]
    return [name for name in found if len(shapes[name]) in (1, 2) and 0 not in shapes[name]][:1]


def _ip_adapter(path: Path, given: Path, shapes: Shapes) -> Part:
    wide = shapes.get("ip_adapter.1.to_k_ip.weight", ())
    face = shapes.get("image_proj.proj.0.weight", (0, 0))[-1] == 512
    if face or any("lora" in name for name in shapes):
        raise Refused(
            "bad-file", f"{shown(path.name)} reads faces as InsightFace tells them, which Darkroom cannot do."
        )
    if len(wide) != 2:
        raise Refused("bad-file", f"{shown(path.name)} is no IP-Adapter that Darkroom knows.")
    (base, *_) = fit.of_network("UNet2DConditionModel", wide[1])
    return Part(_named(path), "ip-adapter", path.stem, base, str(path), beside=str(_eyes(given, shapes)))


def _eyes(path: Path, shapes: Shapes) -> Path:
    """The folder of the encoder that sees for an IP-Adapter: near its file, where it is published."""
    whole = shapes.get("image_proj.proj.weight")  # of the encoder's last numbers; the others look at its states
    seen = next((shapes[n] for n in ("image_proj.proj_in.weight", "image_proj.proj.0.weight") if n in shapes), (0, 0))
    asked, sees = ("projection_dim", whole[-1]) if whole else ("hidden_size", seen[-1])
    near = [path.parent, path.parent.parent, path.parent.parent / "models", path.parent.parent / "sdxl_models"]
    for place in (one / EYES for one in near):
        if (place / CONFIG).exists() and folder.read_json(place / CONFIG).get(asked) == sees:
            return place
    raise Refused(
        "missing",
        f"{shown(path.name)} needs the folder {EYES} it is published with beside it: an image encoder {sees} wide.",
    )


def _named(path: Path) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:40] or "part"
    marks = (
        folder.sampled(path) if path.is_file() else b"".join(map(folder.sampled, sorted(path.glob("*.safetensors"))))
    )
    return f"{slug}-{marks.hex()[:6]}"
