"""A picture larger than the network was taught, in overlapping tiles that are blended at every step.

MultiDiffusion (Bar-Tal et al. 2023, arXiv:2302.08113): the network is asked for each window of the latents by itself,
and what it answers is the weighted mean of all windows a place lies in. The weights fall towards the edges of a window
as far as it overlaps its neighbour. The pipeline knows nothing of it.
"""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from engines.contract import Request
from engines.pipelines import space, tiled_controls
from engines.pipelines.tiled_controls import Window

GRIDS = ("UNet2DConditionModel", "SD3Transformer2DModel", "PixArtTransformer2DModel", "SanaTransformer2DModel")
TOKENS = ("FluxTransformer2DModel", "ChromaTransformer2DModel")  # those are told where each token lies


class Tiling:
    """Windows of `tile` latents a side that share `overlap` with their neighbours. `windows`: how many there were."""

    def __init__(self, tile: int, overlap: int) -> None:
        self.tile, self.overlap, self.windows = tile, min(overlap, tile // 2), 1

    @contextmanager
    def over(self, networks: dict[str, Any]) -> Iterator[None]:
        """While this lasts, `networks` answer tile by tile."""
        before = {name: network.__dict__.get("forward") for name, network in networks.items()}
        for name, network in networks.items():
            network.forward = self._tiled(name, network.forward)
        try:
            yield
        finally:
            for name, network in networks.items():
                if before[name] is None:
                    del network.forward
                else:
                    network.forward = before[name]

    def _tiled(self, name: str, forward: Callable[..., Any]) -> Callable[..., Any]:
        if tiled_controls.is_control(name):
            return tiled_controls.apart(forward, self._cut)
        signature = inspect.signature(forward)

        @functools.wraps(forward)
        def act(*args: Any, **kwargs: Any) -> Any:
            words, latents = tiled_controls.bound(signature, args, kwargs)
            windows = self._cut(words, latents)

            def ask(n: int, window: Window) -> Any:
                steered = tiled_controls.piece(words, (n, len(windows)), window)
                return forward(**{**words, latents: window.cut(words[latents]), **window.told, **steered})

            total, out = _blended(windows, words[latents], ask)
            return (total,) if isinstance(out, tuple) else type(out)(sample=total)

        return act

    def _cut(self, words: Mapping[str, Any], name: str) -> list[Window]:
        """The windows of a call whose latents are called `name`."""
        found = _grids(self, words[name]) if words[name].ndim == 4 else _tokens(self, words["img_ids"])
        self.windows = len(found)
        return found


def asked(pipe: Any, request: Request) -> Tiling | None:
    """How the networks are to work in tiles; None where they are not."""
    tile = int(request.options.get("tile", 0))
    if not tile or request.size is None or max(request.size) <= tile:
        return None
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


def _blended(windows: list[Window], latents: Tensor, ask: Callable[[int, Window], Any]) -> tuple[Tensor, Any]:
    """The weighted mean of what is answered for all windows of `latents`, and the last of these answers."""
    out = ask(0, windows[0])
    total, weights = _canvas(out[0], latents)
    for n, window in enumerate(windows):
        out = ask(n, window) if n else out
        weight = window.weight.to(latents.device)
        total[window.place] += out[0].float() * weight
        weights[window.place] += weight
    return (total / weights).to(latents.dtype), out


def _canvas(out: Tensor, latents: Tensor) -> tuple[Tensor, Tensor]:
    """Noughts for the answer as a whole and for its weights; an answer may have other channels than the latents."""
    if latents.ndim == 4:
        sides = latents.shape[-2:]
        return torch.zeros(*out.shape[:2], *sides, device=out.device), torch.zeros(1, 1, *sides, device=out.device)
    many = latents.shape[1]
    return torch.zeros(len(out), many, out.shape[2], device=out.device), torch.zeros(1, many, 1, device=out.device)


def _grids(tiling: Tiling, latents: Tensor) -> list[Window]:
    """Of latents (B, C, H, W)."""
    sides = (latents.shape[-2], latents.shape[-1])
    found = []
    for top, left in itertools.product(*(spans(side, tiling.tile, tiling.overlap) for side in sides)):
        place = (..., slice(top, top + tiling.tile), slice(left, left + tiling.tile))
        weight = _weight(tiling, (sides[0], top), (sides[1], left))
        found.append(Window(functools.partial(_crop, sides, (top, left), tuple(weight.shape)), {}, place, weight))
    return found


def _crop(sides: tuple[int, int], start: tuple[int, int], size: tuple[int, ...], whole: Tensor) -> Tensor:
    """Of `whole` (..., H, W) the part that `size` cells from `start` on a grid of `sides` are."""
    down, across = (
        slice(first := round(begin * length / side), first + round(many * length / side))
        for begin, many, length, side in zip(start, size, whole.shape[-2:], sides, strict=True)
    )
    return whole[..., down, across]


def _tokens(tiling: Tiling, ids: Tensor) -> list[Window]:
    """Of latents (B, n, c) whose places are ids (n, 3); a token is two latents a side."""
    tile, overlap = max(1, tiling.tile // 2), tiling.overlap // 2
    high, wide = (int(ids[:, axis].max()) + 1 for axis in (1, 2))
    half, numbers = Tiling(tile, overlap), torch.arange(high * wide, device=ids.device).view(high, wide)
    found = []
    for top, left in itertools.product(*(spans(side, tile, overlap) for side in (high, wide))):
        inside = numbers[top : top + tile, left : left + tile].flatten()
        weight = _weight(half, (high, top), (wide, left))
        crop = functools.partial(_crop, (high, wide), (top, left), tuple(weight.shape))
        cut = functools.partial(_picked, inside, crop)
        near = {"img_ids": ids[inside] - ids[inside[0]] + ids[0]}
        found.append(Window(cut, near, (slice(None), inside), weight.flatten()[:, None]))
    return found


def _picked(inside: Tensor, crop: Callable[[Tensor], Tensor], whole: Tensor) -> Tensor:
    """The tokens `inside` of `whole` (B, n, c), or that part of it where it is a picture (B, C, H, W)."""
    return whole[:, inside] if whole.ndim == 3 else crop(whole)


def _weight(tiling: Tiling, down: tuple[int, int], across: tuple[int, int]) -> Tensor:
    """(rows, columns) of the window; `down` and `across` are the picture's length there and where the window begins."""
    rows, columns = (ramp(length, start, min(tiling.tile, length), tiling.overlap) for length, start in (down, across))
    return rows[:, None] * columns
