"""The model card of image/blend: what it learnt from, how long, how well it does, and sheets to look at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.contract import Image
from engines.families import vae
from engines.files import atomic
from engines.metrics import concepts
from engines.metrics.frechet import frechet
from engines.nn.blend import LATENT, MEASURED, SLIDERS, VAE, Model, sheet
from engines.training import sheets
from engines.training.faces import Batches, Faces, nearest
from engines.training.fit import Report, machine

MEASURED_ON, DRAWN = 64, 100  # held-out faces measured; faces drawn

TEXT = """# image/blend

A space of drawn faces, 64x64: sample, rebuild, blend, compare, slide attributes; by a variational autoencoder.

- **Trained by** the Darkroom developers, from scratch, with `darkroom train image/blend`; the recipe is in
  `engines/training/blend.py`. **Licence of the weights**: CC BY 4.0, as that of the art.
- **Network**: convolutional encoder and decoder of {parameters:.1f} M parameters around {latent} latent numbers,
  discretised logistic likelihood with a scale for every number of the picture, a spatial transformer for tilt and
  place; half precision. Beside them the file holds eight attribute directions (least squares on labels) and a mixture
  of 128 Gaussians fitted to the encoded training data (the option `prior`).
- **Data**: {faces} faces rendered from DiceBear's "Big Smile", art by Ashley Seo, CC BY 4.0 (npm
  `@dicebear/big-smile` 9.4.3, drawn by `@dicebear/core` 9.4.3, code MIT), with our own shades, tilt and backgrounds.
  All faces of one in ten pairs of hair and accessory ({held} faces) were held out.
- **Objective**: the evidence lower bound with beta {beta:g} (raised from 0), in bits per dimension, and {shape:g} times
  the mean difference of pictures and of their slopes at three sizes. The figures below are of the bound alone, beta 1.
- **Training**: {steps} steps, {samples} samples, {minutes:.0f} minutes on {device}.

![Loss, and the negative bound of held-out faces in bits per dimension](loss.png)

## How well it does

On {measured} held-out faces, in bits per dimension (12288 dimensions; lower is better):

| | |
| --- | --- |
| negative ELBO | {elbo:.3f} |
| of it reconstruction | {reconstruction:.3f} |
| of it divergence from the prior | {kl:.3f} |
| importance-weighted bound, {count} samples | {iwae:.3f} |
| the same pictures as PNG | {png:.3f} |
| **root mean square error of the rebuilt picture, of 255** | **{rmse:.1f}** |
| the same for the mean picture of the training data | {mean_rmse:.1f} |

| Frechet distance of EfficientNet-lite0 features to {measured} held-out faces (not comparable with Inception FID) | |
| --- | --- |
| **{drawn} faces drawn from the fitted mixture, temperature 0.8, settled in 8 rounds (the default)** | {fid:.0f} |
| the same as they fell, without rounds | {fid_fell:.0f} |
| {drawn} faces drawn from the normal prior, temperature 0.8, settled | {fid_normal:.0f} |
| the mean picture (the unconditional baseline) | {fid_mean:.0f} |
| {drawn} training faces | {fid_real:.0f} |

Nearest training face (at 32x32, root mean square): of {drawn} drawn faces {copies} lie nearer to it than held-out faces
usually lie (their median is {usual:.1f}); see the sheet.

Recomputed, where it was trained, by `darkroom train image/blend --minutes 0 --resume`.

![Above held-out faces, below as rebuilt](rebuilt.png)

![Drawn from the fitted mixture](contact.png)

![A grid between four faces](grid.png)

![Each row one slider, from -3 to 3: {sliders}](sliders.png)

![Drawn faces, and below each the nearest training face](nearest.png)

## What it cannot do

