"""Compose the pictures the sticker engine learns from, each with the words that describe it.

A picture is float (4, 128, 128) in [-1, 1]: colour over white, and alpha. Most show one object, as drawn or recoloured;
the others teach numbers, places, backgrounds and things worn. Held-out (colour, object) pairs are never composed.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engines.training.data import SIZE
from engines.training.vocabulary import (
    ACCESSORIES,
    BACKGROUNDS,
    COLOURS,
    NOT_RECOLOURED,
    STYLES,
    WEARERS,
    Concept,
    concepts,
    is_held_out,
)

NUMBERS = {2: "two", 3: "three", 4: "four"}
SPOTS = {2: ((33, 64), (95, 64)), 3: ((33, 92), (95, 92), (64, 34)), 4: ((33, 33), (95, 33), (33, 95), (95, 95))}
KINDS = {"plain": 0.20, "coloured": 0.42, "count": 0.15, "pair": 0.10, "background": 0.07, "worn": 0.06}
_IRREGULAR = {
    "mouse": "mice",
    "fish": "fish",
    "leaf": "leaves",
    "loaf": "loaves",
    "wolf": "wolves",
    "tomato": "tomatoes",
}
_SOUNDS = {"unicorn": "a", "ufo": "a", "hourglass": "an"}  # where the letter misleads


@dataclass(frozen=True)
class Thing:
    """One object in one style and colour; colour None is as drawn."""

    concept: Concept
    style: str
    colour: str | None


class Composer:
    """Draws pictures from the source array (concepts, styles, 13, H, W, 4)."""

    def __init__(self, sources: np.ndarray, seed: int = 0) -> None:
        self.sources, self.known = sources, concepts()
        self.index = {concept.name: i for i, concept in enumerate(self.known)}
        self.rng = np.random.default_rng(seed)
        self.things = [thing for thing in self._all() if self._sprite(thing)[..., 3].any()]

    def _all(self) -> Iterator[Thing]:
        for concept, style, colour in itertools.product(self.known, STYLES, (None, *COLOURS)):
            fixed = concept.name in NOT_RECOLOURED or is_held_out(colour or "", concept.name)
            if colour is None or not fixed:
                yield Thing(concept, style, colour)

    def _sprite(self, thing: Thing) -> np.ndarray:
        colour = 0 if thing.colour is None else 1 + list(COLOURS).index(thing.colour)
        return self.sources[self.index[thing.concept.name], STYLES.index(thing.style), colour]

    def pick(self, style: str | None = None) -> Thing:
        """Any thing (of `style`, when given), recoloured two times in three."""
        while True:
            thing = self.things[self.rng.integers(len(self.things))]
            if (style is None or thing.style == style) and (thing.colour is not None or self.rng.random() < 0.5):
                return thing

    # ------------------------------------------------------------ pictures

    def single(self, thing: Thing) -> Tensor:
        """`thing` in the middle."""
        return finish(self.place(blank(), thing, 112, (64, 64)))

    def place(self, canvas: Tensor, thing: Thing, size: int, middle: tuple[int, int]) -> Tensor:
        """`thing` drawn over `canvas` (premultiplied, (4, H, W)), `size` pixels, its middle at (x, y)."""
        sprite = torch.from_numpy(self._sprite(thing).astype(np.float32) / 255).permute(2, 0, 1)[None]
        sprite = torch.cat([sprite[:, :3] * sprite[:, 3:], sprite[:, 3:]], 1)
        if size != sprite.shape[-1]:
            sprite = functional.interpolate(sprite, size=(size, size), mode="bilinear", antialias=True)
        left, top = middle[0] - size // 2, middle[1] - size // 2
        x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + size, SIZE), min(top + size, SIZE)
        part = sprite[0, :, y0 - top : y1 - top, x0 - left : x1 - left]
        under = canvas[:, y0:y1, x0:x1]
        canvas[:, y0:y1, x0:x1] = part + under * (1 - part[3:])
        return canvas

    def scene(self, kind: str) -> tuple[Tensor, str]:
        """A picture of `kind` ('count', 'pair', 'background', 'worn') and its caption."""
        style = STYLES[int(self.rng.random() < 0.25)]
        picture, words = getattr(self, f"_{kind}")(style)
        return finish(picture), words + self.style_words(style)

    def _count(self, style: str) -> tuple[Tensor, str]:
        thing, count = self.pick(style), int(self.rng.integers(2, 5))
        canvas = blank()
        for spot in SPOTS[count]:
            self.place(canvas, thing, 58, spot)
        return canvas, f"{NUMBERS[count]} {self.noun(thing, plural=True)}"

    def _pair(self, style: str) -> tuple[Tensor, str]:
        one, other = self.pick(style), self.pick(style)
        upright = self.rng.random() < 0.3
        canvas = self._two(one, other, ((64, 33), (64, 95)) if upright else SPOTS[2])
        between = ("above", "on top of") if upright else ("left of", "to the left of", "next to", "and")
        a, b = article(self.noun(one)), article(self.noun(other))
        if not upright and self.rng.random() < 0.3:
            return canvas, f"{b} {self._choose(('right of', 'to the right of'))} {a}"
        return canvas, f"{a} {self._choose(between)} {b}"

    def beside(self, left: Thing, right: Thing) -> Tensor:
        """Two things side by side."""
        return finish(self._two(left, right, SPOTS[2]))

    def _two(self, one: Thing, other: Thing, spots: tuple[tuple[int, int], ...]) -> Tensor:
        return self.place(self.place(blank(), one, 60, spots[0]), other, 60, spots[1])

    def _background(self, style: str) -> tuple[Tensor, str]:
        colour = self._choose(tuple(BACKGROUNDS))
        canvas = blank()
        canvas[:3] = torch.tensor(BACKGROUNDS[colour])[:, None, None] / 255
        canvas[3] = 1
        thing = self.pick(style)
        words = self._choose(("on a {} background", "with a {} background", "{} background"))
        joint = " " if words[0] != "{" else ", "
        return self.place(canvas, thing, 104, (64, 64)), article(self.noun(thing)) + joint + words.format(colour)

    def _worn(self, style: str) -> tuple[Tensor, str]:
        name, worn = self._choose(tuple(WEARERS)), self._choose(ACCESSORIES)
        colours = [t.colour for t in self.things if t.concept.name == name and t.style == style]
        colour = None if not colours or self.rng.random() < 0.6 else self._choose(tuple(colours))
        thing = Thing(self.known[self.index[name]], style, colour)
        x, eyes, width = WEARERS[name]
        size = 112 if "glasses" in worn else 94
        left, top = 64 - size // 2, 64 - size // 2 if size == 112 else SIZE - size - 4
        canvas = self.place(blank(), thing, size, (64, top + size // 2))
        middle = round(left + x * size)
        accessory = Thing(self.known[self.index[worn]], style, None)
        if "glasses" in worn:
            self.place(canvas, accessory, round(0.8 * width * size), (middle, round(top + eyes * size)))
        else:
            self.place(canvas, accessory, round(0.62 * size), (middle, top + round(0.06 * size)))
        joint = self._choose(("with", "wearing"))
        tail = worn if worn.endswith("glasses") else f"a {worn}"
        return canvas, f"{self._choose((article(self.noun(thing)), self.noun(thing)))} {joint} {tail}"

    # ------------------------------------------------------------ words

    def noun(self, thing: Thing, plural: bool = False) -> str:
        """'red apple', by any of the words for it."""
        word = self._choose(thing.concept.words)
        word = many(word) if plural else word
        return word if thing.colour is None else f"{thing.colour} {word}"

    def captions(self, thing: Thing, count: int) -> list[str]:
        """Several ways to ask for `thing` alone."""
        found = []
        for _ in range(count):
            noun = self.noun(thing)
            words = self._choose((noun, article(noun), article(noun), f"{noun} sticker", f"{noun} emoji"))
            found.append(words + self.style_words(thing.style))
        return found

    def style_words(self, style: str) -> str:
        """How the style is asked for; 3D goes without saying most of the time."""
        if style == "3d":
            return "" if self.rng.random() < 0.65 else self._choose((", 3d style", " in 3d style", ", 3d"))
        return self._choose((", flat style", " in flat style", ", flat", ", flat design"))

    def _choose(self, options):
        return options[int(self.rng.integers(len(options)))]


def blank() -> Tensor:
    """Nothing yet: premultiplied colour and alpha, (4, SIZE, SIZE)."""
    return torch.zeros(4, SIZE, SIZE)


def finish(canvas: Tensor) -> Tensor:
    """Premultiplied (4, H, W) in [0, 1] to colour over white and alpha, in [-1, 1]."""
    return torch.cat([canvas[:3] + 1 - canvas[3:], canvas[3:]]) * 2 - 1


def article(noun: str) -> str:
    """'a cat', 'an owl'; what is plural or has no article goes without."""
    if noun.endswith("s") and not noun.endswith(("ss", "us")):
        return noun
    first = noun.split()[0].lower()
    return f"{_SOUNDS.get(first, 'an' if first[0] in 'aeiou' else 'a')} {noun}"


def many(word: str) -> str:
    """The plural of an English noun of the vocabulary."""
    head, of, tail = word.partition(" of ")
    if of:
        return many(head) + of + tail
    before, space, last = word.rpartition(" ")
    if last in _IRREGULAR:
        return before + space + _IRREGULAR[last]
    if word.endswith("s") and not word.endswith(("ss", "us")):
        return word
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"
