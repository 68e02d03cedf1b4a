"""What the control branch learns from: pictures of the sticker's pool, moved and bent, in the latent space of the
shipped autoencoder, and maps of them, changed as hands would change them.

In the pool a thing always stands in the middle, so that the words alone tell the whole picture and a map nothing new.
Moved, turned, stretched and mirrored it is the map that tells where and how the thing is.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from engines import control
from engines.framing import SIDE
from engines.nn.autoencoder import LATENT, Autoencoder
from engines.training.latents import Pool, Row
from engines.training.pool import KINDS, Composer, Thing, many
from engines.training.vocabulary import Concept

COUNT = 6000  # pictures that are learnt from, kinds by their shares
WATCHED = 32  # held-out pictures the loss is watched on
HELD_SHARE = 12  # one concept in so many is held out
BATCH = 60  # pictures encoded at once


def is_apart(concept: Concept) -> bool:
    """Whether the branch never sees `concept`, in whatever colour, style or scene: by the hash of its name."""
    return int.from_bytes(hashlib.sha256(f"control {concept.name}".encode()).digest()[:4], "big") % HELD_SHARE == 0


def apart(composer: Composer) -> list[Thing]:
    """The held-out things the flow network has seen and the branch has not: soft 3D, in a named colour."""
    return [t for t in composer.things if is_apart(t.concept) and t.style == "3d" and t.colour is not None]


def chosen(composer: Composer, held: dict[str, Any], count: int = COUNT) -> dict[str, list[Row]]:
    """Rows of the pool by kind, `count` in all, none with a held-out concept; under 'held out' WATCHED of those.

    `held` is pool.json: the rows of single things come first, in the order of the composer's things.
    """
    rng, words = np.random.default_rng(11), _words_apart(composer)
    rows: dict[str, list[Row]] = {kind: [] for kind in KINDS}
    watched: list[Row] = []
    for picture, kind, captions in held["rows"]:
        if picture < len(composer.things):
            hidden = is_apart(composer.things[picture].concept)
        else:
            hidden = any(word in f" {held['captions'][captions[0]]} ".replace(",", " ") for word in words)
        if not hidden:
            rows[kind].append((picture, captions))
        elif picture < len(composer.things):
            watched.append((picture, captions))
    found = {kind: _some(rows[kind], round(count * share), rng) for kind, share in KINDS.items()}
    return found | {"held out": _some(watched, WATCHED, rng)}


def _words_apart(composer: Composer) -> set[str]:
    """' word ' of every name of a held-out concept, one and many."""
    words = {word for concept in composer.known if is_apart(concept) for word in concept.words}
    return {f" {form} " for word in words for form in (word, many(word))}


def _some(rows: list[Row], count: int, rng: np.random.Generator) -> list[Row]:
    return [rows[i] for i in rng.permutation(len(rows))[:count]]


def pool(composer: Composer, coder: Autoencoder, folder: Path) -> Pool:
    """The pool of the chosen pictures, renumbered; their latents by the shipped autoencoder are kept in `folder`."""
    held = json.loads((folder / "pool.json").read_text("utf-8"))
    rows = chosen(composer, held)
    numbers = [picture for some in rows.values() for picture, _ in some]
    whole = np.load(folder / "pool_px.npy", mmap_mode="r")
    order = np.argsort(numbers)
    fixed = len(rows["pair"])  # its words say what is left and what is right: these are not mirrored
    first = sum(len(some) for some in itertools.takewhile(lambda some: some is not rows["pair"], rows.values()))
    pixels = np.empty((len(numbers), *whole.shape[1:]), np.uint8)
    for place in order:  # in the order of the file
        mirror = not first <= place < first + fixed
        pixels[place] = moved(whole[numbers[place]], np.random.default_rng((4, place)), mirror)
    place_of = {number: place for place, number in enumerate(numbers)}
    rows = {kind: [(place_of[picture], captions) for picture, captions in some] for kind, some in rows.items()}
    latents = torch.from_numpy(_encoded(coder, pixels, folder / "control_lat.npy"))
    tokens, lengths = np.load(folder / "cap_tok.npy", mmap_mode="r"), np.load(folder / "cap_len.npy")
    return Pool(latents, pixels, rows, tokens, lengths, held["captions"].index(""))


def moved(pixels: np.ndarray, rng: np.random.Generator, mirror: bool = True) -> np.ndarray:
    """A picture (4, 128, 128), uint8, somewhere else: smaller, turned, stretched, mirrored; one in five as it was."""
    flip = -1.0 if mirror and rng.random() < 0.5 else 1.0
    if rng.random() < 0.2:
        return pixels if flip > 0 else np.ascontiguousarray(pixels[:, :, ::-1])
    size, stretch = math.exp(rng.uniform(math.log(0.55), math.log(1.05))), math.exp(rng.normal(0, 0.15))
    turn, shear = math.radians(rng.normal(0, 14)), rng.normal(0, 0.1)
    aside = rng.uniform(-1, 1, 2) * (max(0.0, 1 - size) + 0.05)
    rotate = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    way = rotate @ np.array([[flip * stretch, shear], [0.0, 1 / stretch]]) * size
    back = np.linalg.inv(way)
    theta = torch.from_numpy(np.concatenate([back, (-back @ aside)[:, None]], 1)).float()[None]
    grid = functional.affine_grid(theta, [1, 4, SIDE, SIDE], align_corners=False)
    x = torch.from_numpy(pixels.astype(np.float32))[None]
    out = functional.grid_sample(x, grid, padding_mode="border", align_corners=False)
    return out[0].round().clamp(0, 255).byte().numpy()


@torch.no_grad()
def _encoded(coder: Autoencoder, pixels: np.ndarray, path: Path) -> np.ndarray:
    """Latents float16 (N, 16, 16, 16), from `path` when they are there."""
    if path.exists():
        return np.load(path)
    out = np.zeros((len(pixels), LATENT, 16, 16), np.float16)
    device = next(coder.parameters()).device
    for start in range(0, len(pixels), BATCH):
        x = torch.from_numpy(pixels[start : start + BATCH].astype(np.float32) / 127.5 - 1).to(device)
        out[start : start + BATCH] = coder.encode(x).half().cpu().numpy()
    part = path.with_suffix(".part.npy")
    np.save(part, out)
    part.rename(path)
    return out


# ---------------------------------------------------------------- maps


def map_of(kind: str, pixels: np.ndarray) -> np.ndarray:
    """The map of a pool picture, uint8 (4, 128, 128)."""
    return control.of(kind, np.ascontiguousarray(pixels.transpose(1, 2, 0)))


def changed(kind: str, given: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A map as a hand might have made it: lines thicker, broken and shaken, colours washed, depth of another scale."""
    if rng.random() < 0.25:
        return given
    made = {"edges": _redrawn, "scribble": _redrawn, "layout": _recut, "colour": _washed, "depth": _scaled}
    return made[kind](given, rng)


