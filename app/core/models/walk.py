"""Finding models below folders: loose files, folders of one network, diffusers folders, Hugging Face caches.

Links are followed only to places inside the folders that were asked for. Nothing is opened but model_index.json.
"""

import os
import re
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from engines.contract import Refused
from engines.files import source
from engines.files.headers import ENDINGS

_SHARD = re.compile(r"-\d{5}-of-\d{5}(?=\.)")
_COMPONENT = re.compile(r"^(diffusion_pytorch_model|model|pytorch_model|adapter_model|flax_model)\b")
_NO_MODEL = re.compile(r"^(optimizer|scheduler|training_args|random_states|rng_state|trainer_state)")
_SIDE = re.compile(r"^(readme\.md|licen[cs]e.*|.*\.json)$", re.IGNORECASE)
_DEEP = 128  # folders in folders
_MOST = 4_000_000  # bytes of a JSON file beside weights


class File(Struct, frozen=True, gc=False):
    """A file as it was found; `real` is where it lies, '' where a link leads nowhere it may be followed to."""

    path: str
    real: str
    size: int
    changed: int


class Unit(Struct, frozen=True, gc=False):
    """One thing to be read: a 'file' (of one or several shards), a 'folder' of one network, a 'pipeline'.

    `files` by their name below `path`, those beside the weights that tell something of them too."""

    path: str
    form: str
    files: dict[str, File]

    @property
    def stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Changes when any of the files does."""
        return tuple((name, file.size, file.changed) for name, file in sorted(self.files.items()))


def walk(roots: Sequence[Path]) -> Iterator[Unit | str | None]:
    """Every unit below `roots`, in the order of names; a sentence for what could not be followed or entered, and None
    on entering a folder, so that a walk through many that hold nothing can be left."""
    real = tuple(dict.fromkeys(os.path.realpath(root) for root in roots))
    seen: set[str] = set()
    for root in real:
        if not os.path.isdir(root) or not _is_text(root):
            yield f"{_legible(root)} is no folder; choose a folder that holds models."
            continue
        yield from _folder(root, real, seen)


def unit_at(path: Path) -> Unit:
    """The unit of one file, whatever lies beside it, or of a folder. Refused('bad-file') for one without a model."""
    if path.is_dir():
        there = os.path.realpath(path)
        found = (unit for unit in walk([path]) if isinstance(unit, Unit) and unit.path == there)
        unit = next(found, None)
        if unit is None:
            raise Refused("bad-file", f"{path} holds no model itself; `darkroom models scan` looks below it.")
        return unit
    real = os.path.realpath(path)
    try:
        state = os.stat(real)
    except OSError:
        return Unit(str(path), "file", {path.name: File(str(path), real, 0, 0)})
    return Unit(str(path), "file", {path.name: File(str(path), real, state.st_size, state.st_mtime_ns)})


def _folder(folder: str, roots: tuple[str, ...], seen: set[str]) -> Iterator[Unit | str | None]:
    if folder in seen:
        return
    yield None
    if folder.count(os.sep) > _DEEP:
        yield f"{folder[:200]}... lies too deep and was not looked at."
        return
    seen.add(folder)
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError as error:
        yield f"{folder} cannot be read: {error.strerror or error}."
        return
    files, below = {}, []
    for entry in entries:
        if not _is_text(entry.name):
            yield f"{folder} holds {_legible(entry.name)}, whose name is no text; rename it to have it listed."
            continue
        if entry.is_symlink() and _outside(entry.path, roots):
            if entry.is_dir() or entry.name.endswith(ENDINGS):
                yield f"{entry.path} leads outside the folders asked for and was not followed; add its target."
            continue
        if entry.is_dir():
            below += [entry.path] if not entry.is_symlink() and not entry.name.startswith(".") else []
        elif (found := _file(entry, roots)) is not None:
            files[entry.name] = found
    taken = yield from _units(folder, files, roots)
    if "snapshots" in {os.path.basename(path) for path in below} and os.path.basename(folder).startswith("models--"):
        below, other = _snapshots(folder)  # the blobs are seen through their names
        if other:
            yield f"{folder} keeps {other} more snapshots, which no ref names; they are not listed."
    for path in below:
        if path not in taken:
            yield from _folder(path, roots, seen)


def _is_text(name: str) -> bool:
    """Whether the name can be written down: on some systems it may be any bytes."""
    return _legible(name) == name


def _legible(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def _snapshots(folder: str) -> tuple[list[str], int]:
    """The snapshots of a repository in a Hugging Face cache that its refs name, and how many others there are; all
    of them where no ref names any."""
    there = {path.name: str(path) for path in sorted(Path(folder, "snapshots").iterdir())}
    refs = (path for path in Path(folder, "refs").rglob("*") if path.is_file() and path.stat().st_size < 100)
    named = {path.read_text("ascii", "replace").strip() for path in refs} & there.keys()
    return ([there[name] for name in sorted(named)], len(there) - len(named)) if named else (list(there.values()), 0)


def _outside(path: str, roots: tuple[str, ...]) -> bool:
    real = os.path.realpath(path)
    return not any(real == root or real.startswith(root.rstrip(os.sep) + os.sep) for root in roots)


def _file(entry: os.DirEntry[str], roots: tuple[str, ...]) -> File | None:
    """A file of weights or one that tells of them; a link that leads nowhere stays, with size -1."""
    weights = entry.name.lower().endswith(ENDINGS) and not _NO_MODEL.match(entry.name)
    if not weights and not _SIDE.match(entry.name):
        return None
    try:
        state = entry.stat()
    except OSError:
        return File(entry.path, "", -1, 0) if weights else None
    real = os.path.realpath(entry.path) if entry.is_symlink() else entry.path
    return File(entry.path, real, state.st_size, state.st_mtime_ns)


def _units(folder: str, files: dict[str, File], roots: tuple[str, ...]) -> Generator[Unit, None, set[str]]:
    """The units of one folder; returns the folders below that belong to one of them."""
    taken: set[str] = set()
    if "model_index.json" in files:
        inner = dict(files)
        for name in components(files["model_index.json"].path):
            place = os.path.join(folder, name)
            taken.add(place)
            inner |= {f"{name}/{file}": found for file, found in _listed(place, roots).items()}
        yield Unit(folder, "pipeline", {name: file for name, file in inner.items() if "/" in name or _SIDE.match(name)})
    sides = {name: file for name, file in files.items() if _SIDE.match(name)}
    weights = {name: file for name, file in files.items() if name not in sides}
    if "config.json" in files and "model_index.json" not in files:
        own = {name: file for name, file in weights.items() if _COMPONENT.match(name)}
        if own:
            yield Unit(folder, "folder", own | sides)
        weights = {name: file for name, file in weights.items() if name not in own}
    for name, group in _shards(weights).items():
        yield Unit(os.path.join(folder, name), "file", group | _told(sides))
    return taken


def _shards(weights: dict[str, File]) -> dict[str, dict[str, File]]:
    """Shards of one file under the name of the first of them."""
    groups: dict[str, dict[str, File]] = {}
    for name, file in weights.items():
        groups.setdefault(_SHARD.sub("", name), {})[name] = file
    return {min(group): group for group in groups.values()}


def _told(sides: dict[str, File]) -> dict[str, File]:
    return {name: file for name, file in sides.items() if not name.endswith(".json")}


def _listed(place: str, roots: tuple[str, ...]) -> dict[str, File]:
    try:
        with os.scandir(place) as listed:
            texts = [entry for entry in listed if _is_text(entry.name)]
            entries = [entry for entry in texts if not (entry.is_symlink() and _outside(entry.path, roots))]
            found = {entry.name: _file(entry, roots) for entry in entries if not entry.is_dir()}
            other = {entry.name: entry.path for entry in entries if not entry.is_dir()}
    except OSError:
        return {}
    return {name: file or File(other[name], other[name], 0, 0) for name, file in found.items()}


def told(path: str) -> dict[str, object]:
    """The JSON object in `path`; an empty one where there is none that can be read."""
    try:
        file, size = source.opened(path)
        with file:
            found = msgspec.json.decode(file.read()) if size <= _MOST else {}
    except (Refused, OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def components(index: str) -> dict[str, str]:
    """The parts a model_index.json names and their classes; what it leaves empty is no part."""
    found = {}
    for name, value in told(index).items():
        pair = isinstance(value, list) and len(value) == 2 and all(isinstance(word, str) for word in value)
        if pair and not name.startswith("_") and os.sep not in name and "/" not in name and name != "..":
            found[name] = str(value[1])  # type: ignore[index]
    return found
