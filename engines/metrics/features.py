"""What metrics look at: pictures as the features of a network, streamed from files, kept by their content.

'effnet' is EfficientNet-lite0's 1280 pooled features (Tan and Le, 2019), 'match' the 128 of our own image-text net. A
distance on either is not the Inception FID of papers, and says so. Pictures are put over white and made smaller with
antialiasing before the network sees them, never rounded in between (Parmar, Zhang and Zhu, "On Aliased Resizing and
Surprising Subtleties in GAN Evaluation", 2022).
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engines.contract import Image, Media, Mesh, Refused, Video
from engines.files import atomic, media

NAMES = {
    "effnet": "EfficientNet-lite0; not comparable with Inception's",
    "match": "Darkroom's image-text net; not comparable with Inception's",
}
PORTION = 64  # pictures a network sees at once
Report = Callable[[int, int], object]  # how many are done, of how many


class Extractor:
    """The features called `name`, computed once for every content: kept in `cache` below its name. Refused('missing')
    when the network's weights are not there, ('bad-request') for a name there is none of."""

    def __init__(self, name: str, cache: Path | None = None) -> None:
        if name not in NAMES:
            raise Refused("bad-request", f"There are no features called {name!r}; there are: {', '.join(NAMES)}.")
        self.name, self.cache = name, cache / name if cache else None
        self._network: Any = None

    def portions(self, paths: Sequence[Path], report: Report | None = None) -> Iterator[np.ndarray]:
        """The features (n, D) of files, float32, some at a time and in order; memory stays that of a portion."""
        for start in range(0, len(paths), PORTION):
            yield self._portion(paths[start : start + PORTION])
            if report is not None:
                report(min(start + PORTION, len(paths)), len(paths))

    def all(self, paths: Sequence[Path], report: Report | None = None) -> np.ndarray:
        """The features (N, D) of all of them."""
        return np.concatenate(list(self.portions(paths, report)))

    def of(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        """The features (N, D) of pictures, uint8 (H, W, 3), each of its own size."""
        from engines.metrics import concepts
        from engines.nn import match

        if self._network is None:
            self._network = match.load() if self.name == "match" else match.eyes_on("cpu")
        alike = itertools.groupby(range(len(pictures)), lambda n: pictures[n].shape)
        found = []
        for _, run in alike:
            stack = np.stack([pictures[n] for n in run])
            if self.name == "match":
                stack = np.stack([match.Frame.of(Image(one)).square for one in stack])
                found.append(self._network.shows(stack).cpu().numpy())
            else:
                found.append(concepts.features(self._network, stack).numpy())
        return np.concatenate(found).astype(np.float32)

    def classes(self, paths: Sequence[Path], report: Report | None = None) -> np.ndarray:
        """The scores (N, 1000) of ImageNet's classes. Refused('bad-request') where the features know none."""
        if self.name != "effnet":
            raise Refused("bad-request", "An Inception score needs a classifier: use --features effnet.")
        from engines.metrics import concepts
        from engines.nn import match

        self._network = self._network or match.eyes_on("cpu")
        rows = []
        for n, path in enumerate(paths, 1):
            rows.append(concepts.classes(self._network, shown(path)[None]).numpy())
            if report is not None:
                report(n, len(paths))
        return np.concatenate(rows)

    def said(self, captions: Sequence[str]) -> np.ndarray:
        """The arrows (N, 128) of captions. Refused('bad-request') where the features know no words."""
        if self.name != "match":
            raise Refused("bad-request", "Words need features that know them: use --features match.")
        from engines.nn import match

        self._network = self._network or match.load()
        return np.asarray(self._network.said(list(captions)).cpu())

    def _portion(self, paths: Sequence[Path]) -> np.ndarray:
        places = [self._place(path) for path in paths]
        known = [np.load(place, allow_pickle=False) if place and place.is_file() else None for place in places]
        fresh = [n for n, one in enumerate(known) if one is None]
        for n, row in zip(fresh, self.of([shown(paths[n]) for n in fresh]) if fresh else (), strict=True):
            known[n] = row
            self._keep(places[n], row)
        return np.stack([one for one in known if one is not None])

    def _place(self, path: Path) -> Path | None:
        """Where the features of what a file holds are kept."""
        if self.cache is None:
            return None
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return self.cache / digest[:2] / f"{digest}.npy"

    def _keep(self, place: Path | None, row: np.ndarray) -> None:
        if place is None:
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(place, lambda file: np.save(file, row, allow_pickle=False))


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
