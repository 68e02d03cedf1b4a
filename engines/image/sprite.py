"""image/sprite: words to pixel-art sprites of 32x32 pixels with few colours and a transparent ground, by diffusion.

Trained from scratch on the CC0 tiles of Dungeon Crawl Stone Soup (see assets/weights/sprite/card.md).
"""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines import names
from engines.contract import Checkpoint, Event, Image, Info, Phase, Request, Result, Step, param
from engines.loading import Loads
from engines.prompt.plan import unheard
from engines.reading import Reads

WEIGHTS = ("weights/sprite/sprite.safetensors",)


class Options(Struct, frozen=True):
    steps: Annotated[int, param("How many steps from noise to sprite.", min=1, max=150)] = 16
    guidance: Annotated[
        float, param("How closely the sprite follows the words (CFG).", min=0, max=15, step=0.1, curve=True)
    ] = 3.0
    colours: Annotated[int, param("How many colours a sprite may have.", min=4, max=32)] = 16
    sheet: Annotated[
        Literal["1", "4", "9", "16"], param("Sprites on one sheet: the seed's own and those of the seeds after it.")
    ] = "1"
    background: Annotated[Literal["transparent", "white", "black"], param("What is behind the sprite.")] = "transparent"
    sampler: Annotated[Literal[names.samplers()], param("How noise becomes sprite.", group="Sampling")] = "dpmpp_2m"  # type: ignore[valid-type]
    schedule: Annotated[Literal[names.schedules()], param("Where the steps fall.", group="Sampling")] = "cosine"  # type: ignore[valid-type]


class Sprite(Reads, Loads):
    info = Info(
        name="image/sprite",
        title="Sprite",
        summary="Pixel-art sprites from words: creatures, weapons, armour, potions, plants, heroes; sheets of them.",
        medium="image",
        family="diffusion",
        takes=("prompt", "negative", "seed", "size", "start", "mask", "resume"),
        sizes=((256, 256), (32, 32), (64, 64), (128, 128), (512, 512)),
        weights=WEIGHTS,
        blends=True,
        licence="MIT",
        presets=(
            "an elf in a green robe with a bow, brown boots",
            "a blue potion",
            "a golden long sword",
            "a purple mushroom",
            "a dwarf in plate armour with a mace and a shield",
        ),
        tokens=32,
    )
    Options = Options
    loads = "engines.nn.sprite"

    def generate(self, request: Request) -> Iterator[Event]:
        if self._model is None:
            yield Phase("loading")
            self.warm()
        options = msgspec.convert(request.options, Options)
        yield Phase("encoding")
        denoise = self._model.denoiser(request, options)
        yield Phase("denoising")
        x = self._model.reached(request)
        for state in self._model.states(request, options, denoise):
            x = state.x
            sprites = partial(_sprites, state.x0, request, options)
            yield Step(
                index=state.index,
                total=state.total,
                level=state.level,
                preview=partial(_picture, sprites, request, options),
                estimate=sprites,
                checkpoint=partial(_checkpoint, state),
                guidance=denoise.effect,
            )
        yield Phase("decoding")
        result = _picture(partial(_sprites, x, request, options), request, options)
        yield Result(result, {"nfe": denoise.calls, **unheard(request.prompt, request.negative)})

    def render(self, estimate: np.ndarray) -> Image:
        """Stored sprites, uint8 (B, 32, 32, 4), on one sheet of 128x128 pixels each."""
        from engines.nn.sprite import SHOWN, picture

        return picture(estimate, SHOWN, "transparent")


def _sprites(x0: Any, request: Request, options: Options) -> np.ndarray:
    from engines.nn.sprite import sprites_of

    return sprites_of(x0, request, options)


def _picture(sprites: Any, request: Request, options: Options) -> Image:
    from engines.nn.sprite import SIDE, picture

    return picture(sprites(), (request.size or (SIDE, SIDE))[0] // SIDE, options.background)


def _checkpoint(state: Any) -> Checkpoint:
    return state.checkpoint()
