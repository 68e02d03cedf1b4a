"""What the host and the worker say to each other: msgspec structs as msgpack, arrays as raw bytes, never pickle.

Orders go to the worker, news comes back. Every frame is one `encode`d message sent with `Connection.send_bytes`.
"""

from typing import Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Checkpoint, EngineCard, Estimate, Failure, Image, Media, Phase, Request, Result, Value
from engines.files import arrays
from engines.shelf import Model, Part

IDLE = "DARKROOM_IDLE"  # of a worker's environment: what Rest says, from its first moment on

# ---------------------------------------------------------------- orders


class Generate(Struct, frozen=True, tag="generate", eq=False):
    """Run `request` as job `job`. Steps are kept in the step store at `store` (a folder) unless it is empty."""

    job: int
    request: Request
    store: str = ""


class Credit(Struct, frozen=True, tag="credit"):
    """The viewer has shown the last preview of `job` and would like one more."""

    job: int


class Stop(Struct, frozen=True, tag="stop"):
    """Stop `job`, which may be the ticket of a Decode or a Retouch; `pause` asks for a checkpoint of the last whole
    step first."""

    job: int
    pause: bool = False


class Measure(Struct, frozen=True, tag="measure"):
    """Measure the files of the folder `made` by a metric (see `engines.metrics.evaluation`) as job `job`, beside those
    of the folder `real` where it is not empty; features are kept in the folder `cache`, and networks of the user's own
    are looked for in `folders`. Answered by Measuring, again and again, and one Measured."""

    job: int
    metric: str
    made: str
    real: str = ""
    features: str = ""
    cache: str = ""
    folders: tuple[str, ...] = ()


class Render(Struct, frozen=True, tag="render", eq=False):
    """Turn a stored clean estimate of `engine` into media (answered by Rendered)."""

    ticket: int
    engine: str
    estimate: np.ndarray


class Decode(Struct, frozen=True, tag="decode"):
    """Decode the kept estimate of `step` in the step store at `store` truly, `length` seconds of a sound, and keep that
    beside it (answered by Rendered). A Stop of this ticket ends it."""

    ticket: int
    engine: str
    store: str
    step: int
    length: float | None = None


class Retouch(Struct, frozen=True, tag="retouch", eq=False):
    """Do `deed` (see `engines.retouch`) to a finished picture (answered by Rendered). A Stop of this ticket ends it."""

    ticket: int
    deed: Literal["enlarge", "cutout"]
    image: Image
    size: tuple[int, int] | None = None
    way: str = ""


class Prepare(Struct, frozen=True, tag="prepare", eq=False):
    """Make the control map of `kind` that `engine` uses of `media`, by `make` and its `options` where it can be chosen
    (answered by Rendered)."""

    ticket: int
    engine: str
    kind: str
    media: Media
    make: str = ""
    options: dict[str, Value] = {}


class Count(Struct, frozen=True, tag="count"):
    """How many tokens of the engine's encoder `prompt` takes (answered by Counted)."""

    ticket: int
    engine: str
    prompt: str


class Gauge(Struct, frozen=True, tag="gauge", eq=False):
    """What `request` will take, without loading anything for it (answered by Gauged)."""

    ticket: int
    request: Request


class Weigh(Struct, frozen=True, tag="weigh", eq=False):
    """Tell how likely `request`'s engine finds its start (answered by Weighed). A Stop of this ticket ends it."""

    ticket: int
    request: Request


class Open(Struct, frozen=True, tag="open"):
    """Put the user's model, ControlNet or LoRA at `path` on the shelf (answered by Opened)."""

    ticket: int
    path: str


class Warm(Struct, frozen=True, tag="warm"):
    """Begin the heavy imports and load `engine`'s weights (when named) so that the next job starts at once."""

    engine: str = ""


class Forget(Struct, frozen=True, tag="forget"):
    """Let go of the user's model `engine`, which is off the shelf, and of the memory it holds (no answer)."""

    engine: str


class Rest(Struct, frozen=True, tag="rest"):
    """From now on let go of models that are not used for so many minutes; 0: never (no answer)."""

    minutes: float


