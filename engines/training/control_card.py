"""The model card of the sticker's control branch: what it learnt from, how true results are to maps, and sheets."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import Any

from engines import control
from engines.files import atomic
from engines.nn import stored
from engines.training import control_data, sheets
from engines.training.control_judge import MEASURES, SWEPT
from engines.training.vocabulary import concepts

TEXT = """# The control branch of image/sticker

Maps of edges, a scribble, a mask layout, a colour sketch or depth steer [image/sticker](card.md); without a map that
engine draws what it drew before, byte for byte.

- **Trained by** the Darkroom developers, from scratch, with `darkroom train image/sticker-control`; the recipe is
  `engines/training/sticker_control.py`. **Licence of the weights**: MIT.
- **Network**: {parameters:.1f} M parameters in half precision. One branch for the five kinds (a kind is a bias), of
  residual convolutions over the map; it sees neither the noisy picture nor the words, so it runs once a picture. What
  it adds to the patches of the frozen flow network before each of the {depth} blocks and at the end comes through
  layers that began at zero (ControlNet, Zhang et al., 2023) and is weighted by the flow time. Several maps add up
  (T2I-Adapter, Mou et al., 2023), each by its own strength, which may be a curve over the steps.
- **Data**: {count} pictures of the sticker's own pool (Fluent emoji by Microsoft, MIT; see [card.md](card.md)), four in
  five of them moved, turned and stretched, half of them mirrored, in the latent space of the shipped autoencoder. Maps
  are made by `engines/control` as for any picture and then changed: lines thickened, shaken and broken, silhouettes
  recut, colours washed, depth rescaled. {apart} of 345 concepts were held out of the branch in every colour, style and
  scene.
- **Training**: {guess} steps ({guess_samples} samples, {guess_minutes:.1f} minutes) guessing the latent from the map
  alone, then {steps} steps ({samples} samples, {minutes:.1f} minutes) through the frozen network, on the {device}. Flow
  matching loss on {watched} held-out pictures: {without:.3f} without a map, {held:.3f} with one.

![Loss through the frozen network](control-loss.png)

## How true results are to a map

{subjects} pictures of held-out concepts, each moved to where the sticker engine never draws by itself, prompts
"a <colour> <thing>", seeds from 0, default options, strength 1. The same map is then made of the result.

| control | measure | without it | with it |
| --- | --- | --- | --- |
{rows}

By strength, on the first {swept} of them:

| control | {strengths} |
| --- |{ruler}
{sweeps}

Own caption found first among the {subjects} (the sticker's judge, as in its card):
{retrieved}.

![Maps, and results at strengths {strengths_said}](control-contact.png)

To compute these figures again: `darkroom train image/sticker-control --minutes 0 --resume`.

## What it cannot do

It was taught for minutes, not hours: lines inside a thing are followed less closely than its outline, and surfaces
come out blotchier than without a map, the more so above strength 1; fewer results are known by their caption than
without a map (above), the fewer the further a map is from what the engine draws by itself. Strength is no even
scale: below about 0.6 the network often draws what it would have drawn anyway. A map that acts in the first half of
the steps alone is mostly forgotten again; let it act to the end, or nearly. Words win over a colour sketch where they
name a colour. `--minutes 60 --resume` goes on.

Maps are seen at 128x128. What a map asks for has to be something the sticker engine can draw: it moves, turns and
stretches what that knows. Depth is not measured: maps of pictures are their silhouettes blown up, and the branch
learnt on those alone; the depth of a mesh view steers like a shaded silhouette. A layout is one silhouette: labels of
several colours all count as "something is here", not as what.
"""


def write(out: Path, found: dict[str, Any]) -> None:
    """control.md, control-loss.png and control-contact.png in `out`, beside the weights and control.jsonl."""
    rows = [json.loads(line) for line in (out / "control.jsonl").read_text("utf-8").splitlines()]
    stages = {stage: [row for row in rows if row["stage"] == stage] for stage in ("guess", "control", "without")}
    sheets.loss_curve(stages["control"], out / "control-loss.png")
    contact(found["swept"], out / "control-contact.png")
    facts = _trained(stages, out) | _judged(found)
    atomic.write(out / "control.md", TEXT.format(**facts).encode())


def contact(swept: dict[str, Any], path: Path) -> None:
    """Two subjects for each kind: the map, then the result at each strength."""
    pictures = [picture for kind in control.KINDS for row in swept[kind]["rows"][:2] for picture in row]
    sheets.pictures(pictures, 2 * (1 + len(SWEPT)), path, gap=2)


def _trained(stages: dict[str, list[dict[str, Any]]], out: Path) -> dict[str, Any]:
    guess, last = stages["guess"][-1], stages["control"][-1]
    apart = [concept for concept in concepts() if control_data.is_apart(concept)]
    return {
        "parameters": stored.parameters(out / "control.safetensors") / 1e6,
        "count": control_data.COUNT,
        "apart": len(apart),
        "watched": control_data.WATCHED,
        "guess": guess["step"],
        "guess_samples": guess["samples"],
        "guess_minutes": guess["seconds"] / 60,
        "steps": last["step"],
        "samples": last["samples"],
        "minutes": last["seconds"] / 60,
        "held": last["held-out"],
        "without": stages["without"][-1]["loss"],
        "depth": stages["without"][-1]["depth"],
        "device": last.get("device", f"CPU ({platform.machine()})"),
    }


def _judged(found: dict[str, Any]) -> dict[str, Any]:
    lines = [
        f"| {kind} | {MEASURES[kind]} | {score['without']:.2f} | **{score['with']:.2f}** |"
        for kind, score in found["scores"].items()
    ]
    sweeps = [
        f"| {kind} | " + " | ".join(f"{value:.2f}" for value in some["fidelity"].values()) + " |"
        for kind, some in found["swept"].items()
    ]
    names = {"real": "the moved pictures themselves", "none": "no control"}
    told = [f"{names.get(who, who)} {count}" for who, count in found["retrieved"].items()]
    return {
        "subjects": found["count"],
        "rows": "\n".join(lines),
        "swept": len(next(iter(found["swept"].values()))["rows"]),
        "sweeps": "\n".join(sweeps),
        "strengths": " | ".join(f"strength {s:g}" for s in SWEPT),
        "strengths_said": ", ".join(f"{s:g}" for s in SWEPT),
        "ruler": " --- |" * len(SWEPT),
        "retrieved": ", ".join(told),
    }
