"""What is played on a keyboard, as notes: when each key went down and up, and how it is put in time. No Qt."""

import numpy as np
from msgspec import Struct

from engines.contract import Notes
from engines.files import notes as notes_file

SHORTEST = 0.03  # seconds of a note


class Timing(Struct, frozen=True):
    """How what was played is written: `tempo` in quarters a minute, `metre`, and the `grid` notes are moved to, in
    quarters (0: as played)."""

    tempo: float = 100.0
    metre: tuple[int, int] = (4, 4)
    grid: float = 0.0

    @property
    def beat(self) -> float:
        """Seconds between two clicks: the unit of the metre."""
        return 60.0 / self.tempo * 4 / self.metre[1]


class Performance:
    """Collects keys with the seconds at which they went down and up."""

    def __init__(self) -> None:
        self._down: dict[int, tuple[float, int]] = {}
        self.rows: list[tuple[float, float, int, int]] = []  # start, length, pitch, velocity

    def key(self, seconds: float, pitch: int, velocity: int) -> None:
        """A key went down (velocity 1 to 127) or up (0)."""
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
            self.key(seconds, pitch, 0)

    def notes(self, timing: Timing, program: int) -> Notes:
        """What was played, in time, on this General MIDI instrument."""
        step = timing.grid * 60.0 / timing.tempo
        rows = []
        for start, length, pitch, velocity in self.rows:
            begin, long = (snapped(start, step), max(step, snapped(length, step))) if step else (start, length)
            rows.append((begin, long, pitch, velocity, 0, program))
        return notes_file.of(rows, timing.tempo, timing.metre, "")


def snapped(seconds: float, step: float) -> float:
    """The multiple of `step` that is nearest."""
    return float(np.floor(seconds / step + 0.5) * step)
