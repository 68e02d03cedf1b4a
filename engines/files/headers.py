"""The header of any weights file, whatever its format, as names, shapes and types. Content decides, not the ending."""

import importlib
import math
import os
from collections.abc import Mapping

from msgspec import Struct

from engines.files import source, weights
from engines.files.weights import Tensor

_READERS = {"gguf": "gguf", "pickle": "pickled"}  # the modules beside this one
ENDINGS = (".safetensors", ".sft", ".gguf", ".ckpt", ".pt", ".pth", ".bin")


class Summary(Struct, frozen=True):
    """`dtypes` is bytes by type ('F16', 'Q4_K'); `parameters` counts numbers; `bytes` is the whole file's size."""

    format: str
    shapes: dict[str, tuple[int, ...]]
    dtypes: dict[str, int]
    metadata: dict[str, str]
    parameters: int
    bytes: int

    @property
    def dtype(self) -> str:
        """The types that hold a twentieth of the bytes or more, the commonest first: 'F16', 'Q4_K+F32'."""
        return spelt(self.dtypes)


def spelt(dtypes: Mapping[str, int]) -> str:
    """The types that hold a twentieth of the bytes or more, the commonest first."""
    whole = sum(dtypes.values())
    return "+".join(name for name in sorted(dtypes, key=lambda n: -dtypes[n]) if dtypes[name] * 20 >= whole)


def summary(path: str | os.PathLike[str]) -> Summary:
    """What the header of `path` says; Refused('bad-file') in one sentence. Nothing but the header is read."""
    file, _ = source.opened(path)
    with file:
        format = _format(file.read(9))
    if format in _READERS:
        return _other(format, path)
    found = weights.header(path)
    return _summed("safetensors", found.tensors, found.metadata, found.bytes)


def _summed(format: str, tensors: Mapping[str, Tensor], metadata: Mapping[str, object], size: int) -> Summary:
    dtypes: dict[str, int] = {}
    for tensor in tensors.values():
        dtypes[tensor.dtype] = dtypes.get(tensor.dtype, 0) + tensor.end - tensor.start
    shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    notes = {str(key): str(value) for key, value in metadata.items()}
    return Summary(format, shapes, dtypes, notes, sum(map(math.prod, shapes.values())), size)


def are_weights(path: str | os.PathLike[str]) -> bool:
    """Whether the file begins like weights of some format; endings such as .bin and .pt belong to others too."""
    try:
        with open(path, "rb") as file:
            return bool(_format(file.read(9)))
    except OSError:
        return True  # reading it will say why


def _format(start: bytes) -> str:
    """What a file that begins with these nine bytes is; '' for nothing known. A safetensors file's length may begin
    like a pickle, so its brace is looked at first."""
    if start[8:9] == b"{" and start[5:8] == b"\0\0\0":
        return "safetensors"
    if start[:4] == b"GGUF":
        return "gguf"
    return "pickle" if start[:2] == b"PK" or start[:1] == b"\x80" else ""


def _other(format: str, path: str | os.PathLike[str]) -> Summary:
    """The header as the reader of another format tells it."""
    found = importlib.import_module(f"engines.files.{_READERS[format]}").header(path)
    return _summed(format, found.tensors, found.metadata, found.bytes)