It knows one style of drawing: any other picture comes back as the face nearest to it. Rebuilt and drawn faces are
softer than the drawings; eyes, teeth and glasses most of all, and where two accessories are equally likely it rebuilds
something between them. Sliders move what goes with their attribute in the latent space, not that alone.
"""


@torch.no_grad()
def write(network: VAE, given: Faces, out_dir: Path, report: Report) -> dict[str, Any]:
    """Measure the network on held-out faces, and write `card.md` with its sheets and figures.json."""
    model = Model(network)
    rows, held = given.split()
    real, seen = (pictures(given, some) for some in (held[:MEASURED_ON], rows[:DRAWN]))
    facts: dict[str, Any] = bound(model, real)
    report("held-out faces", **facts)
    drawn, mean = faces(model), mean_picture(given, rows)
    sets = {"fid": drawn, "fid_fell": faces(model, rounds=0), "fid_normal": faces(model, prior="normal")}
    sets |= {"fid_real": seen, "fid_mean": np.repeat(mean[None], len(drawn), 0)}
    facts |= distances(sets, real) | {"mean_rmse": apart(np.repeat(mean[None], len(real), 0), real)}
    report("distances", **facts)
    whole = pictures(given, rows)
    usual = float(np.median(nearest(real, whole)[1]))
    places, far = nearest(drawn, whole)
    facts |= {"copies": int((far < 0.5 * usual).sum()), "usual": usual}
    sheets.pictures([*drawn[:12], *whole[places[:12]]], 12, out_dir / "nearest.png")
    draw_sheets(model, real, drawn, out_dir)
    facts |= {"faces": len(given.pixels), "held": len(held)} | trained(out_dir)
    atomic.write(out_dir / "figures.json", json.dumps(facts, indent=1).encode())
    atomic.write(out_dir / "card.md", text(network, facts).encode())
    return facts


def text(network: VAE, facts: dict[str, Any]) -> str:
    """The card."""
    from engines.training.blend import BETA, SHAPE

    parameters = sum(p.numel() for p in network.parameters()) / 1e6
    fixed = {"latent": LATENT, "count": MEASURED, "measured": MEASURED_ON, "drawn": DRAWN, "beta": BETA, "shape": SHAPE}
    return TEXT.format(parameters=parameters, sliders=", ".join(SLIDERS), **fixed, **facts)


def trained(out_dir: Path) -> dict[str, Any]:
    """What the log says of the training, and its curve."""
    rows = [json.loads(line) for line in (out_dir / "log.jsonl").read_text("utf-8").splitlines()]
    rows = [row for row in rows if row.get("stage") == "vae"]
    sheets.loss_curve(rows, out_dir / "loss.png", "objective, bits/dim")
    last = rows[-1]
    return {"steps": last["step"], "samples": last["samples"], "minutes": last["seconds"] / 60, "device": machine(last)}


# ---------------------------------------------------------------- figures


def bound(model: Model, real: np.ndarray) -> dict[str, float]:
    """Bits per dimension of pictures (N, 64, 64, 3) and how far off they are rebuilt."""
    each = [model.measured(Image(picture), seed) for seed, picture in enumerate(real)]
    names = ("elbo", "kl", "reconstruction", "iwae", "png")
    found = {name: float(np.mean([float(one[f"{name}_bits"]) for one in each])) for name in names}
    return found | {"rmse": apart(rebuilt(model, real), real)}


def rebuilt(model: Model, real: np.ndarray) -> np.ndarray:
    """Pictures (N, 64, 64, 3) encoded and decoded."""
    z = torch.cat([model.network.encode(model.tensor(Image(picture)))[0] for picture in real])
    return shown(model.mean(z))


def apart(a: np.ndarray, b: np.ndarray) -> float:
    """The root mean square difference, of a range of 255."""
    return float(np.sqrt(np.mean((a.astype(np.float64) - b) ** 2)))


def faces(model: Model, **changed: Any) -> np.ndarray:
    """`DRAWN` faces of the seeds 0 and on with the engine's default options but these, uint8 (N, 64, 64, 3)."""
    from engines.image.blend import Options

    options = Options(**changed)
    return shown(model.mean(torch.cat([model.face(seed, 0, options) for seed in range(DRAWN)])))


def distances(sets: dict[str, np.ndarray], real: np.ndarray) -> dict[str, float]:
    """Frechet distances of sets of pictures to the held-out ones `real`."""
    eyes = concepts.extractor()
    rest = concepts.features(eyes, real).double()
    return {name: frechet(concepts.features(eyes, some).double(), rest) for name, some in sets.items()}


def pictures(given: Faces, rows: np.ndarray) -> np.ndarray:
    """These faces as the network sees them, uint8 (N, 64, 64, 3)."""
    from engines.training.blend import small

    source = Batches(given, 256, "cpu")
    chunks = [rows[i : i + 256] for i in range(0, len(rows), 256)]
    return np.concatenate([shown(small(source.of(chunk)[0])) for chunk in chunks])


def mean_picture(given: Faces, rows: np.ndarray) -> np.ndarray:
    """The mean of a thousand training faces, uint8 (64, 64, 3)."""
    return np.rint(pictures(given, rows[:1000]).mean(0)).astype(np.uint8)


def shown(x: Tensor) -> np.ndarray:
    """Pictures (N, 3, H, W) in about [-1, 1] as uint8 (N, H, W, 3)."""
    return np.stack([sheet(one[None]).pixels for one in x])


# ---------------------------------------------------------------- sheets


def draw_sheets(model: Model, real: np.ndarray, drawn: np.ndarray, out_dir: Path) -> None:
    """Rebuilt faces, drawn faces, a grid of blends, and what the sliders do."""
    sheets.pictures([*real[:12], *rebuilt(model, real[:12])], 12, out_dir / "rebuilt.png")
    sheets.pictures(list(drawn[:48]), 12, out_dir / "contact.png")
    a, b, c, d = (model.network.encode(model.tensor(Image(picture)))[0] for picture in real[12:16])
    ticks = np.linspace(0, 1, 6)
    along = vae.spherical
    z = torch.cat([along(along(a, b, x), along(c, d, x), y) for y in ticks for x in ticks])
    sheets.pictures(list(shown(model.mean(z))), 6, out_dir / "grid.png")
    start = model.network.encode(model.tensor(Image(real[20])))[0]
    rows = [start + value * way for way in model.network.directions for value in np.linspace(-3, 3, 9)]
    sheets.pictures(list(shown(model.mean(torch.cat(rows)))), 9, out_dir / "sliders.png")
