"""The model card of image/tile: what it learnt from, how long, how well it does, and sheets to look at."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from engines.files import atomic
from engines.nn import stored
from engines.training import copies, sheets
from engines.training.fit import machine
from engines.training.tile_data import Tiles

NEAR = 0.05  # root mean square distance; what lies within it is told beside the line that real tiles draw
SHOWN: tuple[str, ...] = (
    "red brick wall",
    "stone blocks",
    "cobblestones",
    "mossy stone wall",
    "marble",
    "sand",
    "grass",
    "water",
)
SHOWN += ("lava", "ice", "wooden planks", "metal plates", "rust", "mosaic tiles", "honeycomb", "dragon scales")
SHOWN += (
    "wicker",
    "tartan",
    "polka dots",
    "purple crystal",
    "cloudy sky",
    "starry sky",
    "blue cobblestones",
    "gold metal",
)
WIDE = ("cobblestones", "blue brick wall", "dragon scales", "lava", "wooden planks", "purple crystal")

TEXT = """# image/tile

Words to seamless 32x32 tiles (64 and 128 by the same network), by a score-based model with VE and VP SDEs.

- **Trained by** the Darkroom developers, from scratch, with `darkroom train image/tile`; the recipe is
  `engines/training/tile.py`. **Licence of the weights**: MIT.
- **Network**: U-Net of {parameters:.1f} M parameters on patches of 2x2 pixels whose convolutions go round the borders,
  attention at the lowest level; denoising score matching on VP (Song et al., 2021); one network serves both SDEs. Words
  by the packaged all-MiniLM-L6-v2 (Apache-2.0).
- **Data**: {drawn} pictures made of the floors, walls and waters of Dungeon Crawl Stone Soup (Debian source package
  `crawl` 0.28.0; tiles CC0, older RLTiles public domain) that tile, as drawn (dark ones lightened) and in 13 named
  colours; {made} procedural textures of 36 kinds of our own. Every tenth name and every tenth (kind, colour) pair was
  held out.
- **Training**: {steps} steps, {samples} samples, {minutes:.0f} minutes on {device}.

![Loss of the score network](loss.png)

## How well it does

Recomputed by `darkroom train image/tile --minutes 0 --resume`. Held-out tiles, guidance 2, 30 levels, no corrector.

| {count} tiles, EfficientNet-lite0 features (not comparable with Inception) | FID | KID x 1000 | seam |
| --- | --- | --- | --- |
| **drawn from the held-out tiles' captions** | **{fid:.0f}** | **{kid:.1f}** | {seam:.2f} |
| drawn without words | {fid_none:.0f} | {kid_none:.1f} | {seam_none:.2f} |
| noise in the tiles' own colours | {fid_noise:.0f} | {kid_noise:.1f} | {seam_noise:.2f} |
| other held-out tiles | {fid_real:.0f} | {kid_real:.1f} | {seam_real:.2f} |

*Seam* is the mean step across the borders over the mean step inside: 1 is seamless. FID is biased upwards by so few
pictures (see the last line); KID is not.

| {pairs} pairs of kind and colour never shown, as "blue marble" | drawn | real |
| --- | --- | --- |
| kind right (of 36) | {kind:.0%} | {kind_real:.0%} |
| kind among the first five | {five:.0%} | {five_real:.0%} |
| colour right (of 13) | {colour:.0%} | {colour_real:.0%} |

*Real* is the judge on real textures of the same pairs: as far as it can see.

Likelihood by the probability-flow ODE (VP, one probe of signs, 96 calls) on {bits_of} held-out tiles: **{bits:.2f}
bits per dimension**; the same tiles as PNG files: {png:.2f}.

**Copies**: {copied:.0%} of {copies_of} drawn tiles are near-duplicates: nearer to a training tile, pushed round as it
fits best, than 95 of 100 held-out real tiles are ({line:.3f}, root mean square, of 1). The median distances are
{gap:.3f} and, of the real ones, {gap_real:.3f}; within {near} lie {within:.0%} and {within_real:.0%} (plain ones, such
as snow).

