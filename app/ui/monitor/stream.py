"""A sound that is made while it is played: what the program monitor plays a timeline from. No Qt."""

import numpy as np

from app.ui.stage.player import Player

AHEAD = 3.0  # seconds that are made before they are heard
KEPT = 240  # blocks, of half a second each
EDGE = 0.006  # seconds a grain swells and falls


class Stream(Player):
    """A timeline's sound in blocks of half a second, put in while it plays. Where a block is missing silence is heard
    (`gaps` counts them) and the clock goes on; a block of before an edit is heard until it has been made anew.
    """

    def __init__(self, null: bool = False) -> None:
        super().__init__(null)
        self.version = 0
        self.gaps = 0
        self._blocks: dict[int, tuple[int, np.ndarray]] = {}  # number -> (version, (n, 2))
        self._length = 0
        self._grain: tuple[float, float] | None = None
        self.fit(0.0, 48000)

    @property
    def rate(self) -> int:
        """Samples a second."""
        return self._rate

    @property
    def block(self) -> int:
        """Samples in a block."""
        return self._rate // 2

    @property
    def _whole(self) -> int:
        return self._length

    def fit(self, seconds: float, rate: int) -> None:
        """How long the timeline is. Another rate begins anew."""
        if rate != self._rate or self._samples.shape[1] != 2:
            self.close()
            self._blocks.clear()
            self._samples, self._rate = np.zeros((0, 2), np.float32), rate
        with self._lock:
            self._length = round(seconds * rate)
            self._place = min(self._place, float(self._length))

    def stale(self) -> None:
        """Every block is to be made anew."""
        self.version += 1

    # ------------------------------------------------------------ blocks

    def wanted(self, ahead: float = AHEAD) -> list[int]:
        """The numbers of the blocks that are still to be made, those that are heard first first."""
        steps = np.arange(0, max(1.0, ahead * abs(self._speed)) * self._rate, self.block) / abs(self._speed)
        places = self._on(self._place - (self._speed < 0), steps)
        numbers = dict.fromkeys(int(place // self.block) for place in places if 0 <= place < self._whole)
        return [number for number in numbers if self._blocks.get(number, (-1,))[0] != self.version]

    def has(self) -> bool:
        """Whether something can be heard at the playhead at once."""
        place = self._place if self._speed > 0 else self._place - 1
        return int(max(0.0, place) // self.block) in self._blocks

    def put(self, number: int, samples: np.ndarray, version: int) -> None:
        """Block `number` as it was at `version`: float32 (block, 2)."""
        self._blocks[number] = (version, np.ascontiguousarray(samples, np.float32))
        if len(self._blocks) > KEPT:
            here = self._place // self.block
            del self._blocks[max(self._blocks, key=lambda one: abs(one - here))]

    def samples_of(self, at: np.ndarray) -> np.ndarray:
        """The samples with these numbers, float32 (n, 2); silence where there are none."""
        found = np.zeros((len(at), 2), np.float32)
        numbers = at // self.block
        for number in np.unique(numbers):
            here = numbers == number
            block = self._blocks.get(int(number))
            if block is not None:
                found[here] = block[1][at[here] - number * self.block]
            elif 0 <= number * self.block < self._whole:
                self.gaps += 1
        return found

    def _heard(self, at: np.ndarray) -> np.ndarray:
        if not len(at):
            return np.zeros((0, 2), np.float32)
        first = np.floor(at).astype(np.int64)
        part = (at - first).astype(np.float32)[:, None]
        heard = self.samples_of(first)
        if part.any():
            heard = heard + (self.samples_of(first + 1) - heard) * part
        return self._shaped(heard, at).clip(-1, 1).astype(np.float32)

    # ------------------------------------------------------------ scrubbing

    def grain(self, seconds: float, length: float = 0.09) -> None:
        """Let a moment be heard while the hand moves over it; `pause` ends it."""
        with self._lock:
            start = float(min(max(round(seconds * self._rate), 0), self._length))
            self._place, self._grain = start, (start, start + length * self._rate)
            self._speed, self.ended, self._fed = 1.0, False, 0
        if not self.playing:
            self.play()

    def pause(self) -> None:
        """Stop where it is."""
        super().pause()
        self._grain = None

    def _beginning(self) -> float:
        return self._place if self._grain is not None else super()._beginning()

    def _shaped(self, heard: np.ndarray, at: np.ndarray) -> np.ndarray:
        grain = self._grain
        if grain is None:
            return heard
        edge = EDGE * self._rate
        swell = np.clip(np.minimum(at - grain[0], grain[1] - at) / edge, 0, 1)
        return heard * swell[:, None]
