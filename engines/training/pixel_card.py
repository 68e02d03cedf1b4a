"""The model card of image/pixel: what it learnt from, how long, how well it does, and sheets to look at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engines.files import atomic
from engines.nn import stored
from engines.nn.palette import SIDE
from engines.nn.pixel import network
from engines.nn.pixel_model import Model
from engines.nn.text import TextEncoder
from engines.training import sheets
from engines.training.fit import Log, machine
from engines.training.pixel_data import Sprites
from engines.training.pixel_judge import HALF, Findings, draw
from engines.training.sprite_card import SHOWN
from engines.training.sprite_judge import DUPLICATE, over

TEXT = """# image/pixel

Completes a half-drawn sprite of 32x32 pixels row by row, or draws one from words, by a Gated PixelCNN over a fixed
palette of {colours} colours and nothing; tells the exact probability of any sprite in that palette.

- **Trained by** the Darkroom developers, from scratch, with `darkroom train image/pixel`; the recipe is in
  `engines/training/pixel.py`. **Licence of the weights**: MIT.
- **Network**: {parameters:.2f} M parameters (half precision in the file). Vertical and horizontal stacks of gated units
  over 16x16 blocks of 2x2 pixels, the pixels of a block one after another; what is kept is seen whole by a small U-Net
  beside them, so that a mask of any shape can be filled in. Words by the packaged all-MiniLM-L6-v2 (Apache-2.0), the
  mean of their token states.
- **Data**: the pool of image/sprite: {drawings} tiles of Dungeon Crawl Stone Soup (Debian source package `crawl`
  0.28.0; tiles CC0, those of the older RLTiles public domain), each also painted in 12 named colours, and {characters}
  characters dressed from the player's layers; all in the palette, which k-means found in the training part. Mirrored in
  30 % of the samples, without words in 25 % (half of these with all hues turned); nothing is kept in 30 %, the upper
  rows in 30 %, other parts in the rest.
- **Held out**, by hashing: 8 % of the names with all their drawings, 15 % of the pairs (colour, name), 8 % of the
  characters; what the judge was trained on was not shown to the network either.
- **Training**: {steps} steps, {samples} samples, {minutes:.0f} minutes on {device}, Muon and
  Adam; held-out loss {first:.3f} at first, {last:.3f} at the end, in nats per pixel.

![Loss of the network, nats per free pixel; held-out: whole sprites given their captions](loss.png)

## How well it does

All of it is computed again, with the sheets, by `darkroom train image/pixel --minutes 0 --resume` on the same data
folder.

| bits per pixel of held-out sprites | all | names never shown | new colours | new characters |
| --- | --- | --- | --- | --- |
{bits}

PNG is Pillow's with `optimize`, each sprite alone in the palette's colours; its pixels are the IDAT chunk, the file has
header and palette too. Counting is p(x | left, above) from the training pictures. Deflate sees all sprites of a column
at once.

The lower halves of 100 held-out sprites, from the upper ones (seeds 0 to 99, default options but a single try):

| | Frechet distance to 300 others | root mean square error |
| --- | --- | --- |
| **completed, given the caption** | {dc:.0f} | {ec:.3f} |
| completed without words | {ds:.0f} | {es:.3f} |
| the upper half mirrored | {dm:.0f} | {em:.3f} |
| from the training sprite whose upper half is nearest | {dn:.0f} | {en:.3f} |
| the real ones | {dr:.0f} | 0 |

The distance is that of EfficientNet features (not Inception FID) to other held-out sprites. Search does well because
most of these sprites are there in other colours.

| 100 held-out captions | from words alone, best of four (default) | a single try | upper half given | real |
| --- | --- | --- | --- | --- |
| own caption found first among the 100 by the judge | {t1d:.0%} | {t1o:.0%} | {t1c:.0%} | {t1r:.0%} |
| among the first five | {t5d:.0%} | {t5o:.0%} | {t5c:.0%} | {t5r:.0%} |

The best of four is the one that image/match finds nearest to the words. The judge is another net, trained on other
pictures, which looks with the same EfficientNet. Choosing by this network's own log p(sprite | words) - log p(sprite)
found no more than a single try. Drawn from words the Frechet distance is {dd:.0f}, drawn without any {db:.0f}.
**Copies**: {fresh:.0%} of the 100 drawn are farther than {duplicate} (root mean square over premultiplied RGBA in
[0, 1]) from every training picture in the palette, either way round; the median distance is {gap:.3f}, that of real
held-out ones {realgap:.3f}.

![Held-out sprites: what was given, three completions with the caption, the real sprite](completed.png)

