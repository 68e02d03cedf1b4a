"""Transformers and their autoencoders as their authors lay them out: the tensors as the library's networks name them,
and what of a network's configuration the shapes of its tensors tell.

The conversion is diffusers' own (`loaders/single_file_utils.py`), which renames, splits and turns; it works without
numbers too.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

TRUE_WIDTH = 3072  # that the conversion of Flux.1's single blocks takes for granted
FUSED = (TRUE_WIDTH * 7, 1)  # of three projections and of an inner layer four times as wide
LIKE = {"AutoencoderKLQwenImage": "AutoencoderKLWan"}  # classes whose original layout is another's
BLOCKS = 256  # at most, of a kind
Shapes = Mapping[str, tuple[int, ...]]


class Strange(ValueError):
    """The tensors are laid out in a way that nothing here knows."""


def converted(kind: str, tensors: Mapping[str, Any], config: Any = None) -> dict[str, Any]:
    """The tensors as diffusers' class of that name calls them; as they are where they have those names already.

    Raises Strange when they are of neither layout.
    """
    if not _foreign(kind, tensors):
        return dict(tensors)
    given = dict(tensors)
    try:
        if kind in ("FluxTransformer2DModel", "ChromaTransformer2DModel"):
            return _flux(kind, given)
        return _renamed(kind, given, config)
    except (KeyError, AttributeError, IndexError, RuntimeError, ValueError) as error:  # a layout with holes in it
        raise Strange(f"{kind} is laid out in another way") from error


def _foreign(kind: str, tensors: Mapping[str, Any]) -> bool:
    signs = FOREIGN.get(LIKE.get(kind, kind), ())
    return any(name.startswith(sign) or f".{sign}" in name for name in tensors for sign in signs)


FOREIGN = {  # names that only the authors' own layout has
    "FluxTransformer2DModel": ("double_blocks.",),
    "ChromaTransformer2DModel": ("double_blocks.",),
    "Flux2Transformer2DModel": ("double_blocks.",),
    "SD3Transformer2DModel": ("joint_blocks.",),
    "ZImageTransformer2DModel": ("attention.qkv.", "attention.out."),
    "WanTransformer3DModel": ("head.modulation", "self_attn."),
    "LTXVideoTransformer3DModel": ("patchify_proj.",),
    "AutoencoderKL": ("encoder.down.", "decoder.up.", "mid.block_1."),
    "AutoencoderKLWan": ("decoder.middle.",),
    "AutoencoderKLLTXVideo": ("per_channel_statistics.", "res_blocks."),
}


def _renamed(kind: str, tensors: dict[str, Any], config: Any) -> dict[str, Any]:
    from diffusers.loaders.single_file_model import SINGLE_FILE_LOADABLE_CLASSES

    known: dict[str, Any] = SINGLE_FILE_LOADABLE_CLASSES
    convert: Callable[..., Any] = known[LIKE.get(kind, kind)]["checkpoint_mapping_fn"]
    if kind == "AutoencoderKLLTXVideo":
        tensors = {f"vae.{name}": tensor for name, tensor in tensors.items()}
    more = {"config": config} if "config" in inspect.signature(convert).parameters else {}
    return dict(convert(checkpoint=tensors, **more))


def _flux(kind: str, tensors: dict[str, Any]) -> dict[str, Any]:
    """With the first layers of the single blocks split by their own width; the library's conversion knows one alone."""
    import torch

    fused = {name: tensors[name] for name in tensors if ".linear1." in name and name.startswith("single_blocks.")}
    stand_ins = {name: torch.empty(FUSED, device="meta") for name in fused}
    found = _renamed(kind, tensors | stand_ins, None)
    width = {name.split(".")[1]: tensor.shape[1] for name, tensor in _plain_shapes(fused).items() if tensor.ndim > 1}
    for name, tensor in fused.items():
        _, block, _, letter = name.split(".")
        side = width[block]
        parts = torch.split(tensor, [side, side, side, tensor.shape[0] - 3 * side])
        start = f"single_transformer_blocks.{block}."
        names = [f"{start}attn.to_{one}.{letter}" for one in "qkv"] + [f"{start}proj_mlp.{letter}"]
        found |= {called: torch.cat([part]) for called, part in zip(names, parts, strict=True)}
    return found


