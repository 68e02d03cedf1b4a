"""The networks of image/sticker, loaded, and what is done with them: encode words, walk the path, decode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines import guidance, samplers, schedules
from engines.contract import Image, Refused, Request, Step
from engines.device import best
from engines.families import consistency
from engines.families.flow_matching import clean
from engines.files import assets, weights
from engines.framing import SIDE, framed, framed_mask
from engines.nn import stored
from engines.nn.autoencoder import LATENT, STRIDE, Autoencoder
from engines.nn.control import Branch, Steering
from engines.nn.text import TextEncoder
from engines.nn.transformer import Shape, Transformer
from engines.upscale import upscale
from engines.worded import Worded

GRID = SIDE // STRIDE
FLOW, AUTOENCODER = "weights/sticker/flow.safetensors", "weights/sticker/autoencoder.safetensors"


def load(flow: str = FLOW, autoencoder: str = AUTOENCODER) -> Model:
    """The model from its two weight files below assets/, on the best device, in single precision."""
    device = best()
    network = stored.read(partial(flow_network, autoencoder=autoencoder), assets.path(flow), device)
    coder = stored.read(lambda words: Autoencoder(), assets.path(autoencoder), device)
    return Model(network, coder, TextEncoder(device))


def flow_network(words: dict[str, str], autoencoder: str = AUTOENCODER) -> Transformer:
    """A transformer of the measures in the head of a weight file.

    Refused('bad-file') when the head says that it draws the latents of another autoencoder.
    """
    if words.get("autoencoder", "") not in ("", weights.sha256(assets.path(autoencoder))):
        sentence = "These weights draw for another autoencoder than the one in use: train them anew, or use the shipped"
        raise Refused("bad-file", f"{sentence} ones again (darkroom train image/sticker --uninstall).")
    return Transformer(Shape(**{name: int(value) for name, value in words.items() if name in Shape().words()}))


class Model:
    """Flow network, autoencoder and text encoder, and nothing that changes."""

    def __init__(self, flow: Transformer, autoencoder: Autoencoder, text: TextEncoder) -> None:
        self.flow, self.autoencoder, self.text = flow, autoencoder, text
        self.device = next(flow.parameters()).device

    # ------------------------------------------------------------ denoising

    @torch.no_grad()
    def denoiser(self, request: Request, options: Any, suffix: str, branch: Branch | None = None) -> guidance.Run:
        """The guided denoiser for a request's words, its start picture's mask applied; `branch` reads its controls."""
        steering = Steering(branch, request.controls, levels_of(options)) if branch else None
        levels = _run_levels(request, levels_of(options))
        words = Worded(
            request,
            levels,
            lambda text: self.reader(text, suffix, steering),
            lambda text: self.reader(text, "", steering),
        )
        strength = guidance.Guidance(
            scale=request.curves.get("guidance", options.guidance),
            levels=levels_of(options),
            interval=(options.guide_to, options.guide_from),
            rescale=options.rescale,
        )
        return guidance.Run(self.masked(words.guided(strength), request), words.counted, strength)

    @torch.no_grad()
    def worded(self, request: Request, steps: int, suffix: str) -> Worded:
        """The words of a request for a model of few jumps, which has its guidance in it and no negative prompt."""
        levels = _run_levels(request, schedules.levels("shifted", steps))
        return Worded(request, levels, lambda text: self.reader(text, suffix))

    @torch.no_grad()
    def reader(self, words: str, suffix: str = "", steering: Steering | None = None) -> guidance.Counted:
        """The network's clean estimates for `words`, whose `suffix` is not cut off; steered where controls act."""
        states = self.text.encode([self.text.joined(words.strip(), suffix)])
        return guidance.Counted(partial(self._clean, *states, steering))

    def masked(self, denoise: samplers.Denoiser, request: Request) -> samplers.Denoiser:
        """`denoise`, held to the start picture where the request's mask keeps it."""
        if isinstance(request.start, Image) and request.mask is not None:
            return guidance.inpaint(denoise, self._kept(request.start, request.mask, request.noise))
        return denoise

    def _clean(self, tokens: Tensor, mask: Tensor, steering: Steering | None, x: Tensor, level: float) -> Tensor:
        added = steering.at(level) if steering else None
        return clean(lambda z, t: self.flow(z, t, tokens, mask, added), x, level)

    def states(self, request: Request, options: Any, denoise: guidance.Run) -> Iterator[samplers.State]:
        """Every finished step, from noise, a start picture or a checkpoint."""
        x, levels = self.begun(request, levels_of(options))
        noise = samplers.seeded(request.noise)
        yield from samplers.sample(options.sampler, denoise, x, levels, noise=noise, resume=request.resume)

    def jumps(self, request: Request, steps: int, jump: samplers.Denoiser) -> Iterator[samplers.State]:
        """Every finished step of multistep consistency sampling by `jump`; begun and resumed as `states`."""
        x, levels = self.begun(request, schedules.levels("shifted", steps))
        noise = samplers.seeded(request.noise)
        yield from consistency.sample(jump, x, levels, noise=noise, resume=request.resume)

    def begun(self, request: Request, levels: schedules.Levels) -> tuple[Tensor, schedules.Levels]:
        """Where a run over `levels` begins, (1, 16, 16, 16), and the levels that it goes through from there."""
        noise = samplers.initial_noise([request.noise], (LATENT, GRID, GRID)).to(self.device)
        held = request.resume
        if held is not None and held.arrays["x"].shape != noise.shape:
            raise Refused("bad-request", "This checkpoint is of another engine: branch with the engine that made it.")
        x = noise
        if request.start is not None:
            if not isinstance(request.start, Image):
                raise Refused("bad-request", "A sticker starts from a picture; the start that was given is none.")
            # A resumed run is given the same levels: only then does the sampler know its own memory again.
            levels = schedules.truncate(levels, max(request.strength, 1e-6))
            x = noise if held is not None else schedules.FLOW.mix(self.encoded(request.start), noise, levels[0])
        return x, levels

    def step(self, state: samplers.State, effect: Callable[[], float | None] | None = None) -> Step:
        """What an engine tells of a finished step; `effect` is what guidance did in it."""
        return Step(
            index=state.index,
            total=state.total,
            level=state.level,
            preview=lambda: self.decoded(state.x0[0].cpu().numpy()),
            estimate=lambda: state.x0[0].cpu().numpy().astype(np.float16),
            checkpoint=state.checkpoint,
            guidance=effect,
        )

    def reached(self, request: Request) -> Tensor | None:
        """The state a checkpoint holds, (1, 16, 16, 16): the result itself when no step is left after it."""
        return None if request.resume is None else samplers.restore(request.resume, self.device).x

    @torch.no_grad()
    def _kept(self, start: Image, mask: Image, seed: samplers.Seed) -> guidance.Kept:
        noise = samplers.initial_noise([seed], (LATENT, GRID, GRID)).to(self.device)
        grey = torch.from_numpy(_resized(framed_mask(mask, start), GRID).astype(np.float32) / 255)
        return guidance.Kept(self.encoded(start), grey[None, None].to(self.device), noise)

    # ------------------------------------------------------------ pictures

    @torch.no_grad()
    def encoded(self, picture: Image) -> Tensor:
        """The latent of a picture of any size, (1, 16, 16, 16); it is fitted into the square over white."""
        pixels = torch.from_numpy(framed(picture)).permute(2, 0, 1)[None].float() / 127.5 - 1
        return self.autoencoder.encode(pixels.to(self.device))

    @torch.no_grad()
    def pixels(self, latent: Tensor) -> np.ndarray:
        """Colour over white and alpha, uint8 (128, 128, 4), of a latent (16, 16, 16)."""
        picture = self.autoencoder.decode(latent[None].float().to(self.device))[0]
        return picture.add(1).mul(127.5).round().clamp(0, 255).byte().permute(1, 2, 0).cpu().numpy()

    def decoded(self, estimate: np.ndarray) -> Image:
        """A clean estimate as a 128x128 picture over white."""
        return Image(np.ascontiguousarray(self.pixels(torch.from_numpy(np.asarray(estimate)))[..., :3]))

    def finished(self, latent: Tensor, request: Request, background: str) -> Image:
        """The result at the size asked for; what the mask keeps is the start picture itself."""
        pixels = self.pixels(latent[0])
        if isinstance(request.start, Image) and request.mask is not None:
            grey = framed_mask(request.mask, request.start)[..., None] / 255.0
            pixels = np.rint(grey * pixels + (1 - grey) * framed(request.start)).astype(np.uint8)
        picture = upscale(Image(pixels), (request.size or (SIDE, SIDE))[0] // SIDE).pixels
        return Image(np.ascontiguousarray(picture[..., :3]) if background == "white" else uncovered(picture))


def _run_levels(request: Request, levels: schedules.Levels) -> schedules.Levels:
    """The levels that a run goes through: the last part of all when it begins with a picture."""
    return levels if request.start is None else schedules.truncate(levels, max(request.strength, 1e-6))


def levels_of(options: Any) -> schedules.Levels:
    """The noise levels of a whole run with these options."""
    return schedules.levels(options.schedule, options.steps)


# ---------------------------------------------------------------- pixels


def uncovered(pixels: np.ndarray) -> np.ndarray:
    """Colour over white and alpha to straight alpha, uint8 (H, W, 4): c = (p - (1 - a)) / a."""
    alpha = np.clip((pixels[..., 3:] / 255.0 - 0.04) / 0.92, 0, 1)  # the ends, where the network is a little off
    colour = (pixels[..., :3] / 255.0 - (1 - alpha)) / np.maximum(alpha, 1e-3)
    return np.rint(np.concatenate([np.clip(colour, 0, 1), alpha], -1) * 255).astype(np.uint8)


def _resized(grey: np.ndarray, side: int) -> np.ndarray:
    from PIL import Image as Pillow

    return np.asarray(Pillow.fromarray(grey).resize((side, side), Pillow.Resampling.BOX))
