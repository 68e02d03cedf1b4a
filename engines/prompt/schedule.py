"""Prompts that change over the steps, prompts joined by AND, and sections parted by BREAK.

The syntax is AUTOMATIC1111's: [from:to:when], [to:when], [from::when], [a|b|c]. One thing is our own: what AND joins
may weigh more or less as the run goes. `a cat :0:1,1:0 AND a dog :0:0,1:1` goes over from the one into the other: pairs
of a position, 0 at the first step and 1 at the last, and the weight there, with straight lines between them.
"""

import re

from msgspec import Struct

from engines.contract import Curve, Refused
from engines.prompt.weights import Chunk, weighted

DEEPEST = 32  # brackets within brackets
MOST_STEPS = 10_000

_AND = re.compile(r"\bAND\b")
_BREAK = re.compile(r"\s*\bBREAK\b\s*")
_WEIGHT = re.compile(r"(.*?)\s*:\s*([-+]?(?:\d+\.?\d*|\.\d+))\s*", re.S)
_CURVE = re.compile(r"(.*?)\s*:\s*((?:{0}:[-+]?{0})(?:,{0}:[-+]?{0})+)\s*".format(r"(?:\d+\.?\d*|\.\d+)"), re.S)
_NUMBER = re.compile(r"\s*(\d+\.?\d*|\.\d+)\s*")


def sections(text: str) -> list[str]:
    """What BREAK parts."""
    return _BREAK.split(text)


class Span(Struct, frozen=True):
    """The steps `first` to `last` (counted from 1, both included) for which `text` is the prompt."""

    first: int
    last: int
    text: str

    @property
    def sections(self) -> tuple[tuple[Chunk, ...], ...]:
        """What BREAK parts, each with its weights: every section fills its own window of the text encoder."""
        return tuple(weighted(section) for section in sections(self.text))


class Part(Struct, frozen=True):
    """One of the prompts that AND joins: its weight against the others, a number or one that moves over the run, and
    its text over the steps."""

    weight: float | Curve
    spans: tuple[Span, ...]

    def weighs(self, step: int, steps: int) -> float:
        """The weight at `step`, counted from 1, of `steps`."""
        if not isinstance(self.weight, Curve):
            return self.weight
        return self.weight.at(min(1.0, (step - 1) / max(1, steps - 1)))

    def at(self, step: int) -> Span:
        """What holds at `step`, counted from 1; the last span holds beyond the end."""
        return next((span for span in self.spans if step <= span.last), self.spans[-1])


class _Edit(Struct, frozen=True):
    """[before:after:when]: `after` comes when `when` steps are done (a share of all of them below 1)."""

    before: "_Run"
    after: "_Run"
    when: str

    def last(self, steps: int) -> int:
        """The last step that has `before`."""
        number = float(self.when)
        return min(steps, int(number * steps if "." in self.when else number))


class _Turns(Struct, frozen=True):
    """[a|b|c]: one after the other, a step each."""

    texts: "tuple[_Run, ...]"


_Run = tuple  # of str, _Edit and _Turns


def parts(prompt: str, steps: int) -> tuple[Part, ...]:
    """The prompts that AND joins ('a cat AND a dog :0.6'), each over `steps` steps.

    Refused('bad-request') for brackets nested too deeply or a number of steps that is none.
    """
    if not _AND.search(prompt):
        return (Part(1.0, scheduled(prompt, steps)),)
    found = []
    for text in _AND.split(prompt):
        words, weight = weighing(text)
        found.append(Part(weight, scheduled(words.strip(), steps)))
    return tuple(found)


def joined(prompt: str) -> list[tuple[float | Curve, str]]:
    """What AND joins, each with its weight; their schedules stay in the texts."""
    if not _AND.search(prompt):
        return [(1.0, prompt.strip())]
    return [(weight, words.strip()) for words, weight in map(weighing, _AND.split(prompt))]


