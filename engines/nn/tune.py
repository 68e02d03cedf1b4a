"""The network of audio/tune: a causal transformer over events, two parts to each (see `engines.music.events`).

Rotary positions (Su et al., "RoFormer", 2021), RMS norms before each layer, gated MLPs. The
first part of the next event (what length) is read off the last layer; the second (which pitch or chord) off the same
with the first part added, so that p(first, second | past) = p(first | past) p(second | first, past).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.music import events
from engines.music.theory import METRES, MODES
from engines.nn.transformer import attention

Past = list[tuple[Tensor, Tensor]]  # keys and values (B, heads, n, d) of each layer


@dataclass(frozen=True)
class Shape:
    """The measures of a `TuneNetwork`."""

    width: int = 160
    depth: int = 5
    heads: int = 5
    inner: int = 432

    def words(self) -> dict[str, str]:
        """As text, for the head of a weight file."""
        return {name: str(value) for name, value in asdict(self).items()}


class TuneNetwork(nn.Module):
    """`forward(pairs, slots, kind)` gives what follows each event; `step` does the same with a cache of the past."""

    def __init__(self, shape: Shape | None = None, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = s = shape or Shape()
        self.dropout = dropout
        self.first = nn.Embedding(events.FIRSTS + 1, s.width)
        self.second = nn.Embedding(events.SECONDS + 1, s.width)
        sizes = (events.PHRASE + 1, events.LEFT + 1, events.TIMES, 2)
        self.slots = nn.ModuleList(nn.Embedding(size, s.width) for size in sizes)
        kinds = (len(events.RHYTHMS), len(METRES), len(MODES) + 1)
        self.kinds = nn.ModuleList(nn.Embedding(size, s.width) for size in kinds)
        self.blocks = nn.ModuleList(Block(s) for _ in range(s.depth))
        self.norm = nn.RMSNorm(s.width)
        self.lengths = nn.Linear(s.width, events.FIRSTS)
        self.chosen = nn.Embedding(events.FIRSTS, s.width)
        self.mix = nn.Linear(s.width, s.width)
        self.pitches = nn.Linear(s.width, events.SECONDS)
        for table in (self.first, self.second, self.chosen, *self.slots, *self.kinds):
            nn.init.normal_(table.weight, std=0.1)  # type: ignore[arg-type]

    def forward(self, pairs: Tensor, slots: Tensor, kind: Tensor) -> Tensor:
        """Features (B, N, width) from which event n is predicted.

        pairs (B, N, 2) are the events BEFORE each place (the first is BEGIN), slots (B, N, 4) the slots OF the places,
        kind (B, 3).
        """
        h, _ = self.step(pairs, slots, kind)
        return h

    def step(self, pairs: Tensor, slots: Tensor, kind: Tensor, past: Past | None = None) -> tuple[Tensor, Past]:
        """The same for further places after `past`, and the longer past."""
        before = past[0][0].shape[2] if past else 0
        h = self.first(pairs[..., 0]) + self.second(pairs[..., 1])
        for k, table in enumerate(self.slots):
            h = h + table(slots[..., k])
        h = h + sum(table(kind[:, k]) for k, table in enumerate(self.kinds))[:, None]
        h = functional.dropout(h, self.dropout, self.training)
        count = h.shape[1]
        places = torch.arange(before + count, device=h.device)
        seen = places[None, :] <= places[before:, None]  # (n, before + n)
        turn = rotation(places[before:], self.shape.width // self.shape.heads)
        kept: Past = []
        for k, block in enumerate(self.blocks):
            h, one = block(h, turn, seen, past[k] if past else None)
            kept.append(one)
        return self.norm(h), kept

    def first_logits(self, h: Tensor) -> Tensor:
        """Logits of the first part, (..., FIRSTS)."""
        return self.lengths(h)

    def second_logits(self, h: Tensor, first: Tensor) -> Tensor:
        """Logits of the second part when the first is `first` (...), (..., SECONDS)."""
        return self.pitches(functional.silu(self.mix(h) + self.chosen(first)))


class Block(nn.Module):
    """Causal attention and a gated MLP."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.norms = nn.ModuleList(nn.RMSNorm(shape.width) for _ in range(2))
        self.qkv = nn.Linear(shape.width, 3 * shape.width, bias=False)
        self.out = nn.Linear(shape.width, shape.width, bias=False)
        self.up = nn.Linear(shape.width, 2 * shape.inner, bias=False)
        self.down = nn.Linear(shape.inner, shape.width, bias=False)

    def forward(
        self, h: Tensor, turn: tuple[Tensor, Tensor], seen: Tensor, past: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        q, k, v = (x.unflatten(-1, (self.heads, -1)).transpose(1, 2) for x in self.qkv(self.norms[0](h)).chunk(3, -1))
        q, k = rotated(q, turn), rotated(k, turn)
        if past is not None:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        h = h + self.out(attention(q, k, v, seen).transpose(1, 2).flatten(2))
        value, gate = self.up(self.norms[1](h)).chunk(2, -1)
        return h + self.down(value * functional.silu(gate)), (k, v)


def rotation(places: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines of the rotary angles of these places, (n, size / 2) each."""
    rates = 10_000.0 ** (-torch.arange(size // 2, device=places.device) / (size // 2))
    angles = places[:, None].float() * rates
    return angles.cos(), angles.sin()


def rotated(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """x (B, heads, n, d) with each pair of numbers turned by its place's angle (RoFormer, equation 34)."""
    cos, sin = turn
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)


def network(words: dict[str, str]) -> TuneNetwork:
    """A network of the measures in the head of a weight file."""
    return TuneNetwork(Shape(**{name: int(value) for name, value in words.items() if name in Shape().words()}))
