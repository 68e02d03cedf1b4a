"""Drawn faces with exact attributes: DiceBear's "Big Smile" (art by Ashley Seo, CC BY 4.0; code MIT), rendered.

npm `@dicebear/core` and `@dicebear/big-smile` 9.4.3 compose a drawing from named parts (they are JavaScript and run
in Node.js); resvg makes pixels of it. The shades, tilt and place of a face (`POSE`) are drawn from a normal
distribution here, so every picture comes with all that decides it.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engines.contract import Refused
from engines.faces import ATTRIBUTES, POSE
from engines.training import packages
from engines.training.fit import Report
from engines.training.recolour import from_oklab, to_oklab

VERSION = "9.4.3"
SIDE = 128  # pixels
BATCH = 500  # drawings a call of Node.js
HELD = 0.1  # share of the (hair, accessory) pairs that training never sees
PARTS: dict[str, tuple[str, ...]] = {
    "hair": (
        *("shortHair", "mohawk", "wavyBob", "bowlCutHair", "curlyBob", "straightHair", "braids", "shavedHead"),
        *("bunHair", "froBun", "bangs", "halfShavedHead", "curlyShortHair"),
    ),
    "hair_colour": (
        *("220f00", "4a2508", "71472d", "e2ba87", "e9b729", "d56c0c", "b8281e", "ec7fb2", "8a4fc0", "605de4"),
        *("238d80", "b9bcc6"),
    ),
    "skin": ("ffe4c0", "f0cf9f", "c99c62", "96652f", "643d19"),
    "eyes": ("normal", "cheery", "confused", "starstruck", "winking", "sleepy", "sad", "angry"),
    "mouth": (
        *("teethSmile", "openedSmile", "unimpressed", "gapSmile", "openSad", "awkwardSmile", "braces"),
        "kawaii",
    ),
    "accessory": (
        *("", "catEars", "glasses", "sailormoonCrown", "clownNose", "sleepMask", "sunglasses", "faceMask"),
        "mustache",
    ),
    "background": ("ffffff", "a8d8ea", "bce8cf", "fbeaa0", "fbcfa8", "f6b8c4", "cfc3f0", "c4c9d0", "2b3350"),
}
_DRAW = """
import { createAvatar } from '@dicebear/core';
import * as style from '@dicebear/big-smile';
let text = '';
for await (const part of process.stdin) text += part;
console.log(JSON.stringify(JSON.parse(text).map(options => createAvatar(style, options).toString())));
"""


@dataclass(frozen=True)
class Faces:
    """Rendered faces. `pixels` uint8 (N, 128, 128, 3), read from disk as it is asked for; `labels` int64 (N, 7), the
    class of each attribute in the order of `ATTRIBUTES`; `pose` float32 (N, 11), standard normal."""

    pixels: np.ndarray
    labels: np.ndarray
    pose: np.ndarray

    def split(self) -> tuple[np.ndarray, np.ndarray]:
        """Indices of the faces (for training, held out): by the pair of hair and accessory, see `held_out`."""
        held = held_out(self.labels)
        return np.flatnonzero(~held), np.flatnonzero(held)


def faces(count: int, folder: Path, report: Report = lambda *told, **facts: None, seed: int = 1) -> Faces:
    """`count` faces rendered below `folder`, kept there; the same for the same count and seed."""
    path = folder / f"faces-{seed}-{count}.npy"
    labels, pose = drawn(count, seed)
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        home, part = fetch(folder), path.with_suffix(".part")
        pixels = np.lib.format.open_memmap(part, "w+", np.uint8, (count, SIDE, SIDE, 3))
        for i in range(0, count, BATCH):
            pixels[i : i + BATCH] = render(labels[i : i + BATCH], pose[i : i + BATCH], home)
            report("rendering faces", done=min(count, i + BATCH), of=count)
        pixels.flush()
        part.rename(path)
    return Faces(np.load(path, mmap_mode="r"), labels, pose)


def fetch(folder: Path) -> Path:
    """A folder in which Node.js finds both packages."""
    home = folder / "dicebear"
    for name in ("core", "big-smile"):
        packages.npm(f"@dicebear/{name}@{VERSION}", home / "node_modules" / "@dicebear" / name)
    if shutil.which("node") is None:
        raise Refused("missing", "The faces are drawn by DiceBear, which runs in Node.js: install Node.js 18 or newer.")
    return home


def drawn(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels (N, 7) and pose (N, 11) of random faces; one in three wears nothing."""
    rng = np.random.default_rng(seed)
    sizes = [len(values) for values in ATTRIBUTES.values()]
    labels = np.stack([rng.integers(0, size, count) for size in sizes], 1)
    bare = rng.random(count) < 0.25
    labels[bare, list(ATTRIBUTES).index("accessory")] = 0
    return labels, np.clip(rng.standard_normal((count, len(POSE))), -2.5, 2.5).astype(np.float32)


