"""video/motion: words to a short moving sticker, or to motion in a picture of one's own, by flow matching of motions.

What is generated is the motion and not the pixels, after Li et al., "Generative Image Dynamics", CVPR 2024: a picture
is drawn by image/sticker or given, a network makes a motion for its silhouette and the words, and every frame is that
picture, warped. So frames hang together, a loop closes exactly, and a clip has as many frames as is wished.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines import names
from engines.contract import Event, Info, Phase, Request, Result, Video, param
from engines.image.sticker import STYLES, WEIGHTS
from engines.image.sticker import Options as Drawing
from engines.loading import Loads
from engines.prompt.plan import unheard
from engines.reading import Reads

DEFAULT = 256


class Options(Struct, frozen=True):
    steps: Annotated[int, param("How many steps from noise to motion.", min=1, max=150)] = 20
    guidance: Annotated[
        float, param("How closely the motion follows the words (CFG).", min=0, max=10, step=0.1, curve=True)
    ] = 2.0
    variety: Annotated[
        float, param("How far motions of other seeds differ; low is calm and typical.", min=0.05, max=1, step=0.05)
    ] = 0.3
    loop: Annotated[bool, param("The frame after the last is the first.")] = True
    fps: Annotated[int, param("Frames a second; the motion between them is interpolated.", min=8, max=60)] = 20
    amplitude: Annotated[float, param("How large the motion is; 1 is as the words say.", min=0.3, max=2, step=0.05)] = (
        1.0
    )
    speed: Annotated[float, param("How quick the motion is; 1 is as the words say.", min=0.5, max=2, step=0.05)] = 1.0
    background: Annotated[
        Literal["as the picture", "white", "black", "sky", "transparent"],
        param("What is behind the sticker. Transparency needs GIF, WebP or PNG."),
    ] = "as the picture"
    picture: Annotated[
        str, param("What is drawn, where it should not be taken from the prompt ('a red rocket').", group="Picture")
    ] = ""
    style: Annotated[Literal[tuple(STYLES)], param("The look of what is drawn.", group="Picture")] = "as prompted"  # type: ignore[valid-type]
    room: Annotated[
        float, param("How much of the frame's side the picture takes.", min=0.3, max=1, step=0.05, group="Picture")
    ] = 0.75
    picture_steps: Annotated[int, param("Steps in which the picture is drawn.", min=4, max=60, group="Picture")] = 12
    sampler: Annotated[Literal[names.samplers()], param("How noise becomes motion.", group="Sampling")] = "dpmpp_2m"  # type: ignore[valid-type]
    schedule: Annotated[Literal[names.schedules()], param("Where the steps fall.", group="Sampling")] = "shifted"  # type: ignore[valid-type]
    rescale: Annotated[
        float, param("Against exaggeration at high guidance.", min=0, max=1, step=0.05, group="Sampling")
    ] = 0.0


class Motion(Reads, Loads):
    info = Info(
        name="video/motion",
        title="Motion",
        summary="Moving stickers from words, or motion for a picture: flights, spins, hops, wobbles, loops.",
        medium="video",
        family="flow matching",
        takes=("prompt", "negative", "seed", "size", "length", "start", "resume"),
        sizes=((256, 256), (128, 128), (384, 384), (512, 512)),
        lengths=(0.5, 2.0, 6.0),
        weights=("weights/motion/flow.safetensors", *WEIGHTS),
        blends=True,
        licence="MIT",
        presets=(
            "a rocket flying up, spinning",
            "a butterfly flapping its wings",
            "a bouncing basketball",
            "a ghost floating and wobbling",
            "a red heart beating",
            "a robot dancing happily",
        ),
        tokens=32,
    )
    Options = Options
    loads = "engines.nn.motion_model"

    def generate(self, request: Request) -> Iterator[Event]:
        if self._model is None:
            yield Phase("loading")
            self.warm()
        options = msgspec.convert(request.options, Options)
        yield Phase("encoding")
        drawing = Drawing(steps=options.picture_steps, style=options.style)
        scene = self._model.scene(request, options, drawing)
        denoise = self._model.denoiser(request, options, scene)
        yield Phase("denoising")
        x = self._model.reached(request)
        for state in self._model.states(request, options, denoise):
            x = state.x
            yield self._model.step(state, scene, denoise.effect)
        yield Phase("decoding")
        side = (request.size or (DEFAULT, DEFAULT))[0]
        clip = self._model.clip(x[0], scene, side, draft=False)
        facts = {"nfe": denoise.calls, "frames": len(clip.frames), "loop": options.loop}
        yield Result(clip, facts | unheard(request.prompt, request.negative))

    def render(self, estimate: np.ndarray) -> Video:
        """A stored clean estimate, as `engines.nn.motion_scene.packed` packs it, as a small clip."""
        self.warm()
        return self._model.rendered(estimate)
