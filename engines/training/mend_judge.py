"""How well image/mend does, on held-out sprites: what a repair gets wrong, and whether the energy knows damage."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines import samplers
from engines.families import energy as family
from engines.nn import mend as net
from engines.nn.energy import Energy
from engines.training.mend_data import Sprites, hole, spoiled

COUNT = 36  # sprites that are damaged
STEPS = 60


def damage(sprites: Sprites) -> tuple[Tensor, np.ndarray, Tensor]:
    """(x0 (N, 4, 32, 32), holes (N, 32, 32) bool, x0 with the holes filled with something else), always the same."""
    rng = np.random.default_rng(11)
    allowed = np.flatnonzero(sprites.held_out)
    x0 = net.from_pixels(sprites.pixels[rng.permutation(allowed)[:COUNT]])
    holes = np.stack([hole(rng) for _ in range(len(x0))])
    return x0, holes, spoiled(x0, holes, rng)


def repaired(network: Energy, x0: Tensor, holes: np.ndarray, temperature: float, seed: int = 0) -> Tensor:
    """`x0` with its holes filled anew by the default walk; what lies in them before is not looked at."""
    mask = torch.from_numpy(holes).float()[:, None]
    hidden = x0 * (1 - mask)
    seeds = [seed + k for k in range(len(x0))]
    levels = family.annealed(STEPS, net.HIGH, net.LOW)
    kept = family.Kept(hidden, mask)
    plan = family.Plan(levels, 0.3, lambda level: temperature, kept, samplers.seeded(*seeds))
    *_, last = family.anneal(network, levels[0] * samplers.initial_noise(seeds, x0.shape[1:]), plan)
    return last.x


def mean_filled(x0: Tensor, holes: np.ndarray) -> Tensor:
    """Every hole filled with the mean of what is left: the naive baseline."""
    out = torch.from_numpy(holes)[:, None]
    mean = (x0 * ~out).sum((2, 3), keepdim=True) / (~out).sum((2, 3), keepdim=True)
    return torch.where(out, mean, x0)


def biharmonic(x0: Tensor, holes: np.ndarray) -> Tensor:
    """Every hole filled by the biharmonic equation (Damelin and Hoang, 2018), by scikit-image: no learning."""
    from skimage.restoration import inpaint_biharmonic

    pictures = x0.permute(0, 2, 3, 1).numpy().astype(np.float64)
    filled = [inpaint_biharmonic(p, h, channel_axis=-1) for p, h in zip(pictures, holes, strict=True)]
    return torch.from_numpy(np.stack(filled)).float().permute(0, 3, 1, 2).clamp(-1, 1)


def error(x: Tensor, x0: Tensor, holes: np.ndarray) -> float:
    """Root mean square difference inside the holes, of values in [0, 1], premultiplied with alpha."""
    inside = torch.from_numpy(holes)[:, None].expand_as(x0)
    return float(((x - x0)[inside] / 2).square().mean().sqrt())


def auc(low: np.ndarray, high: np.ndarray) -> float:
    """The chance that one of `high` is above one of `low` (Mann and Whitney's U over their product)."""
    return float((high[:, None] > low[None]).mean() + 0.5 * (high[:, None] == low[None]).mean())


@torch.no_grad()
def energies(network: Energy, x: Tensor) -> np.ndarray:
    """The energy of every place of clean pictures (N, 4, 32, 32) at the level they are judged at, (N, 32, 32)."""
    return network.places(x, x.new_full((len(x),), net.JUDGED)).numpy()


def score(network: Energy, sprites: Sprites) -> dict[str, Any]:
    """All figures of the card, and the pictures of its sheet."""
    x0, holes, bad = damage(sprites)
    mend = partial(repaired, network, x0, holes)
    made = {"drawn": mend(1.0), "cold": mend(0.0), "mean": mean_filled(x0, holes), "biharmonic": biharmonic(x0, holes)}
    found: dict[str, Any] = {name: error(x, x0, holes) for name, x in made.items()}
    clean, spoilt = energies(network, x0), energies(network, bad)
    sums = clean.sum((1, 2)), spoilt.sum((1, 2))
    found["auc"], found["auc of pairs"] = auc(*sums), float((sums[1] > sums[0]).mean())
    found["auc of places"] = float(np.mean([auc(e[~h], e[h]) for e, h in zip(spoilt, holes, strict=True)]))
    found["mended lower"] = float((energies(network, made["cold"]).sum((1, 2)) < sums[1]).mean())
    found["sheet"] = _sheet(x0, bad, made["cold"], spoilt)
    return found


def _sheet(x0: Tensor, bad: Tensor, mended: Tensor, places: np.ndarray) -> list[np.ndarray]:
    """Rows of 12: damaged, its energy, repaired, the original; uint8 (64, 64, 3) each."""
    shown: list[np.ndarray] = []
    for start in (0, 12):
        part = slice(start, start + 12)
        spoilt = net.to_pixels(bad[part])
        heat = [net.heated(p, e) for p, e in zip(spoilt, places[part], strict=True)]
        for row in (spoilt, heat, net.to_pixels(mended[part]), net.to_pixels(x0[part])):
            shown += [over_grey(picture) for picture in row]
    return shown


def over_grey(pixels: np.ndarray) -> np.ndarray:
    """RGBA (32, 32, 4) over light grey, twice as large, uint8 (64, 64, 3)."""
    alpha = pixels[..., 3:] / 255.0
    flat = np.rint(pixels[..., :3] * alpha + 215 * (1 - alpha)).astype(np.uint8)
    return flat.repeat(2, 0).repeat(2, 1)


def dreamt(network: Energy, count: int = 24) -> list[np.ndarray]:
    """Free samples from noise, seeds 0 to `count`, uint8 (64, 64, 3)."""
    seeds = list(range(count))
    levels = family.annealed(STEPS, net.HIGH, net.LOW)
    x = levels[0] * samplers.initial_noise(seeds, (4, net.SIDE, net.SIDE))
    *_, last = family.anneal(
        network, x, family.Plan(levels, temperature=lambda level: 0.0, noise=samplers.seeded(*seeds))
    )
    return [over_grey(picture) for picture in net.to_pixels(last.x)]
