"""Prompts of many variants: {red|green}, {2$$a|b|c}, __name__ from a file of lines; drawn by a seed, or all in a row.

The syntax is that of the "dynamic prompts" extension: {0.3::rare|common} weighs, {1-2$$ and $$a|b|c} takes one or two,
joined by ' and ' (', ' if nothing is said). Variants nest, and lines of files may hold variants and names of files.
"""

import itertools
import math
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from engines.contract import Refused

DEEPEST = 32
LARGEST = 4 * 2**20  # bytes of a file
_NAME = re.compile(r"__([\w\-]+(?:/[\w\-]+)*)__")
_PICK = re.compile(r"\s*(\d{1,3})?\s*(-)?\s*(\d{1,3})?\s*")
_WEIGHT = re.compile(r"\s*(\d+\.?\d*|\.\d+)::")


class _Choice(Struct, frozen=True):
    """`low` to `high` of the options, in the order they are written, joined by `sep`."""

    options: tuple["_Run", ...]
    weights: tuple[float, ...]
    low: int = 1
    high: int = 1
    sep: str = ", "


_Run = tuple  # of str and _Choice


class Variants:
    """A prompt's variants. `folder` holds the files of __names__, name.txt, one entry a line, # begins a comment.

    Reading it may raise Refused: 'missing' for a file that is not there, 'bad-request' for what cannot be.
    """

    def __init__(self, prompt: str, folder: Path | None = None) -> None:
        self._folder = folder
        self._files: dict[str, _Choice] = {}
        self._tree = self._read(prompt, ())

    @property
    def count(self) -> int:
        """How many variants there are, without making any."""
        return _count(self._tree)

    def nth(self, index: int) -> str:
        """The variant of that number, 0 to `count` - 1; the last choice in the prompt changes fastest."""
        if not 0 <= index < self.count:
            raise Refused("bad-request", f"There is no variant {index + 1}; there are {self.count}.")
        return _nth(self._tree, index)

    def all(self) -> Iterator[str]:
        """Every variant, one after the other."""
        return (self.nth(index) for index in range(self.count))

    def drawn(self, seed: int) -> str:
        """One variant by its seed, the options by their weights."""
        return _drawn(self._tree, random.Random(seed))

    # ------------------------------------------------------------ reading

    def _read(self, text: str, inside: tuple[str, ...]) -> _Run:
        """`text` as a tree; `inside` are the files it was read from."""
        ends = _braces(text)
        return self._run(text, ends, (0, len(text)), inside)

    def _run(self, text: str, ends: dict[int, int], where: tuple[int, int], inside: tuple[str, ...]) -> _Run:
        found: list[Any] = []
        n, end = where
        while n < end:
            name = _NAME.match(text, n, end)
            if text[n] == "\\" and n + 1 < end and text[n + 1] in "{}|_":
                found.append(text[n + 1])
                n += 2
            elif n in ends:
                found.append(self._choice(text, ends, (n + 1, ends[n]), inside))
                n = ends[n] + 1
            elif name:
                found.append(self._file(name[1], inside))
                n = name.end()
            else:
                found.append(text[n])
                n += 1
        return tuple(found)

    def _choice(self, text: str, ends: dict[int, int], where: tuple[int, int], inside: tuple[str, ...]) -> _Choice:
        """What braces hold: how many, the words between, and the options with their weights."""
        first, low, high, sep = _picked(text, ends, where)
        options, weights = [], []
        for start, end in _split(text, ends, (first, where[1]), "|"):
            weight = _WEIGHT.match(text, start, end)
            options.append(self._run(text, ends, (weight.end() if weight else start, end), inside))
            weights.append(float(weight[1]) if weight else 1.0)
        if not any(weights):
            raise Refused("bad-request", f"All options of {{{text[slice(*where)]}}} weigh nothing.")
        return _Choice(tuple(options), tuple(weights), min(low, len(options)), min(high, len(options)), sep)

    def _file(self, name: str, inside: tuple[str, ...]) -> _Choice:
        if name in inside:
            raise Refused("bad-request", f"The wildcard file {name}.txt leads back to itself.")
        if name not in self._files:
            lines = entries(name, self._folder)
            options = tuple(self._read(line, (*inside, name)) for line in lines)
            self._files[name] = _Choice(options, (1.0,) * len(options))
        return self._files[name]


def entries(name: str, folder: Path | None) -> list[str]:
    """The lines of the file `name`.txt in `folder`. Refused('missing') when it is not there, 'bad-file' when empty."""
    place = folder / f"{name}.txt" if folder else None
    if folder is None or place is None or not place.is_file():
        where = f"in {folder}" if folder else "because no folder of wildcards is given"
        raise Refused("missing", f"There is no wildcard file {name}.txt {where}.")
    if not place.resolve().is_relative_to(folder.resolve()) or place.stat().st_size > LARGEST:
        raise Refused("bad-file", f"The wildcard file {name}.txt is too large or lies outside of {folder}.")
    lines = (re.sub(r"(^|\s)#.*", "", line).strip() for line in place.read_text("utf-8-sig", "replace").splitlines())
    found = [line for line in lines if line]
    if not found:
        raise Refused("bad-file", f"The wildcard file {name}.txt in {folder} has no entries.")
    return found


