"""image/mend: repair damaged sprites and tiles, by Langevin steps down an energy that a network learnt.

Trained from scratch on the tiles of Dungeon Crawl (CC0; see assets/weights/mend/card.md). The network sees 32x32 places
with alpha: pixel art of that size is mended exactly, a larger picture in blocks.
"""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Checkpoint, Event, Image, Info, Phase, Refused, Request, Result, Score, Step, Value, param
from engines.loading import Loads


class Options(Struct, frozen=True):
    steps: Annotated[int, param("How many Langevin steps, each at its own noise level.", min=1, max=500)] = 60
    temperature: Annotated[
        float,
        param(
            "How much chance is in a step: 0 goes straight downhill (but 1 is meant when it dreams).",
            min=0,
            max=2,
            step=0.05,
            curve=True,
        ),
    ] = 0.0
    show: Annotated[
        Literal["picture", "energy map"], param("The picture, or where its energy is high (what looks wrong).")
    ] = "picture"
    begin: Annotated[
        Literal["an example", "noise"],
        param(
            "What it begins from without a start: a shipped sprite with a hole in it, or noise, which dreams one up."
        ),
    ] = "an example"
    find: Annotated[bool, param("Without a mask, mend only the places whose energy stands out.")] = False
    threshold: Annotated[
        float, param("How far a place must stand out to be mended.", min=0.5, max=20, step=0.5, unit="deviations")
    ] = 4.0
    pace: Annotated[
        float,
        param("Size of a Langevin step, as a share of sigma squared.", min=0.01, max=1.5, step=0.01, group="Sampling"),
    ] = 0.3


class Mend(Loads):
    info = Info(
        name="image/mend",
        title="Mend",
        summary="Repairs damaged sprites and tiles and shows what looks wrong. Paint a mask over the damage: what lies "
        "outside it is kept. Without a start it mends an example, or dreams up a sprite.",
        medium="image",
        family="energy-based",
        takes=("seed", "start", "mask", "resume"),
        weights=("weights/mend/energy.safetensors", "examples/sprites.png"),
        score=Score("energy", "energy"),
        licence="MIT",
    )
    Options = Options
    loads = "engines.nn.mend"

    def generate(self, request: Request) -> Iterator[Event]:
        options = msgspec.convert(request.options, Options)
        if self._model is None:
            yield Phase("loading")
            self.warm()
        yield Phase("encoding")
        request, said = _begun(request, options)
        task = self._model.task(request, options.threshold if options.find else None)
        show = partial(self._model.finished, request=request, task=task, overlay=options.show == "energy map")
        yield Phase("denoising")
        x0 = _reached(request)
        calls = 0
        for state in self._model.states(request, options, task):
            x0, calls = state.x0, state.nfe
            yield Step(
                index=state.index,
                total=state.total,
                level=state.level,
                preview=partial(show, x0),
                estimate=partial(_compact, x0),
                checkpoint=partial(_checkpoint, state),
            )
        yield Phase("decoding")
        facts: dict[str, Any] = {"nfe": calls, "energy": self._energy(x0)} | said
        if task is not None:
            facts["energy of the start"] = self._energy(task.x0)
        yield Result(show(x0), facts)

    def measure(self, request: Request) -> dict[str, Value]:
        """The energy of a picture in its 32x32 places: how much of it looks wrong."""
        self.warm()
        task = self._model.task(request, None)
        if task is None:
            raise Refused("bad-request", "There is nothing to measure: give a picture.")
        return {"energy": self._energy(task.x0)}

    def render(self, estimate: np.ndarray) -> Image:
        """A stored clean estimate, float16 (4, 32, 32), as 32x32 pixels with alpha."""
        import torch

        from engines.nn.mend import to_pixels

        return Image(to_pixels(torch.from_numpy(np.asarray(estimate, np.float32))[None])[0])

    def _energy(self, x0: Any) -> float:
        return round(float(self._model.places(x0).sum()), 3)


def _begun(request: Request, options: Options) -> tuple[Request, dict[str, str]]:
    """The request with the example of its seed when it has no start, and what that shows."""
    if request.start is not None or options.begin == "noise":
        return request, {}
    from engines.nn.examples import example, hole
    from engines.nn.mend import FREE
    from engines.nn.palette import enlarged

    sprite, words = example(request.seed)
    mask = request.mask or Image(enlarged(hole(sprite, request.seed).pixels, FREE))
    start = Image(enlarged(sprite.pixels, FREE))
    return msgspec.structs.replace(request, start=start, mask=mask), {"begun from": words}


def _reached(request: Request) -> Any:
    """The clean estimate a checkpoint holds, (1, 4, 32, 32): the result itself when no step is left after it."""
    import torch

    held = None if request.resume is None else request.resume.arrays.get("x0")
    return None if held is None else torch.from_numpy(np.array(held))


def _compact(x0: Any) -> np.ndarray:
    return x0[0].cpu().numpy().astype(np.float16)


def _checkpoint(state: Any) -> Checkpoint:
    return state.checkpoint()
