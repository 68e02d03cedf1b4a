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
from engines.contract import Event, Image, Info, Phase, Request, Result, param

WEIGHTS = ("weights/sticker/autoencoder.safetensors", "weights/sticker/flow.safetensors")
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


class Sticker:
    info = Info(
        name="image/sticker",
        title="Sticker",
        summary="Soft 3D stickers and flat emoji from words: things, colours, numbers, places, things worn.",
        medium="image",
        family="flow matching",
        takes=("prompt", "negative", "seed", "size", "start", "mask", "resume"),
        sizes=((512, 512), (128, 128), (256, 256), (384, 384)),
        weights=WEIGHTS,
        licence="MIT",
        presets=(
            "a red apple",
            "cat with sunglasses, flat style",
            "two blue cars",
            "a purple rocket on a yellow background",
            "a fox wearing a crown",
        ),
        tokens=32,
    )
    Options = Options

    def __init__(self) -> None:
        self._model: Any = None

    def warm(self) -> None:
        """Load the weights, so that the next run starts at once."""
        if self._model is None:
            from engines.nn.sticker import load

            self._model = load()

    def count_tokens(self, prompt: str) -> tuple[int, int | None]:
        """Tokens of `prompt`, the two marks included, and the character after which they are lost (or None)."""
        from engines.nn.text import count

        return count(prompt)

    def generate(self, request: Request) -> Iterator[Event]:
        if self._model is None:
            yield Phase("loading")
            self.warm()
        options = msgspec.convert(request.options, Options)
        yield Phase("encoding")
        denoise = self._model.denoiser(request, options, STYLES[options.style])
        yield Phase("denoising")
        latent = self._model.reached(request)
        for state in self._model.states(request, options, denoise):
            latent = state.x
            yield self._model.step(state)
        yield Phase("decoding")
        picture = self._model.finished(latent, request, options.background)
        yield Result(picture, {"nfe": denoise.calls})

    def render(self, estimate: np.ndarray) -> Image:
        """A stored clean estimate, float16 (16, 16, 16), as a 128x128 picture over white."""
        self.warm()
        return self._model.decoded(estimate)
