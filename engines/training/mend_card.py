"""The model card of image/mend: what it learnt from, how long, how well it does, and sheets to look at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from engines.files import atomic
from engines.nn import stored
from engines.training import sheets
from engines.training.fit import machine

TEXT = """# image/mend

Repair of damaged 32x32 sprites and tiles with alpha, by Langevin steps down a learnt energy; its map shows what looks
wrong.

- **Trained by** the Darkroom developers, from scratch, with `darkroom train image/mend`; the recipe is
  `engines/training/mend.py`. **Licence of the weights**: MIT.
- **Network**: a U-Net of {parameters:.1f} M parameters whose squared output is the energy of a place; the energy of a
  picture is their sum, its score the gradient by autograd. Told the noise level.
- **Data**: {train} tiles of Dungeon Crawl Stone Soup (Debian source package `crawl` 0.28.0; CC0, older RLTiles public
  domain): monsters, items, floors, walls; {held} more, every tenth name in all its drawings, were held out.
- **Training**, {minutes:.0f} minutes on {device}: {noise} steps of noise prediction as a beginning, {score} of
  denoising score matching of the energy's gradient (Vincent, 2011; Salimans and Ho, 2021), {contrast} of that and
  contrastive divergence with walks from a replay buffer (Du and Mordatch, 2019); {samples} samples in all.

![Score matching loss of the energy's gradient](loss.png)

## How well it does

Recomputed by `darkroom train image/mend --minutes 0 --resume`. {count} held-out sprites, each with a hole of 5 to 30 %.

| error inside the holes (root mean square, of 1) | |
| --- | --- |
| **repair, temperature 0 (the default)** | **{cold:.3f}** |
| repair, temperature 1 (a sample, further off on average) | {drawn:.3f} |
| biharmonic inpainting (scikit-image) | {biharmonic:.3f} |
| the mean of what is left | {mean:.3f} |

| does the energy know damage? Holes filled with a flat colour, noise or a piece of another sprite | |
| --- | --- |
| a damaged sprite has more energy than itself undamaged | {pairs:.0%} |
| ... than any undamaged one (AUC) | {auc:.2f} |
| a damaged place has more energy than a sound one of its sprite (AUC) | {places:.2f} |
| the repair has less energy than the damaged sprite | {lower:.0%} |

![Damaged, its energy, repaired, the original](mended.png)

![Free samples from noise](dreamt.png)

## What it cannot do

It fills a hole with something that goes on from its border; a lost face or weapon comes back as a blot of the right
colours. Free samples have the material and palette of the game, seldom a thing that can be named. The energy of sound
sprites differs by their detail, so it tells damage from its own sprite better than from others. 32x32 places: larger
pictures are mended in blocks.
"""


def write(out: Path, counts: tuple[int, int], scores: dict[str, Any], dreamt: list[np.ndarray]) -> None:
    """card.md, loss.png, mended.png and dreamt.png in `out`. `counts` are of training and held-out sprites."""
    rows = [json.loads(line) for line in (out / "log.jsonl").read_text("utf-8").splitlines()]
    last = {stage: [row for row in rows if row["stage"] == stage][-1] for stage in ("noise", "score", "contrast")}
    sheets.loss_curve([row for row in rows if row["stage"] == "score"], out / "loss.png", "score matching loss")
    sheets.pictures(scores["sheet"], 12, out / "mended.png", gap=2)
    sheets.pictures(dreamt, 12, out / "dreamt.png", gap=2)
    text = TEXT.format(
        parameters=stored.parameters(out / "energy.safetensors") / 1e6,
        train=counts[0],
        held=counts[1],
        minutes=sum(row["seconds"] for row in last.values()) / 60,
        device=machine(last["score"]),
        noise=last["noise"]["step"],
        score=last["score"]["step"],
        contrast=last["contrast"]["step"],
        samples=sum(row["samples"] for row in last.values()),
        count=scores["count"],
        cold=scores["cold"],
        drawn=scores["drawn"],
        biharmonic=scores["biharmonic"],
        mean=scores["mean"],
        pairs=scores["auc of pairs"],
        auc=scores["auc"],
        places=scores["auc of places"],
        lower=scores["mended lower"],
    )
    atomic.write(out / "card.md", text.encode())
