"""image/lost: an engine whose weights are nowhere."""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from engines.contract import Event, Image, Info, Request, Result


class Options(Struct, frozen=True):
    pass


class Lost:
    info = Info(
        name="image/lost",
        title="Lost weights",
        summary="Cannot run: its weights are nowhere.",
        medium="image",
        family="vae",
        takes=("prompt", "seed"),
        weights=("image/nowhere.safetensors",),
        licence="MIT",
    )
    Options = Options

    def generate(self, request: Request) -> Iterator[Event]:
        yield Result(self.render(np.zeros((8, 8, 3))))

    def render(self, estimate: np.ndarray) -> Image:
        return Image(estimate.astype(np.uint8))
