"""A sound while it is recorded: in memory to be shown, and in a file as it comes, so that a crash loses nothing."""

import contextlib
import json
from pathlib import Path
from typing import IO

import numpy as np

from engines.contract import Audio, Failure, Refused
from engines.files import atomic

LONGEST = 30 * 60  # seconds
HEAD = 64  # bytes before the samples


class Take:
    """One recording. `add` may be called by the audio library's thread; the rest is for the GUI thread.

    `spool` is a new file; it holds the head (JSON, filled with spaces) and float32 samples until `close`.
    Refused('disk') when it cannot be begun; should the disk fail later, the take goes on in memory alone.
    """

    def __init__(self, spool: Path, rate: int, channels: int) -> None:
        self.spool, self.rate, self.channels = spool, rate, channels
        self.blocks: list[np.ndarray] = []
        self.count = 0
        self._file: IO[bytes] | None
        try:
            spool.parent.mkdir(parents=True, exist_ok=True)
            self._file = spool.open("xb", buffering=0)
            self._file.write(json.dumps({"rate": rate, "channels": channels}).ljust(HEAD).encode())
        except OSError as error:
            raise Refused("disk", atomic.sentence(error, spool).sentence) from error

    @property
    def seconds(self) -> float:
        """How long it is by now."""
        return self.count / self.rate

    @property
    def full(self) -> bool:
        """Whether it is as long as a take can be."""
        return self.seconds >= LONGEST

    def add(self, block: np.ndarray) -> None:
        """Samples float32 (N, channels) have come; nothing more is taken once it is `full`."""
        if self.full:
            return
        self.blocks.append(block)
        self.count += len(block)
        if self._file is not None:
            try:
                self._file.write(np.ascontiguousarray(block, "<f4").tobytes())
            except OSError:
                self._drop()

    def since(self, block: int) -> tuple[np.ndarray, int]:
        """The samples from block number `block` on, float32 (N, channels), and the number of the block after them."""
        new = self.blocks[block:]  # more may come meanwhile
        return np.concatenate(new) if new else np.zeros((0, self.channels), np.float32), block + len(new)

    def sound(self) -> Audio:
        """All of it."""
        return Audio(self.since(0)[0], self.rate)

    def close(self) -> None:
        """It is kept elsewhere now, or not wanted: remove the file."""
        self._drop()
        with contextlib.suppress(OSError):
            self.spool.unlink()

    def _drop(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
        self._file = None


def left_over(spool: Path) -> Audio | None:
    """What a crash left in `spool`, or None. A half-written frame at its end is left out."""
    try:
        data = spool.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, spool).sentence) from error
    try:
        head = json.loads(data[:HEAD])
        rate, channels = int(head["rate"]), int(head["channels"])
    except (ValueError, KeyError, TypeError):
        return None
    if not (8_000 <= rate <= 384_000 and channels in (1, 2)):
        return None
    samples = np.frombuffer(data[HEAD : HEAD + max(0, len(data) - HEAD) // (4 * channels) * 4 * channels], "<f4")
    if not len(samples):
        return None
    return Audio(np.nan_to_num(samples.reshape(-1, channels).astype(np.float32)), rate)


def silent(sound: Audio) -> Failure | None:
    """Why a recording is not worth keeping, or None."""
    if not len(sound.samples):
        return Failure("bad-output", "Nothing was recorded: it was stopped before any sound came.")
    if float(np.abs(sound.samples).max()) < 1e-5:
        return Failure("bad-output", "The recording is silent; is the microphone muted, or another input chosen?")
    return None
