"""The model card of image/avatar: what it learnt from, how long, how well it does, and sheets to look at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engines.contract import Request
from engines.faces import ATTRIBUTES
from engines.files import atomic
from engines.metrics import concepts
from engines.metrics.frechet import frechet
from engines.nn.avatar import LAYERS, Generator, Model, pixels
from engines.training import sheets
from engines.training.avatar_judge import accuracy, judged, trained
from engines.training.faces import Faces, drawn, nearest
from engines.training.fit import Log, Report, machine

COUNT = 300  # faces drawn and judged
SEED = 21  # of their shades, tilt and place

TEXT = """# image/avatar

Drawn faces of chosen attributes in an instant, 128x128, by a generative adversarial network.

- **Trained by** the Darkroom developers, from scratch, with `darkroom train image/avatar`; the recipe is in
  `engines/training/avatar.py`. **Licence of the weights**: CC BY 4.0, as that of the art.
- **Network**: style-based generator of {parameters:.1f} M parameters (modulated convolutions, sub-pixel growth, a
  spatial transformer for tilt and place), half precision; conditional discriminator with projection.
- **Data**: {faces} faces rendered from DiceBear's "Big Smile", art by Ashley Seo, CC BY 4.0 (npm
  `@dicebear/big-smile` 9.4.3, drawn by `@dicebear/core` 9.4.3, code MIT), with our own shades, tilt and backgrounds.
  All faces of one in ten pairs of hair and accessory ({held} faces) were held out.
- **Objective**: relativistic adversarial loss with R1 and R2, **and** the mean difference to the drawing of the same
  attributes, shades and tilt, which are known because the drawings are rendered; the first {share:.0%} of the time
  the difference alone. So it is a GAN taught with pairs, not one that found the faces by itself.
- **Training**: {steps} steps, {samples} samples, {minutes:.0f} minutes on {device}.

![Difference to held-out faces and loss](loss.png)

## How well it does

The judge, a classifier of every attribute trained on real drawings alone, was first checked on {checked} held-out
drawings; then it judged {count} faces of held-out pairs of hair and accessory.

| right, where it can be seen | real drawings | generated |
| --- | --- | --- |
{table}

| Frechet distance of EfficientNet-lite0 features to held-out drawings (not comparable with Inception FID) | |
| --- | --- |
| {count} generated faces | {fid:.0f} |
| the mean face alone (psi 0, the unconditional baseline) | {fid_mean:.0f} |
| {count} training drawings | {fid_real:.0f} |

Nearest training drawing (at 32x32, root mean square): of {count} generated faces {copies} lie nearer to it than half
of what held-out drawings do (their median is {usual:.1f}); see the sheet.

Recomputed, where it was trained, by `darkroom train image/avatar --minutes 0 --resume`.

![Above drawings of held-out pairs, below the generated faces of the same attributes](held-out.png)

![Random faces](contact.png)

![Truncation from 0 to 1.4](truncation.png)

![Style mixing: the first face, then the second from layer 6, 5 ... 0](mixing.png)

![Generated faces, and below each the nearest training drawing](nearest.png)

## What it cannot do

