"""Checkpoints in their authors' own layout: which tensors are whose, and the same as the library's networks name them.

The names are those of CompVis's and Stability AI's code; the conversion is diffusers' own, part by part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

NETWORK, VAE = "model.diffusion_model.", "first_stage_model."
_SD = {"unet": (NETWORK, "network"), "vae": (VAE, "VAE")}
_CLIP_L = "CLIP-L text encoder"
MOST = 3  # tensors for each the network has, beyond which a file is no checkpoint and looking through it takes too long

# family -> component -> (how the names of its tensors begin, what a person calls it)
PARTS: dict[str, dict[str, tuple[str, str]]] = {
    "sd1": _SD | {"text_encoder": ("cond_stage_model.", _CLIP_L)},
    "sd2": _SD | {"text_encoder": ("cond_stage_model.", "OpenCLIP-H text encoder")},
    "sdxl": _SD
    | {
        "text_encoder": ("conditioner.embedders.0.", _CLIP_L),
        "text_encoder_2": ("conditioner.embedders.1.", "OpenCLIP-G text encoder"),
    },
}


class Misfit(ValueError):
    """Why tensors are not those of a network: the end of a sentence."""


def absent(family: str, names: Iterable[str]) -> list[str]:
    """What a checkpoint of `family` needs and a file with tensors of these names lacks, as a person calls it."""
    there = tuple(names)
    return [said for start, said in PARTS[family].values() if not any(name.startswith(start) for name in there)]


def of_part(family: str, part: str, names: Iterable[str]) -> list[str]:
    """Those of the tensors' names that belong to a component."""
    return [name for name in names if name.startswith(PARTS[family][part][0])]


def converted(family: str, part: str, net: Any, tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The tensors of a component as the state of `net`, which may be on the meta device, as may they.

    Misfit when one is missing or has another shape; those that `net` does not know are left out.
    """
    start, said = PARTS[family][part]
    own = net.state_dict()
    if len(tensors) > MOST * len(own):
        raise Misfit(f"its {said} has {len(tensors):,} tensors, not {len(own):,}")
    try:
        found = _CONVERTERS[part](net, dict(tensors), start)
    except (KeyError, AttributeError, IndexError, RuntimeError) as error:  # a layout with holes in it
        raise Misfit(f"its {said} is laid out in another way") from error
    return fitting(net, found, said)


def fitting(net: Any, found: Mapping[str, Any], said: str) -> dict[str, Any]:
    """Those of the tensors `found` that `net` has, named as it names them; `said` is what a person calls it.

    Misfit when one is missing or has another shape. Packed numbers are counted, not their bytes.
    """
    own = net.state_dict()
    for name, wanted in own.items():
        tensor = found.get(name)
        if tensor is None:
            raise Misfit(f"its {said} lacks {name}")
        packed = hasattr(tensor, "quant_shape")
        if not packed and not tensor.is_floating_point():
            raise Misfit(f"{name} of its {said} is of whole numbers, which are to be scaled in a way of its own")
        shape = tuple(tensor.quant_shape if packed else tensor.shape)
        if shape != tuple(wanted.shape):
            raise Misfit(f"{name} of its {said} is {_sides(shape)}, not {_sides(tuple(wanted.shape))}")
    return {name: found[name] for name in own}


def _sides(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "a single number"


def _unet(net: Any, tensors: dict[str, Any], start: str) -> dict[str, Any]:
    from diffusers.loaders.single_file_utils import convert_ldm_unet_checkpoint

    return dict(convert_ldm_unet_checkpoint(tensors, net.config))


def _vae(net: Any, tensors: dict[str, Any], start: str) -> dict[str, Any]:
    from diffusers.loaders.single_file_utils import convert_ldm_vae_checkpoint

    return dict(convert_ldm_vae_checkpoint(tensors, net.config))


def _text(net: Any, tensors: dict[str, Any], start: str) -> dict[str, Any]:
    """Of OpenCLIP's layout, or of transformers', in which older files leave `text_model.` out."""
    from diffusers.loaders.single_file_utils import convert_open_clip_checkpoint

    if any(name.startswith(start + "model.") for name in tensors):
        found = convert_open_clip_checkpoint(net, tensors, prefix=start + "model.")
    else:
        found = {name.removeprefix(start + "transformer."): tensor for name, tensor in tensors.items()}
    wrapped = hasattr(net, "text_model")  # the library keeps it flat where there is no projection
    return {_placed(name, wrapped): tensor for name, tensor in found.items()}


def _placed(name: str, wrapped: bool) -> str:
    if not wrapped:
        return name.removeprefix("text_model.")
    return name if name.startswith(("text_model.", "text_projection.")) else f"text_model.{name}"


_CONVERTERS = {"unet": _unet, "vae": _vae, "text_encoder": _text, "text_encoder_2": _text}
