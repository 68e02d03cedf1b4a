"""image/sticker-turbo: words to stickers in one to eight network calls, quick enough to follow the words as typed.

A consistency model distilled from image/sticker (see assets/weights/sticker-turbo/card.md): its guidance is baked in,
and its autoencoder is the sticker's.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Event, Image, Info, Phase, Request, Result, param
from engines.image.sticker import STYLES
from engines.prompt.plan import unheard
from engines.reading import Reads

AUTOENCODER, FLOW = "weights/sticker/autoencoder.safetensors", "weights/sticker-turbo/flow.safetensors"


class Options(Struct, frozen=True):
    steps: Annotated[int, param("How many jumps from noise to picture, with fresh noise between.", min=1, max=8)] = 4
    style: Annotated[Literal[tuple(STYLES)], param("The look; the prompt can say it too.")] = "as prompted"  # type: ignore[valid-type]
    background: Annotated[Literal["white", "transparent"], param("What is behind the sticker.")] = "white"


class StickerTurbo(Reads):
    info = Info(
        name="image/sticker-turbo",
        title="Sticker turbo",
        summary="The stickers of image/sticker in a few steps: the picture follows the words as they are typed.",
        medium="image",
        family="consistency",
        takes=("prompt", "seed", "size", "start", "mask", "regions", "resume", "travel"),
        sizes=((512, 512), (128, 128), (256, 256), (384, 384)),
        weights=(AUTOENCODER, FLOW),
        blends=True,
        licence="MIT",
        presets=(
            "a green apple",
            "a penguin wearing a top hat",
            "three red hearts",
            "a yellow car on a blue background",
            "orange castle, flat style",
        ),
        tokens=32,
        live=True,
    )
    Options = Options

    def __init__(self) -> None:
        self._model: Any = None

    def warm(self) -> None:
        """Load the weights, so that the next run starts at once."""
        if self._model is None:
            from engines.nn.sticker import load

            self._model = load(FLOW, AUTOENCODER)

    def generate(self, request: Request) -> Iterator[Event]:
        if self._model is None:
            yield Phase("loading")
            self.warm()
        from engines.guidance import Guidance

        options = msgspec.convert(request.options, Options)
        yield Phase("encoding")
        words = self._model.worded(request, options.steps, STYLES[options.style])
        held = self._model.masked(words.guided(Guidance()), request)
        yield Phase("denoising")
        latent = self._model.reached(request)
        for state in self._model.jumps(request, options.steps, held):
            latent = state.x
            yield self._model.step(state)
        yield Phase("decoding")
        picture = self._model.finished(latent, request, options.background)
        yield Result(picture, {"nfe": words.calls, **unheard(request.prompt)})

    def render(self, estimate: np.ndarray) -> Image:
        """A stored clean estimate, float16 (16, 16, 16), as a 128x128 picture over white."""
        self.warm()
        return self._model.decoded(estimate)
