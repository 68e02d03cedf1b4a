"""What decides a result: the request, its curves, control inputs and the checkpoint it goes on from."""

import itertools
from typing import Literal

import numpy as np
from msgspec import Struct

from engines.contract.media import Image, Media

Value = bool | int | float | str
STRONGEST = 2.0  # a control input can act
HEAVIEST = 4.0  # an adapter can weigh, either way
MOST_REGIONS = 16
Fill = Literal["stretch", "mirror", "grey"]  # what lies around a start before anything is made there


class Curve(Struct, frozen=True):
    """A parameter over the run. `points` are (position, value), position 0 at the first step and 1 at the last.

    `shape` says how to go from point to point: 'linear', 'hold' (keep the left value) or 'smooth' (cosine ease).
    """

    points: tuple[tuple[float, float], ...]
    shape: Literal["linear", "hold", "smooth"] = "linear"

    def __post_init__(self) -> None:
        places = [p for p, _ in self.points]
        if not self.points:
            raise ValueError("a curve needs at least one point")
        if any(not (0.0 <= p <= 1.0) for p in places) or places != sorted(places):
            raise ValueError("curve positions must rise from 0 to 1")
        if not all(np.isfinite(v) for _, v in self.points):
            raise ValueError("curve values must be finite numbers")

    def at(self, position: float) -> float:
        """The value at `position` in [0, 1]; the end values hold outside the first and last point."""
        points = self.points
        if position <= points[0][0]:
            return points[0][1]
        for (p0, v0), (p1, v1) in itertools.pairwise(points):
            if position < p1:
                u = (position - p0) / (p1 - p0)
                ease = {"linear": u, "hold": 0.0, "smooth": 0.5 - 0.5 * float(np.cos(np.pi * u))}[self.shape]
                return v0 + (v1 - v0) * ease
        return points[-1][1]


class Control(Struct, frozen=True, eq=False):
    """One control input: what `kind` it is (as the engine declares it), its media, and how strongly it acts.

    `strength` is from 0 (not at all) to 2, one number or a curve over the run: 0 before and after a range of steps
    leaves those untouched. `make` names the map that is to be made of the media first, by `options`; '' uses them as
    they are. `source` is there when the map has been edited by hand: then `media` is that map, used as it is, and
    `source` what it was made of, so that it can be made again.
    """

    kind: str
    media: Media
    strength: float | Curve = 1.0
    make: str = ""
    options: dict[str, Value] = {}
    source: Media | None = None

    @property
    def making(self) -> str:
        """The map that has to be made of the media yet; '' for none."""
        return self.make if self.source is None else ""

    def at(self, position: float) -> float:
        """The strength at `position` of the run, in [0, 1]."""
        return self.strength.at(position) if isinstance(self.strength, Curve) else self.strength


class Adapter(Struct, frozen=True, eq=False):
    """A small network added to a model (a LoRA), by the name it has on the shelf, and how strongly it acts.

    `weight` is a number or a curve over the run; 1 is as it was taught, 0 not at all, negative the opposite.
    """

    name: str
    weight: float | Curve = 1.0

    def at(self, position: float) -> float:
        """The weight at `position` of the run, in [0, 1]."""
        return self.weight.at(position) if isinstance(self.weight, Curve) else self.weight


class Region(Struct, frozen=True, eq=False):
    """A part of the picture with words of its own.

    It lies where `mask` is white (grey, laid over the whole picture, whatever its size), or else in the rectangle
    `box`: x, y, width, height in shares of the picture. `strength`, from 0 to 1, is how much of it the region decides.
    """

    prompt: str
    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    mask: Image | None = None
    strength: float | Curve = 1.0

    def at(self, position: float) -> float:
        """The strength at `position` of the run, in [0, 1]."""
        return self.strength.at(position) if isinstance(self.strength, Curve) else self.strength


class Checkpoint(Struct, frozen=True, eq=False):
    """All that is needed to go on exactly after `step` finished steps.

    `level` is the noise level reached (sigma or flow time). `arrays` holds the state and the solver's history,
    `numbers` its scalars. `method` names the sampler and schedule that made it: another method keeps only the state
    and re-enters at `level` with a first-order step.
    """

    step: int
    total: int
    level: float
    method: str
    arrays: dict[str, np.ndarray]
    numbers: dict[str, float] = {}


class Request(Struct, frozen=True, kw_only=True, eq=False, omit_defaults=True):
    """Everything that decides a result. Same request, engine and device: same bytes.

    `size` is (width, height) in pixels; `length` in seconds; `options` and `curves` go by the names the engine
    declares, a curve overriding the constant of the same name. `strength` in [0, 1] is how far the result may leave
    `start` (1: all the way). `mask` is grey, 255 where the picture may change. `around` are the pixels (left, top,
    right, bottom) of the result that lie around a start picture and are made anew, beginning from `fill`; over
    `feather` pixels the start goes over into them. `last` is the picture a clip is to end with. `resume` goes on from
    a checkpoint. `travel` in [0, 1) is how far the noise has gone from that of `seed` to that of the next one, so that
    pictures can move from seed to seed.
    """

    engine: str
    prompt: str = ""
    negative: str = ""
    seed: int = 0
    size: tuple[int, int] | None = None
    length: float | None = None
    options: dict[str, Value] = {}
    curves: dict[str, Curve] = {}
    controls: tuple[Control, ...] = ()
    adapters: tuple[Adapter, ...] = ()
    regions: tuple[Region, ...] = ()
    start: Media | None = None
    strength: float = 0.6
    mask: Image | None = None
    around: tuple[int, int, int, int] = (0, 0, 0, 0)
    feather: int = 8
    fill: Fill = "stretch"
    last: Image | None = None
    resume: Checkpoint | None = None
    travel: float = 0.0
    version: int = 1

    @property
    def noise(self) -> "int | tuple[int, float]":
        """What noise is drawn from: the seed, or a seed and how far from it towards the next."""
        return (self.seed, self.travel) if self.travel else self.seed

    def at(self, name: str, default: float, position: float) -> float:
        """The value of the curve-able option `name` at `position` of the run; `default` is the constant."""
        curve = self.curves.get(name)
        return default if curve is None else curve.at(position)