def _braces(text: str) -> dict[int, int]:
    """Where each brace that is closed is closed; one without a mate, or after a backslash, is text."""
    opened: list[int] = []
    ends: dict[int, int] = {}
    n = 0
    while n < len(text):
        if text[n] == "\\":
            n += 1
        elif text[n] == "{":
            opened.append(n)
            if len(opened) > DEEPEST:
                raise Refused("bad-request", f"The prompt has more than {DEEPEST} braces within each other.")
        elif text[n] == "}" and opened:
            ends[opened.pop()] = n
        n += 1
    return ends


def _picked(text: str, ends: dict[int, int], where: tuple[int, int]) -> tuple[int, int, int, str]:
    """Where the options begin; how many are taken, at least and at most; the words between them."""
    marks = _split(text, ends, where, "$$")
    head = text[slice(*marks[0])]
    pick = _PICK.fullmatch(head)
    if len(marks) < 2 or not pick or not (pick[1] or pick[3]):
        return where[0], 1, 1, ", "
    low = int(pick[1]) if pick[1] else (0 if pick[2] else 1)
    high = int(pick[3]) if pick[3] else (10**9 if pick[2] else low)
    if low > high:
        raise Refused("bad-request", f"{{{head}$$...}} asks for at least {low} and at most {high}; turn them round.")
    if len(marks) > 2 and len(_split(text, ends, marks[1], "|")) == 1:
        return marks[2][0], low, high, text[slice(*marks[1])]
    return marks[1][0], low, high, ", "


def _split(text: str, ends: dict[int, int], where: tuple[int, int], mark: str) -> list[tuple[int, int]]:
    """The pieces between marks that lie in no braces of their own."""
    pieces, first, n = [], where[0], where[0]
    while n < where[1]:
        if text[n] == "\\":
            n += 2
        elif n in ends:
            n = ends[n] + 1
        elif text.startswith(mark, n, where[1]):
            pieces.append((first, n))
            n = first = n + len(mark)
        else:
            n += 1
    return [*pieces, (first, where[1])]


# ---------------------------------------------------------------- counting and choosing


def _count(run: _Run) -> int:
    return math.prod(_ways(node) for node in run if isinstance(node, _Choice))


def _ways(node: _Choice) -> int:
    """The sum of the elementary symmetric polynomials of the options' counts, `low` to `high`."""
    return sum(_table([_count(option) for option in node.options], node.high)[0][node.low : node.high + 1])


def _table(counts: Sequence[int], most: int) -> list[list[int]]:
    """ways[i][k]: how many ways there are to take k of the options from the i-th on."""
    ways = [[1] + [0] * most]
    for count in reversed(counts):
        last = ways[-1]
        ways.append([1] + [last[k] + count * last[k - 1] for k in range(1, most + 1)])
    return ways[::-1]


def _nth(run: _Run, index: int) -> str:
    words = []
    for node in reversed(run):
        if isinstance(node, _Choice):
            index, own = divmod(index, _ways(node))
            words.append(_nth_choice(node, own))
        else:
            words.append(node)
    return "".join(reversed(words))


def _nth_choice(node: _Choice, index: int) -> str:
    counts = [_count(option) for option in node.options]
    ways = _table(counts, node.high)
    left = node.low
    while index >= ways[0][left]:
        index -= ways[0][left]
        left += 1
    taken = []
    for n, option in enumerate(node.options):
        with_it = counts[n] * ways[n + 1][left - 1] if left else 0
        if index < with_it:
            own, index = divmod(index, ways[n + 1][left - 1])
            taken.append(_nth(option, own))
            left -= 1
        else:
            index -= with_it
    return node.sep.join(taken)


def _drawn(run: _Run, rng: random.Random) -> str:
    return "".join(_drawn_choice(node, rng) if isinstance(node, _Choice) else node for node in run)


def _drawn_choice(node: _Choice, rng: random.Random) -> str:
    """`low` to `high` different options; of several, in the order they are written."""
    wanted = node.low + int(rng.random() * (node.high - node.low + 1))
    left = {n: weight for n, weight in enumerate(node.weights) if weight > 0}
    taken: list[int] = []
    while left and len(taken) < wanted:
        sums = list(itertools.accumulate(left.values()))
        place = rng.random() * sums[-1]
        taken.append(next((n for n, top in zip(left, sums, strict=True) if place < top), list(left)[-1]))
        del left[taken[-1]]
    return node.sep.join(_drawn(node.options[n], rng) for n in sorted(taken))
