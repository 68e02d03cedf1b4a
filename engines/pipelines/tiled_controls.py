"""Controls where a network works in tiles: each window is steered by its own part of the map.

A ControlNet is asked window by window, too, for it was taught pictures of that size. What it answers for all windows
goes through the pipeline as one batch, the windows one after the other, and each window of the network gets its own.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import torch
from msgspec import Struct
from torch import Tensor

from engines.pipelines.halves import over

CONDITION = "controlnet_cond"
LATENTS = ("sample", "hidden_states")  # what networks call what they denoise
RESIDUALS: tuple[str, ...] = (
    "down_block_additional_residuals",
    "mid_block_additional_residual",
    "block_controlnet_hidden_states",
)
RESIDUALS += ("controlnet_block_samples", "controlnet_single_block_samples")  # what networks call a ControlNet's answer
FEATURES = "down_intrablock_additional_residuals"  # what a U-Net calls a T2I-Adapter's


class Window(Struct, frozen=True):
    """A part of a picture. `cut` gives it of what lies on the grid of the latents, or on a finer or coarser one;
    `told` is what else a network is told of it; `place` and `weight` are where its answer goes, and how much it counts
    there."""

    cut: Callable[[Tensor], Tensor]
    told: Mapping[str, Any]
    place: Any
    weight: Tensor


Windows = Callable[[Mapping[str, Any], str], list[Window]]  # of a call's arguments, and what the latents are among them


def is_control(name: str) -> bool:
    """Whether the component of that name steers another network."""
    return name.startswith("controlnet")


def bound(signature: inspect.Signature, args: Any, kwargs: Any) -> tuple[dict[str, Any], str]:
    """The arguments of a call by name, and what the latents are called among them."""
    words = dict(signature.bind(*args, **kwargs).arguments)
    words |= words.pop("kwargs", {})
    return words, next(one for one in LATENTS if one in words)


def apart(forward: Callable[..., Any], windows: Windows) -> Callable[..., Any]:
    """A ControlNet's `forward` that answers for each of the windows."""
    signature = inspect.signature(forward)

    @functools.wraps(forward)
    def act(*args: Any, **kwargs: Any) -> Any:
        words, name = bound(signature, args, kwargs)
        told = [_told(words, name, window) for window in windows(words, name)]
        return over(_joined, *(forward(**words | one) for one in told))

    return act


def piece(words: Mapping[str, Any], at: tuple[int, int], window: Window) -> dict[str, Any]:
    """What of the controls among a network's arguments a window is told that is the `at`-th (which, of how many)."""
    which, many = at
    there = [name for name in RESIDUALS if words.get(name) is not None]
    found = {name: over(lambda one: one.chunk(many)[which], words[name]) for name in there}
    if words.get(FEATURES) is not None:
        found[FEATURES] = [window.cut(one) for one in words[FEATURES]]
    return found


def _told(words: Mapping[str, Any], name: str, window: Window) -> dict[str, Any]:
    condition = words[CONDITION]
    several = isinstance(condition, list | tuple)
    maps = [window.cut(one) for one in condition] if several else window.cut(condition)
    return {name: window.cut(words[name]), CONDITION: maps, **window.told}


def _joined(*each: Tensor) -> Tensor:
    return torch.cat(each)
