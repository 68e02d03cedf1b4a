"""Paths through a model's latents: from the last clean estimate of one run to that of another, and measures along it.

What a path tells is how smooth a model's space is between two results: even neighbours mean a space that turns one into
the other, a jump that it has a border there. The sum of squared neighbour distances over the square of the step is the
perceptual path length of Karras et al., "A Style-Based Generator Architecture for GANs", 2019, section 4.1, on this one
path and on the distance that is named instead of LPIPS.
"""

import csv
import io
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from msgspec import Struct

from app.core.lab.plot import Plot, Point, Series
from app.core.lab.wording import Tr, noted
from engines.contract import Audio, Image, Media, Mesh, Refused
from engines.files import atomic, contact, media
from engines.files.contact import Heads
from engines.files.steps import StepStore

Way = Literal["arc", "line"]
FEWEST, MOST = 3, 65


class Along(Struct, frozen=True):
    """Measures of the points of a path: `places` in [0, 1]; `gaps` of each point to the next, one fewer, by the
    distance called `name`; `fits` of each to some words, where they were asked for."""

    places: tuple[float, ...]
    gaps: tuple[float, ...]
    name: str
    fits: tuple[float, ...] = ()

    @property
    def length(self) -> float:
        """The sum of all gaps."""
        return float(sum(self.gaps))

    @property
    def evenness(self) -> float:
        """The mean gap as a part of the largest one: 1 where all are the same, towards 0 where there is a jump."""
        most = max(self.gaps, default=0.0)
        return float(np.mean(self.gaps)) / most if most > 0 else 1.0

    @property
    def ppl(self) -> float:
        """The mean squared gap over the square of the step."""
        return float(np.mean(np.square(self.gaps))) * len(self.gaps) ** 2 if self.gaps else 0.0


def ends(a: StepStore, b: StepStore) -> tuple[np.ndarray, np.ndarray]:
    """The last clean estimates of two runs. Refused where they are not kept, are no latents, or have other shapes."""
    found = [next((e for row in reversed(s.rows()) if (e := s.estimate(row.index)) is not None), None) for s in (a, b)]
    one, other = found
    if one is None or other is None:
        raise Refused("missing", "The steps of these results are not both kept; make them again to go from one to one.")
    if one.dtype.kind != "f" or other.dtype.kind != "f":
        raise Refused("bad-request", "This engine keeps finished pixels and no latents, so there is no way between.")
    if one.shape != other.shape:
        raise Refused(
            "bad-request", "The latents of these results have other shapes; choose two of one engine and size."
        )
    return one, other


def points(a: np.ndarray, b: np.ndarray, count: int, way: Way) -> list[np.ndarray]:
    """`count` latents from a to b, both included, in even steps of the angle ('arc', Shoemake 1985; White, "Sampling
    Generative Networks", 2016) or of the difference ('line')."""
    if not FEWEST <= count <= MOST:
        raise Refused("bad-request", f"A path has {FEWEST} to {MOST} points.")
    along = _arc if way == "arc" else _line
    return [a, *(along(a, b, t) for t in np.linspace(0, 1, count)[1:-1]), b]


def _line(a: np.ndarray, b: np.ndarray, t: float) -> np.ndarray:
    return (a + np.float32(t) * (b - a)).astype(a.dtype)


def _arc(a: np.ndarray, b: np.ndarray, t: float) -> np.ndarray:
    """Each row of (N, D) on its own arc, as styles of layers are; a latent of more sides as one vector."""
    rows = (-1, a.shape[-1]) if a.ndim <= 2 else (1, -1)
    x, y = (part.astype(np.float64).reshape(rows) for part in (a, b))
    lengths = np.maximum(np.linalg.norm(x, axis=1) * np.linalg.norm(y, axis=1), 1e-12)
    angle = np.arccos(np.clip((x * y).sum(1) / lengths, -1, 1))[:, None]
    sine = np.sin(angle)
    arc = (np.sin((1 - t) * angle) * x + np.sin(t * angle) * y) / np.maximum(sine, 1e-6)
    return np.where(sine < 1e-4, x + t * (y - x), arc).reshape(a.shape).astype(a.dtype)


def measured(shown: Sequence[Media], fits: Sequence[float] = ()) -> Along:
    """How far each point of a path is from the next, by the distance of its medium."""
    gaps, name = [], ""
    for one, other in itertools.pairwise(shown):
        name, gap = _gap(one, other)
        gaps.append(gap)
    places = tuple(np.linspace(0, 1, len(shown)).tolist())
    return Along(places, tuple(gaps), name, tuple(fits))


def _gap(a: Media, b: Media) -> tuple[str, float]:
    from engines.metrics import difference, surfaces
    from engines.metrics.where import along_frames

    if isinstance(a, Image) and isinstance(b, Image):
        return noted("root mean square, of 255"), float(along_frames(a.pixels[None], b.pixels[None])[0])
    if isinstance(a, Mesh) and isinstance(b, Mesh):
        return noted("chamfer distance"), surfaces.compared(b, a).chamfer
    if isinstance(a, Audio) and isinstance(b, Audio):
        return noted("log magnitude"), difference.between(a, b).figures["magnitude"]
    return noted("root mean square, of 255"), float(along_frames(a.frames, b.frames).mean())  # type: ignore[union-attr]


def plots(found: Along, tr: Tr = str) -> tuple[Plot, ...]:
    """The gaps between neighbours over the path, and how well its points fit the words where that is known."""
    middles = [(a + b) / 2 for a, b in itertools.pairwise(found.places)]
    told = [(tr("distance to the next"), tr(found.name), middles, found.gaps)]
    told += [(tr("fit to the words"), tr("cosine"), list(found.places), found.fits)] if found.fits else []
    along = tr("along the path")
    return tuple(
        Plot(name, along, unit, (Series(name, tuple(map(_point, xs, ys, range(len(ys))))),))
        for name, unit, xs, ys in told
    )


def _point(x: float, y: float, n: int) -> Point:
    return Point(x, y, f"{x:.2f}: {y:.4g}", key=str(n))


def table(found: Along) -> str:
    """A line for every point: its place, the distance to the next (the last has none), its fit where it is known."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("place", "distance to the next", "fit"))
    for n, place in enumerate(found.places):
        gap = found.gaps[n] if n < len(found.gaps) else ""
        writer.writerow((f"{place:.6g}", gap, found.fits[n] if found.fits else ""))
    return text.getvalue()


def strip(found: Along, shown: Sequence[Media]) -> Image:
    """The points in a row under their places. Refused for media that are no pictures."""
    pictures = [one.pixels for one in shown if isinstance(one, Image)]
    if len(pictures) != len(shown):
        raise Refused("bad-request", "Only pictures lie in a row; name a .csv for the numbers.")
    return contact.contact(pictures, Heads(tuple(f"{place:.2f}" for place in found.places)))


def written(found: Along, shown: Sequence[Media], path: Path) -> Path:
    """Write the table (.csv) or the row of pictures to `path`. Refused('disk') with nothing left behind."""
    try:
        if path.suffix.lower() == ".csv":
            return atomic.write(path, table(found).encode())
        return media.write(path, strip(found, shown))
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, path).sentence) from error