class Quit(Struct, frozen=True, tag="quit"):
    """Finish."""


Asked = Render | Decode | Retouch | Prepare | Count | Gauge | Weigh | Open
Order = Generate | Measure | Credit | Stop | Asked | Warm | Forget | Rest | Quit


# ---------------------------------------------------------------- news


class Hello(Struct, frozen=True, tag="hello"):
    """The first word of a worker: its process id, versions, and every engine it found."""

    pid: int
    facts: dict[str, str]
    cards: tuple[EngineCard, ...]
    broken: dict[str, str] = {}


class Beat(Struct, frozen=True, tag="beat"):
    """The heart, about twice a second. `busy` is the job in hand (0: none); `beats` of the engine thread so far."""

    busy: int
    beats: int


class Phased(Struct, frozen=True, tag="phased"):
    """What it does now, `seconds` since the job began."""

    job: int
    phase: Phase
    seconds: float = 0.0


class Stepped(Struct, frozen=True, tag="stepped", eq=False):
    """A finished step. `change` is the mean absolute change of the clean estimate since the step before, in parts
    of its range; `seconds` since the job began; `guidance` what guidance did. `kept` says the step store has it."""

    job: int
    index: int
    total: int
    level: float
    seconds: float
    change: float | None = None
    kept: bool = False
    resumable: bool = False
    preview: Media | None = None
    guidance: float | None = None


class Finished(Struct, frozen=True, tag="finished", eq=False):
    job: int
    result: Result


class Measuring(Struct, frozen=True, tag="measuring"):
    """So many of the files that are looked at now are done; a metric may look at more than one set."""

    job: int
    done: int
    total: int


class Measured(Struct, frozen=True, tag="measured"):
    """The figures of a Measure by name, of how many files they are, by which features ("" where none were needed), and
    what they are blind to."""

    job: int
    count: int
    values: dict[str, float]
    features: str = ""
    biases: str = ""


class Failed(Struct, frozen=True, tag="failed"):
    job: int
    failure: Failure


class Halted(Struct, frozen=True, tag="halted", eq=False):
    """The job was stopped as asked; `checkpoint` is the last whole step, when a pause asked for it."""

    job: int
    checkpoint: Checkpoint | None = None


class Rendered(Struct, frozen=True, tag="rendered", eq=False):
    ticket: int
    media: Media | None = None
    failure: Failure | None = None


class Counted(Struct, frozen=True, tag="counted"):
    """`limit` is how many tokens the encoder takes; what lies beyond `cut` characters would be lost."""

    ticket: int
    tokens: int
    limit: int
    cut: int | None = None


class Gauged(Struct, frozen=True, tag="gauged"):
    """The estimate that was asked for; None where nothing can be said, as of a request that will be refused."""

    ticket: int
    estimate: Estimate | None = None


class Weighed(Struct, frozen=True, tag="weighed"):
    """What `Engine.measure` told, or why it could not."""

    ticket: int
    facts: dict[str, Value] = {}
    failure: Failure | None = None


class Opened(Struct, frozen=True, tag="opened"):
    """What was opened, a model or a part, and the cards of all models as they are with it; or why it was not."""

    ticket: int
    what: Model | Part | None = None
    cards: tuple[EngineCard, ...] = ()
    failure: Failure | None = None


News = (
    Hello
    | Beat
    | Phased
    | Stepped
    | Finished
    | Measuring
    | Measured
    | Failed
    | Halted
    | Rendered
    | Counted
    | Gauged
    | Weighed
    | Opened
)


# ---------------------------------------------------------------- bytes


def encode(message: Order | News) -> bytes:
    """One frame."""
    return msgspec.msgpack.encode(message, enc_hook=arrays.pack)


def read_order(frame: bytes) -> Order:
    """The order in `frame`; msgspec.DecodeError when it is none."""
    return msgspec.msgpack.Decoder(Order, ext_hook=arrays.unpack).decode(frame)


def read_news(frame: bytes) -> News:
    """The news in `frame`; msgspec.DecodeError when it is none."""
    return msgspec.msgpack.Decoder(News, ext_hook=arrays.unpack).decode(frame)
