"""Checking a request against the card of its engine."""

import math

import msgspec
import numpy as np

from engines.contract.engine import EngineCard, Info, Param
from engines.contract.events import Refused
from engines.contract.media import Audio, Image, Media, Mesh, Video, medium_of
from engines.contract.request import (
    HEAVIEST,
    MOST_REGIONS,
    STRONGEST,
    Adapter,
    Control,
    Curve,
    Region,
    Request,
    Value,
)

LARGEST = 2**53  # of a number that is an option: beyond it floats skip whole numbers


def check(card: EngineCard, request: Request) -> Request:
    """The request as this engine will read it: options complete and typed, size and seed settled.

    Raises Refused('bad-request') with one sentence that names the field, the value and what is allowed.
    """
    by_name = {p.name: p for p in card.params}
    unknown = sorted((set(request.options) | set(request.curves)) - set(by_name))
    if unknown:
        raise Refused("bad-request", f"{card.info.name} has no option {unknown[0]!r}; it has: {', '.join(by_name)}.")
    options = {p.name: _settled(p, request.options.get(p.name, p.default)) for p in card.params}
    for name, curve in request.curves.items():
        if not by_name[name].curve:
            raise Refused("bad-request", f"{name} of {card.info.name} is one number, not a curve over steps.")
        for _, value in curve.points:
            _settled(by_name[name], value)
    if not 0 <= request.seed < 2**63:
        raise Refused("bad-request", f"The seed {request.seed} is out of range: use 0 to 9223372036854775807.")
    if not 0.0 <= request.strength <= 1.0:
        raise Refused("bad-request", f"The strength {request.strength:g} is out of range: use 0 to 1.")
    if not 0.0 <= request.travel < 1.0 or (request.travel and "travel" not in card.info.takes):
        told = "use 0 to below 1" if "travel" in card.info.takes else f"{card.info.name} takes whole seeds"
        raise Refused("bad-request", f"A travel of {request.travel:g} between seeds cannot be: {told}.")
    _given(card.info, request)
    size, length = _size(card.info, request.size), _length(card.info, request.length)
    return msgspec.structs.replace(request, options=options, size=size, length=length)


def _given(info: Info, request: Request) -> None:
    """Refused unless the engine takes the media of the request, and there is something in them."""
    for name in ("start", "mask", "last"):
        if getattr(request, name) is not None and name not in info.takes:
            raise Refused("bad-request", f"{info.name} takes no {name}; leave it out or choose another engine.")
    _begins(info, request)
    if request.mask is not None and request.start is None:
        raise Refused("bad-request", "A mask says what of a start may change: give the start as well.")
    _surrounded(info, request)
    for control in request.controls:
        _known(info, control)
    for adapter in request.adapters:
        _worn(info, adapter)
    if request.regions and "regions" not in info.takes:
        raise Refused("bad-request", f"{info.name} takes no regions: it makes the whole of one prompt.")
    if len(request.regions) > MOST_REGIONS:
        raise Refused("bad-request", f"There are {len(request.regions)} regions; {MOST_REGIONS} is the most.")
    for n, region in enumerate(request.regions, 1):
        _lies(n, region)
    controls = {f"{control.kind} control": control.media for control in request.controls}
    controls |= {f"{one.kind} control's source": one.source for one in request.controls if one.source is not None}
    for name, media in {"start": request.start, "mask": request.mask, "last": request.last, **controls}.items():
        if media is not None and not _content(media).size:
            raise Refused("bad-request", f"The {name} is empty: choose one with something in it.")


def ready(card: EngineCard, request: Request) -> Request:
    """As `check`, of what is about to be made: nothing the engine cannot do without is missing."""
    request = check(card, request)
    complete(card.info, request)
    return request


def complete(info: Info, request: Request) -> None:
    """Refused('bad-request') unless what the engine cannot do without is there."""
    for name in info.needs:
        if not getattr(request, name):
            kinds = f" ({' or '.join(info.starts)})" if name == "start" and info.starts else ""
            raise Refused("bad-request", f"{info.title} cannot do without a {name}{kinds}: give one.")


def _begins(info: Info, request: Request) -> None:
    """Refused where the start is of a kind the engine does not begin from."""
    if request.start is not None and info.starts and medium_of(request.start) not in info.starts:
        given, wanted = medium_of(request.start), " or ".join(info.starts)
        raise Refused("bad-request", f"{info.title} starts from {wanted}; the start that was given is {given}.")


def _surrounded(info: Info, request: Request) -> None:
    """Refused unless there is a picture to be widened, and something of it is left."""
    if not any(request.around):
        return
    if "mask" not in info.takes or not isinstance(request.start, Image) or "size" not in info.takes:
        raise Refused("bad-request", f"{info.name} cannot widen this: it takes a start picture and a model with masks.")
    if request.feather < 0:
        raise Refused("bad-request", f"The start cannot go over into what is new within {request.feather} pixels.")
    left, top, right, bottom = request.around
    width, height = request.size or info.sizes[0]
    if min(request.around) < 0 or left + right >= width or top + bottom >= height:
        told = ", ".join(map(str, request.around))
        raise Refused(
            "bad-request", f"Around the start lie {told} pixels, which leaves none of {width}x{height} for it."
        )


