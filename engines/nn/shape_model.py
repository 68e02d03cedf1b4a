"""The networks of mesh/shape, loaded, and what is done with them: encode words, walk the path, make a surface."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines import guidance, samplers, schedules, surfaces, volumes
from engines.contract import Mesh, Refused, Request
from engines.device import best
from engines.families.flow_matching import clean
from engines.files import assets
from engines.nn import stored
from engines.nn.outline import Measures, Outline
from engines.nn.shape import FORM, Autoencoder
from engines.nn.size import SizeHead
from engines.nn.text import TextEncoder
from engines.surfaces import Finish
from engines.worded import Worded

FOLDER = "weights/shape"
DRAFT = Finish(volumes.SIDE, smoothing=2, outward=0.08)


@dataclass(frozen=True)
class Scale:
    """How large a shape is: its longest side in metres, or its height where that is not 0."""

    longest: float
    height: float = 0.0


def load(folder: Path | None = None) -> Model:
    """The model from its weight files (those below assets/), on the best device, in single precision."""
    device, place = best(), folder or assets.path(FOLDER)
    flow = stored.read(lambda words: Outline(Measures.read(words)), place / "flow.safetensors", device)
    coder = stored.read(lambda words: Autoencoder(), place / "autoencoder.safetensors", device)
    size = stored.read(lambda words: SizeHead(), place / "size.safetensors", device)
    return Model(flow, coder, size, TextEncoder(device))


class Model:
    """Flow network, autoencoder, size and text encoder, and nothing that changes."""

    def __init__(self, flow: Outline, coder: Autoencoder, size: SizeHead, text: TextEncoder) -> None:
        self.flow, self.coder, self.size, self.text = flow, coder, size, text
        self.device = next(flow.parameters()).device

    # ------------------------------------------------------------ denoising

    @torch.no_grad()
    def denoiser(self, request: Request, options: Any) -> guidance.Run:
        """The guided denoiser for a request's words."""
        levels = schedules.levels(options.schedule, options.steps)
        if request.start is not None:
            levels = schedules.truncate(levels, max(request.strength, 1e-6))
        words = Worded(request, levels, lambda text: partial(self._clean, *self.text.encode([text.strip()])))
        strength = guidance.Guidance(
            scale=request.curves.get("guidance", options.guidance),
            levels=schedules.levels(options.schedule, options.steps),
            interval=(options.guide_to, options.guide_from),
            rescale=options.rescale,
        )
        return guidance.Run(words.guided(strength), words.counted, strength)

    def _clean(self, tokens: Tensor, mask: Tensor, x: Tensor, level: float) -> Tensor:
        return clean(lambda z, t: self.flow(z, t, tokens, mask), x, level)

    def states(self, request: Request, options: Any, denoise: guidance.Run) -> Iterator[samplers.State]:
        """Every finished step, from noise, a start mesh or a checkpoint."""
        levels = schedules.levels(options.schedule, options.steps)
        noise = samplers.initial_noise(request.seed, (self.flow.measures.components,)).to(self.device)
        held = request.resume
        if held is not None and ("x" not in held.arrays or held.arrays["x"].shape != noise.shape):
            raise Refused("bad-request", "This checkpoint is of another engine: branch with the engine that made it.")
        x = noise
        if request.start is not None:
            # A resumed run is given the same levels: only then does the sampler know its own memory again.
            levels = schedules.truncate(levels, max(request.strength, 1e-6))
            x = noise if held is not None else schedules.FLOW.mix(self.encoded(request.start), noise, levels[0])
        yield from samplers.sample(
            options.sampler, denoise, x, levels, noise=samplers.seeded(request.seed), resume=held
        )

    def reached(self, request: Request) -> Tensor | None:
        """The state a checkpoint holds, (1, K): the result itself when no step is left after it."""
        return None if request.resume is None else samplers.restore(request.resume, self.device).x

    # ------------------------------------------------------------ shapes

    @torch.no_grad()
    def scale(self, request: Request, height: float) -> Scale:
        """How large the shape is to be: as high as was asked, as large as the start, or as what the words name."""
        if isinstance(request.start, Mesh):
            extent = np.ptp(request.start.vertices, 0)
            return Scale(max(float(extent.max()), 1e-6), height)
        return Scale(float(self.size(*self.text.encode([request.prompt.strip()]))[0]), height)

    @torch.no_grad()
    def encoded(self, start: Any) -> Tensor:
        """The numbers of a mesh of any size, (1, K)."""
        if not isinstance(start, Mesh):
            raise Refused("bad-request", "A shape starts from a mesh; the start that was given is none.")
        volume = torch.from_numpy(volumes.of_mesh(start))[None].to(self.device)
        return self.flow.project(self.coder.encode(volume))

    @torch.no_grad()
    def volume(self, x: Tensor) -> np.ndarray:
        """The volume (4, 32, 32, 32) of a clean state (K,)."""
        latent = self.flow.latent(x[None].float().to(self.device)).reshape(1, *FORM)
        return self.coder.decode(latent)[0].cpu().numpy()

    def surface(self, x: Tensor, scale: Scale, finish: Finish = DRAFT) -> Mesh:
        """The closed surface of a clean state (K,), standing on the floor, in metres."""
        return stood(surfaces.surface(self.volume(x), finish), scale)


def stood(mesh: Mesh, scale: Scale) -> Mesh:
    """A mesh in the size asked for, its foot at Y = 0, its middle above the origin."""
    low, high = mesh.vertices.min(0), mesh.vertices.max(0)
    extent = np.maximum(high - low, 1e-6)
    factor = scale.height / float(extent[1]) if scale.height > 0 else scale.longest / float(extent.max())
    foot = np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2], np.float32)
    return Mesh(((mesh.vertices - foot) * factor).astype(np.float32), mesh.faces, mesh.colors)


def compact(x: Tensor, scale: Scale) -> np.ndarray:
    """A clean state (K,) and its scale in one row for the step store, float16 (K + 2,)."""
    row = torch.cat([x.cpu(), torch.tensor([scale.longest, scale.height])])
    return row.numpy().astype(np.float16)


def opened(row: np.ndarray) -> tuple[Tensor, Scale]:
    """The way back of `compact`."""
    x = torch.from_numpy(np.asarray(row[:-2], np.float32))
    return x, Scale(max(float(row[-2]), 1e-6), float(row[-1]))
