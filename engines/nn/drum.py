"""The flow of audio/drum: from noise to a drum in eighteen layers, coarse to fine, each of them invertible.

The first layer writes the low end, sample after sample (`drum_low`). Eight couplings and a marginal layer make the
energies of 26 bands above it in eight slots of 93 ms, seven layers share each slot's energy out to its halves, down to
pairs of neighbours, and the last turns the pairs. Above the low end only energies are learnt by deep networks; what is
left is noise whose colour and envelope they have decided, which is what the rest of a drum is. As in Wavelet Flow (Yu,
Derpanis and Brubaker, 2020) every level is conditioned on what was made before, so all are trained at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.families import flow
from engines.nn import drum_parts as parts
from engines.nn.drum_low import Low, foretold
from engines.nn.drum_parts import Parts
from engines.nn.drum_sound import ATTRIBUTES, KINDS

CONDITION = len(KINDS) + len(ATTRIBUTES) + 1  # one-hot kind, standardised attributes, character
SUMMARY = 32  # slots of 23 ms: the loudness of the low end in each is what the layers after it know of it
TOLD = CONDITION + SUMMARY
COARSE = parts.ROWS * parts.SLOTS
STRIDES = (5, 11, 17, 19, 23, 25, 29, 31)  # of the couplings' permutations; none shares a factor with COARSE
HIDDEN = (96, 96, 80, 64, 56, 32, 16)  # of the networks of parts.LEVELS
GROUPED = 4  # so many of the coarsest levels are made in two groups of bands, the second knowing the first
TURNS = 24  # pairs from the stroke on whose angles are not left uniform
DROPPED = 0.15  # of the hidden units of the couplings, in training
SIZES = (
    parts.LOW,
    COARSE,
    *(rows * slots for rows, slots in parts.LEVELS),
    sum(rows * pairs for rows, pairs in parts.ANGLES),
)
COARSE_DONE = 1 + len(STRIDES) + 1  # layers until the coarse energies are there
LAYERS = COARSE_DONE + len(parts.LEVELS) + 1


def network(inside: int, hidden: int, out: int) -> nn.Sequential:
    """Two hidden layers with dropout; the last begins at zero, so that every bijection begins near the identity."""
    last = nn.Linear(hidden, out)
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    first, second = (nn.Sequential(nn.Linear(n, hidden), nn.SiLU(), nn.Dropout(DROPPED)) for n in (inside, hidden))
    return nn.Sequential(first, second, last)


def shaped(raw: Tensor) -> tuple[Tensor, ...]:
    """Four numbers a network gives (..., 4) as the (place, log-scale, skew, tail) of `flow.sinh_arcsinh`."""
    place, scale, skew, tail = raw.unbind(-1)
    return 3 * place, 4 * torch.tanh(scale / 4), 1.5 * torch.tanh(skew), torch.exp(0.3 * torch.tanh(tail) - 0.2)


class Coupling(nn.Module):
    """An affine coupling of x (B, COARSE) after a fixed permutation: one half moves and scales the other.

    `told` is (B, TOLD).
    """

    order: Tensor
    back: Tensor

    def __init__(self, stride: int, hidden: int) -> None:
        super().__init__()
        self.register_buffer("order", torch.arange(COARSE) * stride % COARSE, persistent=False)
        self.register_buffer("back", torch.argsort(self.order), persistent=False)
        self.net = network(COARSE // 2 + TOLD, hidden, COARSE)

    def forward(self, x: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        kept, moved = x[:, self.order].chunk(2, 1)
        moved, volume = flow.affine(moved, *self._shape(kept, told))
        return torch.cat((kept, moved), 1)[:, self.back], volume.sum(1)

    def inverse(self, z: Tensor, told: Tensor) -> Tensor:
        kept, moved = z[:, self.order].chunk(2, 1)
        moved = flow.unaffine(moved, *self._shape(kept, told))
        return torch.cat((kept, moved), 1)[:, self.back]

    def _shape(self, kept: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        shift, scale = self.net(torch.cat((kept.clamp(-8, 8), told), 1)).chunk(2, 1)
        return shift, 2 * torch.tanh(scale / 2)


class Share(nn.Module):
    """The log-ratios (B, rows, T) of one level, given the log-radii (B, above, T) that they divide.

    A convolution over time; the bands are its channels. With `grouped` the even bands come first and the odd ones
    know them.
    """

    def __init__(self, above: int, level: tuple[int, int], hidden: int, grouped: bool) -> None:
        super().__init__()
        self.rows, slots = level
        self.groups = [slice(0, None, 2), slice(1, None, 2)] if grouped else [slice(0, None)]
        self.nets: Any = nn.ModuleList()
        self.tells, self.places = nn.ModuleList(), nn.ParameterList()
        for group in self.groups:
            out: Any = nn.Conv1d(hidden, 4 * len(range(self.rows)[group]), 1)
            nn.init.zeros_(out.weight)
            nn.init.zeros_(out.bias)
            wide = above + (self.rows if grouped else 0)
            first, second = nn.Conv1d(wide, hidden, 3, padding=1), nn.Conv1d(hidden, hidden, 3, padding=1)
            self.nets.append(nn.ModuleList((first, second, out)))
            self.tells.append(nn.Linear(TOLD, hidden))
            self.places.append(nn.Parameter(torch.zeros(hidden, slots)))

    def forward(self, ratio: Tensor, energy: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        z, volume = torch.empty_like(ratio), ratio.new_zeros(len(ratio))
        for index, group in enumerate(self.groups):
            z[:, group], slope = flow.sinh_arcsinh(ratio[:, group], self._shape(index, ratio, energy, told))
            volume = volume + slope.flatten(1).sum(1)
        return z, volume

    def inverse(self, z: Tensor, energy: Tensor, told: Tensor) -> Tensor:
        ratio = torch.zeros_like(z)
        for index, group in enumerate(self.groups):
            ratio[:, group] = flow.unsinh_arcsinh(z[:, group], self._shape(index, ratio, energy, told))
        return ratio

    def _shape(self, index: int, ratio: Tensor, energy: Tensor, told: Tensor) -> tuple[Tensor, ...]:
        first, second, out = self.nets[index]
        x = (energy - 4) / 4
        if len(self.groups) > 1:
            known = torch.zeros_like(ratio)
            if index:
                known[:, self.groups[0]] = ratio[:, self.groups[0]].clamp(-12, 12) / 4
            x = torch.cat((x, known), 1)
        x = functional.silu(first(x) + self.tells[index](told)[:, :, None] + self.places[index])
        raw = out(x + functional.silu(second(x)))
        return shaped(raw.unflatten(1, (-1, 4)).movedim(2, -1))


class Turn(nn.Module):
    """Where the first pairs of a drum point: beaters strike with the same sign, so these angles are not uniform."""

    def __init__(self) -> None:
        super().__init__()
        self.poles = nn.Parameter(torch.zeros(CONDITION, parts.ROWS * TURNS * 2))

    def pole(self, condition: Tensor) -> Tensor:
        """(B, bands, TURNS, 2), shorter than 1."""
        raw = (condition @ self.poles).unflatten(1, (parts.ROWS, TURNS, 2))
        return 0.98 * raw / (1 + raw.square().sum(-1, keepdim=True)).sqrt()

    def forward(self, angles: tuple[Tensor, ...], condition: Tensor) -> tuple[list[Tensor], Tensor]:
        """Angles with uniform ones in their place, and the log-determinant (B,)."""
        out, volume = [], angles[0].new_zeros(len(condition))
        for angle, pole in zip(angles, self._each(condition), strict=True):
            moved, slope = flow.turned(angle[..., :TURNS], pole)
            out.append(torch.cat((moved, angle[..., TURNS:]), -1))
            volume = volume + slope.flatten(1).sum(1)
        return out, volume

    def inverse(self, angles: list[Tensor], condition: Tensor) -> tuple[Tensor, ...]:
        poles = self._each(condition)
        moved = [flow.unturned(angle[..., :TURNS], pole) for angle, pole in zip(angles, poles, strict=True)]
        return tuple(torch.cat((a, b[..., TURNS:]), -1) for a, b in zip(moved, angles, strict=True))

    def _each(self, condition: Tensor) -> tuple[Tensor, ...]:
        return self.pole(condition).split([rows for rows, _ in parts.ANGLES], 1)


@dataclass(frozen=True)
class Made:
    """What the layers have made of the noise `z` (B, LENGTH) so far: the low end (B, LOW), the numbers that become the
    coarse energies (B, COARSE), the ratios of the levels done, and the angles."""

    z: Tensor
    numbers: Tensor
    low: Tensor | None = None
    shares: tuple[Tensor, ...] = ()
    angles: tuple[Tensor, ...] = ()


class DrumFlow(nn.Module):
    """The whole flow. `mean` and `spread` are those of the coarse energies, `loud` the mean and standard deviation of
    the summary, `heard` and `range` the mean and Cholesky factor of each kind's attributes."""

    mean: Tensor
    spread: Tensor
    loud: Tensor
    heard: Tensor
    range: Tensor

    def __init__(self, hidden: int = 128, width: int = 40) -> None:
        super().__init__()
        self.hidden, self.width = hidden, width
        self.register_buffer("mean", torch.zeros(COARSE))
        self.register_buffer("spread", torch.ones(COARSE))
        self.register_buffer("loud", torch.stack((torch.zeros(SUMMARY), torch.ones(SUMMARY))))
        self.register_buffer("heard", torch.zeros(len(KINDS), len(ATTRIBUTES)))
        self.register_buffer("range", torch.eye(len(ATTRIBUTES)).repeat(len(KINDS), 1, 1))
        self.low = Low(CONDITION, width)
        self.couplings: Any = nn.ModuleList(Coupling(stride, hidden) for stride in STRIDES)
        self.marginal = network(TOLD, hidden // 2, 4 * COARSE)
        above = [parts.ROWS, *(rows for rows, _ in parts.LEVELS[:-1])]
        levels = zip(above, parts.LEVELS, HIDDEN, strict=True)
        self.levels: Any = nn.ModuleList(Share(a, level, h, i < GROUPED) for i, (a, level, h) in enumerate(levels))
        self.turn = Turn()

    def words(self) -> dict[str, str]:
        """The measures of the networks, for the head of a weight file."""
        return {"hidden": str(self.hidden), "width": str(self.width)}

    # ------------------------------------------------------------ data to noise

    def noise(self, seen: Parts, condition: Tensor, ahead: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The noise (B, LENGTH) behind parts; log-determinant (B,). `ahead` is `foretold` of the low end, when known.

        The angles' noise is left as angles (uniform): `unwound` makes it normal.
        """
        low, volume = self.low(seen.low, condition, ahead)
        told = self.told(seen.low, condition)
        coarse, slope = self.body(seen.coarse, told)
        detail, more = self.detail(seen, told, condition)
        return torch.cat((low, coarse, detail), 1), volume + slope + more

    def body(self, coarse: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        """The noise (B, COARSE) behind coarse energies, and the log-determinant (B,)."""
        x, slope = flow.sinh_arcsinh((coarse.flatten(1) - self.mean) / self.spread, self._marginal(told))
        volume = slope.sum(1) - self.spread.log().sum()
        for layer in reversed(self.couplings):
            x, slope = layer(x, told)
            volume = volume + slope
        return x, volume

    def detail(self, seen: Parts, told: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """The noise behind the shares, level by level, and the angles moved to uniform; log-determinant (B,)."""
        found, energy, volume = [], seen.coarse, told.new_zeros(len(told))
        for layer, ratio in zip(self.levels, seen.shares, strict=True):
            z, slope = layer(ratio, energy, told)
            found.append(z.flatten(1))
            volume = volume + slope
            energy = parts.refined(energy, ratio)
        angles, slope = self.turn(seen.angles, condition)
        return torch.cat([*found, *(angle.flatten(1) for angle in angles)], 1), volume + slope

    def log_likelihood(self, noise: Tensor, volume: Tensor) -> Tensor:
        """log p of the parts, (B,), of what `noise` gives: normal but for the angles, which are uniform."""
        straight, round_ = noise[:, : -SIZES[-1]], SIZES[-1]
        return flow.log_likelihood(straight, volume) - round_ * torch.log(torch.tensor(2 * torch.pi)).item()

    def told(self, low: Tensor, condition: Tensor) -> Tensor:
        """What the layers after the low end (B, LOW) are told: condition and its summary, (B, TOLD)."""
        mean, spread = self.loud
        return torch.cat((condition, ((summary(low) - mean) / spread).clamp(-4, 4)), 1)

    def _marginal(self, told: Tensor) -> tuple[Tensor, ...]:
        return shaped(self.marginal(told).unflatten(1, (COARSE, 4)))

    # ------------------------------------------------------------ whole sounds

    @torch.no_grad()
    def invert(self, x: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """The normal noise z (B, LENGTH) behind sounds (B, LENGTH) in steps of 16 bits, and their log-likelihood (B,)
        in nats, as densities of the samples themselves. Float64."""
        return self.read(*self.seen(x), condition)

    @staticmethod
    def seen(x: Tensor) -> tuple[Parts, Tensor, Tensor]:
        """What of `invert` asks no network: the parts, what their low ends foretell, and the log-determinant."""
        seen, volume = parts.analyse(x)
        return seen, torch.from_numpy(foretold(seen.low.numpy())), volume

    @torch.no_grad()
    def read(self, seen: Parts, ahead: Tensor, volume: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """The rest of `invert`, for one of several conditions."""
        noise, slope = self.noise(seen, condition, ahead)
        told = self.log_likelihood(noise, volume + slope)
        straight, angles = noise.split([parts.LENGTH - SIZES[-1], SIZES[-1]], 1)
        return torch.cat((straight, flow.unwound(angles)[0]), 1), told

    def layers(self, condition: Tensor) -> list[Callable[[Made], Made]]:
        """The layers from noise to drum, in order: `flow.sample` runs them."""
        dense = [partial(self._uncouple, layer, condition) for layer in self.couplings]
        finer = [partial(self._finer, index, condition) for index in range(len(self.levels))]
        return [
            partial(self.begin, condition),
            *dense,
            partial(self._spread, condition),
            *finer,
            partial(self._turn, condition),
        ]

    @torch.no_grad()
    def begin(self, condition: Tensor, made: Made) -> Made:
        """The low end; of as many drums as there are conditions."""
        return replace(made, low=self.low.inverse(self.part(made.z, 0), condition))

    @torch.no_grad()
    def _uncouple(self, layer: Coupling, condition: Tensor, made: Made) -> Made:
        return replace(made, numbers=layer.inverse(made.numbers, self._told(condition, made)))

    @torch.no_grad()
    def _spread(self, condition: Tensor, made: Made) -> Made:
        return replace(made, numbers=flow.unsinh_arcsinh(made.numbers, self._marginal(self._told(condition, made))))

    @torch.no_grad()
    def _finer(self, index: int, condition: Tensor, made: Made) -> Made:
        energy = parts.energies(self.coarse(made.numbers), made.shares)[-1]
        z = self.part(made.z, 2 + index).unflatten(1, parts.LEVELS[index])
        ratio = self.levels[index].inverse(z, energy, self._told(condition, made))
        return replace(made, shares=(*made.shares, ratio))

    @torch.no_grad()
    def _turn(self, condition: Tensor, made: Made) -> Made:
        flat = flow.wound(self.part(made.z, len(SIZES) - 1)).split([rows * pairs for rows, pairs in parts.ANGLES], 1)
        angles = [each.unflatten(1, shape) for each, shape in zip(flat, parts.ANGLES, strict=True)]
        return replace(made, angles=self.turn.inverse(angles, condition))

    def _told(self, condition: Tensor, made: Made) -> Tensor:
        assert made.low is not None
        return self.told(made.low, condition)

    def coarse(self, numbers: Tensor) -> Tensor:
        """The coarsest log-radii (B, ROWS, SLOTS) in the standardised numbers."""
        return (numbers * self.spread + self.mean).unflatten(1, (parts.ROWS, parts.SLOTS))

    @staticmethod
    def part(z: Tensor, index: int) -> Tensor:
        """The noise of one entry of SIZES."""
        return z.split(SIZES, 1)[index]

    def begun(self, z: Tensor) -> Made:
        """Nothing made yet of z (B, LENGTH)."""
        return Made(z, self.part(z, 1))

    def sound(self, made: Made) -> Tensor:
        """What is all made, as sounds (B, LENGTH) in steps of 16 bits."""
        assert made.low is not None
        return parts.synthesise(Parts(made.low, self.coarse(made.numbers), made.shares, made.angles))


def summary(low: Tensor) -> Tensor:
    """The logarithm of the size, in steps, of low ends (B, LOW) in each of SUMMARY slots of 23 ms."""
    return 0.5 * (low.unflatten(1, (SUMMARY, -1)).square().mean(-1) + 1).log()


def network_of(words: dict[str, str]) -> DrumFlow:
    """A flow of the measures in the head of a weight file; KeyError or ValueError when they are not those of one."""
    return DrumFlow(int(words["hidden"]), int(words["width"]))
