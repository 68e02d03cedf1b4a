"""Folders of weights from a stranger: what an index may name, where the shards lie, and whose classes a pipeline wants.

A name in an index is one plain name in the folder: it cannot climb out, and no link leads out. Nothing but JSON and
headers of safetensors is read; Python files in a folder are never run, only told about.
"""

import functools
import importlib.util
import os
import re
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from engines.contract import Refused
from engines.files import source, strict, weights
from engines.files.source import shown

PIPELINE = "model_index.json"
SHARDED = re.compile(r"\.safetensors\.index(\.[\w-]+)?\.json$")  # with the name of a variant, as 'fp16'
SKIPPED = ("safety_checker",)  # is a matter of the user's own: never loaded, and often taken out
LIBRARIES = ("diffusers", "transformers")
PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl")
_PROGRAMS = (".py", ".pyc", ".pyd", ".so", ".dll")
_ASKS = ("auto_map", "trust_remote_code", "custom_pipelines")  # what libraries take for leave to run such files
_TEXT, _PIPELINE = 16_000_000, 1_000_000  # bytes at most, of any description and of a pipeline's
_PAIRS = 400_000  # in all objects of an index together
_NOTES = 100_000  # bytes of an index's own notes
_FILES = 5_000  # in one folder

Headers = dict[str, weights.Header]


class Folder(Struct, frozen=True):
    """A checked pipeline folder: its class by name, its components as (library, class), headers by 'unet/file'.

    `ignored` are the programs that lie in it, or that its descriptions ask for; none is run.
    """

    pipeline: str
    components: dict[str, tuple[str, str]]
    headers: Headers
    ignored: tuple[str, ...]


class _Sharded(Struct):
    weight_map: dict[str, str]
    metadata: msgspec.Raw = msgspec.Raw(b"{}")


def inside(folder: Path, name: str) -> Path:
    """The thing called `name` in `folder`. Refused('bad-file') when the name or a link in its place leads out."""
    plain = name not in ("", ".", "..") and not set(name) & set("/\\:\0") and name.isprintable()
    if not plain:
        raise Refused("bad-file", f"{shown(folder.name)} names `{shown(name)}`, which is no plain name in the folder.")
    place = folder / name
    try:
        real = place.resolve()
        within = any(real.is_relative_to(root) for root in _roots(folder))
    except (OSError, RuntimeError, ValueError):
        within = False
    if not within:
        raise Refused(
            "bad-file", f"{shown(folder.name)} holds a link {shown(name)} that leads out of it; copy the file."
        )
    return place


def shards(path: str | os.PathLike[str]) -> Headers:
    """The shards named by the index `path` (…safetensors.index.json) with their checked headers, by file.

    Refused unless every shard is a whole safetensors file in the same folder and holds the tensors said to be in it.
    """
    place = Path(path)
    told = _sharded(place)
    found = {name: _shard(place, name) for name in sorted(set(told.values()))}
    for key, name in told.items():
        if key not in found[name].tensors:
            said = f"the tensor {shown(key)} is not in {shown(name)}, where it should be"
            raise Refused("bad-file", f"{shown(place.name)} does not fit its files: {said}.")
    return found


def component(folder: Path) -> Headers:
    """The checked headers of all safetensors files in `folder`, by file; none for a folder without weights.

    Refused when its only weights are pickles.
    """
    names = _names(folder)
    found: Headers = {}
    for name in names:
        if SHARDED.search(name):
            found |= shards(folder / name)
    for name in names:
        if name.endswith(".safetensors") and name not in found:
            found[name] = weights.header(folder / name)
    pickled = next((name for name in names if name.endswith(PICKLES)), None)
    if pickled and not found:
        said = f"only {shown(pickled)}, which could run code; it needs safetensors"
        raise Refused("bad-file", f"{_where(folder)} holds {said}.")
    return found


def folder(path: str | os.PathLike[str]) -> Folder:
    """The pipeline folder `path`, checked without loading anything. Refused with one sentence when it is not sound."""
    top = Path(path).absolute()
    told = _described(inside(top, PIPELINE), _PIPELINE)
    pipeline = told.get("_class_name")
    if not _is_class(pipeline):
        said = f"wants `{_said(pipeline)}` as its pipeline, which is code of its own or no class"
        raise Refused("bad-file", f"{_where(top)} {said}, so it is not opened.")
    components = {name: pair for name, value in told.items() if (pair := _component(top, name, value))}
    headers: Headers = {}
    ignored = programs(top)
    for name in [name for name in components if name not in SKIPPED]:
        part = inside(top, name)
        if not part.is_dir():
            raise Refused("missing", f"{_where(top)} lacks its {shown(name)}: the folder {shown(name)} is not there.")
        headers |= {f"{name}/{file}": header for file, header in component(part).items()}
        ignored += tuple(f"{name}/{program}" for program in programs(part))
    return Folder(str(pipeline), components, headers, ignored)


