"""image/deep: one step that is one long chain of networks, as a big model's step is."""

from collections.abc import Iterator
from typing import Annotated

import numpy as np
from msgspec import Struct

from engines.contract import Event, Image, Info, Phase, Request, Result, Step, param


class Options(Struct, frozen=True):
    layers: Annotated[int, param("How many layers.", min=1, max=100_000)] = 3


class Deep:
    info = Info(name="image/deep", title="Deep", summary="A long step.", medium="image", family="test")
    Options = Options

    def generate(self, request: Request) -> Iterator[Event]:
        import torch

        yield Phase("loading")
        layer = torch.nn.Conv2d(8, 8, 3, padding=1)
        x = torch.randn(1, 8, 128, 128, generator=torch.Generator().manual_seed(request.seed))
        yield Phase("denoising")
        with torch.no_grad():
            for _ in range(int(request.options["layers"])):
                x = torch.tanh(layer(x))
        estimate = x[0, :3].permute(1, 2, 0).numpy()
        yield Step(1, 1, 0.0, lambda: self.render(estimate), lambda: estimate)
        yield Result(self.render(estimate))

    def render(self, estimate: np.ndarray) -> Image:
        return Image(np.clip(estimate * 127.5 + 127.5, 0, 255).astype(np.uint8))
