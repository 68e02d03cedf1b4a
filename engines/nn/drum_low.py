"""The first layer of audio/drum: the low end of a drum, 1024 samples below 689 Hz, one after the other.

An autoregressive flow: x_t = mu_t + sigma_t z_t, where mu and sigma know the samples before t alone, so that the
Jacobian is a triangle and its log-determinant the sum of -log sigma_t (Kingma et al., "Improving Variational Inference
with Inverse Autoregressive Flow", 2016; Papamakarios, Pavlakou and Murray, "Masked Autoregressive Flow for Density
Estimation", 2017, equations 3 to 5). z goes through a sinh-arcsinh first, because strokes come with heavy tails.

The mean begins with a backward-adaptive linear prediction (as in low-delay CELP, Chen et al., 1992): coefficients that
fit the samples so far best, found anew at each of them by least squares. A decaying tone is a short recursion, so kicks
and toms are tones, however loud they are. A small causal network, told what the drum is, says how far to trust it, adds
a prediction of its own with taps for the 32 samples before, and gives sigma. Reading a sound is one pass; writing one
goes sample by sample, in `Writer`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.families import flow
from engines.nn.drum_parts import LENGTH, LOW, RATE
from engines.nn.wave import KERNEL, Gate

WINDOW = 32  # samples before, 23 ms
GAPS = (1, 3, 9, 27, 81)  # of the gated layers; with the window they hear 200 ms
DECAYS = (0.0015, 0.006, 0.025, 0.1, 0.4)  # seconds: how the time since the stroke is told
FLOOR = 0.25  # steps of 16 bits: a little below the noise of one step that makes sounds continuous, 0.29
STROKE = 8000.0  # steps: how large the first sample is about; the next ones are expected ever closer to silence
WIDEST = 32.0  # a sample is at most about so many times as large as those before
MOST = 2.0**18  # steps, beyond any low end
ORDER = 8  # coefficients of the adaptive prediction: four tones
DAMPED = (
    1.0,
    0.99,
    0.975,
    0.95,
    0.9,
    0.8,
    0.6,
    0.0,
)  # radii by which poles that howl are drawn in, the first that does
MEMORY, SHORT = 0.97, 0.85  # what each sample before counts for less than the one after, in the fit and in its error
RIDGE = 1e-4  # of the mean square, added to the normal equations so that they are never singular
CAUTION, FADING = 0.1, 0.8  # the same at the stroke, and what is left of it at each sample: so little fits anything
RISES, FALLS = 48, 0.95  # samples (35 ms) a stroke may grow; later no mean is beyond this share of the last WINDOW
PRESS = 5.0  # divides logarithms of sizes, which are 12 at most
EXTRA = 4  # numbers of size beside the windows: of what was before, of the errors, of the loudest; the prediction
Shape = tuple[Tensor, ...]


def expected(count: int) -> np.ndarray:
    """The size of each sample, in steps, of which a window of silence knows nothing, (count,)."""
    return 1 + STROKE * np.exp(-np.arange(count))


def times(count: int) -> np.ndarray:
    """exp(-t / tau) for each of DECAYS, (count, DECAYS)."""
    seconds = np.arange(count) * (LENGTH / LOW / RATE)
    return np.exp(-seconds[:, None] / np.array(DECAYS))


class Adaptive:
    """Linear prediction of each row of low ends from what came before, fitted anew at every sample: recursive least
    squares with forgetting (Haykin, "Adaptive Filter Theory", chapter 9), its equations solved as they stand."""

    def __init__(self, rows: int) -> None:
        self.square, self.cross = np.zeros((rows, ORDER, ORDER)), np.zeros((rows, ORDER))
        self.before = np.zeros((rows, ORDER))  # the newest first
        self.error, self.loudest, self.foretold = np.zeros((3, rows))
        self.caution = CAUTION

    def ahead(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(prediction, size of its errors of late, loudest sample so far), each (rows,), in steps."""
        ridge = 1 + (RIDGE + self.caution) / ORDER * np.trace(self.square, axis1=1, axis2=2)
        equations = self.square + ridge[:, None, None] * np.eye(ORDER)
        found = steadied(np.linalg.solve(equations, self.cross[:, :, None])[..., 0])
        self.foretold = np.clip(np.einsum("bp,bp->b", found, self.before), -MOST, MOST)
        return self.foretold, np.sqrt(self.error), self.loudest

    def take(self, x: np.ndarray) -> None:
        """The sample that came, (rows,); `ahead` was asked before."""
        self.caution *= FADING
        self.error = SHORT * self.error + (1 - SHORT) * np.square(x - self.foretold)
        self.square = MEMORY * self.square + self.before[:, :, None] * self.before[:, None, :]
        self.cross = MEMORY * self.cross + self.before * x[:, None]
        self.before = np.concatenate((x[:, None], self.before[:, :-1]), 1)
        self.loudest = np.maximum(self.loudest, np.abs(x))


