"""The flow of audio/drum: from noise to a drum in eighteen layers, coarse to fine, each of them invertible.

Eight couplings and a marginal layer make 336 numbers: the energies of 26 bands in eight slots of 93 ms, and the 128
principal components of the low end. One layer adds the rest of the low end, seven share each slot's energy out to its
halves, down to pairs of neighbours, and the last turns the pairs. Only energies and the low end are learnt by deep
networks; what is left is noise whose colour and envelope they have decided, which is what a drum is. As in Wavelet
Flow (Yu, Derpanis and Brubaker, 2020) every level is conditioned on the coarser ones, so all are trained at once.
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
from engines.nn.drum_parts import Parts
from engines.nn.drum_sound import ATTRIBUTES, KINDS

COMPONENTS = 128  # of the low end
CONDITION = len(KINDS) + len(ATTRIBUTES) + 1  # one-hot kind, standardised attributes, character
COARSE = parts.ROWS * parts.SLOTS
GLOBAL = COMPONENTS + COARSE
REST = parts.LOW - COMPONENTS
STRIDES = (5, 11, 13, 17, 19, 23, 25, 29)  # of the couplings' permutations; none shares a factor with GLOBAL
HIDDEN = (96, 96, 80, 64, 56, 32, 16)  # of the networks of parts.LEVELS
GROUPED = 4  # so many of the coarsest levels are made in two groups of bands, the second knowing the first
TURNS = 24  # pairs from the stroke on whose angles are not left uniform
KNEE = 10.0  # steps of 16 bits, where the low end begins to be pressed
SIZES = (
    GLOBAL,
    REST,
    *(rows * slots for rows, slots in parts.LEVELS),
    sum(rows * pairs for rows, pairs in parts.ANGLES),
)
LAYERS = len(STRIDES) + 2 + len(parts.LEVELS) + 1


def network(inside: int, hidden: int, out: int) -> nn.Sequential:
    """Two hidden layers; the last layer begins at zero, so that every bijection begins near the identity."""
    last = nn.Linear(hidden, out)
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(nn.Linear(inside, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU(), last)


def shaped(raw: Tensor) -> tuple[Tensor, ...]:
    """Four numbers a network gives (..., 4) as the (place, log-scale, skew, tail) of `flow.sinh_arcsinh`."""
    place, scale, skew, tail = raw.unbind(-1)
    return 3 * place, 4 * torch.tanh(scale / 4), 1.5 * torch.tanh(skew), torch.exp(0.3 * torch.tanh(tail) - 0.2)


class Coupling(nn.Module):
    """An affine coupling of x (B, GLOBAL) after a fixed permutation: one half moves and scales the other."""

    order: Tensor
    back: Tensor

    def __init__(self, stride: int, hidden: int) -> None:
        super().__init__()
        self.register_buffer("order", torch.arange(GLOBAL) * stride % GLOBAL, persistent=False)
        self.register_buffer("back", torch.argsort(self.order), persistent=False)
        self.net = network(GLOBAL // 2 + CONDITION, hidden, GLOBAL)

    def forward(self, x: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        kept, moved = x[:, self.order].chunk(2, 1)
        moved, volume = flow.affine(moved, *self._shape(kept, condition))
        return torch.cat((kept, moved), 1)[:, self.back], volume.sum(1)

    def inverse(self, z: Tensor, condition: Tensor) -> Tensor:
        kept, moved = z[:, self.order].chunk(2, 1)
        moved = flow.unaffine(moved, *self._shape(kept, condition))
        return torch.cat((kept, moved), 1)[:, self.back]

    def _shape(self, kept: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        shift, scale = self.net(torch.cat((kept.clamp(-8, 8), condition), 1)).chunk(2, 1)
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
            self.tells.append(nn.Linear(CONDITION + COMPONENTS, hidden))
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
    """What the layers have made of the noise `z` (B, LENGTH) so far: the global numbers (B, GLOBAL), the low end
    (B, LOW), the ratios of the levels done, and the angles."""

    z: Tensor
    numbers: Tensor
    low: Tensor | None = None
    shares: tuple[Tensor, ...] = ()
    angles: tuple[Tensor, ...] = ()


class DrumFlow(nn.Module):
    """The whole flow. `weight` (LOW,) evens out the low end over time, `axes` are its principal components, `mean` and
    `spread` those of the global numbers, `heard` and `range` the mean and Cholesky factor of each kind's attributes."""

    weight: Tensor
    axes: Tensor
    mean: Tensor
    spread: Tensor
    heard: Tensor
    range: Tensor

    def __init__(self, hidden: int = 256) -> None:
        super().__init__()
        self.hidden = hidden
        for name, shape in (("weight", (parts.LOW,)), ("spread", (GLOBAL,))):
            self.register_buffer(name, torch.ones(shape))
        self.register_buffer("mean", torch.zeros(GLOBAL))
        self.register_buffer("axes", torch.eye(COMPONENTS, parts.LOW))
        self.register_buffer("heard", torch.zeros(len(KINDS), len(ATTRIBUTES)))
        self.register_buffer("range", torch.eye(len(ATTRIBUTES)).repeat(len(KINDS), 1, 1))
        self.couplings: Any = nn.ModuleList(Coupling(stride, hidden) for stride in STRIDES)
        self.marginal = network(CONDITION, hidden // 2, 4 * GLOBAL)
        self.rest = network(GLOBAL + CONDITION, hidden * 3 // 4, 2 * REST)
        self.tails = nn.Parameter(torch.zeros(REST, 2))
        above = [parts.ROWS, *(rows for rows, _ in parts.LEVELS[:-1])]
        levels = zip(above, parts.LEVELS, HIDDEN, strict=True)
        self.levels: Any = nn.ModuleList(Share(a, level, h, i < GROUPED) for i, (a, level, h) in enumerate(levels))
        self.turn = Turn()
        self._basis: Tensor | None = None

    # ------------------------------------------------------------ data to noise

    def basis(self) -> Tensor:
        """An orthonormal basis of the low end (LOW, LOW), float64, the principal axes first."""
        if self._basis is None:
            axes = self.axes.detach().cpu().double()
            complete, signs = torch.linalg.qr(axes.T, mode="complete")
            self._basis = complete * torch.cat((signs.diagonal().sign(), torch.ones(REST, dtype=torch.float64)))
        return self._basis

    def pressed(self, low: Tensor) -> tuple[Tensor, Tensor]:
        """The low end (B, LOW) in even weights, pressed and turned to the basis; log-determinant (B,). Float64."""
        weight = self.weight.double()
        even, volume = flow.pressed(low * weight, KNEE)
        return even @ self.basis(), volume + weight.log().sum()

    def noise(self, seen: Parts, turned: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """The noise (B, LENGTH) behind parts whose low end is `turned` (B, LOW) by `pressed`; log-determinant (B,).

        The angles' noise is left as angles (uniform): `unwound` makes it normal.
        """
        body, volume = self.body(seen.coarse, turned, condition)
        detail, more = self.detail(seen, turned, condition)
        return torch.cat((body, detail), 1), volume + more

    def body(self, coarse: Tensor, turned: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """The noise (B, GLOBAL + REST) behind coarse energies and the low end, and the log-determinant (B,)."""
        numbers = self.numbers(coarse, turned)
        rest, slope = flow.sinh_arcsinh(turned[:, COMPONENTS:], self._rest(numbers, condition))
        volume = slope.sum(1) - self.spread.log().sum()
        x, slope = flow.sinh_arcsinh(numbers, self._marginal(condition))
        volume = volume + slope.sum(1)
        for layer in reversed(self.couplings):
            x, slope = layer(x, condition)
            volume = volume + slope
        return torch.cat((x, rest), 1), volume

    def detail(self, seen: Parts, turned: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """The noise behind the shares, level by level, and the angles moved to uniform; log-determinant (B,)."""
        told = self.told(self.numbers(seen.coarse, turned), condition)
        found, energy, volume = [], seen.coarse, turned.new_zeros(len(turned))
        for layer, ratio in zip(self.levels, seen.shares, strict=True):
            z, slope = layer(ratio, energy, told)
            found.append(z.flatten(1))
            volume = volume + slope
            energy = parts.refined(energy, ratio)
        angles, slope = self.turn(seen.angles, condition)
        return torch.cat([*found, *(angle.flatten(1) for angle in angles)], 1), volume + slope

    def numbers(self, coarse: Tensor, turned: Tensor) -> Tensor:
        """The global numbers (B, GLOBAL), standardised."""
        both = torch.cat((turned[:, :COMPONENTS], coarse.flatten(1).to(turned.dtype)), 1)
        return (both - self.mean) / self.spread

    def log_likelihood(self, noise: Tensor, volume: Tensor) -> Tensor:
        """log p of the parts, (B,), of what `noise` gives: normal but for the angles, which are uniform."""
        straight, round_ = noise[:, : -SIZES[-1]], SIZES[-1]
        return flow.log_likelihood(straight, volume) - round_ * torch.log(torch.tensor(2 * torch.pi)).item()

    def told(self, numbers: Tensor, condition: Tensor) -> Tensor:
        """What every level is told: condition and principal components, (B, CONDITION + COMPONENTS)."""
        return torch.cat((condition, numbers[:, :COMPONENTS].clamp(-8, 8)), 1)

    def _marginal(self, condition: Tensor) -> tuple[Tensor, ...]:
        return shaped(self.marginal(condition).unflatten(1, (GLOBAL, 4)))

    def _rest(self, numbers: Tensor, condition: Tensor) -> tuple[Tensor, ...]:
        told = torch.cat((numbers.clamp(-8, 8), condition), 1)
        raw = self.rest(told).unflatten(1, (REST, 2))
        place, scale, skew, tail = shaped(torch.cat((raw, self.tails.expand_as(raw)), -1))
        return place / 30, 2 * scale - 3, skew, tail

    # ------------------------------------------------------------ whole sounds

    @torch.no_grad()
    def invert(self, x: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """The normal noise z (B, LENGTH) behind sounds (B, LENGTH) in steps of 16 bits, and their log-likelihood (B,)
        in nats, as densities of the samples themselves. Float64."""
        return self.read(*self.seen(x), condition)

    @torch.no_grad()
    def seen(self, x: Tensor) -> tuple[Parts, Tensor, Tensor]:
        """What of `invert` asks no network: the parts, their low end turned, and the log-determinant."""
        seen, volume = parts.analyse(x)
        turned, bent = self.pressed(seen.low)
        return seen, turned, volume + bent

    @torch.no_grad()
    def read(self, seen: Parts, turned: Tensor, volume: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """The rest of `invert`, for one of several conditions."""
        noise, slope = self.noise(seen, turned, condition)
        told = self.log_likelihood(noise, volume + slope)
        straight, angles = noise.split([parts.LENGTH - SIZES[-1], SIZES[-1]], 1)
        return torch.cat((straight, flow.unwound(angles)[0]), 1), told

    def layers(self, condition: Tensor) -> list[Callable[[Made], Made]]:
        """The layers from noise to drum, in order: `flow.sample` runs them."""
        dense = [partial(self._uncouple, layer, condition) for layer in self.couplings]
        finer = [partial(self._finer, index, condition) for index in range(len(self.levels))]
        return [
            *dense,
            partial(self._spread, condition),
            partial(self._low, condition),
            *finer,
            partial(self._turn, condition),
        ]

    @torch.no_grad()
    def _uncouple(self, layer: Coupling, condition: Tensor, made: Made) -> Made:
        return replace(made, numbers=layer.inverse(made.numbers, condition))

    @torch.no_grad()
    def _spread(self, condition: Tensor, made: Made) -> Made:
        return replace(made, numbers=flow.unsinh_arcsinh(made.numbers, self._marginal(condition)))

    @torch.no_grad()
    def _low(self, condition: Tensor, made: Made) -> Made:
        """The low end in the basis' coordinates, then as it sounds."""
        rest = flow.unsinh_arcsinh(self.part(made.z, 1), self._rest(made.numbers, condition))
        components = (made.numbers * self.spread + self.mean)[:, :COMPONENTS]
        even = torch.cat((components, rest), 1) @ self.basis().T
        return replace(made, low=flow.unpressed(even, KNEE) / self.weight.double())

    @torch.no_grad()
    def _finer(self, index: int, condition: Tensor, made: Made) -> Made:
        coarse = self.coarse(made.numbers)
        energy = parts.energies(coarse, made.shares)[-1]
        z = self.part(made.z, 2 + index).unflatten(1, parts.LEVELS[index])
        ratio = self.levels[index].inverse(z, energy, self.told(made.numbers, condition))
        return replace(made, shares=(*made.shares, ratio))

    @torch.no_grad()
    def _turn(self, condition: Tensor, made: Made) -> Made:
        flat = flow.wound(self.part(made.z, len(SIZES) - 1)).split([rows * pairs for rows, pairs in parts.ANGLES], 1)
        angles = [each.unflatten(1, shape) for each, shape in zip(flat, parts.ANGLES, strict=True)]
        return replace(made, angles=self.turn.inverse(angles, condition))

    def coarse(self, numbers: Tensor) -> Tensor:
        """The coarsest log-radii (B, ROWS, SLOTS) in the global numbers."""
        return (numbers * self.spread + self.mean)[:, COMPONENTS:].unflatten(1, (parts.ROWS, parts.SLOTS))

    @staticmethod
    def part(z: Tensor, index: int) -> Tensor:
        """The noise of one entry of SIZES."""
        return z.split(SIZES, 1)[index]

    def begun(self, z: Tensor) -> Made:
        """Nothing made yet of z (B, LENGTH)."""
        return Made(z, self.part(z, 0))

    def sound(self, made: Made) -> Tensor:
        """What is all made, as sounds (B, LENGTH) in steps of 16 bits."""
        assert made.low is not None
        return parts.synthesise(Parts(made.low, self.coarse(made.numbers), made.shares, made.angles))
