"""Text encoders in GGUF: what llama.cpp calls their tensors, and what transformers does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Both in the order in which they are tried: a part of a name -> the part in its place.
T5 = {
    "enc.blk.": "encoder.block.",
    "token_embd.": "shared.",
    "enc.output_norm.": "encoder.final_layer_norm.",
    "attn_rel_b.": "layer.0.SelfAttention.relative_attention_bias.",
    "attn_norm.": "layer.0.layer_norm.",
    "attn_q.": "layer.0.SelfAttention.q.",
    "attn_k.": "layer.0.SelfAttention.k.",
    "attn_v.": "layer.0.SelfAttention.v.",
    "attn_o.": "layer.0.SelfAttention.o.",
    "ffn_norm.": "layer.1.layer_norm.",
    "ffn_gate.": "layer.1.DenseReluDense.wi_0.",
    "ffn_up.": "layer.1.DenseReluDense.wi_1.",
    "ffn_down.": "layer.1.DenseReluDense.wo.",
}
QWEN3 = {
    "blk.": "layers.",
    "token_embd.": "embed_tokens.",
    "output_norm.": "norm.",
    "attn_q_norm.": "self_attn.q_norm.",
    "attn_k_norm.": "self_attn.k_norm.",
    "attn_norm.": "input_layernorm.",
    "attn_q.": "self_attn.q_proj.",
    "attn_k.": "self_attn.k_proj.",
    "attn_v.": "self_attn.v_proj.",
    "attn_output.": "self_attn.o_proj.",
    "ffn_norm.": "post_attention_layernorm.",
    "ffn_gate.": "mlp.gate_proj.",
    "ffn_up.": "mlp.up_proj.",
    "ffn_down.": "mlp.down_proj.",
}
KNOWN = {"t5-xxl": T5, "umt5-xxl": T5, "qwen3-0.6b": QWEN3, "qwen3-4b": QWEN3, "qwen3-8b": QWEN3}  # parts


def theirs(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The tensors of an encoder as transformers calls them."""
    rules = T5 if any(name.startswith("enc.") for name in tensors) else QWEN3
    return {_renamed(name, rules): tensor for name, tensor in tensors.items()}


def _renamed(name: str, rules: Mapping[str, str]) -> str:
    for part, other in rules.items():
        if name.startswith(part) or f".{part}" in f".{name}":
            name = name.replace(part, other, 1)
    return name
