"""A diffusers pipeline's weights under the names their authors gave them: the conversion, the other way round.

    state("sdxl", pipe)  ->  {'model.diffusion_model.input_blocks.0.0.weight': ...}

Works on the meta device too, where it gives the header of a checkpoint of any size.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

RESNET = {"norm1": "in_layers.0", "conv1": "in_layers.2", "norm2": "out_layers.0", "conv2": "out_layers.3"}
RESNET |= {"time_emb_proj": "emb_layers.1", "conv_shortcut": "skip_connection"}
OUTER = {"conv_in": "input_blocks.0.0", "conv_norm_out": "out.0", "conv_out": "out.2"}
OUTER |= {"time_embedding.linear_1": "time_embed.0", "time_embedding.linear_2": "time_embed.2"}
OUTER |= {"add_embedding.linear_1": "label_emb.0.0", "add_embedding.linear_2": "label_emb.0.2"}


def state(family: str, pipe: Any) -> dict[str, Any]:
    """All of a checkpoint of 'sd1', 'sd2' or 'sdxl'."""
    found = _below("model.diffusion_model.", unet(pipe.unet)) | _below("first_stage_model.", vae(pipe.vae))
    if family == "sd1":
        return found | _below("cond_stage_model.transformer.", clip(pipe.text_encoder))
    if family == "sd2":
        return found | _below("cond_stage_model.model.", open_clip(pipe.text_encoder))
    found |= _below("conditioner.embedders.0.transformer.", clip(pipe.text_encoder))
    return found | _below("conditioner.embedders.1.model.", open_clip(pipe.text_encoder_2))


def unet(net: Any) -> dict[str, Any]:
    layers = net.config.layers_per_block
    rules: list[tuple[str, Callable[[re.Match[str]], str]]] = [
        (r"down_blocks\.(\d+)\.resnets\.(\d+)", lambda m: f"input_blocks.{1 + int(m[1]) * (layers + 1) + int(m[2])}.0"),
        (
            r"down_blocks\.(\d+)\.attentions\.(\d+)",
            lambda m: f"input_blocks.{1 + int(m[1]) * (layers + 1) + int(m[2])}.1",
        ),
        (r"down_blocks\.(\d+)\.downsamplers\.0\.conv", lambda m: f"input_blocks.{(int(m[1]) + 1) * (layers + 1)}.0.op"),
        (r"mid_block\.resnets\.(\d+)", lambda m: f"middle_block.{2 * int(m[1])}"),
        (r"mid_block\.attentions\.0", lambda m: "middle_block.1"),
        (r"up_blocks\.(\d+)\.resnets\.(\d+)", lambda m: f"output_blocks.{int(m[1]) * (layers + 1) + int(m[2])}.0"),
        (r"up_blocks\.(\d+)\.attentions\.(\d+)", lambda m: f"output_blocks.{int(m[1]) * (layers + 1) + int(m[2])}.1"),
        (r"up_blocks\.(\d+)\.upsamplers\.0\.conv", lambda m: _upsampler(net, int(m[1]), layers)),
    ]
    return {_renamed(name, rules, RESNET, OUTER): tensor for name, tensor in net.state_dict().items()}


def _upsampler(net: Any, block: int, layers: int) -> str:
    """It stands behind the block's last attention, where there is one."""
    behind = 2 if hasattr(net.up_blocks[block], "attentions") else 1
    return f"output_blocks.{block * (layers + 1) + layers}.{behind}.conv"


def vae(net: Any) -> dict[str, Any]:
    last = len(net.config.up_block_types) - 1
    rules: list[tuple[str, Callable[[re.Match[str]], str]]] = [
        (r"down_blocks\.(\d+)\.resnets\.(\d+)", lambda m: f"down.{m[1]}.block.{m[2]}"),
        (r"down_blocks\.(\d+)\.downsamplers\.0\.conv", lambda m: f"down.{m[1]}.downsample.conv"),
        (r"up_blocks\.(\d+)\.resnets\.(\d+)", lambda m: f"up.{last - int(m[1])}.block.{m[2]}"),
        (r"up_blocks\.(\d+)\.upsamplers\.0\.conv", lambda m: f"up.{last - int(m[1])}.upsample.conv"),
        (r"mid_block\.resnets\.(\d+)", lambda m: f"mid.block_{int(m[1]) + 1}"),
        (r"mid_block\.attentions\.0", lambda m: "mid.attn_1"),
    ]
    inner = {"conv_shortcut": "nin_shortcut", "group_norm": "norm", "to_out.0": "proj_out"}
    inner |= {f"to_{letter}": letter for letter in "qkv"}
    found = {}
    for name, tensor in net.state_dict().items():
        renamed = _renamed(name, rules, inner, {}).replace("conv_norm_out", "norm_out")
        turned = "attn_1" in renamed and tensor.ndim == 2  # they are convolutions there
        found[renamed] = tensor[:, :, None, None] if turned else tensor
    return found


def clip(net: Any) -> dict[str, Any]:
    return {f"text_model.{name.removeprefix('text_model.')}": tensor for name, tensor in net.state_dict().items()}


def open_clip(net: Any) -> dict[str, Any]:
    import torch

    own = {name.removeprefix("text_model."): tensor for name, tensor in net.state_dict().items()}
    found = {"positional_embedding": own.pop("embeddings.position_embedding.weight")}
    found["token_embedding.weight"] = own.pop("embeddings.token_embedding.weight")
    if "text_projection.weight" in own:
        found["text_projection"] = own.pop("text_projection.weight").T.contiguous()
    for name in [name for name in own if ".self_attn.q_proj." in name]:
        layer, kind = name.split(".")[2], name.rpartition(".")[2]
        three = [own.pop(name.replace(".q_proj.", f".{letter}_proj.")) for letter in "qkv"]
        found[f"transformer.resblocks.{layer}.attn.in_proj_{kind}"] = torch.cat(three)
    words = {"final_layer_norm": "ln_final", "encoder.layers": "transformer.resblocks", "self_attn": "attn"}
    words |= {"layer_norm1": "ln_1", "layer_norm2": "ln_2", "fc1": "c_fc", "fc2": "c_proj"}
    for name, tensor in own.items():
        for theirs, ours in words.items():
            name = name.replace(theirs, ours)
        found[name] = tensor
    return found


def _renamed(name: str, rules: list[Any], inner: dict[str, str], outer: dict[str, str]) -> str:
    for form, put in rules:
        changed, count = re.subn(form, put, name)
        if count:
            start = re.search(form, name)
            assert start is not None
            rest = name[start.end() :]
            for theirs, ours in inner.items():
                rest = re.sub(rf"^\.{re.escape(theirs)}\.", f".{ours}.", rest)
            return changed.removesuffix(name[start.end() :]) + rest
    stem, _, kind = name.rpartition(".")
    return f"{outer.get(stem, stem)}.{kind}"


def _below(prefix: str, tensors: dict[str, Any]) -> dict[str, Any]:
    return {prefix + name: tensor.contiguous() for name, tensor in tensors.items()}
