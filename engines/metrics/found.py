"""Where the networks of the field lie on this machine, and their weights read without running code."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from engines.contract import Refused
from engines.files import pickled, source, weights

DEEP = 5  # folders below a folder of models that are looked into
MOST = 50_000  # entries looked at


class Wanted(Struct, frozen=True):
    """A file by the patterns of its name, or with `kind` a folder whose config.json has that model_type. `what` it is,
    `whence` it comes and under which `licence` is told to whoever lacks it."""

    what: str
    whence: str
    licence: str
    patterns: tuple[str, ...] = ()
    kind: str = ""

    @property
    def sentence(self) -> str:
        form = "a transformers folder with config.json and model.safetensors" if self.kind else "safetensors or .pth"
        return (
            f"{self.what} is not on this machine: get it from {self.whence} ({self.licence}; {form}) and put it into "
            "one of your folders of models, or name it with --features NAME=PATH."
        )


def find(wanted: Wanted, folders: Sequence[Path], named: Path | None = None) -> Path:
    """Where it lies: `named` itself, or what is first found in `folders`. Refused('missing') with the sentence."""
    if named is not None:
        if wanted.kind and not _is_model(named, wanted.kind):
            raise Refused("bad-file", f"{named} is no transformers folder of a {wanted.kind} model.")
        if not named.exists():
            raise Refused("missing", f"{named} is not there. {wanted.sentence}")
        return named
    seen = 0
    for folder in folders:
        for path in _below(folder, DEEP):
            seen += 1
            if _fits(path, wanted):
                return path
            if seen > MOST:
                break
    raise Refused("missing", wanted.sentence)


def read(path: Path) -> dict[str, Any]:
    """The tensors of a safetensors file or a PyTorch checkpoint, by name. Refused('bad-file')."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    file, size = source.opened(path)
    with file:
        safe = weights.begins(file.read(9), size)
    try:
        if safe:
            return load_file(path)
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "weights.safetensors"
            pickled.convert(path, copy)
            return {name: tensor.clone() for name, tensor in load_file(copy).items()}
    except SafetensorError as error:
        raise Refused("bad-file", f"{path.name} cannot be read as weights.") from error


def built(make: Any, path: Path, what: str) -> Any:
    """`make(weights)` of the weights in `path`. Refused('bad-file') when they are of another network."""
    tensors: Mapping[str, Any] = read(path)
    try:
        return make(tensors)
    except (RuntimeError, KeyError) as error:
        raise Refused("bad-file", f"{source.shown(path.name)} does not hold the weights of {what}.") from error


def mark(path: Path) -> str:
    """A few letters that tell these weights from others: the beginning of their hash."""
    if path.is_file():
        return weights.sha256(path)[:8]
    large = [one for one in sorted(path.iterdir()) if one.suffix in (".safetensors", ".bin")]
    return weights.sha256(large[0])[:8] if large else "none"


def _below(folder: Path, deep: int) -> Any:
    """What lies in a folder and the folders in it, nearest first, by name; what may not be read is passed over."""
    try:
        inner = sorted(folder.iterdir())
    except OSError:
        return
    yield from inner
    for path in inner:
        if deep and path.is_dir() and not path.name.startswith("."):
            yield from _below(path, deep - 1)


def _fits(path: Path, wanted: Wanted) -> bool:
    if wanted.kind:
        return _is_model(path, wanted.kind)
    return path.is_file() and any(fnmatch(path.name.lower(), one) for one in wanted.patterns)


def _is_model(path: Path, kind: str) -> bool:
    try:
        text = (path / "config.json").read_bytes() if (path / "config.json").stat().st_size < 1_000_000 else b""
        told = msgspec.json.decode(text)
    except (OSError, msgspec.DecodeError):
        return False
    return isinstance(told, dict) and told.get("model_type") == kind
