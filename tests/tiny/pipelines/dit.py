"""Pictures by transformers: Qwen-Image, Z-Image, Sana and PixArt."""

from __future__ import annotations

from typing import Any

from .flux import flux_vae
from .sd import vae
from .table import PROMPT, family, picture
from .text import QWEN_CHAT, gemma2, gemma_tokenizer, qwen3, qwen_tokenizer, qwen_vl, t5, t5_tokenizer

SMALL: dict[str, Any] = {"prompt": PROMPT, "height": 64, "width": 64, "num_inference_steps": 3}


def qwen_parts() -> dict[str, Any]:
    """16 channels of latents, packed by 2 x 2 into 64."""
    from diffusers import AutoencoderKLQwenImage, FlowMatchEulerDiscreteScheduler, QwenImageTransformer2DModel

    return {
        "transformer": QwenImageTransformer2DModel(
            in_channels=64,
            out_channels=16,
            num_layers=2,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=16,
            axes_dims_rope=(8, 4, 4),
        ),
        "vae": AutoencoderKLQwenImage(base_dim=4, dim_mult=[1, 1, 2, 2], num_res_blocks=1),
        "scheduler": FlowMatchEulerDiscreteScheduler(
            use_dynamic_shifting=True, base_shift=0.5, max_shift=0.9, base_image_seq_len=256, max_image_seq_len=8192
        ),
        "text_encoder": qwen_vl(16),
        "tokenizer": qwen_tokenizer(),
    }


@family(**SMALL, negative_prompt=" ", true_cfg_scale=3.0)
def qwen_image() -> Any:
    from diffusers import QwenImagePipeline

    return QwenImagePipeline(**qwen_parts())


@family(**SMALL, image=picture(), negative_prompt=" ", true_cfg_scale=3.0)
def qwen_image_edit() -> Any:
    """It reads the picture with the words, and sees it a second time as latents."""
    from diffusers import QwenImageEditPipeline
    from transformers import Qwen2VLImageProcessorPil

    from engines.pipelines.eyes import Eyes

    tokenizer = qwen_tokenizer()
    return QwenImageEditPipeline(**qwen_parts(), processor=Eyes(Qwen2VLImageProcessorPil(), tokenizer, QWEN_CHAT))


@family(**SMALL, max_sequence_length=64, guidance_scale=0.0)
def z_image() -> Any:
    """Z-Image turbo: without guidance."""
    from diffusers import FlowMatchEulerDiscreteScheduler, ZImagePipeline, ZImageTransformer2DModel

    transformer = ZImageTransformer2DModel(
        in_channels=16,
        dim=32,
        n_layers=2,
        n_refiner_layers=1,
        n_heads=2,
        n_kv_heads=2,
        cap_feat_dim=16,
        axes_dims=[8, 4, 4],
        axes_lens=[1536, 512, 512],
    )
    for token in (transformer.x_pad_token, transformer.cap_pad_token):
        token.data.normal_(0, 0.02)  # they come as whatever lay in the memory
    return ZImagePipeline(
        transformer=transformer,
        vae=flux_vae(),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        text_encoder=qwen3(16),
        tokenizer=qwen_tokenizer(),
    )


def deep_vae() -> Any:
    """32 times smaller each way, 32 channels, as Sana's."""
    from diffusers import AutoencoderDC

    kinds, widths = ("ResBlock",) * 3 + ("EfficientViTBlock",) * 3, (8, 8, 8, 16, 16, 32)
    scales = ((), (), (), (5,), (5,), (5,))
    return AutoencoderDC(
        latent_channels=32,
        attention_head_dim=8,
        encoder_block_types=kinds,
        decoder_block_types=kinds,
        encoder_block_out_channels=widths,
        decoder_block_out_channels=widths,
        encoder_layers_per_block=(1,) * 6,
        decoder_layers_per_block=(1,) * 6,
        encoder_qkv_multiscales=scales,
        decoder_qkv_multiscales=scales,
        upsample_block_type="interpolate",
        scaling_factor=0.41407,
    )


@family(**SMALL, max_sequence_length=64, complex_human_instruction=None, use_resolution_binning=False)
def sana() -> Any:
    from diffusers import FlowMatchEulerDiscreteScheduler, SanaPipeline, SanaTransformer2DModel

    transformer = SanaTransformer2DModel(
        in_channels=32,
        out_channels=32,
        num_attention_heads=2,
        attention_head_dim=8,
        num_layers=2,
        num_cross_attention_heads=2,
        cross_attention_head_dim=8,
        cross_attention_dim=16,
        caption_channels=16,
        sample_size=32,
        patch_size=1,
    )
    return SanaPipeline(
        transformer=transformer,
        vae=deep_vae(),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        text_encoder=gemma2(16),
        tokenizer=gemma_tokenizer(),
    )


@family(**SMALL, use_resolution_binning=False, max_sequence_length=64)
def pixart() -> Any:
    """PixArt Sigma."""
    from diffusers import DPMSolverMultistepScheduler, PixArtSigmaPipeline, PixArtTransformer2DModel

    transformer = PixArtTransformer2DModel(
        num_attention_heads=2,
        attention_head_dim=16,
        in_channels=4,
        out_channels=8,
        num_layers=2,
        cross_attention_dim=32,
        caption_channels=32,
        sample_size=16,
    )
    return PixArtSigmaPipeline(
        transformer=transformer,
        vae=vae(scaling_factor=0.13025),
        scheduler=DPMSolverMultistepScheduler(),
        text_encoder=t5(32),
        tokenizer=t5_tokenizer(),
    )
