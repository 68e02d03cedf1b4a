"""Weights without loading them: the header of a safetensors file, checked, and the hash of the whole file.

Format: 8 bytes little-endian length of the header, that much JSON, then the tensors' bytes. Nothing else is accepted
as weights; in particular nothing that an unpickler would have to read.
"""

import functools
import hashlib
import math
import os
from pathlib import Path

import msgspec
from msgspec import Struct

from engines.contract import Refused
from engines.files import source, strict

_BITS = {"BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}
_BITS |= {"F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32}
_BITS |= {"F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64}
_MOST = 16_000_000  # bytes of header; a model of a thousand layers needs less than one million
_TENSORS = 100_000  # in one file
_ENTRY = 8_000  # bytes of one tensor's entry
_DIMENSIONS = 64  # as PyTorch allows


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
    name = source.shown(Path(path).name)
    file, size = source.opened(path)
    with file:
        start = file.read(9)
        if not begins(start, size):
            if start[:2] == b"PK" or start[:1] == b"\x80":
                raise Refused("bad-file", f"{name} is a pickle file, which could run code; use weights in safetensors.")
            raise Refused("bad-file", f"{name} is not a safetensors file, or it was cut short.")
        text = start[8:] + file.read(int.from_bytes(start[:8], "little") - 1)
    tensors, metadata = _parsed(name, text)
    _check(name, tensors, size - 8 - len(text))
    return Header(tensors, metadata, size)


def begins(start: bytes, size: int) -> bool:
    """Whether a file of `size` bytes that begins with the nine bytes `start` or more can be in safetensors."""
    return start[8:9] == b"{" and 2 <= int.from_bytes(start[:8], "little") <= min(size - 8, _MOST)


def bits(dtype: str) -> int:
    """How many bits a number of `dtype` takes ('F32': 32); 0 for a type the format does not know."""
    return _BITS.get(dtype, 0)


def sha256(path: str | os.PathLike[str]) -> str:
    """The SHA-256 of the file, in hexadecimal; remembered until the file changes."""
    place = Path(path).resolve()
    state = place.stat()
    return _sha256(str(place), state.st_size, state.st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _sha256(path: str, size: int, changed: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Entry(Struct, forbid_unknown_fields=True):
    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


def _parsed(name: str, text: bytes) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The header's entries and notes. Nothing is built of an entry before its length is known to be sensible."""
    try:
        raw = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
        if len(raw) > _TENSORS:
            raise Refused("bad-file", f"{name} says it holds more than {_TENSORS:,} tensors, which no model does.")
        metadata = msgspec.json.decode(raw.pop("__metadata__", b"{}"), type=dict[str, str])
        entries = {key: _entry(part) for key, part in raw.items()}
        strict.once(text)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Refused("bad-file", f"{name} is not a safetensors file: its header cannot be read.") from error
    return {key: Tensor(e.dtype, e.shape, *e.data_offsets) for key, e in entries.items()}, metadata


def _entry(part: msgspec.Raw) -> _Entry:
    if len(memoryview(part)) > _ENTRY:
        raise ValueError("an entry is too long")
    return msgspec.json.decode(part, type=_Entry)


def _check(name: str, tensors: dict[str, Tensor], room: int) -> None:
    """The tensors must fill the data exactly, without a gap or an overlap, as the format demands."""
    place = 0
    for key, tensor in sorted(tensors.items(), key=lambda item: (item[1].start, item[1].end)):
        if not bits(tensor.dtype):
            said = f"the tensor {source.shown(key)} is of the unknown type {source.shown(tensor.dtype, 20)}"
            raise Refused("bad-file", f"{name}: {said}.")
        if tensor.start != place or not _fits(tensor):
            raise Refused("bad-file", f"{name} is damaged: the tensor {source.shown(key)} does not fit its place.")
        place = tensor.end
    if place != room:
        raise Refused("bad-file", f"{name} was cut short or has bytes too many: {room} instead of {place}.")


def _fits(tensor: Tensor) -> bool:
    """Whether the shape fills the tensor's place; no number may be longer than the 64 bits the format has."""
    if len(tensor.shape) > _DIMENSIONS or not all(0 <= n < 2**63 for n in (*tensor.shape, tensor.start, tensor.end)):
        return False
    return (tensor.end - tensor.start) * 8 == math.prod(tensor.shape) * bits(tensor.dtype)
