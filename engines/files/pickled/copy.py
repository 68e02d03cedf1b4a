"""The weights of a checkpoint written as safetensors, in pieces."""

import os
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np

from engines.contract import Refused
from engines.files import atomic
from engines.files.pickled.container import Places
from engines.files.pickled.symbols import View
from engines.files.weights import Tensor

_PIECE = 16_000_000  # bytes read or gathered at a time


def plan(tensors: dict[str, View]) -> dict[str, Tensor]:
    """The tensors in their order and places in the copy: the widest numbers first, so that all lie aligned."""
    found, place = {}, 0
    for key, view in sorted(tensors.items(), key=lambda item: (-item[1].width, item[0])):
        found[key] = Tensor(view.dtype, view.shape, place, place + view.bytes)
        place += view.bytes
    return found


def write(out: str | os.PathLike[str], tensors: dict[str, View], file: BinaryIO, places: Places) -> Path:
    """Write `out` with the numbers that lie in `file` at `places`. The file appears whole or not at all."""
    planned = plan(tensors)
    entries = {k: {"dtype": t.dtype, "shape": t.shape, "data_offsets": (t.start, t.end)} for k, t in planned.items()}
    text = msgspec.json.encode({"__metadata__": {"format": "pt"}} | entries)
    text += b" " * (-len(text) % 8)

    def data(target: BinaryIO) -> None:
        target.write(len(text).to_bytes(8, "little") + text)
        sound: set[str] = set()
        for key in planned:
            view = tensors[key]
            entry, fresh = places[view.storage.key], view.storage.key not in sound
            sound.add(view.storage.key)
            whole = view.plain and view.bytes == entry.size
            if fresh and not whole:
                deque(_checked(_run(file, entry.start, entry.size), entry.crc), 0)
            pieces = _pieces(file, view, entry.start + view.start)
            for piece in _checked(pieces, entry.crc) if fresh and whole else pieces:
                target.write(piece)

    return atomic.write(out, data)


def _pieces(file: BinaryIO, view: View, start: int) -> Iterator[bytes | memoryview]:
    """The bytes of a tensor whose first number lies at `start` of `file`."""
    if view.plain:
        yield from _run(file, start, view.bytes)
        return
    number = np.dtype(f"u{view.width}")
    mapped = np.memmap(file, number, "r", start, (view.span,))  # only what is looked at comes into memory
    strides = tuple(stride * view.width for stride in view.strides)
    yield from _gathered(np.lib.stride_tricks.as_strided(mapped, view.shape, strides, writeable=False))


def _checked(pieces: Iterable[bytes | memoryview], crc: int) -> Iterator[bytes | memoryview]:
    """The pieces, which must have the checksum `crc` together; 0 is none."""
    found = 0
    for piece in pieces:
        found = zlib.crc32(piece, found)
        yield piece
    if crc and found != crc:
        raise Refused("bad-file", "The checkpoint is damaged: its numbers are not what was written; get it anew.")


def _run(file: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    file.seek(start)
    while length:
        piece = file.read(min(length, _PIECE))
        if not piece:
            raise Refused("bad-file", "The checkpoint was cut short while it was copied; nothing was written.")
        length -= len(piece)
        yield piece


def _gathered(array: np.ndarray) -> Iterator[memoryview]:
    """The numbers of `array` in their order, a piece at a time."""
    if array.nbytes <= _PIECE:
        yield np.ascontiguousarray(array).data.cast("B") if array.ndim else memoryview(array.tobytes())
        return
    rows = _PIECE // (array.nbytes // len(array))
    for first in range(0, len(array), max(rows, 1)):
        piece = array[first : first + max(rows, 1)]
        yield from _gathered(piece if rows else piece[0])
