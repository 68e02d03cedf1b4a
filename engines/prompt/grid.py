"""Grids: one request made over and over with a few of its values changed, one axis for each of them.

guidance=1,3,5    steps=4-12:4    seed=1-4    prompt=cat|dog|fox    size=512x512,768x512    guidance=3|0:7,0.5:2
guidance=5..9 step 1    lora NAME=0,0.5,1
"""

import itertools
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from engines.contract import Adapter, Curve, EngineCard, Param, Refused, Request
from engines.prompt.values import read_value

MOST = 1000  # cells
AXES = 3  # columns, rows, and blocks of them
WORDS = ("prompt", "negative")
_FIELDS = {
    "seed": Param("seed", "int", 0),
    "strength": Param("strength", "float", 0.6),
    "length": Param("length", "float", 1.0),
}
_LOADS = re.compile(r"model|checkpoint|vae|lora|adapter|precision|device|quanti")  # options that load weights anew
_NUMBER = r"-?\d+(?:\.\d+)?"
_RANGE = re.compile(
    rf"\s*({_NUMBER})\s*(?:-|\.\.|…)\s*({_NUMBER})\s*(?:(?::|step)\s*({_NUMBER})\s*|\[\s*(\d+)\s*\]\s*)?"
)
LORA = "lora "  # before an adapter's name
_SIZE = re.compile(r"\s*(\d{1,6})\s*[xX×]\s*(\d{1,6})\s*")


class Axis(Struct, frozen=True):
    """What is changed along one side of a grid: a field of the request or an option, its values and their labels.

    Of 'prompt' and 'negative' the first value is what is looked for, and each value takes its place.
    """

    name: str
    values: tuple[Any, ...]
    labels: tuple[str, ...]

    @property
    def cost(self) -> int:
        """How much a change of it costs: 3 loads weights, 2 encodes words, 1 is another option, 0 only a seed."""
        if self.name.startswith(LORA):
            return 2
        if self.name == "engine" or _LOADS.search(self.name):
            return 3
        return 2 if self.name in WORDS else int(self.name != "seed")


class Cell(Struct, frozen=True, eq=False):
    """One request of a grid and where it lies: an index along each axis, in the order the axes were given."""

    place: tuple[int, ...]
    request: Request
    label: str


def axis(text: str, card: EngineCard) -> Axis:
    """'name=values' as an axis for this engine. Values are parted by |, or by commas where there is no |.

    a-b, a-b:step and a-b[count] are numbers in a row, and so are a..b and a..b step s. Refused('bad-request') for
    what cannot be read.
    """
    name, sign, rest = (part.strip() for part in text.partition("="))
    params = {param.name: param for param in card.params}
    if not sign or not rest:
        raise Refused("bad-request", f"A grid wants NAME=VALUES, as in guidance=1,3,5, not {text!r}.")
    params |= {LORA + one.name: Param(LORA + one.name, "float", 1.0) for one in card.info.adapters}
    if name not in (*WORDS, "engine", "size", *_FIELDS, *params):
        known = ", ".join(("engine", *WORDS, "size", *_FIELDS, *params))
        raise Refused("bad-request", f"{card.info.name} has no {name!r} for a grid; it has: {known}.")
    texts = [word.strip() for word in rest.split("|" if "|" in rest else ",")]
    if not all(texts) and name not in WORDS:
        raise Refused("bad-request", f"A value is missing in the grid's {text!r}.")
    if name in WORDS or name == "engine":
        return _axis(name, texts, texts)
    if name == "size":
        return _axis(name, [_size(word) for word in texts], texts)
    param = params.get(name) or _FIELDS[name]
    if param.kind in ("int", "float"):
        texts = [number for word in texts for number in _numbers(word)]
    return _axis(name, [read_value(param, word) for word in texts], texts)


def _axis(name: str, values: Sequence[Any], labels: Sequence[str]) -> Axis:
    if len(values) > MOST:
        raise Refused("bad-request", f"The grid has {len(values)} values of {name}; {MOST} is the most.")
    return Axis(name, tuple(values), tuple(labels))


def _size(text: str) -> tuple[int, int]:
    found = _SIZE.fullmatch(text)
    if not found:
        raise Refused("bad-request", f"{text!r} is no size; write WIDTHxHEIGHT, as in 512x768.")
    return int(found[1]), int(found[2])


