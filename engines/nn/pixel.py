"""The network of image/pixel: a Gated PixelCNN over blocks of 2x2 pixels that sees the kept part of a sprite whole.

van den Oord et al., "Conditional Image Generation with PixelCNN Decoders", 2016: gated units told the words, and a
vertical and a horizontal stack without a blind spot. The stacks go over 16x16 blocks in raster order; the four pixels
of a block follow one another. For the symbol x_i of a free pixel it models

    p(x_i | x_j of free j before i, x_k of all kept k, words)

so that the product over the free pixels is the exact probability of what is drawn given what is kept. Causality is by
padding and shifting, never by multiplying weights with a mask.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.nn.palette import SIDE

BLOCKS = SIDE // 2  # on a side
PIXELS = 4  # of a block, in the order upper left, upper right, lower left, lower right
ABOVE = ((1, 1), (1, 2), (2, 1), (4, 2))  # dilations of the vertical stack's layers
LEFT = (1, 2, 4)  # of the horizontal one's, which reach over the whole row


@dataclass(frozen=True)
class Measures:
    """Sizes of a network. `symbols` counts the colours of the palette and, as the last symbol, nothing."""

    symbols: int = 48
    embed: int = 24
    width: int = 80
    deep: int = 96
    told: int = 96
    hidden: int = 96
    text: int = 384

    def words(self) -> dict[str, str]:
        """The measures as words for the head of a weight file."""
        return {name: str(value) for name, value in asdict(self).items()}

    @classmethod
    def read(cls, words: dict[str, str]) -> Measures:
        """The way back; KeyError or ValueError when they are not those of this network."""
        return cls(**{name: int(words[name]) for name in cls.__dataclass_fields__})


class Gate(nn.Module):
    """x + R (tanh(a) * sigmoid(b)) with (a, b) = W * x + V h (equation 4); W reaches up and to the left only.

    `kernel` (rows, columns) and `dilation`: rows end at the place itself; columns too when there is one row alone,
    else they lie around it. `h` (B, told) is what the words say.
    """

    def __init__(self, width: int, kernel: tuple[int, int], told: int, dilation: tuple[int, int] = (1, 1)) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, 2 * width, kernel, dilation=dilation)
        self.told = nn.Linear(told, 2 * width, bias=False)
        self.out = nn.Conv2d(width, width, 1)
        up, across = (d * (k - 1) for d, k in zip(dilation, kernel, strict=True))
        self.pad = (across, 0, up, 0) if kernel[0] == 1 else (across // 2, across // 2, up, 0)

    def forward(self, x: Tensor, h: Tensor, beside: Tensor | None = None) -> Tensor:
        """(B, C, H, W) to the same; `beside` (B, 2 C, H, W) is added to (a, b)."""
        both = self.conv(functional.pad(x, self.pad)) + self.told(h)[..., None, None]
        both = both if beside is None else both + beside
        a, b = both.chunk(2, 1)
        return x + self.out(a.tanh() * b.sigmoid())


class Around(nn.Module):
    """What is kept, seen whole: (B, 4 (embed + 1), 16, 16) to (B, width, 16, 16)."""

    def __init__(self, m: Measures) -> None:
        super().__init__()
        self.enter = nn.Conv2d(PIXELS * (m.embed + 1), m.width, 3, padding=1)
        self.down, self.up = nn.Conv2d(4 * m.width, m.deep, 1), nn.Conv2d(m.deep, 4 * m.width, 1)
        self.deep = nn.ModuleList([Block(m.deep, m.told) for _ in range(2)])
        self.all = nn.Linear(m.deep, m.deep)
        self.last = Block(m.width, m.told)

    def forward(self, kept: Tensor, h: Tensor) -> Tensor:
        x = self.enter(kept)
        y = self.down(functional.pixel_unshuffle(functional.silu(x), 2))
        for block in self.deep:
            y = block(y, h) + self.all(y.mean((2, 3)))[..., None, None]
        return self.last(x + functional.pixel_shuffle(self.up(functional.silu(y)), 2), h)


class Block(nn.Module):
    """x + two convolutions that see all around, told the words between them."""

    def __init__(self, width: int, told: int) -> None:
        super().__init__()
        self.first, self.second = (nn.Conv2d(width, width, 3, padding=1) for _ in range(2))
        self.told = nn.Linear(told, width)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        inner = self.first(functional.silu(x)) + self.told(h)[..., None, None]
        return x + self.second(functional.silu(inner))


class Head(nn.Module):
    """Logits of a block's four pixels, each told of those before it in the block."""

    def __init__(self, m: Measures) -> None:
        super().__init__()
        self.enter = nn.Linear(m.width, PIXELS * m.hidden)
        self.earlier = nn.ModuleList([nn.Linear(k * m.embed, m.hidden, bias=False) for k in range(1, PIXELS)])
        self.leave = nn.Linear(m.hidden, m.symbols)

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        """x (..., width), seen (..., 4, embed) to (..., 4, V)."""
        hidden = self.enter(functional.silu(x)).unflatten(-1, (PIXELS, -1))
        told = [layer(seen[..., :k, :].flatten(-2)) for k, layer in enumerate(self.earlier, 1)]
        told = [torch.zeros_like(told[0]), *told]
        return self.leave(functional.silu(hidden + torch.stack(told, -2)))


