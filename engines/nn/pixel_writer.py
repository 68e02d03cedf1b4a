"""Drawing with the network of image/pixel: each row and each block is computed once, from what was kept of the others.

The vertical stack goes on row by row (its layers keep the rows above), the horizontal one block by block in plain
numpy: thousands of tiny products, for which a call of PyTorch would cost more than the product.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engines.families import autoregressive
from engines.nn.pixel import BLOCKS, LEFT, PIXELS, PixelCNN


class Writer:
    """A sprite on its way (an `autoregressive.Reader`): rows of sixteen blocks, sixty-four places in each.

    symbols int64 and kept bool (16, 16, 4); text (N, 384) is one row of words, or two: with words and without, which
    `scale(row)` then weighs against each other. `nats` sums -log p of what was drawn, under the words alone; `calls`
    counts the blocks the network was asked about.
    """

    @torch.no_grad()
    def __init__(
        self, network: PixelCNN, symbols: Tensor, kept: Tensor, *, text: Tensor, scale: Callable[[int], float]
    ) -> None:
        self.net, self.scale = network, scale
        self.symbols, self.kept = symbols.cpu().numpy().copy(), kept.cpu().numpy()
        self.count = len(text)
        self.h = network.told(text)
        self.around = self._around()
        self.weights = _Weights(network, self.h)
        self.above: list[list[Tensor]] = [[] for _ in network.above]  # what each layer was given, row by row
        self.done, self.block = -1, -1  # the row and the block in it that were computed last
        self.nats, self.calls = 0.0, 0
        self.told = np.zeros(0, np.float32)
        self.used = np.bincount(self.symbols[self.kept], minlength=network.m.symbols).astype(np.float32)

    def _around(self) -> Tensor:
        """What is kept, (N, width, 16, 16)."""
        seen, mine = self._seen(self.symbols)[None], torch.from_numpy(self.kept).to(self.h.device)[None, ..., None]
        known = torch.cat([seen * mine, mine.to(seen.dtype)], -1)
        return self.net.around(known.flatten(3).movedim(-1, 1).expand(self.count, -1, -1, -1), self.h)

    def _seen(self, symbols: np.ndarray) -> Tensor:
        return self.net.embed(torch.from_numpy(symbols).to(self.h.device))

    # ------------------------------------------------------------ reading and writing

    @torch.no_grad()
    def logits(self, row: int, n: int) -> Tensor:
        """Of the symbol at place n of a row of blocks, (V,), guided."""
        while self.done < row:
            self._row()
        while self.block < n // PIXELS:
            self._next()
        earlier = self.symbols[row, n // PIXELS, : n % PIXELS]
        found = self.weights.leave(self.x, earlier, n % PIXELS)  # (N, V)
        self.told, both = found[0], torch.from_numpy(found)
        return both[0] if self.count == 1 else autoregressive.guided(both[0], both[1], self.scale(row))

    def settle(self, row: int, n: int, symbol: int) -> None:
        """Write a symbol at place n of a row."""
        self.nats += float(np.log(np.exp(self.told - self.told.max()).sum()) + self.told.max() - self.told[symbol])
        self.symbols[row, n // PIXELS, n % PIXELS] = symbol

    # ------------------------------------------------------------ the vertical stack

    def _row(self) -> None:
        """Go on to the next row: what stands in the last one is settled."""
        while self.done >= 0 and self.block < BLOCKS - 1:
            self._next(last=True)
        self._add()
        y = self.done = self.done + 1
        self.block = -1
        net = self.net
        seen = self._seen(self.symbols[y - 1]).flatten(1).T if y else self.h.new_zeros(PIXELS * net.m.embed, BLOCKS)
        x = net.enter_above(seen[None, :, None].expand(self.count, -1, -1, -1)) + self.around[:, :, y : y + 1]
        for gate, rows in zip(net.above, self.above, strict=True):
            rows.append(x)
            up, across = gate.conv.dilation
            both = torch.cat([rows[y - up] if y >= up else torch.zeros_like(x), x], 2)
            both = functional.pad(both, (across, across))
            both = functional.conv2d(both, gate.conv.weight, gate.conv.bias, dilation=(1, across))
            a, b = (both + gate.told(self.h)[..., None, None]).chunk(2, 1)
            x = x + gate.out(a.tanh() * b.sigmoid())
        self.vertical = net.beside(functional.silu(x))[:, :, 0].movedim(-1, 0).contiguous().cpu().numpy()  # (16, N, C)
        self.rows = [np.zeros((2 * d, self.count, net.m.width), np.float32) for d in LEFT]
        self.rows = [np.concatenate([rows, np.zeros((BLOCKS, *rows.shape[1:]), np.float32)]) for rows in self.rows]

    # ------------------------------------------------------------ the horizontal stack

    def _add(self) -> None:
        """Count the free pixels of the block that was computed last: they are settled now."""
        if self.block >= 0:
            free = self.symbols[self.done, self.block][~self.kept[self.done, self.block]]
            np.add.at(self.used, free, 1)

    def _next(self, last: bool = False) -> None:
        """Go on to the next block; with `last` nothing will be asked of this row, and only its pixels are counted."""
        self._add()
        c = self.block = self.block + 1
        if last:
            return
        before = None if c == 0 else self.symbols[self.done, c - 1]
        self.x = self.weights.enter(self.vertical[c], before, self.used)
        for index, rows in enumerate(self.rows):
            self.x = self.weights.gate(index, self.x, (rows, c), self.vertical[c])
        self.calls += 1


class _Weights:
    """The horizontal stack and the head as matrices, float32."""

    def __init__(self, net: PixelCNN, h: Tensor) -> None:
        width, embed = net.m.width, net.m.embed
        self.width = width
        self.embed = _array(net.embed.weight)
        self.enter_left = (_array(net.enter_left.weight[:, :, 0, 0].T), _array(net.enter_left.bias))
        self.used = _array(net.used.weight[:, :, 0, 0].T)
        self.gates = []
        for gate in net.left:
            inward = gate.conv.weight[:, :, 0].permute(2, 1, 0).flatten(0, 1)  # (3 width, 2 width), the oldest first
            told = gate.conv.bias + gate.told(h)  # (N, 2 width)
            outward = gate.out.weight[:, :, 0, 0].T
            self.gates.append(tuple(_array(part) for part in (inward, told, outward, gate.out.bias)))
        hidden = net.head.enter.weight.unflatten(0, (PIXELS, -1)).transpose(1, 2)
        self.hidden = (_array(hidden), _array(net.head.enter.bias.unflatten(0, (PIXELS, -1))))
        self.earlier = [_array(layer.weight.T.unflatten(0, (-1, embed))) for layer in net.head.earlier]
        self.last = (_array(net.head.leave.weight.T), _array(net.head.leave.bias))

    def enter(self, vertical: np.ndarray, before: np.ndarray | None, used: np.ndarray) -> np.ndarray:
        """The first features of a block (N, width), from the block before it and the colours used so far."""
        x = vertical[:, -self.width :] + np.log1p(used) @ self.used + self.enter_left[1]
        return x if before is None else x + self.embed[before].reshape(-1) @ self.enter_left[0]

    def gate(self, index: int, x: np.ndarray, place: tuple[np.ndarray, int], vertical: np.ndarray) -> np.ndarray:
        """One gated layer at one block; `place` holds what this layer was given (2 d + 16, N, width) and the block."""
        inward, told, outward, bias = self.gates[index]
        (rows, c), d, width = place, LEFT[index], self.width
        rows[2 * d + c] = x
        seen = np.concatenate([rows[c], rows[c + d], x], -1)
        both = seen @ inward + told + vertical[:, 2 * width * index : 2 * width * (index + 1)]
        return x + (np.tanh(both[:, :width]) * _sigmoid(both[:, width:])) @ outward + bias

    def leave(self, x: np.ndarray, earlier: np.ndarray, k: int) -> np.ndarray:
        """Logits (N, V) of a block's pixel k, given the k pixels before it."""
        hidden = (x * _sigmoid(x)) @ self.hidden[0][k] + self.hidden[1][k]
        if k:
            hidden = hidden + self.embed[earlier].reshape(-1) @ self.earlier[k - 1].reshape(-1, hidden.shape[-1])
        return (hidden * _sigmoid(hidden)) @ self.last[0] + self.last[1]


def _array(x: Tensor) -> np.ndarray:
    return np.ascontiguousarray(x.detach().cpu().numpy(), np.float32)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * np.tanh(0.5 * x) + 0.5
