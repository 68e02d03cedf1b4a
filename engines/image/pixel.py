"""image/pixel: a half-drawn pixel-art sprite completed row by row, by a Gated PixelCNN over a fixed palette.

Trained from scratch on the CC0 tiles of Dungeon Crawl Stone Soup (see assets/weights/pixel/card.md). It keeps what was
drawn, pixel for pixel, sees all of it whatever its shape, and knows the exact probability of every sprite.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Event, Image, Info, Phase, Request, Result, Score, Step, Value, param
from engines.loading import Loads
from engines.reading import Reads

WEIGHTS = ("weights/pixel/pixel.safetensors",)


class Options(Struct, frozen=True):
    rows: Annotated[
        int,
        param(
            "Rows of the start to keep when no mask is painted, of 32; 0 keeps those that are drawn (the upper half of "
            "a whole sprite).",
            min=0,
            max=31,
        ),
    ] = 0
    temperature: Annotated[
        float, param("How adventurous: 0 takes the likeliest pixel.", min=0, max=2, step=0.05, curve=True)
    ] = 0.9
    guidance: Annotated[
        float,
        param("How closely it follows the words (CFG); 1 is the model itself.", min=0, max=6, step=0.1, curve=True),
    ] = 2.0
    begin: Annotated[
        Literal["an example", "nothing"],
        param(
            "What is completed when there are neither start nor words: a shipped sprite of which half is hidden, or "
            "nothing."
        ),
    ] = "an example"
    tries: Annotated[
        int,
        param(
            "How many are drawn side by side; the one that image/match finds nearest the words is kept.", min=1, max=32
        ),
    ] = 4
    do: Annotated[
        Literal["complete", "measure"],
        param("Draw what is free, or measure how likely the start is (what a mask covers, given the rest)."),
    ] = "complete"
    background: Annotated[Literal["transparent", "white", "black"], param("What is behind the sprite.")] = "transparent"
    top_k: Annotated[
        int, param("Draw only from so many of the likeliest colours; 0 is all.", min=0, max=48, group="Sampling")
    ] = 0
    top_p: Annotated[
        float, param("Draw only from the likeliest that make up this share.", min=0, max=1, step=0.01, group="Sampling")
    ] = 0.97


class Pixel(Reads, Loads):
    info = Info(
        name="image/pixel",
        title="Pixel",
        summary="Completes a half-drawn sprite row by row in the colours it has, or draws one from words; tells how "
        "likely any sprite is.",
        medium="image",
        family="autoregressive",
        takes=("prompt", "seed", "size", "start", "mask", "resume"),
        sizes=((256, 256), (32, 32), (64, 64), (128, 128), (512, 512)),
        weights=(*WEIGHTS, "weights/match/heads.safetensors", "examples/sprites.png"),
        score=Score("bits per pixel", "bits per pixel", r"this network without words \| ([\d.]+)"),
        licence="MIT",
        presets=(
            "an elf in a green robe with a bow, brown boots",
            "a human in a purple robe with a staff, blue hat",
            "a dwarf in plate armour with a mace and a shield",
            "an orc with an axe, red cloak",
            "a blue potion",
        ),
        tokens=32,
    )
    Options = Options
    loads = "engines.nn.pixel_model"

    def generate(self, request: Request) -> Iterator[Event]:
        if self._model is None:
            yield Phase("loading")
            self.warm()
        from engines.nn.examples import example
        from engines.nn.pixel_model import Measure
        from engines.nn.pixel_tries import Tries

        yield Phase("encoding")
        options = msgspec.convert(request.options, Options)
        begun = options.begin == "an example" and request.start is None and not request.prompt.strip()
        if begun and options.do == "complete":
            sprite, words = example(request.seed)
            request = msgspec.structs.replace(request, start=sprite, prompt=words)
        desk = (Measure if options.do == "measure" else Tries)(self._model, request, options)
        yield Phase("denoising")
        for _ in desk.steps():
            yield Step(
                index=desk.done,
                total=len(desk.rows),
                level=desk.level,
                preview=desk.picture,
                estimate=desk.sprite,
                checkpoint=desk.checkpoint,
            )
        yield Phase("decoding")
        yield Result(desk.picture(), desk.facts() | ({"begun from": request.prompt} if begun else {}))

    def measure(self, request: Request) -> dict[str, Value]:
        """The exact probability of a sprite in the palette, told the prompt; with a mask of what it covers."""
        self.warm()
        from engines.nn.pixel_model import Measure

        return Measure(self._model, request, msgspec.convert(request.options, Options)).facts()

    def render(self, estimate: np.ndarray) -> Image:
        """A stored sprite, uint8 (32, 32, 4), enlarged to 128x128 pixels."""
        from engines.nn.sprite import SHOWN, picture

        return picture(estimate[None], SHOWN, "transparent")
