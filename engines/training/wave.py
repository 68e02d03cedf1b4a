"""The recipe of audio/wave, from open data to weights and card: `darkroom train audio/wave --minutes 20`.

Stages, each kept in the data folder and skipped when it is there: fetch the drums' packages, compose their pool, render
notes of the shipped orchestra, train the network, evaluate on sources never trained on.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engines.families import causal
from engines.nn import stored
from engines.nn.wave import Measures, WaveNet
from engines.nn.wave_kinds import KINDS
from engines.training import drum_data, wave_data
from engines.training.drum import PER_KIND
from engines.training.fit import Log, Report, fit, ready
from engines.training.muon import Muon
from engines.training.wave_data import Batch, Sounds

MEASURES = Measures(kinds=len(KINDS))
BATCH = 4
RATE = 1e-2
HELD = 8  # held-out sounds whose loss is followed


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Train from scratch (or go on) and leave weights, card, log and sheets in `out_dir`.

    `device` is 'cpu', 'cuda', 'mps' or 'auto'; `minutes` are of training, preparation (about six minutes of one core)
    and evaluation come on top. Refused when the training packages are not installed or cannot be fetched.
    """
    device = ready(device, data_dir, out_dir, packages=("av",))
    sounds = prepared(data_dir, report)
    log = Log(out_dir / "log.jsonl", report)
    network = fitted(sounds, minutes, log, device=device, kept=data_dir / "wave.pt", resume=resume)
    stored.write(network, out_dir / "wave.safetensors", MEASURES.words())
    from engines.training import wave_card

    wave_card.evaluate(sounds, data_dir, out_dir, report)


def prepared(data_dir: Path, report: Report) -> Sounds:
    """All sounds at 16 kHz, made unless they are there."""
    if not (data_dir / "sounds.json").exists():
        if not (data_dir / "pool.json").exists():
            report("fetch the drums and compose their pool")
            drum_data.compose(drum_data.sources(data_dir / "packages"), data_dir, PER_KIND, report)
        report("render notes of the orchestra")
        wave_data.compose(data_dir, report)
    return wave_data.load(data_dir)


def fitted(
    sounds: Sounds, minutes: float, log: Log, *, device: str, kept: Path | None = None, resume: bool = False
) -> WaveNet:
    """The trained network, the moving average of its weights; `resume` goes on from the session in `kept`."""
    torch.manual_seed(0)
    network = WaveNet(MEASURES).to(device)
    loss = partial(objective, network, sounds, device=device)
    how: dict[str, Any] = {"kept": kept, "resume": resume, "rate": RATE, "optimiser": Muon}
    return fit(network, loss, minutes, log, stage="wave", batch=BATCH, held_out=held_out(sounds, device), **how)


def objective(network: nn.Module, sounds: Sounds, step: int, *, device: str, batch: int = BATCH) -> Tensor:
    """-log p per sample, in nats, of the cuts of step `step`: they are a function of its number."""
    return loss_of(network, sounds.batch(np.random.default_rng(step), batch).to(device))


def loss_of(network: Any, batch: Batch) -> Tensor:
    """-log p per sample of a batch, in nats."""
    told = network.told(batch.kinds, batch.pitches)
    mixture = network(batch.levels.float() * (2 / causal.MU) - 1, told, batch.local)
    return causal.loss(mixture, batch.levels.long(), batch.mask)


def held_out(sounds: Sounds, device: str, count: int = HELD) -> Callable[[nn.Module], float]:
    """The same loss on the beginnings of sounds nobody trains with, drums and notes; always the same ones."""
    rng, chosen = np.random.default_rng(5), list[int]()
    for drums in (True, False):
        mine = sounds.numbers(True, drums)
        chosen += rng.choice(mine, min(count // 2, len(mine)), replace=False).tolist()
    batch = sounds.cut(chosen, [0] * len(chosen), sounds.kinds[chosen], sounds.pitches[chosen]).to(device)

    @torch.no_grad()
    def tested(network: nn.Module) -> float:
        return float(loss_of(network, batch))

    return tested
