"""Fit the flow network of audio/sound on latents and captions, by flow matching."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engines.families import flow_matching
from engines.nn.sound_flow import Shape, SoundTransformer, Told
from engines.nn.sound_mel import RATE, TOKEN
from engines.training.ahead import Ahead, sized
from engines.training.fit import Log, fit
from engines.training.sound_pool import LONGEST, Pool

WINDOWS = {13: 36, 25: 20, 38: 14, 50: 10}  # patches of a batch (1 to 4 seconds), and how many sounds it has
SHARES = (0.3, 0.3, 0.25, 0.15)  # of the windows
BATCH = sum(share * size for share, size in zip(SHARES, WINDOWS.values(), strict=True))  # on average
HELD = 38  # patches of held-out sounds that are asked for
BLANK, NOWHERE, MIDDLE, UNTIMED = 0.1, 0.15, 0.1, 0.5  # shares: without words, place, beginning, length
SHAPE = Shape(width=256, depth=6)
Batch = tuple[Tensor, Told]


def balanced(pool: Pool, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Sounds of a split and how probable each is: kinds by the square root of how many of theirs there are."""
    places = pool.places(split)
    kinds = np.array(pool.kinds)[places]
    _, number, many = np.unique(kinds, return_inverse=True, return_counts=True)
    share = 1 / np.sqrt(many[number])
    return places, share / share.sum()


def batch(pool: Pool, places: np.ndarray, rng: np.random.Generator, window: int, *, blank: float = BLANK) -> Batch:
    """Latents (B, window, KEPT) of sounds, some from their middle, and what is told of them."""
    count = len(places)
    last = np.minimum(LONGEST - window, np.maximum(1, pool.seconds[places] * RATE / TOKEN - 3).astype(int))
    way = rng.random(count)
    starts = np.where(way < NOWHERE + MIDDLE, rng.integers(0, np.maximum(1, last)), 0)
    x = torch.stack([pool.latents[place, at : at + window] for place, at in zip(places, starts, strict=True)]).float()
    captions = [rng.choice(pool.rows[place]["captions"]) for place in places]
    captions = ["" if rng.random() < blank else words for words in captions]
    seconds = torch.from_numpy(starts[:, None] + np.arange(window)[None]).float() * (TOKEN / RATE)
    seconds[torch.from_numpy(way < NOWHERE)] = torch.nan
    length = torch.from_numpy(pool.seconds[places].copy())
    length[torch.from_numpy(rng.random(count) < UNTIMED)] = torch.nan
    return x, Told(*pool.told(captions), seconds, length)


def flat(told: Told) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The tensors of a `Told`, in its order."""
    return told.tokens, told.mask, told.places, told.seconds


def objective(network: nn.Module, batch: Batch, seed: int) -> Tensor:
    """The flow-matching loss of a batch, its times and noise from `seed`."""
    x, told = batch
    chance = torch.Generator().manual_seed(seed)
    t = flow_matching.times(len(x), chance, mean=0.5)
    t = torch.where(torch.rand(len(x), generator=chance) < 0.1, torch.rand(len(x), generator=chance), t)
    noise = torch.randn(x.shape, generator=chance)
    return flow_matching.loss(lambda z, s: network(z, s, told), x, noise.to(x.device), t.to(x.device))


class Held:
    """Held-out sounds from their beginnings, with their captions, with none, and with one another's."""

    def __init__(self, pool: Pool, most: int = 192) -> None:
        held = pool.places("held")
        places = held[np.linspace(0, len(held) - 1, min(most, len(held))).astype(int)]
        x, told = batch(pool, places, np.random.default_rng(11), HELD, blank=0.0)
        nan = torch.full_like(told.seconds, torch.nan)
        begun = (torch.arange(HELD) * (TOKEN / RATE)).expand(len(places), -1)
        x = pool.latents[places, :HELD].float()
        empty = pool.told([""] * len(places))
        self.right = (x, Told(told.tokens, told.mask, begun, nan))
        self.none = (x, Told(*empty, begun, nan))
        self.wrong = (x, Told(told.tokens.roll(17, 0), told.mask.roll(17, 0), begun, nan))

    @torch.no_grad()
    def loss(self, network: nn.Module, told: str = "right") -> float:
        x, said = getattr(self, told)
        device = next(network.parameters()).device
        return float(objective(network, (x.to(device), Told(*(part.to(device) for part in flat(said)))), 5))


def train(pool: Pool, minutes: float, log: Log, kept: Path, **how: Any) -> SoundTransformer:
    """The moving average of the network after so many minutes. `how`: device, resume, shape."""
    torch.manual_seed(1)
    device, resume = how.get("device", "cpu"), bool(how.get("resume", False))
    network = SoundTransformer(how.get("shape", SHAPE)).to(device)
    places, share = balanced(pool, "learn")

    def lesson(step: int) -> Sequence[Tensor]:
        rng = np.random.default_rng([step, 1])
        window = int(rng.choice(list(WINDOWS), p=SHARES))
        x, told = batch(pool, rng.choice(places, sized(WINDOWS[window], device), p=share), rng, window)
        return x, *flat(told)

    ahead = Ahead(lesson, device)

    def step(index: int) -> Tensor:
        x, *told = ahead(index)
        return objective(network, (x, Told(*told)), index)

    told: dict[str, Any] = {"stage": "flow", "batch": sized(round(BATCH), device), "held_out": Held(pool, 64).loss}
    return fit(network, step, minutes, log, kept=kept / "flow.pt", resume=resume, rate=1.3e-3, **told)
