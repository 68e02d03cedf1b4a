"""image/tile: words to seamless textures, by a score-based model and its stochastic differential equations.

Trained from scratch on tiles of Dungeon Crawl (CC0) and procedural textures of our own (see
assets/weights/tile/card.md). Every convolution goes round the borders, so that what it makes tiles; at 64 and 128
pixels the same network works on a larger tile.
"""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Checkpoint, Event, Image, Info, Phase, Refused, Request, Result, Score, Step, Value, param
from engines.loading import Loads
from engines.reading import Reads

KINDS: tuple[str, ...] = (
    "grass",
    "stone",
    "brick wall",
    "cobblestones",
    "marble",
    "sand",
    "dirt",
    "wooden planks",
    "tree bark",
    "leaves",
)
KINDS += ("water", "ice", "snow", "lava", "metal plates", "rusty metal", "mosaic", "hexagon tiles", "dragon scales")
KINDS += ("woven basket", "knitted wool", "plaid", "polka dots", "crystal", "cloudy sky", "starry sky", "roof shingles")
PREDICTORS = ("ancestral", "reverse diffusion", "Euler-Maruyama", "probability flow")


class Options(Struct, frozen=True):
    steps: Annotated[int, param("How many noise levels from noise to tile.", min=1, max=500)] = 40
    guidance: Annotated[
        float, param("How closely the tile follows the words (CFG).", min=0, max=10, step=0.1, curve=True)
    ] = 2.0
    kind: Annotated[Literal[("as prompted", *KINDS)], param("The material; the prompt can say it too.")] = "as prompted"  # type: ignore[valid-type]
    detail: Annotated[
        Literal["32", "64", "128"],
        param("Pixels the network draws on a side, where there is room; larger sizes enlarge each pixel."),
    ] = "64"
    show: Annotated[
        Literal["one tile", "3x3 while it develops", "3x3"],
        param("Whether the tile lies alone or three by three, so that a seam would show."),
    ] = "3x3 while it develops"
    sde: Annotated[
        Literal["VP", "VE"], param("The SDE: variance preserving or variance exploding.", group="Sampling")
    ] = "VP"
    predictor: Annotated[
        Literal[PREDICTORS],  # type: ignore[valid-type]
        param("How the reverse SDE is solved from level to level.", group="Sampling"),
    ] = "ancestral"
    corrections: Annotated[int, param("Langevin corrector steps at every level.", min=0, max=8, group="Sampling")] = 1
    snr: Annotated[
        float, param("Signal-to-noise ratio of a corrector step.", min=0.01, max=1, step=0.01, group="Sampling")
    ] = 0.1
    spacing: Annotated[
        Literal["crowded", "even in time"],
        param("Levels crowded where the tile is made (Karras), or even in time.", group="Sampling"),
    ] = "crowded"
    likelihood: Annotated[
        bool, param("Tell how likely the tile is, in bits per dimension (some seconds).", group="Sampling")
    ] = False


class Tile(Reads, Loads):
    info = Info(
        name="image/tile",
        title="Tile",
        summary="Seamless textures and tiles from words: materials and colours, wrapping at all borders.",
        medium="image",
        family="score SDE",
        takes=("prompt", "negative", "seed", "size", "resume", "travel"),
        sizes=((256, 256), (32, 32), (64, 64), (128, 128), (512, 512)),
        weights=("weights/tile/score.safetensors",),
        score=Score("bits per dimension", "bits per dimension", r"held-out tiles: \W*([\d.]+)"),
        licence="MIT",
        presets=(
            "mossy cobblestones",
            "blue brick wall",
            "lava",
            "purple crystal",
            "wooden planks",
            "green dragon scales",
        ),
        tokens=32,
    )
    Options = Options
    loads = "engines.nn.tile"

    def generate(self, request: Request) -> Iterator[Event]:
        options = _fitting(request, msgspec.convert(request.options, Options))
        times = _times(request, options)
        if self._model is None:
            yield Phase("loading")
            self.warm()
        yield Phase("encoding")
        denoise = self._model.denoiser(request, options)
        yield Phase("denoising")
        x0 = None if request.resume is None else request.resume.arrays.get("x0")
        shown = partial(_picture, times=times, repeats=1 if options.show == "one tile" else 3)
        for state in self._model.states(request, options, denoise):
            x0 = state.x0.cpu().numpy()
            preview, estimate = partial(shown, x0), partial(_compact, x0)
            held = partial(_checkpoint, state)
            yield Step(state.index, state.total, state.level, preview, estimate, held, denoise.effect)
        yield Phase("decoding")
        yield self._result(request, options, x0, denoise.calls)

    def _result(self, request: Request, options: Any, x0: Any, calls: int) -> Result:
        from engines.nn.tile import pixels

        facts: dict[str, Any] = {"nfe": calls}
        if options.likelihood:
            bits, more = self._model.bits(pixels(x0[0]), request, options)
            facts |= {"bits per dimension": round(bits, 3), "nfe of the likelihood": more}
        return Result(_picture(x0, _times(request, options), 3 if options.show == "3x3" else 1), facts)

    def measure(self, request: Request) -> dict[str, Value]:
        """The likelihood of a picture as one tile of the size the network learnt from, told the prompt."""
        self.warm()
        from engines.nn.tile import SIDE, shrunk

        if not isinstance(request.start, Image):
            raise Refused("bad-request", "A tile is measured in a picture; what was given is none.")
        options = msgspec.convert(request.options, Options)
        bits, calls = self._model.bits(shrunk(request.start), request, options)
        return {"bits per dimension": round(bits, 3), "nfe": calls, "pixels a side": SIDE}

    def render(self, estimate: np.ndarray) -> Image:
        """A stored clean estimate, float16 (3, H, W), as one tile."""
        return _picture(estimate[None], 1, 1)


def _fitting(request: Request, options: Options) -> Options:
    """The options with no more detail than the result has pixels."""
    detail = min(int(options.detail), _side(request))
    return msgspec.structs.replace(options, detail=str(detail))


def _times(request: Request, options: Options) -> int:
    """How often a pixel of the network goes into a side of the result's pixels."""
    return _side(request) // int(options.detail)


def _side(request: Request) -> int:
    return (request.size or (256, 256))[0]


def _picture(x0: Any, times: int, repeats: int) -> Image:
    from engines.nn.tile import picture, pixels

    return picture(pixels(x0[0]), times, repeats)


def _compact(x0: Any) -> np.ndarray:
    return x0[0].astype(np.float16)


def _checkpoint(state: Any) -> Checkpoint:
    return state.checkpoint()
