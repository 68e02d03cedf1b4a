"""image/tiny: coloured discs drawn from a Gaussian mixture whose score is exact.

The data are K pictures m_k, each blurred by a Gaussian of standard deviation s per pixel. With noise sigma the clean
estimate has a closed form (Karras et al. 2022, eq. 59 for a mixture):

    E[x0 | x] = sum_k w_k (s^2 x + sigma^2 m_k) / (s^2 + sigma^2),   w_k ~ exp(-|x - m_k|^2 / 2 (s^2 + sigma^2))
"""

import itertools
import time
from collections.abc import Iterator
from functools import partial
from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Checkpoint, Event, Image, Info, Phase, Request, Result, Step, param

COLOURS = {"red": (220, 50, 40), "green": (60, 170, 70), "blue": (50, 90, 220), "yellow": (240, 200, 40)}
SPREAD = 0.05  # s
HIGH, LOW = 20.0, 0.02  # sigma


class Options(Struct, frozen=True):
    steps: Annotated[int, param("How many steps from noise to picture.", min=1, max=200)] = 12
    guidance: Annotated[float, param("How strongly the prompt pulls.", min=0, max=20, curve=True)] = 2.0
    sampler: Annotated[Literal["euler", "ancestral"], param("How noise becomes picture.")] = "euler"
    slow: Annotated[float, param("A pause in every step.", min=0, max=600, unit="s")] = 0.0


class Picture:
    info = Info(
        name="image/tiny",
        title="Tiny pictures",
        summary="Coloured discs from an exact Gaussian mixture.",
        medium="image",
        family="diffusion",
        takes=("prompt", "negative", "seed", "size", "start", "mask", "resume"),
        sizes=((64, 64), (96, 64)),
        size_rule=(16, 512, 8),
        licence="MIT",
        tokens=16,
        live=True,
    )
    Options = Options

    def count_tokens(self, prompt: str) -> int:
        return len(prompt.split())

    def generate(self, request: Request) -> Iterator[Event]:
        yield Phase("encoding")
        options = msgspec.convert(request.options, Options)
        wanted, unwanted = _means(request.prompt, request.size), _means(request.negative, request.size)
        yield Phase("denoising")
        x, first, levels = _begin(request, options)
        nfe = 0
        for i, (sigma, lower) in enumerate(itertools.pairwise(levels), start=first):
            time.sleep(options.slow)
            scale = request.at("guidance", options.guidance, (i - 1) / max(1, options.steps - 1))
            plain = _denoise(x, sigma, unwanted)
            clean = _masked(request, plain + scale * (_denoise(x, sigma, wanted) - plain))
            nfe += 2
            x = _next(x, clean, sigma, lower, _noise(request.seed, i, x.shape) if options.sampler != "euler" else None)
            total = first + len(levels) - 2
            yield Step(
                index=i,
                total=total,
                level=lower,
                preview=partial(_pixels, clean),
                estimate=partial(np.asarray, clean),
                checkpoint=partial(Checkpoint, i, total, lower, _method(options), {"x": x}),
            )
        yield Phase("decoding")
        yield Result(_pixels(x), {"nfe": nfe})

    def render(self, estimate: np.ndarray) -> Image:
        return _pixels(estimate)


def _begin(request: Request, options: Options) -> tuple[np.ndarray, int, list[float]]:
    """State, number of the next step, and the levels still to go, the present one first and 0 last."""
    levels = [*np.geomspace(HIGH, LOW, options.steps).tolist(), 0.0]
    if isinstance(request.start, Image):
        levels = levels[min(options.steps - 1, round((1 - request.strength) * options.steps)) :]
    held = request.resume
    if held is not None:
        same = held.method == _method(options)
        rest = levels[held.step :] if same else [held.level, *(v for v in levels if v < held.level * 0.999)]
        return held.arrays["x"].astype(np.float64), held.step + 1, rest
    width, height = request.size or (64, 64)
    x = HIGH * _noise(request.seed, 0, (height, width, 3))
    if isinstance(request.start, Image):
        x = _plain(request.start, x.shape) + levels[0] / HIGH * x
    return x, 1, levels


def _method(options: Options) -> str:
    return f"{options.sampler}/geometric/{options.steps}"


def _means(words: str, size: tuple[int, int] | None) -> np.ndarray:
    """Discs at nine places in the colour `words` ask for (every colour when they ask for none), (K, H, W, 3)."""
    width, height = size or (64, 64)
    named = [COLOURS[w] for w in words.lower().split() if w in COLOURS] or list(COLOURS.values())
    v, u = np.mgrid[0:height, 0:width] / min(width, height)
    discs = []
    for n, (across, down) in enumerate(np.ndindex(3, 3)):
        inside = np.hypot(u - 0.3 - 0.2 * across, v - 0.3 - 0.2 * down) < 0.26
        colour = np.array(named[n % len(named)]) / 127.5 - 1
        discs.append(np.where(inside[..., None], colour, 0.85 - 0.3 * v[..., None]))
    return np.stack(discs)


def _denoise(x: np.ndarray, sigma: float, means: np.ndarray) -> np.ndarray:
    total = SPREAD**2 + sigma**2
    far = np.array([-np.square(x - m).sum() / (2 * total) for m in means])
    weights = np.exp(far - far.max())
    mean = np.tensordot(weights / weights.sum(), means, 1)
    return (SPREAD**2 * x + sigma**2 * mean) / total


def _next(x: np.ndarray, clean: np.ndarray, sigma: float, lower: float, noise: np.ndarray | None) -> np.ndarray:
    """Euler, or its ancestral form (Karras et al. 2022, algorithm 2 without churn; k-diffusion's sigma_up)."""
    up = 0.0 if noise is None or not lower else min(lower, lower * np.sqrt(1 - (lower / sigma) ** 2))
    down = np.sqrt(lower**2 - up**2)
    x = clean + down / sigma * (x - clean)
    return x if noise is None or not up else x + up * noise


def _masked(request: Request, clean: np.ndarray) -> np.ndarray:
    """Where the mask is black the start picture stays."""
    if request.mask is None or not isinstance(request.start, Image):
        return clean
    mask = _resized(request.mask.pixels, clean.shape[:2])[..., None] / 255.0
    return mask * clean + (1 - mask) * _plain(request.start, clean.shape)


def _plain(image: Image, shape: tuple[int, ...]) -> np.ndarray:
    pixels = image.pixels if image.pixels.ndim == 3 else np.repeat(image.pixels[..., None], 3, 2)
    return _resized(pixels[..., :3], shape[:2]) / 127.5 - 1


def _resized(pixels: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    rows = np.arange(size[0]) * pixels.shape[0] // size[0]
    columns = np.arange(size[1]) * pixels.shape[1] // size[1]
    return pixels[rows][:, columns].astype(np.float64)


def _noise(seed: int, step: int, shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng((seed, step)).standard_normal(shape)


def _pixels(x: np.ndarray) -> Image:
    return Image(np.clip(np.rint(x.astype(np.float64) * 127.5 + 127.5), 0, 255).astype(np.uint8))
