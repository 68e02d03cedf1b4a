"""The frames of a clip that grows: as small clips for previews and the filmstrip, and exactly for checkpoints."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from PIL import Image as Picture

from engines.clips.frames import like
from engines.contract import Checkpoint, Refused, Step, Video

SMALL = 128  # pixels of the longer side of a preview
MOST = 32  # frames of a preview
HEAD = 12  # bytes before a packed clip: frames a second, how many frames


class Reel:
    """Frames uint8 (H, W, 3 or 4), all of one size, in the order they were made; `fps` of them are a second. `shown`
    makes of a frame and its number what is seen of it in the end, where that is another picture."""

    def __init__(self, fps: float, shown: Callable[[np.ndarray, int], np.ndarray] | None = None) -> None:
        self.fps, self._shown = fps, shown or (lambda frame, n: frame)
        self.frames: list[np.ndarray] = []
        self._files: list[bytes] = []
        self._small: list[np.ndarray] = []

    def add(self, frame: np.ndarray) -> None:
        """The next frame."""
        self.frames.append(frame)

    def video(self) -> Video:
        """All of it."""
        return Video(np.stack(self.frames), self.fps)

    def preview(self) -> Video:
        """All of it, small, and of very many frames an even choice."""
        for n in range(len(self._small), len(self.frames)):
            self._small.append(reduced(self._shown(self.frames[n], n)))
        chosen = np.unique(np.linspace(0, len(self._small) - 1, MOST).round().astype(int))
        return Video(np.stack([self._small[n] for n in chosen]), self.fps * len(chosen) / len(self._small))

    def estimate(self) -> np.ndarray:
        """The preview as bytes, uint8 (N,): `opened` gives it back."""
        return packed(self.preview())

    def checkpoint(self, total: int, method: str) -> Checkpoint:
        """The frames so far, without loss; a frame is a step of `total`."""
        self._files += [_png(frame) for frame in self.frames[len(self._files) :]]
        done, sizes = len(self.frames), np.array([len(file) for file in self._files])
        pixels = np.frombuffer(b"".join(self._files), np.uint8)
        return Checkpoint(done, total, 1 - done / total, method, {"frames": pixels, "sizes": sizes})

    def step(self, total: int, method: str) -> Step:
        """What an engine tells of its newest frame, where each frame is a step."""
        done = len(self.frames)
        return Step(
            index=done,
            total=total,
            level=1 - done / total,
            preview=self.preview,
            estimate=self.estimate,
            checkpoint=partial(self.checkpoint, total, method),
        )

    def steps(self, total: int, method: str, draw: Callable[[int], np.ndarray]) -> Iterator[Step]:
        """Every frame that is not there yet, as `draw` makes it of its number from 0."""
        for n in range(len(self.frames), total):
            self.add(draw(n))
            yield self.step(total, method)

    def resume(self, held: Checkpoint | None, method: str, shape: np.ndarray) -> None:
        """Take the frames of a checkpoint, in the size and channels of `shape`. Refused('bad-request') for one of
        another engine."""
        if held is None:
            return
        if held.method != method or not {"frames", "sizes"} <= set(held.arrays):
            raise Refused("bad-request", "This checkpoint is of another engine: branch with the engine that made it.")
        ends = np.cumsum(held.arrays["sizes"])
        for start, end in zip(ends - held.arrays["sizes"], ends, strict=True):
            self._files.append(held.arrays["frames"][start:end].tobytes())
            self.add(like(np.array(Picture.open(io.BytesIO(self._files[-1]))), shape))


def packed(clip: Video) -> np.ndarray:
    """A small clip as bytes, uint8 (N,): frames a second, how many, and one PNG of the frames below each other."""
    head = np.array([clip.fps], np.float64).tobytes() + np.array([len(clip.frames)], np.uint32).tobytes()
    tall = np.ascontiguousarray(clip.frames).reshape(-1, *clip.frames.shape[2:])
    return np.frombuffer(head + _png(tall), np.uint8)


def opened(raw: np.ndarray) -> Video:
    """What `packed` packed."""
    data = np.ascontiguousarray(raw, np.uint8).tobytes()
    (fps,), (count,) = np.frombuffer(data[:8], np.float64), np.frombuffer(data[8:HEAD], np.uint32)
    tall = np.array(Picture.open(io.BytesIO(data[HEAD:])))
    return Video(tall.reshape(int(count), -1, *tall.shape[1:]), float(fps))


def reduced(frame: np.ndarray, side: int = SMALL) -> np.ndarray:
    """A frame whose longer side is `side` at most."""
    small = Picture.fromarray(frame)
    small.thumbnail((side, side), Picture.Resampling.BOX)
    return np.asarray(small)


def _png(frame: np.ndarray) -> bytes:
    target = io.BytesIO()
    Picture.fromarray(frame).save(target, "png", compress_level=1)
    return target.getvalue()
