"""What kinds of motion are written with: a cue (what one is made for) and a track (what it does), over the keys.

Words of a kind are in their base form ("spin around"); `motion_words` inflects them. The first is its name. Kinds of
one group do not go together, the others may be done at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from engines import motions
from engines.motions import AFFINE, CHANNELS, GRID, KEYS, Silhouette

MOST_CYCLES = 10.0  # in a clip: more would be too quick for the keys


@dataclass(frozen=True)
class Cue:
    """What a motion is made for: loop or not, seconds at the usual pace, amplitude and pace as words say them."""

    silhouette: Silhouette
    loop: bool
    seconds: float
    rng: np.random.Generator
    amount: float = 1.0
    pace: float = 1.0

    @property
    def u(self) -> np.ndarray:
        """The moments of the keys, (KEYS,) in [0, 1]."""
        return motions.times(KEYS, self.loop)

    @property
    def foot(self) -> float:
        """How far the lowest point is below the middle, in half sides of the canvas."""
        return self.silhouette.half[1]

    def cycles(self, rate: float) -> float:
        """How often something that is done `rate` times a second is done in the clip; whole numbers in a loop."""
        count = min(rate * self.seconds * self.pace, MOST_CYCLES)
        return max(1.0, float(round(count))) if self.loop else max(0.75, count)

    def phase(self, rate: float) -> np.ndarray:
        """The phase of that, (KEYS,) in radians, from 0."""
        return 2 * np.pi * self.cycles(rate) * self.u

    def beats(self, rate: float) -> np.ndarray:
        """How far each repetition has come, (KEYS,) in [0, 1); a clip that is no loop ends with a whole one."""
        count = max(1, round(self.cycles(rate)))
        return np.mod(self.u * count, 1.0) if self.loop else np.mod(np.minimum(self.u * count, count - 1e-6), 1.0)

    def once(self, seconds: float) -> np.ndarray:
        """How far something has come that takes so long, (KEYS,) in [0, 1]; a loop goes there and comes back."""
        if self.loop:
            return 0.5 - 0.5 * np.cos(2 * np.pi * self.u)
        share = np.clip(seconds / (self.seconds * self.pace), 0.4, 1.0)
        return smooth(np.clip(self.u / share, 0, 1))

    def away(self, seconds: float, power: float = 1.0) -> np.ndarray:
        """How far something that leaves has come: from 0 to 2 half sides, or in a loop 4 and so where it began.

        It starts as u^power; a loop hurries out and takes its time to arrive.
        """
        if self.loop:
            turns = max(1, min(2, round(self.seconds * self.pace / (2.6 * seconds))))
            v = self.u * turns
            return np.mod(v + 0.11 * (1 - np.cos(2 * np.pi * v)), turns) * motions.PERIOD
        share = np.clip(seconds / (self.seconds * self.pace), 0.45, 1.3)
        return 1.97 * np.minimum((self.u / share) ** power, 1.0)


def smooth(x: np.ndarray) -> np.ndarray:
    """From 0 to 1 without a jerk: 3 x^2 - 2 x^3."""
    return x * x * (3 - 2 * x)


def _flat(value: float) -> Callable[[], np.ndarray]:
    return lambda: np.full(KEYS, value)


@dataclass
class Track:
    """What a motion does at each key: place x, y and turn (clockwise, radians) are added to, the others multiplied."""

    x: np.ndarray = field(default_factory=_flat(0.0))
    y: np.ndarray = field(default_factory=_flat(0.0))
    turn: np.ndarray = field(default_factory=_flat(0.0))
    wide: np.ndarray = field(default_factory=_flat(1.0))
    high: np.ndarray = field(default_factory=_flat(1.0))
    shear: np.ndarray = field(default_factory=_flat(0.0))
    opacity: np.ndarray = field(default_factory=_flat(1.0))
    light: np.ndarray = field(default_factory=_flat(0.0))
    bend: np.ndarray = field(default_factory=lambda: np.zeros((KEYS, GRID, GRID, 2)))

    def held_at(self, x: float, y: float) -> Track:
        """The same, moved so that the point (x, y), counted from the middle, stays where it is."""
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        across, down = self.wide * x + self.shear * y, self.high * y
        self.x = self.x + x - (cos * across - sin * down)
        self.y = self.y + y - (sin * across + cos * down)
        return self

    def on(self, other: Track) -> Track:
        """Both at once."""
        added = {name: getattr(self, name) + getattr(other, name) for name in ("x", "y", "turn", "shear", "bend")}
        scaled = {name: getattr(self, name) * getattr(other, name) for name in ("wide", "high", "opacity")}
        light = np.clip(self.light + other.light, -0.9, 0.9)
        return Track(**added, **scaled, light=light)

    def states(self) -> np.ndarray:
        """As `engines.motions` has it, float32 (KEYS, CHANNELS)."""
        out = np.zeros((KEYS, CHANNELS), np.float32)
        rows = (*motions.on_torus(self.x), *motions.on_torus(self.y), np.cos(self.turn), np.sin(self.turn))
        for k, row in enumerate((*rows, self.wide, self.high, self.shear, self.opacity, self.light)):
            out[:, k] = row
        out[:, AFFINE:] = self.bend.reshape(KEYS, -1)
        return out


# ---------------------------------------------------------------- kinds


@dataclass(frozen=True)
class Kind:
    """A kind of motion: its words, the group it is of, and what it does to a cue."""

    words: tuple[str, ...]
    group: str
    move: Callable[[Cue], Track]

    @property
    def name(self) -> str:
        return self.words[0]


KINDS: dict[str, Kind] = {}


def kind(words: str, group: str) -> Callable[[Callable[[Cue], Track]], Callable[[Cue], Track]]:
    """Enter what is below as a kind, by its words ('/' between them)."""

    def enter(move: Callable[[Cue], Track]) -> Callable[[Cue], Track]:
        told = tuple(" ".join(word.split()) for word in words.split("/"))
        KINDS[told[0]] = Kind(told, group, move)
        return move

    return enter
