"""The network of image/sprite, loaded, and what is done with it: words, the walk from noise, pixels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines import guidance, samplers, schedules
from engines.contract import Image, Refused, Request
from engines.device import best
from engines.families import diffusion
from engines.files import assets
from engines.nn import palette, stored
from engines.nn.palette import SIDE
from engines.nn.text import TextEncoder
from engines.nn.unet import Measures, UNet
from engines.schedules import VP
from engines.worded import Worded

SHOWN = 4  # how much a stored estimate is enlarged


def load(name: str = "weights/sprite/sprite.safetensors") -> Model:
    """The model from its weight file below assets/, on the best device, in single precision."""
    device = best()
    return Model(stored.read(network, assets.path(name), device), TextEncoder(device))


def network(words: dict[str, str]) -> UNet:
    """A U-Net of the measures in the head of a weight file."""
    return UNet(Measures.read(words))


class Model:
    """U-Net and text encoder, and nothing that changes."""

    def __init__(self, unet: UNet, text: TextEncoder) -> None:
        self.unet, self.text = unet, text
        self.device = next(unet.parameters()).device

    @torch.no_grad()
    def denoiser(self, request: Request, options: Any) -> guidance.Run:
        """The guided denoiser for a request's words, the mask of its start applied."""
        levels = levels_of(options)
        if request.start is not None:
            levels = schedules.truncate(levels, max(request.strength, 1e-6))
        words = Worded(request, levels, lambda text: partial(self._clean, *self.text.encode([text.strip()])))
        scale = guidance.Guidance(request.curves.get("guidance", options.guidance), levels_of(options))
        guided = words.guided(scale)
        if isinstance(request.start, Image) and request.mask is not None:
            guided = guidance.inpaint(guided, self._kept(request.start, request.mask, seeds(request, options)), VP)
        return guidance.Run(guided, words.counted, scale, count(options))

    def _clean(self, tokens: Tensor, mask: Tensor, x: Tensor, level: float) -> Tensor:
        """Clean estimates, (B, 4, 32, 32): one sprite at a time, so that a sheet equals its sprites made alone."""
        told = partial(self.unet, tokens=tokens, mask=mask)
        return torch.cat([diffusion.clean(told, one, level) for one in x.split(1)])

    def states(self, request: Request, options: Any, denoise: guidance.Run) -> Iterator[samplers.State]:
        """Every finished step, from noise, a start picture or a checkpoint."""
        levels, each = levels_of(options), seeds(request, options)
        noise = samplers.initial_noise(each, (4, SIDE, SIDE)).to(self.device)
        held = request.resume
        if held is not None and held.arrays["x"].shape != noise.shape:
            raise Refused(
                "bad-request", "This checkpoint is of another engine or another sheet: branch with what made it."
            )
        x = noise
        if request.start is not None:
            if not isinstance(request.start, Image):
                raise Refused("bad-request", "A sprite starts from a picture; the start that was given is none.")
            levels = schedules.truncate(levels, max(request.strength, 1e-6))
            x = noise if held is not None else VP.mix(self._encoded(request.start), noise, levels[0])
        yield from diffusion.sample(options.sampler, denoise, x, levels, noise=samplers.seeded(*each), resume=held)

    def reached(self, request: Request) -> Tensor | None:
        """The state a checkpoint holds: the result itself when no step is left after it."""
        return None if request.resume is None else samplers.restore(request.resume, self.device).x

    def _encoded(self, picture: Image) -> Tensor:
        return entering(palette.gridded(picture)[None]).to(self.device)

    def _kept(self, start: Image, mask: Image, each: list[int]) -> guidance.Kept:
        noise = samplers.initial_noise(each, (4, SIDE, SIDE)).to(self.device)
        free = torch.from_numpy(palette.gridded_mask(mask, start).astype(np.float32))
        return guidance.Kept(self._encoded(start).expand_as(noise), free[None, None].to(self.device), noise)


def levels_of(options: Any) -> schedules.Levels:
    """The noise levels of a whole run with these options."""
    return schedules.levels(options.schedule, options.steps, VP)


def count(options: Any) -> int:
    """How many sprites are on the sheet."""
    return int(options.sheet)


def seeds(request: Request, options: Any) -> list[int]:
    """The seed of each sprite on the sheet: the request's own and those after it."""
    return [(request.seed + i) % 2**63 for i in range(count(options))]


# ---------------------------------------------------------------- pixels


def entering(sprites: np.ndarray) -> Tensor:
    """Sprites, uint8 (B, 32, 32, 4), as the network's numbers: alpha (2 rgb - 1) and 2 alpha - 1, (B, 4, 32, 32)."""
    x = torch.from_numpy(np.ascontiguousarray(sprites)).permute(0, 3, 1, 2).float() / 255
    return torch.cat([x[:, 3:] * (2 * x[:, :3] - 1), 2 * x[:, 3:] - 1], 1)


def leaving(x0: Tensor) -> np.ndarray:
    """The network's numbers (B, 4, 32, 32) as sprites, uint8 (B, 32, 32, 4), alpha 0 or 255, all their colours."""
    alpha = (x0[:, 3:] + 1) / 2
    colour = (x0[:, :3] / alpha.clamp(0.5, 1) + 1) / 2
    both = torch.cat([colour, alpha], 1).clamp(0, 1).mul(255).round().byte().permute(0, 2, 3, 1)
    return np.stack([palette.hard(sprite) for sprite in both.cpu().numpy()])


def sprites_of(x0: Tensor, request: Request, options: Any) -> np.ndarray:
    """Finished sprites, uint8 (B, 32, 32, 4): in few colours; what a mask keeps is the start itself."""
    found, kept = leaving(x0), None
    if isinstance(request.start, Image) and request.mask is not None:
        kept = ~palette.gridded_mask(request.mask, request.start)
        found[:, kept] = palette.gridded(request.start)[kept]
    return np.stack([palette.limited(sprite, options.colours, kept) for sprite in found])


def picture(sprites: np.ndarray, factor: int, background: str) -> Image:
    """Sprites on one sheet, enlarged, over a background colour or nothing."""
    whole = palette.enlarged(palette.sheet(list(sprites)), factor)
    if background == "transparent":
        return Image(whole)
    ground = {"white": 255, "black": 0}[background]
    return Image(np.where(whole[..., 3:] > 0, whole[..., :3], np.uint8(ground)))
