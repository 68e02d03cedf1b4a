"""The pool image/sprite learns from: pictures with captions, parted between generator, judge and test."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engines.nn.sprite import entering
from engines.nn.text import TextEncoder
from engines.training import crawl
from engines.training.crawl import share
from engines.training.sprite_things import Thing, Wardrobe, captions, colour_of, painted, part, things
from engines.training.vocabulary import COLOURS

CHARACTERS = 5000
TURNABLE = ("monster", "plant", "tree")  # what may face either way
SHARES = {"own": 0.35, "painted": 0.4, "character": 0.25}  # of the samples of a training


@dataclass
class Row:
    """A picture of the pool: what it shows, its kind, its colour, who sees it, and what is written about it."""

    name: str
    kind: str
    colour: str | None
    part: str
    words: list[str]


@dataclass
class Pool:
    """`pixels` uint8 (N, 32, 32, 4) and a row for each; `states` float16 (T, 384) are the tokens of all captions, one
    after the other, those of caption c from `ends[c - 1]` to `ends[c]`."""

    pixels: np.ndarray
    rows: list[Row]
    states: np.ndarray
    ends: np.ndarray
    index: dict[str, int]
    groups: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for group in SHARES:
            mine = [i for i, row in enumerate(self.rows) if row.part == "train" and group_of(row) == group]
            weights = even([self.rows[i].name for i in mine])
            self.groups[group] = (np.array(mine, np.int64), weights)

    def draw(self, rng: np.random.Generator, count: int) -> tuple[list[int], list[str]]:
        """Numbers of training pictures and a caption for each, as often as `SHARES` say."""
        numbers: list[int] = []
        for group, much in SHARES.items():
            mine, weights = self.groups[group]
            often = int(rng.binomial(count - len(numbers), min(1.0, much / _left(group))))
            numbers += [] if not len(mine) else rng.choice(mine, often, p=weights).tolist()
        return numbers, [self._said(number, rng) for number in numbers]

    def _said(self, number: int, rng: np.random.Generator) -> str:
        words = self.rows[number].words
        return words[0] if len(words) == 1 or rng.random() < 0.6 else words[int(rng.integers(1, len(words)))]

    def embedded(self, words: list[str]) -> tuple[Tensor, Tensor]:
        """Token states (B, L, 384) and mask (B, L) of captions of the pool ('' among them)."""
        numbers = [self.index[said] for said in words]
        rows = [self.states[self.ends[n - 1] if n else 0 : self.ends[n]] for n in numbers]
        longest = max(map(len, rows))
        states = np.zeros((len(rows), longest, self.states.shape[1]), np.float32)
        for i, row in enumerate(rows):
            states[i, : len(row)] = row
        mask = torch.arange(longest)[None] < torch.tensor([[len(row)] for row in rows])
        return torch.from_numpy(states), mask

    def pictures(self, numbers: list[int], rng: np.random.Generator | None = None) -> Tensor:
        """Pictures as the network sees them, (B, 4, 32, 32); with `rng` some are turned round."""
        chosen = self.pixels[numbers]
        for i, number in enumerate(numbers):
            if rng is not None and self.rows[number].kind in TURNABLE and rng.random() < 0.3:
                chosen[i] = chosen[i, :, ::-1]
        return entering(chosen)


def group_of(row: Row) -> str:
    """Which share of the samples a row belongs to."""
    return "character" if row.kind == "character" else "own" if row.colour is None else "painted"


def even(names: list[str]) -> np.ndarray:
    """Chances that give a name with many drawings more than one with few, but only by the square root, (N,)."""
    often = Counter(names)
    weights = np.array([often[name] ** -0.5 for name in names])
    return weights / weights.sum() if len(weights) else weights


def _left(group: str) -> float:
    """What is left of the samples when the groups before this one have theirs."""
    order = list(SHARES)
    return sum(SHARES[name] for name in order[order.index(group) :])


# ---------------------------------------------------------------- making it


def compose(source: Path, folder: Path) -> None:
    """Draw all pictures and write down their captions: pixels.npy and rows.json in `folder`; kept when there."""
    if (folder / "rows.json").exists():
        return
    tiles = crawl.tiles(source)
    pictures, rows = drawn(things(tiles))
    dolls, dressed = characters(Wardrobe(tiles), CHARACTERS)
    np.save(folder / "pixels.npy", np.stack(pictures + dolls))
    (folder / "rows.json").write_text(json.dumps([vars(row) for row in rows + dressed]), "utf-8")


def drawn(sources: list[Thing]) -> tuple[list[np.ndarray], list[Row]]:
    """Every thing in its own colours and in every named one."""
    pictures, rows = [], []
    for thing in sources:
        own = colour_of(thing.pixels)
        said = captions(thing, None) + ([] if own is None else captions(thing, own)[:1])
        pictures.append(thing.pixels)
        rows.append(Row(thing.name, thing.kind, None, part(thing.name), said))
        for colour in COLOURS:
            if colour != own:
                pictures.append(painted(thing, colour))
                named = part(thing.name, colour)
                rows.append(Row(thing.name, thing.kind, colour, named, captions(thing, colour)))
    return pictures, rows


def characters(wardrobe: Wardrobe, count: int) -> tuple[list[np.ndarray], list[Row]]:
    """So many characters, each with a caption of its own; who sees one is decided by its caption."""
    rng = np.random.default_rng(11)
    found: dict[str, np.ndarray] = {}
    while len(found) < count:
        picture, words = wardrobe.character(rng)
        found.setdefault(words, picture)
    parts = ["test" if share(words) < 0.08 else "judge" if share(words) < 0.3 else "train" for words in found]
    rows = [Row(words, "character", None, of, [words]) for words, of in zip(found, parts, strict=True)]
    return list(found.values()), rows


def embed(folder: Path) -> None:
    """Token states of every caption: states.npy, ends.npy and captions.json in `folder`; kept when there."""
    if (folder / "captions.json").exists():
        return
    rows = json.loads((folder / "rows.json").read_text("utf-8"))
    words = ["", *sorted({said for row in rows for said in row["words"]}, key=lambda said: (len(said), said))]
    encoder, states, lengths = TextEncoder("cpu"), [], []
    for start in range(0, len(words), 128):
        found, mask = encoder.encode(words[start : start + 128])
        states.append(found[mask].half().numpy())
        lengths += mask.sum(1).tolist()
    np.save(folder / "states.npy", np.concatenate(states))
    np.save(folder / "ends.npy", np.cumsum(lengths))
    (folder / "captions.json").write_text(json.dumps(words), "utf-8")


def load(folder: Path) -> Pool:
    """The pool that `compose` and `embed` have left in `folder`."""
    rows = [Row(**row) for row in json.loads((folder / "rows.json").read_text("utf-8"))]
    words = json.loads((folder / "captions.json").read_text("utf-8"))
    states, ends = np.load(folder / "states.npy", mmap_mode="r"), np.load(folder / "ends.npy")
    return Pool(np.load(folder / "pixels.npy"), rows, states, ends, {said: i for i, said in enumerate(words)})