![Drawn from words alone](contact.png)

![Drawn from held-out captions (upper) and the nearest training picture (lower)](nearest.png)

## What it cannot do

{weak}
It knows the things of one game of dungeons. The likelihood is that of the sprite in the palette's colours, not of the
colours it had before. English only.
"""
WEAK = """It was trained for a few minutes: of what it draws from words alone only characters and bottles can be named,
the rest are blobs in more or less the right colour that begin at the top without a plan. Completions are better the
more is given; legs, tails and hilts that it has to make up come out vague, and its shadows are too many."""
ROWS: tuple[tuple[str, str], ...] = (
    ("**this network, given the caption**", "bits"),
    ("this network without words", "bits without words"),
    ("lower halves given the upper ones and the caption", "bits of lower halves"),
    ("PNG, pixels alone", "PNG"),
    ("PNG, whole file", "PNG file"),
    ("deflate", "deflate"),
    ("counting", "counts"),
)


def write(out: Path, found: Findings, sprites: Sprites) -> None:
    """card.md, loss.png, contact.png, completed.png, nearest.png and prompts.json in `out`, beside weights and log."""
    model = Model(stored.read(network, out / "pixel.safetensors"), TextEncoder("cpu"))
    shown = [draw(model, prompt, seed) for seed, prompt in enumerate(SHOWN)]
    sheets.pictures([over(sprite, 3) for sprite in shown], 8, out / "contact.png", gap=4)
    sheets.pictures(list(_completions(model, found)), 3, out / "completed.png", gap=8)
    pairs = [over(np.concatenate([a, b]), 2) for a, b in zip(found.drawn[:48], found.nearest[:48], strict=True)]
    sheets.pictures(pairs, 16, out / "nearest.png", gap=4)
    atomic.write(out / "prompts.json", json.dumps(found.captions, indent=1).encode())
    rows = Log(out / "log.jsonl", lambda *said, **facts: None).rows("pixel")
    sheets.loss_curve(rows, out / "loss.png", "nats per pixel")
    atomic.write(out / "card.md", TEXT.format(**_facts(out, found, sprites, rows)).encode())


def _completions(model: Model, found: Findings, count: int = 24) -> Iterator[np.ndarray]:
    """Strips of five sprites: given, three completions, real."""
    for k in range(count):
        given = found.real[k].copy()
        given[HALF:] = 0
        more = [draw(model, found.captions[k], seed, found.real[k]) for seed in (1000 + k, 2000 + k)]
        strip = [given, found.completed[k], *more, found.real[k]]
        yield over(np.concatenate([np.pad(each, ((0, 0), (0, 1), (0, 0))) for each in strip], 1)[:, : 5 * SIDE + 4], 2)


def _facts(out: Path, found: Findings, sprites: Sprites, rows: list[dict[str, float]]) -> dict[str, object]:
    figures, pool = found.figures, sprites.pool
    own = [row for row in pool.rows if row.colour is None and row.kind != "character"]
    said: dict[str, object] = {"parameters": stored.parameters(out / "pixel.safetensors") / 1e6, "drawings": len(own)}
    said |= {"characters": sum(row.kind == "character" for row in pool.rows), "colours": len(sprites.colours)}
    said |= {"steps": rows[-1]["step"], "samples": rows[-1]["samples"], "minutes": rows[-1]["seconds"] / 60}
    said |= {"first": rows[0]["held-out"], "last": rows[-1]["held-out"], "device": machine(rows[-1])}
    table = []
    for title, key in ROWS:
        each = [figures[key], *(figures[f"{key}, {group}"] for group in ("name", "pair", "character"))]
        table.append(f"| {title} | " + " | ".join(f"{value:.3f}" for value in each) + " |")
    said |= {"bits": "\n".join(table), "weak": WEAK, "duplicate": DUPLICATE}
    names = {"c": "completed", "s": "completed without words", "m": "mirrored", "n": "nearest"}
    said |= {f"d{short}": figures[f"distance {name}"] for short, name in (names | {"r": "real"}).items()}
    said |= {f"e{short}": figures[f"error {name}"] for short, name in names.items()}
    said |= {"dd": figures["distance drawn"], "db": figures["distance drawn without words"]}
    for best in (1, 5):
        said |= {f"t{best}{short}": figures[f"top {best} {name}"] for short, name in _JUDGED.items()}
    return said | {"fresh": figures["not copies"], "gap": figures["gap"], "realgap": figures["gap of real"]}


_JUDGED = {"d": "drawn", "o": "drawn once", "c": "completed", "r": "real"}
