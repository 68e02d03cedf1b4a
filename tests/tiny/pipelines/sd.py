"""Stable Diffusion 1.5, 2, XL and 3.5, and the families that are one of them with a change."""

from __future__ import annotations

from typing import Any

from .table import PROMPT, family, mask, picture
from .text import clip_projected, clip_text, clip_tokenizer, t5, t5_tokenizer

WIDTHS = (8, 8, 16, 16)
SCALED_LINEAR = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}


def vae(latents: int = 4, **more: Any) -> Any:
    """Eightfold, as the real one: 3 channels to `latents`."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=WIDTHS,
        down_block_types=["DownEncoderBlock2D"] * 4,
        up_block_types=["UpDecoderBlock2D"] * 4,
        latent_channels=latents,
        norm_num_groups=4,
        sample_size=64,
        **more,
    )


def unet(**more: Any) -> Any:
    """Stable Diffusion 1.5's: attention on three of four levels."""
    from diffusers import UNet2DConditionModel

    known: dict[str, Any] = {
        "block_out_channels": WIDTHS,
        "layers_per_block": 1,
        "sample_size": 8,
        "norm_num_groups": 4,
        "attention_head_dim": 2,
        "cross_attention_dim": 32,
    }
    return UNet2DConditionModel(**(known | more))


def _text(**more: Any) -> dict[str, Any]:
    return {"text_encoder": clip_text(**more), "tokenizer": clip_tokenizer()}


def _bare() -> dict[str, Any]:
    """The components that a local folder may do without."""
    return {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}


SMALL: dict[str, Any] = {"prompt": PROMPT, "height": 64, "width": 64, "num_inference_steps": 3}


@family(**SMALL)
def sd15() -> Any:
    from diffusers import PNDMScheduler, StableDiffusionPipeline

    scheduler = PNDMScheduler(**SCALED_LINEAR, skip_prk_steps=True, set_alpha_to_one=False, steps_offset=1)
    return StableDiffusionPipeline(unet=unet(), vae=vae(), scheduler=scheduler, **_text(), **_bare())


@family(**SMALL)
def sd2() -> Any:
    """With v-prediction, as the 768 pixel model."""
    from diffusers import DDIMScheduler, StableDiffusionPipeline

    scheduler = DDIMScheduler(
        **SCALED_LINEAR, prediction_type="v_prediction", clip_sample=False, set_alpha_to_one=False, steps_offset=1
    )
    net = unet(attention_head_dim=(1, 1, 2, 2), use_linear_projection=True, sample_size=12)
    return StableDiffusionPipeline(unet=net, vae=vae(), scheduler=scheduler, **_text(act="gelu"), **_bare())


@family(**SMALL, image=picture(), mask_image=mask())
def sd15_inpaint() -> Any:
    """Nine channels: latents, mask, and latents of the masked picture."""
    from diffusers import PNDMScheduler, StableDiffusionInpaintPipeline

    scheduler = PNDMScheduler(**SCALED_LINEAR, skip_prk_steps=True, set_alpha_to_one=False, steps_offset=1)
    net = unet(in_channels=9)
    return StableDiffusionInpaintPipeline(unet=net, vae=vae(), scheduler=scheduler, **_text(), **_bare())


@family(**SMALL)
def lcm() -> Any:
    """Stable Diffusion 1.5 whose network is told the guidance."""
    from diffusers import LatentConsistencyModelPipeline, LCMScheduler

    net, scheduler = unet(time_cond_proj_dim=16), LCMScheduler(**SCALED_LINEAR, clip_sample=False)
    return LatentConsistencyModelPipeline(unet=net, vae=vae(), scheduler=scheduler, **_text(), **_bare())


def xl_unet() -> Any:
    """Three levels, no attention on the first; told sizes (6 numbers of 8) and the pooled text (32)."""
    return unet(
        block_out_channels=(8, 16, 16),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=(1, 2, 2),
        transformer_layers_per_block=(1, 1, 2),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=6 * 8 + 32,
        cross_attention_dim=64,
        sample_size=16,
    )


def xl_text() -> dict[str, Any]:
    return {
        "text_encoder": clip_text(32),
        "tokenizer": clip_tokenizer(),
        "text_encoder_2": clip_projected(32),
        "tokenizer_2": clip_tokenizer(pad="!"),
    }


@family(**SMALL)
def sdxl() -> Any:
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline

    scheduler = EulerDiscreteScheduler(**SCALED_LINEAR, steps_offset=1, timestep_spacing="leading")
    return StableDiffusionXLPipeline(
        unet=xl_unet(), vae=vae(scaling_factor=0.13025), scheduler=scheduler, **xl_text(), add_watermarker=False
    )


@family(**SMALL, max_sequence_length=64)
def sd35() -> Any:
    """3.5 medium's transformer: normed queries and keys, and a second attention in the first block."""
    from diffusers import FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel, StableDiffusion3Pipeline

    transformer = SD3Transformer2DModel(
        sample_size=16,
        patch_size=2,
        in_channels=16,
        num_layers=2,
        attention_head_dim=8,
        num_attention_heads=4,
        caption_projection_dim=32,
        joint_attention_dim=64,
        pooled_projection_dim=32,
        pos_embed_max_size=24,
        qk_norm="rms_norm",
        dual_attention_layers=(0,),
    )
    return StableDiffusion3Pipeline(
        transformer=transformer,
        vae=vae(16, shift_factor=0.0609, scaling_factor=1.5305, use_quant_conv=False, use_post_quant_conv=False),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        text_encoder=clip_projected(16, "quick_gelu"),
        tokenizer=clip_tokenizer(),
        text_encoder_2=clip_projected(16),
        tokenizer_2=clip_tokenizer(pad="!"),
        text_encoder_3=t5(64),
        tokenizer_3=t5_tokenizer(),
    )