def steadied(taps: np.ndarray) -> np.ndarray:
    """Coefficients of a prediction (B, ORDER), the newest first, their poles drawn in until the recursion dies away.

    It does if all its reflection coefficients are below 1, which Levinson's recursion run backwards gives (Makhoul,
    1975, section III). Least squares promises nothing of the kind, and a sound written from itself would howl.
    """
    radii = np.array(DAMPED)[:, None] ** np.arange(1, ORDER + 1)
    damped = taps[:, None] * radii  # (B, radii, ORDER)
    left, steady = damped, np.ones(damped.shape[:2], bool)
    for _ in range(ORDER):
        last, left = left[..., -1:], left[..., :-1]
        steady &= np.abs(last[..., 0]) < 1
        left = np.where(steady[..., None], (left + last * left[..., ::-1]) / np.maximum(1 - np.square(last), 1e-9), 0)
    return damped[np.arange(len(taps)), steady.argmax(1)]


def foretold(x: np.ndarray) -> np.ndarray:
    """What `Adaptive` says ahead of every sample of x (B, T), (B, 3, T) float64."""
    adaptive, out = Adaptive(len(x)), np.empty((len(x), 3, x.shape[1]))
    for t in range(x.shape[1]):
        out[:, :, t] = np.stack(adaptive.ahead(), 1)
        adaptive.take(x[:, t])
    return out