![Drawn, and below each its nearest training tile](nearest.png)

![Some prompts, each tile 2x2](contact.png)

![The same network at 64 pixels, each tile 2x2](wide.png)

## What it cannot do

It knows the 36 kinds, the looks of Dungeon Crawl's floors and walls, and 13 colours; other words give something near.
At 64 and 128 pixels, which it never saw in training, rows of bricks and planks wander a little.
Small, low and English: no photographs, no normal maps.
"""


def write(out: Path, tiles: Tiles, scores: dict[str, Any], draw: Callable[..., np.ndarray]) -> None:
    """card.md and its sheets in `out`, beside the weights and log.jsonl."""
    rows = [json.loads(line) for line in (out / "log.jsonl").read_text("utf-8").splitlines()]
    rows = [row for row in rows if row["stage"] == "tile"]
    sheets.loss_curve(rows, out / "loss.png", "score matching loss")
    _sheets(out, tiles, scores, draw)
    sets = {"": "drawn", "_none": "no words", "_noise": "noise", "_real": "real"}
    numbers = {f"fid{end}": scores[name][0] for end, name in sets.items()}
    numbers |= {f"kid{end}": 1000 * scores[name][1] for end, name in sets.items()}
    numbers |= {f"seam{end}": scores[f"{name} seam"] for end, name in sets.items()}
    words = {"kind": "kind", "colour": "colour", "five": "kind in five"}
    numbers |= {short: scores[f"drawn {word}"] for short, word in words.items()}
    numbers |= {f"{short}_real": scores[f"real {word}"] for short, word in words.items()}
    gaps = scores["gaps"]
    near = copies.found(gaps, scores["gaps of real"])
    text = TEXT.format(
        parameters=stored.parameters(out / "score.safetensors") / 1e6,
        drawn=int(tiles.drawn.sum()),
        made=int((~tiles.drawn).sum()),
        steps=rows[-1]["step"],
        samples=rows[-1]["samples"],
        minutes=rows[-1]["seconds"] / 60,
        device=machine(rows[-1]),
        count=len(scores["pictures"]),
        pairs=int(scores["pairs"]),
        bits=scores["bits"],
        bits_of=int(scores["bits of tiles"]),
        png=scores["png"],
        copied=near.share,
        copies_of=len(gaps),
        line=near.line,
        within=float((gaps < NEAR).mean()),
        within_real=float((scores["gaps of real"] < NEAR).mean()),
        near=NEAR,
        gap=near.median,
        gap_real=near.median_of_real,
        **numbers,
    )
    atomic.write(out / "card.md", text.encode())


def _sheets(out: Path, tiles: Tiles, scores: dict[str, Any], draw: Callable[..., np.ndarray]) -> None:
    """contact.png, wide.png and nearest.png."""
    shown = draw(list(SHOWN), list(range(len(SHOWN))))
    sheets.pictures([large(tile, 2, 2) for tile in shown], 8, out / "contact.png", gap=4)
    wide = draw(list(WIDE), list(range(len(WIDE))), side=64)
    sheets.pictures([large(tile, 1, 2) for tile in wide], 6, out / "wide.png", gap=4)
    near = [tiles.pictures[k] for k in scores["nearest"][:16]]
    pair = [np.concatenate([a, b]) for a, b in zip(scores["pictures"][:16], near, strict=True)]
    sheets.pictures([large(tile, 2, 1) for tile in pair], 16, out / "nearest.png", gap=2)


def large(tile: np.ndarray, times: int, repeats: int) -> np.ndarray:
    """A tile enlarged by whole pixels and laid so often in both directions, uint8."""
    return np.tile(tile.repeat(times, 0).repeat(times, 1), (repeats, repeats, 1))
