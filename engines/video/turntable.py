"""video/turntable: a mesh filmed by a camera on a path: a clip of its colours, depth, normals or edges.

By default the mesh turns once and the clip loops exactly. Depth has the greys that depth controls expect (far 40, near
255, nothing black), the same in every frame, so that it can steer what draws over it.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Event, Info, Mesh, Phase, Refused, Request, Result, Video, param

METHOD = "turntable"


def angle(help: str, reach: float = 90, group: str = "Camera") -> Any:
    """An option in degrees."""
    return param(help, min=-reach, max=reach, step=1, unit="°", curve=True, group=group)


class Options(Struct, frozen=True):
    show: Annotated[
        Literal["colour", "depth", "normals", "edges"], param("The surface itself, or a map of it for controls.")
    ] = "colour"
    turns: Annotated[float, param("Turns round the mesh in the clip; 0 stands still.", min=-20, max=20, step=0.25)] = (
        1.0
    )
    loop: Annotated[bool, param("The frame after the last is the first, if the turns are whole.")] = True
    fps: Annotated[int, param("Frames a second.", min=4, max=60)] = 24
    background: Annotated[
        Literal["white", "black", "grey", "sky", "transparent"],
        param("What is behind the colours. Transparency needs GIF, WebP or PNG."),
    ] = "white"
    azimuth: Annotated[float, angle("From where it is seen, round it.", 3600)] = 35.0
    elevation: Annotated[float, angle("From how far above it is seen.", 89)] = 22.0
    distance: Annotated[
        float,
        param("How far away; at 1 all of it is seen.", min=0.2, max=20, step=0.05, curve=True, group="Camera"),
    ] = 1.0
    field: Annotated[
        float,
        param(
            "Of the view, from top to bottom; the mesh stays as large, its perspective changes.",
            min=4,
            max=120,
            step=1,
            unit="°",
            curve=True,
            group="Camera",
        ),
    ] = 35.0
    roll: Annotated[float, angle("The camera tilted to its right side.", 3600)] = 0.0
    light: Annotated[
        Literal["studio", "clay", "none"],
        param("A sky and a key light; polished clay, whatever the colours; or the bare colours.", group="Light"),
    ] = "studio"
    light_yaw: Annotated[float, angle("The key light, to the right of the camera.", 180, "Light")] = 37.0
    light_pitch: Annotated[float, angle("The key light, above the camera.", 85, "Light")] = 41.0


class Turntable:
    info = Info(
        name="video/turntable",
        title="Camera",
        summary="Films a mesh on a camera path: turntables that loop, and clips of its depth, normals or edges.",
        medium="video",
        family="rendering",
        takes=("size", "length", "start", "resume"),
        sizes=((256, 256), (128, 128), (512, 512), (512, 288), (768, 768)),
        size_rule=(16, 2048, 2),
        lengths=(0.1, 2.0, 60.0),
        licence="MIT",
        along="frame",
        starts=("mesh",),
        needs=("start",),
        keeps=True,
    )
    Options = Options

    def generate(self, request: Request) -> Iterator[Event]:
        from engines.clips.orbit import Orbit
        from engines.clips.reel import Reel

        options = msgspec.convert(request.options, Options)
        if not isinstance(request.start, Mesh):
            raise Refused("bad-request", "The camera films a mesh: give one as the start.")
        yield Phase("encoding")
        orbit, reel = Orbit(request.start, request, options), Reel(float(options.fps))
        if request.resume is not None:
            reel.resume(request.resume, METHOD, orbit.frame(0))
        yield Phase("denoising")
        yield from reel.steps(orbit.count, METHOD, orbit.frame)
        made = Video(np.stack(reel.frames[: orbit.count]), float(options.fps))
        yield Result(made, {"nfe": orbit.count, "frames": orbit.count})

    def render(self, estimate: np.ndarray) -> Video:
        """A stored estimate, as `engines.clips.reel.packed` packs it, as a small clip."""
        from engines.clips.reel import opened

        return opened(estimate)
