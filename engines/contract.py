"""The shared words: a request goes in, a stream of events comes out.

Everything here is a plain value: the front end, the command line and the worker all speak it. Standard library, numpy
and msgspec only, so that importing it costs nothing.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Literal, Protocol, get_args, get_type_hints

import msgspec
import numpy as np
from msgspec import Struct

Medium = Literal["image", "audio", "video", "mesh"]
MEDIUMS: tuple[str, ...] = get_args(Medium)
Value = bool | int | float | str
STRONGEST = 2.0  # a control input can act
LARGEST = 2**53  # of a number that is an option: beyond it floats skip whole numbers


class Image(Struct, frozen=True, tag="image", eq=False):
    """A picture. `pixels` is uint8, (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA, sRGB, straight alpha."""

    pixels: np.ndarray


class Notes(Struct, frozen=True, eq=False):
    """The notes of a sound, in the order they begin; arrays of one length, (N,).

    `start` and `length` are float64 seconds from the sound's beginning; `pitch` and `velocity` uint8 as in MIDI (60 is
    the middle C, 1 to 127); `channel` uint8, 0 to 15, 9 being drums; `program` uint8, the General MIDI instrument.
    `tempo` is in quarters a minute, `metre` (beats, unit), `key` in words ("D major", "" where unknown); bars are
    counted from the beginning.
    """

    start: np.ndarray
    length: np.ndarray
    pitch: np.ndarray
    velocity: np.ndarray
    channel: np.ndarray
    program: np.ndarray
    tempo: float = 120.0
    metre: tuple[int, int] = (4, 4)
    key: str = ""


class Audio(Struct, frozen=True, tag="audio", eq=False):
    """A sound. `samples` is float32 in [-1, 1], (N, channels); `rate` in Hz; `notes` where it was played from some."""

    samples: np.ndarray
    rate: int
    notes: Notes | None = None


class Video(Struct, frozen=True, tag="video", eq=False):
    """A clip. `frames` is uint8, (T, H, W, 3 or 4); `fps` in frames a second; `sound` runs from frame 0."""

    frames: np.ndarray
    fps: float
    sound: Audio | None = None


class Mesh(Struct, frozen=True, tag="mesh", eq=False):
    """A surface. `vertices` float32 (V, 3); `faces` int32 (F, 3), counter-clockwise; `colors` uint8 (V, 4) or None."""

    vertices: np.ndarray
    faces: np.ndarray
    colors: np.ndarray | None = None


Media = Image | Audio | Video | Mesh


def medium_of(media: Media) -> Medium:
    """The word for what `media` is: 'image', 'audio', 'video' or 'mesh'."""
    return type(media).__struct_config__.tag  # type: ignore[return-value]


# ---------------------------------------------------------------- what decides a result


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
    leaves those untouched.
    """

    kind: str
    media: Media
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
    `start` (1: all the way). `mask` is grey, 255 where the picture may change. `resume` goes on from a checkpoint.
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
    start: Media | None = None
    strength: float = 0.6
    mask: Image | None = None
    resume: Checkpoint | None = None
    version: int = 1

    def at(self, name: str, default: float, position: float) -> float:
        """The value of the curve-able option `name` at `position` of the run; `default` is the constant."""
        curve = self.curves.get(name)
        return default if curve is None else curve.at(position)


class Phase(Struct, frozen=True, tag="phase"):
    """What the engine is busy with; `fraction` in [0, 1] where it is known."""

    name: Literal["loading", "encoding", "denoising", "decoding", "saving"]
    fraction: float | None = None


class Step(Struct, frozen=True, eq=False):
    """One finished step, `index` of `total` counted from 1. In-process only: its lazies are valid until the
    generator is resumed.

    `level` is the noise level now (sigma or flow time; 0 is clean). `preview()` decodes the clean estimate cheaply,
    `estimate()` gives it as a compact array for the step store (`Engine.render` turns it into media again), and
    `checkpoint()` is everything needed to go on from here (None when this step cannot be resumed from).
    """

    index: int
    total: int
    level: float
    preview: Callable[[], Media]
    estimate: Callable[[], np.ndarray] | None = None
    checkpoint: Callable[[], Checkpoint] | None = None


class Result(Struct, frozen=True, tag="result", eq=False):
    """The finished media, and facts worth recording (NFE, seconds, device, model hash ...)."""

    media: Media
    facts: dict[str, Value] = {}


Event = Phase | Step | Result


class Failure(Struct, frozen=True, tag="failure"):
    """Why a job ended badly: a `kind` programs can test and one `sentence` a person can act on."""

    kind: Literal["bad-request", "bad-file", "missing", "memory", "bad-output", "died", "hung", "disk", "internal"]
    sentence: str


