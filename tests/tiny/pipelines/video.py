"""Pipelines whose results move: Wan, AnimateDiff, Stable Video Diffusion, CogVideoX, LTX and HunyuanVideo 1.5."""

from __future__ import annotations

from typing import Any

from .sd import SCALED_LINEAR, WIDTHS, unet, vae
from .table import PROMPT, clip, family, picture
from .text import clip_text, clip_tokenizer, qwen_tokenizer, qwen_vl, t5, t5_tokenizer, umt5

SMALL: dict[str, Any] = {"prompt": PROMPT, "height": 32, "width": 32, "num_frames": 9, "num_inference_steps": 3}


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


@family(**SMALL, max_sequence_length=64)
def wan() -> Any:
    from diffusers import WanPipeline, WanTransformer3DModel

    return WanPipeline(transformer=WanTransformer3DModel(**WAN), **wan_rest())


@family(**SMALL, max_sequence_length=64)
def wan22() -> Any:
    """Two networks: one while there is much noise, another from there on, as in Wan 2.2 A14B."""
    from diffusers import WanPipeline, WanTransformer3DModel

    nets = {name: WanTransformer3DModel(**WAN) for name in ("transformer", "transformer_2")}
    return WanPipeline(**nets, **wan_rest(), boundary_ratio=0.875)


@family(**SMALL, max_sequence_length=64, image=picture(32, 32), last_image=picture(32, 32, 1))
def wan_flf() -> Any:
    """From a first picture to a last one: 16 channels of latents, 16 of the pictures' and 4 that say where these are;
    and both pictures as CLIP sees them, 2 x 50 patches."""
    from diffusers import WanImageToVideoPipeline, WanTransformer3DModel

    net = WanTransformer3DModel(
        **WAN, in_channels=36, out_channels=16, image_dim=32, added_kv_proj_dim=24, pos_embed_seq_len=100
    )
    eyes = _seeing(32, projected=False)
    return WanImageToVideoPipeline(
        transformer=net,
        **wan_rest(),
        image_encoder=eyes["image_encoder"],
        image_processor=eyes["feature_extractor"],
    )


@family(**SMALL, max_sequence_length=64, video=clip(9))
def wan_vace() -> Any:
    """Told by a clip: 2 x 16 channels of its latents and 64 of its mask.

    The pipeline cleans prompts with `ftfy` whether it is there or not: without it, a call ends in a NameError.
    """
    from diffusers import WanVACEPipeline, WanVACETransformer3DModel

    transformer = WanVACETransformer3DModel(**WAN, vace_layers=[0, 1], vace_in_channels=96)
    return WanVACEPipeline(transformer=transformer, **wan_rest())


@family(prompt=PROMPT, height=64, width=64, num_frames=4, num_inference_steps=3)
def animatediff() -> Any:
    """Stable Diffusion 1.5 with a motion adapter."""
    from diffusers import AnimateDiffPipeline, DDIMScheduler, MotionAdapter

    adapter = MotionAdapter(
        block_out_channels=WIDTHS,
        motion_layers_per_block=1,
        motion_mid_block_layers_per_block=1,
        motion_norm_num_groups=4,
        motion_num_attention_heads=2,
    )
    return AnimateDiffPipeline(
        unet=unet(),
        vae=vae(),
        scheduler=DDIMScheduler(**SCALED_LINEAR | {"beta_schedule": "linear"}, clip_sample=False, steps_offset=1),
        motion_adapter=adapter,
        text_encoder=clip_text(),
        tokenizer=clip_tokenizer(),
    )


def _seeing(width: int, projected: bool = True) -> dict[str, Any]:
    """CLIP's eyes, 224 pixels in patches of 32, and what prepares pictures for them."""
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel, CLIPVisionModelWithProjection

    config = CLIPVisionConfig(
        hidden_size=32,
        intermediate_size=64,
        projection_dim=width,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=224,
        patch_size=32,
        initializer_range=0.1,
    )
    kind = CLIPVisionModelWithProjection if projected else CLIPVisionModel
    return {"image_encoder": kind(config), "feature_extractor": CLIPImageProcessor()}


