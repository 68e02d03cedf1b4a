"""What image/match learns from: pictures with captions that our generators were not trained on, drawn and looked at.

Emoji of two artists (Noto, Apache-2.0; Twemoji, CC-BY 4.0), as drawn and in named colours; recoloured sprites of the
judge's part of image/sprite; procedural things of mesh/shape's 'judge' split; textures of our own. A picture is drawn,
looked at and thrown away: what is kept are its features and captions, and the held-out pictures for the sheets.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pillow

from engines.nn.match import SIDE, seen
from engines.training import data, packages, recolour, shape_data, shape_judge, shape_view, textures
from engines.training.crawl import article, share
from engines.training.fit import Report
from engines.training.ramps import COLOURS as TINTS
from engines.training.shape_words import KINDS
from engines.training.shape_words import captions as told_of
from engines.training.sprite_pool import Pool as Sprites
from engines.training.sprite_things import colour_of
from engines.training.sprite_things import part as part_of
from engines.training.vocabulary import BACKGROUNDS, COLOURS, concepts

TWEMOJI = "@iconify-json/twemoji@1.2.5"
ARTISTS = ("noto", "twemoji")
GROUPS = (0, 1, 3, 4, 5, 6, 7)  # of emojibase: no flags, no signs
HELD = 0.12  # of the names of emoji, and of the pairs of colour and texture (of these twice as many)
ASKED = 100  # held-out captions of each source
MOST = {"sprites": 3000, "textures": 1600, "shapes": 150}
FIXED = 10**7  # where the numbers of our textures begin: image/tile draws from others
Rng = np.random.Generator


@dataclass(frozen=True)
class Drawn:
    """A picture uint8 (SIDE, SIDE, 3), all that may be said of it (the first most plainly), where it is from and
    whether it is held out."""

    pixels: np.ndarray
    words: tuple[str, ...]
    source: str
    held: bool


@dataclass(frozen=True)
class Pairs:
    """What was seen (N, 1405) float16, the captions of each picture, its source and whether it is held out; the
    held-out pictures themselves (H, SIDE, SIDE, 3) in the same order."""

    seen: np.ndarray
    words: list[list[str]]
    sources: list[str]
    held: np.ndarray
    shown: np.ndarray

    def rows(self, source: str, held: bool = True) -> np.ndarray:
        """The numbers of a source's pictures."""
        return np.array([i for i, name in enumerate(self.sources) if name == source and self.held[i] == held], int)


def fetch(folder: Path) -> dict[str, Path]:
    """Bring every package into `folder`; the unpacked folders by name."""
    return data.fetch(folder) | {"twemoji": packages.npm(TWEMOJI, folder / "twemoji")}


def collect(folders: dict[str, Path], sprites: Sprites, eyes: Any, folder: Path, report: Report) -> Pairs:
    """Draw and look at everything; kept in `folder`, where what is there is taken."""
    target = folder / "pairs.npz"
    if not target.exists():
        found, rows, shown = [], list[dict[str, Any]](), []
        for some in _chunks(everything(folders, sprites), 64):
            found.append(seen(eyes, np.stack([one.pixels for one in some])).half().numpy())
            rows += [{"words": one.words, "source": one.source, "held": one.held} for one in some]
            shown += [one.pixels for one in some if one.held]
            if len(found) % 16 == 0:
                report("looked at pictures", pictures=len(rows))
        (folder / "pairs.json").write_text(json.dumps(rows), "utf-8")
        part = target.with_suffix(".part.npz")
        np.savez(part, seen=np.concatenate(found), shown=np.stack(shown))
        part.rename(target)
    rows = json.loads((folder / "pairs.json").read_text("utf-8"))
    with np.load(target) as kept:
        arrays = kept["seen"], kept["shown"]
    held = np.array([row["held"] for row in rows])
    return Pairs(arrays[0], [row["words"] for row in rows], [row["source"] for row in rows], held, arrays[1])


def _chunks(all_of_them: Iterator[Drawn], size: int) -> Iterator[list[Drawn]]:
    some: list[Drawn] = []
    for one in all_of_them:
        some.append(one)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some


