"""LTX-2: a clip and its sound from one transformer with two streams."""

from __future__ import annotations

from typing import Any

from .table import PROMPT, family
from .text import gemma3, gemma_tokenizer


def _transformer() -> Any:
    """128 channels of pictures; the sound's 4 channels of 4 mel bands are 16."""
    from diffusers import LTX2VideoTransformer3DModel

    return LTX2VideoTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=16,
        cross_attention_dim=32,
        audio_in_channels=16,
        audio_out_channels=16,
        audio_num_attention_heads=2,
        audio_attention_head_dim=8,
        audio_cross_attention_dim=16,
        num_layers=2,
        caption_channels=16,
        rope_type="split",
    )


def _connectors() -> Any:
    """Text of 16 channels from the embedding and both layers of the encoder."""
    from diffusers.pipelines.ltx2 import LTX2TextConnectors

    halves = {}
    for half in ("video", "audio"):
        halves |= {
            f"{half}_connector_num_attention_heads": 2,
            f"{half}_connector_attention_head_dim": 8,
            f"{half}_connector_num_layers": 1,
            f"{half}_connector_num_learnable_registers": 8,
        }
    return LTX2TextConnectors(
        caption_channels=16,
        text_proj_in_factor=3,
        connector_rope_base_seq_len=64,
        rope_theta=10000.0,
        rope_double_precision=True,
        causal_temporal_positioning=False,
        rope_type="split",
        **halves,
    )


def _coders() -> dict[str, Any]:
    """Pictures 32 times smaller in space and 8 times in time; sound of 16 mel bands, 4 times smaller each way.

    The sound's `base_channels` is also the size of the norms of its packed latents, so it is 16 here, as 128 there.
    """
    from diffusers import AutoencoderKLLTX2Audio, AutoencoderKLLTX2Video
    from diffusers.pipelines.ltx2 import LTX2Vocoder

    video = AutoencoderKLLTX2Video(
        block_out_channels=(8, 16, 32, 64),
        decoder_block_out_channels=(8, 16, 32),
        layers_per_block=(1,) * 5,
        decoder_layers_per_block=(1,) * 4,
        spatial_compression_ratio=32,
        temporal_compression_ratio=8,
    )
    audio = AutoencoderKLLTX2Audio(
        base_channels=16, ch_mult=(1, 1, 1), num_res_blocks=1, latent_channels=4, mel_bins=16
    )
    vocoder = LTX2Vocoder(in_channels=2 * 16, hidden_channels=32, resnet_kernel_sizes=[3], resnet_dilations=[[1, 3, 5]])
    for convolution in [*vocoder.upsamplers, vocoder.conv_out]:
        convolution.weight.data *= 8  # as torch draws them, each makes the sound quieter
    return {"vae": video, "audio_vae": audio, "vocoder": vocoder}


@family(prompt=PROMPT, height=64, width=64, num_frames=9, num_inference_steps=3, max_sequence_length=64)
def ltx2() -> Any:
    from diffusers import FlowMatchEulerDiscreteScheduler, LTX2Pipeline

    scheduler = FlowMatchEulerDiscreteScheduler(
        use_dynamic_shifting=True, base_shift=0.95, max_shift=2.05, shift_terminal=0.1
    )
    return LTX2Pipeline(
        transformer=_transformer(),
        connectors=_connectors(),
        scheduler=scheduler,
        text_encoder=gemma3(16),
        tokenizer=gemma_tokenizer(),
        **_coders(),
    )
