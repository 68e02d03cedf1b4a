"""The model card of image/match: what it learnt from, how well it does on real pictures, what it says of our own
generators, and sheets to look at."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image as Pillow
from PIL import ImageDraw

from engines.contract import Image
from engines.files import assets, atomic
from engines.metrics import likeness
from engines.nn import match as net
from engines.nn import stored
from engines.training import data, match_data, recolour, sheets, sprite_judge
from engines.training.fit import Log, Report
from engines.training.match_data import ASKED, Emoji, Pairs
from engines.training.sprite_pool import Pool as Sprites
from engines.training.vocabulary import COLOURS, concepts

# Our generators whose held-out sheets are judged, with the gap between the sheet's pictures.
OWN = {"sticker": 0, "sprite": 4, "shape": 0}
SOURCES = {
    "noto": "Noto emoji, names never shown (an artist it learnt from)",
    "twemoji": "Twemoji, names never shown (an artist it learnt from)",
    "fluent, held-out names": "Fluent emoji, names never shown, an artist it never saw",
    "fluent, known names": "Fluent emoji, names it knows from others, an artist it never saw",
    "sprites": "Dungeon Crawl sprites repainted, names never shown",
    "shapes": "shapes of the split 'held', kinds known, colours never shown on them",
    "textures": "textures of our own, kinds known, colours never shown on them",
}
# What is on the shipped sheet, each found among the emoji by its label.
ON_SHEET = "red apple/automobile/cat face/sunflower/rocket/guitar/hamburger/balloon/house/fish/key/umbrella/crown/"
ON_SHEET += "evergreen tree/bicycle/snowman"
SOUGHT = (
    "a red apple",
    "a cat",
    "something to eat",
    "a blue car",
    "a yellow flower",
    "music",
    "a winter day",
    "a tree",
)

TEXT = """# image/match

How well words fit a picture, which words fit it best, and where in the picture they are found: an image-text net.

- **Trained by** the Darkroom developers, from scratch, with `darkroom train image/match`; the recipe is
  `engines/training/match.py`. **Licence of the weights**: MIT.
- **Network**: two heads, {parameters:.1f} M numbers with the vocabulary of {words} words and {others} pictures to
  compare with, in half precision. The eye's takes EfficientNet-lite0 features and 125 coarse tones, the ear's the mean
  token of all-MiniLM-L6-v2 (both Apache-2.0, from packages, not trained here); both end in {deep} numbers. Symmetric
  InfoNCE with a learnt temperature (Radford et al., 2021); captions that are also true of a picture are no negatives.
- **Data**: {train} pictures with {pairs} captions in all:
  {counts}.
  Emoji, sprites and shapes lie small or large somewhere on plain, coloured or textured grounds. Noto (npm
  `@iconify-json/noto` 1.2.9, Apache-2.0) and Twemoji (npm `@iconify-json/twemoji` 1.2.5, CC-BY 4.0, Twitter and other
  contributors; changed in colour, size and ground), names and keywords of `emojibase-data` 17.0.0 (MIT), tiles of
  Dungeon Crawl Stone Soup (CC0 and public domain), shapes and textures of our own. 12 % of the emoji names, the sprite
  names of image/sprite's test part, the pairs of colour and kind that mesh/shape keeps from its generator, and 24 % of
  those of textures were held out.
- **Whom it may judge**: no picture here was in the training part of image/sticker (Fluent emoji) or mesh/shape (their
  split 'train'). Of Crawl it saw only the repainted drawings and dressed characters of the judge's part of
  image/sprite, which that generator never sees; image/pixel, image/mend and image/tile learnt from the same
  drawings in their own colours, and image/tile from the same texture procedures with other seeds: of these it is no
  independent judge.
- **Training**: {steps} steps of {batch}, {minutes:.0f} minutes on {device}; held-out loss {first:.2f} at first,
  {last:.2f} at the end (names never shown; it levels out early, while the figures below go on rising); temperature
  {temperature:.3f}. The form of the heads was chosen among eleven short trainings by the first table below, so that its
  figures are a little flattered.

