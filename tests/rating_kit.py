"""Small results of two settings or more, and raters whose preference is known, for the tests of ratings."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.core.lab.rating import folder, make
from app.core.lab.rating.folder import Ballot
from app.core.lab.rating.make import Made, Wish
from engines.contract import Audio, Image, Media, Mesh, Request, Video
from engines.files import media, recipe
from engines.files.recipe import Recipe

SECRET = "image/secret-engine"  # must never be found in what is sent out


def medium(kind: str, rng: np.random.Generator) -> Media:
    """Something small of a kind, another each time."""
    if kind == "image":
        return Image(rng.integers(0, 255, (6, 8, 3)).astype(np.uint8))
    if kind == "audio":
        return Audio(rng.uniform(-0.5, 0.5, (2000, 1)).astype(np.float32), 8000)
    if kind == "video":
        return Video(rng.integers(0, 255, (6, 32, 32, 3)).astype(np.uint8), 12.0)
    points = rng.uniform(-1, 1, (4, 3)).astype(np.float32)
    return Mesh(points, np.array([[0, 1, 2], [0, 2, 3], [0, 3, 1], [1, 3, 2]], np.int32))


def results(place: Path, steps: Sequence[int] = (4, 8), count: int = 12, kind: str = "image") -> Path:
    """A folder of results as engines write them: the same seeds for every number of steps."""
    rng = np.random.default_rng(0)
    place.mkdir(parents=True, exist_ok=True)
    for step in steps:
        for seed in range(count):
            asked = Request(engine=SECRET, prompt="a secret fox", seed=seed, options={"steps": step})
            text = recipe.dumps(Recipe(request=asked, run=f"run-{step}-{seed}"), str)
            name = f"secret-steps-{step}-{seed:03d}{media.EXTENSIONS[kind]}"
            media.write(place / name, medium(kind, rng), text, "parameters of secret-engine")
    return place


def made(place: Path, source: Path, **wish: object) -> Made:
    """A set in `place`/set of the results in `source`; its key in `place`/keys."""
    groups = make.grouped(make.sources(source))
    return make.make(place / "set", place / "keys", groups, Wish(**wish), lambda done, total: None)  # type: ignore[arg-type]


def rate(ballot: Ballot, strengths: Sequence[float], rng: np.random.Generator) -> Ballot:
    """Answer to the end as a rater does whose strengths (by neutral number) are known."""
    while (ask := ballot.standing.ask) is not None:
        ahead = strengths[ask.settings[0]] - strengths[ask.settings[1]]
        ballot.say("first" if rng.random() < 1 / (1 + np.exp(-ahead)) else "second")
    return ballot


def rated(place: Path, found: Made, strengths: Sequence[float], rng: np.random.Generator, name: str = "Anna") -> Ballot:
    """A whole rating in the set's folder; `strengths` in the order of the names of the settings."""
    names = sorted(setting.name for setting in found.key.settings)
    mine = [strengths[names.index(setting.name)] for setting in found.key.settings]
    return rate(folder.Ballot(place / "set", name), mine, rng)
