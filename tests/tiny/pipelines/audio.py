"""Pipelines whose results sound: Stable Audio and its third version, AudioLDM 2 and ACE-Step."""

from __future__ import annotations

from typing import Any

from .sd import SCALED_LINEAR, WIDTHS
from .table import PROMPT, family
from .text import gemma_tokenizer, qwen3, qwen_tokenizer, roberta_tokenizer, t5, t5_tokenizer, t5gemma


def oobleck(latents: int, rates: tuple[int, ...] = (2, 4, 4, 8, 8), sampling_rate: int = 44100) -> Any:
    """2048 samples of both channels at 44.1 kHz for each latent, as the real one."""
    from diffusers import AutoencoderOobleck

    return AutoencoderOobleck(
        encoder_hidden_size=2 * latents,  # a mean and a spread of each
        decoder_channels=4,
        decoder_input_channels=latents,
        downsampling_ratios=list(rates),
        channel_multiples=[1, 1, 2, 2, 4],
        audio_channels=2,
        sampling_rate=sampling_rate,
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


@family(prompt=PROMPT, duration=1.0, num_inference_steps=3)
def stable_audio3() -> Any:
    """4096 samples of both channels at 44.1 kHz for each latent, in patches of 256."""
    from diffusers import (
        AutoencoderSAME,
        FlowMatchEulerDiscreteScheduler,
        StableAudio3DiTModel,
        StableAudio3Pipeline,
    )
    from diffusers.pipelines.stable_audio_3.modeling_stable_audio_3 import StableAudio3DurationEmbedder

    transformer = StableAudio3DiTModel(
        io_channels=8,
        embed_dim=32,
        depth=2,
        num_heads=4,
        cond_token_dim=16,
        global_cond_dim=16,
        local_add_cond_dim=9,
        timestep_features_dim=16,
        ff_mult=2,
        num_memory_tokens=3,
    )
    coder = AutoencoderSAME(
        audio_channels=2,
        patch_size=256,
        encoder_channels=16,
        encoder_c_mults=(2,),
        encoder_strides=(16,),
        encoder_transformer_depths=(1,),
        latent_dim=8,
        dim_heads=8,
        ff_mult=2,
        sampling_rate=44100,
    )
    return StableAudio3Pipeline(
        transformer=transformer,
        vae=coder,
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0, stochastic_sampling=False),
        text_encoder=t5gemma(16),
        tokenizer=gemma_tokenizer(),
        duration_embedder=StableAudio3DurationEmbedder(output_dim=16, fourier_dim=16),
    )


def _clap() -> Any:
    """The text half is 16 wide; the ear, which only ranks several results, is as small as it can be."""
    from transformers import ClapConfig, ClapModel

    text = {
        "vocab_size": len(roberta_tokenizer()),
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "projection_dim": 16,
        "initializer_range": 0.3,
    }
    ear = {
        "spec_size": 64,
        "num_mel_bins": 64,
        "window_size": 4,
        "patch_size": 4,
        "patch_stride": [4, 4],
        "patch_embeds_hidden_size": 8,
        "depths": [1, 1],
        "num_attention_heads": [1, 1],
        "hidden_size": 16,
        "projection_dim": 16,
        "enable_fusion": False,
    }
    return ClapModel(ClapConfig(text_config=text, audio_config=ear, projection_dim=16))


def _writer() -> Any:
    """GPT-2, which writes eight more vectors after the prompts'."""
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(n_embd=16, n_head=2, n_layer=2, vocab_size=16, n_positions=160, initializer_range=0.3)
    config.max_new_tokens = 8
    return GPT2LMHeadModel(config)


@family(prompt=PROMPT, audio_length_in_s=0.64, num_inference_steps=3)
def audioldm2() -> Any:
    """A spectrogram of 64 mel bands, a hundred columns a second, and a vocoder that makes 16 kHz of it."""
    from diffusers import (
        AudioLDM2Pipeline,
        AudioLDM2ProjectionModel,
        AudioLDM2UNet2DConditionModel,
        AutoencoderKL,
        DDIMScheduler,
    )
    from transformers import ClapFeatureExtractor, SpeechT5HifiGan, SpeechT5HifiGanConfig

    unet = AudioLDM2UNet2DConditionModel(
        in_channels=8,
        out_channels=8,
        block_out_channels=WIDTHS,
        layers_per_block=1,
        norm_num_groups=4,
        attention_head_dim=2,
        sample_size=16,
        cross_attention_dim=((None, 16, None, 32),) * 4,
    )
    coder = AutoencoderKL(
        in_channels=1,
        out_channels=1,
        block_out_channels=(8, 8, 16),
        down_block_types=["DownEncoderBlock2D"] * 3,
        up_block_types=["UpDecoderBlock2D"] * 3,
        latent_channels=8,
        norm_num_groups=4,
    )
    vocoder = SpeechT5HifiGanConfig(
        model_in_dim=64,
        sampling_rate=16000,
        upsample_initial_channel=32,
        upsample_rates=[5, 4, 2, 2, 2],
        upsample_kernel_sizes=[16, 16, 8, 4, 4],
        resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1, 3, 5]],
        initializer_range=0.2,
        normalize_before=False,
    )
    return AudioLDM2Pipeline(
        unet=unet,
        vae=coder,
        scheduler=DDIMScheduler(**SCALED_LINEAR, clip_sample=False, set_alpha_to_one=False, steps_offset=1),
        text_encoder=_clap(),
        tokenizer=roberta_tokenizer(),
        text_encoder_2=t5(32),
        tokenizer_2=t5_tokenizer(length=64),
        feature_extractor=ClapFeatureExtractor(),
        language_model=_writer(),
        projection_model=AudioLDM2ProjectionModel(text_encoder_dim=16, text_encoder_1_dim=32, langauge_model_dim=16),
        vocoder=SpeechT5HifiGan(vocoder),
    )


@family(prompt=PROMPT, lyrics="[verse]\nA boat at night", audio_duration=1.0, num_inference_steps=3)
def ace_step() -> Any:
    """48 kHz, 1920 samples for each latent; a song's words and style go through an encoder of their own."""
    from diffusers import AceStepPipeline, AceStepTransformer1DModel, FlowMatchEulerDiscreteScheduler
    from diffusers.pipelines.ace_step import (
        AceStepAudioTokenDetokenizer,
        AceStepAudioTokenizer,
        AceStepConditionEncoder,
    )

    wide = {"hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2}
    wide |= {"head_dim": 8}
    pooling = {"audio_acoustic_hidden_dim": 8, "num_attention_pooler_hidden_layers": 1}
    levels = {"fsq_dim": 32, "fsq_input_levels": [4, 4, 4], "fsq_input_num_quantizers": 1}
    return AceStepPipeline(
        transformer=AceStepTransformer1DModel(
            **wide, num_hidden_layers=2, in_channels=24, audio_acoustic_hidden_dim=8, sliding_window=16
        ),
        condition_encoder=AceStepConditionEncoder(
            **wide,
            text_hidden_dim=32,
            timbre_hidden_dim=8,
            num_lyric_encoder_hidden_layers=1,
            num_timbre_encoder_hidden_layers=1,
            sliding_window=16,
        ),
        vae=oobleck(8, (2, 4, 4, 6, 10), 48000),
        text_encoder=qwen3(32),
        tokenizer=qwen_tokenizer(),
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
        audio_tokenizer=AceStepAudioTokenizer(**wide, **pooling, **levels),
        audio_token_detokenizer=AceStepAudioTokenDetokenizer(**wide, **pooling),
    )
