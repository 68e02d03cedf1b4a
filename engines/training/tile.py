"""The recipe of image/tile, from open data to weights and card: `darkroom train image/tile --minutes 20`.

Stages, each kept in the data folder and skipped when it is there: fetch the packages, collect the tiles, encode their
captions, train the score network, evaluate. `--resume` goes on with the network where it was saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines import guidance, samplers
from engines.families import score_sde
from engines.metrics import concepts as metric
from engines.nn import stored
from engines.nn import tile as net
from engines.nn.text import TextEncoder
from engines.nn.unet import Measures, UNet
from engines.training import crawl, tile_card, tile_judge
from engines.training.ahead import Ahead, sized
from engines.training.fit import Log, Report, fit, ready
from engines.training.muon import Muon
from engines.training.tile_data import Batches, Tiles, collect

MEASURES = Measures(channels=3, patch=2, width=64, levels=(1, 2, 3), blocks=2, text=384, wraps=True)
BATCH = 64
RATE = 3e-3
UNTOLD = 0.12  # of the tiles are shown without words, for classifier-free guidance


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Train from scratch (or go on) and leave weights, card and sheets in `out_dir`.

    `device` is 'cpu', 'cuda', 'mps' or 'auto'; `minutes` are of training, the preparation comes on top. Refused when
    the training packages are not installed.
    """
    device = ready(device, data_dir, out_dir)
    log = Log(out_dir / "log.jsonl", report)
    report("stage packages", fetched=0)
    source = crawl.fetch(data_dir / "crawl")
    tiles = collect(source, data_dir / "tiles.npz")
    report(
        "stage tiles", pictures=len(tiles.pictures), captions=len(tiles.captions), held_out=int(tiles.held_out.sum())
    )
    told = words(tiles.captions, device)
    network = learn(tiles, told, minutes, log, device=device, kept=data_dir / "tile.pt", resume=resume)
    stored.write(network, out_dir / "score.safetensors", network.measures.words())
    evaluate(tiles, out_dir, device, report)


def evaluate(tiles: Tiles, out_dir: Path, device: str, report: Report) -> dict[str, Any]:
    """Judge the weights in `out_dir` on held-out tiles, and write card and sheets there."""
    network = stored.read(net.build, out_dir / "score.safetensors", device)
    model, eyes = net.Model(network, TextEncoder(device)), metric.extractor()
    drawer = partial(draw, model)
    scores = tile_judge.distances(tiles, eyes, drawer)
    report("stage distance", **{name: scores[name][0] for name in ("drawn", "no words", "noise", "real")})
    scores |= tile_judge.told_apart(eyes, drawer)
    scores |= tile_judge.bits(model, tiles)
    report("stage likelihood", bits=scores["bits"], png=scores["png"])
    scores["nearest"], scores["gaps"] = tile_judge.nearest(tiles, scores["pictures"][:64])
    held_out = np.random.default_rng(3).permutation(np.flatnonzero(tiles.held_out))[:300]
    _, scores["gaps of real"] = tile_judge.nearest(tiles, tiles.pictures[held_out])
    tile_card.write(out_dir, tiles, scores, drawer)
    return scores


@torch.no_grad()
def draw(model: net.Model, captions: list[str], seeds: list[int], side: int = net.SIDE) -> np.ndarray:
    """Tiles by the VP SDE, 30 levels, guidance 2, no corrector, 32 at a time; uint8 (N, side, side, 3)."""
    sde, made = score_sde.SDES["VP"], []
    levels = sde.levels(30, net.STRETCH)
    for start in range(0, len(captions), 32):
        some = seeds[start : start + 32]
        each = [model.text.encode(words) for words in (captions[start : start + 32], [""])]
        sides = [net.denoiser(model.network, sde.path, words) for words in each]
        denoise = guidance.guided(sides[0], sides[1], guidance.Guidance(2.0))
        x = levels[0] * samplers.initial_noise(some, (3, side, side)).to(model.device)
        plan = score_sde.Plan(sde, "ancestral", 0, noise=samplers.seeded(*some))
        *_, last = score_sde.sample(denoise, x, levels, plan)
        made += [net.pixels(x0) for x0 in last.x.cpu().numpy()]
    return np.stack(made)


def words(captions: list[str], device: str) -> tuple[Tensor, Tensor]:
    """Token states (N + 1, L, 384) and mask (N + 1, L) of the captions; the last row is of no words at all."""
    encoder = TextEncoder(device)
    return encoder.encode([*captions, ""])


def learn(
    tiles: Tiles,
    told: tuple[Tensor, Tensor],
    minutes: float,
    log: Log,
    *,
    device: str = "cpu",
    kept: Path | None = None,
    resume: bool = False,
    measures: Measures = MEASURES,
) -> UNet:
    """The network trained by denoising score matching; the loss on held-out tiles is in the log."""
    torch.manual_seed(0)
    network, size = UNet(measures).to(device), sized(BATCH, device)
    ahead = Ahead(partial(lesson, Batches(tiles, size), blank=UNTOLD), device)
    return fit(
        network,
        lambda step: _loss(network, told, ahead(step)),
        minutes,
        log,
        stage="tile",
        batch=size,
        kept=kept,
        resume=resume,
        rate=RATE,
        optimiser=Muon,
        held_out=partial(held_out_loss, tiles, told),
    )


@torch.no_grad()
def held_out_loss(tiles: Tiles, told: tuple[Tensor, Tensor], network: UNet) -> float:
    """The mean loss over 128 held-out tiles, always the same with the same noise."""
    batches, device = Batches(tiles, 64, held_out=True), next(network.parameters()).device
    lessons = ([part.to(device) for part in lesson(batches, step)] for step in range(2))
    return sum(float(_loss(network, told, some)) for some in lessons) / 2


def lesson(batches: Batches, step: int, blank: float = 0.0) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """What step `step` learns from: x0, the numbers of the captions (after the last for none), noise, noise ratios."""
    rng, chance = np.random.default_rng(step), torch.Generator().manual_seed(step)
    x0, caption = batches(rng)
    caption[torch.rand(len(caption), generator=chance) < blank] = len(batches.tiles.captions)
    return x0, caption, torch.randn(x0.shape, generator=chance), score_sde.ratios(len(x0), chance)


def _loss(network: UNet, told: tuple[Tensor, Tensor], lesson: Sequence[Tensor]) -> Tensor:
    x0, caption, noise, ratio = lesson
    told_now = (told[0][caption], told[1][caption])
    return score_sde.loss(lambda x, level: net.score(network, x, level, told_now), x0, noise, ratio)
