"""video/tiny: a ball that rolls out of noise, exact as picture.py is; the mixture is over its way and pace."""

import itertools
import time
from collections.abc import Iterator
from functools import partial
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Checkpoint, Event, Info, Phase, Request, Result, Step, Video, param

SPREAD = 0.05  # s
FPS = 12.0
COLOURS = {"red": (0.9, -0.6, -0.7), "green": (-0.5, 0.6, -0.4), "blue": (-0.6, -0.3, 0.9)}


class Options(Struct, frozen=True):
    steps: Annotated[int, param("How many steps from noise to clip.", min=1, max=100)] = 6
    slow: Annotated[float, param("A pause in every step.", min=0, max=600, unit="s")] = 0.0


class Clip:
    info = Info(
        name="video/tiny",
        title="Tiny clips",
        summary="A rolling ball from an exact Gaussian mixture.",
        medium="video",
        family="diffusion",
        takes=("prompt", "seed", "size", "length", "resume"),
        sizes=((48, 32), (64, 64)),
        size_rule=(16, 128, 8),
        lengths=(0.25, 1.0, 4.0),
        licence="MIT",
    )
    Options = Options

    def generate(self, request: Request) -> Iterator[Event]:
        yield Phase("denoising")
        options = msgspec.convert(request.options, Options)
        means = _means(request)
        levels = [*np.geomspace(10.0, 0.02, options.steps).tolist(), 0.0]
        method, done = f"euler/{options.steps}", 0
        x = levels[0] * np.random.default_rng(request.seed).standard_normal(means.shape[1:])
        if request.resume is not None:
            done, x = request.resume.step, request.resume.arrays["x"]
        for i, (sigma, lower) in enumerate(itertools.pairwise(levels[done:]), start=done + 1):
            time.sleep(options.slow)
            clean = _denoise(x, sigma, means)
            x = clean + lower / sigma * (x - clean)
            yield Step(
                index=i,
                total=options.steps,
                level=lower,
                preview=partial(_frames, clean),
                estimate=partial(np.asarray, clean),
                checkpoint=partial(Checkpoint, i, options.steps, lower, method, {"x": x}),
            )
        yield Result(_frames(x), {"nfe": options.steps - done})

    def render(self, estimate: np.ndarray) -> Video:
        return _frames(estimate)


def _means(request: Request) -> np.ndarray:
    """The ball's four ways across the picture, (K, T, H, W, 3) in [-1, 1]."""
    width, height = request.size or (48, 32)
    count = round((request.length or 1.0) * FPS)
    named = [COLOURS[w] for w in request.prompt.lower().split() if w in COLOURS] or list(COLOURS.values())
    v, u = np.mgrid[0:height, 0:width] / min(width, height)
    ways = []
    for n, (dx, dy) in enumerate(((1, 0), (-1, 0), (0, 1), (1, 1))):
        frames = []
        for at in np.linspace(-1, 1, count):
            inside = np.hypot(u - u.mean() - 0.3 * at * dx, v - v.mean() - 0.3 * at * dy) < 0.22
            frames.append(np.where(inside[..., None], np.array(named[n % len(named)]), 0.8 - 0.4 * v[..., None]))
        ways.append(np.stack(frames))
    return np.stack(ways)


def _denoise(x: np.ndarray, sigma: float, means: np.ndarray) -> np.ndarray:
    total = SPREAD**2 + sigma**2
    far = np.array([-np.square(x - m).sum() / (2 * total) for m in means])
    weights = np.exp(far - far.max())
    mean = np.tensordot(weights / weights.sum(), means, 1)
    return (SPREAD**2 * x + sigma**2 * mean) / total


def _frames(x: np.ndarray) -> Video:
    return Video(np.clip(np.rint(x.astype(np.float64) * 127.5 + 127.5), 0, 255).astype(np.uint8), FPS)
