"""What metrics look at: files as the features of a network, streamed, kept by their content.

Which networks there are, and what their figures may be held against, says `engines.metrics.nets`. Pictures are put over
white; how they are brought to a network's size is part of its name, and nothing is rounded in between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from engines.contract import Audio, Image, Media, Mesh, Refused, Video
from engines.files import atomic, media
from engines.metrics import clips, nets, views
from engines.metrics.nets import NAMES as NAMES

PORTION = 64  # pictures a network sees at once
Report = Callable[[int, int], object]  # how many are done, of how many
Way = Literal["", "clip", "views"]  # as what a file is looked at: as itself, as a clip, as views of a surface


class Extractor:
    """The features called `name` ('NAME', or 'NAME=PATH' of the user's own weights, else looked for in `folders`),
    computed once for every content and kept in `cache`, apart for every network's weights. Refused('missing') with
    where to get them when weights are not there, ('bad-request') for a name there is none of."""

    def __init__(self, name: str, cache: Path | None = None, folders: Sequence[Path] = ()) -> None:
        self.name, self.net, named = nets.known(name)
        self._place = nets.place_of(self.net, folders, named)
        mark = f"-{nets.found.mark(self._place)}" if self._place else ""
        self.cache = cache / f"{self.name}{mark}" if cache else None
        self._network: Any = None

    @property
    def network(self) -> Any:
        """The network, loaded when it is first asked for."""
        if self._network is None:
            self._network = self.net.make(self._place)
        return self._network

    def portions(self, paths: Sequence[Path], report: Report | None = None, way: Way = "") -> Iterator[np.ndarray]:
        """The features (n, D) of files, float32, some at a time and in order; memory stays that of a portion. A file
        gives one row; a sound as many as it has pieces."""
        for start in range(0, len(paths), PORTION):
            yield self._portion(paths[start : start + PORTION], way)
            if report is not None:
                report(min(start + PORTION, len(paths)), len(paths))

    def all(self, paths: Sequence[Path], report: Report | None = None, way: Way = "") -> np.ndarray:
        """The features (N, D) of all of them."""
        return np.concatenate(list(self.portions(paths, report, way)))

    def each(self, paths: Sequence[Path], report: Report | None = None) -> np.ndarray:
        """One row for every sound, (N, D): the mean over its pieces."""
        rows = []
        for n, path in enumerate(paths, 1):
            rows.append(self._portion([path], "").mean(0))
            if report is not None:
                report(n, len(paths))
        return np.stack(rows)

    def of(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        """The features (N, D) of pictures, uint8 (H, W, 3), each of its own size."""
        if self.net.medium != "image":
            raise Refused("bad-request", f"The features {self.name} are of sounds: use {_those('image')}.")
        return np.asarray(self.network.of(pictures))

    def classes(self, paths: Sequence[Path], report: Report | None = None) -> np.ndarray:
        """The scores (N, K) of a classifier's classes. Refused('bad-request') where the features know none."""
        if not self.net.classes:
            able = " or ".join(name for name, net in nets.NETS.items() if net.classes)
            raise Refused("bad-request", f"An Inception score needs a classifier: use --features {able}.")
        rows = []
        for start in range(0, len(paths), PORTION):
            rows.append(self.network.classes([shown(path) for path in paths[start : start + PORTION]]))
            if report is not None:
                report(min(start + PORTION, len(paths)), len(paths))
        return np.concatenate(rows)

    def said(self, captions: Sequence[str]) -> np.ndarray:
        """The arrows (N, D) of captions. Refused('bad-request') where the features know no words."""
        if not self.net.words:
            able = " or ".join(name for name, net in nets.NETS.items() if net.words and net.medium == self.net.medium)
            raise Refused("bad-request", f"Words need features that know them: use --features {able}.")
        return np.asarray(self.network.said(list(captions)))

    def _portion(self, paths: Sequence[Path], way: Way) -> np.ndarray:
        places = [self._kept(path, way) for path in paths]
        known = [np.load(place, allow_pickle=False) if place and place.is_file() else None for place in places]
        fresh = [n for n, one in enumerate(known) if one is None]
        for n, row in zip(fresh, self._fresh([paths[n] for n in fresh], way), strict=True):
            known[n] = row
            self._keep(places[n], row)
        return np.concatenate([np.atleast_2d(one) for one in known if one is not None])

    def _fresh(self, paths: Sequence[Path], way: Way) -> Iterator[np.ndarray]:
        """The row or rows of every file."""
        if self.net.medium == "audio":
            yield from (self.network.of(heard(path)) for path in paths)
        elif way == "clip":
            yield from (clips.summary(self.of(frames(path, clips.FRAMES))) for path in paths)
        elif way == "views":
            yield from (self.of(views.seen(read(path, Mesh))).mean(0) for path in paths)
        elif paths:
            yield from self.of([shown(path) for path in paths])

    def _kept(self, path: Path, way: Way) -> Path | None:
        """Where the features of what a file holds are kept."""
        if self.cache is None:
            return None
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return self.cache / way / digest[:2] / f"{digest}.npy"

    def _keep(self, place: Path | None, row: np.ndarray) -> None:
        if place is None:
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(place, lambda file: np.save(file, row, allow_pickle=False))


def _those(medium: str) -> str:
    return " or ".join(name for name, net in nets.NETS.items() if net.medium == medium)


def heard(path: Path) -> Audio:
    """A file as a sound: itself, or that of a clip. Refused for anything else."""
    found = media.read(path)
    sound = found.sound if isinstance(found, Video) else found
    if not isinstance(sound, Audio):
        raise Refused("bad-file", f"{path.name} has no sound: these features are of sounds.")
    return sound


def frames(path: Path, most: int) -> list[np.ndarray]:
    """At most so many frames of a clip, evenly spread, over white, uint8 (H, W, 3) each."""
    every = read(path, Video).frames
    chosen = np.unique(np.linspace(0, len(every) - 1, min(most, len(every))).round().astype(int))
    return [over_white(every[n]) for n in chosen]


def shown(path: Path) -> np.ndarray:
    """A file as a picture over white, uint8 (H, W, 3): of a clip its middle frame. Refused for a sound or a mesh."""
    found = media.read(path)
    if isinstance(found, Video):
        found = Image(found.frames[len(found.frames) // 2])
    if not isinstance(found, Image):
        what = "a mesh" if isinstance(found, Mesh) else "a sound"
        raise Refused("bad-file", f"{path.name} is {what}: these features are of pictures.")
    return over_white(found.pixels)


def over_white(pixels: np.ndarray) -> np.ndarray:
    """Grey, RGB or RGBA as uint8 (H, W, 3)."""
    if pixels.ndim == 2:
        return np.repeat(pixels[..., None], 3, 2)
    if pixels.shape[2] == 3:
        return pixels
    alpha = pixels[..., 3:].astype(np.float32) / 255
    return np.rint(pixels[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)


def files(folder: Path, medium: str) -> list[Path]:
    """The media files of a folder and those below it, by name, of one medium. Refused when there are none."""
    kinds = media.WRITES[medium]
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in kinds and not p.name.startswith("."))
    if not found:
        raise Refused("bad-file", f"There is nothing in {folder} to measure: it holds no {', '.join(kinds)} files.")
    return found


def read(path: Path, kind: type[Media]) -> Any:
    """A file of that kind of media. Refused('bad-file') for any other."""
    found = media.read(path)
    if not isinstance(found, kind):
        raise Refused("bad-file", f"{path.name} is no {kind.__name__.lower()}.")
    return found
