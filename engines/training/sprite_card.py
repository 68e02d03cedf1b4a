"""The model card of image/sprite: what it learnt from, how long, how well it does, and sheets to look at."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from engines.files import atomic
from engines.nn import stored
from engines.nn.sprite import Model, network
from engines.nn.text import TextEncoder
from engines.training import sheets
from engines.training.fit import Log, machine
from engines.training.sprite_judge import DUPLICATE, Findings, draw, over
from engines.training.sprite_pool import Pool

SHOWN = (
    "a red dragon",
    "a blue potion",
    "an elf in a green robe with a bow, brown boots",
    "a golden long sword",
    "a purple mushroom",
    "a tree",
    "an orc with an axe, red cloak",
    "a dwarf in plate armour with a mace and a shield",
    "a yellow wolf",
    "a green hydra",
    "a wizard hat",
    "a blue book",
    "a pile of gold coins",
    "a white bear",
    "a human in a purple robe with a staff, blue hat",
    "a red shield",
    "a pink butterfly",
    "a black scorpion",
    "a skeleton",
    "a green snake",
    "an apple",
    "a blue fountain",
    "a statue of a dragon",
    "a teal jelly",
)

TEXT = """# image/sprite

Text to pixel-art sprites of exactly 32x32 pixels, alpha 0 or 255, in 4 to 32 colours, by diffusion in pixel space.

- **Trained by** the Darkroom developers, from scratch, with `darkroom train image/sprite`; the recipe is in
  `engines/training/sprite.py`. **Licence of the weights**: MIT.
- **Network**: U-Net of {parameters:.1f} M parameters on 16x16 patches of 2x2 pixels (v-prediction on the variance-
  preserving path, even in the angle; half precision). Words by the packaged all-MiniLM-L6-v2 (Apache-2.0), read at
  4x4. Colours are limited afterwards by k-means in OKLab.
- **Data**: {drawings} tiles of Dungeon Crawl Stone Soup (Debian source package `crawl` 0.28.0; tiles CC0, those of the
  older RLTiles public domain) with {names} names, each also painted in 12 named colours with its outline kept, and
  {characters} characters dressed from the player's layers. Captions come from the file names. Tiles kept apart as
  unused by their authors, interface signs and pieces of walls are left out.
- **Who sees what**, by hashing: 8 % of the names with all their drawings are for the test; of the pairs (colour, name)
  of the others 15 % are for the test and 25 % for the judge alone; of the characters 8 % and 22 %. The rest trains the
  network.
- **Training**: {steps} steps, {samples} samples, {minutes:.0f} minutes on {device}, Muon and
  Adam; held-out loss {first:.3f} at first, {last:.3f} at the end.

![Loss of the network](loss.png)

## How well it does

All of it is computed again, with the sheets, by `darkroom train image/sprite --minutes 0 --resume` on the same data
folder. The judge (EfficientNet-lite0 and a colour histogram against the text encoder, by contrast) was trained on
pictures the network never saw, and first checked on the real pictures of the same 100 captions, which neither saw.

| own caption found among 100 held-out captions | drawn (seeds 0 to 99) | real pictures |
| --- | --- | --- |
| first | {top1:.0%} | {real1:.0%} |
| **among the first five** | **{top5:.0%}** | {real5:.0%} |
| of 60 known things in a colour never shown, first five | {pair:.0%} | {realpair:.0%} |
| of 20 characters in a dress never shown, first five | {character:.0%} | {realcharacter:.0%} |
| of 20 things of which no drawing was ever shown, first five | {name:.0%} | {realname:.0%} |

| Frechet distance of EfficientNet features to other held-out pictures, 100 pictures each (not Inception FID) | |
| --- | --- |
| drawn from the captions | {fid:.0f} |
| drawn without words by the same network | {blind:.0f} |
| the real pictures of the captions | {realfid:.0f} |

- **Copies**: {copied:.0%} of the 100 are near-duplicates: nearer to a training picture, either way round, than 95 of
  100 real held-out pictures are ({line:.3f}, root mean square over premultiplied RGBA in [0, 1]). The median distances
  are {nearest:.3f} and, of the real ones, {realnearest:.3f}; within {duplicate} lie {within:.0%} and {realwithin:.0%}
  (things drawn on few pixels, and known things in a new colour).
- **Form**: all 100 are 32x32 with alpha 0 or 255; the most colours any has is {colours:.0f} (16 asked for).

![The 100 held-out captions, in the order of prompts.json](held-out.png)

![Some prompts](contact.png)

![Drawn (upper) and the nearest training picture (lower)](nearest.png)

## What it cannot do

{weak}
It knows the things of one game of dungeons; other words give something of the right colour and kind at best.
Relations, numbers and poses were not taught. English only.
"""
WEAK = "Inner detail is soft beside the real tiles: eyes, patterns and the edges of small parts come out smeared."


def write(out: Path, found: Findings, pool: Pool) -> None:
    """card.md, loss.png, contact.png, held-out.png, nearest.png and prompts.json in `out`, beside weights and log."""
    model = Model(stored.read(network, out / "sprite.safetensors"), TextEncoder("cpu"))
    shown = [draw(model, prompt, seed) for seed, prompt in enumerate(SHOWN)]
    sheets.pictures([over(sprite, 3) for sprite in shown], 8, out / "contact.png", gap=4)
    sheets.pictures([over(sprite, 2) for sprite in found.drawn], 10, out / "held-out.png", gap=4)
    pairs = [over(np.concatenate([a, b]), 2) for a, b in zip(found.drawn[:48], found.nearest[:48], strict=True)]
    sheets.pictures(pairs, 16, out / "nearest.png", gap=4)
    atomic.write(out / "prompts.json", json.dumps(found.captions, indent=1).encode())
    rows = Log(out / "log.jsonl", lambda *said, **facts: None).rows("sprite")
    sheets.loss_curve(rows, out / "loss.png", "v-prediction loss")
    atomic.write(out / "card.md", TEXT.format(**_facts(out, found, pool, rows)).encode())


def _facts(out: Path, found: Findings, pool: Pool, rows: list[dict[str, float]]) -> dict[str, object]:
    figures = found.figures
    own = [row for row in pool.rows if row.colour is None and row.kind != "character"]
    said: dict[str, object] = {"parameters": stored.parameters(out / "sprite.safetensors") / 1e6, "drawings": len(own)}
    said |= {"names": len({row.name for row in own}), "weak": WEAK, "duplicate": DUPLICATE}
    said |= {"characters": sum(row.kind == "character" for row in pool.rows)}
    said |= {"steps": rows[-1]["step"], "samples": rows[-1]["samples"], "minutes": rows[-1]["seconds"] / 60}
    said |= {"first": rows[0]["held-out"], "last": rows[-1]["held-out"], "device": machine(rows[-1])}
    said |= {"top1": figures["top 1"], "top5": figures["top 5"], "real1": figures["real top 1"]}
    said |= {"real5": figures["real top 5"], "fid": figures["distance drawn"], "copied": figures["near-duplicates"]}
    said |= {"blind": figures["distance without words"], "realfid": figures["distance real"]}
    said |= {"nearest": figures["nearest"], "realnearest": figures["nearest of real"]}
    said |= {"line": figures["line"], "within": figures["within"], "realwithin": figures["real within"]}
    said |= {"colours": figures["most colours"]}
    for new in ("pair", "character", "name"):
        said |= {new: figures[f"top 5 of {new}"], f"real{new}": figures[f"real top 5 of {new}"]}
    return said
