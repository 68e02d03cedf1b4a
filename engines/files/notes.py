"""Notes as bytes, for a chunk inside a WAV: msgpack, checked when it is read."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from engines.contract import Notes
from engines.files import arrays

MOST = 200_000  # notes of one sound
_KINDS = {"start": "f8", "length": "f8", "pitch": "u1", "velocity": "u1", "channel": "u1", "program": "u1"}


def pack(notes: Notes) -> bytes:
    """`notes` as bytes."""
    return msgspec.msgpack.encode(notes, enc_hook=arrays.pack)


def unpack(data: bytes) -> Notes | None:
    """The notes in `data`, or None when they are damaged."""
    try:
        notes = msgspec.msgpack.decode(data, type=Notes, ext_hook=arrays.unpack)
    except msgspec.MsgspecError:
        return None
    return notes if sound(notes) else None


def sound(notes: Notes) -> bool:
    """Whether the arrays are of one length and of the kinds they should be, and all numbers make sense."""
    found = {name: getattr(notes, name) for name in _KINDS}
    count = len(notes.start) if notes.start.ndim == 1 else -1
    if not 0 <= count <= MOST:
        return False
    if any(a.shape != (count,) or a.dtype != np.dtype(_KINDS[name]) for name, a in found.items()):
        return False
    times = np.concatenate([notes.start, notes.length])
    small = count == 0 or (np.isfinite(times).all() and times.min() >= 0 and times.max() < 1e6)
    midi = max((int(a.max()) for a in (notes.pitch, notes.velocity, notes.program) if count), default=0) <= 127
    rest = math.isfinite(notes.tempo) and notes.tempo > 0 and all(0 < n < 256 for n in notes.metre)
    return bool(small and midi and rest and (count == 0 or int(notes.channel.max()) <= 15))


def of(rows: list[tuple[float, float, int, int, int, int]], tempo: float, metre: tuple[int, int], key: str) -> Notes:
    """Notes from rows of (start, length, pitch, velocity, channel, program), sorted by start, channel and pitch."""
    ordered = sorted(rows, key=lambda row: (row[0], row[4], row[2]))
    columns = list(zip(*ordered, strict=True)) if ordered else [()] * 6
    made = {name: np.array(column, kind) for (name, kind), column in zip(_KINDS.items(), columns, strict=True)}
    return Notes(**made, tempo=tempo, metre=metre, key=key)
