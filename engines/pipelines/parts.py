"""What is added to a model: ControlNets and LoRAs, which of them fit it, and how they are put on and taken off."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

from engines import upscalers
from engines.contract import Control, Refused, Request
from engines.files import sniff, weights
from engines.pipelines import folder, tiny
from engines.pipelines.live import Live
from engines.shelf import Part

CONTROLNETS = {  # a network of controls -> the network it steers
    "ControlNetModel": "UNet2DConditionModel",
    "FluxControlNetModel": "FluxTransformer2DModel",
    "SD3ControlNetModel": "SD3Transformer2DModel",
    "QwenImageControlNetModel": "QwenImageTransformer2DModel",
    "SanaControlNetModel": "SanaTransformer2DModel",
    "HunyuanDiT2DControlNetModel": "HunyuanDiT2DModel",
}
LOOKED_AT = re.compile(r"attn2.*to_k.*(lora_A|lora_down|lora\.down)")  # a layer that reads the words, in a U-Net
INNER = re.compile(r"(attn.*to_q|attn.*qkv|q_proj|attention.*to_q).*(lora_A|lora_down|lora\.down)")
CONFIG = "config.json"


def describe(path: Path) -> Part:
    """What the file or folder `path` adds to which models. Refused when it is no part Darkroom knows."""
    if path.is_file():
        return _other(path) or _lora(path)
    if (path / CONFIG).exists():
        return _other(path) or _network(path)
    files = list(path.glob("*.safetensors"))
    if len(files) == 1:  # a LoRA as it is saved: a folder around one file
        return _lora(files[0])
    raise Refused("missing", f"{path.name} holds neither {folder.INDEX} nor {CONFIG}, so it is no model folder.")


def bases_of(pipe: Any) -> tuple[str, str]:
    """What LoRAs and what ControlNets must be made for to fit this pipeline: ("unet 768", "UNet2DConditionModel 768").

    A LoRA's layers tell the kind of network and a width; a ControlNet names the network it was copied from.
    """
    for kind in ("unet", "transformer"):
        network = getattr(pipe, kind, None)
        if network is not None:
            wide = _width(dict(network.config))
            return f"{kind} {wide}", f"{type(network).__name__} {wide}"
    return "", ""


def _width(config: dict[str, Any]) -> int:
    """Of the words in a U-Net, of everything in a transformer."""
    wide = config.get("cross_attention_dim") if "block_out_channels" in config else config.get("dim")
    heads, each = config.get("num_attention_heads"), config.get("attention_head_dim")
    if wide is None and isinstance(heads, int) and isinstance(each, int):
        wide = heads * each
    while isinstance(wide, list | tuple):  # one for each block, AudioLDM2 one for each layer of a block and None
        wide = next((one for one in wide if one), 0)
    return int(wide or 0)


def _other(path: Path) -> Part | None:
    """A small autoencoder for previews, or an upscaler; None when it is neither."""
    if path.is_file() and (told := _upscaler(path)) is not None:
        return told
    wide = tiny.latents_of(path)
    return Part(_named(path), tiny.KIND, path.stem, f"latents {wide}", str(path)) if wide else None


def _upscaler(path: Path) -> Part | None:
    shapes = {name: tensor.shape for name, tensor in weights.header(path).tensors.items()}
    if sniff.sniff(shapes).kind != "upscaler":
        return None
    told = upscalers.shape_of(shapes)
    if told is None and not upscalers.spandrel_here():
        kind = sniff.sniff(shapes).title
        raise Refused("bad-file", f"{path.name} is the upscaler {kind}, which needs the package spandrel.")
    return Part(_named(path), "upscaler", path.stem, "", str(path))


def _network(path: Path) -> Part:
    config = folder.read_json(path / CONFIG)
    kind = str(config.get("_class_name", ""))
    if kind not in CONTROLNETS:
        raise Refused("bad-file", f"{path.name} is a {kind[:60] or 'folder'}, which Darkroom cannot add to a model.")
    folder.check_weights(path)
    return Part(_named(path), "controlnet", path.name, f"{CONTROLNETS[kind]} {_width(config)}", str(path))


def _lora(path: Path) -> Part:
    header = weights.header(path)
    base = ""
    for pattern, kind in ((LOOKED_AT, "unet"), (INNER, "transformer")):
        wide = {t.shape[1] for name, t in header.tensors.items() if pattern.search(name) and len(t.shape) > 1}
        if wide and not base:
            base = f"{kind} {min(wide)}"
    if not base:
        raise Refused("bad-file", f"{path.name} is no LoRA that Darkroom knows: no layer of it is named like one.")
    return Part(_named(path), "lora", path.stem, base, str(path), _words(header.metadata))


def _named(path: Path) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:40] or "part"
    marks = (
        folder.sampled(path) if path.is_file() else b"".join(map(folder.sampled, sorted(path.glob("*.safetensors"))))
    )
    return f"{slug}-{marks.hex()[:6]}"


def _words(metadata: dict[str, str]) -> tuple[str, ...]:
    """The words that call a LoRA up, where its file says them."""
    told = metadata.get("modelspec.trigger_phrase") or metadata.get("ss_trigger_words") or ""
    return tuple(word.strip() for word in told.split(",") if word.strip())[:8]


# ---------------------------------------------------------------- LoRAs


def wear(pipe: Any, request: Request, parts: dict[str, Part]) -> None:
    """Have the pipeline wear the request's adapters, and no others. What stays on is not loaded again."""
    wanted = {_plain(a.name): a for a in request.adapters}
    if not hasattr(pipe, "load_lora_weights"):
        if wanted:
            raise Refused("bad-request", f"{type(pipe).__name__.removesuffix('Pipeline')} models wear no LoRAs.")
        return
    worn = {name for many in pipe.get_list_adapters().values() for name in many} if wanted or _wears(pipe) else set()
    if worn and not wanted:
        pipe.unload_lora_weights()
        return
    if gone := worn - set(wanted):
        pipe.delete_adapters(sorted(gone))
    for name in sorted(set(wanted) - worn):
        _put_on(pipe, name, parts.get(wanted[name].name))
    weigh(pipe, request, 0.0)


