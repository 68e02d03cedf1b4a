"""From a pipeline's latents to the space of its autoencoder, in one layout for all.

Pictures (B, C, H, W), clips (B, C, F, H, W), sounds (B, C, T) or, for autoencoders of spectrograms, (B, C, T, bands).
What a pipeline does between its last step and `vae.decode`, done for any step: unpacked, put in order, and scaled.
"""

from __future__ import annotations

import inspect
from typing import Any

import torch
from torch import Tensor

from engines.pipelines import facts


def decodable(pipe: Any, latents: Tensor, size: tuple[int, int] | None, frames: int) -> Tensor:
    """`latents` of a step as the pipeline would hand them to `vae.decode`; unchanged when it has none.

    `size` is (width, height) in pixels and `frames` how many pictures, as the pipeline was called.
    """
    vae = getattr(pipe, "vae", None)
    if vae is None:
        return latents
    ordered = _ordered(pipe, _unpacked(pipe, latents, size or (0, 0), frames))
    return _patched(pipe, ordered) if hasattr(pipe, "_unpatchify_latents") else _scaled(vae, ordered)


def _unpacked(pipe: Any, latents: Tensor, size: tuple[int, int], frames: int) -> Tensor:
    """Tokens (B, n, c) as a grid."""
    if latents.ndim != 3:
        return latents
    width, height = size
    if hasattr(pipe, "_unpack_latents_with_ids"):
        across = pipe.vae_scale_factor * 2
        return latents.unflatten(1, (height // across, width // across)).permute(0, 3, 1, 2)
    unpack = getattr(pipe, "_unpack_latents", None)
    if unpack is None:
        return latents
    if "num_frames" not in inspect.signature(unpack).parameters:
        return unpack(latents, height, width, pipe.vae_scale_factor)
    across, along = pipe.vae_spatial_compression_ratio, pipe.vae_temporal_compression_ratio
    grid = ((frames - 1) // along + 1, height // across, width // across)
    own = grid[0] * grid[1] * grid[2]  # besides them there may be those of given frames
    latents = latents[:, -own:] if type(pipe).__name__.startswith(facts.FIRST) else latents[:, :own]
    return unpack(latents, *grid, pipe.transformer_spatial_patch_size, pipe.transformer_temporal_patch_size)


def _ordered(pipe: Any, latents: Tensor) -> Tensor:
    """Channels directly after the batch."""
    if facts.time_first(pipe):
        return latents.transpose(1, 2)
    return latents


def _patched(pipe: Any, latents: Tensor) -> Tensor:
    """Flux.2: whitened patches, by the running statistics of a batch norm."""
    norm = pipe.vae.bn
    mean, variance = norm.running_mean.view(1, -1, 1, 1), norm.running_var.view(1, -1, 1, 1)
    spread = torch.sqrt(variance + pipe.vae.config.batch_norm_eps)
    return pipe._unpatchify_latents(latents * spread.to(latents) + mean.to(latents))


def _scaled(vae: Any, latents: Tensor) -> Tensor:
    config = vars(vae.config) if not isinstance(vae.config, dict) else vae.config  # asking by attribute is slow
    scale, shift = config.get("scaling_factor") or 1.0, config.get("shift_factor") or 0.0
    mean, spread = _statistics(vae, "latents_mean", latents), _statistics(vae, "latents_std", latents)
    if mean is not None and spread is not None:
        return latents * spread / scale + mean
    return latents / scale + shift


def pixels_of(pipe: Any) -> int:
    """How many pixels a latent stands for, along a side."""
    return int(getattr(pipe, "vae_scale_factor", 0) or getattr(pipe, "vae_scale_factor_spatial", 0) or 8)


def unscaled(vae: Any, latents: Tensor) -> Tensor:
    """What a network made for the same noise as the model works with, of latents as `vae.decode` takes them."""
    zero = _scaled(vae, torch.zeros_like(latents))
    return (latents - zero) / (_scaled(vae, torch.ones_like(latents)) - zero)


def _statistics(vae: Any, name: str, latents: Tensor) -> Tensor | None:
    """Of each channel, from the weights or the configuration, in a shape that fits `latents`."""
    known = vae._buffers.get(name)
    if known is None:
        known = getattr(vae.config, name, None)
    if known is None:
        return None
    return torch.as_tensor(known).to(latents).view(1, -1, *[1] * (latents.ndim - 2))