def _numbers(text: str) -> list[str]:
    """The numbers of a range, both ends included where the step meets them; any other text as it is."""
    found = _RANGE.fullmatch(text)
    if not found:
        return [text]
    first, last = Decimal(found[1]), Decimal(found[2])
    if found[4]:
        count = int(found[4])
        step = (last - first) / (count - 1) if count > 1 else Decimal(0)
    else:
        step = abs(Decimal(found[3] or 1)) * (1 if last >= first else -1)
        if not step:
            raise Refused("bad-request", f"The range {text!r} goes on by nothing; give it a step.")
        count = int((last - first) / step) + 1
    if not 1 <= count <= MOST:
        raise Refused("bad-request", f"The range {text!r} has {count} numbers; use 1 to {MOST}.")
    return [f"{(first + n * step).normalize():f}" for n in range(count)]


def cells(request: Request, axes: Sequence[Axis]) -> tuple[Cell, ...]:
    """Every cell, in the order that costs least: what loads weights changes least often, then words, the seed most.

    The requests are not checked: another engine may refuse what this one takes. Refused('bad-request') for too many,
    for an axis twice, and for words that are not in the prompt.
    """
    count = 1
    for one in axes:
        count *= len(one.values)
        if one.name in WORDS and one.values[0] not in getattr(request, one.name):
            raise Refused("bad-request", f"{one.values[0]!r} is not in the {one.name} for the grid to replace it.")
    names = [one.name for one in axes if one.name not in WORDS]
    if len(set(names)) < len(names):
        raise Refused("bad-request", "Each axis of a grid must change something else.")
    if not 1 <= len(axes) <= AXES or count > MOST:
        raise Refused("bad-request", f"A grid has one to {AXES} axes and at most {MOST} cells, not {count}.")
    order = sorted(range(len(axes)), key=lambda n: -axes[n].cost)  # of equals the first stays outside
    found = []
    for indices in itertools.product(*(range(len(axes[n].values)) for n in order)):
        place = tuple(dict(zip(order, indices, strict=True))[n] for n in range(len(axes)))
        found.append(_cell(request, axes, place))
    return tuple(found)


def _cell(request: Request, axes: Sequence[Axis], place: tuple[int, ...]) -> Cell:
    told = []
    for one, n in zip(axes, place, strict=True):
        request = changed(request, one, n)
        told.append(head(one, n))
    return Cell(place, request, ", ".join(told))


def head(one: Axis, n: int) -> str:
    """What is written at the side of the grid."""
    return one.labels[n] if one.name in (*WORDS, "engine", "size") else f"{one.name} {one.labels[n]}"


def changed(request: Request, one: Axis, n: int) -> Request:
    """`request` with the n-th value of an axis."""
    value, replace = one.values[n], msgspec.structs.replace
    if one.name in WORDS:
        words = getattr(request, one.name).replace(one.values[0], value) if one.values[0] else value
        return replace(request, **{one.name: words})
    if one.name.startswith(LORA):
        mine = Adapter(one.name.removeprefix(LORA), value)
        return replace(request, adapters=(*(a for a in request.adapters if a.name != mine.name), mine))
    if one.name in ("engine", "size", *_FIELDS):
        return replace(request, **{one.name: value})
    options = {name: kept for name, kept in request.options.items() if name != one.name}
    curves = {name: kept for name, kept in request.curves.items() if name != one.name}
    into: dict[str, Any] = curves if isinstance(value, Curve) else options
    into[one.name] = value
    return replace(request, options=options, curves=curves)


def unsettled(card: EngineCard, request: Request) -> Request:
    """`request` without what is only this engine's default, so that another engine's own can take its place."""
    defaults = {param.name: param.default for param in card.params}
    options = {n: v for n, v in request.options.items() if n not in defaults or v != defaults[n]}
    size = None if card.info.sizes and request.size == card.info.sizes[0] else request.size
    length = None if card.info.lengths and request.length == card.info.lengths[1] else request.length
    return msgspec.structs.replace(request, options=options, size=size, length=length)


def fitted(card: EngineCard, request: Request) -> Request:
    """`request` without the options and curves that this engine does not have."""
    known = {param.name for param in card.params}
    options = {name: value for name, value in request.options.items() if name in known}
    curves = {name: value for name, value in request.curves.items() if name in known}
    return msgspec.structs.replace(request, options=options, curves=curves)