def held_out(labels: np.ndarray) -> np.ndarray:
    """Which faces (N,) have a pair of hair and accessory that is kept from training: one pair in ten, by its hash."""
    hair, thing = (labels[:, list(ATTRIBUTES).index(name)] for name in ("hair", "accessory"))
    return np.array([_held(int(h), int(t)) for h, t in zip(hair, thing, strict=True)], bool)


def _held(hair: int, thing: int) -> bool:
    name = f"{ATTRIBUTES['hair'][hair]}+{ATTRIBUTES['accessory'][thing]}"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32 < HELD


# ---------------------------------------------------------------- rendering


def render(labels: np.ndarray, pose: np.ndarray, home: Path) -> np.ndarray:
    """uint8 (N, 128, 128, 3) of labels (N, 7) and pose (N, 11)."""
    drawings = _drawings([_options(one, free) for one, free in zip(labels, pose, strict=True)], home)
    rows = zip(drawings, labels, pose, strict=True)
    return np.stack([_pixels(_placed(svg, one, free)) for svg, one, free in rows])


def _drawings(options: Sequence[dict[str, object]], home: Path) -> list[str]:
    """SVG of each face, from Node.js."""
    script = home / "draw.mjs"
    script.write_text(_DRAW, "utf-8")
    ended = subprocess.run(
        ["node", str(script)], input=json.dumps(options), capture_output=True, text=True, check=False
    )
    if ended.returncode:
        said = (ended.stderr.strip() or "it said nothing").splitlines()[-1]
        raise Refused("missing", f"DiceBear could not draw ({said}): take the folder {home} away and try again.")
    return json.loads(ended.stdout)


def _options(labels: np.ndarray, pose: np.ndarray) -> dict[str, object]:
    """What DiceBear is asked for: one value a part."""
    part = {name: PARTS[name][int(k)] for name, k in zip(ATTRIBUTES, labels, strict=True)}
    return {
        "seed": "face",
        "clip": False,
        "hair": [part["hair"]],
        "hairColor": [shade(part["hair_colour"], pose[0:3] * (0.035, 0.012, 0.012))],
        "skinColor": [shade(part["skin"], (0.02 * pose[3], 0.005 * pose[4], 0.007 * pose[4]))],
        "eyes": [part["eyes"]],
        "mouth": [part["mouth"]],
        "accessories": [part["accessory"] or "glasses"],
        "accessoriesProbability": 100 if part["accessory"] else 0,
    }


def shade(colour: str, change: Sequence[float] | np.ndarray) -> str:
    """A colour 'rrggbb' moved in OKLab (Ottosson 2020) by `change`: lightness, green to red, blue to yellow."""
    rgb = np.array([[int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]])
    moved = from_oklab(to_oklab(rgb) + np.asarray(change, np.float64))
    return "".join(f"{round(float(value) * 255):02x}" for value in np.clip(moved[0], 0, 1))


