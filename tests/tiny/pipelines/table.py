"""The table the builders write themselves into, and what is done to every pipeline they build."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    import torch
    from diffusers import DiffusionPipeline

PROMPT = "a red boat on a blue lake"

FAMILIES: dict[str, Callable[[], DiffusionPipeline]] = {}
"""Name of the family -> a builder of its pipeline, with the same weights every time."""

CALLS: dict[str, dict[str, Any]] = {}
"""Name of the family -> the keyword arguments of one small call that works."""

QUICK = ("sd15", "flux1", "wan", "stable_audio", "ddpm")
"""One of each medium and kind; the tests of all others are run with -m slow, as CI does."""

PARTS: dict[str, Callable[[Path], None]] = {}
"""Name of a part (a ControlNet, a LoRA ...) -> a function that saves it into a folder that does not exist yet."""


def family(**call: Any) -> Callable[[Callable[[], DiffusionPipeline]], Callable[[], DiffusionPipeline]]:
    """Write the builder below into the table, with `call` as its small call."""

    def keep(build: Callable[[], DiffusionPipeline]) -> Callable[[], DiffusionPipeline]:
        @functools.wraps(build)
        def seeded() -> DiffusionPipeline:
            import torch

            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(0)
                pipe = build()
                for module in pipe.components.values():
                    if isinstance(module, torch.nn.Module):
                        settle(module)
            pipe.set_progress_bar_config(disable=True)
            return pipe

        FAMILIES[build.__name__] = seeded
        CALLS[build.__name__] = call
        return seeded

    return keep


def part(save: Callable[[Path], None]) -> Callable[[Path], None]:
    """Write the saver below into the table of parts."""

    @functools.wraps(save)
    def seeded(folder: Path) -> None:
        import torch

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            save(folder)

    PARTS[save.__name__] = seeded
    return seeded


def settle(module: torch.nn.Module) -> torch.nn.Module:
    """`module` ready to run: no dropout, and no weight that its training would have to begin by waking.

    Networks that start as the identity (a ControlNet's last convolutions, a motion module's output) have matrices of
    noughts, with which the part would do nothing at all; they get a small normal draw. The weights still ask for
    gradients, as loaded ones do: without, torch folds some matrix products in another way, and the last bit changes.
    """
    import torch

    with torch.no_grad():
        for weight in module.parameters():
            if weight.ndim >= 2 and not weight.any():
                weight.normal_(0, 0.5 / weight[0].numel() ** 0.5)
    return module.eval()


def picture(width: int = 64, height: int = 64, hue: int = 0) -> Image.Image:
    """A start picture: a disc on a ramp, in a colour of `hue` (0 to 2: red, green, blue)."""
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.stack([255 * x / width, 255 * y / height, np.full(x.shape, 96.0)], axis=-1)
    disc = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (min(width, height) / 3) ** 2
    pixels[disc] = np.roll([230, 60, 40], hue)
    return Image.fromarray(pixels.astype(np.uint8))


def mask(width: int = 64, height: int = 64) -> Image.Image:
    """A mask whose right half (white) is to be made anew."""
    pixels = np.zeros((height, width), np.uint8)
    pixels[:, width // 2 :] = 255
    return Image.fromarray(pixels)


def clip(frames: int, width: int = 32, height: int = 32) -> list[Image.Image]:
    """A start clip: a picture that changes its colour from frame to frame."""
    return [picture(width, height, hue) for hue in range(frames)]
