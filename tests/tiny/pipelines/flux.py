"""Flux.1 in its kinds: text to picture, filling and editing."""

from __future__ import annotations

from typing import Any

from .sd import vae
from .table import PROMPT, family, mask, picture
from .text import clip_text, clip_tokenizer, t5, t5_tokenizer

SMALL: dict[str, Any] = {
    "prompt": PROMPT,
    "height": 64,
    "width": 64,
    "num_inference_steps": 3,
    "max_sequence_length": 64,
}
NET: dict[str, Any] = {
    "patch_size": 1,
    "in_channels": 64,
    "num_layers": 1,
    "num_single_layers": 2,
    "attention_head_dim": 16,
    "num_attention_heads": 2,
    "joint_attention_dim": 32,
    "pooled_projection_dim": 32,
    "axes_dims_rope": (4, 4, 8),
    "guidance_embeds": True,
}


def flux_vae() -> Any:
    """16 channels of latents; the pipeline packs 2 x 2 of them into 64."""
    return vae(16, shift_factor=0.1159, scaling_factor=0.3611, use_quant_conv=False, use_post_quant_conv=False)


def flux_scheduler() -> Any:
    from diffusers import FlowMatchEulerDiscreteScheduler

    return FlowMatchEulerDiscreteScheduler(
        shift=3.0, use_dynamic_shifting=True, base_shift=0.5, max_shift=1.15, base_image_seq_len=256
    )


def flux_parts(**more: Any) -> dict[str, Any]:
    from diffusers import FluxTransformer2DModel

    return {
        "transformer": FluxTransformer2DModel(**(NET | more)),
        "vae": flux_vae(),
        "scheduler": flux_scheduler(),
        "text_encoder": clip_text(32),
        "tokenizer": clip_tokenizer(),
        "text_encoder_2": t5(32),
        "tokenizer_2": t5_tokenizer(),
    }


@family(**SMALL)
def flux1() -> Any:
    from diffusers import FluxPipeline

    return FluxPipeline(**flux_parts())


@family(**SMALL, image=picture(), mask_image=mask())
def flux1_fill() -> Any:
    """Latents (64), latents of the masked picture (64) and the mask's 8 x 8 pixels for each of four latents (256)."""
    from diffusers import FluxFillPipeline

    return FluxFillPipeline(**flux_parts(in_channels=384, out_channels=64))


@family(**SMALL, image=picture(), max_area=64 * 64, _auto_resize=False)
def flux1_kontext() -> Any:
    """Without `_auto_resize=False` the pipeline makes the start picture about 1024 pixels wide."""
    from diffusers import FluxKontextPipeline

    return FluxKontextPipeline(**flux_parts())