class PixelCNN(nn.Module):
    """Logits for every pixel of sprites whose symbols are known, all at once."""

    palette: Tensor
    above: Any
    left: Any
    enter_left: Any
    head: Any

    def __init__(self, m: Measures = Measures()) -> None:
        super().__init__()
        self.m = m
        self.register_buffer("palette", torch.zeros(m.symbols - 1, 3, dtype=torch.uint8))
        self.embed = nn.Embedding(m.symbols, m.embed)
        self.words = nn.Sequential(nn.Linear(m.text, m.told), nn.SiLU(), nn.Linear(m.told, m.told), nn.SiLU())
        self.around = Around(m)
        self.enter_above = nn.Conv2d(PIXELS * m.embed, m.width, (1, 3), padding=(0, 1))
        self.above = nn.ModuleList([Gate(m.width, (2, 3), m.told, dilation) for dilation in ABOVE])
        self.enter_left = nn.Conv2d(PIXELS * m.embed, m.width, 1)
        self.used = nn.Conv2d(m.symbols, m.width, 1, bias=False)
        self.left = nn.ModuleList([Gate(m.width, (1, 3), m.told, (1, dilation)) for dilation in LEFT])
        self.beside = nn.Conv2d(m.width, (2 * len(LEFT) + 1) * m.width, 1)
        self.head = Head(m)

    def told(self, text: Tensor) -> Tensor:
        """What the layers are told by the mean token state of captions: (B, text) to (B, told)."""
        return self.words(text)

    def vertical(self, symbols: Tensor, kept: Tensor, h: Tensor) -> Tensor:
        """All that does not depend on the block's own row except where that is kept: (B, (2 L + 1) width, 16, 16), for
        each of the L horizontal layers what is added to its (a, b), and last what it begins with.

        symbols int64 and kept bool (B, 16, 16, 4) as `blocks` orders them, h (B, told).
        """
        seen = self.embed(symbols)  # (B, 16, 16, 4, E)
        known = torch.cat([seen * kept[..., None], kept[..., None].to(seen.dtype)], -1)
        around = self.around(known.flatten(3).movedim(-1, 1), h)
        rows = functional.pad(seen.flatten(3).movedim(-1, 1), (0, 0, 1, 0))[:, :, :-1]  # each tells of the one above
        x = self.enter_above(rows) + around
        for gate in self.above:
            x = gate(x, h)
        return self.beside(functional.silu(x))

    def horizontal(self, symbols: Tensor, kept: Tensor, h: Tensor, vertical: Tensor) -> Tensor:
        """Logits (B, 16, 16, 4, V) from the blocks to the left in the row and what `vertical` says."""
        *beside, first = vertical.split([2 * self.m.width] * len(LEFT) + [self.m.width], 1)
        seen = self.embed(symbols)
        before = functional.pad(seen.flatten(3).movedim(-1, 1), (1, 0))[..., :-1]
        x = first + self.enter_left(before) + self.used(usage(symbols, kept, self.m.symbols))
        for gate, more in zip(self.left, beside, strict=True):
            x = gate(x, h, more)
        return self.head(x.movedim(1, -1), seen)

    def forward(self, symbols: Tensor, kept: Tensor, text: Tensor) -> Tensor:
        """Logits (B, 16, 16, 4, V) of each pixel's symbol given the free ones before it and all that are kept.

        symbols (B, 16, 16, 4) int64 and kept bool as `blocks` orders them; text (B, 384), mean token states.
        """
        h = self.told(text)
        return self.horizontal(symbols, kept, h, self.vertical(symbols, kept, h))


def network(words: dict[str, str]) -> PixelCNN:
    """A network of the measures in the head of a weight file."""
    return PixelCNN(Measures.read(words))


def blocks(pixels: Tensor) -> Tensor:
    """(B, 32, 32) as blocks of four pixels, (B, 16, 16, 4)."""
    return functional.pixel_unshuffle(pixels[:, None], 2).movedim(1, -1)


def pixels(blocks: Tensor) -> Tensor:
    """The way back, (B, 16, 16, 4, ...) to (B, 32, 32, ...)."""
    parts = blocks.unflatten(3, (2, 2)).transpose(2, 3)  # (B, 16, 2, 16, 2, ...)
    return parts.flatten(3, 4).flatten(1, 2)


def usage(symbols: Tensor, kept: Tensor, count: int) -> Tensor:
    """How often each symbol is already there: log(1 + n), (B, V, 16, 16), n over all that is kept and over the free
    pixels of the blocks before the place."""
    each = functional.one_hot(symbols.flatten(1, 2), count).float()  # (B, 256, 4, V)
    free = (each * ~kept.flatten(1, 2)[..., None]).sum(2)
    n = free.cumsum(1) - free + (each.sum(2) - free).sum(1, keepdim=True)
    return n.log1p().movedim(-1, 1).unflatten(-1, (BLOCKS, BLOCKS))
