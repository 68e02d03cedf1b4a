"""Judge image/pixel: bits per pixel beside PNG and counting, and its completions beside simpler ones.

The judge of what is drawn is that of image/sprite (`sprite_judge`), trained on pictures this network never saw either.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engines.contract import Image, Request
from engines.families import autoregressive
from engines.metrics import concepts as metric
from engines.metrics.frechet import frechet
from engines.nn import stored
from engines.nn.palette import SIDE
from engines.nn.pixel import network
from engines.nn.pixel_colours import sprites_of
from engines.nn.pixel_model import Model, png
from engines.nn.pixel_tries import Tries
from engines.nn.text import TextEncoder
from engines.training import sprite_judge
from engines.training.fit import Report
from engines.training.pixel_data import Sprites, as_blocks
from engines.training.sprite_judge import DUPLICATE, SEEN, look, questions, read, real_pictures, retrieved

GROUPS = ("name", "pair", "character")  # what is new in a held-out sprite (see `Sprites.test`)
MOST = 160  # sprites of a group whose bits are counted
HALF = SIDE // 2


@dataclass(frozen=True)
class Findings:
    """What `evaluate` found: figures by name, and sprites (100, 32, 32, 4): those drawn from the captions, the real
    ones of the captions, those completed from their upper halves, and the training pictures nearest to the drawn."""

    figures: dict[str, float]
    captions: list[str]
    drawn: np.ndarray
    real: np.ndarray
    completed: np.ndarray
    nearest: np.ndarray


def evaluate(sprites: Sprites, data_dir: Path, out_dir: Path, device: str, report: Report) -> Findings:
    """Count bits on held-out sprites, draw and complete the 100 held-out ones that image/sprite is asked for too."""
    model = Model(stored.read(network, out_dir / "pixel.safetensors", device), TextEncoder(device))
    figures = coded(sprites, model)
    report("bits per pixel of held-out sprites", **figures)
    asked = questions(sprites.pool)
    captions, numbers = [said for _, said, _ in asked], [number for number, _, _ in asked]
    real = sprites_of(sprites.symbols[numbers], sprites.colours)
    drawn = np.stack([draw(model, said, seed) for seed, said in enumerate(captions)])
    once = np.stack([draw(model, said, seed, tries=1) for seed, said in enumerate(captions)])
    completed = np.stack([draw(model, said, seed, real[seed], tries=1) for seed, said in enumerate(captions)])
    silent = np.stack([draw(model, "", seed, real[seed]) for seed in range(len(captions))])
    blind = np.stack([draw(model, "", seed) for seed in range(len(captions))])
    groups = {
        "drawn": drawn,
        "drawn once": once,
        "completed": completed,
        "completed without words": silent,
        "drawn without words": blind,
    }
    groups |= {"real": real, "mirrored": mirrored(real), "nearest": neighbours(sprites, real)}
    figures |= seen(sprites, groups, data_dir, captions)
    quantised = replace(sprites.pool, pixels=sprites_of(sprites.symbols, sprites.colours))
    nearest, gaps = sprite_judge.copies(quantised, drawn)
    figures |= {"not copies": float((gaps > DUPLICATE).mean()), "gap": float(np.median(gaps))}
    figures["gap of real"] = float(np.median(sprite_judge.copies(quantised, real)[1]))
    figures |= restored(real, groups)
    report("held-out captions", **figures)
    return Findings(figures, captions, drawn, real, completed, nearest)


def draw(model: Model, prompt: str, seed: int, start: np.ndarray | None = None, **changed: Any) -> np.ndarray:
    """One sprite with the engine's default options, uint8 (32, 32, 4); of a start the upper half is kept."""
    from engines.image.pixel import Options

    given = None if start is None else Image(start)
    request = Request(engine="image/pixel", prompt=prompt, seed=seed, start=given)
    how: dict[str, Any] = {"rows": HALF if start is not None else 0, "begin": "nothing"} | changed
    desk = Tries(model, request, Options(**how))
    for _ in desk.steps():
        pass
    return desk.sprite()


# ---------------------------------------------------------------- what is drawn


def seen(sprites: Sprites, groups: dict[str, np.ndarray], folder: Path, captions: list[str]) -> dict[str, float]:
    """How near each group comes to other held-out pictures, and how often the judge finds its captions."""
    eyes, encoder = metric.extractor(), TextEncoder("cpu")
    judge, heard = sprite_judge.trained(sprites.pool, eyes, encoder, folder / "judge.pt"), read(encoder, captions)
    _, far = real_pictures(sprites.pool, eyes, folder)
    figures = {}
    for name, some in groups.items():
        features = look(eyes, some)
        figures[f"distance {name}"] = frechet(features[:, :SEEN].double(), far[:, :SEEN].double())
        if name in ("drawn", "drawn once", "completed", "real"):
            odds = judge.likeness(features, heard)
            figures |= {f"top {best} {name}": float(retrieved(odds, best).float().mean()) for best in (1, 5)}
    return figures


def restored(real: np.ndarray, groups: dict[str, np.ndarray]) -> dict[str, float]:
    """How far the lower half of each completion is from the real one: root mean square over premultiplied RGBA."""
    figures = {}
    for name in ("completed", "completed without words", "mirrored", "nearest"):
        gap = (groups[name][:, HALF:].astype(float) - real[:, HALF:].astype(float)) / 255
        figures[f"error {name}"] = float(np.sqrt((gap**2).mean((1, 2, 3))).mean())
    return figures


