"""Sprites that ship to begin from when an engine that works on a picture is given none: drawings no network has seen.

Tiles of Dungeon Crawl Stone Soup (CC0), held out of the training of image/sprite and image/pixel.
"""

from __future__ import annotations

import numpy as np

from engines.contract import Image
from engines.files import assets, media
from engines.nn.palette import SIDE

SHEET = "examples/sprites.png"
CAPTIONS = (
    "a halfling in chain mail with a spear, black hair, red cloak",
    "a hydra",
    "a vampire in brown scale armour with a dagger, pink cloak",
    "a guardian serpent",
    "a dwarf in leather armour with a shield, blue hat, black hair",
    "a gnoll shaman",
    "a green dragonkin in chain mail with a trident, golden crown",
    "a grey draconian",
    "a humanoid large skeleton",
    "a butterfly",
)
SMALLEST, LARGEST = 8, 13  # places along the sides of a hole


def example(seed: int) -> tuple[Image, str]:
    """The sprite of a seed, 32x32 with alpha, and what it shows."""
    number = seed % len(CAPTIONS)
    sheet = media.read(assets.path(SHEET))
    assert isinstance(sheet, Image)
    return Image(np.ascontiguousarray(sheet.pixels[:, number * SIDE : (number + 1) * SIDE])), CAPTIONS[number]


def hole(sprite: Image, seed: int) -> Image:
    """A mask over a part of a sprite, grey 32x32, white where it is damaged: a box around a place that shows something,
    by the seed."""
    rng = np.random.default_rng([seed, 302])
    tall, wide = rng.integers(SMALLEST, LARGEST + 1, 2)
    y, x = rng.choice(np.argwhere(sprite.pixels[..., 3] > 0))
    top, left = (min(max(0, middle - side // 2), SIDE - side) for middle, side in ((y, tall), (x, wide)))
    grey = np.zeros((SIDE, SIDE), np.uint8)
    grey[top : top + tall, left : left + wide] = 255
    return Image(grey)
