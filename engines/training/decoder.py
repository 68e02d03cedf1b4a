"""Teach the trained decoder to read what the flow network makes: its clean estimates, a little soft and uneven.

A decoder that has seen only true latents shows every small disagreement between neighbouring patches as a seam. Half
of each batch are true latents, so that nothing is lost of what it can already do.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from engines.device import autocast
from engines.families.flow_matching import Velocity
from engines.nn.autoencoder import Autoencoder
from engines.nn.transformer import Transformer
from engines.training import flow
from engines.training.autoencoder import misfit
from engines.training.clock import Clock
from engines.training.latents import Pool

BATCH = 16
PEAK = 3e-4  # learning rate
TIMES = (0.1, 0.5)  # of the estimates: later all is clean, earlier it is another picture


def tune(
    coder: Autoencoder, network: Transformer, pool: Pool, clock: Clock, report: Callable[[dict], None]
) -> Autoencoder:
    """`coder` with its decoder trained on; its latents stay what they are."""
    parts = [*coder.decoder.parameters(), *coder.synthesis.parameters()]
    optimiser = torch.optim.AdamW(parts, lr=PEAK, betas=(0.9, 0.99), weight_decay=0.0)
    rng, device = np.random.default_rng(0), coder.mean.device
    errors: list[float] = []
    for step in clock:
        optimiser.param_groups[0]["lr"] = PEAK * min(1.0, step / 50) * (1 - clock.fraction)
        chosen = flow.choose(pool, rng, BATCH)
        x = pool.pictures([picture for picture, _ in chosen]).to(device)
        z, tokens, mask = (part.to(device) for part in flow.gathered(pool, chosen))
        with autocast(device):
            y = coder.decode(half_estimated(_velocity(network, tokens, mask), z))
        error = y.float() - x
        misfit(error).backward()
        torch.nn.utils.clip_grad_norm_(parts, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        errors.append(error.detach()[BATCH // 2 :].square().mean().item())
        if step % 25 == 0:
            psnr = -10 * math.log10(float(np.mean(errors)) / 4)
            report({"stage": "decoder", "step": step, "samples": step * BATCH, "psnr of estimates": round(psnr, 2)})
            errors.clear()
    return coder.eval()


@torch.no_grad()
def half_estimated(velocity: Velocity, z: Tensor) -> Tensor:
    """Latents (B, 16, S, S) of which the second half are replaced by clean estimates from partly noised ones."""
    t = TIMES[0] + (TIMES[1] - TIMES[0]) * torch.rand(len(z), 1, 1, 1, device=z.device)
    t[: len(z) // 2] = 0
    noised = (1 - t) * z + t * torch.randn_like(z)
    return noised - t * velocity(noised, t.flatten()).float()


def _velocity(network: Transformer, tokens: Tensor, mask: Tensor) -> Velocity:
    return lambda x, t: network(x, t, tokens, mask)
