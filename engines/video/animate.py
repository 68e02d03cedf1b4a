"""video/animate: a clip from any image engine: each frame is the one before, moved by a camera and drawn over.

The engine that draws is named by an option; it may be the user's own model. See `engines.clips.animation`.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import (
    ControlKind,
    Estimate,
    Event,
    Info,
    Lend,
    Phase,
    Refused,
    Request,
    Result,
    Video,
    param,
)

KINDS = ("edges", "scribble", "layout", "colour", "depth")


def rate(help: str, reach: float, step: float, unit: str = "") -> Any:
    """An option of the camera: so much a second."""
    return param(help, min=-reach, max=reach, step=step, unit=unit, curve=True, group="Camera")


class Options(Struct, frozen=True):
    image: Annotated[str, param("The image engine that draws, as `darkroom engines` lists it.")] = "image/sticker"
    change: Annotated[
        float,
        param("How far each drawn frame may leave the one before.", min=0, max=1, step=0.01, curve=True),
    ] = 0.5
    every: Annotated[
        int, param("Every so many frames one is drawn; those between follow the camera and the flow.", min=1, max=12)
    ] = 3
    fps: Annotated[int, param("Frames a second.", min=4, max=60)] = 12
    seeds: Annotated[Literal["step", "fixed"], param("Each drawn frame has the next seed, or all have the same.")] = (
        "step"
    )
    travel: Annotated[
        float,
        param(
            "How many seeds further the noise has gone, from one to the next.",
            min=0,
            max=1000,
            step=0.05,
            curve=True,
            label="Seed travel",
        ),
    ] = 0.0
    loop: Annotated[bool, param("The frame after the last is the first (of a start clip: its first).")] = False
    bridge: Annotated[
        float,
        param(
            "The part of the clip in which it goes to its end, a last picture or the loop's.", min=0, max=1, step=0.05
        ),
    ] = 0.5
    background: Annotated[
        Literal["as the picture", "white", "black", "transparent"],
        param("What is behind things drawn without one: that of the start, or white. Transparency needs GIF or WebP."),
    ] = "as the picture"
    camera: Annotated[
        Literal["films", "travels"],
        param(
            "It moves over what is drawn; or what comes into its view is drawn too, which suits scenes.", group="Camera"
        ),
    ] = "films"
    zoom: Annotated[float, param("Times larger a second.", min=0.2, max=5, step=0.01, curve=True, group="Camera")] = 1.0
    pan_x: Annotated[float, rate("To the right, in widths of the frame a second.", 4, 0.01)] = 0.0
    pan_y: Annotated[float, rate("Down, in heights of the frame a second.", 4, 0.01)] = 0.0
    roll: Annotated[float, rate("The picture turns clockwise, a second.", 720, 1, "°")] = 0.0
    forward: Annotated[float, rate("Into the picture, in shares of the distance a second.", 2, 0.01)] = 0.0
    orbit: Annotated[
        float, rate("Round what is seen, to the right, a second; a camera that films goes 24° at most.", 180, 1, "°")
    ] = 0.0
    rise: Annotated[float, rate("Over what is seen, upwards, a second.", 180, 1, "°")] = 0.0
    depth: Annotated[
        Literal["balloon", "flat", "light is near", "low is near"],
        param("How far away things are guessed to be, for moves in space.", group="Camera"),
    ] = "balloon"
    relief: Annotated[float, param("How deep that is.", min=0, max=1.5, step=0.05, group="Camera")] = 0.4
    border: Annotated[
        Literal["edge", "mirror", "tile"], param("What comes in from beyond the frame.", group="Camera")
    ] = "edge"
    hold: Annotated[
        float, param("How far colours are held to the first frame's.", min=0, max=1, step=0.05, group="Colours")
    ] = 0.5
    hold_by: Annotated[
        Literal["lab", "histogram"], param("Mean and spread of the colours, or all of them.", group="Colours")
    ] = "lab"
    steps: Annotated[
        int, param("Steps of the image engine; 0: as it usually takes.", min=0, max=150, group="Image engine")
    ] = 12
    guidance: Annotated[
        float,
        param("Its guidance; 0: its usual one.", min=0, max=30, step=0.1, curve=True, group="Image engine"),
    ] = 0.0
    settings: Annotated[
        str, param("Further options of it, such as: style=flat, sampler=heun.", group="Image engine")
    ] = ""


class Animate:
    info = Info(
        name="video/animate",
        title="Animate",
        summary="Clips from any image engine: words over time, a moving camera, loops, bridges, clips that go on.",
        medium="video",
        family="image to image",
        takes=("prompt", "negative", "seed", "size", "length", "start", "last", "resume"),
        sizes=((256, 256), (128, 128), (384, 384), (512, 512)),
        size_rule=(64, 2048, 8),
        lengths=(0.5, 2.0, 60.0),
        controls=tuple(
            ControlKind(kind, "video", f"A clip of {kind} maps each frame keeps to, where the image engine can.")
            for kind in KINDS
        ),
        licence="MIT",
        presets=(
            "[a red apple:a yellow banana:0.5]",
            "a purple rocket on a blue background",
            "[a cat:a dog:0.5] with sunglasses",
            "[a sun:a moon:0.5] with a face",
        ),
        starts=("image", "video"),
        along="frame",
        blends=True,
    )
    Options = Options

    def __init__(self) -> None:
        self._lend: Lend | None = None
        self._painter: Any = None  # keeps the image engine from run to run

    def borrow(self, lend: Lend) -> None:
        """Other engines are had from `lend`."""
        self._lend = lend

    def generate(self, request: Request) -> Iterator[Event]:
        from engines.clips.animation import METHOD, Animation
        from engines.pipelines import onward

        yield Phase("encoding")
        options = msgspec.convert(request.options, Options)
        asked = onward.asked(request, options.fps)
        first = request.start.frames[0] if isinstance(request.start, Video) else None
        run = Animation(asked, options, self._drawing(options), first)
        run.resume()
        while len(run.reel.frames) < run.total:
            yield from run.next()
            yield run.reel.step(run.total, METHOD)
        yield Phase("decoding", 0.0)
        frames = yield from run.filled()
        yield Result(onward.joined(Video(frames, float(options.fps)), request), self._facts(run))

    def render(self, estimate: np.ndarray) -> Video:
        """A stored estimate, as `engines.clips.reel.packed` packs it, as a small clip."""
        from engines.clips.reel import opened

        return opened(estimate)

    def estimate(self, request: Request) -> Estimate:
        """What one frame takes, as the image engine says it; of one that says nothing the size of its weights."""
        from engines.clips.painter import Frame
        from engines.files import assets

        painter = self._drawing(msgspec.convert(request.options, Options))
        if hasattr(painter.engine, "estimate"):
            frame = Frame(request.prompt, request.negative, request.seed, request.size or (256, 256))
            return painter.engine.estimate(painter.request(frame))
        return Estimate(assets.size(painter.card.info.weights))

    def _drawing(self, options: Any) -> Any:
        """The image engine at work for a run."""
        from engines.clips.painter import Painter

        if self._lend is None:
            raise Refused("internal", "Nothing was lent to video/animate: make it with `engines.registry`.")
        lent = self._lend(options.image.strip())
        self._painter = (
            self._painter.again(lent, options.settings) if self._painter else Painter(lent, options.settings)
        )
        return self._painter

    def _facts(self, run: Any) -> dict[str, Any]:
        from engines.files import assets, weights

        card = run.painter.card
        facts = {"nfe": run.painter.nfe, "frames": run.plan.frames, "drawn": run.total, "image engine": card.info.name}
        if card.info.weights:
            facts["image model"] = " ".join(weights.sha256(assets.path(name)) for name in card.info.weights)
        return run.painter.facts | facts
