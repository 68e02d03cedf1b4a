"""Pipelines that take no words: pictures of pixels."""

from __future__ import annotations

from typing import Any

from .table import family


def pixel_unet(**more: Any) -> Any:
    from diffusers import UNet2DModel

    known: dict[str, Any] = {
        "sample_size": 32,
        "block_out_channels": (8, 16),
        "layers_per_block": 1,
        "norm_num_groups": 4,
        "attention_head_dim": 4,
        "down_block_types": ("DownBlock2D", "AttnDownBlock2D"),
        "up_block_types": ("AttnUpBlock2D", "UpBlock2D"),
    }
    return UNet2DModel(**(known | more))


@family(num_inference_steps=4)
def ddpm() -> Any:
    from diffusers import DDPMPipeline, DDPMScheduler

    return DDPMPipeline(unet=pixel_unet(), scheduler=DDPMScheduler())


@family(num_inference_steps=2, class_labels=3)
def consistency() -> Any:
    """For classes (ten of them), as the ImageNet models."""
    from diffusers import CMStochasticIterativeScheduler, ConsistencyModelPipeline

    net = pixel_unet(num_class_embeds=10, resnet_time_scale_shift="scale_shift")
    scheduler = CMStochasticIterativeScheduler(num_train_timesteps=40, sigma_min=0.002, sigma_max=80.0)
    return ConsistencyModelPipeline(unet=net, scheduler=scheduler)
