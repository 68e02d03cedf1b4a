"""Train the autoencoder of mesh/shape on volumes, set the scale of its latents, and tune its decoder to rough ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.nn.shape import Autoencoder
from engines.training.fit import Log, fit
from engines.training.shape_data import Pool, batches

BATCH = 8
SHAKE = 0.06  # noise on the latents, in shares of their own spread: what a flow leaves over does little harm
ROUGH = 0.15  # the same while the decoder is tuned
NEAR = 0.7  # of the reach: where distance and colour count most
ENCODER = {"analysis", "enter", "look"}
SKIN = (-0.45, 0.1)  # of the reach: just inside, where all of a thin leg is; missing it costs most


def train(pools: list[tuple[Pool, float]], minutes: float, kept: Path, log: Log, **how) -> Autoencoder:
    """The trained autoencoder, its latents about N(0, 1). `how`: device, resume (from `kept`), held_out (B, ...)."""
    torch.manual_seed(0)
    device = how.get("device", "cpu")
    source = batches(pools, BATCH, np.random.default_rng(how.get("seed", 0)))
    network = Autoencoder()
    network.start_from(torch.from_numpy(np.concatenate([next(source) for _ in range(24)])))
    network.to(device)
    shown = how.get("held_out")
    held_out = None if shown is None else (lambda average: _quietly(average, shown.to(device)))
    done = fit(
        network,
        lambda step: objective(network, torch.from_numpy(next(source)).to(device)),
        minutes,
        log,
        stage="autoencoder",
        batch=BATCH,
        kept=kept,
        resume=how.get("resume", False),
        rate=8e-4,
        decay=1e-4,
        held_out=held_out,
    )
    standardise(done.eval(), (torch.from_numpy(next(source)).to(device) for _ in range(32)))
    return done


def objective(network: Autoencoder, x: Tensor) -> Tensor:
    """The misfit of volumes rebuilt from shaken latents."""
    z = network.features(x)
    return misfit(network.rebuild(z + SHAKE * z.std().detach() * torch.randn_like(z)), x)


def misfit(y: Tensor, x: Tensor) -> Tensor:
    """What a rebuilt volume costs: distance and its slopes, most just inside the surface, and colour near it."""
    error, near = (y - x).abs(), (x[:, :1].abs() < NEAR).float()
    skin = ((x[:, :1] > SKIN[0]) & (x[:, :1] < SKIN[1])).float()
    slopes = sum((y[:, 0].diff(dim=d) - x[:, 0].diff(dim=d)).abs().mean() for d in (1, 2, 3))
    distance = (error[:, :1] * (0.5 + 4 * near + 12 * skin)).mean()
    return distance + (error[:, 1:] * (0.15 + 3 * near)).mean() + slopes + (y - x).square().mean()


def tune(network: Autoencoder, pools: list[tuple[Pool, float]], minutes: float, log: Log, **how) -> Autoencoder:
    """The same autoencoder, its decoder trained on while its latents stay as they are. `how`: device, held_out."""
    torch.manual_seed(2)
    device = how.get("device", "cpu")
    source = batches(pools, BATCH, np.random.default_rng(11))
    for name, value in network.requires_grad_(True).named_parameters():
        value.requires_grad_(name.split(".")[0] not in ENCODER)
    shown = how.get("held_out")

    def shaken(step: int) -> Tensor:
        x = torch.from_numpy(next(source)).to(device)
        with torch.no_grad():
            z = network.features(x)
        return misfit(network.rebuild(z + ROUGH * z.std() * torch.randn_like(z)), x)

    return fit(
        network,
        shaken,
        minutes,
        log,
        stage="decoder",
        batch=BATCH,
        rate=8e-4,
        decay=1e-4,
        held_out=None if shown is None else (lambda average: _quietly(average, shown.to(device))),
    )


@torch.no_grad()
def _quietly(network: Any, x: Tensor) -> float:
    return float(misfit(network.rebuild(network.features(x)), x))


@torch.no_grad()
def standardise(network: Autoencoder, volumes: Iterator[Tensor]) -> None:
    """Set the buffers by which latents get zero mean (a channel) and unit variance (over all)."""
    latents = torch.cat([network.features(x) for x in volumes])
    network.mean.copy_(latents.mean((0, 2, 3, 4), keepdim=True))
    network.std.copy_((latents - network.mean).std().reshape(1, 1, 1, 1, 1))
