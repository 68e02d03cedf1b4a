"""How long a request will take, learnt from earlier runs; they are kept in one small file, written whole each time."""

import itertools
import math
from collections.abc import Sequence
from pathlib import Path
from statistics import linear_regression, median
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Audio, Control, EngineCard, Estimate, Image, Media, Mesh, Refused, Request, Value, Video
from engines.files import atomic
from engines.files.steps import StepRow
from engines.prompt.plan import plan

MOST = 24  # runs of one engine that are remembered
ENGINES = 200  # of which any are, the ones used last
NEAR = 5  # runs whose median is believed
STEEPEST, FLATTEST = 2.0, 0.3  # how time may grow with size: its power
TELLING = ("sampler", "precision", "memory", "image", "every", "fps")  # options that decide the time of a step


class Run(Struct, frozen=True):
    """What a run took. `extent` is pixels times seconds of what was made; `asked` the steps it was asked for, `took`
    those it made, `pace` seconds for each, `rest` seconds beside them, `loading` seconds before; `peak` bytes. At a
    step the network was asked for `texts` different texts (AND and regions add to the one), wearing `worn` adapters.
    `length` are the seconds of what was made.
    """

    engine: str
    device: str
    kind: str
    extent: float
    asked: float
    took: int
    pace: float
    rest: float
    loading: float = 0.0
    peak: int = 0
    texts: float = 1.0
    worn: int = 0
    length: float = 0.0


class Forecast(Struct, frozen=True):
    """What a request will take: `seconds` (None: nothing like it was run yet), seconds of `loading` before, bytes of
    `memory` (0: not known) and the `plan` in words ('' where there is only one)."""

    seconds: float | None = None
    loading: float = 0.0
    memory: int = 0
    plan: str = ""


