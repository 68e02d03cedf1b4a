"""The tiles of Dungeon Crawl Stone Soup: pixel art of 32x32 pixels with names, for every recipe that learns from it.

Debian source package `crawl` 0.28.0; the tiles are CC0, those of the older RLTiles public domain (its LICENSE and
rltiles/license.txt). What the authors keep apart as unused is left out, because the origin of some of it is unclear.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engines.training import packages

SIDE = 32
PACKAGE = "crawl"

# The first folder that a path begins with says what it shows; None: pieces and signs that are no picture of a thing.
KINDS: tuple[tuple[str, str | None], ...] = (
    ("mon/tentacles", None),
    ("mon/panlord", "part"),
    ("mon/statues/overlay", "part"),
    ("mon/statues", "statue"),
    ("mon/fungi_plants", "plant"),
    ("mon", "monster"),
    ("item/weapon/brands", None),
    ("item/armour/brands", None),
    ("item/food/chunk_brands", None),
    ("item/misc/uncollected_runes", None),
    ("item/misc/runes", "rune"),
    ("item/misc", "item"),
    ("item", ""),  # the next folder's own name: weapon, armour, potion ...
    ("dngn/altars", "altar"),
    ("dngn/gateways", "gateway"),
    ("dngn/shops", "shop"),
    ("dngn/statues", "statue"),
    ("dngn/traps", "trap"),
    ("dngn/trees", "tree"),
    ("dngn/doors", "door"),
    ("dngn/floor", "floor"),
    ("dngn/wall", "wall"),
    ("dngn/water", "water"),
    ("dngn", "feature"),
    ("effect", "effect"),
    ("misc/blood", "blood"),
    ("player", "layer"),
)
NAMED_KINDS: tuple[str, ...] = ("potion", "ring", "amulet", "wand", "staff", "book", "scroll", "rod", "rune")
NAMED_KINDS += ("altar", "statue", "floor", "wall", "water", "door", "trap", "tree", "shop", "gateway")
TURNED = ("zombie", "skeleton", "simulacrum", "cloak", "hat", "boots", "glove", "robe")  # 'zombie_orc', an orc zombie


@dataclass(frozen=True, eq=False)
class Tile:
    """One tile: its place below rltiles without the ending, its kind, its name in plain words, and its pixels, uint8
    (32, 32, 4), straight alpha."""

    path: str
    kind: str
    name: str
    pixels: np.ndarray

    @property
    def caption(self) -> str:
        """The name with its kind, 'a komodo dragon, monster'."""
        return article(self.name) if self.kind in self.name.split() else f"{article(self.name)}, {self.kind}"

    @property
    def held_out(self) -> bool:
        """Whether training must not see it: every tenth name, all drawings of one name together."""
        return share(f"{self.kind}/{self.name}") < 0.1

    @property
    def opaque(self) -> bool:
        """Whether it covers its whole square, as floors and walls do."""
        return bool((self.pixels[..., 3] == 255).all())


def fetch(folder: Path) -> Path:
    """The unpacked source of the game, fetched unless it is in `folder`."""
    return packages.debian_source(PACKAGE, folder)


def tiles(source: Path, *kinds: str) -> list[Tile]:
    """All tiles of the unpacked source that show something, or those of the `kinds` named, in the order of paths."""
    from PIL import Image

    root, found = source / "source" / "rltiles", []
    for file in sorted(root.rglob("*.png")):
        path = file.relative_to(root).with_suffix("").as_posix()
        kind = kind_of(path)
        if kind is None or (kinds and kind not in kinds):
            continue
        with Image.open(file) as picture:
            if picture.size != (SIDE, SIDE):
                continue
            pixels = np.asarray(picture.convert("RGBA"))
        if pixels[..., 3].any():
            found.append(Tile(path, kind, name_of(path, kind), pixels))
    return found


def kind_of(path: str) -> str | None:
    """What a tile shows, by its folder: 'monster', 'weapon', 'floor' ...; None for pieces, signs and unused ones."""
    stem = path.rsplit("/", 1)[-1]
    if stem.startswith(("i-", "._")):  # small signs laid over an item
        return None
    for folder, kind in KINDS:
        if path.startswith(folder):
            return path.split("/")[1] if kind == "" else kind
    return None


def name_of(path: str, kind: str) -> str:
    """The file's name in plain words: no number of a variant, the noun last ('emerald potion', 'orc zombie')."""
    stem = path.rsplit("/", 1)[-1]
    stem = re.sub(r"^(misc|urand|gem|plain|statue|shop|cloud)[_-](?=[a-z])", "", stem)
    words = [word for word in re.split(r"[_\-\s]+", re.sub(r"(?<=[a-z])\d+", "", stem)) if word and not word.isdigit()]
    if words and words[0] in (*TURNED, *NAMED_KINDS):
        words = [*words[1:], words[0]]
    words = [word for word in words if not re.fullmatch(r"\d\w?|[a-z]|[NESW]+", word)] or [kind]
    if kind in NAMED_KINDS and not set(words) & {kind, "fountain", "portal", "stairs", "hatch", "door", "gate", "arch"}:
        words.append(kind)
    return " ".join(words).lower()


def article(name: str) -> str:
    """The name with its article, 'an orc zombie'; a plural ('gloves', 'boots') without one."""
    last = name.rsplit(" ", 1)[-1]
    if last.endswith("s") and not last.endswith(("ss", "us", "is")):
        return name
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def share(word: str) -> float:
    """A fixed number in [0, 1) for a word, by hashing: what decides about held-out data."""
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") / 2**32