![Contrastive loss](loss.png)

## How well it does on real pictures

Recomputed by `darkroom train image/match --minutes 0 --resume`. Own caption among {asked} held-out ones of that source
(chance: 1 % and 5 %); score: 2.5 max(cos, 0) (Hessel et al., 2021); percentile: of other real pictures that fit the
caption less.

| {asked} pictures of | first | among five | score | percentile |
| --- | --- | --- | --- | --- |
{real}

Where: four held-out emoji in the quarters of a picture, asked for one by one; the map is highest in the right quarter
{where:.0%} of {whereof} times (chance: 25 %).

![Held-out pictures and the three words it gives each](words.png)

![Where the words are found on the shipped sheet: {sought}](where.png)

## What it says of our own generators

Their shipped pictures of 100 held-out captions each (`held-out.png`, `prompts.json` beside their weights), and real
pictures of the same captions: Fluent emoji repainted, held-out sprites, shapes of the split 'held'.

| own caption among 100 | drawn: first | among five | percentile | real: first | among five | percentile |
| --- | --- | --- | --- | --- | --- | --- |
{own}

## What it cannot do

{weak}
"""
WEAK = """It knows drawings: emoji, sprites, toys and patterns. Photographs were not shown to its heads. It reads what
is there and its colour; numbers, relations and negation were not taught. English only. A word for something it has not
met leans on what MiniLM finds like it. The map's grid looks a little beyond each window, so that small things glow
wider than they are."""


@dataclass(frozen=True)
class Material:
    """What the figures are computed from."""

    pairs: Pairs
    folders: dict[str, Path]
    sprites: Sprites


def write(out: Path, model: net.Model, material: Material, report: Report) -> None:
    """card.md and its sheets in `out`, beside weights and log; also the sheet that the engine looks at."""
    real = on_real(model, material.pairs)
    report("on real pictures", **{name: found["top 5"] for name, found in real.items()})
    emoji = Emoji(material.folders)
    small_pictures(emoji, out / net.SHEET.rsplit("/", 1)[-1])
    where = found_where(model, material.pairs)
    own = of_own(model, material, emoji)
    report("of our own generators", **{name: found[0]["top 5"] for name, found in own.items()})
    named_sheet(model, material.pairs, out / "words.png")
    heat_sheet(model, out)
    rows = Log(out / "log.jsonl", lambda *said, **facts: None).rows("match")
    sheets.loss_curve(rows, out / "loss.png", "contrastive loss")
    facts = _facts(out, model, material.pairs, rows)
    facts |= {"real": _real_rows(real), "own": _own_rows(own), "where": where[0], "whereof": where[1]}
    atomic.write(out / "card.md", TEXT.format(**facts).encode())
    atomic.write(out / "figures.json", json.dumps({"real": real, "own": own, "where": where}, indent=1).encode())


# ---------------------------------------------------------------- figures


def on_real(model: net.Model, pairs: Pairs) -> dict[str, dict[str, float]]:
    """Retrieval among the held-out captions of each source, by the features that were kept."""
    found = {}
    for source in SOURCES:
        rows = pairs.rows(source)[:ASKED]
        with torch.no_grad():
            shows = model.heads.look(torch.from_numpy(pairs.seen[rows].astype(np.float32)).to(model.device))
        said = model.said([pairs.words[i][0] for i in rows.tolist()])
        found[source] = likeness.figures(shows, said, model.heads.others) | {"count": float(len(rows))}
    return found


def found_where(model: net.Model, pairs: Pairs, sheets_of_four: int = 20) -> tuple[float, int]:
    """How often the map of a caption is highest in the quarter its picture lies in, and of how many."""
    rows, shown = pairs.rows("noto"), _shown(pairs)
    right = 0
    for k in range(sheets_of_four):
        four = np.random.default_rng(41 + k).permutation(rows)[:4].tolist()
        square = _quarters([shown[i] for i in four])
        arrows = {n: model.arrows(square, n) for n in net.sizes_of(4, 0.3)}
        for quarter, words in enumerate(model.said([pairs.words[i][0] for i in four])):
            y, x = np.unravel_index(model.heat(words, arrows).argmax(), (net.MAP, net.MAP))
            right += int(quarter == 2 * (y >= net.MAP // 2) + (x >= net.MAP // 2))
    return right / (4 * sheets_of_four), 4 * sheets_of_four


def _quarters(four: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.concatenate(four[:2], 1), np.concatenate(four[2:], 1)], 0)


def of_own(model: net.Model, material: Material, emoji: Emoji) -> dict[str, list[dict[str, float]]]:
    """What our generators drew for held-out captions, and the real pictures of the same, judged."""
    found = {}
    for name, gap in OWN.items():
        prompts, drawn = shipped(name, gap)
        real = real_of(name, prompts, material, emoji)
        found[name] = [likeness.judged(some, prompts, model) for some in (drawn, real)]
    return found


def shipped(name: str, gap: int) -> tuple[list[str], list[np.ndarray]]:
    """The held-out prompts of a shipped generator and the pictures of its sheet, ten in a row."""
    folder = assets.path(f"weights/{name}/held-out.png").parent
    rows = json.loads((folder / "prompts.json").read_text("utf-8"))
    with Pillow.open(folder / "held-out.png") as opened:
        sheet = np.asarray(opened.convert("RGB"))
    side = (sheet.shape[1] + gap) // 10
    places = [((k // 10) * side, (k % 10) * side) for k in range(len(rows))]
    pictures = [sheet[y : y + side - gap, x : x + side - gap] for y, x in places]
    return [row["prompt"] if isinstance(row, dict) else row for row in rows], pictures


def real_of(name: str, prompts: list[str], material: Material, emoji: Emoji) -> list[np.ndarray]:
    """Real pictures of a generator's held-out captions."""
    if name == "sprite":
        numbers = {said: i for i, said, _ in sprite_judge.questions(material.sprites)}
        return [sprite_judge.over(material.sprites.pixels[numbers[said]], 2) for said in prompts]
    if name == "shape":
        shown = _shown(material.pairs)
        by_words = {material.pairs.words[i][0]: shown[i] for i in material.pairs.rows("shapes").tolist()}
        return [by_words[said] for said in prompts]
    return [_repainted(said, emoji) for said in prompts]


