"""image/avatar: a face in an instant, its attributes chosen, told in words or left to the seed; by a GAN.

Trained on drawings by DiceBear ("Big Smile" by Ashley Seo, CC BY 4.0; see assets/weights/avatar/card.md). The network
makes 128x128 pictures; larger sizes are enlarged by `engines.upscale`.
"""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import LARGEST, Event, Image, Info, Phase, Request, Result, Step, Value, param
from engines.faces import ATTRIBUTES
from engines.loading import Loads

WEIGHTS = ("weights/avatar/generator.safetensors",)
Hair = Literal[("any", *ATTRIBUTES["hair"])]  # type: ignore[valid-type]
Tint = Literal[("any", *ATTRIBUTES["hair_colour"])]  # type: ignore[valid-type]
Skin = Literal[("any", *ATTRIBUTES["skin"])]  # type: ignore[valid-type]
Eyes = Literal[("any", *ATTRIBUTES["eyes"])]  # type: ignore[valid-type]
Mouth = Literal[("any", *ATTRIBUTES["mouth"])]  # type: ignore[valid-type]
Thing = Literal[("any", *ATTRIBUTES["accessory"])]  # type: ignore[valid-type]
Ground = Literal[("any", *ATTRIBUTES["background"])]  # type: ignore[valid-type]


class Options(Struct, frozen=True):
    hair: Annotated[Hair, param("How the hair is cut; 'any' leaves it to the prompt and the seed.")] = "any"
    hair_colour: Annotated[Tint, param("The colour of the hair.")] = "any"
    skin: Annotated[Skin, param("How dark the skin is.")] = "any"
    eyes: Annotated[Eyes, param("The look of the eyes.")] = "any"
    mouth: Annotated[Mouth, param("The mouth.")] = "any"
    accessory: Annotated[Thing, param("What is worn: glasses, a mask, cat ears ...")] = "any"
    background: Annotated[Ground, param("The colour behind the face.")] = "any"
    truncation: Annotated[
        float, param("Psi: 0 is the mean face, 1 the face itself, above 1 a caricature.", min=0, max=1.5, step=0.05)
    ] = 1.0
    variation: Annotated[
        float, param("How far shades, tilt and place of the head stray with the seed.", min=0, max=1.5, step=0.05)
    ] = 1.0
    steps: Annotated[int, param("How many pictures the way from the mean face has.", min=1, max=60)] = 8
    mix_seed: Annotated[
        int, param("The seed of a second face to mix in; -1 for none.", min=-1, max=LARGEST, group="Style mixing")
    ] = -1
    mix_from: Annotated[
        int,
        param("The first layer that is the second face's: 0 all of it, 7 none.", min=0, max=7, group="Style mixing"),
    ] = 3


class Avatar(Loads):
    info = Info(
        name="image/avatar",
        title="Avatar",
        summary="Instant drawn faces: hair, colours, eyes, mouth and what is worn, by choice, word or chance.",
        medium="image",
        family="GAN",
        takes=("prompt", "seed", "size", "resume"),
        sizes=((128, 128), (256, 256), (384, 384), (512, 512)),
        weights=WEIGHTS,
        licence="CC BY 4.0",
        presets=(
            "winking, pink hair and sunglasses on a mint background",
            "curly ginger hair, glasses, grinning",
            "a serious face with a purple mohawk",
            "cat ears, blue straight hair, kawaii",
            "dark skin, golden braids, tiara, night background",
        ),
    )
    Options = Options
    loads = "engines.nn.avatar"

    def generate(self, request: Request) -> Iterator[Event]:
        if self._model is None:
            yield Phase("loading")
            self.warm()
        from engines.nn.avatar import asked, checkpoint, pixels

        options = msgspec.convert(request.options, Options)
        yield Phase("decoding")
        made, calls = None, 0
        for state in self._model.states(request, options):
            made, calls = state.picture, calls + 1
            yield Step(
                index=state.index,
                total=state.total,
                level=1 - state.index / state.total,
                preview=partial(pixels, state.picture),
                estimate=partial(_compact, state.styles),
                checkpoint=partial(checkpoint, state),
            )
        if made is None:  # resumed from the last step
            made, calls = self._model.network.synthesise(list(self._model.reached(request))), 1
        told = asked(request, options)
        facts: dict[str, Value] = {"nfe": calls, "told": ", ".join(f"{name}: {value}" for name, value in told.items())}
        yield Result(pixels(made, (request.size or (128, 128))[0] // 128), facts)

    def render(self, estimate: np.ndarray) -> Image:
        """Stored styles, float16 (7, 160), as a 128x128 picture."""
        self.warm()
        return self._model.decoded(estimate)


def _compact(styles: Any) -> np.ndarray:
    return styles[:, 0].cpu().numpy().astype(np.float16)
