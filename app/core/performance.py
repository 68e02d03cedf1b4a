"""What is played on a keyboard, as notes: when each key went down and up, how it is put in time, and the file in which
it stands as it is played, so that a crash loses nothing."""

import contextlib
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta, Struct

from app.core.take import LONGEST
from engines.contract import Notes, Refused
from engines.files import atomic
from engines.files import notes as notes_file

SHORTEST = 0.03  # seconds of a note
SUFFIX = ".keys"  # of the file of a performance


class Timing(Struct, frozen=True):
    """How what was played is written: `tempo` in quarters a minute, `metre`, and the `grid` notes are moved to, in
    quarters (0: as played)."""

    tempo: Annotated[float, Meta(ge=20, le=400)] = 100.0
    metre: tuple[int, int] = (4, 4)
    grid: Annotated[float, Meta(ge=0, le=4)] = 0.0

    @property
    def beat(self) -> float:
        """Seconds between two clicks: the unit of the metre."""
        return 60.0 / self.tempo * 4 / self.metre[1]


class Head(Struct, frozen=True):
    """The first line of a performance's file: how it is to be written, and on which General MIDI instrument."""

    timing: Timing
    program: Annotated[int, Meta(ge=0, le=127)]


class Key(Struct, frozen=True, array_like=True):
    """Every other line: a key went down (velocity 1 to 127) or up (0)."""

    seconds: Annotated[float, Meta(ge=0, le=2 * LONGEST)]
    pitch: Annotated[int, Meta(ge=0, le=127)]
    velocity: Annotated[int, Meta(ge=0, le=127)]


class Performance:
    """Collects keys with the seconds at which they went down and up.

    With a `spool` (a new file) each of them is written there at once, under its `head`, until `close`. A disk that
    fails costs that file alone: the performance goes on in memory.
    """

    def __init__(self, spool: Path | None = None, head: Head | None = None) -> None:
        self._down: dict[int, tuple[float, int]] = {}
        self.rows: list[tuple[float, float, int, int]] = []  # start, length, pitch, velocity
        self.spool, self._file = spool, None
        if spool is not None and head is not None:
            with contextlib.suppress(OSError):
                spool.parent.mkdir(parents=True, exist_ok=True)
                self._file = spool.open("xb", buffering=0)
                self._file.write(msgspec.json.encode(head) + b"\n")

    def key(self, seconds: float, pitch: int, velocity: int) -> None:
        """A key went down (velocity 1 to 127) or up (0)."""
        self._note(seconds, pitch, velocity)
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.write(msgspec.json.encode(Key(seconds, pitch, velocity)) + b"\n")

    def close(self) -> None:
        """It is kept elsewhere now, or not wanted: remove the file."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
        if self.spool is not None:
            with contextlib.suppress(OSError):
                self.spool.unlink()

    def _note(self, seconds: float, pitch: int, velocity: int) -> None:
        held = self._down.pop(pitch, None)
        if held is not None:
            start, loud = held
            self.rows.append((start, max(SHORTEST, seconds - start), pitch, loud))
        if velocity > 0:
            self._down[pitch] = (seconds, velocity)

    def held(self) -> list[tuple[int, float]]:
        """The keys that are down, as (pitch, the second since when)."""
        return [(pitch, start) for pitch, (start, _) in self._down.items()]

    def end(self, seconds: float) -> None:
        """The recording stops: what is still down ends here."""
        for pitch in list(self._down):
            self._note(seconds, pitch, 0)

    def notes(self, timing: Timing, program: int) -> Notes:
        """What was played, in time, on this General MIDI instrument."""
        step = timing.grid * 60.0 / timing.tempo
        rows = []
        for start, length, pitch, velocity in self.rows:
            begin, long = (snapped(start, step), max(step, snapped(length, step))) if step else (start, length)
            rows.append((begin, long, pitch, velocity, 0, program))
        return notes_file.of(rows, timing.tempo, timing.metre, "")


def left_over(spool: Path) -> Notes | None:
    """What a crash left in `spool`, or None. A half-written line at its end is left out; what was down ends there."""
    try:
        lines = spool.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, spool).sentence) from error
    played, last = Performance(), 0.0
    try:
        head = msgspec.json.decode(lines[0], type=Head)
        for key in (msgspec.json.decode(line, type=Key) for line in lines[1:]):
            played.key(key.seconds, key.pitch, key.velocity)
            last = key.seconds
        played.end(last + SHORTEST)
        return played.notes(head.timing, head.program) if played.rows else None
    except (msgspec.MsgspecError, IndexError, Refused):
        return None


def snapped(seconds: float, step: float) -> float:
    """The multiple of `step` that is nearest."""
    return float(np.floor(seconds / step + 0.5) * step)