class Refused(Exception):
    """Raised by an engine or a reader with the sentence the user will read."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.failure = msgspec.convert({"type": "failure", "kind": kind, "sentence": sentence}, Failure)


class Stopped(BaseException):
    """Raised inside a step or a decode when the user has asked to stop; passes through `except Exception`."""


# ---------------------------------------------------------------- what an engine says of itself


class Param(Struct, frozen=True, omit_defaults=True):
    """One option as data: what a form, a flag, a check and the history need to know of it."""

    name: str
    kind: Literal["int", "float", "bool", "choice", "text"]
    default: Value
    min: float | None = None
    max: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    help: str = ""
    curve: bool = False
    group: str = ""
    label: str = ""


class ControlKind(Struct, frozen=True):
    """A control input an engine takes: its name, the medium it wants and a sentence for the panel.

    `prepared` says that the engine makes its map of any media of that medium (`Engine.prepare`).
    """

    kind: str
    medium: Medium
    help: str = ""
    prepared: bool = False


Need = Literal["prompt", "negative", "seed", "size", "length", "start", "mask", "resume"]


class Info(Struct, frozen=True, kw_only=True):
    """What an engine is. `takes` lists the request fields it obeys; the form shows only these.

    `sizes` are the (width, height) it offers, the first being the default; `size_rule` (min, max, multiple) admits
    any other; `lengths` is (min, default, max) seconds.
    `weights` are files below assets/ it cannot run without. `tokens` is the prompt limit of its encoder, if any.
    `live` says that it is quick enough to follow the words as they are typed.
    """

    name: str
    title: str
    summary: str
    medium: Medium
    family: str
    takes: tuple[Need, ...] = ("seed",)
    sizes: tuple[tuple[int, int], ...] = ()
    size_rule: tuple[int, int, int] | None = None
    lengths: tuple[float, float, float] | None = None
    controls: tuple[ControlKind, ...] = ()
    weights: tuple[str, ...] = ()
    licence: str = ""
    presets: tuple[str, ...] = ()
    tokens: int | None = None
    live: bool = False


class Engine(Protocol):
    """One class in one file. Constructing it is light; weights load inside `generate`, under a `Phase('loading')`.

    `generate` is a generator of events that ends with exactly one `Result`; closing it stops the work. `render`
    turns a stored clean estimate (`Step.estimate`) into media, for the filmstrip. An engine whose prompt encoder
    has a limit also has `count_tokens(prompt) -> int`; one with a `prepared` control input has
    `prepare(kind, media) -> Media`: the map that is used of `media`, and of that map the same again.
    """

    info: ClassVar[Info]
    Options: ClassVar[type[Struct]]

    def generate(self, request: Request) -> Iterator[Event]: ...

    def render(self, estimate: np.ndarray) -> Media: ...


class EngineCard(Struct, frozen=True):
    """An engine as the front end sees it: data only. `origin` is the file it was found in."""

    info: Info
    params: tuple[Param, ...]
    origin: str = ""
    missing: tuple[str, ...] = ()


def param(
    help: str,
    *,
    min: float | None = None,
    max: float | None = None,
    step: float | None = None,
    unit: str = "",
    curve: bool = False,
    group: str = "",
    label: str = "",
) -> msgspec.Meta:
    """Declare an option: `steps: Annotated[int, param('how many', min=1, max=100)] = 24`. The bounds are enforced."""
    extra = {"step": step, "unit": unit, "curve": curve, "group": group, "label": label}
    return msgspec.Meta(ge=min, le=max, description=help, extra={k: v for k, v in extra.items() if v})


def params_of(options: type[Struct]) -> tuple[Param, ...]:
    """The declared options of an engine, as data, in the order they were written."""
    hints = get_type_hints(options)
    fields = msgspec.inspect.type_info(options).fields  # type: ignore[attr-defined]
    return tuple(_param_of(field, get_args(hints[field.name])) for field in fields)


def _param_of(field: Any, choices: tuple[Any, ...]) -> Param:
    kind, extra, note = field.type, {}, {}
    if isinstance(kind, msgspec.inspect.Metadata):
        extra, note, kind = kind.extra or {}, kind.extra_json_schema or {}, kind.type
    return Param(
        name=field.name,
        kind=_KINDS[type(kind)],
        default=field.default,
        min=getattr(kind, "ge", None),
        max=getattr(kind, "le", None),
        choices=tuple(str(choice) for choice in choices),  # in the order written; msgspec sorts its own list
        help=note.get("description", ""),
        **extra,
    )


_KINDS: dict[type, Any] = {
    msgspec.inspect.IntType: "int",
    msgspec.inspect.FloatType: "float",
    msgspec.inspect.BoolType: "bool",
    msgspec.inspect.LiteralType: "choice",
    msgspec.inspect.StrType: "text",
}


# ---------------------------------------------------------------- checking a request against a card


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
    for name in ("start", "mask"):
        if getattr(request, name) is not None and name not in card.info.takes:
            raise Refused("bad-request", f"{card.info.name} takes no {name}; leave it out or choose another engine.")
    if request.mask is not None and request.start is None:
        raise Refused("bad-request", "A mask says what of a start may change: give the start as well.")
    kinds = {c.kind: c.medium for c in card.info.controls}
    for control in request.controls:
        if kinds.get(control.kind) != medium_of(control.media):
            raise Refused(
                "bad-request",
                f"{card.info.name} takes no {medium_of(control.media)} {control.kind!r} control.",
            )
        strengths = [v for _, v in control.strength.points] if isinstance(control.strength, Curve) else [control.at(0)]
        if not all(0.0 <= value <= STRONGEST for value in strengths):
            wrong = next(value for value in strengths if not 0.0 <= value <= STRONGEST)
            sentence = f"The strength {wrong:g} of the {control.kind} control is out of range: use 0 to {STRONGEST:g}."
            raise Refused("bad-request", sentence)
    size, length = _size(card.info, request.size), _length(card.info, request.length)
    return msgspec.structs.replace(request, options=options, size=size, length=length)


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
