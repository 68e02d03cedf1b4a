"""The judge of mesh/shape: which kind of thing and which paint a picture of a mesh shows, and what is measured beside.

Two linear classifiers as in `engines.metrics.concepts` (EfficientNet-lite0 features for the kind, a colour histogram
for the paint), trained on procedural things of the 'judge' split and checked on those of the 'held' split.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines import surfaces
from engines.contract import Mesh
from engines.metrics import concepts as metric
from engines.surfaces import Finish
from engines.training import shape_data, shape_view
from engines.training.fit import Report
from engines.training.furniture import colour_names
from engines.training.shape_words import COLOURS, KINDS, PAINTS, article, is_held_out

EACH = 24  # things of a kind the judge learns from
SEEN = Finish(48, smoothing=3)
CHOSEN = 100
Draw = Callable[[str, int], Mesh]  # (prompt, seed) -> mesh in the cube's units


def held_out_pairs() -> list[tuple[str, str]]:
    """100 (paint, kind) pairs that the generator never sees, always the same."""
    pairs = [(paint, name) for name in KINDS for paint in PAINTS if is_held_out(paint, name)]
    return sorted(pairs, key=lambda pair: zlib.crc32(" ".join(pair).encode()))[:CHOSEN]


def prompts() -> list[str]:
    """'a <paint> <thing>' of every held-out pair."""
    return [article(f"{paint} {name}") for paint, name in held_out_pairs()]


def real(split: str, number: int, pair: tuple[str, str]) -> Mesh:
    """The surface of a real thing of a pair (paint, kind)."""
    return surfaces.surface(shape_data.thing(split, 10**6 + number, pair[1], pair[0])[0].volume(), SEEN)


def trained(eyes: Any, folder: Path, report: Report) -> metric.Judge:
    """The judge, from the data folder when it is there."""
    path = folder / "judge.safetensors"
    if not path.exists():
        pictures, kinds, paints = [], [], []
        for number in range(EACH * len(KINDS)):
            found = shape_data.thing("judge", number)[0]
            pictures.append(shape_view.view(surfaces.surface(found.volume(), SEEN)))
            kinds.append(list(KINDS).index(found.kind.name))
            paints.append(list(PAINTS).index(found.main))
            if number % 200 == 199:
                report(f"{number + 1} pictures for the judge", of=EACH * len(KINDS))
        _fitted(eyes, np.stack(pictures), torch.tensor(kinds), torch.tensor(paints)).save(path)
    return metric.Judge.read(path)


def _fitted(eyes: Any, pictures: np.ndarray, kinds: Tensor, paints: Tensor) -> metric.Judge:
    found = metric.features(eyes, pictures)
    mean, std = found.mean(0), found.std(0).clamp_min(1e-3)
    concept = metric.linear((found - mean) / std, kinds, len(KINDS), decay=1e-2)
    seen = torch.from_numpy(np.stack([metric.histogram(picture) for picture in pictures]))
    return metric.Judge(*concept, *metric.linear(seen, paints, len(PAINTS), rounds=600), mean, std)


def scored(judge: metric.Judge, eyes: Any, meshes: list[Mesh]) -> dict[str, float]:
    """What the judge says of one mesh for every held-out pair, in their order: numbers right of 100."""
    pictures = np.stack([shape_view.view(mesh) for mesh in meshes])
    of_kind, of_paint = judge.concepts(metric.features(eyes, pictures)), judge.colours(pictures)
    asked = [(list(KINDS).index(name), list(PAINTS).index(paint)) for paint, name in held_out_pairs()]
    kinds, paints = (torch.tensor(numbers) for numbers in zip(*asked, strict=True))
    likeness = of_kind.log_softmax(1)[:, kinds] + of_paint.log_softmax(1)[:, paints]  # (mesh, caption)
    own = likeness.diagonal()[:, None]
    rank = (likeness > own).sum(1)
    return {
        "kind right": int((of_kind.argmax(1) == kinds).sum()),
        "paint right": int((of_paint.argmax(1) == paints).sum()),
        "retrieved first": int((rank == 0).sum()),
        "retrieved in five": int((rank < 5).sum()),
    }


# ---------------------------------------------------------------- what needs no judge


def colour_share(mesh: Mesh, paint: str) -> float:
    """The share of a surface that goes by the name of a colour."""
    assert mesh.colors is not None
    corners = mesh.vertices[mesh.faces].astype(np.float64)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    names = colour_names(mesh.colors[mesh.faces, :3].mean(1) / 255)
    return float(area[names == COLOURS.index(paint)].sum() / area.sum())


def coloured(meshes: list[Mesh], share: float = 0.25) -> tuple[int, int]:
    """Of the held-out pairs with a named colour: how many show it on so much of their surface; how many there are."""
    rows = [(mesh, paint) for mesh, (paint, _) in zip(meshes, held_out_pairs(), strict=True) if paint in COLOURS]
    return sum(colour_share(mesh, paint) >= share for mesh, paint in rows), len(rows)


def chamfer(a: np.ndarray, b: np.ndarray) -> float:
    """The mean distance of points (N, 3) to the nearest of the other set, both ways, in percent of the longest side."""
    from scipy.spatial import cKDTree

    both = cKDTree(b).query(a)[0].mean() + cKDTree(a).query(b)[0].mean()
    return float(both / 2 / 1.75 * 100)


def spread(mesh: Mesh, count: int = 2000) -> np.ndarray:
    """Points evenly over a surface, (N, 3)."""
    from engines import volumes

    return volumes.surface_points(mesh, count)[0]


@dataclass(frozen=True)
class Near:
    """Coarse volumes of the training shapes, to find what a result may have been copied from."""

    coarse: Tensor  # (N, 4 * 16^3) float16

    @classmethod
    def of(cls, pools: list[shape_data.Pool]) -> Near:
        rows = []
        for pool in pools:
            for some in np.array_split(np.arange(len(pool)), max(1, len(pool) // 500)):
                rows.append(halved(torch.from_numpy(pool.batch(some))).half())
        return cls(torch.cat(rows))

    def nearest(self, volume: np.ndarray) -> tuple[int, float]:
        """Which training shape is nearest to a volume, and how far: root mean squared difference."""
        mine = halved(torch.from_numpy(volume)[None])[0].half()
        far = torch.cat([(some - mine).float().square().mean(1) for some in self.coarse.split(2000)])
        return int(far.argmin()), float(far.min().sqrt())


def halved(volumes: Tensor) -> Tensor:
    """(B, 4, 32, 32, 32) at half the resolution, in rows."""
    return torch.nn.functional.avg_pool3d(volumes, 2).flatten(1)