def weigh(pipe: Any, request: Request, position: float) -> None:
    """The adapters' weights as they are at `position` of the run."""
    if request.adapters:
        named = [_plain(adapter.name) for adapter in request.adapters]
        pipe.set_adapters(named, [adapter.at(position) for adapter in request.adapters])


def moving(request: Request) -> bool:
    """Whether any adapter's weight changes over the run."""
    return any(not isinstance(adapter.weight, int | float) for adapter in request.adapters)


def _put_on(pipe: Any, name: str, part: Part | None) -> None:
    if part is None:
        raise Refused("missing", f"The LoRA {name} is not on the shelf; open its file once.")
    file = Path(part.origin)
    weights.header(file)
    try:
        pipe.load_lora_weights(str(file.parent), weight_name=file.name, adapter_name=name, local_files_only=True)
    except (ValueError, KeyError, RuntimeError) as error:
        raise Refused("bad-request", f"The LoRA {file.name} does not fit this model: {_first(error)}") from error


def _wears(pipe: Any) -> bool:
    networks = (getattr(pipe, name, None) for name in ("unet", "transformer"))
    return any(getattr(network, "_hf_peft_config_loaded", False) for network in networks)


def _plain(name: str) -> str:
    """A name peft can make an attribute of."""
    return name.replace(".", "_")


def _first(error: Exception) -> str:
    return " ".join(str(error).split())[:140] + "."


# ---------------------------------------------------------------- ControlNets


def controlled(kind: Any, request: Request) -> Any:
    """The pipeline's class that also takes ControlNets: that of a start or mask where there is one."""
    import diffusers

    root = kind.__name__.removesuffix("Pipeline")
    for task in ("Inpainting", "Inpaint", "Img2Img"):
        root = root.removesuffix(task)
    ending = (
        ["Inpaint", "Inpainting"] if request.mask is not None else ["Img2Img"] if request.start is not None else [""]
    )
    found = [getattr(diffusers, f"{root}ControlNet{end}Pipeline", None) for end in ending]
    chosen = next((one for one in found if one is not None), None)
    if chosen is None:
        raise Refused("bad-request", f"{root} models take no ControlNet for this; leave the controls out.")
    return chosen


def network(path: Path, dtype: Any) -> Any:
    """A ControlNet, loaded."""
    import diffusers

    kind = str(folder.read_json(path / CONFIG).get("_class_name", ""))
    if kind not in CONTROLNETS:
        raise Refused("bad-file", f"{path.name} is no ControlNet that Darkroom knows.")
    folder.check_weights(path)
    made = getattr(diffusers, kind)
    return made.from_pretrained(path, local_files_only=True, use_safetensors=True, torch_dtype=dtype).eval()


def control_words(kind: Any, controls: list[Control], pictures: list[Any]) -> dict[str, Any]:
    """The arguments of the controls: pictures, and strengths that may be live."""
    known = inspect.signature(kind.__call__).parameters
    strengths = [Live(c.strength) if not isinstance(c.strength, int | float) else c.strength for c in controls]
    one = len(pictures) == 1
    name = "control_image" if "control_image" in known else "image"
    return {name: pictures[0] if one else pictures, "controlnet_conditioning_scale": strengths[0] if one else strengths}
