"""A job as a value, and the one pure function that moves it on: `advance(job, news)`.

Queued -> Running -> Done | Failed | Cancelled, with Paused between; the last three are ends and stay so.
"""

import itertools
import secrets
import time
from typing import Literal

import msgspec
from msgspec import Struct

from engines import wire
from engines.contract import Checkpoint, Failure, Request
from engines.files.steps import StepRow

RECENT = 9  # steps whose median time is believed


class Queued(Struct, frozen=True, tag="queued"):
    """Waiting its turn."""


class Running(Struct, frozen=True, tag="running"):
    """At work. `fraction` of the phase where known; `seconds` since it began, `left` to go (None: not known yet);
    `since` is when, in seconds, its phase began.

    `asked` says what the user has asked for since: 'stop', 'pause' or nothing.
    """

    phase: str = "loading"
    fraction: float | None = None
    index: int = 0
    total: int = 0
    level: float | None = None
    seconds: float = 0.0
    left: float | None = None
    asked: Literal["", "stop", "pause"] = ""
    since: float = 0.0


class Paused(Struct, frozen=True, tag="paused"):
    """Stopped after `index` of `total` steps, to go on from there (0: from the start)."""

    index: int = 0
    total: int = 0


class Done(Struct, frozen=True, tag="done"):
    """The result is on the disk, at `path`, and in the history."""

    path: str


class Failed(Struct, frozen=True, tag="failed"):
    """It ended badly."""

    failure: Failure


class Cancelled(Struct, frozen=True, tag="cancelled"):
    """Stopped by the user, for good."""


State = Queued | Running | Paused | Done | Failed | Cancelled
ENDS = (Done, Failed, Cancelled)


class Job(Struct, frozen=True, eq=False):
    """One run in the queue. `run` is its name for ever (and its result's); `id` its number in this database.

    `parent` and `parent_step` say what it branches from. `steps` are the finished steps in order. `tail` is how
    long the part after the last step (decoding) takes, as a share of the steps: first expected, then measured.
    """

    id: int
    run: str
    request: Request
    state: State = Queued()
    parent: str | None = None
    parent_step: int | None = None
    steps: tuple[StepRow, ...] = ()
    created: float = 0.0
    position: int = 0
    tail: float = 0.0

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return isinstance(self.state, ENDS)


class Started(Struct, frozen=True, tag="started"):
    """News of our own: the job has been handed to a worker."""

    job: int


class Asked(Struct, frozen=True, tag="asked"):
    """News of our own: the user wants it stopped, or paused."""

    job: int
    pause: bool = False


class Resumed(Struct, frozen=True, tag="resumed", eq=False):
    """News of our own: back into the queue, to go on from `checkpoint` (None: as the request itself says)."""

    job: int
    checkpoint: Checkpoint | None = None


class Saved(Struct, frozen=True, tag="saved"):
    """News of our own: the result is safe at `path`."""

    job: int
    path: str


News = wire.News | Started | Asked | Resumed | Saved