def weighing(text: str) -> tuple[str, float | Curve]:
    """One of the texts that AND joins without its weight, and that. Refused('bad-request') for a curve that is none."""
    if match := _CURVE.fullmatch(text):
        pairs = [pair.split(":") for pair in match[2].split(",")]
        try:
            return match[1], Curve(tuple((float(place), float(weight)) for place, weight in pairs))
        except ValueError as error:
            raise Refused("bad-request", f"The weight {match[2]!r} in the prompt cannot be: {error}.") from None
    match = _WEIGHT.fullmatch(text)
    return (match[1], float(match[2])) if match else (text, 1.0)


def scheduled(text: str, steps: int) -> tuple[Span, ...]:
    """`text` over `steps` steps: spans that follow each other without a gap, their weights still in the text.

    What is no edit and no alternation stays as it is written. Refused('bad-request') as `parts`.
    """
    if not 1 <= steps <= MOST_STEPS:
        raise Refused("bad-request", f"A prompt cannot change over {steps} steps; use 1 to {MOST_STEPS}.")
    tree = _run(text, _pairs(text), (0, len(text)))
    spans: list[Span] = []
    for step in range(1, steps + 1):
        now = _at(tree, step, steps)
        if spans and spans[-1].text == now:
            spans[-1] = Span(spans[-1].first, step, now)
        else:
            spans.append(Span(step, step, now))
    return tuple(spans)


def _pairs(text: str) -> dict[int, int]:
    """Where each bracket that is closed is closed. Brackets after a backslash, and those without a mate, are text."""
    opened: list[int] = []
    pairs: dict[int, int] = {}
    n = 0
    while n < len(text):
        if text[n] == "\\":
            n += 1
        elif text[n] in "([":
            opened.append(n)
            if len(opened) > DEEPEST:
                raise Refused("bad-request", f"The prompt has more than {DEEPEST} brackets within each other.")
        elif text[n] in ")]" and opened:
            kind = {")": "(", "]": "["}[text[n]]
            while opened and text[opened[-1]] != kind and any(text[o] == kind for o in opened):
                opened.pop()
            if text[opened[-1]] == kind:
                pairs[opened.pop()] = n
        n += 1
    return pairs


def _run(text: str, pairs: dict[int, int], where: tuple[int, int]) -> _Run:
    """The part of `text` from `where[0]` to `where[1]` as a run of texts, edits and turns."""
    found: list = []
    n, end = where
    while n < end:
        close = pairs.get(n)
        node = _node(text, pairs, (n + 1, close)) if close is not None and text[n] == "[" else None
        if node is not None:
            found.append(node)
            n = close + 1  # type: ignore[operator]
        else:
            found.append(text[n])
            n += 1
    return tuple(found)


def _node(text: str, pairs: dict[int, int], where: tuple[int, int]) -> _Edit | _Turns | None:
    """What a square bracket holds, if it is an edit or an alternation."""
    bars = _split(text, pairs, where, "|")
    if len(bars) > 1:
        return _Turns(tuple(_run(text, pairs, bar) for bar in bars))
    colons = _split(text, pairs, where, ":")
    when = text[slice(*colons[-1])]
    if len(colons) not in (2, 3) or not _NUMBER.fullmatch(when):
        return None
    before = _run(text, pairs, colons[0]) if len(colons) == 3 else ()
    return _Edit(before, _run(text, pairs, colons[-2]), when.strip())


def _split(text: str, pairs: dict[int, int], where: tuple[int, int], mark: str) -> list[tuple[int, int]]:
    """The pieces between marks that lie in no bracket of their own."""
    pieces, first, n = [], where[0], where[0]
    while n < where[1]:
        if text[n] == "\\":
            n += 1
        elif n in pairs:
            n = pairs[n]
        elif text[n] == mark:
            pieces.append((first, n))
            first = n + 1
        n += 1
    return [*pieces, (first, where[1])]


def _at(tree: _Run, step: int, steps: int) -> str:
    words = []
    for node in tree:
        if isinstance(node, _Edit):
            words.append(_at(node.before if step <= node.last(steps) else node.after, step, steps))
        elif isinstance(node, _Turns):
            words.append(_at(node.texts[(step - 1) % len(node.texts)], step, steps))
        else:
            words.append(node)
    return "".join(words)
