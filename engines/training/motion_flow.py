"""Train the flow network of video/motion on motions made on the spot and on caption embeddings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.nn.mover import Measures, Mover
from engines.training import motion_data, shape_flow
from engines.training.ahead import Ahead, sized
from engines.training.fit import Log, Report, fit
from engines.training.motion_data import Stock
from engines.training.shape_flow import Words

BATCH = 64
BLANK = 0.1  # share of samples that are shown without their words, for classifier-free guidance
RATE = 1.5e-3
FIRST = 5000  # motions the principal components are of

Batch = tuple[Tensor, Tensor, Tensor, Tensor]  # numbers (B, K), tokens (B, L, 384), mask (B, L), given (B, GIVEN)


@dataclass(frozen=True)
class Pool:
    """Motions (N, KEYS, CHANNELS) or their numbers (N, K), what they are for (N, GIVEN), and their captions."""

    motions: Tensor
    given: Tensor
    captions: list[str]


def made(count: int, each: int, stock: Stock, seed: int, split: str = "train") -> Iterator[motion_data.Clip]:
    """`each` clips of every one of `count` captions."""
    rng = np.random.default_rng(seed)
    for told in motion_data.captions(count, seed, split):
        for _ in range(each):
            yield motion_data.clip(told, stock, rng)


def pooled(clips: list[motion_data.Clip]) -> Pool:
    """Clips as a pool."""
    motions = torch.from_numpy(np.stack([clip.keys for clip in clips]))
    given = torch.from_numpy(np.stack([clip.given for clip in clips]))
    return Pool(motions, given, [clip.told.text for clip in clips])


def numbered(network: Mover, clips: Iterator[motion_data.Clip], report: Report, known: int = 0) -> Pool:
    """Clips as a pool of numbers, a thousand at a time; `known` is how many there will be."""
    numbers, given, captions, some = [], [], [], []
    for clip in clips:
        some.append(clip)
        if len(some) == 1000:
            numbers.append(network.project(torch.from_numpy(np.stack([c.keys for c in some]))))
            given += [c.given for c in some]
            captions += [c.told.text for c in some]
            some = []
            if len(captions) % 10_000 == 0:
                report("making motions", done=len(captions), of=known)
    if some:
        numbers.append(network.project(torch.from_numpy(np.stack([c.keys for c in some]))))
        given += [c.given for c in some]
        captions += [c.told.text for c in some]
    return Pool(torch.cat(numbers), torch.from_numpy(np.stack(given)), captions)


def begun(stock: Stock, measures: Measures | None = None, first: int = FIRST) -> Mover:
    """A network with the principal components of the first motions."""
    torch.manual_seed(1)
    network = Mover(measures or Measures())
    clips = list(made(first, 1, stock, 7))
    network.start_from(torch.from_numpy(np.stack([clip.keys for clip in clips])))
    return network


def batch(pool: Pool, words: Words, rng: np.random.Generator, size: int = BATCH) -> Batch:
    """Some samples, a few of them without words."""
    rows = rng.integers(0, len(pool.captions), size)
    blank = rng.random(size) < BLANK
    told = ["" if none else pool.captions[row] for row, none in zip(rows, blank, strict=True)]
    return pool.motions[rows], *words.of(told), pool.given[rows]


def loss(network: Mover, batch: Sequence[Tensor], generator: torch.Generator | None = None) -> Tensor:
    """The flow-matching loss of a batch, with the times of mesh/shape."""
    x, tokens, mask, given = batch
    return shape_flow.loss(lambda z, s, *told: network(z, s, *told, given), (x, tokens, mask), generator)  # type: ignore[arg-type]


def train(network: Mover, pool: Pool, words: Words, minutes: float, kept: Path, log: Log, **how: Any) -> Mover:
    """The moving average of the trained network. `how`: device, resume, held (a Pool)."""
    device, resume = how.get("device", "cpu"), bool(how.get("resume", False))
    held = how.get("held")
    unseen = None if held is None else whole(held, words)
    size = sized(BATCH, device)
    ahead = Ahead(lambda step: batch(pool, words, np.random.default_rng((11, step)), size), device)
    network.to(device)

    return fit(
        network,
        lambda step: loss(network, ahead(step), torch.Generator().manual_seed(step)),
        minutes,
        log,
        stage="flow",
        batch=size,
        kept=kept,
        resume=resume,
        rate=RATE,
        decay=0.01,
        held_out=(lambda average: held_loss(average, unseen, device)) if unseen is not None else None,
    )


def whole(pool: Pool, words: Words) -> Batch:
    """A pool as one batch, every sample with its words."""
    return pool.motions, *words.of(pool.captions), pool.given


@torch.no_grad()
def held_loss(network: Any, batch: Batch, device: str = "cpu") -> float:
    """The loss of a batch with fixed times and noise."""
    return float(loss(network, moved(batch, device), torch.Generator().manual_seed(5)))


def moved(batch: Batch, device: str) -> Batch:
    x, tokens, mask, given = (part.to(device) for part in batch)
    return x, tokens, mask, given
