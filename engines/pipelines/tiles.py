"""A picture larger than the network was taught, in overlapping tiles that are blended at every step.

MultiDiffusion (Bar-Tal et al. 2023, arXiv:2302.08113): the network is asked for each window of the latents by itself,
and what it answers is the weighted mean of all windows a place lies in. The weights fall towards the edges of a window
as far as it overlaps its neighbour. The pipeline knows nothing of it.
"""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from engines.contract import Refused, Request
from engines.pipelines import space

GRIDS = ("UNet2DConditionModel", "SD3Transformer2DModel", "PixArtTransformer2DModel", "SanaTransformer2DModel")
TOKENS = ("FluxTransformer2DModel", "ChromaTransformer2DModel")  # those are told where each token lies
LATENTS = ("sample", "hidden_states")  # what networks call what they denoise


class Tiling:
    """Windows of `tile` latents a side that share `overlap` with their neighbours. `windows`: how many there were."""

    def __init__(self, tile: int, overlap: int) -> None:
        self.tile, self.overlap, self.windows = tile, min(overlap, tile // 2), 1

    @contextmanager
    def over(self, networks: dict[str, Any]) -> Iterator[None]:
        """While this lasts, `networks` answer tile by tile."""
        before = {name: network.__dict__.get("forward") for name, network in networks.items()}
        for network in networks.values():
            network.forward = self._tiled(network.forward)
        try:
            yield
        finally:
            for name, network in networks.items():
                if before[name] is None:
                    del network.forward
                else:
                    network.forward = before[name]

    def _tiled(self, forward: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(forward)

        @functools.wraps(forward)
        def act(*args: Any, **kwargs: Any) -> Any:
            words = signature.bind(*args, **kwargs).arguments
            name = next(one for one in LATENTS if one in words)
            extra = words.pop("kwargs", {})
            ask = _grids if words[name].ndim == 4 else _tokens
            total, out = ask(self, lambda more: forward(**{**words, **extra, **more}), name, words)
            return (total,) if isinstance(out, tuple) else type(out)(sample=total)

        return act


def asked(pipe: Any, request: Request) -> Tiling | None:
    """How the networks are to work in tiles; None where they are not. Refused together with controls."""
    tile = int(request.options.get("tile", 0))
    if not tile or request.size is None or max(request.size) <= tile:
        return None
    if request.controls:
        raise Refused("bad-request", "Controls do not work in tiles yet; leave them out, or set tile to 0.")
    scale = space.pixels_of(pipe)
    return Tiling(max(8, tile // scale), int(request.options.get("overlap", 0)) // scale)


@contextmanager
def decoding(pipe: Any) -> Iterator[None]:
    """While this lasts, the autoencoder works in tiles as well, where it can."""
    able = hasattr(getattr(pipe, "vae", None), "enable_tiling")
    if able:
        pipe.vae.enable_tiling()
    try:
        yield
    finally:
        if able:
            pipe.vae.disable_tiling()


def can(network: Any) -> bool:
    """Whether a network can be asked for windows of its latents."""
    return type(network).__name__ in (*GRIDS, *TOKENS)


def spans(length: int, tile: int, overlap: int) -> list[int]:
    """Where windows begin, evenly, each sharing at least `overlap` with the next."""
    if length <= tile:
        return [0]
    count = -(-(length - overlap) // (tile - overlap))
    return [round(n * (length - tile) / (count - 1)) for n in range(count)]


def ramp(length: int, start: int, tile: int, overlap: int) -> Tensor:
    """(tile,) weights of the window at `start`: rising over the overlap, but not at the ends of the picture."""
    place = torch.arange(tile, dtype=torch.float32)
    weight = torch.ones(tile)
    if overlap and start > 0:
        weight = torch.minimum(weight, (place + 0.5) / overlap)
    if overlap and start + tile < length:
        weight = torch.minimum(weight, (tile - place - 0.5) / overlap)
    return weight.clamp(max=1.0)


def _grids(tiling: Tiling, ask: Callable[[Any], Any], name: str, words: dict[str, Any]) -> tuple[Tensor, Any]:
    """Of latents (B, C, H, W)."""
    latents = words[name]
    high, wide = latents.shape[-2:]
    total, weights = None, torch.zeros(high, wide, device=latents.device)
    windows = list(itertools.product(*(spans(side, tiling.tile, tiling.overlap) for side in (high, wide))))
    tiling.windows = len(windows)
    for top, left in windows:
        place = (..., slice(top, top + tiling.tile), slice(left, left + tiling.tile))
        out = ask({name: latents[place]})
        weight = _weight(tiling, (high, top), (wide, left)).to(latents.device)
        if total is None:  # what is answered may have other channels
            total = torch.zeros(*out[0].shape[:2], high, wide, device=latents.device)
        total[place] += out[0].float() * weight
        weights[place] += weight
    assert total is not None
    return (total / weights).to(latents.dtype), out


def _tokens(tiling: Tiling, ask: Callable[[Any], Any], name: str, words: dict[str, Any]) -> tuple[Tensor, Any]:
    """Of latents (B, n, c) whose places are img_ids (n, 3); a token is two latents a side."""
    latents, ids = words[name], words["img_ids"]
    tile, overlap = max(1, tiling.tile // 2), tiling.overlap // 2
    half = Tiling(tile, overlap)
    high, wide = (int(ids[:, axis].max()) + 1 for axis in (1, 2))
    total, weights = torch.zeros_like(latents, dtype=torch.float32), torch.zeros(high * wide, device=latents.device)
    windows = list(itertools.product(*(spans(side, tile, overlap) for side in (high, wide))))
    tiling.windows = len(windows)
    numbers = torch.arange(high * wide, device=latents.device).view(high, wide)
    for top, left in windows:
        inside = numbers[top : top + tile, left : left + tile].flatten()
        near = ids[inside] - ids[inside[0]] + ids[0]
        out = ask({name: latents[:, inside], "img_ids": near})
        weight = _weight(half, (high, top), (wide, left)).flatten().to(latents.device)
        total[:, inside] += out[0].float() * weight[:, None]
        weights[inside] += weight
    return (total / weights[:, None]).to(latents.dtype), out


def _weight(tiling: Tiling, down: tuple[int, int], across: tuple[int, int]) -> Tensor:
    """(rows, columns) of the window; `down` and `across` are the picture's length there and where the window begins."""
    rows, columns = (ramp(length, start, min(tiling.tile, length), tiling.overlap) for length, start in (down, across))
    return rows[:, None] * columns
