"""Train the sticker engine's autoencoder on composed pictures."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engines.device import autocast
from engines.nn.autoencoder import Autoencoder
from engines.training.clock import Clock
from engines.training.pool import Composer, blank, finish

BATCH = 8
PEAK = 8e-4  # learning rate
PULL = 3e-4  # weight of the Kullback-Leibler term


def train(composer: Composer, clock: Clock, device: str, report: Callable[[dict], None]) -> Autoencoder:
    """A trained autoencoder whose latents are about N(0, 1), in evaluation mode, on `device`."""
    network = Autoencoder()
    network.start_from(batch(composer, 256))
    network.to(device)
    optimiser = torch.optim.AdamW(network.parameters(), lr=PEAK, betas=(0.9, 0.99), weight_decay=1e-4)
    for step in clock:
        optimiser.param_groups[0]["lr"] = rate(step, clock.fraction)
        x = batch(composer, BATCH).to(device)
        loss, error = objective(network, x)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        if step % 50 == 0:
            psnr = -10 * math.log10(error.square().mean().item() / 4)
            report({"stage": "autoencoder", "step": step, "samples": step * BATCH, "psnr": round(psnr, 2)})
    standardise(network.eval(), (batch(composer, 32).to(device) for _ in range(16)))
    return network


def rate(step: int, fraction: float) -> float:
    """The learning rate: a short rise, level to 30 % of the time, then half a cosine down."""
    fall = 1.0 if fraction < 0.3 else 0.5 + 0.5 * math.cos(math.pi * (fraction - 0.3) / 0.7)
    return PEAK * min(1.0, step / 100) * fall + 1e-5


def objective(network: Autoencoder, x: Tensor) -> tuple[Tensor, Tensor]:
    """The loss, and the error picture it comes from."""
    with autocast(x.device):
        mean, log_variance = network.posterior(x)
        y = network.decode(mean + torch.randn_like(mean) * (0.5 * log_variance).exp())
    mean, log_variance, error = mean.float(), log_variance.float(), y.float() - x
    divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
    return misfit(error) + PULL * divergence, error


def misfit(error: Tensor) -> Tensor:
    """What error pictures (B, 4, H, W) cost: absolute, squared, of the edges, of the picture at a quarter."""
    edges = (error[..., 1:] - error[..., :-1]).abs().mean() + (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
    rough = functional.avg_pool2d(error, 4).abs().mean()
    return error.abs().mean() + error.square().mean() + 0.5 * edges + rough


@torch.no_grad()
def standardise(network: Autoencoder, batches: Iterator[Tensor]) -> None:
    """Set the buffers by which latents get zero mean (a channel) and unit variance (over all)."""
    network.mean.zero_()
    network.std.fill_(1.0)
    latents = torch.cat([network.posterior(x)[0] for x in batches])
    network.mean.copy_(latents.mean((0, 2, 3), keepdim=True))
    network.std.copy_((latents - network.mean).std().reshape(1, 1, 1, 1))


def batch(composer: Composer, count: int) -> Tensor:
    """`count` pictures of one to four things of any size and place, (B, 4, 128, 128)."""
    return torch.stack([_picture(composer) for _ in range(count)])


def _picture(composer: Composer) -> Tensor:
    rng, canvas = composer.rng, blank()
    if rng.random() < 0.2:
        canvas[:3] = torch.from_numpy(rng.random(3).astype(np.float32))[:, None, None]
        canvas[3] = 1
    if rng.random() < 0.6:
        size = 112 if rng.random() < 0.6 else int(rng.integers(80, 120))
        middle = (int(rng.integers(54, 75)), int(rng.integers(54, 75)))
        return finish(composer.place(canvas, composer.pick(), size, middle))
    for _ in range(int(rng.integers(2, 5))):
        size = int(rng.integers(40, 80))
        spot = (int(rng.integers(size // 2, 128 - size // 2)), int(rng.integers(size // 2, 128 - size // 2)))
        composer.place(canvas, composer.pick(), size, spot)
    return finish(canvas)
