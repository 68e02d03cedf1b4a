"""image/faulty: an engine that goes wrong in the middle, in the way its option says."""

import os
import time
from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
from msgspec import Struct

from engines.contract import Event, Image, Info, Phase, Request, Result, Step, param


class Options(Struct, frozen=True):
    how: Annotated[Literal["raise", "abort", "exit", "nan", "black", "memory"], param("How it fails.")] = "raise"


class Faulty:
    info = Info(
        name="image/faulty",
        title="Faulty",
        summary="Fails after one step, in the way you choose.",
        medium="image",
        family="vae",
        takes=("prompt", "seed"),
        licence="MIT",
    )
    Options = Options

    def generate(self, request: Request) -> Iterator[Event]:
        how = str(request.options["how"])
        yield Phase("denoising")
        clean = np.full((16, 16, 3), np.nan if how == "nan" else 0.0, np.float32)
        yield Step(1, 2, 0.5, preview=lambda: self.render(clean), estimate=lambda: clean)
        time.sleep(0.01)
        if how == "raise":
            raise RuntimeError("something deep inside\nbroke in two lines")
        if how == "memory":
            raise MemoryError
        if how == "abort":
            os.abort()
        if how == "exit":
            os._exit(3)
        yield Result(self.render(clean))

    def render(self, estimate: np.ndarray) -> Image:
        return Image(np.nan_to_num(estimate).astype(np.uint8))
