"""Train the sticker engine's flow network on latents and caption embeddings, by flow matching, with resume."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engines.contract import Refused
from engines.device import brief
from engines.families import flow_matching
from engines.nn.transformer import Shape, Transformer
from engines.training.clock import Clock
from engines.training.latents import Pool
from engines.training.pool import KINDS

BATCH = 96
BLANK = 0.1  # share of samples that are shown without their words, for classifier-free guidance
SAVE_EVERY = 240.0  # seconds
Batch = tuple[Tensor, Tensor, Tensor]  # latents (B, 16, 16, 16), tokens (B, L, 384), mask (B, L)


class Session:
    """Network, its moving average and the optimisers; what a resumed training needs."""

    def __init__(self, shape: Shape, device: str) -> None:
        torch.manual_seed(0)
        self.device = device
        self.network = Transformer(shape).to(device)
        # The network is a copy of what the optimisers hold, in bfloat16 where that is quick: copying once costs less
        # than casting at every product.
        self.brief = brief(device)
        self.worker = Transformer(shape).to(device, self.brief)
        self.average = Transformer(shape).to(device)
        self.average.load_state_dict(self.network.state_dict())
        # Muon (Jordan et al., 2024) on the blocks' matrices learns faster a sample than AdamW alone. PyTorch's computes
        # in bfloat16, which takes longer than the network itself where that is emulated.
        inner = [p for block in self.network.blocks for p in block.parameters() if p.ndim == 2 and min(p.shape) > 8]
        matrices = inner if self.brief is torch.bfloat16 else []
        own = {id(p) for p in matrices}
        rest = [p for p in self.network.parameters() if id(p) not in own]
        self.optimisers: list[torch.optim.Optimizer] = [
            torch.optim.AdamW(rest, lr=2e-3, betas=(0.9, 0.98), weight_decay=0.0)
        ]
        if matrices:
            muon = torch.optim.Muon(matrices, lr=2e-3, weight_decay=0.02, adjust_lr_fn="match_rms_adamw")
            self.optimisers.insert(0, muon)

    def step(self, batch: Batch, step: int, fraction: float) -> float:
        """One step on one batch; its loss."""
        for optimiser in self.optimisers:
            optimiser.param_groups[0]["lr"] = 2e-3 * pace(step, fraction)
        x, tokens, mask = (part.to(self.device) for part in batch)
        t = flow_matching.times(len(x))
        t = torch.where(torch.rand(len(x)) < 0.1, torch.rand(len(x)), t).to(self.device)
        loss = self._backward(x, tokens.to(self.brief), mask, t)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        keep = min(0.999, (1 + step) / (20 + step))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.parameters()), list(self.network.parameters()), 1 - keep)
        return loss

    def _backward(self, x: Tensor, tokens: Tensor, mask: Tensor, t: Tensor) -> float:
        """The loss; its gradients are left in the network the optimisers hold."""
        pairs = list(zip(self.network.parameters(), self.worker.parameters(), strict=True))
        with torch.no_grad():
            torch._foreach_copy_([fast for _, fast in pairs], [held for held, _ in pairs])
        loss = flow_matching.loss(
            lambda z, s: self.worker(z.to(self.brief), s, tokens, mask).float(), x, torch.randn_like(x), t
        )
        loss.backward()
        for held, fast in pairs:
            held.grad, fast.grad = None if fast.grad is None else fast.grad.to(held.dtype), None
        return float(loss.item())

    def save(self, path: Path, clock: Clock) -> None:
        """Everything a resumed training needs, whole or not at all. This file is ours and read with weights_only."""
        part = path.with_suffix(".part")
        states = [optimiser.state_dict() for optimiser in self.optimisers]
        nets = {"net": self.network.state_dict(), "ema": self.average.state_dict()}
        torch.save({**nets, "opts": states, "step": clock.step, "elapsed": clock.seconds}, part)
        os.replace(part, path)

    def restore(self, path: Path) -> tuple[int, float]:
        """Take up a saved session; (step, seconds) it had come to."""
        held = torch.load(path, map_location=self.device, weights_only=True)
        self.network.load_state_dict(held["net"])
        self.average.load_state_dict(held["ema"])
        try:
            for optimiser, state in zip(self.optimisers, held["opts"], strict=True):
                optimiser.load_state_dict(state)
        except ValueError as error:
            words = "is of another version or processor: train without --resume, or remove it."
            raise Refused("bad-file", f"The saved training {path} {words}") from error
        return held["step"], held["elapsed"]


def train(pool: Pool, shape: Shape, minutes: float, kept: Path, report: Callable[[dict], None], **how) -> Transformer:
    """The moving average of the trained network. `how`: device, resume (from `kept`)."""
    session = Session(shape, how.get("device", "cpu"))
    before = session.restore(kept) if how.get("resume") and kept.exists() else (0, 0.0)
    clock, rng = Clock(minutes, before), np.random.default_rng(before[0])
    losses: list[float] = []
    saved = clock.seconds

    def tell() -> None:
        mean, done, seconds = float(np.mean(losses)), clock.step, round(clock.seconds, 1)
        report({"stage": "flow", "step": done, "seconds": seconds, "samples": done * BATCH, "loss": round(mean, 4)})
        losses.clear()

    for step in clock:
        losses.append(session.step(batch(pool, rng, BATCH), step, clock.fraction))
        if step % 50 == 0:
            tell()
        if clock.seconds - saved > SAVE_EVERY:
            saved = clock.seconds
            session.save(kept, clock)
    if losses:
        tell()
    session.save(kept, clock)
    return session.average.eval()


def pace(step: int, fraction: float) -> float:
    """The share of the peak learning rate: a short rise, level to half of the time, then straight down."""
    return min(1.0, step / 150) * min(1.0, max(0.005, 2 - 2 * fraction))


def batch(pool: Pool, rng: np.random.Generator, count: int) -> Batch:
    """`count` samples, kinds by their shares, some without words."""
    return gathered(pool, choose(pool, rng, count))


def choose(pool: Pool, rng: np.random.Generator, count: int) -> list[tuple[int, int]]:
    """Numbers of `count` pictures, kinds by their shares, each with that of a caption, or of none."""
    shares = np.array(list(KINDS.values()))
    chosen = []
    for kind in rng.choice(len(shares), count, p=shares / shares.sum()):
        rows = pool.rows[list(KINDS)[kind]]
        picture, captions = rows[rng.integers(len(rows))]
        chosen.append((picture, pool.empty if rng.random() < BLANK else captions[rng.integers(len(captions))]))
    return chosen


def gathered(pool: Pool, chosen: list[tuple[int, int]]) -> Batch:
    """Latents and token states of what was chosen."""
    return pool.latents[[picture for picture, _ in chosen]].float(), *pool.embedded([words for _, words in chosen])
