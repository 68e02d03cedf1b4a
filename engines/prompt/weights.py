"""Weights in a prompt: (more), (word:1.3), [less], as AUTOMATIC1111's web interface made them common."""

import re
from collections.abc import Iterable
from itertools import groupby

from msgspec import Struct

MORE = 1.1  # what a round bracket multiplies by, and a square one divides by
BOUND = 100.0  # the most a weight may come to, either way
DEEPEST = 128  # brackets of a kind within each other that count
_FACTORS = {"(": MORE, "[": 1 / MORE}

_TOKEN = re.compile(r"\\[()\[\]\\]|:\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*\)|[()\[\]]|[^\\()\[\]:]+|[\\:]", re.S)


class Chunk(Struct, frozen=True):
    """A piece of a prompt, free of brackets, and how strongly it counts (1: as it is)."""

    text: str
    weight: float = 1.0


def weighted(text: str) -> tuple[Chunk, ...]:
    """The pieces of `text`; together they give the plain prompt, neighbours differ in weight.

    (x) counts 1.1 times, (x:1.3) 1.3 times, [x] 1/1.1 times, nested ones multiply; \\( \\) \\[ \\] \\\\ are the
    characters themselves. A bracket that is not closed acts to the end, one that was not opened is text. Any text is
    read; nothing is refused.
    """
    pieces: list[list] = []  # [text, weight]
    opened: dict[str, list[int]] = {"(": [], "[": []}  # the first piece after each bracket that is open
    for token in _TOKEN.findall(text):
        kind = {")": "(", "]": "["}.get(token[-1], "")
        if token in opened:
            opened[token].append(len(pieces))
        elif kind and opened[kind] and token[0] in ")]:":
            factor = float(token[1:-1]) if len(token) > 1 else _FACTORS[kind]
            _times(pieces, opened[kind], factor)
        else:
            pieces.append([token[1:] if len(token) == 2 and token[0] == "\\" else token, 1.0])
    for kind, starts in opened.items():
        while starts:
            _times(pieces, starts, _FACTORS[kind])
    return _merged(Chunk(piece, min(BOUND, max(-BOUND, weight))) for piece, weight in pieces)


def plain(text: str) -> str:
    """The prompt without its weights."""
    return "".join(chunk.text for chunk in weighted(text))


def escaped(text: str) -> str:
    """`text` as a prompt that means just that: weighted(escaped(t)) is t at weight 1."""
    return re.sub(r"([()\[\]\\])", r"\\\1", text)


def _times(pieces: list[list], starts: list[int], factor: float) -> None:
    """Close the innermost bracket: what came after it counts `factor` times; nothing, if it is in too many others."""
    first = starts.pop()
    for piece in pieces[first:] if len(starts) < DEEPEST else ():
        piece[1] *= factor


def _merged(chunks: Iterable[Chunk]) -> tuple[Chunk, ...]:
    groups = groupby((chunk for chunk in chunks if chunk.text), key=lambda chunk: chunk.weight)
    return tuple(Chunk("".join(chunk.text for chunk in group), weight) for weight, group in groups)