@family(image=picture(), height=64, width=64, num_frames=4, num_inference_steps=3, decode_chunk_size=4)
def svd() -> Any:
    """From a picture; its groups of norms are always 32, so its widths are multiples of that."""
    from diffusers import (
        AutoencoderKLTemporalDecoder,
        EulerDiscreteScheduler,
        StableVideoDiffusionPipeline,
        UNetSpatioTemporalConditionModel,
    )

    net = UNetSpatioTemporalConditionModel(
        block_out_channels=(32,) * 4,
        layers_per_block=1,
        num_attention_heads=(2,) * 4,
        cross_attention_dim=32,
        addition_time_embed_dim=16,
        projection_class_embeddings_input_dim=3 * 16,
        sample_size=8,
        num_frames=4,
    )
    scheduler = EulerDiscreteScheduler(
        **SCALED_LINEAR,
        prediction_type="v_prediction",
        sigma_max=700.0,
        sigma_min=0.002,
        steps_offset=1,
        timestep_spacing="leading",
        timestep_type="continuous",
        use_karras_sigmas=True,
    )
    coder = AutoencoderKLTemporalDecoder(block_out_channels=(32,) * 4, down_block_types=("DownEncoderBlock2D",) * 4)
    return StableVideoDiffusionPipeline(unet=net, vae=coder, scheduler=scheduler, **_seeing(32))


@family(**SMALL | {"height": 16, "width": 16}, max_sequence_length=64)
def cogvideox() -> Any:
    """CogVideoX 2B, which knows places by heart: 16 x 16 pixels, 9 frames and 64 tokens."""
    from diffusers import (
        AutoencoderKLCogVideoX,
        CogVideoXDDIMScheduler,
        CogVideoXPipeline,
        CogVideoXTransformer3DModel,
    )

    transformer = CogVideoXTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=16,
        in_channels=16,
        out_channels=16,
        time_embed_dim=16,
        text_embed_dim=32,
        num_layers=2,
        sample_width=2,
        sample_height=2,
        sample_frames=9,
        max_text_seq_length=64,
    )
    return CogVideoXPipeline(
        transformer=transformer,
        vae=AutoencoderKLCogVideoX(block_out_channels=WIDTHS, layers_per_block=1, norm_num_groups=4),
        scheduler=CogVideoXDDIMScheduler(
            **SCALED_LINEAR, prediction_type="v_prediction", rescale_betas_zero_snr=True, timestep_spacing="trailing"
        ),
        text_encoder=t5(32),
        tokenizer=t5_tokenizer(),
    )


@family(**SMALL | {"height": 64, "width": 64}, max_sequence_length=64)
def ltx() -> Any:
    """32 times smaller in space and 8 times in time, 128 channels of latents, as the real one."""
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXPipeline,
        LTXVideoTransformer3DModel,
    )

    transformer = LTXVideoTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=16,
        cross_attention_dim=32,
        num_layers=2,
        caption_channels=32,
    )
    coder = AutoencoderKLLTXVideo(
        block_out_channels=WIDTHS,
        decoder_block_out_channels=WIDTHS,
        layers_per_block=(1,) * 5,
        decoder_layers_per_block=(1,) * 5,
    )
    return LTXPipeline(
        transformer=transformer,
        vae=coder,
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, shift_terminal=0.1),
        text_encoder=t5(32),
        tokenizer=t5_tokenizer(),
    )


@family(**SMALL)
def hunyuan15() -> Any:
    """16 times smaller in space and 4 times in time, 32 channels of latents; two text encoders, a guider."""
    from diffusers import (
        AutoencoderKLHunyuanVideo15,
        ClassifierFreeGuidance,
        FlowMatchEulerDiscreteScheduler,
        HunyuanVideo15Pipeline,
        HunyuanVideo15Transformer3DModel,
    )
    from transformers import ByT5Tokenizer

    transformer = HunyuanVideo15Transformer3DModel(
        in_channels=65,
        out_channels=32,
        num_attention_heads=2,
        attention_head_dim=16,
        num_layers=1,
        num_refiner_layers=1,
        mlp_ratio=2.0,
        text_embed_dim=16,
        text_embed_2_dim=32,
        image_embed_dim=16,
        rope_axes_dim=(4, 6, 6),
        target_size=640,
    )
    coder = AutoencoderKLHunyuanVideo15(block_out_channels=(16, 16, 32, 32, 32), layers_per_block=1)
    return HunyuanVideo15Pipeline(
        transformer=transformer,
        vae=coder,
        scheduler=FlowMatchEulerDiscreteScheduler(shift=5.0),
        text_encoder=qwen_vl(16).model.language_model,
        tokenizer=qwen_tokenizer(),
        text_encoder_2=t5(32, vocabulary=384),
        tokenizer_2=ByT5Tokenizer(),
        guider=ClassifierFreeGuidance(guidance_scale=6.0),
    )
