"""image/blend: a space of faces to walk in: sample, rebuild, blend and compare, with sliders; by a VAE.

Trained on drawings by DiceBear ("Big Smile" by Ashley Seo, CC BY 4.0; see assets/weights/blend/card.md). The networks
make 64x64 pictures; larger sizes are enlarged by `engines.upscale`.
"""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import ControlKind, Event, Image, Info, Phase, Refused, Request, Result, Score, Step, Value, param
from engines.loading import Loads

WEIGHTS = ("weights/blend/vae.safetensors",)
SIDE = 64


def slide(help: str) -> Any:
    """An attribute slider, in deviations of the training data."""
    return param(help, min=-4, max=4, step=0.1, curve=True, group="Attributes")


class Options(Struct, frozen=True):
    do: Annotated[
        Literal["sample", "reconstruct", "blend", "grid"],
        param("A face of the seed (or near the start), the start rebuilt, A blended into B, or a square of blends."),
    ] = "sample"
    between: Annotated[
        float,
        param("How far from A to B; drawn as a curve, the steps walk along it.", min=0, max=1, step=0.01, curve=True),
    ] = 0.5
    path: Annotated[Literal["arc", "line"], param("The way from A to B: spherical or straight.")] = "arc"
    side: Annotated[int, param("Pictures along each side of a grid, each at half the size.", min=2, max=8)] = 5
    temperature: Annotated[
        float, param("How far the seed's faces stray from the middle of all faces.", min=0, max=1.5, step=0.05)
    ] = 0.8
    prior: Annotated[
        Literal["fitted", "normal"],
        param("What faces are drawn from: the mixture fitted to the data, or the model's own normal prior."),
    ] = "fitted"
    rounds: Annotated[
        int,
        param(
            "How often a drawn face goes through encoder and decoder: 0 is as it fell, more is crisper.", min=0, max=50
        ),
    ] = 8
    steps: Annotated[int, param("Steps from the mean face to all details.", min=1, max=48)] = 6
    hair_light: Annotated[float, slide("Dark to light hair.")] = 0.0
    hair_warm: Annotated[float, slide("Cold to warm colours of hair.")] = 0.0
    hair_long: Annotated[float, slide("Short to long hair.")] = 0.0
    skin_light: Annotated[float, slide("Dark to light skin.")] = 0.0
    smile: Annotated[float, slide("A sad or serious mouth to a smile.")] = 0.0
    glasses: Annotated[float, slide("Without to with glasses.")] = 0.0
    background_light: Annotated[float, slide("A dark to a light background.")] = 0.0
    tilt: Annotated[float, slide("The head tilted left to right.")] = 0.0


class Blend(Loads):
    info = Info(
        name="image/blend",
        title="Blend",
        summary="A space of drawn faces: sample, rebuild your own, blend two, compare in a grid, slide attributes.",
        medium="image",
        family="VAE",
        takes=("seed", "size", "start"),
        sizes=((256, 256), (64, 64), (128, 128), (192, 192)),
        controls=(
            ControlKind("other", "image", "The picture B that A (the start, or the seed's face) is blended to."),
        ),
        weights=WEIGHTS,
        score=Score("iwae_bits", "bits per dimension", r"importance-weighted bound, 8 samples \| ([\d.]+)"),
        licence="CC BY 4.0",
    )
    Options = Options
    loads = "engines.nn.blend"

    def generate(self, request: Request) -> Iterator[Event]:
        if self._model is None:
            yield Phase("loading")
            self.warm()
        from engines.nn.blend import sheet
        from engines.upscale import upscale

        options = msgspec.convert(request.options, Options)
        yield Phase("encoding")
        facts = self._model.measured(request.start, request.seed) if isinstance(request.start, Image) else {}
        yield Phase("decoding")
        for state in self._model.states(request, options):
            made = state.picture
            yield Step(
                index=state.index,
                total=state.total,
                level=1 - state.index / state.total,
                preview=partial(sheet, made),
                estimate=partial(_compact, state.z),
            )
        factor = (request.size or (SIDE, SIDE))[0] // SIDE
        picture = upscale(sheet(made), max(1, factor // 2) if options.do == "grid" else factor)
        yield Result(picture, {"nfe": options.steps, **facts})

    def measure(self, request: Request) -> dict[str, Value]:
        """The bounds on the likelihood of a picture at 64x64."""
        self.warm()
        if not isinstance(request.start, Image):
            raise Refused("bad-request", "A face is measured in a picture; what was given is none.")
        return dict(self._model.measured(request.start, request.seed))

    def render(self, estimate: np.ndarray) -> Image:
        """Stored latents, float16 (1 or side * side, 48), as 64x64 pictures."""
        self.warm()
        return self._model.decoded(estimate)


def _compact(z: Any) -> np.ndarray:
    return z.cpu().numpy().astype(np.float16)
