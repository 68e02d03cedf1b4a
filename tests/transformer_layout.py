"""Transformers under the names their authors gave them: diffusers' conversion, the other way round.

state(pipe)  ->  the tensors of pipe.transformer as its authors' file holds them; on the meta device too
"""

from __future__ import annotations

import re
from typing import Any

Tensors = dict[str, Any]


def state(pipe: Any) -> Tensors:
    net = pipe.transformer
    found = _LAYOUTS[type(net).__name__](dict(net.state_dict()))
    return {name: tensor.contiguous() for name, tensor in found.items()}


def _renamed(tensors: Tensors, rules: list[tuple[str, str]]) -> Tensors:
    found = {}
    for name, tensor in tensors.items():
        for theirs, ours in rules:
            name = re.sub(theirs, ours, name)
        found[name] = tensor
    return found


def _fused(tensors: Tensors, names: list[str], into: str) -> Tensors:
    """Those whose names end so, one after the other in one tensor; `{}` in the names is weight or bias."""
    import torch

    found = dict(tensors)
    for letter in ("weight", "bias"):
        ends = [f"{name}.{letter}" for name in names]
        for key in [key for key in tensors if key.endswith(ends[0])]:
            start = key.removesuffix(ends[0])
            if all(start + end in found for end in ends):
                found[f"{start}{into}.{letter}"] = torch.cat([found.pop(start + end) for end in ends])
    return found


def _swapped(tensors: Tensors, name: str) -> Tensors:
    """Shift before scale."""
    import torch

    turned = {}
    for letter in ("weight", "bias"):
        if f"{name}.{letter}" in tensors:
            scale, shift = tensors[f"{name}.{letter}"].chunk(2)
            turned[f"{name}.{letter}"] = torch.cat([shift, scale])
    return tensors | turned


def flux(tensors: Tensors) -> Tensors:
    found = _swapped(tensors, "norm_out.linear")
    found = _fused(found, [".attn.to_q", ".attn.to_k", ".attn.to_v", ".proj_mlp"], ".linear1")
    found = _fused(found, [".attn.to_q", ".attn.to_k", ".attn.to_v"], ".img_attn.qkv")
    found = _fused(found, [".attn.add_q_proj", ".attn.add_k_proj", ".attn.add_v_proj"], ".txt_attn.qkv")
    rules = [
        (r"^time_text_embed\.timestep_embedder\.linear_1", "time_in.in_layer"),
        (r"^time_text_embed\.timestep_embedder\.linear_2", "time_in.out_layer"),
        (r"^time_text_embed\.text_embedder\.linear_1", "vector_in.in_layer"),
        (r"^time_text_embed\.text_embedder\.linear_2", "vector_in.out_layer"),
        (r"^time_text_embed\.guidance_embedder\.linear_1", "guidance_in.in_layer"),
        (r"^time_text_embed\.guidance_embedder\.linear_2", "guidance_in.out_layer"),
        (r"^context_embedder", "txt_in"),
        (r"^x_embedder", "img_in"),
        (r"^norm_out\.linear", "final_layer.adaLN_modulation.1"),
        (r"^proj_out", "final_layer.linear"),
        (r"^single_transformer_blocks\.(\d+)\.norm\.linear", r"single_blocks.\1.modulation.lin"),
        (r"^single_transformer_blocks\.(\d+)\.attn\.norm_q\.weight", r"single_blocks.\1.norm.query_norm.scale"),
        (r"^single_transformer_blocks\.(\d+)\.attn\.norm_k\.weight", r"single_blocks.\1.norm.key_norm.scale"),
        (r"^single_transformer_blocks\.(\d+)\.proj_out", r"single_blocks.\1.linear2"),
        (r"^single_transformer_blocks", "single_blocks"),
        (r"^transformer_blocks", "double_blocks"),
        (r"\.norm1_context\.linear", ".txt_mod.lin"),
        (r"\.norm1\.linear", ".img_mod.lin"),
        (r"\.attn\.norm_q\.weight", ".img_attn.norm.query_norm.scale"),
        (r"\.attn\.norm_k\.weight", ".img_attn.norm.key_norm.scale"),
        (r"\.attn\.norm_added_q\.weight", ".txt_attn.norm.query_norm.scale"),
        (r"\.attn\.norm_added_k\.weight", ".txt_attn.norm.key_norm.scale"),
        (r"\.ff\.net\.0\.proj", ".img_mlp.0"),
        (r"\.ff\.net\.2", ".img_mlp.2"),
        (r"\.ff_context\.net\.0\.proj", ".txt_mlp.0"),
        (r"\.ff_context\.net\.2", ".txt_mlp.2"),
        (r"\.attn\.to_out\.0", ".img_attn.proj"),
        (r"\.attn\.to_add_out", ".txt_attn.proj"),
    ]
    return _renamed(found, rules)