def _redrawn(lines: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    from scipy import ndimage

    if rng.random() < 0.3:
        lines = ndimage.grey_dilation(lines, (2, 2))
    if rng.random() < 0.5:
        lines = _shaken(lines, rng)
    if rng.random() < 0.4:
        lines = lines.copy()
        for _ in range(rng.integers(1, 4)):
            x, y, w, h = (*rng.integers(0, SIDE - 8, 2), *rng.integers(6, 36, 2))
            lines[y : y + h, x : x + w] = 0
    return lines


def _shaken(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rows and columns moved by up to two pixels, smoothly along the picture."""
    knots = rng.normal(0, 1.0, (2, 7))
    bend = np.rint([np.interp(np.linspace(0, 6, SIDE), np.arange(7), row) for row in knots]).astype(int).clip(-2, 2)
    y, x = np.mgrid[:SIDE, :SIDE]
    return picture[(y + bend[0][x]).clip(0, SIDE - 1), (x + bend[1][y]).clip(0, SIDE - 1)]


def _recut(layout: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    from scipy import ndimage

    by = int(rng.integers(-2, 3))
    if by:
        layout = (ndimage.grey_dilation if by > 0 else ndimage.grey_erosion)(layout, (abs(by) + 1, abs(by) + 1))
    return _shaken(layout, rng) if rng.random() < 0.5 else layout


def _washed(colour: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    from scipy import ndimage

    wide = colour.astype(np.float32)
    if rng.random() < 0.5:  # coarser blocks
        wide = wide.reshape(8, 16, 8, 16, 3).mean((1, 3)).repeat(16, 0).repeat(16, 1)
    elif rng.random() < 0.5:
        wide = ndimage.gaussian_filter(wide, (rng.uniform(2, 8),) * 2 + (0,))
    wide = wide + rng.normal(0, 6, 3).astype(np.float32)
    return np.rint(np.where(wide > 245, 255, wide)).clip(0, 255).astype(np.uint8)


def _scaled(depth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Other units, a tilted ground: what is seen stays above black."""
    share = (depth.astype(np.float32) / 255) ** rng.uniform(0.5, 1.8)
    tilt = rng.normal(0, 0.15) * np.linspace(-1, 1, SIDE)[:, None]
    return np.where(depth > 0, np.rint(255 * (share + tilt)).clip(20, 255), 0).astype(np.uint8)
