"""The model card of image/sticker: what it learnt from, how long, how well it does, and sheets to look at."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from engines.files import atomic
from engines.nn import stored
from engines.training import sheets

SHOWN = (
    "a red apple",
    "a blue apple",
    "two red cars",
    "cat with sunglasses, flat style",
    "a purple rocket on a yellow background",
    "a fox wearing a crown",
    "a green guitar",
    "a pink elephant",
    "three yellow stars",
    "a robot",
    "a black cat left of a red heart",
    "orange castle, flat style",
    "a cup of coffee",
    "a teal dragon",
    "a brown teddy bear",
    "a ghost wearing a top hat",
)

TEXT = """# image/sticker

Text to 128x128 stickers with alpha, by flow matching in the latent space of our own autoencoder.

- **Trained by** the Darkroom developers, from scratch, with `darkroom train image/sticker`; the recipe is in
  `engines/training/`. **Licence of the weights**: MIT.
- **Networks**: transformer of {parameters:.1f} M parameters on 64 patches of a 16x16x16 latent (velocity prediction,
  half precision); convolutional autoencoder of 2.4 M. Words by the packaged all-MiniLM-L6-v2 (Apache-2.0).
- **Data**: 345 concepts of Fluent emoji in two styles, soft 3D (npm `@lobehub/fluent-emoji-3d` 1.1.0) and flat (npm
  `@iconify-json/fluent-emoji-flat` 1.2.6), art by Microsoft, MIT; names from npm `emojibase-data` 17.0.0, MIT. Each was
  also painted in 12 named colours; composed scenes teach numbers, places, backgrounds and things worn. About 15 % of
  all (colour, concept) pairs were never shown.
- **Training**: {steps} steps, {samples} samples, {minutes:.0f} minutes of the flow network on {device}; then the
  decoder was tuned on what that network estimates.

![Loss of the flow network](loss.png)

## How well it does

The judge (a linear classifier over EfficientNet-lite0 features for the object, another over a colour histogram) was
first checked on {count} real pictures of pairs it had never seen: object right {concept:.1%}, colour right
{colour:.1%}, both {pair:.1%}. On another artist's drawings of the same concepts (Noto, never seen): {noto1:.1%} top 1,
{noto5:.1%} top 5 of 345.

| 100 prompts "a <colour> <thing>" of pairs never shown in training, seeds 0 to 99, default options | |
| --- | --- |
| object right (top 1 of 345) | {objects} |
| colour right (top 1 of 12) | {colours} |
| **both right** | **{both}** |
| own caption found first among the 100 (retrieval as CLIP is tested) | {retrieved} |
| Frechet distance of EfficientNet features to real pictures (not comparable with Inception FID) | {fid:.1f} |
| the same for 100 real pictures | {real:.1f} |

Of the 100 things in 50 pictures of the kind "a red apple and a blue car", {beside} were right in object and colour (in
the same scenes made of real pictures: {beside_real}).

![The 100 pictures, in the order of prompts.json](held-out.png)

![Some prompts](contact.png)

## What it cannot do

How much of what it draws can be told is the number above. It was taught {known} concepts and little else; words outside
them give something of the right colour at best. Small details (faces, text, thin parts) come out soft.
More than four things, and relations other than beside, above and worn, were not taught. English only.
"""


def write(out: Path, judged: dict[str, float], scores: dict[str, Any], draw: Callable[[str, int], np.ndarray]) -> None:
    """card.md, loss.png, contact.png, held-out.png and prompts.json in `out`, beside the weights and log.jsonl."""
    from engines.training.vocabulary import concepts

    rows = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    rows = [row for row in rows if row["stage"] == "flow"]
    sheets.loss_curve(rows, out / "loss.png")
    sheets.pictures([draw(prompt, seed) for seed, prompt in enumerate(SHOWN)], 8, out / "contact.png")
    sheets.pictures(list(scores["pictures"]), 10, out / "held-out.png")
    atomic.write(out / "prompts.json", json.dumps(scores["rows"], indent=1).encode())
    text = TEXT.format(
        parameters=stored.parameters(out / "flow.safetensors") / 1e6,
        steps=rows[-1]["step"],
        samples=rows[-1]["samples"],
        minutes=rows[-1]["seconds"] / 60,
        device=rows[-1].get("device", f"the CPU ({platform.machine()})"),
        count=int(judged["real held-out pictures"]),
        concept=judged["concept right"],
        colour=judged["colour right"],
        pair=judged["both right"],
        noto1=judged["noto top 1"],
        noto5=judged["noto top 5"],
        objects=scores["object"],
        colours=scores["colour"],
        both=scores["both"],
        retrieved=scores["retrieved"],
        beside=scores["beside"]["drawn"],
        beside_real=scores["beside"]["real"],
        fid=scores["fid"]["drawn"],
        real=scores["fid"]["real"],
        known=len(concepts()),
    )
    atomic.write(out / "card.md", text.encode())