def _placed(svg: str, labels: np.ndarray, pose: np.ndarray) -> str:
    """The drawing over its background, a little smaller than the square, tilted, scaled and moved."""
    ground = PARTS["background"][int(labels[list(ATTRIBUTES).index("background")])]
    ground = shade(ground, (0.02 * pose[5], 0.004 * pose[6], 0.008 * pose[6]))
    tilt, scale = 5.0 * float(pose[7]), 0.88 * (1 + 0.035 * float(pose[8]))
    x, y = 240 + 10 * float(pose[9]), 261 + 7 * float(pose[10])
    body = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    move = f"translate({x:.3f} {y:.3f}) rotate({tilt:.3f}) scale({scale:.4f}) translate(-240 -240)"
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 480" fill="none">'
    return f'{head}<rect width="480" height="480" fill="#{ground}"/><g transform="{move}">{body}</g></svg>'


def _pixels(svg: str) -> np.ndarray:
    import resvg_py
    from PIL import Image

    drawn = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=SIDE, height=SIDE))
    return np.asarray(Image.open(io.BytesIO(drawn)).convert("RGB"))


# ---------------------------------------------------------------- batches


def order(count: int, batch: int, seed: int) -> Iterator[np.ndarray]:
    """Indices for batch after batch without end, every face once in each round."""
    rng = np.random.default_rng(seed)
    while True:
        shuffled = rng.permutation(count)
        yield from (shuffled[i : i + batch] for i in range(0, count - batch + 1, batch))


class Batches:
    """Pictures (B, 3, 128, 128) in [-1, 1], pose (B, 11) and labels (B, 7) of faces for training, or held out."""

    def __init__(self, given: Faces, size: int, device: str, held: bool = False) -> None:
        self.given, self.size, self.device = given, size, device
        self.rows = given.split()[int(held)]
        self.order = order(len(self.rows), min(size, len(self.rows)), seed=2)

    def next(self) -> tuple[Tensor, Tensor, Tensor]:
        """The next batch, without end."""
        return self.of(self.rows[next(self.order)])

    def first(self) -> tuple[Tensor, Tensor, Tensor]:
        """The first faces, always the same."""
        return self.of(self.rows[: self.size])

    def of(self, rows: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
        """The faces of these indices."""
        pixels = torch.from_numpy(self.given.pixels[rows]).to(self.device).permute(0, 3, 1, 2)
        pose, labels = (torch.from_numpy(array[rows]) for array in (self.given.pose, self.given.labels))
        return pixels.float() / 127.5 - 1, pose.to(self.device), labels.to(self.device)


def distance(made: Tensor, real: Tensor) -> Tensor:
    """How far pictures (B, 3, H, W) are apart: mean |difference| at three sizes, and of the slopes at full size."""
    off = made - real
    slopes = off.diff(dim=2).abs().mean() + off.diff(dim=3).abs().mean()
    coarse = [functional.avg_pool2d(off, side).abs().mean() for side in (2, 4)]
    return off.abs().mean() + sum(coarse) + slopes


def nearest(pictures: np.ndarray, real: np.ndarray, side: int = 32) -> tuple[np.ndarray, np.ndarray]:
    """The index of the nearest of `real` (M, H, W, 3) to each of `pictures` (N, H, W, 3), and how far it is, (N,).

    The distance is the root mean square difference at `side` x `side`, of a range of 255.
    """
    a, b = (_small(array, side) for array in (pictures, real))
    far = torch.cdist(a, b) / a.shape[1] ** 0.5
    least = far.min(1)
    return least.indices.numpy(), least.values.numpy()


def _small(pixels: np.ndarray, side: int) -> Tensor:
    chunks = [pixels[i : i + 500] for i in range(0, len(pixels), 500)]
    rows = [torch.from_numpy(np.ascontiguousarray(chunk)).permute(0, 3, 1, 2).float() for chunk in chunks]
    return torch.cat([functional.adaptive_avg_pool2d(chunk, side).flatten(1) for chunk in rows])
