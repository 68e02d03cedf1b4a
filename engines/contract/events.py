"""What comes out of an engine: phases, steps, the result, and failures as values."""

from collections.abc import Callable
from typing import Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract.media import Media
from engines.contract.request import Checkpoint, Value


class Phase(Struct, frozen=True, tag="phase"):
    """What the engine is busy with; `fraction` in [0, 1] where it is known. `note` is a sentence the user should read
    now, such as that memory ran out and what is done instead."""

    name: Literal["loading", "encoding", "denoising", "decoding", "saving"]
    fraction: float | None = None
    note: str = ""


class Step(Struct, frozen=True, eq=False):
    """One finished step, `index` of `total` counted from 1. In-process only: its lazies are valid until the
    generator is resumed.

    `level` is the noise level now (sigma or flow time; 0 is clean). `preview()` decodes the clean estimate cheaply,
    `estimate()` gives it as a compact array for the step store (`Engine.render` turns it into media again), and
    `checkpoint()` is everything needed to go on from here (None when this step cannot be resumed from). `guidance()` is
    what guidance did in it: the root mean square of cond - uncond, both clean estimates, in parts of the conditional
    one's deviation; None where the network was asked for one of them only.
    """

    index: int
    total: int
    level: float
    preview: Callable[[], Media]
    estimate: Callable[[], np.ndarray] | None = None
    checkpoint: Callable[[], Checkpoint] | None = None
    guidance: Callable[[], float | None] | None = None


class Result(Struct, frozen=True, tag="result", eq=False):
    """The finished media, and facts worth recording (NFE, seconds, device, model hash ...)."""

    media: Media
    facts: dict[str, Value] = {}


Event = Phase | Step | Result


class Estimate(Struct, frozen=True, tag="estimate"):
    """What a request will take, from headers alone: bytes of `memory` at its fullest moment, the `plan` by which the
    model is laid out in words, and how many bytes are `free`. 0 and '' where it is not known."""

    memory: int = 0
    plan: str = ""
    free: int = 0


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
