"""image/match: how well words fit a picture, which words fit it best, and where in it they are found.

An image-text net of ours (see assets/weights/match/card.md) looks through windows of falling size; the map of where the
words are found develops from coarse to fine.
"""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Checkpoint, Event, Image, Info, Phase, Request, Result, Score, Step, Value, param
from engines.loading import Loads
from engines.reading import Reads

STORED = 192  # pixels of the longer side of a step that is kept


class Options(Struct, frozen=True):
    steps: Annotated[int, param("How many sizes of window, from the whole picture down.", min=1, max=12)] = 5
    finest: Annotated[
        float, param("The smallest window, as a share of the longer side.", min=0.12, max=1, step=0.01)
    ] = 0.25
    overlay: Annotated[
        float,
        param(
            "How strongly the heat map covers the picture: 0 is the picture, 1 the map alone.", min=0, max=1, step=0.05
        ),
    ] = 0.6
    words: Annotated[int, param("How many words to name that fit the picture best.", min=1, max=20)] = 5


class Match(Reads, Loads):
    info = Info(
        name="image/match",
        title="Match",
        summary="Tells how well your words fit a picture, which words fit it best, and shows where in it they are "
        "found. Without a start it looks through its own sheet of small pictures.",
        medium="image",
        family="contrastive",
        takes=("prompt", "start", "resume"),
        weights=("weights/match/heads.safetensors", "weights/match/sheet.png"),
        score=Score("fit", "cosine of words and picture", more=True),
        licence="MIT",
        tokens=32,
        presets=("a red apple", "something to eat", "a yellow flower", "a blue umbrella"),
    )
    Options = Options
    loads = "engines.nn.match"

    def generate(self, request: Request) -> Iterator[Event]:
        options = msgspec.convert(request.options, Options)
        from engines.nn import match as net

        frame = net.task(request)
        if self._model is None:
            yield Phase("loading")
            self.warm()
        yield Phase("encoding")
        words = self._model.said([request.prompt])[0]
        whole = self._model.arrows(frame.square, net.WINDOW)[:, 0, 0]
        yield Phase("denoising")
        sizes, held = net.sizes_of(options.steps, options.finest), request.resume
        heat = self._model.reached(frame, words, sizes, held)
        for look in self._model.looks(frame, words, sizes, held):
            heat, shown = look.heat, partial(net.painted, frame, look.heat, options.overlay)
            yield Step(
                index=look.index,
                total=look.total,
                level=1 - look.index / look.total,
                preview=shown,
                estimate=partial(_compact, shown),
                checkpoint=partial(_checkpoint, look),
            )
        yield Phase("decoding")
        done = 0 if held is None else min(held.step, len(sizes))
        facts = {"nfe": 1 + len(sizes) - done, **self._facts(whole, words, options.words)}
        facts["looked at"] = "the sheet of small pictures" if request.start is None else "the start"
        yield Result(net.painted(frame, heat, options.overlay), facts)

    def measure(self, request: Request) -> dict[str, Value]:
        """How well the prompt fits a picture."""
        from engines.nn import match as net

        self.warm()
        whole = self._model.arrows(net.task(request).square, net.WINDOW)[:, 0, 0]
        return self._facts(whole, self._model.said([request.prompt])[0], 5)

    def render(self, estimate: np.ndarray) -> Image:
        """A stored step: a small picture, uint8 (h, w, 3), as it is."""
        return Image(np.ascontiguousarray(estimate))

    def _facts(self, whole: Any, words: Any, count: int) -> dict[str, bool | int | float | str]:
        cosine = float(whole @ words)
        return {
            "fit": round(cosine, 3),
            "fit percentile": round(self._model.percentile(cosine, words)),
            "best words": ", ".join(self._model.named(whole, count)),
        }


def _compact(shown: Any) -> np.ndarray:
    from engines.nn.match import within

    return within(shown().pixels, STORED)


def _checkpoint(look: Any) -> Checkpoint:
    return look.checkpoint()
