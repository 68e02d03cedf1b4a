"""The header of a GGUF file, walked with every count and length checked against the file before it is believed.

Format (versions 2 and 3): 'GGUF', version, how many tensors, how many notes; the notes (key, type, value); the
tensors' infos (name, dimensions with the fastest first, type, offset); padding; the tensors' bytes, each padded.
"""

import math
import os
import struct
from pathlib import Path
from typing import Any, BinaryIO

from msgspec import Struct

from engines.contract import Refused
from engines.files import source
from engines.files.weights import Tensor

Scalar = str | int | float | bool

# Each type of number by its code: name, how many numbers make a block, bytes of a block (ggml's own table).
_TYPES = {0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20), 6: ("Q5_0", 32, 22)}
_TYPES |= {7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 40), 10: ("Q2_K", 256, 84)}
_TYPES |= {11: ("Q3_K", 256, 110), 12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176), 14: ("Q6_K", 256, 210)}
_TYPES |= {15: ("Q8_K", 256, 292), 16: ("IQ2_XXS", 256, 66), 17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98)}
_TYPES |= {19: ("IQ1_S", 256, 50), 20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82)}
_TYPES |= {23: ("IQ4_XS", 256, 136), 24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4), 27: ("I64", 1, 8)}
_TYPES |= {28: ("F64", 1, 8), 29: ("IQ1_M", 256, 56), 30: ("BF16", 1, 2), 34: ("TQ1_0", 256, 54)}
_TYPES |= {35: ("TQ2_0", 256, 66), 39: ("MXFP4", 32, 17), 40: ("NVFP4", 64, 36), 41: ("Q1_0", 128, 18)}

_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<B", 10: "<Q", 11: "<q", 12: "<d"}
_BOOL, _STRING, _ARRAY = 7, 8, 9
_NOTES, _TENSORS, _DIMENSIONS = 65_536, 100_000, 8
_NAME, _KEPT = 65_535, 1_000  # bytes of a name, as the format says; longest text kept
_TEXTS = 4_000_000  # strings in all lists together: sixteen vocabularies of a big language model
_DEEP = 4  # lists in lists
_ALIGNED = 1 << 20


class Header(Struct, frozen=True):
    """What a GGUF file holds. `metadata` has its plain values and short texts.

    A tensor's shape is told slowest dimension first, as PyTorch does; `start` and `end` count from byte `data`.
    """

    tensors: dict[str, Tensor]
    metadata: dict[str, Scalar]
    data: int
    bytes: int

    @property
    def parameters(self) -> int:
        """How many numbers there are in all."""
        return sum(math.prod(t.shape) for t in self.tensors.values())


def header(path: str | os.PathLike[str]) -> Header:
    """The checked header of the GGUF file `path`; Refused('bad-file') with one sentence when it is not one."""
    file, size = source.opened(path)
    with file:
        return _Walk(file, size, source.shown(Path(path).name)).header()


