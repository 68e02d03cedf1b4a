"""The model of image/pixel, loaded, and what is done with it: what a start keeps, drawing the rest, measuring."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.contract import Checkpoint, Image, Refused, Request, Value
from engines.device import best
from engines.families import autoregressive
from engines.files import assets
from engines.nn import match, palette, stored
from engines.nn.mend import heated
from engines.nn.palette import SIDE
from engines.nn.pixel import BLOCKS, PIXELS, PixelCNN, blocks, network, pixels
from engines.nn.pixel_colours import borrowed, sprites_of, symbols_of
from engines.nn.pixel_writer import Writer
from engines.nn.text import TextEncoder

METHOD = "raster of blocks"
GROUND, LARGE = 208, 5  # what is behind a sprite that is compared with words, and how large each of its pixels is
BEGUN = 30  # pixels that show something: with so many a sprite has begun


def load(name: str = "weights/pixel/pixel.safetensors") -> Model:
    """The model from its weight file below assets/, on the best device, in single precision."""
    device = best()
    return Model(stored.read(network, assets.path(name), device), TextEncoder(device))


class Model:
    """PixelCNN and text encoder, and beside them what chooses among tries, once it is asked."""

    def __init__(self, net: PixelCNN, text: TextEncoder) -> None:
        self.net, self.text = net, text
        self.colours = net.palette.cpu().numpy()
        self._critic: match.Model | None = None

    def read(self, prompt: str) -> Tensor:
        """The mean token state of a prompt, (1, 384)."""
        states, mask = self.text.encode([prompt.strip()])
        return states.sum(1) / mask.sum(1, keepdim=True)

    def likeness(self, prompt: str, sprites: np.ndarray) -> np.ndarray:
        """How well each of sprites, uint8 (N, 32, 32, 4), fits the words as image/match sees it: cosines, (N,)."""
        if self._critic is None:
            self._critic = match.load(encoder=self.text)
        seen = np.where(sprites[..., 3:] > 0, sprites[..., :3], np.uint8(GROUND)).repeat(LARGE, 1).repeat(LARGE, 2)
        return (self._critic.shows(seen) @ self._critic.said([prompt])[0]).cpu().numpy()

    @torch.no_grad()
    def logits(self, symbols: np.ndarray, kept: np.ndarray, text: Tensor) -> Tensor:
        """Logits (32, 32, V) of every pixel of a sprite in symbols, all at once."""
        given = (blocks(torch.from_numpy(part)[None]).to(text.device) for part in (symbols.astype(np.int64), kept))
        return pixels(self.net(*given, text))[0]


@dataclass(frozen=True)
class Start:
    """What is there before: a sprite, uint8 (32, 32, 4), and which of its pixels are kept, bool (32, 32)."""

    sprite: np.ndarray
    kept: np.ndarray

    @classmethod
    def of(cls, request: Request, rows: int) -> Start:
        """A request's start and mask; without a mask `rows` rows are kept (0: those that are drawn, or the upper half
        of what is drawn down to the last quarter)."""
        if request.start is None:
            return cls(np.zeros((SIDE, SIDE, 4), np.uint8), np.zeros((SIDE, SIDE), bool))
        if not isinstance(request.start, Image):
            raise Refused("bad-request", "A sprite is completed from a picture; the start that was given is none.")
        sprite = palette.gridded(request.start)
        if request.mask is not None:
            kept = ~palette.gridded_mask(request.mask, request.start)
        else:
            kept = np.repeat(np.arange(SIDE)[:, None] < (rows or drawn(sprite)), SIDE, 1)
        if kept.all():
            raise Refused(
                "bad-request", "Nothing is free to draw: paint a mask over what may change, or keep fewer rows."
            )
        return cls(sprite, kept)


def drawn(sprite: np.ndarray) -> int:
    """How many rows of a half-drawn sprite are to be kept: those down to the last that shows something, or half of
    them all when that is in the last quarter."""
    seen = np.flatnonzero((sprite[..., 3] > 0).any(1))
    last = int(seen[-1]) + 1 if len(seen) else 0
    return last if last <= SIDE * 3 // 4 else SIDE // 2


class Desk:
    """One sprite on its way, from a request. `steps` yields whenever two rows of pixels are finished."""

    def __init__(self, model: Model, request: Request, options: Any) -> None:
        self.model, self.request, self.options = model, request, options
        self.start = Start.of(request, options.rows)
        self.colours = borrowed(model.colours, self.start.sprite, self.start.kept)
        self.free = _blocks(~self.start.kept)  # (16, 16, 4)
        self.rows = np.flatnonzero(self.free.any((1, 2))).tolist()
        self.done = 0
        symbols = _blocks(symbols_of(self.start.sprite, model.colours).astype(np.int64))
        symbols[self.free] = len(model.colours)
        held = request.resume
        if held is not None:
            symbols = self._taken(held, symbols)
        self.writer = self._writer(symbols)
        if held is not None:
            self.writer.nats, self.writer.calls = held.numbers["nats"], int(held.numbers["calls"])

    def _taken(self, held: Checkpoint, symbols: np.ndarray) -> np.ndarray:
        """The symbols with those a checkpoint holds in the rows that are finished."""
        found = held.arrays.get("symbols")
        if held.method != METHOD or found is None or held.step > len(self.rows):
            raise Refused("bad-request", "This checkpoint is of another engine or mask: branch with what made it.")
        self.done = held.step
        finished = np.isin(np.arange(BLOCKS), self.rows[: self.done])[:, None, None]
        return np.where(self.free & finished, found.astype(np.int64), symbols)

    def _writer(self, symbols: np.ndarray) -> Writer:
        model, prompt = self.model, self.request.prompt
        text = model.read(prompt)
        if prompt.strip() and (self.options.guidance != 1 or "guidance" in self.request.curves):
            text = torch.cat([text, model.read("")])
        given, kept = (torch.from_numpy(part).to(text.device) for part in (symbols, ~self.free))
        return Writer(model.net, given, kept, text=text, scale=self._guidance)

    def _at(self, name: str, row: int) -> float:
        return self.request.at(name, getattr(self.options, name), row / (BLOCKS - 1))

    def _guidance(self, row: int) -> float:
        return self._at("guidance", row)

    def _shaped(self, row: int, logits: Tensor) -> Tensor:
        """The logits to draw from. While the picture is nearly empty the chance that something is there is the
        network's own: it is so small at every single pixel that cutting what is rare would leave nothing for ever."""
        options, nothing = self.options, len(self.colours)
        how: dict[str, Any] = {"temperature": self._at("temperature", row), "k": options.top_k, "p": options.top_p}
        if self.writer.used[:-1].sum() >= BEGUN:
            return autoregressive.shaped(logits, **how)
        cut = logits.clone()
        cut[:nothing] = autoregressive.shaped(logits[:nothing], **how)
        return autoregressive.spared(cut, nothing, torch.from_numpy(self.writer.told))

    def steps(self) -> Iterator[None]:
        """Draw the rows that are still to draw."""
        left = self.free.copy()
        left[self.rows[: self.done]] = False
        flat = left.reshape(BLOCKS, BLOCKS * PIXELS)
        for _ in autoregressive.raster(self.writer, flat, self.request.seed, self._shaped):
            self.done += 1
            yield

    @property
    def level(self) -> float:
        """What is left to draw, 1 to 0."""
        return 1 - self.done / len(self.rows)

    def sprite(self) -> np.ndarray:
        """What is there now, uint8 (32, 32, 4): the kept pixels are the start's own."""
        made = sprites_of(pixels(torch.from_numpy(self.writer.symbols)[None])[0].numpy(), self.colours)
        return np.where(self.start.kept[..., None], self.start.sprite, made)

    def picture(self) -> Image:
        """The same as it is shown."""
        return shown(self.sprite(), self.request, self.options.background)

    def checkpoint(self) -> Checkpoint:
        """The symbols so far, and what the rest does not tell."""
        numbers = {"nats": self.writer.nats, "calls": self.writer.calls}
        symbols = self.writer.symbols.astype(np.uint8)
        return Checkpoint(self.done, len(self.rows), self.level, METHOD, {"symbols": symbols}, numbers)

    def facts(self) -> dict[str, Value]:
        """How much was drawn, and how surprising it was to the network (no guidance, temperature 1)."""
        bits, count = float(autoregressive.bits(self.writer.nats)), int(self.free.sum())
        sprite = self.sprite()
        used = len(np.unique(sprite[sprite[..., 3] > 0][:, :3], axis=0))
        return {
            "nfe": self.writer.calls,
            "bits": round(bits, 1),
            "bits per pixel": round(bits / count, 4),
            "colours": used,
        }