def everything(folders: dict[str, Path], sprites: Sprites) -> Iterator[Drawn]:
    """Every picture with its captions, always the same."""
    yield from texture_pictures(np.random.default_rng(21))
    yield from sprite_pictures(sprites, np.random.default_rng(22))
    yield from emoji_pictures(Emoji(folders), np.random.default_rng(23))
    yield from shape_pictures(np.random.default_rng(24))


# ---------------------------------------------------------------- grounds


def ground(rng: Rng) -> tuple[np.ndarray, str | None]:
    """What a thing lies on, uint8 (SIDE, SIDE, 3), and its colour where it has one with a name."""
    chance = rng.random()
    if chance < 0.3:
        return plain((255, 255, 255) if chance < 0.18 else (208, 208, 208)), None
    if chance < 0.65:
        name = str(rng.choice(list(BACKGROUNDS)))
        return plain(np.clip(np.array(BACKGROUNDS[name]) + rng.normal(0, 8, 3), 0, 255)), name
    if chance < 0.82:
        return plain(rng.integers(20, 256, 3)), None
    return texture(str(rng.choice(list(textures.KINDS))), "", rng), None


def plain(colour: Any) -> np.ndarray:
    return np.broadcast_to(np.rint(np.asarray(colour)).astype(np.uint8), (SIDE, SIDE, 3)).copy()