class _Walk:
    """One way through a file, front to back."""

    def __init__(self, file: BinaryIO, size: int, name: str) -> None:
        self.file, self.size, self.name = file, size, name
        self.place, self.texts, self.alignment = 0, 0, 32

    def header(self) -> Header:
        tensors, notes = self.opening()
        metadata: dict[str, Scalar] = {}
        keys: set[str] = set()
        for _ in range(notes):
            key = self.fresh(keys, "key")
            value = self.value(self.number("<I"), key)
            if value is not None:
                metadata[key] = value
        names: set[str] = set()
        infos = [(self.fresh(names, "tensor"), *self.info()) for _ in range(tensors)]
        data = self.padded(self.place)
        return Header(self.placed(infos, data), metadata, data, self.size)

    def opening(self) -> tuple[int, int]:
        """How many tensors and notes there are."""
        if self.take(4) != b"GGUF":
            raise Refused("bad-file", f"{self.name} is not a GGUF file.")
        version = self.number("<I")
        if version and not version & 0xFFFF:
            raise Refused("bad-file", f"{self.name} was written for big-endian machines; get the little-endian file.")
        if version not in (2, 3):
            raise self.bad(f"is of version {version}, and 2 and 3 are read; get a newer file")
        tensors, notes = self.number("<Q"), self.number("<Q")
        if tensors > min(_TENSORS, self.left // 24) or notes > min(_NOTES, self.left // 13):
            raise self.bad(f"says it holds {tensors} tensors and {notes} notes, which it cannot")
        return tensors, notes

    def value(self, kind: int, key: str) -> Scalar | None:
        """The value of a note; None for a list or a long text, which is walked and not kept."""
        if key == "general.alignment":
            return self.aligned(kind)
        if kind == _STRING:
            return self.text()
        if kind == _ARRAY:
            self.series(_DEEP)
            return None
        if kind not in _SCALARS:
            raise self.bad(f"has a note {source.shown(key)} of the unknown type {kind}")
        number = self.number(_SCALARS[kind])
        if kind == _BOOL and number > 1:
            raise self.bad(f"has a note {source.shown(key)} that is neither yes nor no")
        return bool(number) if kind == _BOOL else number

    def aligned(self, kind: int) -> int:
        number = self.number("<I") if kind == 4 else 0
        if not 1 <= number <= _ALIGNED or number & (number - 1):
            raise self.bad("has an alignment that is no power of two")
        self.alignment = number
        return number

    def series(self, deep: int) -> None:
        """Walk over a list without keeping it."""
        kind, count = self.number("<I"), self.number("<Q")
        if kind in _SCALARS:
            self.skip(count * struct.calcsize(_SCALARS[kind]))
            return
        if kind not in (_STRING, _ARRAY) or not deep:
            raise self.bad(f"has a list of the unknown type {kind} or nested too deep")
        self.texts += count
        if count > self.left // 8 or self.texts > _TEXTS:
            raise self.bad(f"says a list has {count} entries, which it cannot")
        for _ in range(count):
            if kind == _STRING:
                self.skip(self.number("<Q"))
            else:
                self.series(deep - 1)

    def info(self) -> tuple[tuple[int, ...], int, int]:
        """Shape, type and offset of the next tensor."""
        count = self.number("<I")
        if count > _DIMENSIONS:
            raise self.bad(f"has a tensor of {count} dimensions")
        shape = tuple(self.number("<Q") for _ in range(count))
        return shape, self.number("<I"), self.number("<Q")

    def placed(self, infos: list[tuple[str, tuple[int, ...], int, int]], data: int) -> dict[str, Tensor]:
        """The tensors in their places, one after the other, each padded; nothing between, nothing after."""
        found, place = {}, 0
        for key, shape, code, offset in infos:
            if code not in _TYPES:
                raise self.bad(f"has the tensor {source.shown(key)} of the unknown type {code}")
            dtype, block, size = _TYPES[code]
            numbers = math.prod(shape)
            if offset != place or numbers >= 2**63 or (shape[0] if shape else 1) % block:
                raise self.bad(f"is damaged: the tensor {source.shown(key)} does not fit its place")
            end = offset + numbers // block * size
            if data + end > self.size:
                raise self.bad(f"was cut short: the tensor {source.shown(key)} ends at {data + end} of {self.size}")
            found[key] = Tensor(dtype, shape[::-1], offset, end)
            place = self.padded(end)
        if data + place < self.size:
            raise self.bad(f"has {self.size - data - place} bytes too many")
        return found

    def padded(self, place: int) -> int:
        return -(-place // self.alignment) * self.alignment

    def fresh(self, seen: set[str], what: str) -> str:
        """The next name, which must not have been there before."""
        length = self.number("<Q")
        if length > _NAME:
            raise self.bad(f"has a {what} with a name of {length} bytes")
        try:
            name = self.take(length).decode()
        except UnicodeDecodeError:
            raise self.bad(f"has a {what} whose name is no text") from None
        if name in seen:
            raise self.bad(f"has the {what} {source.shown(name)} twice")
        seen.add(name)
        return name

    def text(self) -> str | None:
        length = self.number("<Q")
        if length > _KEPT:
            self.skip(length)
            return None
        return self.take(length).decode(errors="replace")

    @property
    def left(self) -> int:
        return self.size - self.place

    def number(self, form: str) -> Any:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def skip(self, length: int) -> None:
        if length > self.left:
            raise self.bad("was cut short or is damaged")
        self.place += length
        self.file.seek(self.place)

    def take(self, length: int) -> bytes:
        data = self.file.read(length) if length <= self.left else b""
        if len(data) != length:
            raise self.bad("was cut short or is damaged")
        self.place += length
        return data

    def bad(self, what: str) -> Refused:
        return Refused("bad-file", f"{self.name} {what}.")