def mirrored(real: np.ndarray) -> np.ndarray:
    """The simplest completion: the upper half upside down below itself."""
    return np.concatenate([real[:, :HALF], real[:, :HALF][:, ::-1]], 1)


def neighbours(sprites: Sprites, real: np.ndarray) -> np.ndarray:
    """Completion by search: the lower half of the training picture whose upper half is nearest, either way round."""
    mine = [i for i, row in enumerate(sprites.pool.rows) if row.part == "train"]
    own = sprites_of(sprites.symbols[mine], sprites.colours)
    both = np.concatenate([own, own[:, :, ::-1]])
    flat = both[:, :HALF].reshape(len(both), -1).astype(np.float32) / 255
    square, out = (flat**2).sum(1), real.copy()
    for one in out:
        place = int((square - 2 * flat @ (one[:HALF].reshape(-1).astype(np.float32) / 255)).argmin())
        one[HALF:] = both[place, HALF:]
    return out


# ---------------------------------------------------------------- bits


def coded(sprites: Sprites, model: Model) -> dict[str, float]:
    """Bits per pixel of held-out sprites: by the network, told the caption or nothing, and by other coders."""
    mine = [i for i, row in enumerate(sprites.pool.rows) if row.part == "train"]
    counts, figures = Counts(sprites.symbols[mine], model.net.m.symbols), {}
    every: dict[str, list[float]] = {}
    for group in GROUPS:
        rows = sprites.test(group)
        numbers = np.random.default_rng(6).permutation(rows)[:MOST].tolist()
        own = {name: np.concatenate(list(_bits(sprites, model, numbers, *how))) for name, how in _WAYS.items()}
        symbols = sprites.symbols[numbers]
        own["PNG"] = np.array([8 * idat(png(some, model.colours)) / SIDE**2 for some in symbols])
        own["PNG file"] = np.array([8 * len(png(some, model.colours)) / SIDE**2 for some in symbols])
        own["deflate"] = np.full(len(symbols), 8 * len(zlib.compress(symbols.tobytes(), 9)) / symbols.size)
        own["counts"] = counts.bits(symbols)
        for name, each in own.items():
            figures[f"{name}, {group}"] = float(each.mean())
            every.setdefault(name, []).extend(each.tolist())
    return figures | {name: float(np.mean(each)) for name, each in every.items()}


_WAYS = {"bits": (True, False), "bits without words": (False, False), "bits of lower halves": (True, True)}


@torch.no_grad()
def _bits(sprites: Sprites, model: Model, numbers: list[int], words: bool, half: bool) -> Iterator[np.ndarray]:
    """Bits per free pixel of each sprite, in batches; with `half` the upper half is kept and not counted."""
    for at in range(0, len(numbers), 32):
        some = numbers[at : at + 32]
        symbols = as_blocks(sprites.symbols[some].astype(np.int64))
        kept = torch.zeros_like(symbols, dtype=torch.bool)
        kept[:, : len(kept[0]) // 2] = half
        text = sprites.texts([sprites.pool.rows[i].words[0] if words else "" for i in some])
        device = next(model.net.parameters()).device
        logits = model.net(symbols.to(device), kept.to(device), text.to(device)).cpu()
        told = torch.where(kept, 0.0, autoregressive.log_likelihood(logits, symbols))
        yield np.asarray(autoregressive.bits(-told.flatten(1).sum(1) / (~kept).flatten(1).sum(1)))


def idat(data: bytes) -> int:
    """How many bytes of a PNG are its pixels: the chunks IDAT alone, without header and palette."""
    size, at = 0, 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        size += length if data[at + 4 : at + 8] == b"IDAT" else 0
        at += 12 + length
    return size


class Counts:
    """Counting on the training pictures: p(x | left, above), mixed with p(x | left) and p(x) where that is rare."""

    def __init__(self, symbols: np.ndarray, count: int, weight: float = 8.0) -> None:
        x, left, above = _around(symbols, count)
        one = np.bincount(x, minlength=count) + 1.0
        two = np.bincount(left * count + x, minlength=(count + 1) * count).reshape(count + 1, count)
        three = np.bincount((above * (count + 1) + left) * count + x, minlength=(count + 1) ** 2 * count)
        three = three.reshape(count + 1, count + 1, count)
        self.count, first = count, one / one.sum()
        second = (two + weight * first) / (two.sum(1, keepdims=True) + weight)
        self.table = (three + weight * second[None]) / (three.sum(2, keepdims=True) + weight)

    def bits(self, symbols: np.ndarray) -> np.ndarray:
        """Bits per pixel of each picture (N, 32, 32), (N,)."""
        x, left, above = _around(symbols, self.count)
        return -np.log2(self.table[above, left, x]).reshape(len(symbols), -1).mean(1)


def _around(symbols: np.ndarray, count: int) -> tuple[np.ndarray, ...]:
    """Every pixel, the one to its left and the one above it; outside of the picture is a symbol of its own."""
    padded = np.pad(symbols.astype(np.int64), ((0, 0), (1, 0), (1, 0)), constant_values=count)
    return tuple(part.reshape(-1) for part in (padded[:, 1:, 1:], padded[:, 1:, :-1], padded[:, :-1, 1:]))
