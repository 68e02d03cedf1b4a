"""One cheap view of a surface that develops (Shap-E): a small picture by the pipeline's own renderer."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from engines.contract import Image

SIDE, SAMPLES, ANGLE = 32, 8, 2  # pixels, samples a ray in each of two passes, and which of the 20 places round it
SHOWN = 4  # times larger it is shown


@torch.no_grad()
def view(renderer: Any, estimate: np.ndarray) -> Image:
    """The implicit surface whose weights are the clean estimate (1024, 1024); about a hundredth of a whole turn's cost.

    The rays are drawn from numbers of their own, so that a look changes nothing of the run.
    """
    place = renderer.device
    with torch.random.fork_rng(devices=[place] if place.type == "cuda" else []):
        torch.manual_seed(0)
        seen = _rendered(renderer, torch.from_numpy(estimate)[None].to(place, renderer.dtype))
    pixels = (seen.float().clamp(0, 1) * 255).round().to("cpu", torch.uint8).numpy().reshape(SIDE, SIDE, -1)
    return Image(np.repeat(np.repeat(pixels[..., :3], SHOWN, 0), SHOWN, 1))


def _rendered(renderer: Any, latents: torch.Tensor) -> torch.Tensor:
    """(1, SIDE * SIDE, 3): as `decode_to_image` does for all places round it, with few samples."""
    from diffusers.pipelines.shap_e.camera import create_pan_cameras
    from diffusers.pipelines.shap_e.renderer import StratifiedRaySampler

    told = renderer.params_proj(latents)
    for name, weight in renderer.mlp.state_dict().items():
        if f"nerstf.{name}" in told:
            weight.copy_(told[f"nerstf.{name}"].squeeze(0))
    rays = create_pan_cameras(SIDE).camera_rays[:, SIDE * SIDE * ANGLE :][:, : SIDE * SIDE].to(latents)
    _, fine, coarse = renderer.render_rays(rays, StratifiedRaySampler(), SAMPLES)
    return renderer.render_rays(rays, fine, SAMPLES, prev_model_out=coarse)[0]
