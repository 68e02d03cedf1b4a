"""What tells a model: the names and shapes in its header, as one table that is read from the top.

A line is `kind family variant : conditions`, `-` for an empty cell; the first line whose conditions all hold answers.
A condition is a tensor's name; `*` in it stands for anything; `[1]=4|9` asks for a dimension; `!` denies; `a||b`
is either. Names are as they stand after the prefix a bigger file gives the part (see parts.py).
"""

import functools
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

Shape = tuple[int, ...]


class Keys:
    """The names and shapes of a header, made to be asked many questions quickly."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self.shapes = shapes
        self._text = "\n" + "\n".join(shapes) + "\n"
        self._known: dict[str, str | None] = {}

    def found(self, pattern: str) -> str | None:
        """The first name that fits `pattern`, which has at most three `*`."""
        if "*" not in pattern:
            return pattern if pattern in self.shapes else None
        if pattern not in self._known:
            self._known[pattern] = self._sought(pattern)
        return self._known[pattern]

    def _sought(self, pattern: str) -> str | None:
        head, _, tail = pattern.partition("*")
        if head:
            return self._line("\n" + head, tail)
        middle, star, tail = tail.partition("*")
        return self._line(middle if star else middle + "\n", tail)

    def _line(self, needle: str, tail: str) -> str | None:
        """The first line around a find of `needle` after which `tail` ends it, or stands anywhere if it ends in `*`."""
        inner, place = needle.strip("\n"), self._text.find(needle)
        while place >= 0:
            start = self._text.rfind("\n", 0, place + 1) + 1
            line = self._text[start : self._text.index("\n", start)]
            rest = line[line.find(inner) + len(inner) :]
            if (tail[:-1] in rest) if tail.endswith("*") else rest.endswith(tail):
                return line
            place = self._text.find(needle, start + len(line))
        return None


class Condition(Struct, frozen=True):
    """One condition; `place` and `sizes` ask for a dimension of the tensor found."""

    patterns: tuple[str, ...]
    deny: bool = False
    place: int | None = None
    sizes: tuple[int, ...] = ()

    def holds(self, keys: Keys) -> bool:
        """Whether it does."""
        for pattern in self.patterns:  # a loop, for `any` costs twice the time and this runs for every line
            if self._fits(keys, pattern):
                return not self.deny
        return self.deny

    def _fits(self, keys: Keys, pattern: str) -> bool:
        name = keys.found(pattern)
        if name is None or self.place is None:
            return name is not None
        shape = keys.shapes.get(name, ())  # a name with a line end in it is no name
        return -len(shape) <= self.place < len(shape) and shape[self.place] in self.sizes


class Sign(Struct, frozen=True):
    """One line of the table."""

    kind: str
    family: str
    variant: str
    conditions: tuple[Condition, ...]

    @property
    def why(self) -> str:
        """The name that told it."""
        return self.conditions[0].patterns[0]


def read(text: str) -> tuple[Sign, ...]:
    """The table in `text`; a line that begins with blanks goes on with the one before."""
    lines = text.strip().replace("\n    ", " ").splitlines()
    return tuple(_sign(line) for line in lines if line.strip() and not line.startswith("#"))


def first(table: Sequence[Sign], keys: Keys, kinds: Iterable[str] = ()) -> Sign | None:
    """The first line that holds, of `kinds` alone where some are given."""
    wanted = frozenset(kinds)
    for sign in table:
        if (not wanted or sign.kind in wanted) and all(condition.holds(keys) for condition in sign.conditions):
            return sign
    return None


def _sign(line: str) -> Sign:
    head, _, tail = line.partition(" : ")
    kind, family, variant = ("" if word == "-" else word.replace("_", " ") for word in head.split())
    return Sign(kind, family, variant, tuple(_condition(word) for word in tail.split()))


@functools.cache
def _condition(word: str) -> Condition:
    deny = word.startswith("!")
    names, bracket, rest = word.removeprefix("!").partition("[")
    if not bracket:
        return Condition(tuple(names.split("||")), deny)
    place, _, sizes = rest.partition("]=")
    return Condition(tuple(names.split("||")), deny, int(place), tuple(int(size) for size in sizes.split("|")))
