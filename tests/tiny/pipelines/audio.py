"""Pipelines whose results sound."""

from __future__ import annotations

from typing import Any

from .table import PROMPT, family
from .text import t5, t5_tokenizer


def oobleck(latents: int) -> Any:
    """2048 samples of both channels at 44.1 kHz for each latent, as the real one."""
    from diffusers import AutoencoderOobleck

    return AutoencoderOobleck(
        encoder_hidden_size=2 * latents,  # a mean and a spread of each
        decoder_channels=4,
        decoder_input_channels=latents,
        downsampling_ratios=[2, 4, 4, 8, 8],
        channel_multiples=[1, 1, 2, 2, 4],
        audio_channels=2,
        sampling_rate=44100,
    )


@family(prompt=PROMPT, audio_end_in_s=1.0, num_inference_steps=3)
def stable_audio() -> Any:
    """32 latents: no sound is longer than 1.48 s."""
    from diffusers import CosineDPMSolverMultistepScheduler, StableAudioDiTModel, StableAudioPipeline
    from diffusers.pipelines.stable_audio import StableAudioProjectionModel

    transformer = StableAudioDiTModel(
        sample_size=32,
        in_channels=8,
        out_channels=8,
        num_layers=2,
        attention_head_dim=8,
        num_attention_heads=4,
        num_key_value_attention_heads=2,
        cross_attention_dim=16,
        cross_attention_input_dim=32,
        global_states_input_dim=64,
        time_proj_dim=16,
    )
    scheduler = CosineDPMSolverMultistepScheduler(
        solver_order=2, prediction_type="v_prediction", sigma_data=1.0, sigma_schedule="exponential"
    )
    return StableAudioPipeline(
        transformer=transformer,
        vae=oobleck(8),
        scheduler=scheduler,
        text_encoder=t5(32),
        tokenizer=t5_tokenizer(length=128),
        projection_model=StableAudioProjectionModel(
            text_encoder_dim=32, conditioning_dim=32, min_value=0, max_value=512
        ),
    )
