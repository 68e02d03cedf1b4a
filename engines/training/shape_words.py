"""What procedural shapes are made of and how they are told: paints, the builder of a thing, its captions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from engines.training import solids
from engines.training.solids import Colour, Part

# sRGB of what people call by that name
PAINTS: dict[str, tuple[tuple[int, int, int], ...]] = {
    "red": ((215, 35, 40),),
    "orange": ((250, 130, 25),),
    "yellow": ((250, 212, 45),),
    "green": ((50, 160, 60),),
    "blue": ((40, 95, 220),),
    "purple": ((128, 60, 195),),
    "pink": ((250, 135, 190),),
    "brown": ((115, 68, 38),),
    "black": ((38, 38, 42),),
    "white": ((240, 240, 240),),
    "gray": ((135, 137, 142),),
    "turquoise": ((35, 190, 190),),
    "wooden": ((186, 132, 78), (160, 105, 58), (200, 152, 96)),
    "golden": ((212, 165, 40),),
    "stone": ((150, 142, 130), (165, 158, 148)),
}
COLOURS = tuple(PAINTS)[:12]
MATERIALS = tuple(PAINTS)[12:]
SHADE = 12  # how far a paint strays, in 1/255
HELD_OUT = 25  # of 100 pairs of paint and thing


@dataclass(frozen=True)
class Kind:
    """A kind of thing: its names, usual longest side in metres, natural paints by role, and who builds it."""

    names: tuple[str, ...]
    size: tuple[float, float]
    roles: dict[str, tuple[str, ...]]
    build: Callable[[Builder], None]

    @property
    def name(self) -> str:
        return self.names[0]


KINDS: dict[str, Kind] = {}


def kind(*names: str, size: tuple[float, float], **roles: str) -> Callable[..., Callable[[Builder], None]]:
    """Enter a builder under its name; roles are given as words of natural paints, the first being the main one."""

    def enter(build: Callable[[Builder], None]) -> Callable[[Builder], None]:
        split = {role: tuple(words.split()) for role, words in roles.items()}
        KINDS[names[0]] = Kind(names, size, split, build)
        return build

    return enter


@dataclass(frozen=True)
class Thing:
    """One procedural shape: what it is, its paints by role, the words that hold of it, and its parts."""

    kind: Kind
    paints: dict[str, str]
    adjectives: tuple[str, ...]
    details: tuple[str, ...]
    parts: tuple[Part, ...]
    size: float

    @property
    def main(self) -> str:
        return next(iter(self.paints.values()))

    def volume(self) -> np.ndarray:
        """(4, 32, 32, 32), as `volumes` says."""
        return solids.sampled(self.parts)


@dataclass
class Builder:
    """Adds parts to a thing; every random choice comes from `rng`, every word that is chosen is kept."""

    rng: np.random.Generator
    tints: dict[str, Colour]
    parts: list[Part] = field(default_factory=list)
    adjectives: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)

    def maybe(self, word: str, share: float) -> bool:
        """Whether the thing is `word`, which then can be said of it."""
        if self.rng.random() >= share or self.adjectives:
            return False
        self.adjectives.append(word)
        return True

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def add(self, role: str, part: Part) -> None:
        """A part in the paint of `role`, or in a paint itself: '=black'."""
        tint = tinted(role[1:], self.rng) if role.startswith("=") else self.tints[role]
        self.parts.append(part.painted(tint))

    def box(self, role: str, centre: Sequence[float], half: Sequence[float], rounding: float = 0.02) -> None:
        self.add(role, solids.box(centre, half, rounding))

    def cone(self, role: str, foot: Sequence[float], height: float, radii: tuple[float, float]) -> None:
        self.add(role, solids.cone(foot, height, *radii))

    def ball(self, role: str, centre: Sequence[float], radii: Sequence[float] | float) -> None:
        self.add(role, solids.ball(centre, radii))

    def rod(
        self, role: str, ends: tuple[Sequence[float], Sequence[float]], thick: float, tip: float | None = None
    ) -> None:
        self.add(role, solids.rod(*ends, thick, tip))

    def legs(self, role: str, spread: tuple[float, float], height: float, thick: float) -> None:
        """Four legs below the corners (x, z) of a top at `height`: square or round, straight or splayed."""
        out = self.rng.choice([1.0, 1.0, 1.15])
        boxy = self.chance(0.5) and out == 1.0
        for sx in (-1, 1):
            for sz in (-1, 1):
                x, z = sx * spread[0], sz * spread[1]
                if boxy:
                    self.box(role, (x, height / 2, z), (thick, height / 2, thick), 0.0)
                else:
                    self.rod(role, ((x * out, thick, z * out), (x, height - thick, z)), thick)

    def tripod(self, role: str, reach: float, height: float, thick: float) -> None:
        """Three legs from the middle of a top at `height`."""
        for turn in np.arange(3) * 2 * np.pi / 3 + np.pi / 2:
            x, z = float(np.cos(turn)), float(np.sin(turn))
            self.rod(role, ((reach * x, thick, reach * z), (0.45 * reach * x, height, 0.45 * reach * z)), thick)


# ---------------------------------------------------------------- making a thing


def is_held_out(paint: str, name: str) -> bool:
    """Whether this pair is kept from the generator, by its words alone; natural ones are not."""
    if paint in next(iter(KINDS[name].roles.values())):
        return False
    digest = hashlib.sha256(f"{paint} {name}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < HELD_OUT


def tinted(paint: str, rng: np.random.Generator) -> Colour:
    """A colour people call `paint`, a little different each time, in [0, 1]."""
    base = np.array(PAINTS[paint][rng.integers(len(PAINTS[paint]))], float)
    moved = np.clip(base + rng.uniform(-SHADE, SHADE) + rng.uniform(-SHADE / 3, SHADE / 3, 3), 0, 255) / 255
    return (float(moved[0]), float(moved[1]), float(moved[2]))


def made(name: str, rng: np.random.Generator, main: str | None = None) -> Thing:
    """A thing of the kind `name`; `main` names its paint, else it is natural or any that is not held out."""
    chosen = KINDS[name]
    paints = painted(chosen, rng, main)
    builder = Builder(rng, {role: tinted(paint, rng) for role, paint in paints.items()})
    chosen.build(builder)
    size = float(np.exp(rng.uniform(*np.log(chosen.size))))
    words = tuple(builder.adjectives), tuple(builder.details)
    return Thing(chosen, paints, *words, tuple(builder.parts), size)


def painted(chosen: Kind, rng: np.random.Generator, main: str | None) -> dict[str, str]:
    """Paints by role, the first `main`, or natural, or any that is not held out."""
    natural = {role: str(rng.choice(paints)) for role, paints in chosen.roles.items()}
    first, *others = natural
    if main is None and rng.random() < 0.35:
        return natural
    free = [paint for paint in PAINTS if not is_held_out(paint, chosen.name)]
    paints = natural | {first: main or str(rng.choice(free))}
    for role in others:
        if rng.random() < 0.35:
            paints[role] = str(rng.choice(COLOURS))
    return paints


# ---------------------------------------------------------------- captions


def captions(thing: Thing, rng: np.random.Generator) -> tuple[str, ...]:
    """Four captions, each true of the thing: paint and name, more, all, and at times the name alone."""
    name = str(rng.choice(thing.kind.names))
    plain, word = f"{thing.main} {thing.kind.name}", "".join(f"{word} " for word in thing.adjectives)
    more = f"{word}{thing.main} {name}"
    extra = [*told_roles(thing), *thing.details]
    full = f"{more} with {rng.choice(extra)}" if extra else more
    alone = name if rng.random() < 0.5 else f"{word}{name}"
    shown = (article(plain), article(more) if rng.random() < 0.7 else more, article(full))
    return (*shown, article(alone) if rng.random() < 0.3 else shown[0])


def told_roles(thing: Thing) -> list[str]:
    """The other parts with their paints: 'white legs', 'a green stem'."""
    others = list(thing.paints.items())[1:]
    return [f"{paint} {role}" if role.endswith("s") else article(f"{paint} {role}") for role, paint in others]


def article(words: str) -> str:
    """`words` with 'a' or 'an' before them."""
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