class Measure:
    """The exact probability of a start, or of what its mask covers given the rest, and where it is surprising."""

    def __init__(self, model: Model, request: Request, options: Any) -> None:
        if request.start is None:
            raise Refused("bad-request", "Nothing to measure: give a start picture, or set do to complete.")
        self.request, self.options, self.model = request, options, model
        self.done = 0 if request.resume is None else request.resume.step
        free = request if request.mask is not None else None
        self.start = Start.of(request, options.rows) if free else Start(_whole(request), np.zeros((SIDE, SIDE), bool))
        self.rows = list(range(BLOCKS))

    @cached_property
    def bits(self) -> np.ndarray:
        """-log2 p of every pixel, nought where it is kept, (32, 32)."""
        symbols = symbols_of(self.start.sprite, self.model.colours)
        logits = self.model.logits(symbols, self.start.kept, self.model.read(self.request.prompt))
        told = autoregressive.log_likelihood(logits, torch.from_numpy(symbols.astype(np.int64)).to(logits.device))
        each = autoregressive.bits(-told.cpu())
        return np.where(self.start.kept, 0, np.asarray(each))

    def steps(self) -> Iterator[None]:
        """One for every two rows of pixels that are told."""
        while self.done < BLOCKS:
            self.done += 1
            yield

    @property
    def level(self) -> float:
        """What is left to tell, 1 to 0."""
        return 1 - self.done / BLOCKS

    def sprite(self) -> np.ndarray:
        """The surprise of the rows told so far over the start in grey, uint8 (32, 32, 4)."""
        told = np.arange(SIDE)[:, None, None] < 2 * self.done
        return np.where(told, heated(self.start.sprite, self.bits), self.start.sprite)

    def picture(self) -> Image:
        """The same as it is shown."""
        return shown(self.sprite(), self.request, self.options.background)

    def checkpoint(self) -> Checkpoint:
        """How many rows are told: the rest is computed again."""
        return Checkpoint(self.done, BLOCKS, self.level, METHOD, {"symbols": np.zeros(0, np.uint8)})

    def facts(self) -> dict[str, Value]:
        """The bits of the free pixels; beside them those of a whole PNG of the start in the palette's colours."""
        bits, count = float(self.bits.sum()), int((~self.start.kept).sum())
        facts: dict[str, Value] = {"nfe": 1, "log_likelihood": round(-bits * float(np.log(2)), 2)}
        facts |= {"bits": round(bits, 1), "bits per pixel": round(bits / count, 4)}
        symbols = symbols_of(self.start.sprite, self.model.colours)
        return facts | {"PNG bits per pixel": round(8 * len(png(symbols, self.model.colours)) / SIDE**2, 4)}


def _whole(request: Request) -> np.ndarray:
    if not isinstance(request.start, Image):
        raise Refused("bad-request", "A sprite is measured in a picture; the start that was given is none.")
    return palette.gridded(request.start)


def _blocks(array: np.ndarray) -> np.ndarray:
    return blocks(torch.from_numpy(np.ascontiguousarray(array))[None])[0].numpy()


def shown(sprite: np.ndarray, request: Request, background: str) -> Image:
    """A sprite at the size asked for, over a background colour or nothing."""
    from engines.nn.sprite import picture

    return picture(sprite[None], (request.size or (SIDE, SIDE))[0] // SIDE, background)


def png(symbols: np.ndarray, colours: np.ndarray) -> bytes:
    """Symbols (H, W) as a PNG with this palette, as small as Pillow makes it."""
    from PIL import Image as Pillow

    held, picture = io.BytesIO(), Pillow.fromarray(symbols.astype(np.uint8), "P")
    picture.putpalette(np.append(colours, [[0, 0, 0]], 0).astype(np.uint8).tobytes())
    picture.save(held, "PNG", optimize=True, transparency=len(colours))
    return held.getvalue()
