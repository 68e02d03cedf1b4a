"""mesh/tiny: a pebble that takes its form out of noise.

The unknown is the radius over a sphere; the data are K forms m_k blurred by a Gaussian, so the clean estimate is exact
(see picture.py). The surface is a subdivided icosahedron whose vertices stand at those radii.
"""

import itertools
import time
from collections.abc import Iterator
from functools import partial
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Checkpoint, Event, Info, Mesh, Phase, Request, Result, Step, param

SPREAD = 0.02  # s
FORMS = ("round", "star", "pear", "box")


class Options(Struct, frozen=True):
    steps: Annotated[int, param("How many steps from noise to shape.", min=1, max=100)] = 8
    detail: Annotated[int, param("How often the icosahedron is subdivided.", min=1, max=5)] = 3
    slow: Annotated[float, param("A pause in every step.", min=0, max=600, unit="s")] = 0.0


class Shape:
    info = Info(
        name="mesh/tiny",
        title="Tiny shapes",
        summary="A pebble from an exact Gaussian mixture.",
        medium="mesh",
        family="diffusion",
        takes=("prompt", "seed", "resume"),
        licence="MIT",
    )
    Options = Options

    def generate(self, request: Request) -> Iterator[Event]:
        yield Phase("denoising")
        options = msgspec.convert(request.options, Options)
        points, _ = _icosphere(options.detail)
        wanted = [w for w in request.prompt.lower().split() if w in FORMS] or list(FORMS)
        means = np.stack([_radii(form, points) for form in wanted])
        levels = [*np.geomspace(1.0, 0.01, options.steps).tolist(), 0.0]
        method, done = f"euler/{options.steps}/{options.detail}", 0
        x = 1.0 + np.random.default_rng(request.seed).standard_normal(len(points))
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
                preview=partial(_surface, clean),
                estimate=partial(np.asarray, clean),
                checkpoint=partial(Checkpoint, i, options.steps, lower, method, {"x": x}),
            )
        yield Result(_surface(x), {"nfe": options.steps - done})

    def render(self, estimate: np.ndarray) -> Mesh:
        return _surface(estimate)


def _radii(form: str, points: np.ndarray) -> np.ndarray:
    """The radius of `form` in each direction, (V,)."""
    x, y, z = points.T
    if form == "star":
        return 0.8 + 0.25 * np.cos(5 * np.arctan2(y, x)) * (1 - z**2)
    if form == "pear":
        return 0.8 + 0.25 * z
    return 0.75 / np.abs(points).max(axis=1) if form == "box" else np.full(len(points), 0.85)


def _denoise(x: np.ndarray, sigma: float, means: np.ndarray) -> np.ndarray:
    total = SPREAD**2 + sigma**2
    far = -np.square(x - means).sum(axis=1) / (2 * total)
    weights = np.exp(far - far.max())
    mean = (weights / weights.sum()) @ means
    return (SPREAD**2 * x + sigma**2 * mean) / total


def _surface(radii: np.ndarray) -> Mesh:
    detail = round(np.log((len(radii) - 2) / 10) / np.log(4))
    points, faces = _icosphere(detail)
    tint = np.clip(np.rint(255 * (0.35 + 0.3 * (points + 1) / 2 + 0.2 * radii[:, None])), 0, 255)
    colors = np.concatenate([tint, np.full((len(points), 1), 255)], axis=1).astype(np.uint8)
    return Mesh((points * radii[:, None]).astype(np.float32), faces, colors)


def _icosphere(detail: int) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors (10 * 4^detail + 2, 3) and counter-clockwise triangles."""
    g = (1 + 5**0.5) / 2
    corners: list[tuple[float, float, float]] = [(-1, g, 0), (1, g, 0), (-1, -g, 0), (1, -g, 0), (0, -1, g), (0, 1, g)]
    corners += [(0, -1, -g), (0, 1, -g), (g, 0, -1), (g, 0, 1), (-g, 0, -1), (-g, 0, 1)]
    tops = "0b5 051 017 07a 0ab 159 5b4 ba2 a76 718 394 342 326 368 389 495 24b 62a 867 981"
    points = np.array(corners, float)
    faces = np.array([[int(c, 16) for c in word] for word in tops.split()])
    for _ in range(detail):
        points, faces = _subdivided(points, faces)
    return points / np.linalg.norm(points, axis=1, keepdims=True), faces.astype(np.int32)


def _subdivided(points: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every triangle as four, the middles of the edges shared."""
    a, b, c = faces.T
    edges = np.sort(np.concatenate([np.stack(pair, 1) for pair in ((a, b), (b, c), (c, a))]), axis=1)
    unique, index = np.unique(edges, axis=0, return_inverse=True)
    points = points / np.linalg.norm(points, axis=1, keepdims=True)
    middles = points[unique].mean(axis=1)
    ab, bc, ca = len(points) + index.reshape(3, -1)
    new = [(a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca)]
    return np.concatenate([points, middles]), np.concatenate([np.stack(f, 1) for f in new])
