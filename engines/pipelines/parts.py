"""What is added to a model: how LoRAs are put on and taken off, and how ControlNets are loaded and told their part."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from engines import shelf
from engines.contract import Control, Refused, Request
from engines.files import weights
from engines.files.sniff import fit
from engines.pipelines import added, folder
from engines.pipelines.added import CONFIG, CONTROLNETS
from engines.pipelines.live import Live
from engines.shelf import Part

PEFT = "base_model.model."  # how the names begin that peft itself gives

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
    header = weights.header(file)
    given = _from_peft(pipe, file) if any(key.startswith(PEFT) for key in header.tensors) else str(file.parent)
    try:
        pipe.load_lora_weights(given, weight_name=file.name, adapter_name=name, local_files_only=True)
    except (ValueError, KeyError, RuntimeError) as error:
        _take_off(pipe, name)
        raise Refused("bad-request", f"The LoRA {part.title} does not fit this model: {_first(error)}") from error
    if not _holds(pipe, name):
        made = fit.title(part.base)
        raise Refused("bad-request", f"The LoRA {part.title}, made for {made}, takes hold of no layer of this model.")


def _from_peft(pipe: Any, file: Path) -> dict[str, Any]:
    """The LoRA in `file` as peft itself saves one of a network, by the names and in the size that pipelines expect."""
    from safetensors.torch import load_file

    beside = file.parent / "adapter_config.json"
    told = folder.read_json(beside) if beside.exists() else {}
    rank, alpha = told.get("r"), told.get("lora_alpha")
    size = alpha / rank if isinstance(rank, int) and isinstance(alpha, int | float) and rank else 1.0
    network = "unet" if hasattr(pipe, "unet") else "transformer"
    return {
        f"{network}.{key.removeprefix(PEFT)}": tensor * size if ".lora_B." in key and size != 1.0 else tensor
        for key, tensor in load_file(file).items()
    }


def _take_off(pipe: Any, name: str) -> None:
    """What a LoRA that did not fit has left."""
    for network in _networks(pipe):
        if name in getattr(network, "peft_config", {}):
            network.delete_adapters([name])


def _holds(pipe: Any, name: str) -> bool:
    """Whether the LoRA of that name changes a layer of anything."""
    layers = (layer for network in _networks(pipe) for layer in network.modules())
    return any(name in getattr(layer, "lora_A", ()) for layer in layers)


def _wears(pipe: Any) -> bool:
    return any(getattr(network, "_hf_peft_config_loaded", False) for network in _networks(pipe))


def _networks(pipe: Any) -> list[Any]:
    """What LoRAs may change: the networks and what reads the words."""
    found = [getattr(pipe, name, None) for name in pipe._lora_loadable_modules]
    return [one for one in found if one is not None]


def _plain(name: str) -> str:
    """A name peft can make an attribute of."""
    return name.replace(".", "_")


def _first(error: Exception) -> str:
    return " ".join(str(error).split())[:140] + "."


# ---------------------------------------------------------------- ControlNets


def nets(controls: Sequence[Control], own: Collection[str]) -> tuple[str, ...]:
    """The names of the networks of the controls that are not a model's `own`; one for several maps comes once."""
    named = [control.kind for control in controls if control.kind not in own]
    union = [name.partition("/")[0] for name in named if "/" in name]
    if union and len({name.partition("/")[0] for name in named}) > 1:
        raise Refused("bad-request", "A ControlNet for several kinds of maps goes without others; use its own kinds.")
    return tuple(dict.fromkeys(union)) or tuple(named)


def controlled(kind: Any, request: Request) -> Any:
    """The pipeline's class that also takes ControlNets: that of a start or mask where there is one."""
    endings = ("Inpaint", "Inpainting") if request.mask else ("Img2Img",) if request.start is not None else ("",)
    union = any("/" in control.kind for control in request.controls)
    chosen = next((one for ending in endings if (one := added.steered(kind, ending, union)) is not None), None)
    if chosen is None:
        raise Refused("bad-request", f"{added.root(kind)} models take no ControlNet for this; leave the controls out.")
    return chosen


def joined(found: list[Any], count: int) -> Any:
    """The networks as a pipeline takes them that has `count` maps to give."""
    several = len(found) > 1 or (count > 1 and type(found[0]).__name__ != "ControlNetUnionModel")
    return found if several else found[0]


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
    modes = [_mode(control.kind) for control in controls if "/" in control.kind]
    one = len(pictures) == 1 and not (modes and "Union" in kind.__name__)  # whose pipelines want lists
    name = "control_image" if "control_image" in known else "image"
    found = {name: pictures, "controlnet_conditioning_scale": strengths} | ({"control_mode": modes} if modes else {})
    return {word: value[0] for word, value in found.items()} if one else found


def _mode(kind: str) -> int:
    """The number a network for several kinds of maps has for the one that a control's kind names."""
    name, _, mode = kind.partition("/")
    part = shelf.parts(shelf.folder()).get(name)
    if part is None or mode not in part.modes:
        raise Refused("missing", f"The control {kind} is not on the shelf; open its folder once.")
    return part.modes.index(mode)