def texture(kind: str, colour: str, rng: Rng) -> np.ndarray:
    """A texture that goes on over the whole square, uint8 (SIDE, SIDE, 3), a period of 32 to 96 pixels."""
    period = int(rng.integers(32, 97))
    one = Pillow.fromarray(textures.draw(kind, colour, rng)).resize((period, period), Pillow.Resampling.BICUBIC)
    often = -(-SIDE // period) + 1
    y, x = rng.integers(0, period, 2)
    return np.tile(np.asarray(one), (often, often, 1))[y : y + SIDE, x : x + SIDE]


def laid(rgba: np.ndarray, rng: Rng, under: np.ndarray, crisp: bool = False, least: float = 0.4) -> np.ndarray:
    """A thing (h, w, 4) somewhere on a ground, its longer side `least` to all of it; uint8 (SIDE, SIDE, 3)."""
    side = SIDE * rng.uniform(least, 0.98)
    scale = side / max(rgba.shape[:2])
    height, width = (max(1, round(length * scale)) for length in rgba.shape[:2])
    way = Pillow.Resampling.NEAREST if crisp else Pillow.Resampling.BILINEAR
    large = np.asarray(Pillow.fromarray(rgba, "RGBA").convert("RGBa").resize((width, height), way).convert("RGBA"))
    if rng.random() < 0.5:
        large = large[:, ::-1]
    y, x = int(rng.integers(0, SIDE - height + 1)), int(rng.integers(0, SIDE - width + 1))
    part = under[y : y + height, x : x + width]
    alpha = large[..., 3:] / 255.0
    under[y : y + height, x : x + width] = np.rint(large[..., :3] * alpha + part * (1 - alpha)).astype(np.uint8)
    return under


def placed(rgba: np.ndarray, said: list[str], rng: Rng, crisp: bool = False) -> tuple[np.ndarray, tuple[str, ...]]:
    """A thing on a ground, and what may be said of both."""
    under, named = ground(rng)
    extra = [f"{said[0]} on {article(named)} background"] if named else []
    return laid(rgba, rng, under, crisp), tuple(said + extra)


# ---------------------------------------------------------------- emoji


@dataclass(frozen=True)
class Name:
    """An emoji: its label, what it is called (the first most plainly) and its keywords."""

    label: str
    words: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def held(self) -> bool:
        """Whether no drawing of it is ever shown, by a fixed hash of its name."""
        return share(f"match/{self.words[0].removesuffix(' face')}") < HELD


class Emoji:
    """Names, and their drawings by several artists."""

    def __init__(self, folders: dict[str, Path]) -> None:
        self.pictures = data.Pictures(folders)
        icons = json.loads((folders["twemoji"] / "icons.json").read_text("utf-8"))
        chars = json.loads((folders["twemoji"] / "chars.json").read_text("utf-8"))
        self.pictures.icons["twemoji"] = icons
        self.pictures.names["twemoji"] = {code.lower().replace("-fe0f", ""): name for code, name in chars.items()}
        self.names = names(folders["labels"])

    def drawing(self, name: Name, artist: str, box: int = 112) -> np.ndarray | None:
        """One emoji as RGBA, its longer side `box`."""
        found = self.pictures.read(name.label, artist)
        return None if found is None else data.fit(found, box)


def names(labels: Path) -> list[Name]:
    """The emoji that can be asked for: no flags, signs, hours and families."""
    known = {concept.label: concept.words for concept in concepts()}
    found = []
    for row in json.loads((labels / "en" / "data.json").read_text("utf-8")):
        label = row["label"]
        if row.get("group") in GROUPS and not any(mark in label for mark in (":", "o’clock", "-thirty")):
            words = known.get(label, (label.lower().replace("’", "'"),))
            found.append(Name(label, words, tuple(tag.lower() for tag in row.get("tags", []))))
    return found


def said_of(name: Name, colour: str | None, rng: Rng, own: bool = True) -> list[str]:
    """What somebody may say of a drawing: `colour` is its own (may be left out) or the one it was painted in."""
    called = [*name.words[:3], *([name.label.lower()] if name.label.lower() not in name.words else [])]
    coloured = [article(f"{colour} {word}") for word in called[:2]] if colour else []
    bare = [article(word) for word in called]
    tags = [str(tag) for tag in rng.permutation(name.tags)[:2]] if name.tags and own else []
    return [*bare, *coloured, *([", ".join(tags)] if tags else [])] if own else coloured


def emoji_pictures(emoji: Emoji, rng: Rng) -> Iterator[Drawn]:
    """Every emoji of two artists: twice as drawn, once in a named colour; the held-out ones once, as drawn."""
    for name in emoji.names:
        for artist in ARTISTS:
            rgba = emoji.drawing(name, artist)
            if rgba is None:
                continue
            if name.held:
                yield Drawn(laid(rgba, rng, plain((255, 255, 255)), least=0.8), _first(name), artist, True)
                continue
            own = colour_of(data.fit(Pillow.fromarray(rgba), 32))
            for _ in range(2):
                yield Drawn(*placed(rgba, said_of(name, own, rng), rng), artist, False)
            if rng.random() < 0.6:
                colour = str(rng.choice(list(COLOURS)))
                painted = recolour.recolour(data.fit(Pillow.fromarray(rgba), 64), COLOURS[colour])
                yield Drawn(*placed(painted, said_of(name, colour, rng, own=False), rng), artist, False)
    yield from _strange(emoji, rng)


def _first(name: Name) -> tuple[str, ...]:
    return (article(name.words[0]),)


def _strange(emoji: Emoji, rng: Rng) -> Iterator[Drawn]:
    """Drawings of an artist it never sees (Fluent, which image/sticker learnt from): of held-out names, of others."""
    for held in (True, False):
        mine = [name for name in emoji.names if name.held == held]
        left = ASKED
        for k in rng.permutation(len(mine)).tolist():
            rgba = emoji.drawing(mine[k], "3d") if left else None
            if rgba is not None:
                source = "fluent, held-out names" if held else "fluent, known names"
                yield Drawn(laid(rgba, rng, plain((255, 255, 255)), least=0.8), _first(mine[k]), source, True)
                left -= 1


# ---------------------------------------------------------------- sprites, textures, shapes


def sprite_pictures(pool: Sprites, rng: Rng) -> Iterator[Drawn]:
    """Sprites of the judge's part, which image/sprite never sees; for the test repainted ones of names that neither
    sees."""
    mine = [i for i, row in enumerate(pool.rows) if row.part == "judge"]
    for i in rng.permutation(mine)[: MOST["sprites"]].tolist():
        yield Drawn(*placed(pool.pixels[i], list(pool.rows[i].words), rng, crisp=True), "sprites", False)
    asked: list[str] = []
    for i in rng.permutation(len(pool.rows)).tolist():
        row = pool.rows[i]
        new = row.kind != "character" and row.colour is not None and part_of(row.name) == "test"
        if new and row.words[0] not in asked and len(asked) < ASKED:
            asked.append(row.words[0])
            pixels = laid(pool.pixels[i], rng, plain((208, 208, 208)), crisp=True, least=0.9)
            yield Drawn(pixels, (row.words[0],), "sprites", True)


def unseen(kind: str, colour: str) -> bool:
    """Whether a texture of this kind in this colour is held out."""
    return share(f"match/{colour}/{kind}") < 2 * HELD


def texture_pictures(rng: Rng) -> Iterator[Drawn]:
    """Textures with seeds of their own, in their own colours and in named ones."""
    every = [(kind, colour) for kind in textures.KINDS for colour in ("", *TINTS)]
    free = [pair for pair in every if not (pair[1] and unseen(*pair))]
    for number in range(MOST["textures"]):
        kind, colour = free[number % len(free)]
        words = dict.fromkeys(textures.caption(kind, colour, which) for which in range(2))
        yield Drawn(texture(kind, colour, np.random.default_rng((FIXED, number))), tuple(words), "textures", False)
    kept = [pair for pair in every if pair[1] and unseen(*pair)]
    for number, k in enumerate(rng.permutation(len(kept))[:ASKED].tolist()):
        chance = np.random.default_rng((2 * FIXED, number))
        kind, colour = kept[k]
        yield Drawn(texture(kind, colour, chance), (textures.caption(kind, colour),), "textures", True)


def shape_pictures(rng: Rng) -> Iterator[Drawn]:
    """Procedural things of the split 'judge' from three sides; for the test those of 'held' in held-out paints."""
    for number in range(MOST["shapes"]):
        thing, _ = shape_data.thing("judge", 2 * 10**6 + number)
        mesh = shape_judge.surfaces.surface(thing.volume(), shape_judge.Finish(32))
        for yaw in (35.0, float(rng.uniform(0, 360)), float(rng.uniform(0, 360))):
            words = tuple(dict.fromkeys(told_of(thing, rng)))
            view = shape_view.view(mesh, 96, yaw=yaw, pitch=float(rng.uniform(5, 40)))
            yield Drawn(*placed(cut(view), list(words), rng), "shapes", False)
    for number, (pair, said) in enumerate(zip(shape_judge.held_out_pairs(), shape_judge.prompts(), strict=True)):
        thing = shape_data.thing("held", 3 * 10**6 + number, pair[1], pair[0])[0]
        mesh = shape_judge.surfaces.surface(thing.volume(), shape_judge.Finish(32))
        view = cut(shape_view.view(mesh, 96))
        yield Drawn(laid(view, rng, plain((255, 255, 255)), least=0.9), (said,), "shapes", True)


def cut(view: np.ndarray) -> np.ndarray:
    """A view over white without the white, (h, w, 4)."""
    alpha = np.where((view == 255).all(-1), 0, 255).astype(np.uint8)
    return data.fit(Pillow.fromarray(np.dstack([view, alpha])), 112)


# ---------------------------------------------------------------- words that can be named, and what is asked


def vocabulary(pairs: Pairs, folders: dict[str, Path]) -> tuple[str, ...]:
    """The words the engine may name: colours, textures, emoji, shapes and sprites, each once, without articles."""
    found = dict.fromkeys([*COLOURS, *textures.KINDS, *KINDS])
    found |= dict.fromkeys(name.words[0] for name in names(folders["labels"]) if len(name.words[0].split()) <= 3)
    sprites = [_bare(pairs.words[i][0]) for i in pairs.rows("sprites", held=False).tolist()]
    return tuple(found | dict.fromkeys(name for name in sprites if "," not in name and len(name.split()) <= 2))


def _bare(said: str) -> str:
    """A caption without its article and colour."""
    words = said.split()
    words = words[1:] if words[0] in ("a", "an") else words
    return " ".join(words[1:] if len(words) > 1 and words[0] in COLOURS else words)
