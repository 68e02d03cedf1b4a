"""What an engine is and says of itself, as data."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Literal, Protocol, get_args, get_type_hints

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract.events import Event
from engines.contract.media import Media, Medium
from engines.contract.request import Request, Value


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

    `prepared` says that the engine makes its map of any media of that medium (`Engine.prepare`); `title` is what a
    panel calls it where that is not the kind itself. `makes` are the maps that can be made of the media
    (`Control.make`), what to begin with first; '' is none.
    """

    kind: str
    medium: Medium
    help: str = ""
    prepared: bool = False
    title: str = ""
    makes: tuple[str, ...] = ()


class AdapterKind(Struct, frozen=True):
    """An adapter (LoRA) a model can wear, or an embedding it knows: its name, a title for the panel, the words that
    call it up, and a file of what it looks like, where there is one."""

    name: str
    title: str
    words: tuple[str, ...] = ()
    picture: str = ""


class Score(Struct, frozen=True, omit_defaults=True):
    """How likely a model finds any input: the fact of that `name` which `Engine.measure` tells, in `unit`; less is
    likelier, unless `more` says that it is how well the prompt's words fit. `held` finds how held-out data score in
    the model's card: a pattern whose group is the number; '' where the card does not say."""

    name: str
    unit: str
    held: str = ""
    more: bool = False


Need = Literal["prompt", "negative", "seed", "size", "length", "start", "mask", "last", "regions", "resume", "travel"]


class Info(Struct, frozen=True, kw_only=True):
    """What an engine is. `takes` lists the request fields it obeys; the form shows only these.

    `sizes` are the (width, height) it offers, the first being the default; `size_rule` (min, max, multiple) admits
    any other; `lengths` is (min, default, max) seconds.
    `weights` are files below assets/ it cannot run without. `tokens` is the prompt limit of its encoder, if any.
    `grid` says which of these it makes: `plus` frames and any number of `step` more, at `fps`; None is any.
    `along` says that a run goes along the time of what it makes, so that a curve is one over that time: a 'frame' or
    a 'window' (a bar, a chunk) a step; '' is that every step is of the whole.
    `decodes` says that it has `decode`: its kept estimates can be seen or heard as they truly are.
    `embeddings` are words a model was taught besides its own: each works by being written in a prompt.
    `live` says that it is quick enough to follow the words as they are typed, `welcomes` that a window that is
    opened for the first time begins with it. `score` says that it has `measure`. `starts` are the media it begins
    from, the usual one first; () is its own medium, of a clip a picture. `needs` are the fields of `takes` it
    cannot do without. `keeps` says that it changes nothing of its start: strength is nothing to it. `blends` says
    that it follows a prompt's schedules and mixes what AND joins by weights that may move.
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
    adapters: tuple[AdapterKind, ...] = ()
    embeddings: tuple[AdapterKind, ...] = ()
    weights: tuple[str, ...] = ()
    licence: str = ""
    presets: tuple[str, ...] = ()
    tokens: int | None = None
    grid: tuple[int, int, float] | None = None
    along: Literal["", "frame", "window"] = ""
    live: bool = False
    welcomes: bool = False
    decodes: bool = False
    score: Score | None = None
    starts: tuple[Medium, ...] = ()
    needs: tuple[Need, ...] = ()
    keeps: bool = False
    blends: bool = False


class Engine(Protocol):
    """One class in one file. Constructing it is light; weights load inside `generate`, under a `Phase('loading')`.

    `generate` is a generator of events that ends with exactly one `Result`; closing it stops the work. `render`
    turns a stored clean estimate (`Step.estimate`) into media, for the filmstrip. An engine whose prompt encoder
    has a limit also has `count_tokens(prompt) -> int`; one with a `prepared` control input has `prepare(kind,
    media) -> Media`: the map that is used of `media`, and of that map the same again; one that can tell the memory
    a request will take without loading its weights has `estimate(request) -> Estimate`; one that `decodes` has
    `decode(estimate, length) -> Media`: what `render` shows cheaply, at its full cost; one with a `score` has
    `measure(request) -> dict[str, Value]`: facts of the request's start, its score among them; one that lets other
    engines work for it has `borrow(lend)`, and is given a `Lend` when it is made.
    """

    info: ClassVar[Info]
    Options: ClassVar[type[Struct]]

    def generate(self, request: Request) -> Iterator[Event]: ...

    def render(self, estimate: np.ndarray) -> Media: ...


class EngineCard(Struct, frozen=True):
    """An engine as the front end sees it: data only. `origin` is the file it was found in; `beside` says, of a model
    whose file holds its network alone, where its other parts lie, by component."""

    info: Info
    params: tuple[Param, ...]
    origin: str = ""
    missing: tuple[str, ...] = ()
    beside: dict[str, str] = {}


class Lent(Struct, frozen=True, eq=False):
    """An engine that may work for another: its card, and what makes it."""

    card: EngineCard
    make: Callable[[], Engine]


Lend = Callable[[str], Lent]  # by name; Refused when there is none, or it lacks its weights


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
