"""What mesh/shape learns from: procedural things and furniture as volumes with captions, kept in the data folder.

Three disjoint splits: 'train' for the generator, 'judge' for the judge, 'held' for the figures. A procedural thing is
decided by its split and number; a piece of furniture goes to a split by the hash of its name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engines import volumes
from engines.training import shape_furnishings, shape_objects  # noqa: F401  (they enter their kinds)
from engines.training.fit import Report
from engines.training.shape_words import KINDS, Thing, captions, made

SPLITS = ("train", "judge", "held")


@dataclass(frozen=True)
class Pool:
    """Volumes (N, 4, 32, 32, 32) as int8, 127 to 1; of each its captions, its kind and its longest side in metres."""

    volumes: np.ndarray
    captions: list[list[str]]
    kinds: list[str]
    sizes: np.ndarray

    def __len__(self) -> int:
        return len(self.kinds)

    def batch(self, rows: np.ndarray) -> np.ndarray:
        """Volumes of these rows, float32."""
        return self.volumes[rows].astype(np.float32) / 127


def thing(split: str, number: int, name: str | None = None, main: str | None = None) -> tuple[Thing, list[str]]:
    """Procedural thing `number` of a split with its captions; kinds take turns unless `name` says which."""
    rng = np.random.default_rng((SPLITS.index(split), number))
    found = made(name or list(KINDS)[number % len(KINDS)], rng, main)
    return found, list(captions(found, rng))


def compose(split: str, count: int, folder: Path, report: Report) -> Pool:
    """`count` procedural things of a split, made once and kept in `folder`."""
    path = folder / f"shapes-{split}-{count}"
    if not path.with_suffix(".json").exists():
        store = np.lib.format.open_memmap(path.with_suffix(".npy"), "w+", np.int8, (count, 4, *[volumes.SIDE] * 3))
        words: list[list[str]] = []
        kinds, sizes = [], []
        for number in range(count):
            found, told = thing(split, number)
            store[number] = np.rint(found.volume() * 127)
            words.append(told)
            kinds.append(found.kind.name)
            sizes.append(found.size)
            if number % 1000 == 999:
                report(f"made {number + 1} shapes", split=split, of=count)
        store.flush()
        held = {"captions": words, "kinds": kinds, "sizes": sizes}
        path.with_suffix(".json").write_text(json.dumps(held), "utf-8")
    return opened(path)


def opened(path: Path) -> Pool:
    """A pool kept on disk."""
    held = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return Pool(
        np.load(path.with_suffix(".npy"), mmap_mode="r"), held["captions"], held["kinds"], np.array(held["sizes"])
    )


def batches(pools: list[tuple[Pool, float]], size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Endless batches (size, 4, 32, 32, 32) of pools by their shares, half of them mirrored left and right."""
    shares = np.array([share for _, share in pools])
    while True:
        counts = rng.multinomial(size, shares / shares.sum())
        rows = [pool.batch(rng.integers(len(pool), size=n)) for (pool, _), n in zip(pools, counts, strict=True) if n]
        found = np.concatenate(rows)
        flips = rng.random(size) < 0.5
        found[flips] = found[flips, :, ::-1]
        yield found
