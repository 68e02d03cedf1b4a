"""The true decode of a kept estimate: by the model's own autoencoder, vocoder or renderer, and nothing else of it."""

from __future__ import annotations

import inspect
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.contract import Audio, Image, Media, Medium, Refused, Video
from engines.pipelines import call, facts

PARTS = ("vae", "vocoder", "shap_e_renderer")  # what may be needed
MARGIN = 16  # latents past the end of what is wanted of a sound, which its end still depends on


def decoded(parts: dict[str, Any], estimate: np.ndarray, medium: Medium, pipeline: str, length: float | None) -> Media:
    """What a clean estimate in the space of the autoencoder is: (C, H, W), (C, F, H, W), (C, T) or (C, T, bands).

    `parts` are those of PARTS that the model has, `pipeline` the name of its class. Of a sound only the first
    `length` seconds are made. Refused('bad-output') for what has no surface yet.
    """
    first = next(iter(parts.values()))
    given = torch.from_numpy(np.asarray(estimate, np.float32))[None].to(first.device)
    with torch.no_grad():
        if medium == "mesh":
            return _surface(parts["shap_e_renderer"], given)
        if medium == "audio":
            return _sound(parts, given, pipeline, length)
        shown = _exactly(parts["vae"], lambda vae: _pictures(vae, given.to(vae.dtype)))
    pixels = ((shown.float() / 2 + 0.5).clamp(0, 1) * 255).round().to("cpu", torch.uint8).numpy()
    if medium == "video":
        return Video(pixels, facts.fps(pipeline))
    return Image(pixels[0])


def _pictures(vae: Any, latents: Tensor) -> Tensor:
    """(F, H, W, 3) in about [-1, 1]."""
    reads_clips = any(w.ndim == 5 for w in vae.parameters())
    if "num_frames" in inspect.signature(vae.decode).parameters:  # Stable Video Diffusion's looks along the time
        made = vae.decode(latents[0].transpose(0, 1), num_frames=latents.shape[2]).sample
    elif latents.ndim == 5 and not reads_clips:
        made = torch.cat([vae.decode(frame[None]).sample for frame in latents[0].transpose(0, 1)])
    else:
        made = vae.decode(latents, *_moment(vae, latents), return_dict=False)[0]
    made = made[0].transpose(0, 1) if made.ndim == 5 else made
    return made.permute(0, 2, 3, 1)


def _moment(vae: Any, latents: Tensor) -> tuple[Tensor, ...]:
    """The time an autoencoder that removes the last noise itself is told (LTX): that there is none."""
    told = getattr(vae.config, "timestep_conditioning", False)
    return (torch.zeros(1, device=latents.device, dtype=latents.dtype),) if told else ()


def _sound(parts: dict[str, Any], latents: Tensor, pipeline: str, length: float | None) -> Audio:
    vae, rate = parts["vae"], call.rate_of(SimpleNamespace(**parts))
    if length is not None and (hop := getattr(vae, "hop_length", None)):
        latents = latents[..., : math.ceil(length * rate / hop) + MARGIN]
    made = _exactly(vae, lambda vae: vae.decode(latents.to(vae.dtype)).sample)
    if "vocoder" in parts:
        made = parts["vocoder"](made[:, 0].to(parts["vocoder"].dtype))
    loudest = next((peak for family, peak in facts.LOUDEST.items() if pipeline.startswith(family)), None)
    made = made if loudest is None else made.float() * (loudest / made.float().abs().max().clamp_min(1e-6))
    end = None if length is None else round(length * rate)
    return call.sound(made[0][..., :end], rate)


def _exactly(vae: Any, act: Any) -> Tensor:
    """`act(vae)`, in float32 where half precision would overflow (as the pipelines upcast)."""
    if vae.dtype is not torch.float16:
        return act(vae)
    try:
        return act(vae.to(torch.float32))
    finally:
        vae.to(torch.float16)


def _surface(renderer: Any, latents: Tensor) -> Media:
    try:
        return call.mesh(renderer.decode_to_mesh(latents.to(renderer.dtype), latents.device))
    except ValueError as error:  # torch.cat of nothing
        raise Refused("bad-output", "At this step there is no surface yet; try a later one.") from error
