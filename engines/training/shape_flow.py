"""Train the flow network of mesh/shape on the principal components of latents and on caption embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.families import flow_matching
from engines.nn.outline import Measures, Outline
from engines.nn.shape import Autoencoder
from engines.nn.text import TextEncoder
from engines.training.ahead import Ahead, sized
from engines.training.fit import Log, Report, fit
from engines.training.shape_data import Pool

BATCH = 256
BLANK = 0.1  # share of samples that are shown without their words, for classifier-free guidance
RATE = 1.5e-3
NOISIER = 0.4  # mean of the logit-normal times: what a shape is is decided early
WORDS = 24  # tokens of a caption

Batch = tuple[Tensor, Tensor, Tensor]  # numbers (B, K), tokens (B, L, 384), mask (B, L)


@dataclass(frozen=True)
class Words:
    """Token states of captions, float16 (N, L, 384) with the mask (N, L), and which caption is where."""

    states: Tensor
    mask: Tensor
    place: dict[str, int]

    def of(self, captions: list[str]) -> tuple[Tensor, Tensor]:
        """Token states (B, L, 384) and mask (B, L), as long as the longest of these."""
        rows = [self.place[caption] for caption in captions]
        longest = int(self.mask[rows].sum(1).max())
        return self.states[rows, :longest].float(), self.mask[rows, :longest]


@dataclass(frozen=True)
class Source:
    """One pool as the flow network sees it: latents (N, 8, 8, 8, 8) or their numbers (N, K), captions, its share."""

    latents: Tensor
    captions: list[list[str]]
    share: float


def embedded(captions: set[str], device: str, report: Report) -> Words:
    """The token states of all these captions and of none."""
    encoder, told = TextEncoder(device), ["", *sorted(captions - {""})]
    states = torch.zeros(len(told), WORDS, 384, dtype=torch.float16)
    mask = torch.zeros(len(told), WORDS, dtype=torch.bool)
    order = sorted(range(len(told)), key=lambda i: len(told[i]))
    for start in range(0, len(order), 128):
        rows = order[start : start + 128]
        found, there = encoder.encode([told[i] for i in rows], WORDS)
        states[rows, : found.shape[1]] = found.half().cpu()
        mask[rows, : found.shape[1]] = there.cpu()
        if start % 4096 == 0:
            report("embedding captions", done=start, of=len(order))
    return Words(states, mask, {caption: i for i, caption in enumerate(told)})


@torch.no_grad()
def encoded(coder: Autoencoder, pool: Pool, share: float) -> Source:
    """A pool's latents, float16."""
    device = next(coder.parameters()).device
    rows = np.array_split(np.arange(len(pool)), max(1, len(pool) // 64))
    found = [coder.encode(torch.from_numpy(pool.batch(some)).to(device)).half().cpu() for some in rows]
    return Source(torch.cat(found), pool.captions, share)


def batch(sources: list[Source], words: Words, rng: np.random.Generator, size: int = BATCH) -> Batch:
    """Samples of the sources by their shares, some without words."""
    shares = np.array([source.share for source in sources])
    latents, told = [], []
    for k in rng.choice(len(sources), size, p=shares / shares.sum()):
        row = int(rng.integers(len(sources[k].latents)))
        own = sources[k].captions[row]
        latents.append(sources[k].latents[row])
        told.append("" if rng.random() < BLANK else own[rng.integers(len(own))])
    return torch.stack(latents).float(), *words.of(told)


def loss(network: Outline, batch: Sequence[Tensor], generator: torch.Generator | None = None) -> Tensor:
    """The flow-matching loss of a batch."""
    x, tokens, mask = batch
    t = flow_matching.times(len(x), generator, NOISIER)
    uniform, chance = (torch.rand(len(x), generator=generator) for _ in range(2))
    t = torch.where(chance < 0.1, uniform, t).to(x.device)
    noise = torch.randn(x.shape, generator=generator).to(x.device)
    return flow_matching.loss(lambda z, s: network(z, s, tokens, mask), x, noise, t)


def projected(network: Outline, source: Source) -> Source:
    """The same source, its latents as numbers (N, K)."""
    return replace(source, latents=network.project(source.latents))


def train(sources: list[Source], words: Words, minutes: float, kept: Path, log: Log, **how) -> Outline:
    """The moving average of the trained network, from latents. `how`: measures, device, resume, held (a Source)."""
    torch.manual_seed(1)
    device, resume = how.get("device", "cpu"), bool(how.get("resume", False))
    network = Outline(how.get("measures", Measures()))
    network.start_from(torch.cat([source.latents for source in sources]))
    held = how.get("held")
    unseen = [] if held is None else [batch([projected(network, held)], words, np.random.default_rng(3))]
    seen, size = [projected(network, source) for source in sources], sized(BATCH, device)
    ahead = Ahead(lambda step: batch(seen, words, np.random.default_rng((7, step)), size), device)
    network.to(device)

    @torch.no_grad()
    def held_out(average: Any) -> float:
        rows = [loss(average, _moved(one, device), torch.Generator().manual_seed(5)) for one in unseen]
        return float(torch.stack(rows).mean())

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
        held_out=held_out if unseen else None,
    )


def _moved(batch: Batch, device: str) -> Batch:
    x, tokens, mask = (part.to(device) for part in batch)
    return x, tokens, mask
