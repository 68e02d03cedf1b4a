"""The recipe of image/pixel, from open data to weights and card: `darkroom train image/pixel --minutes 25`.

Stages, each kept in the data folder and skipped when it is there: fetch the tiles, paint and dress them into the pool
of image/sprite, turn them into symbols of one palette, train the network, evaluate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engines.families import autoregressive
from engines.nn import stored
from engines.nn.pixel import Measures, PixelCNN
from engines.training import pixel_data, sprite
from engines.training.ahead import Ahead, sized
from engines.training.fit import Log, Report, chosen_device, fit, need_packages, ready
from engines.training.muon import Muon
from engines.training.pixel_data import Sprites, as_blocks

MEASURES = Measures(symbols=pixel_data.COLOURS + 1)
BATCH = 32
RATE = 3e-3
HELD = 48  # held-out pictures whose loss is followed


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Train from scratch (or go on) and leave weights, card, log and sheets in `out_dir`.

    `device` is 'cpu', 'cuda', 'mps' or 'auto'; `minutes` are of training, the preparation comes on top. Refused when
    the training packages are not installed or the tiles cannot be fetched.
    """
    device = ready(device, data_dir, out_dir)
    sprites = prepared(data_dir, report)
    log = Log(out_dir / "log.jsonl", report)
    network = fitted(sprites, minutes, log, device=device, kept=data_dir / "pixel.pt", resume=resume)
    stored.write(network, out_dir / "pixel.safetensors", MEASURES.words())
    evaluate(device, data_dir, out_dir, report)


def prepared(data_dir: Path, report: Report) -> Sprites:
    """The sprites in symbols, made from the fetched tiles unless they are there."""
    pool = sprite.prepared(data_dir, report)
    report("find the palette")
    return pixel_data.load(pool, data_dir)


def evaluate(device: str, data_dir: Path, out_dir: Path, report: Report) -> None:
    """Measure what the weights in `out_dir` know and draw, and write the card and its sheets there."""
    from engines.training import pixel_card, pixel_judge

    need_packages()
    sprites = prepared(data_dir, report)
    findings = pixel_judge.evaluate(sprites, data_dir, out_dir, chosen_device(device), report)
    pixel_card.write(out_dir, findings, sprites)


# ---------------------------------------------------------------- the network


def fitted(
    sprites: Sprites, minutes: float, log: Log, *, device: str, kept: Path | None = None, resume: bool = False
) -> PixelCNN:
    """The trained network, the moving average of its weights; `resume` goes on from the session in `kept`."""
    torch.manual_seed(0)
    network = PixelCNN(MEASURES).to(device)
    network.palette.copy_(torch.from_numpy(sprites.colours))
    size = sized(BATCH, device)
    ahead = Ahead(lambda step: sprites.batch(np.random.default_rng(step), size), device)
    how: dict[str, Any] = {"kept": kept, "resume": resume, "rate": RATE, "optimiser": Muon}
    how |= {"stage": "pixel", "batch": size, "held_out": held_out(sprites, device)}
    return fit(network, lambda step: objective(network, ahead(step)), minutes, log, **how)


def objective(network: nn.Module, lesson: Sequence[Tensor]) -> Tensor:
    """The mean -log p of the free pixels of a batch of `Sprites`, in nats."""
    symbols, kept, text = lesson
    return autoregressive.loss(network(symbols, kept, text), symbols, ~kept)


def held_out(sprites: Sprites, device: str, count: int = HELD) -> Callable[[nn.Module], float]:
    """-log p per pixel in nats of whole pictures nobody trains with, given their captions; always the same ones."""
    rows = sprites.test()
    numbers = np.random.default_rng(5).choice(rows, min(count, len(rows)), replace=False).tolist()
    symbols = as_blocks(sprites.symbols[numbers].astype(np.int64)).to(device)
    text = sprites.texts([sprites.pool.rows[i].words[0] for i in numbers]).to(device)
    kept = torch.zeros_like(symbols, dtype=torch.bool)

    @torch.no_grad()
    def tested(network: nn.Module) -> float:
        return float(autoregressive.loss(network(symbols, kept, text), symbols))

    return tested
