"""audio/tiny: a chord that clears out of noise.

The data are chords m_k, each blurred by a Gaussian of standard deviation s per sample; the clean estimate is exact
(see picture.py) and taken over the spectrum's partials, so a second of sound costs a few thousand numbers.
"""

import itertools
import time
from collections.abc import Iterator
from functools import partial
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Audio, Checkpoint, Event, Info, Phase, Request, Result, Step, param

RATE = 16_000  # Hz
SPREAD = 0.1  # s
CHORDS = {"major": (0, 4, 7), "minor": (0, 3, 7), "open": (0, 7, 12), "dark": (0, 3, 6)}


class Options(Struct, frozen=True):
    steps: Annotated[int, param("How many steps from noise to sound.", min=1, max=100)] = 8
    pitch: Annotated[float, param("The lowest note.", min=55, max=880, unit="Hz")] = 220.0
    slow: Annotated[float, param("A pause in every step.", min=0, max=600, unit="s")] = 0.0


class Tone:
    info = Info(
        name="audio/tiny",
        title="Tiny tones",
        summary="A chord from an exact Gaussian mixture.",
        medium="audio",
        family="diffusion",
        takes=("prompt", "seed", "length", "resume"),
        lengths=(0.1, 1.0, 10.0),
        licence="MIT",
    )
    Options = Options

    def generate(self, request: Request) -> Iterator[Event]:
        yield Phase("denoising")
        options = msgspec.convert(request.options, Options)
        count = round((request.length or 1.0) * RATE)
        wanted = [CHORDS[w] for w in request.prompt.lower().split() if w in CHORDS] or list(CHORDS.values())
        means = np.stack([_chord(notes, options.pitch, count) for notes in wanted])
        levels = [*np.geomspace(4.0, 0.02, options.steps).tolist(), 0.0]
        method, done = f"euler/{options.steps}", 0
        x = levels[0] * np.random.default_rng(request.seed).standard_normal(count)
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
                preview=partial(_sound, clean),
                estimate=partial(np.asarray, clean),
                checkpoint=partial(Checkpoint, i, options.steps, lower, method, {"x": x}),
            )
        yield Result(_sound(x), {"nfe": options.steps - done})

    def render(self, estimate: np.ndarray) -> Audio:
        return _sound(estimate)


def _chord(notes: tuple[int, ...], pitch: float, count: int) -> np.ndarray:
    """A struck chord of `count` samples: three partials a note, fading."""
    t = np.arange(count) / RATE
    waves = [
        np.sin(2 * np.pi * pitch * 2 ** (note / 12) * part * t) / part**2 * np.exp(-1.5 * part * t)
        for note in notes
        for part in (1, 2, 3)
    ]
    return 0.25 * np.sum(waves, axis=0)


def _denoise(x: np.ndarray, sigma: float, means: np.ndarray) -> np.ndarray:
    total = SPREAD**2 + sigma**2
    far = -np.square(x - means).sum(axis=1) / (2 * total)
    weights = np.exp(far - far.max())
    mean = (weights / weights.sum()) @ means
    return (SPREAD**2 * x + sigma**2 * mean) / total


def _sound(x: np.ndarray) -> Audio:
    return Audio(np.clip(x, -1, 1).astype(np.float32)[:, None], RATE)
