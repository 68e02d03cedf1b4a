"""The energy network of image/mend, loaded: pictures into its grid and back, the walk, and the map of the energy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines import samplers, schedules
from engines.contract import Image, Refused, Request
from engines.device import best
from engines.families import energy as family
from engines.files import assets
from engines.nn import stored
from engines.nn.energy import Energy, build

SIDE = 32
HIGH, LOW = 5.0, 0.03  # the noise levels a walk begins and ends at
JUDGED = 0.15  # the level at which the energy of a finished picture is told
FREE = 8  # how much larger than the grid a free sample is shown


def load(name: str = "weights/mend/energy.safetensors") -> Model:
    """The model from its weight file below assets/, on the best device, in single precision."""
    return Model(stored.read(build, assets.path(name), best()))


@dataclass(frozen=True)
class Task:
    """What is to be mended: the picture in the grid x0 (1, 4, 32, 32), where it may change (1, 1, 32, 32) of 0 and 1
    (None: everywhere), and where in the grid the picture lies."""

    x0: Tensor
    mask: Tensor | None
    frame: Frame


@dataclass(frozen=True)
class Frame:
    """Where a picture of (height, width) lies in the grid: `top`, `left`, `tall`, `wide` in places."""

    height: int
    width: int
    top: int
    left: int
    tall: int
    wide: int

    @classmethod
    def of(cls, picture: Image) -> Frame:
        """A picture as large as the grid allows, in its middle."""
        height, width = picture.pixels.shape[:2]
        longer = max(height, width)
        tall, wide = (max(1, round(side * SIDE / longer)) for side in (height, width))
        return cls(height, width, (SIDE - tall) // 2, (SIDE - wide) // 2, tall, wide)

    def into(self, pixels: np.ndarray) -> np.ndarray:
        """The picture's places in an empty grid: the mean over each, premultiplied; uint8 (H, W, 4) to (32, 32, 4)."""
        from PIL import Image as Pillow

        small = Pillow.fromarray(np.ascontiguousarray(pixels), "RGBA").convert("RGBa")
        small = small.resize((self.wide, self.tall), Pillow.Resampling.BOX).convert("RGBA")
        return self._placed(np.asarray(small))

    def touched(self, grey: np.ndarray) -> np.ndarray:
        """Which places hold any pixel of a mask (H, W) that is at least half on, bool (32, 32)."""
        rows, columns = np.nonzero(grey >= 128)
        found = np.zeros((self.tall, self.wide), np.uint8)
        found[rows * self.tall // self.height, columns * self.wide // self.width] = 1
        return self._placed(found).astype(bool)

    def out(self, grid: np.ndarray) -> np.ndarray:
        """The picture's part of a grid (32, 32, ...) at its own size, every place a block."""
        rows = self.top + np.arange(self.height) * self.tall // self.height
        columns = self.left + np.arange(self.width) * self.wide // self.width
        return grid[rows][:, columns]

    def _placed(self, small: np.ndarray) -> np.ndarray:
        grid = np.zeros((SIDE, SIDE, *small.shape[2:]), small.dtype)
        grid[self.top : self.top + self.tall, self.left : self.left + self.wide] = small
        return grid


class Model:
    """The energy network, and nothing that changes."""

    def __init__(self, network: Energy) -> None:
        self.network = network
        self.device = next(network.parameters()).device

    def task(self, request: Request, found: float | None) -> Task | None:
        """What the request's start and mask ask for, None without a start. With `found`, and no mask, the places may
        change whose energy is that many deviations above the middle."""
        if request.start is None:
            return None
        if not isinstance(request.start, Image):
            raise Refused("bad-request", "Mending needs a picture; the start that was given is none.")
        frame = Frame.of(request.start)
        x0 = from_pixels(frame.into(rgba(request.start))[None]).to(self.device)
        if request.mask is not None:
            places = frame.touched(fitted(request.mask, request.start))
        elif found is not None:
            places = frame._placed(np.ones((frame.tall, frame.wide), bool)) & damaged(self.places(x0), found)
        else:
            return Task(x0, None, frame)
        return Task(x0, torch.from_numpy(places).float()[None, None].to(self.device), frame)

    def states(self, request: Request, options: Any, task: Task | None) -> Iterator[samplers.State]:
        """Every Langevin step: from noise, from the start with noise, or from a checkpoint."""
        levels = family.annealed(options.steps, HIGH, LOW)
        if task is not None and task.mask is None:
            levels = schedules.truncate(levels, max(request.strength, 1e-6))
        noise = samplers.initial_noise(request.seed, (4, SIDE, SIDE)).to(self.device)
        held = request.resume
        if held is not None and ("x" not in held.arrays or held.arrays["x"].shape != noise.shape):
            raise Refused("bad-request", "This checkpoint is of another engine: branch with the engine that made it.")
        x = levels[0] * noise + (0 if task is None or task.mask is not None else task.x0)
        warmth = partial(_warmth, request, options.temperature or float(task is None), levels)
        kept = None if task is None or task.mask is None else family.Kept(task.x0, task.mask)
        plan = family.Plan(levels, options.pace, warmth, kept, samplers.seeded(request.seed), held)
        yield from family.anneal(self.network, x, plan)

    @torch.no_grad()
    def places(self, x0: Tensor) -> np.ndarray:
        """The energy of every place of a clean picture (1, 4, 32, 32) at the level it is judged at, (32, 32)."""
        x0 = x0.to(self.device)
        return self.network.places(x0, x0.new_full((len(x0),), JUDGED))[0].cpu().numpy()

    def finished(self, x0: Tensor, request: Request, task: Task | None, overlay: bool) -> Image:
        """The result: a free sample enlarged, or the start at its own size with what was changed put in."""
        grid = to_pixels(x0)[0]
        if overlay:
            grid = heated(grid, self.places(x0))
        if task is None or not isinstance(request.start, Image):
            return Image(np.ascontiguousarray(grid.repeat(FREE, 0).repeat(FREE, 1)))
        large = task.frame.out(grid)
        if task.mask is not None and not overlay:
            change = task.frame.out(task.mask[0, 0].cpu().numpy())[..., None] > 0.5
            if request.mask is not None:
                change = change & (fitted(request.mask, request.start)[..., None] >= 128)
            large = np.where(change, large, rgba(request.start))
        return Image(np.ascontiguousarray(large))


def _warmth(request: Request, constant: float, levels: schedules.Levels, level: float) -> float:
    """The temperature at a level of the run."""
    return request.at("temperature", constant, schedules.position(levels, level))


def damaged(places: np.ndarray, deviations: float) -> np.ndarray:
    """The places (32, 32) whose energy, smoothed over 3x3, stands out by so many deviations, and their neighbours."""
    from torch.nn import functional

    each = torch.from_numpy(places).float()[None, None]
    smooth = functional.avg_pool2d(functional.pad(each, (1, 1, 1, 1), "replicate"), 3, 1)
    middle = smooth.median()
    spread = 1.4826 * (smooth - middle).abs().median() + 1e-6
    found = (smooth > middle + deviations * spread).float()
    return functional.max_pool2d(found, 3, 1, 1)[0, 0].numpy() > 0


# ---------------------------------------------------------------- pixels


def rgba(picture: Image) -> np.ndarray:
    """Any picture as straight RGBA, uint8 (H, W, 4)."""
    pixels = picture.pixels if picture.pixels.ndim == 3 else np.repeat(picture.pixels[..., None], 3, -1)
    if pixels.shape[-1] == 4:
        return pixels
    return np.concatenate([pixels, np.full((*pixels.shape[:2], 1), 255, np.uint8)], -1)


def fitted(mask: Image, start: Image) -> np.ndarray:
    """The mask in grey at the size of the start, uint8 (H, W)."""
    from PIL import Image as Pillow

    grey = mask.pixels if mask.pixels.ndim == 2 else mask.pixels[..., :3].max(-1)
    height, width = start.pixels.shape[:2]
    return np.asarray(Pillow.fromarray(np.ascontiguousarray(grey)).resize((width, height), Pillow.Resampling.NEAREST))


def from_pixels(pixels: np.ndarray) -> Tensor:
    """Straight RGBA, uint8 (B, H, W, 4), to premultiplied (B, 4, H, W) in [-1, 1]."""
    part = torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 255
    return torch.cat([part[:, :3] * part[:, 3:], part[:, 3:]], 1) * 2 - 1


def to_pixels(x: Tensor) -> np.ndarray:
    """The way back, uint8 (B, H, W, 4); alpha that is nearly nothing or nearly all is just that."""
    part = ((x.float() + 1) / 2).clamp(0, 1)
    alpha = ((part[:, 3:] - 0.06) / 0.88).clamp(0, 1)
    colour = (part[:, :3] / part[:, 3:].clamp_min(1 / 255)).clamp(0, 1)
    return (torch.cat([colour * (alpha > 0), alpha], 1) * 255).round().byte().permute(0, 2, 3, 1).cpu().numpy()


def heated(grid: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The picture in grey with the energy of its places over it, from blue (low) by red to yellow; (32, 32, 4)
    opaque."""
    share = np.clip(places / max(float(np.percentile(places, 99)), 1e-6), 0, 1)
    stops = np.array([[20, 24, 70], [140, 30, 110], [235, 80, 50], [255, 235, 120]], np.float64)
    heat = np.stack([np.interp(share * 3, np.arange(4), stops[:, k]) for k in range(3)], -1)
    grey = grid[..., :3].astype(np.float64).mean(-1, keepdims=True) * (grid[..., 3:] / 255.0)
    mixed = np.rint(np.clip(0.35 * grey + 0.75 * heat, 0, 255)).astype(np.uint8)
    return np.concatenate([mixed, np.full((*mixed.shape[:2], 1), 255, np.uint8)], -1)
