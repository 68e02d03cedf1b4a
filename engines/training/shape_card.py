"""Evaluate mesh/shape and write its model card: figures on held-out pairs, sheets, nearest training shapes, credits."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engines import surfaces
from engines.contract import Mesh, Request
from engines.files import atomic
from engines.metrics import concepts as metric
from engines.nn import stored
from engines.nn.shape_model import Model, load
from engines.surfaces import Finish
from engines.training import furniture, packages, shape_data, shape_judge, shape_view, sheets
from engines.training.fit import Report, machine, need_packages
from engines.training.shape_words import KINDS

FINISH = Finish(64, smoothing=4)
MADE = Finish(64, smoothing=4, outward=0.25 / 3)  # the engine's defaults
SHOWN = (
    "a red mug",
    "a wooden chair with black legs",
    "a blue rocket with orange fins",
    "a tall green pine tree",
    "a pink armchair",
    "a stone castle with purple roofs",
    "a yellow sofa",
    "a round wooden table with one leg",
    "a red mushroom with a white stem",
    "a golden star with five points",
    "a snowman with a black hat",
    "a white house with a red roof",
    "a black piano",
    "a green dresser",
    "a red car",
    "a turquoise vase",
    "a purple lamp with a golden base",
    "a wooden bookcase with blue books",
    "a gray robot",
    "a pink cake with white icing",
    "a white bathtub",
    "a green potted plant",
    "an orange bottle with a black cap",
    "a blue bed",
)


@dataclass(frozen=True)
class Drawer:
    """Draws with the engine's default options, in the cube's units."""

    model: Model

    def state(self, prompt: str, seed: int, **options: Any) -> torch.Tensor:
        from engines.mesh.shape import Options

        request, chosen = Request(engine="mesh/shape", prompt=prompt, seed=seed), Options(**options)
        *_, last = self.model.states(request, chosen, self.model.denoiser(request, chosen))
        return last.x[0]

    def volume(self, prompt: str, seed: int, **options: Any) -> np.ndarray:
        return self.model.volume(self.state(prompt, seed, **options))


def evaluate(data_dir: Path, out_dir: Path, report: Report) -> dict[str, Any]:
    """Check the judge on real shapes, judge the 100 held-out pairs, and write card and sheets into `out_dir`."""
    need_packages()
    eyes, drawer = metric.extractor(), Drawer(load(out_dir))
    judge = shape_judge.trained(eyes, data_dir, report)
    pairs = shape_judge.held_out_pairs()
    truth = [shape_judge.real("held", i, pair) for i, pair in enumerate(pairs)]
    scores: dict[str, Any] = {"real": shape_judge.scored(judge, eyes, truth)}
    report("judge on real shapes", **scores["real"])
    told = [drawer.volume(prompt, seed) for seed, prompt in enumerate(shape_judge.prompts())]
    blind = [drawer.volume("", seed) for seed in range(len(pairs))]
    made, free = ([surfaces.surface(volume, MADE) for volume in volumes] for volumes in (told, blind))
    scores["made"] = shape_judge.scored(judge, eyes, made)
    report("held-out pairs", **scores["made"])
    scores["blind"] = shape_judge.scored(judge, eyes, free)
    scores |= _measured({"real": truth, "made": made, "blind": free})
    report("measured", **{name: scores[name] for name in ("chamfer", "closed", "single", "coloured")})
    scores["copies"] = _copies(data_dir, out_dir, told, report)
    report("nearest training shapes", **scores["copies"])
    scores["size"] = _sizes(drawer.model, data_dir)
    _write(scores, drawer, made, out_dir, data_dir)
    return scores


def _measured(sets: dict[str, list[Mesh]]) -> dict[str, Any]:
    """Chamfer distance to the nearest of ten held-out things of the kind; what is closed, of one piece, coloured."""
    pairs = shape_judge.held_out_pairs()
    kinds = sorted({name for _, name in pairs})
    others = {name: [_points(shape_data.thing("held", 10 * i, name)[0].volume()) for i in range(10)] for name in kinds}
    far = {}
    for title, meshes in sets.items():
        own = [shape_judge.spread(mesh) for mesh in meshes]
        each = [min(shape_judge.chamfer(a, b) for b in others[name]) for a, (_, name) in zip(own, pairs, strict=True)]
        far[title] = round(float(np.median(each)), 2)
    tested = sets["made"] + sets["blind"]
    return {
        "chamfer": far,
        "closed": sum(surfaces.closed(mesh) for mesh in tested) / len(tested),
        "single": {title: sum(surfaces.pieces(mesh) == 1 for mesh in meshes) for title, meshes in sets.items()},
        "coloured": {title: shape_judge.coloured(meshes) for title, meshes in sets.items()},
    }


def _points(volume: np.ndarray) -> np.ndarray:
    return shape_judge.spread(surfaces.surface(volume, FINISH))


def _copies(data_dir: Path, out_dir: Path, told: list[np.ndarray], report: Report) -> dict[str, float]:
    """How near results come to training shapes, beside how near real held-out shapes do; and a sheet of pairs."""
    package = packages.debian(furniture.PACKAGE, data_dir / "sweethome3d")
    path = max(data_dir.glob("shapes-train-*.json"), key=lambda found: found.stat().st_size).with_suffix("")
    pools = [shape_data.opened(path), furniture.compose("train", package, data_dir, report)]
    near = shape_judge.Near.of(pools)
    fresh = [shape_data.thing("held", i)[0].volume() for i in range(100)]
    line = float(np.quantile([near.nearest(volume)[1] for volume in fresh], 0.02))
    found = [near.nearest(volume) for volume in told]
    rows = []
    for volume, (row, _) in sorted(zip(told, found, strict=True), key=lambda pair: pair[1][1])[:16]:
        pool, place = (pools[0], row) if row < len(pools[0]) else (pools[1], row - len(pools[0]))
        rows += [_seen(volume, MADE), _seen(pool.batch(np.array([place]))[0])]
    sheets.pictures(rows, 8, out_dir / "nearest.png")
    mean = float(np.mean([distance for _, distance in found]))
    return {"line": round(line, 4), "copies": sum(d < line for _, d in found), "mean": round(mean, 4)}


def _seen(volume: np.ndarray, finish: Finish = FINISH) -> np.ndarray:
    return shape_view.view(surfaces.surface(volume, finish))


def _sizes(model: Model, data_dir: Path) -> float:
    """The median factor by which the predicted size of held-out furniture is off."""
    found = [p for p in furniture.pieces(data_dir / "sweethome3d") if p.split == "held"]
    with torch.no_grad():
        told = [float(model.size(*model.text.encode([piece.name]))[0]) for piece in found]
    off = [abs(np.log(size / max(piece.size))) for size, piece in zip(told, found, strict=True)]
    return round(float(np.exp(np.median(off))), 2)


# ---------------------------------------------------------------- the card


TEXT = """# mesh/shape

