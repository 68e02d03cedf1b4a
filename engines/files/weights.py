"""Weights without loading them: the header of a safetensors file, checked, and the hash of the whole file.

Format: 8 bytes little-endian length of the header, that much JSON, then the tensors' bytes. Nothing else is accepted
as weights; in particular nothing that an unpickler would have to read.
"""

import functools
import hashlib
import math
import os
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from engines.contract import Refused
from engines.files import source

_BITS = {"BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}
_BITS |= {"I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "C64": 64}
_BITS |= {"F64": 64, "I64": 64, "U64": 64}
_MOST = 100_000_000  # bytes of header, as the format's own reader allows


class Tensor(Struct, frozen=True):
    """One entry of the header: `dtype` in the format's letters ('F32'), `start` and `end` in bytes of the data."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


class Header(Struct, frozen=True):
    """What a weights file holds. `bytes` is the size of the whole file, `metadata` the file's own notes."""

    tensors: dict[str, Tensor]
    metadata: dict[str, str]
    bytes: int

    @property
    def parameters(self) -> int:
        """How many numbers there are in all."""
        return sum(math.prod(t.shape) for t in self.tensors.values())


def header(path: str | os.PathLike[str]) -> Header:
    """The checked header of the safetensors file `path`; Refused('bad-file') with one sentence when it is not one."""
    name = Path(path).name
    file, size = source.opened(path)
    with file:
        start = file.read(8)
        if start[:2] == b"PK" or (start[:1] == b"\x80" and file.read(1) != b"{"):
            raise Refused("bad-file", f"{name} is a pickle file, which could run code; use weights in safetensors.")
        length = int.from_bytes(start, "little")
        if len(start) < 8 or length > min(size - 8, _MOST) or length < 2:
            raise Refused("bad-file", f"{name} is not a safetensors file, or it was cut short.")
        file.seek(8)
        text = file.read(length)
    tensors, metadata = _parsed(name, text)
    _check(name, tensors, size - 8 - length)
    return Header(tensors, metadata, size)


def sha256(path: str | os.PathLike[str]) -> str:
    """The SHA-256 of the file, in hexadecimal; remembered until the file changes."""
    place = Path(path).resolve()
    state = place.stat()
    return _sha256(str(place), state.st_size, state.st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _sha256(path: str, size: int, changed: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Entry(Struct):
    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


def _parsed(name: str, text: bytes) -> tuple[dict[str, Tensor], dict[str, str]]:
    try:
        raw: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
        metadata = msgspec.convert(raw.pop("__metadata__", {}), dict[str, str])
        entries = msgspec.convert(raw, dict[str, _Entry])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("bad-file", f"{name} is not a safetensors file: its header cannot be read.") from error
    return {key: Tensor(e.dtype, e.shape, *e.data_offsets) for key, e in entries.items()}, metadata


def _check(name: str, tensors: dict[str, Tensor], room: int) -> None:
    """The tensors must fill the data exactly, without a gap or an overlap, as the format demands."""
    place = 0
    for key, tensor in sorted(tensors.items(), key=lambda item: (item[1].start, item[1].end)):
        bits = _BITS.get(tensor.dtype)
        if bits is None:
            raise Refused("bad-file", f"{name}: the tensor {key} is of the unknown type {tensor.dtype[:20]}.")
        whole = min(tensor.shape, default=1) >= 0 and tensor.start == place
        if not whole or (tensor.end - tensor.start) * 8 != math.prod(tensor.shape) * bits:
            raise Refused("bad-file", f"{name} is damaged: the tensor {key} does not fit its place.")
        place = tensor.end
    if place != room:
        raise Refused("bad-file", f"{name} was cut short or has bytes too many: {room} instead of {place}.")
