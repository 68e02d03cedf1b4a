"""Weights in a prompt: (more), (word:1.3), [less], as AUTOMATIC1111's web interface made them common."""

import re
from collections.abc import Iterable
from itertools import groupby

from msgspec import Struct

MORE = 1.1  # what a round bracket multiplies by, and a square one divides by
BOUND = 100.0  # the most a weight may come to, either way

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
    opened: list[tuple[str, int]] = []
    for token in _TOKEN.findall(text):
        if token in ("(", "["):
            opened.append((token, len(pieces)))
        elif token[-1] == ")" and len(token) > 1 and token[0] == ":" and _innermost(opened, "("):
            _times(pieces, opened, "(", float(token[1:-1]))
        elif token in (")", "]") and _innermost(opened, {")": "(", "]": "["}[token]):
            _times(pieces, opened, *{")": ("(", MORE), "]": ("[", 1 / MORE)}[token])
        else:
            pieces.append([token[1:] if len(token) == 2 and token[0] == "\\" else token, 1.0])
    while opened:
        _times(pieces, opened, opened[-1][0], MORE if opened[-1][0] == "(" else 1 / MORE)
    return _merged(Chunk(piece, min(BOUND, max(-BOUND, weight))) for piece, weight in pieces)


def plain(text: str) -> str:
    """The prompt without its weights."""
    return "".join(chunk.text for chunk in weighted(text))


def escaped(text: str) -> str:
    """`text` as a prompt that means just that: weighted(escaped(t)) is t at weight 1."""
    return re.sub(r"([()\[\]\\])", r"\\\1", text)


def _innermost(opened: list[tuple[str, int]], kind: str) -> bool:
    return any(bracket == kind for bracket, _ in opened)


def _times(pieces: list[list], opened: list[tuple[str, int]], kind: str, factor: float) -> None:
    """Close the innermost bracket of `kind`: what came after it counts `factor` times."""
    at = max(n for n, (bracket, _) in enumerate(opened) if bracket == kind)
    _, first = opened.pop(at)
    for piece in pieces[first:]:
        piece[1] *= factor


def _merged(chunks: Iterable[Chunk]) -> tuple[Chunk, ...]:
    groups = groupby((chunk for chunk in chunks if chunk.text), key=lambda chunk: chunk.weight)
    return tuple(Chunk("".join(chunk.text for chunk in group), weight) for weight, group in groups)
