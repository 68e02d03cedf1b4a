"""The header of any weights file, whatever its format, as names, shapes and types. Content decides, not the ending."""

import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from engines.contract import Refused
from engines.files import source, weights

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
    file, size = source.opened(path)
    with file:
        start = file.read(8)
    if start[:4] == b"GGUF":
        return _other("gguf", path, size)
    if start[:2] == b"PK" or start[:1] == b"\x80":
        return _other("pickled", path, size)
    found = weights.header(path)
    dtypes: dict[str, int] = {}
    for tensor in found.tensors.values():
        dtypes[tensor.dtype] = dtypes.get(tensor.dtype, 0) + tensor.end - tensor.start
    shapes = {name: tensor.shape for name, tensor in found.tensors.items()}
    return Summary("safetensors", shapes, dtypes, found.metadata, found.parameters, found.bytes)


def _other(module: str, path: str | os.PathLike[str], size: int) -> Summary:
    """The header as a reader of another format tells it: `tensors` of `dtype`, `shape` and `bytes`, and `metadata`."""
    try:
        read = importlib.import_module(f"engines.files.{module}").header
    except ModuleNotFoundError:
        raise Refused("bad-file", f"{Path(path).name} is of a format ({module}) that cannot be read yet.") from None
    found: Any = read(path)
    dtypes: dict[str, int] = {}
    for tensor in found.tensors.values():
        dtypes[tensor.dtype] = dtypes.get(tensor.dtype, 0) + tensor.bytes
    shapes = {name: tuple(tensor.shape) for name, tensor in found.tensors.items()}
    notes = {str(key): str(value) for key, value in getattr(found, "metadata", {}).items()}
    return Summary(module, shapes, dtypes, notes, found.parameters, size)
