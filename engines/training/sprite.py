"""The recipe of image/sprite, from open data to weights and card: `darkroom train image/sprite --minutes 30`.

Stages, each kept in the data folder and skipped when it is there: fetch the tiles, paint and dress them into a pool,
read its captions with the text encoder, train the network, train the judge, evaluate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engines.families import diffusion
from engines.nn import stored
from engines.nn.unet import Measures, UNet
from engines.training import crawl, sprite_pool
from engines.training.ahead import Ahead, sized
from engines.training.fit import Log, Report, chosen_device, fit, need_packages, ready
from engines.training.muon import Muon
from engines.training.sprite_pool import Pool

MEASURES = Measures(channels=4, patch=2, width=64, levels=(1, 2, 3), blocks=2, text=384)
BATCH = 64
RATE = 3e-3
BLANK = 0.1  # share of samples that are shown without their words, for classifier-free guidance
HELD = 96  # held-out pictures whose loss is followed


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Train from scratch (or go on) and leave weights, card, log and sheets in `out_dir`.

    `device` is 'cpu', 'cuda', 'mps' or 'auto'; `minutes` are of training, the preparation comes on top. Refused when
    the training packages are not installed or the tiles cannot be fetched.
    """
    device = ready(device, data_dir, out_dir)
    pool = prepared(data_dir, report)
    log = Log(out_dir / "log.jsonl", report)
    network = fitted(pool, minutes, log, device=device, kept=data_dir / "sprite.pt", resume=resume)
    stored.write(network, out_dir / "sprite.safetensors", MEASURES.words())
    evaluate(device, data_dir, out_dir, report)


def prepared(data_dir: Path, report: Report) -> Pool:
    """The pool, made from the fetched tiles unless it is there."""
    report("fetch the tiles")
    source = crawl.fetch(data_dir / "crawl")
    report("paint and dress them")
    sprite_pool.compose(source, data_dir)
    report("read the captions")
    sprite_pool.embed(data_dir)
    return sprite_pool.load(data_dir)


def evaluate(device: str, data_dir: Path, out_dir: Path, report: Report) -> None:
    """Judge what the weights in `out_dir` draw, and write the card and its sheets there."""
    from engines.training import sprite_card, sprite_judge

    need_packages()
    pool = prepared(data_dir, report)
    report("train the judge and check it on real pictures")
    findings = sprite_judge.evaluate(pool, data_dir, out_dir, chosen_device(device), report)
    sprite_card.write(out_dir, findings, pool)


# ---------------------------------------------------------------- the network


def fitted(
    pool: Pool, minutes: float, log: Log, *, device: str, kept: Path | None = None, resume: bool = False
) -> UNet:
    """The trained network, the moving average of its weights; `resume` goes on from the session in `kept`."""
    torch.manual_seed(0)
    network = UNet(MEASURES).to(device)
    size = sized(BATCH, device)
    ahead = Ahead(partial(lesson, pool, batch=size), device)
    how: dict[str, Any] = {"kept": kept, "resume": resume, "rate": RATE, "optimiser": Muon}
    how |= {"stage": "sprite", "batch": size, "held_out": held_out(pool, device)}
    return fit(network, lambda step: objective(network, ahead(step)), minutes, log, **how)


def objective(network: nn.Module, lesson: Sequence[Tensor]) -> Tensor:
    """The v-prediction loss of a lesson."""
    x0, noise, u, tokens, mask = lesson
    return diffusion.loss(partial(network, tokens=tokens, mask=mask), x0, noise, u)


def lesson(pool: Pool, step: int, batch: int = BATCH) -> tuple[Tensor, ...]:
    """What step `step` learns from: pictures, noise, times, and the token states and mask of their words."""
    rng, generator = np.random.default_rng(step), torch.Generator().manual_seed(step)
    numbers, words = pool.draw(rng, batch)
    words = ["" if rng.random() < BLANK else said for said in words]
    x0 = pool.pictures(numbers, rng)
    noise = torch.randn(x0.shape, generator=generator)
    return x0, noise, diffusion.times(len(x0), generator), *pool.embedded(words)


def held_out(pool: Pool, device: str, count: int = HELD) -> Callable[[nn.Module], float]:
    """The same loss on pictures nobody trains with, always the same."""
    rows = [i for i, row in enumerate(pool.rows) if row.part == "test"]
    numbers = np.random.default_rng(5).choice(rows, min(count, len(rows)), replace=False).tolist()
    generator = torch.Generator().manual_seed(5)
    x0 = pool.pictures(numbers).to(device)
    noise = torch.randn(x0.shape, generator=generator).to(device)
    u = diffusion.times(len(x0), generator).to(device)
    tokens, mask = (part.to(device) for part in pool.embedded([pool.rows[i].words[0] for i in numbers]))

    @torch.no_grad()
    def tested(network: nn.Module) -> float:
        return float(diffusion.loss(partial(network, tokens=tokens, mask=mask), x0, noise, u))

    return tested
