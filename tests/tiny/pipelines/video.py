"""Pipelines whose results move."""

from __future__ import annotations

from typing import Any

from .table import PROMPT, family
from .text import t5_tokenizer, umt5


def wan_vae() -> Any:
    """Eightfold in space, fourfold in time, 16 channels of latents, as the real one."""
    from diffusers import AutoencoderKLWan

    return AutoencoderKLWan(base_dim=4, dim_mult=[1, 1, 2, 2], num_res_blocks=1)


WAN: dict[str, Any] = {
    "num_attention_heads": 2,
    "attention_head_dim": 12,
    "text_dim": 32,
    "freq_dim": 32,
    "ffn_dim": 48,
    "num_layers": 2,
    "rope_max_seq_len": 64,
}


def wan_rest() -> dict[str, Any]:
    """What is not the transformer."""
    from diffusers import UniPCMultistepScheduler

    scheduler = UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0)
    return {"vae": wan_vae(), "scheduler": scheduler, "text_encoder": umt5(32), "tokenizer": t5_tokenizer()}


@family(prompt=PROMPT, height=32, width=32, num_frames=9, num_inference_steps=3, max_sequence_length=64)
def wan() -> Any:
    from diffusers import WanPipeline, WanTransformer3DModel

    return WanPipeline(transformer=WanTransformer3DModel(**WAN), **wan_rest())
