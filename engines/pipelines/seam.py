"""What a mask keeps is kept to the pixel; the new part joins it by a blend mask and a colour match of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image as Picture

from engines.contract import Image, Media, Param, Request
from engines.files.picture import coloured

RIM = 16  # pixels about the mask in which colours are compared
OPTIONS = (
    Param("keep_outside", "bool", True, help="Outside the mask the start stays as it is, to the pixel.", group="Start"),
    Param(
        "graded_mask",
        "bool",
        True,
        help="Where the mask is grey the start is changed less; off: what is lighter than half is all new.",
        group="Start",
    ),
    Param(
        "blend",
        "int",
        0,
        0,
        256,
        1,
        unit="px",
        help="How far inside the mask the start fades into what is new; 0 goes by the mask alone.",
        group="Start",
    ),
    Param(
        "match_colour",
        "bool",
        False,
        help="What is new takes its colours from the start around the mask.",
        group="Start",
    ),
)


def grade(pipe: Any, request: Request) -> None:
    """Let the mask's greys hold the latents of each step to the start by so much, where `graded_mask` says so.

    The library rounds masks to black and white. Networks that were taught to read a mask (more channels than the
    latents have) were taught such ones, and keep them.
    """
    processor = getattr(pipe, "mask_processor", None)
    if processor is not None and hasattr(processor, "register_to_config"):
        graded = bool(request.options.get("graded_mask")) and not _reads_masks(pipe)
        processor.register_to_config(do_binarize=not graded)


def _reads_masks(pipe: Any) -> bool:
    network = getattr(pipe, "unet", None) or getattr(pipe, "transformer", None)
    channels = getattr(getattr(network, "config", None), "in_channels", None)
    latents = getattr(getattr(getattr(pipe, "vae", None), "config", None), "latent_channels", None)
    return not channels or not latents or channels not in (latents, 4 * latents)  # Flux packs 2 x 2 latents


def joined(made: Media, request: Request) -> Media:
    """`made` within the request's mask and its start outside it, to the pixel; grey in the mask mixes both.

    The blend mask is the request's, faded from its edge inwards over `blend` pixels: it is nowhere above it. With
    `match_colour` the new part is moved by the mean of what separates both in a rim that is kept.
    """
    start, mask, options = request.start, request.mask, request.options
    if not (isinstance(made, Image) and isinstance(start, Image) and mask is not None and options.get("keep_outside")):
        return made
    height, width = made.pixels.shape[:2]
    grey = _at(mask.pixels if mask.pixels.ndim == 2 else coloured(mask), (width, height), "L")
    old = _at(coloured(start), (width, height), "RGB").astype(np.float32)
    new = coloured(made).astype(np.float32)
    if options.get("match_colour"):
        new += _apart(old, new, grey)
    share = (grey / np.float32(255) * _faded(grey, int(options.get("blend", 0))))[..., None]
    return Image(np.clip(old + (new - old) * share, 0, 255).round().astype(np.uint8))


def _faded(grey: np.ndarray, reach: int) -> np.ndarray:
    """Shares (H, W): 1 from `reach` pixels inside the mask on, towards 0 at its edge; the picture's border is none."""
    from scipy import ndimage

    if not reach or grey.all() or not grey.any():
        return np.ones(grey.shape, np.float32)
    inside = np.asarray(ndimage.distance_transform_edt(grey > 0), np.float32)
    share = np.clip(inside / (reach + 1), 0, 1)
    return share * share * (3 - 2 * share)


def _apart(old: np.ndarray, new: np.ndarray, grey: np.ndarray) -> np.ndarray:
    """By how much the colours of `new` must move (3,) to meet `old` around the mask; 0 where nothing is kept."""
    from scipy import ndimage

    if grey.all() or not grey.any():
        return np.zeros(3, np.float32)
    rim = (grey == 0) & (np.asarray(ndimage.distance_transform_edt(grey == 0)) <= RIM)
    return (old[rim] - new[rim]).mean(0)


def _at(pixels: np.ndarray, size: tuple[int, int], mode: str) -> np.ndarray:
    """Pixels at `size` (width, height), as the pipelines are given them."""
    picture = Picture.fromarray(np.ascontiguousarray(pixels)).convert(mode)
    return np.asarray(picture if picture.size == size else picture.resize(size, Picture.Resampling.LANCZOS))
