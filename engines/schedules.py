"""Noise paths and the noise levels of a run. Numbers only: no torch.

A noised sample is `x = alpha * x0 + sigma * n` with `n` standard normal. A *level* is sigma itself, on all three paths,
and 0 is clean; a path says which alpha goes with it:

* `VE`    alpha = 1            sigma in (0, inf)  variance exploding (Song & Ermon 2019; Karras et al. 2022)
* `VP`    alpha² = 1 - sigma²  sigma in (0, 1]    variance preserving; alpha² is alpha_bar of DDPM and DDIM
* `FLOW`  alpha = 1 - sigma    sigma in (0, 1]    rectified flow, flow matching (Liu 2022; Lipman 2022); sigma is t

A schedule is a descending tuple of levels that ends at 0: `steps` steps are `steps + 1` levels.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Levels = tuple[float, ...]
Rule = Callable[..., list[float]]  # (span, **options of its own) -> positive levels


# ---------------------------------------------------------------- paths


class Path:
    """How signal is traded for noise. A subclass gives `alpha`, a time `tau` in which both are smooth, and rates."""

    name: str
    top: float  # the highest level: pure noise

    def alpha(self, level: float) -> float:
        """How much of the clean sample is left at `level`."""
        raise NotImplementedError

    def tau(self, level: float) -> float:
        """The level as a time in which alpha and sigma are smooth at both ends; the level itself where it is that."""
        return level

    def rates(self, tau: float) -> tuple[float, float]:
        """(d alpha / d tau, d sigma / d tau): the probability-flow ODE is dx = alpha' x0 + sigma' n (Song 2021)."""
        raise NotImplementedError

    def at_angle(self, angle: float) -> float:
        """The level at which sigma / alpha = tan(angle), angle in [0, pi/2]."""
        raise NotImplementedError

    def angle(self, level: float) -> float:
        """atan(sigma / alpha): 0 is clean, pi/2 pure noise; the same on every path for the same signal-to-noise."""
        return math.atan2(level, self.alpha(level))

    def logsnr(self, level: float) -> float:
        """lambda = log(alpha / sigma), the time of the exponential integrators; -inf at pure noise, inf when clean."""
        alpha = self.alpha(level)
        if alpha <= 0.0:
            return -math.inf
        return math.log(alpha / level) if level > 0.0 else math.inf

    def mix(self, x0: Any, noise: Any, level: float) -> Any:
        """alpha x0 + sigma noise: `x0` noised to `level` (tensors, arrays or numbers of one shape)."""
        return self.alpha(level) * x0 + level * noise


class _VE(Path):
    name, top = "ve", math.inf

    def alpha(self, level: float) -> float:
        return 1.0

    def rates(self, tau: float) -> tuple[float, float]:
        return 0.0, 1.0

    def at_angle(self, angle: float) -> float:
        return math.tan(angle)


class _VP(Path):
    name, top = "vp", 1.0

    def alpha(self, level: float) -> float:
        return math.sqrt((1.0 - level) * (1.0 + level))

    def tau(self, level: float) -> float:
        return self.angle(level)

    def rates(self, tau: float) -> tuple[float, float]:
        return -math.sin(tau), math.cos(tau)

    def at_angle(self, angle: float) -> float:
        return math.sin(angle)


class _Flow(Path):
    name, top = "flow", 1.0

    def alpha(self, level: float) -> float:
        return 1.0 - level

    def rates(self, tau: float) -> tuple[float, float]:
        return -1.0, 1.0

    def at_angle(self, angle: float) -> float:
        return math.sin(angle) / (math.sin(angle) + math.cos(angle))


VE: Path = _VE()
VP: Path = _VP()
FLOW: Path = _Flow()
PATHS: dict[str, Path] = {path.name: path for path in (VE, VP, FLOW)}


# ---------------------------------------------------------------- schedules


@dataclass(frozen=True)
class Span:
    """What a schedule fills: `steps` levels from `high` down to `low` on `path` (the closing 0 is added later)."""

    steps: int
    high: float
    low: float
    path: Path

    def ramp(self, high: float, low: float) -> list[float]:
        """`steps` evenly spaced numbers from `high` to `low`, both hit exactly."""
        last = self.steps - 1
        return [high, *((high * (last - i) + low * i) / last for i in range(1, last)), low][: self.steps]


@dataclass(frozen=True)
class Schedule:
    """One schedule as data: what forms and tables show, and the function."""

    name: str
    label: str
    rule: Rule
    source: str


SCHEDULES: dict[str, Schedule] = {}


def schedule(name: str, label: str, source: str) -> Callable[[Rule], Rule]:
    """Enter a rule into `SCHEDULES` under `name`; with this line a new function is a new schedule."""

    def enter(rule: Rule) -> Rule:
        SCHEDULES[name] = Schedule(name, label, rule, source)
        return rule

    return enter


@schedule("linear", "Linear", "Liu 2022, arXiv:2209.03003")
def linear(span: Span) -> list[float]:
    """Even steps in the level. Over flow time with the default low: 1, 1 - 1/N, ..., 1/N, then 0."""
    return span.ramp(span.high, span.low)


@schedule("karras", "Karras", "Karras 2022, arXiv:2206.00364, eq. 5")
def karras(span: Span, rho: float = 7.0) -> list[float]:
    """sigma_i = (high^(1/rho) + i/(N-1) (low^(1/rho) - high^(1/rho)))^rho: even steps in the rho-th root.

    Over sigma as published. Over flow time the same formula acts on t itself (as flow pipelines do it), so steps
    crowd towards clean. On VP it acts on sigma / alpha, and `high` must leave some signal.
    """
    return _on_ratio(span, lambda s: s ** (1.0 / rho), lambda r: r**rho)


@schedule("exponential", "Exponential", "Song 2019, arXiv:1907.05600, sec. 4.3: levels in geometric progression")
def exponential(span: Span) -> list[float]:
    """Even steps in log sigma. Over flow time even steps in log t; on VP in log(sigma / alpha), as for `karras`."""
    return _on_ratio(span, math.log, math.exp)


@schedule("cosine", "Cosine", "Nichol 2021, arXiv:2102.09672, eq. 17")
def cosine(span: Span, offset: float = 0.008) -> list[float]:
    """alpha_bar(u) = cos²((u + offset)/(1 + offset) pi/2) / (the same at u = 0), at even steps of u.

    Every path takes the level with that signal-to-noise ratio. So over flow time t = tan a / (1 + tan a), with
    tan² a = (1 - alpha_bar) / alpha_bar: steps are finer at both ends than `linear`, and t = 1 is hit exactly.
    """
    floor = math.cos(offset / (1.0 + offset) * math.pi / 2.0)

    def level(u: float) -> float:
        root = math.cos((u + offset) / (1.0 + offset) * math.pi / 2.0) / floor  # sqrt(alpha_bar)
        return span.path.at_angle(math.acos(min(1.0, max(0.0, root if u < 1.0 else 0.0))))

    def time(level: float) -> float:
        root = math.cos(span.path.angle(level)) * floor
        return math.acos(root) * 2.0 / math.pi * (1.0 + offset) - offset

    return _ends(span, [level(u) for u in span.ramp(time(span.high), time(span.low))])


@schedule("shifted", "Shifted", "Esser 2024, arXiv:2403.03206, eq. 23")
def shifted(span: Span, shift: float = 3.0) -> list[float]:
    """t' = shift t / (1 + (shift - 1) t) over evenly spaced t: with shift > 1 more of the steps are noisy ones.

    It multiplies t / (1 - t) by `shift`, as a larger picture needs. Over a sigma range t is sigma / high.
    """
    if shift <= 0.0:
        raise ValueError("shift must be above 0")
    return [span.high * _shift(level / span.high, shift) for level in span.ramp(span.high, span.low)]


def _shift(t: float, shift: float) -> float:
    return shift * t / (1.0 + (shift - 1.0) * t)


def _on_ratio(span: Span, bend: Callable[[float], float], back: Callable[[float], float]) -> list[float]:
    """Even steps in `bend(level)`; on VP the level is sigma / alpha, the sigma those rules were published for."""
    if span.path is not VP:
        return _ends(span, [back(b) for b in span.ramp(bend(span.high), bend(span.low))])
    if span.path.alpha(span.high) == 0.0:
        raise ValueError("this schedule needs some signal at its first level: choose high below 1 on the vp path")
    ratios = [back(b) for b in span.ramp(*(bend(math.tan(span.path.angle(end))) for end in (span.high, span.low)))]
    return _ends(span, [span.path.at_angle(math.atan(ratio)) for ratio in ratios])


def _ends(span: Span, levels: list[float]) -> list[float]:
    """`levels` with both ends exact, free of the rounding of the way there and back."""
    levels[-1] = span.low
    levels[0] = span.high
    return levels


# ---------------------------------------------------------------- a run's levels


def levels(name: str, steps: int, path: Path = FLOW, **options: float) -> Levels:
    """The `steps + 1` levels of schedule `name`, from noise to 0, for a run on `path`.

    `high` and `low` bound the positive levels; they default to 1 and 1/steps on FLOW, to 80 and 0.002 on VE (Karras
    2022), and to 0.9999 and 0.0292 on VP. All other options belong to the schedule: rho, offset, shift.
    """
    if name not in SCHEDULES:
        raise ValueError(f"no schedule is called {name!r}; choose from: {', '.join(SCHEDULES)}")
    if steps < 1:
        raise ValueError("a schedule needs at least one step")
    defaults = {"ve": (80.0, 0.002), "vp": (0.9999, 0.0292), "flow": (1.0, 1.0 / steps)}[path.name]
    high, low = options.pop("high", defaults[0]), options.pop("low", defaults[1])
    if not (0.0 < low < high <= path.top or (steps == 1 and 0.0 < low <= high <= path.top)):
        raise ValueError(f"levels must fall from high to low within (0, {path.top:g}], not from {high:g} to {low:g}")
    rule = SCHEDULES[name].rule
    return checked((*rule(Span(steps, high, low, path), **options), 0.0), path)


def checked(levels: Sequence[float], path: Path) -> Levels:
    """`levels` as floats, or ValueError unless they fall strictly, stay on the path and end at 0 or above."""
    values = tuple(float(level) for level in levels)
    if not values or not all(math.isfinite(v) and 0.0 <= v <= path.top for v in values):
        raise ValueError(f"levels must be finite numbers from 0 to {path.top:g}")
    if any(a <= b for a, b in itertools.pairwise(values)):
        raise ValueError("levels must fall from step to step")
    return values


def truncate(levels: Sequence[float], strength: float) -> Levels:
    """The last part of a run, for a start picture: `strength` of the steps, at least one of them unless it is 0.

    The start is noised to the first level that is returned (`Path.mix`). Strength 0 returns only the last level: no
    step is left and the start stands as it is. SDEdit, Meng 2021, arXiv:2108.01073.
    """
    if not 0.0 <= strength <= 1.0:
        raise ValueError("strength must be from 0 to 1")
    steps = len(levels) - 1
    kept = max(1, int(steps * strength + 1e-9)) if strength > 0.0 else 0
    return tuple(levels[steps - kept :])


def below(levels: Sequence[float], level: float) -> Levels:
    """`level` and what of `levels` lies below it: how a run re-enters another schedule half way.

    A level within a thousandth of `level` is left out: a step to it would only cost a network call.
    """
    return (level, *(v for v in levels if v < level * (1.0 - 1e-3)))


def position(levels: Sequence[float], level: float) -> float:
    """Where in the run `level` is: 0 at its first step, 1 at its last, linear in the step number between.

    Step i starts at levels[i], so a curve read here at the level of a network call has its value for that step.
    """
    starts = list(levels[:-1])
    if len(starts) < 2 or level >= starts[0]:
        return 0.0
    for i, (a, b) in enumerate(itertools.pairwise(starts)):
        if level > b:
            return (i + (a - level) / (a - b)) / (len(starts) - 1)
    return 1.0
