"""How many faces a second image/avatar draws: the forward pass at batch 1 and the picture of 128x128 made of it."""

import time

import torch

from engines.contract import Request
from engines.files import assets
from engines.image.avatar import WEIGHTS, Options
from engines.nn.avatar import Generator, Model, load, pixels
from tests.benchmarks.row import Row

GOAL = 1000 / 60  # milliseconds a face: 60 faces a second
FACES = 60


def rows() -> list[Row]:
    """The median and the 95th percentile of some faces, each of another seed."""
    there = not assets.missing(WEIGHTS)
    model = load() if there else Model(Generator().eval().to(memory_format=torch.channels_last))  # type: ignore[call-overload]
    note = "" if there else "the weights are not there: measured with a network of the same measures, not trained"
    for seed in range(10):
        face(model, seed)
    times = sorted(timed(model, seed) for seed in range(FACES))
    names = ("a face of image/avatar, 128x128, batch 1", "the same, 95th percentile")
    values = (times[FACES // 2], times[int(0.95 * FACES)])
    return [Row(name, value, None, "ms", GOAL, note=note) for name, value in zip(names, values, strict=True)]


@torch.no_grad()
def face(model: Model, seed: int) -> None:
    """Style, picture and pixels of a seed."""
    pixels(model.network.synthesise(list(model.target(Request(engine="image/avatar", seed=seed), Options()))))


def timed(model: Model, seed: int) -> float:
    """Milliseconds for one face."""
    began = time.perf_counter()
    face(model, seed)
    return 1000 * (time.perf_counter() - began)