class _Sized:
    """A tensor's shape in numbers, not in the bytes of packed ones."""

    def __init__(self, tensor: Any) -> None:
        self.shape = tuple(getattr(tensor, "quant_shape", tensor.shape))
        self.ndim = len(self.shape)


def _plain_shapes(tensors: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _Sized(tensor) for name, tensor in tensors.items()}


def shapes_of(tensors: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """The shapes in numbers, of packed tensors too."""
    return {name: _Sized(tensor).shape for name, tensor in tensors.items()}


# ---------------------------------------------------------------- what the shapes tell


def told(kind: str, shapes: Shapes, known: Mapping[str, Any]) -> dict[str, Any]:
    """What a network's configuration must be for its tensors, named as diffusers does, to have these shapes.

    `known` is the family's configuration, which has what no shape tells. Raises Strange when a tensor is missing.
    """
    try:
        return _TOLD[kind](shapes, known) if kind in _TOLD else {}
    except (KeyError, IndexError, ZeroDivisionError) as error:
        raise Strange(f"lacks {error.args[0]}") from error


def _count(shapes: Shapes, start: str) -> int:
    """How many blocks there are, which must be numbered from nought on."""
    numbers = {name[len(start) :].split(".")[0] for name in shapes if name.startswith(start)}
    if len(numbers) > BLOCKS or numbers != {str(n) for n in range(len(numbers))}:
        raise Strange(f"has blocks {start}* that cannot be counted")
    return len(numbers)


def _heads(shapes: Shapes, width: int, norm: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """Heads and how wide each is: as its norm where each head has one, else as the family's."""
    each = shapes[norm][0] if norm in shapes else int(known["attention_head_dim"])
    return {"attention_head_dim": each, "num_attention_heads": width // each}


def _flux1(shapes: Shapes, known: Mapping[str, Any]) -> dict[str, Any]:
    found = _chroma(shapes, known)
    drop = [name for name in found if name.startswith("approximator")]
    found = {name: value for name, value in found.items() if name not in drop}
    found["pooled_projection_dim"] = shapes["time_text_embed.text_embedder.linear_1.weight"][1]
    found["guidance_embeds"] = "time_text_embed.guidance_embedder.linear_1.weight" in shapes
    return found


def _chroma(shapes: Shapes, known: Mapping[str, Any]) -> dict[str, Any]:
    found = _heads(shapes, shapes["x_embedder.weight"][0], "transformer_blocks.0.attn.norm_q.weight", known)
    found |= {
        "num_layers": _count(shapes, "transformer_blocks."),
        "num_single_layers": _count(shapes, "single_transformer_blocks."),
        "in_channels": shapes["x_embedder.weight"][1],
        "out_channels": shapes["proj_out.weight"][0],
        "joint_attention_dim": shapes["context_embedder.weight"][1],
    }
    if "distilled_guidance_layer.in_proj.weight" in shapes:
        hidden, channels = shapes["distilled_guidance_layer.in_proj.weight"]
        layers = _count(shapes, "distilled_guidance_layer.layers.")
        found |= {"approximator_hidden_dim": hidden, "approximator_num_channels": channels}
        found |= {"approximator_layers": layers}
    return found


def _flux2(shapes: Shapes, known: Mapping[str, Any]) -> dict[str, Any]:
    width = shapes["x_embedder.weight"][0]
    return _heads(shapes, width, "transformer_blocks.0.attn.norm_q.weight", known) | {
        "num_layers": _count(shapes, "transformer_blocks."),
        "num_single_layers": _count(shapes, "single_transformer_blocks."),
        "in_channels": shapes["x_embedder.weight"][1],
        "joint_attention_dim": shapes["context_embedder.weight"][1],
        "timestep_guidance_channels": shapes["time_guidance_embed.timestep_embedder.linear_1.weight"][1],
        "mlp_ratio": shapes["transformer_blocks.0.ff.linear_out.weight"][1] / width,
        "guidance_embeds": "time_guidance_embed.guidance_embedder.linear_1.weight" in shapes,
    }


def _sd3(shapes: Shapes, known: Mapping[str, Any]) -> dict[str, Any]:
    width, channels, patch, _ = shapes["pos_embed.proj.weight"]
    layers = _count(shapes, "transformer_blocks.")
    norm = "transformer_blocks.0.attn.norm_q.weight"
    two = tuple(n for n in range(layers) if f"transformer_blocks.{n}.attn2.to_q.weight" in shapes)
    return _heads(shapes, width, norm, known) | {
        "num_layers": layers,
        "patch_size": patch,
        "in_channels": channels,
        "out_channels": shapes["proj_out.weight"][0] // patch**2,
        "joint_attention_dim": shapes["context_embedder.weight"][1],
        "caption_projection_dim": shapes["context_embedder.weight"][0],
        "pooled_projection_dim": shapes["time_text_embed.text_embedder.linear_1.weight"][1],
        "pos_embed_max_size": round(shapes["pos_embed.pos_embed"][1] ** 0.5),
        "dual_attention_layers": two,
        "qk_norm": "rms_norm" if norm in shapes else None,
    }


def _qwen(shapes: Shapes, known: Mapping[str, Any]) -> dict[str, Any]:
    norm = "transformer_blocks.0.attn.norm_q.weight"
    return _heads(shapes, shapes["img_in.weight"][0], norm, known) | {
        "num_layers": _count(shapes, "transformer_blocks."),
        "in_channels": shapes["img_in.weight"][1],
        "out_channels": shapes["proj_out.weight"][0] // int(known.get("patch_size", 2)) ** 2,
        "joint_attention_dim": shapes["txt_norm.weight"][0],
    }


def _z_image(shapes: Shapes, known: Mapping[str, Any]) -> dict[str, Any]:
    width = shapes["layers.0.attention.to_q.weight"][1]
    each = shapes["layers.0.attention.norm_q.weight"][0]
    return {
        "dim": width,
        "n_layers": _count(shapes, "layers."),
        "in_channels": shapes["all_x_embedder.2-1.weight"][1] // 4,  # patches of 2 x 2
        "n_refiner_layers": _count(shapes, "noise_refiner."),
        "n_heads": shapes["layers.0.attention.to_q.weight"][0] // each,
        "n_kv_heads": shapes["layers.0.attention.to_k.weight"][0] // each,
        "cap_feat_dim": shapes["cap_embedder.1.weight"][1],
    }


def _wan(shapes: Shapes, known: Mapping[str, Any]) -> dict[str, Any]:
    width, channels, *patch = shapes["patch_embedding.weight"]
    area = patch[0] * patch[1] * patch[2]
    eyes = "condition_embedder.image_embedder.norm1.weight"
    return _heads(shapes, width, "", known) | {
        "num_layers": _count(shapes, "blocks."),
        "patch_size": tuple(patch),
        "in_channels": channels,
        "out_channels": shapes["proj_out.weight"][0] // area,
        "text_dim": shapes["condition_embedder.text_embedder.linear_1.weight"][1],
        "freq_dim": shapes["condition_embedder.time_embedder.linear_1.weight"][1],
        "ffn_dim": shapes["blocks.0.ffn.net.0.proj.weight"][0],
        "image_dim": shapes[eyes][0] if eyes in shapes else None,
        "added_kv_proj_dim": width if "blocks.0.attn2.add_k_proj.weight" in shapes else None,
    }


def _ltx(shapes: Shapes, known: Mapping[str, Any]) -> dict[str, Any]:
    width, channels = shapes["proj_in.weight"]
    return _heads(shapes, width, "", known) | {
        "num_layers": _count(shapes, "transformer_blocks."),
        "in_channels": channels,
        "out_channels": shapes["proj_out.weight"][0],
        "cross_attention_dim": shapes["transformer_blocks.0.attn2.to_k.weight"][1],
        "caption_channels": shapes["caption_projection.linear_1.weight"][1],
    }


_TOLD: dict[str, Callable[[Shapes, Mapping[str, Any]], dict[str, Any]]] = {
    "FluxTransformer2DModel": _flux1,
    "ChromaTransformer2DModel": _chroma,
    "Flux2Transformer2DModel": _flux2,
    "SD3Transformer2DModel": _sd3,
    "QwenImageTransformer2DModel": _qwen,
    "ZImageTransformer2DModel": _z_image,
    "WanTransformer3DModel": _wan,
    "LTXVideoTransformer3DModel": _ltx,
}
