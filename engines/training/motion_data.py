"""What video/motion learns from: silhouettes of open stickers, and motions made for them on the spot, with captions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engines import motions
from engines.motions import Silhouette
from engines.training import data, packages
from engines.training.fit import Report
from engines.training.motion_kinds import motion
from engines.training.motion_track import Cue
from engines.training.motion_words import Teller, Told
from engines.training.vocabulary import STYLES, concepts

SIDE = 64  # pixels of a small picture
SECONDS = (0.45, 6.0)  # of a clip, at the usual pace
AMOUNTS = (0.4, 2.0)
MOST, LEAST = 2.2, 0.3  # of an amplitude, words and wish together
LOOPS = 0.6  # share of the motions


def pictures(folder: Path, report: Report) -> np.ndarray:
    """Every concept of the stickers in both styles, small: RGBA uint8 (concepts, styles, SIDE, SIDE, 4).

    The packages are fetched into `folder` and the array is kept there. A style without the concept is empty.
    """
    target = folder / "pictures.npy"
    if not target.exists():
        names = ("3d", "flat", "noto", "labels")
        found = {name: packages.npm(data.NPM[name], folder / "packages" / name) for name in names}
        report("drawing the stickers")
        part = target.with_suffix(".part.npy")
        np.save(part, _drawn(found))
        part.rename(target)
    return np.load(target)


def _drawn(folders: dict[str, Path]) -> np.ndarray:
    reader, known = data.Pictures(folders), concepts()
    out = np.zeros((len(known), len(STYLES), SIDE, SIDE, 4), np.uint8)
    for i, concept in enumerate(known):
        for j, style in enumerate(STYLES):
            found = reader.read(concept.label, style)
            if found is not None:
                out[i, j] = data.centred(data.fit(found, 56), SIDE)
    return out


class Stock:
    """Small pictures and their silhouettes, framed as the sticker engine frames them and in other ways."""

    def __init__(self, shown: np.ndarray) -> None:
        self.shown = shown
        self.there = np.flatnonzero(shown[..., 3].any((2, 3)).ravel())
        self._own: dict[int, list[int]] = {-1: []}
        for place in self.there.tolist():
            self._own.setdefault(place // shown.shape[1], []).append(place)

    def pick(self, subject: int, rng: np.random.Generator) -> tuple[np.ndarray, Silhouette]:
        """A picture (SIDE, SIDE, 4) and its silhouette: of the subject in two cases of three, where it is there."""
        own = self._own.get(subject, [])
        place = int(rng.choice(own)) if own and rng.random() < 0.67 else int(rng.choice(self.there))
        picture = self.shown.reshape(-1, SIDE, SIDE, 4)[place]
        if rng.random() < 0.5:
            picture = reframed(picture, rng)
        return picture, Silhouette.of(picture[..., 3] / 255.0)


def reframed(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture smaller and elsewhere on its canvas, as start pictures may be."""
    from PIL import Image

    side = int(rng.integers(SIDE * 3 // 8, SIDE + 1))
    small = np.asarray(Image.fromarray(picture).convert("RGBa").resize((side, side)).convert("RGBA"))
    out = np.zeros_like(picture)
    x, y = rng.integers(0, SIDE - side + 1, 2)
    out[y : y + side, x : x + side] = small
    return out


@dataclass(frozen=True)
class Clip:
    """A motion as `engines.motions` has it (KEYS, CHANNELS), what it was made for (GIVEN,), loop or not, its picture
    and what was told of it."""

    keys: np.ndarray
    given: np.ndarray
    loop: bool
    picture: np.ndarray
    silhouette: Silhouette
    told: Told
    seconds: float


def clip(told: Told, stock: Stock, rng: np.random.Generator, usual: bool = False) -> Clip:
    """A motion for a caption; the `usual` one is a loop of two seconds at the usual amplitude."""
    picture, silhouette = stock.pick(told.subject, rng)
    loop = usual or bool(rng.random() < LOOPS)
    seconds = 2.0 if usual else float(np.exp(rng.uniform(*np.log(SECONDS))))
    amount = 1.0 if usual else float(np.exp(rng.uniform(*np.log(AMOUNTS))))
    both = float(np.clip(amount * told.amount * rng.uniform(0.92, 1.08), LEAST, MOST))
    cue = Cue(silhouette, loop, seconds, rng, both, told.pace * float(rng.uniform(0.95, 1.05)))
    keys = motion(told.kinds, cue).states()
    return Clip(keys, motions.given(silhouette, loop, seconds, amount), loop, picture, silhouette, told, seconds)


def captions(count: int, seed: int, split: str = "train") -> list[Told]:
    """So many captions, each once."""
    teller = Teller(seed, split)
    found: dict[str, Told] = {}
    while len(found) < count:
        told = teller.caption()
        found.setdefault(told.text, told)
    return list(found.values())
