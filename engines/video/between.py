"""video/between: from one picture to another as a clip, by optical flow both ways; no network.

What moved is moved, what is hidden in one of the pictures is taken from the other, and what has nothing in common is
dissolved while it moves. Of a start clip the last frame is where it begins: the clip then goes on to the last picture.
"""

from collections.abc import Callable, Iterator
from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Event, Info, Phase, Refused, Request, Result, Video, param

METHOD = "between"


class Options(Struct, frozen=True):
    fps: Annotated[int, param("Frames a second.", min=4, max=60)] = 24
    pace: Annotated[Literal["even", "eased"], param("Even all the way, or setting off and arriving gently.")] = "even"
    way: Annotated[
        Literal["flow", "dissolve"], param("Things move from where they are to where they will be, or only dissolve.")
    ] = "flow"


class Between:
    info = Info(
        name="video/between",
        title="Between",
        summary="A clip from one picture to another, or from a clip's end: things move over, no model needed.",
        medium="video",
        family="optical flow",
        takes=("length", "start", "last", "resume"),
        lengths=(0.2, 1.0, 20.0),
        licence="MIT",
        starts=("image", "video"),
        needs=("start", "last"),
        keeps=True,
    )
    Options = Options

    def generate(self, request: Request) -> Iterator[Event]:
        from engines.clips.reel import Reel
        from engines.pipelines import onward

        options = msgspec.convert(request.options, Options)
        yield Phase("encoding")
        a, b = _ends(onward.asked(request, options.fps))
        count = max(2, round((request.length or 1.0) * options.fps))
        reel = Reel(float(options.fps))
        reel.resume(request.resume, METHOD, a)
        draw = _drawer(a, b, options, count)
        yield Phase("denoising")
        yield from reel.steps(count, METHOD, draw)
        made = Video(np.stack(reel.frames[:count]), float(options.fps))
        yield Result(onward.joined(made, request), {"nfe": count, "frames": count})

    def render(self, estimate: np.ndarray) -> Video:
        """A stored estimate, as `engines.clips.reel.packed` packs it, as a small clip."""
        from engines.clips.reel import opened

        return opened(estimate)


def _ends(request: Request) -> tuple[np.ndarray, ...]:
    """The two pictures, uint8, in the size of the first; both with alpha if one has it."""
    from engines.clips.frames import alike, fitted, size_of, still

    if request.start is None or request.last is None:
        raise Refused("bad-request", "Between needs two pictures: a start (or a clip) and a last one.")
    first = still(request.start)
    size = size_of(first)
    return alike(fitted(first, size), fitted(still(request.last), size))


def _drawer(a: np.ndarray, b: np.ndarray, options: Options, count: int) -> Callable[[int], np.ndarray]:
    """What makes frame n of `count`, the first being `a` and the last `b`, as they are."""
    from engines.clips.flow import Morph
    from engines.clips.frames import numbers, pixels

    one, other = numbers(a), numbers(b)
    morph = Morph(one, other) if options.way == "flow" else None

    def draw(n: int) -> np.ndarray:
        share = n / (count - 1)
        if n in (0, count - 1):
            return b if n else a
        share = 0.5 - 0.5 * float(np.cos(np.pi * share)) if options.pace == "eased" else share
        return pixels(one + share * (other - one) if morph is None else morph.at(share))

    return draw
