"""What image/tile learns from: floors and walls of Dungeon Crawl that tile, also in named colours, and our own
textures.

Held out are every tenth name of the drawn tiles, in all its variants and colours, and every tenth pair of a kind and a
colour of the procedural ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engines.training import crawl, ramps, textures
from engines.training.crawl import share

VARIANTS = 60  # textures of each kind and colour
SIGNS = ("sigil", "torch", "overlay", "transparent", "tutorial", "cage", "zot", "label", "corruption")
SEAM = 1.8  # how much steeper than inside a border may be in a tile that is learnt


@dataclass(frozen=True)
class Tiles:
    """Pictures uint8 (N, 32, 32, 3), the number of each one's caption, the captions, and which are held out (N,)."""

    pictures: np.ndarray
    caption: np.ndarray
    captions: list[str]
    held_out: np.ndarray
    drawn: np.ndarray  # (N,), whether an artist drew it


def seam(pictures: np.ndarray) -> np.ndarray:
    """The mean step of grey across the borders over the mean step inside, for each of uint8 (N, H, W, 3); 1 is
    seamless."""
    grey = pictures.astype(np.float64).mean(-1)
    steps = [np.abs(grey - np.roll(grey, 1, axis)) for axis in (1, 2)]
    across = [steps[0][:, 0].mean(1), steps[1][:, :, 0].mean(1)]
    inside = [steps[0][:, 1:].mean((1, 2)), steps[1][:, :, 1:].mean((1, 2))]
    return np.mean(across, 0) / np.maximum(np.mean(inside, 0), 1e-6)


def collect(source: Path, target: Path) -> Tiles:
    """All tiles, kept in `target` (.npz), which is read back when it is there."""
    if not target.exists():
        rows = [*_drawn(source), *_made()]
        captions = sorted({row[1] for row in rows})
        place = {caption: k for k, caption in enumerate(captions)}
        part = target.with_suffix(".part.npz")
        np.savez(
            part,
            pictures=np.stack([row[0] for row in rows]),
            caption=np.array([place[row[1]] for row in rows]),
            captions=np.array(captions),
            held_out=np.array([row[2] for row in rows]),
            drawn=np.array([row[3] for row in rows]),
        )
        part.rename(target)
    with np.load(target) as held:
        named = {name: held[name] for name in held.files}
    return Tiles(named["pictures"], named["caption"], named["captions"].tolist(), named["held_out"], named["drawn"])


def _drawn(source: Path) -> Iterator[tuple[np.ndarray, str, bool, bool]]:
    """(picture, caption, held out, True) of every tile that covers its square and goes on over its borders."""
    for tile in crawl.tiles(source, "floor", "wall", "water"):
        rgb = np.ascontiguousarray(tile.pixels[..., :3])
        if not tile.opaque or any(word in tile.path for word in SIGNS) or rgb.std() < 2:
            continue
        if seam(rgb[None])[0] > SEAM:
            continue
        lit = lightened(rgb)
        yield lit, tile.name, tile.held_out, True
        for colour in ramps.COLOURS:
            yield (
                recoloured(lit, colour, share(tile.path + colour)),
                f"{colour} {plain(tile.name)}",
                tile.held_out,
                True,
            )


def plain(name: str) -> str:
    """The name without the colours in it."""
    hues = (*ramps.COLOURS, "gray", "dark", "magenta", "cyan", "cobalt", "emerald", "lightred", "lightblue")
    return " ".join(word for word in name.split() if word not in hues) or name


def lightened(rgb: np.ndarray) -> np.ndarray:
    """A dark tile made lighter, so that its brightest parts are at least half-way to white; uint8 (32, 32, 3)."""
    bright = max(8.0, float(np.percentile(rgb.max(-1), 97)))
    return np.rint(np.clip(rgb * max(1.0, min(3.0, 150 / bright)), 0, 255)).astype(np.uint8)


def recoloured(rgb: np.ndarray, colour: str, chance: float) -> np.ndarray:
    """The tile's lightness on the ramp of a named colour, uint8 (32, 32, 3)."""
    rng = np.random.default_rng(int(chance * 2**32))
    grey = rgb.astype(np.float64) @ (0.299, 0.587, 0.114)
    low, high = np.percentile(grey, (2, 98))
    place = np.clip((grey - low) / max(high - low, 20.0), -0.1, 1.1) * 3.4 + 0.3
    return np.rint(ramps.looked_up(ramps.ramp(colour, rng), place) * 255).astype(np.uint8)


def _made() -> Iterator[tuple[np.ndarray, str, bool, bool]]:
    for kind in textures.KINDS:
        for colour in ("", *ramps.COLOURS):
            rng = np.random.default_rng(int(share(f"{kind}/{colour}") * 2**32))
            for k in range(VARIANTS * (2 if not colour else 1)):
                yield (
                    textures.draw(kind, colour, rng),
                    textures.caption(kind, colour, k),
                    is_held_out(kind, colour),
                    False,
                )


def is_held_out(kind: str, colour: str) -> bool:
    """Whether this pair is never shown in training; a kind in its own colours always is."""
    return bool(colour) and share(f"tile {kind} {colour}") < 0.1


class Batches:
    """Makes batches: (x0 (B, 3, 32, 32) in [-1, 1], the numbers of the captions (B,)), each tile pushed round by any
    whole number of pixels; half of them drawn by an artist, and in each half every caption as often as any other."""

    def __init__(self, tiles: Tiles, size: int, held_out: bool = False) -> None:
        self.tiles, self.size = tiles, size
        allowed = tiles.held_out == held_out
        parts = [np.flatnonzero(allowed & (tiles.drawn == drawn)) for drawn in (True, False)]
        self.parts = [(part, self._chances(part)) for part in parts if len(part)]

    def _chances(self, part: np.ndarray) -> np.ndarray:
        """The sums of the chances of `part` up to each place, rising to 1."""
        own = self.tiles.caption[part]
        sums = np.cumsum(1.0 / np.bincount(own)[own])
        return sums / sums[-1]

    def __call__(self, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        each = [part[np.searchsorted(chances, rng.random(self.size))] for part, chances in self.parts]
        which = np.where(rng.random(self.size) < 0.5, each[0], each[-1])
        pushes = rng.integers(0, 32, (self.size, 2))
        turned = [np.roll(self.tiles.pictures[i], push, (0, 1)) for i, push in zip(which, pushes, strict=True)]
        x0 = torch.from_numpy(np.stack(turned)).permute(0, 3, 1, 2).float() / 127.5 - 1
        return x0.contiguous(), torch.from_numpy(self.tiles.caption[which])
