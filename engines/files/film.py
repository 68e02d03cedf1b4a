"""Single frames of a clip in a file, by number, whatever its coding: the index is read first, then as little is decoded
as can be."""

import os
from bisect import bisect_right
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from engines.contract import Refused
from engines.files.clip import BROKEN, BYTES, upright

NEAR = 48  # frames that are decoded through rather than sought over
KEPT = 12  # frames before the wanted one that are handed out with it: who steps backwards asks for them next


class Film:
    """An open clip. Use it from one thread at a time. Raises Refused('bad-file') for what cannot be read.

    `times` are the exact beginnings of its frames in seconds from the first one.
    """

    def __init__(self, path: str | os.PathLike[str], container: str) -> None:
        import av

        self.name, self.container = Path(path).name, container
        try:
            self._source: Any = av.open(str(path), format=container)
            self._stream = self._source.streams.video[0]
            self._pts = sorted(
                p.pts for p in self._source.demux(self._stream) if p.pts is not None and not p.is_discard
            )
        except (av.error.FFmpegError, *BROKEN) as error:
            raise Refused("bad-file", f"{self.name} is damaged or no clip: {error}.") from error
        if not self._pts or self._stream.codec_context is None or self._pixels() > BYTES:
            self.close()
            raise Refused("bad-file", f"{self.name} holds no picture that can be read.")
        self._stream.thread_type = "AUTO"
        self._tick = self._stream.time_base or Fraction(1, 1000)
        self._frames: Any = None  # what goes on decoding
        self._last = -1  # the number of the frame it gave last

    def __len__(self) -> int:
        return len(self._pts)

    def _pixels(self) -> int:
        return int(self._stream.codec_context.width) * int(self._stream.codec_context.height) * 4

    @property
    def fps(self) -> Fraction:
        """Frames a second, on the average."""
        return Fraction(self._stream.average_rate or self._stream.guessed_rate or 24)

    @property
    def clear(self) -> bool:
        """Whether its frames have alpha."""
        form = self._stream.codec_context.format
        return form is not None and any(one.is_alpha for one in form.components)

    @property
    def heard(self) -> tuple[int, int]:
        """The rate and the channels of its sound, (0, 0) where it has none."""
        sounds = [one.codec_context for one in self._source.streams.audio if one.codec_context is not None]
        return (int(sounds[0].sample_rate), int(sounds[0].channels)) if sounds else (0, 0)

    @property
    def times(self) -> list[Fraction]:
        """When each frame begins."""
        return [(pts - self._pts[0]) * self._tick for pts in self._pts]

    def number(self, at: Fraction) -> int:
        """The frame seen `at` seconds after the first begins. A container that counts in coarse ticks (Matroska's
        milliseconds) rounds its times: one tick is forgiven."""
        return max(0, bisect_right(self._pts, self._pts[0] + at / self._tick + 1) - 1)

    def frames(self, number: int) -> dict[int, np.ndarray]:
        """The frame `number`, uint8 (H, W, 3 or 4), and some of those before it that were passed on the way."""
        import av

        try:
            return self._found(min(max(number, 0), len(self._pts) - 1))
        except (av.error.FFmpegError, *BROKEN) as error:
            self._frames = None
            raise Refused("bad-file", f"{self.name} is damaged: its frame {number} cannot be read.") from error

    def _found(self, number: int) -> dict[int, np.ndarray]:
        if self._frames is None or not self._last < number <= self._last + NEAR:
            self._source.seek(self._pts[number], stream=self._stream, backward=True)
            self._frames = self._source.decode(self._stream)
        passed: dict[int, Any] = {}
        for frame in self._frames:
            if frame.pts is None:
                continue
            self._last = max(0, bisect_right(self._pts, frame.pts) - 1)
            passed[self._last] = frame
            passed.pop(self._last - KEPT, None)
            if self._last >= number:
                break
        if not passed:  # the file ends before its index does
            raise ValueError("no frame")
        self._frames = self._frames if self._last >= number else None
        found = {one: _pixels(frame) for one, frame in passed.items()}
        found.setdefault(number, found[max(found)])
        return found

    def close(self) -> None:
        """Give the file back."""
        self._source.close()


def _pixels(frame: Any) -> np.ndarray:
    clear = any(one.is_alpha for one in frame.format.components)
    return upright(frame.to_ndarray(format="rgba" if clear else "rgb24"), frame.rotation)
