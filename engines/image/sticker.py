"""image/sticker: words to soft 3D stickers, by flow matching in the latent space of our own autoencoder.

Trained from scratch on the MIT-licensed Fluent emoji (see assets/weights/sticker/card.md). The network makes 128x128
pictures with alpha; larger sizes are enlarged by `engines.upscale`.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines import names
from engines.contract import ControlKind, Event, Image, Info, Media, Phase, Refused, Request, Result, param
from engines.prompt.plan import unheard
from engines.reading import Reads

WEIGHTS = ("weights/sticker/autoencoder.safetensors", "weights/sticker/flow.safetensors")
BRANCH = "weights/sticker/control.safetensors"
CONTROLS = {
    "edges": "Thin lines the picture keeps to: your drawing, or those of any picture.",
    "scribble": "A rough sketch with a thick pen: what is where, and its outline.",
    "layout": "Mask layout: the thing lies where it is white; or the silhouette of any picture.",
    "colour": "Colour sketch: blobs of colour where they are to be; or the blurred colours of any picture.",
    "depth": "A depth map, near is light: a view of a mesh; or a picture's silhouette, blown up like a balloon.",
}
STYLES = {"as prompted": "", "3d": ", 3d style", "flat": ", flat style"}


class Options(Struct, frozen=True):
    steps: Annotated[int, param("How many steps from noise to picture.", min=1, max=150)] = 24
    guidance: Annotated[
        float, param("How closely the picture follows the words (CFG).", min=0, max=15, step=0.1, curve=True)
    ] = 4.0
    style: Annotated[Literal[tuple(STYLES)], param("The look; the prompt can say it too.")] = "as prompted"  # type: ignore[valid-type]
    background: Annotated[Literal["white", "transparent"], param("What is behind the sticker.")] = "white"
    sampler: Annotated[Literal[names.samplers()], param("How noise becomes picture.", group="Sampling")] = "dpmpp_2m"  # type: ignore[valid-type]
    schedule: Annotated[Literal[names.schedules()], param("Where the steps fall.", group="Sampling")] = "shifted"  # type: ignore[valid-type]
    rescale: Annotated[
        float, param("Against over-bright pictures at high guidance.", min=0, max=1, step=0.05, group="Sampling")
    ] = 0.0
    guide_from: Annotated[
        float, param("Guide only below this noise level.", min=0, max=1, step=0.01, group="Sampling")
    ] = 1.0
    guide_to: Annotated[
        float, param("Guide only above this noise level.", min=0, max=1, step=0.01, group="Sampling")
    ] = 0.0


class Sticker(Reads):
    info = Info(
        name="image/sticker",
        title="Sticker",
        summary="Soft 3D stickers and flat emoji from words: things, colours, numbers, places, things worn.",
        medium="image",
        family="flow matching",
        takes=("prompt", "negative", "seed", "size", "start", "mask", "regions", "resume", "travel"),
        sizes=((512, 512), (128, 128), (256, 256), (384, 384)),
        controls=tuple(ControlKind(kind, "image", help, prepared=True) for kind, help in CONTROLS.items()),
        weights=WEIGHTS,
        blends=True,
        licence="MIT",
        presets=(
            "a red apple",
            "cat with sunglasses, flat style",
            "two blue cars",
            "a purple rocket on a yellow background",
            "a fox wearing a crown",
        ),
        tokens=32,
        welcomes=True,
    )
    Options = Options

    def __init__(self) -> None:
        self._model: Any = None
        self._branch: Any = None  # is loaded when a control is given, the first time

    def warm(self) -> None:
        """Load the weights, so that the next run starts at once."""
        if self._model is None:
            from engines.nn.sticker import load

            self._model = load()

    def prepare(self, kind: str, media: Media) -> Image:
        """The map of `kind` that is used of a picture, 128x128; a map stays as it is."""
        from engines import control

        if not isinstance(media, Image):
            raise Refused("bad-request", f"The {kind} control of a sticker is a picture; what was given is none.")
        return control.prepare(kind, media)

    def generate(self, request: Request) -> Iterator[Event]:
        if self._model is None:
            yield Phase("loading")
            self.warm()
        if request.controls and self._branch is None:
            from engines.nn.control import load as load_branch

            yield Phase("loading")
            self._branch = load_branch(BRANCH, WEIGHTS[1], self._model.device)
        options = msgspec.convert(request.options, Options)
        yield Phase("encoding")
        branch = self._branch if request.controls else None
        denoise = self._model.denoiser(request, options, STYLES[options.style], branch)
        yield Phase("denoising")
        latent = self._model.reached(request)
        for state in self._model.states(request, options, denoise):
            latent = state.x
            yield self._model.step(state, denoise.effect)
        yield Phase("decoding")
        picture = self._model.finished(latent, request, options.background)
        yield Result(
            picture, {"nfe": denoise.calls, **self._facts(request), **unheard(request.prompt, request.negative)}
        )

    def _facts(self, request: Request) -> dict[str, str]:
        """What is worth knowing of a run with controls besides what is known of any: the branch's weights."""
        from engines.files import assets, weights

        return {"control model": weights.sha256(assets.path(BRANCH))} if request.controls else {}

    def render(self, estimate: np.ndarray) -> Image:
        """A stored clean estimate, float16 (16, 16, 16), as a 128x128 picture over white."""
        self.warm()
        return self._model.decoded(estimate)
