"""image/rogue: everything an engine can do wrong, on request."""

import ctypes
import os
import re
import sys
import time
from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
from msgspec import Struct

from engines.contract import Event, Image, Info, Phase, Request, Result, Step, param

Act = Literal[
    "none", "abort", "segfault", "exit", "hang", "hang-gil", "memory", "nan", "flat", "empty", "raise", "silent-end"
]


class Options(Struct, frozen=True):
    act: Annotated[Act, param("What to do wrong at the second step.")] = "none"


class Rogue:
    info = Info(name="image/rogue", title="Rogue", summary="Does wrong.", medium="image", family="test")
    Options = Options

    def generate(self, request: Request) -> Iterator[Event]:
        act = request.options["act"]
        for i in (1, 2, 3):
            estimate = np.random.default_rng(i).uniform(-1, 1, (16, 16, 3)).astype(np.float32)
            if i == 2:
                _do(str(act))
                if act == "nan":
                    estimate[3, 3] = np.nan
                if act == "silent-end":
                    return
            yield Phase("denoising", i / 3)
            yield Step(i, 3, 1 - i / 3, lambda e=estimate: self.render(e), lambda e=estimate: e)  # type: ignore[misc]
        if act == "flat":
            estimate[:] = -1
        yield Result(Image(np.zeros((0, 0, 3), np.uint8)) if act == "empty" else self.render(estimate))

    def render(self, estimate: np.ndarray) -> Image:
        return Image(np.clip(estimate * 127.5 + 127.5, 0, 255).astype(np.uint8))


def _do(act: str) -> None:
    if act == "abort":
        os.abort()
    elif act == "segfault":
        ctypes.string_at(0)
    elif act == "exit":
        sys.exit(3)
    elif act == "hang":
        while True:
            time.sleep(0.01)
    elif act == "hang-gil":
        re.match(r"(a+)+$", "a" * 60 + "b")  # one call that holds the interpreter for ages
    elif act == "memory":
        np.empty(2**60, np.uint8)
    elif act == "raise":
        raise KeyError("a tensor that is not there")
