"""The recipe of image/mend, from open data to weights and card: `darkroom train image/mend --minutes 15`.

Stages: fetch the package, collect the sprites, predict the noise (a quick beginning), match the score by the energy's
gradient, contrast the data with the ends of the energy's own walks, evaluate. The minutes are shared out by `SHARES`;
`--resume` goes on with the stage that was broken off.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engines.families import energy as family
from engines.nn import stored
from engines.nn.energy import Energy, build, twice_differentiable
from engines.nn.unet import Measures
from engines.training import crawl, mend_card, mend_judge
from engines.training.ahead import sized
from engines.training.fit import Log, Report, fit, ready
from engines.training.mend_data import Batches, Sprites, collect

Objective = Callable[[int], Tensor]
MEASURES = Measures(channels=4, patch=2, width=48, levels=(1, 2, 3), blocks=1, text=0)
BATCH = 12
SHARES = {"noise": 0.24, "score": 0.66, "contrast": 0.1}  # of the minutes
LEVEL = 0.15  # sigma at which data and walks are contrasted
PACE = (0.3,) * 8  # Langevin steps of a walk, each as a share of sigma²
NUDGE = 0.005  # weight of the contrast beside the score


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Train from scratch (or go on) and leave weights, card and sheets in `out_dir`.

    `device` is 'cpu', 'cuda', 'mps' or 'auto'; `minutes` are of training, the preparation comes on top. Refused when
    the training packages are not installed.
    """
    device = ready(device, data_dir, out_dir)
    log = Log(out_dir / "log.jsonl", report)
    report("stage packages", fetched=0)
    sprites = collect(crawl.fetch(data_dir / "crawl"))
    report("stage sprites", pictures=len(sprites.pixels), held_out=int(sprites.held_out.sum()))
    network = learn(sprites, minutes, log, device=device, folder=data_dir, resume=resume)
    stored.write(network, out_dir / "energy.safetensors", network.measures.words())
    evaluate(sprites, out_dir, report)


def evaluate(sprites: Sprites, out_dir: Path, report: Report) -> dict[str, Any]:
    """Judge the weights in `out_dir` on held-out sprites, and write card and sheets there."""
    network = stored.read(build, out_dir / "energy.safetensors")
    scores = mend_judge.score(network, sprites)
    scores["count"] = min(mend_judge.COUNT, int(sprites.held_out.sum()))
    report("stage judged", **{name: scores[name] for name in ("drawn", "cold", "biharmonic", "mean", "auc")})
    counts = int((~sprites.held_out).sum()), int(sprites.held_out.sum())
    mend_card.write(out_dir, counts, scores, mend_judge.dreamt(network))
    return scores


def learn(
    sprites: Sprites,
    minutes: float,
    log: Log,
    *,
    device: str = "cpu",
    folder: Path | None = None,
    resume: bool = False,
    measures: Measures = MEASURES,
) -> Energy:
    """The energy network after all stages; the loss on held-out sprites is in the log."""
    torch.manual_seed(0)
    network = Energy(measures).to(device)
    stages = {"noise": noise_step(network, sprites), "score": score_step(network, sprites)}
    stages["contrast"] = contrast_step(network, sprites)
    for stage, objective in stages.items():
        average = fit(
            network,
            objective,
            minutes * SHARES[stage],
            log,
            stage=stage,
            batch=sized(BATCH, device),
            kept=folder / f"mend-{stage}.pt" if folder else None,
            resume=resume,
            rate={"noise": 2e-3, "score": 1e-3, "contrast": 1e-4}[stage],
            held_out=partial(held_out_loss, sprites),
        )
        network.load_state_dict(average.state_dict())
    return network.eval().requires_grad_(False)


def _noised(x0: Tensor, chance: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """(x0, noise, sigma), all a loss needs."""
    noise = torch.randn(x0.shape, generator=chance).to(x0.device)
    return x0, noise, family.sigmas(len(x0), chance).to(x0.device)


def noise_step(network: Energy, sprites: Sprites) -> Objective:
    """The objective of the first stage."""
    device = str(next(network.parameters()).device)
    batches, chance = Batches(sprites, sized(BATCH, device), seed=1), torch.Generator().manual_seed(2)
    return lambda step: family.noise_prediction(network.residual, *_noised(batches().to(device), chance))


def score_step(network: Energy, sprites: Sprites) -> Objective:
    """The objective of the second stage."""
    device = str(next(network.parameters()).device)
    batches, chance = Batches(sprites, sized(BATCH, device), seed=3), torch.Generator().manual_seed(4)

    def objective(step: int) -> Tensor:
        with twice_differentiable():
            return family.score_matching(network, *_noised(batches().to(device), chance))

    return objective


def contrast_step(network: Energy, sprites: Sprites) -> Objective:
    """The objective of the third: score matching, and contrastive divergence with walks from a replay buffer.

    A new walk begins at noised data (Hinton, 2002) or, half of the time, at noise alone; the walks are of the network
    as it is, at one level. Energies count per place, so that the weight of the squares does not hang on the size.
    """
    device = str(next(network.parameters()).device)
    batch = sized(BATCH, device)
    batches, chance = Batches(sprites, batch, seed=5), torch.Generator().manual_seed(6)
    buffer, matched = family.Buffer(512, 0.15, seed=7), score_step(network, sprites)

    def objective(step: int) -> Tensor:
        real, new = (batches()[: batch // 2].to(device) for _ in range(2))
        new[::2] = torch.rand(new[::2].shape, generator=chance).to(device) * 2 - 1
        shaken = [some + LEVEL * torch.randn(some.shape, generator=chance).to(device) for some in (real, new)]
        begun, where = buffer.begin(shaken[1])
        network.requires_grad_(False)
        ended = family.walk(network, begun, LEVEL, PACE, chance)
        network.requires_grad_(True)
        buffer.keep(ended, where)
        places, level = ended[0].numel(), ended.new_full((len(ended),), LEVEL)
        energies = [network(some, level) / places for some in (shaken[0], ended)]
        return matched(step) + NUDGE * family.contrastive_divergence(*energies)

    return objective


def held_out_loss(sprites: Sprites, network: Energy) -> float:
    """The score-matching loss over 24 held-out sprites, always the same with the same noise."""
    batches, chance = Batches(sprites, 24, seed=8, held_out=True), torch.Generator().manual_seed(9)
    given = _noised(batches().to(next(network.parameters()).device), chance)
    with torch.enable_grad(), twice_differentiable():
        return float(family.score_matching(network, *given).detach())