def programs(folder: Path) -> tuple[str, ...]:
    """The Python files in `folder` and the places in its descriptions that ask to run some; none of it is ever run."""
    found = []
    for name in _names(folder):
        if name.endswith(_PROGRAMS):
            found.append(name)
        if name.endswith("config.json"):
            told = _described(folder / name)
            found += [f"{name}: {key}" for key in _ASKS if told.get(key)]
    return tuple(found)


def check_class(folder: Path, name: str, library: str, kind: str) -> None:
    """Refused unless the component `name` is of a class of diffusers, one of its pipelines, or transformers."""
    if not _is_class(kind) or not (library in LIBRARIES or library in _pipelines()):
        said = f"wants `{shown(library)}.{shown(kind)}` as its {shown(name)}, which is code of its own"
        raise Refused("bad-file", f"{_where(folder)} {said}, so it is not opened.")


def _component(top: Path, name: str, value: Any) -> tuple[str, str] | None:
    """(library, class) of an entry of a pipeline's index; None for a setting or a part that is not there."""
    if name.startswith("_") or not isinstance(value, list) or len(value) != 2:
        return None
    library, kind = value
    if not isinstance(library, str | None) or not isinstance(kind, str | None) or library is None or kind is None:
        return None
    inside(top, name)
    check_class(top, name, library, kind)
    return library, kind


def _is_class(name: Any) -> bool:
    return isinstance(name, str) and name.isidentifier() and name.isascii() and name[0].isupper()


@functools.lru_cache(maxsize=1)
def _pipelines() -> frozenset[str]:
    """The folders diffusers keeps its pipelines in, found without importing it."""
    found = importlib.util.find_spec("diffusers")
    places = [Path(top) / "pipelines" for top in (found.submodule_search_locations or ())] if found else []
    return frozenset(p.parent.name for top in places for p in top.glob("*/__init__.py"))


def _shard(index: Path, name: str) -> weights.Header:
    place = inside(index.parent, name)
    if not name.endswith(".safetensors"):
        said = f"names {shown(name)}, which is not in safetensors and could run code"
        raise Refused("bad-file", f"{shown(index.name)} {said}.")
    if not place.is_file():
        raise Refused("missing", f"{shown(index.name)} names {shown(name)}, which is not there; get that file too.")
    return weights.header(place)


def _described(path: Path, most: int = _TEXT) -> dict[str, Any]:
    try:
        return strict.mapping(_text(path, most))
    except ValueError as error:
        raise _no_json(path) from error


def _sharded(path: Path) -> dict[str, str]:
    """Which file each tensor is in. The index's notes are looked at for their length before they are built."""
    text = _text(path, _TEXT)
    try:
        told = msgspec.json.decode(text, type=_Sharded)
        if len(memoryview(told.metadata)) > _NOTES:
            raise ValueError("its notes are too long")
        strict.once(text)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise _no_json(path) from error
    if not told.weight_map:
        raise Refused("bad-file", f"{shown(path.name)} names no tensors, so it is no index of weights.")
    return told.weight_map


def _text(path: Path, most: int) -> bytes:
    file, size = source.opened(path)
    with file:
        if size > most:
            raise Refused("bad-file", f"{shown(path.name)} is too long to be a description of a model.")
        text = file.read(size)
    if text.count(b":") > _PAIRS:
        raise Refused("bad-file", f"{shown(path.name)} holds too much to be a description of a model.")
    return text


def _no_json(path: Path) -> Refused:
    return Refused("bad-file", f"{shown(path.name)} cannot be read: it is not the JSON that it should be.")


def _names(folder: Path) -> list[str]:
    """The names in a folder, sorted, none of them a link that leads out."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry, _ in zip(entries, range(_FILES + 1), strict=False))
    except OSError as error:
        raise Refused("bad-file", f"{_where(folder)} cannot be opened: {error.strerror}.") from error
    if len(names) > _FILES:
        raise Refused("bad-file", f"{_where(folder)} holds more than {_FILES:,} files, which no model does.")
    for name in names:
        if os.path.islink(folder / name):
            inside(folder, name)
    return names


def _roots(folder: Path) -> list[Path]:
    """Where things of a folder may lie: in it, and where the hub's own cache keeps the files its snapshots link to."""
    real = folder.resolve()
    snapshot = next((p for p in (real, real.parent) if p.parent.name == "snapshots"), None)
    return [real] if snapshot is None else [real, snapshot.parent.parent / "blobs"]


def _where(folder: Path) -> str:
    return shown(f"{folder.parent.name}/{folder.name}" if folder.parent.name else folder.name)


def _said(value: Any) -> str:
    return shown(value if isinstance(value, str) else msgspec.json.encode(value).decode(), 60)
