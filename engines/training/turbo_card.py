"""The model card of image/sticker-turbo: how it was distilled, how well it does in few steps, and sheets to look at."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from engines.files import atomic
from engines.training import sheets
from engines.training.card import SHOWN

Drawer = Callable[[int, str, int], np.ndarray]  # (steps, prompt, seed) -> uint8 (128, 128, 3)

TEXT = """# image/sticker-turbo

Text to 128x128 stickers with alpha in one to eight network calls: a consistency model distilled from image/sticker.

- **Trained by** the Darkroom developers with `darkroom train image/sticker-turbo`; the recipe is
  `engines/training/sticker_turbo.py`. **Licence of the weights**: MIT.
- **Network**: the transformer of image/sticker, {parameters:.1f} M parameters, begun from its weights, read as a
  consistency function f(x, t) = x - t v(x, t) (half precision). Autoencoder and words (all-MiniLM-L6-v2, Apache-2.0)
  are image/sticker's own and are not shipped twice.
- **Data**: none but captions of the sticker's vocabulary. For each the teacher's ODE with classifier-free guidance
  {guidance:g} was solved once by 8 steps of DPM-Solver++ 2M ({paths} paths, from noise of their own), and the student
  learnt to jump from the points of a path to its end (pseudo-Huber distance, moving average). What the teacher has
  learnt from: `assets/weights/sticker/card.md`; pairs held out there were held out here.
- **Training**: {steps} steps, {samples} samples, {minutes:.0f} minutes on {device}, after the
  teacher's paths were solved. Loss on 32 paths it has not seen: {first:.4f} after the first {seconds:.0f} seconds,
  {last:.4f} at the end.

![Loss of the distillation](loss.png)

## How well it does

The judge is that of image/sticker (its accuracy on real pictures is in that card): 100 prompts "a <colour> <thing>" of
pairs never shown in training, seeds 0 to 99. Sticker calls its network twice a step, here with its default options but
for the steps. "Before" are the same jumps by the weights the student began with, so the gain by training is the
difference to it.

| | network calls | object right | colour right | **both right** | caption found first | Frechet distance |
| --- | --- | --- | --- | --- | --- | --- |
{rows}

(Frechet distance of EfficientNet features to real pictures; not comparable with Inception FID.)

![By 1, 2, 4 and 8 steps, and the teacher by 24, one prompt a row](steps.png)

![The 100 pictures in {default} steps, in the order of prompts.json](held-out.png)

![Some prompts in {default} steps](contact.png)

Recompute: `darkroom train image/sticker-turbo` ends with these figures; for weights that are there call
`engines.training.sticker_turbo.evaluate("cpu", data_dir, folder_of_the_weights, print)`.

## What it cannot do

It knows what image/sticker knows and nothing more. The guidance scale is baked in and there is no negative prompt. In
one step, scenes of several things and fine details come out blurred or melted; more steps mend most of it. Several
steps add fresh noise between them, so the picture may change its details from one number of steps to another.
"""

ROW = "| {who}, {steps} steps | {calls} | {object} | {colour} | **{both}** | {retrieved} | {fid:.1f} |"
DEFAULT = 4
SIDE_BY_SIDE = ("a red apple", "a fox wearing a crown", "two blue cars", "a black cat left of a red heart")


def write(
    out: Path,
    scores: Mapping[str, Any],
    drawers: Mapping[str, Drawer],
    *,
    parameters: int,
    guidance: float,
    paths: int,
) -> None:
    """card.md, its sheets and prompts.json in `out`, beside the weights and log.jsonl.

    `paths` is how many the teacher solved.
    """
    log = [json.loads(line) for line in (out / "log.jsonl").read_text("utf-8").splitlines()]
    learnt = [row for row in log if row.get("stage") == "consistency"]
    student, teacher = drawers["student"], drawers["teacher"]
    sheets.loss_curve(learnt, out / "loss.png", "consistency loss")
    sheets.pictures([student(DEFAULT, prompt, seed) for seed, prompt in enumerate(SHOWN)], 8, out / "contact.png")
    sheets.pictures(list(scores["student"][DEFAULT]["pictures"]), 10, out / "held-out.png")
    beside = [
        picture
        for seed, prompt in enumerate(SIDE_BY_SIDE)
        for picture in (*(student(steps, prompt, seed) for steps in (1, 2, 4, 8)), teacher(24, prompt, seed))
    ]
    sheets.pictures(beside, 5, out / "steps.png", gap=4)
    atomic.write(out / "prompts.json", json.dumps(scores["student"][DEFAULT]["rows"], indent=1).encode())
    text = TEXT.format(
        parameters=parameters / 1e6,
        guidance=guidance,
        paths=paths,
        steps=learnt[-1]["step"],
        samples=learnt[-1]["samples"],
        minutes=learnt[-1]["seconds"] / 60,
        seconds=learnt[0]["seconds"],
        device=f"one core of a CPU ({platform.machine()})",
        first=learnt[0]["held-out"],
        last=learnt[-1]["held-out"],
        rows="\n".join(_rows(scores)),
        default=DEFAULT,
    )
    atomic.write(out / "card.md", text.encode())


def _rows(scores: Mapping[str, Any]) -> list[str]:
    """A line of the table for each number of steps."""
    found = []
    for who, title, calls in (("student", "turbo", 1), ("begun", "before", 1), ("teacher", "sticker", 2)):
        for steps, score in scores[who].items():
            facts = {name: score[name] for name in ("object", "colour", "both", "retrieved")}
            found.append(ROW.format(who=title, steps=steps, calls=calls * steps, fid=score["fid"]["drawn"], **facts))
    return found
