"""Writing with the network of audio/wave: what each layer was given is kept, so that a sample costs a few products.

Le Paine et al., "Fast Wavenet Generation Algorithm", 2016: a layer with gap d needs of the past only what it was given
d and 2 d samples ago. Plain numpy: for products so small a call of PyTorch would cost more than the product.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engines.families import causal
from engines.nn import wave_foresight as foresight
from engines.nn.wave import FLOOR, GAPS, KERNEL, LOCAL, ROUNDED, WaveNet, local_of

REACH = KERNEL - 1  # gaps a layer looks back
PLACES = causal.places_of(np.arange(causal.LEVELS))
SAMPLES = causal.samples_of(np.arange(causal.LEVELS))


class Weights:
    """The network as matrices, float32, told what to make (1, told). Halves of the gates are folded into them:
    sigmoid(b) = (1 + tanh(b / 2)) / 2."""

    def __init__(self, net: WaveNet, h: Tensor) -> None:
        self.width, self.window = net.m.width, net.m.window
        enter = _array(net.enter.weight.T)
        self.enter, self.local, self.bias = enter[:-LOCAL], enter[-LOCAL:], _array(net.enter.bias)
        half = np.repeat(np.array([1, 0.5], np.float32), self.width)
        self.gates = []
        for gate in net.gates:
            told = _array(gate.inward.bias + gate.told(h)[0]) * half
            inward, outward = _array(gate.inward.weight.T) * half, _array(gate.outward.weight.T) * np.float32(0.5)
            self.gates.append((gate.gap, inward, told, outward, _array(gate.outward.bias)))
        self.mix = _array(net.mix.weight.T), _array(net.mix.bias)
        self.leave = _array(net.leave.weight.T), _array(net.leave.bias)

    def layer(self, index: int, seen: np.ndarray, x: np.ndarray) -> np.ndarray:
        """One gated layer: seen (..., 3 width), the oldest first, and x (..., width), the newest of them."""
        _, inward, told, outward, bias = self.gates[index]
        both = seen @ inward
        both += told
        np.tanh(both, out=both)
        gated = both[..., self.width :] + np.float32(1)
        gated *= both[..., : self.width]
        return x + gated @ outward + bias

    def entered(self, seen: np.ndarray, wrong: np.ndarray, foretold: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the first layer makes of places and errors before (..., window) and predictions (..., 1), without what
        is told, (..., width); and the size of the errors (..., 1)."""
        least = FLOOR**2 + np.square(ROUNDED * causal.spacing(foretold))
        size = np.sqrt(np.square(wrong).mean(-1, keepdims=True) + least).astype(np.float32)
        given = np.concatenate([seen, wrong / size, causal.companded(foretold), np.log(size)], -1)
        return given @ self.enter, size

    def mixture(self, x: np.ndarray, foretold: np.ndarray, size: np.ndarray) -> np.ndarray:
        """The mixture (3 K,) from the last layer (width,), the prediction (1,) and the size of its errors (1,)."""
        hidden = _silu(x) @ self.mix[0] + self.mix[1]
        weight, mean, scale = np.split(_silu(hidden) @ self.leave[0] + self.leave[1], 3)
        return np.concatenate([weight, foretold + size * mean, np.log(size) + scale])