Words to closed, coloured meshes of furniture and objects in metres, by flow matching on the principal components of the
latents of our own volume autoencoder.

- **Trained by** the Darkroom developers, from scratch, with `darkroom train mesh/shape`; the recipe is in
  `engines/training/shape.py`. **Licence of the weights**: MIT.
- **Networks**: a convolutional autoencoder of {coder:.2f} M parameters between 32x32x32 volumes (truncated signed
  distance and colour) and an 8x8x8x8 latent; an MLP on the latent's 384 principal components that reads the words
  (velocity prediction; {flow:.1f} M numbers, 1.6 M of them the components); one linear map from words to metres; all in
  half precision. Words by the packaged all-MiniLM-L6-v2 (Apache-2.0).
- **Data**: 12 000 procedural things of our own in {kinds} kinds (`shape_furnishings.py`, `shape_objects.py`: parametric
  unions and differences of solids with captions that follow from the parameters), and {pieces} models of the Debian
  package `sweethome3d-furniture` 1.8-1, those mostly of one colour painted in four more; people, doors, windows and
  stairs left out. About a quarter of all (paint, kind) pairs, natural ones excepted, were never shown.
- **Training**: {steps} steps, {samples} samples, {minutes:.0f} minutes of the flow network on {device};
  the autoencoder {coder_minutes:.0f} minutes on one thread of a CPU ({coder_samples} samples).

![Loss of the flow network](loss.png)

## How well it does

The judge (a linear classifier over EfficientNet-lite0 features of one view for the kind, another over a colour
histogram for the paint) learned from other procedural things and was first checked on real ones of the same 100 pairs.
`darkroom train mesh/shape --minutes 0 --resume` recomputes all of this from the weights.