It knows one style of drawing and the attributes listed; other words of a prompt are passed over. Small parts (eyes,
braces, the chain of glasses) are softer than in the drawings. Halfway styles (low psi, mixing) show blends of two
attributes, which no drawing has.
"""


@torch.no_grad()
def write(network: Generator, given: Faces, data_dir: Path, out_dir: Path, report: Report) -> dict[str, Any]:
    """Judge the network on held-out faces, and write `card.md` with its sheets and figures.json."""
    model, (rows, held) = Model(network), given.split()
    judge = trained(given, data_dir, Log(out_dir / "log.jsonl", report))
    asked = held[:COUNT]
    real, labels = given.pixels[asked], given.labels[asked]
    made = generated(network, labels, drawn(len(asked), SEED)[1])
    facts: dict[str, Any] = {"real": accuracy(judged(judge, real), labels)}
    report("judge on held-out drawings", **facts["real"])
    facts["made"] = accuracy(judged(judge, made), labels)
    report("generated faces", **facts["made"])
    facts |= distances(made, real, given.pixels[rows[:COUNT]], pixels(mean_face(network)).pixels)
    usual, (places, far) = float(np.median(nearest(real, given.pixels[rows])[1])), nearest(made, given.pixels[rows])
    facts |= {"copies": int((far < 0.5 * usual).sum()), "usual": usual, "checked": len(asked)}
    sheets.pictures([*made[:12], *given.pixels[rows[places[:12]]]], 12, out_dir / "nearest.png")
    same = generated(network, labels[:12], given.pose[asked[:12]])
    sheets.pictures([*real[:12], *same], 12, out_dir / "held-out.png")
    draw_sheets(model, out_dir)
    facts |= {"faces": len(given.pixels), "held": len(held)} | history(out_dir)
    atomic.write(out_dir / "figures.json", json.dumps(facts, indent=1).encode())
    atomic.write(out_dir / "card.md", text(network, facts).encode())
    return facts


def text(network: Generator, facts: dict[str, Any]) -> str:
    """The card."""
    from engines.training.avatar import SHARE

    names = [*ATTRIBUTES, "attributes", "faces"]
    rows = [f"| {name.replace('_', ' ')} | {facts['real'][name]:.1%} | {facts['made'][name]:.1%} |" for name in names]
    rows = [
        row.replace("| attributes", "| **all attributes**").replace("| faces", "| faces right in all") for row in rows
    ]
    parameters = sum(p.numel() for p in network.parameters()) / 1e6
    return TEXT.format(parameters=parameters, share=SHARE, table="\n".join(rows), count=facts["checked"], **facts)


def history(out_dir: Path) -> dict[str, Any]:
    """What the log says of the training, and its curve."""
    rows = [json.loads(line) for line in (out_dir / "log.jsonl").read_text("utf-8").splitlines()]
    stages = [[row for row in rows if row.get("stage") == stage] for stage in ("drawing", "gan")]
    before = stages[0][-1]["samples"] if stages[0] else 0
    later = [row | {"samples": row["samples"] + before} for row in stages[1]]
    sheets.loss_curve([*stages[0], *later], out_dir / "loss.png", "difference")
    last = [stage[-1] for stage in stages if stage]
    steps, samples, seconds = (sum(row[name] for row in last) for name in ("step", "samples", "seconds"))
    return {"steps": steps, "samples": samples, "minutes": seconds / 60, "device": machine(last[-1])}


# ---------------------------------------------------------------- figures


def generated(network: Generator, labels: np.ndarray, pose: np.ndarray) -> np.ndarray:
    """Faces of labels (N, 7) and pose (N, 11), uint8 (N, 128, 128, 3)."""
    made = []
    for i in range(0, len(labels), 50):
        z, classes = (torch.from_numpy(array[i : i + 50]) for array in (pose, labels))
        made += [pixels(one[None]).pixels for one in network(z, classes)]
    return np.stack(made)


def mean_face(network: Generator) -> torch.Tensor:
    """The picture (1, 3, 128, 128) of the mean style."""
    return network.synthesise([network.mean[None]] * LAYERS)


def distances(made: np.ndarray, real: np.ndarray, seen: np.ndarray, mean: np.ndarray) -> dict[str, float]:
    """Frechet distances to the held-out drawings `real`."""
    eyes = concepts.extractor()
    rest = concepts.features(eyes, real).double()
    sets = {"fid": made, "fid_real": seen, "fid_mean": np.repeat(mean[None], len(made), 0)}
    return {name: frechet(concepts.features(eyes, some).double(), rest) for name, some in sets.items()}


# ---------------------------------------------------------------- sheets


def draw_sheets(model: Model, out_dir: Path) -> None:
    """Random faces, truncation and style mixing."""
    from engines.image.avatar import Options

    def faces(**options: Any) -> list[np.ndarray]:
        seeds = options.pop("seeds")
        return [shown(model.target(Request(engine="image/avatar", seed=seed), Options(**options))) for seed in seeds]

    def shown(styles: torch.Tensor) -> np.ndarray:
        return pixels(model.network.synthesise(list(styles))).pixels

    sheets.pictures(faces(seeds=range(48)), 12, out_dir / "contact.png")
    ramp = [faces(seeds=(seed,), truncation=psi)[0] for seed in range(4) for psi in np.linspace(0, 1.4, 8).tolist()]
    sheets.pictures(ramp, 8, out_dir / "truncation.png")
    mixing = [
        faces(seeds=(seed,), mix_seed=seed + 50, mix_from=layer)[0]
        for seed in range(4)
        for layer in range(LAYERS, -1, -1)
    ]
    sheets.pictures(mixing, LAYERS + 1, out_dir / "mixing.png")
