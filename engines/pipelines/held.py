"""The tensors of one component in a file of weights: how many bytes they are, what marks them, and they themselves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engines.contract import Refused
from engines.files import gguf, weights
from engines.files.source import shown
from engines.pipelines import scaled

FLOATS = ("F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2")  # that are weights as they stand
MARKED = 256  # bytes of each tensor that tell weights from others

Header = weights.Header | gguf.Header


def header(path: Path) -> Header:
    """The checked header of `path`, in safetensors or GGUF. Refused('bad-file') with one sentence."""
    with path.open("rb") as file:
        packed = file.read(4) == b"GGUF"
    return gguf.header(path) if packed else weights.header(path)


class Held:
    """The tensors of `path` called `names`; a component calls them so without the first letters `start`."""

    def __init__(self, path: Path, found: Header, names: list[str], start: str = "") -> None:
        self.path, self.header, self.start = path, found, start
        self.known = {name: found.tensors[name] for name in names}

    @property
    def packed(self) -> bool:
        """Whether its numbers are blocks of GGUF's."""
        return isinstance(self.header, gguf.Header)

    @property
    def bytes(self) -> int:
        return sum(tensor.end - tensor.start for tensor in self.known.values())

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {name.removeprefix(self.start): tensor.shape for name, tensor in self._weights.items()}

    @property
    def _weights(self) -> dict[str, weights.Tensor]:
        """Those that are no scales or notes."""
        return {name: tensor for name, tensor in self.known.items() if not scaled.beside(name)}

    def mark(self, found: Any) -> None:
        """Tell the hash `found` the names, shapes and the beginnings of all tensors."""
        data = self.header.data if isinstance(self.header, gguf.Header) else self._data()
        with self.path.open("rb") as file:
            for name in sorted(self.known):
                tensor = self.known[name]
                file.seek(data + tensor.start)
                start = file.read(min(MARKED, tensor.end - tensor.start))
                found.update(f"{name} {tensor.dtype} {tensor.shape}\n".encode() + start)

    def _data(self) -> int:
        return self.header.bytes - max(tensor.end for tensor in self.header.tensors.values())

    def tensors(self, dtype: Any = None) -> dict[str, Any]:
        """All of them, those to be scaled in `dtype` (float32).

        Refused('bad-file') when the file is not what it was, or has numbers that PyTorch has not.
        """
        self.check()
        if self.packed:
            return self._unpacked()
        import torch
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(self.path, framework="pt") as file:
                found = {name.removeprefix(self.start): file.get_tensor(name) for name in self.known}
        except SafetensorError as error:
            raise Refused("bad-file", f"{shown(self.path.name)} holds numbers that cannot be read: {error}.") from error
        return scaled.unscaled(found, dtype or torch.float32)

    def check(self) -> None:
        """Refused unless the file is what it was when it was opened."""
        if header(self.path) != self.header:
            raise Refused("bad-file", f"{shown(self.path.name)} has changed since it was opened; open it once more.")

    def _unpacked(self) -> dict[str, Any]:
        from engines.pipelines import packed

        return {name.removeprefix(self.start): tensor for name, tensor in packed.tensors(self.path, self.known).items()}

    def unpacked(self, dtype: Any) -> dict[str, Any]:
        """All of them, blocks of GGUF's as plain numbers in `dtype`."""
        from engines.pipelines import packed

        return packed.plain(self.tensors(), dtype)

    def blank(self) -> dict[str, Any]:
        """The tensors without their numbers."""
        return blank(self.path, self._weights, self.start)


def blank(path: Path, tensors: Mapping[str, weights.Tensor], start: str = "") -> dict[str, Any]:
    """Tensors of these shapes on the meta device; those of whole numbers that are no blocks of weights stay whole."""
    import torch

    whole = {name for name, tensor in tensors.items() if tensor.dtype not in FLOATS and weights.bits(tensor.dtype)}
    types = {name: torch.int8 if name in whole else torch.float32 for name in tensors}
    try:
        return {
            name.removeprefix(start): torch.empty(tensor.shape, dtype=types[name], device="meta")
            for name, tensor in tensors.items()
        }
    except RuntimeError as error:  # an empty tensor whose other sides are beyond counting
        raise Refused("bad-file", f"{shown(path.name)} holds a tensor of an impossible shape.") from error