class Low(nn.Module):
    """Low ends (B, T) in steps of 16 bits to noise (B, T), T at most LOW, told a condition (B, `condition`)."""

    gates: Any
    size: Tensor
    time: Tensor

    def __init__(self, condition: int, width: int = 40, told: int = 32) -> None:
        super().__init__()
        self.width = width
        self.register_buffer("size", torch.from_numpy(expected(LOW)).float(), persistent=False)
        self.register_buffer("time", torch.from_numpy(times(LOW)).float(), persistent=False)
        self.tell = nn.Linear(condition, told)
        self.enter = nn.Linear(2 * WINDOW + EXTRA + len(DECAYS), width)
        self.gates = nn.ModuleList(Gate(width, told, gap) for gap in GAPS)
        self.mix, self.leave = nn.Linear(width, width), nn.Linear(width, WINDOW + 4)
        with torch.no_grad():
            self.leave.weight.mul_(0.1)
            self.leave.bias.zero_()
            self.leave.bias[WINDOW + 1] = -math.log(WIDEST)

    def forward(self, x: Tensor, condition: Tensor, ahead: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The noise behind x, and the log-determinant (B,); `ahead` is `foretold` of x, when it is known."""
        z, slope = flow.sinh_arcsinh(x, self.shape(x, condition, ahead))
        return z, slope.sum(1)

    def inverse(self, z: Tensor, condition: Tensor) -> Tensor:
        """The low ends that noise z becomes."""
        written = Writer(self, condition, z.shape[1]).written(z.detach().cpu().double().numpy())
        return torch.from_numpy(written).to(z)

    def tracked(self, x: Tensor, condition: Tensor) -> Tensor:
        """The noise that `inverse` turns into x exactly: that of `forward`, without what rounding becomes."""
        found = Writer(self, condition, x.shape[1]).tracked(x.detach().cpu().double().numpy())
        return torch.from_numpy(found).to(x)

    def shape(self, x: Tensor, condition: Tensor, ahead: Tensor | None = None) -> Shape:
        """What `flow.sinh_arcsinh` asks for, each (B, T), at t of the samples before t alone."""
        if ahead is None:
            ahead = torch.from_numpy(foretold(x.detach().cpu().double().numpy())).to(x)
        count = x.shape[1]
        before = functional.pad(x, (WINDOW, 0)).unfold(1, WINDOW, 1)[:, :-1]  # (B, T, WINDOW), the newest last
        pressed = functional.pad(torch.asinh(x) / PRESS, (WINDOW, 0)).unfold(1, WINDOW, 1)[:, :-1]
        silent = self.size[:count].square()
        prediction, error, loudest = ahead.unbind(1)
        size = (before.square().mean(-1) + silent).sqrt().clamp(max=MOST)
        error = (error.square() + silent).sqrt().clamp(max=MOST)
        sizes = torch.stack((size, error, loudest + 1), -1).log() / PRESS
        tend = (prediction / size).clamp(-4, 4)[..., None]
        time = self.time[:count].expand(len(x), -1, -1)
        y = self.enter(torch.cat((before / size[..., None], pressed, sizes, tend, time), -1))
        told = functional.silu(self.tell(condition))
        for gate in self.gates:
            y = gate(y, told)
        taps, raw = self.leave(functional.silu(self.mix(functional.silu(y)))).split([WINDOW, 4], -1)
        more, scale, tail, trust = raw.unbind(-1)
        place = 2 * torch.sigmoid(trust) * prediction + (taps * before).sum(-1) + size * more
        scale = (FLOOR + WIDEST * error * torch.sigmoid(scale)).log()
        tail = torch.exp(0.4 * torch.tanh(tail) - 0.3)
        bound = FALLS * before.abs().amax(-1) + 1
        bound[:, :RISES] = MOST
        return place.clamp(-bound, bound), scale, torch.zeros_like(scale), tail


class Writer:
    """Writes low ends, one for each row of a condition (B, n). What each layer was given is kept, so that a sample
    costs a few products (Le Paine et al., "Fast Wavenet Generation Algorithm", 2016). Numpy, double precision."""

    @torch.no_grad()
    def __init__(self, low: Low, condition: Tensor, count: int) -> None:
        self.count = count
        self.silent = np.square(_array(low.size[:count]))
        enter = _array(low.enter.weight.T)
        self.enter = enter[: 2 * WINDOW + EXTRA]
        self.time = _array(low.time[:count]) @ enter[2 * WINDOW + EXTRA :] + _array(low.enter.bias)
        told = functional.silu(low.tell(condition.to(low.tell.weight)))
        self.layers = [self._layer(gate, told) for gate in low.gates]
        self.mix, self.leave = ((_array(each.weight.T), _array(each.bias)) for each in (low.mix, low.leave))
        rows = len(condition)
        self.x = np.zeros((rows, WINDOW + count))
        self.seen = np.zeros((rows, 2 * WINDOW + EXTRA))
        self.pressed, self.adaptive = np.zeros_like(self.x), Adaptive(rows)
        self.given = [np.zeros((rows, (KERNEL - 1) * gap + count, low.width)) for gap in GAPS]

    @staticmethod
    def _layer(gate: Gate, told: Tensor) -> tuple[np.ndarray, ...]:
        """The matrices of a gate; halves are folded into them, as sigmoid(b) = (1 + tanh(b / 2)) / 2."""
        half = np.repeat([1.0, 0.5], gate.outward.in_features)
        inward, outward = _array(gate.inward.weight.T) * half, _array(gate.outward.weight.T) * 0.5
        return inward, _array(gate.inward.bias + gate.told(told)) * half, outward, _array(gate.outward.bias)

    def written(self, z: np.ndarray) -> np.ndarray:
        """The low ends (B, count) that noise (B, count) becomes."""
        for t, each in enumerate(np.ascontiguousarray(z.T)):
            self._settle(t, each, self.shape(t))
        return self.x[:, WINDOW:].copy()

    def tracked(self, x: np.ndarray) -> np.ndarray:
        """The noise (B, count) that `written` turns into low ends x (B, count), found while they are written from it.

        One pass finds the same but for rounding, and where a recursion enlarges errors, so does that of rounding.
        """
        z = np.zeros(x.T.shape)
        for t, each in enumerate(np.ascontiguousarray(x.T)):
            place, scale, tail = self.shape(t)
            z[t] = np.sinh(tail * np.arcsinh((each - place) / scale))
            self._settle(t, z[t], (place, scale, tail))
        return z.T.copy()

    def _settle(self, t: int, z: np.ndarray, shape: tuple[np.ndarray, ...]) -> None:
        """Write sample t of each row, of noise (B,)."""
        place, scale, tail = shape
        x = np.sinh(np.arcsinh(z) / tail) * scale + place
        self.x[:, WINDOW + t] = x
        self.pressed[:, WINDOW + t] = np.arcsinh(x) / PRESS
        self.adaptive.take(x)

    def shape(self, t: int) -> tuple[np.ndarray, ...]:
        """(place, scale, tail) of sample t, each (B,); as in `Low.shape`."""
        before, (prediction, error, loudest) = self.x[:, t : t + WINDOW], self.adaptive.ahead()
        size = np.minimum(np.sqrt(np.square(before).mean(1) + self.silent[t]), MOST)
        error = np.minimum(np.sqrt(np.square(error) + self.silent[t]), MOST)
        self.seen[:, :WINDOW] = before / size[:, None]
        self.seen[:, WINDOW : 2 * WINDOW] = self.pressed[:, t : t + WINDOW]
        self.seen[:, 2 * WINDOW : -1] = np.log(np.stack((size, error, loudest + 1), 1)) / PRESS
        self.seen[:, -1] = np.clip(prediction / size, -4, 4)
        y = self._gated(self.seen @ self.enter + self.time[t], t)
        found = _silu(_silu(y) @ self.mix[0] + self.mix[1]) @ self.leave[0] + self.leave[1]
        more, scale, tail, trust = found[:, WINDOW:].T
        place = 2 * _sigmoid(trust) * prediction + (found[:, :WINDOW] * before).sum(1) + size * more
        scale = FLOOR + WIDEST * error * _sigmoid(scale)
        bound = FALLS * np.abs(before).max(1) + 1 if t >= RISES else MOST
        return np.clip(place, -bound, bound), scale, np.exp(0.4 * np.tanh(tail) - 0.3)

    def _gated(self, y: np.ndarray, t: int) -> np.ndarray:
        for gap, given, (inward, told, outward, bias) in zip(GAPS, self.given, self.layers, strict=True):
            reach = (KERNEL - 1) * gap
            given[:, reach + t] = y
            both = np.tanh(given[:, t : t + reach + 1 : gap].reshape(len(y), -1) @ inward + told)
            width = y.shape[1]
            y = y + (both[:, :width] * (both[:, width:] + 1)) @ outward + bias
        return y


def _silu(x: np.ndarray) -> np.ndarray:
    return x * _sigmoid(x)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * np.tanh(0.5 * x) + 0.5


def _array(x: Tensor) -> np.ndarray:
    return np.ascontiguousarray(x.detach().cpu().double().numpy())