def _repainted(said: str, emoji: Emoji) -> np.ndarray:
    """The Fluent emoji that a prompt of image/sticker names ('a green bubble tea'), in its colour, over white."""
    colour, name = said.removeprefix("a ").removeprefix("an ").split(" ", 1)
    label = next(c.label for c in concepts() if c.name == name)
    found = emoji.pictures.read(label, "3d") or emoji.pictures.read(label, "flat")
    assert found is not None
    rgba = data.centred(recolour.recolour(data.fit(found), COLOURS[colour]), 128)
    return _over_white(rgba)


def _over_white(rgba: np.ndarray) -> np.ndarray:
    alpha = rgba[..., 3:] / 255.0
    return np.rint(rgba[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)


def _shown(pairs: Pairs) -> dict[int, np.ndarray]:
    """The held-out pictures by their number among all."""
    return dict(zip(np.flatnonzero(pairs.held).tolist(), pairs.shown, strict=True))


# ---------------------------------------------------------------- sheets


def small_pictures(emoji: Emoji, path: Path) -> None:
    """The sheet that ships: sixteen Noto emoji on plain grounds, four in a row."""
    rng = np.random.default_rng(51)
    by_label = {name.label: name for name in emoji.names}
    rows = []
    for label in ON_SHEET.split("/"):
        rgba = emoji.drawing(by_label[label], "noto")
        assert rgba is not None
        under = match_data.plain(rng.integers(215, 250) + rng.integers(-14, 6, 3))
        rows.append(match_data.laid(rgba, rng, under, least=0.7))
    sheets.pictures(rows, 4, path)


def named_sheet(model: net.Model, pairs: Pairs, path: Path, each: int = 4) -> None:
    """Held-out pictures of every source with the three words each is given."""
    shown, rows = _shown(pairs), []
    for source in SOURCES:
        for i in pairs.rows(source)[7 : 7 + 20 * each : 20].tolist():
            words = model.named(model.shows(shown[i][None])[0], 3)
            rows.append(_labelled(shown[i], [pairs.words[i][0], *[f"- {word}" for word in words]]))
    sheets.pictures(rows, 7, path, gap=4)


def _labelled(picture: np.ndarray, lines: list[str]) -> np.ndarray:
    """A picture with lines of text below."""
    board = Pillow.new("RGB", (150, picture.shape[0] + 15 * len(lines) + 4), "white")
    board.paste(Pillow.fromarray(picture), (0, 0))
    pen = ImageDraw.Draw(board)
    for k, line in enumerate(lines):
        pen.text((2, picture.shape[0] + 2 + 15 * k), line[:26], fill="black")
    return np.asarray(board)


def heat_sheet(model: net.Model, out: Path) -> None:
    """Where words are found on the shipped sheet."""
    with Pillow.open(out / net.SHEET.rsplit("/", 1)[-1]) as sheet:
        frame = net.Frame.of(Image(np.asarray(sheet.convert("RGB").resize((256, 256)))))
        large = net.Frame.of(Image(np.asarray(sheet.convert("RGB"))))
    arrows = {n: model.arrows(large.square, n) for n in net.sizes_of(5, 0.2)}
    heats = [model.heat(words, arrows) for words in model.said(list(SOUGHT))]
    sheets.pictures([net.painted(frame, heat, 0.6).pixels for heat in heats], 4, out / "where.png", gap=4)


# ---------------------------------------------------------------- words of the card


def _real_rows(real: dict[str, dict[str, float]]) -> str:
    lines = []
    for source, f in real.items():
        named = SOURCES[source] + ("" if f["count"] == ASKED else f" ({f['count']:.0f})")
        lines.append(
            f"| {named} | {f['top 1']:.0%} | **{f['top 5']:.0%}** | {f['score']:.2f} | {100 * f['percentile']:.0f} |"
        )
    return "\n".join(lines)


def _own_rows(own: dict[str, list[dict[str, float]]]) -> str:
    named = {"shape": "mesh/shape"}
    lines = []
    for name, both in own.items():
        cells = [f"{f['top 1']:.0%} | **{f['top 5']:.0%}** | {100 * f['percentile']:.0f}" for f in both]
        lines.append(f"| {named.get(name, f'image/{name}')} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _facts(out: Path, model: net.Model, pairs: Pairs, rows: list[dict[str, Any]]) -> dict[str, Any]:
    mine = [i for i in range(len(pairs.words)) if not pairs.held[i]]
    counts = {source: len(pairs.rows(source, held=False)) for source in dict.fromkeys(pairs.sources)}
    return {
        "parameters": stored.parameters(out / "heads.safetensors") / 1e6,
        "words": len(model.heads.words),
        "others": len(model.heads.others),
        "deep": net.DEEP,
        "train": len(mine),
        "pairs": sum(len(pairs.words[i]) for i in mine),
        "counts": ", ".join(f"{count} {source}" for source, count in counts.items() if count),
        "steps": rows[-1]["step"],
        "batch": rows[-1]["samples"] // max(1, rows[-1]["step"]),
        "minutes": rows[-1]["seconds"] / 60,
        "device": f"one thread of a busy CPU ({platform.machine()})",
        "first": rows[0]["held-out"],
        "last": rows[-1]["held-out"],
        "temperature": float(1 / model.heads.scale()),
        "asked": ASKED,
        "sought": ", ".join(SOUGHT),
        "weak": WEAK,
    }