def sd3(tensors: Tensors) -> Tensors:
    last = max(int(name.split(".")[1]) for name in tensors if name.startswith("transformer_blocks."))
    found = _swapped(tensors, "norm_out.linear")
    found = _swapped(found, f"transformer_blocks.{last}.norm1_context.linear")
    for one in ("attn", "attn2"):
        found = _fused(found, [f".{one}.to_q", f".{one}.to_k", f".{one}.to_v"], f".x_block.{one}.qkv")
    found = _fused(found, [".attn.add_q_proj", ".attn.add_k_proj", ".attn.add_v_proj"], ".context_block.attn.qkv")
    rules = [
        (r"^pos_embed\.pos_embed$", "pos_embed"),
        (r"^pos_embed\.proj", "x_embedder.proj"),
        (r"^time_text_embed\.timestep_embedder\.linear_1", "t_embedder.mlp.0"),
        (r"^time_text_embed\.timestep_embedder\.linear_2", "t_embedder.mlp.2"),
        (r"^time_text_embed\.text_embedder\.linear_1", "y_embedder.mlp.0"),
        (r"^time_text_embed\.text_embedder\.linear_2", "y_embedder.mlp.2"),
        (r"^norm_out\.linear", "final_layer.adaLN_modulation.1"),
        (r"^proj_out", "final_layer.linear"),
        (r"^transformer_blocks", "joint_blocks"),
        (r"\.norm1_context\.linear", ".context_block.adaLN_modulation.1"),
        (r"\.norm1\.linear", ".x_block.adaLN_modulation.1"),
        (r"\.(attn2?)\.norm_([qk])\.", r".x_block.\1.ln_\2."),
        (r"\.attn\.norm_added_([qk])\.", r".context_block.attn.ln_\1."),
        (r"\.(attn2?)\.to_out\.0", r".x_block.\1.proj"),
        (r"\.attn\.to_add_out", ".context_block.attn.proj"),
        (r"\.ff\.net\.0\.proj", ".x_block.mlp.fc1"),
        (r"\.ff\.net\.2", ".x_block.mlp.fc2"),
        (r"\.ff_context\.net\.0\.proj", ".context_block.mlp.fc1"),
        (r"\.ff_context\.net\.2", ".context_block.mlp.fc2"),
    ]
    return _renamed(found, rules)


def z_image(tensors: Tensors) -> Tensors:
    found = _fused(tensors, [".to_q", ".to_k", ".to_v"], ".qkv")
    rules = [(r"^all_(final_layer|x_embedder)\.2-1\.", r"\1."), (r"\.attention\.to_out\.0\.", ".attention.out.")]
    return _renamed(found, [*rules, (r"\.attention\.norm_([qk])\.", r".attention.\1_norm.")])


def wan(tensors: Tensors) -> Tensors:
    rules = [
        (r"^condition_embedder\.time_embedder\.linear_1", "time_embedding.0"),
        (r"^condition_embedder\.time_embedder\.linear_2", "time_embedding.2"),
        (r"^condition_embedder\.text_embedder\.linear_1", "text_embedding.0"),
        (r"^condition_embedder\.text_embedder\.linear_2", "text_embedding.2"),
        (r"^condition_embedder\.time_proj", "time_projection.1"),
        (r"^scale_shift_table$", "head.modulation"),
        (r"^proj_out", "head.head"),
        (r"\.scale_shift_table$", ".modulation"),
        (r"\.attn1\.", ".self_attn."),
        (r"\.attn2\.", ".cross_attn."),
        (r"\.to_out\.0\.", ".o."),
        (r"\.to_([qkv])\.", r".\1."),
        (r"\.ffn\.net\.0\.proj", ".ffn.0"),
        (r"\.ffn\.net\.2", ".ffn.2"),
        (r"\.norm2\.", ".norm_three."),
        (r"\.norm3\.", ".norm2."),
        (r"\.norm_three\.", ".norm3."),
    ]
    return _renamed(tensors, rules)


def ltx(tensors: Tensors) -> Tensors:
    rules = [(r"^proj_in\.", "patchify_proj."), (r"^time_embed\.", "adaln_single.")]
    return _renamed(tensors, [*rules, (r"\.norm_([qk])\.", r".\1_norm.")])


def ltx_vae(tensors: Tensors) -> Tensors:
    """Of LTX-Video 0.9, as it lies in the network's file."""
    halves = {half: {n: t for n, t in tensors.items() if n.startswith(f"{half}.")} for half in ("encoder", "decoder")}
    shared = [("conv_shortcut.conv.", "conv_shortcut."), (r"resnets\.", "res_blocks."), (r"\.norm3\.", ".norm3.norm.")]
    down = [(r"mid_block", "down_blocks.9"), (r"down_blocks\.3\.(?=resnets)", "down_blocks.8.")]
    for level in (2, 1, 0):
        down += [
            (rf"down_blocks\.{level}\.downsamplers\.0", f"down_blocks.{3 * level + 1}"),
            (rf"down_blocks\.{level}\.conv_out", f"down_blocks.{3 * level + 2}"),
            (rf"down_blocks\.{level}\.(?=resnets)", f"down_blocks.{3 * level}."),
        ]
    up = []
    for level in (3, 2, 1):
        up += [
            (rf"up_blocks\.{level}\.conv_in", f"UP.{3 * level - 2}"),
            (rf"up_blocks\.{level}\.upsamplers\.0", f"UP.{3 * level - 1}"),
            (rf"up_blocks\.{level}\.(?=resnets)", f"UP.{3 * level}."),
        ]
    up += [(r"up_blocks\.0\.", "UP.1."), (r"mid_block", "UP.0"), (r"UP", "up_blocks")]
    found = _renamed(halves["encoder"], [*down, *shared]) | _renamed(halves["decoder"], [*up, *shared])
    found["per_channel_statistics.mean-of-means"] = tensors["latents_mean"]
    found["per_channel_statistics.std-of-means"] = tensors["latents_std"]
    return {f"vae.{name}": tensor.contiguous() for name, tensor in found.items()}


_LAYOUTS = {
    "FluxTransformer2DModel": flux,
    "SD3Transformer2DModel": sd3,
    "ZImageTransformer2DModel": z_image,
    "WanTransformer3DModel": wan,
    "LTXVideoTransformer3DModel": ltx,
    "QwenImageTransformer2DModel": dict,
}