def load(path: Path) -> tuple[Run, ...]:
    """The runs remembered at `path`; none when there is nothing to read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=tuple[Run, ...])
    except (OSError, msgspec.MsgspecError):
        return ()


def save(path: Path, runs: Sequence[Run]) -> None:
    """Remember `runs`. Raises the OSError that stopped it; the file is then as it was."""
    atomic.write(path, msgspec.json.encode(runs))


def learnt(runs: Sequence[Run], new: Run) -> tuple[Run, ...]:
    """`runs` and one more; the oldest of its engine, and the engines used longest ago, are forgotten."""
    kept = [*(run for run in runs if run.engine == new.engine), new][-MOST:]
    others = [run for run in runs if run.engine != new.engine]
    engines = list(dict.fromkeys(run.engine for run in reversed(others)))[: ENGINES - 1]
    return (*(run for run in others if run.engine in engines), *kept)


def run_of(request: Request, rows: Sequence[StepRow], facts: dict[str, Value]) -> Run | None:
    """What is to be learnt of a run that has ended well, its `request` being checked; None of one that went on from a
    step or had to change its way."""
    seconds = facts.get("seconds")
    if request.resume is not None or "shortage" in facts or not isinstance(seconds, int | float):
        return None
    gaps = [after.seconds - before.seconds for before, after in itertools.pairwise(rows)]
    pace = median(gaps) if gaps else 0.0
    loading = float(facts.get("loading", 0.0))
    return Run(
        engine=request.engine,
        device=f"{facts.get('device', '')} {facts.get('gpu', '')} {facts.get('threads', '')}",
        kind=_kind(request),
        extent=_extent(request),
        asked=_asked(request),
        took=len(rows),
        pace=max(pace, 0.0),
        rest=max(0.0, float(seconds) - loading - pace * len(rows)),
        loading=loading,
        peak=int(facts.get("peak", 0)),
        texts=_texts(request),
        worn=len(request.adapters),
        length=request.length or 0.0,
    )


def forecast(
    runs: Sequence[Run], card: EngineCard, request: Request, told: Estimate, *, loaded: bool = False
) -> Forecast:
    """What `request` will take, from what earlier runs took and what the engine has `told` of its headers.

    `loaded` says that the engine has run last, so that nothing need be loaded.
    """
    request = _completed(card, request)
    alike = _alike(runs, card.info.name, _kind(request))
    if not alike:
        return Forecast(memory=told.memory, plan=told.plan)
    extent, near = _extent(request), _nearest(alike, request)
    if card.info.along and request.length and all(run.length for run in alike):
        seconds = _along(alike, near, request)
    else:
        seconds = _at_once(alike, near, request)
    rest = median(run.rest * (extent / run.extent) for run in near)
    before = [run.loading for run in runs if run.engine == card.info.name and run.loading > 0.1]
    loading = 0.0 if loaded or not before else median(before[-NEAR:])
    same = [run.peak for run in near if run.extent == extent and run.kind == _kind(request) and run.peak]
    most = max(told.memory, *(run.peak for run in alike)) if told.memory else 0
    return Forecast(seconds + rest, loading, same[0] if same else most, told.plan)


def _at_once(alike: Sequence[Run], near: Sequence[Run], request: Request) -> float:
    """Seconds of the steps, each of which is of the whole."""
    extent, texts = _extent(request), _texts(request)
    steps = _asked(request) * median(run.took / run.asked for run in near)
    return steps * median(run.pace * texts / run.texts * (extent / run.extent) ** _power(alike) for run in near)


def _along(alike: Sequence[Run], near: Sequence[Run], request: Request) -> float:
    """Seconds of the steps where each is of a moment: as many more as it is longer, each as long as ever."""
    assert request.length
    flat = [msgspec.structs.replace(run, extent=run.extent / run.length) for run in alike]
    power, area = _power(flat), _extent(request) / request.length
    each = (
        (run.took / run.length * run.pace * _texts(request) / run.texts)
        * (_asked(request) / run.asked)
        * (area * run.length / run.extent) ** power
        for run in near
    )
    return request.length * median(each)


def bare(request: Request) -> Request:
    """`request` without its media, of which an estimate needs none but that they are there."""
    controls = tuple(Control(one.kind, _small(one.media), one.strength) for one in request.controls)
    bare: dict[str, Any] = {"start": None, "mask": None, "last": None, "around": (0, 0, 0, 0), "resume": None}
    regions = tuple(msgspec.structs.replace(one, mask=None) for one in request.regions)
    return msgspec.structs.replace(request, controls=controls, regions=regions, **bare)


def _alike(runs: Sequence[Run], engine: str, kind: str) -> list[Run]:
    """The runs of the engine on the device it used last: those of the same kind, else all."""
    own = [run for run in runs if run.engine == engine and run.extent > 0 and run.asked > 0]
    own = [run for run in own if run.device == own[-1].device]
    return [run for run in own if run.kind == kind] or own


def _nearest(alike: Sequence[Run], request: Request) -> list[Run]:
    """The latest of those that come nearest in texts, adapters and size; what they differ in counts in this order."""
    extent, texts, worn = _extent(request), _texts(request), len(request.adapters)

    def apart(run: Run) -> tuple[float, int, float]:
        return abs(run.texts - texts), abs(run.worn - worn), abs(math.log(run.extent / extent))

    latest = alike[::-1]
    near = sorted(latest, key=apart)
    return [run for run in near if apart(run)[:2] == apart(near[0])[:2]][:NEAR]


def _power(runs: Sequence[Run]) -> float:
    """How the time of a step grows with what is made, by the runs of several sizes; 1 when there is but one size."""
    points = [(math.log(run.extent), math.log(run.pace / run.texts)) for run in runs if run.pace > 0]
    if len({x for x, _ in points}) < 2:
        return 1.0
    slope = linear_regression([x for x, _ in points], [y for _, y in points]).slope
    return min(STEEPEST, max(FLATTEST, slope))


def _kind(request: Request) -> str:
    """What decides the time of a step beside the size."""
    told = [str(request.options.get(name, "")) for name in TELLING]
    guided = "guidance" in request.curves or request.options.get("guidance", 2) not in (0, 1)
    return " ".join([*told, str(len(request.controls)), "start" * (request.start is not None), "guided" * guided])


def _texts(request: Request) -> float:
    """How many texts the network is asked for at a step, on average over the steps; 1 while a prompt cannot be read."""
    steps = max(1, round(_steps(request)))
    try:
        told = plan(request.prompt, request.negative, steps, [region.prompt for region in request.regions])
    except Refused:
        return 1.0
    return sum(len(now.texts) + len(now.regions) for now in told) / steps


def _extent(request: Request) -> float:
    return math.prod(request.size or (1, 1)) * (request.length or 1.0)


def _completed(card: EngineCard, request: Request) -> Request:
    """`request` with the engine's own values where it says nothing."""
    info, options = card.info, {param.name: param.default for param in card.params}
    size = request.size or (info.sizes[0] if info.sizes else None)
    length = request.length or (info.lengths[1] if info.lengths else None)
    return msgspec.structs.replace(
        request,
        options=options | request.options,
        size=size if "size" in info.takes else None,
        length=length if info.lengths else None,
    )


def _asked(request: Request) -> float:
    """Steps; a start is left only as far as the strength says, which takes fewer."""
    return _steps(request) * (max(request.strength, 0.01) if request.start is not None else 1.0)


def _steps(request: Request) -> float:
    return float(request.options.get("steps", 1))


def _small(media: Media) -> Media:
    """The least there can be of that medium."""
    if isinstance(media, Audio):
        return Audio(media.samples[:1], media.rate)
    if isinstance(media, Video):
        return Video(media.frames[:1, :1, :1], media.fps)
    return media if isinstance(media, Mesh) else Image(np.ascontiguousarray(media.pixels[:1, :1]))