def _content(media: Media) -> np.ndarray:
    """What of media must be there."""
    match media:
        case Image(pixels=pixels):
            return pixels
        case Audio(samples=samples):
            return samples
        case Video(frames=frames):
            return frames
        case Mesh(vertices=vertices):
            return vertices


def _known(info: Info, control: Control) -> None:
    """Refused unless the engine takes this control at these strengths."""
    kinds, medium = {c.kind: c.medium for c in info.controls}, medium_of(control.media)
    if kinds.get(control.kind) != medium:
        raise Refused("bad-request", f"{info.name} takes no {medium} {control.kind!r} control.")
    makes = next(c.makes for c in info.controls if c.kind == control.kind)
    if control.make and control.make not in makes:
        raise Refused("bad-request", f"No {control.make!r} map can be made for {control.kind} of {info.name}.")
    strengths = [v for _, v in control.strength.points] if isinstance(control.strength, Curve) else [control.at(0)]
    wrong = [value for value in strengths if not 0.0 <= value <= STRONGEST]
    if wrong:
        sentence = f"The strength {wrong[0]:g} of the {control.kind} control is out of range: use 0 to {STRONGEST:g}."
        raise Refused("bad-request", sentence)


def _worn(info: Info, adapter: Adapter) -> None:
    """Refused unless the engine can wear this adapter at these weights."""
    if adapter.name not in {known.name for known in info.adapters}:
        raise Refused(
            "bad-request", f"{info.name} can wear no adapter {adapter.name!r}: it does not fit, or is not here."
        )
    weights = [v for _, v in adapter.weight.points] if isinstance(adapter.weight, Curve) else [adapter.at(0)]
    wrong = [value for value in weights if not abs(value) <= HEAVIEST]
    if wrong:
        sentence = f"The weight {wrong[0]:g} of {adapter.name} is out of range: use {-HEAVIEST:g} to {HEAVIEST:g}."
        raise Refused("bad-request", sentence)


def _lies(n: int, region: Region) -> None:
    """Refused unless the region lies in the picture and its strength is a share."""
    x, y, width, height = region.box
    inside = 0 <= x < 1 and 0 <= y < 1 and width > 0 and height > 0 and x + width <= 1 + 1e-6 and y + height <= 1 + 1e-6
    if not inside:
        told = ", ".join(f"{side:g}" for side in region.box)
        raise Refused("bad-request", f"Region {n} lies outside the picture ({told}): use shares of it, from 0 to 1.")
    if region.mask is not None and not region.mask.pixels.size:
        raise Refused("bad-request", f"The mask of region {n} is empty: choose one with something in it.")
    strengths = [v for _, v in region.strength.points] if isinstance(region.strength, Curve) else [region.at(0)]
    wrong = [value for value in strengths if not 0.0 <= value <= 1.0]
    if wrong:
        raise Refused("bad-request", f"The strength {wrong[0]:g} of region {n} is out of range: use 0 to 1.")


def _settled(param: Param, value: Value) -> Value:
    """`value` as the option's own type, or Refused."""
    kinds = {"int": (int,), "float": (int, float), "bool": (bool,), "choice": (str,), "text": (str,)}[param.kind]
    if not isinstance(value, kinds) or (isinstance(value, bool) and param.kind != "bool"):
        raise Refused("bad-request", f"{param.name} must be a {param.kind}, not {value!r}.")
    if param.kind == "choice" and value not in param.choices:
        raise Refused("bad-request", f"{param.name} cannot be {value!r}; choose from: {', '.join(param.choices)}.")
    if isinstance(value, int | float) and param.kind in ("int", "float"):
        low, high = (-math.inf if param.min is None else param.min), (math.inf if param.max is None else param.max)
        if not (low <= value <= high and abs(value) <= LARGEST):
            unit = f" {param.unit}" if param.unit else ""
            raise Refused("bad-request", f"{param.name} cannot be {value}{unit}; use {_span(low, high)}.")
    return float(value) if param.kind == "float" else value


def _span(low: float, high: float) -> str:
    if math.isinf(low):
        return "a finite number" if math.isinf(high) else f"{high:g} or less"
    return f"{low:g} or more" if math.isinf(high) else f"{low:g} to {high:g}"


def _size(info: Info, size: tuple[int, int] | None) -> tuple[int, int] | None:
    if "size" not in info.takes:
        return None
    if size is None:
        return info.sizes[0] if info.sizes else None
    if size in info.sizes:
        return size
    if info.size_rule is None:
        offered = ", ".join(f"{w}x{h}" for w, h in info.sizes)
        raise Refused("bad-request", f"{info.name} cannot make {size[0]}x{size[1]}; it makes: {offered}.")
    low, high, multiple = info.size_rule
    if any(not low <= side <= high or side % multiple for side in size):
        rule = f"sides from {low} to {high} in steps of {multiple}"
        raise Refused("bad-request", f"{info.name} cannot make {size[0]}x{size[1]}; it makes {rule}.")
    return size


def _length(info: Info, length: float | None) -> float | None:
    if info.lengths is None:
        return None
    low, default, high = info.lengths
    if length is None:
        return default
    if not low <= length <= high:
        raise Refused("bad-request", f"{info.name} cannot make {length:g} s; it makes {low:g} to {high:g} s.")
    return float(length)