def new_run(micro: int | None = None) -> str:
    """A name for a run: UTC time in microseconds (now), so that names sort by age, and four random bits."""
    micro = time.time_ns() // 1000 if micro is None else micro
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(micro // 1_000_000))
    return f"{stamp}-{micro % 1_000_000:05x}{secrets.randbelow(16):x}"


def advance(job: Job, news: News) -> Job:
    """The job after `news`. News of another job, after an end, or from a worker while paused, change nothing."""
    if getattr(news, "job", None) != job.id or job.ended:
        return job
    if isinstance(job.state, Paused) and not isinstance(news, Started | Asked | Resumed):
        return job
    match news:
        case Started():
            return _with(job, Running())
        case Asked(pause=pause):
            return _asked(job, pause)
        case Resumed(checkpoint=checkpoint):
            return _resumed(job, checkpoint)
        case wire.Phased(phase=phase, seconds=seconds):
            return _with(job, _phased(job, phase.name, phase.fraction, seconds))
        case wire.Stepped():
            return _stepped(job, news)
        case wire.Finished():
            return msgspec.structs.replace(job, state=_phased(job, "saving", None), tail=_tail(job, news))
        case Saved(path=path):
            return _with(job, Done(path))
        case wire.Failed(failure=failure):
            return _with(job, Failed(failure))
        case wire.Halted(checkpoint=checkpoint):
            return _halted(job, checkpoint)
    return job


def _with(job: Job, state: State) -> Job:
    return msgspec.structs.replace(job, state=state)


def _running(job: Job) -> Running:
    return job.state if isinstance(job.state, Running) else Running()


def _asked(job: Job, pause: bool) -> Job:
    """A running job ends when its worker says so; one that waits ends at once."""
    if isinstance(job.state, Running):
        return _with(job, msgspec.structs.replace(job.state, asked="pause" if pause else "stop"))
    if not pause:
        return _with(job, Cancelled())
    return job if isinstance(job.state, Paused) else _with(job, _paused(job, job.request.resume))


def _resumed(job: Job, checkpoint: Checkpoint | None) -> Job:
    if checkpoint is None:
        return _with(job, Queued())
    steps = tuple(row for row in job.steps if row.index <= checkpoint.step)
    request = msgspec.structs.replace(job.request, resume=checkpoint)
    return msgspec.structs.replace(job, request=request, state=Queued(), steps=steps)


def _phased(job: Job, name: str, fraction: float | None, seconds: float = 0.0) -> Running:
    now = _running(job)
    since = now.since if name == now.phase else seconds
    left = now.left
    if job.steps and job.steps[-1].index >= job.steps[-1].total:  # an engine may draw a whole picture for a step
        left = _ending(job, fraction, seconds, since) if name == "decoding" else None
    return msgspec.structs.replace(now, phase=name, fraction=fraction, left=left, since=since)


def _ending(job: Job, fraction: float | None, seconds: float, since: float) -> float | None:
    """Seconds to go when all steps are done: by how far the end has come, else by what it took before; None where
    neither is known."""
    if fraction and seconds > since:
        return (seconds - since) * (1 - fraction) / fraction
    expected = job.tail * job.steps[-1].seconds
    return max(0.0, expected - max(0.0, seconds - job.steps[-1].seconds)) if expected else None


def _stepped(job: Job, news: wire.Stepped) -> Job:
    row = StepRow(
        index=news.index,
        total=news.total,
        level=news.level,
        change=news.change,
        seconds=news.seconds,
        resumable=news.resumable,
        guidance=news.guidance,
    )
    steps = (*(old for old in job.steps if old.index < news.index), row)
    state = msgspec.structs.replace(
        _running(job),
        phase="denoising",
        fraction=news.index / max(news.total, 1),
        index=news.index,
        total=news.total,
        level=news.level,
        seconds=news.seconds,
        left=time_left(steps, job.tail),
    )
    return msgspec.structs.replace(job, state=state, steps=steps)


def _halted(job: Job, checkpoint: Checkpoint | None) -> Job:
    """Paused where a pause was asked for or a checkpoint came, unless the user asked to stop; else cancelled."""
    asked = _running(job).asked
    if asked == "stop" or (asked != "pause" and checkpoint is None):
        return _with(job, Cancelled())
    if checkpoint is None:
        return _with(job, _paused(job, job.request.resume))
    request = msgspec.structs.replace(job.request, resume=checkpoint)
    return msgspec.structs.replace(job, request=request, state=_paused(job, checkpoint))


def _paused(job: Job, checkpoint: Checkpoint | None) -> Paused:
    return Paused(checkpoint.step, checkpoint.total) if checkpoint else Paused(0, _running(job).total)


def time_left(steps: tuple[StepRow, ...], tail: float = 0.0) -> float | None:
    """Seconds to go: the median of the recent steps times the steps to come, and the tail; None before two steps, and
    when all are done and nothing is known of what comes then.

    The median forgives a step that was held up (a warm-up, a preview, another program).
    """
    seconds = [row.seconds for row in steps[-(RECENT + 1) :]]
    gaps = [b - a for a, b in itertools.pairwise(seconds) if b >= a]
    if not gaps or (steps[-1].index >= steps[-1].total and not tail):
        return None
    last, pace = steps[-1], sorted(gaps)[len(gaps) // 2]
    return pace * (max(last.total - last.index, 0) + tail * last.total)


def _tail(job: Job, news: wire.Finished) -> float:
    """What came after the last step, as a share of the steps; the expectation where the engine reports no time."""
    seconds = news.result.facts.get("seconds")
    if not job.steps or not isinstance(seconds, int | float) or job.steps[-1].seconds <= 0:
        return job.tail
    return max(0.0, float(seconds) / job.steps[-1].seconds - 1.0)