class Writer:
    """A sound on its way (a `causal.Reader`), `total` samples long; `pitch` is the note whose phase is told."""

    def __init__(self, weights: Weights, total: int, pitch: float) -> None:
        self.weights, self.done, self.pitch = weights, 0, pitch
        self.places, self.wrong = np.zeros((2, weights.window + total), np.float32)
        self.samples = np.zeros(foresight.SPAN + total)
        self.given = [np.zeros((REACH * gap + total, weights.width), np.float32) for gap in GAPS]
        self.local = local_of(0, total, pitch) @ weights.local + weights.bias
        self._frame, self._taps = -1, np.zeros(foresight.ORDER)
        self.nats = 0.0

    def prime(self, levels: np.ndarray) -> None:
        """Take in the levels a sound begins with, all at once."""
        count, weights = len(levels), self.weights
        foretold = self._known(levels)[:, None]
        windows = np.lib.stride_tricks.sliding_window_view
        seen, wrong = (windows(some, weights.window)[:count] for some in (self.places, self.wrong))
        x = weights.entered(seen, wrong, foretold)[0] + self.local[:count]
        for index, (gap, given) in enumerate(zip(GAPS, self.given, strict=True)):
            given[REACH * gap : REACH * gap + count] = x
            parts = [given[k * gap : k * gap + count] for k in range(KERNEL)]
            x = weights.layer(index, np.concatenate(parts, -1), x)
        self.done = count

    def mixture(self) -> np.ndarray:
        """Of the next sample, (3 K,)."""
        t, weights = self.done, self.weights
        before = slice(t, t + weights.window)
        foretold = self._foretold()
        x, size = weights.entered(self.places[before], self.wrong[before], foretold)
        x = x + self.local[t]
        for index, given in enumerate(self.given):
            gap = GAPS[index]
            given[REACH * gap + t] = x
            x = weights.layer(index, given[t : t + REACH * gap + 1 : gap].reshape(-1), x)
        return weights.mixture(x, foretold, size)

    def settle(self, level: int) -> None:
        """Write the next sample."""
        at = self.done + self.weights.window
        self.places[at], self.wrong[at] = PLACES[level], SAMPLES[level] - self._foretold()[0]
        self.samples[self.done + foresight.SPAN] = SAMPLES[level]
        self.done += 1

    def _foretold(self) -> np.ndarray:
        """The linear prediction of the next sample, float32 (1,); its taps are renewed at every HOP."""
        frame, end = self.done // foresight.HOP, self.done + foresight.SPAN
        if frame != self._frame:
            begin = frame * foresight.HOP
            self._taps = foresight.taps(self.samples[None, begin : begin + foresight.SPAN])[0]
            self._frame = frame
        found = self._taps @ self.samples[end - foresight.ORDER : end]
        return np.array([min(max(found, -1.0), 1.0)], np.float32)

    def _known(self, levels: np.ndarray) -> np.ndarray:
        """Put down the levels a sound begins with; what was foretold of them, float32 (n,)."""
        part = slice(self.weights.window, self.weights.window + len(levels))
        samples = SAMPLES[levels]
        foretold = foresight.foretold(samples[None])[0].astype(np.float32)
        self.places[part], self.wrong[part] = PLACES[levels], samples - foretold
        self.samples[foresight.SPAN :][: len(levels)] = samples
        return foretold

    def levels(self) -> np.ndarray:
        """What is written so far, uint8."""
        part = self.places[self.weights.window : self.weights.window + self.done]
        return np.rint((part + 1) * (causal.MU / 2)).astype(np.uint8)

    # ------------------------------------------------------------ going on later

    def state(self) -> dict[str, np.ndarray]:
        """All that is needed to go on exactly: the levels, and what the layers still look back to."""
        kept = {f"layer {k}": given[self.done :][: REACH * GAPS[k]].copy() for k, given in enumerate(self.given)}
        return kept | {"levels": self.levels()}

    def restore(self, held: dict[str, np.ndarray]) -> None:
        """Go on from `state`; KeyError or ValueError when it is that of another network or sound."""
        levels = held["levels"]
        self._known(levels)
        self.done = len(levels)
        for k, given in enumerate(self.given):
            given[self.done : self.done + REACH * GAPS[k]] = held[f"layer {k}"]


def _silu(x: np.ndarray) -> np.ndarray:
    return x * (np.float32(0.5) * np.tanh(np.float32(0.5) * x) + np.float32(0.5))


@torch.no_grad()
def weights_for(net: WaveNet, kind: int, pitch: float) -> Weights:
    """The matrices of a network that is told a kind and a note (0: none)."""
    return Weights(net, net.told(torch.tensor([kind]), torch.tensor([float(pitch)])))


def _array(x: Tensor) -> np.ndarray:
    return np.ascontiguousarray(x.detach().cpu().numpy(), np.float32)
