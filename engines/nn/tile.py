"""The network of image/tile, loaded, and what is done with it: words to scores, levels to tiles, likelihood."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines import guidance, samplers
from engines.contract import Image, Refused, Request
from engines.device import best
from engines.families import score_sde
from engines.files import assets
from engines.nn import stored
from engines.nn.text import TextEncoder
from engines.nn.unet import Measures, UNet
from engines.schedules import Levels, Path

SIDE = 32  # pixels of a tile it learnt from
STRETCH = 7.0  # Karras' rho, for levels that crowd where the picture is made


def load(name: str = "weights/tile/score.safetensors") -> Model:
    """The model from its weight file below assets/, on the best device, in single precision."""
    device = best()
    return Model(stored.read(build, assets.path(name), device), TextEncoder(device))


def build(words: dict[str, str]) -> UNet:
    """The network of the measures in the head of a weight file."""
    return UNet(Measures.read(words))


class Model:
    """Score network and text encoder, and nothing that changes."""

    def __init__(self, network: UNet, text: TextEncoder) -> None:
        self.network, self.text = network, text
        self.device = next(network.parameters()).device

    @torch.no_grad()
    def denoiser(self, request: Request, options: Any) -> guidance.Run:
        """The guided denoiser for a request's words."""
        path = score_sde.SDES[options.sde].path
        told = (self.text.joined(request.prompt.strip(), worded(options.kind)), request.negative.strip())
        each = [denoiser(self.network, path, self.text.encode([words])) for words in told]
        counted = guidance.Counted(each[0]), guidance.Counted(each[1])
        strength = guidance.Guidance(request.curves.get("guidance", options.guidance), levels_of(options))
        return guidance.Run(guidance.guided(*counted, strength), counted, strength)

    def states(self, request: Request, options: Any, denoise: guidance.Run) -> Iterator[samplers.State]:
        """Every finished level, from noise or from a checkpoint."""
        levels, side = levels_of(options), int(options.detail)
        x = levels[0] * samplers.initial_noise([request.noise], (3, side, side)).to(self.device)
        held = request.resume
        if held is not None and ("x" not in held.arrays or held.arrays["x"].shape != x.shape):
            raise Refused("bad-request", "This checkpoint is of another engine or detail: branch with what made it.")
        plan = score_sde.Plan(
            score_sde.SDES[options.sde],
            options.predictor,
            options.corrections,
            options.snr,
            samplers.seeded(request.noise),
            held,
        )
        yield from score_sde.sample(denoise, x, levels, plan)

    def bits(self, pixels: np.ndarray, request: Request, options: Any) -> tuple[float, int]:
        """Bits per dimension of a tile, uint8 (H, W, 3), under the model told the words, and the network calls for it.

        Whole numbers are made continuous by uniform noise; noise and probe are functions of the seed.
        """
        sde = score_sde.SDES[options.sde]
        words = self.text.encode([self.text.joined(request.prompt.strip(), worded(options.kind))])
        chance = samplers.generator(request.seed, -1)
        x = torch.from_numpy(pixels.astype(np.float32)).permute(2, 0, 1)[None]
        x = ((x + torch.rand(x.shape, generator=chance) - 0.5) / 127.5 - 1).to(self.device)
        probe = score_sde.signs(x.shape, chance).to(self.device)
        ends = denoiser(self.network, sde.path, words)
        found = score_sde.likelihood(ends, x, sde, steps=24, probes=[probe])
        return float(found.bits(x.numel())), found.nfe


def levels_of(options: Any) -> Levels:
    """The noise levels of a whole run with these options."""
    return score_sde.SDES[options.sde].levels(options.steps, STRETCH if options.spacing == "crowded" else 0.0)


def worded(kind: str) -> str:
    """What a kind that is chosen adds to the prompt."""
    return "" if kind == "as prompted" else f" {kind}"


def shrunk(picture: Image) -> np.ndarray:
    """The middle square of a picture over white at SIDE pixels a side, each the mean of what it covers, uint8."""
    from PIL import Image as Pillow

    pixels = picture.pixels if picture.pixels.ndim == 3 else np.repeat(picture.pixels[..., None], 3, -1)
    whole = Pillow.fromarray(np.ascontiguousarray(pixels)).convert("RGBA")
    white = Pillow.alpha_composite(Pillow.new("RGBA", whole.size, "white"), whole).convert("RGB")
    side = min(white.size)
    left, top = (white.width - side) // 2, (white.height - side) // 2
    square = white.crop((left, top, left + side, top + side))
    return np.asarray(square.resize((SIDE, SIDE), Pillow.Resampling.BOX))


# ---------------------------------------------------------------- network and numbers


def prediction(network: UNet, x: Tensor, ratio: Tensor, words: tuple[Tensor, Tensor]) -> Tensor:
    """v = alpha n - sigma x0 as the network sees it, for x on VP (B, 3, H, W) and ratios sigma / alpha (B,).

    The network is told the place of log(ratio) within [-6, 6] as a number from 0 to 1.
    """
    return network(x, (0.5 + ratio.log() / 12).clamp(0, 1), *words)


def score(network: UNet, x: Tensor, level: Tensor, words: tuple[Tensor, Tensor]) -> Tensor:
    """The score on VP, -(sigma x + alpha v) / sigma, for training; `level` is sigma (B,)."""
    sigma = level.reshape(-1, 1, 1, 1)
    alpha = (1 - sigma * sigma).clamp_min(1e-12).sqrt()
    v = prediction(network, x, (sigma / alpha).flatten(), words)
    return -(sigma * x + alpha * v) / sigma


def denoiser(network: UNet, path: Path, words: tuple[Tensor, Tensor]) -> samplers.Denoiser:
    """The clean estimate on `path`: x0 = a y - b v with y = x a / alpha on VP, a = 1 / sqrt(1 + r²), b = r a."""

    def denoise(x: Tensor, level: float) -> Tensor:
        alpha = path.alpha(level)
        r = level / alpha
        a = (1 + r * r) ** -0.5
        y = x * (a / alpha)
        return a * y - (r * a) * prediction(network, y, x.new_full((len(x),), r), spread_words(words, len(x)))

    return denoise


def spread_words(words: tuple[Tensor, Tensor], count: int) -> tuple[Tensor, Tensor]:
    """One prompt's states for a batch of `count`."""
    return words[0].expand(count, -1, -1), words[1].expand(count, -1)


# ---------------------------------------------------------------- pixels


def pixels(estimate: np.ndarray) -> np.ndarray:
    """A clean estimate (3, H, W) in [-1, 1] as uint8 (H, W, 3)."""
    return np.rint(np.clip(estimate.astype(np.float32).transpose(1, 2, 0) + 1, 0, 2) * 127.5).astype(np.uint8)


def picture(tile: np.ndarray, times: int = 1, repeats: int = 1) -> Image:
    """A tile, uint8 (H, W, 3), every pixel `times` as large, laid `repeats` times in both directions."""
    large = tile.repeat(times, 0).repeat(times, 1)
    return Image(np.ascontiguousarray(np.tile(large, (repeats, repeats, 1))))