| 100 prompts "a <paint> <thing>" of pairs never shown, seeds 0 to 99 | real shapes | made | without words |
| --- | --- | --- | --- |
{table}

In the colour: a quarter of the surface or more goes by the name asked for. Chamfer distance: to the nearest of ten
held-out things of that kind, median, in percent of the longest side.

Watertight (every edge between two faces, in opposite directions): {closed:.0%} of 200. Copies: {copies[copies]} of 100
results are nearer to a training shape than 98 % of fresh procedural shapes are (line {copies[line]}, mean of the
results {copies[mean]}, root mean squared difference at 16x16x16). Size of held-out furniture from its name alone: off
by a factor of {size} (median).

![The 100 shapes, in the order of prompts.json](held-out.png)

![Some prompts](contact.png)

![The 16 results nearest to training shapes, each beside its nearest](nearest.png)

## What it cannot do

The grid is 32 points wide: parts thinner than a twentieth of the whole come out thick or not at all, and there are no
textures, faces or letters. It was taught {kinds} kinds of thing, and some hundred kinds of furniture by a few examples
each; other words give something of the right colour at best. Two things in one prompt, and relations between things,
were not taught. English only. Sizes are those usual for the words; `--height` sets them.

## Who made the furniture

Licences: {licences}. By {creators}.
"""

ROWS = (
    ("own caption among the first five of 100", "retrieved in five"),
    ("own caption first", "retrieved first"),
    ("kind right (top 1 of 40)", "kind right"),
    ("paint right (top 1 of 15)", "paint right"),
)


def _table(scores: dict[str, Any]) -> str:
    """The rows of the table: real shapes, results, results without words."""
    sets = ("real", "made", "blind")
    rows = [(title, *(str(scores[name][key]) for name in sets)) for title, key in ROWS]
    of = scores["coloured"]["made"][1]
    rows.append((f"in the colour, of {of} with a named one", *(str(scores["coloured"][name][0]) for name in sets)))
    rows.append(("chamfer distance", *(str(scores["chamfer"][name]) for name in sets)))
    rows.append(("of one piece", *(str(scores["single"][name]) for name in sets)))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _write(scores: dict[str, Any], drawer: Drawer, made: list[Mesh], out: Path, data_dir: Path) -> None:
    """card.md, scores.json, prompts.json and the sheets, beside the weights and log.jsonl."""
    rows = [json.loads(line) for line in (out / "log.jsonl").read_text("utf-8").splitlines()]
    stages = {stage: [row for row in rows if row["stage"] == stage] for stage in ("flow", "autoencoder")}
    sheets.loss_curve(stages["flow"], out / "loss.png")
    sheets.pictures([shape_view.view(mesh) for mesh in made], 10, out / "held-out.png")
    sheets.pictures(
        [_seen(drawer.volume(prompt, seed), MADE) for seed, prompt in enumerate(SHOWN)], 8, out / "contact.png"
    )
    used = [piece for piece in furniture.pieces(data_dir / "sweethome3d") if piece.split == "train"]
    last, coded = stages["flow"][-1], stages["autoencoder"][-1]
    text = TEXT.format(
        table=_table(scores),
        closed=scores["closed"],
        copies=scores["copies"],
        size=scores["size"],
        coder=stored.parameters(out / "autoencoder.safetensors") / 1e6,
        flow=stored.parameters(out / "flow.safetensors") / 1e6,
        kinds=len(KINDS),
        pieces=len(used),
        steps=last["step"],
        samples=last["samples"],
        minutes=last["seconds"] / 60,
        device=machine(last),
        coder_minutes=coded["seconds"] / 60,
        coder_samples=coded["samples"],
        licences="; ".join(f"{name} ({count} models)" for name, count in _licences(used).most_common()),
        creators=", ".join(sorted({piece.creator for piece in used if piece.creator}, key=str.lower)),
    )
    atomic.write(out / "card.md", text.encode())
    atomic.write(out / "scores.json", json.dumps(scores, indent=1).encode())
    atomic.write(out / "prompts.json", json.dumps(shape_judge.prompts(), indent=1).encode())


def _licences(used: list[furniture.Piece]) -> Counter[str]:
    return Counter(" ".join(piece.licence.split()) for piece in used)
